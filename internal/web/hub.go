package web

import (
	"encoding/json"
	"fmt"
	"net/http"
	"sync"
	"time"

	"irbot/internal/incident"
)

// Limits of the live streams.
const (
	maxStreams   = 300
	maxPerPerson = 12
	beat         = 5 * time.Second // a page calls itself stale after three missed beats
)

// hub tells every open page which incidents changed; never what changed, so
// that a page only ever shows what its reader may see.
type hub struct {
	mu      sync.Mutex
	streams map[*stream]struct{}
	per     map[string]int
	done    chan struct{}
	cancel  func()
}

// stream is one open page. Its slot holds what it has not been told yet.
type stream struct {
	person string
	ready  chan struct{} // one place
	news   map[string]int64
}

func newHub() *hub {
	return &hub{streams: map[*stream]struct{}{}, per: map[string]int{}, done: make(chan struct{})}
}

// start passes on the changes of the service until stop.
func (h *hub) start(events <-chan incident.Event, cancel func()) {
	h.cancel = cancel
	go func() {
		for {
			select {
			case <-h.done:
				return
			case ev := <-events:
				h.tell(ev.Incident, ev.Seq)
			}
		}
	}()
}

func (h *hub) stop() {
	h.cancel()
	close(h.done)
}

func (h *hub) tell(id string, seq int64) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for st := range h.streams {
		st.news[id] = max(seq, st.news[id])
		select {
		case st.ready <- struct{}{}:
		default:
		}
	}
}

// join adds a stream; nil where there are too many.
func (h *hub) join(person string) *stream {
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.streams) >= maxStreams || h.per[person] >= maxPerPerson {
		return nil
	}
	st := &stream{person: person, ready: make(chan struct{}, 1), news: map[string]int64{}}
	h.streams[st] = struct{}{}
	h.per[person]++
	return st
}

func (h *hub) leave(st *stream) {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.streams, st)
	if h.per[st.person]--; h.per[st.person] == 0 {
		delete(h.per, st.person)
	}
}

func (h *hub) take(st *stream) map[string]int64 {
	h.mu.Lock()
	defer h.mu.Unlock()
	news := st.news
	st.news = map[string]int64{}
	return news
}

// beat answers the server's time in milliseconds since 1970, so that a page
// without a stream notices a cut line. It needs no session and keeps none alive.
func (s *Server) beat(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	_, _ = fmt.Fprint(w, s.now().UnixMilli())
}

// events is the live stream of a page: the ids that changed with their newest
// entry numbers, and a beat with the server's time.
func (s *Server) events(w http.ResponseWriter, r *http.Request) {
	v, _ := s.visitor(r)
	st := s.hub.join(v.Person)
	if st == nil {
		s.fail(w, r, http.StatusTooManyRequests, "web.streams")
		return
	}
	defer s.hub.leave(st)
	w.Header().Set("Content-Type", "text/event-stream; charset=utf-8")
	w.Header().Set("X-Accel-Buffering", "no")
	rc := http.NewResponseController(w)
	_ = rc.SetReadDeadline(time.Time{})
	send := func(text string) bool {
		_ = rc.SetWriteDeadline(time.Time{}) // the server's own limit is for pages
		if _, err := fmt.Fprint(w, text); err != nil {
			return false
		}
		return rc.Flush() == nil
	}
	tick := time.NewTicker(beat)
	defer tick.Stop()
	ok := send(fmt.Sprintf("retry: 3000\n: hello\n\nevent: beat\ndata: %d\n\n", s.now().UnixMilli()))
	for ok {
		select {
		case <-r.Context().Done():
			return
		case <-s.hub.done:
			return
		case <-st.ready:
			data, err := json.Marshal(s.hub.take(st))
			ok = err == nil && send("event: changed\ndata: "+string(data)+"\n\n")
		case <-tick.C:
			if _, still := s.stillIn(r); !still {
				return
			}
			ok = send(fmt.Sprintf(": beat\nevent: beat\ndata: %d\n\n", s.now().UnixMilli()))
		}
	}
}
