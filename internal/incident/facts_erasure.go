package incident

import (
	"time"

	"irbot/internal/timeline"
)

// The kinds of entry about erasing texts; the erasure itself is KindErased.
const (
	KindErasureAsked   timeline.Kind = "erasure.asked"
	KindErasureRefused timeline.Kind = "erasure.refused"
)

// Erasure is a request to erase texts, and what became of it. One person asks,
// another one approves (ARCHITECTURE 3 and 10.15).
type Erasure struct {
	ID       string // X1
	Entries  []int64
	Asker    string
	Files    bool   // the files that these entries keep go too
	Approver string // who is asked to approve
	Rule     string // id of the retention rule it came from, "" for a demand
	Seq      int64  // entry whose text holds the reason
	At       time.Time
	State    string // asked, done, refused
	Ended    time.Time
	EndSeq   int64
	By       string
}

// The states of an erasure.
const (
	ErasureAsked   = "asked"
	ErasureDone    = "done"
	ErasureRefused = "refused"
)

type erasureFacts struct {
	Erasure  string  `json:"erasure"`
	Entries  []int64 `json:"entries,omitempty"`
	Approver string  `json:"approver,omitempty"`
	Rule     string  `json:"rule,omitempty"`
	Files    bool    `json:"files,omitempty"`
}

type erasedFacts struct {
	Erases   int64  `json:"erases"`
	Approver string `json:"approver"`
	Erasure  string `json:"erasure,omitempty"`
	Asker    string `json:"asked_by,omitempty"`
	File     string `json:"file_sha256,omitempty"` // bare hash of the kept file that went with the text
}
