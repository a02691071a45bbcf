package timeline

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	east "github.com/yuin/goldmark/extension/ast"
	gmtext "github.com/yuin/goldmark/text"
	"pgregory.net/rapid"
)

func testHeader() Header {
	return Header{
		Site: "さくら港ターミナル株式会社", IncidentID: "IR-12", Title: "TOS停止", TLP: "amber", Head: strings.Repeat("3f9c", 16), Count: 40,
		From: morning, To: morning.Add(10 * time.Hour), MadeAt: morning.Add(11 * time.Hour), Lang: "ja", Blank: 3,
	}
}

func testRows() []Row {
	at := func(h, m int) time.Time { return time.Date(2026, 11, 22, h, m, 5, 0, time.FixedZone("JST", 9*3600)) }
	return []Row{
		{Seq: 31, Happened: at(6, 30), Recorded: at(6, 33), From: "第3ゲート", To: "当直", Content: "端末停止、脅迫文が印刷", Result: "IR-12 宣言", Recorder: "森", Kind: "note.added"},
		{Seq: 32, Happened: at(6, 41), Recorded: at(6, 41), From: "CSIRT", To: "全員", Content: "佐藤が指揮を引受", Machine: true, Kind: "lead.taken"},
		{Seq: 39, Happened: at(6, 55), Recorded: at(7, 20), From: "森", Content: "印刷物32枚を\n保全 <b>𠮷</b>", Result: "証跡 E-2", Recorder: "森", Late: true},
		{Seq: 38, Happened: at(7, 12), Recorded: at(7, 12), From: "県警", To: "CSIRT", Content: "到着、2名", Recorder: "森", Struck: true, Open: true},
		{Seq: 40, Happened: at(31, 12), Recorded: at(31, 21), From: "県警", To: "CSIRT", Content: "=到着、3名 http://example.com/ @all", Recorder: "森", Corrects: 38, Important: true, Source: "電話"},
	}
}

func rowsOf(list []Row) Rows {
	return func(yield func(Row, error) bool) {
		for _, r := range list {
			if !yield(r, nil) {
				return
			}
		}
	}
}

func rendered(t testing.TB, form string, h Header, list []Row) string {
	t.Helper()
	var buf bytes.Buffer
	var err error
	switch form {
	case "md":
		err = WriteMarkdown(&buf, h, rowsOf(list))
	case "csv":
		err = WriteCSV(&buf, h, rowsOf(list))
	case "html":
		err = WriteHTML(&buf, h, rowsOf(list))
	case "json":
		err = WriteJSON(&buf, h, rowsOf(list))
	case "timesketch":
		err = WriteTimesketch(&buf, h, rowsOf(list))
	}
	if err != nil {
		t.Fatal(err)
	}
	return buf.String()
}

func TestRenderingsAreAsInTheGoldenFiles(t *testing.T) {
	for _, form := range []string{"md", "csv", "html", "json", "timesketch"} {
		for _, lang := range []string{"ja", "en", "both"} {
			t.Run(form+" "+lang, func(t *testing.T) {
				h := testHeader()
				if h.Lang = lang; lang == "en" {
					h.Drill, h.IncidentID, h.TLP = true, "DR-4", "nonsense"
				}
				got := rendered(t, form, h, testRows())
				want, err := os.ReadFile("testdata/golden/timeline." + lang + "." + form)
				if err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(string(want), got); diff != "" {
					t.Error(diff)
				}
			})
		}
	}
}

