package web_test

import (
	"net/http"
	"strings"
	"testing"

	"irbot/internal/runbook"
	"irbot/internal/web"
)

const previewed = `# 停電

## 1. 初動（0〜15分）

1. 非常灯を確かめる
   - 担当: CISO
   - 完了の条件: 灯がついている
2. 電話は通じるか
   - はい: 手順 3 へ
   - いいえ: 無線で呼ぶ
3. <script>alert(1)</script> を止める
`

func previewKit(t *testing.T) *person {
	t.Helper()
	k := newKit(t, func(o *web.Options) {
		o.Pages.Read = func(name string, src []byte, strict bool) (*runbook.Runbook, error) {
			return runbook.Read(name, src, runbook.Options{Strict: strict})
		}
	})
	return k.as("sato")
}

// TestPreviewKeepsNothing reads a pasted file, shows its cards and findings, and
// leaves no runbook and no entry behind.
func TestPreviewKeepsNothing(t *testing.T) {
	p := previewKit(t)
	body := p.submit(p.page("/runbooks/check"), "/runbooks/check", "text", previewed, "strict", "1")
	for _, want := range []string{"保存していません", "非常灯を確かめる", "灯がついている", `class="slack"`, "RB012", `id="L5"`, "電話は通じるか"} {
		if !strings.Contains(body, want) {
			t.Errorf("the preview lacks %q", want)
		}
	}
	if strings.Contains(body, "<script>alert") {
		t.Error("the preview runs what the file says")
	}
	if list := p.page("/runbooks"); strings.Contains(list, "停電") {
		t.Error("a runbook only looked at stands in the list")
	}
	if got := p.k.entries("SITE"); len(got) > 1 {
		t.Errorf("looking left entries: %v", got)
	}
	below := "# 分岐\n\n1. 荷役を続けられるか\n   - はい:\n     1. そのまま待つ\n   - いいえ: 手作業に移る\n     1. 紙を配る\n2. 門を閉める\n"
	if body := plain(p.submit(p.page("/runbooks/check"), "/runbooks/check", "text", below)); !strings.Contains(body, "「はい」を選んだときの手順") || strings.Count(body, "[分岐]") < 4 {
		t.Errorf("steps under an answer: %s", body)
	}
	if body := p.submit(p.page("/runbooks/check"), "/runbooks/check", "text", ""); !strings.Contains(body, "RB106") || strings.Contains(body, "フォルダーに置いて") {
		t.Errorf("an empty file: %s", plain(body))
	}
}

// TestWalkThroughARunbook goes on by links only and comes to the end.
func TestWalkThroughARunbook(t *testing.T) {
	p := previewKit(t)
	at := "/runbooks/tos-ransomware/try"
	seen := map[string]bool{}
	for range 80 {
		body := p.page(at)
		if strings.Contains(body, "最後の手順まで進みました") {
			return
		}
		i := strings.Index(body, `class="button primary" href="`)
		if i < 0 {
			t.Fatalf("%s leads nowhere: %s", at, plain(body))
		}
		rest := body[i+len(`class="button primary" href="`):]
		at = rest[:strings.Index(rest, `"`)]
		if seen[at] {
			t.Fatalf("%s comes again", at)
		}
		seen[at] = true
	}
	t.Error("no end within 80 steps")
}

func TestWalkRefusesStrangeAnswers(t *testing.T) {
	p := previewKit(t)
	for _, q := range []string{"zz", strings.Repeat(".", 600), "%ff"} {
		if code, _ := p.get("/runbooks/tos-ransomware/try?p=" + q); code != http.StatusBadRequest && code != http.StatusNotFound {
			t.Errorf("p=%.8s: %d", q, code)
		}
	}
}
