package incident

import (
	"slices"
	"time"

	"irbot/internal/timeline"
)

func applyContinuity(s *Incident, e *timeline.Entry) {
	switch e.Kind {
	case KindPlanned:
		applyPlanned(s, e)
	case KindOutage, KindObjective:
		applyOutage(s, e)
	case KindMilestone, KindMilestoneLost, KindGateSigned, KindGateRevoked:
		applyMilestone(s, e)
	case KindLevel:
		f := decode[levelFacts](e)
		s.Continuity.Levels = append(s.Continuity.Levels, LevelSet{Level: f.Level, Function: f.Function, Terminal: f.Terminal, By: e.Actor, At: e.HappenedAt, Seq: e.Seq})
		s.postAll(e, "cargo")
		applyLevelEnd(s, f)
	case KindPlace:
		applyPlace(s, e)
	case KindBCP, KindBCPEnd, KindManual:
		applyBCP(s, e)
	case KindShared, KindShareEnded, KindGuestInvited, KindGuestOpened, KindGuestRevoked:
		applyGuest(s, e)
	default:
		applyETA(s, e)
	}
}

func applyPlanned(s *Incident, e *timeline.Entry) {
	f := decode[planFacts](e)
	k := &s.Continuity
	k.PlanSeq, k.Terminals, k.Functions = e.Seq, f.Terminals, nil
	for _, x := range f.Functions {
		fn := &Function{FunctionFacts: x}
		if s.hits(x.Impact) {
			fn.Since, fn.Start = s.noticed(), true
		}
		k.Functions = append(k.Functions, fn)
	}
}

// hits tells whether what was said about the impact stops a function. Where
// nobody knows the impact, the clock runs: to be asked too early costs a minute.
func (s *Incident) hits(impact string) bool {
	return impact == "" || len(s.Impact) == 0 || slices.Contains(s.Impact, impact) || slices.Contains(s.Impact, "unknown")
}

// noticed is the moment from which an outage counts when nobody said when the
// function stopped.
func (s *Incident) noticed() time.Time {
	if !s.Times.Detected.IsZero() {
		return s.Times.Detected
	}
	return s.Times.Declared
}

// moved lets the outages that began with the detection begin when it is
// corrected to have been.
func (k *Continuity) moved(detected time.Time) {
	for _, f := range k.Functions {
		if f.Start && !f.Since.IsZero() {
			f.Since = detected
		}
	}
}

func applyOutage(s *Incident, e *timeline.Entry) {
	f := decode[outageFacts](e)
	fn := s.Continuity.Function(f.Function)
	if fn == nil {
		return
	}
	if e.Kind == KindOutage {
		fn.Asked = f.Decision
		return
	}
	fn.Missed = max(fn.Missed, f.Level+1)
	s.postAll(e, "cargo")
}

// applyLevelEnd stops the clock of what is back to normal.
func applyLevelEnd(s *Incident, f levelFacts) {
	if f.Level < MaxLevel || f.Terminal != "" {
		return
	}
	for _, fn := range s.Continuity.Functions {
		if f.Function == "" || f.Function == fn.ID {
			fn.stop()
		}
	}
}

// stop ends an outage; the next one is counted, and asked about, anew.
func (f *Function) stop() { f.Since, f.Start, f.Asked, f.Missed = time.Time{}, false, "", 0 }

func applyPlace(s *Incident, e *timeline.Entry) {
	f := decode[placeFacts](e)
	k := &s.Continuity
	key := f.Terminal + "/" + f.Function
	p := Place{State: f.State, By: e.Actor, At: e.HappenedAt, Seq: e.Seq, CapSeq: k.Places[key].CapSeq}
	if f.Capacity {
		p.CapSeq = e.Seq
	}
	k.Places[key] = p
	fn := k.Function(f.Function)
	switch {
	case fn == nil:
	case f.State != "normal":
		if fn.Since.IsZero() {
			fn.Since = e.HappenedAt
		}
	case k.normal(f.Function):
		fn.stop()
	}
}

// normal tells whether a function works normally wherever its state is known,
// at every terminal of the plan.
func (k *Continuity) normal(function string) bool {
	if p, ok := k.Places[AllTerminals+"/"+function]; ok && p.State != "normal" {
		return false
	} else if ok && len(k.Terminals) == 0 {
		return true
	}
	for _, t := range k.Terminals {
		p, ok := k.Places[t+"/"+function]
		if !ok {
			p, ok = k.Places[AllTerminals+"/"+function]
		}
		if !ok || p.State != "normal" {
			return false
		}
	}
	return true
}

