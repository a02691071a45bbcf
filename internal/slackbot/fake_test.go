package slackbot

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
)

// workspace is a Slack in memory: an http.RoundTripper that keeps channels and
// messages and can be told to fail.
type workspace struct {
	mu       sync.Mutex
	n        int
	calls    []call
	names    map[string]string // channel name → id
	topics   map[string]string
	invited  map[string][]string
	messages []*posted
	views    []map[string]any
	homes    map[string]map[string]any
	answers  []map[string]any // what was posted at response addresses, and ephemerals
	marked   map[string]int
	fail     func(method string, n int) (status int, code string, lost bool)
	counts   map[string]int
}

type call struct {
	method string
	args   url.Values
}

type posted struct {
	channel, ts, thread, text string
	blocks                    []any
	id                        string // envelope
	edits                     int
}

func newWorkspace() *workspace {
	return &workspace{names: map[string]string{}, topics: map[string]string{}, invited: map[string][]string{}, homes: map[string]map[string]any{}, marked: map[string]int{}, counts: map[string]int{}}
}

var errCut = errors.New("the connection was cut")

// RoundTrip answers a call of the Web API.
func (w *workspace) RoundTrip(r *http.Request) (*http.Response, error) {
	body, _ := io.ReadAll(r.Body)
	method := r.URL.Path[strings.LastIndex(r.URL.Path, "/")+1:]
	w.mu.Lock()
	defer w.mu.Unlock()
	w.counts[method]++
	status, code, lost := 200, "", false
	if w.fail != nil {
		if s, c, l := w.fail(method, w.counts[method]); s != 0 || c != "" || l {
			status, code, lost = s, c, l
		}
	}
	if status == 0 {
		if lost {
			w.answer(r, method, body)
		}
		return nil, errCut
	}
	if status != 200 {
		res := reply200(r, map[string]any{"ok": false})
		res.StatusCode = status
		res.Header.Set("Retry-After", "7")
		return res, nil
	}
	if code != "" {
		return reply200(r, map[string]any{"ok": false, "error": code}), nil
	}
	return reply200(r, w.answer(r, method, body)), nil
}

func reply200(r *http.Request, m map[string]any) *http.Response {
	raw, _ := json.Marshal(m)
	return &http.Response{StatusCode: 200, Header: http.Header{"Content-Type": {"application/json"}}, Body: io.NopCloser(bytes.NewReader(raw)), Request: r}
}

func (w *workspace) ts() string {
	w.n++
	return fmt.Sprintf("1700000000.%06d", w.n)
}

func (w *workspace) answer(r *http.Request, method string, body []byte) map[string]any {
	ok := map[string]any{"ok": true}
	if strings.Contains(r.URL.Path, "/respond/") {
		var m map[string]any
		_ = json.Unmarshal(body, &m)
		w.answers = append(w.answers, m)
		return ok
	}
	a, _ := url.ParseQuery(string(body))
	w.calls = append(w.calls, call{method, a})
	switch method {
	case "auth.test":
		ok["user_id"], ok["url"], ok["bot_id"] = "UBOT", "https://port.slack.test/", "BBOT"
	case "conversations.create":
		if _, taken := w.names[a.Get("name")]; taken {
			return map[string]any{"ok": false, "error": "name_taken"}
		}
		id := fmt.Sprintf("C%04d", len(w.names)+1)
		w.names[a.Get("name")] = id
		ok["channel"] = map[string]any{"id": id, "name": a.Get("name")}
	case "conversations.list":
		var list []any
		for name, id := range w.names {
			list = append(list, map[string]any{"id": id, "name": name, "creator": "UBOT", "created": 4102444800})
		}
		ok["channels"] = list
	case "conversations.invite":
		w.invited[a.Get("channel")] = append(w.invited[a.Get("channel")], strings.Split(a.Get("users"), ",")...)
	case "conversations.setTopic":
		w.topics[a.Get("channel")] = a.Get("topic")
	case "conversations.open":
		ok["channel"] = map[string]any{"id": "D" + a.Get("users")}
	case "chat.postMessage":
		return w.postMessage(a)
	case "chat.update":
		return w.update(a)
	case "chat.postEphemeral":
		var blocks []any
		_ = json.Unmarshal([]byte(a.Get("blocks")), &blocks)
		w.answers = append(w.answers, map[string]any{"text": a.Get("text"), "blocks": blocks, "channel": a.Get("channel"), "user": a.Get("user")})
	case "conversations.history":
		ok["messages"] = w.history(a.Get("channel"))
	case "reactions.get":
		if n := w.marked[a.Get("timestamp")]; n > 0 {
			ok["type"], ok["message"] = "message", map[string]any{"reactions": []any{map[string]any{"name": "pushpin", "count": n}}}
		}
	case "conversations.info":
		ok["channel"] = map[string]any{"id": a.Get("channel"), "name": "港湾運用"}
	case "users.info":
		ok["user"] = map[string]any{"id": a.Get("user"), "real_name": "守衛 一郎"}
	case "views.open", "views.update", "views.publish":
		return w.view(method, body)
	}
	return ok
}

