package web_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"irbot/internal/incident"
	"irbot/internal/web"
)

// forms finds the form on a page that goes to an address, and fills it as a
// browser would: hidden fields as they stand, the given ones as typed.
func (p *person) submit(page, action string, kv ...string) string {
	p.k.t.Helper()
	code, body := p.trySubmit(page, action, kv...)
	if code != http.StatusOK {
		p.k.t.Fatalf("form %s: %d %s", action, code, plain(body))
	}
	return body
}

func (p *person) trySubmit(page, action string, kv ...string) (int, string) {
	p.k.t.Helper()
	at := strings.Index(page, `action="`+action+`"`)
	if at < 0 {
		p.k.t.Fatalf("no form for %s on the page", action)
	}
	text := page[at:]
	text = text[:strings.Index(text, "</form>")]
	f := url.Values{}
	for _, m := range regexp.MustCompile(`<input type="hidden" name="([^"]*)" value="([^"]*)"`).FindAllStringSubmatch(text, -1) {
		f.Set(m[1], strings.NewReplacer("&amp;", "&", "&#34;", `"`, "&#39;", "'", "&lt;", "<", "&gt;", ">", "&#43;", "+").Replace(m[2]))
	}
	for i := 0; i+1 < len(kv); i += 2 {
		f.Set(kv[i], kv[i+1])
	}
	return p.send(action, f)
}

// TestMorningWithoutScript declares, takes, completes and notes with nothing
// but forms and redirects.
func TestMorningWithoutScript(t *testing.T) {
	k := newKit(t, nil)
	p := k.as("sato")
	room := p.submit(p.page("/declare"), "/declare", "finder", "ransom", "place", "第3ゲート", "at", "0630", "words", "脅迫文が出た", "impact", "gate")
	if !strings.Contains(room, "宣言しました: IR-1") || !strings.Contains(room, "【実事案】") {
		t.Fatalf("after declaring: %s", plain(room))
	}
	room = p.submit(room, "/i/IR-1/do/step.take")
	if !strings.Contains(room, "担当: 佐藤") {
		t.Errorf("after taking: %s", plain(room))
	}
	room = p.submit(room, "/i/IR-1/do/step.done", "value", "切断 6台")
	if !strings.Contains(room, "「切断 6台」") || !strings.Contains(room, "いまの手順 2/") || !strings.Contains(room, "電源を切らない") {
		t.Errorf("after completing: %s", plain(room))
	}
	room = p.submit(room, "/i/IR-1/note", "line", "0632 県警>CSIRT 到着、2名", "open", "1")
	if !strings.Contains(room, "県警 &gt; CSIRT") || !strings.Contains(room, "到着、2名") || !strings.Contains(room, "[未対応]") {
		t.Errorf("after noting: %s", plain(room))
	}
	if body := p.page("/i/IR-1/chrono"); !strings.Contains(body, "06:32") || !strings.Contains(body, "未対応 1件") {
		t.Errorf("the chronology: %s", plain(body))
	}
	room = p.submit(p.page("/i/IR-1/steps/1"), "/i/IR-1/do/step.reopen", "reason", "1台残っていた")
	if !strings.Contains(room, "1台残っていた") {
		t.Errorf("after reopening: %s", plain(room))
	}
	if body := p.page("/"); !strings.Contains(body, "IR-1") || !strings.Contains(body, "あなたの番") {
		t.Errorf("the board: %s", plain(body))
	}
}

func TestTheSameFormTwiceActsOnce(t *testing.T) {
	k := newKit(t, nil)
	p := k.as("sato")
	f := form("finder", "frozen", "words", "x", "new", "1")
	p.send("/declare", f)
	code, body := p.send("/declare", f)
	if code != http.StatusOK || !strings.Contains(body, "すでに記録しています") {
		t.Errorf("the second time: %d %s", code, plain(body))
	}
	list, err := k.store.State(t.Context(), "IR-2")
	if err == nil {
		t.Errorf("a second incident was made: %+v", list.ID)
	}
	note := form("line", "一度だけ")
	before := len(k.entries("IR-1"))
	p.send("/i/IR-1/note", note)
	p.send("/i/IR-1/note", note)
	if got := len(k.entries("IR-1")) - before; got != 1 {
		t.Errorf("%d entries for one note", got)
	}
	// The token is the person's own: somebody else's use of it takes nothing away.
	k.as("mori").send("/i/IR-1/note", note)
	if got := len(k.entries("IR-1")) - before; got != 2 {
		t.Errorf("%d entries after another person's note with the same token", got)
	}
}

