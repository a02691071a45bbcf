package notify

import (
	"errors"
	"fmt"
	"hash/fnv"
	"strings"
	"time"
	"unicode"
)

// The kinds of envelope, in the order in which they leave.
const (
	KindPage      = "page"      // asks a person to answer; at least once, recognisable when repeated
	KindNotice    = "notice"    // approved text to an outside body; never sent again by the machine when in doubt
	KindInform    = "inform"    // tells a person, without asking for an answer
	KindStandDown = "standdown" // tells a person that the page is answered
	KindOpen      = "open"      // opens a room on a chat surface
	KindPost      = "post"      // keeps a chat surface up to date
)

// Outcome is what became of one attempt; it is recorded before anything else
// happens to the envelope.
type Outcome struct {
	Receipt Receipt
	Class   Class // "" = accepted by the provider
	// RetryAfter is the wait before the next attempt, should there be one. It is
	// set for Temporary and Unknown: what the provider asked for, else Backoff.
	RetryAfter time.Duration
	Err        string // for people and the record; "" when accepted
	At         time.Time
	// Down says that the provider itself could not be reached: the next envelope
	// would fare no better, so a page need not wait for another try there.
	Down bool
	// NotTried says that the envelope was never handed to a sender (the loop was
	// stopping): nothing was sent and the attempt does not count.
	NotTried bool
	// With is the envelope that carried this one, because the limit of the person
	// was reached; "" for one that left by itself.
	With string
	// Carries are the envelopes that this one carried.
	Carries []string
}

// Accepted tells whether the provider took the message.
func (o Outcome) Accepted() bool { return o.Class == "" }

// LongWait is more than a page can wait because a provider asks for time; then
// it is better tried another way.
const LongWait = time.Minute

const (
	minWait    = time.Second
	maxAsked   = time.Hour // a provider cannot silence a page for longer by asking for a longer wait
	maxErrText = 400       // characters
)

// Backoff is the wait after the given attempt (1 for the first) of the
// envelope with this id. It doubles from 5 s to 1 min, stays at 1 min for the
// first quarter of an hour, because greylisting ends within it and a page must
// follow within a minute, and then doubles to 5 min and stays there: it never
// gives up. The same id and attempt always give the same wait; a seeded jitter
// of up to a quarter keeps envelopes that failed together apart.
func Backoff(id string, try int) time.Duration {
	full := backoffStep(try)
	h := fnv.New64a()
	fmt.Fprintf(h, "%s/%d", id, try)
	cut := time.Duration(h.Sum64() % uint64(full/4))
	return full - cut
}

func backoffStep(try int) time.Duration {
	const plateau = 15
	switch {
	case try <= 1:
		return 5 * time.Second
	case try <= 4:
		return 5 * time.Second << (try - 1)
	case try <= plateau:
		return time.Minute
	case try <= plateau+2:
		return time.Minute << (try - plateau)
	default:
		return 5 * time.Minute
	}
}

// outcomeOf turns what a sender answered into an outcome.
func outcomeOf(e Envelope, r Receipt, err error, at time.Time) Outcome {
	if err == nil {
		return Outcome{Receipt: r, At: at}
	}
	class, asked := Classify(err)
	o := Outcome{Receipt: r, Class: class, Err: cleanText(err.Error()), At: at, Down: unreachable(err)}
	if class == Permanent {
		return o
	}
	o.RetryAfter = Backoff(e.ID, e.Try)
	if asked > 0 {
		o.RetryAfter = min(max(asked, minWait), maxAsked)
	}
	return o
}

// unreachable tells whether an error speaks of the provider rather than of the message.
func unreachable(err error) bool {
	var f *Failure
	if errors.As(err, &f) && f.Down {
		return true
	}
	var t interface{ Timeout() bool }
	return errors.As(err, &t) && t.Timeout()
}

// cleanText makes an error of a far-away server fit to be shown and recorded:
// one line, no control characters, not endless.
func cleanText(s string) string {
	s = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || r == '\u2028' || r == '\u2029' || r == unicode.ReplacementChar {
			return ' '
		}
		return r
	}, s)
	s = strings.Join(strings.Fields(s), " ")
	if runes := []rune(s); len(runes) > maxErrText {
		return string(runes[:maxErrText]) + "…"
	}
	return s
}
