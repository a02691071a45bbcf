package main

import (
	"context"

	"irbot/internal/chat"
	"irbot/internal/config"
	"irbot/internal/notify"
)

// merge joins what goes to one address over the limit, in the language of whom
// it is for.
func (a *app) merge(list []notify.Envelope) []notify.Envelope {
	return a.flow.Merge(list, func(lead notify.Envelope, others []notify.Envelope) notify.Envelope {
		return a.words.Merged(a.readerOf(lead), lead, others)
	})
}

// readerOf is the language of the person an envelope is for.
func (a *app) readerOf(e notify.Envelope) chat.Lang {
	if p, ok := a.svc.Site().Directory.Person(notify.PersonOf(e.ID)); ok && p.Lang == "en" {
		return chat.EN
	}
	return chat.JA
}

// settle records how a message fared, and the same of every message that it
// carried.
func (a *app) settle(ctx context.Context, e notify.Envelope, o notify.Outcome) error {
	return a.flow.Settle(e, o, func(e notify.Envelope, o notify.Outcome) error { return a.svc.Settle(ctx, e, o) })
}

// carriedWith lists the messages that left together with one.
func (a *app) carriedWith(ctx context.Context, id string) ([]string, error) {
	states, err := a.liveStates(ctx)
	if err != nil {
		return nil, err
	}
	var out []string
	for _, s := range states {
		for _, m := range s.Messages {
			if m.With == id {
				out = append(out, m.ID)
			}
		}
	}
	return out, nil
}

// limitsOf are the limits of the configuration.
func limitsOf(cfg *config.Config) notify.Limits {
	return notify.Limits{Most: cfg.Limits.Messages, Within: cfg.Limits.Within, Every: cfg.Limits.Every}
}
