package chat

import (
	"fmt"
	"strings"
	"time"

	"irbot/internal/incident"
	"irbot/internal/timeline"
)

// Row is one entry as a line of the クロノロ: time, from, to, content, result,
// recorder. All texts are plain and safe to show.
type Row struct {
	Seq       int64
	Kind      timeline.Kind
	Happened  time.Time
	Recorded  time.Time
	When      string // 07:12, with the date where it is not today
	WhenFull  string // 11/22(日) 07:12 JST
	From      string
	To        string
	Text      string
	Result    string
	By        string
	Tags      []string // 後から入力, 訂正, 取消 …, in words
	Important bool
	Open      bool // 未対応
	Late      bool // entered later than it happened
	Struck    bool
	Corrects  int64
	Corrected int64
	Machine   bool // made by irbot itself
	Minor     bool // of interest to auditors only: attempts, refusals, exports
	Step      string
	Source    string // what it was learned from and how sure that is, in words
	Phase     string // r1/2: the phase of the work it belongs to; only Rows over a whole record fills it
}

// Line is a row in one line, for chat: #38 07:12 県警 > CSIRT 到着、2名.
func (r Row) Line() string {
	address := r.From
	if r.To != "" {
		address += " > " + r.To
	}
	return joinNonEmpty(" ", fmt.Sprintf("#%d", r.Seq), r.When, address, r.Text, r.Result)
}

// Rows turns entries of an incident into rows, in the order they are given.
// Every kind has a sentence; a kind this version does not know is shown by its
// name. What was erased or withheld says so.
func (d Drawer) Rows(v *incident.View, entries []timeline.Entry) []Row {
	p := d.pen(v)
	out := make([]Row, 0, len(entries))
	phase := ""
	for i := range entries {
		r := p.row(&entries[i])
		r.Phase, phase = p.phaseOf(&entries[i], phase)
		out = append(out, r)
	}
	return out
}

func (p *pen) row(e *timeline.Entry) Row {
	f, words := readFacts(e), p.latinNames(e)
	r := Row{
		Seq: e.Seq, Kind: e.Kind, Happened: e.HappenedAt, Recorded: e.RecordedAt,
		When: p.clock(e.HappenedAt), WhenFull: Stamp(e.HappenedAt, p.zone, p.Lang),
		Machine: e.Actor == timeline.System, Minor: minor(e.Kind), Step: f.Step,
	}
	name := OneLine(words["actor_name"])
	if name == "" {
		name = p.person(e.Actor)
	}
	r.By, r.From = name, name
	if r.Machine {
		r.By, r.From = p.t("tl.auto"), p.t("label.system")
	}
	p.sentence(&r, e, f, words)
	switch {
	case e.Withheld == "erased":
		r.Text = joinNonEmpty(" ", r.Text, p.t("tl.erased"))
	case e.Withheld != "" || e.TextDigest != "" && len(e.TextBytes) == 0:
		r.Text = joinNonEmpty(" ", r.Text, p.t("tl.withheld"))
	}
	p.marks(&r, e, f)
	return r
}

// marks adds what later entries said about this one, and lateness.
func (p *pen) marks(r *Row, e *timeline.Entry, f facts) {
	m := p.s.Marks.At(e.Seq)
	if m == nil {
		m = &incident.Mark{}
	}
	r.Important, r.Open, r.Corrects, r.Corrected, r.Struck = m.Important, m.Open, m.Corrects, m.Corrected, m.Struck != 0
	if m.Corrects != 0 {
		r.Tags = append(r.Tags, p.t("tl.corrects", "seq", m.Corrects))
	}
	if m.Corrected != 0 {
		r.Tags = append(r.Tags, p.t("tl.fixed", "seq", m.Corrected))
	}
	if r.Struck {
		r.Tags = append(r.Tags, p.t("ent.entry.struck", "seq", e.Seq)+" (#"+fmt.Sprint(m.Struck)+")")
	}
	if r.Important {
		r.Tags = append(r.Tags, p.t("tl.important"))
	}
	if r.Open {
		r.Tags = append(r.Tags, p.t("tl.open"))
	} else if m.Answered != 0 {
		r.Tags = append(r.Tags, p.t("tl.answered")+" #"+fmt.Sprint(m.Answered))
	}
	if !r.Machine && (f.Paper || e.RecordedAt.Sub(e.HappenedAt) > lateEntry) {
		r.Late = true
		r.Tags = append(r.Tags, p.t("tl.late", "time", p.clock(e.RecordedAt)))
	}
}

// minor are entries that matter to auditors, not to people at work.
func minor(k timeline.Kind) bool {
	switch k {
	case incident.KindMsgAttempted, incident.KindMsgAccepted, incident.KindMsgRetrying, incident.KindMsgReported, incident.KindRefused,
		incident.KindExported, incident.KindReportWarned, incident.KindStepReminded, incident.KindPhaseReminded, incident.KindClockStepped,
		incident.KindPlanned, incident.KindGuestOpened:
		return true
	}
	return false
}

