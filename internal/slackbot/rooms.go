package slackbot

import (
	"context"
	"sync"
	"time"

	"github.com/slack-go/slack"

	"irbot/internal/incident"
)

// rooms knows which channel belongs to which incident.
type rooms struct {
	mu   sync.Mutex
	ids  map[string]string    // channel → incident
	none map[string]time.Time // channels that are nobody's, until
}

func newRooms() *rooms { return &rooms{ids: map[string]string{}, none: map[string]time.Time{}} }

func (r *rooms) put(channel, id string) {
	if channel == "" {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.ids[channel] = id
	delete(r.none, channel)
}

// strangers is how long a channel that belongs to no incident is taken for
// one without looking again.
const strangers = time.Minute

// incidentOf finds the incident of a channel; "" if there is none.
func (b *Bot) incidentOf(ctx context.Context, channel string) string {
	if channel == "" || channel[0] == 'D' {
		return ""
	}
	r := b.rooms
	r.mu.Lock()
	id, ok := r.ids[channel]
	skip := b.wall().Before(r.none[channel])
	r.mu.Unlock()
	if ok || skip {
		return id
	}
	for _, live := range []bool{true, false} {
		for _, s := range b.recent(ctx, live, 50) {
			v, err := b.svc.View(ctx, s.ID)
			if err != nil {
				continue
			}
			r.put(v.S.Channels[surface], s.ID)
			if v.S.Channels[surface] == channel {
				return s.ID
			}
		}
	}
	r.mu.Lock()
	if len(r.none) > 5000 {
		clear(r.none)
	}
	r.none[channel] = b.wall().Add(strangers)
	r.mu.Unlock()
	return ""
}

func (b *Bot) recent(ctx context.Context, live bool, limit int) []incident.Summary {
	if b.o.Recent == nil {
		return nil
	}
	list, err := b.o.Recent(ctx, live, limit)
	if err != nil {
		b.log.Error("list incidents", "err", err)
	}
	return list
}

// messages remembers what was said lately in incident channels, so that a 📌
// can be recorded at once, without asking Slack first.
type messages struct {
	mu    sync.Mutex
	byKey map[string]message
	order []string
}

// message is a message in a channel.
type message struct {
	channel, ts, thread string
	user, text          string
	files               []slack.File
	bot                 bool
}

const remembered = 2000

func newMessages() *messages { return &messages{byKey: map[string]message{}} }

func (m *messages) put(x message) {
	key := x.channel + "/" + x.ts
	m.mu.Lock()
	defer m.mu.Unlock()
	if _, ok := m.byKey[key]; !ok {
		m.order = append(m.order, key)
	}
	m.byKey[key] = x
	if len(m.order) > remembered {
		delete(m.byKey, m.order[0])
		m.order = m.order[1:]
	}
}

func (m *messages) get(channel, ts string) (message, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	x, ok := m.byKey[channel+"/"+ts]
	return x, ok
}
