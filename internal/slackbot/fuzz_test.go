package slackbot

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"irbot/internal/chat"
	"irbot/internal/incident"
)

// deafBot is a bot of which only the reading of requests is used.
func deafBot(f *testing.F) *Bot {
	f.Helper()
	words, err := chat.Load()
	if err != nil {
		f.Fatal(err)
	}
	b, err := New(Options{
		Service: incident.NewService(incident.Parts{Site: &incident.Site{Zone: time.UTC}}), Words: words, BotToken: "xoxb", SigningSecret: secret,
		Person: func(string) (string, bool) { return "", false }, Member: func(string) (string, bool) { return "", false },
		Wall: func() time.Time { return time.Unix(1_800_000_000, 0) },
	})
	if err != nil {
		f.Fatal(err)
	}
	return b
}

// FuzzVerify looks for headers and bodies that pass as Slack's without the
// secret: only the one true signature may.
func FuzzVerify(f *testing.F) {
	b := deafBot(f)
	now := time.Unix(1_800_000_000, 0)
	stamp, sig := sign("text=help", now)
	f.Add(stamp, sig, "text=help")
	f.Add(stamp, strings.ToUpper(sig), "text=help")
	f.Add("+"+stamp, sig, "text=help")
	f.Add(stamp+" ", sig, "text=help")
	f.Add(stamp, "v0=", "")
	f.Add("-1", "v1="+sig[3:], "\x00")
	f.Add("99999999999999999999", sig+"\n", "text=help")
	f.Fuzz(func(t *testing.T, stamp, sig, body string) {
		h := http.Header{"X-Slack-Request-Timestamp": {stamp}, "X-Slack-Signature": {sig}}
		passed := b.verify(h, []byte(body)) == nil
		if !passed {
			return
		}
		var moment time.Time
		for off := -window; off <= window; off += time.Second {
			if s, want := sign(body, now.Add(off)); s == stamp && want == sig {
				moment = now.Add(off)
			}
		}
		if moment.IsZero() {
			t.Fatalf("%q %q passed for %q", stamp, sig, body)
		}
	})
}

// FuzzSignedRequest gives signed but senseless bodies to every address: each is
// answered, none panics, and none is taken for something with an empty key that
// would join others.
func FuzzSignedRequest(f *testing.F) {
	b := deafBot(f)
	form := "application/x-www-form-urlencoded"
	f.Add("/slack/commands", form, "command=%2Fincident&text=&trigger_id=&user_id=")
	f.Add("/slack/commands", form, "ssl_check=1")
	f.Add("/slack/commands", "application/json", "{}")
	f.Add("/slack/interactive", form, "payload=%7B%7D")
	f.Add("/slack/interactive", form, `payload={"type":"block_actions","user":{"id":""},"actions":[{}]}`)
	f.Add("/slack/interactive", form, `payload={"type":"view_submission","user":{},"view":{"state":{"values":{"a":{"b":null}}}}}`)
	f.Add("/slack/interactive", form, `payload={"type":"block_actions","user":{"id":"U1"},"actions":[null]}`)
	f.Add("/x", form, `{"type":"block_actions","user":{"id":"U1"},"actions":[null]}`)
	f.Add("/x", form, `{"type":"view_submission","user":{"id":"U1"},"view":{"state":null,"blocks":[null]}}`)
	f.Add("/slack/events", "application/json", `{"type":"url_verification","challenge":"x"}`)
	f.Add("/slack/events", "application/json", `{"type":"event_callback","event":[]}`)
	f.Add("/slack/events", "application/json", `{"type":"event_callback","event":{"files":{}}}`)
	f.Fuzz(func(t *testing.T, path, kind, body string) {
		if !strings.HasPrefix(path, "/") || strings.ContainsAny(path, " \r\n\x00") || len(body) > 1<<16 {
			return
		}
		read(t, body)
		if complete(path, body) {
			return // worked on by the flow tests, with a store behind
		}
		r := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(body))
		r.URL.Path = path
		stamp, sig := sign(body, time.Unix(1_800_000_000, 0))
		r.Header.Set("Content-Type", kind)
		r.Header.Set("X-Slack-Request-Timestamp", stamp)
		r.Header.Set("X-Slack-Signature", sig)
		w := httptest.NewRecorder()
		b.Handler().ServeHTTP(w, r)
		if w.Code >= http.StatusInternalServerError && w.Code != http.StatusServiceUnavailable {
			t.Fatalf("%s %q: %d", path, body, w.Code)
		}
	})
}

// complete tells a body that would be worked on.
func complete(path, body string) bool {
	switch path {
	case "/slack/commands":
		return strings.Contains(body, "trigger_id") && strings.Contains(body, "user_id")
	case "/slack/interactive":
		return strings.Contains(body, "user")
	}
	return strings.Contains(body, "event_callback")
}

// read does what is done with any payload before something is looked up.
func read(t *testing.T, body string) {
	t.Helper()
	for _, kind := range []string{"slash_commands", "interactive", "events_api", "x"} {
		var f frame
		f.Type, f.Payload = kind, json.RawMessage(body)
		in, ok := inboundOf(f)
		if !ok {
			continue
		}
		if in.key() == "" {
			t.Errorf("%s %q has no key", kind, body)
		}
		if in.press != nil {
			_ = valuesOf(in.press.View)
			for _, a := range in.press.ActionCallback.BlockActions {
				if a == nil {
					continue
				}
				if x, ok := readPress(a); ok {
					_, _ = chat.DecodeValue(x.value)
				}
			}
		}
		if in.event != nil {
			_ = momentOf(in.event.Inner.TS)
			_ = mentioned(in.event.Inner.Text)
			_ = typed(in.event.Inner.Text)
		}
	}
}
