package incident

import (
	"fmt"
	"slices"
	"time"

	"irbot/internal/runbook"
	"irbot/internal/timeline"
)

// Report is a finder telling that something is wrong. It opens an incident
// that nobody has taken charge of and pages the duty officer.
type Report struct {
	Finder   string    `json:"finder"` // frozen, ransom, mail, network, equipment, unknown
	Place    string    `json:"place,omitempty"`
	Words    string    `json:"words,omitempty"`
	Reporter string    `json:"reporter,omitempty"`
	Contact  string    `json:"contact,omitempty"`
	Seen     time.Time `json:"seen,omitzero"`
	Impact   []string  `json:"impact,omitempty"`
	Drill    bool      `json:"drill,omitempty"`
}

// Name implements Command.
func (Report) Name() string  { return "incident.report" }
func (Report) class() Class  { return MayReport }
func (x Report) drill() bool { return x.Drill }
func (x Report) opens() bool { return true }

// Declare declares an incident: it sets T0, opens the room, starts the mapped
// runbook and climbs towards the CISO.
type Declare struct {
	Title    string    `json:"title"`
	Finder   string    `json:"finder,omitempty"`
	Place    string    `json:"place,omitempty"`
	Impact   []string  `json:"impact,omitempty"`
	Words    string    `json:"words,omitempty"`
	Reporter string    `json:"reporter,omitempty"`
	Detected time.Time `json:"detected,omitzero"`
	Runbook  string    `json:"runbook,omitempty"` // "" = the mapped one, "none" = no runbook
	Drill    bool      `json:"drill,omitempty"`
}

// Name implements Command.
func (Declare) Name() string  { return "incident.declare" }
func (Declare) class() Class  { return MayDeclare }
func (x Declare) drill() bool { return x.Drill }
func (x Declare) opens() bool { return true }

// TakeCharge is the duty officer's 引き受ける: it acknowledges the page, makes
// the person commander and declares.
type TakeCharge struct {
	Runbook string `json:"runbook,omitempty"`
}

// Name implements Command.
func (TakeCharge) Name() string { return "incident.take" }
func (TakeCharge) class() Class { return MayDeclare }

// Retitle gives the incident another title.
type Retitle struct {
	Title string `json:"title"`
}

// Name implements Command.
func (Retitle) Name() string { return "incident.retitle" }
func (Retitle) class() Class { return MayLead }

// FinderKinds are the six things a finder can choose from (UX 2.2).
func FinderKinds() []string {
	return []string{"frozen", "ransom", "mail", "network", "equipment", "unknown"}
}

var impacts = []string{"gate", "vessel", "yard", "none", "unknown"} //nolint:gochecknoglobals // fixed vocabulary of UX 2.2

func finder(k string) string {
	if slices.Contains(FinderKinds(), k) {
		return k
	}
	return "unknown"
}

func impact(in []string) []string {
	var out []string
	for _, k := range in {
		if slices.Contains(impacts, k) {
			out = appendOnce(out, k)
		}
	}
	return out
}

func (x Report) decide(c *call) (Change, error) {
	f := declaredFacts{Finder: finder(x.Finder), Impact: impact(x.Impact), Surfaces: c.site.Surfaces}
	d := c.draft(KindReported, f, "title", title("", f.Finder, x.Place), "place", Clean(x.Place), "words", Clean(x.Words),
		"reporter", Clean(x.Reporter), "contact", Clean(x.Contact))
	d.HappenedAt = x.Seen
	ch := Change{Entries: []timeline.Draft{d}}
	ch.Entries = append(ch.Entries, c.startEscalation(c.site.OnReport, "report", "")...)
	return ch, nil
}

// title makes one from what is known when nobody has typed one.
func title(typed, finder, place string) string {
	if t := Clean(typed); t != "" {
		return t
	}
	words := map[string]string{
		"frozen": "画面・システムが動かない", "ransom": "脅迫文・身代金の表示", "mail": "不審なメール・操作",
		"network": "通信できない", "equipment": "設備・荷役機器の異常", "unknown": "異常の連絡",
	}[finder]
	if words == "" {
		words = "異常の連絡"
	}
	if p := Clean(place); p != "" {
		return words + "（" + p + "）"
	}
	return words
}

