package cacao_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"irbot/internal/runbook"
	"irbot/internal/runbook/cacao"
)

// TestJumpsComeBackOnce reads jumps in the words of the author back as they
// were: a number named in an answer must not outlive the numbering it belongs to.
func TestJumpsComeBackOnce(t *testing.T) {
	for _, src := range []string{
		"# 停電\n\n## 1. 初動\n\n1. 発電機は動くか？\n   - はい: 手順 3 へ\n   - いいえ: 手順 2 へ進む\n   - 不明: 係長に聞き、フェーズ 2 へ\n2. 発電機を呼ぶ\n3. 記録する\n   - 次: 手順 1\n\n## 2. 復旧\n\n1. 直ったか？\n   - はい: 終了\n   - いいえ: 業者を呼ぶ → 手順 1\n   - 不明: 待つ\n2. 戻す\n",
		"# Power cut\n\n## Response\n\n1. Does it run?\n   - Yes: go to step 3\n   - No: call the maker and continue with step 2\n2. Wait\n3. Write it down\n",
	} {
		first := read(t, src)
		back := read(t, string(journey(t, first)))
		if diff := cmp.Diff(leads(first), leads(back)); diff != "" {
			t.Errorf("the jumps changed (-before +after):\n%s", diff)
		}
		once, twice := string(journey(t, back)), string(journey(t, read(t, string(journey(t, back)))))
		if cut := func(s string) string { _, s, _ = strings.Cut(s, "\n## "); return s }; cut(once) != cut(twice) {
			t.Errorf("every journey adds words:\n%s", cmp.Diff(once, twice))
		}
		if n := strings.Count(twice, "TLP:AMBER"); n != 1 {
			t.Errorf("the marking stands %d times", n)
		}
	}
}

func read(t *testing.T, src string) *runbook.Runbook {
	t.Helper()
	rb, err := runbook.Read("cut.md", []byte(src), runbook.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return rb
}

func journey(t *testing.T, rb *runbook.Runbook) []byte {
	t.Helper()
	data, err := cacao.Export(rb, options())
	if err != nil {
		t.Fatal(err)
	}
	in, err := cacao.Import(data)
	if err != nil {
		t.Fatal(err)
	}
	return in.Markdown
}

// leads lists where steps and answers lead, by titles: they survive any
// numbering.
func leads(rb *runbook.Runbook) (out []string) {
	where := func(r *runbook.Ref) string {
		if r == nil {
			return "goes on"
		}
		if st, ok := rb.Step(r.Step); ok {
			return st.Title
		}
		return map[bool]string{true: "end"}[r.End]
	}
	for i := range rb.Phases {
		for _, st := range rb.Phases[i].Steps {
			out = append(out, st.Title+" → "+where(st.Next))
			if st.Decision == nil {
				continue
			}
			for _, br := range st.Decision.Branches {
				out = append(out, st.Title+" "+br.Label+" → "+where(br.To))
			}
		}
	}
	return out
}

// TestAJumpIntoPreparationGoesOn: what is prepared in quiet times is not in the
// playbook, so nothing in it may lead there.
func TestAJumpIntoPreparationGoesOn(t *testing.T) {
	const src = "# 計画\n\n## 準備\n\n1. 予備機を置く\n   - ID: spare\n\n## 対応\n\n1. 抜く\n   - 次: spare\n2. 動くか？\n   - はい: 終了\n   - いいえ: spare へ戻る\n3. 待つ\n"
	rb, err := runbook.Read("plan.md", []byte(src), runbook.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if rb.Phases[0].Kind != "prepare" || rb.Phases[1].Steps[0].Next == nil || rb.Phases[1].Steps[0].Next.Step != "1.1" {
		t.Fatalf("the plan no longer jumps into the preparation: %+v", rb.Phases[1].Steps[0].Next)
	}
	data, err := cacao.Export(rb, options())
	if err != nil {
		t.Fatal(err)
	}
	if in, err := cacao.Import(data); err != nil {
		t.Errorf("our own playbook is refused: %v", err)
	} else if !strings.Contains(string(in.Markdown), "抜く") {
		t.Errorf("lost: %s", in.Markdown)
	}
}
