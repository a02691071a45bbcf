package incident

import (
	"cmp"
	"fmt"
	"sort"
	"strings"
	"time"

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
	derived, english := x.derived(), x.in("en").derived()
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
			if en := english[f.ID].Value; en != d.Value {
				d.EN = en
			}
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
		"place_systems":       guess(cmp.Or(first["place"], declared["place"]), source),
		"event_class":         guess(x.eventClass(), source),
		"summary":             guess(cmp.Or(declared["words"], first["words"], title), source),
		"service_impact":      guess(x.impact(), source),
		"operational_numbers": guess(x.numbers(), 0),
		"spread":              guess(last["item3"], x.s.lastFull()),
		"response":            guess(x.situation(), 0),
		"eta":                 guess(x.etaWords(), 0),
		"contacts_made":       sure(x.contacts(), 0),
		"publication_sharing": sure(x.consents(), 0),
	}
}

// eventClass names the class of event that a finder's answer points to.
func (x sight) eventClass() string {
	ja, en := "", ""
	switch x.s.Finder {
	case "frozen":
		ja, en = "可用性（システムが使えない）", "Availability (a system cannot be used)"
	case "ransom":
		ja, en = "可用性・機密性（ランサムウェアの疑い）", "Availability and confidentiality (suspected ransomware)"
	case "mail":
		ja, en = "不審なメール", "Suspicious mail"
	case "network":
		ja, en = "可用性（通信の異常）", "Availability (network fault)"
	case "equipment":
		ja, en = "可用性（機器の異常）", "Availability (equipment fault)"
	}
	return x.say(ja, en)
}

// reporter is who reports and how they are reached around the clock.
func (x sight) reporter() string {
	lines := []string{x.say(x.site.Name, x.site.NameEN) + " CSIRT"}
	for _, role := range []string{"liaison", "lead"} {
		if p, ok := x.site.Directory.Person(x.s.Roles[role].Person); ok {
			lines = append(lines, x.say("担当 ", "Contact ")+strings.TrimSpace(x.say(p.Name, p.NameEN)+" "+p.Title))
			break
		}
	}
	if x.site.Phone != "" {
		lines = append(lines, x.say("電話（24時間） ", "Phone (24 h) ")+x.site.Phone)
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
		switch f {
		case "critical-infrastructure":
			kinds = append(kinds, x.say("重要インフラ事業者", "critical-infrastructure operator"))
		case "special-infrastructure":
			kinds = append(kinds, x.say("特別社会基盤事業者", "operator designated under the active cyber defence act"))
		}
	}
	return strings.Join(kinds, x.say("、", ", "))
}

// moments lists the moments clocks start from; what is not known is not in it.
func (x sight) moments() string {
	t := x.s.Times
	var out []string
	for _, m := range []struct {
		ja, en string
		at     time.Time
	}{{"発生", "Occurred", t.Occurred}, {"検知", "Detected", t.Detected}, {"認知", "Recognised", t.Recognised}, {"宣言", "Declared", t.Declared}} {
		if !m.at.IsZero() {
			out = append(out, x.say(m.ja, m.en)+" "+x.longTime(m.at))
		}
	}
	return strings.Join(out, "\n")
}

// numbers are the cargo figures, each with the moment it was counted.
func (x sight) numbers() string {
	items := make([]string, 0, len(x.s.Figures))
	for k := range x.s.Figures {
		items = append(items, k)
	}
	sort.Strings(items)
	var out []string
	for _, k := range items {
		f, name := x.s.Figures[k], k
		switch k {
		case "trucks":
			name = x.say("待機トラック", "Trucks waiting")
		case "vessels":
			name = x.say("待機本船", "Vessels waiting")
		case "containers":
			name = x.say("未処理コンテナ", "Containers not worked")
		}
		out = append(out, fmt.Sprintf(x.say("%s %d（%s時点）", "%s %d (as of %s)"), name, f.N, x.shortTime(f.At)))
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
		answer := x.say("共有に同意しない", "does not consent to sharing")
		if c.Given {
			answer = x.say("共有に同意", "consents to sharing")
		}
		name := x.say(cmp.Or(t["to_name"], to), x.site.consentName(to, "en"))
		line := fmt.Sprintf(x.say("%s: %s（%s、%s）", "%s: %s (%s, %s)"), name, answer, t["who"], x.longTime(c.At))
		if w := t["words"]; w != "" {
			line += " " + strings.Join(strings.Fields(w), " ")
		}
		out = append(out, line)
	}
	return strings.Join(out, "\n")
}

// impact names what of the port's work is affected.
func (x sight) impact() string {
	var out []string
	for _, k := range x.s.Impact {
		switch k {
		case "gate":
			out = append(out, x.say("ゲート", "gate"))
		case "vessel":
			out = append(out, x.say("本船荷役", "vessel work"))
		case "yard":
			out = append(out, x.say("ヤード", "yard"))
		case "none":
			out = append(out, x.say("なし", "none"))
		}
	}
	return strings.Join(out, x.say("、", ", "))
}

// contacts lists which bodies were reached, each once with every moment.
func (x sight) contacts() string {
	when := map[string]string{}
	var out []string
	for _, n := range x.s.Notices {
		at := x.shortTime(n.Done)
		if _, known := x.site.Directory.Destination(n.Dest); n.State != NoticeSent || !known {
			continue
		}
		switch was, again := when[n.Dest]; {
		case !again:
			out, when[n.Dest] = append(out, n.Dest), at
		case !strings.HasSuffix(was, at):
			when[n.Dest] = was + x.say("・", " and ") + at
		}
	}
	for i, id := range out {
		d, _ := x.site.Directory.Destination(id)
		out[i] = x.say(d.Name, d.NameEN) + " " + when[id]
	}
	return strings.Join(out, x.say("、", ", "))
}