func applyMilestone(s *Incident, e *timeline.Entry) {
	k := &s.Continuity
	switch e.Kind {
	case KindMilestone:
		f := decode[milestoneFacts](e)
		k.Reached[f.Milestone+"/"+f.Terminal] = Reached{By: e.Actor, At: e.HappenedAt, Seq: e.Seq}
		for _, x := range k.ETAs {
			if at := k.At(x.Milestone, x.Terminal); x.Open() && !at.IsZero() {
				x.Met = at
				s.endETA(e, x)
			}
		}
		s.postAll(e, "cargo")
	case KindMilestoneLost:
		f := decode[milestoneFacts](e)
		k.lose(f.Milestone, f.Terminal)
		s.postAll(e, "cargo")
	case KindGateSigned:
		f := decode[gateFacts](e)
		k.Signs[f.Gate] = Signed{By: e.Actor, Role: f.Role, At: e.HappenedAt, Seq: e.Seq}
	case KindGateRevoked:
		f := decode[gateFacts](e)
		delete(k.Signs, f.Gate)
		if f.Gate == GateRestored { // nothing is clean that has to be restored again
			delete(k.Signs, GateClean)
		}
	}
}

// lose takes a milestone back. One that was reached for all at once stays
// reached at the other terminals.
func (k *Continuity) lose(milestone, terminal string) {
	all := milestone + "/" + AllTerminals
	if terminal == AllTerminals {
		for _, t := range k.Terminals {
			delete(k.Reached, milestone+"/"+t)
		}
	} else if r, ok := k.Reached[all]; ok {
		for _, t := range k.Terminals {
			if _, own := k.Reached[milestone+"/"+t]; !own {
				k.Reached[milestone+"/"+t] = r
			}
		}
	}
	delete(k.Reached, all)
	delete(k.Reached, milestone+"/"+terminal)
	for _, x := range k.ETAs { // what was kept does not hold any more: the promise stands again, and lapses
		if x.Milestone == milestone && !x.Met.IsZero() && k.At(milestone, x.Terminal).IsZero() {
			x.Met = time.Time{}
		}
	}
}

func applyBCP(s *Incident, e *timeline.Entry) {
	f, k := decode[bcpFacts](e), &s.Continuity
	switch e.Kind {
	case KindBCP:
		k.BCP = BCP{At: e.HappenedAt, By: e.Actor, Criterion: f.Criterion, Decision: f.Decision, Seq: e.Seq}
		s.endOutagePages(e)
	case KindBCPEnd:
		k.BCP = BCP{}
	case KindManual:
		k.Manual = append(k.Manual, Manual{Go: f.Go, Level: f.Level, Criterion: f.Criterion, Decision: f.Decision, By: e.Actor, At: e.HappenedAt, Seq: e.Seq})
		s.endOutagePages(e)
	}
	s.postAll(e, "cargo")
}

// endOutagePages stops calling people to a decision that was made.
func (s *Incident) endOutagePages(e *timeline.Entry) { s.endPages(e, "outage", "") }

// endPages ends the ladders climbed for a reason; ref "" is any.
func (s *Incident) endPages(e *timeline.Entry, reason, ref string) {
	for _, x := range s.Escalations {
		if x.Reason == reason && x.Ended == "" && (ref == "" || x.Ref == ref) {
			endEscalations(s, e, "superseded", x.ID)
		}
	}
}

func applyGuest(s *Incident, e *timeline.Entry) {
	k := &s.Continuity
	switch e.Kind {
	case KindShared:
		f := decode[shareFacts](e)
		k.Shares = append(k.Shares, &Share{ID: f.Share, TLP: f.TLP, Port: f.Port, By: e.Actor, At: e.HappenedAt, Seq: e.Seq})
	case KindShareEnded:
		f := decode[shareFacts](e)
		for _, x := range k.Shares {
			if x.ID == f.Share && x.Ended.IsZero() {
				x.Ended = e.RecordedAt
			}
		}
	case KindGuestInvited:
		f := decode[guestFacts](e)
		k.Guests = append(k.Guests, &Guest{ID: f.Guest, Digest: f.Digest, TLP: f.TLP, Dest: f.Dest, With: f.With, By: e.Actor, At: e.RecordedAt, Seq: e.Seq, Expires: f.Expires.time()})
	case KindGuestOpened:
		if g := k.Guest(decode[guestFacts](e).Guest); g != nil {
			g.Opened++
			g.Last = e.RecordedAt
		}
	case KindGuestRevoked:
		if g := k.Guest(decode[guestFacts](e).Guest); g != nil && g.Revoked.IsZero() {
			g.Revoked = e.RecordedAt
		}
	}
}
