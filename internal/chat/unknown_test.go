package chat

import "testing"

func TestItemOf(t *testing.T) {
	for before, want := range map[string]string{
		"7 原因・侵入経路: ":        "原因・侵入経路",
		"7 原因・侵入経路 ":         "原因・侵入経路",
		"7. 復旧の見込み：":         "復旧の見込み",
		"（３） 拡大の可能性 = ":      "拡大の可能性",
		"発生 ":                "発生",
		"発生 06:30、検知 ":       "検知",
		"停止しました。影響は次のとおりです。": "影響",
		"- 概要「":              "概要",
		"7 ":                 "",
		"":                   "",
	} {
		if got := itemOf(before); got != want {
			t.Errorf("%q: %q, want %q", before, got, want)
		}
	}
}
