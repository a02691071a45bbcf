package web_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"io/fs"
	"mime/multipart"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"path"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"irbot"
	"irbot/internal/auth"
	"irbot/internal/chat"
	"irbot/internal/directory"
	"irbot/internal/escalation"
	"irbot/internal/incident"
	"irbot/internal/runbook"
	"irbot/internal/sqlite"
	"irbot/internal/web"
)

// kit is a console on the real service, a real SQLite file, the shipped
// runbooks and the sample directory, with a clock the test turns.
type kit struct {
	t     *testing.T
	store *sqlite.Store
	svc   *incident.Service
	web   *web.Server
	url   string
	mu    sync.Mutex
	now   time.Time
}

func (k *kit) wall() time.Time {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.now
}

func (k *kit) turn(d time.Duration) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.now = k.now.Add(d)
}

// morning is 2026-11-22 06:33 in Japan.
func morning() time.Time { return time.Date(2026, 11, 21, 21, 33, 0, 0, time.UTC) }

func jst() *time.Location { return time.FixedZone("JST", 9*3600) }

func sampleSite(t *testing.T) *incident.Site {
	t.Helper()
	dir, err := directory.Parse("directory.yaml", irbot.DirectoryExample)
	if err != nil {
		t.Fatal(err)
	}
	opt := runbook.Options{Zone: jst(), Known: runbook.Known{
		Role: func(w string) bool { _, ok := dir.RoleNamed(w); return ok },
		Destination: func(w string) (bool, bool) {
			d, ok := dir.DestinationNamed(w)
			return d.Outside, ok
		},
	}}
	books := map[string]*runbook.Runbook{}
	var ids []string
	files, err := fs.Glob(irbot.Runbooks, "runbooks/*.md")
	if err != nil || len(files) == 0 {
		t.Fatalf("no shipped runbooks: %v", err)
	}
	for _, f := range files {
		data, err := fs.ReadFile(irbot.Runbooks, f)
		if err != nil {
			t.Fatal(err)
		}
		b, err := runbook.Read(path.Base(f), data, opt)
		if err != nil {
			t.Fatal(err)
		}
		books[b.ID] = b
		ids = append(ids, b.ID)
	}
	level := func(wait time.Duration, kind escalation.TargetKind, id string) escalation.Level {
		return escalation.Level{To: []escalation.Target{{Kind: kind, ID: id}}, Wait: wait}
	}
	return &incident.Site{
		ID: "sakura", Name: "さくら港ターミナル", NameEN: "Sakura Port Terminal", Zone: jst(), Phone: "03-1234-5678", Directory: dir,
		RoleOf:   func(w string) string { r, _ := dir.RoleNamed(w); return r.ID },
		DestOf:   func(w string) string { d, _ := dir.DestinationNamed(w); return d.ID },
		OnDuty:   func(string, time.Time) []string { return []string{"sato"} },
		OnReport: "duty", OnDeclare: "ciso",
		Policies: []escalation.Policy{
			{ID: "duty", Name: "当直", Rounds: 2, Levels: []escalation.Level{level(3*time.Minute, escalation.ToDuty, "primary"), level(5*time.Minute, escalation.ToPerson, "tanaka")}},
			{ID: "ciso", Name: "CISOへの上申", NameEN: "Escalation to the CISO", Rounds: 2, Levels: []escalation.Level{level(10*time.Minute, escalation.ToRole, "ciso"), level(10*time.Minute, escalation.ToDeputy, "ciso")}},
		},
		Runbook:  func(id string) (*runbook.Runbook, bool) { b, ok := books[id]; return b, ok },
		Runbooks: func() []string { return ids },
		Mapped:   map[string]string{"": "tos-ransomware"},
		Duties: []incident.DutyRule{{ID: "mlit-first", Dest: "mlit", From: "declared", Within: time.Hour, Name: "国交省 第一報", NameEN: "MLIT first report", Basis: "内規3.2", BasisEN: "Rule 3.2"},
			{ID: "act-30", Dest: "mlit", From: "recognised", Within: 30 * 24 * time.Hour, Name: "30日以内の報告", NameEN: "Report within 30 days", Basis: "法", BasisEN: "Act"}},
		ReportEvery: 30 * time.Minute, ReportLater: time.Hour,
		Permissions: incident.DefaultPermissions(),
	}
}

