package report

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"
)

// hostileFacts fills every field with text that means something else to a
// careless renderer, and that tries to forge a line of the report (S03).
func hostileFacts(b *Forms) map[string]Fact {
	const evil = "前\n2 報告者・24時間連絡先: 偽者 090-0000-0000\n=HYPERLINK(\"http://evil.example\")\nBcc: x@evil.example\n{{phone}} {{title}} <script>alert(1)</script> <!channel> *x*"
	out := map[string]Fact{}
	for i, f := range b.Fields() {
		out[f.ID] = Fact{Field: f.ID, Value: evil, Conf: Confirmed, TLP: "CLEAR", Seq: int64(i + 1)}
	}
	return out
}

// Every form of every kind keeps what people typed as what they typed: one
// subject line, no forged item, nothing filled in a second time, and the frozen
// rows are those that were shown.
func TestHostileFactsInEveryForm(t *testing.T) {
	b, err := Shipped()
	if err != nil {
		t.Fatal(err)
	}
	facts := hostileFacts(b)
	v := vars()
	v["title"] = "件名\r\nBcc: x@evil.example\r\n{{phone}} =1+1"
	n := 0
	for _, f := range b.List() {
		for _, s := range f.Series {
			n++
			d := f.Fill(Input{Kind: s.Kind, Facts: facts, Vars: v, Ceiling: "RED"})
			if strings.ContainsFunc(d.Subject, unicode.IsControl) {
				t.Errorf("%s %s: subject of several lines %q", f.ID, s.Kind, d.Subject)
			}
			if strings.Contains(d.Subject, v["phone"]) && !strings.Contains(f.Subject, "{{phone}}") {
				t.Errorf("%s %s: a placeholder in a title was filled in: %q", f.ID, s.Kind, d.Subject)
			}
			body := d.Text()
			_, items, _ := strings.Cut(body, d.Lines[0].JA)
			for _, line := range strings.Split(items, "\n") {
				for _, forged := range []string{"2 報告者・24時間連絡先: 偽者", "=HYPERLINK", "Bcc:"} {
					if strings.HasPrefix(line, forged) && !strings.Contains(d.Closing+d.Opening, line) {
						t.Errorf("%s %s: a value became a line of the letter: %q", f.ID, s.Kind, line)
					}
				}
			}
			if got, want := strings.Count(body, v["phone"]), strings.Count(f.Opening+f.Closing, "{{phone}}"); got != want {
				t.Errorf("%s %s: the phone stands %d times, want %d: a value was read as a template", f.ID, s.Kind, got, want)
			}
			snapshot := d.Snapshot()
			if !json.Valid([]byte(snapshot)) {
				t.Errorf("%s %s: broken snapshot", f.ID, s.Kind)
			}
			var was, now []string
			for _, l := range d.Lines {
				was = append(was, l.Value)
			}
			for _, l := range Thaw(snapshot) {
				now = append(now, l.Value)
			}
			if diff := cmp.Diff(was, now); diff != "" {
				t.Errorf("%s %s: frozen otherwise than shown:\n%s", f.ID, s.Kind, diff)
			}
		}
	}
	if n < 24 {
		t.Errorf("only %d reports looked at", n)
	}
}
