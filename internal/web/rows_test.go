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
