package slackbot

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"irbot/internal/chat"
	"irbot/internal/incident"
)

// sourceOf names a message in the record.
func sourceOf(channel, ts string) string { return "slack:" + channel + ":" + ts }

// momentOf is when a message was written; Slack's ids are moments.
func momentOf(ts string) time.Time {
	sec, frac, _ := strings.Cut(ts, ".")
	s, err := strconv.ParseInt(sec, 10, 64)
	if err != nil {
		return time.Time{}
	}
	us, err := strconv.ParseInt((frac + "000000")[:6], 10, 64)
	if err != nil {
		us = 0
	}
	return time.Unix(s, us*1000).UTC()
}

// onPin records the message that got a 📌, or strikes it when the last one is
// taken off.
func (b *Bot) onPin(ctx context.Context, in inbound, added bool) answer {
	e := &in.event.Inner
	d := b.deedOf(ctx, in)
	if d.id == "" {
		return answer{}
	}
	if !added {
		return d.unpin(ctx, e.Item)
	}
	m, err := b.message(ctx, e.Item.Channel, e.Item.TS)
	if err != nil {
		b.log.Warn("read the message that was marked", "err", err)
		return answer{failed: true, unheard: true}
	}
	if m.bot {
		return answer{}
	}
	return d.keep(ctx, m)
}

// message finds a message: what was heard lately, else by asking Slack.
func (b *Bot) message(ctx context.Context, channel, ts string) (message, error) {
	if m, ok := b.said.get(channel, ts); ok {
		return m, nil
	}
	var list []slack.Message
	err := b.call(ctx, "conversations.history", func(ctx context.Context) error {
		h, err := b.api.GetConversationHistoryContext(ctx, &slack.GetConversationHistoryParameters{ChannelID: channel, Latest: ts, Oldest: ts, Inclusive: true, Limit: 1})
		if err == nil {
			list = h.Messages
		}
		return err
	})
	if err == nil && (len(list) == 0 || list[0].Timestamp != ts) { // a reply in a thread
		err = b.call(ctx, "conversations.replies", func(ctx context.Context) (err error) {
			list, _, _, err = b.api.GetConversationRepliesContext(ctx, &slack.GetConversationRepliesParameters{ChannelID: channel, Timestamp: ts, Latest: ts, Oldest: ts, Inclusive: true, Limit: 2})
			return err
		})
	}
	if err != nil {
		return message{}, err
	}
	for _, x := range list {
		if x.Timestamp == ts {
			return message{channel: channel, ts: ts, thread: x.ThreadTimestamp, user: x.User, text: x.Text, files: x.Files, bot: x.BotID != ""}, nil
		}
	}
	return message{}, fmt.Errorf("message %s in %s: %w", ts, channel, errThere)
}

// keep records a message: when it was written, by whom, what it says, where it
// stands. Its files follow as evidence.
func (d *deed) keep(ctx context.Context, m message) answer {
	d.b.people.learnFrom(ctx, m.text, m.user)
	text := d.b.reading(m.text)
	line := chat.ParseLine(text, momentOf(m.ts), d.b.svc.Site().Zone)
	note := incident.AddNote{
		Text: text, Source: sourceOf(m.channel, m.ts), Speaker: d.b.people.name(m.user),
		Link: d.b.permalink(ctx, m.channel, m.ts, m.thread), Important: line.Important, Open: line.Open,
	}
	if line.From+line.To != "" {
		note.From, note.To, note.Text = line.From, line.To, line.Text
	} else {
		note.From = note.Speaker
	}
	var names []string
	for _, f := range m.files {
		names = append(names, cmp.Or(f.Name, f.Title, f.ID))
	}
	if len(names) > 0 {
		note.Text = strings.TrimSpace(note.Text + " [" + d.t("label.file") + ": " + strings.Join(names, ", ") + "]")
	}
	act := d.who.act(d.key())
	act.At = momentOf(m.ts)
	res, ok, say := d.doAct(ctx, act, note)
	if !ok {
		say.channel = m.channel
		return answer{say: &say, failed: d.failed, unheard: d.failed}
	}
	if res.Outcome.Code == "note.already" {
		return answer{}
	}
	return answer{after: func(ctx context.Context) error { return d.confirm(ctx, m, res) }}
}

