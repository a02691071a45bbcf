package runbook

import (
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"
)

// The errors of escalation chains.
var (
	// ErrChain says that the chain is not 「時間 → 相手」 in turn.
	ErrChain = errors.New("escalation chain not understood; write 10分 → 役割")
	// ErrChainNobody says that a chain ends without anybody to reach.
	ErrChainNobody = errors.New("escalation chain reaches nobody")
)

// ParseRepeat reads a repeating or clock timer and the words after it:
// 「30分ごと 状況報告」, every 30 min, 毎時, hourly, 毎日 17:00, 17:00. The error
// wraps ErrTime.
func ParseRepeat(s string) (Repeat, error) {
	r := Repeat{Written: strings.TrimSpace(s)}
	f := fold(s)
	every, rest, ok := scanEvery(f)
	if ok {
		r.Every = every
	}
	word, tail, _ := strings.Cut(strings.TrimSpace(rest), " ")
	if clock, isClock := parseClock(strings.TrimSuffix(word, "に")); isClock && (!ok || every == day) {
		r.At, rest, ok = clock, tail, true
	}
	if !ok || r.Every > maxTime {
		return Repeat{}, fmt.Errorf("read timer %q: %w", s, ErrTime)
	}
	r.Text = lastRunes(r.Written, utf8.RuneCountInString(strings.Trim(rest, " 、,。に")))
	return r, nil
}

// lastRunes gives the author's own words for a folded tail of n characters.
func lastRunes(s string, n int) string {
	s = strings.TrimRight(s, " 　、,。")
	skip := utf8.RuneCountInString(s) - n
	for i := range s {
		if skip <= 0 {
			return strings.TrimSpace(s[i:])
		}
		skip--
	}
	return ""
}

func scanEvery(f string) (d time.Duration, rest string, ok bool) {
	for _, w := range [...]unitName{
		{"毎時", time.Hour}, {"毎日", day}, {"毎週", 7 * day}, {"hourly", time.Hour}, {"daily", day},
		{"every hour", time.Hour}, {"every day", day}, {"every minute", time.Minute},
	} {
		if after, found := strings.CutPrefix(f, w.name); found {
			return w.size, after, true
		}
	}
	if after, found := strings.CutPrefix(f, "every "); found {
		sp, tail, ok := scanSpan(after)
		return sp.d, tail, ok && sp.d > 0
	}
	sp, tail, ok := scanSpan(f)
	if !ok || sp.d <= 0 {
		return 0, f, false
	}
	rest, ok = cutFirst(strings.TrimLeft(tail, " "), "ごとに", "ごと", "毎に", "毎", "おきに", "おき", "間隔で", "間隔")
	return sp.d, rest, ok
}

// ParseChain reads an escalation rule: 「10分 → 役割 → 10分 → 役割」 or the single
// name of a policy. The error wraps ErrChain or ErrChainNobody.
func ParseChain(s string) (Chain, error) {
	c := Chain{Written: strings.TrimSpace(s)}
	norm := strings.NewReplacer("->", "→", "=>", "→", "⇒", "→", "➡", "→", "＞", "→", "—>", "→").Replace(c.Written)
	parts := strings.Split(norm, "→")
	if len(parts) == 1 {
		if c.Written == "" {
			return Chain{}, fmt.Errorf("read escalation %q: %w", s, ErrChainNobody)
		}
		if _, err := ParseLimit(c.Written); err == nil {
			return Chain{}, fmt.Errorf("read escalation %q: %w", s, ErrChainNobody)
		}
		if strings.ContainsAny(c.Written, "。．") || len(strings.Fields(c.Written)) > 4 {
			return Chain{}, fmt.Errorf("read escalation %q: %w", s, ErrChain)
		}
		c.Policy = c.Written
		return c, nil
	}
	for i := 0; i < len(parts); i += 2 {
		after, err := ParseLimit(strings.TrimSpace(parts[i]))
		if err != nil || after.Anchor == AtClock || after.Business > 0 {
			return Chain{}, fmt.Errorf("read escalation %q at %q: %w", s, strings.TrimSpace(parts[i]), ErrChain)
		}
		if i+1 == len(parts) || strings.TrimSpace(parts[i+1]) == "" {
			return Chain{}, fmt.Errorf("read escalation %q: %w", s, ErrChainNobody)
		}
		to := strings.TrimSpace(parts[i+1])
		if _, err := ParseDuration(to); err == nil {
			return Chain{}, fmt.Errorf("read escalation %q at %q: %w", s, to, ErrChain)
		}
		c.Levels = append(c.Levels, ChainLevel{After: after.After, To: to})
	}
	return c, nil
}
