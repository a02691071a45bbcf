package slackbot

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"irbot/internal/chat"
	"irbot/internal/incident"
)

const (
	lastIncidents = 5
	lastEntries   = 20
)

// look answers the verbs that change nothing.
func (d *deed) look(ctx context.Context, c chat.Command) (saying, bool) {
	v, err := d.view(ctx)
	if err != nil {
		return d.trouble(err), false
	}
	switch c.Verb {
	case chat.VerbStatus:
		return d.show(ctx, v, "status"), false
	case chat.VerbSteps:
		return d.steps(ctx, v, c.Step), false
	case chat.VerbClocks:
		return d.show(ctx, v, "clocks"), false
	case chat.VerbClose:
		return d.show(ctx, v, "close"), false
	case chat.VerbCargo, chat.VerbETA:
		return d.show(ctx, v, "cargo"), false
	case chat.VerbRole:
		return d.roles(v), false
	case chat.VerbTimeline:
		return d.timeline(ctx, v, c), false
	case chat.VerbExport:
		return d.export(ctx, c.Sub), false
	case chat.VerbDecide:
		return d.decisions(ctx, v), false
	}
	return d.home(ctx), false
}

func (d *deed) steps(ctx context.Context, v *incident.View, ref string) saying {
	if ref == "" {
		return d.show(ctx, v, "steps")
	}
	st := v.S.FindStep(ref)
	if st == nil {
		return saying{text: d.b.o.Words.Refusal(d.who.lang, "step.unknown", map[string]string{"step": ref})}
	}
	return d.show(ctx, v, "step/"+st.Ref)
}

func (d *deed) roles(v *incident.View) saying {
	b := chat.Block{Kind: chat.List}
	for _, r := range v.Site.Directory.Roles {
		who := v.S.Roles[r.ID].Person
		name := d.t("role.unset")
		switch {
		case who != "":
			name = v.Person(who, string(d.who.lang))
		default:
			var all []string
			for _, p := range v.Site.Directory.Holders(r.ID) {
				all = append(all, v.Person(p.ID, string(d.who.lang)))
			}
			if len(all) > 0 {
				name = "(" + strings.Join(all, d.t("label.and")) + ")"
			}
		}
		b.Items = append(b.Items, v.Role(r.ID, string(d.who.lang))+": "+name)
	}
	set := chat.Action{ID: "role.assign", Form: "role.assign", Label: d.t("inc.setroles"), Value: chat.EncodeValue(chat.Value{Incident: d.id, Seq: v.S.Seq})}
	return saying{cards: []chat.Card{{Head: d.t("role.title"), Body: []chat.Block{b}, Actions: []chat.Action{set}}}}
}

// timeline is the last entries that matter to people, with a link to the rest.
func (d *deed) timeline(ctx context.Context, v *incident.View, c chat.Command) saying {
	draw := d.b.drawer(ctx, d.id, d.who.lang)
	list := draw.Entries(max(1, v.S.Seq-300), v.S.Seq)
	rows := draw.Rows(v, list)
	b := chat.Block{Kind: chat.List}
	for _, r := range slices.Backward(rows) {
		if r.Minor || !c.At.IsZero() && r.Happened.Before(c.At) {
			continue
		}
		b.Items = append(b.Items, chat.Truncate(strings.Join(append([]string{r.Line()}, r.Tags...), " "), 300))
		if len(b.Items) == lastEntries {
			break
		}
	}
	slices.Reverse(b.Items)
	if len(b.Items) == 0 {
		b = chat.Block{Kind: chat.Para, Text: d.t("tl.empty")}
	}
	card := chat.Card{Head: d.t("tl.title") + "  " + d.id, Body: []chat.Block{b}}
	if url := d.b.o.Link("/i/" + d.id + "/chrono"); url != "" {
		card.Actions = []chat.Action{{Label: d.t("inc.console"), URL: url}}
	}
	return saying{cards: []chat.Card{card}}
}

// decisions shows what is still to be decided.
func (d *deed) decisions(ctx context.Context, v *incident.View) saying {
	var keys []string
	for _, x := range v.S.Decisions {
		if x.Made.IsZero() {
			keys = append(keys, "decision/"+x.ID)
		}
	}
	if len(keys) == 0 {
		return saying{text: d.t("dec.none_open")}
	}
	return d.show(ctx, v, keys...)
}

