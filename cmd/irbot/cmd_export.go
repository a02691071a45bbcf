package main

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"irbot/internal/chat"
	"irbot/internal/config"
	"irbot/internal/export"
	"irbot/internal/incident"
	"irbot/internal/localapi"
	"irbot/internal/pdf"
	"irbot/internal/sqlite"
	"irbot/internal/timeline"
)

// records is what exports are read from: a view of the store.
//
//nolint:interfacebloat // one store, read as a whole; a fake would prove nothing
type records interface {
	EachEntry(ctx context.Context, id string, from, to int64, fn func(*timeline.Entry) error) error
	Checkpoints(ctx context.Context, id string) ([]timeline.Checkpoint, error)
	Anchors(ctx context.Context, id string) ([]sqlite.Anchored, error)
	Blob(ctx context.Context, hash string) ([]byte, error)
}

// headOf tells where a log ends.
type headOf func(ctx context.Context, id string) (timeline.Position, error)

// source puts together what an export reads.
func source(v records, head headOf, svc *incident.Service, words *chat.Words, dir string) (export.Source, error) {
	site := svc.Site().ID
	signer, err := loadSigner(dir, site)
	if err != nil {
		return export.Source{}, err
	}
	keys, err := publicKeys(dir, signer)
	if err != nil {
		return export.Source{}, err
	}
	stamps := func(ctx context.Context, id string, notes []timeline.Checkpoint) (map[int64][]byte, error) {
		list, err := v.Anchors(ctx, id)
		return tokens(list, notes), err
	}
	return export.Source{
		Each: v.EachEntry, Head: head, Checkpoints: v.Checkpoints, Tokens: stamps, Blob: v.Blob, Replay: svc.Replay, Site: svc.Site,
		PDF: pdf.Chronology, Words: words, Signer: signer, Keys: keys,
	}, nil
}

// export takes an incident out into a file and tells where it is.
func (c *cli) export(ctx context.Context, format, out string, o export.Options) error {
	return c.withSource(ctx, func(src export.Source, cfg *config.Config) error {
		return c.exportTo(ctx, src, cfg, takeOut{format: format, out: out, o: o})
	})
}

// takeOut is what is wanted.
type takeOut struct {
	format, out string
	pipe        io.Writer // where an export to standard output goes
	o           export.Options
}

// withSource opens the record for reading.
func (c *cli) withSource(ctx context.Context, do func(export.Source, *config.Config) error) error {
	svc, v, cfg, err := c.reading(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = v.Close() }()
	src, err := source(v, v.Head, svc, c.words, cfg.Data)
	if err != nil {
		return err
	}
	return do(src, cfg)
}

func (c *cli) exportTo(ctx context.Context, src export.Source, cfg *config.Config, t takeOut) error {
	// The site's language, not the reader's: the same head gives the same bytes.
	t.o.Lang, t.o.TLP = cmp.Or(t.o.Lang, cfg.Site.Lang), cmp.Or(t.o.TLP, cfg.Export.TLP)
	bar := c.progress(c.say("記録を集めています", "collecting the record"))
	t.o.Progress = bar.at
	made, sum, err := writeExport(ctx, src, t)
	bar.end()
	switch {
	case errors.Is(err, fs.ErrExist):
		return &problem{exit: exitConflict, code: "file.exists", what: c.say(made.Name+" はすでにあります", made.Name+" exists already"), why: c.say("上書きはしません", "nothing is overwritten"),
			fix: "irbot export " + t.o.Incident + " --format " + t.format + " --out " + filepath.Join(filepath.Dir(made.Name), "new-"+filepath.Base(made.Name))}
	case err != nil:
		return c.exportProblem(t.o.Incident, err)
	}
	return c.exported(ctx, cfg, taken{takeOut: t, sum: sum, made: made})
}

// exportProblem says what was chosen wrongly.
func (c *cli) exportProblem(id string, err error) error {
	switch {
	case errors.Is(err, export.ErrFormat):
		return &problem{exit: exitUsage, code: "format.unknown", what: c.say("その形では出力できません", "it cannot be exported in that format"),
			why: strings.Join(export.Formats(), ", "), fix: "irbot export " + id + " --format zip"}
	case errors.Is(err, export.ErrAltered):
		return &problem{exit: exitFound, code: "record.altered", what: c.say("記録が書き換えられているか壊れているため、検証できる形（zip、jsonl）では出力しません", "the record was changed or is damaged: it is not taken out in a form that is to be verified (zip, jsonl)"),
			why: err.Error(), fix: "irbot verify" + c.say("。読むだけなら ", "; only for reading: ") + "irbot export " + id + " --format html"}
	case errors.Is(err, export.ErrBeyond):
		return &problem{exit: exitNotFound, code: "entry.unknown", what: c.say(id+" にその番号の記録はありません", id+" has no entry of that number"), why: err.Error(), fix: "irbot incident log " + id}
	case errors.Is(err, export.ErrChoice):
		return &problem{exit: exitUsage, code: "export.choice", what: c.say("指定が違います", "a choice is not known"), why: err.Error(), fix: "irbot export --help"}
	}
	return err
}

