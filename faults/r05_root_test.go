//go:build faultroot

package faults

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"irbot/internal/incident"
)

// R05 on a real full disk: a small file system in memory, which only root can
// mount (scripts/faults.sh). The program stays up, says that it could not
// record, still gets a queued page out and into the record, and goes on by
// itself when there is space. Control: the same load with space to spare is
// never refused. The form without root is beside the store.
func TestR05FullDisk(t *testing.T) {
	mail := newSink(t)
	mail.set(func(s *sink) { s.refuse = &smtp.SMTPError{Code: 451, Message: "later"} })
	s := newSite(t, mail, nil)
	if err := os.Mkdir(s.data, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mount("tmpfs", s.data, "tmpfs", 0, "size=16m,mode=700"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(s.data, syscall.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	srv := s.start()
	t.Cleanup(func() { srv.kill() })
	book := &ledger{}
	id := srv.must("", "incident.declare", "d", incident.Declare{Title: "満杯", Runbook: "none"}).Incident
	note := func(key string) error {
		r, err := srv.act(id, "note.add", key, incident.AddNote{Text: key + strings.Repeat(" 長い記録", 400)})
		book.note(key, r, err)
		return err
	}
	for i := range 50 { // control: with space to spare
		if err := note(fmt.Sprintf("c%d", i)); err != nil {
			t.Fatalf("control: refused with space to spare: %v", err)
		}
	}
	filler := filepath.Join(s.data, "filler")
	fill(t, filler, s.data)
	var full error
	for i := 0; full == nil && i < 20_000; i++ {
		full = note(fmt.Sprintf("f%d", i))
	}
	var no refusal
	if !errors.As(full, &no) || no.why.Kind != "not_recorded" {
		t.Fatalf("on the full disk: %v", full)
	}
	var info any
	if err := srv.client.Info(t.Context(), &info); err != nil {
		t.Errorf("the program does not answer: %v", err)
	}
	if out, err := s.irbot("incident", "show", id); err != nil {
		t.Errorf("reading: %v\n%s", err, out)
	}
	mail.set(func(s *sink) { s.refuse = nil })
	until(t, "the queued page", func() bool { return len(mail.taken()) > 0 })
	until(t, "its proof in the record", func() bool { return s.has(id, incident.KindMsgAccepted) })

	if err := os.Remove(filler); err != nil {
		t.Fatal(err)
	}
	freed := time.Now()
	until(t, "recording to go on", func() bool { return note(fmt.Sprintf("r%d", time.Now().UnixNano())) == nil })
	t.Logf("recording went on %v after space was made; refused with %q", time.Since(freed), no.why.Detail)
	srv.stop()
	v := s.view()
	if missing := lost(t, v, book.acts); len(missing) != 0 {
		t.Errorf("answered and gone: %v", missing)
	}
	whole(t, v)
	_ = v.Close()
}

// fill takes all but a little of what is free.
func fill(t *testing.T, path, on string) {
	t.Helper()
	var st syscall.Statfs_t
	if err := syscall.Statfs(on, &st); err != nil {
		t.Fatal(err)
	}
	free := int64(st.Bavail) * st.Bsize
	if err := os.WriteFile(path, make([]byte, max(0, free-(1<<20))), 0o600); err != nil {
		t.Fatal(err)
	}
}
