package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"irbot/internal/anchor"
	"irbot/internal/backup"
	"irbot/internal/config"
	problems "irbot/internal/problem"
	"irbot/internal/sqlite"
)

// restoreOrder says what to bring back, and how it is opened.
type restoreOrder struct {
	file       string
	into       string // folder of the configuration, "" for the present one
	passphrase string // file
	identity   string // file
}

func (c *cli) restoreCommand() *cobra.Command {
	var confirm bool
	var word restoreWord
	var o restoreOrder
	cmd := &cobra.Command{
		Use: "restore FILE", Short: c.say("控えから記録を戻す（空の保存先にだけ）", "bring the record back from a copy (into an empty folder only)"), Args: c.args(0, 1),
		Long: c.say("戻した記録は、元の irbot が動いていないことを人が確かめて --confirm を実行するまで、何も送りません。\n新しい機器では、空のフォルダで実行すると、設定・連絡先・手順書・鍵も控えから戻します。",
			"A restored record sends nothing before a person makes sure that the original is not running, and types --confirm.\nOn a fresh machine, in an empty folder, it brings configuration, directory, runbooks and keys back, too."),
		Example: "  irbot restore backups/sakura-20261122-030000.irbot.age\n  irbot restore --into /srv/irbot /mnt/usb/sakura-20261122-030000.irbot.age --passphrase-file phrase.txt\n  irbot restore --confirm",
		RunE: func(cmd *cobra.Command, args []string) error {
			switch {
			case confirm && len(args) == 0:
				return c.confirmRestore(cmd.Context(), word)
			case len(args) != 1:
				return &problem{exit: exitUsage, code: "usage", what: c.say("控えのファイルがありません", "no backup named"), why: cmd.UseLine(), fix: "irbot restore backups/FILE"}
			}
			o.file = args[0]
			return c.restore(cmd.Context(), o)
		},
	}
	cmd.Flags().StringVar(&o.into, "into", "", c.say("設定を戻すフォルダ（なければ作ります）", "folder for the configuration (made where missing)"))
	cmd.Flags().StringVar(&o.passphrase, "passphrase-file", "", c.say("合言葉のファイル（または環境変数 "+config.EnvBackupPassphrase+"）", "file with the passphrase (or the variable "+config.EnvBackupPassphrase+")"))
	cmd.Flags().StringVar(&o.identity, "identity", "", c.say("age の秘密鍵のファイル", "file with the age identity"))
	cmd.Flags().BoolVar(&word.Accept, "accept-loss", false, c.say("控えの後の記録は失われたと認める（--confirm と）", "what came after the backup is lost (with --confirm)"))
	cmd.Flags().StringVar(&word.Reason, "reason", "", c.say("その理由（記録に残ります）", "why; kept in the record"))
	cmd.Flags().BoolVar(&confirm, "confirm", false, c.say("元の irbot は動いていないと確かめた", "the original is certainly not running"))
	return cmd
}

func (c *cli) restore(ctx context.Context, o restoreOrder) error {
	if _, err := os.Stat(o.file); err != nil {
		return c.fileProblem(err)
	}
	if o.into != "" {
		c.config = filepath.Join(o.into, "config.yaml")
	}
	if err := c.isCopy(o.file); err != nil {
		return err
	}
	record, keys := o.file, ""
	if backup.IsBundle(o.file) {
		work, err := os.MkdirTemp("", "irbot-restore-*")
		if err != nil {
			return fmt.Errorf("unpack backup: %w", err)
		}
		defer func() { _ = os.RemoveAll(work) }()
		if err := c.unpack(o, work); err != nil {
			return err
		}
		if err := c.bringFiles(work); err != nil {
			return err
		}
		record, keys = filepath.Join(work, backup.RecordName), filepath.Join(work, "keys")
	}
	cfg, wrong, err := c.loadRestored()
	if err != nil {
		return err
	}
	made, err := sqlite.Restore(ctx, record, sqlite.Options{Dir: cfg.Data, What: "irbot restore", Wall: time.Now})
	if err != nil {
		return c.restoreProblem(o.file, cfg, err)
	}
	if err := errors.Join(bringKeys(cfg.Data, o.file), copyKeys(cfg.Data, keys)); err != nil {
		return err
	}
	newer, missing := c.beyond(ctx, cfg)
	var entries int64
	for _, h := range made.Heads {
		entries += h.Seq
	}
	data := map[string]any{"dir": cfg.Data, "logs": len(made.Heads), "entries": entries, "confirmed": false, "newer": newer}
	return c.answer("restore", data, func() {
		c.printf("%s\n", c.say(fmt.Sprintf("戻しました  %s  %d件 検証済み", cfg.Data, entries), fmt.Sprintf("restored  %s  %d entries, verified", cfg.Data, entries)))
		if missing != "" {
			c.printf("%s\n", missing)
		}
		for _, f := range newer {
			c.printf("[%s] %s\n", c.say("注意", "note"), f.Words().In(string(c.lang)))
		}
		if _, err := os.Stat(filepath.Join(cfg.Data, keyName)); err != nil {
			c.printf("%s\n", c.say("署名の鍵 site.key がありません。控えがあれば "+cfg.Data+" に置いてください。なければ新しい鍵を作ります。", "The signing key site.key is missing: put your copy into "+cfg.Data+", or a new key is made."))
		}
		if len(wrong) > 0 {
			c.printf("%s\n", c.say("起動の前に直すこと（秘密のファイルは控えに入りません）", "To mend before the start (secret files are not in a copy)"))
		}
		for _, p := range wrong {
			c.printf("  %s\n", c.problemLine(p))
		}
		c.printf("%s\n  irbot serve\n  irbot restore --confirm\n", c.say("元の irbot が動いていないことを確かめてから", "Make sure that the original is not running, then"))
	}, c.toMend(wrong), "irbot serve", "irbot restore --confirm")
}

