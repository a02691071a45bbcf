package notify

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"
)

// ErrUnrecorded is returned by Run when it had to end before the store had
// taken every outcome. The store still has these envelopes as being sent and
// treats them as of unknown outcome after the restart.
var ErrUnrecorded = errors.New("outcomes not recorded")

// ErrSettled may be returned by Settle when the outcome of the envelope is
// already recorded; it counts as success.
var ErrSettled = errors.New("outcome already recorded")

const (
	look        = time.Second             // how often the store is asked when nothing wakes the loop
	claimBatch  = 100                     // envelopes asked for in one call
	stopDefault = 8 * time.Second         // for sends in flight; leaves room within 10 s to record them
	stopRecord  = 1500 * time.Millisecond // to record the outcomes of sends that were cut off
	senderGrace = time.Second             // for a sender to come back after its context ended
)

// Dispatcher is the outbox loop: it claims envelopes that are due, hands each
// to the sender of its means and records the outcome. It guarantees that
//
//   - every means has its own workers and queue, so that a slow mail server
//     cannot delay Slack;
//   - pages leave before notices and notices before posts, and what goes to one
//     destination keeps its order, across failures too (pages excepted: they go ahead);
//   - after a provider asked to wait, it is not called before that time;
//   - every envelope that was claimed gets an outcome, and an outcome is offered
//     to the store until the store has taken it.
//
// The fields are set before Run and not changed afterwards.
type Dispatcher struct {
	// Claim marks due envelopes as being sent, durably and in one commit, and
	// returns them, the most urgent first. On an error nothing may be marked.
	Claim func(ctx context.Context, now time.Time, limit int) ([]Envelope, error)
	// Settle records an outcome durably. It is repeated with a growing wait until
	// it returns nil or ErrSettled, so it must bear being called again.
	Settle func(ctx context.Context, e Envelope, o Outcome) error
	// Senders by means; an envelope of a means without one fails for good.
	Senders map[Means]Sender
	// Lanes sets sizes and time-outs; a means not named gets the defaults.
	Lanes map[Means]Lane
	// Wall reads the clock; nil means time.Now.
	Wall func() time.Time
	// Wake asks for a look at once, best after each commit that queued something. It may be nil.
	Wake <-chan struct{}
	// Changed is told when a means becomes reachable or unreachable. It may be nil and must not block.
	Changed func(MeansState)
	// StopWithin is how long Run waits for sends in flight; 0 means 8 s.
	StopWithin time.Duration
	// Log may be nil.
	Log *slog.Logger

	laneOf func(Means) Means // nil: every means has its own; tests share one to show why

	mu         sync.Mutex
	lanes      map[Means]*lane
	flying     map[string]Envelope
	healths    map[Means]*health
	unrecorded int
	claimErr   string
	stopping   bool
	lost       []string
	sends      sync.WaitGroup
	bring      func(begin func(context.Context) []Envelope) // sends what Take gets, within the run
}

// Run works until ctx ends, then stops in order: it claims nothing more, gives
// back what it has not begun, waits for sends in flight up to StopWithin, cuts
// the rest off and records them as unknown. It returns nil when every outcome
// was recorded, else ErrUnrecorded with the ids. It must be called once only.
func (d *Dispatcher) Run(ctx context.Context) error {
	// Sends and records outlive ctx: its end asks for an orderly stop, not for a cut.
	sendCtx, cutSends := context.WithCancel(context.WithoutCancel(ctx))
	recordCtx, cutRecords := context.WithCancel(context.WithoutCancel(ctx))
	defer cutRecords()
	defer cutSends()
	d.prepare()
	d.opened(func(begin func(context.Context) []Envelope) { d.brought(sendCtx, recordCtx, begin) })

	ticker := time.NewTicker(look)
	defer ticker.Stop()
	wake := d.Wake
	for {
		d.claim(ctx)
		d.kick(sendCtx, recordCtx)
		select {
		case <-ctx.Done():
			d.giveBack(recordCtx)
			return d.drain(cutSends, cutRecords)
		case <-ticker.C:
		case _, open := <-wake:
			if !open {
				wake = nil
			}
		}
	}
}

