package main

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"irbot/internal/chat"
	"irbot/internal/config"
	"irbot/internal/escalation"
	"irbot/internal/incident"
	"irbot/internal/notify"
)

// flow keeps a flood of pages to one person apart: over the limit they leave
// together. What waits stays in the outbox, where an answer still cancels it.
type flow struct {
	mu    sync.Mutex
	limit notify.Limiter
	held  int                          // rows that waited at the last look
	wait  map[string]bool              // whose they are
	join  map[string]bool              // person and means whose rows of this look leave together
	with  map[string][]notify.Envelope // by the id of the one that carries them
}

// personOf is the person a message is for: the last part of its id.
func personOf(id string) string { return id[strings.LastIndexByte(id, '/')+1:] }

// flowOf is what is counted and joined by itself: one person by one means.
func flowOf(id, means string) string { return personOf(id) + " " + means }

// waiting is how many rows waited at the last look: they are due all the while,
// and must not hide those behind them.
func (f *flow) waiting() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.held
}

// waits tells that a row waits for the next joined message, or leaves with it
// at this moment, and not for longer than it may.
func (f *flow) waits(r incident.Row, late time.Duration) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	key := flowOf(r.ID, r.Means)
	return (f.wait[key] || f.join[key]) && late < f.limit.Every+escalation.Grace
}

// free tells that a message may leave by itself at once, and counts it.
func (f *flow) free(r incident.Row, now time.Time) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return !notify.Limited(notify.Means(r.Means)) || f.limit.Free(flowOf(r.ID, r.Means), now)
}

// admit leaves out the rows that have to wait for the next joined message.
func (f *flow) admit(rows []incident.Row, now time.Time) []incident.Row {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.join, f.wait, f.held = map[string]bool{}, map[string]bool{}, 0
	return slices.DeleteFunc(rows, func(r incident.Row) bool {
		key := flowOf(r.ID, r.Means)
		switch {
		case r.Rank != 0 || !notify.Limited(notify.Means(r.Means)) || f.join[key]:
			return false
		case f.wait[key]:
			f.held++
			return true
		}
		leaves, join := f.limit.Take(key, now)
		if !leaves {
			f.wait[key] = true
			f.held++
			return true
		}
		if join {
			f.join[key] = true
		}
		return false
	})
}

// merge joins what goes to one address over the limit. The first one carries the
// others; each stays a message of its own in the record.
func (a *app) merge(list []notify.Envelope) []notify.Envelope {
	a.flow.mu.Lock()
	defer a.flow.mu.Unlock()
	first := map[string]int{}
	var out []notify.Envelope
	for _, e := range list {
		if !a.flow.join[flowOf(e.ID, string(e.Means))] {
			out = append(out, e)
			continue
		}
		key := fmt.Sprint(e.Means, "\x00", e.To, "\x00", e.Drill)
		if i, ok := first[key]; ok {
			lead := out[i].ID
			a.flow.with[lead] = append(a.flow.with[lead], e)
			continue
		}
		first[key] = len(out)
		out = append(out, e)
	}
	for i, e := range out {
		if others := a.flow.with[e.ID]; len(others) > 0 {
			out[i] = a.joined(e, others, a.readerOf(e))
		}
	}
	return out
}

// readerOf is the language of the person an envelope is for.
func (a *app) readerOf(e notify.Envelope) chat.Lang {
	if p, ok := a.svc.Site().Directory.Person(personOf(e.ID)); ok && p.Lang == "en" {
		return chat.EN
	}
	return chat.JA
}

// joined writes the text of several messages as one. A mail holds them all with
// their links; on a phone there is room for one, and the others are named.
func (a *app) joined(e notify.Envelope, others []notify.Envelope, lang chat.Lang) notify.Envelope {
	n := strconv.Itoa(len(others) + 1)
	ids := []string{e.Incident}
	all := append([]notify.Envelope{e}, others...)
	for _, o := range others {
		e.With = append(e.With, o.ID)
		if !slices.Contains(ids, o.Incident) {
			ids = append(ids, o.Incident)
		}
		e.Repeat = e.Repeat || o.Repeat
	}
	names := strings.Join(ids, ", ")
	if e.Means != notify.Mail {
		e.Body = a.words.T(lang, "merged.short", "n", n, "list", names) + "\n" + e.Body // which begins with its subject
		e.Subject = ""
		return e
	}
	var b strings.Builder
	b.WriteString(a.words.T(lang, "merged.head", "n", n, "list", names) + "\n")
	for i, o := range all {
		again := ""
		if o.Repeat {
			again = " " + a.words.T(lang, "merged.again")
		}
		fmt.Fprintf(&b, "\n==== %d/%s %s%s ====\n%s", i+1, n, o.ID, again, o.Body) // which begins with its subject
	}
	e.Subject = chat.Truncate(a.words.T(lang, "merged.subject", "n", n)+" "+e.Subject, 120)
	e.Body = b.String()
	return e
}

// settle records how a message fared, and the same of every message that it
// carried. Those come first, so that a repetition of the call goes on with what
// is left.
func (a *app) settle(ctx context.Context, e notify.Envelope, o notify.Outcome) error {
	for {
		other, ok := a.flow.next(e.ID)
		if !ok {
			break
		}
		same := o
		same.With = e.ID
		if err := a.svc.Settle(ctx, other, same); err != nil {
			return err
		}
		a.flow.done(e.ID)
	}
	o.Carries = e.With
	return a.svc.Settle(ctx, e, o)
}

func (f *flow) next(lead string) (notify.Envelope, bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if list := f.with[lead]; len(list) > 0 {
		return list[0], true
	}
	return notify.Envelope{}, false
}

// carries tells that a message leaves with another one that is under way.
func (f *flow) carries(id string) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, list := range f.with {
		if slices.ContainsFunc(list, func(e notify.Envelope) bool { return e.ID == id }) {
			return true
		}
	}
	return false
}

func (f *flow) done(lead string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.with[lead] = f.with[lead][1:]; len(f.with[lead]) == 0 {
		delete(f.with, lead)
	}
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
