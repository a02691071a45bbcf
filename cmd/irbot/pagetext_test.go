package main

import (
	"strings"
	"testing"

	"irbot/internal/directory"
	"irbot/internal/notify"
	"irbot/internal/notify/sms"
)

// The text of a page fits its means: on a phone's screen nothing pushes the
// number and the link out, and a voice reads no address and no checksum aloud.
func TestPageFitsThePhone(t *testing.T) {
	for means, c := range map[notify.Means]struct{ has, lacks []string }{
		notify.SMS:   {[]string{"佐藤さん", "故障0", "影響: ", "お願い: ", "当直 03-0000-0100\n確認(", "https://irbot.example.jp/a/"}, []string{"/i/IR-1", " #", "  ", "1 何が"}},
		notify.Voice: {[]string{"さくらの irbot からの自動の電話です。実事案。IR-1 佐藤さん", "故障0", "お願い、", "当直 03-0000-0100 に電話して"}, []string{"http", "#", "【", "\n-- "}},
	} {
		a, clock := flooded(t, directory.Address{Means: means, To: "090-0000-0000"})
		a.svc.Site().Phone = "03-0000-0100"
		a.declared(t, 1)
		got := a.look(t, clock.wall())
		if len(got) != 1 {
			t.Fatalf("%s: %d messages", means, len(got))
		}
		// As the gateway sends it: four parts of an SMS at most.
		text := sms.Shorten(strings.TrimSpace(got[0].Subject+"\n"+got[0].Body), 1000)
		if means == notify.SMS {
			text = sms.Shorten(strings.TrimSpace(got[0].Body), 264-len("\n["+got[0].ID+"]"))
		}
		for _, s := range c.has {
			if !strings.Contains(text, s) {
				t.Errorf("%s lacks %q:\n%s", means, s, text)
			}
		}
		for _, s := range c.lacks {
			if strings.Contains(text, s) {
				t.Errorf("%s has %q:\n%s", means, s, text)
			}
		}
	}
}