func (d *Dispatcher) prepare() {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.Wall == nil {
		d.Wall = time.Now
	}
	if d.Log == nil {
		d.Log = slog.New(slog.DiscardHandler)
	}
	if d.StopWithin <= 0 {
		d.StopWithin = stopDefault
	}
	if d.laneOf == nil {
		d.laneOf = func(m Means) Means { return m }
	}
	d.lanes = map[Means]*lane{}
	d.flying = map[string]Envelope{}
	d.healths = map[Means]*health{}
}

// claim takes in everything that is due.
func (d *Dispatcher) claim(ctx context.Context) {
	for ctx.Err() == nil {
		batch, err := d.Claim(ctx, d.Wall(), claimBatch)
		if ctx.Err() == nil {
			d.noteClaim(err)
		}
		d.enqueue(batch)
		if err != nil || len(batch) < claimBatch {
			return
		}
	}
}

func (d *Dispatcher) noteClaim(err error) {
	text := ""
	if err != nil {
		text = cleanText(err.Error())
	}
	d.mu.Lock()
	changed := text != d.claimErr
	d.claimErr = text
	d.mu.Unlock()
	if changed && err != nil {
		d.Log.Error("claim envelopes", "err", err)
	}
}

func (d *Dispatcher) enqueue(batch []Envelope) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, e := range batch {
		d.lane(e.Means).push(e)
	}
}

// lane finds or opens the lane of a means. The caller holds the lock.
func (d *Dispatcher) lane(m Means) *lane {
	key := d.laneOf(m)
	l, ok := d.lanes[key]
	if !ok {
		l = newLane(d.Lanes[key])
		d.lanes[key] = l
	}
	return l
}

// kick starts every send that may start now.
func (d *Dispatcher) kick(sendCtx, recordCtx context.Context) {
	now := d.Wall()
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.stopping {
		return
	}
	for _, l := range d.lanes {
		l.forget(now)
		for _, it := range l.waitLong(now) {
			d.flying[it.e.ID] = it.e
			wait := l.paused[pauseKey(it.e)].Sub(now)
			d.sends.Go(func() { d.putOff(recordCtx, it.e, wait) })
		}
		for {
			it, ok := l.next(now)
			if !ok {
				break
			}
			d.flying[it.e.ID] = it.e
			d.sends.Go(func() { d.carry(sendCtx, recordCtx, l, it) })
		}
	}
}

// putOff records that an envelope cannot leave by its means for the time its
// provider asked for.
func (d *Dispatcher) putOff(ctx context.Context, e Envelope, wait time.Duration) {
	d.record(ctx, e, Outcome{Class: Temporary, RetryAfter: wait, Err: "the provider asked for no calls for " + wait.Round(time.Second).String(), At: d.Wall()})
	d.mu.Lock()
	delete(d.flying, e.ID)
	d.mu.Unlock()
}

// giveBack returns what was claimed but not begun, so that after the restart it
// counts as not sent rather than as unknown.
func (d *Dispatcher) giveBack(ctx context.Context) {
	d.mu.Lock()
	d.stopping = true
	var waiting []Envelope
	for _, l := range d.lanes {
		for _, it := range l.queue {
			waiting = append(waiting, it.e)
		}
		l.queue = nil
	}
	d.mu.Unlock()
	d.sends.Go(func() { d.untried(ctx, waiting) })
}

// untried records that envelopes were not handed to a sender.
func (d *Dispatcher) untried(ctx context.Context, list []Envelope) {
	for _, e := range list {
		d.record(ctx, e, Outcome{Class: Temporary, Err: "not sent: stopping", At: d.Wall(), NotTried: true})
	}
}

// drain waits for what is under way, first kindly, then with a cut.
func (d *Dispatcher) drain(cutSends, cutRecords context.CancelFunc) error {
	all := make(chan struct{})
	go func() {
		d.sends.Wait()
		close(all)
	}()
	for _, step := range []struct {
		wait time.Duration
		cut  context.CancelFunc
	}{{d.StopWithin, cutSends}, {stopRecord, cutRecords}, {stopRecord / 10, func() {}}} {
		select {
		case <-all:
			return d.leftover()
		case <-time.After(step.wait):
			step.cut()
		}
	}
	return d.leftover()
}

// leftover names the envelopes whose outcome the store did not take.
func (d *Dispatcher) leftover() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	ids := d.lost
	for id := range d.flying {
		ids = append(ids, id)
	}
	if len(ids) == 0 && d.unrecorded == 0 {
		return nil
	}
	return fmt.Errorf("%w: %v", ErrUnrecorded, ids)
}
