package cacao

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// item is one step of the runbook to be written.
type item struct {
	id      string // node of the playbook
	st      *step
	kind    string // action, decision, start
	text    string
	no      int    // printed number
	next    string // node that follows; "" is the end
	answers []answer
	last    bool // of a phase that runs beside others
}

// answer is one answer of a decision and the node it leads to.
type answer struct {
	label, text string
	subs        []string
	runbook     string
	to          string // node; "" is the end
}

// section is one phase of the runbook to be written.
type section struct {
	ext      *phaseExt // ours; nil for a foreign playbook
	title    string
	parallel bool
	items    []*item
}

// planner brings a graph of steps into an order that can be read from top to
// bottom. What does not follow becomes a jump.
type planner struct {
	p        *playbook
	book     bookExt
	seen     map[string]*item
	through  map[string]bool // nodes walked through that are no item themselves
	sections []*section
	cur      *section
	findings []Finding
	lanes    int
}

func plan(p *playbook) *planner {
	l := &planner{p: p, book: p.book(), seen: map[string]*item{}, through: map[string]bool{}}
	l.walk(p.Start, "", 0)
	if p.Exception != "" && p.Workflow[p.Exception] != nil && p.Workflow[p.Exception].Type != "end" {
		l.find(p.Exception, "例外のときの流れは、手順書の流れにはつながりません", "the flow for exceptions is not connected to the steps")
		l.open("例外のとき / On exception", false)
		l.walk(p.Exception, "", 0)
	}
	for _, id := range slices.Sorted(maps.Keys(p.Workflow)) {
		if t := p.Workflow[id].Type; l.seen[id] == nil && !l.through[id] && (t == "action" || t == "playbook-action") {
			l.find(id, "どこからも到達しない手順です", "no step leads to this one")
			l.open("どこからも到達しない手順 / Unreached steps", false)
			l.walk(id, "", 0)
		}
	}
	l.sections = slices.DeleteFunc(l.sections, func(s *section) bool { return len(s.items) == 0 })
	l.asWritten()
	n := 0
	for _, s := range l.sections {
		for _, it := range s.items {
			n++
			it.no = n
		}
	}
	return l
}

func (l *planner) find(id, ja, en string) {
	l.findings = append(l.findings, Finding{Step: id, Message: ja, English: en})
}

// open begins a section unless the present one is empty.
func (l *planner) open(title string, parallel bool) {
	s := &section{title: title, parallel: parallel}
	l.cur = s
	l.sections = append(l.sections, s)
}

// add puts an item into the section its phase has, ours, or the present one.
func (l *planner) add(it *item) {
	if no := it.st.ext.Phase; no > 0 {
		for i := range l.book.Phases {
			if x := &l.book.Phases[i]; x.No == no && (l.cur == nil || l.cur.ext != x) {
				l.phase(x)
			}
		}
	}
	if l.cur == nil {
		l.open("", false)
	}
	l.seen[it.id] = it
	l.cur.items = append(l.cur.items, it)
}

// phase goes on with the section of a phase of ours, or begins it.
func (l *planner) phase(x *phaseExt) {
	for _, s := range l.sections {
		if s.ext == x {
			l.cur = s
			return
		}
	}
	l.open(x.Title, x.Parallel)
	l.cur.ext = x
}

// asWritten puts phases and steps of ours into the order their author gave
// them: the graph alone would put the target of a first answer first.
func (l *planner) asWritten() {
	for _, s := range l.sections {
		if s.ext == nil {
			return
		}
		for _, it := range s.items {
			if place(it) == 0 {
				return
			}
		}
	}
	slices.SortStableFunc(l.sections, func(a, b *section) int { return cmp.Compare(a.ext.No, b.ext.No) })
	for _, s := range l.sections {
		slices.SortStableFunc(s.items, func(a, b *item) int { return cmp.Compare(place(a), place(b)) })
	}
}

// place is the number of a step in its phase, from its key "2.3"; 0 without one.
func place(it *item) int {
	_, no, _ := strings.Cut(it.st.ext.Key, ".")
	n, err := strconv.Atoi(no)
	if err != nil {
		return 0
	}
	return n
}

// resolve goes past nodes that are nothing to do: starts, ends, and the halves
// of a question of ours. cont is where an end within a branch goes on.
func (l *planner) resolve(id, cont string) string {
	for range maxSteps {
		st := l.p.Workflow[id]
		switch {
		case id == "" || st == nil:
			return ""
		case st.Type == "end":
			if cont == "" {
				return ""
			}
			id, cont = cont, ""
		case st.Type == "start":
			l.through[id] = true
			id = st.then()
		case st.ext.Form == "condition" && l.p.Workflow[st.then()] != nil && l.p.Workflow[st.then()].Type == "if-condition":
			l.through[id], l.through[st.then()] = true, true
			id = l.p.Workflow[st.then()].OnTrue
		default:
			return id
		}
	}
	return ""
}

