// Package folder keeps anchors in a folder, each in a file of its own that is
// never written again. It guarantees that a file there is whole and synced when
// Put returns. Whether the folder itself is write-once is a matter of the
// medium (a share with immutability, an optical disc, another machine's disk).
package folder

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"irbot/internal/timeline"
)

// maxNote is the largest file that is read as a note, in bytes.
const maxNote = 64 << 10

// Folder is a place for anchors.
type Folder struct{ Path string }

// Name is where a note stands below a folder or a prefix: log, size, and the
// first bytes of the note's SHA-256, so that two different notes never share one.
func Name(c timeline.Checkpoint) string {
	sum := sha256.Sum256(c.Note)
	return fmt.Sprintf("%s/%012d-%x.note", c.Incident, c.Size, sum[:6])
}

// Put writes the note into a new file of mode 0444. One that is there with the
// same bytes is fine; one with other bytes is an error.
func (f Folder) Put(_ context.Context, c timeline.Checkpoint) ([]byte, error) {
	if err := f.there(); err != nil {
		return nil, err
	}
	path := filepath.Join(f.Path, filepath.FromSlash(Name(c)))
	if old, err := os.ReadFile(path); err == nil { //nolint:gosec // below the operator's folder
		if !bytes.Equal(old, c.Note) {
			return nil, fmt.Errorf("keep anchor: %s holds something else", path)
		}
		return nil, nil
	}
	dir := filepath.Dir(path)
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return nil, fmt.Errorf("keep anchor: %w", err)
	}
	// Written whole under another name first: a note cut by a crash would be
	// read as a forgery later.
	part, err := os.CreateTemp(dir, ".part-*")
	if err != nil {
		return nil, fmt.Errorf("keep anchor: %w", err)
	}
	defer func() { _ = os.Remove(part.Name()) }() // gone already where all went well
	_, err = part.Write(c.Note)
	if err = errors.Join(err, part.Chmod(0o444), part.Sync(), part.Close()); err != nil {
		return nil, fmt.Errorf("keep anchor: %w", err)
	}
	if err := os.Rename(part.Name(), path); err != nil {
		return nil, fmt.Errorf("keep anchor: %w", err)
	}
	if d, err := os.Open(dir); err == nil { //nolint:gosec // the folder just made
		_ = d.Sync() // some network shares refuse to sync a folder
		_ = d.Close()
	}
	return nil, nil
}

// there refuses a folder that is missing: a share that is not mounted must not
// be mistaken for an empty one.
func (f Folder) there() error {
	st, err := os.Stat(f.Path)
	if err != nil {
		return fmt.Errorf("look at anchor folder: %w", err)
	}
	if !st.IsDir() {
		return fmt.Errorf("look at anchor folder: %s is no folder", f.Path)
	}
	return nil
}

// Check makes sure that the folder is there and can be written to.
func (f Folder) Check(context.Context) error {
	if err := f.there(); err != nil {
		return err
	}
	t, err := os.CreateTemp(f.Path, ".irbot-check-*")
	if err != nil {
		return fmt.Errorf("write to anchor folder: %w", err)
	}
	if err := errors.Join(t.Close(), os.Remove(t.Name())); err != nil {
		return fmt.Errorf("write to anchor folder: %w", err)
	}
	return nil
}

// Notes gives every file that ends in .note. Links are not followed.
func (f Folder) Notes(ctx context.Context) ([][]byte, error) {
	if err := f.there(); err != nil {
		return nil, err
	}
	var out [][]byte
	err := filepath.WalkDir(f.Path, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if !d.Type().IsRegular() || !strings.HasSuffix(path, ".note") {
			return nil
		}
		if st, err := d.Info(); err != nil || st.Size() > maxNote {
			return errors.Join(err, fmt.Errorf("%s: no note", path))
		}
		b, err := os.ReadFile(path) //nolint:gosec // below the operator's folder
		out = append(out, b)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read anchor folder: %w", err)
	}
	return out, nil
}
