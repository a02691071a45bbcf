package slackbot

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"irbot/internal/chat"
	"irbot/internal/incident"
)

// deed is what one person does to one incident by one delivery.
type deed struct {
	b       *Bot
	who     caller
	id      string // incident
	request string
	n       int // commands given so far: each has a request key of its own
	trigger string
	channel string
	thread  string
	failed  bool              // nothing was recorded
	refusal *incident.Refusal // of the last command
}

// t is a wording in the person's language.
func (d *deed) t(key string, args ...any) string { return d.b.o.Words.T(d.who.lang, key, args...) }

func (d *deed) key() string {
	d.n++
	if d.n == 1 || d.request == "" {
		return d.request
	}
	return fmt.Sprintf("%s/%d", d.request, d.n)
}

// do carries out a command and says what came of it. ok is false where it was
// refused or could not be recorded.
func (d *deed) do(ctx context.Context, cmd incident.Command) (incident.Result, bool, saying) {
	return d.doAct(ctx, d.who.act(d.key()), cmd)
}

func (d *deed) doAct(ctx context.Context, act incident.Act, cmd incident.Command) (incident.Result, bool, saying) {
	d.refusal = nil
	res, err := d.b.svc.Do(ctx, act, d.id, cmd)
	if err != nil {
		return res, false, d.trouble(err)
	}
	d.b.sync.touch(d.id)
	return res, true, saying{text: d.outcome(res), actions: d.after(ctx, cmd, res)}
}

// after are the buttons beside what is said after a success: a row is corrected
// where it was written.
func (d *deed) after(ctx context.Context, cmd incident.Command, res incident.Result) []chat.Action {
	if _, row := cmd.(incident.AddRow); !row {
		return nil
	}
	v, err := d.view(ctx)
	if err != nil {
		return nil
	}
	return d.b.drawer(ctx, d.id, d.who.lang).RowActions(v, res.Outcome.Ref)
}

// outcome is what is said after a success: what came of it, and the number
// under which it stands in the record.
func (d *deed) outcome(res incident.Result) string {
	var parts []string
	if res.Outcome.Code != "" {
		parts = append(parts, d.b.o.Words.Outcome(d.who.lang, res.Outcome.Code, res.Outcome.Args))
	}
	if seq := typedAt(res); seq > 0 {
		parts = append(parts, d.t("tl.rec", "seq", seq, "time", chat.Clock(res.At, d.b.svc.Site().Zone)))
	}
	if len(parts) == 0 {
		parts = append(parts, d.t("recorded"))
	}
	return strings.Join(parts, " ")
}

// typedAt is the entry that holds what was typed, 0 where nothing was written.
func typedAt(res incident.Result) int64 {
	if len(res.Entries) == 0 && !res.Duplicate {
		return 0
	}
	return res.Seq
}

// trouble puts a refusal or failure into words. A failure to record is said as
// such: the person must write it down.
func (d *deed) trouble(err error) saying {
	var r *incident.Refusal
	if errors.As(err, &r) {
		d.refusal = r
		if r.Code == "perm.no" && !d.who.known {
			return saying{text: d.b.o.Words.Refusal(d.who.lang, r.Code, r.Args) + "\n" + d.t("signin.link", "id", d.who.slack), actions: d.tell(r)}
		}
		return saying{text: d.b.o.Words.Refusal(d.who.lang, r.Code, r.Args), actions: d.tell(r)}
	}
	if errors.Is(err, incident.ErrNotFound) {
		return saying{text: d.b.o.Words.Refusal(d.who.lang, "incident.unknown", map[string]string{"incident": d.id})}
	}
	d.failed = true
	d.b.log.Error("not recorded", "incident", d.id, "err", err)
	return saying{text: d.t("not_recorded.plain")}
}

// tell offers to ask somebody who may do what was refused.
func (d *deed) tell(r *incident.Refusal) []chat.Action {
	if d.id == "" {
		return nil
	}
	v, err := d.b.svc.View(context.Background(), d.id)
	if err != nil {
		return nil
	}
	class, people := r.Whom(v.Site, v.S)
	for _, p := range people {
		if class != "" && p != d.who.person && len(v.Site.Means(p)) > 0 {
			return []chat.Action{{ID: "perm.tell", Label: d.t("perm.tell", "person", v.Person(p, string(d.who.lang))),
				Value: chat.EncodeValue(chat.Value{Incident: d.id, Ref: p + "#" + string(class), Seq: v.S.Seq})}}
		}
	}
	return nil
}

// view reads the incident.
func (d *deed) view(ctx context.Context) (*incident.View, error) {
	v, err := d.b.svc.View(ctx, d.id)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", d.id, err)
	}
	return v, nil
}

// show draws cards for the person.
func (d *deed) show(ctx context.Context, v *incident.View, keys ...string) saying {
	var s saying
	for _, k := range keys {
		if c, ok := d.b.card(ctx, v, k, d.who.lang); ok {
			s.cards = append(s.cards, c)
		}
	}
	return s
}

// current is the step a person means without naming one: the one they hold,
// else the first that is to be worked on.
func (d *deed) current(ctx context.Context, ref string) string {
	if ref != "" {
		return ref
	}
	v, err := d.view(ctx)
	if err != nil {
		return ""
	}
	cur := v.S.Currents()
	for _, st := range cur {
		if st.Holder == d.who.person {
			return st.Ref
		}
	}
	for _, st := range cur {
		if !st.Parallel {
			return st.Ref
		}
	}
	if len(cur) > 0 {
		return cur[0].Ref
	}
	return ""
}
