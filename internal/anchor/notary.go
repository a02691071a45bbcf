package anchor

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"irbot/internal/timeline"
)

// Notary signs where logs stand and keeps the notes; the keeper carries them out.
type Notary struct {
	Logs     func(ctx context.Context) ([]string, error)         // that a regular round signs
	Size     func(ctx context.Context, id string) (int64, error) // entries of a log
	Entries  func(ctx context.Context, id string, from, to int64) ([]timeline.Entry, error)
	Kept     func(ctx context.Context, id string) ([]timeline.Checkpoint, error) // notes made before
	Keep     func(ctx context.Context, c timeline.Checkpoint) error
	Signer   func() *timeline.Signer // as it is now: keys are rotated
	Exported timeline.Kind           // of the entry about an export; its fact size says which head was taken out
}

// All makes checkpoints of all logs of a round and names them; the failures come
// joined, and stop nobody else's.
func (n *Notary) All(ctx context.Context) ([]string, error) {
	ids, err := n.Logs(ctx)
	if err != nil {
		return nil, err
	}
	signed := []string{}
	var errs []error
	for _, id := range ids {
		size, err := n.Size(ctx, id)
		if err == nil && size > 0 {
			if err = n.At(ctx, id, size); err == nil {
				signed = append(signed, id)
			}
		}
		if err != nil {
			errs = append(errs, fmt.Errorf("checkpoint of %s: %w", id, err))
		}
	}
	return signed, errors.Join(errs...)
}

// At signs where a log stood after so many entries, and keeps the note.
func (n *Notary) At(ctx context.Context, id string, size int64) error {
	e, err := n.entry(ctx, id, size)
	if err != nil {
		return err
	}
	return n.sign(ctx, id, e.Position())
}

// After makes the checkpoint that an act asks for whose last entry has the number
// seq. After an export it is that of the exported head, not of the entry about the
// export: whoever is handed the copy finds the very checkpoint of it in mail,
// channel and folder. The entry about the export is covered by the next round.
func (n *Notary) After(ctx context.Context, id string, seq int64) error {
	last, err := n.entry(ctx, id, seq)
	if err != nil {
		return err
	}
	var f struct {
		Size int64 `json:"size"`
	}
	if last.Kind != n.Exported || json.Unmarshal(last.Facts, &f) != nil || f.Size < 1 || f.Size >= seq {
		return n.sign(ctx, id, last.Position())
	}
	kept, err := n.Kept(ctx, id)
	if err != nil {
		return err
	}
	if slices.ContainsFunc(kept, func(c timeline.Checkpoint) bool { return c.Size >= f.Size }) {
		return n.sign(ctx, id, last.Position()) // an older head was taken out: it is covered
	}
	return n.At(ctx, id, f.Size)
}

func (n *Notary) entry(ctx context.Context, id string, seq int64) (*timeline.Entry, error) {
	list, err := n.Entries(ctx, id, seq, seq)
	if err == nil && len(list) == 0 {
		err = errNoHead
	}
	if err != nil {
		return nil, fmt.Errorf("read head of %s: %w", id, err)
	}
	return &list[0], nil
}

// errNoHead says that a log has no entry of the number it is said to have.
var errNoHead = errors.New("no such entry")

func (n *Notary) sign(ctx context.Context, id string, at timeline.Position) error {
	c, err := timeline.SignCheckpoint(n.Signer(), id, at)
	if err != nil {
		return err
	}
	return n.Keep(ctx, c)
}
