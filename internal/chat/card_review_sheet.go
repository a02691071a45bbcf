package chat

import (
	"strings"

	"irbot/internal/incident"
	"irbot/internal/review"
)

// ReviewPart is one part of a review as it is printed: a heading, a table where
// there are columns, and lines.
type ReviewPart struct {
	Head  string
	Cols  []string
	Rows  [][]string
	Lines []string
}

// ReviewSheet is the review of an incident for paper: the same words as
// ReviewMarkdown. It is for the operator's own people: nothing is withheld.
func ReviewSheet(d Drawer, v *incident.View) (title string, parts []ReviewPart) {
	p := d.pen(v)
	say := func(ja, en string) string {
		if p.Lang == EN {
			return en
		}
		return ja
	}
	parts = append(parts, p.spansPart(say))
	for _, q := range incident.Questions() {
		part := ReviewPart{Head: p.t("review.q." + q)}
		for _, r := range v.S.Review.Remarks {
			if r.Question == q {
				part.Lines = append(part.Lines, say("・", "- ")+OneLine(v.Text(r.Seq)["text"])+say("（", " (")+p.person(r.By)+say("）", ")"))
			}
		}
		parts = append(parts, part)
	}
	actions := ReviewPart{Head: say("改善", "Actions"), Cols: []string{"No", say("内容", "What"), say("担当", "Owner"), say("期限", "Due"), say("結果", "Result")}}
	for _, a := range v.S.Review.Actions {
		actions.Rows = append(actions.Rows, []string{a.ID, OneLine(v.Text(a.Seq)["text"]), p.person(a.Owner), Stamp(a.Due, p.zone, p.Lang), OneLine(v.Text(a.EndSeq)["result"] + v.Text(a.EndSeq)["reason"])})
	}
	changes := ReviewPart{Head: say("手順書の直し", "Changes to runbooks")}
	for _, r := range v.S.Runs {
		if _, patch, _, ok := v.ReviewPatch(r.ID); ok {
			changes.Lines = append(changes.Lines, strings.Split(strings.TrimSuffix(patch, "\n"), "\n")...)
		}
	}
	lessons := ReviewPart{Head: say("教訓とヒヤリハット", "Lessons and near misses")}
	for _, l := range v.S.Review.Lessons {
		t := v.Text(l.Seq)
		lessons.Lines = append(lessons.Lines, l.ID+" "+OneLine(t["text"]))
		if t["share"] != "" {
			lessons.Lines = append(lessons.Lines, "   TLP:"+l.TLP+" "+OneLine(t["share"]))
		}
	}
	return say("振り返り", "Review") + " " + v.S.ID + " " + OneLine(v.Title()), append(parts, actions, changes, lessons)
}

// spansPart is the table of what took how long.
func (p *pen) spansPart(say func(ja, en string) string) ReviewPart {
	part := ReviewPart{Head: say("かかった時間", "How long it took"), Cols: []string{say("区間", "Span"), say("実績", "Actual"), say("目標", "Target"), say("目標の出どころ", "Source of the target")}}
	for i, s := range p.v.ReviewMoments().Spans() {
		m := review.Measures()[i]
		goal := review.Target(m, p.v.Site.Review.Targets)
		part.Rows = append(part.Rows, []string{say(m.Name[0], m.Name[1]), spanText(s.D, s.Known), spanText(goal, goal > 0), say(m.Source[0], m.Source[1])})
	}
	return part
}
