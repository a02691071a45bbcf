package incident

import (
	"cmp"
	"fmt"
	"regexp"
	"time"

	"irbot/internal/calendar"
	"irbot/internal/directory"
	"irbot/internal/report"
)

// Unknown is what stands where a fact is not known; it is never left blank and
// never invented (DOMAIN part c).
const Unknown = report.UnknownWords

var variable = regexp.MustCompile(`\{\{\s*([^{}]+?)\s*\}\}`)

// letter is the wording of a notice before it is bound.
type letter struct {
	subject, body string
	snapshot      string // the rows of the form, frozen; "" where no form was used
	files         []Attached
	means         []string
}

// fill writes subject and body of a notice: from a wording of a runbook in the
// incident, a form, or the built-in first report. It sets in f what the record
// must know of it.
func (c *call) fill(d directory.Destination, f *noticeFacts, allowed map[string]bool) letter {
	if form, ok := c.site.Forms.Form(f.Form); ok {
		return c.fillForm(form, d, f, allowed)
	}
	title, _ := c.openTitle(f, allowed)
	l := letter{subject: fmt.Sprintf("【%s】%s（%s）", reportNo(f.No), title, c.site.Name)}
	if d.Kind == directory.KindExpert {
		l.subject = fmt.Sprintf("【相談】%s（%s）", title, c.site.Name)
	}
	l.body = c.wording(f.Template)
	if l.body == "" {
		l.body = builtIn
		if d.Kind == directory.KindExpert {
			l.body = builtInExpert
		}
	}
	vars := c.variables(f, allowed)
	vars["宛先"] = d.Name
	l.body = Clean(filledIn(l.body, vars))
	return l
}

// fillForm writes a report of a form and freezes what it was made from.
func (c *call) fillForm(form *report.Form, d directory.Destination, f *noticeFacts, allowed map[string]bool) letter {
	x := c.sight()
	facts := x.facts()
	name := form.Issue(f.Report, f.No, "ja")
	kind := report.Fact{Field: KindField, Value: form.JA + " " + name, Conf: report.Confirmed, TLP: "CLEAR", Derived: true}
	if last := c.s.lastSent(d.ID, form.ID, f.Notice); last != nil {
		kind.Value += fmt.Sprintf("（%s %s に続く）", form.Issue(last.Report, last.No, "ja"), x.longTime(last.Done))
	}
	facts[KindField] = kind
	title, held := c.openTitle(f, allowed)
	doc := form.Fill(report.Input{
		Kind: f.Report, Facts: facts, Ceiling: f.TLP, Allowed: allowed,
		When: func(t time.Time) string { return t.In(c.site.Zone).Format("1月2日 15:04") },
		Vars: map[string]string{
			"dest": d.Name, "report": name, "date": calendar.DateOf(c.now, c.site.Zone).Era(), "incident": c.s.ID,
			"title": title, "site": c.site.Name, "phone": c.site.Phone, "next": x.nextWords(),
		},
	})
	f.Forms, f.Head, f.Promise = form.Hash, c.s.Seq, us(c.s.Cadence.Next)
	f.Held, f.Over = fieldsOf(doc.Held()), fieldsOf(doc.Over())
	if held && form.Names("title") {
		f.Held = appendOnce(f.Held, titleField)
	}
	return letter{subject: Clean(doc.Subject), body: Clean(doc.Text()), snapshot: doc.Snapshot()}
}

// KindField is the one of the twenty fields that says which report it is: each
// report sets it for itself, and nobody states it.
const KindField = "report_kind"

// titleField is the field an incident's title belongs to.
const titleField = "incident_id"

// openTitle is the incident's title as a letter may carry it: where its label
// is above the letter's, the bare number stands for it and held is true.
func (c *call) openTitle(f *noticeFacts, allowed map[string]bool) (title string, held bool) {
	title = c.text(c.s.TitleSeq)["title"]
	fact, ok := c.sight().facts()[titleField]
	if ok && title != "" && !allowed[titleField] && report.Above(fact.TLP, f.TLP) {
		return c.s.ID, true
	}
	return title, false
}

