package slackbot

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"
)

// TestForgedRequests changes one thing at a time in a request that holds; each
// must be refused, and nothing may come of it (S01).
func TestForgedRequests(t *testing.T) {
	bubble(t, func(t *testing.T, k *kit) {
		id, room := k.declare("sato")
		note := func(trigger string) string {
			return url.Values{"command": {"/incident"}, "text": {"メモ 偽の記録"}, "user_id": {"USATO"}, "channel_id": {room}, "trigger_id": {trigger}, "response_url": {"https://slack.test/respond/x"}}.Encode()
		}
		type req struct {
			body   string
			header http.Header
			path   string
		}
		fresh := func(at time.Time) req {
			body := note("forged")
			stamp, sig := sign(body, at)
			return req{body, http.Header{"Content-Type": {"application/x-www-form-urlencoded"}, "X-Slack-Request-Timestamp": {stamp}, "X-Slack-Signature": {sig}}, "/slack/commands"}
		}
		now := time.Now()
		for name, change := range map[string]func(r *req){
			"other secret":     func(r *req) { r.header.Set("X-Slack-Signature", "v0="+strings.Repeat("ab", 32)) },
			"301 s old":        func(r *req) { *r = fresh(now.Add(-301 * time.Second)) },
			"301 s ahead":      func(r *req) { *r = fresh(now.Add(301 * time.Second)) },
			"no signature":     func(r *req) { r.header.Del("X-Slack-Signature") },
			"no timestamp":     func(r *req) { r.header.Del("X-Slack-Request-Timestamp") },
			"two signatures":   func(r *req) { r.header.Add("X-Slack-Signature", r.header.Get("X-Slack-Signature")) },
			"two timestamps":   func(r *req) { r.header.Add("X-Slack-Request-Timestamp", r.header.Get("X-Slack-Request-Timestamp")) },
			"one byte more":    func(r *req) { r.body += " " },
			"one byte changed": func(r *req) { r.body = strings.Replace(r.body, "forged", "forgee", 1) },
			"prefix v1":        func(r *req) { r.header.Set("X-Slack-Signature", "v1"+r.header.Get("X-Slack-Signature")[2:]) },
			"no prefix":        func(r *req) { r.header.Set("X-Slack-Signature", r.header.Get("X-Slack-Signature")[3:]) },
			"upper case": func(r *req) {
				r.header.Set("X-Slack-Signature", "v0="+strings.ToUpper(r.header.Get("X-Slack-Signature")[3:]))
			},
			"shorter":             func(r *req) { r.header.Set("X-Slack-Signature", r.header.Get("X-Slack-Signature")[:60]) },
			"timestamp with zero": func(r *req) { r.header.Set("X-Slack-Request-Timestamp", "0"+r.header.Get("X-Slack-Request-Timestamp")) },
			"timestamp with plus": func(r *req) { r.header.Set("X-Slack-Request-Timestamp", "+"+r.header.Get("X-Slack-Request-Timestamp")) },
			"timestamp words":     func(r *req) { r.header.Set("X-Slack-Request-Timestamp", "now") },
			"re-encoded body":     func(r *req) { v, _ := url.ParseQuery(r.body); r.body = v.Encode() + "&a=1" },
			"signature in query":  func(r *req) { r.header.Del("X-Slack-Signature"); r.path += "?X-Slack-Signature=1" },
			"empty body":          func(r *req) { r.body = "" },
		} {
			r := fresh(now)
			change(&r)
			if code := deliverRaw(k, r.path, r.body, r.header); code != http.StatusUnauthorized {
				t.Errorf("%s: %d", name, code)
			}
		}
		k.settle(5 * time.Second)
		if n := k.kinds(id, "note.added"); n != 0 {
			t.Fatalf("%d forged notes", n)
		}
		// The control: unchanged it holds, and sent again it acts once.
		r := fresh(now)
		for range 3 {
			if code := deliverRaw(k, r.path, r.body, r.header); code != http.StatusOK {
				t.Fatalf("a signed request: %d", code)
			}
		}
		k.settle(5 * time.Second)
		k.bot.acts = newOnce(time.Now)
		deliverRaw(k, r.path, r.body, r.header)
		k.settle(5 * time.Second)
		if n := k.kinds(id, "note.added"); n != 1 {
			t.Errorf("%d notes of one act", n)
		}
	})
}

func deliverRaw(k *kit, path, body string, h http.Header) int {
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(body))
	r.Header = h
	w := httptest.NewRecorder()
	k.bot.Handler().ServeHTTP(w, r)
	return w.Code
}

func TestBadRequests(t *testing.T) {
	bubble(t, func(t *testing.T, k *kit) {
		for _, c := range []struct {
			path, kind, body string
			want             int
		}{
			{"/slack/commands", "application/json", "{}", http.StatusBadRequest},
			{"/slack/commands", "application/x-www-form-urlencoded", "text=x", http.StatusBadRequest},
			{"/slack/interactive", "application/x-www-form-urlencoded", "payload=%7B", http.StatusBadRequest},
			{"/slack/events", "application/json", "not json", http.StatusBadRequest},
			{"/slack/events", "application/json", `{"type":"event_callback","event_id":"E","event":{"type":"never_heard_of"}}`, http.StatusOK},
			{"/slack/events", "application/json", `{"type":"url_verification","challenge":"abc"}`, http.StatusOK},
			{"/slack/events", "application/json", strings.Repeat("x", maxBody+1), http.StatusRequestEntityTooLarge},
		} {
			if w := k.send(c.path, c.kind, c.body); w.Code != c.want {
				t.Errorf("%s %.40s: %d, want %d", c.path, c.body, w.Code, c.want)
			}
		}
		if w := k.send("/slack/events", "application/json", `{"type":"url_verification","challenge":"abc"}`); w.Body.String() != "abc" {
			t.Errorf("challenge answered with %q", w.Body.String())
		}
	})
}
