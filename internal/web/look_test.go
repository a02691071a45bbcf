package web_test

import (
	"net/http"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"irbot/internal/web"
)

// TestLook keeps a console open for looking at single pages: the address says
// who looks and how, e.g. /as/watanabe/en/dark/i/IR-1/n. Only with IRBOT_PAGES
// set to an address.
func TestLook(t *testing.T) {
	addr := os.Getenv("IRBOT_PAGES")
	if addr == "" {
		t.Skip("for looking only: set IRBOT_PAGES=127.0.0.1:8650")
	}
	k := newTakerKit(t, func(o *web.Options) { o.Pages.Report = true })
	k.sampleMorning(k.declared(false))
	k.sampleMorning(k.declared(true))
	cookies := map[string]string{}
	inner := k.web.Handler()
	h := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		parts := strings.SplitN(r.URL.Path, "/", 6)
		if len(parts) < 6 || parts[1] != "as" {
			inner.ServeHTTP(w, r)
			return
		}
		who := parts[2]
		if cookies[who] == "" {
			p := k.as(who)
			u, _ := url.Parse(k.url)
			for _, c := range p.c.Jar.Cookies(u) {
				cookies[who] += c.Name + "=" + c.Value + "; "
			}
		}
		r.Header.Set("Cookie", cookies[who]+"lang="+parts[3]+"; theme="+parts[4])
		r.URL.Path = "/" + parts[5]
		inner.ServeHTTP(w, r)
	})
	srv := &http.Server{Addr: addr, Handler: h, ReadHeaderTimeout: time.Minute}
	t.Log(srv.ListenAndServe())
}

// sampleMorning makes an incident worth looking at.
func (k *kit) sampleMorning(id string) {
	k.t.Helper()
	base := "/i/" + id
	suzuki, boss, lead := k.as("suzuki"), k.as("watanabe"), k.as("sato")
	path := base + "/n/N1"
	suzuki.must(base+"/n", "dest", "mlit")
	suzuki.must(base+"/deed/notice.submit", "ref", "N1", "back", path)
	boss.must(path+"/approve", "digest", digestOf(k.t, boss.page(path)), "back", path)
	suzuki.must(base+"/deed/notice.phoned", "ref", "N1", "who", "山本", "reply", "承知しました。続報を待ちます。", "receipt", "A-118", "back", path)
	k.turn(20 * time.Minute)
	suzuki.must(base+"/n", "dest", "mlit")
	suzuki.must(base+"/deed/notice.submit", "ref", "N2", "back", path)
	suzuki.must(base+"/n", "dest", "police")
	k.turn(5 * time.Minute)
	lead.must(base+"/deed/decision.open", "question", "ゲートを全面閉鎖するか", "options", "全面閉鎖 / 誤搬出を防ぐ。滞留 1時間あたり約120台\n3番だけ閉鎖 / 混雑は小。1・2番も同じTOSに依存\n手作業で継続 / 1台 約12分。誤りの恐れ", "decider", "ciso", "known", "1・2番の端末も停止", "unknown", "復旧の見込み", "until", "+20")
	boss.must(base+"/deed/decision.object", "ref", "D1", "reason", "冷凍コンテナの搬出が止まります", "back", base+"/d/D1")
	lead.must(base+"/deed/report.make", "item1", "6:30 第3ゲート、当直 森", "item2", "TOSの停止。脅迫文が印刷された", "item3", "ゲート3か所が停止", "item4", "見込みなし", "item5", "本船2隻、道路の混雑は小", "item6", "ネットワークを切り離した", "back", base+"/report")
	lead.must(base+"/clocks/moment", "moment", "recognised", "at", "0640", "why", "佐藤がログで確かめた", "back", base+"/clocks")
}
