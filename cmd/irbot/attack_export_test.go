package main

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"irbot/internal/timeline"
)

// row is a line of timeline.jsonl in the attacker's hands.
type row struct {
	Envelope  string          `json:"envelope"`
	Text      json.RawMessage `json:"text"`
	EntryHash string          `json:"entry_hash"`
	Head      string          `json:"head"`
	Withheld  string          `json:"withheld,omitempty"`
}

// onRows makes an attack on the lines of a timeline.
func onRows(edit func([]row) []row) func(*testing.T, []byte) []byte {
	return func(t *testing.T, b []byte) []byte {
		t.Helper()
		var list []row
		for l := range bytes.Lines(b) {
			var r row
			if err := json.Unmarshal(l, &r); err != nil {
				t.Fatal(err)
			}
			list = append(list, r)
		}
		var out bytes.Buffer
		enc := json.NewEncoder(&out)
		enc.SetEscapeHTML(false)
		for _, r := range edit(list) {
			if err := enc.Encode(r); err != nil {
				t.Fatal(err)
			}
		}
		return out.Bytes()
	}
}

// onRow changes one line.
func onRow(n int, edit func(*row)) func(*testing.T, []byte) []byte {
	return onRows(func(l []row) []row { edit(&l[n-1]); return l })
}

func put(s *string, old, new string) { *s = strings.Replace(*s, old, new, 1) }

// chained numbers and hashes everything afresh, which needs no key.
func chained(l []row) []row {
	var head [timeline.HeadSize]byte
	for i := range l {
		e := l[i].Envelope
		at := strings.LastIndex(e, `,"seq":`)
		rest := e[at+7:]
		e = e[:at] + fmt.Sprintf(`,"seq":%d`, i+1) + rest[strings.Index(rest, ","):]
		hash := timeline.HashEntry([]byte(e))
		head = timeline.NextHead(head, hash)
		l[i].Envelope, l[i].EntryHash, l[i].Head = e, hex.EncodeToString(hash[:]), hex.EncodeToString(head[:])
	}
	return l
}

type fileAttack struct {
	name   string
	do     func(*testing.T, []byte) []byte
	needed bool // found only with a checkpoint that came another way
	whole  bool // on what a redacted export no longer has
}

// texts finds the n-th line that has a text.
func texts(l []row, n int) *row {
	for i := range l {
		if string(l[i].Text) != "null" {
			if n--; n == 0 {
				return &l[i]
			}
		}
	}
	return &l[0]
}

