package runbook

import (
	"bytes"
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/unicode"
)

// corpusFiles gives the shipped Markdown files and, when RUNBOOK_TREE names a
// folder, everything below it.
func corpusFiles(t testing.TB) map[string][]byte {
	t.Helper()
	files := map[string][]byte{}
	roots := []string{"testdata"}
	if dir := os.Getenv("RUNBOOK_TREE"); dir != "" {
		roots = append(roots, dir)
	}
	for _, root := range roots {
		err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || !strings.HasSuffix(path, ".md") && !strings.HasSuffix(path, ".erb") {
				return err
			}
			src, err := os.ReadFile(path)
			files[path] = src
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return files
}

// checkCoverage fails unless every line of text lies in exactly one span.
func checkCoverage(t *testing.T, name string, rb *Runbook) {
	t.Helper()
	table := lineTableIn(nil, rb.Text)
	owner := make([]int, table.count()+2)
	for _, s := range rb.Coverage() {
		if s.From < 1 || s.To < s.From || s.To > table.count() {
			t.Errorf("%s: span %+v is outside the file", name, s)
			return
		}
		for n := s.From; n <= s.To; n++ {
			owner[n]++
		}
	}
	body, _ := splitFrontMatter(&table)
	for _, f := range rb.Findings {
		if f.ID == "RB110" {
			body = 1
		}
	}
	for n := body; n <= table.count(); n++ {
		if table.blank(n) {
			continue
		}
		if owner[n] != 1 {
			t.Errorf("%s:%d: line belongs to %d nodes: %q", name, n, owner[n], cutRunes(table.line(n), 60))
			return
		}
	}
}

// checkFindings fails unless findings are sorted, unique and at places that exist.
func checkFindings(t *testing.T, name string, rb *Runbook) {
	t.Helper()
	table := lineTableIn(nil, rb.Text)
	for i, f := range rb.Findings {
		if f.Line < 1 || f.Line > table.count() || f.Col < 1 || f.Col > len([]rune(table.line(f.Line)))+1 {
			t.Errorf("%s: finding %s at %d:%d is outside the file", name, f.ID, f.Line, f.Col)
		}
		if f.Message == "" || f.MessageEN == "" || strings.Contains(f.Message+f.MessageEN, "%!") || strings.Contains(f.Message+f.MessageEN, "%v") {
			t.Errorf("%s: finding %s has the message %q / %q", name, f.ID, f.Message, f.MessageEN)
		}
		if i == 0 {
			continue
		}
		p := rb.Findings[i-1]
		if p.Line > f.Line || p.Line == f.Line && p.Col > f.Col || p == f {
			t.Errorf("%s: findings %+v and %+v are not sorted and unique", name, p, f)
		}
	}
}

func toJSON(t *testing.T, rb *Runbook) []byte {
	t.Helper()
	out, err := json.Marshal(JSON(rb))
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestInvariants(t *testing.T) {
	var slow time.Duration
	var slowest string
	for name, src := range corpusFiles(t) {
		start := time.Now()
		rb, err := Read(name, src, Options{})
		if d := time.Since(start); d > slow {
			slow, slowest = d, name
		}
		if err != nil {
			if strings.TrimSpace(string(src)) != "" {
				t.Errorf("%s: %v", name, err)
			}
			continue
		}
		checkCoverage(t, name, rb)
		checkFindings(t, name, rb)
		again, err := Read(name, src, Options{})
		if err != nil || !bytes.Equal(toJSON(t, rb), toJSON(t, again)) {
			t.Errorf("%s: two reads of the same bytes differ", name)
		}
		for _, f := range rb.Findings {
			if f.Severity == Error {
				t.Errorf("%s:%d: %s is an error in the as-is profile", name, f.Line, f.ID)
			}
		}
	}
	t.Logf("slowest read: %v for %s", slow, slowest)
	if os.Getenv("RUNBOOK_TREE") == "" {
		return // what is shipped is small; only a tree of real files can be slow
	}
	src := corpusFiles(t)[slowest]
	for range 5 { // the machine may have been busy: the best of five counts
		start := time.Now()
		if _, err := Read(slowest, src, Options{}); err == nil {
			slow = min(slow, time.Since(start))
		}
	}
	if slow > 50*time.Millisecond {
		t.Errorf("%s: a read takes %v, more than 50 ms", slowest, slow)
	}
}

// shape is what must not change with the encoding: everything but the bytes,
// the hash and the findings about the encoding itself.
func shape(rb *Runbook) Runbook {
	c := *rb
	c.Hash, c.Source, c.Encoding, c.Findings = "", nil, "", nil
	for _, f := range rb.Findings {
		switch f.ID {
		case "RB102", "RB103", "RB108":
		default:
			c.Findings = append(c.Findings, f)
		}
	}
	return c
}

func TestEncodingsGiveTheSameModel(t *testing.T) {
	for name, src := range corpusFiles(t) {
		want, err := Read(name, src, Options{})
		if err != nil || want.Encoding != encUTF8 || bytes.IndexByte(src, '\r') >= 0 {
			continue
		}
		copies := map[string][]byte{
			"CRLF": bytes.ReplaceAll(src, []byte("\n"), []byte("\r\n")),
			"CR":   bytes.ReplaceAll(src, []byte("\n"), []byte("\r")),
		}
		if !bytes.HasPrefix(src, []byte("\xef\xbb\xbf")) {
			copies["BOM"] = append([]byte("\xef\xbb\xbf"), src...)
			for label, enc := range map[string]encoding.Encoding{
				"UTF-16LE with mark": unicode.UTF16(unicode.LittleEndian, unicode.UseBOM),
				"UTF-16BE with mark": unicode.UTF16(unicode.BigEndian, unicode.UseBOM),
				"UTF-16LE":           unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM),
				"UTF-16BE":           unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM),
				"Shift_JIS":          japanese.ShiftJIS,
				"EUC-JP":             japanese.EUCJP,
				"ISO-2022-JP":        japanese.ISO2022JP,
			} {
				out, err := enc.NewEncoder().Bytes(src)
				if err != nil || len(src) < 100 {
					continue // a character this encoding does not have
				}
				if back, err := enc.NewDecoder().Bytes(out); err == nil && bytes.Equal(back, src) {
					copies[label] = out
				}
			}
		}
		for label, in := range copies {
			if len(in) > maxFile {
				continue
			}
			got, err := Read(name, in, Options{})
			if err != nil {
				t.Errorf("%s as %s: %v", name, label, err)
				continue
			}
			if diff := cmp.Diff(shape(want), shape(got)); diff != "" {
				t.Errorf("%s as %s: model differs (-UTF-8 +copy):\n%s", name, label, cutRunes(diff, 600))
			}
		}
	}
}

