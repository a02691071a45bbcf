package sqlite_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"irbot/internal/incident"
	"irbot/internal/runbook"
	"irbot/internal/sqlite"
)

// modelPlan has each shape a run can take once: a plain step, one for two, one
// that may not apply, answers with steps of their own that join again, one that
// jumps, and a phase behind.
const modelPlan = `# 模型

## 1. 初動

1. 抜く
2. 切る
   - 二人で: はい
3. 雨の場合は覆う

## 2. 判断

1. 手作業にするか
   - はい: 手で行う
     - 車を止める
     - 票を配る
   - いいえ: 手順 3 へ
2. 放送する
3. 記録する
   - 次: 手順 5
4. 迎える
5. 数える

## 3. 終了

1. 片付ける
`

// runModel is the whole of a run in a few lines that share nothing with the
// rules.
type runModel []*modelStep

type modelStep struct {
	key, of, to   string // of: the answer it belongs to; to: the step it goes on with
	phase         int
	two, cond     bool
	answers       map[string]string // answer → where it goes on, "" with what follows
	state         string
	holder, first string
	because       *modelStep // who made it not apply
}

func newRunModel() runModel {
	return runModel{
		{key: "1.1", phase: 1}, {key: "1.2", phase: 1, two: true}, {key: "1.3", phase: 1, cond: true},
		{key: "2.1", phase: 2, answers: map[string]string{"a": "", "b": "2.3"}},
		{key: "2.1.a1", phase: 2, of: "2.1a"}, {key: "2.1.a2", phase: 2, of: "2.1a"},
		{key: "2.2", phase: 2}, {key: "2.3", phase: 2, to: "2.5"}, {key: "2.4", phase: 2}, {key: "2.5", phase: 2},
		{key: "3.1", phase: 3},
	}
}

func (s *modelStep) closed() bool {
	return s.state == "done" || s.state == "skipped" || s.state == "na"
}

// jump makes what stands between a step and the one it goes on with not apply.
func (m runModel) jump(from int, to string) {
	if to == "" {
		return
	}
	for _, x := range m[from+1:] {
		if x.key == to {
			return
		}
		if !x.closed() {
			x.state, x.because = "na", m[from]
		}
	}
}

func (m runModel) done(i int) {
	m[i].state = "done"
	m.jump(i, m[i].to)
}

// open is the state of a step that is worked on.
func (s *modelStep) open() string {
	switch {
	case s.first != "":
		return "second"
	case s.holder != "":
		return "taken"
	}
	return "open"
}

func (m runModel) press(i int, verb, person string) {
	s := m[i]
	switch {
	case verb == "reopen":
		if !s.closed() && s.state != "second" {
			return
		}
		s.first = ""
		s.state = s.open()
		for _, x := range m {
			if x.because == s && x.state == "na" {
				x.state, x.because = x.open(), nil
			}
		}
		s.because = nil
	case s.closed():
	case verb == "take":
		s.holder = person
		if s.state == "open" {
			s.state = "taken"
		}
	case verb == "block":
		s.state = "blocked"
	case verb == "unblock" && s.state == "blocked":
		s.state = s.open()
	case verb == "skip":
		s.state = "skipped"
		m.without(i, "")
	case verb == "na" && s.cond:
		s.state = "na"
	case verb == "done" && s.first != "" && s.first != person:
		m.done(i)
	case verb == "done" && s.first == "" && s.answers == nil && s.two:
		s.state, s.first = "second", person
	case verb == "done" && s.first == "" && s.answers == nil:
		m.done(i)
	case strings.HasPrefix(verb, "answer") && s.answers != nil:
		s.state = "done"
		m.without(i, verb[len("answer"):])
		m.jump(i, s.answers[verb[len("answer"):]])
	}
}

// without makes the steps of the other answers not apply.
func (m runModel) without(i int, answer string) {
	for _, x := range m {
		if strings.HasPrefix(x.of, m[i].key) && m[i].answers != nil && x.of != m[i].key+answer && !x.closed() {
			x.state, x.because = "na", m[i]
		}
	}
}

// current is the first step of the first phase that has one left, a blocked one
// only where there is no other.
func (m runModel) current() string {
	for phase := 1; phase <= 3; phase++ {
		blocked := ""
		for _, x := range m {
			switch {
			case x.phase != phase || x.closed():
			case x.state != "blocked":
				return x.key
			case blocked == "":
				blocked = x.key
			}
		}
		if blocked != "" {
			return blocked
		}
	}
	return ""
}

func (m runModel) String() string {
	var out []string
	for i := range m {
		out = append(out, fmt.Sprintf("%d %s", i+1, m[i].state))
	}
	return strings.Join(out, "\n")
}

