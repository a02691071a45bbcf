package report

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"irbot/internal/calendar"
	"irbot/internal/problem"
	"irbot/internal/strictyaml"
)

// The shape of a file of duties. Dates are text here so that a wrong one can be
// reported with its line.
type (
	ruleFile struct {
		Duties []fileDuty `yaml:"duties"`
	}
	fileDuty struct {
		ID         string       `yaml:"id"`
		Title      string       `yaml:"title"`
		TitleEN    string       `yaml:"title_en"`
		To         string       `yaml:"to"`
		ToName     string       `yaml:"to_name"`
		ToNameEN   string       `yaml:"to_name_en"`
		Level      string       `yaml:"level"`
		When       []string     `yaml:"when"`
		Check      bool         `yaml:"check"`
		CheckIf    string       `yaml:"check_if"`
		CheckIfEN  string       `yaml:"check_if_en"`
		InsteadOf  string       `yaml:"instead_of"`
		Start      string       `yaml:"start"`
		Deadline   fileDeadline `yaml:"deadline"`
		Warn       []int        `yaml:"warn"`
		Owner      string       `yaml:"owner"`
		MetBy      string       `yaml:"met_by"`
		Proof      string       `yaml:"proof"`
		ProofEN    string       `yaml:"proof_en"`
		Source     string       `yaml:"source"`
		SourceEN   string       `yaml:"source_en"`
		From       string       `yaml:"in_force_from"`
		Until      string       `yaml:"in_force_until"`
		Pending    bool         `yaml:"pending"`
		Checked    string       `yaml:"checked"`
		Confidence string       `yaml:"confidence"`
		Note       string       `yaml:"note"`
		NoteEN     string       `yaml:"note_en"`
	}
	fileDeadline struct {
		Promptly     bool   `yaml:"promptly"`
		Hours        int    `yaml:"hours"`
		Days         int    `yaml:"days"`
		DaysTo       int    `yaml:"days_to"`
		BusinessDays int    `yaml:"business_days"`
		Months       int    `yaml:"months"`
		Calendar     string `yaml:"calendar"`
		First        string `yaml:"first_day"`
		Roll         bool   `yaml:"roll_forward"`
		Zone         string `yaml:"zone"`
	}
)

// KnownSite is what a rule may name besides what stands in the files. Nil lists
// are not checked.
type KnownSite struct {
	Destinations []string
	Roles        []string
	Flags        []string      // beyond Flags()
	Today        calendar.Date // to tell rules nobody has looked at for a year; zero: not told
}

// ReadRules reads files of duties and checks them together: every date, moment,
// destination and source, and that the versions of one duty do not overlap. A
// rule with a mistake is left out; the problems say file, line and remedy.
func ReadRules(files []RuleFile, known KnownSite) ([]Rule, []problem.Problem) {
	var rules []Rule
	var problems []problem.Problem
	for _, f := range files {
		doc, bad := strictyaml.Parse(f.Name, f.Data)
		problems = append(problems, bad...)
		if doc == nil {
			continue
		}
		var shape ruleFile
		problems = append(problems, doc.Decode(&shape)...)
		r := &ruleReader{doc: doc, known: known}
		for i, d := range shape.Duties {
			before := len(r.problems)
			rule := r.rule(fmt.Sprintf("duties[%d]", i), d)
			if problem.Err(r.problems[before:]) == nil {
				rules = append(rules, rule)
			}
		}
		problems = append(problems, r.problems...)
	}
	return rules, append(problems, together(rules)...)
}

type ruleReader struct {
	doc      *strictyaml.Doc
	known    KnownSite
	problems []problem.Problem
}

func (r *ruleReader) add(key string, what, why, fix problem.Words) {
	r.problems = append(r.problems, problem.Problem{File: r.doc.File, Line: r.doc.Line(key), Key: key, What: what, Why: why, Fix: fix})
}

func (r *ruleReader) warn(key string, what, why, fix problem.Words) {
	r.add(key, what, why, fix)
	r.problems[len(r.problems)-1].Warning = true
}

