package chat

import (
	"fmt"
	"strings"
	"time"

	"irbot/internal/incident"
	"irbot/internal/runbook"
)

// stepForm is a form about a step, with the step's name and what makes it done
// above it. ref is a reference or a printed number.
func (p *pen) stepForm(ref, title string, in ...Input) (Form, bool) {
	st := p.s.FindStep(ref)
	if st == nil {
		return Form{}, false
	}
	f := p.form(title, title, in...)
	f.Body = p.aboutStep(st)
	return f, true
}

// aboutStep names a step and what makes it done.
func (p *pen) aboutStep(st *incident.Step) []Block {
	if st == nil {
		return nil
	}
	out := []Block{{Kind: Para, Text: p.t("step.line", "n", st.N, "title", OneLine(p.v.StepTitle(st)))}}
	if src := p.v.Source(st); src != nil && src.DoneWhen != "" {
		out = append(out, Block{Kind: Para, Text: p.t("step.donewhen") + ": " + OneLine(src.DoneWhen)})
	}
	return out
}

// formDone asks what is seen and takes the photo. One of the two is enough where
// the runbook asks for no figure, and what was kept or counted meanwhile, too.
func (p *pen) formDone(ref string) (Form, bool) {
	value, photo := p.seen(ref), p.in("file", "step.photo", InputFile)
	if st := p.s.FindStep(ref); st != nil {
		photo.Required, value.Required = p.v.Wants(st)
		if st.Value && !photo.Required && !value.Required && len(st.Kept) == 0 && st.Counted == 0 {
			photo.Hint = p.t("step.photo.either")
		}
	}
	return p.stepForm(ref, "step.done", value, photo, p.when())
}

// formConfirm asks the second person, who may add what is seen.
func (p *pen) formConfirm(ref string) (Form, bool) {
	return p.stepForm(ref, "step.second", p.seen(ref), p.when())
}

// seen is the input for what one sees, with what the runbook wants to see.
func (p *pen) seen(ref string) Input {
	in := p.in("value", "step.expect", InputLines)
	if st := p.s.FindStep(ref); st != nil {
		if src := p.v.Source(st); src != nil {
			in.Hint = OneLine(strings.Join(src.Evidence, p.t("label.and")))
		}
	}
	return in
}

func (p *pen) formBlock(ref string) (Form, bool) {
	preset := p.presets("step.reason.block")
	for _, k := range []string{"nokey", "noperson", "nocontact", "broken"} {
		preset.Options = append(preset.Options, Option{ID: k, Label: p.t("step.preset." + k)})
	}
	return p.stepForm(ref, "step.block", p.other(preset), p.in("reason", "label.text", InputLines))
}

func (p *pen) formSkip(ref string) (Form, bool) {
	preset := p.presets("step.reason")
	for _, k := range incident.SkipPresets() {
		preset.Options = append(preset.Options, Option{ID: k, Label: p.presetWord(k)})
	}
	return p.stepForm(ref, "step.skip", p.other(preset), p.in("reason", "label.text", InputLines))
}

// otherReason is the preset that stands for the words typed beside it.
const otherReason = "other"

// presets offers reasons to tap.
func (p *pen) presets(label string) Input { return need(p.in("preset", label, InputChoice)) }

// other lets the reason be one in words.
func (p *pen) other(in Input) Input {
	in.Options = append(in.Options, Option{ID: otherReason, Label: p.t("step.preset.other")})
	in.Value = otherReason
	return in
}

func (p *pen) formAssign(ref string) (Form, bool) {
	return p.stepForm(ref, "step.reassign", need(p.personInput("step.person")))
}

// extensions are the lengths offered, in minutes.
func extensions() []int { return []int{15, 30, 60, 120} }

func (p *pen) formExtend(ref string) (Form, bool) {
	minutes := need(p.in("minutes", "step.minutes", InputChoice))
	for _, m := range extensions() {
		minutes.Options = append(minutes.Options, Option{ID: fmt.Sprint(m), Label: Duration(time.Duration(m)*time.Minute, p.Lang)})
	}
	minutes.Value = minutes.Options[0].ID
	return p.stepForm(ref, "step.extend", minutes, p.in("reason", "label.reason", InputText))
}

func (p *pen) formNA(ref string) (Form, bool) {
	return p.stepForm(ref, "step.notapply", need(p.in("reason", "step.reason.na", InputLines)))
}

func (p *pen) formReopen(ref string) (Form, bool) {
	return p.stepForm(ref, "step.reopen", need(p.in("reason", "step.reason.reopen", InputLines)))
}

func (p *pen) formFull(ref string) (Form, bool) {
	f, ok := p.stepForm(ref, "step.full")
	if !ok {
		return f, false
	}
	f.Submit = ""
	if src := p.v.Source(p.s.FindStep(ref)); src != nil {
		f.Body = append(f.Body, Block{Kind: Quote, Text: Safe(runbook.Readable(src.Body))})
	}
	return f, true
}
