package chat_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"irbot/internal/chat"
)

func paged() chat.Card {
	return chat.Card{
		Head: "【訓練】DR-3  佐藤さん(当直)の確認が必要です 01:55まで", Title: "脅迫文の表示（第3ゲート）",
		Fields: []chat.Field{
			{Label: "1 何が", Value: "01:54 脅迫文の表示（第3ゲート）"},
			{Label: "2 影響", Value: "不明"},
			{Label: "4 お願い", Value: "引き受け"},
		},
		Body:    []chat.Block{{Kind: chat.Quote, Text: "動きません"}},
		Actions: []chat.Action{{Label: "コンソールで見る", URL: "https://irbot.example.jp/i/DR-3"}},
		Footer:  "当直 03-0000-0100",
	}
}

func TestCardOnAPhone(t *testing.T) {
	if diff := cmp.Diff("【訓練】DR-3 佐藤さん(当直)の確認が必要です 01:55まで\n脅迫文の表示（第3ゲート）\n影響: 不明\nお願い: 引き受け\n> 動きません\n当直 03-0000-0100", chat.Short(paged())); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff("訓練。DR-3 佐藤さん(当直)の確認が必要です 01:55まで。脅迫文の表示（第3ゲート）。影響、不明。お願い、引き受け。動きません。当直 03-0000-0100。", chat.Spoken(paged(), chat.JA)); diff != "" {
		t.Error(diff)
	}
	said := paged()
	said.Fields[0].Value += " 「動きません」 森"
	if diff := cmp.Diff("【訓練】DR-3 佐藤さん(当直)の確認が必要です 01:55まで\n脅迫文の表示（第3ゲート）\n「動きません」 森\n影響: 不明\nお願い: 引き受け\n> 動きません\n当直 03-0000-0100", chat.Short(said)); diff != "" {
		t.Error(diff)
	}
	english := chat.Card{Head: "[DRILL] DR-3 Please acknowledge by 01:55.", Fields: []chat.Field{{Label: "2 Impact", Value: "unknown"}}}
	if diff := cmp.Diff("[DRILL] DR-3 Please acknowledge by 01:55. Impact: unknown.", chat.Spoken(english, chat.EN)); diff != "" {
		t.Error(diff)
	}
}
