package main

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	"irbot/internal/alerts"
	"irbot/internal/anchor"
	"irbot/internal/backup"
	"irbot/internal/chat"
	"irbot/internal/config"
	"irbot/internal/escalation"
	"irbot/internal/notify"
	"irbot/internal/notify/demobox"
	"irbot/internal/runbook"
)

// node is one running irbot with what surrounds it: configuration, runbooks,
// and the box in which drills end.
type node struct {
	*app
	cfg      *config.Config
	words    *chat.Words
	books    *shelf
	box      *demobox.Box
	check    checking
	away     awaySince
	barred   atomic.Bool         // the data folder cannot be written to, whether or not anybody tried
	auditor  *escalation.Auditor // the second loop
	book     *contactBook
	watch    *anchor.Watch   // compares the anchors with the store
	beats    *alerts.Monitor // nil where no alerts are taken in
	copies   *backup.Keeper  // nil: no scheduled copies
	freshKey string          // fingerprint of the key this start made because the one before was lost

	rotating sync.Mutex
}

// mode is what differs between serve, demo and a command that writes by itself.
type mode struct {
	what string // shown to a second process that wants the same folder
	demo bool   // everything is a drill and every message ends in the box
}

// assemble puts a node together; nothing runs yet and nothing is listened on.
func (c *cli) assemble(ctx context.Context, cfg *config.Config, m mode) (*node, error) {
	n := &node{cfg: cfg, words: c.words, books: lazyShelf(cfg), box: demobox.New(nil)}
	log := c.logger()
	ways, err := n.senders(m.demo)
	if err != nil {
		return nil, err
	}
	site := siteOf(cfg, n.books, nil)
	site.Carried, site.Demo = carried(ways), m.demo
	if cfg.SlackMode() != config.SlackOff && !m.demo {
		site.Surfaces = []string{string(notify.Slack)}
		site.Announce = map[string]string{string(notify.Slack): cfg.Slack.AnnounceChannel}
		site.Carried = append(site.Carried, string(notify.Slack))
	}
	n.app, err = open(ctx, parts{
		dir: cfg.Data, what: m.what, site: site, senders: ways, words: c.words, url: cfg.URL(), answers: m.demo || reachable(cfg), limits: limitsOf(cfg), log: log, wall: time.Now,
		read: func(file string, data []byte) (*runbook.Runbook, error) {
			return runbook.Read(file, data, readOptions(cfg))
		},
	})
	if err != nil {
		return nil, err
	}
	n.every = cfg.Anchors.Every
	if err := errors.Join(n.setAnchors(m.demo), n.setBackups(m.demo), n.lostKey(ctx), n.settingsRead(ctx, m.demo)); err != nil {
		n.shut()
		return nil, err
	}
	n.auditor = n.watchdog()
	n.book = &contactBook{n: n, env: c.env, stamps: stamps{}}
	// Reading the runbooks takes longer than the rest of a start: an alarm that is
	// due must not wait for it.
	n.loops.Go(func() {
		// The parse trees are most of what a start allocates and none of what it
		// keeps: collected often they leave few holes, and what they took is given
		// back, because the machine of a small terminal has better uses for it.
		usual := debug.SetGCPercent(20)
		n.books.read()
		debug.SetGCPercent(usual)
		debug.FreeOSMemory()
		for _, err := range n.books.bad {
			log.Warn("runbook left out", "err", err)
		}
	})
	return n, nil
}

// logger writes warnings for the operator to standard error.
func (c *cli) logger() *slog.Logger {
	return slog.New(slog.NewTextHandler(c.err, &slog.HandlerOptions{Level: slog.LevelWarn}))
}

// browse opens a page where a person sits at this machine.
func (c *cli) browse(url string) {
	for _, k := range []string{"SSH_CONNECTION", "SSH_TTY", "CI"} {
		if c.env(k) != "" {
			return
		}
	}
	if !c.interactive() || c.env("DISPLAY")+c.env("WAYLAND_DISPLAY") == "" && !desktop {
		return
	}
	name, args := browser(url)
	path := ""
	for _, dir := range filepath.SplitList(os.Getenv("PATH")) {
		if st, err := os.Stat(filepath.Join(dir, name)); err == nil && !st.IsDir() {
			path = filepath.Join(dir, name)
			break
		}
	}
	if path == "" {
		return
	}
	p, err := os.StartProcess(path, append([]string{name}, args...), &os.ProcAttr{})
	if err == nil {
		_ = p.Release()
	}
}
