package web_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"irbot/internal/incident"
)

// A grid keeps the good rows, names the right check digit of the bad one, and
// takes it once it is put right.
func TestRowsAreKeptAndPutRight(t *testing.T) {
	k := newKit(t, nil)
	p := k.as("mori")
	k.as("sato").must("/declare", "finder", "frozen")
	page := p.page("/i/IR-1/rows/move")
	code, body := p.trySubmit(page, "/i/IR-1/rows/move",
		"no.0", "M-0001", "container.0", "csqu 305438 3", "from.0", "A-01", "slot.0", "B-02",
		"no.1", "M-0002", "container.1", "CSQU3054384", "from.1", "A-01", "slot.1", "B-03")
	if code != http.StatusUnprocessableEntity || !strings.Contains(plain(body), "最後の1桁") || !strings.Contains(plain(body), "3 のはず") {
		t.Fatalf("%d %s", code, plain(body))
	}
	st, err := k.store.State(t.Context(), "IR-1")
	if err != nil || len(st.Rows) != 1 || st.Rows[0].Key != "CSQU3054383" {
		t.Fatalf("good row not kept: %+v %v", st.Rows, err)
	}
	p.submit(body, "/i/IR-1/rows/move", "no.0", "M-0002", "container.0", "MSKU9070323", "from.0", "A-01", "slot.0", "B-03")
	body = p.page("/i/IR-1/rows/move")
	for _, want := range []string{"MSKU 907032 3", "CSQU 305438 3", `value="M-0003"`} {
		if !strings.Contains(body, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	fix := p.page("/i/IR-1/rows/move?fix=2")
	p.submit(fix, "/i/IR-1/rows/move", "no.0", "M-0002", "container.0", "MSKU9070323", "from.0", "A-01", "slot.0", "C-09", "replaces.0", "2")
	p.must("/i/IR-1/do/row.void", "row", "1", "reason", "訓練用の行")
	st, _ = k.store.State(t.Context(), "IR-1")
	rows := st.RowsOf("move")
	if len(rows) != 1 || rows[0].N != 3 || rows[0].Replaces != 2 {
		t.Errorf("rows that hold: %+v", rows)
	}
	for _, path := range []string{"/i/IR-1/rows", "/i/IR-1/rows/reconcile", "/i/IR-1/rows/gate?paper=1", "/i/IR-1/paper/steps", "/i/IR-1/runs/r1", "/i/IR-1/paper", "/i/IR-1/steps"} {
		if code, body := p.get(path); code != http.StatusOK || strings.Contains(body, "「rows.") || strings.Contains(body, "「rec.") || strings.Contains(body, "「run.") || strings.Contains(body, "「paper.") {
			t.Errorf("%s: %d", path, code)
		}
	}
}

// Rows from paper carry their own time, the writer and the mark 後から.
func TestRowsFromPaper(t *testing.T) {
	k := newKit(t, nil)
	p := k.as("mori")
	k.as("sato").must("/declare", "finder", "frozen")
	k.turn(2 * time.Hour)
	page := p.page("/i/IR-1/rows/count?paper=1")
	p.submit(page, "/i/IR-1/rows/count", "paper", "1", "at.0", "0712", "writer.0", "山本", "what.0", "搬入", "count.0", "12")
	body := p.page("/i/IR-1/chrono")
	if !strings.Contains(body, "07:12") || !strings.Contains(body, "記入者 山本") || !strings.Contains(body, "後から") {
		t.Error("the chronology does not show the late row")
	}
}

// A checklist filled in by hand is typed back: what is refused stays.
func TestPaperChecklist(t *testing.T) {
	k := newKit(t, nil)
	p := k.as("mori")
	k.as("sato").must("/declare", "finder", "frozen")
	k.turn(2 * time.Hour)
	st, _ := k.store.State(t.Context(), "IR-1")
	var open *incident.Step
	for _, x := range st.Runs[0].Steps {
		if len(x.Approver) == 0 && len(x.Branches) == 0 && !x.Two {
			open = x
			break
		}
	}
	n := itoa(int64(open.N))
	body := p.submit(p.page("/i/IR-1/paper/steps"), "/i/IR-1/paper/steps", "at."+n, "0712", "who."+n, "山本", "value."+n, "済み、写真あり")
	if !strings.Contains(body, "紙の記録 1件") {
		t.Errorf("typed back: %s", plain(body))
	}
	st, _ = k.store.State(t.Context(), "IR-1")
	if x := st.Step(open.Ref); x.State != incident.StepDone || x.ClosedAt.In(jst()).Format("15:04") != "07:12" {
		t.Errorf("step %+v", x)
	}
}

// Nothing that was typed from paper is lost: twenty lines, some of them wrong in
// every way, and "+5" never counts from a line whose time could not be read.
func TestTwentyLinesFromPaper(t *testing.T) {
	k := newKit(t, nil)
	p := k.as("mori")
	k.as("sato").must("/declare", "finder", "frozen")
	k.turn(2 * time.Hour)
	fields := []string{"paper", "1"}
	for i := range 20 {
		n := itoa(int64(i))
		fields = append(fields, "at."+n, "0712", "writer."+n, "山本"+n, "what."+n, "品"+n, "count."+n, "12")
	}
	put := func(name, value string) {
		for i, x := range fields {
			if i%2 == 0 && x == name {
				fields[i+1] = value
			}
		}
	}
	put("at.3", "99:99")
	put("at.4", "+5") // from nowhere
	put("count.5", "十二個")
	put("at.6", "")
	put("what.7", "")
	put("count.7", "") // only time and writer are there
	put("count.8", "3.5")
	page := p.page("/i/IR-1/rows/count?paper=1&lines=20")
	_, body := p.trySubmit(page, "/i/IR-1/rows/count", fields...)
	for _, want := range []string{"99:99", "上の行の時刻を読めない", "十二個", "3.5", "時刻がありません", "山本3", "山本4", "山本5", "山本6", "山本7", "山本8", "品8"} {
		if !strings.Contains(body, want) {
			t.Errorf("the page does not give back %q", want)
		}
	}
	st, _ := k.store.State(t.Context(), "IR-1")
	rows, err := k.svc.RowViews(t.Context(), st, "count")
	if err != nil || len(rows) != 14 {
		t.Errorf("%d rows were kept, %v", len(rows), err)
	}
	for _, r := range rows {
		if r.At.In(jst()).Format("15:04") != "07:12" {
			t.Errorf("row %d at %v", r.N, r.At)
		}
	}
	_, body = p.trySubmit(p.page("/i/IR-1/paper"), "/i/IR-1/paper", "at0", "0713", "from0", "守衛", "writer0", "山本", "at1", "0714", "text1", "門を閉めた")
	if !strings.Contains(body, "守衛") || strings.Contains(body, `value="0714"`) {
		t.Errorf("the line without words: %s", plain(body))
	}
}
