package slackbot

import (
	"cmp"
	"context"
	"strings"

	"irbot/internal/chat"
	"irbot/internal/incident"
)

// drill begins a drill, gives its next situation, or ends it. A drill is led by
// who may lead an incident, and ended by who may close one.
func (d *deed) drill(ctx context.Context, c chat.Command) saying {
	words := strings.TrimSpace(cmp.Or(c.Text, c.Target))
	switch c.Sub {
	case "start":
		return d.drillStart(ctx, words, "")
	case "next":
		return d.inDrill(ctx, d.drillNext)
	case "stop":
		return d.inDrill(ctx, func(ctx context.Context) saying {
			_, _, s := d.do(ctx, incident.Close{Reason: cmp.Or(words, d.t("slk.drill.ended")), Override: true})
			return s
		})
	}
	return saying{text: d.t("slk.drill.how", "command", d.b.o.Command)}
}

// inDrill works on the drill of this channel, or on the only one under way.
// Nothing meant for a drill ever touches a live incident.
func (d *deed) inDrill(ctx context.Context, work func(ctx context.Context) saying) saying {
	if d.id == "" {
		var open []string
		for _, r := range d.b.recent(ctx, true, lastDrills) {
			if r.Drill {
				open = append(open, r.ID)
			}
		}
		if len(open) != 1 {
			return saying{text: d.t("slk.drill.which")}
		}
		d.id = open[0]
	}
	v, err := d.view(ctx)
	if err != nil {
		return d.trouble(err)
	}
	if !v.S.Drill {
		return saying{text: d.b.o.Words.Refusal(d.who.lang, "drill.only", nil)}
	}
	return work(ctx)
}

// lastDrills is how many open incidents are looked through for a drill.
const lastDrills = 50

func (d *deed) drillNext(ctx context.Context) saying {
	if _, ok, no := d.do(ctx, incident.NextInject{}); !ok {
		return no
	}
	if d.b.o.Inject == nil {
		return saying{text: d.t("slk.drill.over")}
	}
	title, left, err := d.b.o.Inject(ctx, d.id)
	switch {
	case err != nil:
		return d.trouble(err)
	case title == "":
		return saying{text: d.t("slk.drill.over")}
	}
	d.b.sync.touch(d.id)
	return saying{text: d.t("slk.drill.given", "title", title, "left", left)}
}

// drillStart begins a drill with the runbook of an id, or the one that words name.
func (d *deed) drillStart(ctx context.Context, words, book string) saying {
	site := d.b.svc.Site()
	for _, id := range site.Runbooks() {
		x, ok := site.Runbook(id)
		if ok && words != "" && book == "" && (id == words || strings.Contains(x.Title, words)) {
			book = id
		}
	}
	if words != "" && book == "" {
		return saying{text: d.b.o.Words.Refusal(d.who.lang, "runbook.unknown", map[string]string{"runbook": words})}
	}
	title := words
	if x, ok := site.Runbook(book); ok {
		title = x.Title
	}
	res, err := d.b.svc.Open(ctx, d.who.act(d.key()), incident.Declare{Title: cmp.Or(title, d.t("inc.mark.drill")), Runbook: book, Drill: true})
	if err != nil {
		return d.trouble(err)
	}
	d.id = res.Incident
	d.b.sync.touch(d.id)
	return saying{text: d.t("decl.done", "incident", res.Incident)}
}

// openDrill opens the form in which the runbook of a drill is chosen.
func (d *deed) openDrill(ctx context.Context) error {
	in := chat.Input{ID: "book", Label: d.t("slk.drill.book"), Kind: chat.InputPerson, Required: true}
	site := d.b.svc.Site()
	for _, id := range site.Runbooks() {
		if x, ok := site.Runbook(id); ok && len(in.Options) < maxChoices {
			in.Options = append(in.Options, chat.Option{ID: id, Label: chat.Truncate(x.Title, maxOption)})
		}
	}
	f := chat.Form{Title: d.t("slk.home.drill"), Submit: d.t("slk.home.drill"), Cancel: d.t("decl.cancel"),
		Body: []chat.Block{{Kind: chat.Warn, Text: d.t("drill.band")}}, Inputs: []chat.Input{in}}
	if len(in.Options) == 0 {
		f.Inputs = nil
	}
	_, err := d.openView(ctx, modal(f, note{Form: "drill", Channel: d.channel}))
	return err
}

// maxChoices is how many entries a menu of Slack holds.
const maxChoices = 100

// drilled begins the drill of the form.
func (s *sent) drilled(ctx context.Context) answer {
	say := s.drillStart(ctx, "", s.in.text("book"))
	if s.refusal != nil || s.failed {
		return s.close(ctx, incident.Result{}, false, say)
	}
	return answer{after: s.tellHere(say)}
}
