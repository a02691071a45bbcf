package chat

import (
	"fmt"
	"strconv"
	"strings"

	"irbot/internal/incident"
)

// cargoForms are the forms about cargo, recovery and guests.
func (p *pen) cargoForms() map[string]func(ref string) (Form, bool) {
	return map[string]func(string) (Form, bool){
		"eta.set": p.formETA, "eta.tell": p.formTell, "eta.drop": p.formWhy("eta.drop"),
		"milestone.reach": p.formReach, "milestone.lose": p.formLose, "gate.sign": p.formSign, "gate.revoke": p.formWhy("gate.revoke"),
		"level.set": p.formLevel, "cargo.set": p.formPlace, "figure.set": p.formFigure,
		"bcp.activate": p.formBCP, "bcp.end": p.formWhy("bcp.end"), "manual.decide": p.formManual,
		"share.agree": p.formShare, "share.end": p.formWhy("share.end"), "guest.revoke": p.formWhy("guest.revoke"),
	}
}

// formWhy is a form that asks only for the reason.
func (p *pen) formWhy(name string) func(string) (Form, bool) {
	return func(string) (Form, bool) {
		return p.form(name, name, need(p.in("reason", "label.reason", InputText))), true
	}
}

func (p *pen) choice(id, label, prefix string, ids ...string) Input {
	in := need(p.in(id, label, InputChoice))
	for _, x := range ids {
		in.Options = append(in.Options, Option{ID: x, Label: p.t(prefix + x)})
	}
	return in
}

func (p *pen) milestoneInput(value string) Input {
	in := p.choice("milestone", "milestone.field", "milestone.", incident.Milestones()...)
	in.Value = value
	return in
}

// terminalInput offers all terminals at once and each of the plan.
func (p *pen) terminalInput(value string) Input {
	in := p.in("terminal", "terminal.field", InputChoice)
	in.Options = []Option{{ID: incident.AllTerminals, Label: p.t("terminal.all")}}
	for _, t := range p.s.Continuity.Terminals {
		in.Options = append(in.Options, Option{ID: t, Label: p.terminal(t)})
	}
	in.Value = incident.AllTerminals
	if value != "" {
		in.Value = value
	}
	return in
}

func (p *pen) functionInput(all bool) Input {
	in := p.in("function", "function.field", InputChoice)
	if all {
		in.Options = []Option{{ID: "", Label: p.t("function.all")}}
	} else {
		in.Required = true
	}
	for _, f := range p.s.Continuity.Functions {
		in.Options = append(in.Options, Option{ID: f.ID, Label: p.function(f.ID)})
	}
	return in
}

// formETA asks for all that belongs to a time: what, where, when, how sure, on
// what basis, and who was told.
func (p *pen) formETA(ref string) (Form, bool) {
	milestone, terminal, _ := strings.Cut(ref, "/")
	from, to := p.in("from", "eta.from", InputTime), need(p.in("to", "eta.to", InputTime))
	from.Hint, to.Hint = p.t("eta.from.hint"), p.t("eta.to.hint")
	basis := need(p.in("basis", "eta.basis", InputText))
	basis.Hint = p.t("eta.basis.hint")
	reason := p.in("reason", "eta.reason", InputText)
	reason.Hint = p.t("eta.reason.hint")
	f := p.form("eta.set", "eta.set", p.milestoneInput(milestone), p.terminalInput(terminal), from, to,
		p.choice("confidence", "eta.conf", "eta.conf.", incident.Confidences()...), basis, reason)
	f.Inputs = append(f.Inputs, p.toldInputs()...)
	return f, true
}

// toldInputs offer who may have been told.
func (p *pen) toldInputs() []Input {
	told := p.in("told", "eta.told", InputMany)
	for _, d := range p.v.Site.Directory.Destinations {
		if len(told.Options) < 10 && d.Kind == "partner" {
			told.Options = append(told.Options, Option{ID: d.ID, Label: p.dest(d.ID)})
		}
	}
	for _, d := range p.v.Site.Directory.Destinations {
		if len(told.Options) < 10 && d.Kind == "authority" {
			told.Options = append(told.Options, Option{ID: d.ID, Label: p.dest(d.ID)})
		}
	}
	others := p.in("told_words", "eta.told.words", InputText)
	if len(told.Options) == 0 {
		return []Input{others}
	}
	return []Input{told, others}
}

func (p *pen) formTell(string) (Form, bool) {
	return p.form("eta.tell", "eta.tell", p.toldInputs()...), true
}

