package chat

import (
	"fmt"
	"strings"
	"testing"

	"irbot/internal/directory"
	"irbot/internal/incident"
)

// TestAFaxIsSentAndNotReadOut: of a notice that goes by fax the desk shows the
// text to send, and the record says that it was sent, not that it was phoned.
func TestAFaxIsSentAndNotReadOut(t *testing.T) {
	d := newDesk(t)
	dest := &d.site.Directory.Destinations[0]
	dest.Reach = append(dest.Reach, directory.Address{Means: "fax", To: "03-0000-0199"})
	d.open("sato", incident.Declare{Title: "TOS停止", Finder: "frozen"})
	d.do("suzuki", incident.DraftNotice{Dest: "mlit", Means: []string{"fax"}, Subject: "第一報", Body: "TOSが停止しています"})
	n := d.view().S.Notice("N1")
	if !n.Faxed() {
		t.Fatalf("means %v", n.Means)
	}
	for lang, want := range map[Lang][]string{JA: {"FAXで送る文面", "TOSが停止", "FAXを送った"}, EN: {"Text to send by fax", "TOSが停止", "I sent the fax"}} {
		script, _ := d.drawer(lang).Script(d.view(), "N1")
		said := Text(script)
		for _, w := range want {
			if !strings.Contains(said, w) {
				t.Errorf("%s: %q is missing:\n%s", lang, w, said)
			}
		}
		for _, no := range []string{"読み上げ", "お名前と受付番号", "May I have"} {
			if strings.Contains(said, no) {
				t.Errorf("%s: a fax is read out (%q):\n%s", lang, no, said)
			}
		}
	}
	d.do("suzuki", incident.SubmitNotice{Notice: "N1"})
	n = d.view().S.Notice("N1")
	d.do("watanabe", incident.ApproveNotice{Notice: "N1", Digest: n.Digest, Opened: true})
	if a, ok := d.drawer(JA).Approval(d.view(), "N1"); !ok || !strings.Contains(fmt.Sprint(a), "FAXで送って") || strings.Contains(fmt.Sprint(a), "電話") {
		t.Errorf("once approved: %v", a)
	}
	if res := d.do("suzuki", incident.PhonedNotice{Notice: "N1", Who: "山本"}); res.Outcome.Code != "notice.faxed" {
		t.Errorf("outcome %s", res.Outcome.Code)
	}
	var lines []string
	for _, r := range d.drawer(JA).Rows(d.view(), d.log[d.id]) {
		lines = append(lines, r.Text)
	}
	if all := strings.Join(lines, "\n"); !strings.Contains(all, "N1 をFAXで送った") || strings.Contains(all, "電話で連絡") {
		t.Errorf("the record:\n%s", all)
	}
}
