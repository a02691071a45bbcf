package main

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"irbot/internal/config"
	"irbot/internal/paper"
)

// The guide for the fresh laptop names every place for copies and anchors, and
// none of their secrets.
func TestGuideNamesPlacesWithoutSecrets(t *testing.T) {
	cfg := &config.Config{Data: t.TempDir()}
	cfg.Backup.Folder = "/srv/irbot/copies"
	bucket := config.Place{ID: "vault", Kind: "s3", URL: "https://s3.example.jp", Bucket: "irbot-anchors", Prefix: "sakura/", User: "writer", Secret: config.NewSecret("hush")}
	cfg.Backup.Second = []config.Place{{ID: "offsite", Kind: "folder", Folder: "/mnt/offsite/irbot"}, bucket}
	cfg.Anchors.Places = []config.Place{
		{ID: "usb", Kind: "folder", Folder: "/mnt/worm/irbot"}, bucket, {ID: "tsa", Kind: "tsa", URL: "https://tsa.example.jp/tsr"},
		{ID: "siem", Kind: "syslog", Address: "siem.example.jp:6514"}, {ID: "ciso", Kind: "mail", To: "role:ciso"}, {ID: "room", Kind: "channel"},
	}
	want := paper.Kept{
		Copies: []string{"/srv/irbot/copies", "offsite (folder) /mnt/offsite/irbot", "vault (s3) https://s3.example.jp irbot-anchors/sakura/"},
		Anchors: []string{
			"usb (folder) /mnt/worm/irbot", "vault (s3) https://s3.example.jp irbot-anchors/sakura/", "tsa (tsa) https://tsa.example.jp/tsr",
			"siem (syslog) siem.example.jp:6514", "ciso (mail) role:ciso", "room (channel)",
		},
	}
	if diff := cmp.Diff(want, keptBy(cfg)); diff != "" {
		t.Error(diff)
	}
}
