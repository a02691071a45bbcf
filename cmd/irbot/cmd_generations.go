package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"irbot/internal/backup"
	"irbot/internal/chat"
	"irbot/internal/config"
)

// generation is a copy as --json tells it.
type generation struct {
	File      string    `json:"file"`
	At        time.Time `json:"at"`
	Bytes     int64     `json:"bytes"`
	Entries   int64     `json:"entries"`
	SHA256    string    `json:"sha256"`
	Encrypted bool      `json:"encrypted"`
	Checked   bool      `json:"checked"`
	Place     string    `json:"place"`
}

func told(g backup.Generation) generation {
	return generation{g.File, g.At, g.Bytes, g.Entries, g.SHA256, g.Encrypted, g.Checked, g.Place}
}

func (c *cli) backupList() *cobra.Command {
	return &cobra.Command{
		Use: "list", Short: c.say("控えの世代を一覧する", "list the generations"), Args: c.args(0, 0),
		Example: "  irbot backup list",
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := c.load()
			if err != nil {
				return err
			}
			rows, away, err := c.generations(cmd.Context(), cfg)
			if err != nil {
				return err
			}
			return c.answer("backup.list", map[string]any{"generations": rows}, func() {
				for _, g := range rows {
					c.printf("%s  %8s  %6d  %s %s\n", chat.YearStamp(g.At, cfg.Site.Zone, c.lang), bytesOf(uint64(max(g.Bytes, 0))), g.Entries, g.Place, g.File)
				}
				if len(rows) == 0 {
					c.printf("%s\n", c.say("まだありません。config.yaml の backup: を設定するか、irbot backup で作ってください", "none yet: set up backup: in config.yaml, or type irbot backup"))
				}
				for _, w := range away {
					c.printf("[ NG ] %s  %s\n", w.Ref, w.Message)
				}
			}, away)
		},
	}
}

// backupDone is what `irbot backup now` did.
type backupDone struct {
	Generation generation `json:"generation"`
	Second     []placeOK  `json:"second"`
	Dropped    []string   `json:"dropped"`
}

type placeOK struct {
	ID    string `json:"id"`
	OK    bool   `json:"ok"`
	Error string `json:"error,omitempty"`
}

var errNoFolder = errors.New("backup.folder is not set in config.yaml")

// backupNow makes a generation, in the server or on the folder.
func (n *node) backupNow(ctx context.Context, _ struct{}) (backupDone, error) {
	out := backupDone{Second: []placeOK{}, Dropped: []string{}}
	if n.copies == nil {
		return out, errNoFolder
	}
	before, err := n.copies.List()
	if err != nil {
		return out, err
	}
	g, err := n.copies.Now(ctx)
	if err != nil && !errors.Is(err, backup.ErrPlace) {
		return out, err
	}
	out.Generation = told(g)
	failed := map[string]bool{}
	for _, id := range n.copies.State().Waiting {
		failed[id] = true
	}
	for _, s := range n.copies.Second {
		p := placeOK{ID: s.ID, OK: !failed[s.ID]}
		if !p.OK {
			p.Error = err.Error()
		}
		out.Second = append(out.Second, p)
	}
	for _, old := range before {
		if _, err := os.Stat(old.File); errors.Is(err, os.ErrNotExist) {
			out.Dropped = append(out.Dropped, old.File)
		}
	}
	return out, nil
}

