package main

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"syscall"
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

// surveyEvery is how often anchors are read back and compared.
const surveyEvery = time.Hour

// survey is what the last comparison with the anchors found.
type survey struct {
	mu      sync.Mutex
	at      time.Time
	seen    anchor.Seen
	serious []anchor.Finding
}

func (s *survey) get() (time.Time, anchor.Seen, []anchor.Finding) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.at, s.seen, s.serious
}

// watch compares anchors and store at the start and every hour.
func (n *node) watch(ctx context.Context) error {
	t := time.NewTicker(surveyEvery)
	defer t.Stop()
	for {
		if err := n.compare(ctx); err != nil && ctx.Err() == nil {
			n.log.Error("compare with anchors", "err", err)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-t.C:
		}
	}
}

// compare reads the anchors back and raises the alarm where the store does not
// fit them.
func (n *node) compare(ctx context.Context) error {
	keys, err := publicKeys(n.dir, n.signer.Load())
	if err != nil {
		return err
	}
	seen, err := anchor.Survey(ctx, n.keeper.Spots, keys, n.store.HeadAt)
	if err != nil {
		return err
	}
	accepted, err := acceptedLoss(ctx, n.store.KindsOf)
	if err != nil {
		return err
	}
	serious := seen.Serious(accepted)
	n.seen.mu.Lock()
	n.seen.at, n.seen.seen, n.seen.serious = n.wall().UTC(), seen, serious
	n.seen.mu.Unlock()
	if n.paused.Load() {
		return nil // a restored record is behind as a rule; confirming it looks again
	}
	for _, f := range serious {
		n.log.Error("store does not fit an anchor", "place", f.Place, "kind", f.Kind, "log", f.Incident, "size", f.Size, "have", f.Have)
		if err := n.alarm(ctx, f); err != nil {
			return err
		}
	}
	return nil
}

// lossPage is how many anchors one entry accepts as lost: hourly anchors of a
// long incident are thousands, and an entry has to stay readable.
const lossPage = 500

// lostPoints names every anchor that speaks against the store, each once.
func lostPoints(findings []anchor.Finding) []string {
	var out []string
	seen := map[string]bool{}
	for _, f := range findings {
		if p := f.Point(); f.Serious() && !seen[p] {
			seen[p] = true
			out = append(out, p)
		}
	}
	return out
}

// acceptedLoss are the anchors somebody has accepted as lost after a restore.
func acceptedLoss(ctx context.Context, kinds func(context.Context, string, timeline.Kind) ([]timeline.Entry, error)) ([]string, error) {
	list, err := kinds(ctx, timeline.SiteLog, kindAnchorAccepted)
	if err != nil {
		return nil, err
	}
	var out []string
	for i := range list {
		out = append(out, factsOf[struct {
			Points []string `json:"points"`
		}](&list[i]).Points...)
	}
	return out, nil
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
	_, err := n.svc.Open(ctx, act, incident.Report{Finder: "unknown", Words: findingJA(f) + " / " + findingEN(f), Reporter: "irbot"})
	if err != nil {
		return fmt.Errorf("page about an anchor: %w", err)
	}
	return nil
}

func findingJA(f anchor.Finding) string {
	switch f.Kind {
	case anchor.Behind:
		return fmt.Sprintf("%s の記録は %d件しかありません。外の控え（%s）は %d件を証しています。末尾の切り取りか、古い記録への差し替えです", f.Incident, f.Have, f.Place, f.Size)
	case anchor.Forked:
		return fmt.Sprintf("%s の記録は、外の控え（%s、%d件の時点）と違います。書き換えか、作り直しです", f.Incident, f.Place, f.Size)
	case anchor.Unsigned:
		return fmt.Sprintf("%s にある控え（%s #%d）は、この拠点の鍵で署名されていません", f.Place, f.Incident, f.Size)
	}
	if absent(f) {
		return fmt.Sprintf("外の控え（%s）のフォルダが見えません。媒体や共有をつないでから irbot anchor check で確かめてください（%s）", f.Place, f.Detail)
	}
	return fmt.Sprintf("外の控え（%s）を読めません。つながりと config.yaml の anchors を見て、irbot anchor check で確かめてください（%s）", f.Place, f.Detail)
}

func findingEN(f anchor.Finding) string {
	switch f.Kind {
	case anchor.Behind:
		return fmt.Sprintf("the record of %s has %d entries only; the anchor in %s vouches for %d: a cut tail, or an old copy", f.Incident, f.Have, f.Place, f.Size)
	case anchor.Forked:
		return fmt.Sprintf("the record of %s differs from the anchor in %s at %d entries: it was changed or made anew", f.Incident, f.Place, f.Size)
	case anchor.Unsigned:
		return fmt.Sprintf("the note in %s (%s #%d) was not signed by this site", f.Place, f.Incident, f.Size)
	}
	if absent(f) {
		return fmt.Sprintf("the folder of the anchors in %s is not there: connect the disk or share, then irbot anchor check (%s)", f.Place, f.Detail)
	}
	return fmt.Sprintf("the anchors in %s cannot be read: look at the connection and at anchors in config.yaml, then irbot anchor check (%s)", f.Place, f.Detail)
}

// absent tells a place whose folder is missing: most often a disk or share that
// is not connected here.
func absent(f anchor.Finding) bool { return strings.Contains(f.Detail, syscall.ENOENT.Error()) }

// anchorBanners say what is wrong with the anchors right now.
func (n *node) anchorBanners(say func(ja, en string) string, clock func(time.Time) string) []string {
	var out []string
	_, seen, serious := n.seen.get()
	if len(serious) > 0 {
		var logs []string
		for _, f := range serious {
			logs = append(logs, fmt.Sprintf("%s #%d", f.Incident, f.Size))
		}
		out = append(out, say("記録が外の控えと合いません（"+strings.Join(logs, "、")+"）。この記録を信じる前に irbot anchor check で確かめてください",
			"The record does not fit its anchors ("+strings.Join(logs, ", ")+"): irbot anchor check before you trust it"))
	}
	for _, f := range seen.Findings {
		if f.Kind == anchor.Unreadable || f.Kind == anchor.Unsigned {
			out = append(out, say(findingJA(f), findingEN(f)))
			break
		}
	}
	if w := anchorWords(n.keeper.States(), say, clock); w != "" {
		out = append(out, w)
	}
	return out
}
