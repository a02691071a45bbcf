package incident

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"irbot/internal/escalation"
)

// PutDuty lets a person carry a duty for a stretch of time. It holds at once
// where that person says so, or where Agreed tells how it was agreed; else the
// person is asked.
type PutDuty struct {
	Roster string    `json:"roster"`
	Person string    `json:"person,omitempty"` // "" is who acts
	From   time.Time `json:"from"`
	Until  time.Time `json:"until"`
	Reason string    `json:"reason,omitempty"`
	Agreed string    `json:"agreed,omitempty"` // in words: by phone, at the desk …
}

// SwapDuty exchanges the duty that covers Mine with the one of another person
// that covers Theirs.
type SwapDuty struct {
	Roster string    `json:"roster"`
	Mine   time.Time `json:"mine"`
	Theirs time.Time `json:"theirs"`
	Reason string    `json:"reason,omitempty"`
	Agreed string    `json:"agreed,omitempty"`
}

// AgreeDuty says yes to a change one was asked for; No says no.
type AgreeDuty struct {
	ID     string `json:"id"`
	No     bool   `json:"no,omitempty"`
	Reason string `json:"reason,omitempty"`
}

// CancelDuty takes a change back.
type CancelDuty struct {
	ID     string `json:"id"`
	Reason string `json:"reason"`
}

// ImportDuty takes a duty sheet over. Inside From..Until its shifts stand above
// the configuration; a later sheet stands above an earlier one.
type ImportDuty struct {
	Roster string             `json:"roster"`
	From   time.Time          `json:"from"`
	Until  time.Time          `json:"until"`
	Shifts []escalation.Shift `json:"shifts"`
	Source string             `json:"source,omitempty"` // name of the file
}

// OfferDuty hands the duty over to the next person, who has to accept it.
type OfferDuty struct {
	Roster string `json:"roster"`
	To     string `json:"to"`
	Words  string `json:"words,omitempty"`
	Open   int    `json:"open,omitempty"` // incidents on the sheet
}

// AcceptDuty takes a duty over that was offered.
type AcceptDuty struct {
	ID string `json:"id"`
}

// standing marks commands about the SITE log.
type standing interface{ standing() }

// Name implements Command.
func (PutDuty) Name() string { return "roster.put" }
func (PutDuty) class() Class { return MayRespond }
func (PutDuty) standing()    {}

// Name implements Command.
func (SwapDuty) Name() string { return "roster.swap" }
func (SwapDuty) class() Class { return MayRespond }
func (SwapDuty) standing()    {}

// Name implements Command.
func (AgreeDuty) Name() string { return "roster.agree" }
func (AgreeDuty) class() Class { return MayRespond }
func (AgreeDuty) standing()    {}

// Name implements Command.
func (CancelDuty) Name() string { return "roster.cancel" }
func (CancelDuty) class() Class { return MayRespond }
func (CancelDuty) standing()    {}

// Name implements Command.
func (ImportDuty) Name() string { return "roster.import" }
func (ImportDuty) class() Class { return MayRespond } // and see decide
func (ImportDuty) standing()    {}

// Name implements Command.
func (OfferDuty) Name() string { return "roster.offer" }
func (OfferDuty) class() Class { return MayRespond }
func (OfferDuty) standing()    {}

// Name implements Command.
func (AcceptDuty) Name() string { return "roster.accept" }
func (AcceptDuty) class() Class { return MayRespond }
func (AcceptDuty) standing()    {}

// The bounds of a change. A duty of more than two months is a new roster.
const (
	maxDuty  = 62 * 24 * time.Hour
	maxSheet = 2000
)

func (c *call) roster(id string) (escalation.Roster, error) {
	for _, r := range c.site.Rosters {
		if r.ID == id || r.Name == id || r.NameEN == id || id == "" && len(c.site.Rosters) == 1 {
			return r, nil
		}
	}
	var ids []string
	for _, r := range c.site.Rosters {
		ids = append(ids, r.ID)
	}
	return escalation.Roster{}, refuse("roster.unknown", "roster", id, "known", strings.Join(ids, ", "))
}

