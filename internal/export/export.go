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

	"irbot/internal/incident"
	"irbot/internal/timeline"
)

// ErrEmpty says that there is nothing to export.
var ErrEmpty = errors.New("the record of this incident is empty")

// Source is where the record is read from.
type Source struct {
	Each        func(ctx context.Context, id string, from, to int64, fn func(*timeline.Entry) error) error
	Checkpoints func(ctx context.Context, id string) ([]timeline.Checkpoint, error)
	Blob        func(ctx context.Context, hash string) ([]byte, error)
	View        func(ctx context.Context, id string) (*incident.View, error)
	Signer      *timeline.Signer // nil: no pack can be made
	Keys        *timeline.Keys
}

// Options say what to take out.
type Options struct {
	Incident string
	At       int64 // the last entry; 0 is the head
	Lang     string
	TLP      string // printed on what people read; "" is AMBER
	Progress func(done, total int64)
}

// Made is what was taken out.
type Made struct {
	Head  timeline.Position
	At    time.Time // recording of the head entry
	Count int64
	Drill bool
}

// entries streams the log as the timeline package wants it.
func (s Source) entries(ctx context.Context, o Options) timeline.Entries {
	return func(yield func(timeline.Entry, error) bool) {
		stop := errors.New("stop")
		err := s.Each(ctx, o.Incident, 1, o.At, func(e *timeline.Entry) error {
			if !yield(*e, nil) {
				return stop
			}
			return nil
		})
		if err != nil && !errors.Is(err, stop) {
			yield(timeline.Entry{}, err)
		}
	}
}

// last finds the head of what is exported.
func (s Source) last(ctx context.Context, o *Options) (Made, error) {
	v, err := s.View(ctx, o.Incident)
	if err != nil {
		return Made{}, err
	}
	if o.At == 0 {
		o.At = v.S.Seq
	}
	if o.At < 1 || o.At > v.S.Seq {
		return Made{}, fmt.Errorf("entry %d of %s (1 to %d): %w", o.At, o.Incident, v.S.Seq, ErrEmpty)
	}
	var m Made
	err = s.Each(ctx, o.Incident, o.At, o.At, func(e *timeline.Entry) error {
		m = Made{Head: e.Position(), At: e.RecordedAt, Count: e.Seq, Drill: v.S.Drill}
		return nil
	})
	if err == nil && m.Count == 0 {
		err = ErrEmpty
	}
	return m, err
}

// JSONL writes timeline.jsonl (ARCHITECTURE 3).
func (s Source) JSONL(ctx context.Context, w io.Writer, o Options) (Made, error) {
	m, err := s.last(ctx, &o)
	if err != nil {
		return m, err
	}
	_, err = timeline.WriteJSONL(w, s.entries(ctx, o))
	return m, err
}

// Zip writes an evidence pack: timeline, checkpoints, keys, kept files and the
// runbooks that were worked from.
func (s Source) Zip(ctx context.Context, w io.Writer, o Options) (Made, error) {
	m, err := s.last(ctx, &o)
	if err != nil {
		return m, err
	}
	if s.Signer == nil {
		return m, errors.New("no signing key: an evidence pack needs one")
	}
	notes, err := s.checkpoints(ctx, o.Incident, m)
	if err != nil {
		return m, err
	}
	files, err := s.kept(ctx, o)
	if err != nil {
		return m, err
	}
	rendered, err := s.renderings(ctx, o, m)
	if err != nil {
		return m, err
	}
	p := timeline.Pack{
		Log: s.entries(ctx, o), Head: m.Head, MadeAt: m.At, Incident: o.Incident,
		Checkpoints: notes, Keys: s.Keys, Files: append(rendered, files...),
	}
	return m, timeline.WritePack(w, p, s.Signer)
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
