package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"irbot/internal/anchor"
	"irbot/internal/chat"
	"irbot/internal/escalation"
	"irbot/internal/incident"
	"irbot/internal/notify"
	"irbot/internal/paper"
	"irbot/internal/runbook"
	"irbot/internal/sqlite"
	"irbot/internal/timeline"
)

// app is one running irbot: record, service and loops. It is put together in a
// straight line; what was started is stopped in reverse order.
type app struct {
	dir      string // data folder
	store    *sqlite.Store
	svc      *incident.Service
	signer   atomic.Pointer[timeline.Signer] // changes when the key is rotated
	keeper   *anchor.Keeper                  // carries checkpoints out; nil before it is set up
	notary   *anchor.Notary                  // makes checkpoints
	every    time.Duration                   // between checkpoints of open incidents
	runner   *escalation.Runner
	out      *notify.Dispatcher
	wakeOut  chan struct{}
	flow     *notify.Joiner
	words    *chat.Words
	url      string      // address of the console, for links
	answers  bool        // people outside this machine can open that address
	paused   atomic.Bool // restored from a backup and not yet confirmed: nothing is sent
	resumed  chan struct{}
	log      *slog.Logger
	wall     func() time.Time
	loops    sync.WaitGroup
	stop     context.CancelFunc
	servers  []func() error // stop what takes requests
	closers  []func() error // give back what was opened
	stopping sync.Once
}

// parts are what differs between serve and demo.
type parts struct {
	dir     string
	what    string // shown to a second process that wants the same folder
	site    *incident.Site
	read    func(file string, data []byte) (*runbook.Runbook, error)
	senders map[notify.Means]notify.Sender
	changed func(notify.MeansState)
	words   *chat.Words
	url     string
	answers bool // see app
	limits  notify.Limits
	log     *slog.Logger
	wall    func() time.Time
}

// open takes the data folder and builds the service; nothing runs yet.
func open(ctx context.Context, p parts) (_ *app, err error) {
	a := &app{dir: p.dir, words: p.words, url: p.url, answers: p.answers, log: p.log, wall: p.wall, wakeOut: make(chan struct{}, 1), resumed: make(chan struct{})}
	a.flow = notify.NewJoiner(p.limits)
	defer func() {
		if err != nil {
			_ = a.close()
		}
	}()
	if a.store, err = sqlite.Open(ctx, sqlite.Options{Dir: p.dir, What: p.what, Wall: p.wall}); err != nil {
		return nil, err
	}
	a.closers = append(a.closers, a.store.Close)
	signer, err := loadSigner(p.dir, p.site.ID)
	if err != nil {
		return nil, err
	}
	a.signer.Store(signer)
	a.notary = a.signs()
	a.svc = incident.NewService(incident.Parts{
		Log: a.store, Reader: a.store, Blob: a.store.Blob, Read: p.read, Site: p.site, Render: paper.Render,
		Sign: a.signed, Logger: p.log, Wall: p.wall, Courier: a.courier(),
	})
	if err = a.svc.LoadDuty(ctx); err != nil {
		return nil, err
	}
	a.out = &notify.Dispatcher{
		Claim: a.claim, Settle: a.settle, Senders: p.senders, Wall: p.wall,
		Wake: a.wakeOut, Changed: p.changed, Log: p.log, Lanes: lanes(),
	}
	a.runner = &escalation.Runner{
		Due: a.store.DueTimers, Fire: a.svc.Fire, Wall: p.wall, Elapsed: elapsed, Stepped: a.stepped,
		Wake: make(chan struct{}, 1), Log: p.log,
	}
	return a, nil
}

// lanes gives webhooks more workers than the rest has: a receiver is one program
// that takes many at once, and what they wait for is the common commit.
func lanes() map[notify.Means]notify.Lane {
	return map[notify.Means]notify.Lane{notify.Webhook: {Workers: 16}}
}

// start settles what a crash cut short and starts the loops. In a folder that
// was filled from a backup nothing is sent and no alarm goes off before a person
// confirms that no newer original runs.
func (a *app) start(ctx context.Context) error {
	restored, err := a.store.Restored(ctx)
	if err != nil {
		return fmt.Errorf("look for a restored folder: %w", err)
	}
	ctx, a.stop = context.WithCancel(context.WithoutCancel(ctx))
	a.run(ctx, "wake", a.wake)
	a.run(ctx, "checkpoints", a.hourly)
	if restored.IsZero() {
		return a.startSending(ctx)
	}
	a.paused.Store(true)
	a.run(ctx, "restored", func(ctx context.Context) error {
		select {
		case <-ctx.Done():
			return nil
		case <-a.resumed:
			return a.startSending(ctx)
		}
	})
	return nil
}

// startSending settles interrupted messages, then starts outbox and alarms.
func (a *app) startSending(ctx context.Context) error {
	rows, err := a.store.SendingRows(ctx)
	if err != nil {
		return fmt.Errorf("read interrupted messages: %w", err)
	}
	if err := a.svc.Recover(ctx, rows); err != nil {
		return err
	}
	a.run(ctx, "outbox", a.out.Run)
	a.run(ctx, "timers", a.runner.Run)
	return nil
}

