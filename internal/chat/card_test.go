package chat

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestButtonValueRoundTrip(t *testing.T) {
	for _, v := range []Value{{"IR-12", "r1/2.3", 41}, {"DR-4", "", 0}, {"IR-1", "D3/a", 1 << 40}} {
		got, err := DecodeValue(EncodeValue(v))
		if err != nil || got != v {
			t.Errorf("%+v became %+v, %v", v, got, err)
		}
	}
	for _, bad := range []string{"", "IR-12", "IR-12|x", "|x|1", "IR-12|x|-1", "IR-12|x|1|2", "IR-12|x|99999999999999999999"} {
		if _, err := DecodeValue(bad); !errors.Is(err, ErrValue) {
			t.Errorf("DecodeValue(%q) = %v, want ErrValue", bad, err)
		}
	}
}

func TestTextOfACard(t *testing.T) {
	c := Card{
		Head: "【実事案】IR-12 TOS停止", Title: "TOSサーバーを切り離す",
		Fields: []Field{{Label: "目標", Value: "07:20まで"}, {Label: "完了の条件", Value: "ランプ消灯\n2つとも"}},
		Body:   []Block{{Kind: Para, Text: "ケーブルを抜く\x1b"}, {Kind: List, Items: []string{"電源を切らない"}}, {Kind: Quote, Text: "一行\n二行"}},
		Actions: []Action{{ID: "step.done", Label: "完了"},
			{Label: "コンソールで見る", URL: "http://127.0.0.1:8642/i/IR-12"}},
		Footer: "次: 5",
	}
	want := `【実事案】IR-12 TOS停止
TOSサーバーを切り離す
  目標        07:20まで
  完了の条件  ランプ消灯
              2つとも
ケーブルを抜く
- 電源を切らない
> 一行
> 二行
コンソールで見る: http://127.0.0.1:8642/i/IR-12
次: 5
`
	if diff := cmp.Diff(want, Text(c)); diff != "" {
		t.Errorf("text (-want +got):\n%s", diff)
	}
}
