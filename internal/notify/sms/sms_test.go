package sms

import (
	"crypto/x509"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"irbot/internal/notify"
	"irbot/internal/notify/guard"
)

// request is what the gateway got.
type request struct {
	path, body string
	header     http.Header
}

func gateway(t *testing.T, status int, answer string) (*httptest.Server, *request) {
	t.Helper()
	got := &request{}
	srv := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		b, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		*got = request{path: r.URL.RequestURI(), body: string(b), header: r.Header}
		w.WriteHeader(status)
		_, _ = io.WriteString(w, answer)
	}))
	t.Cleanup(srv.Close)
	return srv, got
}

func config(srv *httptest.Server) Config {
	pool := x509.NewCertPool()
	pool.AddCert(srv.Certificate())
	return Config{
		Name: "sms-main", URL: srv.URL + "/v1/messages", From: "0300000100",
		Guard: guard.Options{Rules: guard.Rules{AllowHosts: []string{"127.0.0.1"}}, RootCAs: pool},
	}
}

func sender(t *testing.T, cfg Config) *Sender {
	t.Helper()
	s, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func page() notify.Envelope {
	return notify.Envelope{
		ID: "IR-12/n17/sato", Incident: "IR-12", Kind: notify.KindPage, Means: notify.SMS, To: "090-0000-0001",
		Subject: "【緊急】IR-12 \"暗号化\" & 停止", Body: "担当してください。\nhttps://irbot.example.jp/a/abc?x=1&y=2",
		At: time.Date(2026, 7, 4, 6, 31, 5, 0, time.UTC),
	}
}

const pageText = "【緊急】IR-12 \"暗号化\" & 停止\n担当してください。\nhttps://irbot.example.jp/a/abc?x=1&y=2\n[IR-12/n17/sato]"

func TestTwilioForm(t *testing.T) {
	srv, got := gateway(t, 201, `{"sid":"SM123","status":"queued"}`)
	cfg := config(srv)
	cfg.Preset, cfg.User, cfg.Secret = "twilio-form", "AC1", "hush"
	r, err := sender(t, cfg).Send(t.Context(), page())
	if err != nil {
		t.Fatal(err)
	}
	if r.ID != "SM123" {
		t.Errorf("receipt = %+v", r)
	}
	v, err := url.ParseQuery(got.body)
	if err != nil {
		t.Fatal(err)
	}
	want := url.Values{"To": {"+819000000001"}, "From": {"0300000100"}, "Body": {pageText}}
	if diff := cmp.Diff(want, v); diff != "" {
		t.Error(diff)
	}
	req := http.Request{Header: got.header}
	if u, p, ok := req.BasicAuth(); !ok || u != "AC1" || p != "hush" {
		t.Errorf("basic auth = %q %q", u, p)
	}
	if got.header.Get("Idempotency-Key") != "IR-12/n17/sato/thn0rt" || got.header.Get("Content-Type") != typeForm {
		t.Errorf("headers = %v", got.header)
	}
}

func TestJSON(t *testing.T) {
	srv, got := gateway(t, 200, `{"id": 4711}`)
	cfg := config(srv)
	cfg.Secret, cfg.Headers = "token", []Header{{Name: "X-Channel", Value: "irbot"}}
	e := page()
	e.Repeat = true
	r, err := sender(t, cfg).Send(t.Context(), e)
	if err != nil {
		t.Fatal(err)
	}
	if r.ID != "4711" {
		t.Errorf("receipt = %+v", r)
	}
	var m map[string]string
	if err := json.Unmarshal([]byte(got.body), &m); err != nil {
		t.Fatal(err)
	}
	want := map[string]string{"to": "09000000001", "from": "0300000100", "id": e.ID, "text": repeatMark + pageText}
	if diff := cmp.Diff(want, m); diff != "" {
		t.Error(diff)
	}
	if got.header.Get("Authorization") != "Bearer token" || got.header.Get("X-Channel") != "irbot" {
		t.Errorf("headers = %v", got.header)
	}
}

func TestVoiceAndPathTemplate(t *testing.T) {
	srv, got := gateway(t, 200, "")
	cfg := config(srv)
	cfg.Preset, cfg.Spoken = "twilio-form", true
	cfg.URL = srv.URL + "/call/{{path .To}}?ref={{form .ID}}"
	r, err := sender(t, cfg).Send(t.Context(), page())
	if err != nil {
		t.Fatal(err)
	}
	if r.ID != "IR-12/n17/sato" {
		t.Errorf("receipt without a gateway's id = %q", r.ID)
	}
	if got.path != "/call/09000000001?ref=IR-12%2Fn17%2Fsato" {
		t.Errorf("path = %s", got.path)
	}
	v, err := url.ParseQuery(got.body)
	if err != nil {
		t.Fatal(err)
	}
	if s := v.Get("Twiml"); !strings.Contains(s, "&amp; 停止") || strings.Contains(s, "[IR-12") || !strings.HasPrefix(s, `<Response><Say language="ja-JP"`) {
		t.Errorf("speech = %s", s)
	}
	english := page()
	english.Subject, english.Body = "", "Please acknowledge."
	if _, err := sender(t, cfg).Send(t.Context(), english); err != nil {
		t.Fatal(err)
	}
	if v, err = url.ParseQuery(got.body); err != nil || !strings.HasPrefix(v.Get("Twiml"), `<Response><Say language="en-US"`) {
		t.Errorf("English speech = %s, %v", v.Get("Twiml"), err)
	}
}

func TestUnescapedTemplatesAreRefused(t *testing.T) {
	srv, _ := gateway(t, 200, "")
	for name, change := range map[string]func(*Config){
		"form unescaped":   func(c *Config) { c.Preset, c.Body = "twilio-form", "To={{.To}}&Body={{form .Text}}" },
		"json unescaped":   func(c *Config) { c.Body = `{"text":"{{.Text}}"}` },
		"json in a form":   func(c *Config) { c.Preset, c.Body = "twilio-form", "Body={{json .Text}}" },
		"query unescaped":  func(c *Config) { c.URL = srv.URL + "/?to={{.Text}}" },
		"path unescaped":   func(c *Config) { c.URL = srv.URL + "/{{.Text}}/x" },
		"host in template": func(c *Config) { c.URL = "https://{{.To}}/x" },
		"host continued":   func(c *Config) { c.URL = "https://example.com{{.To}}/x" },
		"plain text":       func(c *Config) { c.ContentType, c.Body = "text/plain", "{{.Text}}" },
		"unknown field":    func(c *Config) { c.Body = `{"x":{{json .Secret}}}` },
		"broken":           func(c *Config) { c.Body = `{{` },
		"preset":           func(c *Config) { c.Preset = "xml" },
		"method":           func(c *Config) { c.Method = "GET" },
		"header":           func(c *Config) { c.Headers = []Header{{Name: "X", Value: "a\r\nb"}} },
		"internal":         func(c *Config) { c.URL = "https://10.0.0.1/x" },
		"plain http":       func(c *Config) { c.URL = "http://example.com/x" },
	} {
		c := config(srv)
		change(&c)
		if _, err := New(c); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

func TestRefusals(t *testing.T) {
	tests := []struct {
		name   string
		status int
		answer string
		change func(*Config, *notify.Envelope)
		want   notify.Class
	}{
		{"down", 503, "", nil, notify.Temporary},
		{"rate limit", 429, "", nil, notify.Temporary},
		{"refused", 400, "", nil, notify.Permanent},
		{"200 that means no", 200, `{"result":"NG"}`, func(c *Config, _ *notify.Envelope) { c.Expect = `"OK"` }, notify.Permanent},
		{"200 without an answer", 200, "", func(c *Config, _ *notify.Envelope) { c.Expect = `"OK"` }, notify.Unknown},
		{"no number", 200, "", func(_ *Config, e *notify.Envelope) { e.To = "sato" }, notify.Permanent},
		{"number with an order", 200, "", func(_ *Config, e *notify.Envelope) { e.To = "090&Body=x" }, notify.Permanent},
	}
	for _, tt := range tests {
		srv, _ := gateway(t, tt.status, tt.answer)
		c, e := config(srv), page()
		if tt.change != nil {
			tt.change(&c, &e)
		}
		_, err := sender(t, c).Send(t.Context(), e)
		if class, _ := notify.Classify(err); err == nil || class != tt.want {
			t.Errorf("%s: %v, want %s", tt.name, err, tt.want)
		}
		var f *notify.Failure
		if !errors.As(err, &f) {
			t.Errorf("%s: %T is not classified", tt.name, err)
		}
	}
}

func TestShorten(t *testing.T) {
	const l = "https://irbot.example.jp/a/1"
	long := strings.Repeat("暗号化", 100)
	tests := []struct{ name, in, want string }{
		{"short", "短い", "短い"},
		{"long", long, long[:3*39] + "…"},
		{"emoji count two and stay whole", strings.Repeat("🚢", 30), strings.Repeat("🚢", 19) + "…"},
		{"the link survives", long + "\n" + l, long[:3*10] + "…\n" + l},
		{"a link in the middle survives", "短い" + l + long, "短い" + long[:3*8] + "…\n" + l},
		{"a link longer than the room does not", "https://x/" + strings.Repeat("y", 60), "https://x/" + strings.Repeat("y", 29) + "…"},
	}
	for _, tt := range tests {
		got := Shorten(tt.in, 40)
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s: %s", tt.name, diff)
		}
		if units(got) > 40 {
			t.Errorf("%s: %d units", tt.name, units(got))
		}
	}
	for _, most := range []int{-5, 0, 1, 2} {
		if got := Shorten(long, most); units(got) > max(most, 0) {
			t.Errorf("most %d: %q", most, got)
		}
	}
}

func TestLongPageKeepsLinkAndReference(t *testing.T) {
	srv, got := gateway(t, 200, "{}")
	e := page()
	e.Body = strings.Repeat("岸壁クレーン停止。", 100) + "\nhttps://irbot.example.jp/a/abc"
	if _, err := sender(t, config(srv)).Send(t.Context(), e); err != nil {
		t.Fatal(err)
	}
	var m map[string]string
	if err := json.Unmarshal([]byte(got.body), &m); err != nil {
		t.Fatal(err)
	}
	if s := m["text"]; units(s) > defaultLength || !strings.HasSuffix(s, "…\nhttps://irbot.example.jp/a/abc\n[IR-12/n17/sato]") {
		t.Errorf("%d units: %s", units(s), s)
	}
}

// TestShortenKeepsNumber holds that neither the line of the link nor the number
// to ring is torn apart, whatever has to go.
func TestShortenKeepsNumber(t *testing.T) {
	s := "IR-1 確認が必要です 00:07まで\n" + strings.Repeat("長い説明", 40) + "\nコンソールで見る: https://ir.example/i/IR-1\n当直 03-0000-0100"
	got := Shorten(s, 120)
	if !strings.HasSuffix(got, "…\n当直 03-0000-0100\nコンソールで見る: https://ir.example/i/IR-1") {
		t.Errorf("shortened to %q", got)
	}
	if n := len([]rune(got)); n > 120 {
		t.Errorf("%d characters", n)
	}
}
