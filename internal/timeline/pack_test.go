package timeline

import (
	"archive/zip"
	"bytes"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestPackIsTheSameBytesForTheSameHead(t *testing.T) {
	s := testSigner(t, 1)
	log := makeLog(t, 12)
	p := makePack(t, s, log)
	a := packBytes(t, p, s)
	p.Files[0], p.Files[2] = p.Files[2], p.Files[0]
	p.Checkpoints[0], p.Checkpoints[1] = p.Checkpoints[1], p.Checkpoints[0]
	if !bytes.Equal(a, packBytes(t, p, s)) {
		t.Error("the order in which things are handed over shows in the pack")
	}
}

func TestPackOrderAndDates(t *testing.T) {
	s := testSigner(t, 1)
	b := packBytes(t, makePack(t, s, makeLog(t, 12)), s)
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, f := range z.File {
		names = append(names, f.Name)
		if want := morning.Add(12 * time.Minute).UTC().Truncate(2 * time.Second); !f.Modified.Equal(want) {
			t.Errorf("%s is dated %v, want %v", f.Name, f.Modified, want)
		}
	}
	want := "README.txt timeline.jsonl verifier.key checkpoints/000004.note checkpoints/000012.note checkpoints/000012.tsr attachments/" +
		hashOf(kept) + " runbooks/" + hashOf(runbook) + ".md timeline.md manifest.json manifest.note"
	if got := strings.Join(names, " "); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestPackRefusesWhatWouldNotVerify(t *testing.T) {
	s, other := testSigner(t, 1), testSigner(t, 2)
	log := makeLog(t, 12)
	calls := 0
	for name, edit := range map[string]func(*Pack){
		"no checkpoint at the head": func(p *Pack) { p.Checkpoints = p.Checkpoints[1:] },
		"foreign checkpoint":        func(p *Pack) { p.Checkpoints[1] = checkpointAt(t, other, log, 3) },
		"key not listed":            func(p *Pack) { p.Keys = testKeys(t, other) },
		"no keys":                   func(p *Pack) { p.Keys = nil },
		"log ends early":            func(p *Pack) { p.Log = stream(log[:11]) },
		"name climbs":               func(p *Pack) { p.Files[0].Path = "../x" },
		"name repeated":             func(p *Pack) { p.Files[0].Path = "readme.TXT" },
		"name in Japanese":          func(p *Pack) { p.Files[0].Path = "報告.pdf" },
		"device name":               func(p *Pack) { p.Files[0].Path = "reports/con.txt" },
		"file changes meanwhile": func(p *Pack) {
			p.Files[0].Write = func(w io.Writer) error {
				calls++
				_, err := w.Write([]byte{byte(calls)})
				return err
			}
		},
	} {
		p := makePack(t, s, log)
		edit(&p)
		if err := WritePack(io.Discard, p, s); !errors.Is(err, ErrPack) {
			t.Errorf("%s: got %v, want %v", name, err, ErrPack)
		}
	}
}

func TestPackSurvivesKeyRotation(t *testing.T) {
	old, s := testSigner(t, 1), testSigner(t, 2)
	log := makeLog(t, 12)
	p := makePack(t, s, log)
	p.Checkpoints[1] = checkpointAt(t, old, log, 4)
	p.Keys = testKeys(t, s, old)
	b := packBytes(t, p, s)
	if rep := verifyBytes(t, b, VerifyOptions{}); !rep.Holds() {
		t.Errorf("%+v", rep.Problems)
	}
	if rep := verifyBytes(t, b, VerifyOptions{Keys: []string{s.Public()}}); rep.Holds() {
		t.Error("a checkpoint of an unknown old key was accepted")
	}
	if rep := verifyBytes(t, b, VerifyOptions{Keys: []string{s.Public(), old.Public()}}); !rep.Anchored {
		t.Errorf("%+v", rep)
	}
}

func TestPackPackedAgainByACommonToolStillHolds(t *testing.T) {
	s := testSigner(t, 1)
	b := packBytes(t, makePack(t, s, makeLog(t, 12)), s)
	again := rezip(t, b, func(name string, data []byte) (string, []byte) { return name, data })
	if rep := verifyBytes(t, again, VerifyOptions{}); !rep.Holds() {
		t.Errorf("%+v", rep.Problems)
	}
}

// rezip packs again, compressed, with data descriptors, and lets edit rename,
// change or (empty name) drop files.
func rezip(t testing.TB, b []byte, edit func(name string, data []byte) (string, []byte)) []byte {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	var buf bytes.Buffer
	w := zip.NewWriter(&buf)
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		data, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		name, data := edit(f.Name, data)
		if name == "" {
			continue
		}
		out, err := w.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := out.Write(data); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

func TestReadmeScriptChecksAPack(t *testing.T) {
	python := needs(t, "python3")
	s := testSigner(t, 1)
	log := makeLog(t, 12)
	log[0] = log[0].Withhold(WithheldTLP)
	p := makePack(t, s, log)
	good := packBytes(t, p, s)
	if n := strings.Count(CheckScript(), "\n"); n > 20 {
		t.Errorf("the script has %d lines", n)
	}
	z, err := zip.NewReader(bytes.NewReader(good), int64(len(good)))
	if err != nil {
		t.Fatal(err)
	}
	readme, err := z.Open(fileReadme)
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(readme)
	if err != nil {
		t.Fatal(err)
	}
	_, script, ok := strings.Cut(string(text), "---- check.py ------------------------------------------------------\n")
	if !ok {
		t.Fatal("README.txt holds no script")
	}
	dir := t.TempDir()
	run := func(b []byte) (string, error) {
		write(t, filepath.Join(dir, "check.py"), []byte(script))
		write(t, filepath.Join(dir, "pack.zip"), b)
		out, err := exec.Command(python, filepath.Join(dir, "check.py"), filepath.Join(dir, "pack.zip")).CombinedOutput()
		return string(out), err
	}
	if out, err := run(good); err != nil || !strings.HasPrefix(out, "OK 12 entries, head ") {
		t.Errorf("%v %s", err, out)
	}
	for _, name := range []string{fileTimeline, fileManifest, "checkpoints/000004.note", "timeline.md"} {
		bad := rezip(t, good, func(n string, data []byte) (string, []byte) {
			if n == name {
				data = append(bytes.Clone(data), ' ')
			}
			return n, data
		})
		if out, err := run(bad); err == nil {
			t.Errorf("%s changed, but the script says %s", name, out)
		}
	}
}

func write(t testing.TB, path string, b []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
}

// TestReadmeCommandsCheckSignatures runs the four lines of the README as they
// stand there, on both notes.
func TestReadmeCommandsCheckSignatures(t *testing.T) {
	needs(t, "openssl")
	bash := needs(t, "bash")
	s := testSigner(t, 1)
	b := packBytes(t, makePack(t, s, makeLog(t, 12)), s)
	dir := t.TempDir()
	rezip(t, b, func(name string, data []byte) (string, []byte) {
		write(t, filepath.Join(dir, name), data)
		return name, data
	})
	text, err := os.ReadFile(filepath.Join(dir, fileReadme))
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(text), "(printf")
	commands, _, ok := strings.Cut("(printf"+rest, "     manifest.note")
	if !ok {
		t.Fatal("README.txt holds no commands")
	}
	for _, name := range []string{"checkpoints/000012.note", "checkpoints/000004.note", fileManifestNote} {
		cmd := exec.Command(bash, "-ec", strings.ReplaceAll(commands, "checkpoints/000012.note", name))
		cmd.Dir = dir
		if out, err := cmd.CombinedOutput(); err != nil || !strings.Contains(string(out), "Signature Verified Successfully") {
			t.Errorf("%s: %v %s", name, err, out)
		}
	}
	list := "test \"$(sed -n 2p manifest.note)\" = "
	_, rest, ok = strings.Cut(string(text), list)
	line, _, _ := strings.Cut(list+rest, "\n")
	sameList := func() bool {
		cmd := exec.Command(bash, "-ec", line)
		cmd.Dir = dir
		out, err := cmd.CombinedOutput()
		return err == nil && string(out) == "signed list\n"
	}
	if !ok || !sameList() {
		t.Error("the README does not tell the signed list")
	}
	manifest := filepath.Join(dir, fileManifest)
	made, err := os.ReadFile(manifest)
	if err != nil {
		t.Fatal(err)
	}
	write(t, manifest, append(made, '\n'))
	if sameList() {
		t.Error("a list made anew passes the commands of the README")
	}
	msg := filepath.Join(dir, "checkpoints", "000012.note")
	note, err := os.ReadFile(msg)
	if err != nil {
		t.Fatal(err)
	}
	write(t, msg, bytes.Replace(note, []byte("\n12\n"), []byte("\n13\n"), 1))
	cmd := exec.Command(bash, "-ec", commands)
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err == nil {
		t.Errorf("a changed checkpoint passed: %s", out)
	}
}
