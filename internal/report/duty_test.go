package report

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"irbot/internal/calendar"
	"irbot/internal/problem"
)

func rulebook(t testing.TB) Book {
	t.Helper()
	files, err := ShippedRules()
	if err != nil {
		t.Fatal(err)
	}
	rules, problems := ReadRules(files, KnownSite{})
	if len(problems) > 0 {
		t.Fatalf("shipped rules: %v", problem.Err(problems))
	}
	return Book{Rules: rules, Files: files, Profile: Profile{Flags: Flags(), Zone: "Asia/Tokyo"}}
}

func moment(t testing.TB, s string) time.Time {
	t.Helper()
	at, err := time.ParseInLocation("2006-01-02 15:04", s, Location("Asia/Tokyo"))
	if err != nil {
		t.Fatal(err)
	}
	return at.UTC()
}

// at establishes the moments given as name=time.
func at(t testing.TB, moments map[string]string) func(string) time.Time {
	return func(name string) time.Time {
		if s := moments[name]; s != "" {
			return moment(t, s)
		}
		return time.Time{}
	}
}

func rule(t testing.TB, b Book, id string, on string) Selected {
	t.Helper()
	day, err := calendar.ParseDate(on)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range b.Select(day) {
		if s.ID == id {
			return s
		}
	}
	t.Fatalf("no rule %s on %s", id, on)
	return Selected{}
}

// Every duty of the shipped files with the traps of its calendar.
func TestDeadlinesOfEveryDuty(t *testing.T) {
	b := rulebook(t)
	for _, c := range []struct {
		duty, start, want string // want "" means no number
	}{
		{"ciso-report", "detected=2026-11-22 06:30", ""},
		{"mlit-first", "detected=2026-11-22 06:30", ""},
		{"acd-first", "recognised=2026-11-22 06:30", ""},
		{"acd-30", "recognised=2026-11-22 06:30", "2026-12-21 23:59:59"},
		{"acd-30", "recognised=2026-11-22 00:00", "2026-12-21 23:59:59"},
		{"acd-30", "recognised=2026-11-22 23:59", "2026-12-21 23:59:59"},
		{"acd-30", "recognised=2026-12-05 09:00", "2027-01-03 23:59:59"}, // no extension over closed days
		{"acd-30", "detected=2026-11-22 06:30", ""},
		{"ppc-preliminary", "recognised=2026-11-22 06:30", "2026-11-24 23:59:59"},
		{"ppc-preliminary", "recognised=2026-12-31 23:59", "2027-01-02 23:59:59"},
		{"ppc-final", "recognised=2026-11-22 06:30", "2026-12-21 23:59:59"},
		{"ppc-final", "recognised=2026-11-20 06:30", "2026-12-21 23:59:59"}, // 19 December is a Saturday
		{"ppc-final", "recognised=2026-12-01 06:30", "2027-01-04 23:59:59"}, // over the year end
		{"ppc-final", "recognised=2028-01-31 06:30", "2028-02-29 23:59:59"}, // leap day
		{"ppc-final", "recognised=2027-01-31 06:30", "2027-03-01 23:59:59"},
		{"ppc-final", "recognised=2026-08-23 06:30", "2026-09-24 23:59:59"}, // 21 to 23 September are holidays
		{"ppc-final-improper", "recognised=2026-11-22 06:30", "2027-01-20 23:59:59"},
		{"ppc-final-improper", "recognised=2026-11-05 06:30", "2027-01-04 23:59:59"}, // 3 January is closed
		{"ppc-final-improper", "recognised=2026-03-05 06:30", "2026-05-07 23:59:59"}, // 3 to 6 May are closed
		{"ppc-persons", "recognised=2026-11-22 06:30", ""},
		{"police-first", "detected=2026-11-22 06:30", ""},
		{"jpcert-first", "detected=2026-11-22 06:30", ""},
		{"ipa-first", "detected=2026-11-22 06:30", ""},
		{"insurer-first", "detected=2026-11-22 06:30", ""},
		{"exchange-disclosure", "judged=2026-11-22 06:30", ""},
		{"customs-paper", "detected=2026-11-22 06:30", ""},
		{"eu-nis2-warning", "recognised=2026-11-22 06:30", "2026-11-23 06:30:00"},
		{"eu-nis2-notification", "recognised=2026-12-30 18:00", "2027-01-02 18:00:00"},
		{"eu-nis2-final", "met:eu-nis2-notification=2026-11-25 06:30", "2026-12-25 23:59:59"},
		{"eu-nis2-final", "met:eu-nis2-notification=2027-01-30 06:30", "2027-02-28 23:59:59"},
		{"eu-nis2-final", "recognised=2026-11-25 06:30", ""},
		{"us-sec-8k", "judged=2026-11-24 09:00", "2026-12-01 13:59:59"}, // 23 Nov in New York; thanksgiving between
		{"us-sec-8k", "judged=2026-11-25 15:00", "2026-12-03 13:59:59"},
		{"us-sec-8k", "judged=2026-07-01 22:00", "2026-07-09 12:59:59"}, // summer time, 3 July is kept
		{"us-coast-guard", "detected=2026-11-22 06:30", ""},
	} {
		name, start, _ := strings.Cut(c.start, "=")
		p := rule(t, b, c.duty, "2026-11-22").Plan
		d := p.Due(at(t, map[string]string{name: start}))
		got := ""
		if !d.At.IsZero() {
			got = d.At.In(Location("Asia/Tokyo")).Format("2006-01-02 15:04:05")
		}
		if got != c.want {
			t.Errorf("%s from %s: due %q, want %q", c.duty, c.start, got, c.want)
		}
		if d.Own() || len(p.Warnings(d)) == 0 != (c.want == "") {
			t.Errorf("%s: own %v, warnings %v", c.duty, d.Own(), p.Warnings(d))
		}
	}
}

