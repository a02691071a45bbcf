package report

import (
	"strings"

	"irbot/internal/calendar"
	"irbot/internal/problem"
)

// staleAfter is after how many days somebody should look at a rule again.
const staleAfter = 366

func (r *ruleReader) dates(at string, d fileDuty, out *Rule) {
	out.From, out.Until = r.date(at+".in_force_from", d.From, true), r.date(at+".in_force_until", d.Until, true)
	out.Checked = r.date(at+".checked", d.Checked, false)
	if !out.From.IsZero() && !out.Until.IsZero() && out.Until.Before(out.From) {
		r.add(at+".in_force_until", problem.Say("終わり（%s）が始まり（%s）より前です", "the end (%s) lies before the beginning (%s)", d.Until, d.From),
			problem.Say("この規則は一日も効きません", "the rule would never be in force"),
			problem.Say("二つの日付を見直してください", "check the two dates"))
	}
	if !out.Checked.IsZero() && !r.known.Today.IsZero() && r.known.Today.Sub(out.Checked) > staleAfter {
		r.warn(at+".checked", problem.Say("「%s」は %s から一年以上確かめられていません", "%q was last checked on %s, more than a year ago", d.ID, d.Checked),
			problem.Say("法令は変わります。古い期限を信じて遅れるおそれがあります", "the law changes; an old deadline may be trusted wrongly"),
			problem.Say("根拠を開いて確かめ、checked: をその日に直してください", "open the source, then put the day into checked:"))
	}
}

func (r *ruleReader) date(key, s string, optional bool) calendar.Date {
	if s == "" && optional {
		return calendar.Date{}
	}
	d, err := calendar.ParseDate(s)
	if err != nil {
		r.add(key, problem.Say("日付「%s」が読めません", "the date %q is not understood", s),
			problem.Say("いつの規則か、いつ確かめたかを記録に残すためです", "the record keeps which version applied and when it was checked"),
			problem.Say("\"2026-10-01\" の形で、実在する日を書いてください", "write a day that exists, like \"2026-10-01\""))
	}
	return d
}

// together checks what only shows when all rules are known.
func together(rules []Rule) []problem.Problem {
	var out []problem.Problem
	add := func(r Rule, key string, what, why, fix problem.Words) {
		out = append(out, problem.Problem{File: r.File, Line: r.Line, Key: key, What: what, Why: why, Fix: fix})
	}
	ids := map[string]bool{}
	for _, r := range rules {
		ids[r.ID] = true
	}
	for i, r := range rules {
		for _, o := range rules[:i] {
			if o.ID == r.ID && overlap(o, r) {
				add(r, "in_force_from", problem.Say("「%s」の版が %s:%d の版と重なっています", "this version of %q overlaps the one at %s:%d", r.ID, o.File, o.Line),
					problem.Say("同じ日に二つの規則が効くと、どちらの期限か決まりません", "two rules on one day leave the deadline undecided"),
					problem.Say("古い版の in_force_until: を、新しい版の in_force_from: の前日にしてください", "end the older version with in_force_until: on the day before the newer one's in_force_from:"))
			}
		}
		if met, ok := strings.CutPrefix(r.Start, AfterMet); ok && !ids[met] {
			add(r, "start", problem.Say("起点「%s」の期限がありません", "the start %q names no duty", r.Start),
				problem.Say("この時計は永久に始まりません", "the clock would never begin"),
				problem.Say("met: のあとに期限の ID を書いてください", "write the id of a duty after met:"))
		}
		if r.InsteadOf != "" && (!ids[r.InsteadOf] || r.InsteadOf == r.ID) {
			add(r, "instead_of", problem.Say("代わりになる相手「%s」がありません", "there is no other duty %q to stand in for", r.InsteadOf),
				problem.Say("どの期限を対象外にするか決まりません", "nothing tells which one no longer applies"),
				problem.Say("期限の ID を書いてください", "write the id of a duty"))
		}
	}
	return out
}

func overlap(a, b Rule) bool {
	ends := func(r, o Rule) bool { return !r.Until.IsZero() && !o.From.IsZero() && r.Until.Before(o.From) }
	return !ends(a, b) && !ends(b, a)
}
