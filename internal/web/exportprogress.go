package web

import (
	"fmt"
	"net/http"
	"sync"
)

// making is how far the exports under way are, by the key of the form that
// asked for them: the file leaves only when it is whole, so that nothing in the
// download itself can show it.
type making struct {
	mu   sync.Mutex
	part map[string]int // per cent
}

// begin gives the function an export tells its progress to, and the one that ends it.
func (m *making) begin(key string) (tell func(done, total int64), end func()) {
	set := func(percent int) {
		m.mu.Lock()
		defer m.mu.Unlock()
		if m.part == nil {
			m.part = map[string]int{}
		}
		m.part[key] = percent
	}
	set(0)
	tell = func(done, total int64) {
		if total > 0 {
			set(int(min(done, total) * 100 / total))
		}
	}
	end = func() {
		m.mu.Lock()
		defer m.mu.Unlock()
		delete(m.part, key)
	}
	return tell, end
}

func (m *making) at(key string) (int, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	p, ok := m.part[key]
	return p, ok
}

// exportProgress tells the page that waits how far its export is, in per cent;
// 204 where none is under way.
func (s *Server) exportProgress(w http.ResponseWriter, r *http.Request) {
	p, ok := s.making.at(r.URL.Query().Get("once"))
	if !ok {
		w.WriteHeader(http.StatusNoContent)
		return
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, _ = fmt.Fprint(w, p)
}
