package sms

import (
	"encoding/json"
	"errors"
	"fmt"
	"mime"
	"net/http"
	"net/url"
	"reflect"
	"strings"
)

// The probe fills the templates twice, with harmless and with hostile values,
// and compares the shapes of what comes out. A field that was not escaped
// changes the shape.
func (s *Sender) probe() error {
	if s.cfg.Method != http.MethodPost && s.cfg.Method != http.MethodPut {
		return fmt.Errorf("method %q: use POST or PUT", s.cfg.Method)
	}
	for _, h := range s.cfg.Headers {
		if h.Name == "" || strings.ContainsAny(h.Name+string(h.Value), "\r\n\x00") {
			return fmt.Errorf("header %q: one line with a name is needed", h.Name)
		}
	}
	start, _, _ := strings.Cut(s.cfg.URL, "{{")
	if u, err := url.Parse(start); err != nil || u.Host == "" || strings.Count(start, "/") < 3 && start != s.cfg.URL {
		return ErrHost
	}
	const bad = "\"}]&a=b;\\\r\n=%00?#/../<\u2028{{.To}}"
	mild := fields{To: "m", Text: "m", ID: "m", From: "m", Callback: "m"}
	wild := fields{To: bad, Text: bad, ID: bad, From: bad, Callback: bad}
	return errors.Join(s.probeURL(mild, wild), s.probeBody(mild, wild))
}

func (s *Sender) probeURL(mild, wild fields) error {
	a, err := s.target(mild)
	if err != nil {
		return err
	}
	b, err := s.target(wild)
	if err != nil {
		return fmt.Errorf("%w: url", ErrTemplate)
	}
	ua, errA := url.Parse(a)
	ub, errB := url.Parse(b)
	if errA != nil || errB != nil || ua.Host != ub.Host || ub.Fragment != "" ||
		strings.Count(ua.EscapedPath(), "/") != strings.Count(ub.EscapedPath(), "/") || !sameNames(ua.RawQuery, ub.RawQuery) {
		return fmt.Errorf("%w: url", ErrTemplate)
	}
	return nil
}

func (s *Sender) probeBody(mild, wild fields) error {
	a, err := render(s.body, mild)
	if err != nil {
		return err
	}
	b, err := render(s.body, wild)
	if err != nil {
		return err
	}
	kind, _, err := mime.ParseMediaType(s.cfg.ContentType)
	if err != nil {
		return fmt.Errorf("content type %q: %w", s.cfg.ContentType, err)
	}
	same := string(a) == string(b)
	switch kind {
	case typeForm:
		same = sameNames(string(a), string(b))
	case typeJSON:
		same = sameShape(a, b)
	}
	if !same {
		return fmt.Errorf("%w: body", ErrTemplate)
	}
	return nil
}

// sameNames tells whether two forms have the same fields, each as often.
func sameNames(a, b string) bool {
	va, errA := url.ParseQuery(a)
	vb, errB := url.ParseQuery(b)
	if errA != nil || errB != nil || len(va) != len(vb) {
		return false
	}
	for k := range va {
		if len(va[k]) != len(vb[k]) {
			return false
		}
	}
	return true
}

func sameShape(a, b []byte) bool {
	var x, y any
	if json.Unmarshal(a, &x) != nil || json.Unmarshal(b, &y) != nil {
		return false
	}
	return reflect.DeepEqual(shape(x), shape(y))
}

// shape replaces every string by an empty one.
func shape(v any) any {
	switch v := v.(type) {
	case map[string]any:
		out := map[string]any{}
		for k, x := range v {
			out[k] = shape(x)
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, x := range v {
			out[i] = shape(x)
		}
		return out
	case string:
		return ""
	default:
		return v
	}
}
