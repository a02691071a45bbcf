package main

import (
	"context"
	"fmt"
	"io"
	"strconv"
	"sync"
	"time"

	"irbot/internal/incident"
	"irbot/internal/sqlite"
)

// load records notes from several writers until one of them is refused or the process is killed. The first load on a
// folder declares the incident, the later ones go on with it.
func load(ctx context.Context, dir string, writers int, answered io.Writer) error {
	store, err := open(ctx, dir)
	if err != nil {
		return err
	}
	defer store.Close()
	id, err := subject(ctx, store)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	out := &lines{w: answered}
	began := strconv.FormatInt(time.Now().UnixNano(), 36)
	var all sync.WaitGroup
	for w := range writers {
		all.Go(func() {
			for n := 0; ctx.Err() == nil; n++ {
				text := fmt.Sprintf("%s-%d-%d", began, w, n)
				if err := note(ctx, store, id, text); err != nil {
					cancel(err)
					return
				}
				if err := out.print(text); err != nil {
					cancel(err)
					return
				}
			}
		})
	}
	all.Wait()
	return context.Cause(ctx)
}

func subject(ctx context.Context, store *sqlite.Store) (string, error) {
	list, err := store.List(ctx, sqlite.Filter{})
	if err != nil {
		return "", err
	}
	if len(list) > 0 {
		return list[0].ID, nil
	}
	r, err := store.Create(ctx, incident.Opening{Now: time.Now()}, func(string) (incident.Change, error) {
		return declared(), nil
	})
	return r.Incident, err
}

func note(ctx context.Context, store *sqlite.Store, id, text string) error {
	at := incident.Target{Incident: id, Request: text, Now: time.Now()}
	_, err := store.Update(ctx, at, func(*incident.Incident) (incident.Change, error) { return noted(text), nil })
	return err
}

// lines writes whole lines, each in one call, so that a killed process leaves at most the last one unfinished.
type lines struct {
	mu sync.Mutex
	w  io.Writer
}

func (l *lines) print(text string) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	_, err := io.WriteString(l.w, text+"\n")
	return err
}
