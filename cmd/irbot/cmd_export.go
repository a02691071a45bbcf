package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"irbot/internal/config"
	"irbot/internal/export"
	"irbot/internal/incident"
	"irbot/internal/localapi"
	"irbot/internal/sqlite"
	"irbot/internal/timeline"
)

func (c *cli) exportCommand() *cobra.Command {
	var format, out, lang, tlp string
	var at int64
	cmd := &cobra.Command{
		Use: "export [ID]", Short: c.say("記録を出力する", "take the record out"), Args: c.args(0, 1),
		Example: "  irbot export IR-12 --format zip --out IR-12.zip\n  irbot export IR-12 --format jsonl --out timeline.jsonl --at 214\n  irbot export --format csv",
		RunE: func(cmd *cobra.Command, args []string) error {
			id, _, err := c.target(cmd.Context(), args)
			if err != nil {
				return err
			}
			return c.export(cmd.Context(), format, out, export.Options{Incident: id, At: at, Lang: pick(lang, string(c.lang)), TLP: tlp})
		},
	}
	cmd.Flags().StringVar(&format, "format", "zip", "zip|jsonl|csv|md|html")
	cmd.Flags().StringVar(&out, "out", "", c.say("書き出すファイル（上書きしません）", "file to write (never overwritten)"))
	cmd.Flags().Int64Var(&at, "at", 0, c.say("この番号の記録まで", "up to this entry"))
	cmd.Flags().StringVar(&lang, "lang", "", "ja|en")
	cmd.Flags().StringVar(&tlp, "tlp", "", "TLP")
	return cmd
}

// source reads the record for exports.
func source(v *sqlite.View, svc *incident.Service, signer *timeline.Signer) (export.Source, error) {
	s := export.Source{Each: v.EachEntry, Checkpoints: v.Checkpoints, Blob: v.Blob, View: svc.View, Signer: signer}
	if signer != nil {
		keys, err := timeline.ParseKeys(signer.Public())
		if err != nil {
			return s, err
		}
		s.Keys = keys
	}
	return s, nil
}

func (c *cli) export(ctx context.Context, format, out string, o export.Options) error {
	svc, v, cfg, err := c.reading(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = v.Close() }()
	signer, err := loadSigner(cfg.Data, cfg.Site.ID)
	if err != nil {
		return err
	}
	src, err := source(v, svc, signer)
	if err != nil {
		return err
	}
	write, err := writerOf(src, format)
	if err != nil {
		return err
	}
	st, err := v.State(ctx, o.Incident)
	if err != nil {
		return err
	}
	if out == "" {
		out = fileName(o.Incident, st, cfg, format)
	}
	sum := sha256.New()
	var made export.Made
	err = createWhole(out, func(w io.Writer) (err error) {
		made, err = write(ctx, io.MultiWriter(w, sum), o)
		return err
	})
	if errors.Is(err, fs.ErrExist) {
		return &problem{exit: exitConflict, code: "file.exists", what: c.say(out+" はすでにあります", out+" exists already"), why: c.say("上書きはしません", "nothing is overwritten"), fix: "--out " + filepath.Join(filepath.Dir(out), "other-"+filepath.Base(out))}
	}
	if err != nil {
		return err
	}
	return c.exported(ctx, cfg, out, format, hex.EncodeToString(sum.Sum(nil)), o.Incident, made)
}

// writerOf picks the form.
func writerOf(s export.Source, format string) (func(context.Context, io.Writer, export.Options) (export.Made, error), error) {
	switch format {
	case "zip":
		return s.Zip, nil
	case "jsonl":
		return s.JSONL, nil
	}
	return nil, usage{fmt.Errorf("--format %s: zip | jsonl | csv | md | html", format)}
}

// fileName is IR-12_20261122.zip, or DRILL_DR-4_….
func fileName(id string, st *incident.Incident, cfg *config.Config, format string) string {
	day := st.Times.Declared
	if day.IsZero() {
		day = st.Times.Reported
	}
	name := id + "_" + day.In(cfg.Site.Zone).Format("20060102") + "." + format
	if st.Drill {
		name = "DRILL_" + name
	}
	return name
}

// exported records that the timeline was taken out, when the server runs, and
// tells where the file is.
func (c *cli) exported(ctx context.Context, cfg *config.Config, out, format, sum, id string, m export.Made) error {
	q := localapi.Request{Incident: id, Command: "timeline.exported", Request: requestKey(), Args: arguments(incident.Exported{
		Format: format, Size: m.Count, Head: hex.EncodeToString(m.Head.Head[:]), SHA256: sum,
	})}
	recorded := false
	if reply, err := localapi.Dial(cfg.Data).Do(ctx, q); err == nil && reply.Error == nil {
		recorded = true
	}
	st, err := os.Stat(out)
	if err != nil {
		return err
	}
	data := map[string]any{"incident": id, "file": out, "format": format, "entries": m.Count, "head": hex.EncodeToString(m.Head.Head[:]), "sha256": sum, "bytes": st.Size(), "recorded": recorded}
	return c.answer("export", data, func() {
		c.printf("%s  %s  %s\n", c.say("できました", "Done"), out, c.say(fmt.Sprintf("%d件 %d バイト", m.Count, st.Size()), fmt.Sprintf("%d entries, %d bytes", m.Count, st.Size())))
		c.printf("SHA-256     %s\n", sum)
		if format == "zip" || format == "jsonl" {
			c.printf("%s  irbot verify %s\n", c.say("確かめる", "Check   "), out)
		}
	}, "irbot verify "+out)
}

// createWhole writes a file so that it is there whole or not at all, synced,
// and never over an existing one.
func createWhole(path string, write func(io.Writer) error) (err error) {
	if _, err := os.Lstat(path); err == nil {
		return fmt.Errorf("create %s: %w", path, fs.ErrExist)
	}
	tmp, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*")
	if err != nil {
		return fmt.Errorf("create %s: %w", path, err)
	}
	defer func() { _ = os.Remove(tmp.Name()) }()
	if err := write(tmp); err != nil {
		_ = tmp.Close()
		return err
	}
	if err := errors.Join(tmp.Sync(), tmp.Close()); err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	// A link, unlike a rename, fails where somebody was faster.
	if err := os.Link(tmp.Name(), path); err != nil {
		return fmt.Errorf("create %s: %w", path, err)
	}
	if d, err := os.Open(filepath.Dir(path)); err == nil {
		_ = d.Sync()
		_ = d.Close()
	}
	return nil
}
