package sms

import (
	"encoding/json"
	"net/url"
	"strings"
	"testing"
)

// TestHostileTitleStaysText: a title or place that somebody typed is text of the
// message and nothing else; it adds no line to the subject, no field, no header,
// no address, and is no template (S03).
func TestHostileTitleStaysText(t *testing.T) {
	for _, bad := range []string{
		"門\r\nX-Evil: 1\r\n\r\n", "x&To=%2B819099999999&From=evil", `","to":"09099999999","x":"`, "{{.To}}{{path .To}}", "../../admin?x=1#y", "%0d%0aX-Evil: 1", "a\u2028b\u0000c", "\u202e0110-119", "=1+1", "</Say><Dial>119</Dial>",
	} {
		e := page()
		e.Subject, e.Body = "IR-12 "+bad, "場所 "+bad+"\nhttps://irbot.example.jp/a/abc"
		srv, got := gateway(t, 201, `{"sid":"SM1"}`)
		cfg := config(srv)
		cfg.Preset, cfg.User, cfg.Secret = "twilio-form", "AC1", "hush"
		if _, err := sender(t, cfg).Send(t.Context(), e); err != nil {
			t.Fatalf("%q: %v", bad, err)
		}
		form, err := url.ParseQuery(got.body)
		if err != nil || len(form) != 3 || len(form["To"]) != 1 || form.Get("To") != "+819000000001" || form.Get("From") != "0300000100" {
			t.Errorf("%q: form %v (%v)", bad, form, err)
		}
		clean(t, bad, form.Get("Body"), got)

		cfg = config(srv)
		cfg.Secret, cfg.URL = "token", srv.URL+"/v1/messages?to={{form .To}}&say={{form .Text}}"
		if _, err := sender(t, cfg).Send(t.Context(), e); err != nil {
			t.Fatalf("%q: %v", bad, err)
		}
		var m map[string]string
		if err := json.Unmarshal([]byte(got.body), &m); err != nil || len(m) != 4 || m["to"] != "09000000001" {
			t.Errorf("%q: fields %v (%v)", bad, m, err)
		}
		u, err := url.ParseRequestURI(got.path)
		if err != nil || u.Path != "/v1/messages" || len(u.Query()) != 2 || u.Query().Get("say") != m["text"] {
			t.Errorf("%q: address %s (%v)", bad, got.path, err)
		}
		clean(t, bad, m["text"], got)
	}
}

// clean holds of every text and request that leaves.
func clean(t *testing.T, bad, text string, got *request) {
	t.Helper()
	first, _, _ := strings.Cut(text, "\n")
	if !strings.HasPrefix(first, "IR-12 ") || strings.Contains(bad, "Evil") && !strings.Contains(first, "X-Evil") {
		t.Errorf("%q: the subject is torn: %q", bad, first)
	}
	if strings.ContainsAny(text, "\r\x00\u2028\u202e") {
		t.Errorf("%q: left as %q", bad, text)
	}
	if !strings.Contains(text, "\nhttps://irbot.example.jp/a/abc") || !strings.HasSuffix(text, "[IR-12/n17/sato]") {
		t.Errorf("%q: link or reference lost: %q", bad, text)
	}
	if got.header.Get("X-Evil") != "" {
		t.Errorf("%q: a header was added", bad)
	}
}
