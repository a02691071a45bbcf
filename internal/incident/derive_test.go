package incident_test

import (
	"context"
	"errors"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"irbot/internal/directory"
	"irbot/internal/incident"
	"irbot/internal/notify"
	"irbot/internal/report"
)

// A reader of English reads every derived value in English, and what stands in
// letters stays as it was; what a person stated is never translated.
func TestDerivedFactsInBothLanguages(t *testing.T) {
	d := factDesk(t)
	d.do("sato", incident.SetFigure{Item: "trucks", N: 86})
	d.do("sato", incident.RecordConsent{To: "nco", Who: "K. Watanabe", Given: true})
	d.do("sato", incident.SetFact{Field: "spread", Value: "隣のターミナルは無事"})
	f := d.view().Facts()
	for field, want := range map[string]struct{ ja, en string }{
		"event_class":         {"可用性・機密性（ランサムウェアの疑い）", "Availability and confidentiality (suspected ransomware)"},
		"service_impact":      {"ゲート", "gate"},
		"times":               {"宣言 令和8年11月22日(日) 06:33 JST", "Declared 22 November 2026 (Sun) 06:33 JST"},
		"operational_numbers": {"待機トラック 86（06:33時点）", "Trucks waiting 86 (as of 06:33)"},
		"publication_sharing": {"国家サイバー統括室（NCO）: 共有に同意", "National Cybersecurity Office (NCO): consents to sharing (K. Watanabe, 22 November 2026"},
		"reporter":            {"電話（24時間）", "Phone (24 h)"},
	} {
		got := f[field]
		if !strings.Contains(got.Value, want.ja) || !strings.Contains(got.In("en"), want.en) || got.In("ja") != got.Value {
			t.Errorf("%s: %q / %q", field, got.Value, got.In("en"))
		}
	}
	if got := f["spread"]; got.EN != "" || got.In("en") != got.Value {
		t.Errorf("a stated value was translated: %+v", got)
	}
	kanji := regexp.MustCompile(`[時点共有確度現在年月日、。]`)
	for _, field := range []string{"event_class", "service_impact", "times", "operational_numbers"} {
		if en := f[field].In("en"); kanji.MatchString(en) {
			t.Errorf("%s is half Japanese in English: %q", field, en)
		}
	}
	// Confirmed on an English screen, it is the letter's wording that is kept.
	d.do("sato", incident.ConfirmFact{Field: "event_class", Digest: incident.FactDigest(f["event_class"].Value)})
	if got := d.view().Facts()["event_class"]; got.Conf != report.Confirmed || !strings.HasPrefix(got.Value, "可用性") {
		t.Errorf("confirmed %+v", got)
	}
}

// A letter of the third day says on which day a body was reached and a figure
// was counted.
func TestDerivedMomentsNameTheDay(t *testing.T) {
	d := factDesk(t)
	d.do("sato", incident.SetFigure{Item: "trucks", N: 86})
	d.now = d.now.Add(49 * time.Hour)
	if got := d.view().Facts()["operational_numbers"].Value; !strings.Contains(got, "11月22日 06:33時点") {
		t.Errorf("two days later: %q", got)
	}
}

// Writing 不明 into a field says that it is unknown: it must be counted among
// what leaves as unknown, not printed as an estimate of "unknown".
func TestSayingUnknownIsUnknown(t *testing.T) {
	d := factDesk(t)
	for _, words := range []string{"不明", "調査中", "不明（調査中）", "不明 (調査中)", " unknown ", "Under investigation."} {
		d.do("sato", incident.SetFact{Field: "spread", Value: words, Conf: "estimated"})
		if got := d.view().Facts()["spread"]; got.Conf != report.Unknown || got.Known() {
			t.Errorf("%q: %+v", words, got)
		}
	}
	d.do("sato", incident.SetFact{Field: "spread", Value: "不明な接続元から拡大"})
	if got := d.view().Facts()["spread"]; !got.Known() {
		t.Errorf("a sentence was taken for unknown: %+v", got)
	}
}

