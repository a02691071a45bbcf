package webhook

import (
	"crypto/x509"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"irbot/internal/auth"
	"irbot/internal/notify"
	"irbot/internal/notify/guard"
)

const secret = notify.Secret("0123456789abcdef0123456789abcdef")

func now() time.Time { return time.Date(2026, 7, 4, 6, 31, 5, 0, time.UTC) }

func envelope(to string) notify.Envelope {
	return notify.Envelope{
		ID: "IR-12/n17/soc", Incident: "IR-12", Kind: notify.KindPage, Means: notify.Webhook, To: to,
		Subject: "【緊急】\"暗号化\"", Body: "担当してください\n<b>", TLP: "AMBER", Try: 2, Repeat: true, At: now(),
	}
}

// receiver checks what comes in as a receiver would.
func receiver(t *testing.T, status int) (*httptest.Server, *Message, *http.Header) {
	t.Helper()
	var got Message
	var head http.Header
	srv := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		b, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		stamp := r.Header.Get(auth.TimestampHeader)
		if !auth.Fresh(stamp, now()) || !auth.Signed(string(secret), stamp, r.Header.Get(auth.SignatureHeader), b) {
			t.Errorf("not signed: %v", r.Header)
		}
		if err := json.Unmarshal(b, &got); err != nil {
			t.Error(err)
		}
		head = r.Header
		w.WriteHeader(status)
		_, _ = io.WriteString(w, "thank\nyou")
	}))
	t.Cleanup(srv.Close)
	return srv, &got, &head
}

func sender(t *testing.T, srv *httptest.Server, named bool) *Sender {
	t.Helper()
	pool := x509.NewCertPool()
	pool.AddCert(srv.Certificate())
	cfg := Config{
		Guard: guard.Options{Rules: guard.Rules{AllowHosts: []string{"127.0.0.1"}}, RootCAs: pool}, Wall: now,
	}
	if named {
		cfg.Endpoints = []Endpoint{{Name: "soc", URL: srv.URL + "/hook?token=hush", Secret: secret}}
	} else {
		cfg.Secret = secret
	}
	s, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestSignedPost(t *testing.T) {
	srv, got, head := receiver(t, 202)
	for _, to := range []string{"soc", srv.URL} {
		r, err := sender(t, srv, to == "soc").Send(t.Context(), envelope(to))
		if err != nil {
			t.Fatal(err)
		}
		if r.ID != "IR-12/n17/soc" || r.Note != "202 thank you" {
			t.Errorf("receipt = %+v", r)
		}
		e := envelope(to)
		want := Message{ID: e.ID, Incident: e.Incident, Kind: e.Kind, Subject: e.Subject, Body: e.Body, TLP: e.TLP, Repeat: true, At: e.At}
		if diff := cmp.Diff(want, *got); diff != "" {
			t.Error(diff)
		}
		for k, v := range map[string]string{KeyHeader: e.Key(), AttemptHeader: "2", RepeatHeader: "yes", "User-Agent": "irbot"} {
			if head.Get(k) != v {
				t.Errorf("%s = %q, want %q", k, head.Get(k), v)
			}
		}
	}
}

func TestRefusals(t *testing.T) {
	srv, _, _ := receiver(t, 500)
	tests := []struct {
		name, to string
		named    bool
		want     notify.Class
	}{
		{"5xx", "soc", true, notify.Temporary},
		{"not configured", "nobody", true, notify.Permanent},
		{"URL without a secret for URLs", srv.URL, true, notify.Permanent},
		{"internal address in the text", "https://169.254.169.254/latest/meta-data", false, notify.Permanent},
		{"plain http", "http://example.com/", false, notify.Permanent},
	}
	for _, tt := range tests {
		_, err := sender(t, srv, tt.named).Send(t.Context(), envelope(tt.to))
		if class, _ := notify.Classify(err); err == nil || class != tt.want {
			t.Errorf("%s: %v, want %s", tt.name, err, tt.want)
		}
		if err != nil && strings.Contains(err.Error(), "hush") {
			t.Errorf("%s: the error shows a token: %v", tt.name, err)
		}
	}
}

func TestErrorsShowNoToken(t *testing.T) {
	srv, _, _ := receiver(t, 200)
	s := sender(t, srv, true)
	srv.Close()
	_, err := s.Send(t.Context(), envelope("soc"))
	if err == nil || strings.Contains(err.Error(), "hush") {
		t.Errorf("got %v", err)
	}
}

func TestConfigIsChecked(t *testing.T) {
	if _, err := New(Config{Wall: now}); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]Config{
		"short secret":   {Secret: "short"},
		"no name":        {Endpoints: []Endpoint{{URL: "https://example.com", Secret: secret}}},
		"no secret":      {Endpoints: []Endpoint{{Name: "a", URL: "https://example.com"}}},
		"internal":       {Endpoints: []Endpoint{{Name: "a", URL: "https://10.0.0.1", Secret: secret}}},
		"the same twice": {Endpoints: []Endpoint{{Name: "a", URL: "https://example.com", Secret: secret}, {Name: "a", URL: "https://example.com", Secret: secret}}},
	} {
		c.Wall = now
		if _, err := New(c); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}
