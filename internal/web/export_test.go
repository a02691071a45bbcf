package web_test

import (
	"context"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"irbot/internal/chat"
	"irbot/internal/export"
	"irbot/internal/incident"
	"irbot/internal/pdf"
	"irbot/internal/timeline"
	"irbot/internal/web"
)

// taker takes the record out by the real writers.
type taker struct {
	k     *kit
	words *chat.Words
	while func(web.ExportOrder) // runs in the middle of an export
}

func (x *taker) source(o web.ExportOrder) (export.Source, export.Options, error) {
	src := export.Source{Each: x.k.store.EachEntry, Checkpoints: x.k.store.Checkpoints, Blob: x.k.store.Blob, Head: x.k.store.Head, Replay: x.k.svc.Replay, Site: x.k.svc.Site, PDF: pdf.Chronology, Words: x.words}
	from, err := export.ParseBound(o.From, time.UTC, false)
	if err != nil {
		err = fmt.Errorf("%w: %w", web.ErrOrder, err)
	}
	return src, export.Options{Incident: o.Incident, Lang: o.Lang, Ceiling: o.TLP, Roles: o.Roles, Era: o.Era, Recorded: o.Recorded, From: from, At: o.At}, err
}

func (x *taker) Export(ctx context.Context, w io.Writer, o web.ExportOrder) (web.Exported, error) {
	if x.while != nil {
		x.while(o)
	}
	src, choices, err := x.source(o)
	if err != nil {
		return web.Exported{}, err
	}
	m, err := src.Write(ctx, w, o.Format, choices)
	return web.Exported{Name: m.Name, Kind: export.ContentType(o.Format), Head: hex.EncodeToString(m.Head.Head[:]), Count: m.Count, Withheld: m.Withheld}, err
}

func (x *taker) Preview(ctx context.Context, o web.ExportOrder) (web.ExportPreview, error) {
	src, choices, err := x.source(o)
	if err != nil {
		return web.ExportPreview{}, err
	}
	p, err := src.Preview(ctx, o.Format, choices, 20)
	out := web.ExportPreview{Exported: web.Exported{Name: p.Made.Name, Count: p.Made.Count, Withheld: p.Made.Withheld}, Title: p.Header.Heading(), Label: p.Header.Label()}
	for i := range p.Rows {
		out.Rows = append(out.Rows, web.ExportRow{Seq: p.Rows[i].Seq, Content: p.Rows[i].Content, By: p.Header.Recorder(&p.Rows[i]), Withheld: p.Rows[i].Withheld})
	}
	return out, err
}

func (x *taker) Verify(ctx context.Context, id string) (web.Verified, error) {
	v := timeline.NewVerifier()
	err := x.k.store.EachEntry(ctx, id, 1, 0, func(e *timeline.Entry) error {
		v.Add(e)
		return nil
	})
	r := v.Report()
	out := web.Verified{At: x.k.wall(), Size: r.Count, Head: r.Head}
	if !r.Holds() {
		out.Problem = fmt.Sprint(r.Problems[0])
	}
	return out, err
}

func newTakerKit(t *testing.T, change func(*web.Options)) *kit {
	t.Helper()
	x := &taker{}
	k := newKit(t, func(o *web.Options) {
		o.Pages.Export, x.words = x, o.Words
		if change != nil {
			change(o)
		}
	})
	x.k = k
	return k
}

func TestExportIsRecordedAndNamed(t *testing.T) {
	k := newTakerKit(t, nil)
	id := k.declared(false)
	drill := k.declared(true)
	p := k.as("sato")
	if body := p.page("/i/" + id + "/export"); !strings.Contains(body, "改ざんされていません") {
		t.Errorf("the check is not shown:\n%s", plain(body))
	}
	for _, c := range []struct{ id, name string }{{id, id + "_20261122.jsonl"}, {drill, "DRILL_" + drill + "_20261122.jsonl"}} {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, k.url+"/i/"+c.id+"/export", strings.NewReader(form("format", "jsonl").Encode()))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		res, err := p.c.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		data, err := io.ReadAll(res.Body)
		_ = res.Body.Close()
		if err != nil || res.Header.Get("Content-Disposition") != `attachment; filename="`+c.name+`"` {
			t.Errorf("%v %q", err, res.Header.Get("Content-Disposition"))
		}
		if rep, err := timeline.VerifyJSONL(strings.NewReader(string(data)), timeline.VerifyOptions{}); err != nil || !rep.Holds() {
			t.Errorf("what was exported does not hold: %v %+v", err, rep.Problems)
		}
		last := k.entries(c.id)
		if got := last[len(last)-1]; got != string(incident.KindExported)+" sato" {
			t.Errorf("last entry %q", got)
		}
	}
	if code, _ := p.post("/i/"+id+"/export", "format", "exe"); code != http.StatusNotFound {
		t.Errorf("an unknown format: %d", code)
	}
}

