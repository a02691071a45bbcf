package web_test

import (
	"net/http"
	"strings"
	"testing"

	"irbot/internal/incident"
)

func TestReviewOfAnIncident(t *testing.T) {
	k := newKit(t, nil)
	lead := k.as("sato")
	id := k.declared(false)
	base := "/i/" + id + "/after"
	post := func(act string, want int, kv ...string) string {
		t.Helper()
		code, body := lead.post(base+"/"+act, append(kv, "back", base)...)
		if code != want {
			t.Fatalf("%s: %d\n%s", act, code, body)
		}
		return body
	}
	post("say", 200, "question", "hard", "text", "当直表が古かった <b>")
	post("action", 200, "text", "当直表を直す", "owner", "sato", "due", "2026-12-10")
	post("action", http.StatusConflict, "text", "昨日まで", "owner", "sato", "due", "2026-11-01")
	post("lesson", http.StatusConflict, "kind", "near", "text", "x", "share", "10.0.0.1 で", "tlp", "GREEN")
	body := post("lesson", 200, "kind", "near", "text", "端末", "share", "USBを検査していなかった", "tlp", "GREEN")
	for _, want := range []string{"当直表が古かった &lt;b&gt;", "当直表を直す", "USBを検査していなかった", "<svg", "検知から宣言"} {
		if !strings.Contains(body, want) {
			t.Errorf("the review lacks %q", want)
		}
	}
	run := k.state(id).Runs[0]
	book := mustView(t, k, id).Book(run.ID)
	line := strings.Split(book.Text, "\n")[0]
	post("change", 200, "run", run.ID, "from", "1", "to", "1", "new", line+" 改", "reason", "題名")
	if code, patch := lead.get(base + "/" + run.ID + "/patch"); code != 200 || !strings.Contains(patch, "-"+line+"\n+"+line+" 改\n") {
		t.Errorf("patch %d:\n%s", code, patch)
	}
	if code, md := lead.get(base + ".md"); code != 200 || !strings.Contains(md, "当直表を直す") || strings.Contains(md, "\n- 当直表が古かった <b>") {
		t.Errorf("markdown %d:\n%s", code, md)
	}
	post("done", 200, "action", "A1", "words", "直した")
	for _, path := range []string{"/review", "/review/lessons", "/review/people", "/review/audit"} {
		if code, body := lead.get(path); code != 200 || !strings.Contains(body, "</html>") {
			t.Errorf("%s: %d", path, code)
		}
	}
	// These lists reach over years: a day without its year could be any.
	year := k.wall().Format("2006/")
	for _, path := range []string{"/review", "/review/lessons"} {
		if _, body := lead.get(path); !strings.Contains(plain(body), year) {
			t.Errorf("%s without the year:\n%s", path, plain(body))
		}
	}
	if code, body := lead.post("/review/audit", "item", "ciso", "state", "yes", "link", "/directory", "back", "/review/audit"); code != 200 || !strings.Contains(body, "1 / ") {
		t.Errorf("self-audit: %d", code)
	}
}

func TestClosingNamesWhatStaysOpen(t *testing.T) {
	k := newKit(t, nil)
	lead := k.as("watanabe")
	id := k.declared(false)
	_, body := lead.get("/i/" + id + "/close")
	left := k.state(id).Leftovers()
	if len(left) == 0 || !strings.Contains(body, "stay."+left[0].Key()) {
		t.Fatalf("%v is not on the page", left)
	}
	if _, body := lead.get("/i/" + id + "/close?lang=en"); strings.Contains(body, "への上申") || !strings.Contains(body, "declaration: Escalation to the CISO") {
		t.Errorf("the English page does not name the escalation in English")
	}
	lead.get("/i/" + id + "/close?lang=ja")
	code, body := lead.post("/i/"+id+"/close", "force", "1", "reason", "誤報だった", "stay."+left[0].Key(), "別の案件で続ける", "back", "/i/"+id+"/close")
	if code != 200 || k.state(id).Status != incident.Closed || !strings.Contains(body, "別の案件で続ける") || !strings.Contains(body, "誤報だった") {
		t.Errorf("closing: %d %s", code, body)
	}
}

