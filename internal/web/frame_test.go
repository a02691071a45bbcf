package web_test

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"irbot/internal/auth"
	"irbot/internal/web"
)

func TestSigninIsNeededAndComesBack(t *testing.T) {
	k := newKit(t, nil)
	p := k.browser()
	code, body := p.get("/?x=1")
	if code != http.StatusOK || !strings.Contains(body, `name="to" value="/?x=1"`) {
		t.Errorf("a stranger sees %d %s", code, plain(body))
	}
	code, _ = p.post("/actas", "person", "sato")
	if code != http.StatusUnauthorized {
		t.Errorf("a stranger's form gives %d", code)
	}
}

func (k *kit) account(name, person, password string) {
	k.t.Helper()
	h, err := auth.Hash(password)
	if err != nil {
		k.t.Fatal(err)
	}
	if err := k.store.PutAccount(context.Background(), auth.Account{Name: name, Person: person, Hash: h}); err != nil {
		k.t.Fatal(err)
	}
}

func TestPassword(t *testing.T) {
	k := newKit(t, nil)
	k.account("sato", "sato", "correct horse battery")
	p := k.browser()
	for range 4 {
		if code, _ := p.post("/signin", "name", "sato", "password", "wrong"); code != http.StatusUnauthorized {
			t.Fatalf("a wrong password gives %d", code)
		}
	}
	if code, _ := p.post("/signin", "name", "sato", "password", "correct horse battery"); code != http.StatusTooManyRequests {
		t.Errorf("the fifth try gives %d", code)
	}
	k.account("tanaka", "tanaka", "another long password")
	if code, body := p.post("/signin", "name", "tanaka", "password", "another long password", "to", "/account"); code != http.StatusOK || !strings.Contains(body, "田中") {
		t.Errorf("somebody else is locked out: %d", code)
	}
	k.turn(time.Hour)
	q := k.browser()
	if code, _ := q.post("/signin", "name", "sato", "password", "correct horse battery"); code != http.StatusOK {
		t.Errorf("after waiting: %d", code)
	}
	log := strings.Join(k.entries("SITE"), "\n")
	if strings.Count(log, "signin.refused") != 5 || strings.Count(log, "signin.accepted") != 2 {
		t.Errorf("the standing log holds\n%s", log)
	}
}

func TestSessionEnds(t *testing.T) {
	k := newKit(t, nil)
	p := k.as("sato")
	if _, body := p.get("/"); strings.Contains(body, `name="password"`) {
		t.Fatal("not signed in")
	}
	k.turn(11 * time.Hour)
	p.page("/") // used: the idle end moves
	k.turn(11 * time.Hour)
	if body := p.page("/"); strings.Contains(body, `name="password"`) {
		t.Error("a session in use ended")
	}
	k.turn(13 * time.Hour)
	if body := p.page("/"); !strings.Contains(body, `name="password"`) {
		t.Error("an idle session did not end")
	}
	q := k.as("sato")
	q.must("/signout")
	if body := q.page("/"); !strings.Contains(body, `name="password"`) {
		t.Error("signing out did not end the session")
	}
}

func TestLinkWorksOnce(t *testing.T) {
	k := newKit(t, nil)
	link := k.link("mori")
	for range 3 { // scanners and previews
		if code, body := k.browser().get(link); code != http.StatusOK || strings.Contains(body, "森") {
			t.Errorf("only looking at a link gives %d", code)
		}
	}
	if code, body := k.browser().open(link); code != http.StatusOK || !strings.Contains(body, "森") {
		t.Errorf("a link gives %d", code)
	}
	if code, _ := k.browser().open(link); code != http.StatusUnauthorized {
		t.Errorf("a used link gives %d", code)
	}
}

func TestFirstPasswordAndCode(t *testing.T) {
	k := newKit(t, nil)
	p := k.as("mori")
	if code, body := p.post("/account/password", "name", "mori", "password", "short", "again", "short"); code != http.StatusUnprocessableEntity || !strings.Contains(body, "12文字以上") {
		t.Errorf("a short password gives %d", code)
	}
	p.must("/account/password", "name", "mori", "password", "a long enough phrase", "again", "a long enough phrase")
	if body := p.page("/account"); !strings.Contains(body, "<b>mori</b>") {
		t.Error("the account is not shown")
	}
	if code, _ := k.as("sato").post("/account/password", "name", "mori", "password", "a long enough phrase", "again", "a long enough phrase"); code != http.StatusUnprocessableEntity {
		t.Errorf("taking over somebody's account gives %d", code)
	}
	if code, _ := p.post("/account/code", "code", "123456", "again", "123456", "old", "wrong"); code != http.StatusUnprocessableEntity {
		t.Errorf("a code without the password gives %d", code)
	}
	p.must("/account/code", "code", "123456", "again", "123456", "old", "a long enough phrase")
	hash, err := k.store.ApprovalCode(t.Context(), "mori")
	if ok, bad := auth.Check(hash, "123456"); err != nil || bad != nil || !ok {
		t.Errorf("the code is kept as %q, %v", hash, err)
	}
}

