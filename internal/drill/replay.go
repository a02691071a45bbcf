package drill

import (
	"bytes"
	"cmp"
	"context"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"irbot/internal/incident"
)

//go:embed replays/*.json replays/*.yaml
var replays embed.FS

// Event is one thing that happened, as published.
type Event struct {
	At      time.Time `json:"at"`
	Actor   string    `json:"actor"`
	Event   string    `json:"event"`
	EventJA string    `json:"event_ja"`
	Source  string    `json:"source"`
}

// Placeholder reports whether the source gives no exact hour.
func (e Event) Placeholder() bool {
	for _, w := range []string{"(about ", "hour not published", "hour approximate", "evening"} {
		if strings.Contains(e.Event, w) {
			return true
		}
	}
	return false
}

// ErrReplay says that a file of events or a script cannot be played.
var ErrReplay = errors.New("the replay cannot be read")

// ParseEvents reads a file of events: a JSON list in the order of time, each
// with at (RFC 3339), actor, event, event_ja and source. The error wraps
// ErrReplay and names the entry.
func ParseEvents(file string, data []byte) ([]Event, error) {
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	var out []Event
	if err := d.Decode(&out); err != nil {
		return nil, fmt.Errorf("%w: %s: %w", ErrReplay, file, err)
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("%w: %s has no entries", ErrReplay, file)
	}
	for i, e := range out {
		switch {
		case e.At.IsZero():
			return nil, fmt.Errorf("%w: %s entry %d has no time", ErrReplay, file, i+1)
		case i > 0 && e.At.Before(out[i-1].At):
			return nil, fmt.Errorf("%w: %s entry %d is earlier than the one before", ErrReplay, file, i+1)
		case strings.TrimSpace(e.Event) == "" || strings.TrimSpace(e.Actor) == "":
			return nil, fmt.Errorf("%w: %s entry %d needs actor and event", ErrReplay, file, i+1)
		}
	}
	return out, nil
}

// Script says how the people of a replay use irbot. Every move hangs on a
// published event, so that nothing is played that nobody reported.
type Script struct {
	ID        string         `yaml:"id"`
	Title     string         `yaml:"title"`
	TitleEN   string         `yaml:"title_en"`
	Site      string         `yaml:"site"`
	SiteEN    string         `yaml:"site_en"`
	Approver  string         `yaml:"approver"` // who approves the notices
	Answer    time.Duration  `yaml:"answer"`   // how long people take to answer a page; 0: nobody does
	Roles     []Label        `yaml:"roles"`
	People    []Player       `yaml:"people"`
	Receivers []Receiver     `yaml:"receivers"`
	Terminals []Label        `yaml:"terminals"`
	Functions []PlayFunction `yaml:"functions"`
	Clocks    []PlayClock    `yaml:"clocks"`
	Moves     []PlayMove     `yaml:"moves"`
}

// Label is an id with a name in both languages.
type Label struct {
	ID     string `yaml:"id"`
	Name   string `yaml:"name"`
	NameEN string `yaml:"name_en"`
}

// Player is somebody who acts in a replay: a function, never a person's name.
type Player struct {
	Label `yaml:",inline"`
	Roles []string `yaml:"roles"`
}

// Receiver is a body that is told.
type Receiver struct {
	Label `yaml:",inline"`
	Kind  string `yaml:"kind"`
	TLP   string `yaml:"tlp"`
}

// PlayFunction is a function of the port with its objectives.
type PlayFunction struct {
	Label   `yaml:",inline"`
	Impact  string                `yaml:"impact"`
	Decider string                `yaml:"decider"`
	Ask     time.Duration         `yaml:"ask"`
	Outage  time.Duration         `yaml:"outage"`
	Levels  map[int]time.Duration `yaml:"levels"`
}

// PlayClock is a reporting clock, as a target of our own.
type PlayClock struct {
	Label  `yaml:",inline"`
	Dest   string        `yaml:"dest"`
	Within time.Duration `yaml:"within"`
	Basis  string        `yaml:"basis"`
}

// PlayMove is what somebody does in irbot when an event happens: a command, or
// a notice that is drafted, approved and sent.
type PlayMove struct {
	Event   string         `yaml:"event"` // words of the event it hangs on
	Who     string         `yaml:"who"`   // "" is the actor of the event
	Command string         `yaml:"command"`
	Args    map[string]any `yaml:"args"`
	Notice  *PlayNotice    `yaml:"notice"`
}

// PlayNotice is a notice of a replay.
type PlayNotice struct {
	Dest    string `yaml:"dest"`
	Means   string `yaml:"means"` // mail, webhook, or phone: then somebody answered
	Subject string `yaml:"subject"`
	Body    string `yaml:"body"`
	Answer  string `yaml:"answer"` // who answered the phone
}

// Replay is events with the script that belongs to them.
type Replay struct {
	Script
	Lang   string // of the notes: ja (also "") or en
	Events []Event
	hangs  map[int][]PlayMove // event → its moves
}

