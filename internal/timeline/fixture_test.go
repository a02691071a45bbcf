package timeline

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"io"
	"testing"
	"time"
)

// constant is a source of "random" bytes that gives the same keys every run.
type constant byte

func (c constant) Read(b []byte) (int, error) {
	for i := range b {
		b[i] = byte(c)
	}
	return len(b), nil
}

func testSigner(t testing.TB, seed byte) *Signer {
	t.Helper()
	secret, public, err := GenerateKey(constant(seed), "sakura-port")
	if err != nil {
		t.Fatal(err)
	}
	s, err := ParseSigner(secret + "\n")
	if err != nil {
		t.Fatal(err)
	}
	if s.Public() != public {
		t.Fatalf("public key %s, want %s", s.Public(), public)
	}
	return s
}

func testKeys(t testing.TB, signers ...*Signer) *Keys {
	t.Helper()
	var list []string
	for _, s := range signers {
		list = append(list, s.Public())
	}
	k, err := ParseKeys(list...)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func salt(n int64) []byte {
	sum := sha256.Sum256(binary.BigEndian.AppendUint64(nil, uint64(n)))
	return sum[:SaltSize]
}

var kept = []byte("ransom note, page 1\n")

func hashOf(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

var runbook = []byte("# ランサムウェア\n")

// draft gives a log some variety: texts, none, an attachment, an erasure.
func draft(n int64) Draft {
	d := Draft{Kind: "note.added", Actor: fmt.Sprintf("u%d", n%5), Facts: map[string]any{"n": n, "step": fmt.Sprintf("r1/%d", n%9)}}
	if n%3 != 0 {
		d.Text = Text{"note": fmt.Sprintf("第%dゲート <停止> & \"𠮷\"\n\u202e", n), "actor_name": "森"}
	}
	if n%4 == 0 {
		d.HappenedAt = morning.Add(time.Duration(n-90) * time.Minute)
	}
	switch n {
	case 2:
		d.Facts = map[string]any{"runbook": "ransomware", "sha256": hashOf(runbook)}
	case 5:
		d.Kind, d.Facts = "evidence.kept", map[string]any{"attachment": hashOf(kept)}
	case 8:
		d.Kind, d.Facts = KindErased, map[string]any{"erases": 4, "approver": "u1"}
	}
	return d
}

// makeLog seals n entries of IR-12.
func makeLog(t testing.TB, n int64) []Entry {
	t.Helper()
	log := make([]Entry, 0, n)
	var p Position
	for i := int64(1); i <= n; i++ {
		at := SealAt{Incident: "IR-12", Prev: p, Now: morning.Add(time.Duration(i) * time.Minute), Salt: salt(i)}
		if i%2 == 0 {
			at.Request = fmt.Sprintf("Ev0%d", i)
		}
		e := sealed(t, draft(i), at)
		log = append(log, e)
		p = e.Position()
	}
	if n >= 8 {
		log[3] = log[3].Withhold(WithheldErased)
	}
	return log
}

func stream(log []Entry) Entries {
	return func(yield func(Entry, error) bool) {
		for _, e := range log {
			if !yield(e, nil) {
				return
			}
		}
	}
}

func jsonl(t testing.TB, log []Entry) []byte {
	t.Helper()
	var buf bytes.Buffer
	if _, err := WriteJSONL(&buf, stream(log)); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

func checkpointAt(t testing.TB, s *Signer, log []Entry, size int) Checkpoint {
	t.Helper()
	c, err := SignCheckpoint(s, log[0].Incident, log[size-1].Position())
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// makePack packs a log with checkpoints at a third of it and at its head.
func makePack(t testing.TB, s *Signer, log []Entry) Pack {
	t.Helper()
	head := log[len(log)-1]
	return Pack{
		Log: stream(log), Head: head.Position(), MadeAt: head.RecordedAt, Incident: head.Incident,
		Checkpoints: []Checkpoint{checkpointAt(t, s, log, len(log)), checkpointAt(t, s, log, (len(log)+2)/3)},
		Tokens:      map[int64][]byte{int64(len(log)): []byte("token")},
		Keys:        testKeys(t, s),
		Files: []PackFile{
			Bytes("timeline.md", []byte("# IR-12\n")),
			Bytes(AttachmentPath(hashOf(kept)), kept),
			Bytes(RunbookPath(hashOf(runbook)), runbook),
		},
	}
}

func packBytes(t testing.TB, p Pack, s *Signer) []byte {
	t.Helper()
	var buf bytes.Buffer
	if err := WritePack(&buf, p, s); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

func verifyBytes(t testing.TB, b []byte, opt VerifyOptions) Report {
	t.Helper()
	rep, err := VerifyFile(bytes.NewReader(b), int64(len(b)), opt)
	if err != nil {
		t.Fatal(err)
	}
	return rep
}

func codes(list []Problem) []Code {
	var out []Code
	for _, p := range list {
		out = append(out, p.Code)
	}
	return out
}

var _ io.Reader = constant(0)
