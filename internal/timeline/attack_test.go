package timeline

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// line is a line of timeline.jsonl in the attacker's hands.
type line struct {
	Envelope  string         `json:"envelope"`
	Text      map[string]any `json:"text"`
	EntryHash string         `json:"entry_hash"`
	Head      string         `json:"head"`
	Withheld  string         `json:"withheld,omitempty"`
}

func lines(t testing.TB, b []byte) []line {
	t.Helper()
	var out []line
	for _, raw := range bytes.Split(bytes.TrimSuffix(b, []byte("\n")), []byte("\n")) {
		var l line
		if err := json.Unmarshal(raw, &l); err != nil {
			t.Fatal(err)
		}
		out = append(out, l)
	}
	return out
}

func join(t testing.TB, list []line) []byte {
	t.Helper()
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	for _, l := range list {
		if err := enc.Encode(l); err != nil {
			t.Fatal(err)
		}
	}
	return buf.Bytes()
}

// rehash makes the chain consistent again after a change, which anybody can do
// who holds no key.
func rehash(list []line) []line {
	var head [32]byte
	for i := range list {
		hash := HashEntry([]byte(list[i].Envelope))
		head = NextHead(head, hash)
		list[i].EntryHash, list[i].Head = hexOf(hash), hexOf(head)
	}
	return list
}

func hexOf(b [32]byte) string {
	const digits = "0123456789abcdef"
	var s strings.Builder
	for _, c := range b {
		s.WriteByte(digits[c>>4])
		s.WriteByte(digits[c&15])
	}
	return s.String()
}

func swap(s *string, old, new string) { *s = strings.Replace(*s, old, new, 1) }

// editLines makes an attack on the lines of an export.
func editLines(edit func([]line) []line) func(testing.TB, []byte) []byte {
	return func(t testing.TB, b []byte) []byte {
		t.Helper()
		list := lines(t, b)
		out := join(t, edit(list))
		if bytes.Equal(out, b) {
			t.Fatal("the attack changed nothing")
		}
		return out
	}
}

// replace makes an attack on the bytes of an export.
func replace(old, new string) func(testing.TB, []byte) []byte {
	return func(t testing.TB, b []byte) []byte {
		t.Helper()
		if !bytes.Contains(b, []byte(old)) {
			t.Fatalf("%q is not in the export", old)
		}
		return bytes.Replace(b, []byte(old), []byte(new), 1)
	}
}

// attack is one alteration and what must be found.
type attack struct {
	name   string
	make   func(testing.TB, []byte) []byte
	want   Code
	needed bool // found only with a checkpoint from outside
}

func editOne(n int, edit func(*line)) func(testing.TB, []byte) []byte {
	return editLines(func(l []line) []line {
		edit(&l[n-1])
		return l
	})
}

