package chat

import (
	"strings"
	"testing"
)

// TestTroubleIsSaidInWords reads errors as real senders wrote them.
func TestTroubleIsSaidInWords(t *testing.T) {
	w, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	for raw, kind := range map[string]string{
		"reach mail server 127.0.0.1: dial tcp 127.0.0.1:1025: connect: connection refused":                                        "closed",
		"reach mail server mail.example: dial tcp: lookup mail.example: no such host":                                              "name",
		"open session with mail.example: read banner: EOF":                                                                         "broken",
		"hand over message: read tcp 127.0.0.1:5->127.0.0.1:25: i/o timeout":                                                       "silent",
		"hand over recipient: 550 5.1.1 no such user":                                                                              "addressee",
		"hand over message: 554 5.7.1 rejected as spam":                                                                            "refused",
		"hand over message: 552 5.2.2 too large":                                                                                   "full",
		"hand over recipient: 451 4.7.1 greylisted":                                                                                "later",
		"open session with mail.example: log in: 535 5.7.8 authentication failed":                                                  "login",
		"open session with mail.example: secure: tls: failed to verify certificate: x509: certificate signed by unknown authority": "cert",
		"call gateway sms: answer 503 Service Unavailable":                                                                         "theirs",
		"chat.postMessage: slack server error: 503 Service Unavailable":                                                            "theirs",
		"call gateway sms: answer 400 Bad Request":                                                                                 "refused",
		"call gateway sms: answer 429 Too Many Requests":                                                                           "busy",
		"call gateway sms: call: dial tcp 192.0.2.1:443: connect: network is unreachable":                                          "network",
		"sender did not come back: context deadline exceeded":                                                                      "silent",
		"interrupted while sending":                                                                                                "cut",
		"not tried":                                                                                                                "untried",
		"post webhook hook: answer 302 Found: redirects are not followed":                                                          "moved",
		"channel_not_found": "slackroom",
		"550 no such user":  "addressee",
	} {
		for _, lang := range []Lang{JA, EN} {
			got := w.Trouble(lang, raw, 200)
			if want := w.T(lang, "trouble."+kind); !strings.HasPrefix(got, want) || !strings.Contains(got, raw) {
				t.Errorf("%s, %s: %q, want it to begin with %q and hold the text", raw, lang, got, want)
			}
		}
	}
	if got := w.Trouble(JA, "something else", 200); got != "something else" {
		t.Errorf("a text of no known kind became %q", got)
	}
	own := "\"x\": not a mail address in ASCII (メールアドレスの形式が正しくありません)"
	if got := w.Trouble(JA, own, 200); got != "メールアドレスの形式が正しくありません（\"x\": not a mail address in ASCII）" {
		t.Errorf("an error in both languages became %q", got)
	}
	if got := w.Trouble(EN, own, 200); got != "\"x\": not a mail address in ASCII" {
		t.Errorf("an error in both languages became %q", got)
	}
	for _, tr := range troubles() {
		if !w.Has("trouble." + tr.kind) {
			t.Errorf("no words for %s", tr.kind)
		}
	}
	if got := w.Trouble(JA, "dial: connection refused "+strings.Repeat("x", 300), 40); len([]rune(got)) > 100 {
		t.Errorf("%d characters: %s", len([]rune(got)), got)
	}
}
