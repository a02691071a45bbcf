package incident

import (
	"slices"
	"time"

	"irbot/internal/timeline"
)

// KindEscRang is somebody having rung a person by hand, in vain. An answer is
// recorded as the acknowledgement it is.
const KindEscRang timeline.Kind = "escalation.rang"

// ringers is how many people are asked at once to ring somebody by hand.
const ringers = 3

// Dial is a person whom irbot cannot reach by itself: somebody has to ring.
type Dial struct {
	Person string
	At     time.Time
	Seq    int64     // the page, or the failure, that made it a task
	Rang   time.Time // when somebody rang in vain; zero: not yet
}

// Rang records that a person was rung and did not answer. Once nobody of the
// level is left who may still answer, the next level is paged at once.
type Rang struct {
	Esc    string `json:"esc,omitempty"`
	Person string `json:"person"`
	Words  string `json:"words,omitempty"`
}

// Name implements Command.
func (Rang) Name() string { return "escalation.rang" }
func (Rang) class() Class { return MayRespond }

// callers makes it somebody's task to ring those whom irbot cannot reach: whoever
// leads, else who is on duty, else who holds the lead by the directory. Who is to
// be rung for the same ladder is asked only where nobody else is left.
func (c *call) callers(esc *Escalation, people []string) []pageTo {
	if len(people) == 0 {
		return nil
	}
	silent := append([]string(nil), people...)
	for _, d := range esc.ToRing() {
		silent = append(silent, d.Person)
	}
	if out := c.ringersBut(silent); len(out) > 0 {
		return out
	}
	return c.ringersBut(people)
}

func (c *call) ringersBut(people []string) []pageTo {
	list := []string{c.s.Roles["lead"].Person}
	for _, r := range c.site.Rosters {
		list = append(list, c.site.duty(r.ID, c.now)...)
	}
	if c.act.Person != timeline.System {
		list = append(list, c.act.Person)
	}
	for _, p := range c.site.Directory.Holders("lead") {
		list = append(list, p.ID)
	}
	var out []pageTo
	for _, id := range list {
		means := c.site.Means(id)
		if id == "" || len(means) == 0 || contains(people, id) || slices.ContainsFunc(out, func(t pageTo) bool { return t.Person == id }) {
			continue
		}
		if out = append(out, pageTo{Person: id, Means: means}); len(out) == ringers {
			break
		}
	}
	return out
}

// unreached are those of a page who have no means that irbot carries.
func unreached(to []pageTo) []string {
	var out []string
	for _, t := range to {
		if len(t.Means) == 0 {
			out = append(out, t.Person)
		}
	}
	return out
}

// dialAfter gives whom to ring when a page could not be delivered by the last
// of its means, or was tried there as often as on any other.
func (c *call) dialAfter(m *Message) ([]string, []pageTo) {
	esc := c.s.Escalation(m.Esc)
	last := m.Index+1 >= len(m.Means)
	if m.Kind != "page" || !last || esc == nil || esc.Ended != "" || contains(esc.Acks, m.Person) || esc.dial(m.Person) != nil {
		return nil, nil
	}
	people := []string{m.Person}
	return people, c.callers(esc, people)
}

// dialled keeps whom to ring, tells those who shall, and the room.
func (s *Incident) dialled(esc *Escalation, people []string, ask []pageTo, e *timeline.Entry) {
	for _, id := range people {
		if esc.dial(id) == nil {
			esc.Dials = append(esc.Dials, Dial{Person: id, At: e.RecordedAt, Seq: e.Seq})
		}
	}
	if len(people) == 0 {
		return
	}
	for _, to := range ask {
		s.queue(e, &Message{ID: s.messageID(e, to.Person+"-ring"), Kind: "inform", Esc: esc.ID, Person: to.Person, Means: to.Means, Card: "ring/" + esc.ID})
	}
	s.postAll(e, "ring/"+esc.ID)
}

// dial finds the task of ringing somebody since the ladder was last begun; nil
// if there is none.
func (e *Escalation) dial(person string) *Dial {
	for i := range e.Dials {
		if d := &e.Dials[i]; d.Person == person && d.Seq >= e.Resumed {
			return d
		}
	}
	return nil
}

// ToRing lists who has still to be rung by hand. Nobody is, once the ladder has
// its answer.
func (e *Escalation) ToRing() []Dial {
	var out []Dial
	for _, d := range e.Dials {
		if e.Ended == "" && d.Seq >= e.Resumed && d.Rang.IsZero() && !contains(e.Acks, d.Person) {
			out = append(out, d)
		}
	}
	return out
}

// AskedToRing tells that a person leads, or was asked to ring for a ladder.
func (s *Incident) AskedToRing(e *Escalation, person string) bool {
	if s.Roles["lead"].Person == person {
		return true
	}
	return slices.ContainsFunc(s.Messages, func(m *Message) bool {
		return m.Kind == "inform" && m.Esc == e.ID && m.Person == person && m.Card == "ring/"+e.ID
	})
}

// silentBut tells that, once a person was rung in vain, nobody of the level paged
// last can answer any more.
func (s *Incident) silentBut(esc *Escalation, person string) bool {
	last := esc.last()
	if last == nil || !contains(last.People, person) {
		return false
	}
	for _, id := range last.People {
		if d := esc.dial(id); id != person && (d == nil || d.Rang.IsZero()) {
			return false
		}
	}
	return true
}

func (x Rang) decide(c *call) (Change, error) {
	if _, ok := c.site.Directory.Person(x.Person); !ok {
		return Change{}, refuse("person.unknown", "person", x.Person)
	}
	esc := c.mine(x.Esc, x.Person)
	if esc == nil || esc.Ended != "" {
		return Change{}, refuse("escalation.none")
	}
	d := esc.dial(x.Person)
	if d == nil {
		return Change{}, refuse("escalation.noring", "person", c.name(x.Person))
	}
	ch := one(c.draft(KindEscRang, escFacts{Esc: esc.ID, Person: x.Person}, "person_name", c.name(x.Person), "text", Clean(x.Words)))
	ch.Outcome = Outcome{Code: "escalation.rang", Ref: esc.ID, Args: map[string]string{"person": c.name(x.Person)}}
	if d.Rang.IsZero() && c.s.silentBut(esc, x.Person) {
		next := *esc
		next.Due = c.now
		ch.Entries = append(ch.Entries, c.page(&next)...)
	}
	return ch, nil
}

func applyRang(s *Incident, e *timeline.Entry) {
	f := decode[escFacts](e)
	esc := s.Escalation(f.Esc)
	if esc == nil || esc.Ended != "" {
		return
	}
	d := esc.dial(f.Person)
	if d == nil || !d.Rang.IsZero() {
		return
	}
	if s.silentBut(esc, f.Person) {
		esc.Due = e.RecordedAt
	}
	d.Rang = e.RecordedAt
}
