package runbook

import (
	"slices"
	"strings"
)

// flow is the graph of steps: where each leads by falling through, by an
// answer or by a "next" label.
type flow struct {
	keys  []string
	index map[string]int
	steps []*Step
	out   [][]int
	free  []bool // reachable by itself: the first step and lanes
}

func (r *reader) flow() flow {
	f := flow{index: map[string]int{}}
	for i := range r.rb.Phases {
		p := &r.rb.Phases[i]
		for j := range p.Steps {
			f.index[p.Steps[j].Key] = len(f.steps)
			f.keys = append(f.keys, p.Steps[j].Key)
			f.steps = append(f.steps, &p.Steps[j])
			f.free = append(f.free, len(f.free) == 0 || j == 0 && (p.Parallel || p.Kind == "prepare"))
		}
	}
	f.out = make([][]int, len(f.steps))
	for i, s := range f.steps {
		f.out[i] = f.edges(i, s)
	}
	return f
}

func (f *flow) edges(i int, s *Step) []int {
	var out []int
	to := func(r *Ref) bool {
		if r == nil || r.Step == "" {
			return r != nil && (r.End || r.Runbook != "")
		}
		if k, ok := f.index[r.Step]; ok {
			out = append(out, k)
		}
		return true
	}
	falls := !to(s.Next)
	if s.Decision != nil && len(s.Decision.Branches) > 0 {
		falls = false
		for b := range s.Decision.Branches {
			if !to(s.Decision.Branches[b].To) {
				falls = true
			}
		}
	}
	if falls && i+1 < len(f.steps) {
		out = append(out, i+1)
	}
	return out
}

// lintFlow reports loops without a way out, steps nothing leads to, and jumps
// past approval or evidence.
func (r *reader) lintFlow() {
	if !r.hasJumps() {
		r.lintAnswers()
		return
	}
	f := r.flow()
	seen := make([]bool, len(f.steps))
	for i := range f.steps {
		if f.free[i] {
			f.reach(i, seen)
		}
	}
	for i, ok := range seen {
		if !ok {
			r.find("RB405", f.steps[i].Line, f.steps[i].Col)
		}
	}
	r.lintLoops(&f)
	guarded := f.guarded()
	for i := range f.steps {
		r.lintSkips(&f, i, guarded)
	}
	r.lintAnswers()
}

func (r *reader) hasJumps() bool {
	for i := range r.rb.Phases {
		for j := range r.rb.Phases[i].Steps {
			s := &r.rb.Phases[i].Steps[j]
			if s.Next != nil || s.Decision != nil {
				return true
			}
		}
	}
	return false
}

func (f *flow) reach(i int, seen []bool) {
	stack := []int{i}
	for len(stack) > 0 {
		n := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		if seen[n] {
			continue
		}
		seen[n] = true
		stack = append(stack, f.out[n]...)
	}
}

// lintLoops reports backward jumps whose loop has neither a timer nor an answer
// that leaves it. Steps that lead to each other are one loop; what a jump leads
// to and never comes back from is none.
func (r *reader) lintLoops(f *flow) {
	loop := f.loops()
	keys, leaves := map[int][]string{}, map[int]bool{}
	for n, id := range loop {
		keys[id] = append(keys[id], f.keys[n])
		leaves[id] = leaves[id] || len(f.steps[n].Timers) > 0 || ends(f.steps[n])
		for _, o := range f.out[n] {
			leaves[id] = leaves[id] || loop[o] != id
		}
	}
	for i, out := range f.out {
		for _, back := range out {
			if id := loop[i]; back <= i && loop[back] == id && !leaves[id] {
				r.find("RB404", f.steps[i].Line, f.steps[i].Col, named(keys[id]))
			}
		}
	}
}

// namedInLoop is how many steps of a loop are named; the others lie between.
const namedInLoop = 8

// named writes a loop as a person would follow it with a finger.
func named(keys []string) string {
	way := append(slices.Clone(keys[:min(len(keys), namedInLoop)]), keys[0])
	if len(keys) > namedInLoop {
		way[namedInLoop-1] = "…"
	}
	return strings.Join(way, "→")
}

// ends tells a step from which an answer ends the runbook or starts another.
func ends(s *Step) bool {
	if s.Decision == nil {
		return false
	}
	for _, b := range s.Decision.Branches {
		if b.To != nil && (b.To.End || b.To.Runbook != "") {
			return true
		}
	}
	return false
}

