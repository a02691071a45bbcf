package incident

import (
	"fmt"
	"time"

	"irbot/internal/timeline"
)

// Apply folds one entry into the state. It is total: it never fails and never
// panics on any entry; unknown kinds only move the sequence number on. It does
// not read texts. The state passed in is changed; use Clone to keep the old one.
func Apply(s *Incident, e *timeline.Entry) {
	s.Seq = e.Seq
	if e.Actor != timeline.System {
		if s.People[e.Actor] == 0 {
			s.People[e.Actor] = e.Seq
		}
		signOfLife(s, e)
	}
	s.keepsFile(e)
	switch e.Kind {
	case KindReported, KindDeclared, KindRetitled, KindClosed, KindLinked, KindSeverity,
		KindRole, KindMoment, KindSurfaceLost, KindSurfaceRestored, KindExported, KindInject, KindClockStepped:
		applyIncident(s, e)
	case KindRunStarted, KindPhaseEnd, KindStepAdded:
		applyRun(s, e)
	case KindPhaseOpened, KindPhaseStarted, KindPhaseOverdue, KindPhaseReminded:
		applyPhase(s, e)
	case KindStepArmed:
		applyArmed(s, e)
	case KindStepInformed:
		applyInformed(s, e)
	case KindRowAdded, KindRowVoided, KindListTaken:
		applyRow(s, e)
	case KindRunAdopted, KindRunKept:
		applyAdopted(s, e)
	case KindStepTaken, KindStepDone, KindStepSecond, KindStepBlocked, KindStepFreed, KindStepSkipped,
		KindStepNA, KindStepReopened, KindStepOverdue, KindStepExtended, KindStepReminded:
		applyStep(s, e)
	case KindCautionAdded, KindCautionLifted:
		applyCaution(s, e)
	case KindDecisionOpened, KindDecisionMade, KindDecisionObjected, KindDecisionAsked, KindDecisionReview:
		applyDecision(s, e)
	case KindNote, KindStruck, KindAnswered, KindUndone, KindEvidence, KindFigure:
		applyEntry(s, e)
	case KindEscStarted, KindEscPaged, KindEscAcked, KindEscDelegated, KindEscCall, KindEscExhausted, KindEscEnded,
		KindEscReplanned, KindEscJumped, KindEscResumed, KindEscExpired:
		applyEscalation(s, e)
	case KindMsgAttempted, KindMsgAccepted, KindMsgRetrying, KindMsgFailed, KindMsgUnconfirmed, KindMsgResolved:
		applyMessage(s, e)
	case KindMsgReported:
		applyReported(s, e)
	case KindNoticeDrafted, KindNoticeEdited, KindNoticeSubmitted, KindNoticeEndorsed, KindNoticeApproved, KindNoticeReturned,
		KindNoticeWithdrawn, KindNoticePhoned, KindNoticeReceipt:
		applyNotice(s, e)
	case KindEscRang:
		applyRang(s, e)
	case KindPersonAsked:
		applyAsked(s, e)
	case KindFact, KindConsent, KindNoticeOverride, KindNoticeAttached:
		applyFact(s, e)
	case KindDutyStarted, KindDutyMet, KindDutyPassed, KindDutyDismissed,
		KindDutyPlanned, KindDutyWarned, KindDutyConfirmed, KindDutyReopened, KindDutyPinned:
		applyDuty(s, e)
	case KindRosterAsked, KindRosterAgreed, KindRosterRefused, KindRosterCancelled, KindRosterImported, KindRosterOffered, KindRosterTaken:
		applyRoster(s, e)
	case KindReport, KindReportSnoozed, KindReportWarned, KindReportOverdue, KindHandoverOffer, KindHandoverAccept:
		applyReport(s, e)
	case KindPlanned, KindOutage, KindObjective, KindETASet, KindETATold, KindETAWarned, KindETALapsed, KindETAWithdrawn,
		KindMilestone, KindMilestoneLost, KindGateSigned, KindGateRevoked, KindLevel, KindPlace, KindBCP, KindBCPEnd, KindManual,
		KindShared, KindShareEnded, KindGuestInvited, KindGuestOpened, KindGuestRevoked:
		applyContinuity(s, e)
	case KindAlert:
		applyAlert(s, e)
	case KindErasureAsked, KindErasureRefused, KindErased:
		applyErasure(s, e)
	case KindRemark, KindActionAdded, KindActionMoved, KindActionDone, KindActionDropped, KindActionReminded,
		KindChangeProposed, KindChangeSettled, KindLesson, KindReviewAsked, KindAudit:
		applyReview(s, e)
	case KindCustodyOffered, KindCustodyAccepted, KindCustodyRefused:
		applyCustody(s, e)
	}
	settle(s, e)
}

