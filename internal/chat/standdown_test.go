package chat

import (
	"strings"
	"testing"

	"irbot/internal/incident"
)

// Whoever was silent learns that somebody carries the duty now, and how to have
// it back: the message that nothing is asked any more is the only one that comes.
func TestStandDownTellsWhoseDutyPassed(t *testing.T) {
	d := newDesk(t)
	for i := range d.site.Policies {
		if d.site.Policies[i].ID == "ciso" {
			d.site.Policies[i].Succession = "ciso"
		}
	}
	d.open("sato", incident.Declare{Title: "TOS停止"})
	d.at("06:42")
	d.do("kobayashi", incident.Ack{})
	draw := Drawer{Words: d.words, Lang: JA}
	c, ok := draw.Draw(d.view(), "standdown/e1/watanabe")
	if !ok || len(c.Body) == 0 || !strings.Contains(c.Body[0].Text, "CISOは小林さんが代行します") || len(c.Actions) == 0 || c.Actions[0].ID != "role.return" {
		t.Fatalf("the one whose duty passed: %+v", c)
	}
	if c, _ := draw.Draw(d.view(), "standdown/e1/yoshida"); len(c.Body)+len(c.Actions) != 0 {
		t.Fatalf("somebody else: %+v", c)
	}
}
