package config

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"irbot/internal/escalation"
	"irbot/internal/problem"
)

// level reads the waits and answers of one rung.
func (b *builder) level(at string, l shapeLevel) escalation.Level {
	out := escalation.Level{Wait: l.Wait}
	for i, w := range l.Waits {
		if w.Severity < 1 || w.Severity > len(out.By) || w.Wait <= 0 {
			b.fail(fmt.Sprintf("%s.severity_wait[%d]", at, i), says{
				problem.Say("重大度%d の待ち時間 %s は使えません", "for severity %d a wait of %s cannot be used", w.Severity, w.Wait),
				problem.Say("重大度は 1〜4、待ち時間は 30s〜24h です", "a severity is 1 to 4, a wait 30s to 24h"),
				problem.Say("{severity: 1, wait: 5m} の形で書いてください", "write it like {severity: 1, wait: 5m}"),
			})
			continue
		}
		out.By[w.Severity-1] = w.Wait
	}
	switch words := strings.TrimSpace(l.Answers); words {
	case "", "any":
	case "all":
		out.Need = escalation.NeedAll
	default:
		n, err := strconv.Atoi(words)
		if err != nil || n < 1 {
			b.fail(at+".answers", says{
				problem.Say("必要な確認「%s」が読めません", "the answers wanted, %q, are not understood", words),
				problem.Say("何人の確認で上申を終えるかが決まりません", "it would be undecided when the climb ends"),
				problem.Say("any（一人）、all（全員）、または \"2\" のような数を書いてください", "write any, all or a number such as \"2\""),
			})
			n = 1
		}
		out.Need = n
	}
	return out
}

// quiet reads the hours during which some people are left asleep.
func (b *builder) quiet() {
	for i, r := range b.raw.Quiet {
		at := fmt.Sprintf("quiet[%d]", i)
		q := escalation.Quiet{People: r.People, Zone: b.cfg.Site.Zone}
		if b.cfg.Directory != nil {
			for j, id := range r.People {
				b.known(fmt.Sprintf("%s.people[%d]", at, j), id, b.personIDs(), inDirectory())
			}
		}
		q.From, q.Until = b.minute(at+".from", r.From), b.minute(at+".until", r.Until)
		if q.From == q.Until {
			b.fail(at+".until", says{
				problem.Say("静かにする時間が %s から %s です", "the quiet hours run from %s to %s", r.From, r.Until),
				problem.Say("始まりと終わりが同じで、いつのことか決まりません", "begin and end are the same, so it is undecided when"),
				problem.Say("from: \"22:00\"、until: \"06:00\" のように書いてください", "write from: \"22:00\", until: \"06:00\""),
			})
		}
		for j, d := range r.Days {
			if b.oneOf(fmt.Sprintf("%s.days[%d]", at, j), d, weekdays()) {
				q.Days = append(q.Days, time.Weekday(slices.Index(weekdays(), d)))
			}
		}
		b.cfg.Quiet = append(b.cfg.Quiet, q)
	}
}

// minute reads a time of day as minutes since midnight.
func (b *builder) minute(key, s string) int {
	t, err := time.Parse("15:04", s)
	if err != nil {
		b.fail(key, says{
			problem.Say("時刻「%s」が読めません", "the time %q is not understood", s),
			problem.Say("いつ静かにするかが決まりません", "it would be undecided when it is quiet"),
			problem.Say("\"22:00\" のように引用符で囲んで書いてください", "write it like \"22:00\", in quotation marks"),
		})
	}
	return t.Hour()*60 + t.Minute()
}
