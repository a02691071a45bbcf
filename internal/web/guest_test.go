package web_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"irbot/internal/incident"
	"irbot/internal/report"
)

var guestLink = regexp.MustCompile(`https?://[^<\s]+(/g/[^<\s]+)`)

// shared is an incident with an agreed item of each label, an estimate and a report.
func (k *kit) shared(watanabe *person, id string) {
	k.t.Helper()
	for _, x := range [][2]string{{"CLEAR", "受付は再開まで行いません"}, {"GREEN", "本船2隻は手作業で続けます"}, {"AMBER", "ヤードは第3区画だけ使えます"}} {
		watanabe.must("/i/"+id+"/deed/share.agree", "text", x[1], "tlp", x[0], "back", "/i/"+id+"/guests")
	}
	watanabe.must("/i/"+id+"/deed/eta.set", "milestone", "gate", "terminal", "all", "to", "+180", "confidence", "low", "basis", "照合の進み", "told_words", "船社3社", "back", "/i/"+id+"/cargo")
	watanabe.must("/i/"+id+"/deed/report.make", "item1", "06:33 第3ゲート", "item2", "TOS停止\n未確認: 侵入はVPN経由", "item6", "端末を隔離中", "back", "/i/"+id+"/report")
}

func TestGuestReadsWhatTheLabelAllowsAndNothingElse(t *testing.T) {
	k := newKit(t, nil)
	id := k.declared(false)
	watanabe := k.as("watanabe")
	k.shared(watanabe, id)
	body := watanabe.must("/i/"+id+"/guests/invite", "who", "大洋海運", "tlp", "GREEN", "hours", "2", "back", "/i/"+id+"/guests")
	m := guestLink.FindStringSubmatch(body)
	if m == nil {
		t.Fatalf("no link: %s", plain(body))
	}
	if again := watanabe.page("/i/" + id + "/guests"); guestLink.MatchString(again) {
		t.Error("the link is shown a second time")
	}
	guest := k.browser()
	page := guest.page(m[1])
	for _, want := range []string{"受付は再開まで行いません", "本船2隻は手作業で続けます", "確度低", "照合の進み", "TOS停止", "TLP:GREEN"} {
		if !strings.Contains(page, want) {
			t.Errorf("%q is not on the page", want)
		}
	}
	for _, hidden := range []string{"第3区画", "VPN", "隔離中", "船社3社", "<form", "渡辺"} {
		if strings.Contains(page, hidden) {
			t.Errorf("%q is on the page", hidden)
		}
	}
	if !strings.Contains(page, `url=?anew=1`) {
		t.Error("a page that reads itself anew counts as opened each time")
	}
	k.turn(time.Minute)
	guest.page(m[1] + "?anew=1")
	guest.page(m[1])
	if n := strings.Count(strings.Join(k.entries(id), "\n"), string(incident.KindGuestOpened)); n != 2 {
		t.Errorf("two openings were recorded %d times", n)
	}
	// The link opens one page, not the house.
	for _, path := range []string{"/i/" + id, "/i/" + id + "/chrono", "/i/" + id + "/cargo", "/i/" + id + "/facts", "/i/" + id + "/n", "/i/" + id + "/guests", "/", "/outbox"} {
		if code, body := guest.get(path); code == http.StatusOK && (strings.Contains(body, "TOS停止") || !strings.Contains(body, "password")) {
			t.Errorf("a guest reads %s: %s", path, plain(body))
		}
	}
	for _, path := range []string{"/i/" + id + "/deed/share.agree", "/i/" + id + "/n", "/i/" + id + "/guests/invite"} {
		before := len(k.entries(id))
		if code, _ := guest.post(path, "text", "偽の項目", "tlp", "CLEAR", "dest", "mlit", "who", "友人", "hours", "2"); code < 300 && len(k.entries(id)) != before {
			t.Errorf("a guest wrote by %s", path)
		}
	}
	for _, forged := range []string{m[1][:len(m[1])-1], m[1][:strings.LastIndex(m[1], "/")+1], strings.Replace(m[1], "/g/", "/g/g1", 1), "/g/g1", "/g/" + id, "/g/" + id + "/g1", strings.ToUpper(m[1])} {
		if code, body := guest.get(forged); code == http.StatusOK && strings.Contains(body, "受付は再開まで") {
			t.Errorf("a guessed link opens: %s", forged)
		}
	}
	if code, _ := guest.get(m[1] + "x"); code != http.StatusNotFound {
		t.Errorf("a wrong token: %d", code)
	}
	k.turn(3 * time.Hour)
	before := len(k.entries(id))
	for _, lang := range []struct{ asked, want string }{{"", "期限が切れたか、取り消されました"}, {"?lang=en", "has ended or was revoked"}} {
		if code, body := guest.get(m[1] + lang.asked); code != http.StatusGone || strings.Contains(body, "TOS停止") || !strings.Contains(body, lang.want) {
			t.Errorf("after its end: %d %s", code, plain(body))
		}
	}
	if n := len(k.entries(id)); n != before {
		t.Errorf("a page that showed nothing counts as opened: %d entries more", n-before)
	}
}