func (c *call) dutyPerson(id string) (string, error) {
	if id == "" {
		id = c.act.Person
	}
	if _, ok := c.site.Directory.Person(id); !ok {
		return "", refuse("person.unknown", "person", id)
	}
	return id, nil
}

func (x PutDuty) decide(c *call) (Change, error) {
	r, err := c.roster(x.Roster)
	if err != nil {
		return Change{}, err
	}
	person, err := c.dutyPerson(x.Person)
	if err != nil {
		return Change{}, err
	}
	if !x.Until.After(x.From) || x.Until.Sub(x.From) > maxDuty || !x.Until.After(c.now) {
		return Change{}, refuse("roster.span", "from", c.when(x.From), "from_en", c.whenEN(x.From), "until", c.when(x.Until), "until_en", c.whenEN(x.Until))
	}
	return c.askDuty(r, []DutyPart{{Person: person, From: x.From, Until: x.Until}}, x.Reason, x.Agreed)
}

// day writes a moment with its date, as people read it.
// when is a moment in a refusal, as people read it.
func (c *call) when(t time.Time) string {
	l := t.In(c.site.Zone)
	return l.Format("1/2(") + [...]string{"日", "月", "火", "水", "木", "金", "土"}[l.Weekday()] + l.Format(") 15:04 MST")
}

func (c *call) whenEN(t time.Time) string { return t.In(c.site.Zone).Format("Mon 2 Jan 15:04 MST") }

func (c *call) day(t time.Time) string { return t.In(c.site.Zone).Format("2006-01-02 15:04") }

func (x SwapDuty) decide(c *call) (Change, error) {
	r, err := c.roster(x.Roster)
	if err != nil {
		return Change{}, err
	}
	now := c.s.Standing.Rosters(escalation.Rosters{r})[0]
	mine, ok := now.Stretch(x.Mine)
	if !ok || mine.Person != c.act.Person && !c.site.Allowed(c.act.Person, MayLead, c.s) {
		return Change{}, refuse("roster.notyours", "at", c.when(x.Mine), "at_en", c.whenEN(x.Mine))
	}
	theirs, ok := now.Stretch(x.Theirs)
	if !ok || theirs.Person == mine.Person || !theirs.Until.After(c.now) || !mine.Until.After(c.now) {
		return Change{}, refuse("roster.noswap", "at", c.when(x.Theirs), "at_en", c.whenEN(x.Theirs))
	}
	return c.askDuty(now, []DutyPart{
		{Person: theirs.Person, From: mine.From, Until: mine.Until}, {Person: mine.Person, From: theirs.From, Until: theirs.Until},
	}, x.Reason, x.Agreed)
}

// askDuty records a change and whether it holds already.
func (c *call) askDuty(r escalation.Roster, list []DutyPart, reason, agreed string) (Change, error) {
	f := rosterFacts{ID: fmt.Sprintf("o%d", len(c.s.Standing.Changes)+1), Roster: r.ID}
	var names []string
	self := false
	for _, p := range list {
		f.Parts = append(f.Parts, shiftFacts{Person: p.Person, From: us(p.From), Until: us(p.Until)})
		names = append(names, c.name(p.Person)+" "+c.day(p.From)+" - "+c.day(p.Until))
		self = self || p.Person == c.act.Person
	}
	how := Clean(agreed)
	switch {
	case how != "":
		f.Agreed = "told"
	case self:
		f.Agreed = "self"
	}
	f.Tell = c.tell(list)
	if f.Agreed == "told" || self && len(list) == 1 { // it holds at once
		f.Tell = c.tell(list, c.relieved(r.ID, list, "")...)
	}
	ch := one(c.draft(KindRosterAsked, f, "roster_name", r.Name, "parts", strings.Join(names, "\n"), "reason", Clean(reason), "agreed", how))
	ch.Outcome = Outcome{Code: "roster.asked", Ref: f.ID, Args: map[string]string{"id": f.ID}}
	switch cut := unreached(f.Tell); {
	case f.Agreed == "told" || self && len(list) == 1:
		ch.Outcome.Code = "roster.set"
	case len(cut) > 0:
		ch.Outcome.Code, ch.Outcome.Args["who"] = "roster.asked.phone", c.namesOf(cut)
	}
	return ch, nil
}

