package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"irbot/internal/chat"
	"irbot/internal/config"
	"irbot/internal/export"
	"irbot/internal/incident"
	"irbot/internal/localapi"
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
			return c.export(cmd.Context(), format, out, export.Options{Incident: id, At: at, Lang: lang, TLP: tlp})
		},
	}
	cmd.Flags().StringVar(&format, "format", "zip", "zip|jsonl|csv|md|html")
	cmd.Flags().StringVar(&out, "out", "", c.say("書き出すファイル（上書きしません）", "file to write (never overwritten)"))
	cmd.Flags().Int64Var(&at, "at", 0, c.say("この番号の記録まで", "up to this entry"))
	cmd.Flags().StringVar(&lang, "lang", "", "ja|en")
	cmd.Flags().StringVar(&tlp, "tlp", "", "TLP")
	return cmd
}

// records is what exports are read from: a view of the store.
type records interface {
	EachEntry(ctx context.Context, id string, from, to int64, fn func(*timeline.Entry) error) error
	Checkpoints(ctx context.Context, id string) ([]timeline.Checkpoint, error)
	Blob(ctx context.Context, hash string) ([]byte, error)
}

// source puts together what an export reads.
func source(v records, svc *incident.Service, words *chat.Words, dir string) (export.Source, error) {
	site := svc.Site().ID
	signer, err := loadSigner(dir, site)
	if err != nil {
		return export.Source{}, err
	}
	keys, err := publicKeys(dir, signer)
	if err != nil {
		return export.Source{}, err
	}
	return export.Source{Each: v.EachEntry, Checkpoints: v.Checkpoints, Blob: v.Blob, ViewAt: svc.ViewAt, Words: words, Signer: signer, Keys: keys}, nil
}

func (c *cli) export(ctx context.Context, format, out string, o export.Options) error {
	if !slices.Contains(export.Formats(), format) {
		return &problem{exit: exitUsage, code: "format.unknown", what: c.say("出力の形「"+format+"」はありません", "there is no format "+format),
			why: strings.Join(export.Formats(), ", "), fix: "irbot export " + o.Incident + " --format zip"}
	}
	svc, v, cfg, err := c.reading(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = v.Close() }()
	src, err := source(v, svc, c.words, cfg.Data)
	if err != nil {
		return err
	}
	// The site's language, not the reader's: the same head gives the same bytes.
	o.Lang, o.TLP = pick(o.Lang, cfg.Site.Lang), pick(o.TLP, cfg.Export.TLP)
	bar := c.progress(c.say("記録を集めています", "collecting the record"))
	o.Progress = bar.at
	made, sum, err := writeExport(ctx, src, format, out, o)
	bar.end()
	switch {
	case errors.Is(err, fs.ErrExist):
		return &problem{exit: exitConflict, code: "file.exists", what: c.say(made.Name+" はすでにあります", made.Name+" exists already"), why: c.say("上書きはしません", "nothing is overwritten"),
			fix: "irbot export " + o.Incident + " --format " + format + " --out " + filepath.Join(filepath.Dir(made.Name), "new-"+filepath.Base(made.Name))}
	case err != nil:
		return err
	}
	return c.exported(ctx, cfg, taken{incident: o.Incident, format: format, sum: sum, made: made})
}

// writeExport makes the file: whole, never over an existing one. Made.Name is
// the file's path then.
func writeExport(ctx context.Context, src export.Source, format, out string, o export.Options) (export.Made, string, error) {
	if out == "" {
		// The name is known only after the record was read: ask by a dry run.
		m, err := src.Write(ctx, io.Discard, "jsonl", o)
		if err != nil {
			return m, "", err
		}
		out = strings.TrimSuffix(m.Name, "jsonl") + format
	}
	sum := sha256.New()
	var made export.Made
	err := createWhole(out, func(w io.Writer) (err error) {
		made, err = src.Write(ctx, io.MultiWriter(w, sum), format, o)
		return err
	})
	made.Name = out
	return made, hex.EncodeToString(sum.Sum(nil)), err
}

// take takes an incident out for a surface: the bytes first, then the entry that
// says so.
func (a *app) take(ctx context.Context, act incident.Act, format string, o export.Options) (string, []byte, error) {
	src, err := source(a.store, a.svc, a.words, a.dir)
	if err != nil {
		return "", nil, err
	}
	var b bytes.Buffer
	m, err := src.Write(ctx, &b, format, o)
	if err != nil {
		return "", nil, err
	}
	_, err = a.svc.Do(ctx, act, o.Incident, incident.Exported{
		Format: format, Size: m.Count, Head: hex.EncodeToString(m.Head.Head[:]), SHA256: incident.HashOf(b.Bytes()),
	})
	if err != nil {
		return "", nil, fmt.Errorf("record export: %w", err)
	}
	return m.Name, b.Bytes(), nil
}

// taken is a finished export.
type taken struct {
	incident, format, sum string
	made                  export.Made
}

// exported records that the timeline was taken out, when the server runs, and
// tells where the file is.
func (c *cli) exported(ctx context.Context, cfg *config.Config, t taken) error {
	m, out, format, sum, id := t.made, t.made.Name, t.format, t.sum, t.incident
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
	next := []any{}
	if format == "zip" || format == "jsonl" {
		next = append(next, "irbot verify "+out)
	}
	if !recorded {
		next = append(next, warning{Code: "export.unrecorded", Message: c.say("irbot が動いていないため、出力したことは記録していません", "irbot is not running: that it was taken out is not recorded"), Ref: id})
	}
	return c.answer("export", data, func() {
		c.printf("%s  %s  %s\n", c.say("できました", "Done"), out, c.say(fmt.Sprintf("%d件 %d バイト", m.Count, st.Size()), fmt.Sprintf("%d entries, %d bytes", m.Count, st.Size())))
		c.printf("SHA-256     %s\n", sum)
		if format == "zip" || format == "jsonl" {
			c.printf("%s  irbot verify %s\n", c.say("確かめる", "Check   "), out)
		}
	}, next...)
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
