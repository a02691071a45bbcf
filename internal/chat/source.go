package chat

import (
	"fmt"
	"strings"

	"irbot/internal/incident"
	"irbot/internal/report"
	"irbot/internal/timeline"
)

// Confidences are the ways to say how sure a line of the timeline is, the
// surest first.
func Confidences() []string {
	return []string{string(report.Confirmed), string(report.Estimated), string(report.Unknown)}
}

// sure says what a line was learned from and how sure that is; "" where nobody
// said so.
func (w wordsOf) sure() string {
	origin, conf := OneLine(w.words["origin"]), ""
	if origin != "" {
		origin = w.p.t("tl.origin", "text", origin)
	}
	for _, c := range Confidences() {
		if w.f.Conf == c {
			conf = w.p.t("tl.conf", "conf", w.p.t("conf."+c))
		}
	}
	return joinNonEmpty(" ", origin, conf)
}

// phaseOf gives the phase of the work an entry belongs to, and the one that
// entries behind it belong to. What names a step belongs to its phase; the rest
// to the phase that was being worked on.
func (p *pen) phaseOf(e *timeline.Entry, now string) (of, next string) {
	f := readFacts(e)
	switch e.Kind {
	case incident.KindRunStarted:
		for _, r := range p.s.Runs {
			if r.Seq == e.Seq && len(r.Phases) > 0 {
				now = fmt.Sprintf("%s/%d", r.ID, r.Phases[0].No)
			}
		}
		return now, now
	case incident.KindPhaseEnd:
		of = fmt.Sprintf("%s/%d", f.Run, f.Phase)
		return of, p.phaseBehind(f.Run, f.Phase, of)
	case incident.KindPhaseStarted, incident.KindPhaseOpened:
		of = fmt.Sprintf("%s/%d", f.Run, f.Phase)
		return of, of
	}
	if st := p.s.Step(f.Step); st != nil {
		run, _, _ := strings.Cut(st.Ref, "/")
		return fmt.Sprintf("%s/%d", run, st.Phase), now
	}
	return now, now
}

// phaseBehind is the phase that follows one; the same where it is the last.
func (p *pen) phaseBehind(run string, no int, last string) string {
	for _, r := range p.s.Runs {
		for i := range r.Phases {
			if r.ID == run && r.Phases[i].No == no && i+1 < len(r.Phases) {
				return fmt.Sprintf("%s/%d", run, r.Phases[i+1].No)
			}
		}
	}
	return last
}

// originInput asks what a line was learned from.
func (p *pen) originInput() Input {
	in := p.in("origin", "tl.origin.label", InputText)
	in.Hint, in.Max = p.t("tl.origin.hint"), 80
	return in
}

// confInput asks how sure a line is.
func (p *pen) confInput() Input {
	in := p.in("conf", "tl.conf.label", InputChoice)
	for _, c := range Confidences() {
		in.Options = append(in.Options, Option{ID: c, Label: p.t("conf." + c)})
	}
	return in
}

// SourceInputs are the two fields of a form that ask where a line of the
// timeline comes from and how sure it is.
func (d Drawer) SourceInputs() []Input {
	p := &pen{Drawer: d}
	return []Input{p.originInput(), p.confInput()}
}
