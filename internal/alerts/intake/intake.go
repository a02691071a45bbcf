// Package intake takes alerts in by HTTP. It guarantees that nothing is read
// before its sender has shown the source's secret, that no call is larger than
// MaxBody or more frequent than allowed, and that an alert is answered with
// success only after it is recorded.
package intake

import (
	"context"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"maps"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"irbot/internal/alerts"
	"irbot/internal/auth"
	"irbot/internal/incident"
)

// MaxBody is the largest body that is read, in bytes.
const MaxBody = 256 << 10

// Source is a configured source with its secret.
type Source struct {
	alerts.Source
	Secret string // never empty
	HMAC   bool   // the secret signs; it is not sent
}

// Options are what a Handler is made of.
type Options struct {
	Sources []Source
	Take    func(ctx context.Context, a incident.Alert) (alerts.Taken, error)
	Called  func(ctx context.Context, source string) error // a heartbeat
	// PerMinute is how many alerts and beats of one source are taken in a minute;
	// 0 means 60. Further ones are told to wait.
	PerMinute int
	Wall      func() time.Time
	Log       *slog.Logger
}

// Handler answers POST /alerts/{source} and GET or POST /beat/{source}.
type Handler struct {
	o    Options
	mux  *http.ServeMux
	slow auth.Throttle
	rate auth.Budget

	mu    sync.Mutex
	taken map[string]time.Time // signatures of what was taken, for as long as they would pass
}

// New makes a Handler.
func New(o Options) *Handler {
	if o.PerMinute <= 0 {
		o.PerMinute = 60
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	h := &Handler{o: o, mux: http.NewServeMux(), rate: auth.Budget{PerMinute: o.PerMinute}, taken: map[string]time.Time{}}
	h.mux.HandleFunc("POST /alerts/{source}", h.alert)
	h.mux.HandleFunc("GET /beat/{source}", h.beat)
	h.mux.HandleFunc("POST /beat/{source}", h.beat)
	return h
}

// ServeHTTP implements http.Handler.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	h.mux.ServeHTTP(w, r)
}

// reply is every answer.
type reply struct {
	OK        bool     `json:"ok"`
	Error     string   `json:"error,omitempty"`
	Recorded  int      `json:"recorded"`
	Repeated  int      `json:"repeated"`
	Incidents []string `json:"incidents,omitempty"`
}

func answer(w http.ResponseWriter, status int, v reply) {
	v.OK = status < http.StatusBadRequest
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v)
}

func (h *Handler) alert(w http.ResponseWriter, r *http.Request) {
	src, body, ok := h.admit(w, r)
	if !ok {
		return
	}
	if src.Kind == alerts.Heartbeat {
		answer(w, http.StatusNotFound, reply{Error: "this source calls /beat/" + src.ID})
		return
	}
	list, err := alerts.Parse(src.Source, body)
	if err != nil {
		answer(w, http.StatusBadRequest, reply{Error: err.Error()})
		return
	}
	if h.again(src, r) {
		answer(w, http.StatusOK, reply{Repeated: len(list)})
		return
	}
	if !h.afford(w, src.ID, len(list)) {
		return
	}
	out := reply{}
	for _, a := range list {
		t, err := h.o.Take(r.Context(), a)
		if err != nil {
			h.o.Log.Error("take alert", "source", src.ID, "err", err)
			w.Header().Set("Retry-After", "10")
			out.Error = "not recorded, send it again (記録できませんでした。もう一度送ってください)"
			answer(w, http.StatusServiceUnavailable, out)
			return
		}
		out.add(t)
	}
	h.done(src, r)
	answer(w, http.StatusOK, out)
}

func (v *reply) add(t alerts.Taken) {
	if t.Recorded {
		v.Recorded++
	} else {
		v.Repeated++
	}
	for _, id := range v.Incidents {
		if id == t.Incident {
			return
		}
	}
	if t.Incident != "" {
		v.Incidents = append(v.Incidents, t.Incident)
	}
}

func (h *Handler) beat(w http.ResponseWriter, r *http.Request) {
	src, _, ok := h.admit(w, r)
	if !ok {
		return
	}
	if src.Kind != alerts.Heartbeat {
		answer(w, http.StatusNotFound, reply{Error: "this source calls POST /alerts/" + src.ID})
		return
	}
	if h.again(src, r) {
		answer(w, http.StatusOK, reply{Repeated: 1})
		return
	}
	if !h.afford(w, src.ID, 1) {
		return
	}
	if err := h.o.Called(r.Context(), src.ID); err != nil {
		h.o.Log.Error("note heartbeat", "source", src.ID, "err", err)
		w.Header().Set("Retry-After", "10")
		answer(w, http.StatusServiceUnavailable, reply{Error: "not recorded, call again (記録できませんでした。もう一度呼んでください)"})
		return
	}
	h.done(src, r)
	answer(w, http.StatusOK, reply{Recorded: 1})
}

