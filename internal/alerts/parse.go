package alerts

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"irbot/internal/incident"
)

// ErrForm says that what was sent is not in the form of its source.
var ErrForm = errors.New("not in the form of this source (この送り元の形式ではありません)")

const (
	maxAlerts = 100  // of one call; the rest is told in one more
	maxTitle  = 160  // characters
	maxWords  = 4000 // characters
)

// Parse reads what a source of this kind sent. It fails with ErrForm.
func Parse(src Source, data []byte) ([]incident.Alert, error) {
	if !utf8.Valid(data) {
		return nil, fmt.Errorf("read alert: %w", ErrForm)
	}
	if src.Kind == Alertmanager {
		return parseAlertmanager(src, data)
	}
	return parseGeneric(src, data)
}

// generic is irbot's own form.
type generic struct {
	ID    string    `json:"id"`
	Title string    `json:"title"`
	Text  string    `json:"text"`
	Place string    `json:"place"`
	Group string    `json:"group"`
	State string    `json:"state"` // firing (default) or resolved
	At    time.Time `json:"at"`
}

func parseGeneric(src Source, data []byte) ([]incident.Alert, error) {
	var g generic
	if err := json.Unmarshal(data, &g); err != nil {
		return nil, fmt.Errorf("read alert: %w", ErrForm)
	}
	if strings.TrimSpace(g.Title) == "" || g.State != "" && g.State != "firing" && g.State != "resolved" {
		return nil, fmt.Errorf("title is needed, state is firing or resolved: %w", ErrForm)
	}
	a := src.alert(g.Title, g.Text, g.Place)
	a.Resolved, a.Seen = g.State == "resolved", g.At
	a.Print = Fingerprint("title", g.Title, g.Place)
	if g.ID != "" {
		a.Print = Fingerprint("id", g.ID)
	}
	if g.Group != "" {
		a.Group = Fingerprint(g.Group)
	}
	return []incident.Alert{a}, nil
}

// webhook is version 4 of Alertmanager's webhook.
type webhook struct {
	Version  string  `json:"version"`
	GroupKey string  `json:"groupKey"`
	Alerts   []fired `json:"alerts"`
}

type fired struct {
	Status      string            `json:"status"`
	Labels      map[string]string `json:"labels"`
	Annotations map[string]string `json:"annotations"`
	StartsAt    time.Time         `json:"startsAt"`
	Fingerprint string            `json:"fingerprint"`
}

func parseAlertmanager(src Source, data []byte) ([]incident.Alert, error) {
	var w webhook
	if err := json.Unmarshal(data, &w); err != nil || w.Version != "4" || len(w.Alerts) == 0 {
		return nil, fmt.Errorf("read webhook of Alertmanager: %w", ErrForm)
	}
	var out []incident.Alert
	for _, f := range w.Alerts[:min(len(w.Alerts), maxAlerts)] {
		if len(f.Labels) == 0 {
			return nil, fmt.Errorf("alert without labels: %w", ErrForm)
		}
		a := src.alert(f.title(), f.words(), f.Labels["instance"])
		a.Resolved, a.Seen, a.Print = f.Status == "resolved", f.StartsAt, Fingerprint(labels(f.Labels)...)
		if w.GroupKey != "" {
			a.Group = Fingerprint(w.GroupKey)
		}
		out = append(out, a)
	}
	if more := len(w.Alerts) - maxAlerts; more > 0 {
		a := src.alert(fmt.Sprintf("ほかに%d件の知らせ / %d more alerts", more, more), "", "")
		a.Print, a.Group = Fingerprint("more", w.GroupKey), out[0].Group
		out = append(out, a)
	}
	return out, nil
}

func (f fired) title() string {
	name := f.Labels["alertname"]
	if s := f.Annotations["summary"]; s != "" {
		return strings.TrimSpace(name + " " + s)
	}
	return name
}

func (f fired) words() string {
	lines := []string{}
	for _, k := range []string{"description", "runbook_url"} {
		if v := f.Annotations[k]; v != "" {
			lines = append(lines, v)
		}
	}
	var rest []string
	for _, l := range labels(f.Labels) {
		if !strings.HasPrefix(l, "alertname=") {
			rest = append(rest, l)
		}
	}
	return strings.Join(append(lines, strings.Join(rest, " ")), "\n")
}

func labels(m map[string]string) []string {
	out := make([]string, 0, len(m))
	for k, v := range m {
		out = append(out, k+"="+v)
	}
	slices.Sort(out)
	return out
}

// alert is one of this source with its words bounded.
func (s Source) alert(title, words, place string) incident.Alert {
	if place == "" {
		place = s.Place
	}
	name := s.Name
	if name == "" {
		name = s.ID
	}
	return incident.Alert{
		Source: s.ID, Title: bound(strings.Join(strings.Fields(title), " "), maxTitle), Words: bound(words, maxWords),
		Place: bound(strings.Join(strings.Fields(place), " "), maxTitle), System: name,
	}
}

func bound(s string, most int) string {
	if r := []rune(s); len(r) > most {
		return string(r[:most]) + "…"
	}
	return s
}