func jsonlAttacks() []attack {
	return []attack{
		{"edit a fact", editOne(3, func(l *line) { swap(&l.Envelope, `"n":3`, `"n":4`) }), CodeEntryHash, false},
		{"edit a fact, hash it again", editOne(3, func(l *line) {
			swap(&l.Envelope, `"n":3`, `"n":4`)
			l.EntryHash = hexOf(HashEntry([]byte(l.Envelope)))
		}), CodeHead, false},
		{"edit a fact, hash everything again", editLines(func(l []line) []line {
			swap(&l[2].Envelope, `"n":3`, `"n":4`)
			return rehash(l)
		}), CodeFork, true},
		{"change the actor", editOne(3, func(l *line) { swap(&l.Envelope, `"u3"`, `"u4"`) }), CodeEntryHash, false},
		{"change the kind", editOne(3, func(l *line) { swap(&l.Envelope, `note.added`, `note.voided`) }), CodeEntryHash, false},
		{"re-time the recording", editOne(3, func(l *line) { swap(&l.Envelope, `"recorded_at":"2026-11-21T21`, `"recorded_at":"2026-11-21T20`) }), CodeEntryHash, false},
		{"re-time the happening", editOne(4, func(l *line) { swap(&l.Envelope, `"happened_at":"2026-11-21T20`, `"happened_at":"2026-11-21T19`) }), CodeEntryHash, false},
		{"re-time, hash everything again", editLines(func(l []line) []line {
			swap(&l[11].Envelope, `"recorded_at":"2026-11-21T21`, `"recorded_at":"2026-11-21T20`)
			return rehash(l)
		}), CodeFork, true},
		{"change the request", editOne(2, func(l *line) { swap(&l.Envelope, `Ev02`, `Ev03`) }), CodeEntryHash, false},
		{"delete an entry", editLines(func(l []line) []line { return slices.Delete(l, 4, 5) }), CodeSequence, false},
		{"delete the first entry", editLines(func(l []line) []line { return l[1:] }), CodeSequence, false},
		{"delete an entry, number and hash again", editLines(func(l []line) []line {
			l = slices.Delete(l, 4, 5)
			for i := 4; i < len(l); i++ {
				e := lineEntry(l[i])
				e.Seq--
				l[i].Envelope = string(e.appendEnvelope(nil))
			}
			return rehash(l)
		}), CodeTruncated, true},
		{"insert a copy", editLines(func(l []line) []line { return slices.Insert(l, 5, l[4]) }), CodeSequence, false},
		{"insert an entry of another incident", editLines(func(l []line) []line {
			swap(&l[4].Envelope, `"incident":"IR-12"`, `"incident":"IR-13"`)
			return rehash(l)
		}), CodeIncident, false},
		{"reorder two entries", editLines(func(l []line) []line {
			l[4], l[5] = l[5], l[4]
			return l
		}), CodeSequence, false},
		{"reorder two entries, hash again", editLines(func(l []line) []line {
			l[4], l[5] = l[5], l[4]
			return rehash(l)
		}), CodeSequence, false},
		{"cut off the tail", editLines(func(l []line) []line { return l[:9] }), CodeTruncated, true},
		{"cut in the middle of a line", func(_ testing.TB, b []byte) []byte { return b[:len(b)-30] }, CodeFinalLF, false},
		{"cut off the last line feed", func(_ testing.TB, b []byte) []byte { return b[:len(b)-1] }, CodeFinalLF, false},
		{"fork after the third entry", editLines(func(l []line) []line {
			for i := 3; i < len(l); i++ {
				swap(&l[i].Envelope, `"v":1}`, `"v":1}`)
				swap(&l[i].Envelope, `"actor":"u`, `"actor":"x`)
			}
			return rehash(l)
		}), CodeFork, true},
		{"change a text", editOne(2, func(l *line) { l.Text["fields"] = `{"note":"nothing happened"}` }), CodeDigest, false},
		{"change a salt", editOne(2, func(l *line) { l.Text["salt"] = "AAAAAAAAAAAAAAAAAAAAAA==" }), CodeDigest, false},
		{"swap two texts", editLines(func(l []line) []line {
			l[0].Text, l[1].Text = l[1].Text, l[0].Text
			return l
		}), CodeDigest, false},
		{"swap two salts", editLines(func(l []line) []line {
			l[0].Text["salt"], l[1].Text["salt"] = l[1].Text["salt"], l[0].Text["salt"]
			return l
		}), CodeDigest, false},
		{"move a byte from the salt to the fields", editOne(2, func(l *line) { l.Text["salt"] = "AAAAAAAAAAAAAAAAAAAA" }), CodeLine, false},
		{"salt without padding", editOne(2, func(l *line) { l.Text["salt"] = strings.TrimRight(l.Text["salt"].(string), "=") }), CodeLine, false},
		{"salt with loose bits", editOne(2, func(l *line) { l.Text["salt"] = loosen(l.Text["salt"].(string)) }), CodeLine, false},
		{"drop a text without a mark", editOne(2, func(l *line) { l.Text = nil }), CodeWithheld, false},
		{"mark an entry that has its text", editOne(2, func(l *line) { l.Withheld = "tlp" }), CodeWithheld, false},
		{"mark an entry that never had a text", editOne(3, func(l *line) { l.Withheld = "erased" }), CodeWithheld, false},
		{"take the mark away", editOne(4, func(l *line) { l.Withheld = "" }), CodeWithheld, false},
		{"another mark", editOne(4, func(l *line) { l.Withheld = "lost" }), CodeLine, false},
		{"give a text to an entry without", editOne(3, func(l *line) { l.Text = map[string]any{"salt": "AAAAAAAAAAAAAAAAAAAAAA==", "fields": `{"a":"b"}`} }), CodeDigest, false},
		{"fields with blanks", editOne(2, func(l *line) { l.Text["fields"] = strings.Replace(l.Text["fields"].(string), ":", ": ", 1) }), CodeDigest, false},
		{"extra member in the text", editOne(2, func(l *line) { l.Text["more"] = "x" }), CodeLine, false},
		{"text without salt", editOne(2, func(l *line) { delete(l.Text, "salt") }), CodeLine, false},
		{"text as a string", replace(`"text":null`, `"text":"null"`), CodeLine, false},
		{"text as false", replace(`"text":null`, `"text":false`), CodeLine, false},
		{"extra member in a line", replace(`"text":null`, `"note":"x","text":null`), CodeLine, false},
		{"repeated member in a line", replace(`"text":null`, `"text":null,"text":null`), CodeLine, false},
		{"member missing in a line", replace(`"text":null,`, ``), CodeLine, false},
		{"extra member in an envelope", editLines(func(l []line) []line {
			swap(&l[2].Envelope, `"v":1}`, `"v":1,"w":2}`)
			return rehash(l)
		}), CodeEnvelope, false},
		{"member missing in an envelope", editLines(func(l []line) []line {
			swap(&l[2].Envelope, `"request":null,`, ``)
			return rehash(l)
		}), CodeEnvelope, false},
		{"repeated member in facts", editLines(func(l []line) []line {
			swap(&l[2].Envelope, `"n":3`, `"n":3,"n":3`)
			return rehash(l)
		}), CodeEnvelope, false},
		{"envelope with blanks", editLines(func(l []line) []line {
			swap(&l[2].Envelope, `"v":1`, `"v": 1`)
			return rehash(l)
		}), CodeEnvelope, false},
		{"envelope in another order", editLines(func(l []line) []line {
			swap(&l[2].Envelope, `"actor":"u3",`, ``)
			swap(&l[2].Envelope, `,"v":1}`, `,"actor":"u3","v":1}`)
			return rehash(l)
		}), CodeEnvelope, false},
		{"number in another form", editLines(func(l []line) []line {
			swap(&l[2].Envelope, `"n":3`, `"n":3.0`)
			return rehash(l)
		}), CodeEnvelope, false},
		{"another version", editLines(func(l []line) []line {
			swap(&l[2].Envelope, `"v":1`, `"v":2`)
			return rehash(l)
		}), CodeEnvelope, false},
		{"time in another form", editLines(func(l []line) []line {
			swap(&l[2].Envelope, `.123456Z"`, `.123456+00:00"`)
			return rehash(l)
		}), CodeEnvelope, false},
		{"prose in facts", editLines(func(l []line) []line {
			swap(&l[2].Envelope, `"n":3`, `"n":"a b"`)
			return rehash(l)
		}), CodeEnvelope, false},
		{"digest of nothing", editLines(func(l []line) []line {
			swap(&l[2].Envelope, `"text_digest":null`, `"text_digest":"`+DigestText(make([]byte, 16), []byte("{}"))+`"`)
			l[2].Text = map[string]any{"salt": "AAAAAAAAAAAAAAAAAAAAAA==", "fields": "{}"}
			return rehash(l)
		}), CodeText, false},
		{"head in capitals", func(_ testing.TB, b []byte) []byte {
			i := bytes.Index(b, []byte(`"head":"`)) + 8
			return slices.Concat(b[:i], bytes.ToUpper(b[i:i+64]), b[i+64:])
		}, CodeLine, false},
		{"head of the entry before", editLines(func(l []line) []line {
			l[5].Head = l[4].Head
			return l
		}), CodeHead, false},
		{"hash shortened", editOne(2, func(l *line) { l.EntryHash = l.EntryHash[:62] }), CodeLine, false},
		{"byte order mark", func(_ testing.TB, b []byte) []byte { return append([]byte("\xef\xbb\xbf"), b...) }, CodeBOM, false},
		{"line ends of Windows", func(_ testing.TB, b []byte) []byte { return bytes.ReplaceAll(b, []byte("\n"), []byte("\r\n")) }, CodeLine, false},
		{"empty line", replace("}\n{", "}\n\n{"), CodeLine, false},
		{"two objects in a line", replace("}\n{", "}{"), CodeLine, false},
		{"line feed inside an object", replace(`,"text":`, ",\n\"text\":"), CodeLine, false},
		{"appended line", func(_ testing.TB, b []byte) []byte { return append(bytes.Clone(b), "{}\n"...) }, CodeLine, false},
		{"appended bytes", func(_ testing.TB, b []byte) []byte { return append(bytes.Clone(b), 0) }, CodeFinalLF, false},
		{"invalid UTF-8", replace("森", "\xff\xfe\xfd"), CodeLine, false},
		{"lone surrogate", replace("森", `\ud800`), CodeLine, false},
	}
}

