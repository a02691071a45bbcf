package report

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"slices"
	"sort"
	"strings"

	"irbot/internal/calendar"
)

//go:embed rules/*.yaml
var shippedRules embed.FS

// RuleFile is one file of rules as written.
type RuleFile struct {
	Name string
	Data []byte
}

// ShippedRules gives the rule files that come with irbot, by name.
func ShippedRules() ([]RuleFile, error) {
	entries, err := fs.ReadDir(shippedRules, "rules")
	if err != nil {
		return nil, fmt.Errorf("list shipped rules: %w", err)
	}
	var out []RuleFile
	for _, e := range entries {
		data, err := shippedRules.ReadFile("rules/" + e.Name())
		if err != nil {
			return nil, fmt.Errorf("read shipped rules %s: %w", e.Name(), err)
		}
		out = append(out, RuleFile{e.Name(), data})
	}
	return out, nil
}

// MergeRules lays the operator's files over the shipped ones: a file of the same
// name takes the place of the shipped one.
func MergeRules(base, own []RuleFile) []RuleFile {
	byName := map[string]RuleFile{}
	for _, f := range slices.Concat(base, own) {
		byName[f.Name] = f
	}
	var out []RuleFile
	for _, f := range byName {
		out = append(out, f)
	}
	sort.Slice(out, func(i, j int) bool { return out[i].Name < out[j].Name })
	return out
}

// Book is the rules an installation works by, with what the operator is.
type Book struct {
	Rules   []Rule
	Profile Profile
	Files   []RuleFile
}

// Selected is a rule that applies, and how it counts here.
type Selected struct {
	Rule
	Plan Plan
	Own  *OwnTarget // the operator's own limit, nil if none is set
}

// Select gives the duties of this operator for an incident of a day, in the
// order of the files.
func (b Book) Select(on calendar.Date) []Selected {
	var out []Selected
	for _, r := range b.Rules {
		if !r.InForce(on) || !b.Profile.Has(r.When) {
			continue
		}
		out = append(out, b.selected(r))
	}
	return out
}

// Pending gives the rules that would apply and are announced only.
func (b Book) Pending() []Selected {
	var out []Selected
	for _, r := range b.Rules {
		if r.Pending && b.Profile.Has(r.When) {
			out = append(out, b.selected(r))
		}
	}
	return out
}

func (b Book) selected(r Rule) Selected {
	s := Selected{Rule: r, Plan: r.Plan(b.Profile)}
	if o, ok := b.Profile.own(r.ID); ok {
		s.Own = &o
	}
	return s
}

// Pin writes down what applies on a day, whole: the profile, the operator's own
// targets and days, and every file of rules as it stands. The bytes depend on
// nothing else, so that the same rules have the same hash, which is the SHA-256
// in lower-case hex.
func (b Book) Pin(on calendar.Date) (data []byte, hash string) {
	var w strings.Builder
	fmt.Fprintf(&w, "# irbot duties/v1\n# zone: %s\n# profile: %s\n", b.Profile.Zone, strings.Join(b.Profile.Flags, " "))
	fmt.Fprintf(&w, "# closed: %s\n# working: %s\n", strings.Join(b.Profile.Calendar.Closed, " "), strings.Join(b.Profile.Calendar.Working, " "))
	for _, o := range b.Profile.Own {
		fmt.Fprintf(&w, "# own target: %s from %q within %s basis %q checked %s\n", o.Duty, o.From, o.Within, o.Basis, o.Checked)
	}
	for _, s := range b.Select(on) {
		fmt.Fprintf(&w, "# applies: %s in force from %s, %s\n", s.ID, s.From, s.Title)
	}
	for _, f := range b.Files {
		fmt.Fprintf(&w, "\n# ==== %s, %d bytes ====\n%s", f.Name, len(f.Data), f.Data)
	}
	sum := sha256.Sum256([]byte(w.String()))
	return []byte(w.String()), hex.EncodeToString(sum[:])
}
