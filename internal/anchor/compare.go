package anchor

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"irbot/internal/timeline"
)

// Kinds of findings.
const (
	Behind     = "behind"     // the anchor is of a longer log than the store has: an old copy, or a cut tail
	Forked     = "forked"     // the store has other entries than the anchor saw: changed or replaced
	Unsigned   = "unsigned"   // a note none of the site's keys signed: a foreign or forged one
	Unreadable = "unreadable" // the place could not be read, or a file in it is no note
)

// Finding is an anchor that does not fit the store.
type Finding struct {
	Place    string `json:"place"`
	Kind     string `json:"kind"`
	Incident string `json:"incident,omitempty"`
	Size     int64  `json:"size,omitempty"`   // of the anchor
	Have     int64  `json:"have"`             // entries in the store
	Head     string `json:"head,omitempty"`   // of the anchor, hex
	Detail   string `json:"detail,omitempty"` // for experts
}

// Serious tells whether the finding speaks against the store itself.
func (f Finding) Serious() bool { return f.Kind == Behind || f.Kind == Forked }

// Point names the anchor in one word fit for facts, e.g. IR-12:57:3f9c1a2b7d40e511.
func (f Finding) Point() string { return fmt.Sprintf("%s:%d:%.16s", f.Incident, f.Size, f.Head) }

// Heads looks a log up: its head at a size, and how many entries it has. A log
// that is not there has none; the head is zero where the log is shorter.
type Heads func(ctx context.Context, incident string, size int64) (head [timeline.HeadSize]byte, have int64, err error)

// Seen is what a comparison went through.
type Seen struct {
	Notes    int              `json:"notes"`  // anchors read
	Held     int              `json:"held"`   // that fit the store
	Newest   map[string]int64 `json:"newest"` // log → size of the newest anchor that fits
	Findings []Finding        `json:"findings"`
}

// Compare holds anchors of one place to the store. The error is about looking
// the store up; what does not fit is a finding.
func Compare(ctx context.Context, place string, notes [][]byte, keys *timeline.Keys, heads Heads) (Seen, error) {
	out := Seen{Newest: map[string]int64{}, Findings: []Finding{}}
	for _, n := range notes {
		out.Notes++
		c, err := timeline.ReadCheckpoint(n)
		if err != nil {
			out.Findings = append(out.Findings, Finding{Place: place, Kind: Unreadable, Detail: err.Error()})
			continue
		}
		f := Finding{Place: place, Incident: c.Incident, Size: c.Size, Head: fmt.Sprintf("%x", c.Head[:])}
		if _, err := keys.OpenCheckpoint(n); err != nil {
			f.Kind, f.Detail = Unsigned, err.Error()
			out.Findings = append(out.Findings, f)
			continue
		}
		head, have, err := heads(ctx, c.Incident, c.Size)
		if err != nil {
			return out, fmt.Errorf("compare %s at %d: %w", c.Incident, c.Size, err)
		}
		f.Have = have
		switch {
		case have < c.Size:
			f.Kind = Behind
			out.Findings = append(out.Findings, f)
		case head != c.Head:
			f.Kind, f.Detail = Forked, fmt.Sprintf("store %x", head[:8])
			out.Findings = append(out.Findings, f)
		default:
			out.Held++
			out.Newest[c.Incident] = max(out.Newest[c.Incident], c.Size)
		}
	}
	return out, nil
}

// Survey reads every place that can be read and compares it with the store. A
// place that cannot be read is a finding, not an error.
func Survey(ctx context.Context, spots []Spot, keys *timeline.Keys, heads Heads) (Seen, error) {
	all := Seen{Newest: map[string]int64{}, Findings: []Finding{}}
	for _, s := range spots {
		shelf, ok := s.Place.(Shelf)
		if !ok {
			continue
		}
		one, cancel := context.WithTimeout(ctx, patience) // a place that swallows everything must not keep a restore waiting
		notes, err := shelf.Notes(one)
		cancel()
		if err != nil {
			all.Findings = append(all.Findings, Finding{Place: s.ID, Kind: Unreadable, Detail: err.Error()})
			continue
		}
		found, err := Compare(ctx, s.ID, notes, keys, heads)
		if err != nil {
			return all, err
		}
		all.add(found)
	}
	return all, nil
}

func (s *Seen) add(o Seen) {
	s.Notes, s.Held = s.Notes+o.Notes, s.Held+o.Held
	s.Findings = append(s.Findings, o.Findings...)
	for id, n := range o.Newest {
		s.Newest[id] = max(s.Newest[id], n)
	}
}

// Serious gives what speaks against the store, the newest anchor of every log
// and kind first and only once; anchors somebody has accepted as lost (see
// Finding.Point) are left out.
func (s *Seen) Serious(accepted []string) []Finding {
	best := map[string]Finding{}
	known := make(map[string]bool, len(accepted)) // thousands after an outage of weeks
	for _, p := range accepted {
		known[p] = true
	}
	for _, f := range s.Findings {
		if !f.Serious() || known[f.Point()] {
			continue
		}
		if old, ok := best[f.Incident+f.Kind]; !ok || f.Size > old.Size {
			best[f.Incident+f.Kind] = f
		}
	}
	out := make([]Finding, 0, len(best))
	for _, f := range best {
		out = append(out, f)
	}
	slices.SortFunc(out, func(a, b Finding) int { return strings.Compare(a.Incident+a.Kind, b.Incident+b.Kind) })
	return out
}