// TestRunsAreAsTheModelSays presses at random on the real file, starts over in
// between, and compares every state with the model.
func TestRunsAreAsTheModelSays(t *testing.T) {
	seeds := uint64(3)
	if os.Getenv("IRBOT_LONG") != "" {
		seeds = 200
	}
	for seed := range seeds {
		pressAtRandom(t, seed)
	}
}

func pressAtRandom(t *testing.T, seed uint64) {
	t.Helper()
	rng := rand.New(rand.NewPCG(seed, 11)) //nolint:gosec // a repeatable test
	book, err := runbook.Read("model.md", []byte(modelPlan), runbook.Options{})
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 11, 21, 21, 33, 0, 0, time.UTC)
	wall := func() time.Time { return now }
	site := monthSite(time.UTC, now)
	for i := range site.Directory.People {
		site.Directory.People[i].Roles = []string{"lead"}
	}
	site.Runbook = func(id string) (*runbook.Runbook, bool) { return book, id == book.ID }
	site.Runbooks = func() []string { return []string{book.ID} }
	dir := quickDir(t)
	start := func() (*sqlite.Store, *incident.Service) {
		st, err := sqlite.Open(t.Context(), sqlite.Options{Dir: dir, Wall: wall})
		if err != nil {
			t.Fatal(err)
		}
		return st, incident.NewService(incident.Parts{Log: st, Reader: st, Site: site, Wall: wall, Blob: st.Blob,
			Read: func(file string, data []byte) (*runbook.Runbook, error) {
				return runbook.Read(file, data, runbook.Options{})
			}})
	}
	store, svc := start()
	defer func() { _ = store.Close() }()
	res, err := svc.Open(t.Context(), incident.Act{Person: "a", Surface: "web"}, incident.Declare{Title: "模型", Runbook: book.ID})
	if err != nil {
		t.Fatal(err)
	}
	m := newRunModel()
	for _, x := range m {
		x.state = "open"
	}
	verbs := []string{"take", "done", "done", "done", "block", "unblock", "skip", "na", "reopen", "answera", "answerb"}
	var said []string
	for range 60 {
		i := rng.IntN(len(m))
		if rng.IntN(2) == 0 { // more often what a person would press
			i = max(0, slices.IndexFunc(m, func(x *modelStep) bool { return x.key == m.current() }))
		}
		verb, person := verbs[rng.IntN(len(verbs))], []string{"a", "b", "ciso"}[rng.IntN(3)]
		said = append(said, fmt.Sprintf("%s %s %d", person, verb, i+1))
		m.press(i, verb, person)
		if _, err := svc.Do(t.Context(), incident.Act{Person: person, Surface: "web"}, res.Incident, pressed(verb, fmt.Sprint(i+1), now)); err != nil && !refusedByRule(err) {
			t.Fatal(err)
		}
		if rng.IntN(12) == 0 { // the machine is switched off and on
			if err := store.Close(); err != nil {
				t.Fatal(err)
			}
			store, svc = start()
		}
		now = now.Add(time.Minute)
		sameAs(t, store, res.Incident, m, said)
		if t.Failed() {
			return
		}
	}
	if err := store.Rebuild(context.Background()); err != nil {
		t.Fatal(err)
	}
	sameAs(t, store, res.Incident, m, said)
}

func sameAs(t *testing.T, store *sqlite.Store, id string, m runModel, said []string) {
	t.Helper()
	st, err := store.State(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, x := range st.Runs[0].Steps {
		got = append(got, fmt.Sprintf("%d %s", x.N, x.State))
	}
	now := ""
	if cur := st.Currents(); len(cur) > 0 {
		now = m[cur[0].N-1].key
	}
	if diff := cmp.Diff(m.String()+"\nnow "+m.current(), strings.Join(got, "\n")+"\nnow "+now); diff != "" {
		t.Errorf("after %s (-model +run):\n%s", strings.Join(said, ", "), diff)
	}
}

func pressed(verb, step string, now time.Time) incident.Command {
	switch verb {
	case "done":
		return incident.Done{Step: step, Value: "見た"}
	case "block":
		return incident.Block{Step: step, Reason: "鍵"}
	case "unblock":
		return incident.Unblock{Step: step}
	case "skip":
		return incident.Skip{Step: step, Preset: "later"}
	case "na":
		return incident.NotApplicable{Step: step}
	case "reopen":
		return incident.Reopen{Step: step, Reason: "やり直し"}
	case "answera", "answerb":
		return incident.Decide{Step: step, Choice: verb[len("answer"):], Basis: "見通し", Review: now.Add(time.Hour)}
	}
	return incident.Take{Step: step}
}

func refusedByRule(err error) bool {
	_, ok := err.(*incident.Refusal) //nolint:errorlint // given as it is
	return ok
}
