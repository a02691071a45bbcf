// Package callback takes in what SMS and voice carriers report about messages
// they accepted. It guarantees that a report is believed only where its sender
// has shown a secret that is bound to that one message and gateway, that a
// report can do nothing but move the delivery state of that message, and that
// nothing large or frequent is read.
package callback

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"irbot/internal/auth"
	"irbot/internal/notify"
)

// MaxBody is the largest report that is read, in bytes.
const MaxBody = 64 << 10

// The ways a carrier shows who it is. In each of them the address of the
// callback holds a token for its one message.
const (
	Token  = "token"  // the token alone
	Twilio = "twilio" // and X-Twilio-Signature by the account's token
	Signed = "signed" // and X-Irbot-Timestamp and X-Irbot-Signature
)

// Gateway is one whose carrier reports.
type Gateway struct {
	ID     string
	Means  notify.Means
	Auth   string
	Secret notify.Secret // never empty
}

// Report is what a carrier says of one message.
type Report struct {
	Message string // id of the envelope
	Means   notify.Means
	As      string // delivered, read, failed
	Note    string // the carrier's own status and error
}

// ErrEarly may be returned by Take: the sending of the message is not recorded
// yet. The report is offered again for some seconds.
var ErrEarly = errors.New("too early")

// ErrUnknown may be returned by Take: there is no such message.
var ErrUnknown = errors.New("no such message")

// Options are what a Handler is made of.
type Options struct {
	Base     string // the address carriers reach, without a final slash
	Gateways []Gateway
	Take     func(ctx context.Context, r Report) error
	// PerMinute is how many reports of one gateway are taken in a minute; 0 means 600.
	PerMinute int
	Wall      func() time.Time
	// Pause waits before a report that came too early is offered again; nil waits
	// for a third of a second.
	Pause func(ctx context.Context)
	Log   *slog.Logger
}

// Handler answers POST /status/{gateway}.
type Handler struct {
	o    Options
	mux  *http.ServeMux
	slow auth.Throttle
	rate auth.Budget
}

// New makes a Handler.
func New(o Options) *Handler {
	if o.PerMinute <= 0 {
		o.PerMinute = 600
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Pause == nil {
		o.Pause = pause
	}
	h := &Handler{o: o, mux: http.NewServeMux(), rate: auth.Budget{PerMinute: o.PerMinute}}
	h.mux.HandleFunc("POST /status/{gateway}", h.status)
	return h
}

func pause(ctx context.Context) {
	t := time.NewTimer(300 * time.Millisecond)
	defer t.Stop()
	select {
	case <-ctx.Done():
	case <-t.C:
	}
}

// Address is where the carrier of a gateway reports on one message.
func Address(base string, g Gateway, message string) string {
	q := url.Values{"m": {message}, "t": {token(g, message)}}
	return base + "/status/" + url.PathEscape(g.ID) + "?" + q.Encode()
}

// token is bound to the gateway, the means and the message.
func token(g Gateway, message string) string {
	m := hmac.New(sha256.New, []byte(g.Secret))
	m.Write([]byte("irbot delivery status\n" + g.ID + "\n" + string(g.Means) + "\n" + message))
	return base64.RawURLEncoding.EncodeToString(m.Sum(nil))
}

// ServeHTTP implements http.Handler.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	h.mux.ServeHTTP(w, r)
}

func (h *Handler) status(w http.ResponseWriter, r *http.Request) {
	g := h.find(r.PathValue("gateway"))
	message := r.URL.Query().Get("m")
	// Before anything is read: only a carrier that signs may leave the token out.
	named := message != "" && hmac.Equal([]byte(r.URL.Query().Get("t")), []byte(token(g, message)))
	if g.Secret == "" || !named && (g.Auth != Signed || message != "") {
		h.refuse(w, r)
		return
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, MaxBody))
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		http.Error(w, "larger than "+strconv.Itoa(MaxBody)+" bytes", http.StatusRequestEntityTooLarge)
		return
	case err != nil:
		http.Error(w, "the body ended early", http.StatusBadRequest)
		return
	case !h.proved(g, r, body):
		h.refuse(w, r)
		return
	}
	rep, err := parse(r.Header.Get("Content-Type"), body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	if message != "" {
		rep.Message = message
	}
	rep.Means = g.Means
	if rep.As == "" { // on its way: nothing that has to be known
		w.WriteHeader(http.StatusNoContent)
		return
	}
	if !h.afford(w, g.ID) {
		return
	}
	h.take(w, r, rep)
}

// tries is how often a report that comes too early is offered.
const tries = 12

func (h *Handler) take(w http.ResponseWriter, r *http.Request, rep Report) {
	var err error
	for range tries {
		if err = h.o.Take(r.Context(), rep); !errors.Is(err, ErrEarly) || r.Context().Err() != nil {
			break
		}
		h.o.Pause(r.Context())
	}
	switch {
	case err == nil:
		w.WriteHeader(http.StatusNoContent)
	case errors.Is(err, ErrUnknown):
		http.Error(w, "no such message", http.StatusNotFound)
	default:
		h.o.Log.Error("take delivery report", "message", rep.Message, "as", rep.As, "err", err)
		w.Header().Set("Retry-After", "10")
		http.Error(w, "not recorded, send it again (記録できませんでした。もう一度送ってください)", http.StatusServiceUnavailable)
	}
}

func (h *Handler) find(id string) Gateway {
	for _, g := range h.o.Gateways {
		if g.ID == id {
			return g
		}
	}
	return Gateway{}
}

func (h *Handler) refuse(w http.ResponseWriter, r *http.Request) {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		host = r.RemoteAddr
	}
	if wait := h.slow.Strike(host, h.o.Wall()); wait > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(int(wait/time.Second)+1))
		http.Error(w, "too many wrong tries (誤りが続いたため、しばらく受け付けません)", http.StatusTooManyRequests)
		return
	}
	http.Error(w, "unknown gateway, wrong token or wrong signature (署名か印が違います)", http.StatusUnauthorized)
}

// afford takes one from the budget of a gateway.
func (h *Handler) afford(w http.ResponseWriter, id string) bool {
	wait := h.rate.Take(id, 1, h.o.Wall())
	if wait == 0 {
		return true
	}
	w.Header().Set("Retry-After", strconv.Itoa(int(wait/time.Second)+1))
	http.Error(w, "more than this gateway may report in a minute (一分に送れる数を超えました)", http.StatusTooManyRequests)
	return false
}
