package runbook

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// modelOf lists what a runbook makes of its steps, without where they stand.
func modelOf(t *testing.T, text string) []string {
	t.Helper()
	rb, err := Read("x.md", []byte(text), Options{})
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, p := range rb.Phases {
		for _, s := range p.Steps {
			due, subs := "", []string{}
			if s.Due != nil {
				due = s.Due.Written
			}
			for _, sub := range s.SubSteps {
				subs = append(subs, sub.Title)
			}
			out = append(out, fmt.Sprintf("%s|%s|%s|%s|%s|%s", p.Title, s.Title, strings.Join(s.Owner, "+"), due, s.Condition, strings.Join(subs, "+")))
		}
		for _, d := range p.Choices {
			for _, b := range d.Branches {
				out = append(out, fmt.Sprintf("%s?%s:%s", p.Title, b.Label, b.Text))
			}
		}
	}
	return out
}

// TestPandocTables: what pandoc made of the tables of a Word file reads like the
// same tables with bars, in each of its forms.
func TestPandocTables(t *testing.T) {
	var texts [2]string
	for i, name := range []string{"testdata/drawn/pipe.md", "testdata/drawn/pandoc.md"} {
		src, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		texts[i] = string(src)
	}
	want := modelOf(t, texts[0])
	if len(want) != 9 {
		t.Errorf("the model has %d lines: %q", len(want), want)
	}
	if diff := cmp.Diff(want, modelOf(t, texts[1])); diff != "" {
		t.Errorf("(-bars +drawn):\n%s", diff)
	}
	if diff := cmp.Diff(want, modelOf(t, strings.ReplaceAll(texts[1], "\n", "\r\n"))); diff != "" {
		t.Errorf("CRLF (-bars +drawn):\n%s", diff)
	}
	rb, err := Read("x.md", []byte(texts[1]), Options{})
	if err != nil {
		t.Fatal(err)
	}
	lines := []int{}
	for _, p := range rb.Phases {
		for _, s := range p.Steps {
			lines = append(lines, s.Line)
			for _, sub := range s.SubSteps {
				lines = append(lines, sub.Line)
			}
		}
	}
	if diff := cmp.Diff([]int{8, 11, 15, 17, 22, 37, 39, 47, 49}, lines); diff != "" {
		t.Errorf("lines (-want +got):\n%s", diff)
	}
}

