package chat

import (
	"fmt"
	"strings"

	"irbot/internal/incident"
	"irbot/internal/tally"
)

// run words what happens to a run or a phase as a whole.
func (w wordsOf) run() {
	p, f := w.p, w.f
	title := joinNonEmpty(" ", OneLine(w.words["title"]), OneLine(w.words["version"]))
	phase := strings.TrimSpace(fmt.Sprint(f.Phase) + " " + OneLine(p.v.PhaseTitle(f.Run, f.Phase)))
	n := any(f.Step)
	if st := p.s.Step(f.Step); st != nil {
		n = st.N
	}
	variant := ""
	if w.e.Kind == incident.KindStepInformed && f.Step == "" {
		variant = "phase"
	}
	w.say(variant, "runbook", title, "phase", phase, "n", n, "who", OneLine(w.words["names"]), "text", p.phaseTimer(f.Run, f.Phase, f.Timer))
	if w.e.Kind == incident.KindStepInformed {
		w.r.To = OneLine(w.words["names"])
	}
	w.result("tl.value", p.counts(w.words["changes"]))
	w.result("tl.reason", w.words["reason"])
}

// counted words a row that was counted by hand. Plates and names of drivers
// stay on the page of the rows.
func (w wordsOf) counted() {
	f := w.f
	name, variant := OneLine(w.words["type_name"]), ""
	var parts []string
	if ty, ok := tally.Find(f.Type); ok {
		name = ty.Name(string(w.p.Lang))
		values := incident.RowValues(w.words)
		for _, fd := range ty.Fields {
			if v := values[fd.ID]; v != "" && fd.Kind != tally.KindTruck && fd.Kind != tally.KindName {
				parts = append(parts, fd.Name(string(w.p.Lang))+" "+ShowValue(fd, v, w.p.Lang))
			}
		}
	}
	if f.Replaces != 0 {
		variant = "replaces"
	}
	w.say(variant, "n", f.Row, "type", name, "text", Truncate(OneLine(strings.Join(parts, w.p.t("label.and"))), 300),
		"old", f.Replaces, "id", f.List, "name", OneLine(w.words["name"]), "count", f.Boxes)
	w.result("tl.reason", w.words["reason"])
	w.result("tl.writer", w.words["writer"])
	if f.Sheet != "" {
		w.result("tl.sheet", f.Sheet)
	}
}

// ShowValue writes a value of a row for people: choices by name, a container
// number as it stands on the door.
func ShowValue(f tally.Field, v string, lang Lang) string {
	if f.Kind == tally.KindContainer {
		return tally.Shown(v)
	}
	if f.Kind == tally.KindChoice {
		for _, c := range f.Choices {
			if c.ID == v {
				return c.Name(string(lang))
			}
		}
	}
	return OneLine(v)
}
