package incident

import (
	"fmt"
	"slices"
	"time"

	"irbot/internal/timeline"
)

// MaxErased is how many texts one request may name: the facts of an entry stay
// small, and an approver can still look at all of them.
const MaxErased = 200

// AskErasure asks that texts be erased, on legal demand or because their time
// is over. Nothing is erased before another person approves.
type AskErasure struct {
	Entries  []int64 `json:"entries"`
	Approver string  `json:"approver"` // who is to approve
	Reason   string  `json:"reason"`
	Rule     string  `json:"rule,omitempty"`  // the retention rule behind it
	Files    bool    `json:"files,omitempty"` // the files that these entries keep go too; their hashes stay
}

// ApproveErasure erases what was asked for. It is given only on a screen that
// shows the texts, so ParseCommand does not know it.
type ApproveErasure struct {
	Erasure string
}

// RefuseErasure turns a request down.
type RefuseErasure struct {
	Erasure string `json:"erasure"`
	Reason  string `json:"reason"`
}

// Name implements Command.
func (AskErasure) Name() string { return "erasure.ask" }
func (AskErasure) class() Class { return MayLead }

// Name implements Command.
func (ApproveErasure) Name() string { return "erasure.approve" }
func (ApproveErasure) class() Class { return MayApprove }

// Name implements Command.
func (RefuseErasure) Name() string { return "erasure.refuse" }
func (RefuseErasure) class() Class { return MayApprove }

func (x AskErasure) decide(c *call) (Change, error) {
	reason := Clean(x.Reason)
	if reason == "" {
		return Change{}, refuse("input.missing", "field", "reason")
	}
	if len(x.Entries) == 0 || len(x.Entries) > MaxErased {
		return Change{}, refuse("erasure.count", "max", fmt.Sprint(MaxErased))
	}
	if x.Approver == c.act.Person || !c.site.Allowed(x.Approver, MayApprove, c.s) {
		return Change{}, refuse("erasure.approver", "who", c.eligible(MayApprove, c.act.Person))
	}
	entries := slices.Clone(x.Entries)
	slices.Sort(entries)
	entries = slices.Compact(entries)
	if err := x.erasable(c, entries); err != nil {
		return Change{}, err
	}
	f := erasureFacts{Erasure: fmt.Sprintf("X%d", len(c.s.Erasures)+1), Entries: entries, Approver: x.Approver, Rule: x.Rule, Files: x.Files}
	ch := one(c.draft(KindErasureAsked, f, "reason", reason, "name", c.name(x.Approver)))
	ch.Outcome = Outcome{Code: "erasure.asked", Args: map[string]string{"erasure": f.Erasure, "who": c.name(x.Approver)}, Ref: f.Erasure}
	return ch, nil
}

// erasable refuses what cannot be erased. A file goes only where no other entry
// keeps it: what stays in the record must stay whole.
func (x AskErasure) erasable(c *call, entries []int64) error {
	files := 0
	for _, seq := range entries {
		file := x.Files && c.s.Files[seq] != ""
		switch {
		case seq < 1 || seq > c.s.Seq:
			return refuse("entry.unknown", "seq", fmt.Sprint(seq))
		case c.s.asked(seq) || !file && c.s.Doomed(seq):
			return refuse("erasure.already", "seq", fmt.Sprint(seq))
		case !file && len(c.text(seq)) == 0:
			return refuse("erasure.no_text", "seq", fmt.Sprint(seq))
		}
		if !file {
			continue
		}
		files++
		if other := c.s.fileUser(seq, entries); other != 0 {
			return refuse("erasure.shared", "seq", fmt.Sprint(seq), "other", fmt.Sprint(other))
		}
	}
	if x.Files && files == 0 {
		return refuse("erasure.no_file")
	}
	return nil
}

// asked reports whether the erasure of an entry waits for its approver.
func (s *Incident) asked(seq int64) bool {
	return slices.ContainsFunc(s.Erasures, func(x *Erasure) bool { return x.State == ErasureAsked && slices.Contains(x.Entries, seq) })
}

