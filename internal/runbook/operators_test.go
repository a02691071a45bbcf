package runbook

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"
)

// TestAsOperatorsWrite reads files in the shapes people really hand in, exports
// from Word, wiki pages, pasted HTML, numbers typed by hand, and compares what
// was read with what a person would read, which stands beside each file.
func TestAsOperatorsWrite(t *testing.T) {
	files, err := filepath.Glob("testdata/operators/*.md")
	if err != nil || len(files) < 10 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	for _, name := range files {
		src, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		want, err := os.ReadFile(strings.TrimSuffix(name, ".md") + ".txt")
		if err != nil {
			t.Fatal(err)
		}
		rb, err := Read(filepath.Base(name), src, Options{})
		if err != nil {
			t.Fatal(err)
		}
		if got := outline(rb); got != string(want) {
			t.Errorf("%s is read as\n%s\nwant\n%s", name, got, want)
		}
	}
}

// outline is title, phases and steps of a runbook, a line each.
func outline(rb *Runbook) string {
	var b strings.Builder
	b.WriteString(rb.Title + "\n")
	for _, p := range rb.Phases {
		b.WriteString(strconv.Itoa(p.Line) + " == " + p.Title)
		if p.Window != nil {
			b.WriteString(" [" + p.Window.From.String() + "-" + p.Window.To.String() + "]")
		}
		b.WriteString("\n")
		for i := range p.Steps {
			s := &p.Steps[i]
			b.WriteString(strconv.Itoa(s.Line) + " " + s.Number + " " + s.Title)
			for _, o := range s.Owner {
				b.WriteString(" @" + o)
			}
			if s.Due != nil {
				b.WriteString(" <" + s.Due.Written + ">")
			}
			if s.Estimate != nil {
				b.WriteString(" ~" + s.Estimate.Written)
			}
			for _, x := range s.Forbidden {
				b.WriteString(" !" + x)
			}
			for _, x := range s.SubSteps {
				b.WriteString(" / " + x.Title)
			}
			b.WriteString("\n")
		}
	}
	return b.String()
}

// TestTitlesAreText holds that no title or fact is cut inside a character.
func TestTitlesAreText(t *testing.T) {
	for name, src := range corpusFiles(t) {
		rb, err := Read(name, src, Options{})
		if err != nil {
			continue
		}
		if out := string(toJSON(t, rb)); utf8.Valid(src) && strings.Contains(out, "\\ufffd") && !strings.Contains(string(src), "\ufffd") {
			t.Errorf("%s: a text is cut inside a character", name)
		}
	}
}

// TestHandTypedLists reads numbers typed by hand, in and across paragraphs.
func TestHandTypedLists(t *testing.T) {
	for _, c := range []struct {
		name, text string
		numbers    string
	}{
		{"paragraphs", "１．線を抜く\n\n２．電話する\n\n３．記録する\n", "1 2 3"},
		{"brackets in paragraphs", "（１）線を抜く\n\n（２）電話する\n", "1 2"},
		{"English brackets", "(1) Pull the cable\n\n(2) Call the duty manager\n", "1 2"},
		{"circles", "①線を抜く\n②電話する\n", "1 2"},
		{"bare numbers", "1 線を抜く\n2 電話する\n", "1 2"},
		{"sections", "1.1 Pull the cable\n1.2 Call the duty manager\n", "1.1 1.2"},
		{"wide numbers and space", "１　線を抜く\n２　電話する\n", "1 2"},
		{"no series", "3 people pull the cable\n7 people call\n", ""},
		{"years", "2024 年度の記録を見る\n2025 年度の記録を見る\n", ""},
		{"a jump is no series", "１．線を抜く\n\n５．電話する\n", ""},
	} {
		rb, err := Read("t.md", []byte("# 手順\n\n## 対応手順\n\n"+c.text), Options{})
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, p := range rb.Phases {
			for i := range p.Steps {
				if n := p.Steps[i].Number; n != "" {
					got = append(got, n)
				}
			}
		}
		if s := strings.Join(got, " "); s != c.numbers {
			t.Errorf("%s: numbers %q, want %q", c.name, s, c.numbers)
		}
	}
}

// TestFactsInSentences reads owner and limit told in words behind a step.
func TestFactsInSentences(t *testing.T) {
	for _, c := range []struct{ text, title, owner, due string }{
		{"線を抜く。担当は夜勤者、期限は18時まで。", "線を抜く。", "夜勤者", "18時まで"},
		{"線を抜く。担当者は警備とする。", "線を抜く。", "警備", ""},
		{"Pull the cable. Owner: night shift; due: within 15 min.", "Pull the cable.", "night shift", "within 15 min"},
		{"線を抜く（総務課、当日15:00まで）", "線を抜く", "総務課", "当日15:00まで"},
		{"Pull the cable (duty manager, within 15 min)", "Pull the cable", "duty manager", "within 15 min"},
		{"線を抜く【警備】", "線を抜く", "警備", ""},
		{"線を抜く。原因は不明である。", "線を抜く。原因は不明である。", "", ""},
		{"線を抜く（警備）", "線を抜く（警備）", "", ""},
		{"会議を開く（総務課、15:00）", "会議を開く（総務課、15:00）", "", ""},
	} {
		rb, err := Read("t.md", []byte("# 手順\n\n## 対応手順\n\n- [ ] "+c.text+"\n"), Options{})
		if err != nil || len(rb.Phases) != 1 || len(rb.Phases[0].Steps) != 1 {
			t.Fatalf("%s: %v", c.text, err)
		}
		s := rb.Phases[0].Steps[0]
		due := ""
		if s.Due != nil {
			due = s.Due.Written
		}
		if owner := strings.Join(s.Owner, ","); s.Title != c.title || owner != c.owner || due != c.due {
			t.Errorf("%s: title %q, owner %q, due %q", c.text, s.Title, owner, due)
		}
	}
}

// TestReadableDropsLayoutTags keeps words, code and placeholders, and no tag.
func TestReadableDropsLayoutTags(t *testing.T) {
	for in, want := range map[string]string{
		"<li>線を抜く<ul><li>青い線</li><li>赤い線</li></ul></li>":       "- 線を抜く\n- 青い線\n- 赤い線",
		"1. 門を閉める<br>鍵を掛ける\n   <ol>\n   <li>北門</li>\n   </ol>": "1. 門を閉める\n鍵を掛ける\n   - 北門",
		"<tr><td>1</td><td>温度を<b>記録</b>する</td></tr>":           "1  温度を記録する",
		"`<li>` を <hostname> で探す\n\n```html\n<li>a</li>\n```":  "`<li>` を <hostname> で探す\n\n```html\n<li>a</li>\n```",
		"温度が 5 < 8 なら <https://port.example/> を見る":             "温度が 5 < 8 なら <https://port.example/> を見る",
	} {
		if got := Readable(in); got != want {
			t.Errorf("Readable(%q) = %q, want %q", in, got, want)
		}
	}
	rb, err := Read("t.md", []byte("# 手順\n\n## 対応\n\n<ol>\n<li>線を抜く<ul><li>青い線</li><li>赤い線</li></ul></li>\n<li>電話する</li>\n</ol>\n"), Options{})
	if err != nil || rb.Phases[0].Steps[0].Title != "線を抜く" {
		t.Errorf("an item with items on its line: %+v, %v", rb, err)
	}
}
