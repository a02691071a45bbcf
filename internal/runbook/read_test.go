package runbook

import (
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"golang.org/x/text/encoding/japanese"
)

// TestExampleOfTheFormat holds the labelled example to what the format says it
// reads as.
func TestExampleOfTheFormat(t *testing.T) {
	src, err := os.ReadFile("testdata/design/tos-ransomware.md")
	if err != nil {
		t.Fatal(err)
	}
	rb, err := Read("tos-ransomware.md", src, Options{})
	if err != nil {
		t.Fatal(err)
	}
	var steps, decisions, limits, notify, timers int
	for i := range rb.Phases {
		for j := range rb.Phases[i].Steps {
			s := &rb.Phases[i].Steps[j]
			steps++
			if s.Decision != nil {
				decisions++
			}
			if s.Due != nil {
				limits++
			}
			if len(s.Notify) > 0 {
				notify++
			}
			timers += len(s.Timers)
		}
	}
	got := [...]int{len(rb.Phases), steps, decisions, limits, notify, timers, len(rb.Wordings)}
	if want := [...]int{4, 14, 2, 6, 3, 2, 2}; got != want {
		t.Errorf("phases, steps, decisions, limits, notify, timers, wordings = %v, want %v", got, want)
	}
	if rb.ID != "tos-ransomware" || rb.Owner != "情報システム部長" || rb.Severity != "SEV1" || rb.Zone != "Asia/Tokyo" || rb.Language != "ja" {
		t.Errorf("document facts: %q %q %q %q %q", rb.ID, rb.Owner, rb.Severity, rb.Zone, rb.Language)
	}
	s, ok := rb.Step("1.3")
	if !ok || s.Decision == nil || len(s.Decision.Branches) != 2 || s.Decision.Branches[0].To.Step != "1.4" {
		t.Fatalf("step 1.3 = %+v", s)
	}
	if s.Escalate == nil || len(s.Escalate.Levels) != 2 || s.Escalate.Levels[1].To != "本社 CISO" || s.Escalate.Levels[1].After != 10*time.Minute {
		t.Errorf("chain of 1.3 = %+v", s.Escalate)
	}
	s, _ = rb.Step("2.2")
	if br := s.Decision.Branches; br[0].To.Step != "2.3" || br[1].To.Phase != 3 || br[2].To != nil {
		t.Errorf("branches of 2.2 lead to %+v %+v %+v", br[0].To, br[1].To, br[2].To)
	}
	for _, f := range rb.Findings {
		if f.Severity != Info {
			t.Errorf("%d: %s %s", f.Line, f.ID, f.Message)
		}
	}
}

