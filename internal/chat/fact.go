package chat

import (
	"strings"

	"irbot/internal/incident"
	"irbot/internal/report"
)

// FactNote reads a record line that states a fact: 事実 復旧見込み: 12:00 の見込み
// 推定. ok is false for any other line.
func FactNote(text string) (incident.Command, bool) {
	rest := strings.TrimSpace(text)
	word, after, _ := strings.Cut(strings.ReplaceAll(strings.ReplaceAll(rest, "\u3000", " "), "：", ":"), " ")
	head, tail, colon := strings.Cut(word, ":")
	if v, known := verbOf(head); !known || v != VerbFact {
		return nil, false
	}
	if colon {
		after = strings.TrimSpace(tail + " " + after)
	}
	if field, _, _ := splitFact(after); field == "" {
		return nil, false
	}
	return FactCommand(after), true
}

// splitFact parts "field: value 推定". Without a colon the first word is the
// field.
func splitFact(s string) (field, value, conf string) {
	s = strings.TrimSpace(strings.ReplaceAll(s, "：", ":"))
	before, after, colon := strings.Cut(s, ":")
	if last := strings.Fields(before); len(last) > 1 && strings.Trim(fold(last[len(last)-1]), "0123456789") == "" {
		colon = false // eta 15:00
	}
	if !colon || len([]rune(before)) > 40 || strings.Contains(before, "\n") {
		words, ends := fields(s, 1)
		if len(words) == 0 {
			return "", "", ""
		}
		before, after = words[0], s[ends[0]:]
	}
	field, value = strings.TrimSpace(before), strings.TrimSpace(after)
	value, conf = takeConf(value)
	return field, value, conf
}

// takeConf takes a confidence off the end of a value: 推定, （確認）, [unknown]. A
// value that is only 不明 is unknown.
func takeConf(value string) (string, string) {
	bare := strings.TrimRight(value, "。. ")
	for _, x := range []struct{ words, conf string }{
		{"確認済み 確認済 確認 confirmed", string(report.Confirmed)}, {"推定 estimated", string(report.Estimated)}, {"不明 unknown", string(report.Unknown)},
	} {
		for _, w := range strings.Fields(x.words) {
			for _, frame := range [][2]string{{"（", "）"}, {"(", ")"}, {"[", "]"}, {"【", "】"}, {" ", ""}, {"\u3000", ""}} {
				if rest, ok := strings.CutSuffix(strings.ToLower(bare), frame[0]+w+frame[1]); ok {
					return strings.TrimSpace(bare[:len(rest)]), x.conf
				}
			}
			if strings.EqualFold(bare, w) && x.conf != string(report.Estimated) {
				return "", x.conf
			}
		}
	}
	return value, ""
}

// FactCommand is what a typed fact asks of the rules: 復旧見込み: 12:00 推定 states
// it, 概要 確認 confirms it as it stands.
func FactCommand(text string) incident.Command {
	field, value, conf := splitFact(text)
	if conf == string(report.Confirmed) && value == "" {
		return incident.ConfirmFact{Field: field}
	}
	return incident.SetFact{Field: field, Value: value, Conf: conf}
}

// FactAsked is the field a typed fact names and nothing is said of: its form is
// what was meant. all is true where not even a field is named.
func FactAsked(text string) (field string, all bool) {
	field, value, conf := splitFact(text)
	if value != "" || conf != "" {
		return "", false
	}
	return field, field == ""
}

// fact is what a press or form about facts asks of the rules.
func (x *deed) fact(action string) incident.Command {
	switch action {
	case "fact.set":
		field := x.in["field"]
		if field == "" {
			field = x.ref
		}
		source := strings.TrimPrefix(strings.TrimSpace(x.in["source"]), "#")
		return incident.SetFact{Field: field, Value: x.in["value"], Conf: x.in["conf"], AsOf: x.past("asof"), TLP: x.in["tlp"], Source: int64(atoi(source))}
	case "fact.confirm":
		field, digest, _ := strings.Cut(x.ref, "#")
		return incident.ConfirmFact{Field: field, Digest: digest}
	case "consent.record":
		return incident.RecordConsent{To: x.in["to"], Who: x.in["who"], Given: x.in["given"] == "yes", Words: x.in["words"]}
	case "notice.refill":
		return incident.RefillNotice{Notice: x.ref, TLP: x.in["tlp"]}
	case "notice.override":
		return incident.OverrideTLP{Notice: x.ref, Field: x.in["field"], Why: x.in["reason"]}
	case "notice.recall":
		return incident.RecallNotice{Notice: x.ref, Why: x.in["reason"], Right: x.in["right"]}
	}
	return nil
}

