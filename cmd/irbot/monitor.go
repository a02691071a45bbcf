package main

import (
	"context"
	"fmt"
	"time"

	"irbot/internal/anchor"
	"irbot/internal/incident"
	"irbot/internal/timeline"
)

// The kinds of entry about anchors, in the SITE log.
const (
	kindAnchorAlarm    timeline.Kind = "anchor.alarmed"
	kindAnchorAccepted timeline.Kind = "anchor.accepted"
)

// setWatch builds what compares the anchors with the store. A restored record is
// behind them as a rule, so nothing is raised before it is confirmed.
func (n *node) setWatch() {
	n.watch = &anchor.Watch{
		Keeper: n.keeper, Heads: n.store.HeadAt, Hushed: n.paused.Load, Alarm: n.alarm, Log: n.log,
		Keys:     func() (*timeline.Keys, error) { return publicKeys(n.dir, n.signer.Load()) },
		Accepted: func(ctx context.Context) ([]string, error) { return acceptedLoss(ctx, n.store.KindsOf) },
	}
}

// acceptedLoss are the anchors somebody has accepted as lost after a restore.
func acceptedLoss(ctx context.Context, kinds func(context.Context, string, timeline.Kind) ([]timeline.Entry, error)) ([]string, error) {
	list, err := kinds(ctx, timeline.SiteLog, kindAnchorAccepted)
	return anchor.Accepted(list), err
}

// alarm records a finding and pages whoever is on duty for reports: once for
// each anchor, however often it is found.
func (n *node) alarm(ctx context.Context, f anchor.Finding) error {
	point := f.Kind + "/" + f.Point()
	act := incident.Act{Person: timeline.System, Surface: "machine", Request: "anchor-alarm/" + point}
	facts := map[string]any{"place": f.Place, "kind": f.Kind, "log": f.Incident, "size": f.Size, "have": f.Have, "head": fmt.Sprintf("%.64s", f.Head)}
	if err := n.svc.SiteEntry(ctx, act, kindAnchorAlarm, facts, nil); err != nil {
		return err
	}
	act.Request = "anchor-page/" + point
	words := f.Words()
	_, err := n.svc.Open(ctx, act, incident.Report{Finder: "unknown", Words: words.JA + " / " + words.EN, Reporter: "irbot"})
	if err != nil {
		return fmt.Errorf("page about an anchor: %w", err)
	}
	return nil
}

// anchorBanners say what is wrong with the anchors right now.
func (n *node) anchorBanners(say func(ja, en string) string, clock func(time.Time) string) []string {
	var out []string
	seen, serious := n.watch.Last()
	for _, w := range anchor.Banners(seen, serious, n.keeper.States(), clock) {
		out = append(out, say(w.JA, w.EN))
	}
	return out
}