// tell lists everybody of a change, and some more, except who acts: a duty that
// comes or goes must not wait until somebody happens to look at the roster.
func (c *call) tell(list []DutyPart, also ...string) []pageTo {
	var people []string
	for _, p := range list {
		people = appendOnce(people, p.Person)
	}
	for _, id := range also {
		people = appendOnce(people, id)
	}
	people = slices.DeleteFunc(people, func(id string) bool {
		_, known := c.site.Directory.Person(id)
		return id == c.act.Person || !known
	})
	return c.pageTo(people)
}

// relieved lists who holds the hours of a change without it (its id, or "" for
// one that is new): whoever is relieved, or has the duty again, has to know.
func (c *call) relieved(roster string, list []DutyPart, id string) []string {
	st := c.s.Standing
	st.Changes = slices.DeleteFunc(slices.Clone(st.Changes), func(d *DutyChange) bool { return d.ID == id })
	var out []string
	for _, r := range st.Rosters(c.site.Rosters) {
		for _, p := range list {
			if r.ID != roster {
				continue
			}
			for _, s := range r.Plan(p.From, p.Until) {
				for _, holder := range s.People {
					out = appendOnce(out, holder)
				}
			}
		}
	}
	return out
}

func (c *call) namesOf(people []string) string {
	var names []string
	for _, id := range people {
		names = append(names, c.name(id))
	}
	return strings.Join(names, "、")
}

func (c *call) change(id string) (*DutyChange, error) {
	if x := c.s.Standing.Change(strings.ToLower(strings.TrimSpace(id))); x != nil {
		return x, nil
	}
	return nil, refuse("roster.nochange", "id", id)
}

func (x AgreeDuty) decide(c *call) (Change, error) {
	d, err := c.change(x.ID)
	if err != nil {
		return Change{}, err
	}
	if !contains(d.Waiting(), c.act.Person) {
		return Change{}, refuse("roster.notasked", "id", d.ID)
	}
	also := []string{d.By}
	if !x.No && len(d.Waiting()) == 1 { // the last one who was asked: now it holds
		also = append(also, c.relieved(d.Roster, d.Parts, d.ID)...)
	}
	f := rosterFacts{ID: d.ID, Roster: d.Roster, To: c.act.Person, Tell: c.tell(d.Parts, also...)}
	if x.No {
		ch := one(c.draft(KindRosterRefused, f, "reason", Clean(x.Reason)))
		ch.Outcome = Outcome{Code: "roster.refused", Ref: d.ID}
		return ch, nil
	}
	ch := one(c.draft(KindRosterAgreed, f))
	ch.Outcome = Outcome{Code: "roster.agreed", Ref: d.ID}
	return ch, nil
}

func (x CancelDuty) decide(c *call) (Change, error) {
	d, err := c.change(x.ID)
	if err != nil {
		return Change{}, err
	}
	if d.State != "asked" && d.State != "agreed" {
		return Change{}, refuse("roster.nochange", "id", d.ID)
	}
	mine := d.By == c.act.Person || slices.ContainsFunc(d.Parts, func(p DutyPart) bool { return p.Person == c.act.Person })
	if !mine && !c.site.Allowed(c.act.Person, MayLead, c.s) {
		return Change{}, c.denied(MayLead)
	}
	reason := Clean(x.Reason)
	if reason == "" {
		return Change{}, refuse("input.missing", "field", "reason")
	}
	also := []string{d.By}
	if d.State == "agreed" { // the duty falls back to whose it was
		also = append(also, c.relieved(d.Roster, d.Parts, d.ID)...)
	}
	ch := one(c.draft(KindRosterCancelled, rosterFacts{ID: d.ID, Roster: d.Roster, Tell: c.tell(d.Parts, also...)}, "reason", reason))
	ch.Outcome = Outcome{Code: "roster.cancelled", Ref: d.ID}
	return ch, nil
}

