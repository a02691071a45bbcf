// Package runbooks_test keeps the shipped runbooks clean: they must pass the
// strict profile, and each English twin must have the shape of its original.
package runbooks_test

import (
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"irbot/internal/directory"
	"irbot/internal/runbook"
	"irbot/internal/tally"
)

// shipped are the runbooks an operator gets, all drafts that no professional has
// reviewed yet; true marks those that must warn of it above their first step.
func shipped() map[string]bool {
	return map[string]bool{
		"declare-triage": false, "tos-ransomware": false, "isolate-preserve": false, "authorities": false, "experts": false,
		"manual-gate": true, "manual-vessel-yard": true, "safety-reefer-dg": true, "public-queue": false, "clean-restore": true,
		"reentry-reconcile": true, "ferry-roro-bulk": true, "partner-outage": true, "close-review": false,
	}
}

func TestEveryFileIsListed(t *testing.T) {
	files, err := filepath.Glob("*.md")
	if err != nil {
		t.Fatal(err)
	}
	if len(files) != 2*len(shipped()) {
		t.Errorf("%d files for %d runbooks", len(files), len(shipped()))
	}
	for _, f := range files {
		if _, ok := shipped()[name(f)]; !ok {
			t.Errorf("%s is not listed", f)
		}
	}
}

func TestStrict(t *testing.T) {
	for id := range shipped() {
		for _, f := range []string{id + ".md", id + ".en.md"} {
			t.Run(f, func(t *testing.T) {
				r := read(t, f)
				for _, x := range r.Findings {
					t.Errorf("%s:%d:%d %s %s", f, x.Line, x.Col, x.ID, x.MessageEN)
				}
				if !r.Strict || r.Reference || r.ID != id || r.Owner == "" || r.Trigger == "" || r.ReviewBy == "" {
					t.Errorf("facts of the document: %+v", r.Facts)
				}
			})
		}
	}
}

// TestTogether holds what no runbook shows alone, as irbot lint does for a folder.
func TestTogether(t *testing.T) {
	for _, suffix := range []string{".md", ".en.md"} {
		var all []*runbook.Runbook
		for id := range shipped() {
			all = append(all, read(t, id+suffix))
		}
		runbook.LintSet(all, nil)
		for _, b := range all {
			for _, x := range b.Findings {
				if x.Severity != runbook.Info {
					t.Errorf("%s:%d:%d %s %s", b.File, x.Line, x.Col, x.ID, x.MessageEN)
				}
			}
		}
	}
}

func TestEveryStepIsComplete(t *testing.T) {
	for id := range shipped() {
		for _, f := range []string{id + ".md", id + ".en.md"} {
			r := read(t, f)
			for _, s := range steps(r) {
				checkStep(t, f, s)
			}
		}
	}
}

func checkStep(t *testing.T, f string, s runbook.Step) {
	t.Helper()
	if len(s.Owner) == 0 || s.DoneWhen == "" || len(s.Evidence) == 0 {
		t.Errorf("%s:%d owner, completion or evidence is missing: %s", f, s.Line, s.Title)
	}
	if utf8.RuneCountInString(s.Title) > 60 {
		t.Errorf("%s:%d title is longer than 60 characters: %s", f, s.Line, s.Title)
	}
	if asks := strings.HasSuffix(s.Title, "か") || strings.HasSuffix(s.Title, "?"); asks && s.Decision == nil {
		t.Errorf("%s:%d asks, but no answers were read: %s", f, s.Line, s.Title)
	}
	if d := s.Decision; d != nil {
		last := d.Branches[len(d.Branches)-1].Label
		if len(d.Branches) < 3 || last != "それ以外" && last != "Otherwise" || len(s.Approver) == 0 {
			t.Errorf("%s:%d needs two answers, an otherwise and somebody who decides: %s", f, s.Line, s.Title)
		}
	}
	for _, w := range []string{"適宜", "必要に応じ", "as needed", "as appropriate"} {
		if strings.Contains(s.Body, w) {
			t.Errorf("%s:%d says %q", f, s.Line, w)
		}
	}
}

// shape is what must be the same in both languages.
type shape struct {
	Phase, Step                            string
	Due, Anchor                            string
	Answers, Notify, Links, Detail, Forbid int
	Two, Beside, Wording, Lone             bool
	Chain, Every                           []time.Duration
	Forms                                  []string // ids of the types of row
	Facts                                  []string // labels in the order they are written
	Owners, Approvers, Evidence            int
	Takes                                  string
	Jumps                                  []string // where the answers lead
	ID                                     string
}