func TestRevokedGuestReadsNothing(t *testing.T) {
	k := newKit(t, nil)
	id := k.declared(false)
	watanabe := k.as("watanabe")
	m := guestLink.FindStringSubmatch(watanabe.must("/i/"+id+"/guests/invite", "who", "大洋海運", "tlp", "CLEAR", "hours", "2", "back", "/i/"+id+"/guests"))
	guest := k.browser()
	if page := guest.page(m[1]); strings.Contains(page, "TOS") {
		t.Errorf("TLP:CLEAR shows the title: %s", plain(page))
	}
	watanabe.must("/i/"+id+"/deed/guest.revoke", "ref", "g1", "reason", "誤送", "back", "/i/"+id+"/guests")
	if code, _ := guest.get(m[1]); code != http.StatusGone {
		t.Errorf("after it was revoked: %d", code)
	}
	if code, _ := k.as("mori").post("/i/"+id+"/guests/invite", "who", "友人", "tlp", "GREEN", "hours", "2"); code != http.StatusForbidden {
		t.Errorf("somebody without the permission made a page: %d", code)
	}
}

func TestTwoTerminalsShareOnlyWhatWasAgreedForAll(t *testing.T) {
	k := newKit(t, nil)
	one, two := k.declared(false), k.declared(false)
	watanabe := k.as("watanabe")
	watanabe.must("/i/"+two+"/deed/share.agree", "text", "臨港道路は迂回してください", "tlp", "GREEN", "port", "1", "back", "/i/"+two+"/guests")
	watanabe.must("/i/"+two+"/deed/share.agree", "text", "第2だけの事情", "tlp", "GREEN", "back", "/i/"+two+"/guests")
	m := guestLink.FindStringSubmatch(watanabe.must("/i/"+one+"/guests/invite", "who", "港湾管理者", "tlp", "GREEN", "hours", "2", "with", two, "back", "/i/"+one+"/guests"))
	page := k.browser().page(m[1])
	if !strings.Contains(page, "臨港道路は迂回してください") || strings.Contains(page, "第2だけの事情") {
		t.Errorf("the other terminal: %s", plain(page))
	}
	k.turn(45 * time.Minute) // the other terminal's promise has passed by then: it is not shown as one that is still to come
	if _, other, _ := strings.Cut(plain(k.browser().page(m[1])), "ほかのターミナル"); !strings.Contains(other, "超過") {
		t.Errorf("a promise that has passed: %s", other)
	}
}

// TestFactsStayInside keeps the fields of the reports off the pages: what
// people outside read was agreed, and a fact of any label was not.
func TestFactsStayInside(t *testing.T) {
	k := newKit(t, nil)
	forms, err := report.Shipped()
	if err != nil {
		t.Fatal(err)
	}
	k.svc.Site().Forms = forms
	id := k.declared(false)
	watanabe := k.as("watanabe")
	k.shared(watanabe, id)
	for tlp, value := range map[string]string{"CLEAR": "事実一", "GREEN": "事実二", "AMBER": "事実三", "RED": "事実四"} {
		watanabe.must("/i/"+id+"/deed/fact.set", "field", "technical", "value", value, "conf", "confirmed", "tlp", tlp, "back", "/i/"+id+"/facts")
		for _, label := range []string{"CLEAR", "GREEN", "AMBER"} {
			if page := watanabe.page("/i/" + id + "/guests/preview?tlp=" + label); strings.Contains(page, value) {
				t.Errorf("TLP:%s shows a fact of TLP:%s", label, tlp)
			}
		}
	}
	for label, want := range map[string][3]bool{"CLEAR": {true, false, false}, "GREEN": {true, true, false}, "AMBER": {true, true, true}, "RED": {true, true, false}} {
		page := watanabe.page("/i/" + id + "/guests/preview?tlp=" + label)
		for i, words := range []string{"受付は再開まで行いません", "本船2隻は手作業で続けます", "ヤードは第3区画だけ使えます"} {
			if strings.Contains(page, words) != want[i] {
				t.Errorf("TLP:%s and %q: shown %v", label, words, !want[i])
			}
		}
	}
}

