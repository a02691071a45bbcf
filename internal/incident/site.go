package incident

import (
	"slices"
	"strings"
	"time"

	"irbot/internal/directory"
	"irbot/internal/escalation"
	"irbot/internal/report"
	"irbot/internal/runbook"
)

// Site is what the rules know of the installation. It is read-only; a reload
// builds a new one.
type Site struct {
	ID     string
	Name   string
	NameEN string
	Zone   *time.Location
	Phone  string // duty phone number, shown on every page

	Directory *directory.Directory
	RoleOf    func(words string) string                  // role id for words in a runbook, "" if unknown
	DestOf    func(words string) string                  // destination id for words in a runbook, "" if unknown
	OnDuty    func(roster string, at time.Time) []string // nil: by Rosters and Book

	Business func(day time.Time) bool // a day the site works on; nil: no calendar, a business day is 24 hours

	Rosters   escalation.Rosters // of the configuration
	Book      *DutyBook          // what people agreed on top of them; nil: nothing
	Policies  []escalation.Policy
	Quiet     escalation.Quiets
	OnReport  string // policy climbed when a finder reports
	OnDeclare string // policy climbed at declaration (towards the CISO)

	Reread   func() // makes Runbook look at the files again at once; nil: it always does
	Runbook  func(id string) (*runbook.Runbook, bool)
	Runbooks func() []string
	Mapped   map[string]string // what the finder saw → runbook id; "" key is the default

	Forms       *report.Forms      // the twenty fields and the forms over them; nil: notices are free texts
	Duties      []DutyRule         // the operator's own clocks
	Rules       func() report.Book // duties by law, guideline and contract, as data; nil: none
	ReportFirst time.Duration      // first status report after declaration; 0 means ReportEvery
	ReportEvery time.Duration      // rhythm of status reports in the first two hours; 0 turns it off
	ReportLater time.Duration

	Permissions  map[Class][]string // class → roles; "*" is everybody in the directory
	SoleApproval bool               // the author may approve too; shown as 単独承認
	TwoApprovers []string           // destinations that need two approvals, of two people who did not write the text
	Surfaces     []string           // chat surfaces in use, e.g. slack
	Announce     map[string]string  // chat surface → channel in which incidents are announced
	Carried      []string           // means irbot can use by itself; nil is all of them
	Plan         *Plan              // what is aimed at when the systems are down; may be nil
	Systems      *directory.Systems // the register of systems; may be nil
	Review       ReviewPlan         // what is aimed at and asked after an incident
	Demo         bool               // everything is a drill and nothing leaves
}

// DutyRule is a reporting clock the site keeps. Where the law gives no number
// the limit is the operator's own target and Basis says so.
type DutyRule struct {
	ID      string
	Dest    string
	From    string // declared, detected, recognised, occurred
	Within  time.Duration
	Name    string
	NameEN  string
	Basis   string
	BasisEN string
	Checked time.Time // when the operator last checked the rule
	Quiet   bool      // nobody is paged before or after its end
}

// Class groups commands that the same people may give.
type Class string

// The classes of the role table.
const (
	MayReport    Class = "report"    // tell that something is wrong
	MayDeclare   Class = "declare"   // declare an incident
	MayRespond   Class = "respond"   // take, do, note, acknowledge
	MayLead      Class = "lead"      // roles, severity, cautions lifted, runbooks started
	MayDecide    Class = "decide"    // decisions
	MayApprove   Class = "approve"   // outside notices
	MayClose     Class = "close"     // close an incident
	MayConfigure Class = "configure" // accounts and settings
	MayMachine   Class = "machine"   // what only irbot itself does
)

// DefaultPermissions is the role table where the configuration says nothing.
func DefaultPermissions() map[Class][]string {
	return map[Class][]string{
		MayReport:    {"*"},
		MayDeclare:   {"*"},
		MayRespond:   {"*"},
		MayLead:      {"lead", "ciso", "exec"},
		MayDecide:    {"lead", "ciso", "ciso-deputy", "exec", "ops"},
		MayApprove:   {"ciso", "ciso-deputy"},
		MayClose:     {"lead", "ciso", "exec"},
		MayConfigure: {"admin"},
	}
}

// Policy finds a policy by id.
func (s *Site) Policy(id string) (escalation.Policy, bool) {
	for _, p := range s.Policies {
		if p.ID == id {
			return p, true
		}
	}
	return escalation.Policy{}, false
}

