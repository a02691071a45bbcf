package timeline

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

var morning = time.Date(2026, 11, 22, 6, 33, 12, 123456789, time.FixedZone("JST", 9*3600))

func sealed(t testing.TB, d Draft, at SealAt) Entry {
	t.Helper()
	e, err := Seal(d, at)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func TestSealWritesTheEnvelopeOfTheFormat(t *testing.T) {
	e := sealed(t, Draft{
		Kind: "step.completed", Actor: "u7", HappenedAt: morning.Add(-3 * time.Minute),
		Facts: map[string]any{"step": "r1/2.3", "n": 4, "flags": []any{true, nil}},
		Text:  Text{"note": "<端末> & \"停止\"\n", "actor_name": "森\xff"},
	}, SealAt{Incident: "IR-12", Now: morning, Request: "Ev:1 日本", Salt: bytes.Repeat([]byte{7}, 16)})

	fields := `{"actor_name":"森�","note":"<端末> & \"停止\"\n"}`
	digest := sha256.Sum256(append(bytes.Repeat([]byte{7}, 16), fields...))
	want := `{"actor":"u7","facts":{"flags":[true,null],"n":4,"step":"r1/2.3"},` +
		`"happened_at":"2026-11-21T21:30:12.123456Z","incident":"IR-12","kind":"step.completed",` +
		`"recorded_at":"2026-11-21T21:33:12.123456Z","request":"Ev:1 日本","seq":1,` +
		`"text_digest":"` + hex.EncodeToString(digest[:]) + `","v":1}`
	if diff := cmp.Diff(want, string(e.Envelope)); diff != "" {
		t.Error(diff)
	}
	if string(e.TextBytes) != fields {
		t.Errorf("fields %s, want %s", e.TextBytes, fields)
	}
	hash := sha256.Sum256(append([]byte{0}, want...))
	head := sha256.Sum256(append(append([]byte{1}, make([]byte, 32)...), hash[:]...))
	if e.EntryHash != hash || e.Head != head {
		t.Error("entry hash or head differs from the format")
	}
	if err := CheckCanonical(e.Envelope); err != nil {
		t.Error(err)
	}
}

func TestSealWithoutTextHasNoDigest(t *testing.T) {
	e := sealed(t, Draft{Kind: "a.b", Actor: System, Text: Text{}}, SealAt{Incident: SiteLog, Now: morning})
	if !strings.Contains(string(e.Envelope), `"request":null,"seq":1,"text_digest":null,"v":1}`) {
		t.Errorf("envelope %s", e.Envelope)
	}
	if !e.HappenedAt.Equal(e.RecordedAt) || e.Salt != nil || e.TextBytes != nil {
		t.Errorf("entry %+v", e)
	}
}

func TestSealRefuses(t *testing.T) {
	good := Draft{Kind: "a.b", Actor: "u1"}
	at := SealAt{Incident: "IR-1", Now: morning}
	for _, tc := range []struct {
		name string
		edit func(*Draft, *SealAt)
		want error
	}{
		{"kind without verb", func(d *Draft, _ *SealAt) { d.Kind = "note" }, ErrKind},
		{"kind of three words", func(d *Draft, _ *SealAt) { d.Kind = "a.b.c" }, ErrKind},
		{"kind in capitals", func(d *Draft, _ *SealAt) { d.Kind = "A.b" }, ErrKind},
		{"no actor", func(d *Draft, _ *SealAt) { d.Actor = "" }, ErrActor},
		{"a name as actor", func(d *Draft, _ *SealAt) { d.Actor = "森" }, ErrActor},
		{"text without salt", func(d *Draft, _ *SealAt) { d.Text = Text{"a": "b"} }, ErrSalt},
		{"prose in facts", func(d *Draft, _ *SealAt) { d.Facts = map[string]any{"to": "a b"} }, ErrFacts},
		{"Japanese name of a fact", func(d *Draft, _ *SealAt) { d.Facts = map[string]any{"宛先": 1} }, ErrFacts},
		{"fraction in facts", func(d *Draft, _ *SealAt) { d.Facts = map[string]any{"x": 1.5} }, ErrFacts},
		{"integer too large", func(d *Draft, _ *SealAt) { d.Facts = map[string]any{"x": int64(1) << 53} }, ErrFacts},
		{"empty string in facts", func(d *Draft, _ *SealAt) { d.Facts = map[string]any{"x": ""} }, ErrFacts},
		{"201 bytes in facts", func(d *Draft, _ *SealAt) { d.Facts = map[string]any{"x": strings.Repeat("a", 201)} }, ErrFacts},
		{"facts are a list", func(d *Draft, _ *SealAt) { d.Facts = []int{1} }, ErrFacts},
		{"facts cannot be marshalled", func(d *Draft, _ *SealAt) { d.Facts = map[string]any{"x": func() {}} }, ErrFacts},
		{"no incident", func(_ *Draft, a *SealAt) { a.Incident = "" }, ErrIncident},
		{"incident with a slash", func(_ *Draft, a *SealAt) { a.Incident = "IR/1" }, ErrIncident},
		{"year ten thousand", func(_ *Draft, a *SealAt) { a.Now = time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC) }, ErrTime},
		{"position before the start", func(_ *Draft, a *SealAt) { a.Prev.Seq = -1 }, ErrPosition},
	} {
		t.Run(tc.name, func(t *testing.T) {
			d, a := good, at
			tc.edit(&d, &a)
			if _, err := Seal(d, a); !errors.Is(err, tc.want) {
				t.Errorf("got %v, want %v", err, tc.want)
			}
		})
	}
}