func fieldsOf(lines []report.Line) []string {
	var out []string
	for _, l := range lines {
		out = appendOnce(out, l.Field)
	}
	return out
}

// nextWords is when the next report is promised. A time that has passed is no
// promise: it is not written into a letter.
func (x sight) nextWords() string {
	if !x.s.Cadence.Next.After(x.now) {
		return ""
	}
	return x.longTime(x.s.Cadence.Next)
}

func reportNo(no int) string {
	if no <= 1 {
		return "第一報"
	}
	return fmt.Sprintf("続報%d", no-1)
}

const builtIn = `{{宛先}} 御中

{{報告の区分}}　{{案件番号}}　{{件名}}

1 発生（検知）日時: {{検知時刻}}
2 場所・対象システム: {{場所}}
3 概要: {{概要}}
4 サービスへの影響: {{影響}}
5 拡大の可能性: {{拡大}}
6 対応状況: {{状況}}
7 原因・侵入経路: {{原因}}
8 復旧の見込み: {{復旧見込み}}
9 他機関への連絡状況: {{連絡状況}}
10 次の報告: {{次報時刻}}

{{ターミナル名}}　連絡先 {{連絡先}}`

const builtInExpert = `{{ターミナル名}} です。次の事案について、初動の助言をお願いします。

案件: {{案件番号}} {{件名}}
検知: {{検知時刻}}
影響: {{影響}}
状況: {{状況}}
わかっていること: {{概要}}
わからないこと: 侵入経路、暗号化の範囲、復旧の見込み

折り返しの連絡先 {{連絡先}}`

// variables are the facts known now, as words for the wordings of runbooks.
// What is missing is not in the map; what is labelled above the letter's TLP is
// named as left out.
func (c *call) variables(f *noticeFacts, allowed map[string]bool) map[string]string {
	title, held := c.openTitle(f, allowed)
	first := c.text(max(c.s.ReportSeq, 1))
	declared := c.text(c.s.DeclareSeq)
	x := c.sight()
	v := map[string]string{
		"件名": title, "incident.title": title, "案件番号": c.s.ID, "incident.id": c.s.ID,
		"報告の区分": reportNo(f.No), "ターミナル名": c.site.Name, "連絡先": c.site.Phone,
		"場所": cmp.Or(first["place"], declared["place"]), "概要": cmp.Or(declared["words"], first["words"], c.text(c.s.TitleSeq)["title"]),
		"影響": x.impact(), "状況": x.situation(), "連絡状況": x.contacts(), "次報時刻": x.nextWords(),
	}
	if at := c.s.Times.Occurred; !at.IsZero() {
		v["発生時刻"] = x.longTime(at)
	} // else it is not known: when somebody noticed is not when it happened
	if at := c.s.Times.Detected; !at.IsZero() {
		v["検知時刻"] = x.longTime(at)
	}
	if at := c.s.Times.Declared; !at.IsZero() {
		v["宣言時刻"] = x.longTime(at)
	}
	if words := x.etaWords(); words != "" {
		v["復旧見込み"] = words
	}
	if held {
		f.Held = appendOnce(f.Held, titleField)
	}
	facts := x.facts()
	for word, field := range factWords() {
		fact, ok := facts[field]
		if !ok {
			continue
		}
		if fact.Seq > 0 && field != "times" { // somebody said it: that counts
			v[word] = ""
			if fact.Known() {
				v[word] = fact.Value
				if fact.Conf == report.Estimated {
					v[word] += "（推定）"
				}
			}
		}
		if v[word] != "" && report.Above(fact.TLP, f.TLP) && !allowed[field] {
			v[word] = report.HeldWords
			f.Held = appendOnce(f.Held, field)
		}
	}
	return v
}

// factWords are the words of runbooks that stand for one of the twenty fields.
func factWords() map[string]string {
	return map[string]string{
		"場所": "place_systems", "概要": "summary", "影響": "service_impact", "状況": "response", "連絡状況": "contacts_made",
		"原因": "cause_class", "拡大": "spread", "復旧見込み": "eta", "数値": "operational_numbers", "個人データ": "personal_data",
		"発生時刻": "times", "検知時刻": "times", "宣言時刻": "times",
	}
}
