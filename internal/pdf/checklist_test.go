package pdf

import (
	"bytes"
	"strings"
	"testing"
	"time"
)

func sampleSheet() ChecklistDoc {
	step := ChecklistStep{No: "1.1", Title: "端末のLANケーブルを抜く", Lines: []ChecklistLine{{Text: "禁止: 電源を切らない", Bold: true}, {Text: "無線も切る", Tick: true}}}
	done := ChecklistStep{No: "2", Box: "完了", Title: "数える", Time: "07:10", Name: "伊藤", Value: strings.Repeat("6台。", 200)}
	return ChecklistDoc{
		Title: "TOS停止", Blank: []string{"案件", "日付"}, Warn: []string{"電源を切らない"},
		Runs: []ChecklistRun{{Phases: []ChecklistPhase{{Title: "1. 初動", Steps: []ChecklistStep{step, done}}}}},
		More: []string{"手書きの続き", "時刻", "発信", "内容", "結果", "記入者"}, Rows: 14,
		Forms: []ChecklistForm{{Title: "受付票", How: "続き番号で", Heads: []string{"時刻", "コンテナ番号*", "記入者"}}},
		Heads: [6]string{"No", "済", "手順", "時刻", "氏名", "値"}, TLP: "AMBER", At: time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC),
	}
}

// TestChecklistIsA4InBothWays checks that the steps stand upright, the forms on
// their side, each on paper of its own, and that the same sheet is the same file.
func TestChecklistIsA4InBothWays(t *testing.T) {
	var a, b bytes.Buffer
	for _, w := range []*bytes.Buffer{&a, &b} {
		if err := Checklist(w, sampleSheet()); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(a.Bytes(), b.Bytes()) {
		t.Error("two sheets of the same differ")
	}
	if n := strings.Count(a.String(), "/MediaBox[0 0 595.28 841.89]"); n < 2 {
		t.Errorf("%d pages upright", n)
	}
	if n := strings.Count(a.String(), "/MediaBox[0 0 841.89 595.28]"); n != 1 {
		t.Errorf("%d pages on their side, want 1 for the form", n)
	}
}

func TestAFormAloneIsOnePage(t *testing.T) {
	s := sampleSheet()
	s.Runs, s.More = nil, nil
	var b bytes.Buffer
	if err := Checklist(&b, s); err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(b.String(), "/Type/Page/"); n != 1 {
		t.Errorf("%d pages for one form", n)
	}
}

// TestAPhaseBeginsWithItsFirstStep holds that no page ends with the heading of a
// phase over an empty table, and none is spent on the last few empty rows.
func TestAPhaseBeginsWithItsFirstStep(t *testing.T) {
	s := sampleSheet()
	for range 20 {
		s.Runs[0].Phases[0].Steps[0].Lines = append(s.Runs[0].Phases[0].Steps[0].Lines, ChecklistLine{Text: "門ごとに数える"})
	}
	begin := func(left float64) *Doc {
		d, err := New(Setup{At: s.At})
		if err != nil {
			t.Fatal(err)
		}
		d.page()
		d.y = d.h - bottom - left
		return d
	}
	fresh, low := begin(0), begin(120)
	fresh.y = top
	fresh.checkPhase(s.Runs[0].Phases[0], s.Heads)
	low.checkPhase(s.Runs[0].Phases[0], s.Heads)
	if fresh.y != low.y {
		t.Errorf("a phase near the end of a page ends at %v, one on a page of its own at %v", low.y, fresh.y)
	}
	for _, c := range []struct {
		rows  float64
		pages int
	}{{11, 0}, {8, 1}} {
		d := begin(c.rows*formMM*72/25.4 + 60)
		before := d.pages
		d.goOn(s)
		if n := d.pages - before; n != c.pages {
			t.Errorf("with room for %v of 14 rows: %d more pages, want %d", c.rows, n, c.pages)
		}
	}
}
