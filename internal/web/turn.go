package web

import (
	"slices"
	"strings"
	"time"

	"irbot/internal/chat"
	"irbot/internal/incident"
)

// turn is one thing that waits for the person who looks (あなたの番).
type turn struct {
	Text string
	Path string
	Due  time.Time
	Tone chat.Tone
}

// turns lists what in an incident waits for somebody: pages first, then
// approvals, decisions, handovers and steps.
func (p *page) turns(v *incident.View, me string) []turn {
	if me == "" || v.S.Status == incident.Closed {
		return nil
	}
	base := "/i/" + v.S.ID
	var out []turn
	if v.S.Status == incident.Reported && p.Site().Allowed(me, incident.MayLead, v.S) {
		out = append(out, turn{Text: p.T("turn.charge", "id", v.S.ID), Path: base, Tone: chat.ToneBlocked})
	}
	for _, e := range v.S.Escalations {
		if e.Ended == "" && paged(e, me) {
			out = append(out, turn{Text: p.T("turn.ack", "id", v.S.ID, "why", ladderTitle(v, e, p.Or("reason."+e.Reason, e.Reason), p.Lang)), Path: base + "#call-" + e.ID, Due: e.Due, Tone: chat.ToneBlocked})
		}
	}
	out = append(out, p.ringTurns(v, me)...)
	out = append(out, p.noticeTurns(v, me)...)
	roles := p.Site().RolesOf(me, v.S)
	for _, d := range v.S.Decisions {
		if d.Made.IsZero() && (slices.Contains(roles, d.Decider) || slices.Contains(roles, d.Decider+"-deputy")) {
			out = append(out, turn{Text: p.T("turn.decide", "id", v.S.ID, "d", d.ID), Path: base + "/d/" + d.ID, Due: d.Due, Tone: chat.ToneCurrent})
		}
	}
	for _, h := range v.S.Handovers {
		if h.To == me && h.Accepted.IsZero() {
			out = append(out, turn{Text: p.T("turn.handover", "id", v.S.ID, "role", p.Role(h.Role)), Path: base + "/handover", Tone: chat.ToneCurrent})
		}
	}
	for _, st := range working(v.S) {
		if t, ok := p.stepTurn(v, st, me, roles); ok {
			out = append(out, t)
		}
	}
	return out
}

// rosterTurns lists the changes and hand-overs of a duty that wait for somebody.
func (p *page) rosterTurns(v *incident.View) []turn {
	var out []turn
	for _, key := range chat.RosterTurns(v, p.Me) {
		_, ref, _ := strings.Cut(key, "/")
		id, _, _ := strings.Cut(ref, "/")
		t := turn{Text: p.T("turn.roster", "id", id), Path: "/roster", Tone: chat.ToneWaiting}
		if x := v.S.Standing.Change(id); x != nil {
			t.Text, t.Due = p.T("turn.roster", "id", id, "who", p.Person(x.By)), x.Parts[0].From
		} else if h := v.S.Standing.Handover(id); h != nil {
			t.Text = p.T("turn.roster.hand", "who", p.Person(h.From))
		}
		out = append(out, t)
	}
	return out
}

// ringTurns lists who has to be rung by hand. It is everybody's who may answer
// for others and was asked to, or who leads.
func (p *page) ringTurns(v *incident.View, me string) []turn {
	var out []turn
	for _, e := range v.S.Escalations {
		todo := e.ToRing()
		if len(todo) == 0 || !v.S.AskedToRing(e, me) {
			continue
		}
		var who []string
		for _, d := range todo {
			who = append(who, d.Person)
		}
		out = append(out, turn{Text: p.T("turn.ring", "id", v.S.ID, "who", p.names(who)), Path: "/i/" + v.S.ID + "#" + e.ID, Due: e.Due, Tone: chat.ToneBlocked})
	}
	return out
}

func paged(e *incident.Escalation, person string) bool {
	return slices.ContainsFunc(e.Paged, func(g incident.Paging) bool { return slices.Contains(g.People, person) })
}

func (p *page) noticeTurns(v *incident.View, me string) []turn {
	var out []turn
	for _, n := range v.S.Notices {
		t := turn{Path: "/i/" + v.S.ID + "/n/" + n.ID, Due: v.S.NoticeDue(n), Tone: chat.ToneWaiting}
		switch {
		case n.State == incident.NoticeSubmitted && !slices.Contains(n.Authors, me) && p.Site().Allowed(me, incident.MayApprove, v.S):
			t.Text = p.T("turn.approve", "id", v.S.ID, "n", n.ID, "dest", p.Dest(n.Dest))
		case n.State == incident.NoticeReturned && n.Author == me:
			t.Text = p.T("turn.returned", "id", v.S.ID, "n", n.ID, "dest", p.Dest(n.Dest))
		case n.State == incident.NoticeUnconfirmed || n.State == incident.NoticeFailed:
			if n.Author != me && n.AskedBy != me && n.Approver != me {
				continue
			}
			t.Text, t.Tone = p.T("turn.notarrived", "id", v.S.ID, "n", n.ID, "dest", p.Dest(n.Dest)), chat.ToneBlocked
		default:
			continue
		}
		out = append(out, t)
	}
	return out
}

// stepTurn says what a current step wants of somebody: to finish it, to confirm
// it as the second person, or to take it because the role is theirs.
func (p *page) stepTurn(v *incident.View, st *incident.Step, me string, roles []string) (turn, bool) {
	mine := slices.ContainsFunc(st.Owner, func(r string) bool { return slices.Contains(roles, r) })
	t := turn{Path: stepPath(v.S.ID, st), Due: st.Due, Tone: chat.ToneCurrent}
	args := []any{"id", v.S.ID, "n", st.N, "title", chat.Truncate(chat.OneLine(v.StepTitle(st)), 24)}
	switch {
	case st.State == incident.StepSecond && st.First != me && (mine || st.Holder == me || len(st.Owner) == 0):
		t.Text = p.T("turn.second", args...)
	case st.State == incident.StepBlocked && st.Holder == me:
		t.Text, t.Tone = p.T("turn.blocked", args...), chat.ToneBlocked
	case st.State == incident.StepTaken && st.Holder == me:
		t.Text = p.T("turn.step", args...)
	case st.State == incident.StepOpen && mine:
		t.Text = p.T("turn.take", args...)
	default:
		return t, false
	}
	if p.Over(st.Due) {
		t.Tone = chat.ToneLate
	}
	return t, true
}

// stepPath is the page of a step.
func stepPath(id string, st *incident.Step) string {
	return "/i/" + id + "/steps/" + itoa(st.N)
}
