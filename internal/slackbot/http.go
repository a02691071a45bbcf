package slackbot

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/slack-go/slack"
)

const (
	maxBody = 1 << 20
	window  = 5 * time.Minute // a request older or newer than this is refused (SLACK.md 2, Delivery)
	giveUp  = 2900 * time.Millisecond
)

// errSignature says that a request is not one of Slack's.
var errSignature = errors.New("signature does not hold")

// Handler takes signed requests of Slack at /slack/commands,
// /slack/interactive and /slack/events. Everything else is refused.
func (b *Bot) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /slack/commands", b.signed(b.httpCommand))
	mux.HandleFunc("POST /slack/interactive", b.signed(b.httpInteractive))
	mux.HandleFunc("POST /slack/events", b.signed(b.httpEvent))
	return mux
}

// signed reads and checks a request before anything in it is looked at.
func (b *Bot) signed(next func(w http.ResponseWriter, r *http.Request, body []byte)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
		if err != nil {
			http.Error(w, "too large", http.StatusRequestEntityTooLarge)
			return
		}
		if err := b.verify(r.Header, body); err != nil {
			b.log.Warn("refused a request in Slack's name", "path", r.URL.Path, "from", r.RemoteAddr, "err", err)
			http.Error(w, "refused", http.StatusUnauthorized)
			return
		}
		next(w, r, body)
	}
}

// verify checks Slack's signature v0: HMAC-SHA256 over v0:timestamp:body, each
// header exactly once, the clock within five minutes.
func (b *Bot) verify(h http.Header, body []byte) error {
	stamps, sigs := h.Values("X-Slack-Request-Timestamp"), h.Values("X-Slack-Signature")
	if len(stamps) != 1 || len(sigs) != 1 || b.o.SigningSecret == "" {
		return errSignature
	}
	sec, err := strconv.ParseInt(stamps[0], 10, 64)
	if err != nil || strconv.FormatInt(sec, 10) != stamps[0] {
		return errSignature
	}
	if age := b.wall().Sub(time.Unix(sec, 0)); age > window || age < -window {
		return errSignature
	}
	mac := hmac.New(sha256.New, []byte(b.o.SigningSecret))
	mac.Write([]byte("v0:" + stamps[0] + ":"))
	mac.Write(body)
	if !hmac.Equal([]byte("v0="+hex.EncodeToString(mac.Sum(nil))), []byte(sigs[0])) {
		return errSignature
	}
	return nil
}

// form reads a body of form fields; nothing in the address counts.
func form(r *http.Request, body []byte) (url.Values, bool) {
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || kind != "application/x-www-form-urlencoded" {
		return nil, false
	}
	v, err := url.ParseQuery(string(body))
	return v, err == nil
}

func (b *Bot) httpCommand(w http.ResponseWriter, r *http.Request, body []byte) {
	v, ok := form(r, body)
	if !ok {
		http.Error(w, "not a form", http.StatusBadRequest)
		return
	}
	if v.Get("ssl_check") == "1" {
		return
	}
	if v.Get("trigger_id") == "" || v.Get("user_id") == "" {
		http.Error(w, "not a command", http.StatusBadRequest)
		return
	}
	b.httpDeliver(w, r, inbound{slash: &slack.SlashCommand{
		TeamID: v.Get("team_id"), ChannelID: v.Get("channel_id"), ChannelName: v.Get("channel_name"), UserID: v.Get("user_id"), UserName: v.Get("user_name"),
		Command: v.Get("command"), Text: v.Get("text"), ResponseURL: v.Get("response_url"), TriggerID: v.Get("trigger_id"),
	}})
}

func (b *Bot) httpInteractive(w http.ResponseWriter, r *http.Request, body []byte) {
	v, ok := form(r, body)
	var p slack.InteractionCallback
	if !ok || json.Unmarshal([]byte(v.Get("payload")), &p) != nil || p.User.ID == "" {
		http.Error(w, "not an interaction", http.StatusBadRequest)
		return
	}
	b.httpDeliver(w, r, inbound{press: &p})
}

func (b *Bot) httpEvent(w http.ResponseWriter, r *http.Request, body []byte) {
	var outer struct {
		Type      string `json:"type"`
		Challenge string `json:"challenge"`
	}
	if json.Unmarshal(body, &outer) != nil {
		http.Error(w, "not an event", http.StatusBadRequest)
		return
	}
	if outer.Type == "url_verification" {
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		w.Header().Set("X-Content-Type-Options", "nosniff")
		_, _ = io.WriteString(w, outer.Challenge)
		return
	}
	in, err := eventOf(body)
	if outer.Type != "event_callback" || err != nil {
		return // of a kind this version does not know: 200, or Slack switches the address off
	}
	b.httpDeliver(w, r, in)
}

// httpDeliver works on a delivery and answers with what the acknowledgement
// carries. An event that could not be recorded is not acknowledged: Slack
// delivers it again.
func (b *Bot) httpDeliver(w http.ResponseWriter, r *http.Request, in inbound) {
	acked := make(chan any, 1)
	go b.deliver(r.Context(), in, func(payload any) { acked <- payload })
	limit := time.NewTimer(giveUp)
	defer limit.Stop()
	select {
	case payload := <-acked:
		if payload == nil {
			return
		}
		w.Header().Set("Content-Type", "application/json; charset=utf-8")
		if err := json.NewEncoder(w).Encode(payload); err != nil {
			b.log.Warn("answer Slack", "err", err)
		}
	case <-limit.C:
		w.WriteHeader(http.StatusServiceUnavailable)
	}
}