// loosen sets a bit that the last base64 digit does not carry.
func loosen(s string) string {
	const digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
	return s[:21] + string(digits[strings.IndexByte(digits, s[21])|1]) + "=="
}

func lineEntry(l line) *Entry {
	e, err := decodeEnvelope([]byte(l.Envelope))
	if err != nil {
		return &Entry{}
	}
	return &e
}

func TestAttacksOnJSONLAreFound(t *testing.T) {
	s := testSigner(t, 1)
	log := makeLog(t, 12)
	good := jsonl(t, log)
	outside := VerifyOptions{Checkpoints: [][]byte{checkpointAt(t, s, log, 12).Note}, Keys: []string{s.Public()}}
	if rep := verifyBytes(t, good, outside); !rep.Holds() || !rep.Anchored {
		t.Fatalf("%+v", rep)
	}
	if n := len(jsonlAttacks()); n < 30 {
		t.Errorf("only %d attacks", n)
	}
	for _, a := range jsonlAttacks() {
		t.Run(a.name, func(t *testing.T) {
			bad := a.make(t, good)
			opt := VerifyOptions{}
			if a.needed {
				if rep := verifyBytes(t, bad, opt); !rep.Holds() || rep.Anchored {
					t.Errorf("without anything from outside: %v", rep.Problems)
				}
				opt = outside
			}
			rep := verifyBytes(t, bad, opt)
			if !slices.Contains(codes(rep.Problems), a.want) || rep.Anchored {
				t.Errorf("found %v, want %s", rep.Problems, a.want)
			}
		})
	}
}

