package export_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/csv"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"irbot"
	"irbot/internal/chat"
	"irbot/internal/directory"
	"irbot/internal/export"
	"irbot/internal/incident"
	"irbot/internal/pdf"
	"irbot/internal/runbook"
	"irbot/internal/sqlite"
	"irbot/internal/timeline"
)

// morning is a record on a real store with a clock that moves a minute an act.
type morning struct {
	t     *testing.T
	store *sqlite.Store
	svc   *incident.Service
	src   export.Source
	mu    sync.Mutex
	now   time.Time
}

func (m *morning) wall() time.Time {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.now = m.now.Add(time.Minute)
	return m.now
}

func begin(t *testing.T) *morning {
	t.Helper()
	m := &morning{t: t, now: time.Date(2026, 11, 21, 21, 30, 0, 0, time.UTC)}
	ctx := context.Background()
	var err error
	if m.store, err = sqlite.Open(ctx, sqlite.Options{Dir: t.TempDir(), What: "test", Wall: m.wall}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = m.store.Close() })
	dir, err := directory.Parse("directory.yaml", irbot.DirectoryExample)
	if err != nil {
		t.Fatal(err)
	}
	data, err := irbot.Runbooks.ReadFile("runbooks/tos-ransomware.md")
	if err != nil {
		t.Fatal(err)
	}
	book, err := runbook.Read("tos-ransomware.md", data, runbook.Options{})
	if err != nil {
		t.Fatal(err)
	}
	site := &incident.Site{
		ID: "sakura", Name: "さくら港", NameEN: "Sakura", Zone: time.FixedZone("JST", 9*3600), Directory: dir,
		RoleOf:   func(w string) string { r, _ := dir.RoleNamed(w); return r.ID },
		DestOf:   func(w string) string { d, _ := dir.DestinationNamed(w); return d.ID },
		OnDuty:   func(string, time.Time) []string { return nil },
		Runbook:  func(string) (*runbook.Runbook, bool) { return book, true },
		Runbooks: func() []string { return []string{book.ID} },
		Mapped:   map[string]string{"": book.ID}, Permissions: incident.DefaultPermissions(),
	}
	read := func(file string, data []byte) (*runbook.Runbook, error) {
		return runbook.Read(file, data, runbook.Options{})
	}
	m.svc = incident.NewService(incident.Parts{Log: m.store, Reader: m.store, Blob: m.store.Blob, Read: read, Site: site, Wall: m.wall})
	secret, public, err := timeline.GenerateKey(rand.Reader, "sakura")
	if err != nil {
		t.Fatal(err)
	}
	signer, err := timeline.ParseSigner(secret)
	if err != nil {
		t.Fatal(err)
	}
	keys, err := timeline.ParseKeys(public)
	if err != nil {
		t.Fatal(err)
	}
	words, err := chat.Load()
	if err != nil {
		t.Fatal(err)
	}
	m.src = export.Source{Each: m.store.EachEntry, Checkpoints: m.store.Checkpoints, Blob: m.store.Blob, Head: m.store.Head, Replay: m.svc.Replay, Site: m.svc.Site, PDF: pdf.Chronology, Words: words, Signer: signer, Keys: keys}
	if _, err := m.svc.Open(ctx, incident.Act{Person: "sato", Surface: "test"}, incident.Declare{Title: "TOS停止 =1+1"}); err != nil {
		t.Fatal(err)
	}
	m.do("ito", incident.AddNote{Text: "トラック60台", From: "ゲート"})
	m.do("ito", incident.AddEvidence{File: "note.jpg", Data: []byte("a photo")})
	m.do("suzuki", incident.DraftNotice{Dest: "mlit"})
	return m
}

func (m *morning) do(who string, c incident.Command) {
	m.t.Helper()
	if _, err := m.svc.Do(context.Background(), incident.Act{Person: who, Surface: "test"}, "IR-1", c); err != nil {
		m.t.Fatalf("%s by %s: %v", c.Name(), who, err)
	}
}

func (m *morning) take(format string, at int64) (export.Made, []byte) {
	m.t.Helper()
	var b bytes.Buffer
	made, err := m.src.Write(context.Background(), &b, format, export.Options{Incident: "IR-1", At: at, Lang: "ja", TLP: "AMBER"})
	if err != nil {
		m.t.Fatalf("%s at %d: %v", format, at, err)
	}
	return made, b.Bytes()
}

