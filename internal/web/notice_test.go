package web_test

import (
	"context"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"irbot/internal/incident"
	"irbot/internal/notify"
	"irbot/internal/web"
)

// declared opens an incident and gives its id.
func (k *kit) declared(drill bool) string {
	k.t.Helper()
	res, err := k.svc.Open(context.Background(), incident.Act{Person: "sato", Surface: "web"}, incident.Declare{
		Title: "TOSが停止し脅迫文が印刷された", Finder: "ransom", Place: "第3ゲート", Impact: []string{"gate", "vessel"}, Drill: drill,
	})
	if err != nil {
		k.t.Fatal(err)
	}
	return res.Incident
}

func (k *kit) state(id string) *incident.Incident {
	k.t.Helper()
	v, err := k.svc.View(context.Background(), id)
	if err != nil {
		k.t.Fatal(err)
	}
	return v.S
}

var digestField = regexp.MustCompile(`name="digest" value="([0-9a-f]{64})"`)

// submitted drafts a notice to the ministry as 鈴木 and asks for approval.
func (k *kit) submitted(id, dest string) {
	k.t.Helper()
	p := k.as("suzuki")
	if body := p.must("/i/"+id+"/n", "dest", dest); !strings.Contains(body, "不明（調査中）") {
		k.t.Fatalf("the draft is not filled in:\n%s", plain(body))
	}
	p.must("/i/"+id+"/deed/notice.submit", "ref", "N1", "back", "/i/"+id+"/n/N1")
}

func digestOf(t *testing.T, body string) string {
	t.Helper()
	m := digestField.FindStringSubmatch(body)
	if m == nil {
		t.Fatalf("no button to approve:\n%s", plain(body))
	}
	return m[1]
}

func TestApprovalIsBoundToTheTextShown(t *testing.T) {
	k := newKit(t, nil)
	id := k.declared(false)
	k.submitted(id, "mlit")
	boss := k.as("watanabe")
	page := boss.page("/i/" + id + "/n/N1")
	for _, want := range []string{"送信前の確認", "TLP:AMBER", "承認して送る", "送信すると取り消せません", "不明のまま送ります", "承認すると"} {
		if !strings.Contains(page, want) {
			t.Errorf("%q is not on the page", want)
		}
	}
	shown := digestOf(t, page)

	author := k.as("suzuki")
	author.must("/i/"+id+"/n/N1/edit", "subject", "別の件名", "body", "別の本文", "tlp", "AMBER", "then", "submit", "back", "/i/"+id+"/n/N1")
	code, body := boss.post("/i/"+id+"/n/N1/approve", "digest", shown, "back", "/i/"+id+"/n/N1")
	if code != http.StatusConflict || !strings.Contains(body, "承認は無効になりました") || !strings.Contains(body, "別の本文") {
		t.Fatalf("approving an old text: %d\n%s", code, plain(body))
	}
	if st := k.state(id); st.Notices[0].State != incident.NoticeSubmitted || len(st.Notices[0].Messages) != 0 {
		t.Fatalf("state %s, messages %v", st.Notices[0].State, st.Notices[0].Messages)
	}
	boss.must("/i/"+id+"/n/N1/approve", "digest", digestOf(t, body), "back", "/i/"+id+"/n/N1")
	if st := k.state(id).Notices[0]; st.Approver != "watanabe" || st.State != incident.NoticeApproved {
		t.Fatalf("after approval: %+v", st)
	}
}

// An addressee with two duties shows what presses, not the one whose start nobody knows yet.
func TestTheNearestDeadlineStandsAtItsAddressee(t *testing.T) {
	k := newKit(t, nil)
	id := k.declared(false)
	body := plain(k.as("suzuki").page("/i/" + id + "/n"))
	if _, form, _ := strings.Cut(body, "宛先を選ぶと"); !strings.Contains(form, "残り1時間") && !strings.Contains(form, "残り 1時間") || strings.Contains(form, "起点が未確定") {
		t.Errorf("the form shows\n%s", form)
	}
}

func TestAuthorAndOthersCannotApprove(t *testing.T) {
	k := newKit(t, nil)
	id := k.declared(false)
	boss := k.as("watanabe")
	boss.must("/i/"+id+"/n", "dest", "mlit")
	boss.must("/i/"+id+"/deed/notice.submit", "ref", "N1", "back", "/i/"+id+"/n/N1")
	page := boss.page("/i/" + id + "/n/N1")
	if !strings.Contains(page, "作成した人は承認できません") || !strings.Contains(page, "小林") || digestField.MatchString(page) {
		t.Errorf("the author sees:\n%s", plain(page))
	}
	if !strings.Contains(page, "小林さんに知らせる") {
		t.Errorf("the author is not offered to tell an approver:\n%s", plain(page))
	}
	if said := boss.must("/i/"+id+"/do/person.ask", "ref", "kobayashi#approve", "back", "/i/"+id+"/n/N1"); !strings.Contains(said, "小林さんに知らせました") {
		t.Errorf("after the button:\n%s", plain(said))
	}
	digest := k.state(id).Notices[0].Digest
	for _, who := range []string{"watanabe", "ito"} {
		code, body := k.as(who).post("/i/"+id+"/n/N1/approve", "digest", digest, "back", "/i/"+id+"/n/N1")
		if code != http.StatusForbidden || !strings.Contains(body, "さんに知らせる") {
			t.Errorf("%s: %d\n%s", who, code, plain(body))
		}
	}
	if k.state(id).Notices[0].State != incident.NoticeSubmitted {
		t.Error("it was approved")
	}
}

