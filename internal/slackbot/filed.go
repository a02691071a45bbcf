package slackbot

import (
	"cmp"
	"context"
	"strings"

	"github.com/slack-go/slack"

	"irbot/internal/chat"
	"irbot/internal/incident"
)

// fileSent keeps a photo or file that somebody sent to the bot itself, where no
// channel says which incident is meant: with the only open incident at once,
// else the person chooses. Anybody in the workspace may send one: people at the
// gate are often not in the directory.
func (d *deed) fileSent(ctx context.Context, files []slack.File, words, ts string) saying {
	open := d.b.recent(ctx, true, maxButtons)
	switch len(open) {
	case 0:
		report := chat.Action{ID: "declare", Form: "declare", Label: d.t("decl.report"), Style: chat.Danger, Value: "-||0"}
		return saying{text: d.t("slk.file.none"), actions: []chat.Action{report}}
	case 1:
		d.id = open[0].ID
		return d.attachAll(ctx, files, words, ts)
	}
	s := saying{text: d.t("slk.file.which")}
	for _, r := range open {
		label := d.t("slk.file.keep", "incident", r.ID)
		if v, err := d.b.svc.View(ctx, r.ID); err == nil {
			label = chat.Truncate(label+" "+v.Title(), maxButton)
		}
		s.actions = append(s.actions, chat.Action{ID: "file.keep", Label: label,
			Value: chat.EncodeValue(chat.Value{Incident: r.ID, Ref: d.channel + ":" + ts})})
	}
	return s
}

// keepFiles keeps the files of a message with the incident that was chosen.
func (d *deed) keepFiles(ctx context.Context, ref string) answer {
	channel, ts, ok := strings.Cut(ref, ":")
	if !ok {
		return answer{say: &saying{text: d.t("stale.card")}}
	}
	m, err := d.b.message(ctx, channel, ts)
	if err != nil || len(m.files) == 0 || m.user != d.who.slack {
		return answer{say: &saying{text: d.t("stale.card")}}
	}
	d.channel = channel
	s := d.attachAll(ctx, m.files, typed(m.text), ts)
	return answer{say: &s, failed: d.failed}
}

// attachAll keeps every file of a message.
func (d *deed) attachAll(ctx context.Context, files []slack.File, words, ts string) saying {
	var out []string
	for _, f := range files {
		_, _, s := d.attach(ctx, f, incident.AddEvidence{Words: words, Source: sourceOf(d.channel, ts) + "/" + f.ID})
		out = append(out, cmp.Or(f.Name, f.ID)+": "+s.text)
	}
	return saying{text: strings.Join(out, "\n")}
}

// isVerb tells a command from words that only go with a file.
func isVerb(word string) bool {
	for _, v := range chat.Verbs() {
		for _, w := range v.Words() {
			if strings.EqualFold(w, word) {
				return true
			}
		}
	}
	return false
}
