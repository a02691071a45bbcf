package incident

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"irbot/internal/timeline"
)

// exhaustedPause is how long a ladder rests after nobody answered on any round.
const exhaustedPause = 15 * time.Minute

func applyEscalation(s *Incident, e *timeline.Entry) {
	if e.Kind == KindEscPaged {
		applyPaged(s, e)
		return
	}
	f := decode[escFacts](e)
	if e.Kind == KindEscStarted {
		s.Escalations = append(s.Escalations, &Escalation{
			ID: f.Esc, Policy: f.Policy, Reason: f.Reason, Ref: f.Ref, Seq: e.Seq, Levels: f.Levels,
			Rounds: f.Rounds, Round: 1, Level: -1, Due: e.RecordedAt,
			Holds: time.Duration(f.HoldsS) * time.Second, Succession: f.Succession, Holder: f.Holder,
		})
		if st := s.Step(f.Ref); st != nil {
			st.Climbing = true
		}
		if run, no, ok := strings.Cut(f.Ref, "/p"); ok {
			if r := s.Run(run); r != nil {
				n, _ := strconv.Atoi(no)
				if p := r.phase(n); p != nil {
					p.Climbing = true
				}
			}
		}
		return
	}
	esc := s.Escalation(f.Esc)
	if esc == nil {
		return
	}
	switch e.Kind {
	case KindEscAcked:
		if f.Partial {
			applyPart(s, esc, f, e)
			return
		}
		if esc.Acked.IsZero() {
			esc.Acks, esc.AckSeqs, esc.Alive = append(esc.Acks, f.Person), append(esc.AckSeqs, e.Seq), e.RecordedAt
			esc.Acked, esc.AckBy, esc.AckVia, esc.AckSeq = e.HappenedAt, f.Person, f.Via, e.Seq
			if f.For {
				esc.AckFor = e.Actor
			}
			endEscalations(s, e, "acked", esc.ID)
		}
	case KindEscDelegated:
		esc.Due = e.RecordedAt
	case KindEscCall:
		esc.Asked = append(esc.Asked, e.Actor)
		s.postAll(e, fmt.Sprintf("call/%d", e.Seq))
	case KindEscExhausted:
		// Nobody answered on any round: the board turns red, somebody phones by
		// hand, and after a pause the ladder is climbed again.
		esc.Exhausted++
		esc.Round, esc.Level, esc.Due = 1, -1, e.RecordedAt.Add(exhaustedPause)
		s.postAll(e, fmt.Sprintf("exhausted/%d", e.Seq))
	case KindEscEnded:
		endEscalations(s, e, "superseded", esc.ID)
	default:
		applyLadder(esc, f, e)
	}
}

func applyPaged(s *Incident, e *timeline.Entry) {
	f := decode[pageFacts](e)
	esc := s.Escalation(f.Esc)
	if esc == nil {
		return
	}
	p := Paging{Level: f.Level, Round: f.Round, At: e.RecordedAt, Late: time.Duration(f.Late) * time.Second, Seq: e.Seq, Quiet: f.Quiet, Also: f.Also}
	for _, to := range f.To {
		p.People = append(p.People, to.Person)
		s.queue(e, &Message{ID: s.messageID(e, to.Person), Kind: "page", Esc: esc.ID, Person: to.Person, Means: to.Means, Hook: to.Hook, Card: "page/" + esc.ID + "/" + to.Person})
	}
	esc.Paged = append(esc.Paged, p)
	s.dialled(esc, f.Dial, f.Ask, e)
	if f.Also {
		return
	}
	esc.Level, esc.Round = f.Level, f.Round
	esc.Due = e.RecordedAt.Add(time.Duration(f.Wait) * time.Second)
	if f.None {
		esc.Due = e.RecordedAt // nobody there: climb at once
	}
	if f.Level > 0 || f.Round > 1 {
		s.postAll(e, fmt.Sprintf("climb/%d", e.Seq))
	}
}

// endEscalations stops one ladder (or all, with id "") and stands down whoever
// was paged besides the one who answered.
func endEscalations(s *Incident, e *timeline.Entry, how, id string) {
	for _, esc := range s.Escalations {
		if (id != "" && esc.ID != id) || esc.Ended != "" {
			continue
		}
		esc.Ended, esc.Due = how, time.Time{}
		told, rung := map[string]bool{esc.AckBy: true}, map[string]bool{}
		for _, id := range esc.Acks {
			told[id] = true
		}
		for _, m := range s.Messages {
			if m.Kind != "page" || m.Esc != esc.ID || m.Seq < esc.Resumed {
				continue
			}
			if m.State == Queued {
				m.State, m.Since = Cancelled, e.RecordedAt
				continue
			}
			if m.State == Cancelled {
				continue
			}
			off := &Message{ID: s.messageID(e, m.Person), Kind: "standdown", Esc: esc.ID, Person: m.Person, Means: m.Means[m.Index:], Card: "standdown/" + esc.ID + "/" + m.Person}
			switch hook := m.rangMachine(); {
			case !told[m.Person]:
				told[m.Person], rung[m.Person] = true, hook
				s.queue(e, off)
			case hook && !rung[m.Person]:
				// Whoever answered knows; the machine that rings for them does not.
				rung[m.Person] = true
				off.ID, off.Means = off.ID+"/"+hookMeans, []string{hookMeans}
				s.queue(e, off)
			}
		}
	}
}

