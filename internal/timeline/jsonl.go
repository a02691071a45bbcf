package timeline

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"iter"
)

// ErrExport says that entries cannot be written as an export that verifies.
var ErrExport = errors.New("entries do not make a verifiable export")

// Entries is a log from its first entry on. Ranging over it again starts again
// and must give the same entries.
type Entries = iter.Seq2[Entry, error]

// Withhold leaves the text of e out for reason (WithheldTLP or WithheldErased).
// What has no text, or has it withheld already, stays as it is; the result
// still verifies.
func (e Entry) Withhold(reason string) Entry {
	if e.TextDigest == "" || e.Withheld != "" {
		return e
	}
	e.Salt, e.TextBytes, e.Withheld = nil, nil, reason
	return e
}

// WriteJSONL streams a log as timeline.jsonl and returns where it ends. The
// same entries give the same bytes. Errors wrap ErrExport where the log has a
// gap, another incident, or a text that is neither there nor marked withheld.
func WriteJSONL(w io.Writer, log Entries) (Position, error) {
	jw := NewWriter(w)
	for e, err := range log {
		if err != nil {
			return Position{}, fmt.Errorf("read entry %d: %w", jw.last.Seq+1, err)
		}
		if err := jw.Write(&e); err != nil {
			return Position{}, err
		}
	}
	return jw.last, jw.Flush()
}

// Writer writes timeline.jsonl, an entry at a time. Flush ends it.
type Writer struct {
	w        *bufio.Writer
	buf      []byte
	last     Position
	incident string
}

// NewWriter starts a timeline.jsonl on w.
func NewWriter(w io.Writer) *Writer { return &Writer{w: bufio.NewWriterSize(w, 1<<16)} }

// Write appends the next entry. Errors wrap ErrExport.
func (w *Writer) Write(e *Entry) error {
	if w.last.Seq == 0 {
		w.incident = e.Incident
	}
	switch {
	case e.Seq != w.last.Seq+1:
		return fmt.Errorf("write entry %d after %d: %w", e.Seq, w.last.Seq, ErrExport)
	case e.Incident != w.incident:
		return fmt.Errorf("write entry %d of %s into %s: %w", e.Seq, e.Incident, w.incident, ErrExport)
	case e.TextDigest == "" && (e.Withheld != "" || len(e.TextBytes) > 0):
		return fmt.Errorf("write entry %d: text without digest: %w", e.Seq, ErrExport)
	case e.TextDigest != "" && (len(e.TextBytes) > 0) == (e.Withheld != ""):
		return fmt.Errorf("write entry %d: text and withheld mark disagree: %w", e.Seq, ErrExport)
	}
	w.buf = appendLine(w.buf[:0], e)
	if _, err := w.w.Write(w.buf); err != nil {
		return fmt.Errorf("write entry %d: %w", e.Seq, err)
	}
	w.last = e.Position()
	return nil
}

// Flush hands on what is buffered.
func (w *Writer) Flush() error {
	if err := w.w.Flush(); err != nil {
		return fmt.Errorf("write timeline: %w", err)
	}
	return nil
}

func appendLine(b []byte, e *Entry) []byte {
	b = appendString(append(b, `{"envelope":`...), e.Envelope)
	if len(e.TextBytes) == 0 {
		b = append(b, `,"text":null`...)
	} else {
		b = append(b, `,"text":{"salt":"`...)
		b = base64.StdEncoding.AppendEncode(b, e.Salt)
		b = append(appendString(append(b, `","fields":`...), e.TextBytes), '}')
	}
	b = hex.AppendEncode(append(b, `,"entry_hash":"`...), e.EntryHash[:])
	b = hex.AppendEncode(append(b, `","head":"`...), e.Head[:])
	if b = append(b, '"'); e.Withheld != "" {
		b = append(append(append(b, `,"withheld":"`...), e.Withheld...), '"')
	}
	return append(b, '}', '\n')
}

// LineError is a line of timeline.jsonl that is not in the prescribed form.
type LineError struct {
	Line   int64
	Code   Code
	Detail string
}

// Error says where and why.
func (e *LineError) Error() string { return fmt.Sprintf("line %d: %s: %s", e.Line, e.Code, e.Detail) }

// maxLine bounds one line of timeline.jsonl in bytes.
const maxLine = 32 << 20

// Reader reads timeline.jsonl strictly, a line at a time.
type Reader struct {
	r    *bufio.Reader
	buf  []byte
	line int64
	end  bool
}

// NewReader starts reading a timeline.jsonl.
func NewReader(r io.Reader) *Reader { return &Reader{r: bufio.NewReaderSize(r, 1<<16)} }

// Next reads the next line, with its form checked and no hash: a Verifier does
// that. It returns io.EOF at the end and a *LineError for a line outside the
// form, after which reading may go on.
func (r *Reader) Next() (Stored, error) {
	if r.end {
		return Stored{}, io.EOF
	}
	r.line++
	b, err := r.readLine()
	if err != nil {
		return Stored{}, err
	}
	if r.line == 1 && bytes.HasPrefix(b, []byte("\xef\xbb\xbf")) {
		return Stored{}, r.fail(CodeBOM, "EF BB BF")
	}
	row, err := parseLine(b)
	if err != nil {
		return Stored{}, r.fail(CodeLine, err.Error())
	}
	return row, nil
}