// loadRestored reads the configuration here with what is wrong with it: a
// missing secret must not stop a record from coming back.
func (c *cli) loadRestored() (*config.Config, []problems.Problem, error) {
	if _, err := os.Stat(c.configPath()); errors.Is(err, fs.ErrNotExist) {
		cfg, err := c.load()
		return cfg, nil, err
	}
	return config.LoadRestored(c.configPath(), c.env)
}

func (c *cli) problemLine(p problems.Problem) string {
	return p.Where() + ": " + p.What.In(string(c.lang)) + "  " + p.Fix.In(string(c.lang))
}

func (c *cli) toMend(wrong []problems.Problem) []warning {
	out := make([]warning, 0, len(wrong))
	for _, p := range wrong {
		out = append(out, warning{Code: "config", Message: c.problemLine(p), Ref: p.Key})
	}
	return out
}

// isCopy refuses what is no copy before anything else is asked for.
func (c *cli) isCopy(file string) error {
	if backup.IsBundle(file) || backup.IsRecord(file) {
		return nil
	}
	return &problem{exit: exitFailed, code: "backup.unreadable", what: c.say(file+" は irbot の控えではありません", file+" is no backup of irbot"),
		why: c.say("控えとして始まっていません（空、途中まで、または別のファイル。出力したzipは控えではありません）", "it does not begin as one: empty, cut off, or another file (an export is no backup)"),
		fix: c.say("irbot backup で作ったファイルを指定してください", "name a file made by irbot backup")}
}

func (c *cli) restoreProblem(file string, cfg *config.Config, err error) error {
	switch {
	case errors.Is(err, sqlite.ErrExists):
		return &problem{exit: exitConflict, code: "record.exists", what: c.say("保存先に記録があります", "the data folder has a record"), why: c.say("記録は上書きしません", "a record is never overwritten"),
			fix: "mv " + cfg.Data + " " + cfg.Data + ".old"}
	case errors.Is(err, sqlite.ErrDamaged), errors.Is(err, sqlite.ErrForeign):
		return &problem{exit: exitFound, code: "backup.damaged", what: c.say("この控えは使えません", "this backup does not hold"), why: err.Error(), fix: c.say("別の控えを指定してください", "name another backup")}
	case errors.Is(err, sqlite.ErrLocked):
		return err
	}
	return &problem{exit: exitFailed, code: "backup.unreadable", what: c.say(file+" は irbot の控えではありません", file+" is no backup of irbot"), why: err.Error(), fix: c.say("irbot backup で作ったファイルを指定してください", "name a file made by irbot backup")}
}

// sealFor finds out how a bundle is opened: by what was named, by the
// environment, or as configured here.
func (c *cli) sealFor(o restoreOrder) (backup.Seal, error) {
	phrase := strings.TrimSpace(c.env(config.EnvBackupPassphrase))
	if o.passphrase != "" {
		data, err := os.ReadFile(o.passphrase)
		if err != nil {
			return backup.Seal{}, c.fileProblem(err)
		}
		phrase = strings.TrimSpace(string(data))
	}
	if o.identity != "" {
		data, err := os.ReadFile(o.identity)
		if err != nil {
			return backup.Seal{}, c.fileProblem(err)
		}
		seal, err := backup.RecipientSeal(nil, string(data))
		if err != nil {
			return seal, c.noIdentity(o.identity)
		}
		return seal, nil
	}
	if phrase != "" {
		return backup.PassphraseSeal(phrase, 0)
	}
	if _, err := os.Stat(c.configPath()); errors.Is(err, fs.ErrNotExist) {
		return backup.Seal{}, nil // a fresh machine: plain copies open without anything
	}
	cfg, _, err := c.loadRestored()
	if err != nil {
		return backup.Seal{}, err
	}
	return sealOf(cfg.Backup)
}

