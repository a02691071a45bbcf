package incident

import (
	"fmt"
	"slices"
	"time"

	"irbot/internal/timeline"
)

// wait is the time given to a level at a severity, 0 being 未定.
func (f LevelFacts) wait(severity int) time.Duration {
	if severity >= 1 && severity <= len(f.By) && f.By[severity-1] > 0 {
		return time.Duration(f.By[severity-1]) * time.Second
	}
	return time.Duration(f.WaitS) * time.Second
}

// last is the level that was paged last; nil before the first.
func (e *Escalation) last() *Paging {
	for i := len(e.Paged) - 1; i >= 0; i-- {
		if !e.Paged[i].Also {
			return &e.Paged[i]
		}
	}
	return nil
}

// asked lists everybody a level paged since the ladder was last begun.
func (e *Escalation) asked(level int) []string {
	var out []string
	for _, p := range e.Paged {
		if p.Level == level && p.Seq >= e.Resumed {
			for _, id := range p.People {
				out = appendOnce(out, id)
			}
		}
	}
	return out
}

// tally tells what an answer of a person comes to: how many there are of how
// many wanted on the present level, and whether the ladder is answered. A level
// reached earlier that has its answers ends the ladder, too.
func (e *Escalation) tally(person string) (have, want int, over bool) {
	acks := appendOnce(append([]string(nil), e.Acks...), person)
	have, want, over = e.level(e.present(), acks)
	for n := range e.Levels {
		if _, _, met := e.level(n, acks); met && len(e.asked(n)) > 0 {
			over = true
		}
	}
	return have, want, over
}

// present is the level whose answers are waited for: while the ladder rests after
// its last round, the last one that reached anybody.
func (e *Escalation) present() int {
	if e.Level >= 0 {
		return e.Level
	}
	for _, p := range slices.Backward(e.Paged) {
		if !p.Also && len(p.People) > 0 && p.Seq >= e.Resumed {
			return p.Level
		}
	}
	return e.Level
}

// level counts the answers a level has. On the level paged last an answer of
// anybody counts: whoever takes it on has it.
func (e *Escalation) level(n int, acks []string) (have, want int, met bool) {
	asked, need := e.asked(n), 0
	if n >= 0 && n < len(e.Levels) {
		need = e.Levels[n].Need
	}
	inside := 0
	for _, id := range acks {
		if contains(asked, id) {
			inside++
		}
	}
	switch {
	case need < 0:
		return inside, len(asked), inside >= len(asked)
	case need <= 1:
		return inside, 1, inside > 0 || n == e.present()
	}
	have = inside
	if n == e.present() {
		have = len(acks)
	}
	want = min(need, max(1, len(asked)))
	return have, want, have >= want
}

// Progress gives the answers the present level has and wants; want is 1 where
// any one is enough.
func (e *Escalation) Progress() (have, want int) {
	have, want, _ = e.level(e.present(), e.Acks)
	return have, want
}

// Wait is the time a level of the ladder gets at a severity, 0 being 未定.
func (e *Escalation) Wait(level, severity int) time.Duration {
	if level < 0 || level >= len(e.Levels) {
		return 0
	}
	return e.Levels[level].wait(severity)
}

// undelivered tells that none of the pages of the last level arrived.
func (s *Incident) undelivered(esc *Escalation) bool {
	last := esc.last()
	if last == nil {
		return false
	}
	n := 0
	for _, x := range s.Messages {
		if x.Kind != "page" || x.Seq != last.Seq {
			continue
		}
		if x.State != Failed || x.Proof == 0 {
			return false
		}
		n++
	}
	return n > 0
}

// applyPart keeps one of several answers: the person is left in peace, and the
// others are still waited for.
func applyPart(s *Incident, esc *Escalation, f escFacts, e *timeline.Entry) {
	esc.Acks, esc.AckSeqs = append(esc.Acks, f.Person), append(esc.AckSeqs, e.Seq)
	for _, m := range s.Messages {
		if m.Kind == "page" && m.Esc == esc.ID && m.Person == f.Person && m.State == Queued {
			m.State, m.Since = Cancelled, e.RecordedAt
		}
	}
}

// applyLadder moves a ladder that is climbed in another order than planned.
func applyLadder(esc *Escalation, f escFacts, e *timeline.Entry) {
	switch e.Kind {
	case KindEscReplanned:
		if esc.Ended == "" && f.Due != 0 {
			esc.Due = f.Due.time()
		}
	case KindEscJumped:
		if f.Level >= 1 && f.Level <= len(esc.Levels) {
			esc.Level, esc.Due = f.Level-2, e.RecordedAt
		}
	case KindEscResumed:
		esc.again(e)
		for _, id := range esc.Acks {
			esc.Excused = appendOnce(esc.Excused, id)
		}
		if f.Person != "" {
			esc.Excused = appendOnce(esc.Excused, f.Person)
		}
		esc.Acks = nil
	case KindEscExpired:
		esc.again(e)
		esc.Acks, esc.Excused = nil, nil
		esc.Level = esc.levelOf(f.Person) - 1
	}
}

// again opens a ladder that was answered.
func (e *Escalation) again(by *timeline.Entry) {
	e.Ended, e.Due, e.Resumed = "", by.RecordedAt, by.Seq
	e.Acked, e.AckBy, e.AckVia, e.AckFor = time.Time{}, "", "", ""
}

// levelOf is the level on which a person was paged last, else the present one.
func (e *Escalation) levelOf(person string) int {
	for i := len(e.Paged) - 1; i >= 0; i-- {
		if contains(e.Paged[i].People, person) {
			return e.Paged[i].Level
		}
	}
	return max(0, e.Level)
}

// signOfLife notes that somebody who answered a ladder is at work.
func signOfLife(s *Incident, e *timeline.Entry) {
	for _, esc := range s.Escalations {
		if esc.Holds > 0 && esc.Ended == "acked" && esc.AckBy == e.Actor && e.RecordedAt.After(esc.Alive) {
			esc.Alive = e.RecordedAt
		}
	}
}

// ackExpires is when an answer no longer holds; zero for never. It holds for
// good once what it was about is over.
func (s *Incident) ackExpires(esc *Escalation) time.Time {
	if esc.Holds <= 0 || esc.Ended != "acked" || esc.Reason == "report" && s.Status == Open {
		return time.Time{}
	}
	if st := s.Step(esc.Ref); st != nil && st.Closed() {
		return time.Time{}
	}
	return esc.Alive.Add(esc.Holds)
}

// applyRole gives a role to a person. Where a deputy takes over from somebody
// silent, whose duty it is stays known, so that it can be handed back.
func applyRole(s *Incident, e *timeline.Entry) {
	f := decode[roleFacts](e)
	h := Holder{Person: f.Person, Seq: e.Seq, At: e.RecordedAt}
	switch f.Reason {
	case "succession":
		before := s.Roles[f.Role]
		if h.For, h.Given = before.For, before.Given; h.For == "" {
			h.For, h.Given = f.From, before.Person == f.From
		}
		s.postAll(e, fmt.Sprintf("acting/%d", e.Seq))
	case "returned":
		s.postAll(e, fmt.Sprintf("acting/%d", e.Seq))
	}
	s.Roles[f.Role] = h
}
