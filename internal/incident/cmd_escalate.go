package incident

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"irbot/internal/directory"
	"irbot/internal/runbook"
	"irbot/internal/timeline"
)

// Escalate starts climbing a policy, or pages the holders of a role.
type Escalate struct {
	Policy string `json:"policy,omitempty"`
	Role   string `json:"role,omitempty"`
	Reason string `json:"reason"`
}

// Ack acknowledges a page (確認しました): read, not approved. Esc "" means the
// open page of the person; Person names somebody whose answer was heard by
// phone and is entered by the acting person.
type Ack struct {
	Esc    string `json:"esc,omitempty"`
	Person string `json:"person,omitempty"`
	Words  string `json:"words,omitempty"`
}

// Delegate passes a page on to the next level at once (代行に回す).
type Delegate struct {
	Esc string `json:"esc"`
}

// CallMe asks for a phone call (電話がほしい).
type CallMe struct {
	Esc string `json:"esc"`
}

// Name implements Command.
func (Escalate) Name() string { return "escalation.start" }
func (Escalate) class() Class { return MayRespond }

// Name implements Command.
func (Ack) Name() string { return "escalation.ack" }
func (Ack) class() Class { return MayRespond }

// Name implements Command.
func (Delegate) Name() string { return "escalation.delegate" }
func (Delegate) class() Class { return MayRespond }

// Name implements Command.
func (CallMe) Name() string { return "escalation.call" }
func (CallMe) class() Class { return MayRespond }

// escalationRounds is how often a ladder is climbed when the policy does not say.
const escalationRounds = 3

// startEscalation starts a policy and pages its first level in the same
// transaction, so that the first page waits for no timer.
func (c *call) startEscalation(policy, reason, ref string) []timeline.Draft {
	p, ok := c.site.Policy(policy)
	if !ok || len(p.Levels) == 0 {
		return nil
	}
	rounds := p.Rounds
	if rounds == 0 {
		rounds = escalationRounds
	}
	f := escFacts{Policy: p.ID, Reason: reason, Ref: ref, Levels: freeze(p), Rounds: rounds}
	f.HoldsS, f.Succession = int64(p.AckFor/time.Second), p.Succession
	return c.climbFrom(f, p.Name)
}

func (c *call) climbFrom(f escFacts, name string) []timeline.Draft {
	f.Esc = fmt.Sprintf("e%d", len(c.s.Escalations)+1)
	words := []string{"policy_name", name}
	if holders := c.site.people([]string{"role:" + f.Succession}, c.s, c.now); f.Succession != "" && len(holders) > 0 {
		f.Holder = holders[0]
		words = append(words, "holder_name", c.name(f.Holder))
	}
	esc := &Escalation{ID: f.Esc, Ref: f.Ref, Levels: f.Levels, Rounds: f.Rounds, Round: 1, Level: -1, Due: c.now}
	return append([]timeline.Draft{c.machine(KindEscStarted, f, words...)}, c.page(esc)...)
}

// page pages the next level, or, after a time away, every level whose time is
// over, all at once, each with its lateness. A level that reaches nobody is
// recorded and the next one follows at once.
func (c *call) page(esc *Escalation) []timeline.Draft {
	var out []timeline.Draft
	level, round, due := esc.Level, esc.Round, esc.Due
	for range esc.Levels { // never the same level twice in one go
		if due.After(c.now) {
			return out
		}
		level++
		if level >= len(esc.Levels) {
			if round >= esc.Rounds {
				break
			}
			level, round = 0, round+1
		}
		wait := esc.Wait(level, c.s.Severity)
		entry := pageFacts{Esc: esc.ID, Level: level, Round: round, Due: us(due), Wait: int64(wait / time.Second)}
		if len(out) == 0 && c.s.undelivered(esc) {
			entry.Cause = "undeliverable"
		}
		if late := c.now.Sub(due); late >= 2*time.Second {
			entry.Late = int64(late / time.Second)
		}
		var people []string
		people, entry.Quiet = c.pick(esc, level, round)
		entry.To = c.meansInTurn(esc, people)
		entry.None = len(entry.To) == 0
		entry.Dial = c.toDial(esc, entry.To)
		entry.Ask = c.callers(esc, entry.Dial)
		words := []string{"names", c.names(entry.To)}
		if entry.None {
			words = append(words, "wanted", c.wanted(esc, level))
		}
		out = append(out, c.machine(KindEscPaged, entry, words...))
		due = due.Add(wait)
		if entry.None {
			due = c.now
		}
	}
	if len(out) == 0 {
		out = append(out, c.machine(KindEscExhausted, escFacts{Esc: esc.ID}))
	}
	return out
}

