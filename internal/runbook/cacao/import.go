package cacao

import (
	"fmt"
	"strings"
	"unicode"
)

// Import writes a playbook as a Markdown runbook that irbot reads. Manual
// commands become steps; commands for machines are shown as text and never
// run; conditions become decisions with jumps; parallel branches become phases
// side by side. Errors are ErrNotPlaybook, ErrTooLarge and ErrNoSteps.
func Import(data []byte) (Imported, error) {
	p, err := decode(data)
	if err != nil {
		return Imported{}, err
	}
	l := plan(p)
	w := &writer{p: p, l: l, ja: japanese(p, l.book)}
	w.head()
	for i, s := range l.sections {
		w.section(i, s)
	}
	w.wordings()
	w.reread()
	out := Imported{Name: oneLine(p.Name), ID: slug(p, l.book), Markdown: []byte(w.b.String()), Findings: l.findings}
	for _, s := range l.sections {
		out.Steps += len(s.items)
	}
	if out.Steps == 0 {
		return out, fmt.Errorf("%s: %w", p.ID, ErrNoSteps)
	}
	if p.Revoked {
		out.Findings = append(out.Findings, Finding{Message: "このプレイブックは取り消されています", English: "the playbook is revoked"})
	}
	if len(p.Signatures) > 0 {
		out.Findings = append(out.Findings, Finding{Message: "署名は確かめていません", English: "its signatures were not checked"})
	}
	if len(p.Authenticated) > 0 {
		out.Findings = append(out.Findings, Finding{Message: "認証情報は取り込みません", English: "credentials in it are not taken over"})
	}
	return out, nil
}

func japanese(p *playbook, b bookExt) bool {
	if b.Language != "" {
		return b.Language == "ja"
	}
	for _, st := range p.Workflow {
		for _, r := range st.Name + p.Name {
			if unicode.In(r, unicode.Hiragana, unicode.Katakana, unicode.Han) {
				return true
			}
		}
	}
	return false
}

func slug(p *playbook, b bookExt) string {
	if b.Runbook != "" {
		return b.Runbook
	}
	var out strings.Builder
	for _, r := range strings.ToLower(p.Name) {
		switch {
		case r >= 'a' && r <= 'z' || r >= '0' && r <= '9':
			out.WriteRune(r)
		case out.Len() > 0 && !strings.HasSuffix(out.String(), "-"):
			out.WriteByte('-')
		}
	}
	if s := strings.Trim(out.String(), "-"); len(s) > 1 {
		return s[:min(len(s), 40)]
	}
	return "playbook"
}
