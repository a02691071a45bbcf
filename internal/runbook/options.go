package runbook

import "time"

// Options are what a site adds to the built-in words, and what it knows. The
// zero value reads a file by itself, without looking anything up.
type Options struct {
	Labels   map[string][]string // extra words by fact name of the label table, e.g. "owner": {"班長"}
	Sections Sections
	Zone     *time.Location // zone of clock times; Asia/Tokyo if nil
	Known    Known
	Today    time.Time // for review dates; zero = no date checks
	Strict   bool      // the strict profile, whatever the file says
	Silent   []string  // rule ids silenced in configuration
}

// Sections are extra heading words of a site.
type Sections struct {
	Context []string // headings that hold no steps
	Action  []string // headings under which something is done
}

// Known are the look-ups of a site. A nil function means "cannot tell": the
// rules that need it stay silent.
type Known struct {
	Role         func(name string) bool
	Person       func(name string) bool // of our own, whom a ladder can call
	Destination  func(name string) (outside, ok bool)
	Policy       func(name string) bool
	Calendar     bool // business days are configured
	File         func(path string) bool
	ContactStale func(name string) bool
}
