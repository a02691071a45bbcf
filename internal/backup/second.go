package backup

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"
)

// Second is a further place for finished copies. Nothing is ever dropped there.
type Second struct {
	ID string
	// Keep stores a file under a name; it never overwrites.
	Keep func(ctx context.Context, name string, r io.Reader, size int64) error
	// Has tells whether a file of that name is there.
	Has func(ctx context.Context, name string) (bool, error)
}

// Holds tells whether a copy is in the place with its description, which goes
// last.
func (s Second) Holds(ctx context.Context, g Generation) (bool, error) {
	return s.Has(ctx, filepath.Base(g.File)+about)
}

// about ends the name of the file that describes a copy.
const about = ".json"

// HandOn gives the newest copy to every second place that lacks it. Only the
// newest: whoever clears a place of old ones does not want them again. Errors
// wrap ErrPlace; State tells them until the copy is there.
func (k *Keeper) HandOn(ctx context.Context) error {
	k.making.Lock()
	defer k.making.Unlock()
	list, err := k.List()
	if err != nil {
		return err
	}
	newest, ok := Newest(list, k.Wall())
	if !ok {
		return nil
	}
	err = k.handOn(ctx, newest)
	k.mu.Lock()
	defer k.mu.Unlock()
	switch {
	case err == nil && k.only:
		k.state.Since, k.state.Err, k.only = time.Time{}, "", false
	case err != nil && k.state.Err == "":
		k.state.Since, k.state.Err, k.only = k.Wall().UTC(), err.Error(), true
	}
	return err
}

// handOn gives a copy and its description to every second place that lacks them.
func (k *Keeper) handOn(ctx context.Context, g Generation) error {
	var errs []error
	var waiting []string
	for _, s := range k.Second {
		if there, err := s.Holds(ctx, g); err == nil && there {
			continue // sending says what is wrong with a place that cannot be looked at
		}
		for _, path := range []string{g.File, g.File + about} {
			if err := k.hand(ctx, s, path); err != nil {
				errs = append(errs, fmt.Errorf("%w: %s: %w", ErrPlace, s.ID, err))
				waiting = append(waiting, s.ID)
				break
			}
		}
	}
	k.mu.Lock()
	k.state.Waiting = waiting
	k.mu.Unlock()
	return errors.Join(errs...)
}

func (k *Keeper) hand(ctx context.Context, s Second, path string) error {
	f, err := os.Open(path) //nolint:gosec // our own file
	if err != nil {
		return err
	}
	defer f.Close()
	st, err := f.Stat()
	if err != nil {
		return err
	}
	return s.Keep(ctx, filepath.Base(path), f, st.Size())
}