func TestDeclareOffersTheFreshIncident(t *testing.T) {
	k := newKit(t, nil)
	k.as("sato").must("/declare", "finder", "frozen", "place", "第3ゲート")
	p := k.as("tanaka")
	page := p.must("/declare", "finder", "ransom", "words", "<b>同じ画面</b>")
	if !strings.Contains(page, "似た案件 IR-1") {
		t.Fatalf("no offer: %s", plain(page))
	}
	room := p.submit(page, "/i/IR-1/note")
	if !strings.Contains(room, "&lt;b&gt;同じ画面") || strings.Contains(room, "<b>同じ画面") {
		t.Error("the words were not kept as they are")
	}
	if page = p.submit(page, "/declare", "finder", "ransom", "words", "別のこと"); !strings.Contains(page, "IR-2") {
		t.Errorf("declaring anyway: %s", plain(page))
	}
}

func TestRefusalsKeepTheText(t *testing.T) {
	k := newKit(t, nil)
	id := k.fill()
	p := k.as("mori")
	code, body := p.post("/i/"+id+"/do/role.assign", "role", "lead", "person", "mori")
	if code != http.StatusForbidden || !strings.Contains(body, "権限がありません") {
		t.Errorf("a role without permission: %d %s", code, plain(body))
	}
	code, body = p.post("/i/"+id+"/do/step.done", "ref", "r1/1.3", "value", "", "at", "なんじ")
	if code != http.StatusUnprocessableEntity || !strings.Contains(body, "時刻として読めません") || !strings.Contains(body, "なんじ") {
		t.Errorf("a bad time: %d %s", code, plain(body))
	}
	code, body = p.post("/i/"+id+"/do/caution.lift", "n", "1", "reason", "もう<大丈夫>")
	if code != http.StatusForbidden || !strings.Contains(body, "もう&lt;大丈夫&gt;") {
		t.Errorf("the reason was not kept: %d %s", code, plain(body))
	}
	if code, body = p.post("/i/"+id+"/do/step.skip", "ref", "r1/1.3"); code != http.StatusUnprocessableEntity || !strings.Contains(body, "理由が必要です") {
		t.Errorf("skipping without a reason: %d %s", code, plain(body))
	}
	if code, _ = p.post("/i/"+id+"/do/notice.approve", "ref", "N1"); code != http.StatusNotFound {
		t.Errorf("approving by the general form: %d", code)
	}
	if code, _ = p.get("/i/IR-99"); code != http.StatusNotFound {
		t.Errorf("an unknown incident: %d", code)
	}
	p.page("/?lang=en")
	if _, body = p.post("/i/"+id+"/do/severity.set", "level", "1"); !strings.Contains(body, "Not done") {
		t.Errorf("in English: %s", plain(body))
	}
}

func TestButtonsThatGrewOld(t *testing.T) {
	k := newKit(t, nil)
	sato, ito := k.as("sato"), k.as("ito")
	sato.must("/declare", "finder", "frozen")
	old := ito.page("/i/IR-1")
	sato.submit(sato.page("/i/IR-1"), "/i/IR-1/do/step.take")
	code, body := ito.trySubmit(old, "/i/IR-1/do/step.take")
	if code != http.StatusConflict || !strings.Contains(body, "佐藤さんが担当になりました") {
		t.Errorf("taking what is taken: %d %s", code, plain(body))
	}
	page := sato.page("/i/IR-1")
	sato.submit(page, "/i/IR-1/do/step.done", "value", "切断 6台")
	code, body = ito.trySubmit(page, "/i/IR-1/do/step.done", "value", "切断 7台", "once", form().Get("once"))
	if code != http.StatusOK || !strings.Contains(body, "すでに完了しています") || !strings.Contains(body, "佐藤") {
		t.Errorf("completing what is complete: %d %s", code, plain(body))
	}
	if n := strings.Count(strings.Join(k.entries("IR-1"), "\n"), "step.done"); n != 1 {
		t.Errorf("%d completions", n)
	}
}

func TestUndo(t *testing.T) {
	k := newKit(t, nil)
	p := k.as("sato")
	p.must("/declare", "finder", "frozen")
	p.submit(p.page("/i/IR-1"), "/i/IR-1/do/step.take")
	k.turn(30 * time.Second)
	room := p.submit(p.page("/i/IR-1"), "/i/IR-1/do/entry.undo")
	if !strings.Contains(room, "未担当") {
		t.Errorf("after undoing: %s", plain(room))
	}
	p.submit(room, "/i/IR-1/do/step.take")
	k.turn(3 * time.Minute)
	if strings.Contains(p.page("/i/IR-1"), "/do/entry.undo") {
		t.Error("undo is offered after its time")
	}
}