func (p *pen) formReach(ref string) (Form, bool) {
	milestone, terminal, _ := strings.Cut(ref, "/")
	words := p.in("words", "milestone.words", InputText)
	words.Hint = p.t("milestone.words.hint")
	return p.form("milestone.reach", "milestone.reach", p.milestoneInput(milestone), p.terminalInput(terminal), words,
		p.in("override", "milestone.override", InputCheck), p.when()), true
}

func (p *pen) formLose(ref string) (Form, bool) {
	milestone, terminal, _ := strings.Cut(ref, "/")
	return p.form("milestone.lose", "milestone.lose", p.milestoneInput(milestone), p.terminalInput(terminal), need(p.in("reason", "label.reason", InputText))), true
}

func (p *pen) formSign(ref string) (Form, bool) {
	if ref != incident.GateRestored && ref != incident.GateClean {
		return Form{}, false
	}
	words := need(p.in("words", "gate.words", InputLines))
	words.Hint = p.t("gate.words." + ref)
	f := p.form("gate.sign", "gate.sign", words)
	f.Body = []Block{{Kind: Para, Text: p.t("gate.what." + ref)}}
	return f, true
}

func (p *pen) formLevel(string) (Form, bool) {
	level := need(p.in("level", "level.field", InputChoice))
	for i := range incident.MaxLevel + 1 {
		level.Options = append(level.Options, Option{ID: fmt.Sprint(i), Label: fmt.Sprintf("L%d %s", i, p.t(fmt.Sprintf("level.%d", i)))})
	}
	f := p.form("level.set", "level.set", level)
	if len(p.s.Continuity.Functions) > 0 {
		f.Inputs = append(f.Inputs, p.functionInput(true))
	}
	f.Inputs = append(f.Inputs, p.terminalInput(""), p.in("reason", "label.reason", InputText))
	return f, true
}

func (p *pen) formPlace(ref string) (Form, bool) {
	terminal, function, _ := strings.Cut(ref, "/")
	if len(p.s.Continuity.Functions) == 0 {
		return Form{}, false
	}
	capacity := p.in("capacity", "cargo.capacity", InputText)
	capacity.Hint = p.t("cargo.capacity.hint")
	if place, ok := p.s.Continuity.Places[ref]; ok {
		capacity.Value = p.v.Text(place.CapSeq)["capacity"]
	}
	fn := p.functionInput(false)
	fn.Value = function
	return p.form("cargo.set", "cargo.set", p.terminalInput(terminal), fn,
		p.choice("state", "cargo.state", "place.", incident.PlaceStates()...), capacity), true
}

// figureItems are the figures of the cargo board (UX 3.5a) that have a wording.
func figureItems() []string {
	return []string{"trucks", "vessels", "containers", "yard_free", "reefers", "dg", "plugs"}
}

func (p *pen) formFigure(ref string) (Form, bool) {
	place, item, _ := strings.Cut(ref, "/")
	in := p.choice("item", "figure.field", "figure.", figureItems()...)
	in.Value = item
	return p.form("figure.set", "figure.set", in, need(p.in("n", "figure.n", InputText)), p.terminalInput(place)), true
}

// measured are the inputs of a continuity measure: by which criterion, why,
// until when.
func (p *pen) measured() []Input {
	criterion := need(p.in("criterion", "bcp.criterion", InputChoice))
	if p.v.Site.Plan != nil {
		for _, x := range p.v.Site.Plan.Criteria {
			criterion.Options = append(criterion.Options, Option{ID: x.ID, Label: p.criterion(x.ID)})
		}
	}
	criterion.Options = append(criterion.Options, Option{ID: incident.CriterionOther, Label: p.t("criterion.other")})
	return []Input{criterion, need(p.in("basis", "dec.basis", InputLines)), need(p.in("review", "dec.review", InputTime))}
}

func (p *pen) formBCP(string) (Form, bool) {
	f := p.form("bcp.activate", "bcp.activate", p.measured()...)
	f.Body = []Block{{Kind: Para, Text: p.t("bcp.what")}}
	return f, true
}

func (p *pen) formManual(string) (Form, bool) {
	yes := p.choice("go", "manual.field", "manual.", "yes", "wait")
	level := p.in("level", "level.field", InputChoice)
	for i := 1; i <= 4; i++ {
		level.Options = append(level.Options, Option{ID: fmt.Sprint(i), Label: fmt.Sprintf("L%d %s", i, p.t(fmt.Sprintf("level.%d", i)))})
	}
	return p.form("manual.decide", "manual.decide", append([]Input{yes, level}, p.measured()...)...), true
}

