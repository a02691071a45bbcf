package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"irbot/internal/incident"
	"irbot/internal/web"
)

// finds sends the finder's form with a picture before the words, as the page does.
func (p *person) finds(name string, picture []byte) (int, string) {
	p.k.t.Helper()
	before := form("finder", "ransom", "place", "第3ゲート")
	return p.sendFile("/report", upload{before, "photo", name, picture, url.Values{"words": {"画面が赤い"}, "reporter": {"森"}}})
}

// A picture that cannot be kept costs nothing of what the finder wrote, and the
// page says why it was not kept.
func TestAReportStandsWithoutItsPicture(t *testing.T) {
	for name, c := range map[string]struct {
		picture []byte
		want    string // on the page, besides that the report arrived
	}{
		"a photo":                     {append([]byte{0xff, 0xd8, 0xff}, "picture"...), ""},
		"no photo chosen":             {nil, ""},
		"another kind of file":        {[]byte("PK\x03\x04 a document"), "JPEG"},
		"more than may be kept":       {append([]byte{0xff, 0xd8, 0xff}, make([]byte, incident.MaxPhoto)...), "上限 8 MB"},
		"more than is read to an end": {append([]byte{0xff, 0xd8, 0xff}, make([]byte, 65<<20)...), "上限 8 MB"},
	} {
		t.Run(name, func(t *testing.T) {
			k := newKit(t, func(o *web.Options) { o.Pages.Report = true })
			code, body := k.browser().finds("screen.jpg", c.picture)
			text := plain(body)
			if code != http.StatusOK || !strings.Contains(text, "IR-1") || !strings.Contains(text, c.want) {
				t.Fatalf("%d\n%s", code, text)
			}
			if lost := strings.Contains(text, "写真は保存できませんでした"); lost != (c.want != "") {
				t.Errorf("the page says that the photo was lost: %v\n%s", lost, text)
			}
			st := k.state("IR-1")
			if kept := len(st.Evidence); kept != 0 != (name == "a photo") {
				t.Errorf("%d pictures kept", kept)
			}
			if room := plain(k.as("sato").page("/i/IR-1/chrono")); name != "more than is read to an end" && !strings.Contains(room, "画面が赤い") {
				t.Errorf("the words are lost:\n%s", room)
			}
		})
	}
}

// Who has to wait is told so, picture or not, and keeps what was typed.
func TestAReportThatHasToWaitKeepsItsWords(t *testing.T) {
	k := newKit(t, func(o *web.Options) { o.Pages.Report = true })
	guest := k.browser()
	picture := append([]byte{0xff, 0xd8, 0xff}, make([]byte, 2<<20)...)
	for range 12 {
		code, body := guest.finds("screen.jpg", picture)
		if code == http.StatusOK {
			continue
		}
		if code != http.StatusTooManyRequests || !strings.Contains(body, "画面が赤い") || !strings.Contains(body, `<option selected>第3ゲート`) {
			t.Fatalf("%d\n%s", code, plain(body))
		}
		return
	}
	t.Fatal("nobody ever has to wait")
}
