package timeline

import (
	_ "embed"
	"fmt"
	"strings"
)

//go:embed check.py
var checkScript string

// CheckScript is a python3 program of at most twenty lines that checks an
// evidence pack without irbot. Every pack's README.txt holds it.
func CheckScript() string { return checkScript }

//go:embed readme.txt
var readmeForm string

// readme fills in the README of a pack. It says only what the head fixes, so
// that the same head gives the same bytes.
func (p *Pack) readme() string {
	return strings.NewReplacer(
		"{INCIDENT}", p.Incident,
		"{SITE}", p.Keys.site,
		"{COUNT}", fmt.Sprint(p.Head.Seq),
		"{HEAD}", fmt.Sprintf("%x", p.Head.Head),
		"{WORDS}", Words(p.Head.Head),
		"{MADE}", cut(p.MadeAt).Format(timeForm),
		"{KEY}", p.Keys.Fingerprint(),
		"{NOTE}", CheckpointPath(p.Head.Seq),
		"{SCRIPT}", checkScript,
	).Replace(readmeForm)
}
