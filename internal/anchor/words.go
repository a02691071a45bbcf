package anchor

import (
	"fmt"
	"strings"
	"syscall"
	"time"

	"irbot/internal/problem"
)

// Words say what a finding means and, where a person can mend it, how.
func (f Finding) Words() problem.Words {
	switch f.Kind {
	case Behind:
		return problem.Say("%s の記録は %d件しかありません。外の控え（%s）は %d件を証しています。末尾の切り取りか、古い記録への差し替えです",
			"the record of %s has %d entries only; the anchor in %s vouches for %d: a cut tail, or an old copy", f.Incident, f.Have, f.Place, f.Size)
	case Forked:
		return problem.Say("%s の記録は、外の控え（%s、%d件の時点）と違います。書き換えか、作り直しです",
			"the record of %s differs from the anchor in %s at %d entries: it was changed or made anew", f.Incident, f.Place, f.Size)
	case Unsigned:
		return problem.Say("%s にある控え（%s #%d）は、この拠点の鍵で署名されていません",
			"the note in %s (%s #%d) was not signed by this site", f.Place, f.Incident, f.Size)
	}
	if f.absent() {
		return problem.Say("外の控え（%s）のフォルダが見えません。媒体や共有をつないでから irbot anchor check で確かめてください（%s）",
			"the folder of the anchors in %s is not there: connect the disk or share, then irbot anchor check (%s)", f.Place, f.Detail)
	}
	return problem.Say("外の控え（%s）を読めません。つながりと config.yaml の anchors を見て、irbot anchor check で確かめてください（%s）",
		"the anchors in %s cannot be read: look at the connection and at anchors in config.yaml, then irbot anchor check (%s)", f.Place, f.Detail)
}

// absent tells a place whose folder is missing: most often a disk or share that
// is not connected here.
func (f Finding) absent() bool { return strings.Contains(f.Detail, syscall.ENOENT.Error()) }

// Banners say in a line each what is wrong with the anchors right now: a record
// that does not fit them, a place that cannot be read, places that take nothing.
// clock writes a time of day.
func Banners(seen Seen, serious []Finding, places []State, clock func(time.Time) string) []problem.Words {
	var out []problem.Words
	if len(serious) > 0 {
		var logs []string
		for _, f := range serious {
			logs = append(logs, fmt.Sprintf("%s #%d", f.Incident, f.Size))
		}
		out = append(out, problem.Words{
			JA: "記録が外の控えと合いません（" + strings.Join(logs, "、") + "）。この記録を信じる前に irbot anchor check で確かめてください",
			EN: "The record does not fit its anchors (" + strings.Join(logs, ", ") + "): irbot anchor check before you trust it",
		})
	}
	for _, f := range seen.Findings {
		if f.Kind == Unreadable || f.Kind == Unsigned {
			out = append(out, f.Words())
			break
		}
	}
	var ja, en []string
	for _, s := range places {
		if s.Err != "" && !s.Since.IsZero() {
			ja = append(ja, fmt.Sprintf("%s（%d件、%sから）", s.ID, s.Waiting, clock(s.Since)))
			en = append(en, fmt.Sprintf("%s (%d waiting, since %s)", s.ID, s.Waiting, clock(s.Since)))
		}
	}
	if len(ja) > 0 {
		out = append(out, problem.Words{JA: "記録の控えを外に残せていません: " + strings.Join(ja, "、"), EN: "Checkpoints do not leave this machine: " + strings.Join(en, ", ")})
	}
	return out
}
