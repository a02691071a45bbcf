package faults

import (
	"context"
	"fmt"
	"sync"

	"irbot/internal/incident"
	"irbot/internal/timeline"
)

// memory is the smallest honest log: for a hundred thousand sequences a file
// would only show how fast the disk is. stale makes it a wrong one: every other
// act is decided on a state that lacks the act before, and both are kept.
type memory struct {
	mu     sync.Mutex
	n      int
	logs   map[string][]timeline.Entry
	states map[string]*incident.Incident
	before map[string]*incident.Incident
	stale  bool
}

func newMemory() *memory {
	return &memory{logs: map[string][]timeline.Entry{}, states: map[string]*incident.Incident{}, before: map[string]*incident.Incident{}}
}

func (m *memory) Create(_ context.Context, o incident.Opening, decide func(string) (incident.Change, error)) (incident.Result, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	id := fmt.Sprintf("IR-%d", m.n+1)
	ch, err := decide(id)
	if err != nil {
		return incident.Result{}, err
	}
	m.n++
	m.states[id] = incident.New(id)
	return m.add(incident.Target{Incident: id, Request: o.Request, Now: o.Now}, ch)
}

func (m *memory) Update(_ context.Context, t incident.Target, decide func(*incident.Incident) (incident.Change, error)) (incident.Result, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	st := m.states[t.Incident]
	if m.stale && m.before[t.Incident] != nil && len(m.logs[t.Incident])%2 == 0 {
		st = m.before[t.Incident]
	}
	if st == nil {
		return incident.Result{}, incident.ErrNotFound
	}
	ch, err := decide(st)
	if err != nil {
		return incident.Result{}, err
	}
	return m.add(t, ch)
}

func (m *memory) add(t incident.Target, ch incident.Change) (incident.Result, error) {
	log, old := m.logs[t.Incident], m.states[t.Incident]
	next := old.Clone()
	res := incident.Result{Incident: t.Incident, Outcome: ch.Outcome, At: t.Now, Seq: ch.Outcome.Seq}
	for _, d := range ch.Entries {
		at := timeline.SealAt{Incident: t.Incident, Now: t.Now, Request: t.Request}
		if n := len(log); n > 0 {
			at.Prev = timeline.Position{Seq: log[n-1].Seq, Head: log[n-1].Head}
		}
		if len(d.Text) > 0 {
			at.Salt = make([]byte, timeline.SaltSize)
		}
		e, err := timeline.Seal(d, at)
		if err != nil {
			return incident.Result{}, fmt.Errorf("%w: %w", incident.ErrNotRecorded, err)
		}
		incident.Apply(next, &e)
		log = append(log, e)
		res.Entries = append(res.Entries, e)
	}
	m.logs[t.Incident], m.states[t.Incident], m.before[t.Incident] = log, next, old
	res.State = next
	return res, nil
}

func (m *memory) State(_ context.Context, id string) (*incident.Incident, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if st := m.states[id]; st != nil {
		return st, nil
	}
	return nil, incident.ErrNotFound
}

func (m *memory) Entries(_ context.Context, id string, from, to int64) ([]timeline.Entry, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	log := m.logs[id]
	if to == 0 || to > int64(len(log)) {
		to = int64(len(log))
	}
	return log[from-1 : to], nil
}

// Texts is asked from inside decide, with the lock held by the same caller.
func (m *memory) Texts(_ context.Context, id string, seqs []int64) (map[int64]timeline.Text, error) {
	out := map[int64]timeline.Text{}
	for _, n := range seqs {
		if n >= 1 && n <= int64(len(m.logs[id])) {
			out[n] = m.logs[id][n-1].Fields()
		}
	}
	return out, nil
}
