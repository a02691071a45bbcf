package incident

import (
	"fmt"
	"sort"
	"strings"
	"time"

	"irbot/internal/calendar"
	"irbot/internal/report"
	"irbot/internal/runbook"
)

// bookOf finds a pinned runbook by its hash; nil if it cannot be read.
type bookOf func(hash string) *runbook.Runbook

func (v *View) bookOf(hash string) *runbook.Runbook { return v.books[hash] }

// facts puts together what is known: the newest statement about each field,
// else what follows from the record.
func (x sight) facts() map[string]report.Fact {
	out := map[string]report.Fact{}
	if len(x.site.Forms.Fields()) == 0 {
		return out
	}
	derived := x.derived()
	for _, f := range x.site.Forms.Fields() {
		if set, ok := x.s.Facts[f.ID]; ok {
			value := x.text(set.Seq)["value"]
			conf := set.Conf
			if value == "" { // said to be unknown, or erased since
				conf = report.Unknown
			}
			out[f.ID] = report.Fact{Field: f.ID, Value: value, Conf: conf, AsOf: set.AsOf, Source: set.Source, Seq: set.Seq, TLP: set.TLP}
			continue
		}
		if d, ok := derived[f.ID]; ok && d.Value != "" {
			d.Field, d.TLP, d.Derived = f.ID, f.TLP, true
			if d.Conf == "" {
				d.Conf = report.Estimated
			}
			out[f.ID] = d
		}
	}
	return out
}

// derived is what the record gives for a field before anybody says anything.
// Moments, numbers and names that irbot itself keeps count as they are; all
// else is an estimate until somebody confirms it.
func (x sight) derived() map[string]report.Fact {
	first, declared := x.text(max(x.s.ReportSeq, 1)), x.text(x.s.DeclareSeq)
	source := max(x.s.ReportSeq, x.s.DeclareSeq)
	if x.s.ReportSeq > 0 {
		source = x.s.ReportSeq
	}
	last := x.text(x.s.lastFull())
	sure := func(v string, seq int64) report.Fact {
		return report.Fact{Value: v, Conf: report.Confirmed, Source: seq}
	}
	guess := func(v string, seq int64) report.Fact {
		return report.Fact{Value: v, Conf: report.Estimated, Source: seq}
	}
	title := x.text(x.s.TitleSeq)["title"]
	return map[string]report.Fact{
		"incident_id":         sure(strings.TrimSpace(x.s.ID+" "+title), x.s.TitleSeq),
		"reporter":            sure(x.reporter(), 0),
		"operator_profile":    sure(x.profile(), 0),
		"times":               sure(x.moments(), x.s.DeclareSeq),
		"place_systems":       guess(pick(first["place"], declared["place"]), source),
		"event_class":         guess(eventClass(x.s.Finder), source),
		"summary":             guess(pick(declared["words"], first["words"], title), source),
		"service_impact":      guess(impactWords(x.s.Impact), source),
		"operational_numbers": guess(x.numbers(), 0),
		"spread":              guess(last["item3"], x.s.lastFull()),
		"response":            guess(x.situation(), 0),
		"eta":                 guess(x.etaWords(), 0),
		"contacts_made":       sure(x.contacts(), 0),
		"publication_sharing": guess(x.consents(), 0),
	}
}

// eventClass names the class of event that a finder's answer points to.
func eventClass(finder string) string {
	return map[string]string{
		"frozen": "可用性（システムが使えない）", "ransom": "可用性・機密性（ランサムウェアの疑い）", "mail": "不審なメール",
		"network": "可用性（通信の異常）", "equipment": "可用性（機器の異常）",
	}[finder]
}

// reporter is who reports and how they are reached around the clock.
func (x sight) reporter() string {
	lines := []string{x.site.Name + " CSIRT"}
	for _, role := range []string{"liaison", "lead"} {
		if p, ok := x.site.Directory.Person(x.s.Roles[role].Person); ok {
			lines = append(lines, "担当 "+strings.TrimSpace(p.Name+" "+p.Title))
			break
		}
	}
	if x.site.Phone != "" {
		lines = append(lines, "電話（24時間） "+x.site.Phone)
	}
	return strings.Join(lines, "\n")
}

