package web_test

import (
	"html"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

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

// Of a bare button that somebody else was quicker with nothing was written, and pressing it again is refused again.
func TestRefusedButtonOffersOnlyTheWayBack(t *testing.T) {
	k := newKit(t, nil)
	id := k.declared(false)
	one, two := k.as("sato"), k.as("tanaka")
	form := regexp.MustCompile(`action="(/i/[^"]+/do/step\.take)"[^\n]*?name="v" value="([^"]*)">(?:<input type="hidden" name="drawn" value="([^"]*)">)?`)
	m := form.FindStringSubmatch(two.page("/i/" + id + "/steps/1"))
	if m == nil {
		t.Fatal("no button to take the step")
	}
	kv := []string{"v", html.UnescapeString(m[2]), "drawn", m[3], "back", "/i/" + id}
	one.must(m[1], kv...)
	k.turn(time.Minute)
	code, body := two.post(m[1], kv...)
	if text := plain(body); code != http.StatusConflict || !strings.Contains(text, "佐藤さんが担当になりました") || strings.Contains(text, "もう一度送る") || strings.Contains(text, "書いた内容") || !strings.Contains(text, "元の画面に戻る") {
		t.Errorf("%d: %s", code, text)
	}
}
