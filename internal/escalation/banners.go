package escalation

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"irbot/internal/problem"
)

// Ahead is how many days ahead gaps in the duty roster are looked for.
const Ahead = 30

// Wording puts what is wrong with the duty roster into one language.
type Wording struct {
	Lang  string // "en", else Japanese
	Name  func(roster string) string
	Stamp func(time.Time) string // date and time of day
}

func (w Wording) say(ja, en string) string { return problem.Words{JA: ja, EN: en}.In(w.Lang) }

// Gaps say who is missing now or within a day, and until when: to the true
// end of the gap, not to the end of the day that is looked at.
func (w Wording) Gaps(all Rosters, now time.Time) []string {
	var out []string
	ahead := now.AddDate(0, 0, Ahead)
	for _, g := range all.Gaps(now, ahead) {
		if !g.From.After(now) && !g.Until.Before(ahead) { // its end is not in sight: none is made up
			out = append(out, w.say(fmt.Sprintf("いま「%s」の当番がいません（%d日先まで、だれも入っていません）。当番のページで埋めてください", w.Name(g.Roster), Ahead),
				fmt.Sprintf("Nobody is on duty for %s now, nor within the next %d days: fill it on the duty page", w.Name(g.Roster), Ahead)))
			continue
		}
		from, until, name := w.Stamp(g.From), w.Stamp(g.Until), w.Name(g.Roster)
		switch {
		case !g.From.After(now):
			out = append(out, w.say("いま「"+name+"」の当番がいません（"+until+"まで）。当番のページで埋めてください", "Nobody is on duty for "+name+" now (until "+until+"): fill it on the duty page"))
		case g.From.Before(now.Add(24 * time.Hour)):
			out = append(out, w.say(from+"から"+until+"まで「"+name+"」の当番がいません", "Nobody is on duty for "+name+" from "+from+" to "+until))
		}
	}
	return out
}

// Strangers say on which duty somebody stands who is in the directory no longer:
// that duty would be paged in vain.
func (w Wording) Strangers(all Rosters, known func(person string) bool, now time.Time) []string {
	var out []string
	for _, r := range all {
		for _, x := range r.Plan(now, now.AddDate(0, 0, Ahead)) {
			if !slices.ContainsFunc(x.People, func(id string) bool { return !known(id) }) {
				continue
			}
			at := w.Stamp(x.From)
			out = append(out, w.say(at+"からの「"+w.Name(r.ID)+"」の当番が連絡先一覧にいません。当番のページで替えてください",
				"Whoever is on duty for "+w.Name(r.ID)+" from "+at+" is not in the directory: put somebody else on the duty page"))
			break // the first of each roster is enough to act on
		}
	}
	return out
}

// Words tell a person which incident to look after by phone; what exactly
// does not move stands in the log.
func (f Findings) Words() problem.Words {
	where, whereEN := "", ""
	if len(f.Stuck) > 0 {
		s := f.Stuck[0]
		id := s.Incident
		if id == "" { // of rows: the incident stands first
			id, _, _ = strings.Cut(s.ID, " ")
		}
		where, whereEN = "（"+id+"）", " ("+id+")"
	}
	late, lateEN := "", ""
	if n := int(f.Lag.Seconds()); n > 0 {
		late, lateEN = fmt.Sprintf("%d秒遅れています。", n), fmt.Sprintf(", %d s late", n)
	}
	return problem.Words{
		JA: fmt.Sprintf("止まっている呼び出しが%d件あります%s。%s電話で手分けし、irbot doctor で原因を確かめてください", f.Count, where, late),
		EN: fmt.Sprintf("%d alarms or pages do not move%s%s: share out the phone calls, and look at irbot doctor", f.Count, whereEN, lateEN),
	}
}
