package slackbot

import (
	"context"
	"slices"
	"time"

	"irbot/internal/chat"
	"irbot/internal/incident"
)

// stale tells why a press no longer fits what the record says now, with who
// was first. Where the rules themselves answer a late press (a second 完了 is
// kept as a note) they are left to it.
func (d *deed) stale(ctx context.Context, x pressed, v chat.Value) *saying {
	view, err := d.view(ctx)
	if err != nil {
		s := d.trouble(err)
		return &s
	}
	switch x.id {
	case "step.take", "step.unblock", "step.confirm":
		return d.staleStep(view, x, v)
	case "report.same", "report.snooze":
		if n := len(view.S.Reports); n > 0 && view.S.Reports[n-1].Seq > v.Seq {
			r := view.S.Reports[n-1]
			return d.first(view, r.By, r.At, d.t("upd.submit"))
		}
	case "escalation.delegate":
		if e := view.S.Escalation(v.Ref); e != nil && len(e.Paged) > 0 && e.Paged[len(e.Paged)-1].Seq > v.Seq && e.Acked.IsZero() {
			return &saying{text: d.t("stale.card")}
		}
	case "escalation.call":
		if e := view.S.Escalation(v.Ref); e != nil && slices.Contains(e.Asked, d.who.person) {
			return &saying{text: d.t("ok.escalation.call")}
		}
	case "notice.draft":
		return d.staleDraft(view, v)
	}
	return nil
}

func (d *deed) staleStep(view *incident.View, x pressed, v chat.Value) *saying {
	st := view.S.Step(v.Ref)
	if st == nil || st.Closed() {
		return nil // the rules say who closed it and keep the press as a note
	}
	switch {
	case x.id == "step.take" && st.Holder != "" && st.Holder != d.who.person:
		return d.first(view, st.Holder, st.TakenAt, d.t("step.take"))
	case x.id == "step.unblock" && st.State != incident.StepBlocked, x.id == "step.confirm" && st.State != incident.StepSecond:
		return &saying{text: d.t("stale.card")}
	}
	return nil
}

// staleDraft stops a second draft for the same destination from an old button.
func (d *deed) staleDraft(view *incident.View, v chat.Value) *saying {
	_, dest, _ := cutLast(v.Ref, '#')
	for _, n := range view.S.Notices {
		if n.Dest == dest && n.State != incident.NoticeWithdrawn && n.Seq > v.Seq {
			return &saying{text: d.t("stale.card")}
		}
	}
	return nil
}

func cutLast(s string, sep byte) (before, after string, found bool) {
	for i := len(s) - 1; i >= 0; i-- {
		if s[i] == sep {
			return s[:i], s[i+1:], true
		}
	}
	return s, "", false
}

// first says who was first, and when.
func (d *deed) first(view *incident.View, person string, at time.Time, verb string) *saying {
	when := chat.Near(at, view.Now, view.Site.Zone)
	return &saying{text: d.t("stale.first", "time", when, "person", view.Person(person, string(d.who.lang)), "verb", verb) + "\n" + d.t("stale.card")}
}