func hostile() []string {
	return []string{`<script>alert(1)</script>`, `"><img src=x onerror=alert(1)>`, `{{.Me}}</textarea><svg onload=alert(1)>`, `javascript:alert(1)`}
}

func TestHostileTextIsInert(t *testing.T) {
	k := newKit(t, nil)
	p := k.as("sato")
	tag := regexp.MustCompile(`<script>alert|<img src=x|<svg onload|href="javascript`)
	for i, bad := range hostile() {
		id := "IR-" + string(rune('1'+i))
		p.must("/declare", "finder", "frozen", "title", bad, "words", bad, "other", bad, "reporter", bad, "new", "1")
		p.must("/i/"+id+"/note", "line", bad+">"+bad+" "+bad)
		p.must("/i/"+id+"/do/caution.add", "text", bad)
		p.must("/i/"+id+"/do/step.take", "ref", "r1/1.1")
		p.must("/i/"+id+"/do/step.block", "ref", "r1/1.1", "reason", bad)
		p.must("/i/"+id+"/do/step.add", "title", bad)
		for _, path := range []string{"/", "/i/" + id, "/i/" + id + "/steps", "/i/" + id + "/steps/1", "/i/" + id + "/chrono?kind=audit&q=" + url.QueryEscape("a"), "/i/" + id + "/chrono?edit=1", "/i/" + id + "/evidence", "/?q=" + url.QueryEscape(bad)} {
			if m := tag.FindString(p.page(path)); m != "" {
				t.Errorf("%s on %s", m, path)
			}
		}
		if _, body := p.post("/i/"+id+"/do/step.take", "ref", bad); tag.MatchString(body) {
			t.Errorf("an error page repeats %s", bad)
		}
		if _, body := p.get("/i/" + id + "/steps/" + url.PathEscape(bad)); tag.MatchString(body) {
			t.Errorf("an error page repeats %s", bad)
		}
	}
	if _, body := k.browser().post("/signin", "name", hostile()[1], "password", "x", "to", hostile()[3]); tag.MatchString(body) {
		t.Error("the sign-in page repeats it")
	}
}

func TestRedirectsStayInside(t *testing.T) {
	k := newKit(t, nil)
	p := k.as("sato")
	p.must("/declare", "finder", "frozen")
	p.c.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	for _, to := range []string{"//evil.example/", `/\evil.example`, "https://evil.example", "/\t/evil.example"} {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, k.url+"/i/IR-1/note", strings.NewReader(form("line", "x", "back", to).Encode()))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		res, err := p.c.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		if got := res.Header.Get("Location"); got != "/" {
			t.Errorf("back=%q leads to %q", to, got)
		}
	}
}

func TestPaper(t *testing.T) {
	k := newKit(t, nil)
	p := k.as("mori")
	k.as("sato").must("/declare", "finder", "frozen")
	k.turn(time.Hour)
	before := len(k.entries("IR-1"))
	code, body := p.trySubmit(p.page("/i/IR-1/paper"), "/i/IR-1/paper", "at0", "0712", "from0", "県警", "to0", "CSIRT", "text0", "到着、2名", "at1", "よくわからない", "text1", "電話")
	if code != http.StatusUnprocessableEntity || len(k.entries("IR-1")) != before+1 || strings.Contains(body, "到着、2名") || !strings.Contains(body, "電話") {
		t.Fatalf("a bad time: %d, %d new entries", code, len(k.entries("IR-1"))-before)
	}
	body = p.submit(body, "/i/IR-1/paper", "at0", "0717", "text0", "電話", "open0", "1", "writer0", "山本")
	if !strings.Contains(body, "紙の記録 1件") || !strings.Contains(body, "記入者 山本") || !strings.Contains(body, "07:12") || !strings.Contains(body, "07:17") {
		t.Errorf("the sheet: %s", plain(body))
	}
	before = len(k.entries("IR-1"))
	code, body = p.trySubmit(p.page("/i/IR-1/paper"), "/i/IR-1/paper", "at0", "", "text0", "時刻なし", "at1", "+5", "text1", "五分後", "at2", "0720", "from2", "県警", "text2", "")
	if code != http.StatusUnprocessableEntity || len(k.entries("IR-1")) != before {
		t.Errorf("lines that lack something: %d, %d new entries", code, len(k.entries("IR-1"))-before)
	}
	for _, want := range []string{"時刻がありません", "上の行の時刻を読めない", "内容がありません", "県警"} {
		if !strings.Contains(body, want) {
			t.Errorf("no word of %q: %s", want, plain(body))
		}
	}
}