// Fold replays entries from the first one.
func Fold(id string, entries []timeline.Entry) *Incident {
	s := New(id)
	for i := range entries {
		Apply(s, &entries[i])
	}
	return s
}

func applyIncident(s *Incident, e *timeline.Entry) {
	switch e.Kind {
	case KindReported:
		f := decode[declaredFacts](e)
		s.Status, s.Finder, s.ReportSeq, s.TitleSeq = Reported, f.Finder, e.Seq, e.Seq
		s.Impact, s.Surfaces = f.Impact, f.Surfaces
		s.Times.Reported, s.Times.Detected = e.RecordedAt, e.HappenedAt
	case KindDeclared:
		applyDeclared(s, e)
	case KindRetitled:
		s.TitleSeq = e.Seq
	case KindClosed:
		s.Status, s.Times.Closed, s.Cadence.Next = Closed, e.RecordedAt, time.Time{}
		s.CloseSeq, s.Review.Ask = e.Seq, decode[closedFacts](e).ask(e.RecordedAt)
		endEscalations(s, e, "superseded", "")
		s.postAll(e, "closed")
		s.announce(e, "closed")
	case KindLinked:
		s.Linked = append(s.Linked, decode[linkedFacts](e).To)
	case KindSeverity:
		s.Severity = decode[severityFacts](e).Level
		s.announce(e, "severity")
	case KindRole:
		applyRole(s, e)
	case KindMoment:
		applyMoment(s, e)
	case KindSurfaceLost:
		f := decode[surfaceFacts](e)
		s.Lost[f.Surface], s.LostSeq[f.Surface] = e.HappenedAt, e.Seq
	case KindSurfaceRestored:
		applyRestored(s, e)
	case KindExported:
		s.Exports++
	case KindClockStepped:
		shift(s, time.Duration(decode[steppedFacts](e).By)*time.Microsecond)
	case KindInject:
		f := decode[injectFacts](e)
		s.Scenario, s.Injects = f.Scenario, f.Inject
	}
}

func applyDeclared(s *Incident, e *timeline.Entry) {
	f := decode[declaredFacts](e)
	s.Status, s.DeclareSeq = Open, e.Seq
	if s.TitleSeq == 0 {
		s.TitleSeq = e.Seq
	}
	if f.Finder != "" {
		s.Finder = f.Finder
	}
	if len(f.Impact) > 0 {
		s.Impact = f.Impact
	}
	s.Surfaces, s.Announce = f.Surfaces, f.Announce
	s.Times.Declared = e.RecordedAt
	if f.Detected != 0 {
		s.Times.Detected = f.Detected.time()
	}
	if f.Every > 0 {
		s.Cadence.Every = time.Duration(f.Every) * time.Second
		s.Cadence.Later = time.Duration(f.Later) * time.Second
		s.Cadence.Next = e.RecordedAt.Add(s.Cadence.Every)
		if f.First > 0 {
			s.Cadence.Next = e.RecordedAt.Add(time.Duration(f.First) * time.Second)
		}
	}
	for _, surface := range s.Surfaces {
		s.queue(e, &Message{ID: s.messageID(e, "open-"+surface), Kind: "open", Means: []string{surface}, Card: "status"})
	}
	s.announce(e, "declared")
}

// applyRestored drops the posts that piled up while a surface was away: one
// catch-up message stands for all of them.
func applyRestored(s *Incident, e *timeline.Entry) {
	f := decode[surfaceFacts](e)
	delete(s.Lost, f.Surface)
	for _, m := range s.Messages {
		if m.dropped(f.Surface) {
			m.State, m.Since = Cancelled, e.RecordedAt
		}
		if m.Kind == "open" && m.State == Queued && m.Means[0] == f.Surface {
			m.Next = e.RecordedAt
		}
	}
	if f.Count > 0 {
		s.post(e, f.Surface, fmt.Sprintf("catchup/%d", e.Seq))
	}
}

func applyCaution(s *Incident, e *timeline.Entry) {
	f := decode[cautionFacts](e)
	if e.Kind == KindCautionAdded {
		s.Cautions = append(s.Cautions, &Caution{N: f.Caution, Seq: e.Seq, Step: f.Step, By: e.Actor, At: e.RecordedAt})
		return
	}
	for _, c := range s.Cautions {
		if c.N == f.Caution {
			c.Lifted, c.LiftBy = e.RecordedAt, e.Actor
		}
	}
}

