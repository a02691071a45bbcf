package incident

import "irbot/internal/timeline"

// Undo withdraws the acting person's last act within two minutes; it is struck,
// never removed.
type Undo struct{}

// Name implements Command.
func (Undo) Name() string { return "entry.undo" }
func (Undo) class() Class { return MayRespond }

func (x Undo) decide(c *call) (Change, error) {
	u, ok := c.s.Last[c.act.Person]
	if !ok || c.now.Sub(u.At) > undoWindow {
		return Change{}, refuse("undo.nothing")
	}
	if st := c.s.Step(u.Step); st != nil {
		closing := timeline.Kind(u.Kind) != KindStepTaken && timeline.Kind(u.Kind) != KindStepBlocked
		if closing && st.CloseSeq != u.Seq {
			return Change{}, refuse("undo.moved_on")
		}
	}
	return one(c.draft(KindUndone, entryFacts{Entry: u.Seq, Step: u.Step, Reason: u.Kind})), nil
}
