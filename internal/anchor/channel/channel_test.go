package channel_test

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"

	"irbot/internal/anchor"
	"irbot/internal/anchor/channel"
	"irbot/internal/timeline"
)

var _ anchor.Place = channel.Channels{}

// said is the chat outside: it keeps what is posted.
type said map[string]string

func (s said) Say(_ context.Context, room, id, text string) error {
	s[id] = room + "\n" + text
	return nil
}

// A checkpoint waits for a room that is still to come, wants none where there
// will be none, and is posted so that a reader can verify against it.
func TestCheckpointIsPostedWhereItsIncidentIsTalkedAbout(t *testing.T) {
	secret, _, err := timeline.GenerateKey(strings.NewReader(strings.Repeat("a", 64)), "sakura")
	if err != nil {
		t.Fatal(err)
	}
	signer, err := timeline.ParseSigner(secret)
	if err != nil {
		t.Fatal(err)
	}
	c, err := timeline.SignCheckpoint(signer, "IR-1", timeline.Position{Seq: 9})
	if err != nil {
		t.Fatal(err)
	}
	site := c
	site.Incident = timeline.SiteLog
	for name, x := range map[string]struct {
		c    timeline.Checkpoint
		room channel.Room
		away bool
		err  error
		said int
	}{
		"in its room":         {c: c, room: channel.Room{Channel: "C1"}, said: 1},
		"no room yet":         {c: c, err: channel.ErrNoChat},
		"closed without room": {c: c, room: channel.Room{Over: true}},
		"closed with a room":  {c: c, room: channel.Room{Channel: "C1", Over: true}, said: 1},
		"chat is away":        {c: c, room: channel.Room{Channel: "C1"}, away: true, err: channel.ErrNoChat},
		"standing log":        {c: site},
	} {
		chat := said{}
		p := channel.Channels{
			Speaker: func() channel.Speaker {
				if x.away {
					return nil
				}
				return chat
			},
			Room: func(context.Context, string) (channel.Room, error) { return x.room, nil },
		}
		if _, err := p.Put(t.Context(), x.c); !errors.Is(err, x.err) || len(chat) != x.said {
			t.Errorf("%s: %v, said %v", name, err, chat)
		}
		for id, text := range chat {
			if id != "anchor/IR-1/9" || !strings.HasPrefix(text, "C1\n") || !bytes.Equal(timeline.FindCheckpoint([]byte(text)), c.Note) {
				t.Errorf("%s: %s: %q", name, id, text)
			}
		}
	}
}
