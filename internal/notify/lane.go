package notify

import (
	"slices"
	"sort"
	"time"
)

// Lane is the size of one means' own pool. The zero value of a field takes the default.
type Lane struct {
	Workers int           // sends at the same time; default 4
	Timeout time.Duration // for one attempt; default 30 s
}

const (
	defaultWorkers = 4
	defaultTimeout = 30 * time.Second
	holdGrace      = 5 * time.Second  // time a failed envelope has to come back to its place
	holdLimit      = 10 * time.Minute // after this its followers no longer wait for it
)

func (l Lane) orDefault() Lane {
	if l.Workers <= 0 {
		l.Workers = defaultWorkers
	}
	if l.Timeout <= 0 {
		l.Timeout = defaultTimeout
	}
	return l
}

// item is one envelope waiting in memory. seq is the order of arrival; an
// envelope that comes back after a failure gets its old place.
type item struct {
	e   Envelope
	seq int64
}

// hold keeps the followers of a failed envelope from overtaking it, so that
// posts to one channel stay in order.
type hold struct {
	item
	since, until time.Time
}

// lane is the queue of one means. It is not safe for concurrent use.
type lane struct {
	size     Lane
	queue    []item
	inFlight int
	chatter  int                  // in flight that are no pages
	busy     map[string]bool      // destinations with something other than a page in flight
	holds    map[string]hold      // by destination
	paused   map[string]time.Time // by pause key
	seq      int64
}

func newLane(size Lane) *lane {
	return &lane{
		size: size.orDefault(), busy: map[string]bool{}, holds: map[string]hold{}, paused: map[string]time.Time{},
	}
}

func rank(kind string) int {
	switch kind {
	case KindPage:
		return 0
	case KindNotice, KindInform, KindStandDown:
		return 1
	case KindOpen:
		return 2
	default:
		return 3
	}
}

func before(a, b item) bool {
	if ra, rb := rank(a.e.Kind), rank(b.e.Kind); ra != rb {
		return ra < rb
	}
	return a.seq < b.seq
}

func destination(e Envelope) string { return string(e.Means) + "\x00" + e.To }

// pauseKey is what a request to wait speaks of: Slack counts calls for the
// whole workspace, other providers for one address.
func pauseKey(e Envelope) string {
	if e.Means == Slack {
		return string(Slack)
	}
	return destination(e)
}

func (l *lane) push(e Envelope) {
	l.seq++
	it := item{e: e, seq: l.seq}
	if h, ok := l.holds[destination(e)]; ok && h.e.ID == e.ID {
		it.seq = h.seq
	}
	i := sort.Search(len(l.queue), func(i int) bool { return before(it, l.queue[i]) })
	l.queue = append(l.queue, item{})
	copy(l.queue[i+1:], l.queue[i:])
	l.queue[i] = it
}

// next takes the first envelope that may leave now.
func (l *lane) next(now time.Time) (item, bool) {
	if l.inFlight >= l.size.Workers {
		return item{}, false
	}
	for i, it := range l.queue {
		if !l.mayLeave(it, now) {
			continue
		}
		l.queue = append(l.queue[:i], l.queue[i+1:]...)
		l.inFlight++
		if it.e.Kind != KindPage {
			l.chatter++
			l.busy[destination(it.e)] = true
		}
		return it, true
	}
	return item{}, false
}

func (l *lane) mayLeave(it item, now time.Time) bool {
	if now.Before(l.paused[pauseKey(it.e)]) {
		return false
	}
	if it.e.Kind == KindPage {
		return true
	}
	// One worker is kept for pages, so that chatter that hangs cannot hold them up.
	if l.size.Workers > 1 && l.chatter >= l.size.Workers-1 {
		return false
	}
	dest := destination(it.e)
	if l.busy[dest] {
		return false
	}
	h, held := l.holds[dest]
	return !held || h.e.ID == it.e.ID || it.seq < h.seq || !now.Before(h.until)
}

// waitLong takes out the pages whose provider asked to be left alone for longer
// than a person can be kept waiting, so that they may go another way.
func (l *lane) waitLong(now time.Time) []item {
	var out []item
	l.queue = slices.DeleteFunc(l.queue, func(it item) bool {
		long := it.e.Kind == KindPage && l.paused[pauseKey(it.e)].Sub(now) > LongWait
		if long {
			out = append(out, it)
		}
		return long
	})
	return out
}

// done gives the worker back and notes what the outcome means for the others.
func (l *lane) done(it item, o Outcome, asked bool) {
	l.inFlight--
	if asked {
		l.paused[pauseKey(it.e)] = o.At.Add(o.RetryAfter)
	}
	if it.e.Kind == KindPage {
		return
	}
	l.chatter--
	dest := destination(it.e)
	delete(l.busy, dest)
	l.holdBack(dest, it, o)
}

func (l *lane) holdBack(dest string, it item, o Outcome) {
	h, held := l.holds[dest]
	mine := held && h.e.ID == it.e.ID
	if o.Class != Temporary && o.Class != Unknown {
		if mine {
			delete(l.holds, dest)
		}
		return
	}
	if held && !mine && o.At.Before(h.until) {
		return
	}
	since := o.At
	if mine {
		since = h.since
	}
	if o.At.Sub(since) > holdLimit {
		delete(l.holds, dest)
		return
	}
	l.holds[dest] = hold{item: it, since: since, until: o.At.Add(o.RetryAfter + holdGrace)}
}

// forget drops pauses and holds that are over, so that the maps stay small.
func (l *lane) forget(now time.Time) {
	for k, until := range l.paused {
		if !now.Before(until) {
			delete(l.paused, k)
		}
	}
	for k, h := range l.holds {
		if now.Sub(h.until) > holdLimit {
			delete(l.holds, k)
		}
	}
}
