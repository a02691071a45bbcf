package sqlite

import (
	"sync"

	"irbot/internal/timeline"
)

// pending holds the texts of the batch that is being written. A rule asks for
// the words of an entry its state knows of; when an earlier call of the same
// batch wrote that entry, the reading connections cannot see it yet.
type pending struct {
	mu    sync.RWMutex
	texts map[string]map[int64]timeline.Text
}

func (p *pending) put(e *timeline.Entry) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.texts == nil {
		p.texts = map[string]map[int64]timeline.Text{}
	}
	if p.texts[e.Incident] == nil {
		p.texts[e.Incident] = map[int64]timeline.Text{}
	}
	p.texts[e.Incident][e.Seq] = e.Fields()
}

func (p *pending) get(id string, seq int64) (timeline.Text, bool) {
	p.mu.RLock()
	defer p.mu.RUnlock()
	t, ok := p.texts[id][seq]
	return t, ok
}

// clear forgets the batch, whether it was committed or given up.
func (p *pending) clear() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.texts = nil
}
