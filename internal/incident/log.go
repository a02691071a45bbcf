package incident

import (
	"context"
	"errors"
	"fmt"
	"time"

	"irbot/internal/timeline"
)

// Change is what a command wants recorded. An empty Change records nothing.
type Change struct {
	Entries []timeline.Draft
	Blobs   []Blob // kept files, stored in the same transaction
	Outcome Outcome
	// Then gives what follows from the state after Entries, for the same
	// transaction; nil where nothing does. It is not called without Entries.
	Then func(*Incident) []timeline.Draft
	// Ahead is told, before the commit, what the transaction leads to: the state
	// after everything and all its entries. What takes time may be prepared from
	// them while the disk is waited for, but nothing of it may be seen outside
	// before the call came back without an error. It must not block, must not
	// change what it is given, and is not called without Entries; nil: nobody is told.
	Ahead func(*Incident, []timeline.Entry)
}

// Blob is a kept file, named by the SHA-256 of its bytes in lower-case hex.
type Blob struct {
	Hash string
	Data []byte
}

// Outcome tells the caller what came of a command, as a key of the wording
// catalogue and its arguments.
type Outcome struct {
	Code string            // "" is plain success
	Args map[string]string // arguments of the wording
	Ref  string            // id of the thing made, e.g. e1, N2, D3, r1
	Seq  int64             // the entry that holds what the person typed; 0: the first one

	Refused bool `json:",omitempty"` // Code is that of a Refusal, so that the same request is refused again
}

// Result is what one transaction did.
type Result struct {
	Incident  string
	Entries   []timeline.Entry // what was appended, in order; empty for a duplicate
	State     *Incident        // after the change; must not be modified
	Outcome   Outcome
	Seq       int64     // the entry that holds what the person typed
	At        time.Time // RecordedAt of that entry
	Duplicate bool      // the request key was seen before: nothing was written
	Timers    bool      // alarms were armed or disarmed
	Outbox    bool      // messages wait to leave that did not before, or from another time on
}

// Opening asks the log for a new incident.
type Opening struct {
	Drill   bool
	Request string // identity of the person's act; "" = none
	Now     time.Time
}

// Target asks the log for a change of an existing incident or of the SITE log.
type Target struct {
	Incident string
	Request  string
	Now      time.Time
}

// Log stores the record. One call is one transaction: entries, timers, outbox,
// request key and index are stored together or not at all. A request key that
// was seen before gives the first answer again and calls nothing.
type Log interface {
	Create(ctx context.Context, o Opening, decide func(id string) (Change, error)) (Result, error)
	Update(ctx context.Context, t Target, decide func(*Incident) (Change, error)) (Result, error)
}

// Reader reads what is committed.
type Reader interface {
	// State is the folded state; ErrNotFound if there is no such incident.
	State(ctx context.Context, id string) (*Incident, error)
	// Entries gives entries from..to with their texts; to 0 means the head.
	Entries(ctx context.Context, id string, from, to int64) ([]timeline.Entry, error)
	// Texts gives the texts of some entries; an erased one is absent.
	Texts(ctx context.Context, id string, seqs []int64) (map[int64]timeline.Text, error)
}

// Errors of the rules and of the store.
var (
	ErrNotFound    = errors.New("no such incident")
	ErrNotRecorded = errors.New("not recorded")
)

// Refusal is a command that was understood and not allowed or not possible.
// Code is a key of the wording catalogue.
type Refusal struct {
	Code     string
	Args     map[string]string
	Recorded bool // a command.refused entry was committed
}

// Error is the code and its arguments, for logs; surfaces show the wording.
func (r *Refusal) Error() string {
	if len(r.Args) == 0 {
		return r.Code
	}
	return fmt.Sprintf("%s %v", r.Code, r.Args)
}

// refuse builds a Refusal from a code and name/value pairs.
func refuse(code string, kv ...string) *Refusal {
	r := &Refusal{Code: code}
	for i := 0; i+1 < len(kv); i += 2 {
		if r.Args == nil {
			r.Args = map[string]string{}
		}
		r.Args[kv[i]] = kv[i+1]
	}
	return r
}
