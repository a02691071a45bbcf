package incident

import (
	"fmt"
	"time"

	"irbot/internal/runbook"
	"irbot/internal/timeline"
)

// Rehearsal is a run of a runbook that nobody sees and nothing records: the
// same rules as in an incident, over entries that are thrown away. It is for
// looking at a runbook before anybody depends on it.
type Rehearsal struct {
	s     *Incident
	site  *Site
	book  *runbook.Runbook
	now   time.Time
	texts map[int64]timeline.Text
}

// Answers to a step of a rehearsal other than the letter of a branch.
const (
	RehearseDone = "."
	RehearseNA   = "-"
)

// Rehearse starts a run of a runbook in an incident that does not exist,
// declared now. It fails with a *Refusal for a runbook without steps.
func Rehearse(b *runbook.Runbook, site *Site, now time.Time) (*Rehearsal, error) {
	now = now.UTC().Truncate(time.Microsecond)
	r := &Rehearsal{s: New("IR-0"), site: site, book: b, now: now, texts: map[int64]timeline.Text{}}
	c := &call{s: r.s, site: site, act: Act{Person: timeline.System}, now: now, text: none, book: func(string) *runbook.Runbook { return b }}
	if err := r.apply(c.draft(KindDeclared, declaredFacts{}, "title", b.Title)); err != nil {
		return nil, err
	}
	ch, err := c.startBook(b, true, "")
	if err != nil {
		return nil, err
	}
	for _, d := range ch.Entries {
		if err := r.apply(d); err != nil {
			return nil, err
		}
	}
	return r, nil
}

func (r *Rehearsal) apply(d timeline.Draft) error {
	words := d.Text
	d.Text = nil
	at := timeline.SealAt{Incident: r.s.ID, Now: r.now}
	at.Prev.Seq = r.s.Seq
	e, err := timeline.Seal(d, at)
	if err != nil {
		return fmt.Errorf("rehearse runbook: %w", err)
	}
	r.texts[e.Seq] = words
	Apply(r.s, &e)
	return nil
}

// Current is the step that is next; nil at the end.
func (r *Rehearsal) Current() *Step {
	if list := r.s.Currents(); len(list) > 0 {
		return list[0]
	}
	return nil
}

// Answer closes the current step: with RehearseDone, with RehearseNA where it
// has a condition, or with the letter of a branch of a decision. ok is false
// for an answer the step does not have and at the end.
func (r *Rehearsal) Answer(answer string) (ok bool) {
	st := r.Current()
	if st == nil {
		return false
	}
	kind, facts := KindStepDone, any(stepFacts{Step: st.Ref})
	switch {
	case answer == RehearseNA && st.Cond:
		kind = KindStepNA
	case answer == RehearseDone && len(st.Branches) == 0:
	default:
		f := decisionFacts{Decision: fmt.Sprintf("D%d", len(r.s.Decisions)+1), Step: st.Ref, Choice: answer}
		for _, b := range st.Branches {
			f.Options = append(f.Options, b.Key)
		}
		if !contains(f.Options, answer) {
			return false
		}
		kind, facts = KindDecisionMade, f
	}
	second := kind == KindStepDone && st.Two && st.First == ""
	err := r.apply(timeline.Draft{Kind: kind, Actor: timeline.System, Facts: facts})
	if err == nil && second {
		err = r.apply(timeline.Draft{Kind: KindStepSecond, Actor: timeline.System, Facts: facts})
	}
	return err == nil
}

// View is the rehearsal as cards are drawn from.
func (r *Rehearsal) View() *View {
	return NewView(r.s, r.site, r.now, r.texts, map[string]*runbook.Runbook{r.book.Hash: r.book})
}

// Spread makes every open step look as it will when its turn has come, so that
// all cards can be shown side by side. Answers after it mean nothing.
func (r *Rehearsal) Spread() {
	for _, run := range r.s.Runs {
		for _, st := range run.Steps {
			if !st.Closed() && st.CurrentAt.IsZero() {
				st.CurrentAt = r.now
				st.setDue(r.s, run)
			}
		}
	}
}