func TestExportIsPreviewedAsChosen(t *testing.T) {
	k := newTakerKit(t, func(o *web.Options) {
		o.Pages.Audiences = []web.Audience{{ID: "insurer", Name: [2]string{"保険会社", "Insurer"}, Order: web.ExportOrder{Format: "pdf", Lang: "ja", TLP: "AMBER", Roles: true, Audience: "insurer"}}}
	})
	id := k.declared(false)
	p := k.as("sato")
	p.must("/i/"+id+"/deed/note.add", "text", `<script>alert(1)</script> 見張り`, "back", "/i/"+id)
	body := p.page("/i/" + id + "/export?for=insurer")
	for _, want := range []string{`value="pdf" checked`, `name="roles" value="1" checked`, `value="AMBER" checked`, "✓ 保険会社"} {
		if !strings.Contains(body, want) {
			t.Errorf("the preset does not fill in %q", want)
		}
	}
	body = p.must("/i/"+id+"/export", "format", "csv", "preview", "1")
	if !strings.Contains(body, "見張り") || !strings.Contains(body, "&lt;script&gt;") || strings.Contains(body, "<script>alert") {
		t.Errorf("the preview:\n%s", plain(body))
	}
	before := len(k.entries(id))
	if body = p.must("/i/"+id+"/export", "format", "csv", "preview", "1", "tlp", "CLEAR"); strings.Contains(body, "見張り") || !strings.Contains(body, "伏せています") {
		t.Errorf("above the label:\n%s", plain(body))
	}
	if after := len(k.entries(id)); after != before {
		t.Errorf("a preview wrote %d entries", after-before)
	}
	if body = p.must("/i/"+id+"/export", "format", "csv", "preview", "1", "from", "yesterday"); !strings.Contains(body, "この指定では出力できません") {
		t.Errorf("a wrong range:\n%s", plain(body))
	}
	if code, _ := p.post("/i/"+id+"/export", "format", "csv", "from", "yesterday"); code != http.StatusUnprocessableEntity {
		t.Errorf("a wrong range: %d", code)
	}
}

func TestPrintAllowsOnlyItsOwnStyle(t *testing.T) {
	k := newTakerKit(t, nil)
	id := k.declared(true)
	p := k.as("sato")
	p.must("/i/"+id+"/deed/note.add", "text", `<script>alert(1)</script>`, "back", "/i/"+id)
	body := p.page("/i/" + id + "/print")
	for _, want := range []string{"TLP:AMBER", "【訓練】", "&lt;script&gt;", "A4"} {
		if !strings.Contains(body, want) {
			t.Errorf("%q is not in the print view", want)
		}
	}
	if strings.Contains(body, "<script>") {
		t.Error("the print view is not inert")
	}
}

// What is down is told to those who work here, not to whoever opens the door.
func TestStrangersAreNotToldWhatIsDown(t *testing.T) {
	k := newKit(t, func(o *web.Options) {
		o.Pages.Report = true
		o.Banners = func(chat.Lang) []string { return []string{"Slackにつながりません"} }
	})
	for _, path := range []string{"/report", "/signin", "/a/0123456789012345678901234567"} {
		if _, body := k.browser().get(path); strings.Contains(body, "Slackにつながりません") {
			t.Errorf("%s tells a stranger:\n%s", path, plain(body))
		}
	}
	if body := k.as("sato").page("/"); !strings.Contains(body, "Slackにつながりません") {
		t.Errorf("nobody is told:\n%s", plain(body))
	}
}

func TestFinderNeedsAnAccountUnlessOpened(t *testing.T) {
	closed := newKit(t, nil)
	if code, body := closed.browser().get("/report"); code != http.StatusOK || !strings.Contains(body, "サインイン") {
		t.Errorf("without an account: %d\n%s", code, plain(body))
	}
	k := newKit(t, func(o *web.Options) { o.Pages.Report = true })
	guest := k.browser()
	if body := guest.page("/report"); !strings.Contains(body, "脅迫文・身代金の表示") || !strings.Contains(body, `name="photo"`) {
		t.Errorf("the page of the finder:\n%s", plain(body))
	}
	body := guest.must("/report", "finder", "ransom", "place", "第3ゲート", "words", `"><script>alert(1)</script>`, "reporter", "森")
	if !strings.Contains(body, "電源は切ら") || !strings.Contains(body, "IR-1") || strings.Contains(body, "<script>alert") {
		t.Errorf("after sending:\n%s", plain(body))
	}
	if st := k.state("IR-1"); st.Status != incident.Reported || len(st.Escalations) != 1 {
		t.Errorf("state %s, %d ladders", st.Status, len(st.Escalations))
	}
	code := http.StatusOK
	for range 8 {
		code, _ = guest.post("/report", "finder", "ransom")
	}
	if code != http.StatusTooManyRequests {
		t.Errorf("a flood of reports: %d", code)
	}
	if code, _ := guest.post("/report"); code != http.StatusUnprocessableEntity {
		t.Errorf("an empty report: %d", code)
	}
}