// TestDrawnTables: each form of a drawn table and the steps it gives.
func TestDrawnTables(t *testing.T) {
	const line = "復旧|抜く|警備|||"
	for name, c := range map[string]struct {
		text string
		want []string
	}{
		"grid":                {"+----+------+\n| 作業 | 担当 |\n+====+======+\n| 抜く | 警備 |\n+----+------+\n", []string{line}},
		"grid without a head": {"+----+------+\n| 作業 | 担当 |\n+----+------+\n| 抜く | 警備 |\n+----+------+\n", []string{line}},
		"aligned":             {"+:----+-----:+\n| 作業 | 担当 |\n+:====+=====:+\n| 抜く | 警備 |\n+-----+------+\n", []string{line}},
		"under a heading":     {"### 表\n+----+------+\n| 作業 | 担当 |\n+----+------+\n| 抜く | 警備 |\n+----+------+\n続きの文\n", []string{"表|抜く|警備|||"}},
		"bars in code":        {"+-----------+--------+\n| 作業      | 担当   |\n+===========+========+\n| `a | b`   | 警備   |\n+-----------+--------+\n", []string{"復旧|a | b|警備|||"}},
		"escaped bar":         {"+-----------+--------+\n| 作業      | 担当   |\n+===========+========+\n| a \\| b    | 警備   |\n+-----------+--------+\n", []string{"復旧|a | b|警備|||"}},
		"cells over rows": {"+------+------+--------+\n| 項番 | 作業 | 担当   |\n+======+======+========+\n| 1    | 抜く | 警備   |\n+------+------+        |\n| 2    | 放送 |        |\n+------+------+--------+\n| 3    | 電話 | 班長   |\n+------+------+--------+\n",
			[]string{line, "復旧|放送|警備|||", "復旧|電話|班長|||"}},
		"a step over rows": {"+------+------+--------+\n| 項番 | 作業 | 担当   |\n+======+======+========+\n| 1    | 抜く | 警備   |\n|      |      +--------+\n|      |      | 班長   |\n+------+------+--------+\n",
			[]string{"復旧|抜く|警備+班長|||"}},
		"cells over columns":      {"+-------------+--------+\n| 抜き方               |\n+------+------+--------+\n", nil},
		"a title over columns":    {"+------+------+--------+\n| 項番 | 作業 | 担当   |\n+======+======+========+\n| 夜間の当直だけで行う |\n+------+------+--------+\n| 1    | 抜く | 警備   |\n+------+------+--------+\n", []string{line}},
		"signs of doubtful width": {"+----------+--------+\n| 作業     | 担当   |\n+==========+========+\n| ①→`|`  | 警備   |\n+----------+--------+\n", []string{"復旧|①→||警備|||"}},
		"items in a cell":         {"+------------+--------+\n| 作業       | 担当   |\n+============+========+\n| 抜く       | 警備   |\n|            |        |\n| -   電源   |        |\n| -   通信   |        |\n+------------+--------+\n", []string{"復旧|抜く|警備|||電源+通信"}},
		"a deputy below":          {"+------+----------------+\n| 作業 | 担当           |\n+======+================+\n| 抜く | 警備           |\n|      |                |\n|      | （代理：班長） |\n+------+----------------+\n", []string{"復旧|抜く|警備（代理：班長）|||"}},
		"lines marked by hand":    {"+------------+--------+\n| 作業       | 担当   |\n+============+========+\n| ①抜く     | 警備   |\n| ②放送する |        |\n+------------+--------+\n", []string{"復旧|①抜く|警備|||放送する"}},
		"simple":                  {"  作業   担当\n  ------ ------\n  抜く   警備\n", []string{line}},
		"simple, closed":          {"作業   担当\n------ ------\n抜く   警備\n------ ------\n", []string{line}},
		"simple, right":           {"     作業 担当\n--------- ------\n     抜く 警備\n", []string{line}},
		"no head":                 {"  ------ ------\n  作業   担当\n  抜く   警備\n  ------ ------\n", []string{line}},
		"lines of a row":          {"  -------------\n  作業   担当\n  ------ ------\n  抜く   警備\n  こと   \n\n  放送   班長\n  -------------\n", []string{"復旧|抜くこと|警備|||", "復旧|放送|班長|||"}},
		"in a list":               {"1.  表のとおり\n\n    +------+------+\n    | 作業 | 担当 |\n    +======+======+\n    | 抜く | 警備 |\n    +------+------+\n\n2.  終える\n", []string{"復旧|表のとおり||||抜く", "復旧|終える||||"}},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, modelOf(t, "# 停電\n\n## 復旧\n\n"+c.text)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// TestADrawingIsNoTable: boxes, rules across the page and code stay what they are.
func TestADrawingIsNoTable(t *testing.T) {
	for name, text := range map[string]string{
		"one box":          "+------+\n| 抜く |\n+------+\n",
		"boxes":            "+------+     +------+\n| 作業 | --> | 担当 |\n+------+     +------+\n| 抜く |     | 警備 |\n+------+     +------+\n",
		"an open box":      "+------+------+\n| 作業 | 担当 |\n+------+------+\n| 抜く | 警備 |\n",
		"boxes shifted":    "+------+------+\n| 作業 | 担当 |\n+--+------+---+---+\n| 抜く | 警備 |\n+------+------+\n",
		"in a fence":       "```text\n+------+------+\n| 作業 | 担当 |\n+------+------+\n| 抜く | 警備 |\n+------+------+\n```\n",
		"in indented":      "本文。\n\n    +------+------+\n    | 作業 | 担当 |\n    +------+------+\n    | 抜く | 警備 |\n    +------+------+\n",
		"in a comment":     "<!--\n\n+------+------+\n| 作業 | 担当 |\n+------+------+\n| 抜く | 警備 |\n+------+------+\n-->\n",
		"within a text":    "次の図\n+------+------+\n| 作業 | 担当 |\n+------+------+\n| 抜く | 警備 |\n+------+------+\n",
		"rules":            "作業   担当\n\n- - - - - -\n\n抜く   警備\n\n---\n",
		"text over dashes": "  作業と担当の一覧\n  ----  ------\n  抜くこととする 警備\n",
		"a heading":        "作業   担当\n-------------\n\n抜く   警備\n",
	} {
		rb, err := Read("x.md", []byte("# 停電\n\n## 復旧\n\n"+text), Options{})
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range rb.Phases {
			for _, s := range p.Steps {
				if s.Form == "row" {
					t.Errorf("%s: step %q", name, s.Title)
				}
			}
		}
		if !strings.Contains(rb.Text, text) {
			t.Errorf("%s: the text changed", name)
		}
	}
}
