// Package channel posts checkpoints where an incident is talked about: everybody
// in the room is a witness. It guarantees that a checkpoint of an incident whose
// room is not there yet is offered again, and that logs without a room want none.
package channel

import (
	"context"
	"errors"
	"fmt"

	"irbot/internal/timeline"
)

// ErrNoChat says that chat is not connected, or the incident has no room yet.
var ErrNoChat = errors.New("Slack is not connected")

// Room is where an incident is talked about.
type Room struct {
	Channel string // "" before it has one
	Over    bool   // the incident is closed: it will get none any more
}

// Speaker says something in a channel, once for each id.
type Speaker interface {
	Say(ctx context.Context, channel, id, text string) error
}

// Channels are a place for anchors.
type Channels struct {
	Ready   func() bool    // chat is configured
	Speaker func() Speaker // nil: chat is not connected now
	Room    func(ctx context.Context, incident string) (Room, error)
}

// Put implements anchor.Place. A log without a channel has nothing to be posted.
func (p Channels) Put(ctx context.Context, c timeline.Checkpoint) ([]byte, error) {
	if c.Incident == timeline.SiteLog {
		return nil, nil
	}
	room, err := p.Room(ctx, c.Incident)
	if err != nil {
		return nil, err
	}
	if room.Channel == "" && room.Over {
		return nil, nil
	}
	bot := p.Speaker()
	if bot == nil || room.Channel == "" {
		return nil, ErrNoChat
	}
	text := fmt.Sprintf("%s #%d  %s\n\n%s", c.Incident, c.Size, timeline.Words(c.Head), c.Note)
	return nil, bot.Say(ctx, room.Channel, fmt.Sprintf("anchor/%s/%d", c.Incident, c.Size), text)
}

// Check implements anchor.Place.
func (p Channels) Check(context.Context) error {
	if !p.Ready() {
		return ErrNoChat
	}
	return nil
}
