package faults

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	"golang.org/x/sys/unix"

	"irbot/internal/incident"
)

// R10: the program may open nothing more: no connection in, none out, no file.
// What it answers meanwhile is kept, and when the limit is lifted it takes up
// everything by itself. Control: the log must show that it did run out.
func TestR10NoDescriptors(t *testing.T) {
	mail := newSink(t)
	s := newSite(t, mail, nil)
	srv := s.start()
	book := &ledger{}
	paged, err := srv.act("", "incident.declare", "before", incident.Declare{Title: "不足の前", Runbook: "none"})
	book.note("before", paged, err)
	lift := starve(t, srv)
	var all sync.WaitGroup
	for i := range 6 { // the page of the declaration, and more callers than connections
		all.Go(func() {
			for n := range 5 {
				key := fmt.Sprintf("few-%d-%d", i, n)
				r, err := srv.act(paged.Incident, "note.add", key, incident.AddNote{Text: "記録 " + key})
				book.note(key, r, err)
			}
		})
	}
	until(t, "the program to run out of descriptors", func() bool { return strings.Contains(srv.log.String(), unix.EMFILE.Error()) })
	during := book.answered()
	lift()
	all.Wait()
	v := s.view()
	drained(t, v)
	srv.stop()
	missing, open := lost(t, v, book.acts), undelivered(t, v, mail.taken())
	t.Logf("answered %d, of them %d without descriptors, lost %d, mails %d, undelivered %d", book.answered(), during, len(missing), len(mail.taken()), len(open))
	if len(missing) != 0 || len(open) != 0 || book.answered() != 31 || len(mail.taken()) == 0 {
		t.Errorf("lost %v undelivered %v", missing, open)
	}
	whole(t, v)
}

// answered counts what was answered "recorded".
func (l *ledger) answered() (n int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, a := range l.acts {
		if a.answered {
			n++
		}
	}
	return n
}

// starve leaves a program no descriptor but those it has, until lift is called.
func starve(t *testing.T, srv *server) (lift func()) {
	t.Helper()
	lowest, open := 0, descriptors(t, srv)
	for slices.Contains(open, lowest) {
		lowest++
	}
	pid, limit, before := srv.cmd.Process.Pid, unix.Rlimit{}, unix.Rlimit{}
	if err := unix.Prlimit(pid, unix.RLIMIT_NOFILE, nil, &before); err != nil {
		t.Fatal(err)
	}
	limit = unix.Rlimit{Cur: uint64(lowest), Max: before.Max}
	if err := unix.Prlimit(pid, unix.RLIMIT_NOFILE, &limit, nil); err != nil {
		t.Fatal(err)
	}
	return func() {
		if err := unix.Prlimit(pid, unix.RLIMIT_NOFILE, &before, nil); err != nil {
			t.Error(err)
		}
	}
}

// descriptors are the numbers a program has open.
func descriptors(t *testing.T, srv *server) (out []int) {
	t.Helper()
	list, err := os.ReadDir(fmt.Sprintf("/proc/%d/fd", srv.cmd.Process.Pid))
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range list {
		var fd int
		if _, err := fmt.Sscan(e.Name(), &fd); err != nil {
			t.Fatal(err)
		}
		out = append(out, fd)
	}
	return out
}
