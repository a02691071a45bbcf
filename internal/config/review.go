package config

import (
	"fmt"
	"time"
)

// Review is what is aimed at and asked after an incident.
type Review struct {
	AskAfter time.Duration            // when the three questions are put after closing; 0 is a day, below 0 never
	Targets  map[string]time.Duration // by id of the span; 0 means no target
}

func (b *builder) review() {
	r := b.raw.Review
	b.cfg.Review = Review{AskAfter: r.AskAfter, Targets: map[string]time.Duration{}}
	for i, t := range r.Targets {
		at := fmt.Sprintf("review.targets[%d]", i)
		b.oneOf(at+".id", t.ID, []string{"declare", "ack", "decide", "expert", "mlit", "public", "restore", "gate"})
		b.atLeast(at+".within", t.Within, 0, true)
		b.cfg.Review.Targets[t.ID] = t.Within
	}
}