func (p *pen) factForms() map[string]func(ref string) (Form, bool) {
	return map[string]func(string) (Form, bool){
		"fact.set": p.formFact, "consent.record": p.formConsent,
		"notice.refill": p.formRefill, "notice.override": p.formOverride, "notice.recall": p.formRecall,
	}
}

// formFact states one of the twenty facts; ref is the field, "" for any.
func (p *pen) formFact(ref string) (Form, bool) {
	list := p.v.Site.Forms.Fields()
	field := need(p.in("field", "fact.field", InputChoice))
	for _, f := range list {
		if f.ID != incident.KindField {
			field.Options = append(field.Options, Option{ID: f.ID, Label: f.Name(string(p.Lang))})
		}
	}
	field.Value = ref
	value := p.in("value", "fact.value", InputLines)
	conf := need(p.in("conf", "fact.conf", InputChoice))
	for _, c := range report.Confidences() {
		conf.Options = append(conf.Options, Option{ID: string(c), Label: p.t("conf." + string(c))})
	}
	conf.Value = string(report.Estimated)
	if f, ok := p.v.Site.Forms.Field(ref); ok {
		value.Hint = f.Hint(string(p.Lang))
		fact := p.v.Facts()[ref]
		value.Value = fact.Value
		if en := fact.In(string(p.Lang)); en != fact.Value {
			value.Hint += " " + p.t("fact.letter") + " " + OneLine(fact.Value) + " (" + OneLine(en) + ")"
		}
		if fact.Conf != "" && !fact.Derived {
			conf.Value = string(fact.Conf)
		}
	}
	asof := p.in("asof", "fact.asof", InputTime)
	asof.Hint = p.t("step.when.hint")
	tlp := p.in("tlp", "fact.tlp", InputChoice)
	for _, l := range incident.TLPs() {
		tlp.Options = append(tlp.Options, Option{ID: l, Label: "TLP:" + l})
	}
	return p.form("fact.title", "fact.set", field, value, conf, asof, tlp, p.in("source", "fact.source", InputText)), len(list) > 0
}

func (p *pen) formConsent(string) (Form, bool) {
	to := need(p.in("to", "consent.to", InputChoice))
	for _, id := range []string{"nco", "peers", "public"} {
		to.Options = append(to.Options, Option{ID: id, Label: p.t("consent.to." + id)})
	}
	for _, d := range p.v.Site.Directory.Destinations {
		if d.Outside {
			to.Options = append(to.Options, Option{ID: d.ID, Label: p.dest(d.ID)})
		}
	}
	given := need(p.in("given", "consent.given", InputChoice))
	given.Options = []Option{{ID: "yes", Label: p.t("consent.yes")}, {ID: "no", Label: p.t("consent.no")}}
	return p.form("consent.title", "consent.title", to, need(p.in("who", "consent.who", InputText)), given, p.in("words", "consent.words", InputLines)), true
}

func (p *pen) formRefill(ref string) (Form, bool) {
	f, ok := p.noticeForm(ref, "notice.refill")
	if n := p.s.Notice(ref); n == nil || n.Form == "" {
		return f, false
	}
	f.Body = append(f.Body, Block{Kind: Warn, Text: p.t("notice.refill.warn")})
	return f, ok
}

// formOverride offers the facts that were left out of a notice.
func (p *pen) formOverride(ref string) (Form, bool) {
	n := p.s.Notice(ref)
	if n == nil {
		return Form{}, false
	}
	field := need(p.in("field", "notice.override.field", InputChoice))
	facts := p.v.Facts()
	for _, f := range p.v.Site.Forms.Fields() {
		if x := facts[f.ID]; x.Known() && report.Above(x.TLP, n.TLP) {
			field.Options = append(field.Options, Option{ID: f.ID, Label: f.Name(string(p.Lang)) + "  TLP:" + x.TLP})
		}
	}
	f, ok := p.noticeForm(ref, "notice.override", field, need(p.in("reason", "label.reason", InputLines)))
	return f, ok && len(field.Options) > 0
}

func (p *pen) formRecall(ref string) (Form, bool) {
	return p.noticeForm(ref, "notice.recall", need(p.in("reason", "label.reason", InputLines)), p.in("right", "notice.recall.right", InputLines))
}
