package main

import (
	"bytes"
	"regexp"
	"testing"
	"time"

	"irbot/internal/chat"
	"irbot/internal/config"
)

// The guide for the fresh laptop stays one printed page with a place of every
// kind for anchors and two for copies.
func TestBreakGlassIsOnePage(t *testing.T) {
	cfg := &config.Config{Data: t.TempDir()}
	cfg.Site.DutyPhone, cfg.Backup.Folder = "03-0000-0100", "/srv/irbot/copies"
	bucket := config.Place{ID: "vault", Kind: "s3", URL: "https://s3.ap-northeast-1.amazonaws.com", Bucket: "irbot-anchors", Prefix: "sakura/"}
	cfg.Backup.Second = []config.Place{{ID: "offsite", Kind: "folder", Folder: "/mnt/offsite/irbot"}, bucket}
	cfg.Anchors.Places = []config.Place{
		{ID: "usb", Kind: "folder", Folder: "/mnt/worm/irbot"}, bucket, {ID: "tsa", Kind: "tsa", URL: "https://tsa.example.jp/tsr"},
		{ID: "siem", Kind: "syslog", Address: "siem.example.jp:6514"}, {ID: "ciso", Kind: "mail", To: "role:ciso"}, {ID: "room", Kind: "channel"},
	}
	for _, lang := range []chat.Lang{chat.JA, chat.EN} {
		c, _ := replayCLI(t, lang, false)
		g := breakGlass{
			Site: "さくら港ターミナル株式会社", Title: c.say("非常時の手引き: 新しいPCで再開する", "Break glass: go on with a fresh laptop"), Lead: c.say("この紙は、控えの媒体とも合言葉とも別の、鍵のかかる場所に置きます。合言葉は書きません。", "Keep this sheet locked away, apart from the copy and apart from the passphrase. Never write the passphrase on it."),
			Places: c.glassPlaces(cfg), Parts: []glassPart{c.glassSteps(), c.glassTrouble()},
		}
		var b bytes.Buffer
		if err := g.pdf(&b, lang == chat.EN, time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)); err != nil {
			t.Fatal(err)
		}
		if n := len(regexp.MustCompile(`/Type ?/Page[^s]`).FindAll(b.Bytes(), -1)); n != 1 {
			t.Errorf("%s: %d pages", lang, n)
		}
	}
}
