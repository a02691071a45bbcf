package incident_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"irbot/internal/directory"
	"irbot/internal/incident"
	"irbot/internal/notify"
	"irbot/internal/report"
)

// factDesk is a desk whose notices follow the shipped forms, with an incident.
func factDesk(t *testing.T) *desk {
	t.Helper()
	d := newDesk(t)
	site := testSite(testBook())
	forms, err := report.Shipped()
	if err != nil {
		t.Fatal(err)
	}
	site.Forms = forms
	site.Directory.Destinations = append(site.Directory.Destinations,
		directory.Destination{ID: "trucking", Name: "トラック協会", Kind: directory.KindPartner, Outside: true, TLP: "GREEN", Reach: []directory.Address{{Means: notify.Mail, To: "trucks@example.jp"}}},
		directory.Destination{ID: "nowhere", Name: "宛先なし", Kind: directory.KindAuthority, Outside: true})
	d.svc.SetSite(site)
	d.open(incident.Declare{Title: "TOS停止", Words: "端末に脅迫文が出ている", Finder: "ransom", Impact: []string{"gate"}})
	return d
}

func (d *desk) no(who string, cmd incident.Command) *incident.Refusal {
	d.t.Helper()
	_, err := d.svc.Do(context.Background(), incident.Act{Person: who, Surface: "web"}, d.id, cmd)
	var r *incident.Refusal
	if !errors.As(err, &r) {
		d.t.Fatalf("%s: %v, want a refusal", cmd.Name(), err)
	}
	return r
}

func (d *desk) open(cmd incident.Command) {
	d.t.Helper()
	res, err := d.svc.Open(context.Background(), incident.Act{Person: "sato", Surface: "web"}, cmd)
	if err != nil {
		d.t.Fatal(err)
	}
	d.id = res.Incident
}

func (d *desk) approve(who, notice string) {
	d.t.Helper()
	d.do(who, incident.ApproveNotice{Notice: notice, Digest: d.state().Notice(notice).Digest, Opened: true})
}

func (d *desk) view() *incident.View {
	d.t.Helper()
	v, err := d.svc.View(context.Background(), d.id)
	if err != nil {
		d.t.Fatal(err)
	}
	return v
}

func TestFactsAreStatedConfirmedAndCorrected(t *testing.T) {
	d := factDesk(t)
	f := d.view().Facts()
	if got := f["summary"]; got.Value != "端末に脅迫文が出ている" || got.Conf != report.Estimated || !got.Derived {
		t.Errorf("derived summary %+v", got)
	}
	if _, ok := f["eta"]; ok {
		t.Error("an expected recovery was invented")
	}
	if got := f["times"]; !strings.Contains(got.Value, "宣言 令和8年11月22日(日) 06:33 JST") || strings.Contains(got.Value, "発生") {
		t.Errorf("times %q", got.Value)
	}
	d.do("sato", incident.SetFact{Field: "復旧", Value: "ゲートは 12:00 の見込み", Conf: "estimated", Source: 1})
	d.do("suzuki", incident.SetFact{Field: "eta", Value: "ゲートは 15:00", TLP: "AMBER"})
	d.do("ito", incident.SetFact{Field: "cause_class", Conf: "unknown"})
	d.do("ito", incident.SetFact{Field: "spread", Value: "他港への影響は確認中", Conf: "unknown", TLP: "GREEN"})
	d.do("sato", incident.ConfirmFact{Field: "summary", Digest: incident.FactDigest("端末に脅迫文が出ている")})
	f = d.view().Facts()
	if got := f["eta"]; got.Value != "ゲートは 15:00" || got.TLP != "AMBER" || got.Conf != report.Estimated {
		t.Errorf("eta %+v", got)
	}
	st := d.state()
	if got := st.Facts["eta"].Before; len(got) != 1 || d.view().Text(got[0])["value"] != "ゲートは 12:00 の見込み" {
		t.Errorf("history of eta %v", got)
	}
	if got := f["spread"]; got.Conf != report.Unknown || got.Value != "他港への影響は確認中" {
		t.Errorf("spread %+v", got)
	}
	if got := f["cause_class"]; got.Conf != report.Unknown || !got.Answered() || got.Known() {
		t.Errorf("cause %+v", got)
	}
	if got := f["summary"]; got.Conf != report.Confirmed || got.Derived || got.Seq == 0 {
		t.Errorf("confirmed summary %+v", got)
	}
	for _, tt := range []struct {
		cmd  incident.Command
		code string
	}{
		{incident.SetFact{Field: "weather", Value: "晴れ"}, "fact.unknown"},
		{incident.SetFact{Field: "1", Value: "第九報"}, "fact.given"},
		{incident.SetFact{Field: "eta"}, "fact.empty"},
		{incident.SetFact{Field: "eta", Value: "x", Conf: "sure"}, "fact.conf"},
		{incident.SetFact{Field: "eta", Value: "x", TLP: "PINK"}, "tlp.unknown"},
		{incident.SetFact{Field: "eta", Value: "x", Source: 999}, "entry.unknown"},
		{incident.SetFact{Field: "eta", Value: strings.Repeat("あ", incident.MaxFact+1)}, "fact.long"},
		{incident.ConfirmFact{Field: "technical"}, "fact.empty"},
		{incident.ConfirmFact{Field: "eta", Digest: "0000"}, "fact.changed"},
	} {
		if r := d.no("sato", tt.cmd); r.Code != tt.code {
			t.Errorf("%+v: %s, want %s", tt.cmd, r.Code, tt.code)
		}
	}
}

