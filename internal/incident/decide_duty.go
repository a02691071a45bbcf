package incident

import (
	"time"

	"irbot/internal/calendar"
	"irbot/internal/report"
	"irbot/internal/timeline"
)

// startDuties starts every clock of this operator: the duties of the rule files
// that are in force on the day, whose rules are pinned with them, and then the
// operator's own.
func (c *call) startDuties(ch *Change, detected time.Time) {
	moments := func(m string) time.Time {
		switch m {
		case report.Declared:
			return c.now
		case report.Detected:
			return detected
		}
		return c.s.Moment(m)
	}
	on := calendar.DateOf(c.now, c.site.Zone)
	var rules report.Book
	if c.site.Rules != nil {
		rules = c.site.Rules()
	}
	selected := rules.Select(on)
	begun := map[string]bool{}
	if len(selected) > 0 {
		data, hash := rules.Pin(on)
		ch.Blobs = append(ch.Blobs, Blob{Hash: hash, Data: data})
		ch.Entries = append(ch.Entries, c.machine(KindDutyPinned, dutyFacts{Rules: hash, Attachment: hash, Count: len(selected)}, "name", "duties.yaml"))
		for _, s := range selected {
			begun[s.ID] = true
			ch.Entries = append(ch.Entries, c.startRule(s, hash, moments))
		}
	}
	for _, r := range c.site.Duties {
		if !begun[r.ID] {
			ch.Entries = append(ch.Entries, c.startOwn(r, moments))
		}
	}
}

func (c *call) startRule(s report.Selected, hash string, at func(string) time.Time) timeline.Draft {
	p := s.Plan
	f := dutyFacts{
		Duty: s.ID, Dest: s.To, From: s.Start, Plan: &p, Level: string(s.Level), Owner: s.Owner, MetBy: s.MetBy,
		Version: s.From.String(), Rules: hash, InsteadOf: s.InsteadOf, Check: s.Check, Guide: s.Deadline.Guide(),
	}
	if s.Own != nil {
		f.Quiet = s.Own.Quiet
	}
	f.count(p, at)
	kv := []string{
		"name", s.Title, "name_en", s.TitleEN, "dest_name", s.ToName, "dest_name_en", s.ToNameEN,
		"basis", s.Source, "basis_en", s.SourceEN, "checked", s.Checked.String(), "confidence", s.Confidence,
		"check_if", s.CheckIf, "check_if_en", s.CheckIfEN, "proof", s.Proof, "proof_en", s.ProofEN, "note", s.Note, "note_en", s.NoteEN,
	}
	if o := s.Own; o != nil {
		kv = append(kv, "own", o.Basis, "own_en", o.BasisEN, "own_checked", o.Checked.String())
	}
	return c.machine(KindDutyStarted, f, kv...)
}

// startOwn starts a clock that only the operator's own target makes.
func (c *call) startOwn(r DutyRule, at func(string) time.Time) timeline.Draft {
	p := report.Plan{Start: r.From, TargetFrom: r.From, TargetS: int64(r.Within / time.Second)}
	f := dutyFacts{Duty: r.ID, Dest: r.Dest, From: r.From, Plan: &p, Level: string(report.Own), MetBy: report.ByNotice, Quiet: r.Quiet}
	f.count(p, at)
	return c.machine(KindDutyStarted, f, "name", r.Name, "name_en", r.NameEN, "basis", r.Basis, "basis_en", r.BasisEN, "checked", dateOf(r.Checked))
}

func dateOf(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format("2006-01-02")
}

// warnDuty records that so much of the time is gone, once for all warnings that
// are over, and pages the owner when a quarter is left.
func (c *call) warnDuty(id string) Change {
	d := c.s.Duty(id)
	percent := 0
	for _, w := range d.Warns {
		if !w.At.After(c.now) {
			percent = w.Percent
		}
	}
	ch := one(c.machine(KindDutyWarned, dutyFacts{Duty: id, Percent: percent}))
	if percent >= report.QuarterLeft && d.Due.After(c.now) { // when it is over, that alarm pages
		ch.Entries = append(ch.Entries, c.climbDuty(d)...)
	}
	return ch
}

// dutyPassed records that a deadline is over and pages again, unless the ladder
// of the last quarter is still being climbed.
func (c *call) dutyPassed(id string, late int64) Change {
	ch := one(c.machine(KindDutyPassed, dutyFacts{Duty: id, Late: late}))
	if d := c.s.Duty(id); d.Plan != nil && !d.Quiet {
		ch.Entries = append(ch.Entries, c.climbDuty(d)...)
	}
	return ch
}

// dutyWait is how long each level of a clock's ladder has to answer.
const dutyWait = 10 * time.Minute

// climbDuty pages the owner of a clock, then who is in command, then the CISO
// and the deputy. Nobody is paged while an earlier ladder for it is climbed.
func (c *call) climbDuty(d *Duty) []timeline.Draft {
	for _, esc := range c.s.Escalations {
		if esc.Reason == "duty" && esc.Ref == d.ID && esc.Ended == "" {
			return nil
		}
	}
	f := escFacts{Policy: "duty", Reason: "duty", Ref: d.ID, Rounds: escalationRounds}
	for _, role := range appendOnce(appendOnce([]string{d.Owner}, "lead"), "ciso") {
		if _, known := c.site.Directory.Role(role); known {
			f.Levels = append(f.Levels, LevelFacts{WaitS: int64(dutyWait / time.Second), To: []string{"role:" + role, "deputy:" + role}})
		}
	}
	if len(f.Levels) == 0 {
		return nil
	}
	return c.climbFrom(f, c.dutyName(d))
}
