package sqlite

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// openOlder reads the record of an older release by a private copy that is
// brought up to date: the folder itself may be read only, may be evidence, or
// may still be written by that release, so nothing in it changes. The copy
// lies where temporary files go, readable by its owner only, and goes with
// Close; one that a killed process left goes with the next start.
func openOlder(ctx context.Context, path string) (v *View, err error) {
	src, err := openSource(ctx, path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = src.db.Close() }() // only read
	dir, lock, err := makeCopyFolder()
	if err != nil {
		return nil, fmt.Errorf("copy record of an older release: %w", err)
	}
	defer func() {
		if err != nil {
			_ = errors.Join(os.RemoveAll(dir), lock.Close())
		}
	}()
	part := filepath.Join(dir, dbName)
	if err := makeFile(part); err != nil {
		return nil, fmt.Errorf("copy record of an older release: %w", err)
	}
	if err := src.copyPages(ctx, part); err != nil {
		return nil, fmt.Errorf("copy record of an older release: %w", err)
	}
	if err := upgradeCopy(ctx, part, nil); err != nil {
		return nil, fmt.Errorf("bring copy up to date: %w", err)
	}
	if v, err = openView(ctx, part); err != nil {
		return nil, err
	}
	v.older, v.drop, v.lock = true, dir, lock
	return v, nil
}

// openSource opens a file of an older schema for reading.
func openSource(ctx context.Context, path string) (*View, error) {
	v := &View{path: path, db: openReaders(path)}
	err := v.checkSchema(ctx)
	if !errors.Is(err, ErrOlderSchema) && settled(path) {
		_ = v.db.Close()
		v.db = openReaders(path, "immutable=1")
		err = v.checkSchema(ctx)
	}
	if !errors.Is(err, ErrOlderSchema) {
		_ = v.db.Close()
		return nil, fmt.Errorf("open record of an older release: %w", err)
	}
	return v, nil
}

// Older tells that an older release wrote the folder: what is read is a copy
// brought up to date, and the next start of the server does the same to the
// folder.
func (v *View) Older() bool { return v.older }