func TestReportNeedsWhatItsKindNeeds(t *testing.T) {
	d := factDesk(t)
	n1 := d.do("suzuki", incident.DraftNotice{Dest: "mlit"}).Outcome.Ref
	v := d.view()
	n := v.S.Notice(n1)
	if n.Form != "mlit-report" || n.Report != report.First || n.No != 1 || n.Head == 0 || n.Forms == "" {
		t.Fatalf("notice %+v", n)
	}
	body := v.Text(n.Seq)["body"]
	for _, want := range []string{"国土交通省 御中", "第一報　令和8年11月22日", "（推定）", "公式の様式ファイルが入手できて", incident.Unknown} {
		if !strings.Contains(body, want) {
			t.Errorf("the letter lacks %q:\n%s", want, body)
		}
	}
	d.do("suzuki", incident.SubmitNotice{Notice: n1}) // a first report may say 不明
	d.approve("watanabe", n1)
	d.do("suzuki", incident.PhonedNotice{Notice: n1, Who: "山本", Receipt: "A-118"})

	n2 := d.do("suzuki", incident.DraftNotice{Dest: "mlit", Report: report.Final}).Outcome.Ref
	r := d.no("suzuki", incident.SubmitNotice{Notice: n2})
	if r.Code != "notice.missing" || !strings.Contains(r.Args["fields"], "復旧の見込み") || !strings.Contains(r.Args["fields_en"], "Expected recovery") {
		t.Errorf("refusal %+v", r)
	}
	for _, f := range []string{"eta", "prevention_other"} {
		d.do("sato", incident.SetFact{Field: f, Value: "復旧した", Conf: "confirmed"})
	}
	for _, f := range []string{"place_systems", "cause_class", "spread", "personal_data", "publication_sharing"} {
		d.do("sato", incident.SetFact{Field: f, Conf: "unknown"})
	}
	if got := d.view().Stale(d.state().Notice(n2)); len(got) != 7 {
		t.Errorf("stale fields %v", got)
	}
	if r := d.no("suzuki", incident.SubmitNotice{Notice: n2}); r.Code != "notice.missing" {
		t.Errorf("a draft made before the facts was taken: %s", r.Code)
	}
	d.do("suzuki", incident.RefillNotice{Notice: n2})
	v = d.view()
	var ops []string
	for _, c := range v.Changes(v.S.Notice(n2)) {
		ops = append(ops, c.Op+" "+c.EN)
	}
	if got := strings.Join(ops, "; "); !strings.Contains(got, "added Expected recovery") || !strings.Contains(got, "changed Kind and version of the report") {
		t.Errorf("changes %s", got)
	}
	d.do("suzuki", incident.SubmitNotice{Notice: n2})
	if got := v.ReportName(v.S.Notice(n2), "ja"); got != "最終報" {
		t.Errorf("name %s", got)
	}
}

