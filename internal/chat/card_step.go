package chat

import (
	"fmt"
	"slices"
	"strings"

	"irbot/internal/incident"
	"irbot/internal/runbook"
)

// step is the current-step card (UX 2.4) in each of its states.
func (p *pen) step(ref string) (Card, bool) {
	st := p.s.Step(ref)
	if st == nil {
		return Card{}, false
	}
	src := p.v.Source(st)
	if src == nil {
		src = &runbook.Step{}
	}
	c := Card{Head: p.stepHead(st), Title: OneLine(p.v.StepTitle(st)), Tone: p.stepTone(st)}
	c.Fallback = p.mark(p.t("step.line", "n", st.N, "title", c.Title) + "  " + p.stepState(st))
	if st.Closed() || p.s.Status == incident.Closed {
		if d := p.decided(st); d != nil { // why, and until when, stays in sight
			key := "dec.made"
			if d.Review.IsZero() {
				key = "dec.made.noreview"
			}
			c.Footer = p.t(key, "choice", p.chosen(d), "person", p.person(d.By), "time", p.clock(d.Made), "review", p.clock(d.Review))
			if basis := Safe(p.v.Text(d.MadeSeq)["basis"]); basis != "" {
				c.Fields = []Field{{Label: p.t("dec.basis"), Value: basis}}
			}
		}
		return c, true // one line, no buttons: nothing looks alive on an old card
	}
	c.Fields = p.stepFields(st, src)
	c.Body = p.stepBody(st, src)
	c.Actions = p.stepActions(st)
	c.Footer = p.following(st)
	return c, true
}

// decided is the decision a step was closed by; nil for every other step.
func (p *pen) decided(st *incident.Step) *incident.Decision {
	if st.State != incident.StepDone || len(st.Branches) == 0 {
		return nil
	}
	for i := len(p.s.Decisions) - 1; i >= 0; i-- {
		if d := p.s.Decisions[i]; d.Step == st.Ref && !d.Made.IsZero() {
			return d
		}
	}
	return nil
}

func (p *pen) stepHead(st *incident.Step) string {
	key := "step.cur"
	switch {
	case st.Closed(): // without the total: a card that is done does not change when steps are added
		key = "step.was"
	case st.CurrentAt.IsZero():
		key = "step.head"
	}
	head := p.t(key, "n", st.N, "total", p.s.NextStep-1)
	if phase := p.phaseTitle(st); phase != "" {
		head += "  [" + phase + "]"
	}
	if p.s.Drill {
		head = p.t("inc.head.drill", "incident", p.s.ID, "title", head)
	}
	return head + "  " + p.stepState(st)
}

func (p *pen) phaseTitle(st *incident.Step) string {
	run, _, _ := strings.Cut(st.Ref, "/")
	return OneLine(p.v.PhaseTitle(run, st.Phase))
}

// stepState is the state in words, with who and when.
func (p *pen) stepState(st *incident.Step) string {
	switch st.State {
	case incident.StepDone:
		return p.closedState(st, "step.done", "value")
	case incident.StepSkipped:
		return p.closedState(st, "step.skipped", "reason")
	case incident.StepNA:
		if OneLine(p.v.Text(st.CloseSeq)["reason"]) != "" { // somebody said so, no branch did
			return p.closedState(st, "step.na", "reason")
		}
		return p.t("step.na.head")
	case incident.StepBlocked:
		return p.t("step.blocked.head", "reason", p.blockReason(st))
	case incident.StepSecond:
		return p.t("step.second.wait", "person", p.person(st.First))
	case incident.StepOpen, incident.StepTaken:
	}
	if n := p.pending(st); n != nil {
		return p.t("step.approval", "role", p.approvers())
	}
	out := p.t("step.none")
	if st.Holder != "" {
		out = p.t("step.holder", "person", p.person(st.Holder), "time", p.clock(st.TakenAt))
	}
	if p.late(st) {
		out = p.t("step.over.head", "minutes", minutes(p.v.Now.Sub(st.Due))) + "  " + out
	}
	return out
}

func (p *pen) closedState(st *incident.Step, key, field string) string {
	words := OneLine(p.v.Text(st.CloseSeq)[field])
	if field == "value" && words == "" && len(st.Branches) > 0 {
		words = OneLine(p.v.Text(st.CloseSeq)["choice"])
	}
	args := []any{"time", p.clock(st.ClosedAt), "person", p.person(st.By), "value", words}
	if words == "" {
		return p.t(key+".head", args...)
	}
	return p.t(key+".value", args...)
}

func (p *pen) blockReason(st *incident.Step) string {
	return OneLine(p.v.Text(st.BlockSeq)["reason"])
}