// confirm writes one line into the thread of the message, and keeps its files.
func (d *deed) confirm(ctx context.Context, m message, res incident.Result) error {
	lang := d.b.lang()
	words := d.b.o.Words.T(lang, "tl.rec", "seq", typedAt(res), "time", chat.Near(momentOf(m.ts), d.b.svc.Now(), d.b.svc.Site().Zone))
	for _, f := range m.files {
		r, ok, say := d.attach(ctx, f, incident.AddEvidence{Words: chat.Truncate(d.b.reading(m.text), 500), Source: sourceOf(m.channel, m.ts) + "/" + f.ID})
		line := say.text
		if ok && r.Outcome.Ref != "" {
			line = r.Outcome.Ref + " SHA-256 " + d.hash(ctx, r.Outcome.Ref)
		}
		words += "\n" + cmp.Or(f.Name, f.ID) + ": " + line
	}
	_, _, err := d.b.post(ctx, m.channel, saying{text: words, thread: cmp.Or(m.thread, m.ts)})
	return err
}

// hash is the beginning of the digest of a kept item.
func (d *deed) hash(ctx context.Context, id string) string {
	v, err := d.view(ctx)
	if err != nil {
		return ""
	}
	for _, e := range v.S.Evidence {
		if e.ID == id {
			return chat.Truncate(e.Hash, 13)
		}
	}
	return ""
}

// unpin strikes what was kept, once nobody marks the message any more.
func (d *deed) unpin(ctx context.Context, it item) answer {
	v, err := d.view(ctx)
	if err != nil {
		return answer{failed: true, unheard: true}
	}
	seq, ok := v.S.Kept[sourceOf(it.Channel, it.TS)]
	if !ok || v.S.Struck(seq) || d.b.stillMarked(ctx, it) {
		return answer{}
	}
	_, ok, say := d.do(ctx, incident.Strike{Source: sourceOf(it.Channel, it.TS), Reason: d.t("tl.unpinned")})
	if !ok {
		say.channel = it.Channel
		return answer{say: &say, failed: d.failed, unheard: d.failed}
	}
	return answer{}
}

// stillMarked asks whether somebody else's 📌 is still on a message.
func (b *Bot) stillMarked(ctx context.Context, it item) bool {
	var got slack.ReactedItem
	err := b.call(ctx, "reactions.get", func(ctx context.Context) (err error) {
		got, err = b.api.GetReactionsContext(ctx, slack.NewRefToMessage(it.Channel, it.TS), slack.GetReactionsParameters{})
		return err
	})
	if err != nil {
		return false
	}
	for _, r := range got.Reactions {
		if r.Name == pin && r.Count > 0 {
			return true
		}
	}
	return false
}

// onEdit adds a correction where a message that was kept has other words now.
func (b *Bot) onEdit(ctx context.Context, in inbound) answer {
	e := &in.event.Inner
	m := e.Message
	if m == nil || m.BotID != "" || m.Edited == nil || e.Previous != nil && e.Previous.Text == m.Text {
		return answer{}
	}
	b.said.put(message{channel: e.Channel, ts: m.TS, thread: m.Thread, user: m.User, text: m.Text, files: m.Files})
	d := b.deedOf(ctx, in)
	if d.id == "" {
		return answer{}
	}
	v, err := d.view(ctx)
	if err != nil {
		return answer{failed: true, unheard: true}
	}
	seq, ok := v.S.Kept[sourceOf(e.Channel, m.TS)]
	if !ok || v.S.Struck(seq) {
		return answer{}
	}
	d.who = b.people.who(cmp.Or(m.Edited.User, m.User), b.people.name(cmp.Or(m.Edited.User, m.User)))
	if !d.who.known { // the record needs somebody who may write: whoever kept the message
		if list, err := b.svc.Entries(ctx, d.id, seq, seq); err == nil && len(list) == 1 {
			d.who = caller{person: list[0].Actor, known: true, slack: d.who.slack, lang: b.lang()}
		}
	}
	b.people.learnFrom(ctx, m.Text, m.User)
	at := momentOf(m.Edited.TS)
	note := incident.AddNote{
		Text:     d.t("tl.edited", "time", chat.Near(at, b.svc.Now(), v.Site.Zone), "text", b.reading(m.Text)),
		Corrects: seq, Source: sourceOf(e.Channel, m.TS) + "#" + m.Edited.TS, Speaker: b.people.name(m.User), Link: b.permalink(ctx, e.Channel, m.TS, m.Thread),
	}
	act := d.who.act(d.key())
	act.At = at
	if _, ok, _ := d.doAct(ctx, act, note); !ok {
		return answer{failed: d.failed, unheard: d.failed}
	}
	return answer{}
}

// permalink is the address of a message, put together from the address of the
// workspace; "" while that is not known.
func (b *Bot) permalink(ctx context.Context, channel, ts, thread string) string {
	me, err := b.self(ctx)
	if err != nil || me.URL == "" {
		return ""
	}
	link := strings.TrimRight(me.URL, "/") + "/archives/" + channel + "/p" + strings.ReplaceAll(ts, ".", "")
	if thread != "" && thread != ts {
		link += "?thread_ts=" + thread + "&cid=" + channel
	}
	return link
}

