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
	comma, stop := x.say("、", ", "), x.say("。", ". ")
	var out []string
	if len(done) > 0 {
		out = append(out, fmt.Sprintf(x.say("完了 %d件（直近: %s）", "Done: %d (latest: %s)"), len(done), strings.Join(x.saidOf(done, saidDone, ""), comma))+stop)
	}
	since := x.say("から", "since")
	if len(now) > 0 {
		out = append(out, x.say("実施中: ", "Under way: ")+strings.Join(x.saidOf(now, saidOpen, since), comma)+x.more(len(now))+stop)
	}
	if len(blocked) > 0 {
		out = append(out, x.say("支障あり: ", "Blocked: ")+strings.Join(x.saidOf(blocked, saidOpen, since), comma)+x.more(len(blocked))+stop)
	}
	return strings.TrimSpace(strings.Join(out, ""))
}

// saidOf names the newest of some steps in the order in which they happened.
func (x sight) saidOf(list []said, limit int, since string) []string {
	sort.SliceStable(list, func(i, j int) bool { return list[i].at.Before(list[j].at) })
	if len(list) > limit {
		list = list[len(list)-limit:]
	}
	var out []string
	for _, said := range list {
		out = append(out, strings.TrimSpace(said.title+" "+x.since(said.at, since)))
	}
	return out
}

// since says when a step was done, or from when on it is under way.
func (x sight) since(at time.Time, word string) string {
	switch {
	case at.IsZero():
		return ""
	case x.lang == "en":
		return strings.TrimSpace(word + " " + x.shortTime(at))
	}
	return x.shortTime(at) + word
}

func (x sight) more(n int) string {
	if n <= saidOpen {
		return ""
	}
	return fmt.Sprintf(x.say(" ほか%d件", " and %d more"), n-saidOpen)
}

// short cuts by characters.
func short(s string, limit int) string {
	if r := []rune(s); len(r) > limit {
		return string(r[:limit-1]) + "…"
	}
	return s
}