func TestClosingListsWhatIsLeft(t *testing.T) {
	k := newKit(t, nil)
	id := k.declared(false)
	lead, boss := k.as("sato"), k.as("watanabe")
	body := lead.page("/i/" + id + "/close")
	if !strings.Contains(body, "未完了の手順") || !strings.Contains(body, "終結できる人") {
		t.Errorf("what the lead sees:\n%s", plain(body))
	}
	// Deadlines and calls are named in words, never by the ids of rules.
	if text := plain(body); !strings.Contains(text, "国交省 第一報") || strings.Contains(text, "mlit-first") || strings.Contains(text, "ciso-report") || strings.Contains(text, "e1 ") {
		t.Errorf("what is open is not named:\n%s", text)
	}
	if code, _ := lead.post("/i/"+id+"/deed/incident.close", "reason", "終わり", "back", "/i/"+id+"/close"); code != http.StatusConflict {
		t.Errorf("closing with open steps: %d", code)
	}
	body = boss.must("/i/"+id+"/deed/incident.force", "reason", "誤報だった", "back", "/i/"+id+"/close")
	if !strings.Contains(body, "終結しました") || k.state(id).Status != incident.Closed {
		t.Errorf("after closing:\n%s", plain(body))
	}
}

// An answer to a call shows in an open room by itself, where no button moves for it.
func TestAnswerShowsInPlace(t *testing.T) {
	k := newKit(t, nil)
	id := k.declared(false)
	body := k.as("watanabe").must("/i/"+id+"/do/escalation.ack", "ref", "e1", "back", "/i/"+id)
	if !regexp.MustCompile(`<span data-live="call-e1">[^\n]*確認済`).MatchString(body) {
		t.Errorf("the answer stands in no part that changes by itself:\n%s", plain(body))
	}
}

// What is late says so in a word, on the wall too: a colour alone says nothing.
func TestWallSaysInWordsWhatIsLate(t *testing.T) {
	k := newKit(t, nil)
	id := k.declared(false)
	lead := k.as("sato")
	if body := plain(lead.page("/wall?i=" + id)); strings.Contains(body, "超過") {
		t.Errorf("nothing is late yet:\n%s", body)
	}
	k.turn(2 * time.Hour)
	if body := plain(lead.page("/wall?i=" + id)); !strings.Contains(body, "目標超過 ") || !strings.Contains(body, " 超過") {
		t.Errorf("what is late is not said:\n%s", body)
	}
}

// With several incidents under way the wall shows the gravest and names the others; a drill is not among them.
func TestWallShowsTheGravestAndNamesTheOthers(t *testing.T) {
	k := newKit(t, nil)
	grave, drill := k.declared(false), k.declared(true)
	k.turn(time.Minute)
	later := k.declared(false)
	k.play(grave, says{who: "sato", cmd: incident.SetSeverity{Level: 1}})
	lead := k.as("sato")
	for _, path := range []string{"/wall", "/wall?i=" + grave} {
		body := plain(lead.page(path))
		if !strings.Contains(body, "【実事案】"+grave) || !strings.Contains(body, "ほか進行中 1件: "+later) {
			t.Errorf("%s does not show %s and name %s:\n%s", path, grave, later, body)
		}
	}
	if body := plain(lead.page("/wall?i=" + drill + "&lang=en")); !strings.Contains(body, "2 more under way: ") {
		t.Errorf("the wall of a drill keeps quiet about live incidents:\n%s", body)
	}
}

func TestDrillBecomesRealOnlyAsANewIncident(t *testing.T) {
	k := newKit(t, nil)
	drill := k.declared(true)
	body := k.as("sato").must("/i/"+drill+"/real", "words", "本物だった", "back", "/i/"+drill)
	live := k.state("IR-1")
	if !strings.Contains(body, "IR-1") || live.Drill || live.Status != incident.Open {
		t.Fatalf("live %+v\n%s", live.Status, plain(body))
	}
	if d := k.state(drill); !d.Drill || len(d.Linked) != 1 || d.Linked[0] != "IR-1" || len(live.Linked) != 1 {
		t.Errorf("links: %v and %v", d.Linked, live.Linked)
	}
	demo := newKit(t, func(o *web.Options) { o.Demo = true })
	id := demo.declared(true)
	if code, body := demo.as("sato").post("/i/"+id+"/real", "back", "/i/"+id); code != http.StatusConflict || !strings.Contains(body, "お試し") {
		t.Errorf("in the demo: %d\n%s", code, plain(body))
	}
}

