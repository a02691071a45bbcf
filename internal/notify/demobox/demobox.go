// Package demobox is where messages of demonstrations and drills end. It
// guarantees that nothing leaves the process: an envelope is accepted, kept for
// a while and shown to a function.
package demobox

import (
	"context"
	"slices"
	"sync"

	"irbot/internal/notify"
)

// kept is how many envelopes a box remembers; older ones are dropped.
const kept = 1000

// Box is a notify.Sender for every means that accepts everything. It is safe
// for concurrent use.
type Box struct {
	deliver func(notify.Envelope)

	mu   sync.Mutex
	mail []notify.Envelope
}

// New makes a box. deliver is called once for every envelope, after it is kept;
// it may be nil and must not block.
func New(deliver func(notify.Envelope)) *Box { return &Box{deliver: deliver} }

// Send keeps the envelope. It fails only when ctx has ended before.
func (b *Box) Send(ctx context.Context, e notify.Envelope) (notify.Receipt, error) {
	if err := ctx.Err(); err != nil {
		return notify.Receipt{}, &notify.Failure{Class: notify.Temporary, Err: err}
	}
	b.mu.Lock()
	if len(b.mail) == kept {
		b.mail = slices.Delete(b.mail, 0, 1)
	}
	b.mail = append(b.mail, e)
	b.mu.Unlock()
	if b.deliver != nil {
		b.deliver(e)
	}
	return notify.Receipt{ID: "box:" + e.ID, Note: "訓練用の受け皿に入れました（外部には送っていません） / kept in the drill box, nothing left"}, nil
}

// Restore puts back what the box held before a restart, oldest first, in front
// of what came since. What it holds already is not put in twice.
func (b *Box) Restore(before []notify.Envelope) {
	b.mu.Lock()
	defer b.mu.Unlock()
	held := make(map[string]bool, len(b.mail))
	for i := range b.mail {
		held[b.mail[i].ID] = true
	}
	var all []notify.Envelope
	for _, e := range before {
		if !held[e.ID] {
			all = append(all, e)
		}
	}
	all = append(all, b.mail...)
	b.mail = all[max(0, len(all)-kept):]
}

// Kept gives what the box remembers, oldest first.
func (b *Box) Kept() []notify.Envelope {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Clone(b.mail)
}

// Senders gives the box as the sender of every given means.
func (b *Box) Senders(means ...notify.Means) map[notify.Means]notify.Sender {
	out := make(map[notify.Means]notify.Sender, len(means))
	for _, m := range means {
		out[m] = b
	}
	return out
}
