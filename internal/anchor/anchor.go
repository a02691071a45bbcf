// Package anchor signs checkpoints, carries them out of the machine and compares
// what came back with the store. It guarantees that a checkpoint a place did
// not take is offered again until it does, that who asks is told so meanwhile,
// and that a store which is behind, forked or changed against an anchor is
// found by comparing heads, never by trusting the store.
package anchor

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"time"

	"irbot/internal/timeline"
)

// Place keeps checkpoints outside the data folder.
type Place interface {
	// Put hands a checkpoint over and gives the proof the place returned, nil
	// where it returns none. Putting the same one again is no error.
	Put(ctx context.Context, c timeline.Checkpoint) (proof []byte, err error)
	// Check tells whether the place can be reached and is what it must be.
	Check(ctx context.Context) error
}

// Shelf is a place that can be read back.
type Shelf interface {
	// Notes gives every signed note the place keeps.
	Notes(ctx context.Context) ([][]byte, error)
}

// Spot is a place with its name in the configuration.
type Spot struct {
	ID     string // e.g. usb; stands in the store, so it is never reused for another place
	Kind   string // folder, s3, tsa, syslog, mail, channel
	Place  Place
	Drills bool // checkpoints of drills go there, too
}

// State is how a place is doing.
type State struct {
	ID      string    `json:"id"`
	Kind    string    `json:"kind"`
	Waiting int       `json:"waiting"` // logs whose newest checkpoint is not there yet
	Last    time.Time `json:"last,omitzero"`
	Since   time.Time `json:"failing_since,omitzero"` // zero: the last attempt worked
	Tries   int       `json:"tries"`
	Err     string    `json:"error,omitempty"`
	next    time.Time
}

// The waits between attempts after a failure, and how often places are looked
// after when nothing wakes the loop.
const (
	firstWait = 15 * time.Second
	longWait  = 10 * time.Minute
	look      = 30 * time.Second
	patience  = 45 * time.Second // for one attempt
)

// Keeper offers every place what it does not have yet.
type Keeper struct {
	Spots   []Spot
	Pending func(ctx context.Context, place string) ([]timeline.Checkpoint, error)                           // newest checkpoint of every log the place has not taken
	Done    func(ctx context.Context, place string, c timeline.Checkpoint, proof []byte, at time.Time) error // remembers that it has
	Wall    func() time.Time
	Wake    chan struct{}
	Log     *slog.Logger

	mu     sync.Mutex
	states map[string]*State
}

// Run offers checkpoints until ctx ends. A failing place is tried again after
// 15 s, then ever more rarely up to every 10 minutes.
func (k *Keeper) Run(ctx context.Context) error {
	t := time.NewTicker(look)
	defer t.Stop()
	for {
		_ = k.round(ctx, false) // kept in State, shown and tried again
		select {
		case <-ctx.Done():
			return nil
		case <-k.Wake:
		case <-t.C:
		}
	}
}

// Nudge makes the loop look at once; it never blocks.
func (k *Keeper) Nudge() {
	select {
	case k.Wake <- struct{}{}:
	default:
	}
}

// Now offers every place what it lacks, whatever the waits say, and gives the
// failures joined.
func (k *Keeper) Now(ctx context.Context) error { return k.round(ctx, true) }

// round looks after the places side by side, so that a dead one delays nobody.
func (k *Keeper) round(ctx context.Context, force bool) error {
	errs := make([]error, len(k.Spots))
	var all sync.WaitGroup
	for i, s := range k.Spots {
		if !force && k.Wall().Before(k.state(s).next) {
			continue
		}
		all.Go(func() { errs[i] = k.serve(ctx, s) })
	}
	all.Wait()
	return errors.Join(errs...)
}

// serve hands a place everything it lacks, until the first failure.
func (k *Keeper) serve(ctx context.Context, s Spot) error {
	list, err := k.Pending(ctx, s.ID)
	if err != nil {
		k.settle(s, 0, err)
		return fmt.Errorf("anchor at %s: %w", s.ID, err)
	}
	list = slices.DeleteFunc(list, func(c timeline.Checkpoint) bool {
		return !s.Drills && len(c.Incident) > 3 && c.Incident[:3] == "DR-"
	})
	for i, c := range list {
		if err := k.put(ctx, s, c); err != nil {
			k.settle(s, len(list)-i, err)
			return fmt.Errorf("anchor %s at %d in %s: %w", c.Incident, c.Size, s.ID, err)
		}
		k.settle(s, len(list)-i-1, nil)
	}
	if len(list) == 0 {
		k.idle(s)
	}
	return nil
}

func (k *Keeper) put(ctx context.Context, s Spot, c timeline.Checkpoint) error {
	one, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	proof, err := s.Place.Put(one, c)
	if err != nil {
		return err
	}
	// The place has it: the end of ctx must not lose the proof.
	return k.Done(context.WithoutCancel(ctx), s.ID, c, proof, k.Wall().UTC())
}

// state gives a copy of how a place is doing.
func (k *Keeper) state(s Spot) State {
	k.mu.Lock()
	defer k.mu.Unlock()
	return *k.entry(s)
}

// entry finds the state of a place; mu is held.
func (k *Keeper) entry(s Spot) *State {
	if k.states == nil {
		k.states = map[string]*State{}
	}
	if k.states[s.ID] == nil {
		k.states[s.ID] = &State{ID: s.ID, Kind: s.Kind}
	}
	return k.states[s.ID]
}

// settle keeps how an attempt ended and when the next one may be.
func (k *Keeper) settle(s Spot, waiting int, err error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	x, now := k.entry(s), k.Wall().UTC()
	x.Waiting = waiting
	if err == nil {
		if x.Tries > 0 {
			k.log().Info("anchor works again", "place", s.ID)
		}
		x.Last, x.Since, x.Tries, x.Err, x.next = now, time.Time{}, 0, "", time.Time{}
		return
	}
	if x.Tries == 0 {
		x.Since = now
		k.log().Warn("anchor not taken", "place", s.ID, "err", err)
	}
	x.next = now.Add(min(firstWait<<min(x.Tries, 10), longWait))
	x.Tries, x.Err = x.Tries+1, err.Error()
}

// idle says that a place has all it needs; what was wrong with it before no
// longer keeps anything waiting.
func (k *Keeper) idle(s Spot) {
	k.mu.Lock()
	defer k.mu.Unlock()
	x := k.entry(s)
	x.Waiting, x.Since, x.Tries, x.Err, x.next = 0, time.Time{}, 0, "", time.Time{}
}

func (k *Keeper) log() *slog.Logger {
	if k.Log == nil {
		return slog.New(slog.DiscardHandler)
	}
	return k.Log
}

// States tells how every place is doing, in the order of the configuration.
func (k *Keeper) States() []State {
	out := make([]State, 0, len(k.Spots))
	for _, s := range k.Spots {
		out = append(out, k.state(s))
	}
	return out
}
