package webhook

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"path"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"irbot/internal/notify"
	"irbot/internal/notify/guard"
)

// PagerDuty is the form of the Events API v2 of PagerDuty: the secret of the
// endpoint is the integration's routing key and nothing is signed.
const PagerDuty = "pagerduty"

// maxSummary is the longest summary PagerDuty takes, in characters.
const maxSummary = 1024

// event is an event of the Events API v2.
type event struct {
	RoutingKey string   `json:"routing_key"`
	Action     string   `json:"event_action"` // trigger or resolve
	DedupKey   string   `json:"dedup_key"`
	Client     string   `json:"client,omitempty"`
	Payload    *payload `json:"payload,omitempty"`
}

type payload struct {
	Summary   string            `json:"summary"`
	Source    string            `json:"source"`
	Severity  string            `json:"severity"`
	Timestamp string            `json:"timestamp"`
	Details   map[string]string `json:"custom_details,omitempty"`
}

// pagerduty writes the body for one envelope. A page triggers; its stand-down
// resolves the same event.
func pagerduty(site string, e notify.Envelope, key notify.Secret) ([]byte, error) {
	v := event{RoutingKey: string(key), Action: "trigger", DedupKey: dedup(site, e), Client: "irbot"}
	if e.Kind == notify.KindStandDown {
		v.Action, v.Client = "resolve", ""
	} else {
		severity := "critical"
		if e.Kind != notify.KindPage || e.Drill {
			severity = "info"
		}
		summary := strings.TrimSpace(e.Subject)
		if summary == "" {
			summary = e.Incident
		}
		if r := []rune(summary); len(r) > maxSummary {
			summary = string(r[:maxSummary-1]) + "…"
		}
		v.Payload = &payload{
			Summary: strings.ToValidUTF8(summary, "�"), Source: path.Join("irbot", site, e.Incident), Severity: severity,
			Timestamp: e.At.UTC().Format(time.RFC3339), Details: map[string]string{"id": e.ID, "text": bounded(e.Body)},
		}
	}
	b, err := json.Marshal(v)
	if err != nil {
		return nil, fmt.Errorf("encode event: %w", err)
	}
	return b, nil
}

// dedup is the site, the incident and, where the envelope speaks of one, its ladder:
// PagerDuty stays silent about a second trigger with the key of an open event,
// so that a later ladder of the same incident must have a key of its own, and
// the end of one must not resolve the other.
func dedup(site string, e notify.Envelope) string {
	return path.Join(site, about(e))
}

func about(e notify.Envelope) string {
	part := strings.Split(e.Card, "/")
	if len(part) >= 2 && (part[0] == "page" || part[0] == "standdown") {
		return e.Incident + "/" + part[1]
	}
	if e.Kind == notify.KindPage || e.Kind == notify.KindStandDown {
		return e.Incident
	}
	return e.ID
}

// bounded keeps an event well under the 512 kB that PagerDuty takes.
func bounded(s string) string {
	const most = 8 << 10
	if len(s) <= most {
		return s
	}
	for most := most; ; most-- {
		if utf8.RuneStart(s[most]) {
			return s[:most] + "…"
		}
	}
}

// trigger posts one event.
func (s *Sender) trigger(ctx context.Context, to Endpoint, e notify.Envelope) (notify.Receipt, error) {
	body, err := pagerduty(s.site, e, to.Secret)
	if err != nil {
		return notify.Receipt{}, &notify.Failure{Class: notify.Permanent, Err: err}
	}
	header := http.Header{}
	plain(header)
	a, err := s.client.Do(ctx, guard.Call{Method: http.MethodPost, URL: to.URL, Header: header, Body: body})
	if err != nil {
		return notify.Receipt{}, fmt.Errorf("post event to %s: %w", name(to), err)
	}
	return notify.Receipt{ID: dedup(s.site, e), Note: strconv.Itoa(a.Status) + " " + excerpt(a.Body)}, nil
}

// plain are the headers of a call that is not signed.
func plain(h http.Header) {
	h.Set("Content-Type", "application/json")
	h.Set("User-Agent", "irbot")
}
