// Package export takes the record out: JSON Lines, evidence pack, and the forms
// people and other programs read. It guarantees that the same head and the same
// choices give the same bytes, that what is withheld still verifies, and that a
// text above the chosen label is in no form of the copy.
package export

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"irbot/internal/chat"
	"irbot/internal/directory"
	"irbot/internal/incident"
	"irbot/internal/timeline"
)

// Errors of an export.
var (
	// ErrEmpty says that there is nothing to export.
	ErrEmpty = errors.New("the record of this incident is empty")
	// ErrFormat says that a form is not known, or not made here.
	ErrFormat = errors.New("format is not one of zip, pdf, html, md, csv, json, jsonl, timesketch")
	// ErrChoice says that a label, an end of a range or an audience is not known.
	ErrChoice = errors.New("unknown choice")
	// ErrBeyond says that the record has no entry of the number it was to end at.
	ErrBeyond = errors.New("no such entry")
)

// Formats lists the forms, the fullest first.
func Formats() []string {
	return []string{"zip", "pdf", "html", "csv", "md", "jsonl", "json", "timesketch"}
}

// Source is where the record is read from.
type Source struct {
	Each        func(ctx context.Context, id string, from, to int64, fn func(*timeline.Entry) error) error
	Head        func(ctx context.Context, id string) (timeline.Position, error)
	Checkpoints func(ctx context.Context, id string) ([]timeline.Checkpoint, error)
	Tokens      func(ctx context.Context, id string, notes []timeline.Checkpoint) (map[int64][]byte, error) // RFC 3161 time stamps of checkpoints by size; nil: none
	Blob        func(ctx context.Context, hash string) ([]byte, error)
	Replay      func(ctx context.Context, id string, each incident.Each) (*incident.View, error)
	Site        func() *incident.Site
	PDF         func(w io.Writer, h timeline.Header, rows timeline.Rows) error // nil: no PDF is made
	Words       *chat.Words
	Signer      *timeline.Signer // nil: no pack can be made
	Keys        *timeline.Keys
}

// Options say what to take out. The zero value of everything but Incident takes
// everything out, in Japanese, in the order things happened.
type Options struct {
	Incident string
	At       int64  // the last entry; 0 is the head
	Lang     string // ja, en or both
	TLP      string // printed where no ceiling is chosen and no entry is stricter; "" is AMBER
	Ceiling  string // texts above this label are withheld; "" withholds none
	From, To Bound  // texts outside are withheld; the record itself always runs from 1
	Roles    bool   // names of roles instead of people
	Era      bool   // dates in the Japanese era
	Recorded bool   // rows in the order they were recorded
	Audience string // whom it is for; says nothing about what is in it

	Progress func(done, total int64) // told how far it is; may be nil
}

// Made is what was taken out.
type Made struct {
	Name     string // of the file, e.g. IR-12_20261122.zip or DRILL_DR-4_20261122.csv
	Head     timeline.Position
	At       time.Time // recording of the head entry
	Count    int64
	Shown    int64  // rows in the forms people read
	Withheld int64  // texts left out by choice
	Broken   int64  // first entry whose chain does not hold; 0: all hold
	Label    string // printed
	Ceiling  string // as chosen, with TLP:
	Drill    bool

	view *incident.View
	scan *scan
}

// Write takes an incident out in a form of Formats. Errors wrap ErrFormat,
// ErrChoice, ErrEmpty, ErrBeyond or incident.ErrNotFound.
func (s Source) Write(ctx context.Context, w io.Writer, format string, o Options) (Made, error) {
	if !slices.Contains(Formats(), format) || format == "pdf" && s.PDF == nil {
		return Made{}, fmt.Errorf("%s: %w", format, ErrFormat)
	}
	x, err := s.begin(ctx, format, o)
	if err != nil {
		return Made{}, err
	}
	if format == "jsonl" {
		err = x.jsonl(w)
		return x.made, err
	}
	if err := x.prepare(); err != nil {
		return x.made, err
	}
	h := x.header()
	switch format {
	case "zip":
		if err = x.sound(); err == nil {
			err = x.pack(w)
		}
	case "csv":
		err = timeline.WriteCSV(w, h, x.rows())
	case "md":
		err = timeline.WriteMarkdown(w, h, x.rows())
	case "html":
		err = timeline.WriteHTML(w, h, x.rows())
	case "json":
		err = timeline.WriteJSON(w, h, x.rows())
	case "timesketch":
		err = timeline.WriteTimesketch(w, h, x.rows())
	case "pdf":
		err = s.PDF(w, h, x.rows())
	}
	return x.made, err
}

// job is one export under way.
type job struct {
	Source
	ctx    context.Context //nolint:containedctx // lives as long as one call of Write
	o      Options
	format string
	made   Made
	names  *names
	done   int64
	total  int64
}

