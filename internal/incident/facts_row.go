package incident

import (
	"time"

	"irbot/internal/timeline"
)

// The kinds of entry about rows counted by hand.
const (
	KindRowAdded  timeline.Kind = "row.added"
	KindRowVoided timeline.Kind = "row.voided"
	KindListTaken timeline.Kind = "list.imported"
)

// rowFacts hold what finds a row again. Its values, plates and names among
// them, are in the text.
type rowFacts struct {
	Row      int    `json:"row"`
	Type     string `json:"type,omitempty"`
	Key      string `json:"key,omitempty"` // container number
	Step     string `json:"step,omitempty"`
	Replaces int    `json:"replaces,omitempty"` // the row this one corrects
	Paper    bool   `json:"late,omitempty"`     // typed in afterwards, from paper
	Sheet    string `json:"sheet,omitempty"`    // evidence that shows the paper
}

type listFacts struct {
	List       string `json:"list"`
	Attachment string `json:"attachment"`
	Size       int64  `json:"size"`
	Boxes      int    `json:"boxes"`
	Bad        int    `json:"bad,omitempty"`
}

// Counted is a row that was counted by hand. Rows are only ever added: one that
// was wrong is followed by one that replaces it, or voided.
type Counted struct {
	N        int
	Type     string // of package tally
	Key      string // container number, "" where the type has none
	Seq      int64  // entry whose text holds the values
	At       time.Time
	By       string
	Step     string
	Replaces int
	Paper    bool
	Sheet    string // evidence that shows the paper, E3
	Voids    int    // the row this one only takes back; it holds no values
}

// Holding is how many rows of a step hold: a corrected row is one row.
func (s *Incident) Holding(step string) int {
	n := 0
	for _, r := range s.RowsOf("") {
		if r.Step == step {
			n++
		}
	}
	return n
}

// TOSList is a list out of the terminal operating system.
type TOSList struct {
	ID   string // L1
	Hash string
	Seq  int64
	At   time.Time
	By   string
}

// RowsOf are the rows of a type ("" for all) that hold: neither replaced nor
// voided, in the order they were counted.
func (s *Incident) RowsOf(kind string) []Counted {
	gone := map[int]bool{}
	for _, r := range s.Rows {
		gone[r.Replaces], gone[r.Voids] = true, true
	}
	var out []Counted
	for _, r := range s.Rows {
		if r.Voids == 0 && !gone[r.N] && (kind == "" || r.Type == kind) {
			out = append(out, r)
		}
	}
	return out
}

// Counted finds a row by its number; ok is false for one that is not there, was
// replaced or voided.
func (s *Incident) Counted(n int) (row Counted, ok bool) {
	for _, r := range s.Rows {
		switch {
		case r.N == n && r.Voids == 0:
			row, ok = r, true
		case r.Replaces == n || r.Voids == n:
			return row, false
		}
	}
	return row, ok
}

func applyRow(s *Incident, e *timeline.Entry) {
	if e.Kind == KindListTaken {
		f := decode[listFacts](e)
		s.Lists = append(s.Lists, TOSList{ID: f.List, Hash: f.Attachment, Seq: e.Seq, At: e.RecordedAt, By: e.Actor})
		return
	}
	f := decode[rowFacts](e)
	if e.Kind == KindRowVoided {
		s.Rows = append(s.Rows, Counted{N: -f.Row, Voids: f.Row, Seq: e.Seq, At: e.HappenedAt, By: e.Actor})
		return
	}
	s.Rows = append(s.Rows, Counted{
		N: f.Row, Type: f.Type, Key: f.Key, Seq: e.Seq, At: e.HappenedAt, By: e.Actor, Step: f.Step, Replaces: f.Replaces, Paper: f.Paper, Sheet: f.Sheet,
	})
	s.LastRow = max(s.LastRow, f.Row)
	if st := s.Step(f.Step); st != nil {
		st.Counted++
	}
}
