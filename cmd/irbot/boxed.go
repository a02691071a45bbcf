package main

import (
	"cmp"
	"context"
	"slices"

	"irbot/internal/incident"
	"irbot/internal/notify"
	"irbot/internal/sqlite"
)

// rebox fills the box of drills from the record, so that a demonstration that
// goes on after a restart still shows what it would have sent.
func (n *node) rebox(ctx context.Context) error {
	rows, err := n.store.List(ctx, sqlite.Filter{Drills: sqlite.DrillsOnly})
	if err != nil {
		return err
	}
	var before []notify.Envelope
	for _, r := range rows {
		err := n.svc.Carried(ctx, r.ID, func(v *incident.View, env notify.Envelope) error {
			if n.out.Senders[env.Means] != notify.Sender(n.box) {
				return ctx.Err()
			}
			if err := n.fill(ctx, v, &env); err != nil {
				plain(&env)
			}
			before = append(before, env)
			return ctx.Err()
		})
		if err != nil {
			return err
		}
	}
	slices.SortStableFunc(before, func(a, b notify.Envelope) int { return cmp.Compare(a.At.UnixMicro(), b.At.UnixMicro()) })
	n.box.Restore(before)
	return nil
}