// newKit starts a console; change may adjust its options.
func newKit(t *testing.T, change func(*web.Options)) *kit {
	t.Helper()
	k := &kit{t: t, now: morning()}
	ctx := context.Background()
	var err error
	if k.store, err = sqlite.Open(ctx, sqlite.Options{Dir: t.TempDir(), What: "test", Wall: k.wall}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = k.store.Close() })
	site := sampleSite(t)
	k.svc = incident.NewService(incident.Parts{Log: k.store, Reader: k.store, Blob: k.store.Blob, Site: site, Wall: k.wall})
	words, err := chat.Load()
	if err != nil {
		t.Fatal(err)
	}
	o := web.Options{
		Service: k.svc, Words: words, Accounts: k.store, Sessions: k.store, Secrets: k.store, Blob: k.store.Blob,
		List: func(ctx context.Context, live bool) ([]incident.Summary, error) {
			return k.store.List(ctx, sqlite.Filter{Live: live})
		},
		Places: []string{"第1ゲート", "第3ゲート", "管理棟2階"}, Version: "test",
	}
	if change != nil {
		change(&o)
	}
	site.Demo = o.Demo
	if k.web, err = web.New(o); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(k.web.Close)
	srv := httptest.NewServer(k.web.Handler())
	t.Cleanup(srv.Close)
	k.url = srv.URL
	return k
}

// person is one browser.
type person struct {
	k *kit
	c *http.Client
}

// link gives somebody a one-time link.
func (k *kit) link(id string) string {
	k.t.Helper()
	token, err := auth.Token()
	if err != nil {
		k.t.Fatal(err)
	}
	if err := k.store.PutLink(context.Background(), auth.Link{Digest: auth.Digest(token), Person: id, Purpose: "signin", Expires: k.wall().Add(time.Hour)}); err != nil {
		k.t.Fatal(err)
	}
	return "/signin?t=" + token
}

// browser is a browser without JavaScript that stops at redirects' targets.
func (k *kit) browser() *person {
	jar, err := cookiejar.New(nil)
	if err != nil {
		k.t.Fatal(err)
	}
	return &person{k: k, c: &http.Client{Jar: jar}}
}

// as is somebody who is signed in.
func (k *kit) as(id string) *person {
	k.t.Helper()
	p := k.browser()
	if code, body := p.open(k.link(id)); code != http.StatusOK {
		k.t.Fatalf("sign in as %s: %d %s", id, code, body)
	}
	return p
}

// open opens a one-time link and presses the button of its page.
func (p *person) open(link string) (int, string) {
	p.k.t.Helper()
	if code, body := p.get(link); code != http.StatusOK || !strings.Contains(body, `action="/signin/link"`) {
		p.k.t.Fatalf("%s: %d %s", link, code, plain(body))
	}
	_, token, _ := strings.Cut(link, "t=")
	return p.send("/signin/link", url.Values{"t": {token}})
}

func (p *person) do(req *http.Request) (int, string) {
	p.k.t.Helper()
	res, err := p.c.Do(req)
	if err != nil {
		p.k.t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		p.k.t.Fatal(err)
	}
	if strings.HasPrefix(res.Header.Get("Content-Type"), "text/html") {
		csp := res.Header.Get("Content-Security-Policy")
		if !strings.Contains(csp, "default-src 'none'") || strings.Contains(csp, "unsafe") {
			p.k.t.Errorf("%s: policy %q", req.URL.Path, csp)
		}
		if m := regexp.MustCompile(`「[a-z_]+\.[a-z_.]+」| style="| on[a-z]+="|<no value>`).FindString(string(body)); m != "" {
			p.k.t.Errorf("%s %s: %q in the page", req.Method, req.URL.Path, m)
		}
	}
	return res.StatusCode, string(body)
}

func (p *person) get(path string) (int, string) {
	p.k.t.Helper()
	req, err := http.NewRequestWithContext(context.Background(), http.MethodGet, p.k.url+path, nil)
	if err != nil {
		p.k.t.Fatal(err)
	}
	return p.do(req)
}

// page gets a page that must be there.
func (p *person) page(path string) string {
	p.k.t.Helper()
	code, body := p.get(path)
	if code != http.StatusOK {
		p.k.t.Fatalf("GET %s: %d\n%s", path, code, plain(body))
	}
	return body
}