// writeExport makes the file: whole, never over an existing one. Made.Name is
// the file's path then.
func writeExport(ctx context.Context, src export.Source, t takeOut) (export.Made, string, error) {
	if t.out == "" {
		name, err := src.Name(ctx, t.format, t.o)
		if err != nil {
			return export.Made{}, "", err
		}
		t.out = name
	}
	sum := sha256.New()
	var made export.Made
	create := createWhole
	if t.out == standardOut {
		create = spoolTo(t.pipe)
	}
	err := create(t.out, func(w io.Writer) (err error) {
		made, err = src.Write(ctx, io.MultiWriter(w, sum), t.format, t.o)
		return err
	})
	made.Name = t.out
	return made, hex.EncodeToString(sum.Sum(nil)), err
}

// take takes an incident out for a surface: the bytes first, then the entry that
// says so.
func (a *app) take(ctx context.Context, act incident.Act, format string, o export.Options) (string, []byte, error) {
	src, err := source(a.store, a.store.Head, a.svc, a.words, a.dir)
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
		Audience: o.Audience, Ceiling: o.Ceiling, Withheld: m.Withheld,
	})
	if err != nil {
		return "", nil, fmt.Errorf("record export: %w", err)
	}
	return m.Name, b.Bytes(), nil
}

// taken is a finished export.
type taken struct {
	takeOut
	sum  string
	made export.Made
}

// entry is what the record keeps of it.
func (t *taken) entry() incident.Exported {
	return incident.Exported{
		Format: t.format, Size: t.made.Count, Head: hex.EncodeToString(t.made.Head.Head[:]), SHA256: t.sum,
		Audience: t.o.Audience, Ceiling: t.made.Ceiling, Withheld: t.made.Withheld,
	}
}

// exported records that the timeline was taken out, when the server runs, and
// tells where the file is.
func (c *cli) exported(ctx context.Context, cfg *config.Config, t taken) error {
	m, out, format, sum, id := t.made, t.made.Name, t.format, t.sum, t.o.Incident
	if out == standardOut {
		if !c.tookOut(ctx, cfg, id, t.entry()) {
			c.note("%s\n", c.unrecorded(id).Message)
		}
		c.note("%s\nSHA-256     %s\n", c.say(fmt.Sprintf("%d件を標準出力に書きました", m.Count), fmt.Sprintf("%d entries written to standard output", m.Count)), sum)
		return nil
	}
	recorded := c.tookOut(ctx, cfg, id, t.entry())
	st, err := os.Stat(out)
	if err != nil {
		return err
	}
	data := map[string]any{"incident": id, "file": out, "format": format, "entries": m.Count, "head": hex.EncodeToString(m.Head.Head[:]), "sha256": sum, "bytes": st.Size(), "recorded": recorded, "withheld": m.Withheld, "shown": m.Shown}
	next := []any{}
	if format == "zip" || format == "jsonl" {
		next = append(next, "irbot verify "+out)
	}
	if !recorded {
		next = append(next, c.unrecorded(id))
	}
	if m.Broken > 0 {
		next = append(next, warning{Code: "export.broken", Message: c.say(fmt.Sprintf("記録 #%d から鎖が合いません", m.Broken), fmt.Sprintf("the chain does not hold from entry #%d on", m.Broken)), Ref: id})
	}
	return c.answer("export", data, func() {
		c.printf("%s  %s  %s\n", c.say("できました", "Done"), out, c.say(fmt.Sprintf("%d件 %d バイト", m.Count, st.Size()), fmt.Sprintf("%d entries, %d bytes", m.Count, st.Size())))
		if m.Withheld > 0 {
			c.printf("%s\n", c.say(fmt.Sprintf("伏せた文章    %d件", m.Withheld), fmt.Sprintf("Withheld     %d texts", m.Withheld)))
		}
		if m.Broken > 0 {
			c.printf("%s\n", c.say(fmt.Sprintf("注意: 記録 #%d から鎖が合いません。irbot verify で確かめてください", m.Broken), fmt.Sprintf("Warning: the chain does not hold from entry #%d on; see irbot verify", m.Broken)))
		}
		c.printf("SHA-256     %s\n", sum)
		if format == "zip" || format == "jsonl" {
			c.printf("%s  irbot verify %s\n", c.say("確かめる", "Check   "), out)
		}
	}, next...)
}

// tookOut lets the record know that something was taken out of an incident; it
// is false where the server does not run or refuses.
func (c *cli) tookOut(ctx context.Context, cfg *config.Config, id string, x incident.Exported) bool {
	q := localapi.Request{Incident: id, Command: x.Name(), Request: requestKey(), Args: arguments(x)}
	reply, err := localapi.Dial(cfg.Data).Do(ctx, q)
	return err == nil && reply.Error == nil
}

func (c *cli) unrecorded(id string) warning {
	return warning{Code: "export.unrecorded", Message: c.say("irbot が動いていないため、出力したことは記録していません", "irbot is not running: that it was taken out is not recorded"), Ref: id}
}