// What happens after a head must not change an export of that head: not the
// retitling, not the strike, not the export that was recorded.
func TestSameHeadSameBytes(t *testing.T) {
	m := begin(t)
	first := map[string][]byte{}
	made, _ := m.take("jsonl", 0)
	for _, f := range export.Formats() {
		_, first[f] = m.take(f, made.Count)
	}
	m.do("sato", incident.Retitle{Title: "別の題名"})
	m.do("ito", incident.Strike{Entry: made.Count - 2, Reason: "間違い"})
	m.do("ito", incident.Exported{Format: "zip", Size: made.Count, Head: strings.Repeat("a", 64), SHA256: strings.Repeat("b", 64)})
	for _, f := range export.Formats() {
		if _, again := m.take(f, made.Count); !bytes.Equal(first[f], again) {
			t.Errorf("%s differs", f)
		}
		if _, later := m.take(f, 0); bytes.Equal(first[f], later) {
			t.Errorf("%s of the new head is the old one", f)
		}
	}
}

func TestPackVerifiesAndHoldsEverything(t *testing.T) {
	m := begin(t)
	made, pack := m.take("zip", 0)
	if made.Name != "IR-1_20261122.zip" {
		t.Errorf("name %s", made.Name)
	}
	path := filepath.Join(t.TempDir(), made.Name)
	if err := os.WriteFile(path, pack, 0o600); err != nil {
		t.Fatal(err)
	}
	rep, err := timeline.VerifyFile(bytes.NewReader(pack), int64(len(pack)), timeline.VerifyOptions{})
	if err != nil || !rep.Holds() || rep.Count != made.Count {
		t.Fatalf("%+v %v", rep, err)
	}
	for _, name := range []string{"timeline.md", "timeline.csv", "timeline.html", "timeline.pdf", "notices/N1.txt", "attachments/", "runbooks/"} {
		if !bytes.Contains(pack, []byte(name)) {
			t.Errorf("no %s in the pack", name)
		}
	}
}

func TestCSVReadsBackAndRunsNothing(t *testing.T) {
	_, data := begin(t).take("csv", 0)
	if !bytes.HasPrefix(data, []byte("\xef\xbb\xbf")) {
		t.Error("no byte order mark: Excel would show the wrong letters")
	}
	r := csv.NewReader(bytes.NewReader(data[3:]))
	r.FieldsPerRecord = -1
	rows, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	found := false
	for _, row := range rows {
		for _, cell := range row {
			if strings.HasPrefix(cell, "=") {
				t.Errorf("a formula: %q", cell)
			}
			found = found || strings.Contains(cell, "トラック60台")
		}
	}
	if !found {
		t.Error("the note is missing")
	}
}

func TestRefusals(t *testing.T) {
	m := begin(t)
	ctx := context.Background()
	var b bytes.Buffer
	if _, err := m.src.Write(ctx, &b, "docx", export.Options{Incident: "IR-1"}); !errors.Is(err, export.ErrFormat) {
		t.Errorf("docx: %v", err)
	}
	if _, err := m.src.Write(ctx, &b, "csv", export.Options{Incident: "IR-1", Ceiling: "PINK"}); !errors.Is(err, export.ErrChoice) {
		t.Errorf("a label that is none: %v", err)
	}
	bare := m.src
	bare.PDF = nil
	if _, err := bare.Write(ctx, &b, "pdf", export.Options{Incident: "IR-1"}); !errors.Is(err, export.ErrFormat) {
		t.Errorf("a PDF without a renderer: %v", err)
	}
	if _, err := m.src.Write(ctx, &b, "jsonl", export.Options{Incident: "IR-9"}); !errors.Is(err, incident.ErrNotFound) {
		t.Errorf("no such incident: %v", err)
	}
	for _, at := range []int64{1000, -1} {
		if _, err := m.src.Write(ctx, &b, "jsonl", export.Options{Incident: "IR-1", At: at}); !errors.Is(err, export.ErrBeyond) {
			t.Errorf("at %d: %v", at, err)
		}
	}
}
