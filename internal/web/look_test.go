//go:build look

// For looking only, with go test -tags look -run NAME: a test that is always
// skipped proves nothing, so these stand behind a tag.

package web_test

import (
	"net/http"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"irbot/internal/auth"
	"irbot/internal/web"
)

// TestLook keeps a console open for looking at single pages: the address says
// who looks and how, e.g. /as/watanabe/en/dark/i/IR-1/n. Only with IRBOT_PAGES
// set to an address.
func TestLook(t *testing.T) {
	addr := os.Getenv("IRBOT_PAGES")
	if addr == "" {
		t.Fatal("set IRBOT_PAGES=127.0.0.1:8650")
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

// TestServe keeps a console open for looking at it; only with IRBOT_LOOK set to
// an address.
func TestServe(t *testing.T) {
	addr := os.Getenv("IRBOT_LOOK")
	if addr == "" {
		t.Fatal("set IRBOT_LOOK=127.0.0.1:8642")
	}
	k := newKit(t, func(o *web.Options) {
		o.Demo, o.DemoToken, o.DemoPerson = os.Getenv("IRBOT_LOOK_LIVE") == "", "look", "sato"
	})
	if os.Getenv("IRBOT_LOOK_LIVE") != "" {
		token := "look"
		if err := k.store.PutLink(t.Context(), auth.Link{Digest: auth.Digest(token), Person: "sato", Purpose: "signin", Expires: time.Now().Add(100 * time.Hour)}); err != nil {
			t.Fatal(err)
		}
	}
	k.mu.Lock()
	k.now = time.Now().UTC().Truncate(time.Second).Add(-36 * time.Minute)
	k.mu.Unlock()
	k.fill()
	srv := &http.Server{Addr: addr, Handler: k.web.Handler(), ReadHeaderTimeout: time.Minute}
	t.Log(srv.ListenAndServe())
}
