package chat

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"irbot/internal/incident"
	"irbot/internal/notify"
)

var update = flag.Bool("update", false, "write the golden files anew")

// golden compares a text with a file under testdata.
func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", name, diff)
	}
}

// show writes everything of a card that a renderer gets.
func show(c Card) string {
	var b strings.Builder
	fmt.Fprintf(&b, "== %s [%s] ==\n%s", c.Key, c.Tone, Text(c))
	for _, a := range c.Actions {
		mark := "button"
		if a.Menu {
			mark = "menu  "
		}
		fmt.Fprintf(&b, "%s [%s] %s %s form=%s value=%s\n", mark, a.Label, a.ID, a.Style, a.Form, a.Value)
	}
	fmt.Fprintf(&b, "fallback %s\n\n", c.Fallback)
	return b.String()
}

// album collects the cards of a morning in both languages.
type album struct {
	t     *testing.T
	d     *desk
	pages map[string]*strings.Builder
}

func (a *album) draw(file string, keys ...string) {
	a.t.Helper()
	for _, lang := range []Lang{JA, EN} {
		for _, key := range keys {
			c, ok := a.d.drawer(lang).Draw(a.d.view(), key)
			if !ok {
				a.t.Errorf("%s: no card %s", Clock(a.d.now, jst), key)
				continue
			}
			a.check(c)
			a.wired(a.d.drawer(lang), c)
			a.put(file, lang, fmt.Sprintf("-- %s --\n", Clock(a.d.now, jst))+show(c))
		}
	}
}

func (a *album) put(file string, lang Lang, text string) {
	name := file + "." + string(lang) + ".txt"
	if a.pages[name] == nil {
		a.pages[name] = &strings.Builder{}
	}
	a.pages[name].WriteString(text)
}

// check holds what is true of every card.
func (a *album) check(c Card) {
	a.t.Helper()
	primaries, seen := 0, map[string]bool{}
	for _, x := range c.Actions {
		if x.Style == Primary {
			primaries++
		}
		if x.URL == "" {
			if _, err := DecodeValue(x.Value); err != nil {
				a.t.Errorf("%s: %v", c.Key, err)
			}
		}
		if len(Clusters(x.A11y)) > 75 || len(Clusters(x.Label)) > 75 {
			a.t.Errorf("%s: label too long: %s", c.Key, x.Label)
		}
		if id := x.ID + x.Value + x.URL; seen[id] {
			a.t.Errorf("%s: button %s %s stands twice", c.Key, x.ID, x.Value)
		} else {
			seen[id] = true
		}
	}
	if primaries > 1 || len(c.Buttons()) > 5 || len(c.Menu()) > 5 {
		a.t.Errorf("%s: %d primary, %d buttons, %d in the menu", c.Key, primaries, len(c.Buttons()), len(c.Menu()))
	}
	if c.Fallback == "" || strings.Contains(Text(c), "「」") || !strings.Contains(c.Fallback, c.Incident) {
		a.t.Errorf("%s: fallback %q", c.Key, c.Fallback)
	}
	if c.Drill && !strings.Contains(c.Head+c.Fallback, "訓練") && !strings.Contains(c.Head+c.Fallback, "DRILL") {
		a.t.Errorf("%s does not say that it is a drill: %s", c.Key, c.Head)
	}
}

// wired holds that every button leads somewhere: to a form that exists, to a
// command of the rules, or to one of the few things a surface shows itself.
func (a *album) wired(d Drawer, c Card) {
	a.t.Helper()
	shown := map[string]bool{"notice.open": true, "timeline.export": true, "step.show": true, "incident.show": true, "notice.approve": true}
	v := a.d.view()
	for _, x := range c.Actions {
		if x.URL != "" || shown[x.ID] {
			continue
		}
		val, _ := DecodeValue(x.Value)
		if x.Form != "" {
			f, ok := d.Form(v, x.Form, val)
			if !ok || f.Title == "" || len(f.Inputs)+len(f.Body) == 0 {
				a.t.Errorf("%s: button %s opens no form %s", c.Key, x.Label, x.Form)
			}
			if n := len(Clusters(f.Title)); n > 24 {
				a.t.Errorf("form %s: title of %d characters: %s", x.Form, n, f.Title)
			}
			if f.Submit == "" {
				continue
			}
		}
		deed, err := d.Deed(v, x.ID, val, map[string]string{"reason": "理由", "person": "ito", "role": "lead", "review": "+60", "minutes": "15分"})
		if err != nil || deed.Command == nil {
			a.t.Errorf("%s: button %s (%s) does nothing: %v", c.Key, x.Label, x.ID, err)
		}
	}
}

