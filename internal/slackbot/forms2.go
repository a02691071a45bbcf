package slackbot

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"irbot/internal/chat"
	"irbot/internal/incident"
)

// reviewAfter is when a decision is looked at again, where nobody says else.
const reviewAfter = 2 * time.Hour

func minutes(n int) time.Duration { return time.Duration(n) * time.Minute }

// draw2modal lays a card out for a modal, where more fits than in a message.
func draw2modal(c chat.Card) []slack.Block {
	b := &builder{left: 100_000}
	b.head(c.Head)
	if c.Title != "" {
		b.section("*" + fit(c.Title, maxSection-2, esc) + "*")
	}
	b.fields(c.Fields)
	for _, x := range c.Body {
		if x.Kind == chat.Quote || x.Kind == chat.Code {
			for _, part := range chunks(x.Text, maxSection) {
				b.body(chat.Block{Kind: x.Kind, Text: part})
			}
			continue
		}
		b.body(x)
	}
	return b.out
}

func decisionMake(a *asked) chat.Form {
	ref, key, _ := strings.Cut(a.ref, "#")
	f := chat.Form{Title: a.t("dec.title"), Submit: a.t("dec.confirm")}
	question, options := a.options(ref)
	f.Body = []chat.Block{{Kind: chat.Para, Text: question}}
	f.Inputs = []chat.Input{
		{ID: "choice", Label: a.t("dec.title"), Kind: chat.InputChoice, Required: true, Value: key, Options: options},
		{ID: "basis", Label: a.t("dec.basis.req"), Kind: chat.InputLines, Required: true},
		{ID: "review", Label: a.t("dec.review"), Kind: inputMoment, Required: true, Value: fmt.Sprint(a.v.Now.Add(reviewAfter).Truncate(time.Minute).Unix())},
	}
	return f
}

// options are the question and the answers of a decision or decision step.
func (a *asked) options(ref string) (string, []chat.Option) {
	var out []chat.Option
	name := func(i int, key, text string) {
		out = append(out, chat.Option{ID: key, Label: chat.Truncate(strings.TrimSpace(a.t("dec.option.val", "letter", string(rune('A'+i)), "text", chat.OneLine(text))), maxOption)})
	}
	if d := a.v.S.Decision(ref); d != nil {
		words := a.v.Text(d.Seq)
		for i, k := range d.Options {
			name(i, k, words["option_"+k])
		}
		return words["question"], out
	}
	st := a.v.S.FindStep(ref)
	if st == nil {
		return "", nil
	}
	question := a.v.StepTitle(st)
	src := a.v.Source(st)
	for i, b := range st.Branches {
		text := ""
		if src != nil && src.Decision != nil && i < len(src.Decision.Branches) {
			text = src.Decision.Branches[i].Label
		}
		name(i, b.Key, text)
	}
	if src != nil && src.Decision != nil && src.Decision.Question != "" {
		question = src.Decision.Question
	}
	return question, out
}

// roles is a choice among the roles of the directory.
func (a *asked) roles(id string, required bool, value string) chat.Input {
	in := chat.Input{ID: id, Label: a.t("role.field"), Kind: chat.InputPerson, Required: required, Value: value}
	for _, r := range a.v.Site.Directory.Roles {
		in.Options = append(in.Options, chat.Option{ID: r.ID, Label: a.v.Role(r.ID, string(a.d.who.lang))})
	}
	return in
}

func decisionOpen(a *asked) chat.Form {
	decider := a.roles("decider", false, "ciso")
	decider.Label = a.t("dec.decider")
	return chat.Form{Title: a.t("dec.open"), Submit: a.t("dec.open"), Inputs: []chat.Input{
		{ID: "question", Label: a.t("dec.question"), Kind: chat.InputText, Required: true, Value: a.cmd.Text, Max: 500},
		{ID: "options", Label: a.t("dec.options"), Kind: chat.InputLines, Required: true},
		decider,
		{ID: "within", Label: a.t("apr.due"), Hint: a.t("step.when.hint"), Kind: chat.InputTime},
		{ID: "known", Label: a.t("dec.known"), Kind: chat.InputLines},
		{ID: "unknown", Label: a.t("dec.unknown"), Kind: chat.InputLines},
	}}
}

func noticeEdit(a *asked) chat.Form {
	n := a.v.S.Notice(a.ref)
	if n == nil {
		n = &incident.Notice{}
	}
	words := a.v.Text(n.Seq)
	var tlps []chat.Option
	for _, l := range incident.TLPs() {
		tlps = append(tlps, chat.Option{ID: l, Label: "TLP:" + l})
	}
	return chat.Form{Title: a.t("apr.edit"), Submit: a.t("apr.ask"),
		Body: []chat.Block{{Kind: chat.Para, Text: a.t("notice.drafted", "dest", a.v.Dest(n.Dest, string(a.d.who.lang)), "id", n.ID)}},
		Inputs: []chat.Input{
			{ID: "subject", Label: a.t("apr.subject"), Kind: chat.InputText, Required: true, Value: words["subject"], Max: 300},
			{ID: "body", Label: a.t("apr.body"), Kind: chat.InputLines, Required: true, Value: words["body"]},
			{ID: "tlp", Label: a.t("apr.tlp"), Kind: chat.InputChoice, Required: true, Value: n.TLP, Options: tlps},
		}}
}

