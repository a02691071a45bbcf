// Package sms sends envelopes through any HTTP gateway for SMS or automatic
// voice calls, described by a template. It guarantees that what people typed
// cannot change the shape of a request, that a request goes only to the host
// that stands in the configuration, and that a shortened text keeps its link
// and its reference.
package sms

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"text/template"

	"irbot/internal/notify"
	"irbot/internal/notify/guard"
)

// Header is one line of the request.
type Header struct {
	Name  string
	Value notify.Secret // often a key
}

// Config describes a gateway. Zero fields are filled from the preset.
type Config struct {
	Name   string // shown in errors
	Preset string // twilio-form, json; "" = json
	// URL, Header values excepted, and Body are templates of text/template with
	// the fields To, Text, ID, From and Callback and the functions
	//
	//	form  escapes for a form or a query:   To={{form .To}}
	//	json  writes a JSON string, quotes and all: {"to": {{json .To}}}
	//	path  escapes for one segment of a path
	//	e164  writes a number with + and the country code: {{form (e164 .To)}}
	//
	// Scheme and host of the URL must be plain.
	URL    string
	Method string // "" = POST
	Body   string
	// ContentType must be JSON or a form, unless Body has no field in it.
	ContentType string
	Headers     []Header
	User        string        // with Secret: basic authentication
	Secret      notify.Secret // without User: bearer token
	From        string        // number or name of the sender
	Country     string        // country code for numbers that begin with 0; "" = 81 (Japan)
	// MaxLength is the length of a text in UTF-16 units, as SMS counts Japanese;
	// 0 = 264, which is four parts.
	MaxLength int
	// Spoken says that the text is read aloud: no reference is added to it.
	Spoken bool
	// ReceiptField is the member of a JSON answer that holds the gateway's own id.
	ReceiptField string
	// Expect must occur in an answer to count as accepted, for gateways that
	// answer 200 to everything; "" = any.
	Expect string
	// Callback gives the address where the carrier reports on an envelope; nil
	// where it does not.
	Callback func(id string) string
	Guard    guard.Options
}

// Errors of a configuration or an envelope.
var (
	ErrTemplate = errors.New("template puts what people typed into the request unescaped; use form, json or path (ひな形の値は form、json、path で書いてください)")
	ErrHost     = errors.New("scheme and host of the gateway must not come from the template (ゲートウェイのホストはひな形にできません)")
	ErrNumber   = errors.New("not a phone number (電話番号の形式が正しくありません)")
	ErrPreset   = errors.New("preset is one of twilio-form, json (preset は twilio-form か json です)")
)

const (
	typeForm = "application/x-www-form-urlencoded"
	typeJSON = "application/json"

	defaultLength = 264
)

// fields are what a template sees.
type fields struct{ To, Text, ID, From, Callback string }

// Sender is a notify.Sender for one gateway. It is safe for concurrent use.
type Sender struct {
	cfg    Config
	url    *template.Template
	body   *template.Template
	client *guard.Client
}

// New checks the configuration, among others by filling the templates with
// hostile values.
func New(cfg Config) (*Sender, error) {
	s, err := build(cfg)
	if err == nil {
		err = s.probe()
	}
	if err != nil {
		return nil, fmt.Errorf("configure gateway %q: %w", cfg.Name, err)
	}
	return s, nil
}

func build(cfg Config) (*Sender, error) {
	if err := preset(&cfg); err != nil {
		return nil, err
	}
	s := &Sender{cfg: cfg, client: guard.New(cfg.Guard)}
	var err error
	if s.url, err = s.parse("url", cfg.URL); err != nil {
		return nil, err
	}
	if s.body, err = s.parse("body", cfg.Body); err != nil {
		return nil, err
	}
	return s, nil
}

func preset(cfg *Config) error {
	form := cfg.Preset == "twilio-form"
	if !form && cfg.Preset != "" && cfg.Preset != "json" {
		return fmt.Errorf("preset %q: %w", cfg.Preset, ErrPreset)
	}
	if form {
		fill(&cfg.ContentType, typeForm)
		fill(&cfg.ReceiptField, "sid")
		text := "Body={{form .Text}}"
		if cfg.Spoken {
			// The call reads the text aloud twice, in Japanese.
			text = "Twiml={{form (twiml .Text)}}"
		}
		if cfg.Callback != nil {
			text += "&StatusCallback={{form .Callback}}"
		}
		fill(&cfg.Body, "To={{form (e164 .To)}}&From={{form .From}}&"+text)
	} else {
		fill(&cfg.ContentType, typeJSON)
		fill(&cfg.ReceiptField, "id")
		back := ""
		if cfg.Callback != nil {
			back = `,"callback":{{json .Callback}}`
		}
		fill(&cfg.Body, `{"to":{{json .To}},"from":{{json .From}},"text":{{json .Text}},"id":{{json .ID}}`+back+`}`)
	}
	fill(&cfg.Method, http.MethodPost)
	fill(&cfg.Country, "81")
	if cfg.MaxLength <= 0 {
		cfg.MaxLength = defaultLength
	}
	return nil
}

