package review

import (
	"math"
	"slices"
	"time"
)

// Moments are when things happened in one incident; zero where they did not,
// or where nothing of it stands in the record.
type Moments struct {
	Detected, Declared, Acked, Decided, Expert, MLIT, Public, Restored, Gate time.Time
}

// Measure is one span that is measured in every incident.
type Measure struct {
	ID     string
	Name   [2]string     // Japanese, English
	Target time.Duration // shipped target; 0: none
	Source [2]string     // where the shipped target comes from
}

// Measures lists the spans in the order in which they are shown. The targets
// are those of drill scoring (RB-14, step 7); they are proposals, not law.
func Measures() []Measure {
	drill := [2]string{"RB-14 訓練の採点（提案値）", "RB-14, scoring of drills (proposed)"}
	start := [2]string{"irbot の初期値（提案値）", "irbot's starting value (proposed)"}
	none := [2]string{}
	return []Measure{
		{"declare", [2]string{"検知から宣言", "Detected to declared"}, 15 * time.Minute, drill},
		{"ack", [2]string{"宣言から上申の確認", "Declared to the CISO's answer"}, 25 * time.Minute, drill},
		{"decide", [2]string{"宣言から最初の判断", "Declared to the first decision"}, 30 * time.Minute, start},
		{"expert", [2]string{"宣言から専門家への連絡", "Declared to an expert told"}, time.Hour, drill},
		{"mlit", [2]string{"宣言から国土交通省への連絡", "Declared to MLIT told"}, time.Hour, drill},
		{"public", [2]string{"宣言から最初の公表", "Declared to the first public words"}, 90 * time.Minute, drill},
		{"restore", [2]string{"宣言からシステム復旧", "Declared to systems restored"}, 0, none},
		{"gate", [2]string{"宣言からゲート再開", "Declared to the gate open"}, 0, none},
	}
}

// Span is one measured span. Known is false where its end has not happened;
// Early where it happened before its start, which counts as no time at all.
type Span struct {
	ID    string
	D     time.Duration
	Known bool
	Early bool
}

// Spans measures an incident, in the order of Measures.
func (m Moments) Spans() []Span {
	ends := []time.Time{m.Declared, m.Acked, m.Decided, m.Expert, m.MLIT, m.Public, m.Restored, m.Gate}
	out := make([]Span, 0, len(ends))
	for i, x := range Measures() {
		from := m.Declared
		if i == 0 {
			from = m.Detected
		}
		s := Span{ID: x.ID}
		if !from.IsZero() && !ends[i].IsZero() {
			s.D, s.Known = ends[i].Sub(from), true
			if s.D < 0 {
				s.D, s.Early = 0, true
			}
		}
		out = append(out, s)
	}
	return out
}

// Row is an incident with its spans.
type Row struct {
	Incident string
	Drill    bool
	Title    string
	At       time.Time
	Spans    []Span
}

// Target is what is aimed at for a measure: the site's own where it has one.
func Target(m Measure, own map[string]time.Duration) time.Duration {
	if t, ok := own[m.ID]; ok {
		return t
	}
	return m.Target
}

// TargetSource tells in Japanese and English where the target comes from; it is
// empty where there is none.
func TargetSource(m Measure, own map[string]time.Duration) [2]string {
	t, ok := own[m.ID]
	switch {
	case !ok:
		return m.Source
	case t <= 0:
		return [2]string{}
	}
	return [2]string{"事業者の目標（設定）", "the operator's own target (configuration)"}
}

// The verdicts on a span.
const (
	Within  = "within"
	Over    = "over"
	Unknown = "unknown" // has not happened, or nothing is recorded
	Free    = "free"    // no target
)

// Judge compares a span with its target.
func Judge(s Span, target time.Duration) string {
	switch {
	case !s.Known:
		return Unknown
	case target <= 0:
		return Free
	case s.D > target:
		return Over
	}
	return Within
}

// Median is the middle span of a measure over rows; ok is false where none is
// known. Of two middle ones the longer counts.
func Median(rows []Row, id string) (d time.Duration, n int) {
	var all []time.Duration
	for _, r := range rows {
		for _, s := range r.Spans {
			if s.ID == id && s.Known {
				all = append(all, s.D)
			}
		}
	}
	if len(all) == 0 {
		return 0, 0
	}
	slices.Sort(all)
	return all[len(all)/2], len(all)
}

// Line is a measure in the picture: positions in pixels from the left.
type Line struct {
	Measure Measure
	Span    Span
	Verdict string
	Goal    time.Duration
	Y       int
	W       int // length of the bar; 0 where unknown
	Target  int // 0: none
	Live    int // median of earlier incidents; 0: none
	Drill   int // median of earlier drills; 0: none
}

// Tick is a line of the scale.
type Tick struct {
	X     int
	After time.Duration
}

// Picture is the geometry of the picture of one incident. Its scale is
// logarithmic, from one minute on, because a declaration takes minutes and a
// recovery days.
type Picture struct {
	Width, Height int
	Lines         []Line
	Ticks         []Tick
}

// rowHeight is the height of one measure in the picture.
const rowHeight = 44

// Draw lays out one incident beside earlier ones; width is that of the scale.
func Draw(row Row, earlier []Row, own map[string]time.Duration, width int) Picture {
	p := Picture{Width: width}
	longest := 4 * time.Hour
	var lives, drills []Row
	for _, r := range append(slices.Clone(earlier), row) {
		for _, s := range r.Spans {
			longest = max(longest, s.D)
		}
		if r.Incident == row.Incident {
			continue
		}
		if r.Drill {
			drills = append(drills, r)
		} else {
			lives = append(lives, r)
		}
	}
	x := func(d time.Duration) int {
		if d < time.Minute {
			d = time.Minute
		}
		return 2 + int(float64(width-2)*math.Log(d.Minutes())/math.Log(longest.Minutes()))
	}
	spot := func(rows []Row, id string) int {
		if d, n := Median(rows, id); n > 0 {
			return x(d)
		}
		return 0
	}
	for i, m := range Measures() {
		l := Line{Measure: m, Y: i * rowHeight, Goal: Target(m, own), Live: spot(lives, m.ID), Drill: spot(drills, m.ID)}
		if i < len(row.Spans) {
			l.Span = row.Spans[i]
		}
		l.Verdict = Judge(l.Span, l.Goal)
		if l.Span.Known {
			l.W = x(l.Span.D)
		}
		if l.Goal > 0 {
			l.Target = min(x(l.Goal), width)
		}
		p.Lines = append(p.Lines, l)
	}
	for _, t := range []time.Duration{time.Minute, 5 * time.Minute, 15 * time.Minute, time.Hour, 4 * time.Hour, 24 * time.Hour, 7 * 24 * time.Hour} {
		if t <= longest {
			p.Ticks = append(p.Ticks, Tick{X: x(t), After: t})
		}
	}
	p.Height = len(p.Lines) * rowHeight
	return p
}