func (a *album) save() {
	for name, b := range a.pages {
		golden(a.t, name, b.String())
	}
}

// TestMorningInCards walks the scripted morning of the acceptance scenario and
// keeps every card in both languages.
func TestMorningInCards(t *testing.T) {
	d := newDesk(t)
	a := &album{t: t, d: d, pages: map[string]*strings.Builder{}}
	d.open("guest:gate3", incident.Report{Finder: "ransom", Place: "第3ゲート", Words: "印刷機から脅迫文", Seen: at("2026-11-22 06:30:00").UTC(), Impact: []string{"gate"}})
	a.draw("status", "status", "received")
	a.draw("escalation", "page/e1/sato")
	d.at("06:36")
	a.draw("status", "status")
	a.draw("escalation", fmt.Sprintf("climb/%d", d.last(incident.KindEscPaged)))
	d.at("06:41")
	d.do("sato", incident.TakeCharge{})
	a.draw("status", "status", "received")
	a.draw("escalation", "page/e2/watanabe", "standdown/e1/tanaka")
	a.draw("step", "step/r1/1.1", "steps") // nobody on it
	d.do("ito", incident.Take{Step: "1"})
	a.draw("step", "step/r1/1.1") // taken
	d.at("06:48")
	d.do("ito", incident.Done{Step: "1", Value: "切断 6台"})
	a.draw("step", "step/r1/1.1") // done
	d.at("06:52")
	a.draw("escalation", "page/e2/watanabe", "page/e2/kobayashi")
	d.do("sato", incident.Ack{Person: "watanabe"})
	a.draw("escalation", "page/e2/watanabe")
	d.do("ito", incident.Take{Step: "2"})
	d.at("07:05")
	a.draw("step", "step/r1/1.2") // past target
	a.draw("lines", fmt.Sprintf("overdue/%d", d.last(incident.KindStepOverdue)))
	d.do("ito", incident.Block{Step: "2", Reason: "鍵がない"})
	a.draw("step", "step/r1/1.2") // blocked
	a.draw("lines", fmt.Sprintf("blocked/%d", d.last(incident.KindStepBlocked)))
	d.do("sato", incident.Unblock{Step: "2"})
	d.do("ito", incident.Done{Step: "2", Value: "消灯を確認"})
	a.draw("step", "step/r1/1.2") // second person
	d.do("tanaka", incident.Confirm{Step: "2"})
	a.draw("lines", fmt.Sprintf("phase/%d", d.last(incident.KindPhaseEnd)))
	decisions(a)
	notices(a)
	rest(a)
	a.save()
}

func decisions(a *album) {
	d := a.d
	a.draw("step", "step/r1/2.1")
	d.do("sato", incident.OpenDecision{Question: "3番ゲートだけ閉めるか", Decider: "ciso", Within: 10 * time.Minute, Objects: 3 * time.Minute,
		Options: []incident.Option{{Text: "全面閉鎖", Note: "誤搬出を防ぐ"}, {Text: "3番だけ閉鎖"}}, Known: "1・2番の端末も停止", Unknown: "復旧の見込み"})
	d.do("tanaka", incident.Object{Decision: "D1", Why: "滞留が伸びる"})
	d.do("ito", incident.AskInfo{Decision: "D1", What: "待機台数"})
	a.draw("decision", "decision/D1")
	d.at("07:09")
	d.do("kobayashi", incident.Decide{Decision: "D1", Choice: "a", Basis: "誤搬出を防ぐ", Review: at("2026-11-22 09:00:00").UTC()})
	a.draw("decision", "decision/D1", "review/D1")
	d.do("watanabe", incident.Decide{Step: "3", Choice: "a", Basis: "1・2番も同じTOSに依存", Review: at("2026-11-22 09:00:00").UTC()})
	a.draw("step", "step/r1/2.1", "step/r1/2.2", "step/r1/2.3") // decided, not applicable, notify
}

