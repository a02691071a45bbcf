package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"irbot/internal/incident"
	"irbot/internal/timeline"
)

func (c *cli) keyCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "key", Short: c.say("記録に署名する鍵", "the keys that sign the record"),
		Example: "  irbot key list\n  irbot key rotate",
	}
	cmd.AddCommand(
		&cobra.Command{
			Use: "list", Short: c.say("公開鍵と、どう知らされたか", "the public keys and what vouches for them"), Args: c.args(0, 0),
			Example: "  irbot key list",
			RunE:    func(cmd *cobra.Command, _ []string) error { return c.keyList(cmd.Context()) },
		},
		&cobra.Command{
			Use: "rotate", Short: c.say("新しい鍵に替える（古い鍵の署名の下で知らせてから）", "change to a new key, announced under the old one"), Args: c.args(0, 0),
			Example: "  irbot key rotate",
			RunE:    func(cmd *cobra.Command, _ []string) error { return c.keyRotate(cmd.Context()) },
		})
	return cmd
}

// keyRow is one public key of the site.
type keyRow struct {
	Fingerprint string `json:"fingerprint"`
	Public      string `json:"public"`
	Current     bool   `json:"current"`
	Vouched     string `json:"vouched"` // first, announced or lost; "" where nothing is known of it
	Seq         int64  `json:"seq"`     // entry of the standing log, 0: none
}

func (c *cli) keyList(ctx context.Context) error {
	v, cfg, err := c.view(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = v.Close() }()
	keys, err := folderKeys(cfg.Data)
	if err != nil {
		return err
	}
	known := map[string]keyRow{}
	for kind, word := range map[timeline.Kind]string{incident.KindKeyAnnounced: "announced", kindKeyLost: "lost"} {
		list, err := v.KindsOf(ctx, timeline.SiteLog, kind)
		if err != nil {
			return err
		}
		for i := range list {
			known[factsOf[keyFacts](&list[i]).Public] = keyRow{Vouched: word, Seq: list[i].Seq}
		}
	}
	rows := []keyRow{}
	current := ""
	if data, err := os.ReadFile(filepath.Join(cfg.Data, keyName)); err == nil {
		if s, err := timeline.ParseSigner(string(data)); err == nil {
			current = s.Public()
		}
	} else if !errors.Is(err, os.ErrNotExist) {
		return err
	}
	all := keys.Public()
	for i, public := range all {
		r := known[public]
		r.Fingerprint, r.Public, r.Current = fingerprint(public), public, public == current
		if r.Vouched == "" && i == len(all)-1 {
			r.Vouched = "first"
		}
		rows = append(rows, r)
	}
	words := map[string]string{
		"first": c.say("最初の鍵", "the first key"), "announced": c.say("古い鍵の署名の下で知らせた", "announced under the key before"),
		"lost": c.say("前の鍵を失ったので作った。前の鍵は保証しません", "made because the key before was lost: nothing vouches for it"), "": c.say("知らせがありません", "never announced"),
	}
	return c.answer("key.list", map[string]any{"keys": rows}, func() {
		for _, r := range rows {
			mark := "  "
			if r.Current {
				mark = "* "
			}
			c.printf("%s%s  %s\n    %s\n", mark, strings.ToUpper(r.Fingerprint), words[r.Vouched], r.Public)
		}
	})
}

func (c *cli) keyRotate(ctx context.Context) error {
	done, err := ask[keyRotated](ctx, c, "key.rotate", struct{}{})
	if err != nil {
		return err
	}
	return c.answer("key.rotate", done, func() {
		c.printf("%s  %s → %s\n", c.say("鍵を替えました", "key changed"), done.Old, done.New)
		c.printf("%s %s\n", c.say("古い鍵の署名の下で知らせた記録:", "announced under the old key in:"), strings.Join(done.Under, " "))
		c.printf("%s\n", c.say("verifier.key を渡してある相手に新しいファイルを渡し、指紋を電話で読み合わせてください。新しい site.key の控えも取ってください。",
			"Hand the new verifier.key to whoever has the old one, and compare the fingerprint by phone. Keep a copy of the new site.key, too."))
	}, "irbot key list", "irbot backup")
}
