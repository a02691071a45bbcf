//go:build faultroot

package faults

import (
	"errors"
	"fmt"
	"mime"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"irbot/internal/incident"
)

// R06: the file system under the record turns read-only while the program runs, as ext4 does when its device fails
// (scripts/faults.sh disk; needs root and a free loop device). The program stays up, says that it could not record, can
// be read, and tells its operators by mail although no page can leave by the record. After the repair nothing that was
// answered is gone. Control: before the fault nobody is told.
func TestR06ReadOnly(t *testing.T) {
	mail := newSink(t)
	s := newSite(t, mail, nil)
	img := filepath.Join(s.dir, "disk.img")
	tool := func(name string, args ...string) string {
		out, err := exec.Command(name, args...).CombinedOutput()
		if err != nil && !(name == "e2fsck" && strings.Contains(string(out), "FILE SYSTEM WAS MODIFIED")) {
			t.Fatalf("%s %v: %v\n%s", name, args, err, out)
		}
		return strings.TrimSpace(string(out))
	}
	if err := os.Mkdir(s.data, 0o700); err != nil {
		t.Fatal(err)
	}
	tool("truncate", "-s", "64M", img)
	tool("mkfs.ext4", "-q", "-F", img)
	mount := func() { tool("mount", "-o", "loop,errors=remount-ro", img, s.data) }
	mount()
	t.Cleanup(func() { _ = syscall.Unmount(s.data, syscall.MNT_DETACH) })

	srv := s.start()
	book := &ledger{}
	id := srv.must("", "incident.declare", "d", incident.Declare{Title: "読み取り専用", Runbook: "none"}).Incident
	note := func(key string) error {
		r, err := srv.act(id, "note.add", key, incident.AddNote{Text: key})
		book.note(key, r, err)
		return err
	}
	for i := range 50 {
		if err := note(fmt.Sprintf("c%d", i)); err != nil {
			t.Fatalf("control: %v", err)
		}
	}
	told := func() (subject string) {
		for _, l := range mail.taken() {
			if words, err := new(mime.WordDecoder).DecodeHeader(l.subject); err == nil && strings.Contains(words, "記録できません") {
				subject = words
			}
		}
		return subject
	}
	if got := told(); got != "" {
		t.Fatalf("control: told before the fault: %s", got)
	}
	device := filepath.Base(tool("findmnt", "-n", "-o", "SOURCE", s.data))
	if err := os.WriteFile("/sys/fs/ext4/"+device+"/trigger_fs_error", []byte("1"), 0); err != nil {
		t.Fatal(err)
	}
	failed := time.Now()
	until(t, "the operators to be told", func() bool { return told() != "" })
	t.Logf("told after %v, and nobody had written: %s", time.Since(failed).Round(time.Second), told())
	var no refusal
	if err := note("after"); !errors.As(err, &no) || no.why.Kind != "not_recorded" {
		t.Fatalf("on the read-only file system: %v", err)
	}
	var info any
	if err := srv.client.Info(t.Context(), &info); err != nil {
		t.Errorf("the program does not answer: %v", err)
	}
	if out, err := s.irbot("incident", "show", id); err != nil {
		t.Errorf("reading: %v\n%s", err, out)
	}
	if out, err := s.irbot("doctor", "--json"); err == nil || !strings.Contains(string(out), `"data.readonly"`) {
		t.Errorf("the doctor does not see it: %v\n%s", err, out)
	}
	srv.kill()
	tool("umount", s.data)
	tool("e2fsck", "-fy", img)
	mount()
	srv = s.start()
	if err := note("repaired"); err != nil {
		t.Errorf("after the repair: %v", err)
	}
	srv.stop()
	v := s.view()
	if missing := lost(t, v, book.acts); len(missing) != 0 {
		t.Errorf("answered and gone: %v", missing)
	}
	whole(t, v)
	_ = v.Close()
}
