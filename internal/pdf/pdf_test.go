package pdf

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

func at() time.Time { return time.Date(2026, 11, 22, 7, 12, 0, 0, time.UTC) }

func newDoc(t testing.TB, s Setup) *Doc {
	t.Helper()
	s.At = at()
	d, err := New(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// broken breaks a text at so many full-width characters.
func broken(t testing.TB, s string, wide float64) []string {
	t.Helper()
	d := newDoc(t, Setup{})
	spans := []Span{{Text: s}}
	var out []string
	for _, row := range wrap(d.glyphs(spans, 10), spans, wide*10) {
		var b strings.Builder
		for _, g := range row {
			b.WriteRune(g.r)
		}
		out = append(out, b.String())
	}
	return out
}

func TestLineBreaks(t *testing.T) {
	for _, c := range []struct {
		name, in string
		wide     float64
		want     string
	}{
		{"no stop at a line start", "漢字漢字漢。漢字", 5, "漢字漢字|漢。漢字"},
		{"no small kana at a line start", "漢字漢字シャッ", 5, "漢字漢字|シャッ"},
		{"no bracket at a line end", "漢字漢字「漢字」", 5, "漢字漢字|「漢字」"},
		{"doubled dots stay together", "漢字漢字……漢", 5, "漢字漢|字……漢"},
		{"a Latin word stays whole", "端末server停止", 5, "端末|server停|止"},
		{"blanks at the end go", "aaa bbb  ccc", 4.5, "aaa bbb|ccc"},
		{"line ends are kept", "一\n\n二", 9, "一||二"},
		{"a blank before a line end", "漢字漢字漢 \n字", 5, "漢字漢字漢|字"},
		{"nothing", "", 5, ""},
		{"only what may not start", "ーーーーーー", 4, "ーーーー|ーー"},
		{"full-width forms", "漢字：漢", 2, "漢|字：|漢"},
	} {
		if got := strings.Join(broken(t, c.in, c.wide), "|"); got != c.want {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
}

// Every text comes through whole, in lines no wider than asked, whatever is in it.
func FuzzWrap(f *testing.F) {
	for _, s := range nasty() {
		f.Add(s, 40.0)
	}
	d, err := New(Setup{})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, s string, wide float64) {
		if !(wide > 12 && wide < 1000) || len(s) > 4000 {
			return
		}
		spans := []Span{{Text: s}, {Text: s, Boxed: true}}
		row := d.glyphs(spans, 10)
		var in, out int
		for _, g := range row {
			if g.r != ' ' && g.r != '\n' {
				in++
			}
		}
		for _, line := range wrap(row, spans, wide) {
			if w := widthOf(line); w > wide+0.02 {
				t.Fatalf("a line of %.1f in %.1f", w, wide)
			}
			for _, g := range line {
				if g.r != ' ' && g.r != '\n' {
					out++
				}
			}
		}
		if in != out {
			t.Fatalf("%d characters came out of %d", out, in)
		}
	})
}

// nasty is what chat and attackers write.
func nasty() []string {
	return []string{
		"𠮷田さんから🚨連絡 👨‍👩‍👧 ⚠️ 🅰", "辻󠄀 葛󠄁 がぎぐ カ\u3099 e\u0301", "神 神 﨑 髙",
		"\u202eevil\u202c \u200b\ufeff \x1b[31mred\x00", "שלום עולם مرحبا بالعالم", "=HYPERLINK(\"http://x\")", "+1 -1 @x",
		"<script>alert(1)</script> <!channel> <@U1> &amp; [a](http://x) ![x](y)", strings.Repeat("長", 300), strings.Repeat("supercalifragilistic", 40),
		"https://example.com/a/very/long/path?with=query&and=more#" + strings.Repeat("x/", 90), "a\r\nb\rc\u2028d\u2029e\tf", "\xff\xfe bad", "(Tj) \\ ) ( <</Type/Page>> endobj",
		"。。。。、、、、」」」」", "（（（（「「「「", "",
	}
}

func sheet(t testing.TB, s Setup) []byte {
	t.Helper()
	d := newDoc(t, s)
	d.Heading(1, "見出し1 TOS停止")
	d.Heading(2, "見出し2")
	for _, s := range nasty() {
		d.Paragraph(s)
	}
	d.Fields([]Field{{"発生日時", "令和8年11月22日 7時12分"}, {"長い項目の名前がここに入る場合でも折り返す", strings.Repeat("本文がとても長い。", 60)}})
	tab := d.Table([]Column{{Head: "No", Width: 40, Right: true}, {Head: "時刻", Width: 60}, {Head: "内容"}, {Head: "結果", Width: 110}})
	tab.Band("2026-11-22(日)")
	for i, s := range nasty() {
		tab.Row([]Cell{Text(strings.Repeat("1", i%4+1)), Text("07:12"), {{Text: "重要", Boxed: true}, {Text: " "}, {Text: s, Strike: i%2 == 0}}, {{Text: s, Bold: true}}})
	}
	tab.Row([]Cell{Text("99"), Text("07:13"), Text(strings.Repeat("一行がページより長いときは次のページへ続く。", 260)), Text("")})
	for range 4 {
		tab.Blank("100", 9)
	}
	tab.End()
	var b bytes.Buffer
	if err := d.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestSameInputSameBytes(t *testing.T) {
	for _, s := range []Setup{{Title: "試験", TLP: "AMBER", Foot: "IR-12"}, {Title: "試験", Landscape: true, Drill: true, TLP: "red"}} {
		a, b := sheet(t, s), sheet(t, s)
		if !bytes.Equal(a, b) {
			t.Error("the same input gave other bytes")
		}
		if len(a) < 20_000 || !bytes.HasPrefix(a, []byte("%PDF-")) {
			t.Errorf("%d bytes", len(a))
		}
	}
}

// poppler runs one of its programs over a document; without poppler the test is
// skipped under a name that says so.
func poppler(t *testing.T, data []byte, name string, args ...string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		t.Skip("poppler-utils is not installed: " + name)
	}
	file := filepath.Join(t.TempDir(), "x.pdf")
	if err := os.WriteFile(file, data, 0o600); err != nil {
		t.Fatal(err)
	}
	all := append(slices.Clone(args), file)
	if name == "pdftotext" {
		all = append(all, "-")
	}
	out, err := exec.CommandContext(t.Context(), path, all...).CombinedOutput() //nolint:gosec // a fixed program of the test machine
	if err != nil {
		t.Fatalf("%s: %v\n%s", name, err, out)
	}
	return string(out)
}

func TestPageSaysWhatItIs(t *testing.T) {
	data := sheet(t, Setup{Title: "クロノロジー IR-12", Landscape: true, Drill: true, TLP: "AMBER", Foot: "DR-4 SHA-256 3f9c"})
	pages := strings.Split(strings.TrimRight(poppler(t, data, "pdftotext", "-layout"), "\f"), "\f")
	if len(pages) < 4 {
		t.Fatalf("%d pages", len(pages))
	}
	for i, p := range pages {
		if strings.Count(p, "TLP:AMBER") != 2 || strings.Count(p, "【訓練】") < 2 || !strings.Contains(p, "SHA-256 3f9c") {
			t.Errorf("page %d lacks label, mark or foot:\n%s", i+1, p)
		}
		if strings.Contains(p, "07:1") && !strings.Contains(p, "2026-11-22") {
			t.Errorf("page %d tells times of day without the day:\n%s", i+1, p)
		}
	}
	all := strings.Join(pages, "")
	for _, want := range []string{"1/", "ページ", "[U+202E]evil", "𠮷田さん", "U+1F6A8", "がぎぐ ガ é", "(Tj) \\ ) ("} {
		if !strings.Contains(all, want) {
			t.Errorf("the text lacks %q", want)
		}
	}
	info := poppler(t, data, "pdfinfo")
	if !strings.Contains(info, "A4") || !strings.Contains(info, "JavaScript:      no") {
		t.Errorf("%s", info)
	}
	if fonts := poppler(t, data, "pdffonts"); strings.Count(fonts, "Identity-H       yes") != 2 {
		t.Errorf("the fonts are not embedded:\n%s", fonts)
	}
}

// The letters of names of people are drawn, in both weights, and come back out of
// the document; emoji are told in the list.
func TestNamesOfPeopleAreDrawn(t *testing.T) {
	const names = "𠮷田髙橋﨑山塚本德川濵口桒原𣘺本邉見邊土𡈽屋神羽曻𫝆井龢丨"
	l := letterDoc()
	l.From, l.Title, l.Items = []string{names}, names, []Field{{"報告者", names + "🚨"}}
	var b bytes.Buffer
	if err := Letter(&b, l); err != nil {
		t.Fatal(err)
	}
	if again := poppler(t, b.Bytes(), "pdftotext", "-layout"); strings.Count(again, names) != 4 || !strings.Contains(again, "U+1F6A8") || strings.Contains(again, "U+2") {
		t.Errorf("%s", again)
	}
	for _, w := range [][2][]byte{{fontRegular, moreRegular}, {fontBold, moreBold}} {
		base, err := readTrueType(w[0])
		if err != nil {
			t.Fatal(err)
		}
		if base.more, err = readTrueType(w[1]); err != nil || base.more.unit != base.unit {
			t.Fatalf("units %v, %v", base.more.unit, err)
		}
		for _, r := range names {
			if g := base.glyph(r); g == 0 || len(base.outline(g)) == 0 || base.advance(g) == 0 {
				t.Errorf("%c has no shape", r)
			}
		}
		for g := range base.more.glyphs {
			eachPart(base.more.outline(g), func([]byte) { t.Errorf("glyph %d is composed of others", g) })
		}
	}
}

// The rules between the columns begin below the day on every page: they do not
// run through its letters.
func TestRulesDoNotCrossTheBand(t *testing.T) {
	d := newDoc(t, Setup{Title: "x", Landscape: true, At: at()})
	tab := d.Table([]Column{{Head: "No", Width: 40}, {Head: "内容"}})
	tab.Band("2026-11-22(日)")
	for first := d.pages; d.pages == first; {
		tab.Row([]Cell{Text("1"), Text("内容")})
	}
	if want := top + tab.tall + tab.bandTall(); tab.from < want-0.01 {
		t.Errorf("the rules begin at %.1f, the band ends at %.1f", tab.from, want)
	}
}

func letterDoc() LetterDoc {
	return LetterDoc{
		Number: "さくら情セ第12号", Date: "令和8年11月22日", To: []string{"国土交通省 港湾局 御中"},
		From: []string{"さくら港ターミナル株式会社", "代表取締役 渡辺 健", "電話 03-0000-0000"}, Title: "情報セキュリティ事案の発生について(第1報)",
		Intro: []string{"標記について、下記のとおり報告します。"},
		Items: []Field{{"発生日時", "令和8年11月22日 6時30分ごろ"}, {"事案の概要", "ターミナルオペレーションシステムが停止し、脅迫文が表示された。\n影響の範囲は調査中。"}, {"被害", ""}, {"今後の対応", "専門家と調査し、続報する。"}},
		Body:  []string{"この報告は判明した事実にもとづくもので、内容は変わることがあります。"},
		Foot:  "IR-12 第1報 #42", TLP: "AMBER", At: at(),
	}
}

func TestLetter(t *testing.T) {
	var a, b bytes.Buffer
	if err := Letter(&a, letterDoc()); err != nil {
		t.Fatal(err)
	}
	if err := Letter(&b, letterDoc()); err != nil || !bytes.Equal(a.Bytes(), b.Bytes()) {
		t.Fatalf("not the same twice: %v", err)
	}
	out := poppler(t, a.Bytes(), "pdftotext", "-layout")
	for _, want := range []string{"令和8年11月22日", "国土交通省 港湾局 御中", "1. 発生日時", "2. 事案の概要", "影響の範囲は調査中。", "3. 被害", "—", "以上", "1/1ページ"} {
		if !strings.Contains(out, want) {
			t.Errorf("the letter lacks %q:\n%s", want, out)
		}
	}
}
