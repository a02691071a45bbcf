package chat

import (
	"slices"
	"sort"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func testWords(t testing.TB) *Words {
	t.Helper()
	w, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// englishDrops are placeholders the agreed English wording leaves out.
func englishDrops(key string) []string {
	switch key {
	case "esc.need":
		return []string{"person", "role"}
	case "esc.need.norole":
		return []string{"person"}
	case "cmd.unk":
		return []string{"word"}
	}
	return nil
}

func TestBothLanguagesSayTheSame(t *testing.T) {
	w := testWords(t)
	if diff := cmp.Diff(w.Keys(JA), w.Keys(EN)); diff != "" {
		t.Fatalf("keys differ (-ja +en):\n%s", diff)
	}
	for _, key := range w.Keys(JA) {
		ja, en := w.Names(JA, key), append(w.Names(EN, key), englishDrops(key)...)
		sort.Strings(ja)
		sort.Strings(en)
		if diff := cmp.Diff(slices.Compact(ja), slices.Compact(en)); diff != "" {
			t.Errorf("%s: placeholders differ (-ja +en):\n%s", key, diff)
		}
	}
}

func TestToneOfWording(t *testing.T) {
	w := testWords(t)
	for _, lang := range []Lang{JA, EN} {
		for _, key := range w.Keys(lang) {
			text := w.T(lang, key)
			for _, bad := range []string{"!", "！", "上記", "下記", "see above", "障害チケット", "本番", "アサイン", "スキップ", "ポストモーテム"} {
				if strings.Contains(text, bad) {
					t.Errorf("%s %s holds %q: %s", lang, key, bad, text)
				}
			}
			if text == "" {
				t.Errorf("%s %s is empty", lang, key)
			}
		}
	}
}

func TestAgreedWording(t *testing.T) {
	w := testWords(t)
	tests := []struct {
		lang Lang
		key  string
		args []any
		want string
	}{
		{JA, "decl.ok", []any{"incident", "IR-12", "time", "06:33", "person", "佐藤"}, "受け付けました(IR-12、06:33)。佐藤さんに連絡しています。電源は切らずにお待ちください。"},
		{EN, "decl.ok", []any{"incident", "IR-12", "time", "06:33", "person", "Sato"}, "Received (IR-12, 06:33). We are contacting Sato. Please leave the power on."},
		{JA, "inc.head.real", []any{"incident", "IR-12", "title", "TOS停止"}, "【実事案】IR-12 TOS停止"},
		{JA, "step.twice", []any{"time", "07:18", "person", "伊藤"}, "すでに完了しています(07:18 伊藤)。あなたの操作はメモとして残しました。"},
		{JA, "perm.no", []any{"who", "指揮か CISO ", "tell", "佐藤"}, "この操作は指揮か CISO だけができます。佐藤さんに知らせますか。"},
		{EN, "step.blocked", []any{"n", 4, "reason", "no key", "person", "Sato", "next", 5}, "Step 4 blocked: no key. Sato notified. Step 5 can go first."},
		{JA, "apr.sent", []any{"time", "07:44", "receipt", "A-118"}, "送信済 07:44。受付番号 A-118。"},
		{JA, "tl.rec", []any{"seq", 38, "time", "07:12"}, "記録 #38(07:12)"},
		{JA, "nosuch.key", nil, "「nosuch.key」"},
		{JA, "tl.rec", []any{"seq", 38}, "記録 #38(「time」)"},
	}
	for _, tt := range tests {
		if got := w.T(tt.lang, tt.key, tt.args...); got != tt.want {
			t.Errorf("T(%s, %s) = %q, want %q", tt.lang, tt.key, got, tt.want)
		}
	}
}

func TestPhraseWithOpenBraceIsRefused(t *testing.T) {
	for _, text := range []string{"{", "a {b", "{}"} {
		if _, err := parsePhrase(text); err == nil {
			t.Errorf("parsePhrase(%q) took it", text)
		}
	}
}