// resume lets a restored folder send again, once.
func (a *app) resume() {
	if a.paused.CompareAndSwap(true, false) {
		close(a.resumed)
	}
}

// run starts one loop; close waits for it.
func (a *app) run(ctx context.Context, name string, loop func(context.Context) error) {
	a.loops.Go(func() {
		if err := loop(ctx); err != nil && !errors.Is(err, context.Canceled) {
			a.log.Error("loop ended", "loop", name, "err", err)
		}
	})
}

// wake makes the loops look at once after a commit that gives them something to
// do; most acts of a busy room are notes and do not.
func (a *app) wake(ctx context.Context) error {
	events, cancel := a.svc.Subscribe()
	defer cancel()
	for {
		select {
		case <-ctx.Done():
			return nil
		case ev := <-events:
			if ev.Outbox {
				select {
				case a.wakeOut <- struct{}{}:
				default:
				}
			}
			if ev.Timers {
				a.runner.Nudge()
			}
		}
	}
}

// hourly signs the heads of open incidents and of the standing log once an hour,
// or as often as configured (ARCHITECTURE 3).
func (a *app) hourly(ctx context.Context) error {
	t := time.NewTicker(cmp.Or(a.every, time.Hour))
	defer t.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-t.C:
			if _, err := a.notary.All(ctx); err != nil {
				a.log.Error("hourly checkpoint", "err", err)
			}
			// What is over is kept for a while, so that its page can say so.
			if err := a.store.DropExpired(ctx, a.wall().UTC().Add(-answerKept)); err != nil {
				a.log.Error("drop what expired", "err", err)
			}
		}
	}
}

// live lists the incidents that still need somebody.
func (a *app) live(ctx context.Context) []string {
	rows, err := a.store.List(ctx, sqlite.Filter{Live: true})
	if err != nil {
		a.log.Error("list incidents", "err", err)
		return nil
	}
	var ids []string
	for _, r := range rows {
		ids = append(ids, r.ID)
	}
	return ids
}

func (a *app) stepped(ctx context.Context, before, after time.Time) error {
	return a.svc.Stepped(ctx, a.live(ctx), after.Sub(before))
}

// claim marks due messages as being sent, those of one incident in one commit,
// and puts them together. What cannot be marked is left for the next look.
func (a *app) claim(ctx context.Context, now time.Time, limit int) ([]notify.Envelope, error) {
	rows, err := a.store.DueRows(ctx, now, limit+a.flow.Waiting())
	if err != nil {
		return nil, err
	}
	a.flow.Look()
	rows = slices.DeleteFunc(rows, func(r incident.Row) bool {
		return r.Rank == 0 && !a.flow.Admit(r.ID, notify.Means(r.Means), now)
	})
	var out []notify.Envelope
	var failed error
	for _, group := range byIncident(rows) {
		begun, err := a.svc.Begin(ctx, group.incident, group.ids...)
		if err != nil {
			a.log.Error("begin messages", "incident", group.incident, "err", err)
			failed = err
			continue
		}
		// They may be on their way the next moment, also when ctx ends now.
		out = append(out, a.write(context.WithoutCancel(ctx), begun)...)
	}
	if len(out) > 0 {
		return a.merge(out), nil
	}
	return nil, failed
}

// courier lets pages leave straight from the commit that queued them.
func (a *app) courier() *incident.Courier {
	return &incident.Courier{
		Room: func(m notify.Means) int { return a.out.Room(m) },
		May:  func(id string, m notify.Means) bool { return a.flow.Free(id, m, a.wall()) },
		// What cannot be written here is tried again, and told, by write.
		Write: func(ctx context.Context, v *incident.View, env *notify.Envelope) { _ = a.fill(ctx, v, env) },
		Take: func(begin func(context.Context) []incident.Begun) bool {
			return a.out.Take(func(ctx context.Context) []notify.Envelope { return a.write(ctx, begin(ctx)) })
		},
	}
}

// due is what is due in one incident.
type due struct {
	incident string
	ids      []string
}

// byIncident keeps the order in which incidents and messages first stand.
func byIncident(rows []incident.Row) []*due {
	var out []*due
	at := map[string]*due{}
	for _, r := range rows {
		d := at[r.Incident]
		if d == nil {
			d = &due{incident: r.Incident}
			at[r.Incident], out = d, append(out, d)
		}
		d.ids = append(d.ids, r.ID)
	}
	return out
}

// close first takes no more requests, then stops the loops, then gives the
// folder free. It may be called more than once.
func (a *app) close() error {
	var err error
	a.stopping.Do(func() {
		for _, stop := range slices.Backward(a.servers) {
			err = errors.Join(err, stop())
		}
		if a.stop != nil {
			a.stop()
		}
		a.loops.Wait()
		for _, c := range slices.Backward(a.closers) {
			err = errors.Join(err, c())
		}
	})
	return err
}
