package main

import (
	"context"
	"crypto/subtle"
	"fmt"
	"net"
	"net/http"
	"os"
	"strings"
	"time"

	"irbot/internal/escalation"
	"irbot/internal/incident"
	"irbot/internal/notify"
)

// beatTimeout bounds one heartbeat.
const beatTimeout = 10 * time.Second

// watchdog puts the auditor together: it reads rows and record by itself.
func (n *node) watchdog() *escalation.Auditor {
	w := &heart{url: n.cfg.Watch.HeartbeatURL.Reveal(), file: n.cfg.Watch.HeartbeatFile, every: n.cfg.Watch.Every}
	o := &orphans{}
	return &escalation.Auditor{
		Due: n.store.DueTimers, Record: n.record,
		Messages: func(ctx context.Context, now time.Time, limit int) ([]escalation.Stuck, error) {
			late, err := n.late(ctx, now, limit)
			if err != nil {
				return nil, err
			}
			left, err := o.look(ctx, n.app)
			return append(late, left...), err
		},
		Beat: w.beat, Paused: n.paused.Load, Wall: n.wall, Log: n.log,
	}
}

// late lists pages that were due at a moment and have not begun.
func (n *node) late(ctx context.Context, now time.Time, limit int) ([]escalation.Stuck, error) {
	rows, err := n.store.DueRows(ctx, now, limit)
	if err != nil {
		return nil, err
	}
	var out []escalation.Stuck
	for _, r := range rows {
		late := n.wall().Sub(r.Next)
		if r.Rank == 0 && !n.flow.Waits(r.ID, notify.Means(r.Means), late-escalation.Grace) {
			out = append(out, escalation.Stuck{What: "message", Incident: r.Incident, ID: r.ID, Late: late})
		}
	}
	return out, nil
}

// orphans are messages marked as being sent that no worker holds: what was lost
// between the mark and the worker. A message that is found twice in a row is
// settled as after a crash: a page goes out again, marked as a possible repeat, a
// notice waits for a person.
type orphans struct{ before map[string]bool }

func (o *orphans) look(ctx context.Context, a *app) ([]escalation.Stuck, error) {
	rows, err := a.store.SendingRows(ctx)
	if err != nil {
		return nil, err
	}
	found := map[string]bool{}
	var out []escalation.Stuck
	var again []incident.Row
	for _, r := range rows {
		if a.out.Holds(r.ID) || a.flow.Carries(r.ID) {
			continue
		}
		if found[r.ID] = true; !o.before[r.ID] {
			continue // it may just be between two hands
		}
		out = append(out, escalation.Stuck{What: "message", Incident: r.Incident, ID: r.ID, Late: a.wall().Sub(r.Next)})
		again = append(again, r)
	}
	o.before = found
	if len(again) == 0 {
		return nil, nil
	}
	a.log.Error("messages marked as being sent that nobody holds", "messages", again)
	return out, a.svc.Recover(ctx, again)
}

// record tells the open ladders, and rows that are not as the record wants them:
// a lost alarm must not be silent.
func (n *node) record(ctx context.Context) ([]escalation.Climb, []escalation.Stuck, error) {
	found, climbs, err := n.store.Patrol(ctx)
	if err != nil {
		return nil, nil, err
	}
	if len(found) > 0 {
		n.check.set(func(s *checkState) { s.Holds, s.Problems = false, int64(len(found)) })
	}
	var out []escalation.Stuck
	for _, d := range found {
		out = append(out, escalation.Stuck{What: "rows", ID: d.String()})
	}
	return climbs, out, nil
}

// heart tells a monitor outside that all is well.
type heart struct {
	url, file string
	every     time.Duration
	next      time.Time
}

