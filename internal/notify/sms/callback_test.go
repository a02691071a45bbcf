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

// A card begins with its subject, broken into lines: a phone has no room for both.
func TestTheSubjectIsNotSaidTwice(t *testing.T) {
	s, err := New(Config{Name: "g", URL: "https://sms.example.jp/send"})
	if err != nil {
		t.Fatal(err)
	}
	got := s.text(notify.Envelope{ID: "IR-1/n3/sato", Subject: "【実事案】IR-1 佐藤さんの確認が必要です TOS停止", Body: "【実事案】IR-1  佐藤さんの確認が必要です\nTOS停止\n\nお願い"})
	if want := "【実事案】IR-1  佐藤さんの確認が必要です\nTOS停止\n\nお願い\n[IR-1/n3/sato]"; got != want {
		t.Errorf("%q", got)
	}
}