func mustView(t *testing.T, k *kit, id string) *incident.View {
	t.Helper()
	v, err := k.svc.View(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestEvidenceChangesHandsOnlyWhenAccepted(t *testing.T) {
	k := newKit(t, nil)
	sato, watanabe := k.as("sato"), k.as("watanabe")
	id := k.declared(false)
	k.play(id, says{0, "sato", incident.AddEvidence{File: "=cmd.txt", Data: []byte("x"), Words: "脅迫文", Where: "第3ゲート", Tool: "カメラ", Offset: "+00:03:20", TLP: "RED"}})
	page := "/i/" + id + "/evidence"
	offer := func(p *person, want int, kv ...string) {
		t.Helper()
		if code, body := p.post("/i/"+id+"/custody/offer", append(kv, "back", page)...); code != want {
			t.Fatalf("offer: %d\n%s", code, body)
		}
	}
	offer(sato, http.StatusConflict, "item", "E1", "reason", "鑑定")
	offer(sato, 200, "item", "E1", "to", "watanabe", "reason", "保管庫へ")
	if code, _ := sato.post("/i/"+id+"/custody/accept", "transfer", "H1", "back", page); code != http.StatusConflict {
		t.Errorf("the giver accepted: %d", code)
	}
	if who, _ := k.state(id).Holder("E1"); who != "sato" {
		t.Errorf("before acceptance %s holds it", who)
	}
	if _, body := watanabe.post("/i/"+id+"/custody/accept", "transfer", "H1", "check", "封印を確認", "back", page); !strings.Contains(body, "封印を確認") {
		t.Error("the acceptance is not shown")
	}
	if who, _ := k.state(id).Holder("E1"); who != "watanabe" {
		t.Errorf("after acceptance %s holds it", who)
	}
	offer(watanabe, 200, "item", "E1", "outside", "県警 山本", "reason", "捜査")
	if code, _ := watanabe.post("/i/"+id+"/custody/accept", "transfer", "H2", "back", page); code != http.StatusConflict {
		t.Errorf("outside without a receipt: %d", code)
	}
	if code, _ := watanabe.post("/i/"+id+"/custody/accept", "transfer", "H2", "receipt", "第12号", "back", page); code != 200 {
		t.Errorf("outside with a receipt: %d", code)
	}
	_, csv := sato.get("/i/" + id + "/evidence.csv")
	for _, want := range []string{"'=cmd.txt", "+00:03:20", "県警 山本", "受領,20", "第12号", "H2"} {
		if !strings.Contains(csv, want) {
			t.Errorf("the register lacks %q:\n%s", want, csv)
		}
	}
}

// What was typed wrong can be put right on the page that says so: hash, name and
// tool are shown, and a file can be chosen where none came.
func TestEvidenceRefusedCanBePutRight(t *testing.T) {
	k := newKit(t, nil)
	p := k.as("sato")
	id := k.declared(false)
	for name, kv := range map[string][]string{
		"64桁の16進数": {"hash", "xyz", "name", "disk.dd", "tool", "dd", "offset", "+90s"},
		"名前も入れて":   {"hash", strings.Repeat("a", 64), "name", "", "tool", "dd", "offset", "+90s"},
	} {
		_, body := p.post("/i/"+id+"/do/evidence.add", append(kv, "back", "/i/"+id+"/evidence")...)
		for _, want := range []string{name, `<textarea name="hash"`, `<textarea name="name"`, `<textarea name="tool"`, "採取元の時計のずれ"} {
			if !strings.Contains(body, want) {
				t.Errorf("%s: %q is missing\n%s", name, want, plain(body))
			}
		}
	}
	audit := plain(p.page("/i/" + id + "/chrono?kind=audit"))
	for _, want := range []string{"操作を断った: 証跡(「…」は SHA-256 として読めません)", "操作を断った: 証跡(ハッシュだけを記録するときは、ファイルや物の名前も入れてください)"} {
		if !strings.Contains(audit, want) {
			t.Errorf("the auditor reads codes: %q is missing\n%s", want, audit)
		}
	}
	if _, body := p.upload("", nil); !strings.Contains(body, "ファイルがありません") || !strings.Contains(body, `type="file"`) {
		t.Errorf("no file can be chosen: %s", plain(body))
	}
}
