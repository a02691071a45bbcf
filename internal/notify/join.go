package notify

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"
)

// Joiner keeps a flood of messages to one person apart: over the limit they
// leave together. What waits stays in the outbox, where an answer still cancels
// it. It is safe for concurrent use, and forgets at a restart: what was being
// carried is then found marked as being sent, like after any crash.
type Joiner struct {
	mu    sync.Mutex
	limit Limiter
	held  int                   // messages that waited at the last look
	wait  map[string]bool       // whose they are
	join  map[string]bool       // person and means whose messages of this look leave together
	with  map[string][]Envelope // by the id of the one that carries them
}

// NewJoiner joins what is over the limits.
func NewJoiner(l Limits) *Joiner {
	return &Joiner{limit: Limiter{Limits: l}, wait: map[string]bool{}, join: map[string]bool{}, with: map[string][]Envelope{}}
}

// PersonOf is the person a message is for: the last part of its id.
func PersonOf(id string) string { return id[strings.LastIndexByte(id, '/')+1:] }

// flowOf is what is counted and joined by itself: one person by one means.
func flowOf(id string, m Means) string { return PersonOf(id) + " " + string(m) }

// Waiting is how many messages waited at the last look: they are due all the
// while, and must not hide those behind them.
func (j *Joiner) Waiting() int {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.held
}

// Waits tells that a message waits for the next joined one, or leaves with it
// at this moment, and is not later than it may be.
func (j *Joiner) Waits(id string, m Means, late time.Duration) bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	key := flowOf(id, m)
	return (j.wait[key] || j.join[key]) && late < j.limit.Every
}

// Free tells that a message may leave by itself at once, and counts it.
func (j *Joiner) Free(id string, m Means, now time.Time) bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	return !Limited(m) || j.limit.Free(flowOf(id, m), now)
}

// Look begins a look at what is due; Admit is then asked for each message.
func (j *Joiner) Look() {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.join, j.wait, j.held = map[string]bool{}, map[string]bool{}, 0
}

// Admit tells whether a message that is due leaves now, alone or joined; one
// that does not waits for the next joined message.
func (j *Joiner) Admit(id string, m Means, now time.Time) bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	key := flowOf(id, m)
	switch {
	case !Limited(m) || j.join[key]:
		return true
	case j.wait[key]:
		j.held++
		return false
	}
	leaves, join := j.limit.Take(key, now)
	if !leaves {
		j.wait[key] = true
		j.held++
		return false
	}
	if join {
		j.join[key] = true
	}
	return true
}

// Merge joins what goes to one address over the limit. The first one carries the
// others, in the words that write finds for them; each stays a message of its
// own in the record.
func (j *Joiner) Merge(list []Envelope, write func(lead Envelope, others []Envelope) Envelope) []Envelope {
	j.mu.Lock()
	defer j.mu.Unlock()
	first := map[string]int{}
	var out []Envelope
	for _, e := range list {
		if !j.join[flowOf(e.ID, e.Means)] {
			out = append(out, e)
			continue
		}
		key := fmt.Sprint(e.Means, "\x00", e.To, "\x00", e.Drill)
		if i, ok := first[key]; ok {
			j.carry(out[i].ID, e)
			continue
		}
		first[key] = len(out)
		out = append(out, e)
	}
	for i, e := range out {
		if others := j.with[e.ID]; len(others) > 0 {
			lead := write(e, others) // which marks each of them that may be a repeat
			for _, o := range others {
				lead.With = append(lead.With, o.ID)
				lead.Repeat = lead.Repeat || o.Repeat
			}
			out[i] = lead
		}
	}
	return out
}

// carry puts a message to the one it leaves with, once.
func (j *Joiner) carry(lead string, e Envelope) {
	if !holds(j.with[lead], e.ID) {
		j.with[lead] = append(j.with[lead], e)
	}
}

func holds(list []Envelope, id string) bool {
	return slices.ContainsFunc(list, func(e Envelope) bool { return e.ID == id })
}

// Settle tells how a message fared, and the same of every message that it
// carried. Those come first, so that a repetition of the call after an error
// goes on with what is left.
func (j *Joiner) Settle(e Envelope, o Outcome, settle func(Envelope, Outcome) error) error {
	for {
		other, ok := j.next(e.ID)
		if !ok {
			break
		}
		same := o
		same.With = e.ID
		if err := settle(other, same); err != nil {
			return err
		}
		j.done(e.ID)
	}
	o.Carries = e.With
	return settle(e, o)
}

func (j *Joiner) next(lead string) (Envelope, bool) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if list := j.with[lead]; len(list) > 0 {
		return list[0], true
	}
	return Envelope{}, false
}

func (j *Joiner) done(lead string) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.with[lead] = j.with[lead][1:]; len(j.with[lead]) == 0 {
		delete(j.with, lead)
	}
}

// Carries tells that a message leaves with another one that is under way.
func (j *Joiner) Carries(id string) bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	for _, list := range j.with {
		if holds(list, id) {
			return true
		}
	}
	return false
}
