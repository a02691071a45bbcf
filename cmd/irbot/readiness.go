package main

import (
	"fmt"
	"time"

	"irbot/internal/backup"
	"irbot/internal/chat"
	"irbot/internal/notify"
	"irbot/internal/runbook"
)

// readiness says what is good to know before the next incident (UX 2.11): when
// the next drill is, how the runbooks read, when the last copy was made, and
// whether mail works. What is wrong right now is among the banners.
func (n *node) readiness(lang chat.Lang) []string {
	say := func(ja, en string) string {
		if lang == chat.EN {
			return en
		}
		return ja
	}
	stamp := func(at time.Time) string { return chat.Stamp(at, n.cfg.Site.Zone, lang) }
	var out []string
	if !n.svc.Site().Demo { // the demo is a drill itself, with nothing to lose
		out = append(out, nextDrill(n.cfg.Site.NextDrill, n.wall(), say, stamp))
	}
	out = append(out, bookCheck(n.books, say))
	if n.svc.Site().Demo {
		return append(out, say("通知はすべて訓練の受信箱に入り、外には出ません", "Every message ends in the training inbox; nothing leaves"))
	}
	out = append(out, n.lastCopyMade(say, stamp))
	for _, m := range n.out.Stats().Means {
		if m.Means == notify.Mail && m.Reach == notify.Up {
			out = append(out, m.Say(string(lang), n.cfg.Site.Zone))
		}
	}
	return out
}

// nextDrill tells the date of the next drill, zero where none is set.
func nextDrill(at, now time.Time, say func(ja, en string) string, stamp func(time.Time) string) string {
	switch {
	case at.IsZero():
		return say("次の訓練: 日が決まっていません（config.yaml の next_drill:）", "Next drill: no date yet (next_drill: in config.yaml)")
	case at.Before(now):
		return say("次の訓練: 予定の "+stamp(at)+" は過ぎました。次の日を決めてください（config.yaml の next_drill:）",
			"Next drill: "+stamp(at)+" is past, set the next date (next_drill: in config.yaml)")
	}
	return say("次の訓練: "+stamp(at), "Next drill: "+stamp(at))
}

// bookCheck counts what the check of the runbooks finds.
func bookCheck(s *shelf, say func(ja, en string) string) string {
	books, count := s.checked()
	text := say(fmt.Sprintf("手順書の点検: %d冊 誤り%d 注意%d", books, count[runbook.Error], count[runbook.Warning]),
		fmt.Sprintf("Runbook check: %d books, %d errors, %d warnings", books, count[runbook.Error], count[runbook.Warning]))
	if count[runbook.Error] > 0 {
		text += say("（irbot lint で場所と直し方を見られます）", " (irbot lint tells where and how to mend)")
	}
	return text
}

// checked counts runbooks and their findings; a file that cannot be read at all
// is an error.
func (s *shelf) checked() (books int, count map[runbook.Severity]int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.refresh()
	count = map[runbook.Severity]int{runbook.Error: len(s.bad)}
	for _, b := range s.books {
		for _, f := range b.Findings {
			count[f.Severity]++
		}
	}
	return len(s.books), count
}

// lastCopyMade tells when the record was last copied, by schedule or by hand.
func (n *node) lastCopyMade(say func(ja, en string) string, stamp func(time.Time) string) string {
	var at time.Time
	if b, err := lastCopy(n.cfg.Data); err == nil {
		at = b.At
	}
	if n.copies != nil {
		if list, err := backup.List(n.cfg.Backup.Folder); err == nil {
			if g, ok := backup.Newest(list, n.wall()); ok && g.At.After(at) {
				at = g.At
			}
		}
	}
	if at.IsZero() {
		return say("直近の控え: まだありません（irbot backup）", "Last backup: none yet (irbot backup)")
	}
	return say("直近の控え: "+stamp(at), "Last backup: "+stamp(at))
}
