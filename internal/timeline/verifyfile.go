package timeline

import (
	"bytes"
	"errors"
	"fmt"
	"io"
)

// ErrUnreadable says that something is no export at all, or could not be read
// to its end; whether the record holds stays unknown.
var ErrUnreadable = errors.New("not readable as an export of irbot")

// VerifyOptions is what a reader holds besides the export.
type VerifyOptions struct {
	Checkpoints [][]byte // signed notes that came another way: mail, channel, folder
	Keys        []string // content of verifier.key from another way; replaces the pack's
	MaxBytes    int64    // unpacked size a pack may have; 0 stands for 8 GiB
}

// keys gives nil where none were handed over.
func (o VerifyOptions) keys() (*Keys, error) {
	if len(o.Keys) == 0 {
		return nil, nil
	}
	k, err := ParseKeys(o.Keys...)
	if err != nil {
		return nil, fmt.Errorf("read keys: %w: %w", ErrUnreadable, err)
	}
	return k, nil
}

// anchors opens the checkpoints from outside. Without a key their signature
// stays unchecked; their head still is what the holder received.
func (o VerifyOptions) anchors(k *Keys, rep *Report) ([]anchor, error) {
	var list []anchor
	for i, msg := range o.Checkpoints {
		c, err := ReadCheckpoint(msg)
		if err != nil && !bytes.HasPrefix(msg, []byte("irbot/")) {
			return nil, fmt.Errorf("read checkpoint %d: %w: %w", i+1, ErrUnreadable, err)
		}
		if err == nil && k != nil {
			c, err = k.OpenCheckpoint(msg)
		}
		if err != nil {
			rep.problem(0, CodeSignature, "checkpoint %d: %v", i+1, err)
			continue
		}
		list = append(list, anchor{Checkpoint: c, outside: true, signed: k != nil})
	}
	return list, nil
}

// VerifyFile checks an export of either form: an evidence pack or a
// timeline.jsonl. The error wraps ErrUnreadable where it is neither or cannot
// be read; a record that does not hold is a Report with problems.
func VerifyFile(r io.ReaderAt, size int64, opt VerifyOptions) (Report, error) {
	if looksLikeZip(r, size) {
		return VerifyPack(r, size, opt)
	}
	return VerifyJSONL(io.NewSectionReader(r, 0, size), opt)
}

// VerifyJSONL checks a timeline.jsonl as it streams by.
func VerifyJSONL(r io.Reader, opt VerifyOptions) (Report, error) {
	k, err := opt.keys()
	if err != nil {
		return Report{}, err
	}
	var found Report
	anchors, err := opt.anchors(k, &found)
	if err != nil {
		return Report{}, err
	}
	v := newVerifier(anchors)
	v.rep.Problems = append(found.Problems, v.rep.Problems...)
	lines := NewReader(r)
	if err := lines.sniff(); err != nil {
		return Report{}, err
	}
	if err := v.readAll(lines, nil); err != nil {
		return Report{}, err
	}
	return v.Report(), nil
}

// sniff refuses what cannot be a timeline.jsonl.
func (r *Reader) sniff() error {
	b, err := r.r.Peek(4)
	if err != nil && !errors.Is(err, io.EOF) {
		return fmt.Errorf("read timeline: %w: %w", ErrUnreadable, err)
	}
	if b = bytes.TrimPrefix(b, []byte("\xef\xbb\xbf")); len(b) == 0 || b[0] != '{' {
		return fmt.Errorf("read timeline: %w: it does not begin with {", ErrUnreadable)
	}
	return nil
}

// readAll runs every line through the verifier; seen is called for every entry
// that could be read.
func (v *Verifier) readAll(lines *Reader, seen func(*Entry)) error {
	for {
		row, err := lines.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		var bad *LineError
		if errors.As(err, &bad) {
			v.rep.problem(v.last.Seq+1, bad.Code, "%d: %s", bad.Line, bad.Detail)
			v.skip(nil)
			continue
		}
		if err != nil {
			return fmt.Errorf("%w: %w", ErrUnreadable, err)
		}
		if x, ok := v.add(row); ok && seen != nil {
			e := x.rebuilt()
			seen(&e)
		}
	}
}
