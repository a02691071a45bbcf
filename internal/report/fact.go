package report

import (
	"slices"
	"time"
)

// Confidence says how sure a fact is (確認, 推定, 不明).
type Confidence string

// The confidences of a fact. Unknown is a value: somebody looked and it is not
// known, which is not the same as nobody having said anything.
const (
	Confirmed Confidence = "confirmed"
	Estimated Confidence = "estimated"
	Unknown   Confidence = "unknown"
)

// Confidences lists them, the surest first.
func Confidences() []Confidence { return []Confidence{Confirmed, Estimated, Unknown} }

// UnknownWords stand where a fact is not known: never blank, never invented.
const UnknownWords = "不明（調査中）"

// HeldWords stand where a fact may not go to this recipient.
const HeldWords = "（共有範囲 TLP を超えるため記載しません）"

// The kinds of report in a series.
const (
	First  = "first"
	Update = "update"
	Final  = "final"
)

// Fact is what is known about one of the twenty fields.
type Fact struct {
	Field   string
	Value   string     // as it stands in letters
	EN      string     // a derived value for readers of English; "" where it is the same
	Conf    Confidence // "" where nobody said anything and nothing can be derived
	AsOf    time.Time  // the moment the value stands for
	Source  int64      // entry it comes from; 0: none named
	Seq     int64      // entry that set it; 0: derived from the record
	TLP     string     // label without "TLP:", e.g. AMBER
	Derived bool       // taken from the record and confirmed by nobody
}

// In is the value in a language, to be read on a screen. What a person stated is
// never translated.
func (f Fact) In(lang string) string { return either(lang, f.Value, f.EN) }

// Known reports whether there is a value to print.
func (f Fact) Known() bool { return f.Value != "" && f.Conf != Unknown && f.Conf != "" }

// Answered reports whether somebody gave a value or said that it is not known,
// or the record itself gives a value.
func (f Fact) Answered() bool { return f.Known() || f.Conf == Unknown }

// TLPRank orders the labels of TLP 2.0 (FIRST) from CLEAR, 0, to RED, 4; -1 for
// a label that is none.
func TLPRank(label string) int {
	return slices.Index([]string{"CLEAR", "GREEN", "AMBER", "AMBER+STRICT", "RED"}, label)
}

// Above reports whether a fact is labelled more strictly than a letter may be.
// What has no readable label counts as the strictest.
func Above(fact, ceiling string) bool {
	f := TLPRank(fact)
	if f < 0 {
		f = TLPRank("RED")
	}
	return f > TLPRank(ceiling)
}