func (h *heart) beat(ctx context.Context, f escalation.Findings) error {
	if f.At.Before(h.next) || h.url == "" && h.file == "" {
		return nil
	}
	if h.file != "" {
		if err := os.WriteFile(h.file, []byte(f.At.Format(time.RFC3339)+"\n"), 0o600); err != nil {
			return fmt.Errorf("touch heartbeat file: %w", err)
		}
	}
	if h.url != "" {
		if err := h.get(ctx); err != nil {
			return err
		}
	}
	h.next = f.At.Add(h.every - escalation.Patrol/2)
	return nil
}

func (h *heart) get(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, beatTimeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, h.url, nil)
	if err != nil {
		return fmt.Errorf("build heartbeat: %w", errHidden)
	}
	c := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	res, err := c.Do(req) //nolint:gosec // the operator names the URL
	if err != nil {
		return fmt.Errorf("send heartbeat: %w", errHidden) // the URL holds a key
	}
	_ = res.Body.Close()
	if res.StatusCode >= http.StatusMultipleChoices {
		return fmt.Errorf("send heartbeat: answer %d", res.StatusCode)
	}
	return nil
}

type hidden struct{}

func (hidden) Error() string { return "the monitor cannot be reached" }

var errHidden error = hidden{}

// metrics answers GET /metrics in the text form that Prometheus reads. Without
// a token only this machine may ask.
func (n *node) metrics(w http.ResponseWriter, r *http.Request) {
	if !n.mayMeasure(r) {
		http.Error(w, "not allowed", http.StatusForbidden)
		return
	}
	f, st := n.auditor.Findings(), n.runner.Status()
	var b strings.Builder
	line := func(name, kind, help string, v float64) {
		fmt.Fprintf(&b, "# HELP irbot_%s %s\n# TYPE irbot_%s %s\nirbot_%s %g\n", name, help, name, kind, name, v)
	}
	yes := func(ok bool) float64 {
		if ok {
			return 1
		}
		return 0
	}
	line("up", "gauge", "All that is due moves.", yes(f.Well()))
	line("alarm_lag_seconds", "gauge", "Lateness of the oldest alarm that has not gone off.", n.runner.Lag().Seconds())
	line("stuck", "gauge", "Rows that should have moved, as the auditor counts them.", float64(f.Count))
	line("stuck_lag_seconds", "gauge", "Lateness of the worst stuck row.", f.Lag.Seconds())
	line("audit_age_seconds", "gauge", "Time since the auditor last looked.", age(n.wall(), f.At))
	line("heartbeat_age_seconds", "gauge", "Time since the last heartbeat.", age(n.wall(), n.auditor.Beaten()))
	line("alarms_fired_total", "counter", "Alarms that went off since the start.", float64(st.Fired))
	line("alarms_failing", "gauge", "Alarms that failed at their last try.", float64(st.Failing))
	line("incidents_live", "gauge", "Incidents that are not closed.", float64(len(n.live(r.Context()))))
	line("duty_gap", "gauge", "A roster names nobody now.", yes(len(n.svc.Site().RostersNow().Gaps(n.wall(), n.wall().Add(time.Second))) > 0))
	w.Header().Set("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	_, _ = w.Write([]byte(b.String()))
}

// age is -1 where it never happened.
func age(now, at time.Time) float64 {
	if at.IsZero() {
		return -1
	}
	return now.Sub(at).Seconds()
}

func (n *node) mayMeasure(r *http.Request) bool {
	if token := n.cfg.Watch.MetricsToken.Reveal(); token != "" {
		given := strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")
		return subtle.ConstantTimeCompare([]byte(given), []byte(token)) == 1
	}
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	ip := net.ParseIP(host)
	return err == nil && ip != nil && ip.IsLoopback() && r.Header.Get("X-Forwarded-For") == ""
}

// watched puts /metrics in front of the console where it is asked for.
func (n *node) watched(h http.Handler) http.Handler {
	if !n.cfg.Watch.Metrics {
		return h
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /metrics", n.metrics)
	mux.Handle("/", h)
	return mux
}
