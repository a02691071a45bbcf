package web_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"irbot/internal/incident"
)

// The chronology says where a line comes from and how sure it is, can be cut
// down to a phase, and gives every entry a lasting address that shows it even
// where the usual choice of rows leaves it out.
func TestChronologySourcePhaseAndAddress(t *testing.T) {
	k := newKit(t, nil)
	p := k.as("sato")
	p.must("/declare", "finder", "frozen")
	page := p.page("/i/IR-1/chrono")
	p.submit(page, "/i/IR-1/note", "line", "県警>CSIRT 到着、2名", "origin", "門の監視カメラ", "conf", "estimated")
	page = p.page("/i/IR-1/chrono")
	for _, want := range []string{"情報源: 門の監視カメラ 確度: 推定", `name="phase"`, "A4で印刷", "紙から入力する"} {
		if !strings.Contains(page, want) {
			t.Errorf("the chronology lacks %q", want)
		}
	}
	st, err := k.store.State(t.Context(), "IR-1")
	if err != nil || len(st.Runs) == 0 || len(st.Runs[0].Phases) < 2 {
		t.Fatalf("%+v %v", st, err)
	}
	second := fmt.Sprintf("r1/%d", st.Runs[0].Phases[1].No)
	if page := p.page("/i/IR-1/chrono?phase=" + second); strings.Contains(page, "門の監視カメラ") {
		t.Error("a line of the first phase stands in the second")
	}
	first := fmt.Sprintf("r1/%d", st.Runs[0].Phases[0].No)
	if page := p.page("/i/IR-1/chrono?phase=" + first); !strings.Contains(page, "門の監視カメラ") {
		t.Error("the line does not stand in its phase")
	}
	// A refusal is of interest to auditors only; its address shows it all the same.
	if _, err := k.svc.Do(t.Context(), incident.Act{Person: "sato", Surface: "web", Request: "none"}, "IR-1", incident.Strike{Entry: 1}); err == nil {
		t.Fatal("an entry was struck without a reason")
	}
	entries, err := k.svc.Entries(t.Context(), "IR-1", 1, 0)
	if err != nil {
		t.Fatal(err)
	}
	for i := range entries {
		if body := p.page(fmt.Sprintf("/i/IR-1/e/%d", entries[i].Seq)); !strings.Contains(body, fmt.Sprintf(`id="e%d"`, entries[i].Seq)) {
			t.Errorf("the address of entry %d (%s) does not show it", entries[i].Seq, entries[i].Kind)
		}
	}
	if code, _ := p.get("/i/IR-1/e/9999"); code != http.StatusNotFound {
		t.Errorf("an entry that is not there: %d", code)
	}
}

// A long chronology comes in pages, the newest first shown; an address opens the
// page its entry stands on.
func TestLongChronologyComesInPages(t *testing.T) {
	k := newKit(t, nil)
	p := k.as("sato")
	p.must("/declare", "finder", "frozen")
	for i := range 510 {
		act := incident.Act{Person: "sato", Surface: "web", Request: fmt.Sprintf("n%d", i)}
		if _, err := k.svc.Do(t.Context(), act, "IR-1", incident.AddNote{Text: fmt.Sprintf("行%d。", i)}); err != nil {
			t.Fatal(err)
		}
	}
	page := p.page("/i/IR-1/chrono")
	if !strings.Contains(page, "行509。") || strings.Contains(page, "行1。") || !strings.Contains(page, "2/2ページ") {
		t.Error("the newest page is not the one that opens")
	}
	if page := p.page("/i/IR-1/chrono?page=1"); !strings.Contains(page, "行1。") || strings.Contains(page, "行509。") {
		t.Error("the first page is not the first rows")
	}
	if page := p.page("/i/IR-1/e/3"); !strings.Contains(page, `id="e3"`) || !strings.Contains(page, "1/2ページ") {
		t.Error("the address of an early entry does not open its page")
	}
}
