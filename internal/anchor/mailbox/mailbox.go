// Package mailbox mails checkpoints to our own people: every mailbox is a witness
// that nobody on this machine can call back. It guarantees that a checkpoint
// counts as taken only when the mail server took it for everybody who is named
// now, and that a letter saved as text can be verified against.
package mailbox

import (
	"context"
	"errors"
	"fmt"
	"time"

	"irbot/internal/notify"
	"irbot/internal/timeline"
)

// Errors of the place.
var (
	// ErrNoMail says that no mail server is set up.
	ErrNoMail = errors.New("mail is not set up")
	// ErrNoReader says that nobody who is named has an address.
	ErrNoReader = errors.New("nobody there has a mail address")
)

// Mailboxes are a place for anchors.
type Mailboxes struct {
	Sender func() notify.Sender     // nil: mail is not set up
	Ready  func() bool              // a mail server is configured
	Boxes  func() map[string]string // person → address, as they are now: who left gets no copies
	Wall   func() time.Time
}

// Put implements anchor.Place.
func (m Mailboxes) Put(ctx context.Context, c timeline.Checkpoint) ([]byte, error) {
	sender := m.Sender()
	if sender == nil {
		return nil, ErrNoMail
	}
	boxes := m.Boxes()
	if len(boxes) == 0 {
		return nil, ErrNoReader
	}
	for person, to := range boxes {
		_, err := sender.Send(ctx, notify.Envelope{
			ID: fmt.Sprintf("anchor/%s/%d/%s", c.Incident, c.Size, person), Incident: c.Incident, Kind: notify.KindPost, Means: notify.Mail, To: to,
			Subject: fmt.Sprintf("記録の控え %s #%d / checkpoint", c.Incident, c.Size), Body: letter(c), At: m.Wall(),
		})
		if err != nil {
			return nil, fmt.Errorf("mail checkpoint: %w", err)
		}
	}
	return nil, nil
}

func letter(c timeline.Checkpoint) string {
	return "この控えを消さずに取っておいてください。記録が書き換えられていないことを、後で確かめるためのものです。\n" +
		"Please keep this: it shows later that the record was not changed.\n" +
		"このメールを文字で保存し / save this mail as text, then\n" +
		"  irbot verify FILE.zip --checkpoint MAIL.txt\n\n" +
		timeline.Words(c.Head) + "\n\n" + string(c.Note)
}

// Check implements anchor.Place.
func (m Mailboxes) Check(context.Context) error {
	if !m.Ready() {
		return ErrNoMail
	}
	if len(m.Boxes()) == 0 {
		return ErrNoReader
	}
	return nil
}
