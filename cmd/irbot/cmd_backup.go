package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"irbot/internal/chat"
	"irbot/internal/sqlite"
)

// lastBackup is the file in the data folder that says when a copy was made last.
const lastBackup = "last-backup.json"

// backupAge is how old the newest copy may be before doctor says so.
const backupAge = 7 * 24 * time.Hour

type backupMade struct {
	Path string    `json:"path"`
	At   time.Time `json:"at"`
}

func (c *cli) backupCommand() *cobra.Command {
	var withKey bool
	cmd := &cobra.Command{
		Use: "backup [FILE]", Short: c.say("記録の控えを作る（動かしたまま。作った控えは検証済み）", "copy the record, checked, while the server runs"), Args: c.args(0, 1),
		Example: "  irbot backup now\n  irbot backup list\n  irbot backup verify FILE\n  irbot backup\n  irbot backup /mnt/usb/irbot-20261122.db",
		RunE: func(cmd *cobra.Command, args []string) error {
			out := ""
			if len(args) == 1 {
				out = args[0]
			}
			return c.backup(cmd.Context(), out, withKey)
		},
	}
	cmd.AddCommand(c.backupList(), c.backupNowCommand(), c.backupVerify())
	cmd.Flags().BoolVar(&withKey, "with-key", false, c.say("署名の鍵（秘密）も FILE.site.key として控える", "copy the secret signing key, too, as FILE.site.key"))
	return cmd
}

// beside copies the keys next to a backup: the public ones always, the secret
// one where it is asked for.
func beside(dir, out string, withKey bool) error {
	names := []string{publicName}
	if withKey {
		names = append(names, keyName)
	}
	for _, name := range names {
		data, err := os.ReadFile(filepath.Join(dir, name)) //nolint:gosec // inside the data folder
		if err != nil {
			return fmt.Errorf("copy key: %w", err)
		}
		if err := writeNew(out+"."+name, data, 0o600); err != nil {
			return err
		}
	}
	return nil
}

// bringKeys puts the keys that lie beside a backup into the data folder, never
// over one that is there.
func bringKeys(dir, file string) error {
	for _, name := range []string{publicName, keyName} {
		data, err := os.ReadFile(file + "." + name) //nolint:gosec // beside the file the user names
		if errors.Is(err, os.ErrNotExist) {
			continue
		}
		if err == nil {
			err = writeNew(filepath.Join(dir, name), data, 0o600)
		}
		if err != nil && !errors.Is(err, os.ErrExist) {
			return fmt.Errorf("bring key back: %w", err)
		}
	}
	return nil
}

func (c *cli) backup(ctx context.Context, out string, withKey bool) error {
	v, cfg, err := c.view(ctx)
	if err != nil {
		return err
	}
	defer v.Close()
	if cfg.Backup.Encrypt {
		return &problem{
			exit: exitUsage, code: "backup.plain", what: c.say("暗号化しない控えになるので、作りませんでした", "the copy would not be encrypted: none was made"),
			why: c.say("config.yaml に backup.encrypt: true とあります。この命令の控えは暗号化されません", "config.yaml says backup.encrypt: true, and a copy of this command is plain"), fix: "irbot backup now",
		}
	}
	now := time.Now().In(cfg.Site.Zone)
	if out == "" {
		folder := filepath.Join(filepath.Dir(cfg.Data), "backups")
		if err := os.MkdirAll(folder, 0o700); err != nil {
			return fmt.Errorf("make folder of backups: %w", err)
		}
		out = filepath.Join(folder, cfg.Site.ID+"-"+now.Format("20060102-150405")+".db")
	}
	made, err := v.Backup(ctx, out)
	switch {
	case errors.Is(err, sqlite.ErrExists):
		return &problem{exit: exitConflict, code: "file.exists", what: c.say(out+" はすでにあります", out+" exists already"), why: c.say("上書きはしません", "nothing is overwritten"), fix: "irbot backup " + filepath.Join(filepath.Dir(out), "new-"+filepath.Base(out))}
	case errors.Is(err, sqlite.ErrDamaged):
		return &problem{exit: exitFound, code: "record.damaged", what: c.say("控えが検証に通りません", "the copy does not hold"), why: err.Error(), fix: "irbot verify"}
	case err != nil:
		return err
	}
	if err := beside(cfg.Data, out, withKey); err != nil {
		return err
	}
	key := filepath.Join(cfg.Data, keyName)
	c.remember(cfg.Data, backupMade{Path: mustAbs(out), At: now.UTC()})
	var entries int64
	for _, h := range made.Heads {
		entries += h.Seq
	}
	data := map[string]any{"file": made.Path, "bytes": made.Bytes, "logs": len(made.Heads), "entries": entries, "verified": true}
	return c.answer("backup", data, func() {
		c.printf("%s  %s  %s\n", c.say("できました", "Done"), out, c.say(fmt.Sprintf("%d件 %s 検証済み", entries, bytesOf(uint64(max(made.Bytes, 0)))), fmt.Sprintf("%d entries, %s, verified", entries, bytesOf(uint64(max(made.Bytes, 0))))))
		c.printf("%s\n", c.say("控えには記録が暗号化せずにそのまま入っています。別の機器に、鍵をかけて置いてください。", "The copy holds the whole record, not encrypted: keep it on another machine, locked away."))
		if !withKey {
			c.printf("%s\n", c.say("署名の鍵（秘密） "+key+" は入っていません。別に控えるか、--with-key を付けてください。", "The secret signing key "+key+" is not in it: keep a copy of it apart, or use --with-key."))
		}
		c.printf("%s  irbot restore %s\n", c.say("戻すとき", "To restore"), out)
	}, "irbot restore "+out)
}

func (c *cli) remember(dir string, b backupMade) {
	data, err := json.Marshal(b)
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, lastBackup), data, 0o600)
	}
	if err != nil {
		c.note("%v\n", err)
	}
}

// lastCopy is the copy that was made last by hand.
func lastCopy(dir string) (backupMade, error) {
	var b backupMade
	data, err := os.ReadFile(filepath.Join(dir, lastBackup)) //nolint:gosec // inside the data folder
	if err == nil {
		err = json.Unmarshal(data, &b)
	}
	return b, err
}

// backups tells how old the newest copy is.
func (d *doctor) backups(ctx context.Context) {
	title := d.say("控え", "Backup")
	v, err := sqlite.OpenReadOnly(ctx, d.cfg.Data)
	if err != nil {
		return
	}
	defer v.Close()
	st, err := v.Stats(ctx)
	if err != nil || st.Incidents == 0 {
		return
	}
	if d.cfg.Backup.Folder != "" {
		d.generations(ctx, title)
		return
	}
	b, err := lastCopy(d.cfg.Data)
	switch {
	case err != nil:
		d.add(finding{ID: "backup", State: stateNote, Title: title, Message: d.say("まだ一度も作っていません", "none was made yet"), Fix: "irbot backup"})
	case time.Since(b.At) > backupAge:
		d.add(finding{ID: "backup", State: stateNote, Title: title, Message: d.say("直近の控えは "+chat.Stamp(b.At, d.cfg.Site.Zone, d.c.lang), "the newest is of "+chat.Stamp(b.At, d.cfg.Site.Zone, d.c.lang)), Fix: "irbot backup"})
	default:
		d.add(finding{ID: "backup", State: stateOK, Title: title, Message: chat.Stamp(b.At, d.cfg.Site.Zone, d.c.lang) + "  " + b.Path})
	}
}