func (x Declare) decide(c *call) (Change, error) {
	if Clean(x.Title) == "" && x.Finder == "" && Clean(x.Words) == "" {
		return Change{}, refuse("declare.empty")
	}
	f := c.declared(finder(x.Finder), impact(x.Impact))
	detected := x.Detected
	if detected.IsZero() {
		detected = c.now
	}
	f.Detected = us(detected)
	words := Clean(x.Words)
	name := Clean(x.Title)
	if name == "" && words != "" && x.Finder == "" {
		name = firstLine(words)
	}
	d := c.draft(KindDeclared, f, "title", title(name, f.Finder, x.Place), "place", Clean(x.Place),
		"words", words, "reporter", Clean(x.Reporter))
	d.HappenedAt = time.Time{}
	return c.open(d, x.Runbook, f.Finder)
}

func firstLine(s string) string {
	for i, r := range s {
		if r == '\n' || i > 120 {
			return s[:i]
		}
	}
	return s
}

func (c *call) declared(finder string, impact []string) declaredFacts {
	return declaredFacts{
		Finder: finder, Impact: impact, Surfaces: c.site.Surfaces, Announce: c.site.announcing(),
		First: int64(c.site.ReportFirst / time.Second), Every: int64(c.site.ReportEvery / time.Second), Later: int64(c.site.ReportLater / time.Second),
	}
}

// open records a declaration and all that follows from it.
func (c *call) open(d timeline.Draft, book, finder string) (Change, error) {
	ch := Change{Entries: []timeline.Draft{d}}
	ch.Entries = append(ch.Entries, c.startEscalation(c.site.OnDeclare, "declare", "")...)
	base := map[string]time.Time{"declared": c.now, "detected": decodeDetected(d, c.s)}
	for _, rule := range c.site.Duties {
		ch.Entries = append(ch.Entries, c.startDuty(rule, base[rule.From]))
	}
	ch.Entries = append(ch.Entries, c.planEntry()...)
	if book == "none" {
		return ch, nil
	}
	if book == "" {
		book = c.site.Mapped[finder]
		if book == "" {
			book = c.site.Mapped[""]
		}
		if book == "" {
			return ch, nil
		}
	}
	run, blob, err := c.runEntry(book)
	if err != nil {
		return Change{}, err
	}
	ch.Entries = append(ch.Entries, run)
	ch.Blobs = append(ch.Blobs, blob)
	return ch, nil
}

func decodeDetected(d timeline.Draft, s *Incident) time.Time {
	if f, ok := d.Facts.(declaredFacts); ok && f.Detected != 0 {
		return f.Detected.time()
	}
	return s.Times.Detected
}

func (x TakeCharge) decide(c *call) (Change, error) {
	if c.s.Status == Open {
		h := c.s.Roles["lead"]
		if h.Person == c.act.Person {
			return Change{Outcome: Outcome{Code: "incident.already"}}, nil
		}
		return Change{}, refuse("incident.taken", "who", c.name(h.Person), "at", c.clock(h.At))
	}
	if _, ok := c.site.Directory.Person(c.act.Person); !ok {
		return Change{}, c.denied(MayLead) // a commander has to be reachable
	}
	var ch Change
	for _, esc := range c.s.Escalations {
		if esc.Ended == "" && esc.Reason == "report" {
			ch.Entries = append(ch.Entries, c.draft(KindEscAcked, escFacts{Esc: esc.ID, Person: c.act.Person, Via: c.act.Surface}))
		}
	}
	ch.Entries = append(ch.Entries, c.draft(KindRole, roleFacts{Role: "lead", Person: c.act.Person}))
	f := c.declared(c.s.Finder, c.s.Impact)
	d := c.draft(KindDeclared, f, "title", c.text(c.s.TitleSeq)["title"])
	d.HappenedAt = time.Time{}
	rest, err := c.open(d, x.Runbook, c.s.Finder)
	if err != nil {
		return Change{}, err
	}
	ch.Entries, ch.Blobs = append(ch.Entries, rest.Entries...), rest.Blobs
	return ch, nil
}

