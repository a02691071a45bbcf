package main

import (
	"errors"
	"os"
	"path/filepath"

	"irbot/internal/config"
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
