package incident_test

import (
	"context"
	"fmt"
	"sync"

	"irbot/internal/incident"
	"irbot/internal/timeline"
)

// memLog keeps sealed entries in memory: the smallest honest Log, so that rules
// can be tried without a disk. The store has its own tests.
type memLog struct {
	mu   sync.Mutex
	n    map[string]int
	logs map[string][]timeline.Entry
	live map[string]*incident.Incident // as the store keeps it: folded on, copy by copy
	keys map[string]incident.Result
	blob map[string][]byte
}

func newMemLog() *memLog {
	return &memLog{n: map[string]int{}, logs: map[string][]timeline.Entry{}, live: map[string]*incident.Incident{}, keys: map[string]incident.Result{}, blob: map[string][]byte{}}
}

func (m *memLog) Create(_ context.Context, o incident.Opening, decide func(string) (incident.Change, error)) (incident.Result, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	kind := "IR"
	if o.Drill {
		kind = "DR"
	}
	id := fmt.Sprintf("%s-%d", kind, m.n[kind]+1)
	ch, err := decide(id)
	if err != nil {
		return incident.Result{}, err
	}
	m.n[kind]++
	return m.append(incident.Target{Incident: id, Request: o.Request, Now: o.Now}, ch)
}

func (m *memLog) Update(_ context.Context, t incident.Target, decide func(*incident.Incident) (incident.Change, error)) (incident.Result, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if r, ok := m.keys[t.Request]; ok && t.Request != "" {
		r.Duplicate, r.Entries = true, nil
		return r, nil
	}
	ch, err := decide(m.fold(t.Incident))
	if err != nil {
		return incident.Result{}, err
	}
	return m.append(t, ch)
}

func (m *memLog) append(t incident.Target, ch incident.Change) (incident.Result, error) {
	log := m.logs[t.Incident]
	pos := timeline.Position{}
	if len(log) > 0 {
		last := log[len(log)-1]
		pos = timeline.Position{Seq: last.Seq, Head: last.Head}
	}
	res := incident.Result{Incident: t.Incident, Outcome: ch.Outcome, At: t.Now}
	add := func(d timeline.Draft) error {
		e, err := timeline.Seal(d, timeline.SealAt{Incident: t.Incident, Prev: pos, Now: t.Now, Request: t.Request, Salt: make([]byte, 16)})
		if err != nil {
			return err
		}
		pos = timeline.Position{Seq: e.Seq, Head: e.Head}
		log = append(log, e)
		res.Entries = append(res.Entries, e)
		if res.Seq == 0 {
			res.Seq = e.Seq
		}
		return nil
	}
	for _, d := range ch.Entries {
		if err := add(d); err != nil {
			return incident.Result{}, err
		}
	}
	if ch.Then != nil && len(ch.Entries) > 0 {
		m.logs[t.Incident] = log
		for _, d := range ch.Then(m.fold(t.Incident)) {
			if err := add(d); err != nil {
				return incident.Result{}, err
			}
		}
	}
	m.logs[t.Incident] = log
	for _, b := range ch.Blobs {
		m.blob[b.Hash] = b.Data
	}
	res.State = m.fold(t.Incident)
	if ch.Ahead != nil && len(ch.Entries) > 0 {
		ch.Ahead(res.State, res.Entries)
	}
	if t.Request != "" {
		m.keys[t.Request] = res
	}
	return res, nil
}

// fold carries the live state on to the end of the log, on a copy.
func (m *memLog) fold(id string) *incident.Incident {
	st, log := m.live[id], m.logs[id]
	if st == nil {
		st = incident.New(id)
	}
	if st.Seq < int64(len(log)) {
		st = st.Clone()
		for st.Seq < int64(len(log)) {
			incident.Apply(st, &log[st.Seq])
		}
		m.live[id] = st
	}
	return st
}

func (m *memLog) State(_ context.Context, id string) (*incident.Incident, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.logs[id]) == 0 {
		return nil, incident.ErrNotFound
	}
	return m.fold(id), nil
}

func (m *memLog) Entries(_ context.Context, id string, from, to int64) ([]timeline.Entry, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	log := m.logs[id]
	if to == 0 || to > int64(len(log)) {
		to = int64(len(log))
	}
	return log[from-1 : to], nil
}

func (m *memLog) Texts(_ context.Context, id string, seqs []int64) (map[int64]timeline.Text, error) {
	// Called from inside decide as well: the caller may hold the lock.
	out := map[int64]timeline.Text{}
	for _, s := range seqs {
		if s >= 1 && s <= int64(len(m.logs[id])) {
			out[s] = m.logs[id][s-1].Fields()
		}
	}
	return out, nil
}