// Duty finds a rule by id.
func (s *Site) Duty(id string) (DutyRule, bool) {
	for _, d := range s.Duties {
		if d.ID == id {
			return d, true
		}
	}
	return DutyRule{}, false
}

// RolesOf lists the roles a person holds: by the directory, as a named deputy
// (role id with -deputy), and in this incident. The incident may be nil.
func (s *Site) RolesOf(person string, in *Incident) []string {
	var out []string
	if p, ok := s.Directory.Person(person); ok {
		out = append(out, p.Roles...)
	}
	for _, r := range s.Directory.Roles {
		if slices.Contains(r.Deputy, person) {
			out = append(out, r.ID+"-deputy")
		}
	}
	if _, known := s.Directory.Person(person); in != nil && known {
		for role, h := range in.Roles {
			if h.Person == person && h.Person != "" {
				out = append(out, role)
			}
		}
	}
	return out
}

// Allowed is the one check for every surface: may this person do that here.
func (s *Site) Allowed(person string, class Class, in *Incident) bool {
	roles, ok := s.Permissions[class]
	if !ok {
		return false
	}
	_, known := s.Directory.Person(person)
	if slices.Contains(roles, "*") {
		return known || class == MayReport || Colleague(person)
	}
	for _, r := range s.RolesOf(person, in) {
		if slices.Contains(roles, r) {
			return true
		}
	}
	return false
}

// Colleague reports whether an id is a member of the company's own chat who is
// not in the directory. Such a person may declare and do steps, and holds no
// role: whoever owns the chat workspace cannot lead, decide, approve or close.
func Colleague(person string) bool { return strings.HasPrefix(person, "guest:slack-") }

// Who lists the people who may do something of this class, for refusals.
func (s *Site) Who(class Class, in *Incident) []string {
	var out []string
	for _, p := range s.Directory.People {
		if s.Allowed(p.ID, class, in) {
			out = append(out, p.ID)
		}
	}
	return out
}

// Means are the ways a person is reached, best first.
func (s *Site) Means(person string) []string {
	p, ok := s.Directory.Person(person)
	if !ok {
		return nil
	}
	var out []string
	for _, a := range p.Reach {
		m := string(a.Means)
		if m != "phone" && m != "fax" && (s.Carried == nil || slices.Contains(s.Carried, m)) {
			out = appendOnce(out, m)
		}
	}
	return out
}

// people resolves the targets of a level to persons, in order, without repeats.
func (s *Site) people(to []string, in *Incident, at time.Time) []string {
	var out []string
	for _, t := range to {
		kind, id := splitTarget(t)
		switch kind {
		case "person":
			if _, ok := s.Directory.Person(id); ok {
				out = appendOnce(out, id)
			}
		case "duty":
			for _, p := range s.duty(id, at) {
				out = appendOnce(out, p)
			}
		case "group":
			for _, p := range s.Directory.Members(id) {
				out = appendOnce(out, p)
			}
		case "deputy":
			if r, ok := s.Directory.Role(id); ok {
				for _, p := range r.Deputy {
					out = appendOnce(out, p)
				}
			}
		default:
			if h, ok := in.Roles[id]; ok && h.Person != "" {
				if _, known := s.Directory.Person(h.Person); known { // who left is not paged in vain
					out = appendOnce(out, h.Person)
					continue
				}
			}
			for _, p := range s.Directory.Holders(id) {
				out = appendOnce(out, p.ID)
			}
		}
	}
	return out
}

func splitTarget(t string) (kind, id string) {
	for i := range t {
		if t[i] == ':' {
			return t[:i], t[i+1:]
		}
	}
	return "role", t
}

// freeze turns a policy into the levels that are kept in the record.
func freeze(p escalation.Policy) []LevelFacts {
	out := make([]LevelFacts, 0, len(p.Levels))
	for _, l := range p.Levels {
		f := LevelFacts{WaitS: int64(l.Wait / time.Second), Need: l.Need}
		if l.By != [4]time.Duration{} {
			for _, w := range l.By {
				f.By = append(f.By, int64(w/time.Second))
			}
		}
		for _, t := range l.To {
			f.To = append(f.To, string(t.Kind)+":"+t.ID)
		}
		out = append(out, f)
	}
	return out
}
