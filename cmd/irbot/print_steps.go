package main

import (
	"bytes"
	"context"
	"fmt"
	"html/template"
	"io"
	"slices"
	"strings"
	"time"

	"irbot/internal/chat"
	"irbot/internal/config"
	"irbot/internal/incident"
	"irbot/internal/pdf"
	"irbot/internal/runbook"
	"irbot/internal/tally"
)

// blankRows is how many empty lines a printed form has.
const blankRows = 14

// paper is where a checklist goes.
type paper struct{ out, format string }

// speaking is the same program in the language of a text: a sheet is read at the
// gate, by others than the one who prints it.
func (c *cli) speaking(language string) *cli {
	other := *c
	other.lang = chat.JA
	if language == "en" {
		other.lang = chat.EN
	}
	return &other
}

// called names the file where nobody did.
func (p paper) called(name string) paper {
	if p.out == "" {
		p.out = name + "." + p.format
	}
	return p
}

// printed is a checklist as its page sees it.
type printed struct {
	pdf.ChecklistDoc
	Lang, Site, Phone, Made string
	Empty                   []int // one for every empty row
}

// paper completes a checklist with what is the same on all of them and writes it.
func (c *cli) paper(cfg *config.Config, p paper, d pdf.ChecklistDoc) error {
	now := time.Now()
	made := chat.Stamp(now, cfg.Site.Zone, c.lang)
	d.Heads = [6]string{"No", c.say("済", "Done"), c.say("手順", "Step"), c.say("時刻", "Time"), c.say("氏名", "Name"), c.say("見えた状態・値", "What was seen")}
	if len(d.Runs) > 0 {
		d.More = []string{c.say("手書きの続き", "Going on by hand"), c.say("時刻", "Time"), c.say("発信 > 受信", "From > to"), c.say("内容", "What"), c.say("結果", "Result"), c.say("記入者", "By")}
	}
	d.Rows, d.English, d.TLP, d.At = blankRows, c.lang == chat.EN, "AMBER", now
	d.Head = c.say(cfg.Site.Name, cfg.Site.NameEN) + "  " + c.say("当直", "Duty") + " " + cfg.Site.DutyPhone
	foot := d.Foot
	d.Foot += "  " + c.say("印刷", "Printed") + " " + made
	write := func(w io.Writer) error { return pdf.Checklist(w, d) }
	if p.format != "pdf" {
		d.Foot = foot
		write = func(w io.Writer) error {
			return drawSheet(w, "checklist.html", printed{ChecklistDoc: d, Lang: string(c.lang), Site: c.say(cfg.Site.Name, cfg.Site.NameEN), Phone: c.say("当直", "Duty") + " " + cfg.Site.DutyPhone, Made: c.say("印刷", "Printed") + " " + made, Empty: make([]int, blankRows)})
		}
	}
	return c.writeSheet(p.out, write)
}

// drawSheet fills in one of the pages for paper.
func drawSheet(w io.Writer, name string, data any) error {
	t, err := template.ParseFS(sheets, "print/"+name)
	if err != nil {
		return fmt.Errorf("read sheet %s: %w", name, err)
	}
	if err := t.Execute(w, data); err != nil {
		return fmt.Errorf("draw sheet %s: %w", name, err)
	}
	return nil
}

// writeSheet writes a sheet to a file that is not there yet and says so.
func (c *cli) writeSheet(out string, write func(io.Writer) error) error {
	var b bytes.Buffer
	if err := write(&b); err != nil {
		return err
	}
	if err := createWhole(out, func(w io.Writer) error { _, err := w.Write(b.Bytes()); return err }); err != nil {
		return c.there(out, err)
	}
	return c.answer("print", map[string]any{"file": out, "bytes": b.Len()}, func() {
		c.printf("%s  %s  %s\n", c.say("できました", "Done"), out, c.say("開いてA4で印刷してください", "open it and print it on A4"))
	})
}