// sentence fills from, to, content and result of a row by its kind.
func (p *pen) sentence(r *Row, e *timeline.Entry, f facts, words timeline.Text) {
	w := wordsOf{p: p, r: r, e: e, f: f, words: words}
	switch e.Kind {
	case incident.KindFact, incident.KindConsent, incident.KindNoticeOverride, incident.KindNoticeAttached:
		w.fact()
		return
	}
	group, _, _ := strings.Cut(string(e.Kind), ".")
	if isCargo(group) {
		w.cargo()
		return
	}
	switch group {
	case "note":
		w.note()
	case "row", "list":
		w.counted()
	case "step", "phase", "run":
		w.step()
	case "decision":
		w.decision()
	case "escalation":
		w.escalation()
	case "message":
		w.message()
	case "notice":
		w.notice()
	case "alert":
		w.alert()
	case "person":
		w.asked()
	case "duty", "report", "handover":
		w.duty()
	case "roster":
		w.roster()
	case "review", "custody":
		w.learned()
	case "contact", "directory":
		w.contacts()
	case "account", "anchor", "backup", "key", "record", "restore", "tables", "settings":
		w.standing()
	case "incident", "severity", "role", "moment", "caution":
		w.incident()
	default:
		w.rest()
	}
}

// wordsOf puts one row into words.
type wordsOf struct {
	p     *pen
	r     *Row
	e     *timeline.Entry
	f     facts
	words timeline.Text
}

// say sets the content from the sentence of the kind, with an optional variant.
func (w wordsOf) say(variant string, args ...any) {
	key := "ent." + string(w.e.Kind)
	if variant != "" {
		key += "." + variant
	}
	if !w.p.Words.Has(key) {
		w.r.Text = w.p.t("ent.unknown", "kind", w.e.Kind)
		return
	}
	w.r.Text = strings.TrimSpace(w.p.t(key, args...))
}

// result adds to the result column; empty values add nothing.
func (w wordsOf) result(key, value string) {
	if value = OneLine(value); value != "" {
		w.r.Result = joinNonEmpty(" ", w.r.Result, w.p.t(key, "text", value))
	}
}

func (w wordsOf) note() {
	w.r.From, w.r.To = OneLine(w.words["from"]), OneLine(w.words["to"])
	if w.r.From == "" {
		w.r.From = OneLine(w.words["speaker"])
	}
	text := Safe(w.words["text"])
	if wanted := OneLine(w.words["wanted"]); wanted != "" {
		w.tooLate(wanted)
		w.result("tl.value", text)
	} else {
		w.say("", "text", text)
	}
	if r := OneLine(w.words["result"]); r != "" {
		w.r.Result = r
	}
	w.result("tl.writer", w.words["writer"])
	w.result("tl.sheet", w.f.Sheet)
	w.r.Source = w.sure()
}

// tooLate names what somebody wanted of a step that was closed before.
func (w wordsOf) tooLate(wanted string) {
	n, title := any(w.f.Step), ""
	if st := w.p.s.FindStep(w.f.Step); st != nil {
		n, title = st.N, OneLine(w.p.v.StepTitle(st))
	}
	w.say("late", "n", n, "title", title, "act", w.p.Words.Or(w.p.Lang, "late."+wanted, wanted))
}

func (w wordsOf) step() {
	p, f := w.p, w.f
	switch w.e.Kind {
	case incident.KindRunStarted:
		w.say("", "runbook", joinNonEmpty(" ", OneLine(w.words["title"]), OneLine(w.words["version"])))
		return
	case incident.KindRunAdopted, incident.KindRunKept, incident.KindPhaseOpened, incident.KindPhaseStarted,
		incident.KindPhaseOverdue, incident.KindPhaseReminded, incident.KindStepInformed:
		w.run()
		return
	case incident.KindPhaseEnd:
		w.say("", "phase", strings.TrimSpace(fmt.Sprint(f.Phase)+" "+OneLine(p.v.PhaseTitle(f.Run, f.Phase))),
			"done", f.Done, "skipped", f.Skipped, "na", f.NA, "deferred", f.Deferred)
		return
	}
	n, title, timer := any(f.Step), "", ""
	if st := p.s.Step(f.Step); st != nil {
		n, title = st.N, OneLine(p.v.StepTitle(st))
		if w.e.Kind == incident.KindStepReminded {
			timer = p.timerWords(st, f.Timer)
		}
	}
	if w.e.Kind == incident.KindStepAdded {
		title = OneLine(w.words["title"])
	}
	person := OneLine(w.words["person_name"])
	if person == "" {
		person = p.person(f.Person)
	}
	w.say("", "n", n, "title", title, "person", person, "time", p.clock(f.Due.time()), "text", timer)
	w.result("tl.value", w.words["value"])
	if f.Preset != "" {
		w.r.Result = p.presetWord(f.Preset)
	}
	w.result("tl.reason", w.words["reason"])
	w.result("tl.value", w.words["note"])
	w.result("tl.writer", w.words["writer"])
	w.result("tl.sheet", f.Sheet)
}

