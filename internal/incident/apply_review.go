package incident

import (
	"fmt"
	"time"

	"irbot/internal/timeline"
)

func applyReview(s *Incident, e *timeline.Entry) {
	r := &s.Review
	switch e.Kind {
	case KindRemark:
		f := decode[remarkFacts](e)
		r.Remarks = append(r.Remarks, Remark{ID: f.Remark, Question: f.Question, By: e.Actor, At: e.RecordedAt, Seq: e.Seq})
	case KindChangeProposed:
		f := decode[changeFacts](e)
		r.Changes = append(r.Changes, &LineChange{
			ID: f.Change, Run: f.Run, Book: f.Book, From: f.From, To: f.To, By: e.Actor, At: e.RecordedAt, Seq: e.Seq, State: ChangeOpen,
		})
	case KindChangeSettled:
		f := decode[changeFacts](e)
		if x := r.Change(f.Change); x != nil {
			x.State, x.EndSeq = ChangeLeft, e.Seq
			if f.Taken {
				x.State = ChangeTaken
			}
		}
	case KindLesson:
		f := decode[lessonFacts](e)
		r.Lessons = append(r.Lessons, Lesson{ID: f.Lesson, Near: f.Near, TLP: f.TLP, By: e.Actor, At: e.RecordedAt, Seq: e.Seq})
	case KindAudit:
		f := decode[auditFacts](e)
		if r.Audit == nil {
			r.Audit = map[string]Audited{}
		}
		r.Audit[f.Item] = Audited{Item: f.Item, State: f.State, Link: f.Link, By: e.Actor, At: e.RecordedAt, Seq: e.Seq}
	case KindReviewAsked:
		r.Asked = e.RecordedAt
		for _, to := range decode[reviewAskedFacts](e).Ask {
			s.informReview(e, to.Person, to.Means)
		}
	default:
		applyAction(s, e)
	}
}

func applyAction(s *Incident, e *timeline.Entry) {
	f := decode[actionFacts](e)
	if e.Kind == KindActionAdded {
		s.Review.Actions = append(s.Review.Actions, &Action{
			ID: f.Action, Owner: f.Owner, Due: f.Due.time(), Remark: f.Remark, By: e.Actor, At: e.RecordedAt, Seq: e.Seq, State: ActionOpen,
		})
		return
	}
	a := s.Review.Action(f.Action)
	if a == nil {
		return
	}
	switch e.Kind {
	case KindActionMoved:
		a.Owner, a.Due, a.Reminded, a.At = f.Owner, f.Due.time(), time.Time{}, e.RecordedAt
	case KindActionDone:
		a.State, a.Ended, a.EndSeq = ActionDone, e.RecordedAt, e.Seq
	case KindActionDropped:
		a.State, a.Ended, a.EndSeq = ActionDropped, e.RecordedAt, e.Seq
	case KindActionReminded:
		a.Reminded = e.RecordedAt
		s.informReview(e, f.Owner, f.Means)
	}
}

// informReview tells somebody about a review; who cannot be reached is told by
// the page only.
func (s *Incident) informReview(e *timeline.Entry, person string, means []string) {
	if person == "" || len(means) == 0 {
		return
	}
	s.queue(e, &Message{ID: s.messageID(e, person), Kind: "inform", Person: person, Means: means, Card: fmt.Sprintf("lookback/%d", e.Seq)})
}