func TestTwoApproversRace(t *testing.T) {
	k := newKit(t, nil)
	id := k.declared(false)
	k.submitted(id, "mlit")
	a, b := k.as("watanabe"), k.as("kobayashi")
	digest := digestOf(t, a.page("/i/"+id+"/n/N1"))
	var wg sync.WaitGroup
	codes := make([]int, 2)
	for i, p := range []*person{a, b} {
		wg.Go(func() { codes[i], _ = p.post("/i/"+id+"/n/N1/approve", "digest", digest, "back", "/i/"+id+"/n/N1") })
	}
	wg.Wait()
	slices.Sort(codes)
	approvals := 0
	for _, e := range k.entries(id) {
		if strings.HasPrefix(e, string(incident.KindNoticeApproved)) {
			approvals++
		}
	}
	if approvals != 1 || codes[0] != http.StatusOK || codes[1] != http.StatusConflict {
		t.Errorf("%d approvals, answers %v", approvals, codes)
	}
}

// The buttons stand at the top and at the end; the proof names both who
// approved, and no longer speaks of what to know before.
func TestTwoApproversAreBothNamed(t *testing.T) {
	k := newKit(t, nil)
	site := *k.svc.Site()
	site.TwoApprovers = []string{"mlit"}
	k.svc.SetSite(&site)
	id := k.declared(false)
	k.submitted(id, "mlit")
	at := "/i/" + id + "/n/N1"
	for _, who := range []string{"watanabe", "kobayashi"} {
		p := k.as(who)
		page := p.page(at)
		if n := len(digestField.FindAllString(page, -1)); n != 2 {
			t.Errorf("%d forms to approve for %s", n, who)
		}
		p.must(at+"/approve", "digest", digestOf(t, page), "back", at)
	}
	if page := plain(k.as("sato").page(at)); !strings.Contains(page, "渡辺（1人目）、小林（2人目）") || strings.Contains(page, "承認の前に") {
		t.Errorf("proof:\n%s", page)
	}
}

func TestHostileNoticeIsInert(t *testing.T) {
	k := newKit(t, nil)
	id := k.declared(false)
	k.submitted(id, "mlit")
	evil := `"><img src=x onerror=alert(1)><script>alert(1)</script>`
	p := k.as("suzuki")
	p.must("/i/"+id+"/n/N1/edit", "subject", evil, "body", evil+"\n</textarea>"+evil, "tlp", "AMBER", "then", "submit", "back", "/i/"+id+"/n/N1")
	for _, path := range []string{"/n", "/n/N1", "/n/N1/edit", "/n/N1/script"} {
		if body := p.page("/i/" + id + path); strings.Contains(body, "<img src=x") || strings.Contains(body, "<script>alert") || !strings.Contains(body, "&lt;script&gt;") {
			t.Errorf("%s is not inert", path)
		}
	}
}

func TestDrillReplacesRecipients(t *testing.T) {
	k := newKit(t, func(o *web.Options) { o.Demo = true })
	id := k.declared(true)
	k.submitted(id, "mlit")
	body := k.as("watanabe").page("/i/" + id + "/n/N1")
	dest, _ := k.svc.Site().Directory.Destination("mlit")
	for _, a := range dest.Reach {
		if strings.Contains(body, a.To) {
			t.Errorf("the page of a drill names the real address %s", a.To)
		}
	}
	for _, want := range []string{"訓練用受信箱", "訓練として送る", "【訓練】【第一報】"} {
		if !strings.Contains(body, want) {
			t.Errorf("%q is not on the page", want)
		}
	}
}

func TestPhoneCallClosesTheClock(t *testing.T) {
	k := newKit(t, nil)
	id := k.declared(false)
	k.submitted(id, "mlit")
	caller, boss := k.as("suzuki"), k.as("watanabe")
	path := "/i/" + id + "/n/N1"
	if code, _ := caller.post("/i/"+id+"/deed/notice.phoned", "ref", "N1", "who", "山本", "back", path); code != http.StatusConflict {
		t.Errorf("phoning before approval: %d", code)
	}
	if body := caller.page(path + "/script"); !strings.Contains(body, "承認されるまで読み上げないでください") {
		t.Error("the script does not say that it is not approved")
	}
	boss.must(path+"/approve", "digest", digestOf(t, boss.page(path)), "back", path)
	if body := caller.page(path + "/script"); !strings.Contains(body, "電話の記録") {
		t.Errorf("no form for the call:\n%s", plain(body))
	}
	k.turn(10 * time.Minute)
	if code, _ := caller.post("/i/"+id+"/deed/notice.phoned", "ref", "N1", "who", "", "back", path); code != http.StatusUnprocessableEntity && code != http.StatusConflict {
		t.Errorf("a call without a name: %d", code)
	}
	body := caller.must("/i/"+id+"/deed/notice.phoned", "ref", "N1", "who", "山本", "when", "0640", "reply", "承知した", "receipt", "A-118", "back", path)
	for _, want := range []string{"送達の記録", "06:40", "山本", "A-118", k.state(id).Notices[0].Digest} {
		if !strings.Contains(body, want) {
			t.Errorf("%q is not in the proof", want)
		}
	}
	if d := k.state(id).Duty("mlit-first"); d.State != "met" {
		t.Errorf("clock is %s", d.State)
	}
}

