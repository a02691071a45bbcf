package xlsx

import (
	"archive/zip"
	"bytes"
	"errors"
	"io"
	"os"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"irbot/internal/report"
)

// attacks are the values that become something else in a careless spreadsheet.
func attacks() []string {
	return []string{
		`=HYPERLINK("http://evil.example/","x")`, "+1+1", "-2+3", "@SUM(A1)", "\t=1+1", "\r=1", "=cmd|' /C calc'!A0",
		"<script>alert(1)</script>", "&lt;b&gt;", "]]>", "a\x00b\x07c", "\u202egnp.exe", "'=1", "http://evil.example/", "_x0041_",
	}
}

func full(values ...string) Report {
	r := Report{Title: "情報連絡 第一報", Number: "IR-12 N2", Date: "令和8年11月22日", To: "国土交通省", From: "さくら港ターミナル CSIRT", TLP: "AMBER",
		Form: &report.Form{ID: "x", Mark: "代替の書式です。", MarkEN: "Stand-in."}}
	for i, v := range values {
		r.Lines = append(r.Lines, report.Line{Field: "summary", JA: "概要", EN: "Summary", Value: v, Fact: report.Fact{Conf: report.Estimated, TLP: "AMBER", Seq: int64(i + 1)}})
	}
	return r
}

func open(t *testing.T, r Report) *excelize.File {
	t.Helper()
	var b bytes.Buffer
	if err := Write(&b, r); err != nil {
		t.Fatal(err)
	}
	f, err := excelize.OpenReader(&b)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Close() })
	return f
}

func TestEveryValueStaysText(t *testing.T) {
	f := open(t, full(attacks()...))
	for i, v := range attacks() {
		at := cell(3, 5+i)
		got, err := f.GetCellValue(sheetName, at)
		if err != nil || got != clean(v) {
			t.Errorf("%s: %q, %v; want %q", at, got, err, clean(v))
		}
		kind, _ := f.GetCellType(sheetName, at)
		if kind != excelize.CellTypeSharedString && kind != excelize.CellTypeInlineString {
			t.Errorf("%s: type %v is not text", at, kind)
		}
		if formula, _ := f.GetCellFormula(sheetName, at); formula != "" {
			t.Errorf("%s became the formula %s", at, formula)
		}
		if linked, _, _ := f.GetCellHyperLink(sheetName, at); linked {
			t.Errorf("%s became a link", at)
		}
	}
	if got, _ := f.GetCellValue(sheetName, "A3"); !strings.Contains(got, "代替の書式") {
		t.Errorf("the mark is missing: %q", got)
	}
}

func TestNothingButText(t *testing.T) {
	var b bytes.Buffer
	if err := Write(&b, full(attacks()...)); err != nil {
		t.Fatal(err)
	}
	z, err := zip.NewReader(bytes.NewReader(b.Bytes()), int64(b.Len()))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		data, _ := io.ReadAll(r)
		for _, bad := range []string{"<f>", "<f ", "externalLink", "vbaProject", "<hyperlink"} {
			if strings.Contains(string(data), bad) || strings.Contains(f.Name, bad) {
				t.Errorf("%s holds %s", f.Name, bad)
			}
		}
	}
}

func TestSameReportSameBytes(t *testing.T) {
	var a, b bytes.Buffer
	if Write(&a, full("一", "二")) != nil || Write(&b, full("一", "二")) != nil || !bytes.Equal(a.Bytes(), b.Bytes()) {
		t.Error("two writings of one report differ")
	}
	if name := os.Getenv("IRBOT_LOOK"); name != "" {
		if err := os.WriteFile(name, a.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

func TestOfficialFormIsFilledInItsCells(t *testing.T) {
	official := excelize.NewFile()
	_ = official.SetCellStr("Sheet1", "B2", "概要")
	var b bytes.Buffer
	if err := official.Write(&b); err != nil {
		t.Fatal(err)
	}
	r := full("=1+1")
	r.Form.Template, r.Lines[0].Cell, r.Drill = b.Bytes(), "D9", true
	f := open(t, r)
	for at, want := range map[string]string{"B2": "概要", "D9": "=1+1", "A1": "【訓練】"} {
		if got, _ := f.GetCellValue("Sheet1", at); got != want {
			t.Errorf("%s: %q, want %q", at, got, want)
		}
	}
	r.Form.Template = []byte("not a spreadsheet")
	if err := Write(io.Discard, r); err == nil {
		t.Error("a broken official form was taken")
	}
}

func TestTooLongIsSaid(t *testing.T) {
	if err := Write(io.Discard, full(strings.Repeat("あ", maxCell+1))); !errors.Is(err, ErrTooLong) {
		t.Errorf("error %v", err)
	}
}