// TestGuestOfADrillIsTold marks link and page of a drill and shows nothing live.
func TestGuestOfADrillIsTold(t *testing.T) {
	k := newKit(t, nil)
	live, drill := k.declared(false), k.declared(true)
	watanabe := k.as("watanabe")
	k.shared(watanabe, live)
	if code, body := watanabe.post("/i/"+drill+"/guests/invite", "who", "大洋海運", "tlp", "GREEN", "hours", "2", "with", live); code < 400 {
		t.Errorf("a live incident on the page of a drill: %d %s", code, plain(body))
	}
	body := watanabe.must("/i/"+drill+"/guests/invite", "who", "大洋海運", "tlp", "GREEN", "hours", "2", "back", "/i/"+drill+"/guests")
	m := guestLink.FindStringSubmatch(body)
	if m == nil || !strings.Contains(body, "【訓練】 "+m[0]) {
		t.Fatalf("the link is not marked: %s", plain(body))
	}
	page := k.browser().page(m[1])
	if n := strings.Count(page, "【訓練】"); n < 2 || strings.Contains(page, "本船2隻") {
		t.Errorf("the page of a drill has %d marks: %s", n, plain(page))
	}
	if code, page := k.browser().get(strings.Replace(m[1], drill, live, 1)); code != http.StatusNotFound {
		t.Errorf("the link of a drill opens the live incident: %d %s", code, plain(page))
	}
}

func TestCargoBoardRefusesABareTime(t *testing.T) {
	k := newKit(t, nil)
	id := k.declared(false)
	sato := k.as("sato")
	code, body := sato.post("/i/"+id+"/deed/eta.set", "milestone", "gate", "terminal", "all", "to", "+60", "basis", "勘", "back", "/i/"+id+"/cargo")
	if code == http.StatusOK || !strings.Contains(body, "確度がありません") {
		t.Errorf("a bare time: %d %s", code, plain(body))
	}
	sato.must("/i/"+id+"/deed/report.make", "item1", "a", "back", "/i/"+id+"/report")
	if body := sato.must("/i/"+id+"/do/report.same", "back", "/i/"+id); !strings.Contains(body, "次の状況報告") {
		t.Errorf("one tap for nothing new: %s", plain(body))
	}
}

// TestReportIsSeenBeforeItGoesOut renders what is typed for its three readers
// and records nothing.
func TestReportIsSeenBeforeItGoesOut(t *testing.T) {
	k := newKit(t, nil)
	id := k.declared(false)
	sato := k.as("sato")
	sato.must("/i/"+id+"/deed/report.make", "item1", "06:33 第3ゲート", "back", "/i/"+id+"/report")
	before := len(k.entries(id))
	body := sato.must("/i/"+id+"/report/preview", "item1", "書きかけ", "item2", "TOS停止", "item6", "端末を隔離中", "same", "item1", "next", "+40")
	for _, want := range []string{"TLP:GREEN", "港湾関係者用", "経営用", "まだ報告していません", "06:33 第3ゲート</textarea>", "TOS停止</textarea>"} {
		if !strings.Contains(body, want) {
			t.Errorf("%q is not on the preview: %s", want, plain(body))
		}
	}
	if n := strings.Count(body, "端末を隔離中"); n < 3 { // form, internal, executives, and the text of both
		t.Errorf("the sixth item stands there %d times", n)
	}
	if len(k.entries(id)) != before {
		t.Error("a preview was recorded")
	}
}