func TestCorrectStrikeAnswer(t *testing.T) {
	k := newKit(t, nil)
	p := k.as("mori")
	k.as("sato").must("/declare", "finder", "frozen")
	p.must("/i/IR-1/note", "line", "県警>CSIRT 到着、2名", "open", "1")
	st, err := k.store.State(t.Context(), "IR-1")
	if err != nil {
		t.Fatal(err)
	}
	n := itoa(st.Seq)
	edit := p.page("/i/IR-1/chrono?edit=" + n)
	p.submit(edit, "/i/IR-1/do/entry.answer", "result", "玄関で出迎え")
	p.submit(edit, "/i/IR-1/do/note.add", "text", "到着、3名", "from", "県警", "to_whom", "CSIRT", "at", "0633")
	body := p.submit(edit, "/i/IR-1/do/entry.strike", "reason", "人数の誤り")
	for _, want := range []string{"#" + n + " を訂正", "struck", "到着、2名", "到着、3名"} {
		if !strings.Contains(body, want) {
			t.Errorf("the chronology lacks %q", want)
		}
	}
	if st, err = k.store.State(t.Context(), "IR-1"); err != nil || st.OpenEntries() != 0 {
		t.Errorf("still open: %d, %v", st.OpenEntries(), err)
	}
}

func itoa(n int64) string { return strconv.FormatInt(n, 10) }

// upload posts a file to the register.
func (p *person) upload(name string, data []byte) (int, string) {
	p.k.t.Helper()
	return p.sendFile("/i/IR-1/do/evidence.add", upload{form("words", "脅迫文の写真", "back", "/i/IR-1/evidence"), "file", name, data, nil})
}

func TestEvidence(t *testing.T) {
	k := newKit(t, nil)
	p := k.as("sato")
	p.must("/declare", "finder", "frozen")
	page := []byte("<html><script>alert(1)</script>")
	if code, body := p.upload(`"><img src=x>.html`, page); code != http.StatusOK || !strings.Contains(body, incident.HashOf(page)) {
		t.Fatalf("keeping a file: %d %s", code, plain(body))
	}
	res, err := p.c.Get(k.url + "/i/IR-1/evidence/E1")
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	h := res.Header
	if h.Get("Content-Type") != "application/octet-stream" || !strings.HasPrefix(h.Get("Content-Disposition"), "attachment") ||
		h.Get("X-Content-Type-Options") != "nosniff" || !strings.Contains(h.Get("Content-Security-Policy"), "sandbox") {
		t.Errorf("the file is given with %v", h)
	}
	if code, body := p.upload("big.bin", make([]byte, incident.MaxFile+2<<20)); code != http.StatusRequestEntityTooLarge || !strings.Contains(body, "大きすぎます") || !strings.Contains(body, "脅迫文の写真") {
		t.Errorf("a file too large: %d", code)
	}
	if code, _ := k.browser().get("/i/IR-1/evidence/E1"); code == http.StatusOK {
		if st, err := k.store.State(t.Context(), "IR-1"); err != nil || len(st.Evidence) != 1 {
			t.Errorf("the register holds %v, %v", st.Evidence, err)
		}
	}
}

func TestPhoneAcknowledgement(t *testing.T) {
	k := newKit(t, nil)
	p := k.as("sato")
	p.must("/declare", "finder", "frozen")
	if board := k.as("watanabe").page("/"); !strings.Contains(board, "IR-1 の連絡を確認する（宣言: CISOへの上申）") {
		t.Errorf("the CISO is not asked, or not told why: %s", plain(board))
	}
	room := p.submit(p.page("/i/IR-1"), "/i/IR-1/do/escalation.ack", "person", "watanabe", "words", "了解")
	if !strings.Contains(room, "確認済 06:33 渡辺(電話・佐藤が代理入力)") {
		t.Errorf("after the call: %s", plain(room))
	}
	if strings.Contains(k.as("watanabe").page("/"), "の連絡を確認する") {
		t.Error("the CISO is still asked")
	}
}

