package web_test

import (
	"strings"
	"testing"

	"irbot/internal/chat"
	"irbot/internal/web"
)

func TestBoardShowsReadiness(t *testing.T) {
	k := newKit(t, func(o *web.Options) {
		o.Ready = func(chat.Lang) []string {
			return []string{"次の訓練: 12/1(火) 13:00 JST", "直近の控え: 11/22(日) 02:00 JST"}
		}
	})
	page := k.as("sato").page("/")
	for _, want := range []string{"備え", "次の訓練: 12/1(火) 13:00 JST", "直近の控え: 11/22(日) 02:00 JST"} {
		if !strings.Contains(page, want) {
			t.Errorf("%q is not on the board", want)
		}
	}
}