func applyDecision(s *Incident, e *timeline.Entry) {
	f := decode[decisionFacts](e)
	d := s.Decision(f.Decision)
	if d == nil {
		d = &Decision{ID: f.Decision, Step: f.Step, Decider: f.Decider, Options: f.Options, Seq: e.Seq, At: e.RecordedAt, Due: f.Due.time(), Objects: f.Objects.time()}
		s.Decisions = append(s.Decisions, d)
		if e.Kind == KindDecisionOpened {
			s.postAll(e, "decision/"+d.ID)
		}
	}
	switch e.Kind {
	case KindDecisionMade:
		d.Made, d.Choice, d.By, d.MadeSeq, d.Review, d.Reviewed = e.HappenedAt, f.Choice, e.Actor, e.Seq, f.Review.time(), false
		if st := s.Step(d.Step); st != nil {
			branch(s, st, f.Choice, e)
		}
	case KindDecisionObjected:
		d.Objected = append(d.Objected, e.Seq)
	case KindDecisionAsked:
		d.Asked = append(d.Asked, e.Seq)
	case KindDecisionReview:
		d.Reviewed = true
		s.postAll(e, "review/"+d.ID)
	}
}

func applyEntry(s *Incident, e *timeline.Entry) {
	switch e.Kind {
	case KindNote:
		f := decode[noteFacts](e)
		if f.Important || f.Open || f.Corrects > 0 { // plain lines cost nothing
			m := s.mark(e.Seq)
			m.Important, m.Open, m.Corrects = f.Important, f.Open, f.Corrects
		}
		if f.Corrects > 0 {
			s.mark(f.Corrects).Corrected = e.Seq
		}
		if f.Source != "" {
			s.Kept[f.Source] = e.Seq
		}
	case KindStruck:
		f := decode[entryFacts](e)
		s.mark(f.Entry).Struck = e.Seq
	case KindAnswered:
		f := decode[entryFacts](e)
		m := s.mark(f.Entry)
		m.Open, m.Answered = false, e.Seq
	case KindUndone:
		applyUndone(s, e)
	case KindEvidence:
		applyEvidence(s, e)
	case KindFigure:
		f := decode[figureFacts](e)
		s.Figures[f.key()] = Figure{N: f.N, At: e.HappenedAt, By: e.Actor, Seq: e.Seq}
	}
}

func applyEvidence(s *Incident, e *timeline.Entry) {
	f := decode[evidenceFacts](e)
	hash := f.Attachment
	if hash == "" {
		hash = f.Evidence
	}
	s.Evidence = append(s.Evidence, Evidence{ID: f.ID, Hash: hash, Size: f.Size, Step: f.Step, Seq: e.Seq,
		Kept: f.Attachment != "", TLP: f.TLP, By: e.Actor, At: e.HappenedAt})
	if st := s.Step(f.Step); st != nil {
		st.Kept = append(st.Kept, e.Seq)
	}
	if f.Source != "" {
		s.Kept[f.Source] = e.Seq
	}
}

// mark gives a fresh copy of a mark to be changed: the old one may be shared
// with an earlier state.
func (s *Incident) mark(seq int64) *Mark {
	m := &Mark{}
	if old := s.Marks.At(seq); old != nil {
		*m = *old
	}
	s.Marks.set(seq, s.Seq, m)
	return m
}

func applyReport(s *Incident, e *timeline.Entry) {
	switch e.Kind {
	case KindReport:
		f := decode[reportFacts](e)
		s.Reports = append(s.Reports, &StatusReport{N: f.Report, Seq: e.Seq, At: e.HappenedAt, By: e.Actor, Same: f.Same, Next: f.Next.time()})
		s.Cadence.Next, s.Cadence.Warned, s.Cadence.Overdue = f.Next.time(), false, false
		s.postAll(e, fmt.Sprintf("report/%d", f.Report))
	case KindReportSnoozed:
		s.Cadence.Next, s.Cadence.Warned, s.Cadence.Overdue = decode[reportFacts](e).Next.time(), false, false
	case KindReportWarned:
		s.Cadence.Warned = true
		s.postAll(e, fmt.Sprintf("cadence/%d", e.Seq))
	case KindReportOverdue:
		s.Cadence.Overdue = true
	case KindHandoverOffer:
		f := decode[handoverFacts](e)
		s.Handovers = append(s.Handovers, &Handover{ID: f.Handover, Role: f.Role, From: s.Roles[f.Role].Person, To: f.To, Seq: e.Seq, At: e.RecordedAt})
		s.postAll(e, "handover/"+f.Handover)
	case KindHandoverAccept:
		f := decode[handoverFacts](e)
		for _, h := range s.Handovers {
			if h.ID == f.Handover && h.Accepted.IsZero() {
				h.Accepted = e.RecordedAt
				s.Roles[h.Role] = Holder{Person: h.To, Seq: e.Seq, At: e.RecordedAt}
			}
		}
	}
}