// TestASecondVerifierAgrees runs the python verifier, which shares nothing
// with this package, over the good exports and every attack that needs nothing
// from outside.
func TestASecondVerifierAgrees(t *testing.T) {
	python := needs(t, "python3")
	dir := t.TempDir()
	var args []string
	var want []string
	add := func(name, verdict string, b []byte) {
		path := filepath.Join(dir, strings.ReplaceAll(name, "/", "_"))
		write(t, path, b)
		args, want = append(args, path), append(want, verdict)
	}
	s := testSigner(t, 1)
	log := makeLog(t, 60)
	add("good.jsonl", "OK", jsonl(t, log))
	add("good.zip", "OK", packBytes(t, makePack(t, s, log), s))
	log = makeLog(t, 12)
	good := jsonl(t, log)
	for _, a := range jsonlAttacks() {
		if !a.needed {
			add(a.name, "BAD", a.make(t, good))
		}
	}
	for _, a := range packAttacks() {
		if !a.needed {
			add("pack "+a.name, "BAD", a.make(t, packBytes(t, makePack(t, s, log), s)))
		}
	}
	cmd := exec.Command(python, append([]string{"../../docs/verify.py"}, args...)...)
	out, err := cmd.Output()
	if code := cmd.ProcessState.ExitCode(); code != 3 { // some of them are bad
		t.Fatalf("exit %d, want 3: %v", code, err)
	}
	got := strings.Split(strings.TrimSuffix(string(out), "\n"), "\n")
	if len(got) != len(want) {
		t.Fatalf("%d verdicts for %d files", len(got), len(want))
	}
	for i := range want {
		if !strings.HasPrefix(got[i], want[i]) {
			t.Errorf("%s: python says %s, want %s", filepath.Base(args[i]), got[i], want[i])
		}
	}
}

// TestGoldenRecordStillVerifies holds the format still: a record once written
// must be accepted and written the same for ever.
func TestGoldenRecordStillVerifies(t *testing.T) {
	const path = "testdata/golden/timeline.jsonl"
	got := jsonl(t, makeLog(t, 12))
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("the record is no longer written as in %s", path)
	}
	if rep := verifyBytes(t, want, VerifyOptions{}); !rep.Holds() || rep.To.Sub(rep.From) != 11*time.Minute {
		t.Errorf("%+v", rep)
	}
}
