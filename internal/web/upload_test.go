package web_test

import (
	"bytes"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"irbot/internal/incident"
)

// A photo that is too large loses nothing that was typed beside it: neither in
// the three sheets of paper, nor on a step, whether the file stands before the
// fields or behind them.
func TestAPhotoTooLargeLosesNoLine(t *testing.T) {
	k := newKit(t, nil)
	p := k.as("mori")
	k.as("sato").must("/declare", "finder", "frozen")
	k.turn(2 * time.Hour)
	photo := make([]byte, incident.MaxFile+1)
	st, _ := k.store.State(t.Context(), "IR-1")
	n := itoa(int64(st.Runs[0].Steps[1].N))
	for _, c := range []struct {
		path string
		kv   []string
		want []string
	}{
		{"/i/IR-1/rows/count", []string{"paper", "1", "at.0", "0712", "writer.0", "山本", "what.0", "搬入", "count.0", "12", "at.7", "99:99", "what.7", "搬出"}, []string{`value="0712"`, `value="搬入"`, `value="12"`, `value="99:99"`, `value="搬出"`}},
		{"/i/IR-1/paper", []string{"at0", "0712", "from0", "守衛", "text0", "門を閉めた", "important0", "1", "at9", "+5", "text9", "雨"}, []string{`value="0712"`, `value="守衛"`, `value="門を閉めた"`, `name="important0" value="1" checked`, `value="雨"`}},
		{"/i/IR-1/paper/steps", []string{"at." + n, "0712", "who." + n, "山本", "value." + n, "済み"}, []string{`value="0712"`, `value="山本"`, `value="済み"`}},
	} {
		for _, order := range []bool{true, false} {
			x := upload{before: form(c.kv...), field: "file", name: "kami.jpg", data: photo}
			if !order {
				x.after, x.before = x.before, url.Values{}
			}
			code, body := p.sendFile(c.path, x)
			if code != http.StatusRequestEntityTooLarge || !strings.Contains(body, "写真が大きすぎます(上限 25 MB)") {
				t.Errorf("%s: %d %.300s", c.path, code, plain(body))
			}
			for _, want := range c.want {
				if !strings.Contains(body, want) {
					t.Errorf("%s: the page does not give back %s", c.path, want)
				}
			}
		}
	}
	if st, _ := k.store.State(t.Context(), "IR-1"); len(st.Evidence)+len(st.RowsOf("count")) != 0 {
		t.Errorf("%d photos, %d rows", len(st.Evidence), len(st.RowsOf("count")))
	}
	code, body := p.sendFile("/i/IR-1/do/step.done", upload{form("v", "r1/1.1", "value", "紙で6台"), "file", "film.mp4", photo, nil})
	if code != http.StatusRequestEntityTooLarge || !strings.Contains(body, "紙で6台") || !strings.Contains(body, "ファイルが大きすぎます") {
		t.Errorf("a step: %d %s", code, plain(body))
	}
	// A smaller one is taken together with its line.
	small := bytes.Repeat([]byte{7}, 3<<20)
	code, body = p.sendFile("/i/IR-1/rows/count", upload{url.Values{}, "file", "kami.jpg", small, form("paper", "1", "at.0", "0712", "writer.0", "山本", "what.0", "搬入", "count.0", "12", "back", "/i/IR-1/chrono")})
	if st, _ := k.store.State(t.Context(), "IR-1"); code != http.StatusOK || len(st.Evidence) != 1 || st.Evidence[0].Size != int64(len(small)) || len(st.RowsOf("count")) != 1 {
		t.Errorf("a small photo: %d, %+v, %.300s", code, st.Evidence, plain(body))
	}
	// Who is not signed in sends no more than before.
	if code, _ := k.browser().sendFile("/i/IR-1/paper", upload{form(), "file", "film.mp4", photo[:incident.MaxFile/25], nil}); code == http.StatusRequestEntityTooLarge {
		t.Errorf("a stranger: %d", code)
	}
}

// A list that is no CSV is refused in the language of the reader, with what to do.
func TestAWorkbookIsNamed(t *testing.T) {
	k := newKit(t, nil)
	p := k.as("sato")
	p.must("/declare", "finder", "frozen")
	for lang, want := range map[string]string{"ja": "「名前を付けて保存」でCSVを選んで", "en": "it is a workbook; save it again as CSV"} {
		p.page("/?lang=" + lang)
		_, body := p.sendFile("/i/IR-1/rows/reconcile", upload{form(), "file", "tos.xlsx", []byte("PK\x03\x04"), nil})
		if !strings.Contains(body, want) || strings.Contains(plain(body), " / it is") {
			t.Errorf("%s: %s", lang, plain(body))
		}
	}
}