func TestManualGate(t *testing.T) {
	src, err := os.ReadFile("testdata/design/manual-gate.md")
	if err != nil {
		t.Fatal(err)
	}
	rb, err := Read("manual-gate.md", src, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if n := len(rb.Phases); n != 4 || rb.Phases[0].Kind != "prepare" || rb.Phases[0].Due.After != 30*time.Minute {
		t.Fatalf("phases %d, first %+v", n, rb.Phases[0])
	}
	if s := rb.Phases[1].Steps[3]; s.Owner[0] != "ヤード係" || s.OwnerFrom != "column" || s.Timers[0].Every != time.Hour || s.Due.After != 5*time.Minute {
		t.Errorf("row 4 = %+v", s)
	}
	for _, s := range rb.Phases[2].Steps {
		if s.Condition == "" || s.Decision != nil {
			t.Errorf("%q is no conditional step", s.Title)
		}
	}
	count := map[string]int{}
	for _, f := range rb.Findings {
		count[f.ID]++
	}
	if count["RB304"] != 1 || count["RB504"] != 1 || count["RB012"] != 4 {
		t.Errorf("findings %v", count)
	}
}

func TestRefusedFiles(t *testing.T) {
	for name, c := range map[string]struct {
		src  string
		want error
		id   string
	}{
		"empty":      {"", ErrEmpty, "RB106"},
		"blank":      {" \n\t\n　\n", ErrEmpty, "RB106"},
		"binary":     {"\x7fELF\x02\x01\x01" + strings.Repeat("\x00\x01\x02\xff", 200), ErrDecode, "RB101"},
		"huge":       {strings.Repeat("手順\n", 200_000), ErrTooLarge, "RB104"},
		"long line":  {"# a\n\n" + strings.Repeat("x", maxLine+1), ErrStructure, "RB107"},
		"quotes":     {strings.Repeat(">", 100) + " a", ErrStructure, "RB107"},
		"dash line":  {strings.Repeat("- ", 5000) + "a", ErrStructure, "RB107"},
		"links":      {strings.Repeat("[a](", 4000), ErrStructure, "RB107"},
		"emphasis":   {strings.Repeat("*a_ ", 4000), ErrStructure, "RB107"},
		"brackets":   {strings.Repeat("[", 10_000), ErrStructure, "RB107"},
		"backticks":  {strings.Repeat("`a``b", 3000), ErrStructure, "RB107"},
		"tags":       {"x" + strings.Repeat("<a ", 5000), ErrStructure, "RB107"},
		"strikes":    {strings.Repeat("~a~~ ", 3000), ErrStructure, "RB107"},
		"references": {strings.Repeat("[a]: b\n", 3000), ErrStructure, "RB107"},
		"footnotes":  {strings.Repeat("[^a]: b\n\n", 3000), ErrStructure, "RB107"},
		"deep list":  {deepList(40), ErrStructure, "RB107"},
		"wide table": {strings.Repeat("|a", 200) + "|\n" + strings.Repeat("|-", 200) + "|\n|b|\n", ErrStructure, "RB107"},
		"long table": {"|a|b|\n|-|-|\n" + strings.Repeat("|1|2|\n", 2100), ErrStructure, "RB107"},
		"spread out": {strings.Repeat("a [b](\n", 3000), ErrStructure, "RB107"},
		"lazy items": {"- a\n" + strings.Repeat("2. [b](\n", 3000), ErrStructure, "RB107"},
		"fake fence": {"- ```\n" + strings.Repeat("[b](\n", 3000), ErrStructure, "RB107"},
	} {
		rb, err := Read(name, []byte(c.src), Options{})
		var refused *ReadError
		if !errors.Is(err, c.want) || !errors.As(err, &refused) {
			t.Errorf("%s: %v (runbook %v), want %v", name, err, rb != nil, c.want)
			continue
		}
		if f := refused.Findings; len(f) != 1 || f[0].ID != c.id || f[0].Severity != Error || f[0].Line < 1 {
			t.Errorf("%s: findings %+v, want %s", name, f, c.id)
		}
	}
}

func deepList(n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(strings.Repeat("  ", i) + "- a\n")
	}
	return b.String()
}

