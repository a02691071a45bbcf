package chat

import (
	"strings"
	"testing"

	"irbot/internal/incident"
)

// TestCorrectionIsNotLaidBesideTheReport looks at the approval of a correction
// and of the report after it. Against the report it corrects, a correction would
// read as if every line were taken back; against the correction, the next report
// would read as all new. Who wrote a text and who asks is told before the
// approval.
func TestCorrectionIsNotLaidBesideTheReport(t *testing.T) {
	d := newDesk(t)
	d.reports()
	d.open("sato", incident.Declare{Title: "TOS停止", Finder: "frozen"})
	send := func(id string) {
		t.Helper()
		d.do("watanabe", incident.ApproveNotice{Notice: id, Digest: d.view().S.Notice(id).Digest, Opened: true})
		d.do("suzuki", incident.PhonedNotice{Notice: id, Who: "山本様"})
	}
	d.do("suzuki", incident.DraftNotice{Dest: "mlit"})
	d.do("suzuki", incident.SubmitNotice{Notice: "N1"})
	send("N1")
	d.do("suzuki", incident.RecallNotice{Notice: "N1", Why: "数値の誤り", Right: "待機 86台"})
	shown := func(lang Lang, id string) Approval {
		t.Helper()
		ap, ok := d.drawer(lang).Approval(d.view(), id)
		if !ok {
			t.Fatal("no approval of " + id)
		}
		return ap
	}
	for lang, want := range map[Lang]string{JA: "N1 を訂正・取消する文面", EN: "A correction of N1"} {
		if ap := shown(lang, "N2"); len(ap.Diff) != 0 || !strings.Contains(ap.Revision.Value, want) {
			t.Errorf("correction: %q, %d lines beside", ap.Revision.Value, len(ap.Diff))
		}
	}
	d.do("suzuki", incident.SubmitNotice{Notice: "N2"})
	value := func(label string) string {
		for _, f := range shown(JA, "N2").Fields {
			if f.Label == label {
				return f.Value
			}
		}
		return ""
	}
	if value("作成") != "鈴木" || value("承認の依頼") != "鈴木" {
		t.Errorf("written by %q, asked by %q", value("作成"), value("承認の依頼"))
	}
	send("N2")
	d.do("suzuki", incident.DraftNotice{Dest: "mlit"})
	if ap := shown(JA, "N3"); !strings.Contains(ap.Revision.Value, "N1") || len(ap.Diff) == 0 {
		t.Errorf("report after the correction: %q", ap.Revision.Value)
	}
	d.do("suzuki", incident.SetFigure{Item: "trucks", N: 86})
	if ap := shown(JA, "N3"); !strings.Contains(strings.Join(ap.Notes, "\n"), "いま作り直すと変わる項目: ") {
		t.Errorf("what the record gives anew is not named: %q", ap.Notes)
	}
}

// TestScriptIsWhatAPersonSays: what the form says about itself is in the letter,
// and nobody reads it out.
func TestScriptIsWhatAPersonSays(t *testing.T) {
	d := newDesk(t)
	forms := d.reports()
	d.open("sato", incident.Declare{Title: "TOS停止", Finder: "frozen"})
	d.do("suzuki", incident.DraftNotice{Dest: "mlit"})
	form, _ := forms.Form("mlit-report")
	letter, _ := d.drawer(JA).Approval(d.view(), "N1")
	script, _ := d.drawer(JA).Script(d.view(), "N1")
	said := Text(script)
	if form.Mark == "" || !strings.Contains(letter.Body.Value, form.Mark) || strings.Contains(said, form.Mark) || !strings.Contains(letter.Body.Value, "TLP:AMBER\n\n国土交通省") || strings.Contains(said, "> TLP:") || !strings.Contains(said, "TOS停止") {
		t.Errorf("read out:\n%s", said)
	}
}
