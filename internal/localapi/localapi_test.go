package localapi_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"irbot"
	"irbot/internal/directory"
	"irbot/internal/incident"
	"irbot/internal/localapi"
	"irbot/internal/runbook"
	"irbot/internal/sqlite"
)

// serve answers on a real socket, on a real store.
func serve(t *testing.T, change func(*localapi.Server)) (string, *sqlite.Store) {
	t.Helper()
	dir := t.TempDir()
	ctx := context.Background()
	store, err := sqlite.Open(ctx, sqlite.Options{Dir: dir, What: "test", Wall: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	people, err := directory.Parse("directory.yaml", irbot.DirectoryExample)
	if err != nil {
		t.Fatal(err)
	}
	site := &incident.Site{
		ID: "sakura", Name: "さくら港", Zone: time.UTC, Directory: people, RoleOf: func(string) string { return "" }, DestOf: func(string) string { return "" },
		OnDuty: func(string, time.Time) []string { return nil }, Mapped: map[string]string{}, Permissions: incident.DefaultPermissions(),
		Runbook: func(string) (*runbook.Runbook, bool) { return nil, false }, Runbooks: func() []string { return nil },
	}
	s := &localapi.Server{Service: incident.NewService(incident.Parts{Log: store, Reader: store, Site: site}), Operator: "nakamura"}
	if change != nil {
		change(s)
	}
	l, err := localapi.Listen(ctx, dir)
	if err != nil {
		t.Fatal(err)
	}
	srv := &http.Server{Handler: s.Handler(), ReadHeaderTimeout: time.Minute}
	go func() { _ = srv.Serve(l) }()
	t.Cleanup(func() {
		_ = srv.Close()
		_ = store.Close()
	})
	return dir, store
}

func raw(t *testing.T, v any) json.RawMessage {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestRecordsAsTheOperatorAndOnce(t *testing.T) {
	dir, store := serve(t, nil)
	c := localapi.Dial(dir)
	q := localapi.Request{Command: "incident.declare", Args: raw(t, incident.Declare{Title: "TOS停止", Runbook: "none"}), Request: "cli:1"}
	first, err := c.Do(t.Context(), q)
	if err != nil || first.Error != nil || first.Incident != "IR-1" || first.Seq != 1 {
		t.Fatalf("%+v %v", first, err)
	}
	again, err := c.Do(t.Context(), q)
	if err != nil || !again.Duplicate || again.Seq != first.Seq || again.RecordedAt != first.RecordedAt {
		t.Errorf("the same act twice: %+v %v", again, err)
	}
	e, err := store.Entries(t.Context(), "IR-1", 1, 1)
	if err != nil || e[0].Actor != "nakamura" || e[0].Request != "cli:1" {
		t.Errorf("%+v %v", e, err)
	}
	if at := e[0].RecordedAt.Format(localapi.TimeFormat); at != first.RecordedAt {
		t.Errorf("recorded at %s, told %s", at, first.RecordedAt)
	}
}

func TestNamesWhoEntersForSomebodyElse(t *testing.T) {
	dir, store := serve(t, nil)
	c := localapi.Dial(dir)
	reply, err := c.Do(t.Context(), localapi.Request{Command: "incident.declare", Args: raw(t, incident.Declare{Title: "x", Runbook: "none"}), Request: "cli:2", Person: "sato"})
	if err != nil || reply.Error != nil {
		t.Fatalf("%+v %v", reply, err)
	}
	e, err := store.Entries(t.Context(), "IR-1", 1, 1)
	if err != nil || e[0].Actor != "sato" || e[0].Request != "cli/nakamura/cli:2" {
		t.Errorf("%+v %v", e, err)
	}
}

func TestRefusesAndNeverApproves(t *testing.T) {
	dir, _ := serve(t, nil)
	c := localapi.Dial(dir)
	for name, q := range map[string]struct {
		in   localapi.Request
		kind string
	}{
		"unknown incident": {localapi.Request{Incident: "IR-9", Command: "note.add", Args: raw(t, incident.AddNote{Text: "x"})}, "not_found"},
		"unknown command":  {localapi.Request{Incident: "IR-1", Command: "incident.explode"}, "refused"},
		"approval":         {localapi.Request{Incident: "IR-1", Command: "notice.approve", Args: raw(t, map[string]any{"notice": "N1", "Opened": true})}, "refused"},
		"unknown argument": {localapi.Request{Incident: "IR-1", Command: "note.add", Args: json.RawMessage(`{"text":"x","colour":"red"}`)}, "failed"},
		"machine command":  {localapi.Request{Incident: "IR-1", Command: "timer.fire"}, "refused"},
	} {
		got, err := c.Do(t.Context(), q.in)
		if err != nil || got.Error == nil || got.Error.Kind != q.kind {
			t.Errorf("%s: %+v %v", name, got.Error, err)
		}
	}
}

func TestNobodyThere(t *testing.T) {
	c := localapi.Dial(t.TempDir())
	if _, err := c.Do(t.Context(), localapi.Request{Command: "note.add"}); !errors.Is(err, localapi.ErrDown) {
		t.Errorf("no socket: %v", err)
	}
	// A socket left by a process that was killed: nobody listens on it.
	dir := t.TempDir()
	l, err := localapi.Listen(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Link(localapi.Path(dir), filepath.Join(dir, "kept")); err != nil {
		t.Fatal(err)
	}
	_ = l.Close()
	if err := os.Rename(filepath.Join(dir, "kept"), localapi.Path(dir)); err != nil {
		t.Fatal(err)
	}
	if err := localapi.Dial(dir).Info(t.Context(), nil); !errors.Is(err, localapi.ErrDown) {
		t.Errorf("dead socket: %v", err)
	}
	l, err = localapi.Listen(t.Context(), dir)
	if err != nil {
		t.Fatalf("a dead socket is in the way: %v", err)
	}
	_ = l.Close()
}

func TestSocketIsForItsOwnerOnly(t *testing.T) {
	dir, _ := serve(t, nil)
	st, err := os.Stat(localapi.Path(dir))
	if err != nil || st.Mode().Perm() != 0o600 {
		t.Errorf("mode %v %v", st.Mode(), err)
	}
}

func TestDeepFolderGetsAShortSocket(t *testing.T) {
	deep := "/srv/" + strings.Repeat("port/", 40)
	if p := localapi.Path(deep); len(p) > 100 {
		t.Errorf("%d bytes: %s", len(p), p)
	}
	if localapi.Path(deep) == localapi.Path(deep+"other") {
		t.Error("two folders share a socket")
	}
}

func TestCalls(t *testing.T) {
	dir, _ := serve(t, func(s *localapi.Server) {
		s.Calls = map[string]localapi.Call{
			"echo": func(_ context.Context, in json.RawMessage) (any, error) { return in, nil },
			"fail": func(context.Context, json.RawMessage) (any, error) { return nil, incident.ErrNotFound },
		}
		s.Stuck = func(string) int { return 3 }
	})
	c := localapi.Dial(dir)
	if got, err := c.Call(t.Context(), "echo", map[string]int{"n": 7}); err != nil || string(got.Data) != `{"n":7}` {
		t.Errorf("%s %v", got.Data, err)
	}
	if got, err := c.Call(t.Context(), "fail", nil); err != nil || got.Error == nil || got.Error.Kind != "not_found" {
		t.Errorf("%+v %v", got, err)
	}
	if got, err := c.Call(t.Context(), "nothing", nil); err != nil || got.Error == nil {
		t.Errorf("%+v %v", got, err)
	}
	reply, err := c.Do(t.Context(), localapi.Request{Command: "incident.declare", Args: raw(t, incident.Declare{Title: "x", Runbook: "none"})})
	if err != nil || reply.Pending != 3 {
		t.Errorf("%+v %v", reply, err)
	}
}
