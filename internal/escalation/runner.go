package escalation

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"time"
)

// The rhythm of the alarm clock.
const (
	// Look is the longest sleep: a suspended machine or a stepped clock is noticed
	// within it. An alarm that is due sooner ends the sleep when it is due.
	Look = time.Second
	// StepLimit is how far wall clock and monotonic clock may drift apart
	// between two looks before it counts as a step of the clock.
	StepLimit = 2 * time.Second
	// FireTimeout bounds one firing.
	FireTimeout = 30 * time.Second

	batch      = 200
	maxBackOff = time.Minute
	stepID     = "clock step" // stands among the failing timers while a step could not be told
)

var errStillDue = errors.New("timer is still due after it fired")

// Runner is the alarm-clock loop. It keeps nothing that matters: which timers
// are due is asked each time, so a restart neither loses nor repeats one.
// It sleeps until the next timer is due, and is woken where a commit arms an
// earlier one, so that a timer goes off when it is due and not at the next look.
// Timers fire one at a time in the order in which they were due. One that
// fails is tried again with growing pauses and holds up no other.
type Runner struct {
	// Due gives timers due at or before a moment, oldest first, at most limit. The
	// moment lies one Look ahead, so that one question also tells how long to sleep.
	Due func(ctx context.Context, until time.Time, limit int) ([]Timer, error)
	// Fire carries one out and removes or re-arms it in the same transaction.
	Fire func(ctx context.Context, t Timer) error
	// Wall reads the wall clock; nil means time.Now.
	Wall func() time.Time
	// Elapsed is the time that really passed since some fixed moment, a suspend
	// included; nil means the monotonic clock, which stands still in a suspend and
	// would make one look like a step.
	Elapsed func() time.Duration
	// Stepped is told when the wall clock jumped: what it should have shown,
	// and what it shows. It is called again until it succeeds. May be nil.
	Stepped func(ctx context.Context, before, after time.Time) error
	// Failed is told of every failed firing, try counting from 1. May be nil.
	Failed func(ctx context.Context, t Timer, try int, err error)
	// Wake makes the loop look at once; see Nudge. May be nil.
	Wake chan struct{}
	Log  *slog.Logger // nil means slog.Default

	failing map[string]failure // only touched by Run
	looks   clockPair          // last look, only touched by Run
	next    time.Time          // when the next timer is due, zero: not within a Look; only touched by Run

	mu     sync.Mutex
	status Status
}

// Status is what the loop says about itself, for metrics and the board.
type Status struct {
	Looked  time.Time     // wall clock at the last finished look; zero before the first
	Lag     time.Duration // lateness of the oldest timer still unfired after it
	Failing int           // timers that failed at their last try
	Fired   int64         // firings that succeeded since the start
	Err     error         // why the last look could not read the timers, or nil
}

type failure struct {
	tries int
	again time.Time // on the monotonic clock
}

// clockPair is one moment on both clocks.
type clockPair struct {
	mono time.Time // read by time.Now, compared by Sub: steps do not touch it
	wall time.Time // without a monotonic part
}

// Run looks and fires until the context ends. It always returns the context's
// error; nothing else stops it.
func (r *Runner) Run(ctx context.Context) error {
	r.failing = map[string]failure{}
	r.looks = r.read()
	timer := time.NewTimer(Look)
	defer timer.Stop()
	for ctx.Err() == nil {
		r.look(ctx)
		timer.Reset(r.sleep())
		select {
		case <-ctx.Done():
		case <-r.Wake:
		case <-timer.C:
		}
	}
	return ctx.Err()
}

// sleep is how long nothing needs to be done: until the next timer is due, and
// never longer than a Look.
func (r *Runner) sleep() time.Duration {
	if r.next.IsZero() {
		return Look
	}
	return min(Look, max(0, r.next.Sub(r.wall())))
}

// Nudge makes the loop look at once; it never blocks.
func (r *Runner) Nudge() {
	select {
	case r.Wake <- struct{}{}:
	default:
	}
}

// Status tells how the loop is doing. A Looked that grows old means that the
// loop hangs; watch it from outside.
func (r *Runner) Status() Status {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.status
}

// Lag is how late the oldest unfired timer is; it keeps growing while a look
// hangs. Zero means that nothing is overdue.
func (r *Runner) Lag() time.Duration {
	s := r.Status()
	if s.Looked.IsZero() {
		return 0
	}
	quiet := r.wall().Sub(s.Looked)
	if s.Lag == 0 && quiet <= 2*Look {
		return 0
	}
	return s.Lag + max(0, quiet)
}

func (r *Runner) wall() time.Time {
	if r.Wall == nil {
		return time.Now().Round(0)
	}
	return r.Wall().Round(0)
}

func (r *Runner) log() *slog.Logger {
	if r.Log == nil {
		return slog.Default()
	}
	return r.Log
}

func (r *Runner) read() clockPair {
	p := clockPair{mono: time.Now(), wall: r.wall()}
	if r.Elapsed != nil {
		p.mono = time.Unix(0, 0).Add(r.Elapsed())
	}
	return p
}

// look is one glance at the clock: notice a step, then fire all that is due.
func (r *Runner) look(ctx context.Context) {
	r.noticeStep(ctx)
	done := map[string]bool{}
	var due []Timer
	var err error
	for ctx.Err() == nil {
		var fresh []Timer
		if fresh, due, err = r.fresh(ctx, done); err != nil || len(fresh) == 0 {
			break
		}
		for _, t := range fresh {
			if ctx.Err() != nil {
				return
			}
			done[key(t)] = true
			r.fire(ctx, t)
		}
	}
	if ctx.Err() != nil {
		return
	}
	r.distrust(ctx, due, done)
	r.settle(ctx, due, err)
}

