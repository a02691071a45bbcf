package notify

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Reach tells whether the provider behind a means can be reached.
type Reach string

// The states of a provider.
const (
	Untried Reach = "untried" // nothing has been sent since the start
	Up      Reach = "up"
	Down    Reach = "down"
)

// MeansState is what the board shows about one means.
type MeansState struct {
	Means     Means
	Reach     Reach
	Since     time.Time // when Reach took this value; for Down, the first failure of the series
	InFlight  int
	Queued    int       // waiting in memory for a worker or for a pause to end
	Oldest    time.Time // Envelope.At of the oldest one waiting or in flight; zero when there is none
	LastErr   string
	LastErrAt time.Time
	LastOK    time.Time
}

// Stats is a picture of the loop at one moment. Envelopes that wait for their
// next attempt are in the store, not here.
type Stats struct {
	InFlight int
	Queued   int
	Oldest   time.Time // zero when nothing waits
	// Unrecorded counts outcomes that the store has not taken yet.
	Unrecorded int
	// ClaimErr is why the store gave no work at the last look; "" when it did.
	ClaimErr string
	Means    []MeansState // sorted by name
}

// streak is how many unexplained failures in a row count as unreachable.
const streak = 3

// health follows one means from outcome to outcome.
type health struct {
	reach     Reach
	since     time.Time
	firstFail time.Time
	fails     int
	lastErr   string
	lastErrAt time.Time
	lastOK    time.Time
}

// note takes an outcome in and tells whether the state changed.
func (h *health) note(o Outcome, providerDown bool) bool {
	was := h.reach
	if !o.Accepted() {
		h.lastErr, h.lastErrAt = o.Err, o.At
	}
	switch {
	case o.Accepted():
		h.lastOK, h.fails = o.At, 0
		h.set(Up, o.At)
	case o.Class == Permanent && !providerDown:
		// The refusal concerns the message; it says nothing about the provider.
	case providerDown, o.Class == Unknown:
		if h.fails == 0 {
			h.firstFail = o.At
		}
		h.fails++
		if providerDown || h.fails >= streak {
			h.set(Down, h.firstFail)
		}
	default: // asked to come back later: it answers
		h.fails = 0
		h.set(Up, o.At)
	}
	return h.reach != was
}

func (h *health) set(r Reach, at time.Time) {
	if h.reach != r {
		h.reach, h.since = r, at
	}
}

// Say puts the state into a sentence for people, with the time of day in loc.
// lang is "ja" or "en"; anything else reads as "ja".
func (m MeansState) Say(lang string, loc *time.Location) string {
	at := m.Since.In(loc).Format("15:04")
	if lang == "en" {
		switch m.Reach {
		case Down:
			return fmt.Sprintf("%s is unreachable since %s.", providerEn(m.Means), at)
		case Up:
			return fmt.Sprintf("%s is working.", providerEn(m.Means))
		default:
			return fmt.Sprintf("%s: nothing sent yet.", providerEn(m.Means))
		}
	}
	switch m.Reach {
	case Down:
		return fmt.Sprintf("%sにつながりません(%sから)", providerJa(m.Means), at)
	case Up:
		return fmt.Sprintf("%sにつながっています", providerJa(m.Means))
	default:
		return fmt.Sprintf("%sはまだ使っていません", providerJa(m.Means))
	}
}

func providerJa(m Means) string {
	switch m {
	case Slack:
		return "Slack"
	case Mail:
		return "メールサーバー"
	case SMS:
		return "SMSの送信サービス"
	case Voice:
		return "自動音声の送信サービス"
	case Webhook:
		return "外部連携先"
	case Drill:
		return "訓練用の受け皿"
	default:
		return string(m)
	}
}

func providerEn(m Means) string {
	switch m {
	case Slack:
		return "Slack"
	case Mail:
		return "The mail server"
	case SMS:
		return "The SMS service"
	case Voice:
		return "The voice service"
	case Webhook:
		return "The webhook receiver"
	case Drill:
		return "The drill box"
	default:
		return string(m)
	}
}

// Stats tells what is under way. It may be called at any time.
func (d *Dispatcher) Stats() Stats {
	d.mu.Lock()
	defer d.mu.Unlock()
	s := Stats{Unrecorded: d.unrecorded, ClaimErr: d.claimErr}
	by := map[Means]*MeansState{}
	for m := range d.Senders {
		d.stateOf(by, m)
	}
	for m := range d.healths {
		d.stateOf(by, m)
	}
	for _, l := range d.lanes {
		for _, it := range l.queue {
			st := d.stateOf(by, it.e.Means)
			st.Queued++
			st.Oldest = older(st.Oldest, it.e.At)
		}
	}
	for _, e := range d.flying {
		st := d.stateOf(by, e.Means)
		st.InFlight++
		st.Oldest = older(st.Oldest, e.At)
	}
	for _, st := range by {
		s.InFlight += st.InFlight
		s.Queued += st.Queued
		s.Oldest = older(s.Oldest, st.Oldest)
		s.Means = append(s.Means, *st)
	}
	slices.SortFunc(s.Means, func(a, b MeansState) int { return strings.Compare(string(a.Means), string(b.Means)) })
	return s
}

// stateOf finds or begins the entry of a means. The caller holds the lock.
func (d *Dispatcher) stateOf(by map[Means]*MeansState, m Means) *MeansState {
	if st, ok := by[m]; ok {
		return st
	}
	st := &MeansState{Means: m, Reach: Untried}
	if h := d.healths[m]; h != nil && h.reach != "" {
		st.Reach, st.Since = h.reach, h.since
		st.LastErr, st.LastErrAt, st.LastOK = h.lastErr, h.lastErrAt, h.lastOK
	} else if h != nil {
		st.LastErr, st.LastErrAt = h.lastErr, h.lastErrAt
	}
	by[m] = st
	return st
}

func older(a, b time.Time) time.Time {
	if a.IsZero() || (!b.IsZero() && b.Before(a)) {
		return b
	}
	return a
}