func (x ImportDuty) decide(c *call) (Change, error) {
	// Whoever leads decides who is on duty; whoever keeps the settings types the
	// sheet in, as with the directory.
	if !c.site.Allowed(c.act.Person, MayLead, c.s) && !c.site.Allowed(c.act.Person, MayConfigure, c.s) {
		return Change{}, c.denied(MayLead)
	}
	r, err := c.roster(x.Roster)
	if err != nil {
		return Change{}, err
	}
	if len(x.Shifts) == 0 || len(x.Shifts) > maxSheet || !x.Until.After(x.From) {
		return Change{}, refuse("roster.sheet", "n", fmt.Sprint(len(x.Shifts)))
	}
	f := rosterFacts{ID: fmt.Sprintf("s%d", len(c.s.Standing.Sheets)+1), Roster: r.ID, From: us(x.From), Until: us(x.Until)}
	for _, s := range x.Shifts {
		if _, err := c.dutyPerson(s.Person); err != nil || s.Person == "" {
			return Change{}, refuse("person.unknown", "person", s.Person)
		}
		if !s.Until.After(s.From) {
			return Change{}, refuse("roster.span", "from", c.when(s.From), "from_en", c.whenEN(s.From), "until", c.when(s.Until), "until_en", c.whenEN(s.Until))
		}
		f.Parts = append(f.Parts, shiftFacts{Person: s.Person, From: us(s.From), Until: us(s.Until)})
	}
	ch := one(c.draft(KindRosterImported, f, "roster_name", r.Name, "file", Clean(x.Source)))
	ch.Outcome = Outcome{Code: "roster.imported", Ref: f.ID, Args: map[string]string{"n": fmt.Sprint(len(x.Shifts)), "roster": r.Name}}
	return ch, nil
}

func (x OfferDuty) decide(c *call) (Change, error) {
	r, err := c.roster(x.Roster)
	if err != nil {
		return Change{}, err
	}
	if _, ok := c.site.Directory.Person(x.To); !ok {
		return Change{}, refuse("person.unknown", "person", x.To)
	}
	if x.To == c.act.Person {
		return Change{}, refuse("roster.self")
	}
	f := rosterFacts{ID: fmt.Sprintf("h%d", len(c.s.Standing.Handovers)+1), Roster: r.ID, Giver: c.act.Person, To: x.To, Open: x.Open, Tell: c.tell(nil, x.To)}
	ch := one(c.draft(KindRosterOffered, f, "roster_name", r.Name, "to_name", c.name(x.To), "text", Clean(x.Words)))
	ch.Outcome = Outcome{Code: "roster.offered", Ref: f.ID, Args: map[string]string{"who": c.name(x.To)}}
	return ch, nil
}

func (x AcceptDuty) decide(c *call) (Change, error) {
	h := c.s.Standing.Handover(strings.ToLower(strings.TrimSpace(x.ID)))
	if h == nil {
		return Change{}, refuse("roster.nohandover", "id", x.ID)
	}
	if h.To != c.act.Person {
		return Change{}, refuse("roster.notoffered", "who", c.name(h.To))
	}
	if !h.Taken.IsZero() {
		return Change{Outcome: Outcome{Code: "roster.taken"}}, nil
	}
	ch := one(c.draft(KindRosterTaken, rosterFacts{ID: h.ID, Roster: h.Roster, Giver: h.From, To: h.To, Tell: c.tell(nil, h.From)}))
	ch.Outcome = Outcome{Code: "roster.taken", Ref: h.ID}
	return ch, nil
}