func TestProfileSelects(t *testing.T) {
	b := rulebook(t)
	ids := func(on string, flags ...string) string {
		b.Profile.Flags = flags
		day, _ := calendar.ParseDate(on)
		var out []string
		for _, s := range b.Select(day) {
			out = append(out, s.ID)
		}
		return strings.Join(out, " ")
	}
	base := "ciso-report police-first jpcert-first ipa-first"
	for _, c := range []struct {
		on    string
		flags []string
		want  string
	}{
		{"2026-11-22", nil, base},
		{"2026-09-30", []string{"special-infrastructure"}, base},
		{"2026-10-01", []string{"special-infrastructure"}, "ciso-report acd-first acd-30 police-first jpcert-first ipa-first"},
		{"2026-11-22", []string{"critical-infrastructure"}, "ciso-report mlit-first police-first jpcert-first ipa-first"},
		{"2026-11-22", []string{"us-critical"}, base}, // announced only
		{"2026-11-22", []string{"insured", "bonded"}, base + " insurer-first customs-paper"},
	} {
		if got := ids(c.on, c.flags...); got != c.want {
			t.Errorf("%s %v: %s\nwant %s", c.on, c.flags, got, c.want)
		}
	}
	b.Profile.Flags = []string{"us-critical"}
	if got := b.Pending(); len(got) != 2 {
		t.Errorf("pending: %+v", got)
	}
}

