package auth

import (
	"sync"
	"time"
)

// Throttle slows guessing: after a few wrong answers for one name from one
// place each further try has to wait. Other names and other places are not
// affected, so nobody can lock somebody else out.
type Throttle struct {
	mu    sync.Mutex
	tries map[string]*tries
}

type tries struct {
	wrong int
	until time.Time
	last  time.Time
}

const (
	freeTries = 4
	maxWait   = 5 * time.Minute
	forget    = time.Hour
	keep      = 10000 // entries; the oldest are dropped
)

// Wait tells how long a try for this key has to wait; 0 means it may go on.
func (t *Throttle) Wait(key string, now time.Time) time.Duration {
	t.mu.Lock()
	defer t.mu.Unlock()
	x := t.tries[key]
	if x == nil || now.After(x.until) {
		return 0
	}
	return x.until.Sub(now)
}

// Wrong notes a wrong answer.
func (t *Throttle) Wrong(key string, now time.Time) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.tries == nil {
		t.tries = map[string]*tries{}
	}
	t.tidy(now)
	x := t.tries[key]
	if x == nil {
		x = &tries{}
		t.tries[key] = x
	}
	x.wrong++
	x.last = now
	if x.wrong >= freeTries {
		wait := time.Second << min(x.wrong-freeTries, 16)
		x.until = now.Add(min(wait, maxWait))
	}
}

// Strike notes a wrong answer, unless the key has to wait already: then it tells
// how long.
func (t *Throttle) Strike(key string, now time.Time) time.Duration {
	wait := t.Wait(key, now)
	if wait == 0 {
		t.Wrong(key, now)
	}
	return wait
}

// Right forgets the wrong answers of a key.
func (t *Throttle) Right(key string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.tries, key)
}

func (t *Throttle) tidy(now time.Time) {
	if len(t.tries) < keep {
		return
	}
	for k, x := range t.tries {
		if now.Sub(x.last) > forget || len(t.tries) >= keep {
			delete(t.tries, k)
		}
	}
}