// presetWord is a preset reason in words.
func (p *pen) presetWord(preset string) string {
	key := map[string]string{"condition": "notmet", "otherway": "otherway", "resources": "noresource", "later": "later"}[preset]
	return p.Words.Or(p.Lang, "step.preset."+key, preset)
}

func (w wordsOf) decision() {
	f := w.f
	text := OneLine(w.words["question"])
	choice := OneLine(w.words["choice"])
	if choice == "" {
		choice = strings.ToUpper(f.Choice)
	}
	w.say("", "id", f.Decision, "text", text, "choice", choice)
	w.result("tl.basis", w.words["basis"])
	if t := f.Review.time(); !t.IsZero() {
		w.r.Result = joinNonEmpty(" ", w.r.Result, w.p.t("tl.review", "time", w.p.clock(t)))
	}
	w.result("tl.value", w.words["text"])
	if w.e.Kind == incident.KindDecisionMade {
		w.r.To = w.p.t("role.everyone")
	}
}

func (w wordsOf) escalation() {
	p, f := w.p, w.f
	person := OneLine(w.words["person_name"])
	if person == "" {
		person = p.person(f.Person)
		if f.Person == "" {
			person = p.person(w.e.Actor)
		}
	}
	switch w.e.Kind {
	case incident.KindEscPaged:
		w.r.To = OneLine(w.words["names"])
		if w.r.To == "" {
			w.r.To = p.people(f.toPeople())
		}
		variant := ""
		switch {
		case f.None && len(f.Quiet) > 0:
			variant = "quiet"
		case f.None && w.words["wanted"] != "":
			variant = "unheld"
		case f.None:
			variant = "nobody"
		case f.Cause == "severity":
			variant = "woken"
		case f.Late > 0:
			variant = "late"
		}
		w.say(variant, "who", w.r.To, "wanted", OneLine(w.words["wanted"]), "level", f.Level+1, "minutes", minutes(time.Duration(f.Late)*time.Second))
		if f.Cause == "undeliverable" {
			w.r.Text = p.t("ent.escalation.paged.undeliverable") + " " + w.r.Text
		}
		if len(f.Quiet) > 0 {
			w.result("tl.value", p.t("esc.asleep", "who", p.people(f.Quiet)))
		}
		if len(f.Dial) > 0 {
			w.result("tl.value", p.t("esc.ring", "who", p.people(f.Dial)))
		}
	case incident.KindEscAcked:
		variant := ""
		if f.For {
			variant = "for"
		}
		w.say(variant, "person", person, "means", p.Words.Or(p.Lang, "means."+f.Via, f.Via))
		if f.Want > 1 {
			w.r.Text += " " + p.t("esc.tally", "have", f.Have, "want", f.Want)
		}
		w.result("tl.value", w.words["text"])
	case incident.KindEscReplanned:
		w.say("", "level", p.t(fmt.Sprintf("severity.%d", f.Severity)), "time", p.clock(f.Due.time()))
	case incident.KindEscRang:
		w.say("", "person", person)
		w.result("tl.value", w.words["text"])
	default:
		w.say("", "person", person, "level", f.Level, "reason", p.Words.Or(p.Lang, "reason."+f.Reason, f.Reason))
		w.result("tl.reason", w.words["reason"])
	}
}

func (w wordsOf) notice() {
	p, f := w.p, w.f
	dest, no := f.Dest, f.No
	if n := p.s.Notice(f.Notice); n != nil {
		dest, no = n.Dest, n.No
	}
	w.r.To = p.dest(dest)
	variant := ""
	if f.Sole {
		variant = "sole"
	}
	name := p.reportNo(no)
	if n := p.s.Notice(f.Notice); n != nil {
		name, variant = p.reportName(n), handVariant(w.e.Kind, n, variant)
	}
	w.say(variant, "id", f.Notice, "dest", p.dest(dest), "report", name)
	w.result("tl.value", w.words["subject"])
	w.result("tl.answered_by", w.words["answered_by"])
	w.result("tl.value", w.words["reply"])
	w.result("tl.receipt", w.words["receipt"])
	w.result("tl.reason", w.words["reason"])
}

