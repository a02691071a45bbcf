package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"syscall"
	"time"

	"irbot/internal/chat"
	"irbot/internal/directory"
	"irbot/internal/incident"
	"irbot/internal/notify"
	"irbot/internal/timeline"
)

const (
	// mutePatience is how long nothing can be recorded before people are told past the record; also how long it must be
	// possible again.
	mutePatience = 20 * time.Second
	muteLook     = 5 * time.Second
	muteAgain    = time.Minute      // before those who could not be told are tried again
	muteSend     = 20 * time.Second // bounds one attempt to reach one person
)

// kindMuted is the entry, in the SITE log, that people were told past the record.
const kindMuted timeline.Kind = "record.muted"

// mute watches whether the record can be written. While it cannot, no alarm rings and no page leaves, so whoever waits
// for one would wait for ever: the operators are told past the record, once an outage, and once when it is over.
type mute struct {
	since time.Time // when what is seen became other than what is told; zero: it is not
	began time.Time // of the outage under way; zero: none
	told  []string
	left  []string  // who could not be told yet
	next  time.Time // when they are tried again
}

// turn says whether the state has changed for long enough, and notes the beginning of an outage.
func (m *mute) turn(now time.Time, broken bool) bool {
	if broken == !m.began.IsZero() {
		m.since = time.Time{}
		return false
	}
	if m.since.IsZero() {
		m.since = now
	}
	return now.Sub(m.since) >= mutePatience
}

// followRecord is the loop.
func (n *node) followRecord(ctx context.Context) error {
	m, probed, failed := &mute{}, time.Time{}, false
	tick := time.NewTicker(muteLook)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
		if n.paused.Load() {
			continue
		}
		broken := n.staysDown(ctx)
		// Where nobody writes nobody notices: an alarm would find out when it is too late.
		if now := n.wall(); !broken && (failed || now.Sub(probed) >= mutePatience) {
			probed, failed = now, brokenDisk(writable(n.dir))
			n.barred.Store(failed)
		}
		n.muteStep(ctx, m, n.wall(), broken || failed)
	}
}

// staysDown reports whether the store cannot be written. One commit that failed is no outage: where nobody tries again,
// this does.
func (n *node) staysDown(ctx context.Context) bool {
	if !n.store.Health().Down {
		return false
	}
	ctx, cancel := context.WithTimeout(ctx, muteLook)
	defer cancel()
	return n.store.Probe(ctx) != nil
}

// writable makes a file and takes it away again: a file system whose device failed calls itself writable.
func writable(dir string) error {
	name := filepath.Join(dir, ".writable")
	if err := os.WriteFile(name, nil, 0o600); err != nil {
		return err
	}
	if err := os.Remove(name); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil // somebody else looked at the same moment
}

// brokenDisk tells a failed device from want of space or rights, with which the store deals itself.
func brokenDisk(err error) bool { return errors.Is(err, syscall.EROFS) || errors.Is(err, syscall.EIO) }

func (n *node) muteStep(ctx context.Context, m *mute, now time.Time, broken bool) {
	if m.turn(now, broken) {
		if !broken {
			n.muteOver(ctx, m)
			return
		}
		*m = mute{began: m.since, left: n.operators(now)}
	}
	if len(m.left) == 0 || !broken || now.Before(m.next) {
		return
	}
	told := n.tellMuted(ctx, "muted.down", m.began, m.left)
	m.told, m.next = append(m.told, told...), now.Add(muteAgain)
	m.left = slices.DeleteFunc(m.left, func(id string) bool { return slices.Contains(told, id) })
	if len(m.left) > 0 {
		n.log.Error("the record cannot be written, and not everybody could be told", "told", m.told, "left", m.left)
	}
}

// muteOver records the outage, and says to those who heard of it that it is over.
func (n *node) muteOver(ctx context.Context, m *mute) {
	act := incident.Act{Person: timeline.System, Surface: "machine", Request: fmt.Sprintf("muted/%d", m.began.Unix())}
	facts := map[string]any{"since_us": m.began.UnixMicro(), "people": append([]string{}, m.told...)}
	if err := n.svc.SiteEntry(ctx, act, kindMuted, facts, nil); err != nil {
		n.log.Error("record that people were told past the record", "people", m.told, "err", err)
		return // the record cannot be written after all; the next look comes back here
	}
	n.tellMuted(ctx, "muted.up", m.began, m.told)
	*m = mute{}
}

// operators are who can do something about the machine, and who stands in for the record meanwhile: those who look
// after irbot, and whoever is on duty.
func (n *node) operators(now time.Time) []string {
	site := n.svc.Site()
	ids := slices.Clone(site.Directory.HolderIDs("admin"))
	for _, r := range site.RostersNow() {
		ids = append(ids, r.OnDuty(now)...)
	}
	if len(ids) == 0 {
		ids = append(ids, operator(n.cfg))
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

// tellMuted sends by the first means of each person that takes it, and gives back who was reached. What it says names no
// incident: nobody can look up now what each of them may see.
func (n *node) tellMuted(ctx context.Context, key string, began time.Time, people []string) (told []string) {
	for _, id := range people {
		p, ok := n.svc.Site().Directory.Person(id)
		if !ok {
			continue
		}
		if n.tellOne(ctx, key, began, p) {
			told = append(told, id)
		}
	}
	return told
}

func (n *node) tellOne(ctx context.Context, key string, began time.Time, p directory.Person) bool {
	first, second := chat.JA, chat.EN
	if p.Lang == string(chat.EN) {
		first, second = second, first
	}
	say := func(lang chat.Lang, part string) string {
		name := n.cfg.Site.Name
		if lang == chat.EN {
			name = n.cfg.Site.NameEN
		}
		return n.words.T(lang, key+part, "site", name, "time", chat.Stamp(began, n.cfg.Site.Zone, lang))
	}
	for _, a := range p.Reach {
		sender := n.out.Senders[a.Means]
		if sender == nil {
			continue
		}
		bounded, cancel := context.WithTimeout(ctx, muteSend)
		_, err := sender.Send(bounded, notify.Envelope{
			ID: fmt.Sprintf("SITE/%s/%d/%s", key, began.Unix(), p.ID), Incident: timeline.SiteLog, Kind: notify.KindPost, Means: a.Means, To: a.To,
			ToName: p.Name, Subject: say(first, ".subject"), Body: say(first, "") + "\n\n" + say(second, ""), At: n.wall(),
		})
		cancel()
		if err == nil {
			return true
		}
		n.log.Error("told past the record", "person", p.ID, "means", a.Means, "err", err)
	}
	return false
}
