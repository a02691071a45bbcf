package main

import (
	"context"
	"fmt"

	"irbot/internal/alerts"
	"irbot/internal/alerts/intake"
	"irbot/internal/incident"
)

// alertsIn takes alerts in where the configuration asks for it, on an address
// of its own.
func (n *node) alertsIn(ctx context.Context) error {
	cfg := n.cfg.Alerts
	if cfg.Listen == "" {
		return nil
	}
	desk := &alerts.Desk{Service: n.svc, Live: n.liveStates, Limits: alerts.Limits{Window: cfg.Window, Storm: cfg.Storm}}
	o := intake.Options{Take: desk.Take, PerMinute: cfg.PerMinute, Wall: n.wall, Log: n.log}
	m := &alerts.Monitor{Kept: n.store, Desk: desk, Wall: n.wall, Zone: n.cfg.Site.Zone, Log: n.log}
	for _, s := range cfg.Sources {
		src := alerts.Source{ID: s.ID, Kind: alerts.Kind(s.Kind), Name: s.Name, Place: s.Place, Every: s.Every, Grace: s.Grace}
		m.Sources = append(m.Sources, src)
		o.Sources = append(o.Sources, intake.Source{Source: src, Secret: s.Secret.Reveal(), HMAC: s.HMAC})
	}
	o.Called = m.Called
	l, err := listen(ctx, cfg.Listen)
	if err != nil {
		return err
	}
	if l, err = encrypted(l, cfg.TLSCert, cfg.TLSKey); err != nil {
		return err
	}
	n.beats = m
	n.serveHTTP("alerts", l, intake.New(o))
	return nil
}

// liveStates gives the incidents that are not closed.
func (a *app) liveStates(ctx context.Context) ([]*incident.Incident, error) {
	var out []*incident.Incident
	for _, id := range a.live(ctx) {
		s, err := a.store.State(ctx, id)
		if err != nil {
			return nil, fmt.Errorf("read %s: %w", id, err)
		}
		out = append(out, s)
	}
	return out, nil
}