func (p *pen) formShare(string) (Form, bool) {
	tlp := need(p.in("tlp", "apr.tlp", InputChoice))
	tlp.Value = "GREEN"
	for _, x := range []string{"CLEAR", "GREEN", "AMBER"} {
		tlp.Options = append(tlp.Options, Option{ID: x, Label: "TLP:" + x})
	}
	text := need(p.in("text", "share.text", InputLines))
	text.Hint = p.t("share.hint")
	return p.form("share.agree", "share.agree", text, tlp, p.in("port", "share.port", InputCheck)), true
}

// cargo reads the forms about cargo, recovery and guests.
func (x *deed) cargo(action string) incident.Command {
	milestone, terminal := x.spot()
	switch action {
	case "eta.set":
		return incident.SetETA{Milestone: milestone, Terminal: terminal, From: x.ahead("from"), To: x.ahead("to"), Confidence: x.in["confidence"],
			Basis: x.in["basis"], Reason: x.in["reason"], Told: split(x.in["told"]), ToldWords: x.in["told_words"]}
	case "eta.tell":
		return incident.TellETA{Milestone: milestone, Terminal: terminal, Told: split(x.in["told"]), ToldWords: x.in["told_words"]}
	case "eta.drop":
		return incident.DropETA{Milestone: milestone, Terminal: terminal, Reason: x.in["reason"]}
	case "milestone.reach":
		return incident.ReachMilestone{Milestone: milestone, Terminal: terminal, Words: x.in["words"], Override: x.in["override"] != ""}
	case "milestone.lose":
		return incident.LoseMilestone{Milestone: milestone, Terminal: terminal, Reason: x.in["reason"]}
	case "gate.sign":
		return incident.SignGate{Gate: x.ref, Words: x.in["words"]}
	case "gate.revoke":
		return incident.RevokeGate{Gate: x.ref, Reason: x.in["reason"]}
	case "share.agree":
		return incident.ShareItem{Text: x.in["text"], TLP: x.in["tlp"], Port: x.in["port"] != ""}
	case "share.end":
		return incident.EndShare{Share: x.ref, Reason: x.in["reason"]}
	case "guest.revoke":
		return incident.RevokeGuest{Guest: x.ref, Reason: x.in["reason"]}
	}
	return x.continuity(action)
}

func (x *deed) continuity(action string) incident.Command {
	switch action {
	case "level.set":
		return incident.SetLevel{Level: x.level(), Function: x.in["function"], Terminal: x.in["terminal"], Reason: x.in["reason"]}
	case "cargo.set":
		return incident.SetPlace{Terminal: x.in["terminal"], Function: x.in["function"], State: x.in["state"], Capacity: x.in["capacity"]}
	case "figure.set":
		n, err := strconv.ParseInt(fold(strings.TrimSpace(x.in["n"])), 10, 64)
		if err != nil {
			x.err = &InputError{Input: "n", Key: "err.figure.bad"}
			return nil
		}
		return incident.SetFigure{Item: x.in["item"], N: n, Place: x.in["terminal"]}
	case "bcp.activate":
		return incident.ActivateBCP{Criterion: x.in["criterion"], Basis: x.in["basis"], Review: x.ahead("review")}
	case "bcp.end":
		return incident.EndBCP{Reason: x.in["reason"]}
	case "manual.decide":
		c := incident.DecideManual{Go: x.in["go"] == "yes", Criterion: x.in["criterion"], Basis: x.in["basis"], Review: x.ahead("review")}
		if c.Go {
			c.Level = x.level()
		}
		return c
	}
	return nil
}

// level reads a level; what is none is refused by the rules.
func (x *deed) level() int {
	n, err := strconv.Atoi(strings.TrimPrefix(strings.TrimSpace(x.in["level"]), "L"))
	if err != nil {
		return -1
	}
	return n
}

// spot is the milestone and the terminal of a form, or those of its button.
func (x *deed) spot() (milestone, terminal string) {
	milestone, terminal, _ = strings.Cut(x.ref, "/")
	if v := x.in["milestone"]; v != "" {
		milestone = v
	}
	if v := x.in["terminal"]; v != "" {
		terminal = v
	}
	return milestone, terminal
}

// split reads a list joined by commas.
func split(s string) []string {
	var out []string
	for _, x := range strings.Split(s, ",") {
		if x = strings.TrimSpace(x); x != "" {
			out = append(out, x)
		}
	}
	return out
}