// hookMeans is the means by which another machine is rung.
const hookMeans = "webhook"

// rangMachine tells that a page went to a machine that rings until it is told
// the end.
func (m *Message) rangMachine() bool {
	return m.Hook && m.Index < len(m.Means) && m.Means[m.Index] == hookMeans
}

// messageID derives the id of a message from the entry that causes it.
func (s *Incident) messageID(e *timeline.Entry, who string) string {
	return fmt.Sprintf("%s/n%d/%s", s.ID, e.Seq, who)
}

// queue puts a message into the outbox. Equal ids are the same message.
func (s *Incident) queue(e *timeline.Entry, m *Message) {
	for i := len(s.Messages) - 1; i >= 0 && s.Messages[i].Seq >= e.Seq; i-- {
		if s.Messages[i].ID == m.ID {
			return
		}
	}
	m.Seq, m.State, m.Next, m.Since, m.Asked = e.Seq, Queued, e.RecordedAt, e.RecordedAt, e.RecordedAt
	if len(m.Means) == 0 {
		m.State = Failed
	}
	s.Messages = append(s.Messages, m)
}

// post puts a new card on one chat surface. While a surface is away only its
// catch-up is posted afterwards.
func (s *Incident) post(e *timeline.Entry, surface, card string) {
	id := fmt.Sprintf("%s/n%d/%s-%s", s.ID, e.Seq, surface, cardID(card))
	s.queue(e, &Message{ID: id, Kind: "post", Means: []string{surface}, Card: card})
}

func (s *Incident) postAll(e *timeline.Entry, card string) {
	for _, surface := range s.Surfaces {
		s.post(e, surface, card)
	}
}

func cardID(card string) string {
	b := []byte(card)
	for i, c := range b {
		if c == '/' {
			b[i] = '.'
		}
	}
	return string(b)
}

func applyMessage(s *Incident, e *timeline.Entry) {
	f := decode[msgFacts](e)
	m := s.Message(f.Msg)
	if m == nil {
		return
	}
	m.Since = e.RecordedAt
	if esc := s.Escalation(m.Esc); esc != nil {
		s.dialled(esc, f.Dial, f.Ask, e)
	}
	switch e.Kind {
	case KindMsgAttempted:
		m.State, m.Try, m.Repeat = Sending, f.Try, m.Repeat || f.Repeat
	case KindMsgAccepted:
		m.State, m.Proof, m.With = Accepted, e.Seq, f.With
		s.accepted(m, f, e)
	case KindMsgRetrying:
		m.State, m.Next, m.Repeat = Queued, f.Next.time(), m.Repeat || f.Repeat
		if s.answered(m) {
			m.State = Cancelled
		}
	case KindMsgFailed:
		s.failed(m, f.Final, e)
	case KindMsgUnconfirmed:
		m.State, m.Proof = Unconfirmed, e.Seq
		s.noticeOutcome(m, e)
	case KindMsgResolved:
		s.resolved(m, f.As, e)
	}
}

// answered tells that a page need not be tried again: while it was on its way
// somebody answered, and whoever it was for was told so by another message.
func (s *Incident) answered(m *Message) bool {
	esc := s.Escalation(m.Esc)
	return m.Kind == "page" && esc != nil && esc.Ended != ""
}

func (s *Incident) accepted(m *Message, f msgFacts, e *timeline.Entry) {
	surface := f.Means
	if f.Channel != "" && m.Kind == "open" {
		s.Channels[surface] = f.Channel
	}
	if f.TS != "" {
		s.Posts[m.Card] = Post{Surface: surface, Channel: f.Channel, TS: f.TS, Seq: e.Seq}
	}
	s.noticeOutcome(m, e)
}

// undeliverable climbs at once when nobody of a level could be reached, and
// marks a notice that did not arrive.
func (s *Incident) undeliverable(m *Message, e *timeline.Entry) {
	s.noticeOutcome(m, e)
	esc := s.Escalation(m.Esc)
	if m.Kind != "page" || esc == nil || esc.Ended != "" {
		return
	}
	if last := esc.last(); last != nil && last.Seq == m.Seq && s.undelivered(esc) {
		esc.Due = e.RecordedAt
	}
}

func (s *Incident) resolved(m *Message, as string, e *timeline.Entry) {
	m.Proof = e.Seq
	switch as {
	case "accepted":
		m.State = Accepted
	case "resend":
		m.State, m.Next, m.Repeat = Queued, e.RecordedAt, true
	default:
		m.State = Failed
	}
	s.noticeOutcome(m, e)
}
