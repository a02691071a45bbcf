package chat

import (
	"fmt"
	"strings"
	"time"

	"irbot/internal/directory"
)

// firstSystems is how many systems stand on the first card.
const firstSystems = 4

// FirstSystems are the systems without which no cargo moves, one line each:
// whom to call, how far back one can go, and what was last tested when. The
// register may be nil.
func (d Drawer) FirstSystems(reg *directory.Systems, now time.Time) []string {
	if reg == nil {
		return nil
	}
	t := func(key string, args ...any) string { return d.Words.T(d.Lang, key, args...) }
	var out []string
	for _, x := range reg.Systems {
		if !x.Critical || len(out) == firstSystems {
			continue
		}
		line := x.Label(string(d.Lang)) + ":"
		if v, ok := reg.Vendor(x.Vendor); ok {
			hours := v.Hours
			if v.Night {
				hours = t("sys.night")
			}
			line = joinNonEmpty(" ", line, v.Label(string(d.Lang)), v.Phone, "("+hours+")")
		}
		for _, b := range x.Backups {
			words := t("sys.backup", "n", b.Generations, "day", dayOr(b.Tested, t("sys.never")))
			if b.Offline {
				words += t("sys.offline")
			}
			if b.Generations > 0 && now.Sub(b.Tested) > directory.StaleRestore {
				words += " " + t("figure.old")
			}
			line += " / " + words
		}
		for _, l := range x.Links {
			if l.Maint {
				line += " / " + t("sys.maint", "to", l.To, "how", l.How)
			}
		}
		out = append(out, strings.TrimSpace(line))
	}
	return out
}

func dayOr(t time.Time, never string) string {
	if t.IsZero() {
		return never
	}
	return fmt.Sprintf("%04d-%02d-%02d", t.Year(), t.Month(), t.Day())
}

// systems is the part of the first card about the register: shown while the
// work is young, for later everybody knows.
func (p *pen) systems() []Block {
	if p.v.Now.Sub(p.begin()) > 4*time.Hour {
		return nil
	}
	lines := p.FirstSystems(p.v.Site.Systems, p.v.Now)
	if len(lines) == 0 {
		return nil
	}
	return []Block{{Kind: List, Text: p.t("sys.title"), Items: lines}}
}