// Where the source has no number, only the operator's own target makes one, and
// it is told apart from the law.
func TestOwnTarget(t *testing.T) {
	b := rulebook(t)
	b.Profile.Own = []OwnTarget{{Duty: "mlit-first", From: Declared, Within: time.Hour}, {Duty: "acd-30", Within: 24 * time.Hour}, {Duty: "eu-nis2-warning", Within: 48 * time.Hour}}
	all := at(t, map[string]string{Detected: "2026-11-22 06:30", Declared: "2026-11-22 06:45", Recognised: "2026-11-22 07:00"})

	d := rule(t, b, "mlit-first", "2026-11-22").Plan.Due(all)
	if want := moment(t, "2026-11-22 07:45"); !d.At.Equal(want) || !d.Own() || !d.Law.IsZero() || !d.Base.Equal(moment(t, "2026-11-22 06:30")) {
		t.Errorf("own target: %+v", d)
	}
	d = rule(t, b, "acd-30", "2026-11-22").Plan.Due(all)
	if want := moment(t, "2026-11-23 07:00"); !d.At.Equal(want) || !d.Own() || d.Law.IsZero() {
		t.Errorf("a stricter own target: %+v", d)
	}
	d = rule(t, b, "eu-nis2-warning", "2026-11-22").Plan.Due(all)
	if want := moment(t, "2026-11-23 07:00"); !d.At.Equal(want) || d.Own() {
		t.Errorf("a laxer own target must not hide the law: %+v", d)
	}
}

func TestWarnings(t *testing.T) {
	p := Plan{Start: Declared, Hours: 4, Warn: []int{50}}
	d := p.Due(at(t, map[string]string{Declared: "2026-11-22 06:00"}))
	want := []Warning{{50, moment(t, "2026-11-22 08:00")}, {75, moment(t, "2026-11-22 09:00")}}
	if diff := cmp.Diff(want, p.Warnings(d)); diff != "" {
		t.Error(diff)
	}
}

func TestRuleFileErrors(t *testing.T) {
	good := `duties:
  - id: one
    title: 報告
    to: mlit
    level: law
    start: recognised
    deadline: {days: 30, first_day: include}
    source: 法第1条
    checked: "2026-11-22"
    confidence: V
`
	second := strings.Replace(good[len("duties:\n"):], "confidence: V", "confidence: V\n    in_force_from: \"2027-04-01\"", 1)
	for name, c := range map[string]struct {
		old, new string
		key      string
		line     int
		fix      string // part of the English remedy
	}{
		"date that does not exist": {`"2026-11-22"`, `"2026-02-30"`, "duties[0].checked", 9, "2026-10-01"},
		"date in another form":     {`"2026-11-22"`, `11/22`, "duties[0].checked", 9, "2026-10-01"},
		"unknown moment":           {"recognised", "recognized", "duties[0].start", 6, `"recognised"`},
		"unknown destination":      {"to: mlit", "to: milt", "duties[0].to", 4, `"mlit"`},
		"missing source":           {"source: 法第1条", `source: ""`, "duties[0].source", 8, "source"},
		"no length":                {"{days: 30, first_day: include}", "{}", "duties[0].deadline", 7, "promptly: true"},
		"two lengths":              {"{days: 30, ", "{days: 30, hours: 3, ", "duties[0].deadline", 7, "exactly one"},
		"a number for promptly":    {"{days: 30, ", "{days: 30, promptly: true, ", "duties[0].deadline", 7, "promptly: true"},
		"day one left open":        {"days: 30, first_day: include", "days: 30", "duties[0].deadline.first_day", 7, "include"},
		"negative":                 {"days: 30", "days: -3", "duties[0].deadline", 7, "1 to 3660"},
		"unknown calendar":         {"days: 30", "days: 30, roll_forward: true, calendar: jp-governmen", "duties[0].deadline.calendar", 7, "jp-government"},
		"unknown zone":             {"days: 30", "days: 30, zone: Asia/Tokio", "duties[0].deadline.zone", 7, "Asia/Tokyo"},
		"far end before near":      {"days: 30", "days: 30, days_to: 5", "duties[0].deadline.days_to", 7, "days_to"},
		"unknown level":            {"level: law", "level: laws", "duties[0].level", 5, `"law"`},
		"unknown confidence":       {"confidence: V", "confidence: sure", "duties[0].confidence", 10, "V2"},
		"misspelt key":             {"confidence: V", "confidencee: V", "duties[0].confidencee", 10, "confidence"},
		"unknown flag":             {"level: law", "level: law\n    when: [personal_data]", "duties[0].when[0]", 6, "personal-data"},
		"warning over 99":          {"level: law", "level: law\n    warn: [50, 100]", "duties[0].warn", 6, "1 to 99"},
		"warnings out of order":    {"level: law", "level: law\n    warn: [75, 50]", "duties[0].warn", 6, "rising"},
		"bad id":                   {"id: one", "id: 報告", "duties[0].id", 2, "ppc-final"},
		"starts at no duty":        {"recognised", "met:two", "start", 2, "met:"},
		"stands in for nobody":     {"level: law", "level: law\n    instead_of: two", "instead_of", 2, "id of a duty"},
		"ends before it begins":    {"level: law", "level: law\n    in_force_from: \"2026-10-01\"\n    in_force_until: \"2026-09-30\"", "duties[0].in_force_until", 7, "two dates"},
		"overlapping versions":     {"    confidence: V\n", "    confidence: V\n" + second, "in_force_from", 11, "in_force_until"},
		"not YAML":                 {"id: one", "id: [one", "", 0, ""},
	} {
		t.Run(name, func(t *testing.T) {
			text := strings.Replace(good, c.old, c.new, 1)
			_, problems := ReadRules([]RuleFile{{"my.yaml", []byte(text)}}, KnownSite{Destinations: []string{"mlit", "ppc"}})
			if c.key == "" && len(problems) > 0 {
				return
			}
			for _, p := range problems {
				if p.Key == c.key && p.File == "my.yaml" && p.Line == c.line && !p.Warning && strings.Contains(p.Why.EN+p.Fix.EN, c.fix) && p.What.JA != "" && p.Why.EN != "" {
					return
				}
			}
			t.Errorf("want %s at line %d with a remedy about %q, got\n%+v", c.key, c.line, c.fix, problems)
		})
	}
	if _, problems := ReadRules([]RuleFile{{"my.yaml", []byte(good)}}, KnownSite{Destinations: []string{"mlit"}}); len(problems) > 0 {
		t.Errorf("a good file: %+v", problems)
	}
	late := strings.Replace(good, "confidence: V", "confidence: V\n    in_force_until: \"2027-03-31\"", 1) + second
	rules, problems := ReadRules([]RuleFile{{"my.yaml", []byte(late)}}, KnownSite{})
	if len(rules) != 2 || len(problems) > 0 {
		t.Errorf("two versions one after the other: %+v", problems)
	}
	_, problems = ReadRules([]RuleFile{{"my.yaml", []byte(good)}}, KnownSite{Today: calendar.On(2027, 12, 1)})
	if len(problems) != 1 || !problems[0].Warning {
		t.Errorf("a rule nobody looked at for a year: %+v", problems)
	}
}