func notices(a *album) {
	d := a.d
	d.do("suzuki", incident.Take{Step: "5"})
	d.do("suzuki", incident.DraftNotice{Dest: "mlit"})
	a.draw("notice", "notice/N1")
	d.do("suzuki", incident.SubmitNotice{Notice: "N1"})
	a.draw("notice", "notice/N1")
	a.draw("step", "step/r1/2.3") // waiting for approval
	a.draw("clocks", "clocks")
	for _, lang := range []Lang{JA, EN} {
		ap, ok := d.drawer(lang).Approval(d.view(), "N1")
		if !ok || ap.Void || ap.Digest == "" {
			a.t.Fatalf("approval screen: %+v", ap)
		}
		a.put("approval", lang, showApproval(ap))
		script, _ := d.drawer(lang).Script(d.view(), "N1")
		a.put("approval", lang, show(script))
	}
	n := d.view().S.Notice("N1")
	d.do("watanabe", incident.ApproveNotice{Notice: "N1", Digest: n.Digest, Opened: true})
	a.draw("notice", "notice/N1")
	// The mail is cut off half-way: a person has to find out.
	row := d.view().S.Outbox()
	for _, r := range row {
		if r.Means != "mail" || d.view().S.Message(r.ID).Kind != "notice" {
			continue
		}
		begun, err := d.svc.Begin(a.t.Context(), r.Incident, r.ID)
		if err != nil || len(begun) != 1 {
			a.t.Fatalf("begin: %v %v", begun, err)
		}
		if err := d.svc.Settle(a.t.Context(), begun[0].Envelope, notify.Outcome{Class: notify.Unknown, Err: "connection lost after DATA"}); err != nil {
			a.t.Fatal(err)
		}
	}
	a.draw("notice", "notice/N1/unconfirmed")
	d.at("07:44")
	d.do("suzuki", incident.PhonedNotice{Notice: "N1", Who: "山本様", Reply: "了解", Receipt: "A-118"})
	a.draw("notice", "notice/N1/sent")
	d.do("suzuki", incident.Done{Step: "5"})
	a.draw("clocks", "clocks")
}

func showApproval(x Approval) string {
	var b strings.Builder
	fmt.Fprintf(&b, "== approval %s ==\n%s  %s\n", x.Notice, x.Head, x.Check)
	for _, f := range append(x.Fields, x.Subject, x.Body, x.Attach, x.Revision, Field{Label: x.Code.Label, Value: x.Code.Hint}) {
		fmt.Fprintf(&b, "%s | %s\n", f.Label, f.Value)
	}
	for _, d := range x.Diff {
		fmt.Fprintf(&b, "%s %s\n", d.Op, d.Text)
	}
	fmt.Fprintf(&b, "%s\n%s\n", strings.Join(x.Questions, "\n"), x.Warning)
	for _, act := range x.Actions {
		fmt.Fprintf(&b, "[%s] %s %s\n", act.Label, act.ID, act.Style)
	}
	return b.String() + "\n"
}

