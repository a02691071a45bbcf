package incident_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"irbot/internal/incident"
	"irbot/internal/timeline"
)

func (d *desk) refusal(who string, cmd incident.Command) string {
	d.t.Helper()
	_, err := d.svc.Do(d.t.Context(), incident.Act{Person: who, Surface: "test"}, d.id, cmd)
	var no *incident.Refusal
	if errors.As(err, &no) {
		return no.Code
	}
	if err != nil {
		d.t.Fatal(err)
	}
	return ""
}

func declareFor(t *testing.T, d *desk) {
	t.Helper()
	res, err := d.svc.Open(t.Context(), incident.Act{Person: "sato", Surface: "test"}, incident.Declare{Title: "TOS停止"})
	if err != nil {
		t.Fatal(err)
	}
	d.id = res.Incident
}

func TestErasingTakesTwoPeople(t *testing.T) {
	d := newDesk(t)
	declareFor(t, d)
	if code := d.refusal("ito", incident.AddNote{Text: "患者の氏名 山田"}); code != "" {
		t.Fatal(code)
	}
	st, err := d.log.State(t.Context(), d.id)
	if err != nil {
		t.Fatal(err)
	}
	seq := st.Seq
	ask := func(change func(*incident.AskErasure)) incident.AskErasure {
		x := incident.AskErasure{Entries: []int64{seq}, Approver: "watanabe", Reason: "本人の求め"}
		if change != nil {
			change(&x)
		}
		return x
	}
	refused := []struct {
		name, who, want string
		cmd             incident.Command
	}{
		{"no reason", "sato", "input.missing", ask(func(x *incident.AskErasure) { x.Reason = " " })},
		{"nothing named", "sato", "erasure.count", ask(func(x *incident.AskErasure) { x.Entries = nil })},
		{"no such entry", "sato", "entry.unknown", ask(func(x *incident.AskErasure) { x.Entries = []int64{999} })},
		{"approver may not approve", "sato", "erasure.approver", ask(func(x *incident.AskErasure) { x.Approver = "ito" })},
		{"approver is the asker", "watanabe", "erasure.approver", ask(nil)},
		{"may not ask", "ito", "perm.no", ask(nil)},
		{"nothing asked", "watanabe", "erasure.unknown", incident.ApproveErasure{Erasure: "X1"}},
	}
	for _, tt := range refused {
		if got := d.refusal(tt.who, tt.cmd); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
	if code := d.refusal("sato", ask(nil)); code != "" {
		t.Fatal(code)
	}
	for who, want := range map[string]string{"sato": "perm.no", "ito": "perm.no", "kobayashi": "erasure.not_yours"} {
		if got := d.refusal(who, incident.ApproveErasure{Erasure: "X1"}); got != want {
			t.Errorf("approved by %s: %q, want %q", who, got, want)
		}
	}
	if got := d.refusal("sato", ask(nil)); got != "erasure.already" {
		t.Errorf("asked twice: %q", got)
	}
	if code := d.refusal("watanabe", incident.ApproveErasure{Erasure: "X1"}); code != "" {
		t.Fatal(code)
	}
	st, err = d.log.State(t.Context(), d.id)
	if err != nil {
		t.Fatal(err)
	}
	if x := st.Erasure("X1"); x.State != incident.ErasureDone || x.By != "watanabe" || !slices.Equal(st.Erased, []int64{seq}) {
		t.Errorf("%+v %v", x, st.Erased)
	}
	if got := d.refusal("watanabe", incident.ApproveErasure{Erasure: "X1"}); got != "erasure.over" {
		t.Errorf("approved twice: %q", got)
	}
	if _, err := incident.ParseCommand("erasure.approve", []byte(`{"Erasure":"X1"}`)); err == nil {
		t.Error("the command line can approve")
	}
}

func TestErasureCanBeRefused(t *testing.T) {
	d := newDesk(t)
	declareFor(t, d)
	ask := incident.AskErasure{Entries: []int64{1}, Approver: "watanabe", Reason: "x"}
	for _, step := range []struct {
		who, want string
		cmd       incident.Command
	}{
		{"sato", "", ask},
		{"watanabe", "input.missing", incident.RefuseErasure{Erasure: "X1"}},
		{"watanabe", "", incident.RefuseErasure{Erasure: "X1", Reason: "保存義務がある"}},
		{"watanabe", "erasure.over", incident.ApproveErasure{Erasure: "X1"}},
		{"sato", "", ask},
	} {
		if got := d.refusal(step.who, step.cmd); got != step.want {
			t.Errorf("%s by %s: %q, want %q", step.cmd.Name(), step.who, got, step.want)
		}
	}
}

func TestRetentionOnlyProposes(t *testing.T) {
	closed := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	s := incident.New("DR-1")
	s.Status, s.Times.Closed, s.Erased = incident.Closed, closed, []int64{2}
	text := []byte(`{"text":"x"}`)
	entries := []timeline.Entry{
		{Seq: 1, Kind: incident.KindNote, TextBytes: text}, {Seq: 2, Kind: incident.KindNote, TextBytes: text}, {Seq: 3, Kind: incident.KindNote},
		{Seq: 4, Kind: incident.KindStepDone, TextBytes: text}, {Seq: 5, Kind: incident.KindErased, TextBytes: text},
		{Seq: 6, Kind: incident.KindNote, TextBytes: text, RecordedAt: closed.Add(240 * time.Hour)},
	}
	rule := incident.RetentionRule{ID: "r", Drill: true, After: 24 * time.Hour}
	notes := rule
	notes.Kinds = []timeline.Kind{incident.KindNote}
	reals := rule
	reals.Drill = false
	tests := []struct {
		name string
		rule incident.RetentionRule
		now  time.Time
		want []int64
	}{
		{"too early", rule, closed.Add(23 * time.Hour), nil},
		{"all kinds", rule, closed.Add(25 * time.Hour), []int64{1, 4}},
		{"what was written after the close", notes, closed.Add(264 * time.Hour), []int64{1, 6}},
		{"a moment before its time", notes, closed.Add(264*time.Hour - 1), []int64{1}},
		{"notes only", notes, closed.Add(25 * time.Hour), []int64{1}},
		{"real incidents only", reals, closed.Add(25 * time.Hour), nil},
	}
	for _, tt := range tests {
		p, ok := tt.rule.Propose(s, entries, tt.now)
		if !slices.Equal(p.Entries, tt.want) || ok != (tt.want != nil) {
			t.Errorf("%s: %v %v", tt.name, p.Entries, ok)
		}
	}
	s.Status = incident.Open
	if _, ok := rule.Propose(s, entries, closed.Add(1000*time.Hour)); ok {
		t.Error("an open incident")
	}
}

// A kept file goes with the text of its entry where that was asked for, after
// two people, never while another entry keeps it, and its hash stays.
func TestErasingAKeptFile(t *testing.T) {
	d := newDesk(t)
	declareFor(t, d)
	data := []byte("旅券の写し")
	add := func(name string) int64 {
		t.Helper()
		if code := d.refusal("ito", incident.AddEvidence{File: name, Data: data, Words: "身分証"}); code != "" {
			t.Fatal(code)
		}
		st, err := d.log.State(t.Context(), d.id)
		if err != nil {
			t.Fatal(err)
		}
		return st.Evidence[len(st.Evidence)-1].Seq
	}
	one, two := add("a.jpg"), add("b.jpg")
	ask := incident.AskErasure{Entries: []int64{one}, Approver: "watanabe", Reason: "本人の求め", Files: true}
	if got := d.refusal("sato", ask); got != "erasure.shared" {
		t.Errorf("kept by another entry too: %q", got)
	}
	if got := d.refusal("sato", incident.AskErasure{Entries: []int64{1}, Approver: "watanabe", Reason: "x", Files: true}); got != "erasure.no_file" {
		t.Errorf("no file: %q", got)
	}
	ask.Entries = []int64{one, two}
	if got := d.refusal("sato", ask); got != "" {
		t.Fatal(got)
	}
	hash := incident.HashOf(data)
	if got := d.refusal("sato", incident.ApproveErasure{Erasure: "X1"}); got == "" {
		t.Error("one person erased a file")
	}
	if got := d.refusal("watanabe", incident.ApproveErasure{Erasure: "X1"}); got != "" {
		t.Fatal(got)
	}
	st, err := d.log.State(t.Context(), d.id)
	if err != nil || st.Evidence[0].Kept || st.Evidence[0].Gone == 0 || st.Evidence[0].Hash != hash {
		t.Errorf("%+v %v", st.Evidence, err)
	}
}