// unpack opens a bundle into a folder.
func (c *cli) unpack(o restoreOrder, work string) error {
	seal, err := c.sealFor(o)
	if err != nil {
		return err
	}
	_, err = backup.Unpack(o.file, work, seal)
	switch {
	case errors.Is(err, backup.ErrSealed):
		command := "irbot restore "
		if o.into != "" {
			command += "--into " + o.into + " "
		}
		return c.sealed(command+o.file, err)
	case errors.Is(err, backup.ErrBundle):
		return &problem{exit: exitFound, code: "backup.damaged", what: c.say("この控えは使えません", "this backup does not hold"), why: err.Error(), fix: c.say("別の控えを指定してください", "name another backup")}
	}
	return err
}

// bringFiles puts configuration, directory and runbooks where there are none:
// on a fresh machine. What is there stays as it is.
func (c *cli) bringFiles(work string) error {
	root := filepath.Dir(c.configPath())
	if _, err := os.Stat(c.configPath()); err == nil {
		return nil
	}
	if err := os.MkdirAll(root, 0o700); err != nil {
		return fmt.Errorf("make folder: %w", err)
	}
	return filepath.WalkDir(work, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		rel, err := filepath.Rel(work, path)
		if err != nil || rel == backup.RecordName || strings.HasPrefix(rel, "keys"+string(os.PathSeparator)) {
			return err
		}
		data, err := os.ReadFile(path) //nolint:gosec // just unpacked
		if err != nil {
			return fmt.Errorf("bring %s back: %w", rel, err)
		}
		dst := filepath.Join(root, rel)
		if err := os.MkdirAll(filepath.Dir(dst), 0o700); err != nil {
			return fmt.Errorf("bring %s back: %w", rel, err)
		}
		if err := writeNew(dst, data, 0o600); err != nil && !errors.Is(err, fs.ErrExist) {
			return err
		}
		return nil
	})
}

// copyKeys puts the keys of a bundle into the data folder, never over one that
// is there.
func copyKeys(dir, from string) error {
	if from == "" {
		return nil
	}
	for _, name := range []string{publicName, keyName} {
		data, err := os.ReadFile(filepath.Join(from, name)) //nolint:gosec // just unpacked
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err == nil {
			err = writeNew(filepath.Join(dir, name), data, 0o600)
		}
		if err != nil && !errors.Is(err, fs.ErrExist) {
			return fmt.Errorf("bring key back: %w", err)
		}
	}
	return nil
}

// beyond tells what the anchors saw that the restored record does not have, or
// why that cannot be told.
func (c *cli) beyond(ctx context.Context, cfg *config.Config) (newer []anchor.Finding, missing string) {
	newer = []anchor.Finding{}
	cannot := c.say("外の控えと照らし合わせられません: ", "the anchors outside cannot be compared: ")
	v, err := sqlite.OpenReadOnly(ctx, cfg.Data)
	if err != nil {
		return newer, cannot + err.Error()
	}
	defer func() { _ = v.Close() }()
	keys, err := folderKeys(cfg.Data)
	if err != nil {
		return newer, cannot + err.Error()
	}
	list, err := spots(cfg)
	if err != nil {
		return newer, cannot + err.Error()
	}
	seen, err := anchor.Survey(ctx, list, keys, v.HeadAt)
	if err != nil {
		return newer, cannot + err.Error()
	}
	accepted, err := acceptedLoss(ctx, v.KindsOf)
	if err != nil {
		return newer, cannot + err.Error()
	}
	for _, f := range seen.Findings {
		if f.Kind == anchor.Unreadable {
			missing = c.say("[注意] 控えの後の記録が外にあるか、まだ確かめられません。", "[note] whether the anchors know of later entries cannot be told yet: ") + f.Words().In(string(c.lang))
		}
	}
	return append(newer, seen.Serious(accepted)...), missing
}

func (c *cli) confirmRestore(ctx context.Context, word restoreWord) error {
	done, err := ask[restoreConfirmed](ctx, c, "restored.confirm", word)
	if err != nil {
		return err
	}
	err = c.answer("restore.confirm", done, func() {
		for _, f := range done.Lost {
			c.printf("[%s] %s\n", c.say("注意", "note"), f.Words().In(string(c.lang)))
		}
		switch {
		case done.Confirmed:
			c.printf("%s\n", c.say("確認しました。送信を始めます。", "confirmed: sending begins."))
		case len(done.Lost) > 0:
			c.printf("%s\n  irbot restore --confirm --accept-loss --reason \"…\"\n", c.say("戻した記録より新しい控えが外にあります。新しい方の irbot がどこかで動いていないか確かめてください。失われたと認めるときだけ:",
				"There are anchors newer than this record: make sure that no newer original is running. Only if those entries are lost:"))
		default:
			c.printf("%s\n", c.say("確認を待っている記録はありません。", "nothing waits for confirmation."))
		}
	})
	if err == nil && !done.Confirmed && len(done.Lost) > 0 {
		return found(exitConflict)
	}
	return err
}
