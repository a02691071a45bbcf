package incident

import (
	"bytes"
	"encoding/json"
	"fmt"
	"sort"
)

// decoders build a command from JSON, by name. It is what the local socket and
// scenario files speak. ApproveNotice is missing on purpose: approval happens
// only on a screen that shows the full text; so is what lets people outside
// read (ShareItem, InviteGuest) and the two signatures (SignGate): each stands
// under the name of whoever is signed in.
func decoders() map[string]func([]byte) (Command, error) {
	return map[string]func([]byte) (Command, error){
		"incident.report": dec[Report], "incident.declare": dec[Declare], "incident.take": dec[TakeCharge],
		"incident.retitle": dec[Retitle], "incident.close": dec[Close], "incident.link": dec[Link],
		"role.assign": dec[AssignRole], "severity.set": dec[SetSeverity], "moment.set": dec[SetMoment],
		"step.arm": dec[ArmChoice], "step.inform": dec[InformPeople], "phase.start": dec[StartPhase], "run.adopt": dec[AdoptRun], "run.keep": dec[KeepRun],
		"row.add": dec[AddRow], "row.void": dec[VoidRow], "list.import": dec[ImportList],
		"run.start": dec[StartRun], "step.take": dec[Take], "step.done": dec[Done], "step.confirm": dec[Confirm],
		"step.block": dec[Block], "step.unblock": dec[Unblock], "step.skip": dec[Skip], "step.reopen": dec[Reopen],
		"step.na": dec[NotApplicable], "step.extend": dec[Extend], "step.add": dec[AddStep],
		"note.add": dec[AddNote], "entry.strike": dec[Strike], "entry.answer": dec[Answer], "entry.undo": dec[Undo],
		"evidence.add": dec[AddEvidence], "figure.set": dec[SetFigure],
		"caution.add": dec[AddCaution], "caution.lift": dec[LiftCaution],
		"decision.open": dec[OpenDecision], "decision.make": dec[Decide], "decision.object": dec[Object], "decision.ask": dec[AskInfo],
		"escalation.start": dec[Escalate], "escalation.ack": dec[Ack], "escalation.delegate": dec[Delegate], "escalation.call": dec[CallMe],
		"roster.put": dec[PutDuty], "roster.swap": dec[SwapDuty], "roster.agree": dec[AgreeDuty], "roster.cancel": dec[CancelDuty],
		"roster.import": dec[ImportDuty], "roster.offer": dec[OfferDuty], "roster.accept": dec[AcceptDuty],
		"escalation.jump": dec[Jump], "escalation.further": dec[Further], "escalation.rang": dec[Rang], "role.return": dec[ReturnRole],
		"notice.draft": dec[DraftNotice], "notice.edit": dec[EditNotice], "notice.submit": dec[SubmitNotice],
		"notice.return": dec[ReturnNotice], "notice.withdraw": dec[WithdrawNotice],
		"notice.phoned": dec[PhonedNotice], "notice.receipt": dec[ReceiptNotice], "message.resolve": dec[ResolveMessage],
		"fact.set": dec[SetFact], "fact.confirm": dec[ConfirmFact], "consent.record": dec[RecordConsent],
		"notice.refill": dec[RefillNotice], "notice.override": dec[OverrideTLP], "notice.recall": dec[RecallNotice],
		"duty.dismiss": dec[DismissDuty], "duty.done": dec[MeetDuty], "duty.confirm": dec[ConfirmDuty], "duty.reopen": dec[ReopenDuty],
		"report.make": dec[MakeReport], "report.snooze": dec[SnoozeReport],
		"handover.offer": dec[OfferHandover], "handover.accept": dec[AcceptHandover], "timeline.exported": dec[Exported], "drill.inject": dec[GiveInject],
		"erasure.ask": dec[AskErasure], "erasure.refuse": dec[RefuseErasure],
		"review.say": dec[SayReview], "review.action": dec[AddAction], "review.move": dec[MoveAction], "review.settle": dec[SettleAction],
		"review.change": dec[ProposeChange], "review.decide": dec[SettleChange], "review.lesson": dec[AddLesson], "review.audit": dec[AnswerAudit],
		"custody.offer": dec[OfferCustody], "custody.accept": dec[AcceptCustody], "custody.refuse": dec[RefuseCustody],
		"eta.set": dec[SetETA], "eta.tell": dec[TellETA], "eta.drop": dec[DropETA],
		"milestone.reach": dec[ReachMilestone], "milestone.lose": dec[LoseMilestone], "gate.revoke": dec[RevokeGate],
		"level.set": dec[SetLevel], "cargo.set": dec[SetPlace],
		"bcp.activate": dec[ActivateBCP], "bcp.end": dec[EndBCP], "manual.decide": dec[DecideManual],
		"share.end": dec[EndShare], "guest.revoke": dec[RevokeGuest],
	}
}

func dec[T Command](data []byte) (Command, error) {
	var x T
	if len(data) == 0 {
		return x, nil
	}
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(&x); err != nil {
		return nil, fmt.Errorf("read %s: %w", x.Name(), err)
	}
	return x, nil
}

// ParseCommand builds a command from its name and JSON arguments.
func ParseCommand(name string, args []byte) (Command, error) {
	d, ok := decoders()[name]
	if !ok {
		return nil, refuse("command.unknown", "command", name)
	}
	return d(args)
}

// CommandNames lists the commands ParseCommand knows.
func CommandNames() []string {
	var out []string
	for n := range decoders() {
		out = append(out, n)
	}
	sort.Strings(out)
	return out
}