// wanted is whom a level that reaches nobody was for: the roles it names, or,
// where a runbook names somebody we do not know, that name as written there.
func (c *call) wanted(esc *Escalation, level int) string {
	if !esc.Levels[level].None {
		var roles []string
		for _, to := range esc.Levels[level].To {
			kind, id, _ := strings.Cut(to, ":")
			if r, ok := c.site.Directory.Role(id); ok && kind == "role" {
				roles = append(roles, r.Name)
			}
		}
		return strings.Join(roles, "、")
	}
	if w := c.writtenChain(esc.Ref); w != nil && level < len(w.Levels) {
		return Clean(w.Levels[level].To)
	}
	return ""
}

// writtenChain is the ladder as the pinned runbook writes it, of a step (r1/2.3)
// or a phase (r1/p2); nil where it is not there.
func (c *call) writtenChain(ref string) *runbook.Chain {
	if st := c.s.Step(ref); st != nil {
		if src := c.source(st); src != nil {
			return src.Escalate
		}
		return nil
	}
	run, no, _ := strings.Cut(ref, "/p")
	r := c.s.Run(run)
	if r == nil {
		return nil
	}
	b := c.book(r.Hash)
	if b == nil {
		return nil
	}
	n, _ := strconv.Atoi(no)
	if p := b.Phase(n); p != nil {
		return p.Escalate
	}
	return nil
}

func (c *call) names(to []pageTo) string {
	s := ""
	for i, t := range to {
		if i > 0 {
			s += "、"
		}
		s += c.name(t.Person)
	}
	return s
}

func (x Escalate) decide(c *call) (Change, error) {
	reason := Clean(x.Reason)
	if reason == "" {
		return Change{}, refuse("input.missing", "field", "reason")
	}
	var drafts []timeline.Draft
	if x.Role != "" {
		r, ok := c.role(x.Role)
		if !ok {
			return Change{}, refuse("role.unknown", "role", x.Role)
		}
		levels := []LevelFacts{{WaitS: 600, To: []string{"role:" + r.ID}}}
		if len(r.Deputy) > 0 {
			levels = append(levels, LevelFacts{WaitS: 600, To: []string{"deputy:" + r.ID}})
		}
		drafts = c.climbFrom(escFacts{Policy: "role-" + r.ID, Reason: "manual", Levels: levels, Rounds: escalationRounds}, r.Name)
	} else {
		drafts = c.startEscalation(x.Policy, "manual", "")
	}
	if len(drafts) == 0 {
		return Change{}, refuse("policy.unknown", "policy", x.Policy)
	}
	drafts[0].Actor = c.act.Person
	if drafts[0].Text == nil { // a policy or role without a name
		drafts[0].Text = timeline.Text{}
	}
	drafts[0].Text["actor_name"], drafts[0].Text["reason"] = c.name(c.act.Person), reason
	return Change{Entries: drafts, Outcome: Outcome{Code: "escalation.started", Ref: fmt.Sprintf("e%d", len(c.s.Escalations)+1)}}, nil
}

// role finds a role by its id, or as people write it: a name or an alias in
// either language.
func (c *call) role(words string) (directory.Role, bool) {
	if r, ok := c.site.Directory.Role(words); ok {
		return r, true
	}
	return c.site.Directory.RoleNamed(words)
}