func (x Retitle) decide(c *call) (Change, error) {
	t := Clean(x.Title)
	if t == "" {
		return Change{}, refuse("input.missing", "field", "title")
	}
	return one(c.draft(KindRetitled, nil, "title", t)), nil
}

func (c *call) startDuty(r DutyRule, base time.Time) timeline.Draft {
	f := dutyFacts{Duty: r.ID, Dest: r.Dest, From: r.From, Within: int64(r.Within / time.Second), Base: us(base)}
	if !base.IsZero() {
		f.Due = us(base.Add(r.Within))
	}
	return c.machine(KindDutyStarted, f, "name", r.Name, "name_en", r.NameEN, "basis", r.Basis, "basis_en", r.BasisEN, "checked", dateOf(r.Checked))
}

func dateOf(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format("2006-01-02")
}

// StartRun starts another runbook in the incident.
type StartRun struct {
	Runbook string `json:"runbook"`
}

// Name implements Command.
func (StartRun) Name() string { return "run.start" }
func (StartRun) class() Class { return MayLead }

func (x StartRun) decide(c *call) (Change, error) {
	for _, r := range c.s.Runs {
		if r.Runbook == x.Runbook && !r.Ended {
			return Change{}, refuse("run.already", "runbook", x.Runbook, "run", r.ID)
		}
	}
	d, blob, err := c.runEntry(x.Runbook)
	if err != nil {
		return Change{}, err
	}
	d.Actor, d.HappenedAt = c.act.Person, c.act.At
	return Change{Entries: []timeline.Draft{d}, Blobs: []Blob{blob}, Outcome: Outcome{Ref: fmt.Sprintf("r%d", len(c.s.Runs)+1)}}, nil
}

// runEntry pins a runbook: its hash and structure go into the facts, its bytes
// into a kept file.
func (c *call) runEntry(id string) (timeline.Draft, Blob, error) {
	b, ok := c.site.Runbook(id)
	if !ok {
		return timeline.Draft{}, Blob{}, refuse("runbook.unknown", "runbook", id)
	}
	if b.Reference {
		return timeline.Draft{}, Blob{}, refuse("runbook.reference", "runbook", id)
	}
	f := runFacts{Run: fmt.Sprintf("r%d", len(c.s.Runs)+1), Runbook: asciiID(b.ID, b.Hash), Hash: b.Hash, First: c.s.NextStep}
	n := f.First
	for i := range b.Phases {
		p := &b.Phases[i]
		if p.Kind == "prepare" {
			continue
		}
		pf := phaseFacts{No: p.No, Parallel: p.Parallel}
		for j := range p.Steps {
			pf.Steps = append(pf.Steps, c.stepFacts(p, &p.Steps[j], n))
			n++
		}
		f.Phases = append(f.Phases, pf)
	}
	d := c.draft(KindRunStarted, f, "title", b.Title, "version", b.Version, "file", b.File)
	d.HappenedAt = time.Time{}
	return d, Blob{Hash: b.Hash, Data: b.Source}, nil
}

// asciiID keeps ids inside the fact grammar; a runbook named in Japanese goes
// by its hash.
func asciiID(id, hash string) string {
	if id == "" || len(id) > 100 {
		return "rb-" + hash[:min(12, len(hash))]
	}
	for i, r := range id {
		ok := r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || i > 0 && (r == '-' || r == '_' || r == '.')
		if !ok {
			return "rb-" + hash[:min(12, len(hash))]
		}
	}
	return id
}

