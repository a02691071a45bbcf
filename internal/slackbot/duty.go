package slackbot

import (
	"context"

	"irbot/internal/chat"
)

// duty shows who is on duty, or changes it. It is about no incident.
func (d *deed) duty(ctx context.Context, c chat.Command) saying {
	v, err := d.b.svc.StandingView(ctx)
	if err != nil {
		return d.trouble(err)
	}
	cmd, ok := chat.Duty(c, v)
	if !ok {
		return saying{text: d.t("duty.how")}
	}
	if cmd != nil {
		_, _, said := d.doAct(ctx, d.who.act(d.key()), cmd)
		return said
	}
	draw := chat.Drawer{Words: d.b.o.Words, Lang: d.who.lang}
	return saying{cards: []chat.Card{draw.DutyCard(v)}}
}