func (p *pen) late(st *incident.Step) bool {
	return !st.Closed() && !st.Due.IsZero() && st.Due.Before(p.v.Now)
}

func (p *pen) stepTone(st *incident.Step) Tone {
	switch st.State {
	case incident.StepDone:
		return ToneDone
	case incident.StepSkipped, incident.StepNA:
		return ToneMuted
	case incident.StepBlocked:
		return ToneBlocked
	case incident.StepOpen, incident.StepTaken, incident.StepSecond:
	}
	switch {
	case p.pending(st) != nil || st.State == incident.StepSecond:
		return ToneWaiting
	case p.late(st):
		return ToneLate
	case st.State == incident.StepOpen:
		return ToneFree
	}
	return ToneCurrent
}

// pending is the notice of this step that waits for an approval, if any.
func (p *pen) pending(st *incident.Step) *incident.Notice {
	for _, n := range p.s.Notices {
		if n.State == incident.NoticeSubmitted && slices.Contains(st.Notify, n.Dest) {
			return n
		}
	}
	return nil
}

// approvers names the roles that may approve.
func (p *pen) approvers() string {
	var out []string
	for _, r := range p.v.Site.Permissions[incident.MayApprove] {
		if !strings.HasSuffix(r, "-deputy") && r != "*" {
			out = append(out, p.role(r))
		}
	}
	return strings.Join(out, p.t("label.and"))
}

func (p *pen) roles(ids []string) string {
	var out []string
	for _, id := range ids {
		out = append(out, p.role(id))
	}
	return strings.Join(out, p.t("label.and"))
}

func (p *pen) stepFields(st *incident.Step, src *runbook.Step) []Field {
	var out []Field
	add := func(label, value string, tone Tone) {
		if value != "" {
			out = append(out, Field{Label: p.t(label), Value: value, Tone: tone})
		}
	}
	add("step.condition", OneLine(src.Condition), ToneNone)
	add("step.donewhen", OneLine(src.DoneWhen), ToneNone)
	add("step.forbidden", OneLine(strings.Join(src.Forbidden, p.t("label.and"))), ToneBlocked)
	add("step.evidence", p.evidence(st, src), ToneNone)
	add("step.forms", p.rowForms(st), ToneNone)
	add("step.byhand", p.byHand(src.Notify), ToneNone)
	if src.Estimate != nil {
		add("step.estimate", OneLine(src.Estimate.Written), ToneNone)
	}
	switch {
	case !st.Due.IsZero() && p.late(st):
		add("step.target", p.until(st.Due), ToneLate)
	case !st.Due.IsZero():
		add("step.target", p.until(st.Due), ToneNone)
	case src.Due != nil: // it begins to run with the step, or nobody could read it
		add("step.limit", OneLine(src.Due.Written), ToneNone)
	}
	for _, t := range src.Timers {
		add("step.timer", OneLine(t.Written), ToneNone)
	}
	if src.Escalate != nil {
		add("step.escalate", OneLine(src.Escalate.Written), ToneNone)
	}
	if st.Holder == "" {
		add("step.owner", p.meantFor(st), ToneNone)
	}
	add("step.closer", p.roles(st.Approver), ToneNone)
	if who := p.v.Unheld(st); len(who) > 0 {
		add("step.unheld", p.t("step.unheld.val", "who", OneLine(strings.Join(who, p.t("label.and")))), ToneNone)
	}
	marks := []string{p.stands(st)}
	if st.Two {
		marks = append(marks, p.t("step.two"))
	}
	if st.Optional {
		marks = append(marks, p.t("step.optional"))
	}
	add("step.from_runbook", strings.Join(marks, " / "), ToneNone)
	return out
}

// evidence is what the runbook asks to be kept, and how much of it is there.
func (p *pen) evidence(st *incident.Step, src *runbook.Step) string {
	out := OneLine(strings.Join(src.Evidence, p.t("label.and")))
	if n := len(st.Kept); n > 0 && out != "" {
		return p.t("step.evidence.kept", "what", out, "count", n)
	}
	return out
}

func (p *pen) stepBody(st *incident.Step, src *runbook.Step) []Block {
	var out []Block
	if len(src.SubSteps) > 0 {
		b := Block{Kind: List, Text: p.t("step.todo")}
		for _, sub := range src.SubSteps {
			b.Items = append(b.Items, subStep(sub))
		}
		out = append(out, b)
	}
	if len(st.Branches) > 0 && src.Decision != nil {
		b := Block{Kind: List, Text: OneLine(src.Decision.Question)}
		if b.Text == OneLine(src.Title) { // it stands above already
			b.Text = ""
		}
		for i, br := range src.Decision.Branches {
			b.Items = append(b.Items, p.t("dec.option.val", "letter", letter(i), "text", strings.TrimSpace(OneLine(br.Label+" "+p.answerNote(st, i, br.Text)))))
		}
		out = append(out, b)
	}
	for _, n := range src.Notes {
		kind := Para
		if n.Kind != "note" {
			kind = Warn
		}
		out = append(out, Block{Kind: kind, Text: Safe(n.Text)})
	}
	for _, cmd := range src.Commands {
		out = append(out, Block{Kind: Code, Text: Safe(cmd.Text)})
	}
	return out
}