// distrust puts off timers that are still due although their firing reported
// success: fired every second they would page people without end.
func (r *Runner) distrust(ctx context.Context, due []Timer, done map[string]bool) {
	for _, t := range due {
		if done[key(t)] && !time.Now().Before(r.failing[key(t)].again) {
			r.report(ctx, t, errStillDue)
		}
	}
}

// noticeStep compares how far both clocks moved since the last look. Where the
// step could not be told, the old look is kept so that it is told again.
func (r *Runner) noticeStep(ctx context.Context) {
	now := r.read()
	should := r.looks.wall.Add(now.mono.Sub(r.looks.mono))
	drift := now.wall.Sub(should)
	if drift.Abs() > StepLimit && r.Stepped != nil {
		if f := r.failing[stepID]; time.Now().Before(f.again) {
			return
		}
		r.log().WarnContext(ctx, "wall clock stepped", "before", should, "after", now.wall, "by", drift)
		if err := r.guard(ctx, func(c context.Context) error { return r.Stepped(c, should, now.wall) }); err != nil {
			f := r.postpone(stepID)
			r.log().ErrorContext(ctx, "record clock step", "error", err, "try", f.tries)
			return
		}
		delete(r.failing, stepID)
	}
	r.looks = now
}

// fresh asks for due timers, and picks those that were not handled in this
// look and are not waiting for their next try. It asks for so many more that
// failing ones can never crowd out the rest, and notes the first that is not due yet.
func (r *Runner) fresh(ctx context.Context, done map[string]bool) (fresh, due []Timer, err error) {
	mono := time.Now()
	for limit := batch + len(r.failing); ; limit *= 2 {
		var list []Timer
		var now time.Time
		r.next = time.Time{}
		err := rescue(func() (err error) {
			now = r.wall()
			list, err = r.Due(ctx, now.Add(Look), limit)
			return err
		})
		if err != nil {
			return nil, nil, fmt.Errorf("read due timers: %w", err)
		}
		due, r.next = ripe(list, now)
		fresh = nil
		for _, t := range due {
			if !done[key(t)] && !mono.Before(r.failing[key(t)].again) {
				fresh = append(fresh, t)
			}
		}
		if len(fresh) > 0 || len(list) < limit || len(due) < len(list) {
			slices.SortStableFunc(fresh, func(a, b Timer) int {
				return cmp.Or(a.Due.Compare(b.Due), strings.Compare(a.ID, b.ID))
			})
			return fresh, due, nil
		}
	}
}

// ripe keeps the timers that are due now, and tells when the first other one is.
func ripe(list []Timer, now time.Time) (due []Timer, next time.Time) {
	for _, t := range list {
		switch {
		case !t.Due.After(now):
			due = append(due, t)
		case next.IsZero() || t.Due.Before(next):
			next = t.Due
		}
	}
	return due, next
}

// key tells a timer that was armed again from the one that fired.
func key(t Timer) string { return fmt.Sprintf("%s@%d", t.ID, t.Due.UnixMicro()) }

func (r *Runner) fire(ctx context.Context, t Timer) {
	err := r.guard(ctx, func(c context.Context) error { return r.Fire(c, t) })
	if err == nil {
		r.mu.Lock()
		r.status.Fired++
		r.mu.Unlock()
		return
	}
	if ctx.Err() != nil {
		return // shutting down is not the timer's fault
	}
	r.report(ctx, t, err)
}

func (r *Runner) report(ctx context.Context, t Timer, err error) {
	f := r.postpone(key(t))
	r.log().ErrorContext(ctx, "fire timer", "timer", t.ID, "incident", t.Incident, "kind", t.Kind,
		"due", t.Due, "try", f.tries, "again_in", time.Until(f.again), "error", err)
	if r.Failed != nil {
		_ = r.guard(ctx, func(c context.Context) error { r.Failed(c, t, f.tries, err); return nil })
	}
}

// guard runs one call with a time limit and turns a panic into an error: one
// broken incident must not silence all others.
func (r *Runner) guard(ctx context.Context, call func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, FireTimeout)
	defer cancel()
	return rescue(func() error { return call(ctx) })
}

func rescue(call func() error) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("recover from panic: %v\n%s", v, debug.Stack())
		}
	}()
	return call()
}

// postpone counts a failure and sets the next try: 1 s, 2 s, 4 s … 60 s.
func (r *Runner) postpone(id string) failure {
	f := r.failing[id]
	pause := min(maxBackOff, Look<<min(f.tries, 10))
	f = failure{tries: f.tries + 1, again: time.Now().Add(pause)}
	r.failing[id] = f
	return f
}

// settle writes the status after a look, and forgets failures whose timer is
// no longer due (acknowledged or removed meanwhile).
func (r *Runner) settle(ctx context.Context, due []Timer, err error) {
	now := r.wall()
	status := Status{Looked: now, Err: err}
	if err == nil {
		still := map[string]bool{stepID: true}
		for _, t := range due {
			still[key(t)] = true
			status.Lag = max(status.Lag, now.Sub(t.Due))
		}
		maps.DeleteFunc(r.failing, func(id string, _ failure) bool { return !still[id] })
	}
	status.Failing = len(r.failing)
	r.mu.Lock()
	before := r.status
	status.Fired = before.Fired
	if err != nil && !before.Looked.IsZero() {
		status.Lag = before.Lag + max(0, now.Sub(before.Looked)) // unknown, so never smaller
	}
	r.status = status
	r.mu.Unlock()
	if err != nil && before.Err == nil {
		// Said once, not every second; Status carries it until it is over.
		r.log().ErrorContext(ctx, "look at timers", "error", err)
	}
	if err == nil && before.Err != nil {
		r.log().InfoContext(ctx, "timers can be read again", "after", before.Err)
	}
}