// eligible lists who may do something, apart from one person.
func (c *call) eligible(class Class, but string) string {
	out := ""
	for _, id := range c.site.Who(class, c.s) {
		if id == but {
			continue
		}
		if out != "" {
			out += "、"
		}
		out += c.name(id)
	}
	return out
}

// pendingErasure finds a request the acting person may answer.
func (c *call) pendingErasure(id string) (*Erasure, error) {
	r := c.s.Erasure(id)
	switch {
	case r == nil:
		return nil, refuse("erasure.unknown", "erasure", id)
	case r.State != ErasureAsked:
		return nil, refuse("erasure.over", "erasure", id)
	case r.Asker == c.act.Person:
		return nil, refuse("erasure.self", "who", c.eligible(MayApprove, c.act.Person))
	case r.Approver != "" && r.Approver != c.act.Person:
		return nil, refuse("erasure.not_yours", "who", c.name(r.Approver))
	}
	return r, nil
}

func (x ApproveErasure) decide(c *call) (Change, error) {
	r, err := c.pendingErasure(x.Erasure)
	if err != nil {
		return Change{}, err
	}
	reason := c.text(r.Seq)["reason"]
	var out Change
	for _, seq := range r.Entries {
		f := erasedFacts{Erases: seq, Approver: c.act.Person, Erasure: r.ID, Asker: r.Asker}
		if r.Files {
			f.File = c.s.Files[seq]
		}
		if other := c.s.fileUser(seq, r.Entries); f.File != "" && other != 0 { // kept again since it was asked
			return Change{}, refuse("erasure.shared", "seq", fmt.Sprint(seq), "other", fmt.Sprint(other))
		}
		if f.File == "" && slices.Contains(c.s.Erased, seq) {
			continue
		}
		out.Entries = append(out.Entries, c.draft(KindErased, f, "reason", reason))
	}
	out.Outcome = Outcome{Code: "erasure.done", Args: map[string]string{"erasure": r.ID, "n": fmt.Sprint(len(out.Entries))}, Ref: r.ID}
	return out, nil
}

func (x RefuseErasure) decide(c *call) (Change, error) {
	r, err := c.pendingErasure(x.Erasure)
	if err != nil {
		return Change{}, err
	}
	reason := Clean(x.Reason)
	if reason == "" {
		return Change{}, refuse("input.missing", "field", "reason")
	}
	return one(c.draft(KindErasureRefused, erasureFacts{Erasure: r.ID}, "reason", reason)), nil
}

// RetentionRule says which texts may be erased how long after an incident was
// closed. It only proposes.
type RetentionRule struct {
	ID    string
	Drill bool            // texts of drills, else of real incidents
	Kinds []timeline.Kind // none means all
	After time.Duration
}

// Proposal are texts of one incident whose time is over by one rule.
type Proposal struct {
	Rule     string
	Incident string
	Entries  []int64
	Due      time.Time
}

// Propose lists what a rule would have erased of an incident at a moment. What
// is asked for or done already is left out, and so are the entries about
// erasures: who approved what, and why, stays. What was written after the close
// has its time from then.
func (r RetentionRule) Propose(s *Incident, entries []timeline.Entry, now time.Time) (Proposal, bool) {
	p := Proposal{Rule: r.ID, Incident: s.ID, Due: s.Times.Closed.Add(r.After)}
	if s.Status != Closed || s.Drill != r.Drill || p.Due.After(now) {
		return p, false
	}
	for i := range entries {
		e := &entries[i]
		if len(e.TextBytes) == 0 || s.Doomed(e.Seq) || e.Kind == KindErased || e.Kind == KindErasureAsked || e.Kind == KindErasureRefused {
			continue
		}
		if e.RecordedAt.Add(r.After).After(now) {
			continue
		}
		if len(r.Kinds) == 0 || slices.Contains(r.Kinds, e.Kind) {
			p.Entries = append(p.Entries, e.Seq)
		}
	}
	return p, len(p.Entries) > 0
}
