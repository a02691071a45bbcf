package runbook

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"
)

// known is a directory in which almost nothing exists.
func known() Known {
	is := func(words ...string) func(string) bool {
		return func(n string) bool { return slices.Contains(words, n) }
	}
	outside, inside := is("港湾管理者", "port authority"), is("班長", "foreman")
	return Known{
		Role:         is("班長", "部長", "foreman", "manager"),
		Person:       is("佐藤", "Sato"),
		Destination:  func(n string) (bool, bool) { return outside(n), outside(n) || inside(n) },
		Policy:       is("標準", "standard"),
		File:         is("ok.md", "a.md", "b.md", "c.md"),
		ContactStale: is("古い人", "old friend"),
	}
}

// step puts lines under a step of a file that has nothing else to say.
func step(lines string) string {
	return "# 手順書\n\n管理責任者: 部長\n次回見直し: 2099-01-01\n\n## 初動\n\n担当: 班長\n\n1. 線を抜く\n   - 完了の条件: 灯が消える\n" + lines
}

func has(rb *Runbook, id string) bool {
	for _, f := range rb.Findings {
		if f.ID == id {
			return true
		}
	}
	return false
}

// lintCase reads a file of a case in a profile, with the files beside it.
func lintCase(t *testing.T, src string, x ruleCase, strict bool) (text string, found []Finding) {
	t.Helper()
	opt := Options{Strict: strict, Known: known(), Today: time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)}
	rb, err := Read("a.md", []byte(src), opt)
	var stop *ReadError
	if errors.As(err, &stop) {
		return "", stop.Findings
	}
	if err != nil {
		t.Fatalf("%s: %v", x.id, err)
	}
	checkFindings(t, x.id, rb)
	checkCoverage(t, x.id, rb)
	set := []*Runbook{rb}
	for name, text := range x.beside {
		other, err := Read(name, []byte(text), opt)
		if err != nil {
			t.Fatal(err)
		}
		set = append(set, other)
	}
	if len(x.beside) > 0 {
		LintSet(set, nil)
	}
	return rb.Text, rb.Findings
}

// findingOf gives the last finding of a rule: a second section or id is what
// repeats the first.
func findingOf(list []Finding, id string) (f Finding, ok bool) {
	for _, x := range list {
		if x.ID == id {
			f, ok = x, true
		}
	}
	return f, ok
}

// textAt is the text from a finding on: from where the caret stands.
func textAt(text string, f Finding) string {
	lines := strings.Split(text, "\n")
	if f.Line > len(lines) {
		return ""
	}
	line := []rune(lines[f.Line-1])
	return string(line[min(f.Col-1, len(line)):]) + "\n" + strings.Join(lines[f.Line:], "\n")
}

// TestEveryRule holds each rule to a file that breaks it and to one that nearly
// does, in Japanese and English: place, severity of both profiles, remedy.
func TestEveryRule(t *testing.T) {
	covered := map[string]bool{}
	for _, x := range ruleCases() {
		covered[x.id] = true
		rule, ok := Explain(x.id)
		if !ok {
			t.Errorf("%s is no rule", x.id)
			continue
		}
		for _, v := range []struct{ lang, src, at, near string }{{"ja", x.ja, x.atJA, x.nearJA}, {"en", x.en, x.atEN, x.nearEN}} {
			for _, strict := range []bool{true, false} {
				text, list := lintCase(t, v.src, x, strict)
				f, raised := findingOf(list, x.id)
				want := rule.severity(strict)
				if raised != (want != silent) || f.Severity != want {
					t.Errorf("%s (%s, strict %v): severity %q, want %q; findings %v", x.id, v.lang, strict, f.Severity, want, list)
					continue
				}
				if x.id == "RB012" && !strict {
					continue // once a phase, at its heading: see TestProfiles
				}
				if raised && (!strings.HasPrefix(textAt(text, f), v.at) || f.Fix != rule.FixJA || f.FixEN != rule.FixEN) {
					t.Errorf("%s (%s): stands at %d:%d before %q, want %q", x.id, v.lang, f.Line, f.Col, cutRunes(textAt(text, f), 20), v.at)
				}
			}
			if _, list := lintCase(t, v.near, x, true); v.near == "" {
				t.Errorf("%s (%s) has no near miss", x.id, v.lang)
			} else if f, raised := findingOf(list, x.id); raised {
				t.Errorf("%s (%s): raised by the near miss at %d:%d", x.id, v.lang, f.Line, f.Col)
			}
		}
	}
	for _, r := range Rules() {
		if !covered[r.ID] {
			t.Errorf("rule %s has no case", r.ID)
		}
	}
}

func ids(rb *Runbook) (out []string) {
	for _, f := range rb.Findings {
		out = append(out, f.ID)
	}
	return out
}