func shapes(r *runbook.Runbook) []shape {
	var out []shape
	for _, p := range r.Phases {
		ph := p.Kind
		if p.Parallel {
			ph += " beside"
		}
		if p.Window != nil {
			ph += " " + p.Window.From.String() + "-" + p.Window.To.String()
		}
		for _, s := range p.Steps {
			x := shape{
				Phase: ph, Step: s.Key, ID: s.ID, Notify: len(s.Notify), Links: len(s.Links), Detail: len(s.SubSteps),
				Forbid: len(s.Forbidden), Two: s.TwoPerson, Beside: s.Parallel, Wording: s.Message != "", Lone: s.Condition != "",
			}
			x.Owners, x.Approvers, x.Evidence = len(s.Owner), len(s.Approver), len(s.Evidence)
			for _, word := range s.Forms {
				form, _ := tally.Find(word)
				x.Forms = append(x.Forms, form.ID)
			}
			for _, f := range s.Facts {
				x.Facts = append(x.Facts, f.Name)
			}
			if s.Estimate != nil {
				x.Takes = s.Estimate.After.String()
			}
			if s.Due != nil {
				x.Due, x.Anchor = s.Due.After.String(), string(s.Due.Anchor)
			}
			if s.Decision != nil {
				x.Answers = len(s.Decision.Branches)
				for _, b := range s.Decision.Branches {
					x.Jumps = append(x.Jumps, jump(b.To))
				}
			}
			if s.Escalate != nil {
				for _, l := range s.Escalate.Levels {
					x.Chain = append(x.Chain, l.After)
				}
			}
			for _, e := range s.Timers {
				x.Every = append(x.Every, e.Every)
			}
			out = append(out, x)
		}
	}
	return out
}

// jump is where an answer leads, without the language of a file.
func jump(to *runbook.Ref) string {
	if to == nil {
		return ""
	}
	return strings.Join([]string{strconv.Itoa(to.Phase), strconv.FormatBool(to.End), to.Step, strings.TrimSuffix(strings.TrimSuffix(to.Runbook, ".md"), ".en")}, " ")
}

// Every form named must be a type of row there is, or nobody could fill it in.
func TestFormsExist(t *testing.T) {
	forms := 0
	for id := range shipped() {
		for _, f := range []string{id + ".md", id + ".en.md"} {
			for _, s := range steps(read(t, f)) {
				for _, word := range s.Forms {
					forms++
					if _, ok := tally.Find(word); !ok {
						t.Errorf("%s:%d there is no form %q", f, s.Line, word)
					}
				}
			}
		}
	}
	if forms == 0 {
		t.Error("no step of any runbook has a form")
	}
}

func TestTwins(t *testing.T) {
	for id := range shipped() {
		ja, en := read(t, id+".md"), read(t, id+".en.md")
		if diff := cmp.Diff(shapes(ja), shapes(en)); diff != "" {
			t.Errorf("%s differs from its twin (-ja +en):\n%s", id, diff)
		}
		if ja.Severity != en.Severity || ja.ReviewBy != en.ReviewBy || len(ja.Wordings) != len(en.Wordings) {
			t.Errorf("%s: facts or wordings differ from the twin", id)
		}
		for i := range min(len(ja.Wordings), len(en.Wordings)) {
			if diff := cmp.Diff(sorted(ja.Wordings[i].Variables), sorted(en.Wordings[i].Variables)); diff != "" {
				t.Errorf("%s, %s: variables differ (-ja +en):\n%s", id, ja.Wordings[i].Title, diff)
			}
		}
		if ja.Language != "ja" || en.Language != "en" {
			t.Errorf("%s: languages are %q and %q", id, ja.Language, en.Language)
		}
	}
}

func TestIDsAreUnique(t *testing.T) {
	for id := range shipped() {
		for _, f := range []string{id + ".md", id + ".en.md"} {
			seen := map[string]string{}
			for _, s := range steps(read(t, f)) {
				if at, dup := seen[s.StableID]; dup || s.StableID == "" {
					t.Errorf("%s: steps %s and %s share the id %q", f, at, s.Key, s.StableID)
				}
				seen[s.StableID] = s.Key
			}
		}
	}
}

// A link leads to a shipped runbook in the same language, and never in a circle.
func TestLinks(t *testing.T) {
	next := map[string][]string{}
	for id := range shipped() {
		for _, suffix := range []string{".md", ".en.md"} {
			f := id + suffix
			for _, s := range steps(read(t, f)) {
				for _, to := range targets(s) {
					if name(to)+suffix != to || shippedFile(to) != nil {
						t.Errorf("%s:%d leads to %q", f, s.Line, to)
					}
					next[f] = append(next[f], to)
				}
			}
		}
	}
	if len(next["tos-ransomware.md"]) < 6 {
		t.Errorf("tos-ransomware leads only to %v", next["tos-ransomware.md"])
	}
	for f := range next {
		walk(t, next, f, nil)
	}
}

func walk(t *testing.T, next map[string][]string, f string, from []string) {
	t.Helper()
	for _, x := range from {
		if x == f {
			t.Errorf("runbooks lead in a circle: %v", append(from, f))
			return
		}
	}
	for _, to := range next[f] {
		walk(t, next, to, append(from[:len(from):len(from)], f))
	}
}

// targets are the runbooks a step leads to, by link or by answer.
func targets(s runbook.Step) []string {
	var out []string
	for _, l := range s.Links {
		if file, _, _ := strings.Cut(l.URL, "#"); file != "" {
			out = append(out, file)
		}
	}
	if s.Decision != nil {
		for _, b := range s.Decision.Branches {
			if b.To != nil && strings.HasSuffix(b.To.Runbook, ".md") {
				out = append(out, b.To.Runbook)
			}
		}
	}
	return out
}

