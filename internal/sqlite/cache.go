package sqlite

import (
	"container/list"
	"sync"

	"irbot/internal/incident"
)

// cacheStates is how many folded states are kept in memory; the others are
// folded again when they are asked for.
const cacheStates = 512

// closedEntries is how many entries the closed ones among them may have together,
// about 3 MB. People leaf through them, but a program that runs for months must
// not grow with all it has seen.
const closedEntries = 20_000

// cache keeps committed states, least recently used out first. Only committed
// states enter it.
type cache struct {
	mu   sync.Mutex
	max  int
	gen  uint64 // grows with every commit
	byID map[string]*list.Element
	lru  *list.List // of *folded, most recent first
}

func newCache(max int) *cache {
	return &cache{max: max, byID: map[string]*list.Element{}, lru: list.New()}
}

func (c *cache) get(id string) *folded {
	c.mu.Lock()
	defer c.mu.Unlock()
	el := c.byID[id]
	if el == nil {
		return nil
	}
	c.lru.MoveToFront(el)
	return el.Value.(*folded)
}

// peek gives a state without counting as use: whoever looks at every incident in
// turn must not push out those that people work with.
func (c *cache) peek(id string) *folded {
	c.mu.Lock()
	defer c.mu.Unlock()
	if el := c.byID[id]; el != nil {
		return el.Value.(*folded)
	}
	return nil
}

// put is for the writer, which sees every commit in order.
func (c *cache) put(f *folded) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.set(f)
}

// publish makes the states of a committed batch visible.
func (c *cache) publish(states map[string]*folded) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.gen++
	for _, f := range states {
		c.set(f)
	}
}

// generation is read before folding beside the writer; putIf then keeps the
// state only if nothing was committed meanwhile, so that it cannot be stale.
func (c *cache) generation() uint64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.gen
}

func (c *cache) putIf(gen uint64, f *folded) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.gen == gen {
		c.set(f)
	}
}

func (c *cache) drop(id string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.gen++
	if el := c.byID[id]; el != nil {
		c.forget(el)
	}
}

// clear forgets everything, e.g. after Rebuild.
func (c *cache) clear() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.gen++
	c.byID = map[string]*list.Element{}
	c.lru.Init()
}

func (c *cache) set(f *folded) {
	id := f.state.ID
	if el := c.byID[id]; el != nil {
		el.Value = f
		c.lru.MoveToFront(el)
	} else {
		c.byID[id] = c.lru.PushFront(f)
	}
	if c.lru.Len() > c.max {
		c.forget(c.lru.Back())
	}
	if f.state.Status == incident.Closed {
		c.trim()
	}
}

// trim forgets the closed ones that were used least. The newest stays, however
// long it is.
func (c *cache) trim() {
	var all int64
	for el := c.lru.Front(); el != nil; {
		at, st := el, el.Value.(*folded).state
		el = el.Next()
		if st.Status != incident.Closed {
			continue
		}
		if all += st.Seq; all > closedEntries && all > st.Seq {
			c.forget(at)
		}
	}
}

func (c *cache) forget(el *list.Element) {
	delete(c.byID, el.Value.(*folded).state.ID)
	c.lru.Remove(el)
}

var _ incident.Reader = (*View)(nil)
