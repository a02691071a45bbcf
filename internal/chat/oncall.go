package chat

import (
	"regexp"
	"strings"
	"time"

	"irbot/internal/escalation"
	"irbot/internal/incident"
)

// rosterWords is what the sentences about the duty roster need of the facts.
type rosterWords struct {
	Roster string `json:"roster"`
	Agreed string `json:"agreed"`
	Taker  string `json:"taker"`
	FromUS number `json:"from_us"`
	Until  number `json:"until_us"`
}

var (
	reSwap   = regexp.MustCompile(`\s*(?:⇄|⇔|↔|<->|<>|><|と入れ替え|と)\s*`)
	reSpan   = regexp.MustCompile(`\s*(?:〜|～|~|から|->|→)\s*`)
	reChange = regexp.MustCompile(`^(?i:[oh]\d{1,6})$`)
)

// duty reads what follows 当番: put a person for a time, swap two duties, agree,
// refuse, take back, offer, accept; nothing shows who is on duty.
func (p *parser) duty() {
	p.sub("swap 入替 入れ替え 入れ替える 入替え", "put 代わる 引受 引き受ける 入る take", "agree 同意 承知 yes", "refuse 辞退 断る no", "cancel 取消 取り消し", "offer 引継ぎ 引き継ぎ 交代", "accept 受ける 受領")
	switch p.cmd.Sub {
	case "agree", "refuse", "cancel", "accept":
		if word, _ := p.peek(); reChange.MatchString(fold(word)) {
			p.cmd.Target = fold(p.next())
		}
		p.cmd.Reason = p.text()
	case "swap":
		p.cmd.Text = p.text()
	case "put", "offer":
		if word, _ := p.peek(); strings.HasPrefix(word, "@") || strings.HasPrefix(word, "<@") {
			p.person()
		}
		p.cmd.Text = p.text()
	}
}

// Duty makes the rule's command of a typed one about the roster; nil where it
// only asks to see it. ok is false where a time or a name is missing: the
// grammar is shown then.
func Duty(c Command, v *incident.View) (cmd incident.Command, ok bool) {
	switch c.Sub {
	case "agree":
		return incident.AgreeDuty{ID: c.Target}, c.Target != ""
	case "refuse":
		return incident.AgreeDuty{ID: c.Target, No: true, Reason: c.Reason}, c.Target != ""
	case "cancel":
		return incident.CancelDuty{ID: c.Target, Reason: c.Reason}, c.Target != ""
	case "accept":
		return incident.AcceptDuty{ID: c.Target}, c.Target != ""
	case "offer":
		roster, rest := rosterOf(c.Text, v.Site.Rosters)
		return incident.OfferDuty{Roster: roster, To: c.Person, Words: rest}, c.Person != "" && roster != ""
	case "put":
		return put(c, v)
	case "swap":
		return swap(c, v)
	}
	return nil, true
}

func put(c Command, v *incident.View) (incident.Command, bool) {
	roster, rest := rosterOf(c.Text, v.Site.Rosters)
	loc := reSpan.FindStringIndex(rest)
	if loc == nil || roster == "" {
		return nil, false
	}
	x := incident.PutDuty{Roster: roster, Person: c.Person}
	var err error
	if x.From, err = ParseDeadline(strings.TrimSpace(rest[:loc[0]]), v.Now, v.Site.Zone); err != nil {
		return nil, false
	}
	until, reason, ok := timeThenWords(rest[loc[1]:], x.From, v.Site.Zone)
	x.Until, x.Reason = until, reason
	return x, ok
}

// swap reads a moment of one's own duty and one of the other's.
func swap(c Command, v *incident.View) (incident.Command, bool) {
	roster, rest := rosterOf(c.Text, v.Site.Rosters)
	loc := reSwap.FindStringIndex(rest)
	if loc == nil {
		loc = reSpan.FindStringIndex(rest)
	}
	if loc == nil || roster == "" {
		return nil, false
	}
	x := incident.SwapDuty{Roster: roster}
	var err error
	if x.Mine, err = ParseDeadline(strings.TrimSpace(rest[:loc[0]]), v.Now, v.Site.Zone); err != nil {
		return nil, false
	}
	var ok bool
	x.Theirs, x.Reason, ok = timeThenWords(rest[loc[1]:], v.Now, v.Site.Zone)
	return x, ok
}

// timeThenWords reads a time of one or two words off the front.
func timeThenWords(text string, now time.Time, zone *time.Location) (at time.Time, rest string, ok bool) {
	words := strings.Fields(text)
	for n := min(2, len(words)); n > 0; n-- {
		if t, err := ParseDeadline(strings.Join(words[:n], " "), now, zone); err == nil {
			return t, strings.Join(words[n:], " "), true
		}
	}
	return time.Time{}, "", false
}

