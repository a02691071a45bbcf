package chat

import (
	"fmt"
	"strings"
	"time"

	"irbot/internal/incident"
	"irbot/internal/review"
)

// ReviewMarkdown writes the review of an incident as Markdown: spans, answers,
// actions, changes of runbooks and lessons. It is for the operator's own people:
// nothing is withheld.
func ReviewMarkdown(d Drawer, v *incident.View) string {
	p := d.pen(v)
	var b strings.Builder
	line := func(format string, a ...any) { fmt.Fprintf(&b, format+"\n", a...) }
	say := func(ja, en string) string {
		if p.Lang == EN {
			return en
		}
		return ja
	}
	line("# %s %s %s\n", p.mark(say("振り返り", "Review")), v.S.ID, cell(v.Title()))
	line("## %s\n", say("かかった時間", "How long it took"))
	line("| %s | %s | %s |\n|---|---|---|", say("区間", "Span"), say("実績", "Actual"), say("目標", "Target"))
	for i, s := range v.ReviewMoments().Spans() {
		m := review.Measures()[i]
		name := m.Name[0]
		if p.Lang == EN {
			name = m.Name[1]
		}
		line("| %s | %s | %s |", name, spanText(s.D, s.Known), spanText(review.Target(m, v.Site.Review.Targets), review.Target(m, v.Site.Review.Targets) > 0))
	}
	for _, q := range incident.Questions() {
		line("\n## %s\n", p.t("review.q."+q))
		for _, r := range v.S.Review.Remarks {
			if r.Question == q {
				line("- %s (%s)", cell(v.Text(r.Seq)["text"]), p.person(r.By))
			}
		}
	}
	line("\n## %s\n", say("改善", "Actions"))
	for _, a := range v.S.Review.Actions {
		mark := map[string]string{incident.ActionDone: "x"}[a.State]
		if mark == "" {
			mark = " "
		}
		line("- [%s] %s %s (%s, %s) %s", mark, a.ID, cell(v.Text(a.Seq)["text"]), p.person(a.Owner), Stamp(a.Due, p.zone, p.Lang), cell(v.Text(a.EndSeq)["result"]+v.Text(a.EndSeq)["reason"]))
	}
	line("\n## %s\n", say("手順書の直し", "Changes to runbooks"))
	for _, r := range v.S.Runs {
		if _, patch, _, ok := v.ReviewPatch(r.ID); ok {
			line("~~~~~~diff\n%s~~~~~~", patch)
		}
	}
	line("\n## %s\n", say("教訓とヒヤリハット", "Lessons and near misses"))
	for _, l := range v.S.Review.Lessons {
		t := v.Text(l.Seq)
		line("- %s %s", l.ID, cell(t["text"]))
		if t["share"] != "" {
			line("  - TLP:%s %s", l.TLP, cell(t["share"]))
		}
	}
	return b.String()
}

// cell is a text in one line that Markdown takes as plain.
func cell(s string) string {
	return strings.NewReplacer(`\`, `\\`, "|", `\|`, "<", `\<`, "*", `\*`, "_", `\_`, "[", `\[`, "`", "\\`", "#", `\#`).Replace(OneLine(s))
}

// spanText is a length in hours and minutes; - where there is none.
func spanText(d time.Duration, known bool) string {
	if !known {
		return "-"
	}
	m := int(d.Round(time.Minute).Minutes())
	return fmt.Sprintf("%d:%02d", m/60, m%60)
}