func (c *cli) backupNowCommand() *cobra.Command {
	return &cobra.Command{
		Use: "now", Short: c.say("いま一世代作り、戻して検証する", "make a generation now, and prove it"), Args: c.args(0, 0),
		Example: "  irbot backup now",
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := c.load()
			if err != nil {
				return err
			}
			if cfg.Backup.Folder == "" {
				return &problem{exit: exitUsage, code: "backup.folder", what: c.say("控えのフォルダが決まっていません", "no folder for backups is set"), why: c.say("config.yaml の backup.folder が空です", "backup.folder in config.yaml is empty"),
					fix: c.say("backup: folder: に別のディスクのフォルダを書いてください。一度だけなら irbot backup FILE", "name a folder on another disk under backup: folder:, or irbot backup FILE for once")}
			}
			done, err := ask[backupDone](cmd.Context(), c, "backup.now", struct{}{})
			if err != nil {
				return c.plainRefused(cfg.Backup.Folder, err)
			}
			err = c.answer("backup.now", done, func() {
				g := done.Generation
				c.printf("%s  %s  %s\n", c.say("できました", "Done"), g.File, c.say(fmt.Sprintf("%d件 %s 戻して検証済み", g.Entries, bytesOf(uint64(max(g.Bytes, 0)))), fmt.Sprintf("%d entries, %s, restored and verified", g.Entries, bytesOf(uint64(max(g.Bytes, 0))))))
				if !g.Encrypted {
					c.printf("%s\n", c.say("[注意] 暗号化していません。署名の鍵も入りません（config.yaml の backup: recipients: か passphrase_file:）", "[note] not encrypted, and without the signing key (config.yaml backup: recipients: or passphrase_file:)"))
				}
				for _, s := range done.Second {
					c.printf("[%s] %s  %s\n", map[bool]string{true: " OK ", false: " NG "}[s.OK], s.ID, c.words.Trouble(c.lang, s.Error, 200))
				}
				for _, f := range done.Dropped {
					c.printf("%s  %s\n", c.say("古い世代を片付けました", "old generation dropped"), f)
				}
			})
			for _, s := range done.Second {
				if err == nil && !s.OK {
					return found(exitPending)
				}
			}
			return err
		},
	}
}

// plainRefused says how a copy is encrypted like the ones before it. The server
// tells its errors by their words only.
func (c *cli) plainRefused(folder string, err error) error {
	meant := strings.Contains(err.Error(), backup.ErrUnsealed.Error())
	if !meant && !strings.Contains(err.Error(), backup.ErrPlain.Error()) {
		return err
	}
	p := &problem{
		exit: exitUsage, code: "backup.plain", what: c.say("暗号化しない控えになるので、作りませんでした", "the copy would not be encrypted: none was made"),
		why: c.say(folder+" には暗号化した控えがありますが、いまは合言葉も受取人の鍵も読めません（環境変数 "+config.EnvBackupPassphrase+" のない端末やサービスなど）",
			folder+" holds encrypted copies, but there is no passphrase and no recipient now (a shell or service without the variable "+config.EnvBackupPassphrase+")"),
		fix: c.say(config.EnvBackupPassphrase+" を渡すか、config.yaml の backup.passphrase_file を書いてください。暗号化をやめるなら backup.folder に別のフォルダを",
			"pass "+config.EnvBackupPassphrase+", or set backup.passphrase_file in config.yaml. To give up encryption name another folder as backup.folder"),
	}
	if meant {
		p.why = c.say("config.yaml に backup.encrypt: true とありますが、合言葉も受取人の鍵も読めません", "config.yaml says backup.encrypt: true, but there is no passphrase and no recipient")
		p.fix = c.say(config.EnvBackupPassphrase+" を渡すか、config.yaml の backup.passphrase_file か backup.recipients を書いてください",
			"pass "+config.EnvBackupPassphrase+", or set backup.passphrase_file or backup.recipients in config.yaml")
	}
	return p
}

func (c *cli) backupVerify() *cobra.Command {
	var o restoreOrder
	cmd := &cobra.Command{
		Use: "verify FILE", Short: c.say("控えを一時フォルダに戻して検証する", "restore a copy to a temporary folder and verify it"), Args: c.args(1, 1),
		Example: "  irbot backup verify backups/sakura-20261122-030000.irbot.age",
		RunE: func(cmd *cobra.Command, args []string) error {
			o.file = args[0]
			return c.verifyBackup(cmd.Context(), o)
		},
	}
	cmd.Flags().StringVar(&o.passphrase, "passphrase-file", "", c.say("合言葉のファイル", "file with the passphrase"))
	cmd.Flags().StringVar(&o.identity, "identity", "", c.say("age の秘密鍵のファイル", "file with the age identity"))
	return cmd
}

