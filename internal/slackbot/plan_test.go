package slackbot

import (
	"strings"
	"testing"
	"time"

	"irbot/internal/runbook"
)

const countingBook = `# 数える手順書

TOSの一部が動く場合は動く所から戻す。全部が止まった場合は照合してから戻す。

## 1. 数える

1. 受付票を書く
   - 様式: 受付票
2. 結果を知らせる
   - 船が待っている場合は船社に先に知らせる。待っていない場合はトラック協会に先に知らせる。
`

// TestAPlanIsWorkedOnInSlack counts a row whose check digit is wrong first,
// corrects it, opens a decision of the prose, adds a step and adopts a changed
// file, all by what the cards offer.
func TestAPlanIsWorkedOnInSlack(t *testing.T) {
	bubble(t, func(t *testing.T, k *kit) {
		read := func(text string) *runbook.Runbook {
			b, err := runbook.Read("count.md", []byte(text), runbook.Options{Zone: time.UTC})
			if err != nil {
				t.Fatal(err)
			}
			return b
		}
		now := read(countingBook)
		k.svc.Site().Runbook = func(string) (*runbook.Runbook, bool) { return now, true }
		k.svc.Site().Runbooks = func() []string { return []string{now.ID} }
		id, room := k.declare("sato")
		card := func() posted { return k.last(room, "受付票を書く") }
		row := map[string]any{"row-no": "G-1", "row-dir": "in", "row-container": "CSQU3054384", "row-truck": "名古屋100あ1234"}
		k.press("ito", card(), "受付票を書く")
		if got := k.submit("ito", row); !strings.Contains(got, `"row-container":`) || !strings.Contains(got, "検算") {
			t.Errorf("a wrong check digit gives %s", got)
		}
		row["row-container"] = "CSQU3054383"
		k.submit("ito", row)
		if got := k.said(); !strings.Contains(got, "行1を記録しました") || !strings.Contains(got, "この行を訂正") {
			t.Errorf("the row is answered %s", got)
		}
		if n := k.kinds(id, "row.added"); n != 1 {
			t.Errorf("%d rows", n)
		}
		raw := func(action, ref string) {
			k.pressRaw("sato", card(), [2]string{action, strings.Join([]string{id, ref, "1"}, "|")}, k.next())
			k.settle(3 * time.Second)
		}
		raw("ask:row.fix:0", "1")
		row["row-no"] = "G-2"
		k.submit("sato", row)
		if rows := k.view(id).S.RowsOf("gate"); len(rows) != 1 || rows[0].Replaces != 1 {
			t.Errorf("rows %+v", rows)
		}
		raw("do:step.arm:0", "r1/p0#1")
		if n := k.kinds(id, "step.armed"); n != 1 {
			t.Errorf("%d decisions of the prose opened: %s", n, k.said())
		}
		told := k.view(id).S.Run("r1").Steps[1]
		raw("do:step.arm:0", told.Ref+"#1")
		if n := k.kinds(id, "step.armed"); n != 2 {
			t.Errorf("%d decisions opened with that of step %s: %s", n, told.Ref, k.said())
		}
		raw("ask:step.add:0", "r1")
		k.submit("sato", map[string]any{"title": "夜勤に申し送る", "phase": "1"})
		if n := k.kinds(id, "step.added"); n != 1 {
			t.Errorf("%d steps added", n)
		}
		now = read(countingBook + "3. 写しを保管する\n")
		if got := k.slash("sato", room, "手順"); !strings.Contains(got, "写しを保管する") || !strings.Contains(got, "変更を取り込む") {
			t.Errorf("the change is offered as %s", got)
		}
		raw("ask:run.adopt:0", "r1#"+now.Hash)
		k.submit("sato", map[string]any{"reason": "抜けていた"})
		if n := k.kinds(id, "run.adopted"); n != 1 {
			t.Errorf("%d adopted: %s", n, k.said())
		}
		now = read(countingBook + "3. 写しを保管する\n4. 灯りを消す\n")
		if got := k.slash("sato", room, "手順"); !strings.Contains(got, "灯りを消す") || !strings.Contains(got, "変更を取り込まない") {
			t.Errorf("the second change is offered as %s", got)
		}
		raw("ask:run.keep:0", "r1#"+now.Hash)
		k.submit("sato", map[string]any{"reason": "書きかけ"})
		if n := k.kinds(id, "run.kept"); n != 1 {
			t.Errorf("%d declined: %s", n, k.said())
		}
		if got := k.slash("sato", room, "手順"); strings.Contains(got, "灯りを消す") {
			t.Errorf("after it was declined the change is still offered: %s", got)
		}
	})
}