// begin fixes the head, and reads as far as the name of the file needs.
func (s Source) begin(ctx context.Context, format string, o Options) (*job, error) {
	if o.Ceiling != "" {
		label, ok := directory.Label(o.Ceiling)
		if !ok {
			return nil, fmt.Errorf("TLP %.40q: %w", o.Ceiling, ErrChoice)
		}
		o.Ceiling = label
	}
	if o.empty() {
		return nil, fmt.Errorf("the range ends before it begins: %w", ErrChoice)
	}
	head, err := s.Head(ctx, o.Incident)
	switch {
	case err != nil:
		return nil, err
	case head.Seq == 0:
		return nil, fmt.Errorf("%s: %w", o.Incident, incident.ErrNotFound)
	case o.At < 0, o.At > head.Seq:
		return nil, fmt.Errorf("#%d: %w (1-%d)", o.At, ErrBeyond, head.Seq)
	case o.At == 0:
		o.At = head.Seq
	}
	x := &job{Source: s, ctx: ctx, o: o, format: format, total: o.At * passes(format), made: Made{Ceiling: o.Ceiling}}
	err = s.Each(ctx, o.Incident, o.At, o.At, func(e *timeline.Entry) error {
		x.made.Head, x.made.At, x.made.Count = e.Position(), e.RecordedAt, e.Seq
		return nil
	})
	if err != nil {
		return nil, err
	}
	return x, x.name()
}

// name is IR-12_20261122.zip, or DRILL_DR-4_…: the day it was declared, else
// reported, else recorded.
func (x *job) name() error {
	st, found := incident.New(x.o.Incident), errors.New("found")
	err := x.Each(x.ctx, x.o.Incident, 1, x.o.At, func(e *timeline.Entry) error {
		incident.Apply(st, e)
		if !st.Times.Declared.IsZero() {
			return found
		}
		return nil
	})
	if err != nil && !errors.Is(err, found) {
		return err
	}
	day := x.made.At
	for _, t := range []time.Time{st.Times.Reported, st.Times.Declared} {
		if !t.IsZero() {
			day = t
		}
	}
	x.made.Drill = st.Drill
	x.made.Name = x.o.Incident + "_" + day.In(x.Site().Zone).Format("20060102") + "." + Extension(x.format)
	if st.Drill {
		x.made.Name = "DRILL_" + x.made.Name
	}
	return nil
}

// passes is how often a form goes over the entries, for the progress.
func passes(format string) int64 {
	switch format {
	case "jsonl":
		return 1
	case "zip":
		return 13
	}
	return 3
}

// each goes over the entries up to the head as they are kept.
func (x *job) each(fn func(*timeline.Entry) error) error {
	return x.Each(x.ctx, x.o.Incident, 1, x.o.At, func(e *timeline.Entry) error {
		x.done++
		if x.o.Progress != nil {
			x.o.Progress(min(x.done, x.total), x.total)
		}
		return fn(e)
	})
}

// entries streams the record with what is withheld left out.
func (x *job) entries(see func(*timeline.Entry)) timeline.Entries {
	return func(yield func(timeline.Entry, error) bool) {
		stop := errors.New("stop")
		err := x.each(func(e *timeline.Entry) error {
			see(e)
			out := *e
			if !x.keeps(e) {
				out = e.Withhold(timeline.WithheldTLP)
			}
			if !yield(out, nil) {
				return stop
			}
			return nil
		})
		if err != nil && !errors.Is(err, stop) {
			yield(timeline.Entry{}, err)
		}
	}
}

// jsonl streams timeline.jsonl and checks the chain on the way.
func (x *job) jsonl(w io.Writer) error {
	v := timeline.NewVerifier()
	_, err := timeline.WriteJSONL(w, x.entries(func(e *timeline.Entry) {
		v.Add(e)
		x.countWithheld(e, x.keeps(e))
	}))
	if x.made.Broken = broken(v); err == nil {
		err = x.sound()
	}
	return err
}

// ErrAltered says that the record does not hold: lines and packs, which strangers
// take as proof, are not made of it. The forms for reading are, and say so.
var ErrAltered = errors.New("the record was changed or is damaged")

// sound refuses a record whose chain or texts do not hold. A pack would put the
// signature of the site under it.
func (x *job) sound() error {
	if x.made.Broken > 0 {
		return fmt.Errorf("%w: entry %d", ErrAltered, x.made.Broken)
	}
	return nil
}

// broken is the first entry that does not hold, or 0.
func broken(v *timeline.Verifier) int64 {
	if r := v.Report(); !r.Holds() {
		return max(1, r.Problems[0].Seq)
	}
	return 0
}

func (x *job) countWithheld(e *timeline.Entry, kept bool) {
	if !kept && e.TextDigest != "" && e.Withheld == "" {
		x.made.Withheld++
	}
}

// Extension is how the name of a file of a form ends, without the dot.
func Extension(format string) string {
	if format == "timesketch" {
		return "timesketch.jsonl"
	}
	return format
}

// ContentType is the media type of a form, for downloads.
func ContentType(format string) string {
	switch format {
	case "zip":
		return "application/zip"
	case "pdf":
		return "application/pdf"
	case "jsonl", "timesketch":
		return "application/x-ndjson"
	case "json":
		return "application/json"
	case "csv":
		return "text/csv; charset=utf-8"
	case "md":
		return "text/markdown; charset=utf-8"
	case "html":
		return "text/html; charset=utf-8"
	}
	return "application/octet-stream"
}

// Name is the file name that an export would have, without making it. Errors are
// those of Write.
func (s Source) Name(ctx context.Context, format string, o Options) (string, error) {
	x, err := s.begin(ctx, format, o)
	if err != nil {
		return "", err
	}
	return x.made.Name, nil
}