func (c *call) stepFacts(p *runbook.Phase, st *runbook.Step, n int) StepFacts {
	f := StepFacts{
		Key: st.Key, N: n, Two: st.TwoPerson, Optional: st.Optional, Cond: st.Condition != "" && st.Decision == nil,
		Caution: len(st.Forbidden) > 0, Parallel: st.Parallel,
		Evidence: len(st.Evidence) > 0, Value: len(st.Evidence) > 0 || st.DoneWhen != "",
	}
	owner := st.Owner
	if len(owner) == 0 {
		owner = p.Owner
	}
	f.Owner, f.Approver = c.roles(owner), c.roles(st.Approver)
	for _, to := range st.Notify {
		if id := c.site.DestOf(to.To); id != "" {
			f.Notify = appendOnce(f.Notify, id)
		}
	}
	c.limitFacts(&f, st)
	c.chainFacts(&f, st)
	if st.Decision != nil {
		for i, b := range st.Decision.Branches {
			bf := BranchFacts{Key: branchKey(i)}
			if b.To != nil {
				bf.To, bf.End = b.To.Step, b.To.End
				if b.To.Step == "" && b.To.Phase > 0 {
					bf.To = fmt.Sprintf("%d.1", b.To.Phase)
				}
				if b.To.Runbook != "" {
					bf.Runbook = asciiID(runbookID(b.To.Runbook), "link")
				}
			}
			f.Branches = append(f.Branches, bf)
		}
		f.Value, f.Evidence = false, false
	}
	for _, t := range st.Timers {
		if t.Every > 0 && f.EveryS == 0 {
			f.EveryS = int64(t.Every / time.Second)
		}
	}
	return f
}

func branchKey(i int) string { return string(rune('a' + i%26)) }

// runbookID is the id of a runbook that a link names by its file.
func runbookID(link string) string {
	base := link
	for i := len(link) - 1; i >= 0; i-- {
		if link[i] == '/' {
			base = link[i+1:]
			break
		}
	}
	for _, ext := range []string{".md", ".markdown"} {
		if len(base) > len(ext) && base[len(base)-len(ext):] == ext {
			return base[:len(base)-len(ext)]
		}
	}
	return base
}

func (c *call) roles(words []string) []string {
	var out []string
	for _, w := range words {
		if id := c.site.RoleOf(w); id != "" {
			out = appendOnce(out, id)
		}
	}
	return out
}

func (c *call) limitFacts(f *StepFacts, st *runbook.Step) {
	l := st.Due
	if l == nil {
		return
	}
	f.Anchor = string(l.Anchor)
	f.LimitS = int64(l.After / time.Second)
	switch {
	case l.Immediate:
		f.LimitS = 300 // RUNBOOKS 4.5: 直ちに reminds after five minutes
	case l.Business > 0:
		f.LimitS = int64(l.Business) * 86400
	case l.Anchor == runbook.AtClock:
		f.AnchorAt = us(clockTime(l.Clock, c.now.In(c.site.Zone)))
	case l.Anchor == runbook.FromStep:
		f.After = l.Ref
		if f.After == "" {
			f.After = previousKey(st.Key)
		}
	}
}

func previousKey(key string) string {
	var p, n int
	if _, err := fmt.Sscanf(key, "%d.%d", &p, &n); err != nil || n <= 1 {
		return ""
	}
	return fmt.Sprintf("%d.%d", p, n-1)
}

// clockTime is the next moment the wall shows the given time (RUNBOOKS 4.5:
// past means the next day).
func clockTime(s string, now time.Time) time.Time {
	if t, err := time.ParseInLocation("2006-01-02 15:04", s, now.Location()); err == nil {
		return t
	}
	t, err := time.ParseInLocation("15:04", s, now.Location())
	if err != nil {
		return time.Time{}
	}
	at := time.Date(now.Year(), now.Month(), now.Day(), t.Hour(), t.Minute(), 0, 0, now.Location())
	if at.Before(now) {
		at = at.AddDate(0, 0, 1)
	}
	return at
}

func (c *call) chainFacts(f *StepFacts, st *runbook.Step) {
	if st.Escalate == nil {
		return
	}
	if p, ok := c.site.Policy(st.Escalate.Policy); ok && st.Escalate.Policy != "" {
		f.Chain = append([]LevelFacts{{WaitS: 0}}, freeze(p)...)
		return
	}
	for _, l := range st.Escalate.Levels {
		if role := c.site.RoleOf(l.To); role != "" {
			f.Chain = append(f.Chain, LevelFacts{WaitS: int64(l.After / time.Second), To: []string{"role:" + role}})
		}
	}
}