// LoadReplay gives a shipped replay by its name, e.g. nagoya-2023.
func LoadReplay(name string) (*Replay, error) {
	events, err := replays.ReadFile("replays/" + name + ".json")
	if err != nil {
		return nil, fmt.Errorf("find replay %s: %w", name, err)
	}
	return ReadReplay(name+".json", events)
}

// ReadReplay reads a file of events. One that goes by the name of a shipped
// script is played with it; any other is played with its own actors, as notes.
func ReadReplay(file string, data []byte) (*Replay, error) {
	events, err := ParseEvents(file, data)
	if err != nil {
		return nil, err
	}
	id := strings.TrimSuffix(path.Base(strings.ReplaceAll(file, `\`, "/")), ".json")
	raw, err := replays.ReadFile("replays/" + id + ".yaml")
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrInvalid) {
		return plainReplay(id, events), nil
	}
	if err != nil {
		return nil, fmt.Errorf("read script of %s: %w", id, err)
	}
	var s Script
	d := yaml.NewDecoder(bytes.NewReader(raw))
	d.KnownFields(true)
	if err := d.Decode(&s); err != nil {
		return nil, fmt.Errorf("%w: script of %s: %w", ErrReplay, id, err)
	}
	return s.on(events)
}

// on hangs the moves on their events.
func (s Script) on(events []Event) (*Replay, error) {
	r := &Replay{Script: s, Events: events, hangs: map[int][]PlayMove{}}
	for i, m := range s.Moves {
		at := -1
		for j, e := range events {
			if strings.Contains(e.Event, m.Event) {
				at = j
				break
			}
		}
		if at < 0 || m.Event == "" {
			return nil, fmt.Errorf("%w: move %d of %s hangs on %q, which is not among the events", ErrReplay, i+1, s.ID, m.Event)
		}
		if m.Notice == nil {
			if _, err := (Move{Command: m.Command, Args: m.Args}).command(); err != nil {
				return nil, fmt.Errorf("%w: move %d of %s: %w", ErrReplay, i+1, s.ID, err)
			}
		}
		r.hangs[at] = append(r.hangs[at], m)
	}
	return r, nil
}

// plainReplay plays events nobody wrote a script for: it is declared at the
// first one and closed at the last.
func plainReplay(id string, events []Event) *Replay {
	s := Script{ID: id, Title: id, TitleEN: id, Site: id, SiteEN: id, Approver: "organiser",
		People: []Player{{Label: Label{ID: "organiser", Name: "訓練の進行", NameEN: "Organiser"}, Roles: []string{"lead", "ciso"}}}}
	seen := map[string]bool{"organiser": true}
	for _, e := range events {
		if !seen[e.Actor] {
			seen[e.Actor] = true
			s.People = append(s.People, Player{Label: Label{ID: e.Actor, Name: e.Actor, NameEN: e.Actor}})
		}
	}
	last := len(events) - 1
	r := &Replay{Script: s, Events: events, hangs: map[int][]PlayMove{}}
	r.hangs[0] = []PlayMove{{Who: "organiser", Command: "incident.declare", Args: map[string]any{"title": events[0].Event, "runbook": "none"}}}
	r.hangs[last] = append(r.hangs[last], PlayMove{Who: "organiser", Command: "incident.close", Args: map[string]any{"reason": "再演の終わり / end of the replay", "override": true}})
	return r
}

// Stage is what a replay is played on: the real service and the real store in
// simulated time. Every message ends in the drill's box.
type Stage struct {
	Service *incident.Service
	Set     func(time.Time)                                // turns the clock
	Ring    func(ctx context.Context, now time.Time) error // lets every due alarm go off
	Carry   func(ctx context.Context, now time.Time) error // carries out what is due in the outbox
}

// Play plays a replay and gives the id of its drill.
func (r *Replay) Play(ctx context.Context, st Stage) (string, error) {
	p := &play{r: r, st: st}
	for i, e := range r.Events {
		if err := p.until(ctx, e.At); err != nil {
			return p.id, fmt.Errorf("advance to %s: %w", e.At.Format(time.RFC3339), err)
		}
		if err := p.event(ctx, i, e); err != nil {
			return p.id, fmt.Errorf("event %d (%s): %w", i+1, e.At.Format(time.RFC3339), err)
		}
		if err := p.settle(ctx, e.At); err != nil {
			return p.id, err
		}
	}
	return p.id, nil
}

// play is a replay under way.
type play struct {
	r  *Replay
	st Stage
	id string
}

// maxSteps keeps a script that arms an alarm for now from running for ever.
const maxSteps = 100000

// until turns the clock forward, stopping at every moment something is due.
func (p *play) until(ctx context.Context, to time.Time) error {
	for range maxSteps {
		next := to
		if p.id != "" {
			v, err := p.st.Service.View(ctx, p.id)
			if err != nil {
				return err
			}
			next = earliest(v.S, p.st.Service.Now(), to)
			for _, a := range p.r.answers(v.S) {
				if a.at.After(p.st.Service.Now()) && a.at.Before(next) {
					next = a.at
				}
			}
		}
		p.st.Set(next)
		if p.id != "" {
			if err := p.settle(ctx, next); err != nil {
				return err
			}
		}
		if !next.Before(to) {
			return nil
		}
	}
	return fmt.Errorf("%w: alarms never end", ErrReplay)
}

// earliest is the next moment at which an alarm or a message is due.
func earliest(s *incident.Incident, now, to time.Time) time.Time {
	next := to
	for _, t := range s.Timers() {
		if t.Due.After(now) && t.Due.Before(next) {
			next = t.Due
		}
	}
	for _, m := range s.Outbox() {
		if m.Next.After(now) && m.Next.Before(next) {
			next = m.Next
		}
	}
	return next
}

func (p *play) settle(ctx context.Context, now time.Time) error {
	if err := p.st.Ring(ctx, now); err != nil {
		return fmt.Errorf("ring: %w", err)
	}
	if err := p.st.Carry(ctx, now); err != nil {
		return fmt.Errorf("carry: %w", err)
	}
	return p.answer(ctx, now)
}

// event notes what happened, with its source, and lets people act: first what
// was seen, then what was done about it. Only the declaration comes before.
func (p *play) event(ctx context.Context, i int, e Event) error {
	noted := false
	for _, m := range p.r.hangs[i] {
		if !noted && p.id != "" {
			if err := p.note(ctx, e); err != nil {
				return err
			}
			noted = true
		}
		if err := p.move(ctx, m, e); err != nil {
			return err
		}
	}
	if noted {
		return nil
	}
	return p.note(ctx, e)
}

func (p *play) note(ctx context.Context, e Event) error {
	x := incident.AddNote{Text: cmp.Or(e.EventJA, e.Event), Link: e.Source, From: e.Actor}
	if p.r.Lang == "en" {
		x.Text = e.Event
	}
	for _, who := range p.r.People {
		if who.ID == e.Actor {
			x.From = cmp.Or(who.Name, e.Actor)
			if p.r.Lang == "en" {
				x.From = cmp.Or(who.NameEN, e.Actor)
			}
		}
	}
	if e.Placeholder() && p.r.Lang != "en" { // the English text says it itself
		x.Result = "時刻は概数か未公表"
	}
	_, err := p.st.Service.Do(ctx, incident.Act{Person: e.Actor, Surface: "drill"}, p.id, x)
	return err
}

func (p *play) move(ctx context.Context, m PlayMove, e Event) error {
	act := incident.Act{Person: cmp.Or(m.Who, e.Actor), Surface: "drill"}
	if m.Notice != nil {
		return p.notice(ctx, act, *m.Notice)
	}
	cmd, err := Move{Command: m.Command, Args: m.Args}.command()
	if err != nil {
		return err
	}
	if p.id == "" {
		if x, ok := cmd.(incident.Declare); ok { // a replay is a drill, whatever the script says
			x.Drill, x.Detected = true, e.At
			cmd = x
		}
		res, err := p.st.Service.Open(ctx, act, cmd)
		p.id = res.Incident
		if err == nil && !strings.HasPrefix(p.id, "DR-") {
			return fmt.Errorf("%w: %s is not a drill", ErrReplay, p.id)
		}
		return err
	}
	if _, err = p.st.Service.Do(ctx, act, p.id, cmd); err != nil {
		return fmt.Errorf("%s by %s: %w", m.Command, act.Person, err)
	}
	return nil
}

// notice drafts, submits and approves, and for a call records who answered.
// Only a drill is played this way: what leaves ends in the box.
func (p *play) notice(ctx context.Context, act incident.Act, n PlayNotice) error {
	do := func(a incident.Act, cmd incident.Command) (incident.Result, error) {
		res, err := p.st.Service.Do(ctx, a, p.id, cmd)
		if err != nil {
			return res, fmt.Errorf("notice to %s, %s: %w", n.Dest, cmd.Name(), err)
		}
		return res, nil
	}
	res, err := do(act, incident.DraftNotice{Dest: n.Dest, Form: "none", Subject: n.Subject, Body: n.Body, Means: []string{n.Means}})
	if err != nil {
		return err
	}
	id := res.Outcome.Ref
	if _, err := do(act, incident.SubmitNotice{Notice: id}); err != nil {
		return err
	}
	v, err := p.st.Service.View(ctx, p.id)
	if err != nil {
		return err
	}
	approver := incident.Act{Person: p.r.Approver, Surface: "drill"}
	if _, err := do(approver, incident.ApproveNotice{Notice: id, Digest: v.S.Notice(id).Digest, Opened: true}); err != nil {
		return err
	}
	if n.Means == "phone" {
		_, err = do(act, incident.PhonedNotice{Notice: id, Who: cmp.Or(n.Answer, "窓口"), Reply: ""})
	}
	return err
}
