package web_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"irbot/internal/incident"
)

func TestDecisionNeedsBasisAndReview(t *testing.T) {
	k := newKit(t, nil)
	id := k.declared(false)
	lead, boss := k.as("sato"), k.as("watanabe")
	base := "/i/" + id
	body := lead.must(base+"/deed/decision.open", "question", `ゲート"><script>`, "options", "全面閉鎖 / 滞留\n手作業で続ける", "decider", "ciso", "back", base+"/d")
	if !strings.Contains(body, "案A") || strings.Contains(body, "<script>\"") || !strings.Contains(body, "滞留") {
		t.Fatalf("the page of the decision:\n%s", plain(body))
	}
	k.turn(5 * time.Minute)
	if code, _ := boss.post(base+"/deed/decision.make", "ref", "D1", "choice", "a", "review", "+60", "back", base+"/d/D1"); code != http.StatusUnprocessableEntity {
		t.Errorf("without a basis: %d", code)
	}
	code, body := boss.post(base+"/deed/decision.make", "ref", "D1", "choice", "a", "basis", "誤搬出", "review", "夕方", "back", base+"/d/D1")
	if code != http.StatusUnprocessableEntity || !strings.Contains(body, "誤搬出") || !strings.Contains(body, "時刻として読めません") {
		t.Errorf("with a time that cannot be read: %d\n%s", code, plain(body))
	}
	if code, _ := k.as("ito").post(base+"/deed/decision.make", "ref", "D1", "choice", "a", "basis", "x", "review", "+60", "back", base+"/d/D1"); code != http.StatusForbidden {
		t.Errorf("by somebody else: %d", code)
	}
	body = boss.must(base+"/deed/decision.make", "ref", "D1", "choice", "a", "basis", "誤搬出を防ぐ", "review", "+60", "back", base+"/d/D1")
	if !strings.Contains(body, "✓") || !strings.Contains(body, "誤搬出を防ぐ") || !strings.Contains(body, "07:38") {
		t.Errorf("the decision is not shown:\n%s", plain(body))
	}
	if code, _ := boss.post(base+"/deed/decision.make", "ref", "D1", "choice", "b", "basis", "x", "review", "+60", "back", base+"/d/D1"); code != http.StatusConflict {
		t.Errorf("deciding again: %d", code)
	}
}

func TestReportKeepsWhatDidNotChange(t *testing.T) {
	k := newKit(t, nil)
	id := k.declared(false)
	p, base := k.as("suzuki"), "/i/"+id
	p.must(base+"/deed/report.make", "item1", "第3ゲート", "item2", "停止", "item6", "切り離した", "back", base+"/report")
	form := form("item1", "書きかえ", "item2", "復旧中", "same", "item1", "same", "item6", "back", base+"/report")
	if code, body := p.send(base+"/deed/report.make", form); code != http.StatusOK {
		t.Fatalf("%d %s", code, plain(body))
	}
	body := p.page(base + "/report")
	internal, rest, _ := strings.Cut(body[strings.Index(body, "内部用"):], "港湾関係者用")
	for _, want := range []string{"第3ゲート", "復旧中", "切り離した"} {
		if !strings.Contains(internal, want) {
			t.Errorf("%q is not in the internal report", want)
		}
	}
	port, _, _ := strings.Cut(rest, "経営用")
	if strings.Contains(port, "切り離した") {
		t.Error("the port community is told the measures")
	}
	p.must(base+"/deed/report.same", "back", base+"/report")
	if st := k.state(id); len(st.Reports) != 3 || !st.Reports[2].Same {
		t.Errorf("reports: %+v", st.Reports)
	}
}

func TestMomentStartsAClockWithWhoAndWhy(t *testing.T) {
	k := newKit(t, nil)
	id := k.declared(false)
	base := "/i/" + id
	lead := k.as("sato")
	if code, _ := lead.post(base+"/clocks/moment", "moment", "recognised", "at", "0620", "why", "", "back", base+"/clocks"); code != http.StatusUnprocessableEntity {
		t.Errorf("without grounds: %d", code)
	}
	if code, _ := k.as("ito").post(base+"/clocks/moment", "moment", "recognised", "at", "0620", "why", "x", "back", base+"/clocks"); code != http.StatusForbidden {
		t.Errorf("by somebody who may not: %d", code)
	}
	body := lead.must(base+"/clocks/moment", "moment", "recognised", "at", "0620", "why", "ログで確かめた", "back", base+"/clocks")
	if !strings.Contains(body, "06:20") || !strings.Contains(body, "内規3.2") {
		t.Errorf("the page of the deadlines:\n%s", plain(body))
	}
	body = lead.must(base+"/deed/duty.dismiss", "ref", "mlit-first", "reason", "対象の設備ではない", "back", base+"/clocks")
	if !strings.Contains(body, "対象外") || !strings.Contains(body, "対象の設備ではない") {
		t.Errorf("the dismissed deadline:\n%s", plain(body))
	}
}

func TestOutboxShowsWhatIsUnderWay(t *testing.T) {
	k := newKit(t, nil)
	id := k.declared(false)
	if body := k.as("sato").page("/outbox"); strings.Contains(body, "opened/") || strings.Contains(body, "step/r1/") { // names of cards are not for people
		t.Errorf("the outbox shows names of cards:\n%s", plain(body))
	}
	if body := k.as("sato").page("/outbox"); !strings.Contains(body, id) || !strings.Contains(body, "呼び出し") || !strings.Contains(body, "送信待ち") {
		t.Errorf("the page to the CISO is not shown:\n%s", plain(body))
	}
}

func TestWhoMayNotDecideLetsTheDeciderKnow(t *testing.T) {
	k := newKit(t, nil)
	id := k.declared(false)
	base, sato := "/i/"+id, k.as("sato")
	sato.must(base+"/deed/decision.open", "question", "ゲートを閉じるか", "options", "全面閉鎖\n続ける", "decider", "ciso", "back", base+"/d")
	code, body := sato.post(base+"/deed/decision.make", "ref", "D1", "choice", "a", "basis", "x", "review", "+60", "back", base+"/d/D1")
	if code != http.StatusForbidden || !strings.Contains(plain(body), "最高情報セキュリティ責任者です(渡辺、小林)") || !strings.Contains(body, "渡辺さんに知らせる") {
		t.Fatalf("%d\n%s", code, plain(body))
	}
	sato.must(base+"/do/person.ask", "ref", "watanabe#decide", "back", base)
	if n := len(k.state(id).Askings); n != 1 {
		t.Fatalf("%d people were let know", n)
	}
}

// A continuity measure taken without being asked still shows what else could have been chosen.
func TestContinuityDecisionShowsEveryChoice(t *testing.T) {
	k := newKit(t, nil)
	id := k.declared(false)
	k.play(id, says{who: "watanabe", cmd: incident.ActivateBCP{Criterion: incident.CriterionOther, Basis: "見通しがない", Review: k.wall().Add(2 * time.Hour)}})
	body := plain(k.as("watanabe").page("/i/" + id + "/d/D1"))
	for _, want := range []string{"✓ 案A BCPを発動する", "案B 手作業荷役だけを行う", "案C 待つ"} {
		if !strings.Contains(body, want) {
			t.Errorf("the decision lacks %q:\n%s", want, body)
		}
	}
}