func rest(a *album) {
	d := a.d
	a.draw("report", "cadence/0")
	d.do("suzuki", incident.MakeReport{Items: []string{"07:45時点 CSIRT", "TOS停止、原因は調査中", "全ゲート停止", "見込みは不明", "待機 86台", "切り離し完了"}})
	a.draw("report", "report/1")
	for _, to := range []Audience{ForPort, ForExecutive} {
		for _, lang := range []Lang{JA, EN} {
			c, ok := d.drawer(lang).Report(d.view(), 1, to)
			if !ok {
				a.t.Fatal("no report")
			}
			a.put("report", lang, show(c))
		}
	}
	d.do("suzuki", incident.MakeReport{Same: true})
	a.draw("report", "report/2")
	d.do("sato", incident.SetFigure{Item: "trucks", N: 86})
	d.do("sato", incident.AddCaution{Text: "TOSサーバーに再接続しない"})
	d.do("sato", incident.OfferHandover{Role: "lead", To: "tanaka", Words: "予備機がない"})
	a.draw("handover", "handover/h1")
	d.do("tanaka", incident.AcceptHandover{Handover: "h1"})
	a.draw("handover", "handover/h1")
	if err := d.svc.Surface(a.t.Context(), []string{d.id}, "slack", false, d.now); err != nil {
		a.t.Fatal(err)
	}
	d.at("08:10")
	d.do("ito", incident.AddNote{From: "県警", To: "CSIRT", Text: "到着、2名", Important: true, Open: true})
	d.do("ito", incident.Skip{Step: "6", Preset: "resources"})
	if err := d.svc.Surface(a.t.Context(), []string{d.id}, "slack", true, d.now); err != nil {
		a.t.Fatal(err)
	}
	a.draw("catchup", fmt.Sprintf("catchup/%d", d.last(incident.KindSurfaceRestored)))
	a.draw("step", "step/r1/2.4") // skipped
	d.at("08:45")
	a.draw("status", "status")
	a.draw("clocks", "duty/police-first", "clocks")
	a.draw("close", "close")
	seq := d.last(incident.KindNote)
	d.do("ito", incident.AddNote{From: "県警", To: "CSIRT", Text: "到着、3名", Corrects: seq})
	d.do("ito", incident.Answer{Entry: seq, Result: "会議室へ案内"})
	d.do("watanabe", incident.Close{Reason: "復旧", Override: true})
	a.draw("close", "closed", "status", "clocks", "step/r1/1.2", "report/1")
	for _, lang := range []Lang{JA, EN} {
		for _, r := range d.drawer(lang).Rows(d.view(), d.log[d.id]) {
			a.put("rows", lang, fmt.Sprintf("%3d|%s|%s|%s|%s|%s|%s|%s\n", r.Seq, r.When, r.From, r.To, r.Text, r.Result, r.By, strings.Join(r.Tags, "/")))
		}
	}
}

// TestDrillIsUnmistakable walks a notice in a drill: every card says so, and
// the approval screen names the drill's own inbox.
func TestDrillIsUnmistakable(t *testing.T) {
	d := newDesk(t)
	a := &album{t: t, d: d, pages: map[string]*strings.Builder{}}
	d.open("sato", incident.Declare{Title: "TOS停止", Finder: "frozen", Drill: true})
	a.draw("drill", "status", "step/r1/1.1", "page/e1/watanabe", "clocks")
	d.do("suzuki", incident.DraftNotice{Dest: "police", Subject: "件名", Body: "一行目\n二行目"})
	d.do("suzuki", incident.SubmitNotice{Notice: "N1"})
	a.draw("drill", "notice/N1")
	d.do("watanabe", incident.ApproveNotice{Notice: "N1", Digest: d.view().S.Notice("N1").Digest, Opened: true})
	a.draw("drill", "notice/N1")
	d.do("suzuki", incident.PhonedNotice{Notice: "N1", Who: "当直"})
	d.do("suzuki", incident.DraftNotice{Dest: "police", Subject: "件名", Body: "一行目\n直した二行目"})
	d.do("suzuki", incident.SubmitNotice{Notice: "N2"})
	for _, lang := range []Lang{JA, EN} {
		ap, ok := d.drawer(lang).Approval(d.view(), "N2")
		if !ok || !ap.Drill || len(ap.Diff) != 5 {
			t.Fatalf("approval in a drill: %+v", ap)
		}
		a.put("drill", lang, showApproval(ap))
	}
	a.save()
}

func TestUnknownKeysDrawNothing(t *testing.T) {
	d := newDesk(t)
	d.open("sato", incident.Declare{Title: "TOS停止", Finder: "frozen"})
	for _, key := range []string{"", "step/r9/1.1", "decision/D9", "notice/N9", "page/e9/x", "nosuch", "report/x", "climb/x", "phase/999", "duty/x", "handover/h9", "closed"} {
		if c, ok := d.drawer(JA).Draw(d.view(), key); ok {
			t.Errorf("%q drew %+v", key, c)
		}
	}
}
