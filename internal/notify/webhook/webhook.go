// Package webhook posts envelopes as signed JSON. It guarantees that the
// receiver can check who sent a message and when, and can recognise a repeat,
// and that no internal address is called unless the configuration names it.
//
// Every request has these headers:
//
//	Content-Type            application/json; charset=utf-8
//	Idempotency-Key         the key of the envelope, the same for every repeat
//	X-Irbot-Timestamp       seconds since 1970 UTC, when the request was signed
//	X-Irbot-Signature       v1= and the HMAC-SHA256, in hex, of timestamp, ".", body
//	X-Irbot-Attempt         1 for the first
//	X-Irbot-Possible-Repeat yes, when an earlier attempt may have arrived
package webhook

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"irbot/internal/auth"
	"irbot/internal/notify"
	"irbot/internal/notify/guard"
)

// The names of the headers beside those of the signature.
const (
	KeyHeader     = "Idempotency-Key"
	AttemptHeader = "X-Irbot-Attempt"
	RepeatHeader  = "X-Irbot-Possible-Repeat"
)

// minSecret is the least length of a secret, in bytes.
const minSecret = 16

// ErrSecret says that the configuration has no secret that is long enough.
var ErrSecret = errors.New("webhook secret of at least 16 bytes is needed (webhookの秘密鍵は16バイト以上にしてください)")

// Endpoint is a receiver known by name.
type Endpoint struct {
	Name   string
	URL    string
	Secret notify.Secret
	Form   string // "" = irbot's own signed form, PagerDuty
}

// Config says who may be called and with which secret.
type Config struct {
	// Site is the id of the site: several of them may share one PagerDuty service,
	// and each has an IR-1.
	Site string
	// Endpoints are the receivers that Envelope.To may name.
	Endpoints []Endpoint
	// Secret signs calls to a URL that stands in Envelope.To itself; "" = only
	// named endpoints are called.
	Secret notify.Secret
	Guard  guard.Options
	Wall   func() time.Time // reads the clock for the time stamp; needed
}

// Sender is a notify.Sender for webhooks. It is safe for concurrent use.
type Sender struct {
	site   string
	byName map[string]Endpoint
	secret notify.Secret
	client *guard.Client
	wall   func() time.Time
}

// New checks the configuration.
func New(cfg Config) (*Sender, error) {
	s := &Sender{site: cfg.Site, byName: map[string]Endpoint{}, secret: cfg.Secret, client: guard.New(cfg.Guard), wall: cfg.Wall}
	if s.wall == nil {
		return nil, errors.New("configure webhook: a clock is needed")
	}
	if cfg.Secret != "" && len(cfg.Secret) < minSecret {
		return nil, fmt.Errorf("configure webhook: %w", ErrSecret)
	}
	for _, e := range cfg.Endpoints {
		if _, twice := s.byName[e.Name]; twice || e.Name == "" || strings.Contains(e.Name, "://") {
			return nil, fmt.Errorf("configure webhook %q: a name of its own is needed", e.Name)
		}
		if len(e.Secret) < minSecret {
			return nil, fmt.Errorf("configure webhook %q: %w", e.Name, ErrSecret)
		}
		if _, err := cfg.Guard.CheckURL(e.URL); err != nil {
			return nil, fmt.Errorf("configure webhook %q: %w", e.Name, err)
		}
		s.byName[e.Name] = e
	}
	return s, nil
}

// Message is the body of a request. Members are only ever added.
type Message struct {
	ID       string    `json:"id"`
	Incident string    `json:"incident"`
	Drill    bool      `json:"drill"`
	Kind     string    `json:"kind"`
	Subject  string    `json:"subject"`
	Body     string    `json:"body"`
	TLP      string    `json:"tlp"`
	Repeat   bool      `json:"repeat"`
	At       time.Time `json:"at"`
}

// Send posts one envelope. See notify.Sender; errors are *notify.Failure.
func (s *Sender) Send(ctx context.Context, e notify.Envelope) (notify.Receipt, error) {
	to, err := s.endpoint(e.To)
	if err != nil {
		return notify.Receipt{}, &notify.Failure{Class: notify.Permanent, Err: err}
	}
	if to.Form == PagerDuty {
		return s.trigger(ctx, to, e)
	}
	body, err := json.Marshal(Message{
		ID: e.ID, Incident: e.Incident, Drill: e.Drill, Kind: e.Kind, Subject: e.Subject,
		Body: e.Body, TLP: e.TLP, Repeat: e.Repeat, At: e.At.UTC(),
	})
	if err != nil {
		return notify.Receipt{}, &notify.Failure{Class: notify.Permanent, Err: fmt.Errorf("encode webhook: %w", err)}
	}
	header := http.Header{}
	header.Set("Content-Type", "application/json; charset=utf-8")
	header.Set("User-Agent", "irbot")
	header.Set(KeyHeader, e.Key())
	header.Set(AttemptHeader, strconv.Itoa(max(e.Try, 1)))
	if e.Repeat {
		header.Set(RepeatHeader, "yes")
	}
	Sign(header, to.Secret, body, s.wall())
	a, err := s.client.Do(ctx, guard.Call{Method: http.MethodPost, URL: to.URL, Header: header, Body: body})
	if err != nil {
		return notify.Receipt{}, fmt.Errorf("post webhook %s: %w", name(to), err)
	}
	return notify.Receipt{ID: e.ID, Note: strconv.Itoa(a.Status) + " " + excerpt(a.Body)}, nil
}

func (s *Sender) endpoint(to string) (Endpoint, error) {
	if e, ok := s.byName[to]; ok {
		return e, nil
	}
	if !strings.Contains(to, "://") {
		return Endpoint{}, fmt.Errorf("webhook %q is not configured (webhook「%s」の設定がありません)", to, to)
	}
	if s.secret == "" {
		return Endpoint{}, fmt.Errorf("webhook to a URL: %w", ErrSecret)
	}
	return Endpoint{URL: to, Secret: s.secret}, nil
}

// name avoids showing a URL, which may hold a token.
func name(e Endpoint) string {
	if e.Name != "" {
		return e.Name
	}
	return "(URL)"
}

// excerpt shows the beginning of an answer to people.
func excerpt(b []byte) string {
	const most = 200
	s := strings.Join(strings.Fields(strings.ToValidUTF8(string(b), " ")), " ")
	if utf8.RuneCountInString(s) > most {
		s = string([]rune(s)[:most]) + "…"
	}
	return s
}

// Sign sets the two headers of the signature.
func Sign(h http.Header, secret notify.Secret, body []byte, now time.Time) {
	stamp := strconv.FormatInt(now.Unix(), 10)
	h.Set(auth.TimestampHeader, stamp)
	h.Set(auth.SignatureHeader, auth.Signature(string(secret), stamp, body))
}
