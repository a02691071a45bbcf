package web

import (
	"net/http"
	"strings"
	"time"

	"irbot/internal/chat"
)

// At is a moment as people read it today: 07:12, with the date on other days.
func (p *page) At(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return chat.Near(t, p.Now, p.Site().Zone)
}

// Clock is the time of day.
func (p *page) Clock(t time.Time) string { return chat.Clock(t, p.Site().Zone) }

// Stamp is a moment with date, weekday and zone.
func (p *page) Stamp(t time.Time) string { return chat.Stamp(t, p.Site().Zone, p.Lang) }

// Machine is a moment for programs.
func (p *page) Machine(t time.Time) string { return chat.Machine(t, p.Site().Zone) }

// Millis is a moment for the script: milliseconds since 1970.
func (p *page) Millis(t time.Time) int64 { return t.UnixMilli() }

// ServerClock is the clock in the head: 11/22(日) 07:12:05 JST.
func (p *page) ServerClock() string {
	z := p.Now.In(p.Site().Zone)
	days := []string{"日", "月", "火", "水", "木", "金", "土"}
	if p.Lang == chat.EN {
		return z.Format("Mon 2 Jan 15:04:05 MST")
	}
	return z.Format("1/2") + "(" + days[z.Weekday()] + ") " + z.Format("15:04:05 MST")
}

// Left says how much time is left to a moment, or how much it is over.
func (p *page) Left(t time.Time) string {
	d := t.Sub(p.Now)
	if d < 0 {
		return p.T("time.over", "left", chat.Duration(-d, p.Lang))
	}
	return p.T("time.left", "left", chat.Duration(d, p.Lang))
}

// Over reports whether a moment has passed.
func (p *page) Over(t time.Time) bool { return !t.IsZero() && t.Before(p.Now) }

// Since is how long ago a moment was.
func (p *page) Since(t time.Time) string { return chat.Duration(p.Now.Sub(t), p.Lang) }

// sheetTime says why the time of a line of a paper sheet cannot be read. An empty
// field and a +5 that has no line to count from are their own mistakes: nobody
// can mend a word that was never typed.
func (s *Server) sheetTime(r *http.Request, word string, prev time.Time) string {
	word = chat.Truncate(chat.OneLine(word), 40)
	switch {
	case word == "":
		return s.t(s.lang(r), "paper.notime")
	case prev.IsZero() && (strings.HasPrefix(word, "+") || strings.HasPrefix(word, "＋")):
		return s.t(s.lang(r), "paper.nobase", "word", word)
	}
	return s.t(s.lang(r), "cmd.badtime", "word", word)
}
