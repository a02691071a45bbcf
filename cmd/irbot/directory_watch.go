package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"time"

	"irbot/internal/directory"
	"irbot/internal/incident"
	problems "irbot/internal/problem"
	"irbot/internal/timeline"
)

// rereadEvery is how soon a directory edited by hand counts in a running irbot:
// somebody taken out of it must not go on approving until the next start.
const rereadEvery = 2 * time.Second

// follow takes the directory over whenever the file was edited by hand.
func (b *contactBook) follow(ctx context.Context) error {
	if b.n.bookOf() == nil {
		return nil
	}
	t := time.NewTicker(rereadEvery)
	defer t.Stop()
	for {
		if err := b.reread(ctx); err != nil && ctx.Err() == nil {
			b.n.log.Error("read the directory again", "err", err)
		}
		b.match()
		select {
		case <-ctx.Done():
			return nil
		case <-t.C:
		}
	}
}

// reread looks at the file once. A file that cannot be taken changes nothing:
// the directory in force stays, and banner says so until the file is mended.
func (b *contactBook) reread(ctx context.Context) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	data, err := os.ReadFile(b.n.cfg.DirectoryFile)
	if err != nil {
		return b.refuse(nil, fmt.Errorf("read the directory: %w", err))
	}
	if b.seen != nil && bytes.Equal(data, b.seen) {
		b.wrong.Store(nil) // the file is back as it was, or was never wrong
		return nil
	}
	if b.turned != nil && bytes.Equal(data, b.turned) {
		return nil // told already
	}
	if b.seen != nil && !bytes.Equal(data, b.last) {
		b.last = data // an editor may be in the middle of writing it: it counts once it stands still
		return nil
	}
	d, err := directory.Parse(b.n.cfg.DirectoryFile, data)
	if err != nil {
		return b.refuse(data, err)
	}
	if old := b.n.svc.Site().Directory; !reflect.DeepEqual(old, d) {
		b.n.useDirectory(d)
		act := incident.Act{Person: timeline.System, Surface: "machine"}
		facts := map[string]any{"contacts": len(d.People) + len(d.Destinations), "gone": peopleGone(old, d)}
		if err := b.n.svc.SiteEntry(ctx, act, kindDirectoryEdited, facts, bookChanges(old, d)); err != nil {
			b.n.log.Error("record that the directory was edited", "err", err) // who may act comes first
		}
	}
	b.seen, b.turned = data, nil
	b.wrong.Store(nil)
	return nil
}

// peopleGone counts the people who are no longer in the directory.
func peopleGone(old, now *directory.Directory) int {
	n := 0
	for _, p := range old.People {
		if _, ok := now.Person(p.ID); !ok {
			n++
		}
	}
	return n
}

// refuse keeps why the file was not taken, for banner; the log tells it once.
func (b *contactBook) refuse(data []byte, err error) error {
	told := b.wrong.Load() != nil && data == nil
	b.turned = data
	b.wrong.Store(&err)
	if told {
		return nil
	}
	return err
}

// banner says on every page that the file was edited and does not count, "" where
// all is well. It names the line and no more: the page of signing in shows it
// too, and what stands in a directory is not for everybody.
func (b *contactBook) banner(lang string) string {
	err := b.wrong.Load()
	if err == nil {
		return ""
	}
	where := filepath.Base(b.n.cfg.DirectoryFile)
	var list *problems.Errors
	if errors.As(*err, &list) && len(list.List) > 0 {
		where = filepath.Base(list.List[0].Where())
	}
	return problems.Say("連絡先一覧の変更を取り込めません（%s）。前の内容のままです。直すと自動で取り込みます。理由は irbot doctor で分かります",
		"The change of the directory cannot be taken over (%s). The earlier one counts; once it is mended it is taken by itself. For the reason: irbot doctor",
		where).In(lang)
}
