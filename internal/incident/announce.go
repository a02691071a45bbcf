package incident

import (
	"fmt"
	"slices"
	"strings"

	"irbot/internal/timeline"
)

// announceCard begins the card key of what is posted for everybody:
// announce/declared/12, where 12 is the entry.
const announceCard = "announce/"

// announcing are the surfaces with a channel for announcements.
func (s *Site) announcing() []string {
	var out []string
	for _, surface := range s.Surfaces {
		if s.Announce[surface] != "" {
			out = append(out, surface)
		}
	}
	slices.Sort(out)
	return out
}

// announce posts one line for everybody, outside the incident's own channel.
func (s *Incident) announce(e *timeline.Entry, what string) {
	for _, surface := range s.Announce {
		s.post(e, surface, fmt.Sprintf("%s%s/%d", announceCard, what, e.Seq))
	}
}

// dropped reports whether a message is a post that waits for a surface and that
// one catch-up message stands for when the surface is back.
func (m *Message) dropped(surface string) bool {
	return m.Kind == "post" && m.State == Queued && len(m.Means) == 1 && m.Means[0] == surface && !m.announced()
}

// announced tells that a message is for everybody: unlike what belongs into the
// incident's channel, no catch-up stands for it.
func (m *Message) announced() bool { return strings.HasPrefix(m.Card, announceCard) }
