package chat

import (
	"encoding/json"
	"fmt"
	"time"

	"irbot/internal/incident"
)

// cargoFacts are the facts of the entries about cargo and recovery.
type cargoFacts struct {
	Milestone  string `json:"milestone"`
	Terminal   string `json:"terminal"`
	Function   string `json:"function"`
	Confidence string `json:"confidence"`
	From       number `json:"from_us"`
	To         number `json:"to_us"`
	No         int    `json:"no"`
	Gate       string `json:"gate"`
	Role       string `json:"role"`
	Level      int    `json:"level"`
	State      string `json:"state"`
	Criterion  string `json:"criterion"`
	Go         bool   `json:"go"`
	Share      string `json:"share"`
	Guest      string `json:"guest"`
	TLP        string `json:"tlp"`
	Expires    number `json:"expires_us"`
	Late       number `json:"late_s"`
	Functions  []struct {
		ID string `json:"id"`
	} `json:"functions"`
}

// isCargo tells whether a group of kinds is put into words here.
func isCargo(group string) bool {
	switch group {
	case "continuity", "outage", "objective", "eta", "milestone", "gate", "level", "cargo", "bcp", "manual", "share", "guest":
		return true
	}
	return false
}

// cargo puts an entry about cargo, recovery or guests into words.
func (w wordsOf) cargo() {
	p, t := w.p, w.words
	var f cargoFacts
	_ = json.Unmarshal(w.e.Facts, &f)
	variant := ""
	if w.e.Kind == incident.KindManual && !f.Go {
		variant = "no"
	}
	when := p.clock(f.To.time())
	if f.From != 0 && f.From != f.To {
		when = p.clock(f.From.time()) + "〜" + when
	}
	where := p.terminal(f.Terminal)
	w.say(variant,
		"what", p.Words.Or(p.Lang, "milestone."+f.Milestone, f.Milestone), "where", where, "when", when,
		"confidence", p.Words.Or(p.Lang, "eta.conf."+f.Confidence, f.Confidence), "no", f.No,
		"gate", p.Words.Or(p.Lang, "gate."+f.Gate, f.Gate), "role", p.role(f.Role), "function", p.function(f.Function),
		"level", f.Level, "words", p.Words.Or(p.Lang, fmt.Sprintf("level.%d", f.Level), ""), "state", p.Words.Or(p.Lang, "place."+f.State, f.State),
		"criterion", p.criterion(f.Criterion), "text", OneLine(t["text"]), "tlp", f.TLP, "id", f.Share+f.Guest,
		"name", OneLine(t["guest_name"]), "until", p.clock(f.Expires.time()), "count", len(f.Functions))
	w.result("tl.basis", t["basis"])
	w.result("tl.reason", t["reason"])
	w.result("tl.told", joinNonEmpty(" ", t["told_names"], t["told"]))
	w.result("tl.value", t["capacity"])
	if w.e.Kind == incident.KindMilestone || w.e.Kind == incident.KindGateSigned {
		w.result("tl.value", t["text"])
	}
	if f.Late > 0 {
		w.r.Result = joinNonEmpty(" ", w.r.Result, p.t("tl.minutes_late", "minutes", minutes(time.Duration(f.Late)*time.Second)))
	}
}