// loops numbers the steps so that those which lead to each other have the same
// number, in time that grows with steps and jumps alone.
func (f *flow) loops() []int {
	rev := make([][]int, len(f.steps))
	for i, out := range f.out {
		for _, o := range out {
			rev[o] = append(rev[o], i)
		}
	}
	seen, last := make([]bool, len(f.steps)), make([]int, 0, len(f.steps))
	for i := range f.steps {
		f.walk(i, seen, func(n int) { last = append(last, n) })
	}
	back := flow{steps: f.steps, out: rev}
	id := make([]int, len(f.steps))
	seen = make([]bool, len(f.steps))
	for _, i := range slices.Backward(last) {
		back.walk(i, seen, func(n int) { id[n] = i })
	}
	return id
}

// walk visits what a step leads to and was not seen, and calls left for each
// when all behind it was visited.
func (f *flow) walk(i int, seen []bool, left func(int)) {
	type place struct{ step, edge int }
	if seen[i] {
		return
	}
	seen[i] = true
	for way := []place{{i, 0}}; len(way) > 0; {
		top := &way[len(way)-1]
		if top.edge == len(f.out[top.step]) {
			left(top.step)
			way = way[:len(way)-1]
			continue
		}
		next := f.out[top.step][top.edge]
		top.edge++
		if !seen[next] {
			seen[next] = true
			way = append(way, place{next, 0})
		}
	}
}

// guarded gives for each step the first from it on that needs approval or
// evidence, or the number of steps.
func (f *flow) guarded() []int {
	next := make([]int, len(f.steps)+1)
	next[len(f.steps)] = len(f.steps)
	for n := len(f.steps) - 1; n >= 0; n-- {
		next[n] = next[n+1]
		if len(f.steps[n].Approver) > 0 || len(f.steps[n].Evidence) > 0 {
			next[n] = n
		}
	}
	return next
}

// lintSkips reports forward jumps over steps that need approval or evidence.
func (r *reader) lintSkips(f *flow, i int, guarded []int) {
	s := f.steps[i]
	var refs []*Ref
	if s.Next != nil {
		refs = append(refs, s.Next)
	}
	if s.Decision != nil {
		for b := range s.Decision.Branches {
			if to := s.Decision.Branches[b].To; to != nil {
				refs = append(refs, to)
			}
		}
	}
	for _, ref := range refs {
		to, ok := f.index[ref.Step]
		if !ok {
			continue
		}
		if n := guarded[i+1]; n < to {
			r.find("RB409", ref.Line, 1, f.keys[n])
		}
	}
}

// lintAnswers reports decisions without an "otherwise".
func (r *reader) lintAnswers() {
	for i := range r.rb.Phases {
		for j := range r.rb.Phases[i].Steps {
			d := r.rb.Phases[i].Steps[j].Decision
			if d != nil && d.Form == "answers" && !exhaustive(d.Branches) {
				r.find("RB408", d.Line, 1)
			}
		}
	}
}

// exhaustive tells answers that leave nothing out: a pair of opposites, or one
// that takes the rest.
func exhaustive(branches []Branch) bool {
	has := map[string]bool{}
	for _, b := range branches {
		has[strings.Trim(fold(stripBrackets(b.Label)), " *「」")] = true
	}
	for _, w := range [...]string{"それ以外", "その他", "上記以外", "不明", "分からない", "otherwise", "else", "unknown", "unsure"} {
		if has[w] {
			return true
		}
	}
	for _, p := range [...][2]string{{"はい", "いいえ"}, {"yes", "no"}, {"できる", "できない"}, {"できた", "できなかった"}, {"ok", "ng"}, {"可", "否"}, {"可", "不可"}, {"あり", "なし"}, {"有", "無"}, {"ある", "ない"},
		{"該当", "非該当"}, {"該当する", "該当しない"}, {"合格", "不合格"}, {"正常", "異常"}, {"成功", "失敗"}, {"go", "no-go"}, {"true", "false"}, {"pass", "fail"}, {"必要", "不要"}, {"y", "n"}, {"成立", "不成立"}, {"いる", "いない"}} {
		if has[p[0]] && has[p[1]] {
			return true
		}
	}
	return false
}
