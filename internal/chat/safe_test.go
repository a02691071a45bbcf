package chat

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

func TestSafe(t *testing.T) {
	tests := []struct{ in, want string }{
		{"県警 到着\n2名", "県警 到着\n2名"},
		{"a\x00b\x1b[31mc", "ab[31mc"},
		{"支払\u202e先", "支払先"},
		{"見え\u200bない", "見えない"},
		{"👨‍🚒", "👨‍🚒"},
		{"a\r\nb", "a\nb"},
		{"a\xffb", "a\ufffdb"},
	}
	for _, tt := range tests {
		if got := Safe(tt.in); got != tt.want {
			t.Errorf("Safe(%q) = %q, want %q", tt.in, got, tt.want)
		}
	}
}

func TestTruncate(t *testing.T) {
	tests := []struct {
		in   string
		n    int
		want string
	}{
		{"ゲート閉鎖", 5, "ゲート閉鎖"},
		{"ゲート閉鎖", 4, "ゲート…"},
		{"か\u3099き\u3099く\u3099", 2, "か\u3099…"},
		{"👨‍🚒👩‍🚒🚒", 2, "👨‍🚒…"},
		{"🇯🇵🇰🇷🇨🇳", 2, "🇯🇵…"},
		{"ｶﾞｷﾞｸﾞ", 2, "ｶﾞ…"},
		{"abc", 0, ""},
	}
	for _, tt := range tests {
		if got := Truncate(tt.in, tt.n); got != tt.want {
			t.Errorf("Truncate(%q, %d) = %q, want %q", tt.in, tt.n, got, tt.want)
		}
	}
}

func FuzzTruncate(f *testing.F) {
	f.Add("ゲート👨‍🚒閉鎖", 3)
	f.Add("\u0301\u0301", 1)
	f.Fuzz(func(t *testing.T, s string, n int) {
		if !utf8.ValidString(s) {
			return
		}
		if strings.Join(Clusters(s), "") != s {
			t.Errorf("Clusters(%q) lost something", s)
		}
		got := Truncate(s, n)
		if !utf8.ValidString(got) || n >= 0 && len(Clusters(got)) > n {
			t.Errorf("Truncate(%q, %d) = %q", s, n, got)
		}
	})
}

func TestTable(t *testing.T) {
	var b strings.Builder
	err := Table(&b, []string{"案件", "状態", "いまの手順"}, [][]string{
		{"IR-12", "対応中", "4/14 TOSサーバーをネットワークから切り離す"},
		{"DR-4", "訓練", "① 準備…"},
	}, 40)
	if err != nil {
		t.Fatal(err)
	}
	want := strings.Join([]string{
		"案件   状態    いまの手順",
		"IR-12  対応中  4/14 TOSサーバーをネット",
		"               ワークから切り離す",
		"DR-4   訓練    1 準備...",
		"",
	}, "\n")
	if diff := cmp.Diff(want, b.String()); diff != "" {
		t.Errorf("table (-want +got):\n%s", diff)
	}
}

// An id is typed again and copied: it stays on one line while words of another
// column can be broken.
func TestTableKeepsIdsWhole(t *testing.T) {
	var b strings.Builder
	if err := Table(&b, []string{"ID", "報告・通知", "期限", "状態", "担当"}, [][]string{
		{"ppc-final-improper", "個人情報保護委員会 確報（不正の目的のおそれ）", "2027年1月20日(水) 23:59まで 残り59日", "対象か確認 -> 未着手", "法務 高橋"},
	}, 80); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(b.String(), "ppc-final-improper ") || !strings.Contains(b.String(), "2027") {
		t.Errorf("the id is broken:\n%s", b.String())
	}
}

func TestTableNeverPassesItsWidth(t *testing.T) {
	rows := [][]string{
		{strings.Repeat("漢字", 60), strings.Repeat("long", 40), "ｶﾅ👨‍🚒" + strings.Repeat("→", 40)},
		{"short"},
	}
	for _, columns := range []int{0, 40, 80, 100} {
		var b strings.Builder
		if err := Table(&b, []string{"a", "b", "c"}, rows, columns); err != nil {
			t.Fatal(err)
		}
		limit := columns
		if limit == 0 {
			limit = 80
		}
		for _, line := range strings.Split(b.String(), "\n") {
			if Columns(line) > limit {
				t.Errorf("width %d: line takes %d columns: %s", columns, Columns(line), line)
			}
		}
	}
}

func TestWrapKeepsEverything(t *testing.T) {
	got := Wrap("手順を見送りました。理由は、予備機がないためです。", 20)
	for _, line := range got {
		if Columns(line) > 20 || strings.HasPrefix(line, "。") || strings.HasPrefix(line, "、") {
			t.Errorf("bad line %q", line)
		}
	}
	if strings.Join(got, "") != "手順を見送りました。理由は、予備機がないためです。" {
		t.Errorf("lost something: %q", got)
	}
}