// walk lays out what follows a node, in order.
func (l *planner) walk(id, cont string, depth int) {
	if depth > maxSteps {
		return
	}
	id = l.resolve(id, cont)
	if id == "" || l.seen[id] != nil || l.through[id] {
		return
	}
	st := l.p.Workflow[id]
	switch st.Type {
	case "action":
		l.action(id, cont, depth)
	case "playbook-action":
		l.add(&item{id: id, st: st, kind: "start", next: l.resolve(st.then(), cont)})
		l.walk(st.then(), cont, depth+1)
	case "parallel":
		l.parallel(id, cont, depth)
	default:
		l.fork(id, cont, depth)
	}
}

func (l *planner) action(id, cont string, depth int) {
	st := l.p.Workflow[id]
	if sw := l.p.Workflow[st.then()]; st.ext.Form == "decision" && sw != nil && sw.Type == "switch-condition" {
		l.through[st.then()] = true
		l.question(id, sw, cont, depth)
		return
	}
	it := &item{id: id, st: st, kind: "action", text: st.Name, next: l.resolve(st.then(), cont)}
	l.add(it)
	if st.OnFailure != "" && st.OnFailure != st.then() {
		ask := &item{id: id + "/result", st: &step{}, kind: "decision", text: fmt.Sprintf("「%s」はうまくいったか？ / Did it succeed?", oneLine(st.Name))}
		ask.answers = []answer{
			{label: "はい", text: "Yes", to: it.next},
			{label: "いいえ", text: "No", to: l.resolve(st.OnFailure, cont)},
		}
		it.next = ask.id
		l.add(ask)
		l.walk(st.then(), cont, depth+1)
		l.walk(st.OnFailure, cont, depth+1)
		return
	}
	l.walk(st.then(), cont, depth+1)
}

// question is a decision of ours: the question and its switch are one step.
func (l *planner) question(id string, sw *step, cont string, depth int) {
	it := &item{id: id, st: l.p.Workflow[id], kind: "decision", text: l.p.Workflow[id].Name}
	for _, br := range it.st.ext.Branches {
		to := sw.Cases[br.Case]
		a := answer{label: br.Label, text: br.Text, subs: br.Subs, runbook: br.Runbook}
		for l.p.Workflow[to] != nil && (l.p.Workflow[to].ext.Form == "branch" || l.p.Workflow[to].Type == "playbook-action" && br.Runbook != "") {
			l.through[to] = true
			to = l.p.Workflow[to].then()
		}
		a.to = l.resolve(to, cont)
		it.answers = append(it.answers, a)
	}
	l.add(it)
	for _, a := range it.answers {
		l.walk(a.to, cont, depth+1)
	}
}

// fork is a condition of any playbook.
func (l *planner) fork(id, cont string, depth int) {
	st := l.p.Workflow[id]
	after := cont
	if st.then() != "" {
		after = st.then()
	}
	it := &item{id: id, st: st, kind: "decision"}
	switch st.Type {
	case "if-condition", "while-condition":
		it.text = label(st, st.Condition)
		back := after
		if st.Type == "while-condition" {
			back = id
			l.find(id, "繰り返しは、終わるまで同じ判断に戻る手順になります", "the loop became a decision that is asked again until it ends")
		}
		l.seen[id] = it
		no := st.OnFalse
		if no == "" {
			no = after
		}
		it.answers = []answer{{label: "はい", text: "Yes", to: l.resolve(st.OnTrue, back)}, {label: "いいえ", text: "No", to: l.resolve(no, after)}}
		l.add(it)
		l.walk(st.OnTrue, back, depth+1)
		l.walk(no, after, depth+1)
	case "switch-condition":
		it.text = label(st, st.Switch)
		l.add(it)
		for _, k := range slices.Sorted(maps.Keys(st.Cases)) {
			it.answers = append(it.answers, answer{label: k, to: l.resolve(st.Cases[k], after)})
			l.walk(st.Cases[k], after, depth+1)
		}
	default:
		l.through[id] = true
		l.find(id, "種類 "+oneLine(st.Type)+" の手順は読めません", "a step of type "+oneLine(st.Type)+" is not understood")
	}
	l.walk(after, cont, depth+1)
}

func label(st *step, condition string) string {
	if st.Name != "" {
		return oneLine(st.Name) + "（" + oneLine(condition) + "）？"
	}
	return oneLine(condition) + "？"
}

// parallel makes one phase of every branch.
func (l *planner) parallel(id, cont string, depth int) {
	st := l.p.Workflow[id]
	l.through[id] = true
	l.lanes++
	if l.lanes > 1 && len(l.book.Phases) == 0 {
		l.find(id, "並行の中の並行は、前から順に並べました", "branches within branches are laid out one after another")
	}
	for i, head := range st.NextSteps {
		if len(l.book.Phases) == 0 {
			title := st.Name
			if h := l.p.Workflow[l.resolve(head, "")]; h != nil && h.Name != "" {
				title = h.Name
			}
			l.open(oneLine(title), i > 0)
		}
		l.walk(head, "", depth+1)
	}
	l.lanes--
	if len(l.book.Phases) == 0 && l.resolve(st.then(), cont) != "" {
		l.open("続き / Continued", false)
	}
	l.walk(st.then(), cont, depth+1)
}
