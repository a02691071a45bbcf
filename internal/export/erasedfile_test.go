package export_test

import (
	"bytes"
	"strings"
	"testing"

	"irbot/internal/export"
	"irbot/internal/incident"
	"irbot/internal/timeline"
)

// A file that was erased on demand is in no store and no pack; the pack still
// verifies and tells its hash, the store checks out, and nothing else can delete
// a kept file.
func TestErasedFileIsGoneAndThePackHolds(t *testing.T) {
	m := begin(t)
	secret := []byte("旅券の写し PASSPORT-SCAN")
	m.do("ito", incident.AddEvidence{File: "passport.jpg", Data: secret, Words: "身分証"})
	st, err := m.store.State(t.Context(), "IR-1")
	if err != nil {
		t.Fatal(err)
	}
	item := st.Evidence[len(st.Evidence)-1]
	if _, pack := m.with("zip", export.Options{}); !bytes.Contains([]byte(pack), secret) {
		t.Fatal("the pack lacks the file before it is erased")
	}
	m.do("sato", incident.AskErasure{Entries: []int64{item.Seq}, Approver: "watanabe", Reason: "本人の求め", Files: true})
	if b, err := m.store.Blob(t.Context(), item.Hash); err != nil || !bytes.Equal(b, secret) {
		t.Fatalf("asking alone took the file away: %v", err)
	}
	m.do("watanabe", incident.ApproveErasure{Erasure: "X1"})
	if _, err := m.store.Blob(t.Context(), item.Hash); err == nil {
		t.Error("the file is still in the store")
	}
	_, pack := m.with("zip", export.Options{})
	holds(t, "zip", pack)
	told, err := timeline.VerifyFile(strings.NewReader(pack), int64(len(pack)), timeline.VerifyOptions{})
	if err != nil || told.Files != 1 {
		t.Errorf("verification tells of %d erased files, want 1: %v", told.Files, err)
	}
	if bytes.Contains([]byte(pack), secret) || !bytes.Contains([]byte(pack), []byte(item.Hash)) {
		t.Error("the pack holds the file, or lost its hash")
	}
	if _, md := m.with("md", export.Options{}); !strings.Contains(md, item.ID+" (文面は消去済み)") {
		t.Error("the register of evidence does not say that the text was erased")
	}
	rep, err := m.store.Check(t.Context(), nil)
	if err != nil || len(rep.Differences) > 0 {
		t.Errorf("the store after the erasure: %v %v", rep.Differences, err)
	}
	m.do("ito", incident.AddEvidence{File: "again.jpg", Data: secret})
	if b, err := m.store.Blob(t.Context(), item.Hash); err != nil || !bytes.Equal(b, secret) {
		t.Errorf("the same file may be kept again: %v", err)
	}
}

// A file that another incident keeps does not go with this one.
func TestSharedFileIsNotErased(t *testing.T) {
	m := begin(t)
	data := []byte("one file, two incidents")
	m.do("ito", incident.AddEvidence{File: "x.bin", Data: data})
	st, err := m.store.State(t.Context(), "IR-1")
	if err != nil {
		t.Fatal(err)
	}
	item := st.Evidence[len(st.Evidence)-1]
	act := incident.Act{Person: "sato", Surface: "test"}
	res, err := m.svc.Open(t.Context(), act, incident.Declare{Title: "別の事案"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := m.svc.Do(t.Context(), act, res.Incident, incident.AddEvidence{File: "y.bin", Data: data}); err != nil {
		t.Fatal(err)
	}
	m.do("sato", incident.AskErasure{Entries: []int64{item.Seq}, Approver: "watanabe", Reason: "本人の求め", Files: true})
	before, _ := m.store.Head(t.Context(), "IR-1")
	if _, err := m.svc.Do(t.Context(), incident.Act{Person: "watanabe", Surface: "test"}, "IR-1", incident.ApproveErasure{Erasure: "X1"}); err == nil {
		t.Error("a file that another incident keeps was erased")
	}
	if b, err := m.store.Blob(t.Context(), item.Hash); err != nil || !bytes.Equal(b, data) {
		t.Errorf("the file: %v", err)
	}
	if after, _ := m.store.Head(t.Context(), "IR-1"); after.Seq > before.Seq+1 {
		t.Errorf("entries were kept of an erasure that did not happen: %d to %d", before.Seq, after.Seq)
	}
}
