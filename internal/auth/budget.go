package auth

import (
	"sync"
	"time"
)

// Budget bounds how much of one sender is taken in a minute. It refills evenly
// and never holds more than a minute's worth.
type Budget struct {
	PerMinute int // more than 0

	mu   sync.Mutex
	left map[string]*share
}

type share struct {
	left float64
	at   time.Time
}

// Take takes n from the budget of a sender. It gives how long the sender has to
// wait; 0 means that n were taken. More than a whole minute's worth passes when
// the budget is full.
func (b *Budget) Take(key string, n int, now time.Time) time.Duration {
	b.mu.Lock()
	defer b.mu.Unlock()
	full := float64(b.PerMinute)
	if b.left == nil {
		b.left = map[string]*share{}
	}
	x := b.left[key]
	if x == nil {
		x = &share{left: full, at: now}
		b.left[key] = x
	}
	if d := now.Sub(x.at); d > 0 {
		x.left = min(full, x.left+d.Minutes()*full)
	}
	x.at = now
	want := min(float64(n), full)
	if x.left >= want {
		x.left -= want
		return 0
	}
	return max(time.Duration((want-x.left)/full*float64(time.Minute)), 1)
}