func subStep(s runbook.SubStep) string {
	out := OneLine(s.Title)
	for _, sub := range s.Subs {
		out += "\n- " + OneLine(sub.Title)
	}
	return out
}

// following previews the next two steps of the run.
func (p *pen) following(st *incident.Step) string {
	var next []string
	run, _, _ := strings.Cut(st.Ref, "/")
	after := false
	if st.Next != nil && st.Next.End {
		return p.t("step.next.end")
	} else if n := p.s.LeadsTo(st, nextKey(st)); n > 0 {
		x := p.s.FindStep(fmt.Sprint(n))
		return p.t("step.next.one", "next", p.t("step.item", "n", x.N, "title", Truncate(OneLine(p.v.StepTitle(x)), 40), "who", p.onIt(x)))
	}
	for _, x := range p.s.Run(run).Steps {
		if x == st {
			after = true
			continue
		}
		if after && !x.Closed() && len(next) < 2 {
			next = append(next, p.t("step.item", "n", x.N, "title", Truncate(OneLine(p.v.StepTitle(x)), 40), "who", p.onIt(x)))
		}
	}
	switch len(next) {
	case 0:
		return p.t("step.next.last")
	case 1:
		return p.t("step.next.one", "next", next[0])
	}
	return p.t("step.next", "next", next[0], "then", next[1])
}

func (p *pen) onIt(st *incident.Step) string {
	switch {
	case st.Holder != "":
		return p.person(st.Holder)
	case p.meantFor(st) != "":
		return p.meantFor(st)
	}
	return p.t("step.none")
}

// stepActions are the buttons of an open step, the primary one first.
func (p *pen) stepActions(st *incident.Step) []Action {
	var out []Action
	add := func(a Action) {
		verb := a.Label
		a.A11y = Truncate(p.t("step.a11y", "n", st.N, "title", Truncate(OneLine(p.v.StepTitle(st)), 40), "verb", verb), 75)
		out = append(out, a)
	}
	for _, a := range p.stepButtons(st) {
		add(a)
	}
	for _, a := range p.stepMenu(st) {
		add(inMenu(a))
	}
	return out
}

func (p *pen) stepButtons(st *incident.Step) []Action {
	take := p.action("step.take", "step.take", st.Ref)
	block := p.ask("step.block", "step.block", st.Ref)
	note, evidence := p.ask("note.add", "step.note", st.Ref), p.ask("evidence.add", "step.evid", st.Ref)
	if n := p.pending(st); n != nil {
		a := p.ask("notice.open", "step.openform", n.ID)
		a.Label = p.t("step.openform", "id", n.ID)
		return []Action{a}
	}
	switch st.State {
	case incident.StepBlocked:
		return []Action{primary(p.action("step.unblock", "step.free", st.Ref)), p.ask("step.assign", "step.reassign", st.Ref), p.ask("step.skip", "step.skip", st.Ref)}
	case incident.StepSecond:
		return []Action{primary(p.done(st, "step.confirm", "step.second")), block, note, evidence}
	case incident.StepOpen, incident.StepTaken, incident.StepDone, incident.StepSkipped, incident.StepNA:
	}
	if len(st.Branches) > 0 {
		return append(p.choices(st), p.ask("note.add", "step.note", st.Ref))
	}
	if more := p.further(st); len(more) > 0 {
		return append(p.plainButtons(st, take, block, note, evidence), more...)
	}
	return p.plainButtons(st, take, block, note, evidence)
}

// plainButtons are those of a step that is nothing but something to do.
func (p *pen) plainButtons(st *incident.Step, take, block, note, evidence Action) []Action {
	first := primary(take)
	if st.Holder != "" {
		first = primary(p.done(st, "step.done", "step.done"))
	}
	out := append([]Action{first}, p.rowButtons(st)...)
	out = append(out, p.drafts(st.Ref, st.Notify)...)
	switch {
	case p.late(st):
		return append(out, block, p.ask("step.extend", "step.extend", st.Ref))
	case st.Cond:
		return append(out, p.ask("step.na", "step.notapply", st.Ref), block)
	case st.Holder == "":
		return append(out, block)
	}
	return append(out, block, note, evidence)
}