// send posts a form as it stands.
func (p *person) send(path string, form url.Values) (int, string) {
	p.k.t.Helper()
	req, err := http.NewRequestWithContext(context.Background(), http.MethodPost, p.k.url+path, strings.NewReader(form.Encode()))
	if err != nil {
		p.k.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return p.do(req)
}

// post fills in a form: names and values in turn.
func (p *person) post(path string, kv ...string) (int, string) {
	p.k.t.Helper()
	return p.send(path, form(kv...))
}

// upload is a form with a file in the middle of its fields.
type upload struct {
	before      url.Values
	field, name string
	data        []byte
	after       url.Values
}

// sendFile posts a form with a file, as a browser does.
func (p *person) sendFile(path string, x upload) (int, string) {
	p.k.t.Helper()
	var b bytes.Buffer
	m := multipart.NewWriter(&b)
	fields := func(f url.Values) {
		for k, v := range f {
			_ = m.WriteField(k, v[0])
		}
	}
	fields(x.before)
	w, err := m.CreateFormFile(x.field, x.name)
	if err != nil {
		p.k.t.Fatal(err)
	}
	_, _ = w.Write(x.data)
	fields(x.after)
	_ = m.Close()
	req, err := http.NewRequestWithContext(context.Background(), http.MethodPost, p.k.url+path, &b)
	if err != nil {
		p.k.t.Fatal(err)
	}
	req.Header.Set("Content-Type", m.FormDataContentType())
	return p.do(req)
}

func form(kv ...string) url.Values {
	f := url.Values{}
	token, _ := auth.Token()
	f.Set("once", token)
	for i := 0; i+1 < len(kv); i += 2 {
		f.Add(kv[i], kv[i+1])
	}
	return f
}

// must posts a form that must succeed and gives the page after it.
func (p *person) must(path string, kv ...string) string {
	p.k.t.Helper()
	code, body := p.post(path, kv...)
	if code != http.StatusOK {
		p.k.t.Fatalf("POST %s: %d\n%s", path, code, plain(body))
	}
	return body
}

// plain is a page without its tags.
func plain(body string) string {
	if i := strings.Index(body, "<body"); i >= 0 {
		body = body[i:]
	}
	body = regexp.MustCompile(`<[^>]*>`).ReplaceAllString(body, " ")
	return regexp.MustCompile(`\s+`).ReplaceAllString(body, " ")
}

func (k *kit) entries(id string) []string {
	k.t.Helper()
	list, err := k.svc.Entries(context.Background(), id, 1, 0)
	if err != nil {
		k.t.Fatal(err)
	}
	var out []string
	for i := range list {
		out = append(out, fmt.Sprintf("%s %s", list[i].Kind, list[i].Actor))
	}
	return out
}

// ring lets every alarm go off that is due.
func (k *kit) ring() {
	k.t.Helper()
	ctx := context.Background()
	for range 20 {
		due, err := k.store.DueTimers(ctx, k.wall(), 100)
		if err != nil {
			k.t.Fatal(err)
		}
		if len(due) == 0 {
			return
		}
		for _, x := range due {
			if err := k.svc.Fire(ctx, x); err != nil {
				k.t.Fatal(err)
			}
		}
	}
}

// says is one act of the morning.
type says struct {
	after time.Duration
	who   string
	cmd   incident.Command
}

// play lets people act one after the other.
func (k *kit) play(id string, acts ...says) {
	k.t.Helper()
	for _, a := range acts {
		k.turn(a.after)
		k.ring()
		if _, err := k.svc.Do(context.Background(), incident.Act{Person: a.who, Surface: "web"}, id, a.cmd); err != nil {
			k.t.Fatalf("%s by %s: %v", a.cmd.Name(), a.who, err)
		}
	}
}

// fill makes a morning worth looking at.
func (k *kit) fill() string {
	k.t.Helper()
	ctx, min := context.Background(), time.Minute
	res, err := k.svc.Open(ctx, incident.Act{Person: "guest:gate3", Name: "第3ゲート 受付係", Surface: "web"}, incident.Report{
		Finder: "ransom", Place: "第3ゲート", Words: "受付端末の画面が固まり、プリンターから英文の紙が次々に出ています。", Impact: []string{"gate"}, Contact: "内線 303",
	})
	if err != nil {
		k.t.Fatal(err)
	}
	id := res.Incident
	k.play(id, says{8 * min, "sato", incident.TakeCharge{}},
		says{min, "sato", incident.Take{Step: "1"}},
		says{6 * min, "sato", incident.Done{Step: "1", Value: "切断 6台"}},
		says{4 * min, "watanabe", incident.Ack{Words: "確認しました"}},
		says{min, "mori", incident.AddNote{From: "森", To: "記録", Text: "印刷物32枚を保全", Important: true}},
		says{8 * min, "yamada", incident.AddNote{From: "山田", To: "CSIRT", Text: "1番・2番ゲートの端末も停止しました。待機は60台ほどです", Important: true}},
		says{0, "yamada", incident.SetFigure{Item: "trucks", N: 86}},
		says{min, "sato", incident.AddCaution{Text: "TOSサーバーに再接続しない"}},
		says{0, "ito", incident.Take{Step: "2"}},
		says{6 * min, "mori", incident.AddNote{From: "県警", To: "CSIRT", Text: "到着、2名", Open: true}},
		says{0, "ito", incident.Block{Step: "2", Reason: "鍵がない"}},
		says{min, "mori", incident.AddNote{From: "県警", To: "CSIRT", Text: "到着、3名", Corrects: 0}})
	if _, err = k.svc.Open(ctx, incident.Act{Person: "tanaka", Surface: "web"}, incident.Declare{Finder: "mail", Place: "管理棟2階", Words: "不審なメールの添付を開いた"}); err != nil {
		k.t.Fatal(err)
	}
	if _, err = k.svc.Open(ctx, incident.Act{Person: "sato", Surface: "web"}, incident.Declare{Title: "<script>alert(1)</script>訓練", Finder: "frozen", Drill: true}); err != nil {
		k.t.Fatal(err)
	}
	return id
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