// openRecord opens the form of the message shortcut: what was said, filled in.
func (d *deed) openRecord(ctx context.Context, p *slack.InteractionCallback) error {
	d.id = d.b.incidentOf(ctx, p.Channel.ID)
	m := message{channel: p.Channel.ID, ts: cmp.Or(p.Message.Timestamp, p.MessageTs), thread: p.Message.ThreadTimestamp, user: p.Message.User, text: p.Message.Text, files: p.Message.Files}
	d.b.said.put(m)
	zone := d.b.svc.Site().Zone
	short, stop := context.WithTimeout(ctx, time.Second) // a form has to open within three
	d.b.people.learnFrom(short, m.text, m.user)
	stop()
	text := d.b.reading(m.text)
	line := chat.ParseLine(text, momentOf(m.ts), zone)
	speaker := d.b.people.name(m.user)
	f := chat.Form{Title: d.t("tl.shortcut"), Submit: d.t("tl.submit"), Cancel: d.t("decl.cancel")}
	if d.id == "" {
		in := chat.Input{ID: "incident", Label: d.t("inc.pick"), Kind: chat.InputPerson, Required: true}
		for _, r := range d.b.recent(ctx, true, 20) {
			if v, err := d.b.svc.View(ctx, r.ID); err == nil {
				in.Options = append(in.Options, chat.Option{ID: r.ID, Label: chat.Truncate(r.ID+" "+v.Title(), maxOption)})
			}
		}
		if len(in.Options) == 0 {
			f.Submit, f.Body = "", []chat.Block{{Kind: chat.Para, Text: d.t("empty.board")}}
			_, err := d.openView(ctx, modal(f, note{Form: "show"}))
			return err
		}
		f.Inputs = append(f.Inputs, in)
	}
	f.Inputs = append(f.Inputs,
		chat.Input{ID: "at", Label: d.t("tl.when"), Kind: chat.InputMoment, Required: true, Value: fmt.Sprint(momentOf(m.ts).Unix())},
		chat.Input{ID: "from", Label: d.t("tl.from"), Kind: chat.InputText, Max: 80, Value: cut(cmp.Or(line.From, speaker), 80)},
		chat.Input{ID: "to", Label: d.t("tl.to"), Kind: chat.InputText, Max: 80, Value: line.To},
		chat.Input{ID: "text", Label: d.t("tl.text"), Kind: chat.InputLines, Required: true, Value: cmp.Or(line.Text, text)},
		chat.Input{ID: "marks", Label: d.t("slk.marks"), Kind: chat.InputMany, Options: []chat.Option{{ID: "important", Label: d.t("tl.important")}}},
	)
	f.Inputs = append(f.Inputs, chat.Drawer{Words: d.b.o.Words, Lang: d.who.lang}.SourceInputs()...)
	_, err := d.openView(ctx, modal(f, note{Form: "record", Incident: d.id, Channel: m.channel, Source: m.ts, Thread: m.thread, Speaker: speaker}))
	return err
}

// record writes what the message shortcut's form says.
func (s *sent) record(ctx context.Context) answer {
	s.id = cmp.Or(s.n.Incident, s.in.text("incident"))
	at := s.in.moment("at")
	if seen := momentOf(s.n.Source); at.Equal(seen.Truncate(time.Minute)) || at.Equal(seen.Truncate(time.Second)) {
		at = seen // the picker knows minutes only
	}
	cmd := incident.AddNote{
		Text: s.in.text("text"), From: s.in.text("from"), To: s.in.text("to"), Source: sourceOf(s.n.Channel, s.n.Source), Speaker: s.n.Speaker,
		Link: s.b.permalink(ctx, s.n.Channel, s.n.Source, s.n.Thread), Important: slices.Contains(s.in.many("marks"), "important"),
		Origin: s.in.text("origin"), Conf: s.in.text("conf"),
	}
	act := s.who.act(s.key())
	act.At = at
	res, ok, say := s.doAct(ctx, act, cmd)
	if !ok || res.Outcome.Code == "note.already" {
		return s.close(ctx, res, ok, say)
	}
	m, found := s.b.said.get(s.n.Channel, s.n.Source)
	if !found {
		m = message{channel: s.n.Channel, ts: s.n.Source, thread: s.n.Thread}
	}
	return answer{after: func(ctx context.Context) error { return s.confirm(ctx, m, res) }}
}
