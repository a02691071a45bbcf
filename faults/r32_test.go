package faults

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// The restore drill (R31, R32, R39): people write while copies are made; the
// machine is lost; the record comes back elsewhere from one encrypted file,
// sends nothing while a newer original may be running, and goes on. Everything
// answered before the copy must be there. Control: what was answered after the
// copy must be found to be gone, and the copy beside the live original must be
// refused.
func TestR32RestoreDrill(t *testing.T) {
	mail := newSink(t)
	worm := t.TempDir()
	const phrase = "とても長い合言葉 correct horse"
	s := newSite(t, mail, func(c string) string {
		c = replace(t, c, `folder: ""`, "folder: copies")
		c = often(t, c)
		return replace(t, c, "places: []", "places: [{id: usb, kind: folder, folder: "+worm+"}]")
	})
	s.env = []string{"IRBOT_BACKUP_PASSPHRASE=" + phrase}
	book := &ledger{}
	srv := s.start()
	stopped := load(srv, book, "drill", 4)
	for len(book.taken()) < 40 {
		<-time.After(5 * time.Millisecond)
	}
	before := book.taken()
	s.must(s.irbot("backup", "now"))
	at := len(book.taken())
	for len(book.taken()) < at+40 {
		<-time.After(5 * time.Millisecond)
	}
	s.must(s.irbot("anchor", "now"))
	srv.kill()
	<-stopped
	copies, err := filepath.Glob(filepath.Join(s.dir, "copies", "*.age"))
	if err != nil || len(copies) == 0 {
		t.Fatalf("no encrypted copy: %v", err)
	}
	slices.Sort(copies)
	newest := copies[len(copies)-1]

	fresh := &site{t: t, dir: t.TempDir(), env: s.env}
	fresh.dir = filepath.Join(fresh.dir, "laptop")
	fresh.data = filepath.Join(fresh.dir, "data")
	if err := os.Mkdir(fresh.dir, 0o700); err != nil {
		t.Fatal(err)
	}
	if out, err := s.irbot("restore", newest); err == nil || !strings.Contains(out, "never overwritten") {
		t.Errorf("restore over a record: %v\n%s", err, out)
	}
	if err := os.RemoveAll(s.data); err != nil { // the machine is gone
		t.Fatal(err)
	}
	began := time.Now()
	out := fresh.must(fresh.irbot("restore", "--into", fresh.dir, newest, "--json"))
	var told struct {
		Data struct {
			Newer []struct {
				Kind string `json:"kind"`
				Size int64  `json:"size"`
				Have int64  `json:"have"`
			} `json:"newer"`
		} `json:"data"`
	}
	if err := json.Unmarshal([]byte(out[strings.Index(out, "{"):]), &told); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if len(told.Data.Newer) == 0 || told.Data.Newer[0].Have >= told.Data.Newer[0].Size {
		t.Errorf("restore does not say what is newer in the anchors: %s", out)
	}
	letters := len(mail.taken())
	live := fresh.start()
	id := live.must("", "incident.declare", "fresh", map[string]any{"title": "別の機器で", "runbook": "none"}).Incident
	back := time.Since(began)
	live.must(id, "escalation.start", "fresh-page", map[string]any{"role": "lead", "reason": "復旧"})

	if out, err := fresh.irbot("restore", "--confirm"); err == nil {
		t.Errorf("a copy older than its anchors may send at once\n%s", out)
	}
	if n := len(mail.taken()); n != letters {
		t.Errorf("%d mails left an unconfirmed copy", n-letters)
	}
	fresh.must(fresh.irbot("restore", "--confirm", "--accept-loss", "--reason", "演習"))
	v := fresh.view()
	drained(t, v)
	if len(mail.taken()) == letters {
		t.Error("a confirmed copy pages nobody")
	}
	if missing := lost(t, v, before); len(missing) != 0 {
		t.Errorf("answered before the copy and gone: %v", missing[:min(5, len(missing))])
	}
	if len(lost(t, v, book.taken())) == 0 {
		t.Error("control: nothing is missing although people wrote on after the copy, so this test cannot see a loss")
	}
	whole(t, v)
	fresh.must(fresh.irbot("verify"))
	live.must(id, "note.add", "go-on", map[string]any{"text": "続ける"})
	live.stop()
	t.Logf("back after %v; %d acts before the copy, %d in all", back.Round(time.Millisecond), len(before), len(book.taken()))
	if n := len(before); n < 40 {
		t.Errorf("only %d acts: that is no load", n)
	}
}

// taken is what was answered so far.
func (l *ledger) taken() []acted {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.acts)
}
