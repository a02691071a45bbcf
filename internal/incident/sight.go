package incident

import (
	"fmt"
	"time"

	"irbot/internal/calendar"
	"irbot/internal/report"
	"irbot/internal/timeline"
)

// sight is what a letter is written from: the state, and the words of the
// entries it rests on.
type sight struct {
	s    *Incident
	site *Site
	now  time.Time
	text func(seq int64) timeline.Text
	book bookOf
	lang string // "" is Japanese, the language of letters; "en" is for the reader of a screen
}

func (c *call) sight() sight {
	return sight{s: c.s, site: c.site, now: c.now, text: c.text, book: c.book}
}

// Facts are the twenty fields as they stand: what somebody said, else what the
// record itself gives, marked as derived, in both languages. Fields of which
// nothing is known are not in it.
func (v *View) Facts() map[string]report.Fact { return v.sight().facts() }

func (v *View) sight() sight {
	return sight{s: v.S, site: v.Site, now: v.Now, text: v.Text, book: v.bookOf}
}

// in looks at the same in another language.
func (x sight) in(lang string) sight {
	x.lang = lang
	return x
}

// say picks the language; what has no English stays Japanese.
func (x sight) say(ja, en string) string {
	if x.lang == "en" && en != "" {
		return en
	}
	return ja
}

// longTime writes a moment for a letter: the day in the Japanese era, weekday,
// time and zone. In English the day is of the common calendar.
func (x sight) longTime(t time.Time) string {
	l := t.In(x.site.Zone)
	if x.lang == "en" {
		return l.Format("2 January 2006 (Mon) 15:04 MST")
	}
	weekdays := [...]string{"日", "月", "火", "水", "木", "金", "土"}
	return fmt.Sprintf("%s(%s) %s", calendar.DateOf(t, x.site.Zone).Era(), weekdays[l.Weekday()], l.Format("15:04 MST"))
}

// shortTime writes a moment within a line. Only a moment of the letter's own day
// goes without its day: a letter of the third day tells of the first.
func (x sight) shortTime(t time.Time) string {
	l := t.In(x.site.Zone)
	if l.Format(time.DateOnly) == x.now.In(x.site.Zone).Format(time.DateOnly) {
		return l.Format("15:04")
	}
	return l.Format(x.say("1月2日 15:04", "2 Jan 15:04"))
}