// ofBook is a runbook as a sheet to be filled in.
func (c *cli) ofBook(b *runbook.Runbook) pdf.ChecklistDoc {
	d := pdf.ChecklistDoc{Title: b.Title, Foot: b.ID + "  SHA-256 " + b.Hash[:16], Blank: []string{c.say("案件", "Incident"), c.say("日付", "Date"), c.say("記入者", "Filled in by")}}
	if b.Version != "" {
		d.Lines = append(d.Lines, c.say("版 ", "Version ")+b.Version)
	}
	if b.Trigger != "" {
		d.Lines = append(d.Lines, c.say("発動条件: ", "Trigger: ")+b.Trigger)
	}
	d.Warn = mustSee(b.Notes)
	var forms []tally.Type
	run := pdf.ChecklistRun{}
	for i := range b.Phases {
		p := &b.Phases[i]
		out := c.phaseHead(p)
		for j := range p.Steps {
			st := &p.Steps[j]
			for _, w := range st.Forms {
				forms = withForm(forms, w)
			}
			out.Steps = append(out.Steps, pdf.ChecklistStep{No: st.Key, Title: st.Title, Lines: c.stepLines(st, c.joined(st.Owner))})
		}
		run.Phases = append(run.Phases, out)
	}
	d.Runs, d.Forms = []pdf.ChecklistRun{run}, c.blankForms(forms)
	return d
}

// phaseHead is what stands over the steps of a phase.
func (c *cli) phaseHead(p *runbook.Phase) pdf.ChecklistPhase {
	out := pdf.ChecklistPhase{Title: fmt.Sprintf("%d. %s", p.No, p.Title)}
	if p.Window != nil {
		out.Title += " (" + p.Window.Written + ")"
	}
	add := func(label, value string) {
		if value != "" {
			out.Lines = append(out.Lines, label+": "+value)
		}
	}
	if p.Parallel {
		out.Lines = append(out.Lines, c.say("前の段階と並行", "In parallel with the phase before"))
	}
	if p.Due != nil {
		add(c.say("目標", "Limit"), p.Due.Written)
	}
	add(c.say("目的", "Purpose"), p.Purpose)
	add(c.say("通知", "Notify"), c.notified(p.Notify))
	for _, t := range p.Timers {
		add(c.say("くり返し", "Repeat"), t.Written)
	}
	if p.Escalate != nil {
		add(c.say("上申", "Escalate"), p.Escalate.Written)
	}
	out.Lines = append(out.Lines, c.forbidden(p.Notes)...)
	return out
}

// forbidden are the notes of a phase that must not be missed; a prohibition
// begins with its word, which its label had.
func (c *cli) forbidden(notes []runbook.Note) []string {
	var out []string
	for _, n := range notes {
		for _, text := range mustSee([]runbook.Note{n}) {
			if word := c.say("禁止", "Do not"); n.Kind == "prohibition" && !strings.HasPrefix(text, word) {
				text = word + ": " + text
			}
			out = append(out, text)
		}
	}
	return out
}

// stepLines are what a person at the step must know, without looking anywhere
// else: there is nothing else to look at.
func (c *cli) stepLines(st *runbook.Step, owner string) []pdf.ChecklistLine {
	var out []pdf.ChecklistLine
	add := func(label, value string) {
		if value != "" {
			out = append(out, pdf.ChecklistLine{Text: label + ": " + value})
		}
	}
	if st.Optional {
		out = append(out, pdf.ChecklistLine{Text: c.say("任意", "Optional")})
	}
	if st.Parallel {
		out = append(out, pdf.ChecklistLine{Text: c.say("後の手順と並行", "Beside the steps that follow")})
	}
	add(c.say("条件", "Condition"), st.Condition)
	add(c.say("担当", "Owner"), owner)
	if st.Due != nil {
		add(c.say("目標", "Limit"), st.Due.Written)
	}
	add(c.say("承認", "Approval"), c.joined(st.Approver))
	add(c.say("完了の条件", "Done when"), st.DoneWhen)
	add(c.say("証跡", "Evidence"), c.joined(st.Evidence))
	for _, f := range st.Forbidden {
		out = append(out, pdf.ChecklistLine{Text: c.say("禁止: ", "Do not: ") + f, Bold: true})
	}
	if st.TwoPerson {
		out = append(out, pdf.ChecklistLine{Text: c.say("2人で確認する", "Two people confirm"), Bold: true})
	}
	add(c.say("通知", "Notify"), c.notified(st.Notify))
	if st.Escalate != nil {
		add(c.say("上申", "Escalate"), st.Escalate.Written)
	}
	for _, t := range st.Timers {
		add(c.say("くり返し", "Repeat"), t.Written)
	}
	for _, s := range mustSee(st.Notes) {
		out = append(out, pdf.ChecklistLine{Text: s, Bold: true})
	}
	if st.Decision == nil {
		out = append(out, subLines(st.SubSteps, "")...)
	}
	for _, cmd := range st.Commands {
		out = append(out, pdf.ChecklistLine{Text: strings.TrimSpace(cmd.Text)})
	}
	if st.Decision != nil {
		for _, br := range st.Decision.Branches {
			out = append(out, pdf.ChecklistLine{Text: strings.TrimSuffix(br.Label+": "+br.Text, ": "), Tick: true})
			out = append(out, subLines(br.Subs, "- ")...)
		}
	}
	for _, l := range st.Links {
		if l.Runbook {
			add(c.say("別の手順書", "Another runbook"), strings.TrimSpace(l.Text+" ("+l.URL+")"))
		}
	}
	if st.Next != nil {
		add(c.say("次", "Next"), st.Next.Written)
	}
	return out
}