// TestIndentationLoss checks that labelled files keep their steps and facts when
// a conversion has removed every indentation.
func TestIndentationLoss(t *testing.T) {
	for _, name := range []string{"testdata/design/tos-ransomware.md", "testdata/design/manual-gate.md"} {
		src, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		lines := strings.Split(string(src), "\n")
		for i, l := range lines {
			lines[i] = strings.TrimLeft(l, " ")
		}
		want, err := Read(name, src, Options{})
		if err != nil {
			t.Fatal(err)
		}
		got, err := Read(name, []byte(strings.Join(lines, "\n")), Options{})
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(essence(want), essence(got)); diff != "" {
			t.Errorf("%s: steps and facts differ without indentation:\n%s", name, diff)
		}
	}
}

type stepEssence struct {
	Key, Title string
	Facts      []string
	Branches   int
}

func essence(rb *Runbook) []stepEssence {
	var out []stepEssence
	for i := range rb.Phases {
		for _, s := range rb.Phases[i].Steps {
			e := stepEssence{Key: s.Key, Title: s.Title}
			for _, f := range s.Facts {
				e.Facts = append(e.Facts, f.Name+"="+f.Value)
			}
			if s.Decision != nil {
				e.Branches = len(s.Decision.Branches)
			}
			out = append(out, e)
		}
	}
	return out
}
