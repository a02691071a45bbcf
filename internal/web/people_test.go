package web_test

import (
	"bytes"
	"net/http"
	"strings"
	"testing"
	"time"

	"irbot/internal/escalation"
	"irbot/internal/incident"
	"irbot/internal/notify"
	"irbot/internal/timeline"
	"irbot/internal/web"
)

// reports sends the page of the finder with a picture.
func (p *person) reports(photo []byte) string {
	p.k.t.Helper()
	code, body := p.finds("../../etc/x.html", photo)
	if code != http.StatusOK {
		p.k.t.Fatalf("report: %d\n%s", code, plain(body))
	}
	return plain(body)
}

func TestAFinderWithoutAnAccountSendsAPicture(t *testing.T) {
	k := newKit(t, func(o *web.Options) { o.Pages.Report = true })
	guest := k.browser()
	jpg := append([]byte{0xff, 0xd8, 0xff, 0xe0}, bytes.Repeat([]byte("x"), 2<<20)...)
	if body := guest.reports(jpg); !strings.Contains(body, "IR-1") || strings.Contains(body, "保存できません") {
		t.Fatalf("with a picture:\n%s", body)
	}
	st := k.state("IR-1")
	if len(st.Evidence) != 1 || st.Evidence[0].Hash != incident.HashOf(jpg) || !st.Evidence[0].Kept {
		t.Fatalf("evidence %+v", st.Evidence)
	}
	if body := k.as("sato").page("/i/IR-1/evidence"); !strings.Contains(body, "finder.jpg") || strings.Contains(body, "x.html") {
		t.Errorf("the register:\n%s", plain(body))
	}
	// A page is no picture: the report stands, the file does not, and both are said.
	if body := guest.reports([]byte("<html><script>alert(1)</script>")); !strings.Contains(body, "IR-2") || !strings.Contains(body, "写真は保存できません") {
		t.Errorf("with a page:\n%s", body)
	}
	if st := k.state("IR-2"); st.Status != incident.Reported || len(st.Evidence) != 0 {
		t.Errorf("%s with %d files", st.Status, len(st.Evidence))
	}
}

// rostered gives the site two rosters with names and people on duty.
func (k *kit) rostered() {
	site := *k.svc.Site()
	from := k.wall().AddDate(0, 0, -1)
	for _, r := range []escalation.Roster{
		{ID: "primary", Name: "第一当直", NameEN: "Primary duty", Shifts: []escalation.Shift{{Roster: "primary", Person: "sato", From: from, Until: from.AddDate(0, 2, 0)}}},
		{ID: "secondary", Name: "第二当直", NameEN: "Secondary duty", Shifts: []escalation.Shift{{Roster: "secondary", Person: "tanaka", From: from, Until: from.AddDate(0, 0, 3)}}},
	} {
		site.Rosters = append(site.Rosters, r)
	}
	k.svc.SetSite(&site)
}

func (k *kit) standing() *incident.Incident {
	k.t.Helper()
	return k.state(timeline.SiteLog)
}

func TestTheRosterPageTellsWhoWasToldAndHowThatFared(t *testing.T) {
	k := newKit(t, nil)
	k.rostered()
	sato, tanaka := k.as("sato"), k.as("tanaka")
	at := func(d time.Duration) string { return k.wall().Add(d).In(jst()).Format("2006-01-02T15:04") }
	sato.must("/roster/do/put", "roster", "primary", "person", "tanaka", "from_day", at(24*time.Hour), "until_day", at(48*time.Hour), "reason", "出張")
	sato.must("/roster/do/offer", "roster", "primary", "person", "tanaka", "words", "IR-12を待っている")
	body := plain(sato.page("/roster"))
	for _, want := range []string{"第一当直 ID: primary", "第二当直 11/", "田中: メール: 送信待ち", "まだ受けていません", "o1"} {
		if !strings.Contains(body, want) {
			t.Errorf("the page lacks %q:\n%s", want, body)
		}
	}
	var told *incident.Message
	for _, m := range k.standing().Messages {
		if strings.HasPrefix(m.Card, "roster/o1/") {
			told = m
		}
	}
	if told == nil {
		t.Fatal("nobody is told of the change")
	}
	begun, err := k.svc.Begin(t.Context(), timeline.SiteLog, told.ID)
	if err != nil || len(begun) != 1 {
		t.Fatal(begun, err)
	}
	if err := k.svc.Settle(t.Context(), begun[0].Envelope, notify.Outcome{Class: notify.Permanent, Err: "550 no such user", At: k.wall()}); err != nil {
		t.Fatal(err)
	}
	if body := plain(sato.page("/roster")); !strings.Contains(body, "550 no such user") {
		t.Errorf("a message that failed is not told:\n%s", body)
	}
	if body := plain(sato.page("/outbox")); !strings.Contains(body, "SITE") || !strings.Contains(body, "届いていません") {
		t.Errorf("the outbox:\n%s", body)
	}
	if body := plain(tanaka.must("/roster/do/agree", "ref", "o1", "back", "/roster")); !strings.Contains(body, "田中が同意") {
		t.Errorf("after agreeing:\n%s", body)
	}
	if body := plain(tanaka.page("/roster/sheet")); !strings.Contains(body, "引継ぎの言葉") {
		t.Errorf("the sheet does not carry what is handed over:\n%s", body)
	}
	if body := plain(tanaka.must("/roster/do/accept", "ref", "h1", "back", "/roster")); strings.Contains(body, "まだ受けていません") {
		t.Errorf("after accepting:\n%s", body)
	}
	if body := plain(tanaka.page("/roster/sheet")); strings.Contains(body, "引継ぎの言葉") {
		t.Errorf("the sheet asks again after accepting:\n%s", body)
	}
}

