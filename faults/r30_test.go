package faults

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"irbot/internal/incident"
)

// R30: a second program on the same folder ends at once and names who holds
// it, also when it comes by another path. Control: on a folder of its own it
// starts.
func TestR30TwoPrograms(t *testing.T) {
	s := newSite(t, nil, nil)
	srv := s.start()
	id := srv.must("", "incident.declare", "", incident.Declare{Title: "一つだけ", Runbook: "none"}).Incident
	link := filepath.Join(t.TempDir(), "link")
	if err := os.Symlink(s.data, link); err != nil {
		t.Fatal(err)
	}
	second := func(data string) (string, error) {
		config, err := os.ReadFile(filepath.Join(s.dir, "config.yaml"))
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(s.dir, "second.yaml")
		text := strings.Replace(string(config), "\ndata: data", "\ndata: "+data, 1)
		text = strings.Replace(text, "listen: "+listenOf(t, text), "listen: "+freePort(t), 1)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		out, err := s.irbot("serve", "--no-open", "--json", "--config", path)
		return out, err
	}
	for name, data := range map[string]string{"same path": s.data, "symlink": link, "detour": filepath.Join(s.dir, "..", filepath.Base(s.dir), "data")} {
		out, err := second(data)
		if err == nil {
			t.Errorf("%s: a second program started", name)
		}
		if !strings.Contains(out, `"locked"`) || !strings.Contains(out, "irbot serve") {
			t.Errorf("%s: the holder is not named:\n%s", name, out)
		}
	}
	srv.must(id, "note.add", "", incident.AddNote{Text: "最初のものは続ける"})
	srv.stop()
	whole(t, s.view())

	other := newSite(t, nil, nil)
	other.start().stop() // control
}

// listenOf is the console's address in a configuration.
func listenOf(t *testing.T, config string) string {
	t.Helper()
	_, rest, ok := strings.Cut(config, "  listen: ")
	if !ok {
		t.Fatal("no console.listen in the configuration")
	}
	at, _, _ := strings.Cut(rest, "\n")
	return strings.TrimSpace(at)
}
