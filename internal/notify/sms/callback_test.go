package sms

import (
	"encoding/json"
	"net/url"
	"testing"

	"irbot/internal/notify"
)

// A gateway whose carrier reports is told where, for this one message.
func TestCarriersAreToldWhereToReport(t *testing.T) {
	where := func(id string) string { return "https://hooks.example.jp/status/g?m=" + url.QueryEscape(id) + "&t=x" }
	e := notify.Envelope{ID: "IR-12/n17/watanabe", Kind: notify.KindPage, Means: notify.SMS, To: "090-0000-0000", Body: "至急"}
	for _, preset := range []string{"json", "twilio-form"} {
		for _, callback := range []func(string) string{where, nil} {
			s, err := New(Config{Name: "g", Preset: preset, URL: "https://sms.example.jp/send", From: "03-0000-0100", Callback: callback})
			if err != nil {
				t.Fatal(err)
			}
			call, err := s.call(e)
			if err != nil {
				t.Fatal(err)
			}
			got := ""
			if preset == "json" {
				var m map[string]string
				if err := json.Unmarshal(call.Body, &m); err != nil {
					t.Fatal(err)
				}
				got = m["callback"]
			} else {
				form, err := url.ParseQuery(string(call.Body))
				if err != nil {
					t.Fatal(err)
				}
				got = form.Get("StatusCallback")
			}
			want := ""
			if callback != nil {
				want = where(e.ID)
			}
			if got != want {
				t.Errorf("%s: %q, want %q", preset, got, want)
			}
		}
	}
}
