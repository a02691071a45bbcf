package slackbot

import (
	"context"
	"encoding/json"
	"time"

	"github.com/slack-go/slack"
	"github.com/slack-go/slack/slackevents"
	"github.com/slack-go/slack/socketmode"
)

// connections are two, so that what people press while one is being refreshed
// arrives by the other (SLACK.md 2, Delivery).
const connections = 2

const (
	ackWithin   = 2 * time.Second
	retrySoon   = time.Second
	retrySlow   = time.Minute // after Slack has refused the token
	maxBackoff  = 15 * time.Second
	readLimit   = 1 << 20
	settleAfter = 30 * time.Second // a connection that held so long begins again with a short wait
)

// sockets keeps the connections of Socket Mode open until the context ends.
func (b *Bot) sockets(ctx context.Context) {
	done := make(chan struct{})
	for range connections {
		go func() {
			defer func() { done <- struct{}{} }()
			b.keepSocket(ctx)
		}()
	}
	for range connections {
		<-done
	}
}

// keepSocket opens one connection after the other.
func (b *Bot) keepSocket(ctx context.Context) {
	pause := time.Duration(0)
	for ctx.Err() == nil {
		if wait(ctx, pause) != nil {
			return
		}
		began := b.wall()
		lasted, err := b.oneSocket(ctx)
		switch {
		case refused(err):
			b.log.Error("slack refuses the app token; trying again slowly", "err", err)
			b.state.heard(slack.SlackErrorResponse{Err: "invalid_auth"})
			pause = retrySlow
		case lasted || b.wall().Sub(began) > settleAfter:
			pause = 0
		default:
			pause = min(maxBackoff, max(retrySoon, pause*2))
		}
	}
}

func refused(err error) bool {
	if err == nil {
		return false
	}
	switch err.Error() {
	case "invalid_auth", "not_authed", "account_inactive", "token_revoked":
		return true
	}
	return false
}

// oneSocket runs one connection to its end: a fresh client each, so that an
// acknowledgement of an old connection cannot be written on a new one. It
// tells whether the connection was up at all.
func (b *Bot) oneSocket(ctx context.Context) (lasted bool, err error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	c := socketmode.New(b.api, socketmode.OptionReadLimit(readLimit), socketmode.OptionPingInterval(20*time.Second))
	ended := make(chan error, 1)
	go func() { ended <- c.RunContext(ctx) }()
	up := false
	defer func() {
		if up {
			b.state.listen(-1)
		}
	}()
	for {
		select {
		case err := <-ended:
			return up, err
		case e := <-c.Events:
			switch e.Type {
			case socketmode.EventTypeConnecting, socketmode.EventTypeConnectionError:
				if up || e.Type == socketmode.EventTypeConnectionError {
					cancel() // begin afresh, with our own wait
				}
			case socketmode.EventTypeConnected:
				up = true
				b.state.listen(1)
			default:
				b.envelope(ctx, c, e)
			}
		}
	}
}

// envelope works on one delivery.
func (b *Bot) envelope(ctx context.Context, c *socketmode.Client, e socketmode.Event) {
	in, id, ok := inboundOf(e)
	if id == "" {
		return
	}
	ack := func(payload any) {
		ctx, cancel := context.WithTimeout(ctx, ackWithin)
		defer cancel()
		if err := c.AckCtx(ctx, id, payload); err != nil {
			b.log.Warn("acknowledge", "err", err)
		}
	}
	if !ok {
		ack(nil) // of a type this version does not know
		return
	}
	go b.deliver(ctx, in, ack)
}

// inboundOf reads what a delivery is about; ok is false for what is only to be
// acknowledged.
func inboundOf(e socketmode.Event) (in inbound, envelope string, ok bool) {
	if bad, is := e.Data.(*socketmode.ErrorBadMessage); is {
		var m struct {
			ID      string          `json:"envelope_id"`
			Payload json.RawMessage `json:"payload"`
		}
		_ = json.Unmarshal(bad.Message, &m)
		return inbound{}, m.ID, false
	}
	if e.Request == nil {
		return inbound{}, "", false
	}
	switch data := e.Data.(type) {
	case slack.SlashCommand:
		return inbound{slash: &data}, e.Request.EnvelopeID, true
	case slack.InteractionCallback:
		return inbound{press: &data}, e.Request.EnvelopeID, true
	case slackevents.EventsAPIEvent:
		in, err := eventOf(e.Request.Payload)
		return in, e.Request.EnvelopeID, err == nil
	}
	return inbound{}, e.Request.EnvelopeID, false
}