// profile says what kind of operator reports, as the configuration has it. What
// the configuration does not claim is left to be stated by a person.
func (x sight) profile() string {
	if x.site.Rules == nil {
		return ""
	}
	var kinds []string
	for _, f := range x.site.Rules().Profile.Flags {
		if name := map[string]string{"critical-infrastructure": "重要インフラ事業者", "special-infrastructure": "特別社会基盤事業者"}[f]; name != "" {
			kinds = append(kinds, name)
		}
	}
	return strings.Join(kinds, "、")
}

// moments lists the moments clocks start from; what is not known is not in it.
func (x sight) moments() string {
	t := x.s.Times
	var out []string
	for _, m := range []struct {
		name string
		at   time.Time
	}{{"発生", t.Occurred}, {"検知", t.Detected}, {"認知", t.Recognised}, {"宣言", t.Declared}} {
		if !m.at.IsZero() {
			out = append(out, m.name+" "+x.longTime(m.at))
		}
	}
	return strings.Join(out, "\n")
}

// numbers are the cargo figures with their age.
func (x sight) numbers() string {
	names := map[string]string{"trucks": "待機トラック", "vessels": "待機本船", "containers": "未処理コンテナ"}
	items := make([]string, 0, len(x.s.Figures))
	for k := range x.s.Figures {
		items = append(items, k)
	}
	sort.Strings(items)
	var out []string
	for _, k := range items {
		f := x.s.Figures[k]
		out = append(out, fmt.Sprintf("%s %d（%s時点）", pick(names[k], k), f.N, f.At.In(x.site.Zone).Format("15:04")))
	}
	return strings.Join(out, "\n")
}

// consents are the answers given about passing information on; the newest to
// each body counts.
func (x sight) consents() string {
	newest := map[string]Consent{}
	var order []string
	for _, c := range x.s.Consents {
		if _, seen := newest[c.To]; !seen {
			order = append(order, c.To)
		}
		newest[c.To] = c
	}
	var out []string
	for _, to := range order {
		c := newest[to]
		t := x.text(c.Seq)
		answer := "共有に同意しない"
		if c.Given {
			answer = "共有に同意"
		}
		line := fmt.Sprintf("%s: %s（%s、%s）", pick(t["to_name"], to), answer, t["who"], x.longTime(c.At))
		if w := t["words"]; w != "" {
			line += " " + strings.Join(strings.Fields(w), " ")
		}
		out = append(out, line)
	}
	return strings.Join(out, "\n")
}

var weekdays = []string{"日", "月", "火", "水", "木", "金", "土"} //nolint:gochecknoglobals // fixed words

// longTime writes a moment for a letter: the day in the Japanese era, weekday,
// time and zone.
func (x sight) longTime(t time.Time) string {
	l := t.In(x.site.Zone)
	return fmt.Sprintf("%s(%s) %s", calendar.DateOf(t, x.site.Zone).Era(), weekdays[l.Weekday()], l.Format("15:04 MST"))
}

func impactWords(in []string) string {
	names := map[string]string{"gate": "ゲート", "vessel": "本船荷役", "yard": "ヤード", "none": "なし"}
	var out []string
	for _, k := range in {
		if n := names[k]; n != "" {
			out = append(out, n)
		}
	}
	return strings.Join(out, "、")
}

// contacts lists which bodies were reached, and when.
func (x sight) contacts() string {
	var out []string
	for _, n := range x.s.Notices {
		if n.State == NoticeSent {
			if d, ok := x.site.Directory.Destination(n.Dest); ok {
				out = append(out, d.Name+" "+n.Done.In(x.site.Zone).Format("15:04"))
			}
		}
	}
	return strings.Join(out, "、")
}
