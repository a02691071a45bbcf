package incident

import (
	"strings"
	"time"

	"irbot/internal/report"
)

// ReportName is what a notice is called: 第一報, 続報2, 確報, by its form.
func (v *View) ReportName(n *Notice, lang string) string {
	if n.Recalls != "" {
		if lang == "en" {
			return "Correction of " + n.Recalls
		}
		return n.Recalls + "の訂正・取消"
	}
	if form, ok := v.Site.Forms.Form(n.Form); ok {
		return form.Issue(n.Report, n.No, lang)
	}
	if lang == "en" {
		return ""
	}
	return reportNo(n.No)
}

// Form is the form a notice follows; ok is false for a free text.
func (v *View) Form(n *Notice) (*report.Form, bool) { return v.Site.Forms.Form(n.Form) }

// Lines are the rows of a report as they were frozen with it.
func (v *View) Lines(n *Notice) []report.Line { return report.Thaw(v.Text(n.Seq)["snapshot"]) }

// Files are the files that go with a notice.
func (v *View) Files(n *Notice) []Attached { return readAttached(v.Text(n.Seq)["attachments"]) }

// Stale lists the fields of a report that somebody said something new about
// since it was made.
func (v *View) Stale(n *Notice) []string {
	var out []string
	if n.Form == "" || n.Head == 0 {
		return nil
	}
	for _, l := range v.Lines(n) {
		if f, ok := v.S.Facts[l.Field]; ok && f.Seq > n.Head {
			out = appendOnce(out, l.Field)
		}
	}
	return out
}

// Moved lists the fields of a report that nobody said anything about, and that
// would read differently if it were made again now: the record has moved on.
// What was left out for its label is not compared.
func (v *View) Moved(n *Notice) []string {
	if n.Form == "" || n.Head == 0 {
		return nil
	}
	x := v.sight()
	x.now = n.Made // a new day alone changes how moments are written, not what happened
	facts := x.facts()
	var out []string
	for _, l := range v.Lines(n) {
		_, stated := v.S.Facts[l.Field]
		_, known := v.Site.Forms.FieldNamed(l.Field)
		if stated || !known || l.Fact.Seq > 0 || l.Held || l.Field == KindField {
			continue
		}
		if l.Value != facts[l.Field].Printed() {
			out = appendOnce(out, l.Field)
		}
	}
	return out
}

// Lapsed is the moment a notice names for the next report, where it has passed
// before the notice left: the zero time elsewhere.
func (v *View) Lapsed(n *Notice) time.Time {
	if n.Promise.IsZero() || n.Promise.After(v.Now) || n.Approver != "" || !strings.Contains(v.Text(n.Seq)["body"], v.sight().longTime(n.Promise)) {
		return time.Time{}
	}
	return n.Promise
}

// LastSent is the notice that reached the same body in the same series before
// this one; nil for the first.
func (v *View) LastSent(n *Notice) *Notice { return v.S.lastSent(n.Dest, n.Form, n.ID) }

func (s *Incident) lastSent(dest, form, before string) *Notice {
	var last *Notice
	for _, x := range s.Notices {
		if x.ID == before {
			break
		}
		if x.Dest == dest && x.State == NoticeSent && x.Recalls == "" && (x.Form == form || x.Form == "" || form == "") {
			last = x
		}
	}
	return last
}

// Changes are the items in which a report differs from the last one to the same
// body: nil where there was none, or where they are not of one form.
func (v *View) Changes(n *Notice) []report.Change {
	last := v.LastSent(n)
	if last == nil || last.Form == "" || last.Form != n.Form {
		return nil
	}
	return report.Changes(v.Lines(last), v.Lines(n))
}

// factRefs are the entries whose words are needed to show facts and consents.
func (s *Incident) factRefs() []int64 {
	var out []int64
	for _, f := range s.Facts {
		out = append(append(out, f.Seq), f.Before...)
	}
	for _, c := range s.Consents {
		out = append(out, c.Seq)
	}
	for _, n := range s.Notices {
		for _, a := range n.Allowed {
			out = append(out, a.Seq)
		}
	}
	return out
}
