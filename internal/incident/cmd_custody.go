package incident

import (
	"fmt"
	"time"

	"irbot/internal/timeline"
)

// The kinds of entry about who holds a piece of evidence.
const (
	KindCustodyOffered  timeline.Kind = "custody.offered"
	KindCustodyAccepted timeline.Kind = "custody.accepted"
	KindCustodyRefused  timeline.Kind = "custody.refused"
)

// The states of a hand-over of evidence.
const (
	CustodyOffered  = "offered"
	CustodyAccepted = "accepted"
	CustodyRefused  = "refused"
)

// Transfer is a hand-over of a piece of evidence. Only an accepted one changes
// who holds it.
type Transfer struct {
	ID     string // H1
	Item   string // E2
	From   string
	To     string // person; "" for somebody outside, whose name is in the words
	Seq    int64
	At     time.Time
	State  string
	Ended  time.Time
	EndSeq int64
	By     string // who accepted, or entered the receipt of somebody outside
}

type custodyFacts struct {
	Transfer string `json:"transfer"`
	Item     string `json:"item,omitempty"`
	From     string `json:"from_person,omitempty"`
	To       string `json:"person,omitempty"`
}

// OfferCustody hands a piece of evidence to somebody. It changes hands when the
// receiver accepts it.
type OfferCustody struct {
	Item    string `json:"item"`
	To      string `json:"to,omitempty"`      // person of the directory
	Outside string `json:"outside,omitempty"` // or: name and body of somebody outside
	Why     string `json:"why"`
	Where   string `json:"where,omitempty"`
}

// AcceptCustody takes a piece of evidence over. For somebody outside, whoever
// handed it over enters the number of the receipt that was signed.
type AcceptCustody struct {
	Transfer string `json:"transfer"`
	Check    string `json:"check,omitempty"`   // how seal or hash was compared
	Receipt  string `json:"receipt,omitempty"` // needed for somebody outside
}

// RefuseCustody says that it did not change hands.
type RefuseCustody struct {
	Transfer string `json:"transfer"`
	Reason   string `json:"reason"`
}

// Name implements Command.
func (OfferCustody) Name() string { return "custody.offer" }
func (OfferCustody) class() Class { return MayRespond }

// Name implements Command.
func (AcceptCustody) Name() string { return "custody.accept" }
func (AcceptCustody) class() Class { return MayRespond }

// Name implements Command.
func (RefuseCustody) Name() string { return "custody.refuse" }
func (RefuseCustody) class() Class { return MayRespond }

// Item finds a piece of evidence by id; ok is false where there is none.
func (s *Incident) Item(id string) (Evidence, bool) {
	for _, e := range s.Evidence {
		if e.ID == id {
			return e, true
		}
	}
	return Evidence{}, false
}

// Transfer finds a hand-over by id; nil if there is none.
func (s *Incident) Transfer(id string) *Transfer {
	for _, x := range s.Custody {
		if x.ID == id {
			return x
		}
	}
	return nil
}

// Holder is who holds a piece of evidence now: the person, or "" and the
// hand-over to somebody outside.
func (s *Incident) Holder(item string) (person string, last *Transfer) {
	e, _ := s.Item(item)
	person = e.By
	for _, x := range s.Custody {
		if x.Item == item && x.State == CustodyAccepted {
			person, last = x.To, x
		}
	}
	return person, last
}

func (x OfferCustody) decide(c *call) (Change, error) {
	if _, ok := c.s.Item(x.Item); !ok {
		return Change{}, refuse("custody.item", "item", x.Item)
	}
	for _, t := range c.s.Custody {
		if t.Item == x.Item && t.State == CustodyOffered {
			return Change{}, refuse("custody.waits", "item", x.Item, "transfer", t.ID)
		}
	}
	outside, why := Clean(x.Outside), Clean(x.Why)
	name := outside
	switch {
	case why == "":
		return Change{}, refuse("input.missing", "field", "reason")
	case (x.To == "") == (outside == ""):
		return Change{}, refuse("custody.whom")
	case x.To != "":
		if _, ok := c.site.Directory.Person(x.To); !ok {
			return Change{}, refuse("review.owner", "person", x.To)
		}
		name = c.name(x.To)
	}
	from, _ := c.s.Holder(x.Item)
	if from == x.To && x.To != "" {
		return Change{}, refuse("custody.has", "person", name, "item", x.Item)
	}
	f := custodyFacts{Transfer: fmt.Sprintf("H%d", len(c.s.Custody)+1), Item: x.Item, From: from, To: x.To}
	ch := one(c.draft(KindCustodyOffered, f, "name", name, "reason", why, "where", Clean(x.Where)))
	code := "custody.offered"
	if outside != "" {
		code = "custody.offered.outside"
	}
	ch.Outcome = Outcome{Code: code, Args: map[string]string{"item": x.Item, "who": name, "transfer": f.Transfer}, Ref: f.Transfer}
	return ch, nil
}

// offered finds a hand-over that waits for its receiver.
func (c *call) offered(id string) (*Transfer, error) {
	t := c.s.Transfer(id)
	switch {
	case t == nil:
		return nil, refuse("custody.unknown", "transfer", id)
	case t.State != CustodyOffered:
		return nil, refuse("custody.over", "transfer", id)
	}
	return t, nil
}

func (x AcceptCustody) decide(c *call) (Change, error) {
	t, err := c.offered(x.Transfer)
	if err != nil {
		return Change{}, err
	}
	if t.To != "" && t.To != c.act.Person {
		return Change{}, refuse("custody.not_yours", "who", c.name(t.To))
	}
	receipt := Clean(x.Receipt)
	if t.To == "" && receipt == "" {
		return Change{}, refuse("custody.receipt")
	}
	ch := one(c.draft(KindCustodyAccepted, custodyFacts{Transfer: t.ID, Item: t.Item, To: t.To}, "text", Clean(x.Check), "receipt", receipt))
	ch.Outcome = Outcome{Code: "custody.accepted", Args: map[string]string{"item": t.Item}, Ref: t.ID}
	return ch, nil
}

func (x RefuseCustody) decide(c *call) (Change, error) {
	t, err := c.offered(x.Transfer)
	if err != nil {
		return Change{}, err
	}
	reason := Clean(x.Reason)
	if reason == "" {
		return Change{}, refuse("input.missing", "field", "reason")
	}
	return one(c.draft(KindCustodyRefused, custodyFacts{Transfer: t.ID, Item: t.Item, To: t.To}, "reason", reason)), nil
}

func applyCustody(s *Incident, e *timeline.Entry) {
	f := decode[custodyFacts](e)
	if e.Kind == KindCustodyOffered {
		s.Custody = append(s.Custody, &Transfer{ID: f.Transfer, Item: f.Item, From: f.From, To: f.To, Seq: e.Seq, At: e.HappenedAt, State: CustodyOffered})
		return
	}
	t := s.Transfer(f.Transfer)
	if t == nil {
		return
	}
	t.State, t.Ended, t.EndSeq, t.By = CustodyAccepted, e.HappenedAt, e.Seq, e.Actor
	if e.Kind == KindCustodyRefused {
		t.State = CustodyRefused
	}
}
