package chat

import (
	"strings"
)

// announce tells everybody, in a channel that is not the incident's own, that an
// incident was declared, has another severity, or is closed. It names no detail
// that is not on the board; ref is declared/12, where 12 is the entry.
func (p *pen) announce(ref string) (Card, bool) {
	what, seq, _ := strings.Cut(ref, "/")
	e, ok := p.entry(seq)
	if !ok {
		return Card{}, false
	}
	c := Card{Title: p.title(), Tone: ToneCurrent}
	switch what {
	case "declared":
		c.Head = p.mark(p.t("announce.declared", "time", p.clock(e.RecordedAt)))
		lead := Field{Label: p.role("lead"), Value: p.t("role.unset")}
		if h := p.s.Roles["lead"].Person; h != "" {
			lead.Value = p.person(h)
		}
		c.Fields = []Field{lead, {Label: p.t("inc.severity"), Value: p.t(severityKey(p.s.Severity))}}
	case "severity":
		c.Head = p.mark(p.t("announce.severity", "level", p.t(severityKey(readFacts(&e).Level)), "person", p.person(e.Actor)))
	case "closed":
		c.Head, c.Tone = p.mark(p.t("announce.closed", "time", p.clock(e.RecordedAt), "person", p.person(e.Actor))), ToneDone
	default:
		return Card{}, false
	}
	if a, ok := p.link("inc.console", ""); ok {
		c.Actions = append(c.Actions, a)
	}
	if p.s.Drill {
		c.Footer = p.t("drill.band")
	}
	c.Fallback = OneLine(c.Head + " " + c.Title)
	return c, true
}

func severityKey(level int) string {
	if level < 0 || level > 4 { // 重大度 1 to 4; 0 is not set
		level = 0
	}
	return "severity." + string(rune('0'+level))
}