func TestSessionEndKeepsTheText(t *testing.T) {
	k := newKit(t, nil)
	k.account("mori", "mori", "a long enough phrase")
	k.as("sato").must("/declare", "finder", "frozen")
	p := k.browser()
	code, body := p.post("/i/IR-1/note", "line", "0840 県警>CSIRT 到着 <2名>", "back", "/i/IR-1")
	if code != http.StatusUnauthorized || !strings.Contains(body, "到着 &lt;2名&gt;") {
		t.Fatalf("without a session: %d %s", code, plain(body))
	}
	body = p.submit(body, "/signin", "name", "mori", "password", "a long enough phrase")
	if !strings.Contains(body, "まだ記録していません") {
		t.Fatalf("after signing in: %s", plain(body))
	}
	body = p.submit(body, "/i/IR-1/note", "line", "0632 県警>CSIRT 到着 <2名>")
	if !strings.Contains(body, "到着 &lt;2名&gt;") {
		t.Errorf("the note: %s", plain(body))
	}
}

func TestDrillIsMarkedEverywhere(t *testing.T) {
	k := newKit(t, func(o *web.Options) { o.Demo, o.DemoToken, o.DemoPerson = true, "tok", "sato" })
	p := k.browser()
	p.page("/?t=tok")
	p.must("/declare", "finder", "frozen")
	if body := k.browser().page("/?t=tok"); !strings.Contains(body, "DR-1/note") {
		t.Errorf("a newcomer does not begin in the room of the drill:\n%s", plain(body))
	}
	for _, path := range []string{"/", "/declare", "/account", "/i/DR-1", "/i/DR-1/steps", "/i/DR-1/steps/1", "/i/DR-1/chrono", "/i/DR-1/paper", "/i/DR-1/evidence"} {
		body := p.page(path)
		if !strings.Contains(body, "band-drill") || !strings.Contains(body, "<title>【訓練】") {
			t.Errorf("%s does not say that it is a drill", path)
		}
	}
}

func TestFigures(t *testing.T) {
	k := newKit(t, nil)
	p := k.as("yamada")
	p.must("/declare", "finder", "frozen")
	p.must("/i/IR-1/do/figure.set", "item", "trucks", "n", "86")
	p.must("/i/IR-1/do/figure.set", "item", "trucks", "delta", "-1")
	st, err := k.store.State(t.Context(), "IR-1")
	if err != nil || st.Figures["trucks"].N != 85 {
		t.Errorf("trucks: %+v, %v", st.Figures, err)
	}
}

func TestTakingCharge(t *testing.T) {
	k := newKit(t, nil)
	_, err := k.svc.Open(t.Context(), incident.Act{Person: "guest:gate3", Name: "受付係", Surface: "web"}, incident.Report{Finder: "ransom", Place: "第3ゲート"})
	if err != nil {
		t.Fatal(err)
	}
	k.turn(2 * time.Minute)
	p := k.as("sato")
	if board := p.page("/"); !strings.Contains(board, "未引受 2分") || !strings.Contains(board, "IR-1 を引き受ける") {
		t.Errorf("the board: %s", plain(board))
	}
	room := p.page("/i/IR-1")
	if !strings.Contains(room, "次は田中さんに連絡します") {
		t.Errorf("the room: %s", plain(room))
	}
	room = p.submit(room, "/i/IR-1/take")
	if !strings.Contains(room, "対応中") || !strings.Contains(room, "いまの手順 1/") {
		t.Errorf("after taking charge: %s", plain(room))
	}
	code, body := k.as("tanaka").post("/i/IR-1/take")
	if code != http.StatusConflict || !strings.Contains(body, "もう引き受けられています") {
		t.Errorf("taking charge second: %d %s", code, plain(body))
	}
}

// A surface that is away is said on the incident's pages, and the work goes on.
func TestSurfaceAway(t *testing.T) {
	k := newKit(t, nil)
	k.svc.Site().Surfaces = []string{"slack"}
	p := k.as("sato")
	p.must("/declare", "finder", "frozen")
	if err := k.svc.Surface(t.Context(), []string{"IR-1"}, "slack", false, k.wall()); err != nil {
		t.Fatal(err)
	}
	if body := p.must("/i/IR-1/note", "line", "続行", "back", "/i/IR-1"); !strings.Contains(body, "Slackにつながりません(06:33から)") || !strings.Contains(body, "続行") {
		t.Errorf("the room: %s", plain(body))
	}
}
