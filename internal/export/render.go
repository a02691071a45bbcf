package export

import (
	"cmp"
	"errors"
	"fmt"
	"strings"

	"irbot/internal/chat"
	"irbot/internal/timeline"
)

// blank is how many numbered empty rows the printed timeline has, to go on by
// hand when power or network fail.
const blank = 12

// header is what stands above and below the timeline.
func (x *job) header() timeline.Header {
	m, v := &x.made, x.made.view
	m.Label = x.label()
	h := timeline.Header{
		Site: v.Site.Name, IncidentID: x.o.Incident, Title: v.Title(), Drill: m.Drill, TLP: m.Label,
		Head: fmt.Sprintf("%x", m.Head.Head[:]), Count: m.Count, MadeAt: m.At, Lang: x.o.Lang, Zone: v.Site.Zone, Blank: blank,
		Era: x.o.Era, Recorded: x.o.Recorded, From: m.scan.from, To: m.scan.to,
	}
	if x.o.Incident == timeline.SiteLog {
		h.Blank = 0 // nobody goes on with it by hand
	}
	switch {
	case x.o.Lang == "en" && v.Site.NameEN != "":
		h.Site = v.Site.NameEN
	case h.Both() && v.Site.NameEN != "" && v.Site.NameEN != v.Site.Name:
		h.Site += " / " + v.Site.NameEN
	}
	h.Notes = x.notes(&h)
	h.Evidence = x.evidence(&h)
	h.Proof = x.proof()
	return h
}

// label is what is printed: the ceiling, else the usual one raised to the
// strictest label that a text in the copy carries itself.
func (x *job) label() string {
	if x.o.Ceiling != "" {
		return x.o.Ceiling
	}
	usual := strings.ToUpper(cmp.Or(x.o.TLP, "AMBER"))
	if !strings.HasPrefix(usual, "TLP:") {
		usual = "TLP:" + usual
	}
	return stricter(usual, x.made.scan.strict)
}

// notes say what a reader must know about this copy.
func (x *job) notes(h *timeline.Header) []string {
	var out []string
	f := func(ja, en string, args ...any) {
		out = append(out, h.Say(fmt.Sprintf(ja, args...), fmt.Sprintf(en, args...)))
	}
	m := &x.made
	if m.Shown != m.Count {
		f("範囲を指定した控え: 全%d件のうち%d件", "A part of the record: %[2]d of %[1]d entries", m.Count, m.Shown)
	}
	if x.o.Ceiling != "" {
		f("%s より厳しい文章は伏せています", "Texts stricter than %s are withheld", x.o.Ceiling)
	}
	if x.o.Roles {
		f("氏名は役割名に置き換えています(名簿にない人の名前が文中に残ることがあります)", "Roles stand instead of names (names of people who are not in the directory may remain in texts)")
	}
	if x.o.Recorded {
		f("記録順", "In the order of recording")
	}
	if m.Broken > 0 {
		f("注意: 記録 #%d から鎖が合いません。irbot verify で確かめてください", "Warning: the chain does not hold from entry #%d on; see irbot verify", m.Broken)
	}
	return out
}

// proof is how to compare the copy with the record; nil where no key is known.
// The newest checkpoints are printed, the one over the head among them.
func (x *job) proof() *timeline.Proof {
	if x.Signer == nil || x.Keys == nil || x.Checkpoints == nil {
		return nil
	}
	list, err := x.checkpoints()
	if err != nil || len(list) == 0 {
		return nil
	}
	const newest = 2
	return &timeline.Proof{
		Key: x.Keys.Fingerprint(), Words: timeline.Words(x.made.Head.Head), Checkpoints: list[max(0, len(list)-newest):],
	}
}

// rows gives the timeline as people read it. What later entries say about a row
// is what they said up to the exported head.
func (x *job) rows() timeline.Rows {
	return func(yield func(timeline.Row, error) bool) {
		stop := errors.New("stop")
		give := func(e *timeline.Entry) error {
			if !x.inRange(e) || yield(x.row(e), nil) {
				return nil
			}
			return stop
		}
		c := x.made.scan
		next := 0
		err := x.each(func(e *timeline.Entry) error {
			if x.o.Recorded {
				return give(e)
			}
			if c.late[e.Seq] {
				return nil
			}
			for ; next < len(c.behind) && byMoment(c.behind[next], *e) < 0; next++ {
				if err := give(&c.behind[next]); err != nil {
					return err
				}
			}
			return give(e)
		})
		for ; err == nil && !x.o.Recorded && next < len(c.behind); next++ {
			err = give(&c.behind[next])
		}
		if err != nil && !errors.Is(err, stop) {
			yield(timeline.Row{}, err)
		}
	}
}

// row puts one entry into words.
func (x *job) row(e *timeline.Entry) timeline.Row {
	shown := x.readable(e)
	if !x.allowed(e) {
		return x.hidden(&shown)
	}
	r := x.say(&shown, chat.Lang(x.o.Lang))
	if x.o.Lang == "both" {
		r = x.say(&shown, chat.JA)
		en := x.say(&shown, chat.EN)
		r.From, r.To, r.Recorder = twice(r.From, en.From, " / "), twice(r.To, en.To, " / "), twice(r.Recorder, en.Recorder, " / ")
		r.Content, r.Result, r.Source = twice(r.Content, en.Content, "\n"), twice(r.Result, en.Result, "\n"), twice(r.Source, en.Source, " / ")
	}
	r.Entry = &shown
	if x.o.Roles {
		r.Content, r.Result = x.names.words.Replace(r.Content), x.names.words.Replace(r.Result)
		r.From, r.To, r.Source = x.names.words.Replace(r.From), x.names.words.Replace(r.To), x.names.words.Replace(r.Source)
		// Ids of people are often their names, and stand in facts too.
		shown.Actor, shown.Facts = "", nil
	}
	return r
}

func twice(ja, en, sep string) string {
	if ja == en {
		return ja
	}
	return ja + sep + en
}

// hidden is a row of which only time and kind are told.
func (x *job) hidden(e *timeline.Entry) timeline.Row {
	h := timeline.Header{Lang: x.o.Lang}
	e.Actor, e.Facts = "", nil
	return timeline.Row{
		Seq: e.Seq, Happened: e.HappenedAt, Recorded: e.RecordedAt, Kind: string(e.Kind), Withheld: true, Entry: e,
		Content: h.Say("(この控えでは伏せています)", "(withheld in this copy)"),
	}
}

func (x *job) say(e *timeline.Entry, lang chat.Lang) timeline.Row {
	if lang != chat.EN {
		lang = chat.JA
	}
	list := chat.Drawer{Words: x.Words, Lang: lang}.Rows(x.made.view, []timeline.Entry{*e})
	return list[0].Record()
}