// subLines are the parts of a step or of an answer, each to be ticked.
func subLines(subs []runbook.SubStep, lead string) []pdf.ChecklistLine {
	var out []pdf.ChecklistLine
	for _, sub := range subs {
		out = append(append(out, pdf.ChecklistLine{Text: lead + sub.Title, Tick: true}), subLines(sub.Subs, lead+"- ")...)
	}
	return out
}

// joined puts words behind each other.
func (c *cli) joined(words []string) string { return strings.Join(words, c.say("、", ", ")) }

func (c *cli) notified(points []runbook.NotifyPoint) string {
	var out []string
	for _, n := range points {
		if n.Channel != "" {
			n.To += " (" + n.Channel + ")"
		}
		out = append(out, n.To)
	}
	return c.joined(out)
}

// mustSee are the notes that must not be missed, without the mark of an alert
// block ([!WARNING]).
func mustSee(notes []runbook.Note) []string {
	var out []string
	for _, n := range notes {
		if n.Kind != "warning" && n.Kind != "prohibition" {
			continue
		}
		text := n.Text
		if rest, ok := strings.CutPrefix(text, "[!"); ok {
			if _, after, ok := strings.Cut(rest, "]"); ok {
				text = strings.TrimSpace(after)
			}
		}
		out = append(out, text)
	}
	return out
}

func withForm(list []tally.Type, word string) []tally.Type {
	ty, ok := tally.Find(word)
	if !ok || slices.ContainsFunc(list, func(x tally.Type) bool { return x.ID == ty.ID }) {
		return list
	}
	return append(list, ty)
}

// blankForms are the empty forms behind a checklist.
func (c *cli) blankForms(types []tally.Type) []pdf.ChecklistForm {
	var out []pdf.ChecklistForm
	for _, ty := range types {
		f := pdf.ChecklistForm{
			Title: ty.Name(string(c.lang)), Heads: []string{c.say("時刻", "Time")}, Parts: []float64{13},
			How: c.say("紙の番号は続き番号で。* は必ず書く。書いたら入力担当へ渡す。", "Number the sheets in a row. * must be filled in. Hand the sheet to the entry desk."),
		}
		for _, fd := range ty.Fields {
			head := fd.Name(string(c.lang))
			if fd.Required {
				head += "*"
			}
			var choices []string
			for _, x := range fd.Choices {
				choices = append(choices, x.Name(string(c.lang)))
			}
			if len(choices) > 0 {
				head += "\n" + strings.Join(choices, "/")
			}
			f.Heads, f.Parts = append(f.Heads, head), append(f.Parts, partOf(fd.Kind))
		}
		f.Heads, f.Parts = append(f.Heads, c.say("記入者", "By")), append(f.Parts, 15)
		out = append(out, f)
	}
	return out
}

// partOf is how much of the width a field gets: about a millimetre of A4 each on
// the widest form, so that a container number can be written with gloves on.
func partOf(k tally.Kind) float64 {
	switch k {
	case tally.KindContainer:
		return 34
	case tally.KindTruck:
		return 27
	case tally.KindSeal, tally.KindSlot, tally.KindBerth, tally.KindName, tally.KindText:
		return 18
	case tally.KindCode, tally.KindMass:
		return 15
	case tally.KindClass, tally.KindUN, tally.KindTemp, tally.KindCount, tally.KindChoice:
	}
	return 12
}

// printForm makes a blank form.
func (c *cli) printForm(ty tally.Type, p paper) error {
	cfg, err := c.loadOrSample()
	if err != nil {
		return err
	}
	d := pdf.ChecklistDoc{Title: ty.Name(string(c.lang)), Foot: ty.ID, Forms: c.blankForms([]tally.Type{ty})}
	return c.paper(cfg, p.called("form-"+ty.ID), d)
}

