package paper

import (
	"bytes"
	"regexp"
	"testing"
	"time"

	"irbot/internal/chat"
)

// The guide for the fresh laptop stays one printed page with a place of every
// kind for anchors and two for copies.
func TestBreakGlassIsOnePage(t *testing.T) {
	kept := Kept{
		Copies: []string{"/srv/irbot/copies", "offsite (folder) /mnt/offsite/irbot", "vault (s3) https://s3.ap-northeast-1.amazonaws.com irbot-anchors/sakura/"},
		Anchors: []string{
			"usb (folder) /mnt/worm/irbot", "vault (s3) https://s3.ap-northeast-1.amazonaws.com irbot-anchors/sakura/", "tsa (tsa) https://tsa.example.jp/tsr",
			"siem (syslog) siem.example.jp:6514", "ciso (mail) role:ciso", "room (channel)",
		},
	}
	for _, lang := range []chat.Lang{chat.JA, chat.EN} {
		p := Press{Lang: lang, At: time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC), Site: Site{Name: "さくら港ターミナル株式会社", NameEN: "Sakura Port Terminal", Phone: "03-0000-0100", Zone: time.UTC}}
		var b bytes.Buffer
		if err := p.BreakGlass(&b, PDF, kept); err != nil {
			t.Fatal(err)
		}
		if n := len(regexp.MustCompile(`/Type ?/Page[^s]`).FindAll(b.Bytes(), -1)); n != 1 {
			t.Errorf("%s: %d pages", lang, n)
		}
	}
}