func (w *workspace) postMessage(a url.Values) map[string]any {
	channel := a.Get("channel")
	if strings.HasPrefix(channel, "U") {
		channel = "D" + channel
	}
	m := &posted{channel: channel, ts: w.ts(), thread: a.Get("thread_ts"), text: a.Get("text")}
	_ = json.Unmarshal([]byte(a.Get("blocks")), &m.blocks)
	var meta struct {
		Payload map[string]string `json:"event_payload"`
	}
	_ = json.Unmarshal([]byte(a.Get("metadata")), &meta)
	m.id = meta.Payload[payloadKey]
	w.messages = append(w.messages, m)
	return map[string]any{"ok": true, "channel": channel, "ts": m.ts}
}

func (w *workspace) update(a url.Values) map[string]any {
	for _, m := range w.messages {
		if m.channel == a.Get("channel") && m.ts == a.Get("ts") {
			m.text, m.blocks = a.Get("text"), nil
			m.edits++
			_ = json.Unmarshal([]byte(a.Get("blocks")), &m.blocks)
			return map[string]any{"ok": true, "channel": m.channel, "ts": m.ts}
		}
	}
	return map[string]any{"ok": false, "error": "message_not_found"}
}

func (w *workspace) history(channel string) []any {
	var out []any
	for _, m := range slices.Backward(w.messages) {
		if m.channel == channel {
			out = append(out, map[string]any{"type": "message", "ts": m.ts, "text": m.text, "bot_id": "BBOT",
				"metadata": map[string]any{"event_type": eventName, "event_payload": map[string]any{payloadKey: m.id}}})
		}
	}
	return out
}

func (w *workspace) view(method string, body []byte) map[string]any {
	var req struct {
		User string         `json:"user_id"`
		ID   string         `json:"view_id"`
		View map[string]any `json:"view"`
	}
	_ = json.Unmarshal(body, &req)
	switch method {
	case "views.publish":
		w.homes[req.User] = req.View
	case "views.open":
		w.n++
		req.View["id"], req.View["hash"] = fmt.Sprintf("V%04d", w.n), "h1"
		w.views = append(w.views, req.View)
	case "views.update":
		for i, v := range w.views {
			if v["id"] == req.ID {
				req.View["id"], req.View["hash"] = req.ID, "h2"
				w.views[i] = req.View
			}
		}
	}
	return map[string]any{"ok": true, "view": req.View}
}

// in lists what hangs in a channel and begins or contains words.
func (w *workspace) in(channel, words string) []posted {
	w.mu.Lock()
	defer w.mu.Unlock()
	var out []posted
	for _, m := range w.messages {
		raw, _ := json.Marshal(m.blocks)
		if m.channel == channel && (strings.Contains(m.text, words) || strings.Contains(string(raw), words)) {
			out = append(out, *m)
		}
	}
	return out
}

func (w *workspace) count(method string) int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.counts[method]
}

// buttons lists label, action id and value of the buttons of blocks.
func buttons(blocks []any) map[string][2]string {
	out := map[string][2]string{}
	for _, b := range blocks {
		m, _ := b.(map[string]any)
		list, _ := m["elements"].([]any)
		for _, e := range list {
			x, _ := e.(map[string]any)
			if x["type"] == "button" {
				text, _ := x["text"].(map[string]any)
				out[fmt.Sprint(text["text"])] = [2]string{fmt.Sprint(x["action_id"]), fmt.Sprint(x["value"])}
			}
		}
	}
	return out
}

func jsonOf(v any) string {
	raw, _ := json.Marshal(v)
	return string(raw)
}
