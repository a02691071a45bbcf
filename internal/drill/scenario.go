// Package drill plays scenarios: what happens, who does what, in which order.
// It guarantees that a scenario acts only on drills and only through the same
// commands people use.
package drill

import (
	"bytes"
	"context"
	"embed"
	"encoding/json"
	"errors"
	"fmt"

	"go.yaml.in/yaml/v3"

	"irbot/internal/incident"
)

//go:embed scenarios/*.yaml
var shipped embed.FS

// Scenario is a scripted morning: a first report and the injects after it.
type Scenario struct {
	ID      string   `yaml:"id"`
	Title   string   `yaml:"title"`
	TitleEN string   `yaml:"title_en"`
	Begin   Move     `yaml:"begin"` // opens the drill
	Injects []Inject `yaml:"injects"`
}

// Inject is one situation given to the players (状況付与).
type Inject struct {
	At      string `yaml:"at"` // planned time of day, for the organiser
	Title   string `yaml:"title"`
	TitleEN string `yaml:"title_en"`
	Moves   []Move `yaml:"moves"`
}

// Name is the situation in a language; anything but "en" is Japanese.
func (i Inject) Name(lang string) string {
	if lang == "en" && i.TitleEN != "" {
		return i.TitleEN
	}
	return i.Title
}

// Move is something a scripted person does.
type Move struct {
	Who     string         `yaml:"who"`  // directory id, or guest:… for somebody without an account
	Name    string         `yaml:"name"` // a guest's name
	Command string         `yaml:"command"`
	Args    map[string]any `yaml:"args"`
}

// Load reads a shipped scenario by id.
func Load(id string) (*Scenario, error) {
	data, err := shipped.ReadFile("scenarios/" + id + ".yaml")
	if err != nil {
		return nil, fmt.Errorf("find scenario %s: %w", id, err)
	}
	return Parse(id+".yaml", data)
}

// Parse reads a scenario strictly: a misspelt key or an unknown command is an
// error that names it.
func Parse(file string, data []byte) (*Scenario, error) {
	var s Scenario
	d := yaml.NewDecoder(bytes.NewReader(data))
	d.KnownFields(true)
	if err := d.Decode(&s); err != nil {
		return nil, fmt.Errorf("read scenario %s: %w", file, err)
	}
	moves := []Move{s.Begin}
	for _, in := range s.Injects {
		moves = append(moves, in.Moves...)
	}
	for _, m := range moves {
		if _, err := m.command(); err != nil {
			return nil, fmt.Errorf("read scenario %s: %w", file, err)
		}
	}
	return &s, nil
}

func (m Move) command() (incident.Command, error) {
	args, err := json.Marshal(m.Args)
	if err != nil {
		return nil, fmt.Errorf("arguments of %s: %w", m.Command, err)
	}
	if m.Args == nil {
		args = nil
	}
	return incident.ParseCommand(m.Command, args)
}

// Director gives the injects of a scenario, one after the other.
type Director struct {
	Service  *incident.Service
	Scenario *Scenario
	Lang     string // of the site: the situations are recorded in it
}

// ErrOver says that the scenario has no further inject.
var ErrOver = errors.New("the scenario is over")

// Begin opens the drill with the first report and gives its id.
func (d *Director) Begin(ctx context.Context, request string) (string, error) {
	cmd, err := d.Scenario.Begin.command()
	if err != nil {
		return "", err
	}
	res, err := d.Service.Open(ctx, incident.Act{Person: d.Scenario.Begin.Who, Name: d.Scenario.Begin.Name, Surface: "drill", Request: request}, cmd)
	if err != nil {
		return "", fmt.Errorf("begin scenario: %w", err)
	}
	return res.Incident, nil
}

// Next gives the next inject of a drill: it is recorded first, then the scripted
// people act. What one of them may not do any more (the players were faster) is
// passed over. It returns ErrOver after the last one.
func (d *Director) Next(ctx context.Context, id string) (Inject, error) {
	v, err := d.Service.View(ctx, id)
	if err != nil {
		return Inject{}, err
	}
	n := v.S.Injects
	if n >= len(d.Scenario.Injects) {
		return Inject{}, ErrOver
	}
	in := d.Scenario.Injects[n]
	act := incident.Act{Person: d.organiser(), Surface: "drill"}
	if _, err := d.Service.Do(ctx, act, id, incident.GiveInject{Scenario: d.Scenario.ID, Inject: n + 1, Title: in.Name(d.Lang)}); err != nil {
		return in, fmt.Errorf("give inject %d: %w", n+1, err)
	}
	for _, m := range in.Moves {
		cmd, err := m.command()
		if err != nil {
			return in, err
		}
		_, err = d.Service.Do(ctx, incident.Act{Person: m.Who, Name: m.Name, Surface: "drill"}, id, cmd)
		var r *incident.Refusal
		if err != nil && !errors.As(err, &r) {
			return in, fmt.Errorf("inject %d, %s by %s: %w", n+1, m.Command, m.Who, err)
		}
	}
	return in, nil
}

// organiser is the person in whose name injects are recorded.
func (d *Director) organiser() string {
	for _, p := range d.Service.Site().Directory.People {
		if d.Service.Site().Allowed(p.ID, incident.MayRespond, nil) {
			return p.ID
		}
	}
	return d.Scenario.Begin.Who
}

// Left tells how many injects are still to come.
func (d *Director) Left(s *incident.Incident) int { return max(0, len(d.Scenario.Injects)-s.Injects) }