// hostile is free text of every kind that must stay text.
func hostile() []string {
	return []string{
		"<script>alert(1)</script>", "![x](http://evil/x.png)", "[link](javascript:alert(1))", "<http://evil>", "https://evil.example/", "www.evil.example",
		"mail@evil.example", "a | b \\| c", "`code` ``x``", "**b** _i_ ~~s~~", "# head", "- item", "1. item", "12) item", "> quote", "---", "===", "+ item",
		"&lt;b&gt; &#60; &copy;", "=1+1", "+1", "-1", "@SUM(A1)", "＝1", "＋1", "－1", "＠x", "\t=1", "\r=1", " =1", "\u3000=1", "'=1", "\"=1", "\u2212" + "1",
		"=HYPERLINK(\"http://evil\",\"x\")", "a,b;c\"d\"", "行1\n行2\r\n行3\u2028行4", "\u202egnp.exe", "\u0000\u0007\x1b[31m", "\ufeff=1", "𠮷野家 👩‍🚒 é e\u0301",
		strings.Repeat("長", 3000), "\\", "\\\\", "trailing\\", "| |", "a\\|b", "$$x$$", ":smile:", "@everyone #12", "[^1]: x", "http\\://x", "xhttps://a.b", "ftp://a.b/c",
		"\"><img src=x onerror=alert(1)>", "</title></style>", "{{.}} ${x} {%x%}", "",
	}
}

// textOf parses Markdown as GitHub does and returns the texts of all cells in
// row order; links, images and HTML are errors.
func textOf(md string) ([]string, error) {
	src := []byte(md)
	doc := goldmark.New(goldmark.WithExtensions(extension.GFM)).Parser().Parse(gmtext.NewReader(src))
	var cells []string
	err := ast.Walk(doc, func(n ast.Node, in bool) (ast.WalkStatus, error) {
		if !in {
			return ast.WalkContinue, nil
		}
		switch x := n.(type) {
		case *ast.Link, *ast.Image, *ast.AutoLink, *ast.RawHTML, *ast.HTMLBlock, *ast.CodeSpan, *ast.CodeBlock, *ast.FencedCodeBlock, *ast.List, *ast.Blockquote, *ast.ThematicBreak:
			return ast.WalkStop, fmt.Errorf("found %s", n.Kind())
		case *east.TableCell:
			cells = append(cells, "")
		case *ast.Text:
			if len(cells) > 0 {
				cells[len(cells)-1] += unescape(string(x.Segment.Value(src)))
			}
		case *ast.String:
			if len(cells) > 0 {
				cells[len(cells)-1] += string(x.Value)
			}
		}
		return ast.WalkContinue, nil
	})
	return cells, err
}

