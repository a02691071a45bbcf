package incident

import (
	"strings"

	"irbot/internal/report"
)

// series is where the reports to one body stand, by what left and not by what
// was written: a draft, a returned, a failed and a withdrawn report count for
// nothing.
type series struct {
	last    int     // highest number that left or is on its way, 0 for none
	outside bool    // a clock to this body was met without a letter from here
	open    *Notice // the first report that has not left, nil for none
}

// series looks at all reports of a form to a body but the one named.
func (c *call) series(dest, form, but string) series {
	at := series{outside: c.s.metOutside(dest)}
	for _, n := range c.s.Notices {
		if n.Dest != dest || n.ID == but || n.Recalls != "" || n.State == NoticeWithdrawn {
			continue
		}
		switch {
		case n.away():
			if n.Form == form || n.Form == "" || form == "" {
				at.last = max(at.last, n.No, 1)
			}
		case at.open == nil && n.Form == form && c.isFirst(n):
			at.open = n
		}
	}
	return at
}

// away reports whether a notice left, may have left, or is on its way.
func (n *Notice) away() bool {
	switch n.State {
	case NoticeApproved, NoticeSent, NoticeUnconfirmed:
		return true
	case NoticeFailed: // by its last means; another one may have carried it
		return n.DoneSeq > 0
	case NoticeDraft, NoticeSubmitted, NoticeReturned, NoticeWithdrawn:
	}
	return false
}

// metOutside tells whether people met a clock to a body on their own, such as a
// first report typed into an authority's web form.
func (s *Incident) metOutside(dest string) bool {
	if s.wroteTo(dest) {
		return false
	}
	for _, d := range s.Duties {
		if d.Dest == dest && d.State == DutyMet {
			return true
		}
	}
	return false
}

// next is the number the next report of a kind gets.
func (at series) next(kind string) int {
	if at.last == 0 && at.outside && kind != report.First && kind != "" {
		return 2
	}
	return at.last + 1
}

// begun tells whether a first report left.
func (at series) begun() bool { return at.last > 0 || at.outside }

// refuseFollowUp says which first report has to go first, or that there is none.
func (at series) refuseFollowUp(dest string) error {
	if at.open != nil {
		return refuse("notice.first_open", "notice", at.open.ID)
	}
	return refuse("notice.no_first", "dest", dest)
}

// followsUp tells whether a kind of report of a form comes after a first one.
func (c *call) followsUp(form, kind string) bool {
	f, known := c.site.Forms.Form(form)
	return kind != "" && kind != report.First && (!known || f.Has(report.First))
}

// isFirst tells whether a notice is the first report of its series. A free
// text is one when it says so.
func (c *call) isFirst(n *Notice) bool {
	if n.Form == "" {
		return n.No <= 1 && c.saysNumber(n)
	}
	return !c.followsUp(n.Form, n.Report)
}

// saysNumber tells whether the words of a notice without a form name its number.
func (c *call) saysNumber(n *Notice) bool {
	t := c.text(n.Seq)
	return strings.Contains(t["subject"]+"\n"+t["body"], reportNo(n.No))
}

// inTurn refuses to let a report go whose number or name is not what the
// letters that left make it. It gives the number of a free text, whose words
// name none, anew.
func (c *call) inTurn(n *Notice, f *noticeFacts) error {
	if n.Recalls != "" {
		return nil
	}
	at := c.series(n.Dest, n.Form, n.ID)
	next := at.next(n.Report)
	if n.Form == "" {
		return c.freeInTurn(n, f, at)
	}
	if c.followsUp(n.Form, n.Report) && !at.begun() {
		return at.refuseFollowUp(c.destName(n.Dest))
	}
	form, known := c.site.Forms.Form(n.Form)
	if !known {
		return nil
	}
	again := n.Report == report.First && n.No == 1 && at.last > 0 && form.Has(report.Update)
	if again || form.Issue(n.Report, n.No, "ja") != form.Issue(n.Report, next, "ja") {
		return refuse("notice.number", "notice", n.ID)
	}
	if next != n.No {
		f.No, f.Numbered = next, true
	}
	return nil
}

func (c *call) freeInTurn(n *Notice, f *noticeFacts, at series) error {
	next := at.next("")
	switch {
	case next == n.No:
		return nil
	case !c.saysNumber(n):
		f.No, f.Numbered = next, true
		return nil
	case !at.begun() && at.open != nil:
		return at.refuseFollowUp(c.destName(n.Dest))
	}
	return refuse("notice.number_free", "notice", n.ID, "old", reportNo(n.No), "new", reportNo(next))
}

// renumber settles kind and number of a report that is filled in again. asked
// is the kind somebody chose, "" for none.
func (c *call) renumber(n *Notice, f *noticeFacts, asked string, form *report.Form) error {
	at := c.series(n.Dest, n.Form, n.ID)
	switch {
	case asked != "":
		if c.followsUp(f.Form, f.Report) && !at.begun() {
			return at.refuseFollowUp(c.destName(n.Dest))
		}
	case f.Report == report.Update && !at.begun() && form.Has(report.First):
		if at.open != nil {
			return at.refuseFollowUp(c.destName(n.Dest))
		}
		f.Report = report.First
	case f.Report == report.First && n.No == 1 && at.last > 0 && form.Has(report.Update):
		f.Report = report.Update
	}
	f.No, f.Numbered = at.next(f.Report), true
	return nil
}

func (c *call) destName(id string) string {
	if d, ok := c.site.Directory.Destination(id); ok {
		return d.Name
	}
	return id
}