// A notice shows the deadline it meets, whatever other duties are owed to the
// same body without a number.
func TestNoticeShowsItsDeadline(t *testing.T) {
	d := newDesk(t)
	d.rules(func(b *report.Book) {
		b.Profile.Flags = []string{"critical-infrastructure", "special-infrastructure"}
		b.Profile.Own = []report.OwnTarget{{Duty: "mlit-first", From: report.Declared, Within: time.Hour}}
	})
	d.open(incident.Declare{Title: "TOS停止", Runbook: "none"})
	id := d.do("suzuki", incident.DraftNotice{Dest: "mlit", Subject: "第一報", Body: "TOSが停止しました"}).Outcome.Ref
	n := d.view().S.Notice(id)
	first := d.view().S.Duty("mlit-first")
	if n.Due.IsZero() || !n.Due.Equal(first.Due) {
		t.Errorf("due %v, want that of mlit-first %v", n.Due, first.Due)
	}
}

// A letter to the public can be begun although the incident's own words may not
// go into it: they are left out, named as such, and never slip in.
func TestPressLetterLeavesOutWhatIsAbove(t *testing.T) {
	d := factDesk(t)
	site := *d.svc.Site()
	dir := *site.Directory
	dir.Destinations = append(dir.Destinations[:len(dir.Destinations):len(dir.Destinations)], directory.Destination{ID: "press", Name: "報道", Kind: "public", Outside: true, TLP: "CLEAR", Reach: []directory.Address{{Means: notify.Mail, To: "press@example.jp"}}})
	site.Directory = &dir
	d.svc.SetSite(&site)
	said := d.do("suzuki", incident.DraftNotice{Dest: "press"}).Outcome.Ref
	if n, body := d.view().S.Notice(said), d.view().Text(d.view().S.Notice(said).Seq)["body"]; n.Form != "press" || !slices.Contains(n.Held, "summary") || strings.Contains(body, report.HeldWords) || strings.Contains(body, report.UnknownWords) {
		t.Errorf("the public statement holds back %v and reads\n%s", n.Held, body)
	}
	d.do("suzuki", incident.WithdrawNotice{Notice: said, Why: "書き直す"})
	id := d.do("suzuki", incident.DraftNotice{Dest: "press", Form: incident.NoForm}).Outcome.Ref
	n, text := d.view().S.Notice(id), d.view().Text(d.view().S.Notice(id).Seq)
	whole := text["subject"] + "\n" + text["body"]
	for _, secret := range []string{"TOS停止", "端末に脅迫文", "06:33"} {
		if strings.Contains(whole, secret) {
			t.Errorf("%q stands in a CLEAR letter:\n%s", secret, whole)
		}
	}
	for _, field := range []string{"incident_id", "summary", "times"} {
		if !slices.Contains(n.Held, field) {
			t.Errorf("%s is not named as left out: %v", field, n.Held)
		}
	}
	if r := d.no("suzuki", incident.EditNotice{Notice: id, Subject: "お知らせ", Body: "端末に脅迫文が出ている", TLP: "CLEAR"}); r.Code != "tlp.fact" {
		t.Errorf("refusal %s", r.Code)
	}
	d.do("suzuki", incident.EditNotice{Notice: id, Subject: "お知らせ", Body: "システム障害のためゲートを閉めています。", TLP: "CLEAR"})
}

// Whoever approves learns that the record has moved on since the report was
// made, also where nobody stated anything; midnight alone moves nothing.
func TestMovedNamesWhatTheRecordGivesAnew(t *testing.T) {
	d := factDesk(t)
	d.do("sato", incident.SetFigure{Item: "trucks", N: 86})
	n := d.do("suzuki", incident.DraftNotice{Dest: "mlit"}).Outcome.Ref
	moved := func() string { v := d.view(); return strings.Join(v.Moved(v.S.Notice(n)), " ") }
	if got := moved(); got != "" {
		t.Errorf("just made: %s", got)
	}
	d.now = d.now.Add(24 * time.Hour)
	if got := moved(); got != "" {
		t.Errorf("a day later: %s", got)
	}
	d.do("sato", incident.SetFigure{Item: "trucks", N: 12})
	d.do("sato", incident.RecordConsent{To: "nco", Who: "渡辺", Given: true})
	if got := moved(); got != "operational_numbers publication_sharing" {
		t.Errorf("after new figures: %s", got)
	}
	d.do("suzuki", incident.EditNotice{Notice: n, Subject: "第一報", Body: d.view().Text(d.state().Notice(n).Seq)["body"] + "\n追記", TLP: "AMBER"})
	if got := moved(); got != "operational_numbers publication_sharing" {
		t.Errorf("edited by hand: %s", got)
	}
	d.do("sato", incident.SetFact{Field: "operational_numbers", Value: "待機 12台"})
	if got := moved(); got != "publication_sharing" {
		t.Errorf("what is stated since is stale, not moved: %s", got)
	}
	d.do("suzuki", incident.RefillNotice{Notice: n})
	if got := moved(); got != "" {
		t.Errorf("made again: %s", got)
	}
}