func TestOwnFileTakesThePlaceOfAShippedOne(t *testing.T) {
	shipped, _ := ShippedRules()
	own := RuleFile{"20-foreign.yaml", []byte("duties: []\n")}
	merged := MergeRules(shipped, []RuleFile{own})
	rules, problems := ReadRules(merged, KnownSite{})
	if len(problems) > 0 || len(merged) != len(shipped) {
		t.Fatalf("%d files, %+v", len(merged), problems)
	}
	for _, r := range rules {
		if strings.HasPrefix(r.ID, "eu-") {
			t.Errorf("%s is still there", r.ID)
		}
	}
}

func TestPinnedRulesNameEverything(t *testing.T) {
	b := rulebook(t)
	day := calendar.On(2026, 11, 22)
	data, hash := b.Pin(day)
	again, same := b.Pin(day)
	if string(data) != string(again) || hash != same || len(hash) != 64 {
		t.Fatal("the same rules must pin the same bytes")
	}
	for _, want := range []string{"# profile: critical-infrastructure", "==== 10-japan.yaml", "id: acd-30", "# applies: ppc-final "} {
		if !strings.Contains(string(data), want) {
			t.Errorf("the pinned text lacks %q", want)
		}
	}
	b.Profile.Own = []OwnTarget{{Duty: "mlit-first", Within: time.Hour}}
	if _, other := b.Pin(day); other == hash {
		t.Error("another own target must give another hash")
	}
}
