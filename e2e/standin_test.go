package e2e_test

import (
	"html/template"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"irbot/e2e"
)

// standin is a small page with every kind of control the console has, so that the driver itself is known to work and
// known to be able to fail.
var standin = template.Must(template.New("").Parse(`<!doctype html>
<html lang="ja"><head><meta charset="utf-8"><title>見本</title><meta name="viewport" content="width=device-width">
<link rel="stylesheet" href="/style.css"><script src="/page.js" defer></script></head><body>
<h1>いまの手順 1/2</h1>
<p id="scheme"><span class="light">明るい画面</span><span class="dark">暗い画面</span></p>
<p id="script">スクリプトなし</p>
<form method="post" action="/done">
<label for="value">完了の値</label> <input id="value" name="value" value="前の値">
<label><input type="radio" name="kind" value="it"> 情報系</label>
<label><input type="radio" name="kind" value="cargo"> 荷役</label>
<label>重大度 <select name="severity"><option value="">未定</option><option value="2">2 大</option></select></label>
<button>完了</button> <button name="skip" value="1">完了せず見送る</button></form>
<details><summary>その他</summary><p>手順の全文</p></details>
<button class="under">隠れたボタン</button><div class="cover"></div>
<p>{{.}}</p><p class="far"><a href="/wide">広いページ</a></p><p><a href="/broken">壊れたページ</a></p>
</body></html>`))

const standinStyle = `
.dark { display: none } .far { margin-top: 1500px }
@media (prefers-color-scheme: dark) { .light { display: none } .dark { display: inline } body { background: #111; color: #eee } }
.under, .cover { position: absolute; left: 0; top: 700px; width: 120px; height: 40px } .cover { z-index: 2 }`

func serveStandin(t *testing.T) string {
	t.Helper()
	var (
		mu   sync.Mutex
		last = "記録はまだない"
	)
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, _ *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		w.Header().Set("Content-Security-Policy", "default-src 'none'; script-src 'self'; style-src 'self'; form-action 'self'")
		_ = standin.Execute(w, last)
	})
	mux.HandleFunc("POST /done", func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		last = strings.Join([]string{"記録:", r.FormValue("value"), r.FormValue("kind"), r.FormValue("severity"), r.FormValue("skip")}, " ")
		http.Redirect(w, r, "/", http.StatusSeeOther)
	})
	mux.HandleFunc("GET /style.css", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/css; charset=utf-8")
		_, _ = w.Write([]byte(standinStyle))
	})
	mux.HandleFunc("GET /page.js", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/javascript; charset=utf-8")
		_, _ = w.Write([]byte(`document.getElementById("script").textContent = "スクリプトあり"`))
	})
	mux.HandleFunc("GET /wide", func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte(`<!doctype html><title>広い</title><div style="width: 3000px">横に長い</div><button style="width:10px;height:10px;padding:0">x</button>`))
	})
	mux.HandleFunc("GET /broken", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Security-Policy", "script-src 'self'")
		_, _ = w.Write([]byte(`<!doctype html><title>壊</title><p>壊れている</p><script>document.title = "x"</script><script src="/none.js"></script>`))
	})
	srv := httptest.NewServer(mux)
	t.Cleanup(srv.Close)
	return srv.URL
}

// TestDriverWalk walks the stand-in in all eight views: what works here works because the driver works.
func TestDriverWalk(t *testing.T) {
	url := serveStandin(t)
	for _, v := range e2e.Views() {
		t.Run(v.String(), func(t *testing.T) {
			p := open(t, v)
			must(t, p.Open(url))
			scheme, script := "明るい画面", "スクリプトあり"
			if v.Dark {
				scheme = "暗い画面"
			}
			if v.NoScript {
				script = "スクリプトなし"
			}
			must(t, p.Expect(scheme, script))
			must(t, p.Lacks("手順の全文"))
			must(t, p.Click("その他"))
			must(t, p.Expect("手順の全文"))
			must(t, p.Fill("完了の値", "切断 6台"))
			must(t, p.Click("荷役"))
			must(t, p.Pick("重大度", "2 大"))
			must(t, p.Follow("完了"))
			must(t, p.Expect("記録: 切断 6台 cargo 2"))
			if n, err := p.Overflow(); err != nil || n != 0 {
				t.Errorf("overflow = %d, %v; want 0", n, err)
			}
			if f := p.Faults(); len(f) > 0 {
				t.Errorf("faults on a sound page: %q", f)
			}
			must(t, p.Shot("standin"))
			must(t, p.Follow("広いページ"))
			if n, err := p.Overflow(); err != nil || n < 1000 {
				t.Errorf("overflow of the wide page = %d, %v", n, err)
			}
			if s, err := p.SmallTargets(24); err != nil || len(s) != 1 {
				t.Errorf("small targets = %q, %v; want the one button", s, err)
			}
		})
	}
}

// TestDriverCanFail proves that the driver reports what a person would trip over.
func TestDriverCanFail(t *testing.T) {
	url := serveStandin(t)
	p := open(t, e2e.Desk())
	must(t, p.Open(url))
	tests := []struct {
		name string
		err  error
		want string
	}{
		{"a word that is not there", p.Within(0).Expect("存在しない言葉"), "存在しない言葉"},
		{"a button under another element", p.Within(0).Click("隠れたボタン"), "lies over it"},
		{"a button that does not exist", p.Within(0).Click("削除"), "nothing to press"},
		{"a field that does not exist", p.Within(0).Fill("住所", "x"), "nothing to press or fill"},
		{"an option that does not exist", p.Pick("重大度", "9"), "no such field or option"},
		{"a word that must not be there", p.Lacks("いまの手順"), "いまの手順"},
		{"a page that is not found", p.Open(url + "/nowhere"), "404"},
	}
	for _, tt := range tests {
		if tt.err == nil || !strings.Contains(tt.err.Error(), tt.want) {
			t.Errorf("%s: error = %v, want one with %q", tt.name, tt.err, tt.want)
		}
	}
	p.Faults()
	must(t, p.Within(time.Minute).Open(url+"/broken"))
	must(t, p.Expect("壊れている"))
	if f := strings.Join(p.Faults(), "\n"); !strings.Contains(f, "Content Security Policy") || !strings.Contains(f, "none.js") {
		t.Errorf("faults of the broken page = %q, want the refused script and the missing file", f)
	}
}
