package main

import (
	"fmt"
	"strings"

	"irbot/internal/chat"
	"irbot/internal/incident"
)

func (c *cli) shownStep(v *incident.View, st *incident.Step, now bool) shownStep {
	x := shownStep{N: st.N, Ref: st.Ref, Title: v.StepTitle(st), State: string(st.State), Now: now, Holder: st.Holder, Owners: v.Asked(st, string(c.lang)), Due: machineTime(st.Due), Value: v.Text(st.CloseSeq)["value"]}
	if x.Owners == nil {
		x.Owners = []string{}
	}
	return x
}

// saySteps lists the steps of each run under their phases, in one table so that
// all columns stand below each other.
func (c *cli) saySteps(v *incident.View, now map[string]bool) {
	var cells [][]string
	for _, r := range v.S.Runs {
		c.printf("%s\n", strings.TrimSpace(r.ID+"  "+chat.OneLine(v.RunTitle(r.ID))))
		for i := range r.Phases {
			c.printf("  %s\n", c.phaseLine(v, r, i))
		}
		for _, st := range r.Steps {
			state := c.words.Or(c.lang, "step.state."+string(st.State), string(st.State))
			if now[st.Ref] {
				state = c.say("いま", "now") + " " + state
			}
			due := ""
			if !st.Closed() {
				due = chat.Near(st.Due, v.Now, v.Site.Zone)
			}
			cells = append(cells, []string{fmt.Sprint(st.N), fmt.Sprintf("%s/p%d", r.ID, st.Phase), state, v.StepTitle(st), c.onIt(v, st), due})
		}
	}
	if len(cells) > 0 {
		c.table([]string{"No", c.say("段階", "phase"), c.say("状態", "state"), c.say("手順", "step"), c.say("担当", "by"), c.say("目標", "due")}, cells)
	}
}

// onIt is who works on a step, or in brackets the roles it is meant for.
func (c *cli) onIt(v *incident.View, st *incident.Step) string {
	roles := v.Asked(st, string(c.lang))
	if st.Holder != "" || len(roles) == 0 || st.Closed() {
		return v.Person(st.Holder, string(c.lang))
	}
	return "(" + chat.OneLine(c.joined(roles)) + ")"
}

// phaseLine is a phase with its window, limit and lane.
func (c *cli) phaseLine(v *incident.View, r *incident.Run, i int) string {
	x := r.Phases[i]
	out := []string{fmt.Sprintf("%s/p%d", r.ID, x.No), chat.OneLine(v.PhaseTitle(r.ID, x.No))}
	if b := v.Book(r.ID); b != nil && b.Phase(x.No) != nil && b.Phase(x.No).Window != nil {
		out = append(out, chat.OneLine(b.Phase(x.No).Window.Written))
	}
	if x.Parallel || i+1 < len(r.Phases) && r.Phases[i+1].Parallel {
		out = append(out, c.say("並行", "in parallel"))
	}
	if !x.Ended && !x.Opens.IsZero() {
		out = append(out, c.say("開始予定 ", "opens ")+chat.Near(x.Opens, v.Now, v.Site.Zone))
	}
	if !x.Ended && !x.Due.IsZero() {
		out = append(out, c.say("目標 ", "due ")+chat.Near(x.Due, v.Now, v.Site.Zone))
	}
	return strings.Join(out, "  ")
}

// showStep prints the card of one step, as Slack and the console have it.
func (c *cli) showStep(v *incident.View, name string) error {
	st := v.S.FindStep(name)
	if st == nil {
		return &problem{exit: exitNotFound, code: "step.unknown", what: c.words.Refusal(c.lang, "step.unknown", map[string]string{"step": chat.Truncate(name, 20)}), fix: "irbot incident show " + v.S.ID}
	}
	card, _ := chat.Drawer{Words: c.words, Lang: c.lang}.Draw(v, "step/"+st.Ref)
	now := false
	for _, x := range v.S.Currents() {
		now = now || x == st
	}
	return c.answer("incident.step", c.shownStep(v, st, now), func() {
		c.printf("%s", chat.Text(card))
		for _, a := range card.Actions {
			if _, typed := typedCommand(a); typed != "" {
				c.printf("%s\n    %s\n", a.Label, typed)
			}
		}
	})
}

// typedCommand is what does the same as a button of a card, or "" where the
// command line has a verb of its own for every step.
func typedCommand(a chat.Action) (at, typed string) {
	val, err := chat.DecodeValue(a.Value)
	if err != nil {
		return "", ""
	}
	at, arg, _ := strings.Cut(val.Ref, "#")
	return at, map[string]string{
		"step.arm": "irbot incident arm " + at + " --choice " + arg, "step.inform": "irbot incident inform " + at,
		"notice.draft": "irbot notice draft " + arg, "run.start": "irbot incident start " + val.Incident + " " + arg,
	}[a.ID]
}

// joined puts words behind each other.
func (c *cli) joined(words []string) string { return strings.Join(words, c.say("、", ", ")) }