func TestUnconfirmedWaitsForAPerson(t *testing.T) {
	k := newKit(t, nil)
	id := k.declared(false)
	k.submitted(id, "mlit")
	boss, path := k.as("watanabe"), "/i/"+id+"/n/N1"
	boss.must(path+"/approve", "digest", digestOf(t, boss.page(path)), "back", path)
	var msg *incident.Message
	for _, m := range k.state(id).Messages {
		if m.Notice == "N1" {
			msg = m
		}
	}
	if msg == nil {
		t.Fatal("the approved notice became no message")
	}
	begun, err := k.svc.Begin(context.Background(), id, msg.ID)
	if err != nil || len(begun) != 1 {
		t.Fatalf("begin: %v %v", begun, err)
	}
	if err := k.svc.Settle(context.Background(), begun[0].Envelope, notify.Outcome{Class: notify.Unknown, Err: "connection lost"}); err != nil {
		t.Fatal(err)
	}
	k.turn(3 * time.Hour)
	if m := k.state(id).Message(msg.ID); m.State != incident.Unconfirmed {
		t.Fatalf("after three hours it is %s", m.State)
	}
	body := boss.page(path)
	for _, want := range []string{"届いたかどうかを決めてください", "自動では送り直しません", "送り直す", "connection lost"} {
		if !strings.Contains(body, want) {
			t.Errorf("%q is not on the page", want)
		}
	}
	if code, _ := k.as("suzuki").post("/i/"+id+"/deed/message.resolve", "ref", msg.ID+"#resend", "reason", "もう一度", "back", path); code != http.StatusForbidden {
		t.Errorf("sending again by somebody who may not approve: %d", code)
	}
	boss.must("/i/"+id+"/deed/message.resolve", "ref", msg.ID+"#accepted", "reason", "電話で確かめた", "back", path)
	if m := k.state(id).Message(msg.ID); m.State != incident.Accepted {
		t.Errorf("after the decision it is %s", m.State)
	}
}

func TestReturnedNoticeSaysWhy(t *testing.T) {
	k := newKit(t, nil)
	id := k.declared(false)
	k.submitted(id, "mlit")
	path := "/i/" + id + "/n/N1"
	k.as("watanabe").must("/i/"+id+"/deed/notice.return", "ref", "N1", "reason", "隻数を確かめてください", "back", path)
	body := k.as("suzuki").page(path)
	if !strings.Contains(body, "差し戻し") || !strings.Contains(body, "隻数を確かめてください") {
		t.Errorf("the author does not see why:\n%s", plain(body))
	}
}

// A service level that was reached after its time is not shown as reached in
// time.
func TestALevelReachedLateSaysSo(t *testing.T) {
	k := newKit(t, nil)
	site := *k.svc.Site()
	site.Plan = &incident.Plan{Functions: []incident.FunctionPlan{{
		Named: incident.Named{ID: "gate", Name: "ゲート"}, Impact: "gate", Decider: "ciso",
		Levels: []incident.Objective{{Level: 1, Within: time.Hour}, {Level: 2, Within: 8 * time.Hour}},
	}}}
	k.svc.SetSite(&site)
	id := k.declared(false)
	k.turn(61 * time.Minute)
	k.ring()
	k.play(id, says{0, "watanabe", incident.SetLevel{Level: 2, Reason: "紙の受付"}})
	if page := plain(k.as("sato").page("/i/" + id + "/cargo")); !strings.Contains(page, "L1 07:33 期限の後に達成") || !strings.Contains(page, "L2 14:33 達成") {
		t.Errorf("levels:\n%s", page)
	}
}

// An approval promises no sending by a means that is not set up here.
func TestApprovalPromisesOnlyMeansThatAreSetUp(t *testing.T) {
	k := newKit(t, nil)
	id := k.declared(false)
	k.submitted(id, "mlit")
	v, err := k.svc.View(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	boss := k.as("watanabe")
	if body := plain(boss.page("/i/" + id + "/n/N1")); !strings.Contains(body, "メール: irbot がすぐに送ります") {
		t.Errorf("with mail set up:\n%s", body)
	}
	v.Site.Carried = []string{"drill"}
	if body := plain(boss.page("/i/" + id + "/n/N1")); !strings.Contains(body, "メール: 設定されていないため") || strings.Contains(body, "すぐに送ります") {
		t.Errorf("without mail:\n%s", body)
	}
}
