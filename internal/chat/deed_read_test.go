package chat

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"irbot/internal/incident"
)

func TestDeedsReadTheirForms(t *testing.T) {
	d := newDesk(t)
	d.open("sato", incident.Declare{Title: "TOS停止", Finder: "frozen"})
	d.do("sato", incident.MakeReport{Items: []string{"a", "b", "c", "d", "e", "f"}})
	draw, v := d.drawer(JA), d.view()
	got, err := draw.Deed(v, "report.make", Value{Incident: d.id}, map[string]string{"item1": "新", "item2": "直しかけ", "same": "item2,item3", "next": "+30"})
	want := incident.MakeReport{Items: []string{"新", "b", "c", "", "", ""}, Next: d.now.Add(30 * time.Minute)}
	if diff := cmp.Diff(incident.Command(want), got.Command); diff != "" || err != nil {
		t.Errorf("report: %v\n%s", err, diff)
	}
	got, err = draw.Deed(v, "step.done", Value{Ref: "r1/1.1"}, map[string]string{"value": "消灯", "when": "0620"})
	if err != nil || !got.At.Equal(at("2026-11-22 06:20:00")) {
		t.Errorf("stated time: %+v, %v", got, err)
	}
	got, err = draw.Deed(v, "note.add", Value{Ref: "r1/1.1"}, map[string]string{"text": "0620 県警>CSIRT 到着", "marks": "open"})
	if diff := cmp.Diff(incident.Command(incident.AddNote{From: "県警", To: "CSIRT", Text: "到着", Open: true, Step: "r1/1.1"}), got.Command); diff != "" || err != nil || got.At.IsZero() {
		t.Errorf("note: %v\n%s", err, diff)
	}
	got, err = draw.Deed(v, "note.add", Value{}, map[string]string{"text": "0620 > 到着", "from": "県警"})
	if diff := cmp.Diff(incident.Command(incident.AddNote{From: "県警", Text: "0620 > 到着"}), got.Command); diff != "" || err != nil {
		t.Errorf("note with its fields filled in: %v\n%s", err, diff)
	}
	got, err = draw.Deed(v, "step.block", Value{Ref: "r1/1.1"}, map[string]string{"preset": "nocontact", "reason": "CISOが移動中"})
	if diff := cmp.Diff(incident.Command(incident.Block{Step: "r1/1.1", Reason: "連絡がつかない: CISOが移動中"}), got.Command); diff != "" || err != nil {
		t.Errorf("block: %v\n%s", err, diff)
	}
	got, err = draw.Deed(v, "step.skip", Value{Ref: "r1/1.1"}, map[string]string{"preset": "other", "reason": "予備機がない"})
	if diff := cmp.Diff(incident.Command(incident.Skip{Step: "r1/1.1", Reason: "予備機がない"}), got.Command); diff != "" || err != nil {
		t.Errorf("skip: %v\n%s", err, diff)
	}
	var bad *InputError
	if _, err := draw.Deed(v, "step.block", Value{Ref: "r1/1.1"}, map[string]string{"preset": "other", "reason": " "}); !errors.As(err, &bad) || bad.Input != "reason" {
		t.Errorf("another reason without words: %v", err)
	}
	if _, err := draw.Deed(v, "step.done", Value{Ref: "r1/1.1"}, map[string]string{"when": "いつか"}); !errors.As(err, &bad) || bad.Input != "when" {
		t.Errorf("bad time: %v", err)
	}
	if _, err := draw.Deed(v, "notice.approve", Value{Ref: "N1"}, nil); !errors.Is(err, ErrNoDeed) {
		t.Errorf("approving must not come from a mere press: %v", err)
	}
}