func TestTLPHoldsBackAndIsOverriddenByName(t *testing.T) {
	d := factDesk(t)
	const ioc = "198.51.100.7 へ通信、ハッシュ 9f86d081884c7d65"
	d.do("ito", incident.SetFact{Field: "technical", Value: ioc, Conf: "confirmed", TLP: "RED"})
	// The first report was typed into the ministry's own form.
	d.do("suzuki", incident.MeetDuty{Duty: "mlit-first", Proof: "Webフォーム 受付 A-118"})
	n := d.do("suzuki", incident.DraftNotice{Dest: "mlit", Report: report.Update}).Outcome.Ref
	body := func() string { return d.view().Text(d.state().Notice(n).Seq)["body"] }
	if strings.Contains(body(), "198.51") || !strings.Contains(body(), report.HeldWords) || strings.Join(d.state().Notice(n).Held, " ") != "technical" {
		t.Fatalf("held %v:\n%s", d.state().Notice(n).Held, body())
	}
	typed := incident.EditNotice{Notice: n, Subject: "続報", Body: "参考: １９８.51.100.7 へ通信、\nハッシュ 9F86d081884c7d65"}
	if r := d.no("suzuki", typed); r.Code != "tlp.fact" || r.Args["fields"] != "技術情報（痕跡・ログ）" {
		t.Errorf("refusal %+v", r)
	}
	if r := d.no("suzuki", incident.DraftNotice{Dest: "trucking", Subject: "参考", Body: ioc}); r.Code != "tlp.fact" {
		t.Errorf("refusal %+v", r)
	}
	if r := d.no("suzuki", incident.OverrideTLP{Notice: n, Field: "technical", Why: "国交省に要る"}); r.Code != "perm.no" {
		t.Errorf("anybody may override: %+v", r)
	}
	if r := d.no("watanabe", incident.OverrideTLP{Notice: n, Field: "summary", Why: "x"}); r.Code != "tlp.not_above" {
		t.Errorf("refusal %+v", r)
	}
	d.do("watanabe", incident.OverrideTLP{Notice: n, Field: "technical", Why: "国交省に要る"})
	if strings.Contains(body(), "198.51") {
		t.Error("the override changed the text by itself")
	}
	d.do("suzuki", incident.RefillNotice{Notice: n})
	st := d.state().Notice(n)
	if !strings.Contains(body(), ioc) || strings.Join(st.Over, " ") != "technical" || st.Allowed[0].By != "watanabe" {
		t.Errorf("after the override: %+v\n%s", st, body())
	}
	if st.Author != "suzuki" || len(st.Authors) != 1 {
		t.Errorf("the one who overrode became an author: %v", st.Authors)
	}
}

func TestRecallNamesWhatItWithdraws(t *testing.T) {
	d := factDesk(t)
	n := d.do("suzuki", incident.DraftNotice{Dest: "mlit"}).Outcome.Ref
	if r := d.no("suzuki", incident.RecallNotice{Notice: n, Why: "数字の誤り"}); r.Code != "notice.not_left" {
		t.Errorf("refusal %+v", r)
	}
	d.do("suzuki", incident.SubmitNotice{Notice: n})
	d.approve("watanabe", n)
	d.do("suzuki", incident.PhonedNotice{Notice: n, Who: "山本", Receipt: "A-118"})
	r := d.do("suzuki", incident.RecallNotice{Notice: n, Why: "台数の誤り", Right: "待機トラックは 68 台"}).Outcome.Ref
	v := d.view()
	text := v.Text(v.S.Notice(r).Seq)
	for _, want := range []string{"訂正", "第一報", "N1", "A-118", "台数の誤り", "待機トラックは 68 台", "令和8年"} {
		if !strings.Contains(text["body"], want) {
			t.Errorf("the recall lacks %q:\n%s", want, text["body"])
		}
	}
	if !strings.HasPrefix(text["subject"], "【訂正】") || v.S.Notice(n).RecalledBy != "" {
		t.Errorf("subject %q, recalled by %q before it was approved", text["subject"], v.S.Notice(n).RecalledBy)
	}
	d.do("suzuki", incident.SubmitNotice{Notice: r})
	d.approve("watanabe", r)
	if got := d.state().Notice(n).RecalledBy; got != r {
		t.Errorf("recalled by %q", got)
	}
	if next := d.do("suzuki", incident.DraftNotice{Dest: "mlit"}).Outcome.Ref; d.state().Notice(next).No != 2 {
		t.Errorf("the recall was counted as a report: %d", d.state().Notice(next).No)
	}
}

