package chat

import (
	"strings"
	"testing"

	"irbot/internal/incident"
)

// A page about a deadline names the duty and its moment in full, with the zone, in the line that becomes the subject of
// a mail, the first line of an SMS and the first line in Slack.
func TestPageAboutADeadlineBeginsWithIt(t *testing.T) {
	d := newDesk(t)
	d.open("sato", incident.Declare{Title: "TOS停止"})
	for _, want := range []struct{ at, ja, en string }{
		{"07:20", "【実事案】IR-12  国土交通省 第一報の期限 11/22(日) 07:33 JSTまで。", "First report to MLIT is due by Sun 22 Nov 07:33 JST. "},
		{"07:40", "【実事案】IR-12  国土交通省 第一報の期限を過ぎています(11/22(日) 07:33 JSTまで)。", "First report to MLIT is past due (by Sun 22 Nov 07:33 JST). "},
	} {
		d.at(want.at)
		found := false
		for _, e := range d.view().S.Escalations {
			if e.Reason != "duty" || e.Ref != "mlit-first" {
				continue
			}
			found = true
			card, ok := Drawer{Words: d.words, Lang: JA}.Draw(d.view(), "page/"+e.ID+"/watanabe")
			if !ok || !strings.HasPrefix(card.Head, want.ja) || !strings.HasPrefix(Short(card), OneLine(card.Head)) {
				t.Errorf("%s: %q", want.at, card.Head)
			}
			if card, _ = (Drawer{Words: d.words, Lang: EN}).Draw(d.view(), "page/"+e.ID+"/watanabe"); !strings.Contains(card.Head, want.en) {
				t.Errorf("%s: %q", want.at, card.Head)
			}
		}
		if !found {
			t.Errorf("%s: no page about a deadline", want.at)
		}
	}
}

// A draft begun later does not hide the notice that waits for its approval from the row of the deadline.
func TestTheNoticeThatWaitsStandsAtItsDeadline(t *testing.T) {
	d := newDesk(t)
	d.open("sato", incident.Declare{Title: "TOS停止"})
	first := d.do("suzuki", incident.DraftNotice{Dest: "mlit", Subject: "第一報", Body: "【第一報】TOSが停止しました。"}).Outcome.Ref
	d.do("suzuki", incident.SubmitNotice{Notice: first})
	d.do("suzuki", incident.DraftNotice{Dest: "mlit", Subject: "別の様式", Body: "書きかけ"})
	for _, c := range d.drawer(JA).Clocks(d.view()) {
		if c.Duty == "mlit-first" && c.Notice != first {
			t.Errorf("the row shows %s, want %s", c.Notice, first)
		}
	}
}