func fill(s *string, with string) {
	if *s == "" {
		*s = with
	}
}

func (s *Sender) parse(name, text string) (*template.Template, error) {
	t, err := template.New(name).Option("missingkey=error").Funcs(template.FuncMap{
		"form": url.QueryEscape, "path": url.PathEscape, "json": jsonString, "twiml": twiml,
		"e164": func(n string) string { return e164(n, s.cfg.Country) },
	}).Parse(text)
	if err != nil {
		return nil, fmt.Errorf("read template: %w", err)
	}
	return t, nil
}

// jsonString writes a JSON string with its quotes.
func jsonString(v string) (string, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return "", fmt.Errorf("encode string: %w", err)
	}
	return strings.TrimSuffix(b.String(), "\n"), nil
}

// Send hands one envelope to the gateway. See notify.Sender; errors are
// *notify.Failure.
func (s *Sender) Send(ctx context.Context, e notify.Envelope) (notify.Receipt, error) {
	call, err := s.call(e)
	if err != nil {
		return notify.Receipt{}, &notify.Failure{Class: notify.Permanent, Err: fmt.Errorf("prepare %s: %w", s.cfg.Name, err)}
	}
	a, err := s.client.Do(ctx, call)
	if err != nil {
		return notify.Receipt{}, fmt.Errorf("call gateway %s: %w", s.cfg.Name, err)
	}
	if s.cfg.Expect != "" && !strings.Contains(string(a.Body), s.cfg.Expect) {
		f := &notify.Failure{Class: notify.Permanent, Err: fmt.Errorf("gateway %s does not confirm: %s", s.cfg.Name, excerpt(a.Body))}
		if len(a.Body) == 0 {
			f.Class = notify.Unknown // the answer was cut off
		}
		return notify.Receipt{}, f
	}
	return notify.Receipt{ID: receipt(a.Body, s.cfg.ReceiptField, e.Name()), Note: excerpt(a.Body)}, nil
}

func (s *Sender) call(e notify.Envelope) (guard.Call, error) {
	to, err := number(e.To)
	if err != nil {
		return guard.Call{}, err
	}
	f := fields{To: to, Text: s.text(e), ID: e.Name(), From: s.cfg.From}
	if s.cfg.Callback != nil {
		f.Callback = s.cfg.Callback(e.ID)
	}
	c := guard.Call{Method: s.cfg.Method, Header: http.Header{}}
	if c.URL, err = s.target(f); err != nil {
		return guard.Call{}, err
	}
	if c.Body, err = render(s.body, f); err != nil {
		return guard.Call{}, err
	}
	c.Header.Set("Content-Type", s.cfg.ContentType)
	c.Header.Set("User-Agent", "irbot")
	c.Header.Set("Idempotency-Key", e.Key())
	switch {
	case s.cfg.User != "":
		r := http.Request{Header: c.Header}
		r.SetBasicAuth(s.cfg.User, string(s.cfg.Secret))
	case s.cfg.Secret != "":
		c.Header.Set("Authorization", "Bearer "+string(s.cfg.Secret))
	}
	for _, h := range s.cfg.Headers {
		c.Header.Set(h.Name, string(h.Value))
	}
	return c, nil
}

// target fills the URL and makes sure that it still points where the
// configuration says.
func (s *Sender) target(f fields) (string, error) {
	b, err := render(s.url, f)
	if err != nil {
		return "", err
	}
	u, err := s.cfg.Guard.CheckURL(string(b))
	if err != nil {
		return "", fmt.Errorf("check url: %w", err)
	}
	if !strings.HasPrefix(s.cfg.URL, u.Scheme+"://"+u.Host) {
		return "", ErrHost
	}
	return u.String(), nil
}

func render(t *template.Template, f fields) ([]byte, error) {
	var b bytes.Buffer
	if err := t.Execute(&b, f); err != nil {
		return nil, fmt.Errorf("fill template: %w", err)
	}
	return b.Bytes(), nil
}