func (w wordsOf) duty() {
	p, f := w.p, w.f
	switch w.e.Kind {
	case incident.KindDutyStarted, incident.KindDutyPlanned:
		w.say(w.dutyVariant(), "what", w.dutyName(), "time", p.clock(f.Due.time()))
	case incident.KindDutyPinned:
		w.say("", "count", f.Count)
	case incident.KindDutyWarned:
		w.say("", "what", w.dutyName(), "percent", f.Percent)
	case incident.KindReport:
		variant := ""
		if f.Same {
			variant = "same"
		}
		w.say(variant, "no", f.Report)
		w.r.To = p.t("role.everyone")
	case incident.KindHandoverOffer:
		w.say("", "role", OneLine(w.words["role_name"]), "person", OneLine(w.words["to_name"]))
		w.result("tl.value", w.words["text"])
	default:
		w.say("", "what", w.dutyName(), "time", p.clock(f.Next.time()))
		w.result("tl.value", w.words["proof"])
		w.result("tl.reason", w.words["reason"])
	}
	if f.Late > 0 {
		w.r.Result = joinNonEmpty(" ", w.r.Result, p.t("tl.minutes_late", "minutes", minutes(time.Duration(f.Late)*time.Second)))
	}
}

// dutyVariant tells a clock with an end from one whose start is missing and
// from one that has no number.
func (w wordsOf) dutyVariant() string {
	x := w.p.s.Duty(w.f.Duty)
	switch {
	case w.f.Due != 0:
		return ""
	case x != nil && x.Plan != nil && !x.Plan.Numbered() && w.f.Base != 0:
		return "prompt"
	}
	return "nobase"
}

func (w wordsOf) dutyName() string {
	if x := w.p.s.Duty(w.f.Duty); x != nil {
		return w.p.dutyName(x)
	}
	return w.f.Duty
}

func (w wordsOf) incident() {
	p, f := w.p, w.f
	text := OneLine(w.words["title"])
	if w.e.Kind == incident.KindCautionAdded {
		text = OneLine(w.words["text"])
	}
	role := OneLine(w.words["role_name"])
	if role == "" {
		role = p.role(f.Role)
	}
	person := OneLine(w.words["person_name"])
	if person == "" {
		person = p.person(f.Person)
	}
	variant := ""
	if w.e.Kind == incident.KindRole {
		variant = f.Reason
	}
	w.say(variant, "from", OneLine(w.words["from_name"]), "incident", p.s.ID, "text", text, "to", jsonText(f.To), "level", w.severity(f.Level),
		"role", role, "person", person, "moment", p.momentWord(f.Moment),
		"time", p.clock(f.At.time()), "n", f.Caution)
	if w.e.Kind == incident.KindReported || w.e.Kind == incident.KindDeclared {
		w.result("tl.value", joinNonEmpty(" ", w.words["words"], w.words["reporter"]))
		w.r.To = p.t("role.everyone")
	}
	w.result("tl.value", w.words["who"])
	w.result("tl.reason", w.words["reason"])
}

func (w wordsOf) rest() {
	p, f := w.p, w.f
	entry := f.Entry
	if f.Erases != 0 {
		entry = f.Erases
		w.result("tl.filegone", f.GoneFile)
	}
	item := p.figureName(f.Item)
	if f.Place != "" {
		item = p.figureName(f.Place + "/" + f.Item)
	}
	n, text := f.N, joinNonEmpty(" ", OneLine(w.words["name"]), OneLine(w.words["text"]))
	if w.e.Kind == incident.KindInject {
		n, text = f.Inject, OneLine(w.words["title"])
	}
	w.say("", "seq", entry, "id", f.ID, "text", text, "item", item, "n", n,
		"surface", p.Words.Or(p.Lang, "surface."+f.Surface, f.Surface), "count", f.Count,
		"what", p.aboutAct(f.Command), "why", p.because(f.Code), "format", f.Format, "seconds", f.By.int()/1e6)
	w.result("tl.value", w.words["result"])
	w.result("tl.reason", w.words["reason"])
}

// Record is the row as the exports write it; its tags stand behind the content.
func (r Row) Record() timeline.Row {
	return timeline.Row{
		Seq: r.Seq, Happened: r.Happened, Recorded: r.Recorded, From: r.From, To: r.To,
		Content: r.Text, Result: r.Result, Recorder: r.By, Late: r.Late, Important: r.Important, Open: r.Open,
		Struck: r.Struck || r.Corrected != 0, Voided: r.Struck, Corrects: r.Corrects, Machine: r.Machine, Kind: string(r.Kind),
		Source: r.Source,
	}
}

// severity is a level within a sentence that names severity itself.
func (w wordsOf) severity(level int) string {
	if w.e.Kind == incident.KindSeverity && level > 0 {
		return fmt.Sprint(level)
	}
	return w.p.t(fmt.Sprintf("severity.%d", level))
}
