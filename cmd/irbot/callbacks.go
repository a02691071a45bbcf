package main

import (
	"context"
	"errors"

	"irbot/internal/config"
	"irbot/internal/incident"
	"irbot/internal/notify"
	"irbot/internal/notify/callback"
)

// reportsBack gives where the carrier of a gateway reports on an envelope; nil
// where it does not.
func (n *node) reportsBack(g config.Gateway) func(id string) string {
	if g.Status == "" {
		return nil
	}
	from := reporter(g)
	return func(id string) string { return callback.Address(n.cfg.Callbacks.PublicURL, from, id) }
}

func reporter(g config.Gateway) callback.Gateway {
	return callback.Gateway{ID: g.ID, Means: g.Means, Auth: g.Status, Secret: notify.Secret(g.Secret.Reveal())}
}

// reportsIn takes delivery reports in where the configuration asks for it, on an
// address of its own.
func (n *node) reportsIn(ctx context.Context) error {
	cfg := n.cfg.Callbacks
	if cfg.Listen == "" {
		return nil
	}
	o := callback.Options{Base: cfg.PublicURL, Take: n.reported, Wall: n.wall, Log: n.log}
	for _, g := range n.cfg.Gateways {
		if g.Status != "" {
			o.Gateways = append(o.Gateways, reporter(g))
		}
	}
	l, err := listen(ctx, cfg.Listen)
	if err != nil {
		return err
	}
	if l, err = encrypted(l, cfg.TLSCert, cfg.TLSKey); err != nil {
		return err
	}
	n.serveHTTP("delivery reports", l, callback.New(o))
	return nil
}

// reported records one report.
func (n *node) reported(ctx context.Context, r callback.Report) error {
	said := incident.DeliveryReport{Message: r.Message, Means: string(r.Means), As: r.As, Note: r.Note}
	err := n.svc.Reported(ctx, said)
	if err == nil {
		var with []string
		with, err = n.carriedWith(ctx, r.Message)
		for _, id := range with {
			said.Message = id
			err = errors.Join(err, n.svc.Reported(ctx, said))
		}
	}
	switch {
	case errors.Is(err, incident.ErrEarly):
		return errors.Join(callback.ErrEarly, err)
	case errors.Is(err, incident.ErrNotFound):
		return errors.Join(callback.ErrUnknown, err)
	}
	return err
}
