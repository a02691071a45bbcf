package slackbot

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"irbot/internal/chat"
	"irbot/internal/incident"
)

// switchboard is a Socket Mode server on loopback: every connection is handed
// to the test.
type switchboard struct {
	srv   *httptest.Server
	conns chan *websocket.Conn
}

func newSwitchboard(t *testing.T) *switchboard {
	t.Helper()
	s := &switchboard{conns: make(chan *websocket.Conn, 20)}
	mux := http.NewServeMux()
	mux.HandleFunc("/api/apps.connections.open", func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprintf(w, `{"ok":true,"url":%q}`, "ws"+strings.TrimPrefix(s.srv.URL, "http")+"/link")
	})
	mux.HandleFunc("/api/auth.test", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, `{"ok":true}`) })
	up := websocket.Upgrader{CheckOrigin: func(*http.Request) bool { return true }}
	mux.HandleFunc("/link", func(w http.ResponseWriter, r *http.Request) {
		ws, err := up.Upgrade(w, r, nil)
		if err != nil {
			t.Error(err)
			return
		}
		s.conns <- ws
	})
	s.srv = httptest.NewServer(mux)
	t.Cleanup(s.srv.Close)
	return s
}

// next waits for a connection and greets on it.
func (s *switchboard) next(t *testing.T) *websocket.Conn {
	t.Helper()
	select {
	case ws := <-s.conns:
		tell(t, ws, map[string]any{"type": "hello"})
		return ws
	case <-time.After(20 * time.Second):
		t.Fatal("no connection was opened")
	}
	return nil
}

func tell(t *testing.T, ws *websocket.Conn, v any) {
	t.Helper()
	if err := ws.WriteJSON(v); err != nil {
		t.Fatal(err)
	}
}

// command sends a slash command and waits for its acknowledgement on the same
// connection.
func command(t *testing.T, ws *websocket.Conn, id string) {
	t.Helper()
	tell(t, ws, map[string]any{"type": "slash_commands", "envelope_id": id, "accepts_response_payload": true,
		"payload": map[string]any{"command": "/incident", "text": "help", "trigger_id": id, "user_id": "USATO", "channel_id": "D1"}})
	acked(t, ws, id)
}

func acked(t *testing.T, ws *websocket.Conn, id string) {
	t.Helper()
	var got struct {
		ID      string          `json:"envelope_id"`
		Payload json.RawMessage `json:"payload"`
	}
	if err := ws.ReadJSON(&got); err != nil {
		t.Fatalf("envelope %s: %v", id, err)
	}
	if got.ID != id || !strings.Contains(string(got.Payload), "text") {
		t.Fatalf("envelope %s was answered with %s %.80s", id, got.ID, got.Payload)
	}
}

// linked starts a bot on a switchboard with two connections up.
func linked(t *testing.T) (s *switchboard, a, b *websocket.Conn, stop func()) {
	t.Helper()
	s = newSwitchboard(t)
	words, err := chat.Load()
	if err != nil {
		t.Fatal(err)
	}
	site := testSite(t)
	bot, err := New(Options{
		Service: incident.NewService(incident.Parts{Site: site}), Words: words, BotToken: "xoxb", AppToken: "xapp", APIURL: s.srv.URL + "/api/",
		Person: func(string) (string, bool) { return "sato", true }, Member: func(string) (string, bool) { return "USATO", true },
		Logger: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() {
		bot.sockets(ctx)
		close(ended)
	}()
	stop = func() {
		cancel()
		<-ended
	}
	return s, s.next(t), s.next(t), stop
}

func TestCommandAfterAWarningIsNotLost(t *testing.T) {
	s, a, _, stop := linked(t)
	defer stop()
	command(t, a, "before")
	tell(t, a, map[string]any{"type": "disconnect", "reason": "warning"})
	c := s.next(t) // the successor comes before the old one is closed
	command(t, a, "on the old one")
	command(t, c, "on the new one")
	tell(t, a, map[string]any{"type": "disconnect", "reason": "refresh_requested"})
	command(t, a, "at the very end")
}

func TestAnswersUnderWayComeBeforeTheFarewell(t *testing.T) {
	_, a, _, stop := linked(t)
	defer stop()
	for i := range 20 {
		tell(t, a, map[string]any{"type": "slash_commands", "envelope_id": fmt.Sprint(i), "accepts_response_payload": true,
			"payload": map[string]any{"command": "/incident", "text": "help", "trigger_id": fmt.Sprint(i), "user_id": "USATO", "channel_id": "D1"}})
	}
	if err := a.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(websocket.CloseNormalClosure, ""), time.Now().Add(time.Minute)); err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for {
		var got struct {
			ID string `json:"envelope_id"`
		}
		if err := a.ReadJSON(&got); err != nil {
			break
		}
		seen[got.ID] = true
	}
	if len(seen) != 20 {
		t.Errorf("%d of 20 commands were acknowledged", len(seen))
	}
}

func TestADroppedConnectionIsReplaced(t *testing.T) {
	s, a, b, stop := linked(t)
	defer stop()
	if err := a.NetConn().Close(); err != nil {
		t.Fatal(err)
	}
	command(t, b, "the other one goes on")
	command(t, s.next(t), "and a new one is there")
}

func TestNeverMoreThanTenConnections(t *testing.T) {
	s, a, b, stop := linked(t)
	defer stop()
	open := []*websocket.Conn{a, b}
	for range 12 { // warned and never closed by the other side
		tell(t, open[len(open)-1], map[string]any{"type": "disconnect", "reason": "warning"})
		open = append(open, s.next(t))
	}
	closed := 0
	for _, ws := range open[:len(open)-connections-maxOld] {
		if ws == a {
			continue // was never warned
		}
		if err := ws.SetReadDeadline(time.Now().Add(20 * time.Second)); err != nil {
			t.Fatal(err)
		}
		if _, _, err := ws.ReadMessage(); websocket.IsCloseError(err, websocket.CloseNormalClosure) {
			closed++
		}
	}
	if want := len(open) - connections - maxOld - 1; closed != want {
		t.Errorf("%d of %d connections that nobody closes were closed", closed, want)
	}
}

func TestUnknownEnvelopesAreAcknowledged(t *testing.T) {
	_, a, _, stop := linked(t)
	defer stop()
	tell(t, a, map[string]any{"type": "something_new", "envelope_id": "e1", "payload": map[string]any{}})
	var got map[string]any
	if err := a.ReadJSON(&got); err != nil || got["envelope_id"] != "e1" {
		t.Errorf("got %v, %v", got, err)
	}
}