func timelineAttacks() []fileAttack {
	return []fileAttack{
		{"edit a fact", onRow(5, func(r *row) { put(&r.Envelope, `"facts":{`, `"facts":{"aaa":1,`) }), false, false},
		{"edit the actor", onRow(5, func(r *row) { put(&r.Envelope, `"actor":"`, `"actor":"x`) }), false, false},
		{"edit the kind", onRow(5, func(r *row) { put(&r.Envelope, `"kind":"`, `"kind":"x`) }), false, false},
		{"re-time the recording", onRow(5, func(r *row) { put(&r.Envelope, `"recorded_at":"2`, `"recorded_at":"1`) }), false, false},
		{"re-time the happening", onRow(5, func(r *row) { put(&r.Envelope, `"happened_at":"2`, `"happened_at":"1`) }), false, false},
		{"edit and hash the entry again", onRow(5, func(r *row) {
			put(&r.Envelope, `"actor":"`, `"actor":"x`)
			hash := timeline.HashEntry([]byte(r.Envelope))
			r.EntryHash = hex.EncodeToString(hash[:])
		}), false, false},
		{"delete in the middle", onRows(func(l []row) []row { return slices.Delete(l, 4, 5) }), false, false},
		{"delete the first", onRows(func(l []row) []row { return l[1:] }), false, false},
		{"insert a copy", onRows(func(l []row) []row { return slices.Insert(l, 5, l[4]) }), false, false},
		{"reorder two", onRows(func(l []row) []row { l[4], l[5] = l[5], l[4]; return l }), false, false},
		{"move the last to the front", onRows(func(l []row) []row { return append(l[len(l)-1:len(l):len(l)], l[:len(l)-1]...) }), false, false},
		{"splice in another incident", onRows(func(l []row) []row { put(&l[4].Envelope, `"incident":"`, `"incident":"X`); return chained(l) }), false, false},
		{"replace a text", onRows(func(l []row) []row {
			texts(l, 1).Text = json.RawMessage(`{"salt":"AAAAAAAAAAAAAAAAAAAAAA==","fields":"{\"note\":\"x\"}"}`)
			return l
		}), false, true},
		{"swap two texts", onRows(func(l []row) []row {
			a, b := texts(l, 1), texts(l, 2)
			a.Text, b.Text = b.Text, a.Text
			return l
		}), false, true},
		{"swap two salts", onRows(func(l []row) []row {
			a, b := texts(l, 1), texts(l, 2)
			sa, sb := saltOf(a.Text), saltOf(b.Text)
			a.Text, b.Text = bytes.Replace(a.Text, sa, sb, 1), bytes.Replace(b.Text, sb, sa, 1)
			return l
		}), false, true},
		{"drop a text without a mark", onRows(func(l []row) []row { texts(l, 1).Text = json.RawMessage("null"); return l }), false, true},
		{"say erased where nothing was", onRows(func(l []row) []row { texts(l, 1).Withheld = "erased"; return l }), false, true},
		{"say withheld for a reason that is none", onRows(func(l []row) []row { r := texts(l, 1); r.Text, r.Withheld = json.RawMessage("null"), "lost"; return l }), false, true},
		{"head of the line before", onRows(func(l []row) []row { l[5].Head = l[4].Head; return l }), false, false},
		{"cut in the middle of a line", func(_ *testing.T, b []byte) []byte { return b[:len(b)-30] }, false, false},
		{"cut the last line feed", func(_ *testing.T, b []byte) []byte { return b[:len(b)-1] }, false, false},
		{"append a byte", func(_ *testing.T, b []byte) []byte { return append(bytes.Clone(b), 'x') }, false, false},
		{"line ends of Windows", func(_ *testing.T, b []byte) []byte { return bytes.ReplaceAll(b, []byte("\n"), []byte("\r\n")) }, false, false},
		{"byte order mark", func(_ *testing.T, b []byte) []byte { return append([]byte("\xef\xbb\xbf"), b...) }, false, false},
		{"edit, hash everything again", onRows(func(l []row) []row { put(&l[4].Envelope, `"actor":"`, `"actor":"x`); return chained(l) }), true, false},
		{"re-time, hash everything again", onRows(func(l []row) []row { put(&l[4].Envelope, `"recorded_at":"2`, `"recorded_at":"1`); return chained(l) }), true, false},
		{"delete, number and hash again", onRows(func(l []row) []row { return chained(slices.Delete(l, 4, 5)) }), true, false},
		{"duplicate, number and hash again", onRows(func(l []row) []row { return chained(slices.Insert(l, 5, l[4])) }), true, false},
		{"reorder, number and hash again", onRows(func(l []row) []row { l[4], l[5] = l[5], l[4]; return chained(l) }), true, false},
		{"cut the tail", onRows(func(l []row) []row { return l[:len(l)-1] }), true, false},
		{"fork", onRows(func(l []row) []row {
			for i := 9; i < len(l); i++ {
				put(&l[i].Envelope, `"actor":"`, `"actor":"x`)
			}
			return chained(l)
		}), true, false},
	}
}

// saltOf is the salt as it stands in the text.
func saltOf(text json.RawMessage) []byte {
	var t struct {
		Salt string `json:"salt"`
	}
	_ = json.Unmarshal(text, &t) // an export irbot wrote
	return []byte(`"` + t.Salt + `"`)
}

