package incident

import "irbot/internal/timeline"

// The kinds of entry about facts, and about what is done with letters made of
// them.
const (
	KindFact           timeline.Kind = "fact.set"
	KindConsent        timeline.Kind = "consent.recorded"
	KindNoticeOverride timeline.Kind = "notice.overridden" // a fact above the recipient's TLP was let through by name
	KindNoticeAttached timeline.Kind = "notice.attached"   // a file was made for it
)

// factFacts is one statement about one of the twenty fields. Its value is in
// the text.
type factFacts struct {
	Field   string `json:"field"`
	Conf    string `json:"conf"` // confirmed, estimated, unknown
	AsOf    micros `json:"as_of_us,omitempty"`
	Source  int64  `json:"source_seq,omitempty"`
	TLP     string `json:"tlp"`
	Derived bool   `json:"derived,omitempty"`  // a value taken from the record was confirmed as it stood
	Before  int64  `json:"replaces,omitempty"` // the statement it takes the place of
}

type consentFacts struct {
	Consent string `json:"consent"`
	To      string `json:"to"`
	Given   bool   `json:"given"`
}

type overrideFacts struct {
	Notice string `json:"notice"`
	Field  string `json:"field"`
	TLP    string `json:"tlp"`
	Max    string `json:"max"`
}

type attachedFacts struct {
	Notice     string `json:"notice"`
	Attachment string `json:"attachment"`
	Size       int64  `json:"size"`
	Format     string `json:"format"` // pdf, xlsx
}
