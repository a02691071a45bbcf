package incident

import "time"

// Summary is the board's row of an incident, kept in the index.
type Summary struct {
	ID       string
	Drill    bool
	Status   Status
	Severity int
	Seq      int64
	Declared time.Time
	Next     time.Time // nearest deadline of any sort; zero if none
	Changed  time.Time
}

// Row is a message to carry out, as kept in the outbox table.
type Row struct {
	ID       string
	Incident string
	State    MessageState // Queued or Sending
	Next     time.Time
	Means    string
	Rank     int // 0 page, 1 notice, 2 post
}
