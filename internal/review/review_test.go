package review_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"irbot/internal/review"
)

const book = "一\n二\n三\n四\n五\n六\n七\n八\n九\n十\n十一\n十二\n十三\n十四\n十五\n十六\n"

func TestPatchIsTakenByPatchAndGit(t *testing.T) {
	for name, args := range map[string][]string{"patch": {"-p1", "--no-backup-if-mismatch"}, "git": {"apply", "-"}} {
		t.Run(name, func(t *testing.T) {
			tool, err := exec.LookPath(name)
			if err != nil {
				t.Skipf("%s is not here", name)
			}
			takesPatches(t, tool, args)
		})
	}
}

func takesPatches(t *testing.T, tool string, args []string) {
	t.Helper()
	cases := []struct {
		name, text string
		edits      []review.Edit
		want       string
	}{
		{"one line", book, []review.Edit{{ID: "C1", From: 2, To: 2, New: "弐"}}, strings.Replace(book, "二\n", "弐\n", 1)},
		{"more lines than before, near each other", book, []review.Edit{{ID: "C1", From: 8, To: 8, New: "八の一\n八の二"}, {ID: "C2", From: 5, To: 6, New: "五六"}},
			strings.Replace(strings.Replace(book, "八\n", "八の一\n八の二\n", 1), "五\n六\n", "五六\n", 1)},
		{"far apart", book, []review.Edit{{ID: "C1", From: 1, To: 1, New: ""}, {ID: "C2", From: 16, To: 16, New: "終"}}, strings.TrimPrefix(strings.Replace(book, "十六\n", "終\n", 1), "一\n")},
		{"no line end at the end", "一\n二", []review.Edit{{ID: "C1", From: 2, To: 2, New: "弐"}}, "一\n弐"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			file := filepath.Join(dir, "RB-03.md")
			if err := os.WriteFile(file, []byte(c.text), 0o600); err != nil {
				t.Fatal(err)
			}
			p, left := review.Patch("RB-03.md", c.text, c.edits)
			if len(left) > 0 {
				t.Fatalf("left out %v", left)
			}
			cmd := exec.CommandContext(t.Context(), tool, args...)
			cmd.Dir, cmd.Stdin = dir, strings.NewReader(p)
			if out, err := cmd.CombinedOutput(); err != nil {
				t.Fatalf("%v: %s\n%s", err, out, p)
			}
			got, err := os.ReadFile(file)
			if err != nil || string(got) != c.want {
				t.Errorf("got %q, want %q (%v)\n%s", got, c.want, err, p)
			}
		})
	}
}

func TestPatchLeavesOutWhatCollides(t *testing.T) {
	p, left := review.Patch("x.md", book, []review.Edit{{ID: "C1", From: 2, To: 4, New: "a"}, {ID: "C2", From: 4, To: 5, New: "b"}, {ID: "C3", From: 90, To: 91, New: "c"}})
	if len(left) != 2 || left[0].ID != "C2" || left[1].ID != "C3" || strings.Contains(p, "+b") {
		t.Errorf("left out %v of\n%s", left, p)
	}
}

func TestSpansAndVerdicts(t *testing.T) {
	t0 := time.Date(2026, 11, 22, 6, 33, 0, 0, time.UTC)
	m := review.Moments{Detected: t0.Add(-3 * time.Minute), Declared: t0, Acked: t0.Add(26 * time.Minute), MLIT: t0.Add(-time.Minute)}
	want := map[string]string{"declare": review.Within, "ack": review.Over, "mlit": review.Within, "public": review.Unknown}
	for i, s := range m.Spans() {
		x := review.Measures()[i]
		if v, ok := want[s.ID]; ok && review.Judge(s, review.Target(x, nil)) != v {
			t.Errorf("%s is %s, want %s", s.ID, review.Judge(s, x.Target), v)
		}
		if s.ID == "mlit" && (!s.Early || s.D != 0) {
			t.Errorf("told before the declaration: %+v", s)
		}
	}
	own := map[string]time.Duration{"ack": 30 * time.Minute}
	p := review.Draw(review.Row{Incident: "IR-1", Spans: m.Spans()}, []review.Row{{Incident: "DR-1", Drill: true, Spans: m.Spans()}}, own, 400)
	if l := p.Lines[1]; l.Verdict != review.Within || l.Drill != l.W || l.Live != 0 || l.W > 400 {
		t.Errorf("line of ack: %+v", l)
	}
}

// A target is told with where it comes from: a shipped one is not the operator's,
// and where there is none nothing is told.
func TestTargetsTellWhereTheyComeFrom(t *testing.T) {
	own := map[string]time.Duration{"declare": time.Minute, "ack": 0}
	for _, m := range review.Measures() {
		ja := review.TargetSource(m, own)[0]
		switch target := review.Target(m, own); {
		case target == 0 && ja != "":
			t.Errorf("%s: no target, but %q", m.ID, ja)
		case target > 0 && strings.Contains(ja, "事業者") != (m.ID == "declare"):
			t.Errorf("%s: %q", m.ID, ja)
		case target > 0 && ja == "":
			t.Errorf("%s: nobody knows where its target comes from", m.ID)
		}
	}
}

func TestTelling(t *testing.T) {
	names := []string{"架空港運株式会社", "佐藤 一郎"}
	for _, s := range []string{"架空港運株式会社で", "佐藤が", "10.1.2.3 から", "a@b.example へ", "03-1234-5678", "IR-12 では", strings.Repeat("ab", 32)} {
		if len(review.Telling(s, names)) == 0 {
			t.Errorf("%q passes", s)
		}
	}
	if got := review.Telling("VPNの更新が遅れ、ログが3日分しかなかった。", names); len(got) > 0 {
		t.Errorf("found %v", got)
	}
}

func TestChecklistHasBothLanguagesAndItsOwnIDs(t *testing.T) {
	seen := map[string]bool{}
	for _, x := range review.Checklist() {
		if seen[x.ID] || x.Text[0] == "" || x.Text[1] == "" || x.Part[0] == "" {
			t.Errorf("item %+v", x)
		}
		seen[x.ID] = true
	}
	if review.Link("javascript:alert(1)") || review.Link("//evil.example") || !review.Link("IR-12/chrono#e41") || !review.Link("/systems") {
		t.Error("links are told apart wrongly")
	}
}