func noticeNew(a *asked) chat.Form {
	in := chat.Input{ID: "dest", Label: a.t("apr.to"), Kind: chat.InputPerson, Required: true}
	for _, x := range a.v.Site.Directory.Destinations {
		in.Options = append(in.Options, chat.Option{ID: x.ID, Label: a.v.Dest(x.ID, string(a.d.who.lang))})
	}
	return chat.Form{Title: a.t("notice.draft"), Submit: a.t("notice.draft"), Inputs: []chat.Input{in}}
}

func noticePhoned(a *asked) chat.Form {
	return chat.Form{Title: a.t("apr.phone.title"), Submit: a.t("tl.submit"), Inputs: []chat.Input{
		{ID: "who", Label: a.t("apr.phone.who"), Kind: chat.InputText, Required: true, Max: 100},
		{ID: "at", Label: a.t("apr.phone.when"), Hint: a.t("step.when.hint"), Kind: chat.InputTime},
		{ID: "text", Label: a.t("apr.phone.said"), Kind: chat.InputLines},
		{ID: "receipt", Label: a.t("apr.receipt.no"), Kind: chat.InputText, Max: 100},
	}}
}

func phoneAck(a *asked) chat.Form {
	var paged []string
	if e := a.v.S.Escalation(a.ref); e != nil {
		for _, p := range e.Paged {
			for _, id := range p.People {
				if !slices.Contains(paged, id) {
					paged = append(paged, id)
				}
			}
		}
	}
	return chat.Form{Title: a.t("esc.phoneack"), Submit: a.t("tl.submit"), Inputs: []chat.Input{
		a.person("person", a.t("apr.phone.who"), paged),
		{ID: "text", Label: a.t("apr.phone.said"), Kind: chat.InputLines},
	}}
}

func escalationStart(a *asked) chat.Form {
	return chat.Form{Title: a.t("esc.start"), Submit: a.t("esc.start"), Inputs: []chat.Input{
		a.roles("role", true, a.ref),
		{ID: "text", Label: a.t("esc.reason"), Kind: chat.InputLines, Required: true, Value: a.cmd.Reason},
	}}
}

// itemKeys are the wordings of the six items of a status report (UX 2.9).
func itemKeys() []string {
	return []string{"upd.when", "upd.what", "upd.damage", "upd.recovery", "upd.traffic", "upd.actions"}
}

func reportMake(a *asked) chat.Form {
	last := a.v.Text(a.v.S.LastReport())
	f := chat.Form{Title: a.t("upd.write"), Submit: a.t("upd.submit")}
	same := chat.Input{ID: "same", Label: a.t("upd.none"), Kind: chat.InputMany}
	for i, k := range itemKeys() {
		id := fmt.Sprintf("item%d", i+1)
		value := last[id]
		if i == 1 && a.cmd.Text != "" {
			value = a.cmd.Text
		}
		f.Inputs = append(f.Inputs, chat.Input{ID: id, Label: a.t(k), Kind: chat.InputLines, Value: value})
		if last[id] != "" {
			same.Options = append(same.Options, chat.Option{ID: id, Label: a.t(k)})
		}
	}
	if len(same.Options) > 0 {
		f.Inputs = append(f.Inputs, same)
	}
	f.Inputs = append(f.Inputs, chat.Input{ID: "next", Label: a.t("upd.next.label"), Hint: a.t("step.when.hint"), Kind: chat.InputTime})
	return f
}

func roleAssign(a *asked) chat.Form {
	return chat.Form{Title: a.t("role.title"), Submit: a.t("role.title"),
		Inputs: []chat.Input{a.roles("role", true, a.ref), a.person("person", a.t("role.person"), nil)}}
}

func handoverOffer(a *asked) chat.Form {
	return chat.Form{Title: a.t("hand.title"), Submit: a.t("hand.title"), Inputs: []chat.Input{
		a.roles("role", true, a.ref), a.person("person", a.t("role.person"), nil),
		{ID: "text", Label: a.t("hand.trouble"), Kind: chat.InputLines},
	}}
}

// formats are what can be exported.
func formats() []string { return []string{"zip", "csv", "md", "jsonl", "html"} }

func exportForm(a *asked) chat.Form {
	in := chat.Input{ID: "format", Label: a.t("exp.format"), Kind: chat.InputChoice, Required: true, Value: "zip"}
	for _, f := range formats() {
		in.Options = append(in.Options, chat.Option{ID: f, Label: f})
	}
	return chat.Form{Title: a.t("exp.title"), Submit: a.t("exp.title"), Inputs: []chat.Input{in}}
}
