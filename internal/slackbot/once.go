package slackbot

import (
	"sync"
	"time"
)

// keep is how long an answer is remembered: longer than Slack's last retry
// after five minutes, with room.
const keep = time.Hour

// once lets the same act, delivered twice, be worked on once: the second
// delivery waits for the first and gets its answer. What is recorded is guarded
// by the request keys of the record; this guards what is not, such as opening a
// form, and saves work.
type once struct {
	wall func() time.Time
	mu   sync.Mutex
	runs map[string]*run
}

type run struct {
	done chan struct{}
	at   time.Time
	ans  answer
}

func newOnce(wall func() time.Time) *once { return &once{wall: wall, runs: map[string]*run{}} }

// do starts f for a key, or joins whoever is at it or was. An answer that is
// not final (nothing was recorded) is forgotten, so that a retry works.
func (o *once) do(key string, f func() answer) *run {
	o.mu.Lock()
	defer o.mu.Unlock()
	if r, ok := o.runs[key]; ok && key != "" {
		return r
	}
	o.tidy()
	r := &run{done: make(chan struct{}), at: o.wall()}
	if key != "" {
		o.runs[key] = r
	}
	go func() {
		r.ans = f()
		if r.ans.failed {
			o.mu.Lock()
			delete(o.runs, key)
			o.mu.Unlock()
		}
		close(r.done)
	}()
	return r
}

func (o *once) tidy() {
	if len(o.runs) < 500 {
		return
	}
	old := o.wall().Add(-keep)
	for k, r := range o.runs {
		if r.at.Before(old) {
			delete(o.runs, k)
		}
	}
}

// throttle slows down the guessing of approval codes: after five wrong ones a
// person's code is not tried for a quarter of an hour.
type throttle struct {
	wall  func() time.Time
	mu    sync.Mutex
	wrong map[string]int
	until map[string]time.Time
}

const (
	wrongCodes = 5
	codePause  = 15 * time.Minute
)

func newThrottle(wall func() time.Time) *throttle {
	return &throttle{wall: wall, wrong: map[string]int{}, until: map[string]time.Time{}}
}

func (t *throttle) paused(person string) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.wall().Before(t.until[person])
}

func (t *throttle) note(person string, right bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if right {
		delete(t.wrong, person)
		return
	}
	if t.wrong[person]++; t.wrong[person] >= wrongCodes {
		t.wrong[person], t.until[person] = 0, t.wall().Add(codePause)
	}
}