func ruleID() *regexp.Regexp { return regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,63}$`) }

func (r *ruleReader) rule(at string, d fileDuty) Rule {
	out := Rule{
		ID: d.ID, Title: d.Title, TitleEN: cmp.Or(d.TitleEN, d.Title), To: d.To, ToName: d.ToName, ToNameEN: cmp.Or(d.ToNameEN, d.ToName),
		Level: Level(d.Level), When: d.When, Check: d.Check, CheckIf: d.CheckIf, CheckIfEN: cmp.Or(d.CheckIfEN, d.CheckIf), InsteadOf: d.InsteadOf,
		Start: d.Start, Warn: d.Warn, Owner: d.Owner, MetBy: cmp.Or(d.MetBy, ByHand), Proof: d.Proof, ProofEN: cmp.Or(d.ProofEN, d.Proof),
		Source: d.Source, SourceEN: cmp.Or(d.SourceEN, d.Source), Pending: d.Pending, Confidence: d.Confidence,
		Note: d.Note, NoteEN: cmp.Or(d.NoteEN, d.Note), File: r.doc.File, Line: r.doc.Line(at),
	}
	if !ruleID().MatchString(d.ID) {
		r.add(at+".id", problem.Say("ID「%s」は使えません", "the id %q cannot be used", d.ID),
			problem.Say("ID は記録に残る印で、半角の英小文字、数字、- だけです", "ids go into the record: small letters, digits and - only"),
			problem.Say("例: ppc-final", "for example ppc-final"))
	}
	r.text(at+".title", d.Title, problem.Say("期限の名前", "a name of the duty"))
	r.text(at+".source", d.Source, problem.Say("根拠（法令・条文・頁）", "the source (law, article, page)"))
	r.oneOf(at+".level", d.Level, levelNames())
	r.oneOf(at+".met_by", out.MetBy, []string{ByNotice, ByAck, ByHand})
	r.oneOf(at+".confidence", d.Confidence, []string{"V", "V2", "MLIT", "G", "P"})
	if !strings.HasPrefix(d.Start, AfterMet) {
		r.oneOf(at+".start", d.Start, Moments())
	}
	for i, f := range d.When {
		r.oneOf(fmt.Sprintf("%s.when[%d]", at, i), f, slices.Concat(Flags(), r.known.Flags))
	}
	if d.Owner != "" && r.known.Roles != nil {
		r.oneOf(at+".owner", d.Owner, r.known.Roles)
	}
	r.destination(at, d)
	out.Deadline = r.deadline(at+".deadline", d.Deadline)
	r.warnings(at+".warn", d.Warn)
	r.dates(at, d, &out)
	return out
}

func levelNames() []string {
	var out []string
	for _, l := range Levels() {
		out = append(out, string(l))
	}
	return out
}

func (r *ruleReader) text(key, value string, what problem.Words) {
	if strings.TrimSpace(value) != "" {
		return
	}
	r.add(key, problem.Words{JA: what.JA + "がありません", EN: what.EN + " is missing"},
		problem.Say("期限には、何にもとづく誰への報告かを必ず示します", "every clock shows what it rests on and what it is"),
		problem.Say("書いてください。根拠が分からない期限は載せないでください", "write it; a deadline without a known source does not belong here"))
}

func (r *ruleReader) oneOf(key, word string, allowed []string) {
	if slices.Contains(allowed, word) {
		return
	}
	fix := problem.Say("%s のどれかを書いてください", "write one of %s", strings.Join(allowed, ", "))
	if near := problem.Nearest(word, allowed); near != "" && word != "" {
		fix = problem.Say("「%s」のことですか。使えるもの: %s", "did you mean %q? Allowed: %s", near, strings.Join(allowed, ", "))
	}
	r.add(key, problem.Say("「%s」は知らない言葉です", "%q is not known here", word),
		problem.Say("決まった言葉の中から選ぶ項目です", "this item knows a fixed set of words"), fix)
}

func (r *ruleReader) destination(at string, d fileDuty) {
	switch {
	case !ruleID().MatchString(d.To):
		r.add(at+".to", problem.Say("宛先「%s」は ID ではありません", "the destination %q is no id", d.To),
			problem.Say("誰への報告かは連絡先一覧の ID で書きます", "who it is owed to is named by its id in the directory"),
			problem.Say("例: mlit、ppc、police", "for example mlit, ppc, police"))
	case r.known.Destinations != nil && d.ToName == "" && !slices.Contains(r.known.Destinations, d.To):
		fix := problem.Say("連絡先一覧に登録するか、to_name: と to_name_en: に名前を書いてください", "add it to the directory, or write its name under to_name: and to_name_en:")
		if near := problem.Nearest(d.To, r.known.Destinations); near != "" {
			fix = problem.Say("「%s」のことですか。そうでなければ連絡先一覧に登録してください", "did you mean %q? If not, add it to the directory", near)
		}
		r.add(at+".to", problem.Say("宛先「%s」は連絡先一覧にありません", "the destination %q is not in the directory", d.To),
			problem.Say("起案も電話もできません", "nobody could draft to it or phone it"), fix)
	}
}

func (r *ruleReader) deadline(at string, d fileDeadline) Deadline {
	out := Deadline{
		Promptly: d.Promptly, Hours: d.Hours, Days: d.Days, DaysTo: d.DaysTo, BusinessDays: d.BusinessDays, Months: d.Months,
		Calendar: calendar.Base(d.Calendar), First: calendar.FirstDay(d.First), Roll: d.Roll, Zone: d.Zone,
	}
	lengths, worst := 0, 0
	for _, n := range []int{d.Hours, d.Days, d.BusinessDays, d.Months} {
		if n != 0 {
			lengths++
		}
		if n < 0 || n > 3660 {
			worst = n
		}
	}
	if d.Promptly {
		lengths++
	}
	if lengths != 1 || worst != 0 {
		r.add(at, problem.Say("期限の長さが決まりません", "the length of the deadline is not settled"),
			problem.Say("数字のない期限を作らず、数字は一つだけにするためです", "no number is ever invented, and there is only one"),
			problem.Say("数字がなければ promptly: true、あれば hours、days、business_days、months のどれか一つ（1〜3660）", "promptly: true where the source has no number, else exactly one of hours, days, business_days, months (1 to 3660)"))
	}
	byDay := d.Days+d.BusinessDays+d.Months > 0
	if byDay || d.First != "" {
		r.oneOf(at+".first_day", d.First, []string{string(calendar.ExcludeFirst), string(calendar.IncludeFirst), string(calendar.SameDate)})
	}
	if d.BusinessDays > 0 || d.Roll || d.Calendar != "" {
		r.oneOf(at+".calendar", d.Calendar, baseNames())
	}
	if d.DaysTo != 0 && (d.Days == 0 || d.DaysTo <= d.Days) {
		r.add(at+".days_to", problem.Say("days_to は days より大きい日数です", "days_to is a number of days above days"),
			problem.Say("「3〜5日」のような目安の遠い方で、時計は近い方で数えます", "it is the far end of a rough measure; the clock keeps the near one"),
			problem.Say("days: 3 と days_to: 5 のように書いてください", "write days: 3 and days_to: 5"))
	}
	if d.Zone != "" && !zoneForm().MatchString(d.Zone) || d.Zone != "" && Location(d.Zone).String() != d.Zone {
		r.add(at+".zone", problem.Say("時間帯「%s」を知りません", "the time zone %q is not known", d.Zone),
			problem.Say("日の終わりが決まりません", "the end of the day would be undecided"),
			problem.Say("Asia/Tokyo、America/New_York のように書いてください", "write it like Asia/Tokyo or America/New_York"))
	}
	return out
}

func zoneForm() *regexp.Regexp { return regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_+/-]{0,63}$`) }

func baseNames() []string {
	var out []string
	for _, b := range calendar.Bases() {
		out = append(out, string(b))
	}
	return out
}

func (r *ruleReader) warnings(at string, warn []int) {
	for i, n := range warn {
		if n < 1 || n > 99 || i > 0 && n <= warn[i-1] {
			r.add(at, problem.Say("警告の割合「%d」は使えません", "the warning at %d percent cannot be used", n),
				problem.Say("経過した割合を 1〜99 の百分率で、小さい順に書きます", "it is the percentage of the time gone, 1 to 99, in rising order"),
				problem.Say("例: warn: [50, 75]", "for example warn: [50, 75]"))
			return
		}
	}
}