// packed opens a pack, lets edit change its files, and zips it again with a
// common tool; listed mends the manifest as far as that goes without a key.
func packed(listed bool, edit func(t *testing.T, files map[string][]byte)) func(*testing.T, []byte) []byte {
	return func(t *testing.T, b []byte) []byte {
		t.Helper()
		z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
		if err != nil {
			t.Fatal(err)
		}
		files := map[string][]byte{}
		for _, f := range z.File {
			r, err := f.Open()
			if err != nil {
				t.Fatal(err)
			}
			if files[f.Name], err = io.ReadAll(r); err != nil {
				t.Fatal(err)
			}
		}
		edit(t, files)
		if listed {
			relist(t, files)
		}
		names := make([]string, 0, len(files))
		for name := range files {
			names = append(names, name)
		}
		slices.Sort(names)
		var out bytes.Buffer
		w := zip.NewWriter(&out)
		for _, name := range names {
			f, err := w.Create(name)
			if err == nil {
				_, err = f.Write(files[name])
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		return out.Bytes()
	}
}

// relist writes the manifest afresh; its note stays the old one.
func relist(t *testing.T, files map[string][]byte) {
	t.Helper()
	type item struct {
		Path   string `json:"path"`
		Size   int    `json:"size"`
		SHA256 string `json:"sha256"`
	}
	var list []item
	for name, b := range files {
		if name != "manifest.json" && name != "manifest.note" {
			sum := sha256.Sum256(b)
			list = append(list, item{name, len(b), hex.EncodeToString(sum[:])})
		}
	}
	slices.SortFunc(list, func(a, b item) int { return strings.Compare(a.Path, b.Path) })
	b, err := json.Marshal(map[string]any{"files": list})
	if err != nil {
		t.Fatal(err)
	}
	files["manifest.json"] = b
}

// theOne finds the only file below a folder of the pack.
func theOne(t *testing.T, files map[string][]byte, prefix string) string {
	t.Helper()
	for name := range files {
		if strings.HasPrefix(name, prefix) {
			return name
		}
	}
	t.Fatalf("the pack has no %s", prefix)
	return ""
}

func on(name string, change func([]byte) []byte) func(*testing.T, map[string][]byte) {
	return func(t *testing.T, files map[string][]byte) {
		t.Helper()
		name := theOne(t, files, name)
		b := change(bytes.Clone(files[name]))
		if b == nil {
			delete(files, name)
			return
		}
		files[name] = b
	}
}

func gone([]byte) []byte     { return nil }
func longer(b []byte) []byte { return append(b, '\n') }

func renamed(from, to string) func(*testing.T, map[string][]byte) {
	return func(t *testing.T, files map[string][]byte) {
		t.Helper()
		name := theOne(t, files, from)
		files[to] = files[name]
		delete(files, name)
	}
}

func packAlterations() []fileAttack {
	list := []fileAttack{
		{"attachment replaced", packed(true, on("attachments/", func([]byte) []byte { return []byte("other") })), false, true},
		{"attachment replaced, list untouched", packed(false, on("attachments/", func([]byte) []byte { return []byte("other") })), false, true},
		{"attachment taken away", packed(true, on("attachments/", gone)), false, true},
		{"attachment under another name", packed(true, renamed("attachments/", "attachments/"+strings.Repeat("0", 64))), false, true},
		{"checkpoint changed", packed(true, on("checkpoints/", func(b []byte) []byte { return bytes.Replace(b, []byte("irbot/"), []byte("irbot/x"), 1) })), false, false},
		{"checkpoint under another number", packed(true, renamed("checkpoints/", "checkpoints/000001.note")), false, false},
		{"checkpoints taken away", packed(true, on("checkpoints/", gone)), false, false},
		{"timeline under another name", packed(true, renamed("timeline.jsonl", "timeline.json")), false, false},
		{"keys replaced", packed(true, on("verifier.key", func([]byte) []byte {
			_, public, _ := timeline.GenerateKey(strings.NewReader(strings.Repeat("z", 64)), "nagoya")
			return []byte(public + "\n")
		})), false, false},
		{"README changed", packed(false, on("README.txt", longer)), false, false},
		{"rendered timeline changed", packed(false, on("timeline.html", longer)), false, false},
		{"file added", packed(false, func(_ *testing.T, files map[string][]byte) { files["extra.txt"] = []byte("x") }), false, false},
		{"file added and listed", packed(true, func(_ *testing.T, files map[string][]byte) { files["extra.txt"] = []byte("x") }), false, false},
		{"file that climbs out", packed(true, func(_ *testing.T, files map[string][]byte) { files["../extra.txt"] = []byte("x") }), false, false},
		{"manifest changed", packed(false, on("manifest.json", longer)), false, false},
		{"manifest note taken away", packed(false, on("manifest.note", gone)), false, false},
		{"bytes behind the zip", func(_ *testing.T, b []byte) []byte { return append(bytes.Clone(b), "tail"...) }, false, false},
		{"bytes before the zip", func(_ *testing.T, b []byte) []byte { return append([]byte("head"), b...) }, false, false},
		{"cut off", func(_ *testing.T, b []byte) []byte { return b[:len(b)-40] }, false, false},
	}
	for _, a := range timelineAttacks() { // nothing inside a pack can be made anew without the key
		list = append(list, fileAttack{"timeline: " + a.name, packed(true, func(t *testing.T, files map[string][]byte) {
			t.Helper()
			files["timeline.jsonl"] = a.do(t, files["timeline.jsonl"])
		}), false, a.whole})
	}
	return list
}

// TestAttacksOnTheExports alters what the real service exported, whole and
// redacted, and asks irbot verify and the second verifier, which shares nothing
// with it. S13 and S14 of the test catalogue.
func TestAttacksOnTheExports(t *testing.T) {
	t.Setenv("IRBOT_LANG", "en")
	x := newScene(t)
	dir := t.TempDir()
	outside := []string{"--checkpoint", x.head, "--key", x.key}
	var python, pythonOut pair
	judge := func(t *testing.T, path string, sound, needed bool) {
		t.Helper()
		args, want, other := []string{"verify", path}, 3, &python
		if needed {
			args, other = append(args, outside...), &pythonOut
		}
		if sound {
			want = 0
		}
		if code, out := commandLine(args...); code != want {
			t.Errorf("exit %d, want %d\n%.800s", code, want, out)
		}
		other.add(path, sound)
	}
	for name, path := range x.made {
		t.Run(name, func(t *testing.T) {
			good, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			judge(t, path, true, false)
			judge(t, path, true, true)
			list := timelineAttacks()
			if filepath.Ext(name) == ".zip" {
				list = packAlterations()
				again := filepath.Join(dir, "again-"+name)
				writeFile(t, again, packed(false, func(*testing.T, map[string][]byte) {})(t, good))
				judge(t, again, true, false)
			}
			if strings.HasPrefix(name, "redacted") {
				list = slices.DeleteFunc(list, func(a fileAttack) bool { return a.whole })
			} else if len(list) < 30 {
				t.Errorf("only %d attacks", len(list))
			}
			for i, a := range list {
				t.Run(a.name, func(t *testing.T) {
					bad := a.do(t, good)
					if bytes.Equal(bad, good) {
						t.Fatal("the attack changed nothing")
					}
					file := filepath.Join(dir, fmt.Sprintf("%02d-%s", i, name))
					writeFile(t, file, bad)
					judge(t, file, false, a.needed)
				})
			}
		})
	}
	python.run(t, "python3")
	pythonOut.run(t, "python3 with a checkpoint", outside...)
}

// pair is what a second verifier is asked, and what it must say.
type pair struct {
	files []string
	sound []bool
}

func (p *pair) add(file string, sound bool) {
	p.files, p.sound = append(p.files, file), append(p.sound, sound)
}

// run asks the verifier in python once for all files.
func (p *pair) run(t *testing.T, name string, args ...string) {
	t.Helper()
	t.Run(name, func(t *testing.T) {
		python, err := exec.LookPath("python3")
		if err != nil {
			t.Skip("the second verifier needs python3, which is not installed")
		}
		args = append(append([]string{"../../docs/verify.py"}, args...), p.files...)
		want := 0
		if slices.Contains(p.sound, false) {
			want = 3
		}
		cmd := exec.Command(python, args...) //nolint:gosec // our own script
		out, err := cmd.Output()
		if code := cmd.ProcessState.ExitCode(); code != want {
			t.Fatalf("exit %d, want %d: %v", code, want, err)
		}
		verdicts := strings.Split(strings.TrimSuffix(string(out), "\n"), "\n")
		if len(verdicts) != len(p.files) {
			t.Fatalf("%d verdicts for %d files", len(verdicts), len(p.files))
		}
		for i, v := range verdicts {
			if (v == "OK") != p.sound[i] {
				t.Errorf("%s: %s, want sound %v", filepath.Base(p.files[i]), v, p.sound[i])
			}
		}
	})
}
