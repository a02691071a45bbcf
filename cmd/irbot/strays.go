package main

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"time"

	"irbot/internal/chat"
	"irbot/internal/config"
	"irbot/internal/directory"
	"irbot/internal/escalation"
	problems "irbot/internal/problem"
)

// stamps tells whether a file changed since the last look.
type stamps map[string]string

func (s stamps) moved(files ...string) bool {
	moved := false
	for _, f := range files {
		now := ""
		if st, err := os.Stat(f); err == nil {
			now = st.ModTime().String() + " " + st.Name()
		}
		moved = moved || s[f] != now
		s[f] = now
	}
	return moved
}

// match holds the configuration against the directory as both stand in their
// files now: whoever was taken out of the directory and is still named by a
// policy is told at once, not by a start that is refused in the middle of a night.
func (b *contactBook) match() {
	if b.n.cfg.Path == "" || !b.stamps.moved(b.n.cfg.Path, b.n.cfg.DirectoryFile) {
		return
	}
	_, err := config.Load(b.n.cfg.Path, b.env)
	var list *problems.Errors
	if err == nil || !errors.As(err, &list) || len(list.List) == 0 {
		b.unfit.Store(nil)
		return
	}
	if was := b.unfit.Swap(&list.List); was == nil {
		b.n.log.Warn("the settings as they stand would not start", "err", err)
	}
}

// unfitBanner names the place in a file that the next start would stumble over.
// Like every banner it says nothing of what stands in the file.
func (b *contactBook) unfitBanner(lang string) string {
	list := b.unfit.Load()
	if list == nil || b.wrong.Load() != nil { // the other banner names the reason
		return ""
	}
	first := (*list)[0]
	return problems.Say("設定と連絡先一覧が合いません（%s %s、全%d件）。ないものは呼べず、このままでは次に起動できません。理由と直し方は irbot doctor で分かります",
		"Settings and directory do not fit together (%s %s, %d in all). What is missing cannot be paged, and irbot would not start again. For the reason and the way out: irbot doctor",
		filepath.Base(first.Where()), first.Key, len(*list)).In(lang)
}

// wording puts a sentence, a roster's name and a time into one language.
type wording struct {
	say   func(ja, en string) string
	name  func(id string) string
	stamp func(time.Time) string
}

// strangers say on which duty somebody stands who is in the directory no longer:
// that duty would be paged in vain.
func strangers(all escalation.Rosters, dir *directory.Directory, now time.Time, in wording) []string {
	if dir == nil {
		return nil
	}
	var out []string
	for _, r := range all {
		for _, x := range r.Plan(now, now.AddDate(0, 0, rosterAhead)) {
			if !slices.ContainsFunc(x.People, func(id string) bool {
				_, there := dir.Person(id)
				return !there
			}) {
				continue
			}
			at := in.stamp(x.From)
			out = append(out, in.say(at+"からの「"+in.name(r.ID)+"」の当番が連絡先一覧にいません。当番のページで替えてください",
				"Whoever is on duty for "+in.name(r.ID)+" from "+at+" is not in the directory: put somebody else on the duty page"))
			break // the first of each roster is enough to act on
		}
	}
	return out
}

// strangerBanners are those of this moment.
func (n *node) strangerBanners(lang chat.Lang, say func(ja, en string) string) []string {
	site := n.svc.Site()
	return strangers(site.RostersNow(), site.Directory, n.wall(), wording{
		say: say, name: func(id string) string { return say(rosterNames(n.cfg, id)) },
		stamp: func(at time.Time) string { return chat.Stamp(at, n.cfg.Site.Zone, lang) },
	})
}