func (d *deed) help(c chat.Command) saying {
	verb := chat.VerbHome
	for _, v := range chat.Verbs() {
		for _, w := range v.Words() {
			if c.Sub != "" && w == c.Sub {
				verb = v
			}
		}
	}
	return saying{cards: []chat.Card{chat.Help(d.b.o.Words, d.who.lang, verb, c.All)}}
}

// list shows incidents as buttons, newest first, and the way to report.
func (d *deed) list(ctx context.Context, all bool) saying {
	rows := d.b.recent(ctx, !all, lastIncidents)
	if len(rows) == 0 {
		rows = d.b.recent(ctx, false, lastIncidents)
	}
	card := chat.Card{Head: d.t("inc.recent")}
	b := chat.Block{Kind: chat.List}
	for _, r := range rows {
		v, err := d.b.svc.View(ctx, r.ID)
		if err != nil {
			continue
		}
		line := fmt.Sprintf("%s  %s  %s", d.head(v), d.t("status."+string(v.S.Status)), chat.Near(v.S.Times.Declared, v.Now, v.Site.Zone))
		b.Items = append(b.Items, line)
		card.Actions = append(card.Actions, chat.Action{ID: "incident.show", Label: r.ID, Value: chat.EncodeValue(chat.Value{Incident: r.ID, Seq: v.S.Seq})})
		if len(card.Actions) == maxButtons-1 {
			break
		}
	}
	if len(b.Items) == 0 {
		b = chat.Block{Kind: chat.Para, Text: d.t("empty.board")}
	}
	card.Body = []chat.Block{b}
	card.Actions = append(card.Actions, chat.Action{ID: "declare", Form: "declare", Label: d.t("decl.report"), Style: chat.Danger, Value: "-||0"})
	return saying{cards: []chat.Card{card}}
}

// head is an incident's title with 【実事案】 or 【訓練】.
func (d *deed) head(v *incident.View) string {
	key := "inc.head.real"
	if v.S.Drill {
		key = "inc.head.drill"
	}
	return d.t(key, "incident", v.S.ID, "title", cmp.Or(chat.OneLine(v.Title()), d.t("inc.notitle")))
}

// home is what is said to an empty command: what waits for me here, or the
// last incidents.
func (d *deed) home(ctx context.Context) saying {
	if d.id == "" {
		return d.list(ctx, false)
	}
	v, err := d.view(ctx)
	if err != nil {
		return d.trouble(err)
	}
	keys := turn(v, d.who.person)
	if len(keys) == 0 {
		s := d.show(ctx, v, "status")
		s.text = d.t("inc.yourturn.none")
		return s
	}
	s := d.show(ctx, v, keys[:min(4, len(keys))]...)
	s.text = d.t("inc.yourturn")
	return s
}

// turn lists the cards that wait for a person: pages, approvals, decisions,
// handovers, steps they hold and steps of their roles that nobody holds.
func turn(v *incident.View, person string) []string {
	roles := v.Site.RolesOf(person, v.S)
	mine := func(role string) bool { return slices.Contains(roles, role) || slices.Contains(roles, role+"-deputy") }
	var out []string
	for _, e := range v.S.Escalations {
		if e.Ended == "" && slices.ContainsFunc(e.Paged, func(p incident.Paging) bool { return slices.Contains(p.People, person) }) {
			out = append(out, "page/"+e.ID+"/"+person)
		}
	}
	for _, n := range v.S.Notices {
		if n.State == incident.NoticeSubmitted && !slices.Contains(n.Authors, person) && v.Site.Allowed(person, incident.MayApprove, v.S) {
			out = append(out, "notice/"+n.ID)
		}
	}
	for _, x := range v.S.Decisions {
		if x.Made.IsZero() && (x.Decider == "" && v.Site.Allowed(person, incident.MayDecide, v.S) || mine(x.Decider)) {
			out = append(out, "decision/"+x.ID)
		}
	}
	for _, h := range v.S.Handovers {
		if h.To == person && h.Accepted.IsZero() {
			out = append(out, "handover/"+h.ID)
		}
	}
	if v.S.Status == incident.Open {
		var free []string
		for _, st := range v.S.Currents() {
			switch {
			case st.Holder == person:
				out = append(out, "step/"+st.Ref)
			case st.Holder == "" && slices.ContainsFunc(st.Owner, mine):
				free = append(free, "step/"+st.Ref)
			}
		}
		out = append(out, free...)
	}
	return out
}
