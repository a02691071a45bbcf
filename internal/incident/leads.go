package incident

// LeadsTo is the number, in this incident, of the step that a jump of a step's
// run leads to; 0 if it leads to none. A runbook's own numbers begin again with
// each phase and leave out the steps of answers, so they are not what is shown.
func (s *Incident) LeadsTo(st *Step, key string) int {
	r := s.runOf(st.Ref)
	if r == nil || key == "" {
		return 0
	}
	if i := r.index(key); i >= 0 {
		return r.Steps[i].N
	}
	return 0
}

// Asked are the roles a step is meant for, by name in the wanted language; where
// the directory does not know all of them, the runbook's own words.
func (v *View) Asked(st *Step, lang string) []string {
	if src := v.Source(st); src != nil && len(src.Owner) > len(st.Owner) {
		return src.Owner
	}
	var out []string
	for _, id := range st.Owner {
		out = append(out, v.Role(id, lang))
	}
	return out
}

// Unheld are the roles that are to approve a step and that the directory does
// not know, as written: nobody can be held to them.
func (v *View) Unheld(st *Step) []string {
	if src := v.Source(st); src != nil && len(st.Approver) == 0 {
		return src.Approver
	}
	return nil
}