func TestConsentStandsInTheCommonForm(t *testing.T) {
	d := factDesk(t)
	n := d.do("suzuki", incident.DraftNotice{Dest: "mlit", Form: "common-ransomware"}).Outcome.Ref
	if r := d.no("suzuki", incident.SubmitNotice{Notice: n}); r.Code != "notice.missing" || !strings.Contains(r.Args["fields"], "同意") {
		t.Errorf("refusal %+v", r)
	}
	d.do("sato", incident.RecordConsent{To: "nco", Who: "社長 高橋", Given: true, Words: "技術情報を除く"})
	d.do("suzuki", incident.RefillNotice{Notice: n})
	body := d.view().Text(d.state().Notice(n).Seq)["body"]
	if !strings.Contains(body, "国家サイバー統括室（NCO）: 共有に同意（社長 高橋") || !strings.Contains(body, "技術情報を除く") {
		t.Errorf("letter:\n%s", body)
	}
	if r := d.no("sato", incident.RecordConsent{To: "どこか"}); r.Code != "dest.unknown" {
		t.Errorf("refusal %+v", r)
	}
}

func TestAttachmentsAreBoundToTheText(t *testing.T) {
	d := factDesk(t)
	n := d.do("suzuki", incident.DraftNotice{Dest: "mlit"}).Outcome.Ref
	before := d.state().Notice(n).Digest
	d.do("suzuki", incident.AttachNotice{Notice: n, Digest: before, Files: []incident.AttachFile{{Name: "a.pdf", Format: "pdf", Data: []byte("%PDF")}, {Name: "a.xlsx", Format: "xlsx", Data: []byte("PK")}}})
	st := d.state().Notice(n)
	if st.Digest == before || len(st.Attach) != 2 || len(d.view().Files(st)) != 2 || string(d.log.blob[d.view().Files(st)[0].Hash]) != "%PDF" {
		t.Fatalf("attached %+v", st)
	}
	if r := d.no("suzuki", incident.AttachNotice{Notice: n, Digest: before}); r.Code != "apr.void" {
		t.Errorf("a file made of yesterday's text was taken: %+v", r)
	}
	d.do("suzuki", incident.SubmitNotice{Notice: n})
	res := d.do("suzuki", incident.AttachNotice{Notice: n, Digest: st.Digest})
	if res.Outcome.Code != "apr.void" || len(d.state().Notice(n).Attach) != 0 {
		t.Errorf("taking the files away: %+v", res.Outcome)
	}
	d.do("suzuki", incident.EditNotice{Notice: n, Subject: "件名", Body: "手で直した文"})
	st = d.state().Notice(n)
	if r := d.no("suzuki", incident.AttachNotice{Notice: n, Digest: st.Digest, Files: []incident.AttachFile{{Format: "xlsx", Data: []byte("PK")}}}); r.Code != "notice.by_hand" {
		t.Errorf("a spreadsheet of other facts than the text was taken: %+v", r)
	}
	_, err := d.svc.Do(context.Background(), incident.Act{Person: "watanabe", Surface: "web"}, d.id, incident.ApproveNotice{Notice: n, Digest: before, Opened: true})
	if err == nil {
		t.Error("yesterday's text was approved")
	}
}

func TestRecipientWithoutAddressIsRefused(t *testing.T) {
	d := factDesk(t)
	if r := d.no("suzuki", incident.DraftNotice{Dest: "nowhere"}); r.Code != "notice.no_address" || r.Args["dest"] != "宛先なし" {
		t.Errorf("refusal %+v", r)
	}
	if r := d.no("suzuki", incident.DraftNotice{Dest: "mlit", Form: "sonota"}); r.Code != "form.unknown" {
		t.Errorf("refusal %+v", r)
	}
	if r := d.no("suzuki", incident.DraftNotice{Dest: "mlit", Report: "last"}); r.Code != "form.kind" {
		t.Errorf("refusal %+v", r)
	}
}
