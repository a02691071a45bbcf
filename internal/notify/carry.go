package notify

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"time"
)

// carry takes one envelope from the sender's hands to the record.
func (d *Dispatcher) carry(sendCtx, recordCtx context.Context, l *lane, it item) {
	e := it.e
	receipt, err := d.attempt(sendCtx, e, l.size.Timeout)
	o := outcomeOf(e, receipt, err, d.Wall())
	_, asked := Classify(err)
	d.noteHealth(e.Means, o, err)
	if err != nil {
		d.Log.Warn("send envelope", "id", e.ID, "means", e.Means, "try", e.Try,
			"class", o.Class, "wait", o.RetryAfter, "err", o.Err)
	}
	d.record(recordCtx, e, o)

	d.mu.Lock()
	delete(d.flying, e.ID)
	l.done(it, o, asked > 0)
	d.mu.Unlock()
	d.kick(sendCtx, recordCtx)
}

// attempt calls the sender within its time. A sender that panics or does not
// come back leaves the outcome unknown.
func (d *Dispatcher) attempt(ctx context.Context, e Envelope, within time.Duration) (Receipt, error) {
	sender := d.Senders[e.Means]
	if sender == nil {
		return Receipt{}, &Failure{Class: Permanent, Err: fmt.Errorf("no sender for %s", e.Means)}
	}
	type answer struct {
		receipt Receipt
		err     error
	}
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	back := make(chan answer, 1)
	go func() {
		var a answer
		defer func() {
			if p := recover(); p != nil {
				d.Log.Error("sender panicked", "id", e.ID, "means", e.Means, "panic", p, "stack", string(debug.Stack()))
				a.err = &Failure{Class: Unknown, Err: fmt.Errorf("sender panicked: %v", p)}
			}
			back <- a
		}()
		a.receipt, a.err = sender.Send(ctx, e)
	}()
	select {
	case a := <-back:
		return a.receipt, a.err
	case <-ctx.Done():
	}
	select {
	case a := <-back:
		return a.receipt, a.err
	case <-time.After(senderGrace):
		late := errors.Is(ctx.Err(), context.DeadlineExceeded) // else the loop is stopping
		return Receipt{}, &Failure{Class: Unknown, Down: late, Err: fmt.Errorf("sender did not come back: %w", ctx.Err())}
	}
}

func (d *Dispatcher) noteHealth(m Means, o Outcome, err error) {
	d.mu.Lock()
	h := d.healths[m]
	if h == nil {
		h = &health{}
		d.healths[m] = h
	}
	changed := h.note(o, unreachable(err))
	st := *d.stateOf(map[Means]*MeansState{}, m)
	d.mu.Unlock()
	if !changed {
		return
	}
	d.Log.Info("means changed", "means", m, "reach", st.Reach, "err", st.LastErr)
	if d.Changed != nil {
		d.Changed(st)
	}
}

// record offers the outcome to the store until it is taken. Only the end of
// ctx, at the very end of a stop, makes it give up, and then Run says so.
func (d *Dispatcher) record(ctx context.Context, e Envelope, o Outcome) {
	d.mu.Lock()
	d.unrecorded++
	d.mu.Unlock()
	err := d.offer(ctx, e, o)
	d.mu.Lock()
	defer d.mu.Unlock()
	d.unrecorded--
	if err != nil {
		d.lost = append(d.lost, e.ID)
	}
}

func (d *Dispatcher) offer(ctx context.Context, e Envelope, o Outcome) error {
	for n := 0; ; n++ {
		err := d.settle(ctx, e, o)
		if err == nil || errors.Is(err, ErrSettled) {
			return nil
		}
		if n == 0 || n%20 == 0 {
			d.Log.Error("record outcome", "id", e.ID, "class", o.Class, "tries", n+1, "err", err)
		}
		pause := time.NewTimer(min(100*time.Millisecond<<min(n, 6), 5*time.Second))
		select {
		case <-ctx.Done():
			pause.Stop()
			return err
		case <-pause.C:
		}
	}
}

func (d *Dispatcher) settle(ctx context.Context, e Envelope, o Outcome) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("settle panicked: %v", p)
		}
	}()
	return d.Settle(ctx, e, o)
}