func (r *Reader) fail(c Code, detail string) error {
	return &LineError{Line: r.line, Code: c, Detail: detail}
}

// readLine returns the next line without its LF.
func (r *Reader) readLine() ([]byte, error) {
	r.buf = r.buf[:0]
	for {
		part, err := r.r.ReadSlice('\n')
		if len(r.buf) <= maxLine {
			r.buf = append(r.buf, part...)
		}
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
			continue
		case errors.Is(err, io.EOF):
			r.end = true
			if len(r.buf) == 0 {
				return nil, io.EOF
			}
			return nil, r.fail(CodeFinalLF, fmt.Sprintf("%d bytes", len(r.buf)))
		case err != nil:
			r.end = true
			return nil, fmt.Errorf("read line %d: %w", r.line, err)
		case len(r.buf) > maxLine:
			return nil, r.fail(CodeLimit, fmt.Sprintf("> %d bytes", maxLine))
		}
		return r.buf[:len(r.buf)-1], nil
	}
}

// lineReader collects the members of one line.
type lineReader struct {
	lexer
	row  Stored
	seen [5]bool
}

// lineMembers are all members a line may have; the last is optional.
var lineMembers = [5]string{"envelope", "text", "entry_hash", "head", "withheld"} //nolint:gochecknoglobals // never written; an array cannot be a constant

// parseLine reads one line. Blanks, member order and needless escapes carry no
// meaning and are let through; everything else is held to the form.
func parseLine(b []byte) (Stored, error) {
	d := &lineReader{lexer: lexer{b: b}}
	if err := d.object(d.member); err != nil {
		return Stored{}, err
	}
	if d.i != len(b) {
		return Stored{}, d.fail("something follows the object")
	}
	for i, seen := range d.seen[:4] {
		if !seen {
			return Stored{}, fmt.Errorf("%w: member %s is missing", ErrJSON, lineMembers[i])
		}
	}
	return d.row, nil
}

func (d *lineReader) member(name []byte) error {
	i := 0
	for i < len(lineMembers) && lineMembers[i] != string(name) {
		i++
	}
	if i == len(lineMembers) {
		return fmt.Errorf("%w: unknown member %.40q", ErrJSON, name)
	}
	if d.seen[i] {
		return fmt.Errorf("%w: member %s is repeated", ErrJSON, name)
	}
	d.seen[i] = true
	var err error
	switch i {
	case 0:
		d.row.Envelope, err = d.own()
	case 1:
		err = d.text()
	case 2:
		d.row.EntryHash, err = d.hash()
	case 3:
		d.row.Head, err = d.hash()
	case 4:
		err = d.withheld()
	}
	return err
}

// own reads a string into memory that outlives the line.
func (d *lineReader) own() ([]byte, error) {
	start := d.i
	s, err := d.str(false)
	if err == nil && len(s) == d.i-start-2 {
		s = bytes.Clone(s)
	}
	return s, err
}

func (d *lineReader) hash() ([]byte, error) {
	s, err := d.str(false)
	if err != nil {
		return nil, err
	}
	if !isDigest(s) {
		return nil, d.fail("not 64 lower-case hex digits")
	}
	return hex.AppendDecode(nil, s)
}

func (d *lineReader) withheld() error {
	s, err := d.str(false)
	if err != nil {
		return err
	}
	if d.row.Withheld = string(s); d.row.Withheld != WithheldTLP && d.row.Withheld != WithheldErased {
		return fmt.Errorf("%w: withheld is %.20q", ErrJSON, s)
	}
	return nil
}

// text reads null or exactly {salt, fields}.
func (d *lineReader) text() error {
	if d.lit("null") {
		return nil
	}
	var salt, fields bool
	err := d.object(func(name []byte) error {
		switch {
		case string(name) == "salt" && !salt:
			salt = true
			return d.salt()
		case string(name) == "fields" && !fields:
			fields = true
			f, err := d.own()
			if d.row.Text = f; err == nil && len(f) == 0 {
				err = d.fail("empty fields")
			}
			return err
		}
		return fmt.Errorf("%w: text has an unknown or repeated member %.40q", ErrJSON, name)
	})
	if err == nil && !(salt && fields) {
		return d.fail("text without salt or fields")
	}
	return err
}

func (d *lineReader) salt() error {
	s, err := d.str(false)
	if err != nil {
		return err
	}
	raw, err := base64.StdEncoding.Strict().AppendDecode(nil, s)
	if err != nil || len(raw) != SaltSize || len(s) != base64.StdEncoding.EncodedLen(SaltSize) {
		return d.fail("salt is not padded standard base64 of 16 bytes")
	}
	d.row.Salt = raw
	return nil
}
