// Package notify carries messages out: destinations, senders, outcomes and the
// outbox loop. It guarantees that a page to a person is tried until it is
// accepted or a human is told, and that a message to an authority is never
// sent twice by the machine.
package notify

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Means is how somebody is reached.
type Means string

// The means. Phone and fax are done by hand: irbot shows the script and
// records who answered.
const (
	Slack   Means = "slack"
	Mail    Means = "mail"
	SMS     Means = "sms"
	Voice   Means = "voice"
	Phone   Means = "phone"
	Fax     Means = "fax"
	Webhook Means = "webhook"
	// Drill is where everything for outside goes in a drill: it never leaves.
	Drill Means = "drill"
)

// ISO2022JP is the old Japanese character set of mail (RFC 1468), for
// recipients whose systems read no other.
const ISO2022JP = "iso-2022-jp"

// Envelope is one message to one address by one means, ready to leave.
type Envelope struct {
	ID       string // of the message, e.g. IR-12/n17/watanabe; see Name and Key
	Incident string
	Drill    bool
	Kind     string // "page", "notice", "post", "open"
	Means    Means
	To       string // address in the form of the means: mail address, Slack user or channel id, number
	ToName   string // for people to read
	Subject  string
	Body     string
	TLP      string
	Card     string // key of the card to draw on a chat surface; "" = plain text
	Try      int    // 1 for the first attempt
	Repeat   bool   // an earlier attempt may have arrived: mark it as a possible repeat
	At       time.Time

	Files []File // go with a notice, by the means that can carry them; part of what was approved

	Charset string // of a mail: ISO2022JP where the recipient asked for it; "" = UTF-8

	InReplyTo string // ID of the earlier envelope this one follows up; "" = starts a thread

	With []string // IDs of the envelopes this one carries besides its own
}

// Name is the ID of an envelope that leaves by itself. One that carries others
// has a name of that very set: a receiver that drops what it knows must drop it
// only where it has every part of it.
func (e Envelope) Name() string {
	if len(e.With) == 0 {
		return e.ID
	}
	return fmt.Sprintf("%s+%x", e.ID, sha256.Sum256([]byte(strings.Join(e.With, " "))))[:len(e.ID)+17]
}

// Key tells one message from another on the other side, for ever: its name, and
// when it was asked for. A record begun anew, or restored from a copy, gives the
// same names again, and a mailbox that drops what it knows would drop the page.
func (e Envelope) Key() string {
	if e.At.IsZero() {
		return e.Name()
	}
	return e.Name() + "/" + strconv.FormatInt(e.At.Unix(), 36)
}

// File is an attachment. Its name is ASCII and made by irbot.
type File struct {
	Name string
	Data []byte
}

// Receipt is the proof a provider gives back.
type Receipt struct {
	ID   string // Message-ID, Slack channel:ts, provider reference
	Note string // what the other side said, for people
}

// Sender delivers one envelope. A nil error means the provider accepted it.
// Errors are classified by *Failure; any other error counts as Unknown.
type Sender interface {
	Send(ctx context.Context, e Envelope) (Receipt, error)
}

// Class says what a failed attempt means for the next one.
type Class string

// The classes of failure.
const (
	Temporary Class = "temporary" // certainly not accepted; trying again may help
	Permanent Class = "permanent" // certainly not accepted; trying again will not help
	Unknown   Class = "unknown"   // may have been accepted
)

// Failure is a classified error of a Sender.
type Failure struct {
	Class      Class
	RetryAfter time.Duration // 0: the loop decides
	Down       bool          // the provider itself could not be reached; says nothing about this message
	Err        error
}

// Error tells the cause.
func (f *Failure) Error() string { return f.Err.Error() }

// Unwrap gives the cause.
func (f *Failure) Unwrap() error { return f.Err }

// Classify reads the class of an error and the wait the other side asked for.
func Classify(err error) (Class, time.Duration) {
	var f *Failure
	if errors.As(err, &f) {
		return f.Class, f.RetryAfter
	}
	return Unknown, 0
}