// TestLegalShapes must not be refused: real files have them.
func TestLegalShapes(t *testing.T) {
	for name, src := range map[string]string{
		"rule":        "# a\n\n- - - - - - - - - - - - - - - - - - - - -\n\n1. b\n",
		"many bullet": "# a\n\n" + strings.Repeat("- [x](y) and [z](w)\n", 400),
		"many rows":   "# a\n\n|a|b|\n|-|-|\n" + strings.Repeat("|[x](y)|**c**|\n", 900),
		"fence":       "# a\n\n```\n" + strings.Repeat("*a* _b_ [c](d) <e>\n", 900) + "```\n",
		"siblings":    "# a\n\n" + strings.Repeat("- a\n  - b\n    - c\n- d\n", 300),
		"paragraphs":  "# a\n\n" + strings.Repeat("see [b](c) and *d*\n\n", 900),
	} {
		if _, err := Read(name, []byte(src), Options{}); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestDecodeNamesTheEncoding(t *testing.T) {
	text := "# 運用手順\n\n## 初動\n\n1. 端末のＬＡＮケーブルを抜く（５分以内）\n2. 当直長へ連絡する\n"
	sjis, err := japanese.ShiftJIS.NewEncoder().String(text)
	if err != nil {
		t.Fatal(err)
	}
	euc, err := japanese.EUCJP.NewEncoder().String(text)
	if err != nil {
		t.Fatal(err)
	}
	jis, err := japanese.ISO2022JP.NewEncoder().String(text)
	if err != nil {
		t.Fatal(err)
	}
	for src, want := range map[string]string{text: encUTF8, sjis: encSJIS, euc: encEUC, jis: encJIS} {
		rb, err := Read("a.md", []byte(src), Options{})
		if err != nil || rb.Encoding != want || rb.Text != text {
			t.Errorf("%s: %v %v", want, rb, err)
			continue
		}
		if got := has(rb, "RB102"); got != (want != encUTF8) {
			t.Errorf("%s: RB102 raised %v", want, got)
		}
	}
	mixed := text + "3. 復旧\xff\xfeする\n"
	rb, err := Read("a.md", []byte(mixed), Options{})
	if err != nil || rb.Encoding != encUTF8 || !strings.Contains(rb.Text, "\uFFFD") {
		t.Fatalf("mixed: %v %v", rb, err)
	}
	for _, f := range rb.Findings {
		if f.ID == "RB113" && f.Line == 7 && f.Col == 6 {
			return
		}
	}
	t.Errorf("RB113 does not stand at 7:6: %v", rb.Findings)
}

func TestStableIDs(t *testing.T) {
	read := func(src string) []string {
		rb, err := Read("a.md", []byte(src), Options{})
		if err != nil {
			t.Fatal(err)
		}
		var out []string
		for i := range rb.Phases {
			for _, s := range rb.Phases[i].Steps {
				out = append(out, s.StableID)
			}
		}
		return out
	}
	before := read("# A\n\n## 初動\n\n1. 抜く\n2. 押す\n3. 抜く\n")
	after := read("# A\n\n## 初動\n\n1. 見る\n2. 抜く\n3. 押す\n4. 抜く\n5. 引く\n   - ID: pull\n")
	if before[0] != after[1] || before[1] != after[2] || before[2] != after[3] {
		t.Errorf("inserting a step changed ids: %v, %v", before, after)
	}
	if before[2] != before[0]+"-2" || after[4] != "pull" || !strings.HasPrefix(before[0], "h-") || len(before[0]) != 12 {
		t.Errorf("ids %v %v", before, after)
	}
}

func TestProhibitionsAreNoSteps(t *testing.T) {
	rb, err := Read("a.md", []byte("# A\n\n## Response steps\n\n- Unplug the cable\n\n**Do Not:**\n\n- Delete any logs\n- Restart the server\n"), Options{})
	if err != nil {
		t.Fatal(err)
	}
	if n := len(rb.Phases[0].Steps); n != 1 || len(rb.Phases[0].Steps[0].Forbidden)+len(rb.Notes) != 2 {
		t.Errorf("%d steps, forbidden %v, notes %v", n, rb.Phases[0].Steps[0].Forbidden, rb.Notes)
	}
}

func TestSiteWords(t *testing.T) {
	src := "# A\n\n## 段取り替え\n\n- 班長殿: 山\n\n1. 抜く\n   - 班付: 警備\n"
	rb, err := Read("a.md", []byte(src), Options{Labels: map[string][]string{"owner": {"班付"}}, Sections: Sections{Action: []string{"段取り"}}})
	if err != nil {
		t.Fatal(err)
	}
	last := rb.Phases[0].Steps[len(rb.Phases[0].Steps)-1]
	if len(last.Owner) != 1 || last.Owner[0] != "警備" {
		t.Errorf("a label of the site is not read: %+v", last)
	}
}
