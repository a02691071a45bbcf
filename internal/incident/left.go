package incident

import (
	"fmt"
	"slices"
	"strings"
)

// Leftover is one thing that is still open when somebody wants to close.
type Leftover struct {
	Kind   string // step, notice, unconfirmed, duty, escalation, entry, custody, decision, caution, receipt
	Ref    string // r1/2.3, N2, mlit-first, e1, 38, H1, D3, caution number
	Seq    int64  // entry whose text tells what it is; 0 where the state tells it
	Blocks bool   // it may stay open only with an approver's word
}

// Key names it in facts and forms: step:r1/2.3.
func (l Leftover) Key() string { return l.Kind + ":" + l.Ref }

// Leftovers lists what is still open, in the order of Left (UX 2.12). What
// blocks is exactly what Left counts; decisions, cautions, receipts and
// custody are told and do not block.
func (s *Incident) Leftovers() []Leftover {
	var out []Leftover
	add := func(kind, ref string, seq int64, blocks bool) {
		out = append(out, Leftover{Kind: kind, Ref: ref, Seq: seq, Blocks: blocks})
	}
	for _, r := range s.Runs {
		for _, st := range r.Steps {
			if !st.Closed() && !st.Optional {
				add("step", st.Ref, st.BlockSeq, true)
			}
		}
	}
	s.leftNotices(add)
	for _, d := range s.Duties {
		if d.State == DutyOpen && d.Level.Binding() {
			add("duty", d.ID, d.Seq, true)
		}
	}
	for _, e := range s.Escalations {
		if e.Ended == "" {
			add("escalation", e.ID, e.Seq, true)
		}
	}
	for _, seq := range s.OpenSeqs() {
		add("entry", fmt.Sprint(seq), seq, true)
	}
	for _, h := range s.Custody {
		if h.State == CustodyOffered {
			add("custody", h.ID, h.Seq, false)
		}
	}
	for _, d := range s.Decisions {
		if d.Made.IsZero() {
			add("decision", d.ID, d.Seq, false)
		}
	}
	for _, k := range s.Cautions {
		if k.Lifted.IsZero() {
			add("caution", fmt.Sprint(k.N), k.Seq, false)
		}
	}
	return out
}

func (s *Incident) leftNotices(add func(kind, ref string, seq int64, blocks bool)) {
	for _, n := range s.Notices {
		switch n.State {
		case NoticeUnconfirmed:
			add("unconfirmed", n.ID, n.Seq, true)
		case NoticeDraft, NoticeSubmitted, NoticeApproved, NoticeFailed, NoticeReturned:
			add("notice", n.ID, n.Seq, true)
		case NoticeSent:
			if len(n.Receipts)+len(n.Phoned) == 0 {
				add("receipt", n.ID, n.Seq, false)
			}
		case NoticeWithdrawn:
		}
	}
}

// OpenSeqs are the entries that wait for an answer (未対応), oldest first.
func (s *Incident) OpenSeqs() []int64 {
	var out []int64
	for seq, m := range s.Marks.All() {
		if m.Open && m.Struck == 0 {
			out = append(out, seq)
		}
	}
	slices.Sort(out)
	return out
}

// stays puts the reasons for what stays open into facts and words: every thing
// that blocks is named, with its own reason or the one for all.
func (x Close) stays(s *Incident, reason string) (keys []string, words string) {
	var lines []string
	for _, l := range s.Leftovers() {
		if !l.Blocks {
			continue
		}
		why := Clean(strings.ReplaceAll(x.Stays[l.Key()], "\n", " "))
		if why == "" {
			why = reason
		}
		keys = append(keys, l.Key())
		lines = append(lines, l.Key()+"\t"+strings.ReplaceAll(why, "\n", " "))
	}
	return keys, strings.Join(lines, "\n")
}

// Stay is one thing that was left open when the incident was closed, and why.
type Stay struct{ Kind, Ref, Reason string }

// Stays reads what was left open from the words of the closing entry. An
// incident that left nothing open has none.
func (v *View) Stays() []Stay {
	var out []Stay
	for line := range strings.Lines(v.Text(v.S.CloseSeq)["stays"]) {
		key, why, ok := strings.Cut(strings.TrimRight(line, "\n"), "\t")
		kind, ref, ok2 := strings.Cut(key, ":")
		if ok && ok2 {
			out = append(out, Stay{Kind: kind, Ref: ref, Reason: why})
		}
	}
	return out
}