// known finds a person by id, or by a name that only one person has.
func (c *call) known(words string) (directory.Person, bool) {
	if p, ok := c.site.Directory.Person(words); ok {
		return p, true
	}
	return c.site.Directory.PersonNamed(words)
}

// mine finds the ladder a person means: the named one, else the newest open one
// that paged the person, else the newest open one.
func (c *call) mine(id, person string) *Escalation {
	if id != "" {
		return c.s.Escalation(id)
	}
	var newest *Escalation
	for i := len(c.s.Escalations) - 1; i >= 0; i-- {
		e := c.s.Escalations[i]
		if e.Ended != "" {
			continue
		}
		if newest == nil {
			newest = e
		}
		for _, p := range e.Paged {
			if contains(p.People, person) {
				return e
			}
		}
	}
	return newest
}

func (x Ack) decide(c *call) (Change, error) {
	person := x.Person
	if person == "" {
		person = c.act.Person
	}
	if _, ok := c.site.Directory.Person(person); !ok {
		return Change{}, refuse("person.unknown", "person", person)
	}
	esc := c.mine(x.Esc, person)
	if esc == nil {
		return Change{}, refuse("escalation.none")
	}
	if h := c.s.Roles[esc.Succession]; !esc.Acked.IsZero() && esc.Succession != "" && h.For == person {
		return Change{Outcome: Outcome{Code: "escalation.acting", Args: map[string]string{"who": c.name(h.Person)}}}, nil
	}
	if !esc.Acked.IsZero() {
		return Change{Outcome: Outcome{Code: "escalation.twice", Args: map[string]string{"who": c.name(esc.AckBy), "at": c.clock(esc.Acked)}}}, nil
	}
	if contains(esc.Acks, person) {
		have, want := esc.Progress()
		return Change{Outcome: Outcome{Code: "escalation.part", Args: map[string]string{"have": fmt.Sprint(have), "want": fmt.Sprint(want)}}}, nil
	}
	if esc.Ended == "superseded" {
		return Change{Outcome: Outcome{Code: "escalation.over"}}, nil
	}
	f := escFacts{Esc: esc.ID, Person: person, Via: c.act.Surface}
	if person != c.act.Person {
		f.For, f.Via = true, "phone"
	}
	return c.answer(esc, f, Clean(x.Words)), nil
}

// answer records an answer: the last one that was wanted ends the ladder.
func (c *call) answer(esc *Escalation, f escFacts, words string) Change {
	have, want, over := esc.tally(f.Person)
	f.Partial = !over
	if want > 1 {
		f.Have, f.Want = have, want
	}
	ch := one(c.draft(KindEscAcked, f, "person_name", c.name(f.Person), "text", words))
	ch.Entries = append(ch.Entries, c.ackDuties(f.Person)...)
	ch.Outcome = Outcome{Code: "escalation.acked", Ref: esc.ID}
	if f.Partial {
		ch.Outcome = Outcome{Code: "escalation.part", Args: map[string]string{"have": fmt.Sprint(have), "want": fmt.Sprint(want)}}
	}
	ch.Entries = append(ch.Entries, c.succeed(esc, f.Person)...)
	return ch
}

func (x Delegate) decide(c *call) (Change, error) {
	esc := c.mine(x.Esc, c.act.Person)
	if esc == nil || esc.Ended != "" {
		return Change{}, refuse("escalation.none")
	}
	next := *esc
	next.Due = c.now
	drafts := append([]timeline.Draft{c.draft(KindEscDelegated, escFacts{Esc: esc.ID})}, c.page(&next)...)
	return Change{Entries: drafts, Outcome: Outcome{Code: "escalation.delegated"}}, nil
}

func (x CallMe) decide(c *call) (Change, error) {
	esc := c.mine(x.Esc, c.act.Person)
	if esc == nil {
		return Change{}, refuse("escalation.none")
	}
	ch := one(c.draft(KindEscCall, escFacts{Esc: esc.ID}))
	ch.Outcome = Outcome{Code: "escalation.call"}
	return ch, nil
}
