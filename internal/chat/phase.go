package chat

import (
	"fmt"
	"slices"
	"strings"

	"irbot/internal/incident"
	"irbot/internal/runbook"
)

// PhaseActions are the buttons for what a runbook says of a phase as a whole
// and nobody has done yet: bodies to be told, people of our own to be told, and
// decisions that stand only in its prose. Phase 0 is the text of the document
// outside its phases.
func (d Drawer) PhaseActions(v *incident.View, run string, phase int) []Action {
	p := d.pen(v)
	r := v.S.Run(run)
	if r == nil || v.S.Status == incident.Closed {
		return nil
	}
	return append(p.phaseTells(r, phase), p.phaseChoices(r, phase, false)...)
}

// phaseTells are the buttons of the label 通知 under the heading of a phase.
func (p *pen) phaseTells(r *incident.Run, phase int) []Action {
	i := slices.IndexFunc(r.Phases, func(x incident.Phase) bool { return x.No == phase })
	if i < 0 || r.Phases[i].Ended {
		return nil
	}
	x, ref := &r.Phases[i], incident.PhaseRef(r.ID, phase)
	out := p.drafts(ref, x.Notify)
	if p.toTell(x.Tell, x.Informed) {
		out = append(out, p.action("step.inform", "step.inform", ref))
	}
	return out
}

// phaseChoices are the decisions of a phase's text, or of the document's, that
// nobody has opened yet; sure leaves out those whose text tells no answers
// apart, which may be no decision at all.
func (p *pen) phaseChoices(r *incident.Run, phase int, sure bool) []Action {
	var out []Action
	for _, c := range p.v.OpenChoices(r.ID, phase) {
		if sure && len(c.Decision.Branches) < 2 && runbook.Cases(c.Decision.Question, 0) == nil {
			continue
		}
		a := p.action("step.arm", "step.arm", fmt.Sprintf("%s#%d", incident.PhaseRef(r.ID, phase), c.N))
		a.Label = Truncate(p.t("step.arm.what", "question", OneLine(c.Decision.Question)), 60)
		out = append(out, a)
	}
	return out
}

// leads reports whether a step is the first open one of its phase: its card
// carries what the phase asks for as a whole.
func leads(r *incident.Run, st *incident.Step) bool {
	for _, x := range r.Steps {
		if x.Phase == st.Phase && !x.Closed() {
			return x == st
		}
	}
	return false
}

// byHand are the addressees of a label 通知 that no message can reach, because
// the directory does not know them (RB501): somebody has to ring them.
func (p *pen) byHand(points []runbook.NotifyPoint) string {
	_, _, unknown := p.v.Site.Addressees(points)
	if len(unknown) == 0 {
		return ""
	}
	return p.t("step.byhand.val", "who", OneLine(strings.Join(unknown, p.t("label.and"))))
}