// printRuns prints the checklists of an incident as far as they are, to go on
// by hand when power or network are going.
func (c *cli) printRuns(ctx context.Context, id string, p paper) error {
	at, err := c.open(ctx, id)
	if err != nil {
		return err
	}
	defer at.shut()
	v := at.view
	d := pdf.ChecklistDoc{Title: c.words.T(c.lang, "inc.head.real", "incident", v.S.ID, "title", v.Title()), Foot: fmt.Sprintf("%s #%d", v.S.ID, v.S.Seq), Drill: v.S.Drill}
	if v.S.Drill { // the renderer says so itself
		d.Title = v.S.ID + " " + v.Title()
	}
	d.Lines = []string{c.say("手順（続きを手で書く用紙）", "Checklists, to go on by hand")}
	for _, x := range v.S.Cautions {
		if x.Lifted.IsZero() {
			d.Warn = append(d.Warn, c.say("継続注意: ", "Caution: ")+v.Text(x.Seq)["text"])
		}
	}
	var forms []tally.Type
	for _, r := range v.S.Runs {
		d.Runs = append(d.Runs, c.printedRun(v, r))
		for _, st := range r.Steps {
			for _, w := range st.Rows {
				forms = withForm(forms, w)
			}
		}
	}
	d.Forms = c.blankForms(forms)
	return c.paper(at.cfg, p.called(v.S.ID+"_steps"), d)
}

func (c *cli) printedRun(v *incident.View, r *incident.Run) pdf.ChecklistRun {
	out := pdf.ChecklistRun{Title: strings.TrimSpace(v.RunTitle(r.ID) + " " + v.Text(r.Seq)["version"])}
	for i := range r.Phases {
		p := pdf.ChecklistPhase{Title: fmt.Sprintf("%d. %s", r.Phases[i].No, v.PhaseTitle(r.ID, r.Phases[i].No))}
		if src := v.Book(r.ID).Phase(r.Phases[i].No); src != nil {
			p = c.phaseHead(src)
		}
		for _, st := range r.Steps {
			if st.Phase == r.Phases[i].No {
				p.Steps = append(p.Steps, c.printedStep(v, st))
			}
		}
		out.Phases = append(out.Phases, p)
	}
	return out
}

// here is a step as its incident has it: jumps name the number that their step
// has on this sheet, and what an answer adds stands there as steps of its own.
func (c *cli) here(v *incident.View, st *incident.Step, src runbook.Step) *runbook.Step {
	if src.Decision != nil {
		d := *src.Decision
		d.Branches = slices.Clone(d.Branches)
		for i := range d.Branches {
			d.Branches[i].Text = chat.Drawer{Words: c.words, Lang: c.lang}.AnswerNote(v, st, i, d.Branches[i].Text)
			d.Branches[i].Subs = nil
		}
		src.Decision = &d
	}
	if src.Next != nil && st.Next != nil {
		if n := v.S.LeadsTo(st, st.Next.To); n > 0 {
			next := *src.Next
			next.Written = fmt.Sprintf("No %d  %s", n, v.StepTitle(v.S.FindStep(fmt.Sprint(n))))
			src.Next = &next
		}
	}
	return &src
}

func (c *cli) printedStep(v *incident.View, st *incident.Step) pdf.ChecklistStep {
	x := pdf.ChecklistStep{No: fmt.Sprint(st.N), Title: v.StepTitle(st)}
	if src := v.Source(st); src != nil {
		x.Lines = c.stepLines(c.here(v, st, *src), c.joined(v.Asked(st, string(c.lang))))
	}
	if st.Closed() {
		text := v.Text(st.CloseSeq)
		x.Box = c.words.T(c.lang, "step.state."+string(st.State))
		x.Time, x.Name = chat.Near(st.ClosedAt, v.Now, v.Site.Zone), v.Person(st.By, string(c.lang))
		x.Value = strings.TrimSpace(text["value"] + " " + text["choice"] + " " + text["reason"])
	} else if !st.Due.IsZero() {
		x.Lines = append(x.Lines, pdf.ChecklistLine{Text: c.say("目標の時刻: ", "Due: ") + chat.Stamp(st.Due, v.Site.Zone, c.lang), Bold: true})
	}
	return x
}