func TestRulesAreComplete(t *testing.T) {
	seen := map[string]bool{}
	for _, r := range Rules() {
		if seen[r.ID] {
			t.Errorf("%s stands twice", r.ID)
		}
		seen[r.ID] = true
		for name, s := range map[string]string{"JA": r.JA, "EN": r.EN, "FixJA": r.FixJA, "FixEN": r.FixEN, "Good": r.Good, "Bad": r.Bad} {
			if s == "" {
				t.Errorf("%s has no %s", r.ID, name)
			}
		}
		bad, good := r.Examples("en")
		if bad == "" || good == "" || strings.ContainsFunc(bad+good, isCJK) {
			t.Errorf("%s: English examples %q and %q", r.ID, bad, good)
		}
		if strings.Count(r.JA, "%") != strings.Count(r.EN, "%") {
			t.Errorf("%s: messages take different values", r.ID)
		}
		for _, id := range []string{r.ID, "E" + r.ID[2:], "W" + r.ID[2:]} {
			if got, ok := Explain(id); !ok || got.ID != r.ID {
				t.Errorf("Explain(%q) = %q, %v", id, got.ID, ok)
			}
		}
	}
	if _, ok := Explain("RB999"); ok {
		t.Error("Explain knows a rule that does not exist")
	}
}

func TestSilencing(t *testing.T) {
	src := "# 手順\n\n<!-- irbot: ignore RB301 -->\n## 対応\n\n1. 抜く\n"
	rb, err := Read("t.md", []byte(src), Options{})
	if err != nil || has(rb, "RB301") || !has(rb, "RB012") {
		t.Errorf("comment above the line: %v, %v", ids(rb), err)
	}
	rb, err = Read("t.md", []byte(src), Options{Silent: []string{"RB012", "RB002"}})
	if err != nil || len(rb.Findings) != 0 {
		t.Errorf("silenced in configuration: %v, %v", ids(rb), err)
	}
}

func TestProfiles(t *testing.T) {
	src := step("2. 電話する\n3. 記録する\n")
	for _, strict := range []bool{false, true} {
		rb, err := Read("t.md", []byte(src), Options{Strict: strict})
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		for _, f := range rb.Findings {
			if f.ID != "RB012" {
				continue
			}
			n++
			if want := map[bool]Severity{false: Info, true: Error}[strict]; f.Severity != want {
				t.Errorf("strict %v: RB012 is %q, want %q", strict, f.Severity, want)
			}
		}
		if want := map[bool]int{false: 1, true: 2}[strict]; n != want {
			t.Errorf("strict %v: RB012 %d times, want %d", strict, n, want)
		}
	}
	rb, err := Read("t.md", []byte("# 手順\n\n点検: 厳格\n\n## 対応\n\n1. 抜く\n"), Options{})
	if err != nil || !rb.Strict {
		t.Errorf("点検: 厳格 is not the strict profile: %v", err)
	}
}

func TestLintSet(t *testing.T) {
	read := func(name, src string) *Runbook {
		rb, err := Read(name, []byte(src), Options{})
		if err != nil {
			t.Fatal(err)
		}
		return rb
	}
	a := read("a.md", "# A\n\n## Do\n\n1. Works?\n   - Yes: end\n   - No: start [B](b.md)\n")
	b := read("b.md", "# B\n\n## 対応\n\n1. 済んだか？\n   - はい: 終了\n   - いいえ: [A](a.md) を始める\n2. [手順](c.md#手順1-抜く) を見る\n")
	c := read("c.md", "# C\n\n## 対応\n\n### 手順1 抜く\n\n線を抜く。\n")
	LintSet([]*Runbook{a, b, c}, nil)
	if !has(a, "RB607") || !has(b, "RB607") || has(c, "RB607") {
		t.Errorf("circle: a %v b %v c %v", ids(a), ids(b), ids(c))
	}
	if !has(c, "RB207") {
		t.Errorf("a step linked from outside has no id: %v", ids(c))
	}
	if LintSet([]*Runbook{a, b, c}, []string{"RB607"}); has(a, "RB607") || has(b, "RB607") {
		t.Errorf("a silenced rule is reported: a %v b %v", ids(a), ids(b))
	}
}

// TestALadderCallsOurOwnPeople: destinations and addresses are told, and nobody
// answers there; a level must be a role or a person.
func TestALadderCallsOurOwnPeople(t *testing.T) {
	for to, want := range map[string]string{
		"班長": "", "佐藤": "", "港湾管理者": "RB506", "tel:0120-000-000": "RB506", "#tos": "RB506", "duty@example.jp": "RB506", "知らない人": "RB021",
	} {
		rb, err := Read("a.md", []byte(step("   - 上申: 10分 → "+to+"\n")), Options{Strict: true, Known: known()})
		if err != nil {
			t.Fatal(err)
		}
		for _, id := range []string{"RB021", "RB506"} {
			if has(rb, id) != (id == want) {
				t.Errorf("%s: %s is %v, want %q", to, id, has(rb, id), want)
			}
		}
	}
}
