package incident

import (
	"strconv"
	"strings"
	"time"

	"irbot/internal/notify"
	"irbot/internal/timeline"
)

// fire is an alarm going off. An alarm that is no longer armed does nothing.
type fire struct{ id string }

func (fire) Name() string { return "timer.fire" }
func (fire) class() Class { return MayMachine }

func (x fire) decide(c *call) (Change, error) {
	for _, t := range c.s.Timers() {
		if t.ID != x.id || t.Due.After(c.now) {
			continue
		}
		late := int64(c.now.Sub(t.Due) / time.Second)
		if late < 2 {
			late = 0
		}
		return c.ring(t.Kind, t.Ref, late), nil
	}
	return Change{}, nil
}

func (c *call) ring(kind, ref string, late int64) Change {
	switch kind {
	case "escalation":
		return Change{Entries: c.page(c.s.Escalation(ref))}
	case "expiry":
		return Change{Entries: c.expire(c.s.Escalation(ref))}
	case "step":
		return one(c.machine(KindStepOverdue, stepFacts{Step: ref, Late: late}))
	case "chain":
		return Change{Entries: c.climbWritten(c.s.Step(ref).Chain, ref)}
	case "phase-open", "phase-due", "phase-repeat", "phase-chain":
		return c.ringPhase(kind, ref, late)
	case "repeat":
		step, i, _ := strings.Cut(ref, "#")
		n, _ := strconv.Atoi(i)
		return one(c.machine(KindStepReminded, stepFacts{Step: step, Late: late, Timer: n}))
	case "review":
		return one(c.machine(KindDecisionReview, decisionFacts{Decision: ref}))
	case "review-ask":
		return c.askReview(late)
	case "action":
		return c.remindAction(ref, late)
	case "duty":
		return c.dutyPassed(ref, late)
	case dutyWarning:
		return c.warnDuty(ref)
	case "report":
		if ref == "warn" {
			return one(c.machine(KindReportWarned, reportFacts{Late: late}))
		}
		return one(c.machine(KindReportOverdue, reportFacts{Late: late}))
	}
	return c.ringContinuity(kind, ref, late)
}

// attempts marks messages as being sent, before the attempts.
type attempts struct{ ids []string }

func (attempts) Name() string { return "message.attempt" }
func (attempts) class() Class { return MayMachine }

func (x attempts) decide(c *call) (Change, error) {
	var ch Change
	for _, id := range x.ids {
		m := c.s.Message(id)
		if m == nil || m.State != Queued || m.Next.After(c.now) {
			continue
		}
		ch.Entries = append(ch.Entries, c.machine(KindMsgAttempted, msgFacts{Msg: m.ID, Means: m.Means[m.Index], Try: m.Try + 1, Repeat: m.Repeat}))
	}
	return ch, nil
}

// outcome records how an attempt ended.
type outcome struct {
	id  string
	out notify.Outcome
	// channel and ts say where a chat post hangs.
	channel, ts string
}

func (outcome) Name() string { return "message.outcome" }
func (outcome) class() Class { return MayMachine }

// triesPerMeans is how often one means is tried for a page before the next one
// (ARCHITECTURE 10.7); notices and posts go on for hours.
const triesPerMeans = 3

// awayAfter is longer than a chat surface takes to notice that it is away.
const awayAfter = 12 * time.Second

