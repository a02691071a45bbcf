package incident

import (
	"fmt"
	"sort"
	"strings"
	"time"
)

const (
	saidDone  = 3  // steps named as done: the newest
	saidOpen  = 2  // steps named as under way, and as blocked
	saidTitle = 40 // characters of a step's title
)

// said is a step as a letter tells of it.
type said struct {
	title string
	at    time.Time
}

// situation tells in a few words how far the work is, for a reader who does not
// know the runbook: how much is done and what was done last, what is under way,
// what is blocked. Reasons stay inside: they may name what must not leave. It is
// empty where no step was begun.
func (x sight) situation() string {
	var done, now, blocked []said
	for _, r := range x.s.Runs {
		b := x.book(r.Hash)
		if b == nil {
			continue
		}
		for _, st := range r.Steps {
			source, ok := b.Step(st.Key)
			if !ok {
				continue
			}
			title := short(strings.TrimSuffix(source.Title, "。"), saidTitle)
			switch st.State {
			case StepDone:
				done = append(done, said{title, st.ClosedAt})
			case StepTaken, StepSecond:
				now = append(now, said{title, st.TakenAt})
			case StepBlocked:
				blocked = append(blocked, said{title, st.BlockedAt})
			case StepOpen, StepSkipped, StepNA:
			}
		}
	}
	var out []string
	if len(done) > 0 {
		out = append(out, fmt.Sprintf("完了 %d件（直近: %s）。", len(done), x.saidOf(done, saidDone, "")))
	}
	if len(now) > 0 {
		out = append(out, "実施中: "+x.saidOf(now, saidOpen, "から")+more(len(now))+"。")
	}
	if len(blocked) > 0 {
		out = append(out, "支障あり: "+x.saidOf(blocked, saidOpen, "から")+more(len(blocked))+"。")
	}
	return strings.Join(out, "")
}

// saidOf names the newest of some steps in the order in which they happened.
func (x sight) saidOf(list []said, limit int, since string) string {
	sort.SliceStable(list, func(i, j int) bool { return list[i].at.Before(list[j].at) })
	if len(list) > limit {
		list = list[len(list)-limit:]
	}
	var out []string
	for _, said := range list {
		words := said.title
		if !said.at.IsZero() {
			words += " " + said.at.In(x.site.Zone).Format("15:04") + since
		}
		out = append(out, words)
	}
	return strings.Join(out, "、")
}

func more(n int) string {
	if n <= saidOpen {
		return ""
	}
	return fmt.Sprintf(" ほか%d件", n-saidOpen)
}

// short cuts by characters.
func short(s string, limit int) string {
	if r := []rune(s); len(r) > limit {
		return string(r[:limit-1]) + "…"
	}
	return s
}
