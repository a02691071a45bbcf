package notify

import "context"

// Room tells how many more envelopes of a means can start at once; 0 before Run
// and while it stops.
func (d *Dispatcher) Room(m Means) int {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.bring == nil || d.stopping {
		return 0
	}
	l := d.lane(m)
	return max(0, l.size.Workers-l.inFlight-len(l.queue))
}

// Take sends envelopes that are already marked as being sent, without a claim.
// begin puts them together; it runs beside the caller and is waited for at the
// end. False means that nothing is sent any more and begin is not called.
func (d *Dispatcher) Take(begin func(context.Context) []Envelope) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.bring == nil || d.stopping {
		return false
	}
	bring := d.bring
	d.sends.Go(func() { bring(begin) })
	return true
}

// opened lets Take bring envelopes in.
func (d *Dispatcher) opened(bring func(begin func(context.Context) []Envelope)) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.bring = bring
}

// brought puts envelopes together and sends them, or gives them back where the
// stop came meanwhile.
func (d *Dispatcher) brought(sendCtx, recordCtx context.Context, begin func(context.Context) []Envelope) {
	batch := begin(recordCtx)
	d.mu.Lock()
	late := d.stopping
	if !late {
		for _, e := range batch {
			d.lane(e.Means).push(e)
		}
	}
	d.mu.Unlock()
	if late {
		d.untried(recordCtx, batch)
		return
	}
	d.kick(sendCtx, recordCtx)
}

// Holds tells whether an envelope waits here or is under way. A row that is
// marked as being sent and that nobody holds will never move by itself.
func (d *Dispatcher) Holds(id string) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	if _, ok := d.flying[id]; ok {
		return true
	}
	for _, l := range d.lanes {
		for _, it := range l.queue {
			if it.e.ID == id {
				return true
			}
		}
	}
	return false
}
