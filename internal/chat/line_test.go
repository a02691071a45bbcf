package chat

import (
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/google/go-cmp/cmp"
)

func TestParseLine(t *testing.T) {
	now := at("2026-11-22 08:42:00")
	am := func(clock string) time.Time { return at("2026-11-22 " + clock + ":00").UTC() }
	tests := []struct {
		in   string
		want Line
	}{
		{"0840 県警>CSIRT 到着、2名", Line{At: am("08:40"), HasTime: true, From: "県警", To: "CSIRT", Text: "到着、2名"}},
		{"０８４０　県警＞ＣＳＩＲＴ　到着、2名", Line{At: am("08:40"), HasTime: true, From: "県警", To: "CSIRT", Text: "到着、2名"}},
		{"8:40 県警 > CSIRT 到着、2名", Line{At: am("08:40"), HasTime: true, From: "県警", To: "CSIRT", Text: "到着、2名"}},
		{"8時40分 県警→CSIRT 到着、2名", Line{At: am("08:40"), HasTime: true, From: "県警", To: "CSIRT", Text: "到着、2名"}},
		{"8:40、県警->CSIRT 到着", Line{At: am("08:40"), HasTime: true, From: "県警", To: "CSIRT", Text: "到着"}},
		{"120、130番を確認", Line{Text: "120、130番を確認"}},
		{"8:40、 県警->CSIRT 到着", Line{At: am("08:40"), HasTime: true, From: "県警", To: "CSIRT", Text: "到着"}},
		{"到着、2名", Line{Text: "到着、2名"}},
		{"県警>CSIRT 到着", Line{From: "県警", To: "CSIRT", Text: "到着"}},
		{">CSIRT 到着", Line{To: "CSIRT", Text: "到着"}},
		{"県警> 到着", Line{From: "県警", Text: "到着"}},
		{"0840 到着", Line{At: am("08:40"), HasTime: true, Text: "到着"}},
		{"昨日 2350 当直>CSIRT 画面停止", Line{At: at("2026-11-21 23:50:00").UTC(), HasTime: true, From: "当直", To: "CSIRT", Text: "画面停止"}},
		{"11/22 0840 到着", Line{At: am("08:40"), HasTime: true, Text: "到着"}},
		{"15分前 警告灯が点灯", Line{At: am("08:27"), HasTime: true, Text: "警告灯が点灯"}},
		{"重要 0701 山田>CSIRT 1,2番端末も停止", Line{At: am("07:01"), HasTime: true, From: "山田", To: "CSIRT", Text: "1,2番端末も停止", Important: true}},
		{"0701 ！山田>CSIRT 停止", Line{At: am("07:01"), HasTime: true, From: "山田", To: "CSIRT", Text: "停止", Important: true}},
		{"0701 山田>CSIRT 停止 [重要]", Line{At: am("07:01"), HasTime: true, From: "山田", To: "CSIRT", Text: "停止", Important: true}},
		{"0712 県警>CSIRT 折り返し希望【未対応】", Line{At: am("07:12"), HasTime: true, From: "県警", To: "CSIRT", Text: "折り返し希望", Open: true}},
		{"重要な書類を保全", Line{Text: "重要な書類を保全"}},
		{"120 台が待機", Line{Text: "120 台が待機"}},
		{"120台が待機", Line{Text: "120台が待機"}},
		{"温度>80度 を超えた", Line{Text: "温度>80度 を超えた"}},
		{"A>B", Line{Text: "A>B"}},
		{"0840 A>B", Line{At: am("08:40"), HasTime: true, Text: "A>B"}},
		{"3番ゲートが止まり、当直>CSIRTに連絡", Line{Text: "3番ゲートが止まり、当直>CSIRTに連絡"}},
		{"<@U1|sato> が到着", Line{Text: "<@U1|sato> が到着"}},
		{"https://example.jp/?a>b を開いた", Line{Text: "https://example.jp/?a>b を開いた"}},
		{"0840", Line{At: am("08:40"), HasTime: true}},
		{"", Line{}},
	}
	for _, tt := range tests {
		tt.want.Raw = tt.in
		if diff := cmp.Diff(tt.want, ParseLine(tt.in, now, jst)); diff != "" {
			t.Errorf("ParseLine(%q) (-want +got):\n%s", tt.in, diff)
		}
	}
}

func FuzzParseLine(f *testing.F) {
	for _, s := range []string{"0840 県警>CSIRT 到着、2名", "重要 未対応", "> > >", "8:40>", "!！!", "A>B [重要]"} {
		f.Add(s)
	}
	now := at("2026-11-22 08:42:00")
	f.Fuzz(func(t *testing.T, s string) {
		l := ParseLine(s, now, jst)
		if l.Raw != s {
			t.Errorf("raw changed: %q", l.Raw)
		}
		if !l.HasTime && !l.Important && !l.Open && l.From+l.To == "" && l.Text != strings.TrimFunc(s, unicode.IsSpace) {
			t.Errorf("%q lost something: %+v", s, l)
		}
	})
}