// done asks for the photo and for what is seen, in one form, where they are wanted; else it acts at once.
func (p *pen) done(st *incident.Step, id, label string) Action {
	if id == "step.done" {
		if photo, value := p.v.Wants(st); photo {
			return p.ask(id, "step.photodone", st.Ref)
		} else if value {
			return p.ask(id, label, st.Ref)
		}
	}
	if st.Value && len(st.Kept) == 0 && st.Counted == 0 && st.State != incident.StepSecond {
		return p.ask(id, label, st.Ref)
	}
	return p.action(id, label, st.Ref)
}

// drafts are buttons for the notices a step or phase asks for and nobody has
// begun.
func (p *pen) drafts(ref string, dests []string) []Action {
	var out []Action
	for _, dest := range dests {
		begun := slices.ContainsFunc(p.s.Notices, func(n *incident.Notice) bool {
			return n.Dest == dest && n.State != incident.NoticeWithdrawn
		})
		if !begun && len(out) < 1 {
			a := p.action("notice.draft", "step.prepare", ref+"#"+dest)
			a.Label = p.t("step.prepare", "dest", p.dest(dest))
			out = append(out, a)
		}
	}
	return out
}

// choices are the answers of a decision step, one button each.
func (p *pen) choices(st *incident.Step) []Action {
	var out []Action
	src := p.v.Source(st)
	for i, b := range st.Branches {
		if i == 4 {
			break
		}
		a := p.ask("decision.make", "dec.option", st.Ref+"#"+b.Key)
		a.Label = p.t("dec.option", "letter", letter(i))
		if src != nil && src.Decision != nil && i < len(src.Decision.Branches) {
			a.Label = Truncate(p.t("dec.option.val", "letter", letter(i), "text", OneLine(src.Decision.Branches[i].Label)), 30)
		}
		out = append(out, a)
	}
	return out
}

// stepMenu is what stands under その他: first of all the costly mis-taps.
func (p *pen) stepMenu(st *incident.Step) []Action {
	var out []Action
	if st.State != incident.StepBlocked {
		out = append(out, p.ask("step.skip", "step.skip", st.Ref))
	}
	if st.Holder == "" && len(st.Branches) == 0 && st.State == incident.StepOpen {
		out = append(out, p.done(st, "step.done", "step.done"))
	}
	if st.Holder != "" && st.State != incident.StepBlocked {
		out = append(out, p.ask("step.assign", "step.handon", st.Ref))
	}
	if p.late(st) && (st.State == incident.StepOpen || st.State == incident.StepTaken) && len(st.Branches) == 0 && p.pending(st) == nil {
		out = append(out, p.ask("note.add", "step.note", st.Ref), p.ask("evidence.add", "step.evid", st.Ref))
	}
	out = append(out, p.ask("step.full", "step.full", st.Ref))
	if prev := p.before(st); prev != nil && len(out) < 5 {
		out = append(out, p.ask("step.reopen", "step.back", prev.Ref))
	}
	return out
}

// before is the last closed step before this one in its run.
func (p *pen) before(st *incident.Step) *incident.Step {
	var prev *incident.Step
	run, _, _ := strings.Cut(st.Ref, "/")
	for _, x := range p.s.Run(run).Steps {
		if x == st {
			break
		}
		if x.State == incident.StepDone || x.State == incident.StepSkipped {
			prev = x
		}
	}
	return prev
}

// checklist is the whole list of steps with who is on them.
func (p *pen) checklist(string) (Card, bool) {
	c := Card{Head: p.head(), Title: p.t("step.checklist")}
	for _, r := range p.s.Runs {
		c.Body = append(c.Body, p.differences(r.ID)...)
		c.Actions = append(append(c.Actions, p.runActions(r)...), p.PhaseActions(p.v, r.ID, 0)...)
		for i := range r.Phases {
			c.Actions = append(c.Actions, p.PhaseActions(p.v, r.ID, r.Phases[i].No)...)
			b := Block{Kind: List, Text: p.t("phase.no", "n", r.Phases[i].No) + " " + OneLine(p.v.PhaseTitle(r.ID, r.Phases[i].No))}
			for _, st := range r.Steps {
				if st.Phase == r.Phases[i].No {
					b.Items = append(b.Items, fmt.Sprintf("[%s] %s  %s", p.stateWord(st), p.t("step.line", "n", st.N, "title", OneLine(p.v.StepTitle(st))), p.onIt(st)))
				}
			}
			c.Body = append(c.Body, b)
		}
	}
	if len(c.Body) == 0 {
		c.Body = []Block{{Kind: Para, Text: p.t("empty.steps")}}
	}
	if a, ok := p.link("inc.console", "/steps"); ok {
		c.Actions = append(c.Actions, a)
	}
	return c, true
}