func (c *cli) verifyBackup(ctx context.Context, o restoreOrder) error {
	if _, err := os.Stat(o.file); err != nil {
		return c.fileProblem(err)
	}
	err := c.isCopy(o.file)
	if err != nil {
		return err
	}
	if backup.IsBundle(o.file) {
		var seal backup.Seal
		if seal, err = c.sealFor(o); err != nil {
			return err
		}
		err = backup.Verify(ctx, o.file, seal, tryRestore)
	} else {
		dir, terr := os.MkdirTemp("", "irbot-verify-*")
		if terr != nil {
			return fmt.Errorf("verify backup: %w", terr)
		}
		defer func() { _ = os.RemoveAll(dir) }()
		part := filepath.Join(dir, "copy.db")
		if err = os.Symlink(mustAbs(o.file), part); err == nil {
			err = tryRestore(ctx, part)
		}
	}
	if errors.Is(err, backup.ErrSealed) {
		return c.sealed("irbot backup verify "+o.file, err)
	}
	if err != nil {
		return &problem{exit: exitFound, code: "backup.damaged", what: c.say("この控えは使えません", "this backup does not hold"), why: err.Error(), fix: c.say("別の控えを確かめてください: irbot backup list", "check another one: irbot backup list")}
	}
	return c.answer("backup.verify", map[string]any{"file": o.file, "holds": true}, func() {
		c.printf("[ OK ] %s  %s\n", o.file, c.say("戻して検証しました", "restored and verified"))
	})
}

func mustAbs(path string) string {
	if abs, err := filepath.Abs(path); err == nil {
		return abs
	}
	return path
}

// generations tells how the scheduled copies are doing.
func (d *doctor) generations(ctx context.Context, title string) {
	b, now := d.cfg.Backup, time.Now()
	list, err := backup.List(b.Folder)
	newest, ok := backup.Newest(list, now)
	at := chat.Stamp(newest.At, d.cfg.Site.Zone, d.c.lang)
	switch {
	case err != nil || !ok:
		d.add(finding{ID: "backup", State: stateBad, Title: title, Message: d.say(b.Folder+" にまだ世代がありません", "no generation in "+b.Folder+" yet"), Fix: "irbot backup now"})
	case now.Sub(newest.At) > 2*b.Every:
		d.add(finding{ID: "backup", State: stateBad, Title: title, Message: d.say("直近の世代は "+at, "the newest generation is of "+at), Fix: "irbot backup now"})
	default:
		d.add(finding{ID: "backup", State: stateOK, Title: title, Message: at + "  " + d.say(fmt.Sprintf("%d世代", len(list)), fmt.Sprintf("generations: %d", len(list)))})
	}
	if ok {
		d.secondPlaces(ctx, title, newest)
	}
	if sameDisk(b.Folder, d.cfg.Data) && len(b.Second) == 0 {
		d.add(finding{ID: "backup.apart", State: stateNote, Title: title, Message: d.say("記録と同じディスクにしかありません", "only on the disk of the record itself"), Fix: d.say("backup: folder: か second: に別のディスクを", "another disk under backup: folder: or second:")})
	}
	if b.Passphrase.IsZero() && len(b.Recipients) == 0 {
		state := stateNote
		if b.Encrypt {
			state = stateBad // no copy is made at all
		}
		d.add(finding{ID: "backup.plain", State: state, Title: title, Message: plainNote(d, b.Encrypt), Fix: "config.yaml backup: recipients:"})
	}
}

// plainNote says what it means that nothing encrypts the copies.
func plainNote(d *doctor, meant bool) string {
	if meant {
		return d.say("encrypt: true なのに合言葉も受取人の鍵もないので、控えを作れません", "encrypt: true, but no passphrase and no recipient: no copy can be made")
	}
	return d.say("暗号化していません。署名の鍵も入りません。暗号化を必ず求めるなら encrypt: true", "not encrypted, and without the signing key; encrypt: true demands encryption")
}