// Every letter begins with its label (FIRST TLP 2.0), also after it was edited
// with another one, and with the mark of a drill before it.
func TestLetterBeginsWithItsLabel(t *testing.T) {
	d := factDesk(t)
	n := d.do("suzuki", incident.DraftNotice{Dest: "mlit"}).Outcome.Ref
	body := func() string { return d.view().Text(d.state().Notice(n).Seq)["body"] }
	if !strings.HasPrefix(body(), "TLP:AMBER\n\n国土交通省") {
		t.Errorf("made of a form:\n%s", body())
	}
	d.do("suzuki", incident.EditNotice{Notice: n, Subject: "第一報", Body: "TLP:AMBER\n\n国土交通省 御中", TLP: "GREEN"})
	if body() != "TLP:GREEN\n\n国土交通省 御中" || strings.Count(body(), "TLP:") != 1 {
		t.Errorf("edited:\n%s", body())
	}
	d.open(incident.Declare{Title: "訓練", Drill: true})
	n = d.do("suzuki", incident.DraftNotice{Dest: "mlit", Subject: "件名", Body: "本文"}).Outcome.Ref
	d.do("suzuki", incident.EditNotice{Notice: n, Subject: "件名", Body: body()})
	if body() != "【訓練】TLP:AMBER\n\n本文" {
		t.Errorf("drill: %q", body())
	}
}

// A letter names a body once, with every moment it was told something, and a
// spreadsheet is made of a form only.
func TestContactsNameABodyOnce(t *testing.T) {
	d := factDesk(t)
	send := func(id string) {
		t.Helper()
		d.do("suzuki", incident.SubmitNotice{Notice: id})
		d.approve("watanabe", id)
		d.do("suzuki", incident.PhonedNotice{Notice: id, Who: "山本"})
	}
	send(d.do("suzuki", incident.DraftNotice{Dest: "mlit"}).Outcome.Ref)
	d.now = d.now.Add(20 * time.Minute)
	n := d.do("suzuki", incident.DraftNotice{Dest: "mlit", Subject: "件名", Body: "本文"}).Outcome.Ref
	var no *incident.Refusal
	if _, _, err := d.svc.RenderNotice(context.Background(), d.id, n, "xlsx"); !errors.As(err, &no) || no.Code != "form.no_sheet" {
		t.Errorf("a spreadsheet of a free text: %v", err)
	}
	send(n)
	if got := d.view().Facts()["contacts_made"].Value; got != "国土交通省 06:33・06:53" {
		t.Errorf("contacts %q", got)
	}
}

// A letter that waited past the time it promises for the next report says so to
// the approver, and a new letter promises no time that has passed.
func TestNoLetterPromisesThePast(t *testing.T) {
	d := factDesk(t)
	n := d.do("suzuki", incident.DraftNotice{Dest: "trucking"}).Outcome.Ref
	next := d.state().Cadence.Next
	lapsed := func() time.Time { v := d.view(); return v.Lapsed(v.S.Notice(n)) }
	if next.IsZero() || !lapsed().IsZero() || !strings.Contains(d.view().Text(d.state().Notice(n).Seq)["body"], next.In(d.svc.Site().Zone).Format("15:04")) {
		t.Fatalf("promised %v, lapsed %v", next, lapsed())
	}
	d.now = next.Add(time.Minute)
	if !lapsed().Equal(next) {
		t.Errorf("lapsed %v", lapsed())
	}
	d.do("suzuki", incident.RefillNotice{Notice: n})
	if body := d.view().Text(d.state().Notice(n).Seq)["body"]; !lapsed().IsZero() || !strings.Contains(body, "次の連絡: "+incident.Unknown) {
		t.Errorf("made again:\n%s", body)
	}
}
