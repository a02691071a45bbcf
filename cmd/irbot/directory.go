package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"

	"irbot/internal/directory"
	"irbot/internal/incident"
	problems "irbot/internal/problem"
	"irbot/internal/timeline"
)

// The kinds of entry about the directory, in the SITE log.
const (
	kindContactVerified timeline.Kind = "contact.verified"
	kindDirectory       timeline.Kind = "directory.changed"
	kindDirectoryEdited timeline.Kind = "directory.edited" // by hand, in the file
)

// contactBook changes the directory file for the console and the command line.
type contactBook struct {
	n  *node
	mu sync.Mutex

	seen   []byte                // the file as it is in force, nil before the first look
	last   []byte                // a change at the last look, taken when it is the same at the next
	turned []byte                // the file as it was refused last
	wrong  atomic.Pointer[error] // why the file is not in force, nil where it is

	env    func(string) string
	stamps stamps                             // of the files that have to fit together
	unfit  atomic.Pointer[[]problems.Problem] // where they do not, nil where they do
}

// Verify writes today as the day on which a contact was checked.
func (b *contactBook) Verify(ctx context.Context, act incident.Act, list, id string) error {
	day := b.n.wall().In(b.n.cfg.Site.Zone)
	daily := ".bak-" + day.Format("20060102")
	if _, err := b.edit(daily, func(e *directory.Edit) error { return e.Verified(list, id, day) }); err != nil {
		return err
	}
	return b.n.svc.SiteEntry(ctx, act, kindContactVerified, map[string]any{"list": list, "contact": id}, nil)
}

// Import puts the rows of a sheet into the directory file. The file as it was
// stays beside it under the name that is given back.
func (b *contactBook) Import(ctx context.Context, act incident.Act, rows []directory.Row) (backup string, err error) {
	n, before := 0, b.n.svc.Site().Directory
	backup, err = b.edit(".bak-"+b.n.wall().UTC().Format("20060102T150405.000000Z"), func(e *directory.Edit) error {
		n = len(directory.Compare(before, rows))
		e.Take(before, rows)
		return nil
	})
	if err != nil {
		return "", err
	}
	text := bookChanges(before, b.n.svc.Site().Directory)
	text["backup"] = filepath.Base(backup)
	return backup, b.n.svc.SiteEntry(ctx, act, kindDirectory, map[string]any{"changes": n, "contacts": len(rows)}, text)
}

// Try tells what would keep the rows from being written, a *problem.Errors, and
// writes nothing.
func (b *contactBook) Try(rows []directory.Row) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	_, e, err := b.open()
	if err != nil {
		return err
	}
	e.Take(b.n.svc.Site().Directory, rows)
	_, _, err = e.Bytes()
	return err
}

// open reads the file to change it. One that is wrong as it stands is told with
// its lines: what is wrong with it is not the change.
func (b *contactBook) open() ([]byte, *directory.Edit, error) {
	path := b.n.cfg.DirectoryFile
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, nil, fmt.Errorf("read the directory: %w", err)
	}
	if _, err = directory.Parse(path, data); err != nil {
		return nil, nil, err
	}
	e, err := directory.OpenEdit(path, data)
	return data, e, err
}

// edit changes the file: the new one is checked whole before the old one is
// copied, and takes its place in one step. A copy of the same name is kept as it
// is: working through a hundred contacts leaves one copy, of the morning.
func (b *contactBook) edit(suffix string, change func(*directory.Edit) error) (backup string, err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	path := b.n.cfg.DirectoryFile
	data, e, err := b.open()
	if err != nil {
		return "", err
	}
	if err := change(e); err != nil {
		return "", err
	}
	out, d, err := e.Bytes()
	if err != nil {
		return "", err
	}
	backup = path + suffix
	if err := writeNew(backup, data, 0o600); err != nil && !errors.Is(err, os.ErrExist) {
		return "", err
	}
	if err := replace(path, out); err != nil {
		return "", err
	}
	b.seen, b.turned = out, nil
	b.wrong.Store(nil)
	b.n.useDirectory(d)
	return backup, nil
}

// useDirectory lets the rules see a new directory; acts under way keep the old.
func (n *node) useDirectory(d *directory.Directory) {
	site := *n.svc.Site()
	site.Directory = d
	site.RoleOf = func(w string) string {
		r, _ := d.RoleNamed(w)
		return r.ID
	}
	site.DestOf = func(w string) string {
		x, _ := d.DestinationNamed(w)
		return x.ID
	}
	n.svc.SetSite(&site)
}

// bookOf is the directory file as the console may change it; nil where there is
// none, as in the demo.
func (n *node) bookOf() *contactBook {
	if _, err := os.Stat(n.cfg.DirectoryFile); errors.Is(err, os.ErrNotExist) || n.cfg.DirectoryFile == "" {
		return nil
	}
	return n.book
}

// contactArgs name what the command line wants done with the directory.
type contactArgs struct {
	IDs  []string `json:"ids,omitempty"`
	Text string   `json:"text,omitempty"`
	Take bool     `json:"take,omitempty"`
}

// contactsDone tells what became of it.
type contactsDone struct {
	Verified []string               `json:"verified"`
	Changes  []directory.Difference `json:"changes"`
	Absent   []string               `json:"absent,omitempty"` // in the directory, not in the sheet
	Taken    bool                   `json:"taken"`
	Backup   string                 `json:"backup,omitempty"`
}

// verifyContacts marks contacts as checked today.
func (n *node) verifyContacts(ctx context.Context, in contactArgs) (contactsDone, error) {
	out := contactsDone{Verified: []string{}, Changes: []directory.Difference{}}
	act := incident.Act{Person: operator(n.cfg), Surface: "cli"}
	for _, id := range in.IDs {
		list := "people"
		if _, ok := n.svc.Site().Directory.Person(id); !ok {
			list = "destinations"
		}
		if err := n.book.Verify(ctx, act, list, id); err != nil {
			return out, err
		}
		out.Verified = append(out.Verified, id)
	}
	return out, nil
}

// importContacts compares a sheet with the directory, and takes it over where
// that is asked for.
func (n *node) importContacts(ctx context.Context, in contactArgs) (contactsDone, error) {
	out := contactsDone{Verified: []string{}, Changes: []directory.Difference{}}
	rows, err := directory.ReadCSV(in.Text)
	if err != nil {
		return out, err
	}
	out.Changes = append(out.Changes, directory.Compare(n.svc.Site().Directory, rows)...)
	out.Absent = directory.Absent(n.svc.Site().Directory, rows)
	if err := n.book.Try(rows); err != nil {
		return out, err
	}
	if !in.Take || len(out.Changes) == 0 {
		return out, nil
	}
	backup, err := n.book.Import(ctx, incident.Act{Person: operator(n.cfg), Surface: "cli"}, rows)
	out.Taken, out.Backup = err == nil, filepath.Base(backup)
	return out, err
}