func TestForeignFormsAreRefused(t *testing.T) {
	k := newKit(t, func(o *web.Options) { o.Demo, o.DemoToken, o.DemoPerson = true, "tok", "sato" })
	p := k.browser()
	p.page("/?t=tok")
	for name, value := range map[string]string{"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"} {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, k.url+"/actas", strings.NewReader(form("person", "mori").Encode()))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		req.Header.Set(name, value)
		if code, _ := p.do(req); code != http.StatusForbidden {
			t.Errorf("%s %s gives %d", name, value, code)
		}
	}
	if code, _ := p.send("/actas", map[string][]string{"person": {"mori"}}); code != http.StatusBadRequest {
		t.Errorf("a form without its token gives %d", code)
	}
	if body := p.must("/actas", "person", "mori"); !strings.Contains(body, "森") {
		t.Error("the role was not switched")
	}
}

func TestRolesSwitchOnlyInTheDemo(t *testing.T) {
	k := newKit(t, nil)
	if code, _ := k.as("sato").post("/actas", "person", "watanabe"); code != http.StatusForbidden {
		t.Errorf("switching outside of the demo gives %d", code)
	}
}

func TestErrorsSpeakTheLanguage(t *testing.T) {
	k := newKit(t, nil)
	p := k.as("sato")
	cases := []struct {
		method, path, lang string
		status             int
		want               string
	}{
		{http.MethodGet, "/nowhere", "ja", 404, "その画面や案件はありません"},
		{http.MethodGet, "/nowhere", "en", 404, "There is no such page"},
		{http.MethodPut, "/signin", "ja", 405, "その操作はできません"},
		{http.MethodGet, "/signout", "en", 405, "does not take that kind"},
		{http.MethodPost, "/signin", "ja", 413, "大きすぎる"},
	}
	for _, c := range cases {
		p.page("/?lang=" + c.lang)
		body := ""
		if c.status == 413 {
			body = "name=" + strings.Repeat("x", 2<<20)
		}
		req, err := http.NewRequestWithContext(t.Context(), c.method, k.url+c.path, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		code, got := p.do(req)
		if code != c.status || !strings.Contains(got, c.want) {
			t.Errorf("%s %s in %s gives %d %s", c.method, c.path, c.lang, code, plain(got))
		}
	}
}

func TestStreamsAreLimited(t *testing.T) {
	k := newKit(t, nil)
	p := k.as("sato")
	open := func() int {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, k.url+"/events", nil)
		if err != nil {
			t.Fatal(err)
		}
		res, err := p.c.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = res.Body.Close() })
		return res.StatusCode
	}
	for i := range 12 {
		if code := open(); code != http.StatusOK {
			t.Fatalf("stream %d: %d", i, code)
		}
	}
	if code := open(); code != http.StatusTooManyRequests {
		t.Errorf("one stream too many: %d", code)
	}
}

// A page without a stream asks for the time to notice a cut line; that needs no session.
func TestBeatTellsTheTime(t *testing.T) {
	k := newKit(t, nil)
	code, body := k.browser().get("/beat")
	if _, err := strconv.ParseInt(body, 10, 64); code != http.StatusOK || err != nil {
		t.Errorf("beat: %d %q", code, body)
	}
}

func TestLiveStream(t *testing.T) {
	k := newKit(t, nil)
	p := k.as("sato")
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second) // a safety net only
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, k.url+"/events", nil)
	if err != nil {
		t.Fatal(err)
	}
	res, err := p.c.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	buf := make([]byte, 4096)
	seen := ""
	for !strings.Contains(seen, "event: beat") {
		n, err := res.Body.Read(buf)
		if err != nil {
			t.Fatal(err)
		}
		seen += string(buf[:n])
	}
	k.web.Close()
	for {
		if _, err := res.Body.Read(buf); err != nil {
			break // the stream ends with the console
		}
	}
	if ctx.Err() != nil {
		t.Error("the stream did not end")
	}
}