// However many incidents are open, the sheet says what it leaves out.
func TestTheDutySheetCountsWhatItLeavesOut(t *testing.T) {
	k := newKit(t, nil)
	k.rostered()
	for range 6 {
		if _, err := k.svc.Open(t.Context(), incident.Act{Person: "sato", Surface: "web"}, incident.Declare{Title: "TOS停止"}); err != nil {
			t.Fatal(err)
		}
	}
	body := k.as("sato").page("/roster/sheet")
	for _, id := range []string{"IR-1", "IR-2", "IR-3", "IR-4", "IR-5", "IR-6"} {
		if !strings.Contains(body, id) {
			t.Errorf("%s is not on the sheet", id)
		}
	}
	if n := strings.Count(body, "進行中の手順と担当"); n != 5 {
		t.Errorf("%d incidents with their steps, want 5 of 6", n)
	}
	if !strings.Contains(body, "当番のいない時間") || !strings.Contains(body, "氏名") {
		t.Errorf("gaps or the line to sign are missing:\n%s", plain(body))
	}
}

func TestAPageInTheRoomTellsHowItFares(t *testing.T) {
	k := newKit(t, nil)
	id := k.declared(false)
	k.ring()
	lead := k.as("sato")
	if body := plain(lead.page("/i/" + id)); !strings.Contains(body, "渡辺: メール: 送信待ち") {
		t.Errorf("before it left:\n%s", body)
	}
	var page *incident.Message
	for _, m := range k.state(id).Messages {
		if m.Kind == "page" {
			page = m
		}
	}
	begun, err := k.svc.Begin(t.Context(), id, page.ID)
	if err != nil || len(begun) != 1 {
		t.Fatal(begun, err)
	}
	if err := k.svc.Settle(t.Context(), begun[0].Envelope, notify.Outcome{With: id + "/n9/watanabe", At: k.wall()}); err != nil {
		t.Fatal(err)
	}
	if body := plain(lead.page("/i/" + id)); !strings.Contains(body, "1通にまとめた") {
		t.Errorf("a page that left with others does not say so:\n%s", body)
	}
	if err := k.svc.Reported(t.Context(), incident.DeliveryReport{Message: page.ID, Means: "mail", As: incident.ReportedDelivered}); err != nil {
		t.Fatal(err)
	}
	if body := plain(lead.page("/i/" + id)); !strings.Contains(body, "渡辺: メール: 届きました") {
		t.Errorf("a delivered page:\n%s", body)
	}
}

func TestADutyThatPassedNamesBothPeople(t *testing.T) {
	k := newKit(t, nil)
	site := *k.svc.Site()
	site.Policies = append([]escalation.Policy(nil), site.Policies...)
	for i := range site.Policies {
		if site.Policies[i].ID == "ciso" {
			site.Policies[i].Succession = "ciso"
		}
	}
	k.svc.SetSite(&site)
	id := k.declared(false)
	if _, err := k.svc.Do(t.Context(), incident.Act{Person: "kobayashi", Surface: "web"}, id, incident.Ack{}); err != nil {
		t.Fatal(err)
	}
	body := plain(k.as("watanabe").page("/i/" + id))
	for _, want := range []string{"渡辺さんの代行、小林 確認済", "代行を終えて戻す"} {
		if !strings.Contains(body, want) {
			t.Errorf("no %q in the room:\n%s", want, body)
		}
	}
}

// With more incidents than one sheet has room for, the gravest keeps its lines and a drill is the first to lose them.
func TestDutySheetKeepsTheGravest(t *testing.T) {
	k := newKit(t, nil)
	grave := k.declared(false)
	k.play(grave, says{who: "sato", cmd: incident.SetSeverity{Level: 1}})
	for range 5 {
		k.turn(time.Minute)
		k.declared(false)
	}
	k.turn(time.Minute)
	drill := k.declared(true)
	body := plain(k.as("sato").page("/roster/sheet"))
	first, last := strings.Index(body, "【実事案】"+grave), strings.Index(body, "【訓練】"+drill)
	if first < 0 || first > strings.Index(body, "【実事案】IR-2") || !strings.Contains(body[first:], "進行中の手順と担当") {
		t.Errorf("%s is not first with its steps:\n%s", grave, body)
	}
	if last < strings.LastIndex(body, "【実事案】") || strings.Contains(body[last:], "進行中の手順と担当") || strings.Contains(body, "【訓練】【訓練】") {
		t.Errorf("%s is not last, or marked twice:\n%s", drill, body)
	}
}