// admit reads the body of a sender that has shown the secret. An unknown source
// and a wrong secret get the same answer; only wrong ones are slowed, so that
// nobody can keep a right one from being heard.
func (h *Handler) admit(w http.ResponseWriter, r *http.Request) (Source, []byte, bool) {
	src := h.find(r.PathValue("source"))
	if !src.HMAC && !src.shown(r) { // before anything is read
		h.refuse(w, r)
		return Source{}, nil, false
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, MaxBody))
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		answer(w, http.StatusRequestEntityTooLarge, reply{Error: "larger than " + strconv.Itoa(MaxBody) + " bytes"})
		return Source{}, nil, false
	case err != nil:
		answer(w, http.StatusBadRequest, reply{Error: "the body ended early"})
		return Source{}, nil, false
	case src.HMAC && !src.signed(r, body):
		h.refuse(w, r)
		return Source{}, nil, false
	case src.HMAC && !auth.Fresh(r.Header.Get(auth.TimestampHeader), h.o.Wall()): // told only to who has the secret: a wrong clock is found at once
		answer(w, http.StatusUnauthorized, reply{Error: "X-Irbot-Timestamp is more than 5 minutes off: check the sender's clock (時刻が5分よりずれています。送り元の時計を確かめてください)"})
		return Source{}, nil, false
	}
	return src, body, true
}

// find gives a source nobody can have the secret of where there is none.
func (h *Handler) find(id string) Source {
	for _, s := range h.o.Sources {
		if s.ID == id && s.Secret != "" {
			return s
		}
	}
	return Source{}
}

// shown compares the bearer token, or the password of basic authentication.
func (s Source) shown(r *http.Request) bool {
	token, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if !ok {
		_, token, _ = r.BasicAuth()
	}
	return s.Secret != "" && subtle.ConstantTimeCompare([]byte(token), []byte(s.Secret)) == 1
}

// signed checks the form in which irbot signs its own webhooks.
func (s Source) signed(r *http.Request, body []byte) bool {
	return auth.Signed(s.Secret, r.Header.Get(auth.TimestampHeader), r.Header.Get(auth.SignatureHeader), body)
}

// again tells that this very signature was taken before: whoever has copied it
// changes nothing by sending it once more, and a sender that got no answer is
// told that all is well.
func (h *Handler) again(src Source, r *http.Request) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	_, known := h.taken[src.ID+r.Header.Get(auth.SignatureHeader)]
	return src.HMAC && known
}

// done keeps the signature of what was taken for as long as it would pass.
func (h *Handler) done(src Source, r *http.Request) {
	if !src.HMAC {
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	now := h.o.Wall()
	maps.DeleteFunc(h.taken, func(_ string, at time.Time) bool { return now.Sub(at) > 2*auth.SignedWithin })
	h.taken[src.ID+r.Header.Get(auth.SignatureHeader)] = now
}

func (h *Handler) refuse(w http.ResponseWriter, r *http.Request) {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		host = r.RemoteAddr
	}
	if wait := h.slow.Strike(host, h.o.Wall()); wait > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(int(wait/time.Second)+1))
		answer(w, http.StatusTooManyRequests, reply{Error: "too many wrong tries, wait as Retry-After says (誤りが続いたため、しばらく受け付けません)"})
		return
	}
	w.Header().Set("WWW-Authenticate", "Bearer")
	answer(w, http.StatusUnauthorized, reply{Error: "unknown source or wrong secret (送り元か秘密が違います)"})
}

// afford takes n from the budget of a source. A call larger than the whole
// budget passes when the budget is full.
func (h *Handler) afford(w http.ResponseWriter, id string, n int) bool {
	wait := h.rate.Take(id, n, h.o.Wall())
	if wait == 0 {
		return true
	}
	w.Header().Set("Retry-After", strconv.Itoa(int(wait/time.Second)+1))
	answer(w, http.StatusTooManyRequests, reply{Error: "more than this source may send in a minute (一分に送れる数を超えました)"})
	return false
}
