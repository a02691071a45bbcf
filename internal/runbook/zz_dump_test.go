package runbook

import (
	"fmt"
	"os"
	"testing"
)

func TestDump(t *testing.T) {
	f := os.Getenv("RB_DUMP")
	if f == "" {
		t.Skip()
	}
	src, _ := os.ReadFile(f)
	rb, err := Read(f, src, Options{})
	if err != nil {
		t.Fatal(err)
	}
	fmt.Printf("TITLE %s | id %s owner %s ver %s sev %s strict %v lang %s roles %v\n", rb.Title, rb.ID, rb.Owner, rb.Version, rb.Severity, rb.Strict, rb.Language, rb.Roles)
	for _, p := range rb.Phases {
		fmt.Printf("P%d L%d-%d [%s] %q num=%s owner=%v win=%+v due=%+v par=%v\n", p.No, p.Line, p.EndLine, p.Kind, p.Title, p.Number, p.Owner, p.Window, p.Due, p.Parallel)
		for _, s := range p.Steps {
			fmt.Printf("  %s L%d-%d %s #%s %q own=%v(%s)", s.Key, s.Line, s.EndLine, s.Form, s.Number, cutRunes(s.Title, 70), s.Owner, s.OwnerFrom)
			if s.Due != nil {
				fmt.Printf(" due=%s/%s/%v", s.Due.Written, s.Due.Anchor, s.Due.After)
			}
			if s.Estimate != nil {
				fmt.Printf(" est=%v", s.Estimate.After)
			}
			if len(s.Approver) > 0 || len(s.Evidence) > 0 || s.DoneWhen != "" || len(s.Forbidden) > 0 {
				fmt.Printf(" appr=%v ev=%v done=%q forb=%v", s.Approver, s.Evidence, s.DoneWhen, s.Forbidden)
			}
			if len(s.Notify) > 0 || s.Message != "" || s.Escalate != nil || len(s.Timers) > 0 {
				fmt.Printf(" notify=%v msg=%s esc=%+v tim=%+v", s.Notify, s.Message, s.Escalate, s.Timers)
			}
			if s.Condition != "" {
				fmt.Printf(" IF=%q", cutRunes(s.Condition, 40))
			}
			fmt.Printf(" subs=%d cmds=%d notes=%d\n", len(s.SubSteps), len(s.Commands), len(s.Notes))
			for _, sub := range s.SubSteps {
				if sub.Decision != nil {
					fmt.Printf("      subdecision L%d %q\n", sub.Decision.Line, sub.Decision.Question)
				}
			}
			if s.Decision != nil {
				fmt.Printf("      DECISION L%d %q\n", s.Decision.Line, s.Decision.Question)
				for _, b := range s.Decision.Branches {
					fmt.Printf("        L%d %s => %q to=%+v\n", b.Line, b.Label, cutRunes(b.Text, 50), b.To)
				}
			}
			for _, c := range s.Choices {
				fmt.Printf("      choice L%d-%d %s %q\n", c.Line, c.EndLine, c.Form, cutRunes(c.Question, 50))
			}
		}
	}
	for _, c := range rb.Choices {
		fmt.Printf("loose choice L%d-%d %s %q\n", c.Line, c.EndLine, c.Form, cutRunes(c.Question, 50))
	}
	for _, c := range rb.Contexts {
		fmt.Printf("C L%d-%d %q\n", c.Line, c.EndLine, c.Title)
	}
	for _, w := range rb.Wordings {
		fmt.Printf("W %s %q vars=%v blanks=%v\n", w.Slug, cutRunes(w.Text, 40), w.Variables, w.Blanks)
	}
	for _, f := range rb.Findings {
		fmt.Printf("%d:%d %s %s %s\n", f.Line, f.Col, f.Severity, f.ID, f.Message)
	}
}