func TestDraftsSaySo(t *testing.T) {
	for id, draft := range shipped() {
		for f, words := range map[string]string{id + ".md": "案・未審査", id + ".en.md": "draft, not reviewed"} {
			r := read(t, f)
			head, _, _ := strings.Cut(r.Text, "\n## ")
			if !strings.HasSuffix(strings.TrimRight(r.Title, "）)"), words) {
				t.Errorf("%s: the title %q does not end in %q", f, r.Title, words)
			}
			if draft && !strings.Contains(head, "> [!WARNING]") {
				t.Errorf("%s warns of nothing", f)
			}
			if draft && !strings.Contains(head, "資格") && !strings.Contains(strings.ToLower(head), "qualif") && id != "reentry-reconcile" && id != "clean-restore" {
				t.Errorf("%s does not ask for qualified people", f)
			}
			if !strings.Contains(r.Text, "提案値") && !strings.Contains(r.Text, "roposal") {
				t.Errorf("%s does not say which figures are proposals", f)
			}
		}
	}
}

// The scripted morning counts on these places and words.
func TestScriptedMorning(t *testing.T) {
	all := steps(read(t, "tos-ransomware.md"))
	if len(all) != 14 {
		t.Fatalf("%d steps, want 14", len(all))
	}
	first, fourth, fifth, gate, mlit, expert := all[0], all[3], all[4], all[6], all[7], all[8]
	if first.Evidence[0] != "切断した台数" || first.Forbidden[0] != "電源を切らない" {
		t.Errorf("step 1: evidence %q, prohibitions %q", first.Evidence, first.Forbidden)
	}
	if !fourth.TwoPerson || fourth.Due == nil || fourth.Due.After != 15*time.Minute || fourth.DoneWhen != "スイッチ1番ポートのランプが消えている" {
		t.Errorf("step 4: %+v", fourth)
	}
	if !fifth.Parallel || fifth.Key != "2.2" {
		t.Errorf("step 5 is %s, parallel %v", fifth.Key, fifth.Parallel)
	}
	if gate.Decision == nil || gate.Decision.Branches[0].Label != "全面閉鎖" || gate.Approver[0] != "CISO" {
		t.Errorf("step 7: %+v", gate.Decision)
	}
	if mlit.Message == "" || mlit.Notify[0].To != "国土交通省" || mlit.Notify[0].Channel != "電話" {
		t.Errorf("step 8: %+v, wording %q", mlit.Notify, mlit.Message)
	}
	if expert.Escalate == nil || len(expert.Escalate.Levels) != 2 || expert.Escalate.Levels[1].To != "社長" {
		t.Errorf("step 9: %+v", expert.Escalate)
	}
}

func sorted(in []string) []string {
	out := slices.Clone(in)
	slices.Sort(out)
	return slices.Compact(out)
}

func name(file string) string {
	return strings.TrimSuffix(strings.TrimSuffix(path.Base(file), ".md"), ".en")
}

func shippedFile(f string) error {
	_, err := os.Stat(f)
	return err
}

func steps(r *runbook.Runbook) []runbook.Step {
	var out []runbook.Step
	for _, p := range r.Phases {
		out = append(out, p.Steps...)
	}
	return out
}

// read reads a file as a site with the sample directory would.
func read(t *testing.T, file string) *runbook.Runbook {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	words, err := os.ReadFile("../directory.example.yaml")
	if err != nil {
		t.Fatal(err)
	}
	d, err := directory.Parse("directory.example.yaml", words)
	if err != nil {
		t.Fatal(err)
	}
	r, err := runbook.Read(file, data, runbook.Options{
		Strict: true,
		Today:  time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC),
		Known: runbook.Known{
			Role: func(w string) bool { _, ok := d.RoleNamed(w); return ok },
			Destination: func(w string) (outside, ok bool) {
				if x, ok := d.DestinationNamed(w); ok {
					return x.Outside, true
				}
				_, ok = d.RoleNamed(w)
				return false, ok
			},
			File: func(f string) bool { return shippedFile(f) == nil },
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// Where the day of knowing is day 1, day n ends less than n times 24 hours
// after it, so the limit of such a step is one day shorter than its number.
func TestDayOneIsCounted(t *testing.T) {
	day := regexp.MustCompile(`、(\d+)日目のうちに出す|before day (\d+) ends`)
	found := 0
	for _, f := range []string{"authorities.md", "authorities.en.md"} {
		for _, s := range steps(read(t, f)) {
			m := day.FindStringSubmatch(s.Body)
			if m == nil {
				continue
			}
			found++
			n, _ := strconv.Atoi(m[1] + m[2])
			if s.Due == nil || s.Due.Anchor != runbook.FromRecognised || s.Due.After != time.Duration(n-1)*24*time.Hour {
				t.Errorf("%s:%d says day %d, its limit is %+v", f, s.Line, n, s.Due)
			}
		}
	}
	if found != 4 {
		t.Errorf("%d steps count the day of knowing as day 1, want 4", found)
	}
}
