package main

import (
	"context"

	"irbot/internal/sqlite"
	"irbot/internal/timeline"
)

// verifyStore checks every log of the record of this folder, beside a running
// server or without one.
func (c *cli) verifyStore(ctx context.Context) error {
	v, cfg, err := c.view(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = v.Close() }()
	heads, err := v.Heads(ctx)
	if err != nil {
		return err
	}
	var reports []timeline.Report
	for id := range heads {
		rep, err := verifyLog(ctx, v, id)
		if err != nil {
			return err
		}
		reports = append(reports, rep)
	}
	return c.verdict(cfg.Data, reports)
}

// verifyLog recomputes one log and compares it with its checkpoints.
func verifyLog(ctx context.Context, v *sqlite.View, id string) (timeline.Report, error) {
	notes, err := v.Checkpoints(ctx, id)
	if err != nil {
		return timeline.Report{}, err
	}
	verifier := timeline.NewVerifier(notes...)
	err = v.EachEntry(ctx, id, 1, 0, func(e *timeline.Entry) error {
		verifier.Add(e)
		return nil
	})
	return verifier.Report(), err
}
