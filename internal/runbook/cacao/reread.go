package cacao

import (
	"fmt"
	"slices"
	"strings"

	"irbot/internal/runbook"
)

// reread reads what was written and tells every step whose words, owners, limit
// or answers are taken otherwise than the playbook says: a plan that carries
// 「担当: A社」 in the middle of a title is read by its letters, and whoever
// takes it over must know.
func (w *writer) reread() {
	rb, err := runbook.Read("a.md", []byte(w.b.String()), runbook.Options{})
	if err != nil {
		w.l.find("", "書き出した手順書を読み直せません", "the runbook cannot be read back")
		return
	}
	var came []*runbook.Step
	for i := range rb.Phases {
		for j := range rb.Phases[i].Steps {
			if rb.Phases[i].Kind != prepare {
				came = append(came, &rb.Phases[i].Steps[j])
			}
		}
	}
	var went []*item
	for _, s := range w.l.sections {
		went = append(went, s.items...)
	}
	if len(came) != len(went) {
		w.l.find("", fmt.Sprintf("%d手順を書きましたが、%d手順と読まれます。手順の区切りを確かめてください", len(went), len(came)),
			fmt.Sprintf("%d steps were written and %d are read; check where steps begin", len(went), len(came)))
	}
	for i := range min(len(came), len(went)) {
		if it := went[i]; it.st.ext.Key != "" { // another's playbook: how its words are read is shown by lint
			w.compare(it, came[i])
			w.told(it, "答え", "answers", w.ways(it, went, i), waysOf(came, i))
		}
	}
}

// told adds a finding where a thing is read otherwise than it was written.
func (w *writer) told(it *item, ja, en, went, came string) {
	if went != came {
		w.l.find(it.id, fmt.Sprintf("手順%dの%sが「%s」ではなく「%s」と読まれます。直してください", it.no, ja, went, came),
			fmt.Sprintf("step %d: its %s is read as %q, not %q; correct it", it.no, en, came, went))
	}
}

// compare tells what of one step is taken otherwise.
func (w *writer) compare(it *item, st *runbook.Step) {
	if it.text != "" && it.kind != "start" && bare(it.text) != bare(st.Title) {
		w.told(it, "題", "title", oneLine(it.text), oneLine(st.Title))
	}
	w.told(it, "担当", "owner", names(w.p.doers(it.st)), names(st.Owner))
	due, written := "", ""
	if it.st.ext.Due != nil {
		due = it.st.ext.Due.Written
	}
	if st.Due != nil {
		written = st.Due.Written
	}
	w.told(it, "期限", "limit", due, written)
}

// ways are the answers of a step and where each leads, the next step aside.
func (w *writer) ways(it *item, all []*item, i int) string {
	var out []string
	for _, a := range it.answers {
		to := a.runbook
		if x := w.l.seen[a.to]; to == "" && x != nil && (i+1 == len(all) || all[i+1] != x) {
			to = oneLine(x.text)
		} else if to == "" && a.to == "" && !it.last {
			to = "■"
		}
		out = append(out, way(a.label, to))
	}
	return strings.Join(out, "、")
}

// waysOf is ways of a step that was read.
func waysOf(all []*runbook.Step, i int) string {
	if all[i].Decision == nil {
		return ""
	}
	var out []string
	for _, br := range all[i].Decision.Branches {
		to := ""
		if br.To != nil {
			to = br.To.Runbook
			if br.To.End {
				to = "■"
			}
			for k, x := range all {
				if x.Key == br.To.Step && k != i+1 {
					to = oneLine(x.Title)
				}
			}
		}
		out = append(out, way(br.Label, to))
	}
	return strings.Join(out, "、")
}

func way(label, to string) string {
	if to == "" {
		return bare(label)
	}
	return bare(label) + "→" + bare(to)
}

// bare are words without marks and spaces, by which two titles are compared.
func bare(s string) string {
	return strings.NewReplacer("`", "", "*", "", " ", "", "\u3000", "", "\t", "", "\n", "").Replace(s)
}

// names are the owners of a step in one order.
func names(owners []string) string {
	x := slices.Clone(owners)
	slices.Sort(x)
	return strings.Join(slices.Compact(x), "、")
}

// Lost tells what of a runbook a playbook made from it does not bring back when
// it is imported again: parts that a workflow has no place for, and words that
// are read otherwise the second time.
func Lost(rb *runbook.Runbook, data []byte) ([]Finding, error) {
	in, err := Import(data)
	if err != nil {
		return nil, err
	}
	out, quiet := in.Findings, 0
	for i := range rb.Phases {
		if rb.Phases[i].Kind == prepare {
			quiet += len(rb.Phases[i].Steps)
		}
	}
	if quiet > 0 {
		out = append(out, Finding{Message: fmt.Sprintf("平時の準備の%d手順は、題だけを書き出します。取り込んでも手順に戻りません", quiet),
			English: fmt.Sprintf("of %d steps for quiet times only the titles are written; they do not come back as steps", quiet)})
	}
	if len(rb.Contexts) > 0 {
		out = append(out, Finding{Message: fmt.Sprintf("資料の%d節は本文のまま書き出します。取り込んだ手順書には入りません", len(rb.Contexts)),
			English: fmt.Sprintf("%d sections of reference are written as they stand; an imported runbook does not hold them", len(rb.Contexts))})
	}
	return out, nil
}
