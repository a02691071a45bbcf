package config

import (
	"time"

	"irbot/internal/problem"
)

// Limits is when messages to one person by one means are joined into one.
type Limits struct {
	Messages int           // that leave one by one within Within; 0: never joined
	Within   time.Duration // the stretch they are counted in
	Every    time.Duration // rhythm of the joined ones after that
}

type shapeLimits struct {
	Messages int           `mapstructure:"messages"`
	Within   time.Duration `mapstructure:"within"`
	Every    time.Duration `mapstructure:"every"`
}

// limits reads the section limits. A config without it has the limits of the
// sample.
func (b *builder) limits() {
	if !b.doc.Has("limits") {
		b.cfg.Limits = Limits{Messages: 6, Within: 10 * time.Minute, Every: time.Minute}
		return
	}
	b.cfg.Limits = Limits(b.raw.Limits)
	r := b.cfg.Limits
	if r.Messages == 0 {
		return
	}
	if r.Messages < 0 {
		b.fail("limits.messages", says{
			problem.Say("通数「%d」は使えません", "%d messages cannot be counted", r.Messages),
			problem.Say("上限が決まりません", "there would be no limit to keep"),
			problem.Say("0（まとめない）か 1 以上の数を書いてください", "write 0 (never joined) or a number from 1"),
		})
	}
	b.atLeast("limits.within", r.Within, time.Minute, false)
	b.atLeast("limits.every", r.Every, 10*time.Second, false)
	if r.Every > 5*time.Minute {
		b.fail("limits.every", says{
			problem.Say("間隔 %s は長すぎます", "a rhythm of %s is too slow", r.Every),
			problem.Say("呼び出しがそのあいだ届きません", "a page would wait for so long"),
			problem.Say("5m 以下にしてください", "write 5m or less"),
		})
	}
}
