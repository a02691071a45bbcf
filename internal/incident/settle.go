package incident

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"

	"irbot/internal/notify"
)

// settles lines up the outcomes of one incident: while one commit is under way
// those that come wait, and go together into the next. A page to a thousand
// people has a thousand outcomes, and each commit copies the state that holds
// them all.
type settles struct {
	mu    sync.Mutex
	lines map[string][]*settling // by incident; there while a commit is under way
}

// settling is one outcome that waits for its turn.
type settling struct {
	cmd  outcome
	turn chan turn
}

// turn tells one that waited how it goes on: it carries out a group, or another
// one has carried it out.
type turn struct {
	group []*settling
	err   error
}

// errAlone says that the group was not recorded and everybody tries alone.
var errAlone = errors.New("not recorded together")

// outcomes records how several attempts ended that have nothing to do with each
// other.
type outcomes struct{ list []outcome }

func (outcomes) Name() string { return "message.outcome" }
func (outcomes) class() Class { return MayMachine }

func (x outcomes) decide(c *call) (Change, error) {
	var all Change
	seen := map[string]bool{}
	for _, o := range x.list {
		if seen[o.id] {
			continue
		}
		seen[o.id] = true
		ch, err := o.decide(c)
		if err != nil {
			return Change{}, err
		}
		all.Entries = append(all.Entries, ch.Entries...)
	}
	return all, nil
}

// Settle records how an attempt ended. A chat receipt has the form
// channel:timestamp and says where the card hangs. It returns after the commit,
// which may hold the outcomes of other messages of the same incident.
func (s *Service) Settle(ctx context.Context, env notify.Envelope, out notify.Outcome) error {
	cmd := outcome{id: env.ID, out: out}
	if env.Means == notify.Slack && out.Class == "" {
		cmd.channel, cmd.ts, _ = strings.Cut(out.Receipt.ID, ":")
	}
	err := errAlone
	// What failed may set off something that depends on what failed before it, and
	// a notice meets a duty: those are recorded one by one.
	if out.Accepted() && !out.NotTried && env.Kind != notify.KindNotice {
		err = s.settleTogether(ctx, env.Incident, cmd)
	}
	if errors.Is(err, errAlone) {
		_, err = s.Do(ctx, machineAct(""), env.Incident, cmd)
	}
	if err != nil {
		return fmt.Errorf("settle %s: %w", env.ID, err)
	}
	return nil
}

// settleTogether records an outcome in one commit with those that came while
// the one before was under way.
func (s *Service) settleTogether(ctx context.Context, id string, cmd outcome) (err error) {
	me := &settling{cmd: cmd, turn: make(chan turn, 1)}
	group := []*settling{me}
	if s.settles.queued(id, me) {
		t := <-me.turn
		if t.group == nil {
			return t.err
		}
		group = t.group
	}
	err = errAlone // also where what follows panics: nobody may wait for ever
	defer func() {
		s.settles.pass(id)
		for _, w := range group {
			if w != me {
				w.turn <- turn{err: err}
			}
		}
	}()
	list := make([]outcome, len(group))
	for i, w := range group {
		list[i] = w.cmd
	}
	if _, failed := s.Do(ctx, machineAct(""), id, outcomes{list}); failed != nil {
		return err
	}
	err = nil
	return err
}

// queued tells that a commit is under way and that one waits for the next; else
// the caller makes the commit.
func (l *settles) queued(id string, w *settling) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	line, busy := l.lines[id]
	if !busy {
		if l.lines == nil {
			l.lines = map[string][]*settling{}
		}
		l.lines[id] = nil
		return false
	}
	l.lines[id] = append(line, w)
	return true
}

// pass gives the line to the first one in it.
func (l *settles) pass(id string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	line := l.lines[id]
	if len(line) == 0 {
		delete(l.lines, id)
		return
	}
	l.lines[id] = nil
	line[0].turn <- turn{group: line}
}
