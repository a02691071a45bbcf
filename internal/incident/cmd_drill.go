package incident

// NextInject asks for the next situation of a drill. It only says who may: the
// director then gives it (GiveInject). A refusal stands in the drill's record.
type NextInject struct{}

// Name implements Command.
func (NextInject) Name() string { return "drill.next" }
func (NextInject) class() Class { return MayLead }

func (NextInject) decide(c *call) (Change, error) {
	if !c.s.Drill {
		return Change{}, refuse("drill.only")
	}
	return Change{}, nil
}