func TestHandoverIsOfferedAndAccepted(t *testing.T) {
	k := newKit(t, nil)
	id := k.declared(false)
	path := "/i/" + id + "/handover"
	boss := k.as("watanabe")
	body := boss.must("/i/"+id+"/deed/handover.offer", "role", "lead", "person", "tanaka", "words", "鍵がない", "back", path)
	for _, want := range []string{"1 状況", "10 連絡網", "鍵がない"} {
		if !strings.Contains(body, want) {
			t.Errorf("%q is not on the sheet", want)
		}
	}
	if code, _ := boss.post("/i/"+id+"/deed/handover.accept", "ref", "h1", "back", path); code != http.StatusForbidden {
		t.Errorf("accepted by somebody else: %d", code)
	}
	k.as("tanaka").must("/i/"+id+"/deed/handover.accept", "ref", "h1", "back", path)
	if h := k.state(id).Roles["lead"]; h.Person != "tanaka" {
		t.Errorf("the lead is %q", h.Person)
	}
}

func TestPagesInBothLanguages(t *testing.T) {
	k := newTakerKit(t, func(o *web.Options) {
		o.Pages.Doctor = func(context.Context, chat.Lang) []web.DoctorResult {
			return []web.DoctorResult{{Name: "mail", State: "fail", Text: "no host", Fix: "set mail.host"}}
		}
	})
	id := k.declared(true)
	k.sampleMorning(id)
	k.turn(time.Minute)
	p := k.as("watanabe")
	for _, lang := range []string{"ja", "en"} {
		p.page("/?lang=" + lang)
		for _, path := range []string{
			"", "/n", "/n/N1", "/n/N2", "/n/N2/edit", "/n/N2/script", "/d", "/d/D1", "/report", "/clocks", "/handover", "/export", "/close",
		} {
			readable(t, path, p.page("/i/"+id+path))
		}
		for _, path := range []string{"/outbox", "/runbooks", "/runbooks/tos-ransomware", "/help", "/admin/check", "/report", "/wall?i=" + id, "/wall?names=role"} {
			readable(t, path, p.page(path))
		}
	}
	for _, path := range []string{"/n/N9", "/d/D9", "/n/N9/edit", "/n/N9/script", "/steps/99/decide"} {
		if code, _ := p.get("/i/" + id + path); code != http.StatusNotFound {
			t.Errorf("%s: %d", path, code)
		}
	}
	if code, _ := p.get("/i/IR-99/n"); code != http.StatusNotFound {
		t.Errorf("no such incident: %d", code)
	}
}

// readable looks for what a screen reader cannot make sense of: a list that says it is something else, and a link inside
// what is itself pressed.
func readable(t *testing.T, path, body string) {
	t.Helper()
	for _, bad := range []string{`<[ou]l[^>]* role=`, `<summary[^>]*>[^<]*<a `, `<div class="band band-(live|drill)">`} {
		if found := regexp.MustCompile(bad).FindString(body); found != "" {
			t.Errorf("%s: %s", path, found)
		}
	}
}

// Who waits for a long export is told how far it is, as long as it lasts.
func TestLongExportTellsHowFarItIs(t *testing.T) {
	var x *taker
	k := newTakerKit(t, func(o *web.Options) { x = o.Pages.Export.(*taker) })
	id := k.declared(false)
	p := k.as("sato")
	once := regexp.MustCompile(`/export"><input[^>]*><input type="hidden" name="once" value="([^"]+)"`).FindStringSubmatch(p.page("/i/" + id + "/export"))
	if once == nil {
		t.Fatal("the form has no key")
	}
	look := func() (int, string) {
		t.Helper()
		return p.get("/i/" + id + "/export/progress?once=" + once[1])
	}
	told := false
	x.while = func(o web.ExportOrder) {
		told = true
		o.Progress(40, 160)
		if code, body := look(); code != http.StatusOK || body != "25" {
			t.Errorf("in the middle: %d %q, want 25", code, body)
		}
	}
	if code, _ := look(); code != http.StatusNoContent {
		t.Errorf("before: %d", code)
	}
	v := form("format", "jsonl")
	v.Set("once", once[1])
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, k.url+"/i/"+id+"/export", strings.NewReader(v.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if code, _ := p.do(req); code != http.StatusOK || !told {
		t.Fatalf("the export: %d", code)
	}
	if code, _ := look(); code != http.StatusNoContent {
		t.Errorf("afterwards: %d", code)
	}
}