// unescape does what goldmark's renderer does to text segments.
func unescape(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+1 < len(s) && strings.IndexByte("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~", s[i+1]) >= 0 {
			i++
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

func TestMarkdownReadAgainGivesTheSameText(t *testing.T) {
	check := func(t rapid.TB, s string) {
		md := rendered2(t, s)
		cells, err := textOf(md)
		if err != nil {
			t.Fatalf("%.80q: %v\n%s", s, err, md)
		}
		// 7 heads, 7 of the day row, 7 of the row.
		if len(cells) != 21 {
			t.Fatalf("%.80q: %d cells\n%s", s, len(cells), md)
		}
		if want := oneLine(s); cells[18] != want || cells[19] != want {
			t.Fatalf("%.80q: got %.80q and %.80q, want %.80q", s, cells[18], cells[19], want)
		}
	}
	for _, s := range hostile() {
		check(t, s)
	}
	piece := rapid.OneOf(rapid.SampledFrom(hostile()), rapid.String(), rapid.StringMatching("[\\\\|`*_~<>\\[\\]()!#:./@w=+& 0-9ahtpsé-]{0,12}"))
	rapid.Check(t, func(t *rapid.T) {
		check(t, strings.Join(rapid.SliceOfN(piece, 1, 3).Draw(t, "pieces"), ""))
	})
}

func rendered2(t rapid.TB, s string) string {
	var buf bytes.Buffer
	h := testHeader()
	h.Title, h.Site = s, s
	if err := WriteMarkdown(&buf, h, rowsOf([]Row{{Seq: 1, Happened: morning, Recorded: morning, Content: s, Result: s, Recorder: "森"}})); err != nil {
		t.Fatalf("%v", err)
	}
	return buf.String()
}

func TestCSVKeepsTextAndGuardsFormulas(t *testing.T) {
	var list []Row
	for i, s := range hostile() {
		list = append(list, Row{Seq: int64(i + 1), Happened: morning, Recorded: morning, From: s, Content: s, Recorder: s})
	}
	h := testHeader()
	h.Title, h.Site = "=1+1", "=cmd|' /C calc'!A0"
	out := rendered(t, "csv", h, list)
	if !strings.HasPrefix(out, "\ufeff【実事案】クロノロジー IR-12 =1+1,TLP:AMBER,") || !strings.HasSuffix(out, "\r\n") {
		t.Errorf("begins %.80q", out)
	}
	r := csv.NewReader(strings.NewReader(strings.TrimPrefix(out, "\ufeff")))
	r.FieldsPerRecord = -1
	got, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if len(got) != len(list)+2 {
		t.Fatalf("%d rows, want %d", len(got), len(list)+2)
	}
	for i, rec := range got {
		for _, c := range rec {
			if c != "" && strings.ContainsAny(string([]rune(c)[:1]), "=+-@＝＋－＠\t\r\n") {
				t.Errorf("row %d has a cell that begins %.20q", i, c)
			}
		}
		if i < 2 {
			continue
		}
		if want := visible(list[i-2].Content); rec[6] != want && rec[6] != "'"+want {
			t.Errorf("row %d: got %.60q, want %.60q", i, rec[6], want)
		}
	}
}

func TestHTMLIsInert(t *testing.T) {
	var list []Row
	for i, s := range hostile() {
		list = append(list, Row{Seq: int64(i + 1), Happened: morning, Recorded: morning, From: s, To: s, Content: s, Result: s, Recorder: s, Struck: i%2 == 0})
	}
	h := testHeader()
	h.Title, h.Site, h.Head, h.Drill = hostile()[0], "\"><img src=x>", "<b>", true
	out := rendered(t, "html", h, list)
	for _, bad := range []string{"<script", "<img", "<b>x", "<http", "href=\"h", "href=\"j", "src=\"", "<link", "url(", "@import", "\u202e", "\x1b"} {
		if strings.Contains(out, bad) {
			t.Errorf("the page holds %q", bad)
		}
	}
	if n := strings.Count(out, "</title>") + strings.Count(out, "</style>"); n != 2 {
		t.Errorf("%d ends of title and style", n)
	}
	for _, want := range []string{"default-src 'none'", "class=\"watermark\"", "【訓練】", "size: A4 landscape", "<tfoot>", "手書き継続欄", "<td class=\"no\">43</td>"} {
		if !strings.Contains(out, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
}

func TestDatesForPeople(t *testing.T) {
	h := testHeader()
	if got := h.short(morning); got != "11/22(日) 06:33 JST" {
		t.Error(got)
	}
	if got := h.full(morning); got != "2026-11-22(日) 06:33 JST" {
		t.Error(got)
	}
	h.Era = true
	if got := h.full(morning); got != "令和8年11月22日(日) 06:33 JST" {
		t.Error(got)
	}
	if got := h.day(time.Date(2019, 5, 1, 0, 0, 0, 0, h.zone())); got != "令和元年5月1日(水)" {
		t.Error(got)
	}
	if got := h.day(time.Date(2019, 4, 30, 23, 0, 0, 0, h.zone())); got != "平成31年4月30日(火)" {
		t.Error(got)
	}
	h.Lang = "en"
	if got := h.full(morning); got != "2026-11-22(Sun) 06:33 JST" {
		t.Error(got)
	}
}

func TestRenderingsPassOnErrors(t *testing.T) {
	broken := func(yield func(Row, error) bool) { yield(Row{}, errors.ErrUnsupported) }
	for name, err := range map[string]error{
		"md": WriteMarkdown(&bytes.Buffer{}, testHeader(), broken), "csv": WriteCSV(&bytes.Buffer{}, testHeader(), broken), "html": WriteHTML(&bytes.Buffer{}, testHeader(), broken),
	} {
		if !errors.Is(err, errors.ErrUnsupported) {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

// A line that was struck out is told from one that was corrected.
func TestStruckOutIsNotCorrected(t *testing.T) {
	for want, r := range map[string]Row{"訂正済み": {Struck: true}, "取消": {Struck: true, Voided: true}} {
		if got := (&Header{}).Marks(&r); len(got) != 1 || got[0] != want {
			t.Errorf("%v, want %s", got, want)
		}
	}
}
