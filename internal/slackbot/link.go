package slackbot

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"sync"
	"time"

	"github.com/gorilla/websocket"
	"github.com/slack-go/slack"
)

const (
	dialWithin  = 10 * time.Second
	writeWithin = 2 * time.Second
	quietFor    = 20 * time.Second // Slack pings far more often; a longer silence is a dead connection
	outWithin   = 30 * time.Second // Slack closes about ten seconds after a warning
	readLimit   = 1 << 20
	finishIn    = 2 * time.Second // answers under way when irbot stops
)

// link is one connection of Socket Mode. What comes in on it is acknowledged on
// it, as long as it stands.
type link struct {
	b      *Bot
	ws     *websocket.Conn
	leaves chan struct{} // closed once Slack has said that it will hang up
	ended  chan struct{} // closed at the end
	err    error         // why it leaves or ended; read after one of the two

	once sync.Once // of leaves

	mu    sync.Mutex // of writing, and of what follows
	hello bool
	stops bool // irbot stops: nothing new is begun
	acks  sync.WaitGroup
}

// frame is what Slack sends on a connection.
type frame struct {
	Type    string          `json:"type"`
	Reason  string          `json:"reason"`
	ID      string          `json:"envelope_id"`
	Payload json.RawMessage `json:"payload"`
}

// dial asks Slack for an address and connects to it.
func (b *Bot) dial(ctx context.Context) (*link, error) {
	ctx, cancel := context.WithTimeout(ctx, dialWithin)
	defer cancel()
	_, address, err := b.api.StartSocketModeContext(ctx)
	if err != nil {
		return nil, fmt.Errorf("apps.connections.open: %w", err)
	}
	d := websocket.Dialer{Proxy: http.ProxyFromEnvironment, HandshakeTimeout: dialWithin}
	ws, res, err := d.DialContext(ctx, address, nil)
	if err != nil {
		return nil, fmt.Errorf("connect to Slack: %w", err) // the address holds a ticket: it is not told
	}
	_ = res.Body.Close()
	ws.SetReadLimit(readLimit)
	return &link{b: b, ws: ws, leaves: make(chan struct{}), ended: make(chan struct{})}, nil
}

// run reads until the connection ends or irbot stops, then waits a little for
// answers that are under way.
func (l *link) run(ctx context.Context) {
	stop := context.AfterFunc(ctx, func() {
		l.settle()
		l.close()
	})
	err := l.read(ctx)
	stop()
	if l.greeted() {
		l.b.state.listen(-1)
	}
	l.leave(err)
	close(l.ended)
	_ = l.ws.Close()
}

func (l *link) read(ctx context.Context) error {
	l.alive()
	l.ws.SetPingHandler(func(data string) error {
		l.alive()
		_ = l.ws.WriteControl(websocket.PongMessage, []byte(data), l.b.wall().Add(writeWithin))
		return nil
	})
	l.ws.SetCloseHandler(func(int, string) error {
		l.settle() // until the farewell is answered, acknowledgements still arrive (RFC 6455, 5.5.1)
		l.bye()
		return nil
	})
	for {
		kind, data, err := l.ws.ReadMessage()
		if err != nil {
			return fmt.Errorf("read from Slack: %w", err)
		}
		l.alive()
		var f frame
		if kind != websocket.TextMessage || json.Unmarshal(data, &f) != nil {
			l.b.log.Warn("unreadable frame from Slack", "bytes", len(data))
			continue
		}
		l.take(ctx, f)
	}
}

// alive moves the moment at which silence counts as a dead connection.
func (l *link) alive() {
	_ = l.ws.SetReadDeadline(l.b.wall().Add(quietFor))
}

// take works on one frame.
func (l *link) take(ctx context.Context, f frame) {
	switch {
	case f.Type == "hello":
		l.mu.Lock()
		l.hello = true
		l.mu.Unlock()
		l.b.state.listen(1)
	case f.Type == "disconnect":
		l.b.log.Debug("slack will hang up", "reason", f.Reason)
		var err error
		if f.Reason == "link_disabled" {
			err = errDisabled
		}
		l.leave(err)
	case f.ID != "":
		in, known := inboundOf(f)
		if !known {
			l.ack(f.ID, nil) // of a type this version does not know
			return
		}
		l.begin(func() { l.b.deliver(ctx, in, func(payload any) { l.ack(f.ID, payload) }) })
	}
}

// begin works on an envelope, unless irbot stops: then it is left without an
// acknowledgement, and Slack tells the person that nothing happened.
func (l *link) begin(work func()) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.stops {
		l.acks.Go(work)
	}
}

// leave asks for a successor. Slack closes the connection itself; where it
// forgets to, it is closed here.
func (l *link) leave(err error) {
	l.once.Do(func() {
		l.err = err
		close(l.leaves)
		time.AfterFunc(outWithin, l.close)
	})
}

func (l *link) greeted() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.hello
}

// ack acknowledges an envelope, with what the person is to see. Slack takes an
// acknowledgement only on the connection the envelope came on.
func (l *link) ack(id string, payload any) {
	l.mu.Lock()
	defer l.mu.Unlock()
	err := l.ws.SetWriteDeadline(l.b.wall().Add(writeWithin))
	if err == nil {
		err = l.ws.WriteJSON(struct {
			ID      string `json:"envelope_id"`
			Payload any    `json:"payload,omitempty"`
		}{id, payload})
	}
	if err != nil {
		l.b.log.Warn("acknowledge", "err", err)
	}
}

// settle waits a little for answers under way.
func (l *link) settle() {
	l.mu.Lock()
	l.stops = true
	l.mu.Unlock()
	all := make(chan struct{})
	go func() {
		l.acks.Wait()
		close(all)
	}()
	t := time.NewTimer(finishIn)
	defer t.Stop()
	select {
	case <-all:
	case <-t.C:
	}
}

func (l *link) close() {
	l.bye()
	_ = l.ws.Close()
}

func (l *link) bye() {
	_ = l.ws.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(websocket.CloseNormalClosure, ""), l.b.wall().Add(writeWithin))
}

// inboundOf reads what an envelope is about; ok is false for what is only to be
// acknowledged.
func inboundOf(f frame) (in inbound, ok bool) {
	switch f.Type {
	case "slash_commands":
		var c slack.SlashCommand
		if json.Unmarshal(f.Payload, &c) != nil {
			return inbound{}, false
		}
		return inbound{slash: &c}, true
	case "interactive":
		var p slack.InteractionCallback
		if json.Unmarshal(f.Payload, &p) != nil {
			return inbound{}, false
		}
		return inbound{press: &p}, true
	case "events_api":
		in, err := eventOf(f.Payload)
		return in, err == nil
	}
	return inbound{}, false
}
