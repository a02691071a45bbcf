package runbook

import (
	"fmt"
	"os"
	"testing"
)

func TestSections(t *testing.T) {
	f := os.Getenv("RB_SEC")
	if f == "" {
		t.Skip()
	}
	src, _ := os.ReadFile(f)
	d, _ := decode(src)
	r := &reader{t: newLineTable(d.text), table: labelTable(), decoded: d, rb: &Runbook{File: f, Text: d.text}, roles: map[string]bool{}, messages: map[string]bool{}, words: newSectionWords(Sections{})}
	r.labels = newLabelSet(r.table, nil)
	r.docLabels = newLabelSet(documentTable(), nil)
	blocks := r.prepareBlocks(parseBlocks(&r.t, r.frontMatter()))
	r.sections = r.buildSections(blocks)
	r.classify(r.sections)
	for _, s := range r.sections {
		fmt.Printf("L%d-%d lvl%d own=%d kind=%d guess=%v step=%v ans=%v title=%v num=%s %q", s.line, s.end, s.level, s.own, s.kind, s.guessed, s.step, s.answer, s.isTitle, s.number, s.title)
		for _, b := range s.blocks {
			fmt.Printf(" %d:%d-%d", b.kind, b.line, b.end)
		}
		fmt.Println()
	}
}