func (x outcome) decide(c *call) (Change, error) {
	m := c.s.Message(x.id)
	if m == nil || m.State != Sending {
		return Change{}, nil
	}
	f := msgFacts{Msg: m.ID, Means: m.Means[m.Index], Try: m.Try}
	switch {
	case x.out.NotTried:
		f.Next = us(c.now)
		return one(c.machine(KindMsgRetrying, f, "error", "not tried")), nil
	case x.out.Class == "":
		f.Channel, f.TS, f.With, f.Carries = x.channel, x.ts, x.out.With, x.out.Carries
		ch := one(c.machine(KindMsgAccepted, f, "receipt", x.out.Receipt.ID, "note", x.out.Receipt.Note))
		if n := c.s.Notice(m.Notice); n != nil {
			ch.Entries = append(ch.Entries, c.meetDuty(n, time.Time{})...)
		}
		return ch, nil
	case x.out.Class == notify.Unknown && m.Kind == "notice":
		// Whether an authority has it is for a person to find out.
		return one(c.machine(KindMsgUnconfirmed, f, "error", x.out.Err)), nil
	case x.out.Class == notify.Permanent:
		f.Dial, f.Ask = c.dialAfter(m)
		return one(c.machine(KindMsgFailed, f, "error", x.out.Err)), nil
	case (m.Kind == "page" || m.Kind == "inform") && (m.Try >= triesPerMeans || c.hopeless(m, x.out)) && m.Index+1 < len(m.Means):
		return one(c.machine(KindMsgFailed, f, "error", x.out.Err)), nil
	}
	wait := x.out.RetryAfter
	if wait <= 0 {
		wait = notify.Backoff(m.ID, m.Try)
		if m.Kind == "post" || m.Kind == "open" {
			wait = max(wait, awayAfter) // by then it is known whether the surface is away, and the post waits
		}
	}
	f.Next, f.Repeat = us(c.now.Add(wait)), x.out.Class == notify.Unknown
	if m.Try >= triesPerMeans {
		f.Dial, f.Ask = c.dialAfter(m)
	}
	return one(c.machine(KindMsgRetrying, f, "error", x.out.Err)), nil
}

// hopeless tells that another try by this means would only cost time: nobody
// answers there, it asks to be left alone for long, or its surface is known to
// be away.
func (c *call) hopeless(m *Message, out notify.Outcome) bool {
	_, away := c.s.Lost[m.Means[m.Index]]
	return away || out.Down || out.RetryAfter > notify.LongWait
}

// interrupted settles a message whose sending was cut by a crash or kill.
type interrupted struct{ id string }

func (interrupted) Name() string { return "message.interrupted" }
func (interrupted) class() Class { return MayMachine }

func (x interrupted) decide(c *call) (Change, error) {
	m := c.s.Message(x.id)
	if m == nil || m.State != Sending {
		return Change{}, nil
	}
	f := msgFacts{Msg: m.ID, Means: m.Means[m.Index], Try: m.Try}
	if m.Kind == "notice" {
		return one(c.machine(KindMsgUnconfirmed, f, "error", "interrupted while sending")), nil
	}
	f.Next, f.Repeat = us(c.now), true
	return one(c.machine(KindMsgRetrying, f, "error", "interrupted while sending")), nil
}

// surface records that a chat surface went away or came back.
type surface struct {
	name string
	back bool
	at   time.Time
}

func (surface) Name() string { return "surface.change" }
func (surface) class() Class { return MayMachine }

func (x surface) decide(c *call) (Change, error) {
	_, lost := c.s.Lost[x.name]
	switch {
	case !c.s.On(x.name):
		return Change{}, nil
	case !x.back && !lost:
		d := c.machine(KindSurfaceLost, surfaceFacts{Surface: x.name})
		d.HappenedAt = x.at
		return one(d), nil
	case x.back && lost:
		from := c.s.LostSeq[x.name]
		for _, m := range c.s.Messages { // what had not left before the loss was noticed is told, too
			if m.dropped(x.name) {
				from = min(from, m.Seq-1)
			}
		}
		return one(c.machine(KindSurfaceRestored, surfaceFacts{Surface: x.name, From: from, Count: int(c.s.Seq - from)})), nil
	}
	return Change{}, nil
}

// stepped records that the wall clock jumped.
type stepped struct{ by time.Duration }

func (stepped) Name() string { return "clock.stepped" }
func (stepped) class() Class { return MayMachine }

func (x stepped) decide(c *call) (Change, error) {
	return one(c.machine(KindClockStepped, steppedFacts{By: x.by.Microseconds()})), nil
}

// refused keeps that somebody was not allowed, or asked for what was not possible.
func (c *call) refused(cmd Command, r *Refusal) timeline.Draft {
	f := refusedFacts{Command: cmd.Name(), Code: r.Code, Surface: c.act.Surface}
	return c.draft(KindRefused, f)
}
