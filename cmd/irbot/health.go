package main

import (
	"cmp"
	"context"
	"sync"
	"time"

	"irbot/internal/chat"
	"irbot/internal/config"
	"irbot/internal/escalation"
	"irbot/internal/notify"
	"irbot/internal/sqlite"
)

// checking is the verification of the whole record that runs in the background
// after the start (ARCHITECTURE 10.8).
type checking struct {
	mu    sync.Mutex
	state checkState
}

// checkState is what is known of it so far.
type checkState struct {
	Running  bool           `json:"running"`
	Done     int64          `json:"done"`
	Total    int64          `json:"total"`
	Finished time.Time      `json:"finished,omitzero"`
	Holds    bool           `json:"holds"`
	Problems int64          `json:"problems"`
	Found    sqlite.Checked `json:"-"`
}

func (k *checking) get() checkState {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.state
}

func (k *checking) set(change func(*checkState)) {
	k.mu.Lock()
	defer k.mu.Unlock()
	change(&k.state)
}

// awaySince remembers since when Slack cannot be reached.
type awaySince struct {
	mu sync.Mutex
	at time.Time
}

func (a *awaySince) set(up bool, at time.Time) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if up {
		at = time.Time{}
	}
	a.at = at
}

func (a *awaySince) since() time.Time {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.at
}

// verify checks everything once and logs what does not hold.
func (n *node) verify(ctx context.Context) error {
	n.check.set(func(s *checkState) { s.Running = true })
	found, err := n.store.Check(ctx, func(done, total int64) {
		n.check.set(func(s *checkState) { s.Done, s.Total = done, total })
	})
	if err != nil {
		return err
	}
	n.check.set(func(s *checkState) {
		s.Running, s.Finished, s.Found = false, n.wall().UTC(), found
		s.Problems = int64(len(found.Differences)) + found.More
		s.Holds = s.Problems == 0
	})
	for _, d := range found.Differences {
		n.log.Error("record does not hold", "what", d.String())
	}
	return nil
}

// banners say what is wrong right now, in words for people.
func (n *node) banners(lang chat.Lang) []string {
	say := func(ja, en string) string {
		if lang == chat.EN {
			return en
		}
		return ja
	}
	var out []string
	if n.paused.Load() {
		out = append(out, say("控えから戻した記録です。元の irbot が動いていないことを確かめて irbot restore --confirm を実行するまで、何も送りません",
			"This record was restored from a backup. Nothing is sent until somebody makes sure that the original is not running and types irbot restore --confirm"))
	}
	if h := n.store.Health(); h.DiskFull {
		out = append(out, say("ディスクが一杯です。記録できない操作があります。空きを作ってください", "The disk is full: some acts cannot be recorded. Free some space"))
	} else if h.Down || n.barred.Load() {
		out = append(out, say("記録できません。紙に書き留めてください（irbot doctor）", "Nothing can be recorded: write it down on paper (irbot doctor)"))
	}
	if k := n.check.get(); !k.Finished.IsZero() && !k.Holds {
		out = append(out, say("記録の検証で食い違いが見つかりました。irbot verify で確かめてください", "Verification found differences in the record: irbot verify"))
	}
	if w := n.keyBanner(say); w != "" {
		out = append(out, w)
	}
	out = append(out, n.anchorBanners(say, func(at time.Time) string { return chat.Clock(at, n.cfg.Site.Zone) })...)
	if w := n.backupBanner(say, func(at time.Time) string { return chat.Clock(at, n.cfg.Site.Zone) }); w != "" {
		out = append(out, w)
	}
	if w := n.book.banner(string(lang)); w != "" {
		out = append(out, w)
	}
	if w := n.book.unfitBanner(string(lang)); w != "" {
		out = append(out, w)
	}
	if at := n.away.since(); !at.IsZero() {
		out = append(out, n.words.T(lang, "slack.off", "time", chat.Clock(at, n.cfg.Site.Zone)))
	}
	site, at := n.svc.Site(), n.wall()
	in := escalation.Wording{
		Lang: string(lang), Name: func(id string) string { return say(rosterNames(n.cfg, id)) },
		Stamp: func(at time.Time) string { return chat.Stamp(at, n.cfg.Site.Zone, lang) },
	}
	all := site.RostersNow()
	out = append(out, in.Gaps(all, at)...)
	if dir := site.Directory; dir != nil {
		out = append(out, in.Strangers(all, func(id string) bool { _, there := dir.Person(id); return there }, at)...)
	}
	if f := n.auditor.Findings(); !f.At.IsZero() && !f.Well() {
		out = append(out, f.Words().In(string(lang)))
	}
	st := n.out.Stats()
	for _, m := range st.Means {
		if m.Reach == notify.Down && m.Means != notify.Slack {
			out = append(out, m.Say(string(lang), n.cfg.Site.Zone))
		}
	}
	if st.Unrecorded > 0 {
		out = append(out, say("送信の結果をまだ記録できていません", "The outcome of a message is not recorded yet"))
	}
	return out
}

// rosterNames are the Japanese and the English name of a roster.
func rosterNames(cfg *config.Config, id string) (ja, en string) {
	for _, r := range cfg.Rosters {
		if r.ID == id {
			return r.Name, cmp.Or(r.NameEN, r.Name)
		}
	}
	return id, id
}
