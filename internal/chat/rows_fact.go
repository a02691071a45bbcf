package chat

import (
	"irbot/internal/incident"
	"irbot/internal/report"
)

// fact puts an entry about a fact, a consent or what was done with a letter of
// facts into words.
func (w wordsOf) fact() {
	p, f := w.p, w.f
	switch w.e.Kind {
	case incident.KindFact:
		variant := ""
		if f.Conf == string(report.Unknown) {
			variant = "unknown"
			if w.words["value"] != "" {
				variant = "unknown.because"
			}
		}
		w.say(variant, "field", p.factName(f.Field), "text", Truncate(OneLine(w.words["value"]), 200))
		if variant == "" {
			w.r.Result = p.t("conf." + f.Conf)
		}
		w.result("tl.value", "TLP:"+f.TLP)
	case incident.KindConsent:
		variant := "no"
		if f.Given {
			variant = ""
		}
		w.say(variant, "to", OneLine(w.words["to_name"]), "who", OneLine(w.words["who"]))
		w.result("tl.value", w.words["words"])
	case incident.KindNoticeOverride:
		w.say("", "id", f.Notice, "tlp", "TLP:"+f.TLP, "field", p.factName(f.Field), "max", "TLP:"+f.Max)
		w.result("tl.reason", w.words["reason"])
	default:
		w.say("", "id", f.Notice, "text", OneLine(w.words["name"]))
	}
}

// factName is the name of one of the twenty fields.
func (p *pen) factName(id string) string {
	if f, ok := p.v.Site.Forms.Field(id); ok {
		return f.Name(string(p.Lang))
	}
	return id
}
