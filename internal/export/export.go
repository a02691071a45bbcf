// Package export takes the record out: JSON Lines, evidence pack, and the forms
// people read. It guarantees that the same head gives the same bytes, and that
// what is withheld still verifies.
package export

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"irbot/internal/chat"
	"irbot/internal/incident"
	"irbot/internal/timeline"
)

// ErrEmpty says that there is nothing to export.
var ErrEmpty = errors.New("the record of this incident is empty")

// ErrFormat says that a form is not known.
var ErrFormat = errors.New("format is not one of zip, jsonl, csv, md, html")

// Formats lists the forms, the fullest first.
func Formats() []string { return []string{"zip", "jsonl", "csv", "md", "html"} }

// Source is where the record is read from.
type Source struct {
	Each        func(ctx context.Context, id string, from, to int64, fn func(*timeline.Entry) error) error
	Checkpoints func(ctx context.Context, id string) ([]timeline.Checkpoint, error)
	Blob        func(ctx context.Context, hash string) ([]byte, error)
	ViewAt      func(ctx context.Context, id string, seq int64) (*incident.View, []timeline.Entry, error)
	Words       *chat.Words
	Signer      *timeline.Signer // nil: no pack can be made
	Keys        *timeline.Keys
}

// Options say what to take out.
type Options struct {
	Incident string
	At       int64 // the last entry; 0 is the head
	Lang     string
	TLP      string                  // printed on what people read; "" is AMBER
	Progress func(done, total int64) // told entries done and to do; may be nil
}

// Made is what was taken out.
type Made struct {
	Name  string // of the file, e.g. IR-12_20261122.zip or DRILL_DR-4_20261122.csv
	Head  timeline.Position
	At    time.Time // recording of the head entry
	Count int64
	Drill bool
	view  *incident.View
	log   []timeline.Entry
}

// Write takes an incident out in a form of Formats. Errors wrap ErrFormat,
// ErrEmpty or incident.ErrNotFound.
func (s Source) Write(ctx context.Context, w io.Writer, format string, o Options) (Made, error) {
	m, err := s.prepare(ctx, &o)
	if err != nil {
		return m, err
	}
	m.Name = name(m, o.Incident) + "." + format
	switch format {
	case "zip":
		err = s.pack(ctx, w, o, m)
	case "jsonl":
		_, err = timeline.WriteJSONL(w, s.entries(ctx, o))
	case "csv":
		err = timeline.WriteCSV(w, s.header(o, m), s.rows(o, m))
	case "md":
		err = timeline.WriteMarkdown(w, s.header(o, m), s.rows(o, m))
	case "html":
		err = timeline.WriteHTML(w, s.header(o, m), s.rows(o, m))
	default:
		err = fmt.Errorf("%s: %w", format, ErrFormat)
	}
	return m, err
}

// name is IR-12_20261122, or DRILL_DR-4_….
func name(m Made, id string) string {
	day := m.view.S.Times.Declared
	if day.IsZero() {
		day = m.view.S.Times.Reported
	}
	if day.IsZero() {
		day = m.At
	}
	out := id + "_" + day.In(m.view.Site.Zone).Format("20060102")
	if m.Drill {
		out = "DRILL_" + out
	}
	return out
}

// entries streams the log as the timeline package wants it.
func (s Source) entries(ctx context.Context, o Options) timeline.Entries {
	return func(yield func(timeline.Entry, error) bool) {
		stop := errors.New("stop")
		err := s.Each(ctx, o.Incident, 1, o.At, func(e *timeline.Entry) error {
			if !yield(*e, nil) {
				return stop
			}
			if o.Progress != nil {
				o.Progress(e.Seq, o.At)
			}
			return nil
		})
		if err != nil && !errors.Is(err, stop) {
			yield(timeline.Entry{}, err)
		}
	}
}

// prepare reads the incident as it stood at the head that is exported.
func (s Source) prepare(ctx context.Context, o *Options) (Made, error) {
	v, log, err := s.ViewAt(ctx, o.Incident, o.At)
	if err != nil {
		return Made{}, err
	}
	if len(log) == 0 {
		return Made{}, ErrEmpty
	}
	last := &log[len(log)-1]
	o.At = last.Seq
	return Made{Head: last.Position(), At: last.RecordedAt, Count: last.Seq, Drill: v.S.Drill, view: v, log: log}, nil
}

// pack writes an evidence pack: timeline, checkpoints, keys, kept files, the
// runbooks that were worked from, and the forms people read.
func (s Source) pack(ctx context.Context, w io.Writer, o Options, m Made) error {
	if s.Signer == nil {
		return errors.New("no signing key: an evidence pack needs one")
	}
	notes, err := s.checkpoints(ctx, o.Incident, m)
	if err != nil {
		return err
	}
	files, err := s.kept(ctx, o)
	if err != nil {
		return err
	}
	p := timeline.Pack{
		Log: s.entries(ctx, o), Head: m.Head, MadeAt: m.At, Incident: o.Incident,
		Checkpoints: notes, Keys: s.Keys, Files: append(s.renderings(o, m), files...),
	}
	return timeline.WritePack(w, p, s.Signer)
}

// checkpoints gives the kept ones, and signs the head where none covers it.
// Ed25519 is deterministic: the same head gives the same note.
func (s Source) checkpoints(ctx context.Context, id string, m Made) ([]timeline.Checkpoint, error) {
	all, err := s.Checkpoints(ctx, id)
	if err != nil {
		return nil, err
	}
	var out []timeline.Checkpoint
	covered := false
	seen := map[int64]bool{}
	for _, c := range all {
		if c.Size > m.Head.Seq || seen[c.Size] {
			continue
		}
		seen[c.Size] = true
		covered = covered || c.Size == m.Head.Seq
		out = append(out, c)
	}
	if !covered {
		c, err := timeline.SignCheckpoint(s.Signer, id, m.Head)
		if err != nil {
			return nil, err
		}
		out = append(out, c)
	}
	return out, nil
}

// kept lists attachments and runbooks named in the facts up to the head.
func (s Source) kept(ctx context.Context, o Options) ([]timeline.PackFile, error) {
	var out []timeline.PackFile
	seen := map[string]bool{}
	add := func(path, hash string) {
		if len(hash) != 64 || seen[path] {
			return
		}
		if _, err := hex.DecodeString(hash); err != nil {
			return
		}
		seen[path] = true
		out = append(out, timeline.PackFile{Path: path, Write: func(w io.Writer) error {
			b, err := s.Blob(ctx, hash)
			if err != nil {
				return fmt.Errorf("read kept file %s: %w", hash, err)
			}
			_, err = w.Write(b)
			return err
		}})
	}
	err := s.Each(ctx, o.Incident, 1, o.At, func(e *timeline.Entry) error {
		var f struct {
			Attachment string `json:"attachment"`
			Hash       string `json:"hash"`
		}
		if json.Unmarshal(e.Facts, &f) != nil {
			return nil //nolint:nilerr // facts of a kind from elsewhere name no attachment
		}
		if f.Attachment != "" && e.Withheld == "" {
			add(timeline.AttachmentPath(f.Attachment), f.Attachment)
		}
		if e.Kind == incident.KindRunStarted {
			add(timeline.RunbookPath(f.Hash), f.Hash)
		}
		return nil
	})
	return out, err
}