func TestRebuildGivesBackTheSealedEntry(t *testing.T) {
	for _, d := range []Draft{
		{Kind: "a.b", Actor: "u1"},
		{Kind: "a.b-c", Actor: "slack:U012", Facts: map[string]int{"n": -3}, Text: Text{"x": "\u0001\u2028é"}, HappenedAt: morning},
	} {
		e := sealed(t, d, SealAt{Incident: "DR-4", Prev: Position{Seq: 8}, Now: morning, Request: "a\"b\\\u0001", Salt: make([]byte, 16)})
		got, err := Rebuild(e.Stored())
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(e, got); diff != "" {
			t.Error(diff)
		}
	}
}

func TestRebuildRefusesWhatIsNoEnvelope(t *testing.T) {
	e := sealed(t, Draft{Kind: "a.b", Actor: "u1", Facts: map[string]any{"n": 1}}, SealAt{Incident: "IR-1", Now: morning, Request: "x"})
	for _, tc := range [][2]string{
		{`"v":1}`, `"v":2}`}, {`"v":1}`, `"v":1.0}`}, {`"v":1}`, `"v":1}}`}, {`"v":1}`, `"v":1} `}, {`,"v":1}`, `}`},
		{`{"actor"`, `{ "actor"`}, {`"n":1`, `"n":01`}, {`"n":1`, `"n":-0`}, {`"n":1`, `"n":1e2`}, {`"n":1`, `"n":1,"n":1`},
		{`"n":1`, `"n":1,"m":1`}, {`"u1"`, `null`}, {`"u1"`, `"u\u0031"`}, {`"u1"`, `""`}, {`"request":"x"`, `"request":""`},
		{`"seq":1`, `"seq":0`}, {`"seq":1`, `"seq":"1"`}, {`"text_digest":null`, `"text_digest":"ab"`},
		{`"a.b"`, `"ab"`}, {`.123456Z"`, `.12345Z"`}, {`.123456Z"`, `,123456Z"`}, {`2026-11-21T21`, `2026-13-21T21`},
		{`2026-11-21T21`, `2026-11-21 21`}, {`2026-11-21T21`, `2026-11-21T24`}, {`"request":"x"`, `"request":"x","extra":1`},
		{`"request":"x"`, `"request":"\x"`}, {`"request":"x"`, "\"request\":\"\xff\""}, {`"request":"x"`, "\"request\":\"\n\""},
		{`"request":"x"`, `"request":"\/"`}, {`"request":"x"`, `"request":"\u000A"`}, {`"request":"x"`, `"request":"\u001F"`},
	} {
		row := e.Stored()
		row.Envelope = []byte(strings.Replace(string(row.Envelope), tc[0], tc[1], 1))
		if bytes.Equal(row.Envelope, e.Envelope) {
			t.Fatalf("%q is not in the envelope", tc[0])
		}
		if _, err := Rebuild(row); !errors.Is(err, ErrEnvelope) {
			t.Errorf("%s instead of %s: got %v, want %v", tc[1], tc[0], err, ErrEnvelope)
		}
	}
}

func TestTimesAgreeWithTheStandardLibrary(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := []byte(time.UnixMicro(rapid.Int64Range(-62135596800e6, 253402300799e6).Draw(t, "µs")).UTC().Format(timeForm))
		for range rapid.IntRange(0, 2).Draw(t, "changes") {
			s[rapid.IntRange(0, len(s)-1).Draw(t, "at")] = rapid.SampledFrom([]byte("0123456789-T:.Z ,")).Draw(t, "to")
		}
		want, err := time.Parse(timeForm, string(s))
		if err == nil && s[19] == ',' { // a form that Go lets through
			return
		}
		ok := isTime(s)
		if ok != (err == nil && want.Year() > 0) || ok && !timeOf(s).Equal(want) {
			t.Fatalf("%s: is a time: %v; the standard library: %v, %v", s, ok, want, err)
		}
	})
}
