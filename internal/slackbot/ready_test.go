package slackbot

import (
	"encoding/json"
	"strings"
	"testing"

	"irbot/internal/chat"
)

func TestHomeShowsReadiness(t *testing.T) {
	bubble(t, func(t *testing.T, k *kit) {
		k.bot.o.Ready = func(chat.Lang) []string { return []string{"次の訓練: 12/1(火) 13:00 JST"} }
		raw, err := json.Marshal(k.bot.homeBlocks(t.Context(), caller{person: "sato", known: true, lang: "ja"}))
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(string(raw), "次の訓練: 12/1(火) 13:00 JST") {
			t.Errorf("the home tab lacks the next drill: %s", raw)
		}
	})
}
