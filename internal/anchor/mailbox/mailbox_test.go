package mailbox_test

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"irbot/internal/anchor"
	"irbot/internal/anchor/mailbox"
	"irbot/internal/notify"
	"irbot/internal/timeline"
)

var _ anchor.Place = mailbox.Mailboxes{}

// server takes mail for everybody but one.
type server struct {
	refuses string
	taken   map[string]string
}

var errLater = errors.New("451 later")

func (s server) Send(_ context.Context, e notify.Envelope) (notify.Receipt, error) {
	if e.To == s.refuses {
		return notify.Receipt{}, errLater
	}
	s.taken[e.To] = e.Body
	return notify.Receipt{}, nil
}

// A checkpoint has left only when everybody who is named was sent the letter, and
// the letter as it was saved holds the note.
func TestCheckpointIsMailedToEverybodyNamed(t *testing.T) {
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
	both := map[string]string{"sato": "sato@example.jp", "abe": "abe@example.jp"}
	for name, x := range map[string]struct {
		boxes   map[string]string
		refuses string
		none    bool
		err     error
		check   error
	}{
		"everybody":     {boxes: both},
		"one refused":   {boxes: both, refuses: "abe@example.jp", err: errLater},
		"nobody named":  {err: mailbox.ErrNoReader, check: mailbox.ErrNoReader},
		"no server set": {boxes: both, none: true, err: mailbox.ErrNoMail, check: mailbox.ErrNoMail},
	} {
		s := server{refuses: x.refuses, taken: map[string]string{}}
		m := mailbox.Mailboxes{
			Sender: func() notify.Sender {
				if x.none {
					return nil
				}
				return s
			},
			Ready: func() bool { return !x.none }, Boxes: func() map[string]string { return x.boxes }, Wall: time.Now,
		}
		if err := m.Check(t.Context()); !errors.Is(err, x.check) {
			t.Errorf("%s: checked %v", name, err)
		}
		_, err := m.Put(t.Context(), c)
		if !errors.Is(err, x.err) {
			t.Errorf("%s: %v", name, err)
		}
		if err == nil && len(s.taken) != len(x.boxes) {
			t.Errorf("%s: taken %v", name, s.taken)
		}
		for to, letter := range s.taken {
			if !bytes.Equal(timeline.FindCheckpoint([]byte(letter)), c.Note) {
				t.Errorf("%s: %s cannot verify with %q", name, to, letter)
			}
		}
	}
}