// rosterOf takes the name of a roster off the front; the first roster is meant
// where none is named.
func rosterOf(text string, list escalation.Rosters) (id, rest string) {
	words, ends := fields(text, 1)
	for _, r := range list {
		if len(words) > 0 && (fold(words[0]) == fold(r.ID) || fold(words[0]) == fold(r.Name)) {
			return r.ID, strings.TrimSpace(text[ends[0]:])
		}
	}
	if len(list) == 0 {
		return "", text
	}
	return list[0].ID, text
}

// dutyDays is how far ahead gaps are told.
const dutyDays = 30

// DutyCard shows who is on duty now and next, what waits for an answer, and
// when nobody is on duty in the next thirty days. v is of the standing log.
func (d Drawer) DutyCard(v *incident.View) Card {
	p := d.pen(v)
	c := Card{Key: "duty", Head: p.t("duty.title"), Fallback: p.t("duty.title")}
	rosters := v.Site.RostersNow()
	for _, r := range rosters {
		c.Fields = append(c.Fields, Field{Label: p.rosterName(r), Value: p.dutyLine(r)})
	}
	b := Block{Kind: List, Text: p.t("duty.waiting")}
	for _, x := range v.S.Standing.Changes {
		if who := x.Waiting(); len(who) > 0 {
			b.Items = append(b.Items, p.t("duty.waits", "id", x.ID, "who", p.people(who)))
		}
	}
	if len(b.Items) > 0 {
		c.Body = append(c.Body, b)
	}
	if gaps := rosters.Gaps(v.Now, v.Now.AddDate(0, 0, dutyDays)); len(gaps) > 0 {
		g := Block{Kind: Warn, Text: p.t("duty.gap", "n", len(gaps), "from", Stamp(gaps[0].From, p.zone, p.Lang), "until", Stamp(gaps[0].Until, p.zone, p.Lang))}
		c.Tone, c.Body = ToneBlocked, append(c.Body, g)
	}
	c.Footer = p.t("duty.how") + " / " + p.t("duty.swap.how")
	return c
}

func (p *pen) rosterName(r escalation.Roster) string {
	if p.Lang == EN && r.NameEN != "" {
		return r.NameEN
	}
	return r.Name
}

// dutyLine is who holds a roster, until when, and who is next.
func (p *pen) dutyLine(r escalation.Roster) string {
	plan := r.Plan(p.v.Now, p.v.Now.AddDate(0, 0, dutyDays))
	if len(plan) == 0 {
		return p.t("label.nobody")
	}
	line := p.dutyPeople(plan[0].People)
	if len(plan) > 1 {
		line = p.t("duty.now", "who", line, "until", Near(plan[0].Until, p.v.Now, p.zone), "next", p.dutyPeople(plan[1].People))
	}
	return line
}

func (p *pen) dutyPeople(ids []string) string {
	if len(ids) == 0 {
		return p.t("duty.nobody")
	}
	return p.people(ids)
}

// roster puts an entry about the duty roster into words.
func (w wordsOf) roster() {
	p, f := w.p, w.f
	name := OneLine(w.words["roster_name"])
	if name == "" {
		name = f.Roster
	}
	variant := ""
	if w.e.Kind == incident.KindRosterAsked && f.Agreed == "told" {
		variant = "told"
	}
	day := func(t time.Time) string { return Stamp(t, p.zone, p.Lang) }
	w.say(variant, "id", f.ID, "roster", name, "who", p.person(f.Taker), "from", day(f.FromUS.time()), "until", day(f.Until.time()))
	w.result("tl.value", strings.ReplaceAll(w.words["parts"], "\n", " / "))
	w.result("tl.value", w.words["file"])
	w.result("tl.value", w.words["agreed"])
	w.result("tl.value", w.words["text"])
	w.result("tl.reason", w.words["reason"])
}

// contacts puts an entry about the directory into words.
func (w wordsOf) contacts() {
	p, id := w.p, w.f.Contact
	name := id
	if x, ok := p.v.Site.Directory.Person(id); ok {
		name = p.person(x.ID)
	} else if _, ok := p.v.Site.Directory.Destination(id); ok {
		name = p.dest(id)
	}
	w.say("", "contact", name, "n", w.f.Changes, "file", OneLine(w.words["backup"]))
	for _, key := range []string{"added", "changed", "gone"} {
		w.result("ent.directory."+key+".who", w.words[key])
	}
}
