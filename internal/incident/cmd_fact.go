package incident

import (
	"fmt"
	"regexp"
	"strings"
	"time"

	"irbot/internal/report"
)

// MaxFact is the longest value of a fact, in characters: what is longer belongs
// into an attachment.
const MaxFact = 4000

// SetFact says something about one of the twenty fields (DOMAIN part c). An
// earlier statement stays in the record; the newest one counts.
type SetFact struct {
	Field  string    `json:"field"`
	Value  string    `json:"value,omitempty"`
	Conf   string    `json:"conf,omitempty"`   // confirmed, estimated, unknown; "" is estimated
	AsOf   time.Time `json:"as_of,omitzero"`   // the moment the value stands for; zero is when it was said
	Source int64     `json:"source,omitempty"` // entry it rests on
	TLP    string    `json:"tlp,omitempty"`    // "" keeps the present label
}

// ConfirmFact makes the present value of a field, stated or derived, a
// confirmed one.
type ConfirmFact struct {
	Field  string `json:"field"`
	Digest string `json:"digest,omitempty"` // of the value that was shown (FactDigest); "" does not check
}

// RecordConsent records that somebody lets information be passed on, or does
// not (共有の同意).
type RecordConsent struct {
	To    string `json:"to"`            // destination id, or nco, peers, public
	Who   string `json:"who,omitempty"` // who consents; "" is the acting person
	Given bool   `json:"given"`
	Words string `json:"words,omitempty"` // what exactly, and on which conditions
}

// Name implements Command.
func (SetFact) Name() string { return "fact.set" }
func (SetFact) class() Class { return MayRespond }

// Name implements Command.
func (ConfirmFact) Name() string { return "fact.confirm" }
func (ConfirmFact) class() Class { return MayRespond }

// Name implements Command.
func (RecordConsent) Name() string { return "consent.record" }
func (RecordConsent) class() Class { return MayRespond }

// FactDigest identifies a value, so that what is confirmed is what was shown.
func FactDigest(value string) string { return HashOf([]byte(value))[:16] }

func (x SetFact) decide(c *call) (Change, error) {
	field, ok := c.site.Forms.FieldNamed(x.Field)
	if !ok {
		return Change{}, refuse("fact.unknown", "field", x.Field)
	}
	if field.ID == KindField { // each report says it for itself: a value here would reach none
		return Change{}, refuse("fact.given")
	}
	value, conf := Clean(x.Value), report.Confidence(strings.ToLower(x.Conf))
	if field.Kind == "text" {
		value = strings.Join(strings.Fields(value), " ")
	}
	switch conf {
	case "":
		conf = report.Estimated
	case report.Confirmed, report.Estimated, report.Unknown:
	default:
		return Change{}, refuse("fact.conf", "conf", x.Conf)
	}
	if saysUnknown(value) {
		value, conf = "", report.Unknown
	}
	if value == "" && conf != report.Unknown {
		return Change{}, refuse("fact.empty", "field", field.JA)
	}
	if len([]rune(value)) > MaxFact {
		return Change{}, refuse("fact.long", "max", fmt.Sprint(MaxFact))
	}
	if x.Source < 0 || x.Source > c.s.Seq {
		return Change{}, refuse("entry.unknown", "seq", fmt.Sprint(x.Source))
	}
	label := orDefault(x.TLP, c.s.Facts[field.ID].TLP, field.TLP)
	if tlpRank(label) < 0 {
		return Change{}, refuse("tlp.unknown", "tlp", x.TLP)
	}
	if x.AsOf.After(c.now.Add(time.Minute)) || c.act.At.After(c.now.Add(time.Minute)) {
		return Change{}, refuse("time.future", "at", c.clock(later(x.AsOf, c.act.At)))
	}
	f := factFacts{Field: field.ID, Conf: string(conf), AsOf: us(x.AsOf), Source: x.Source, TLP: label, Before: c.s.Facts[field.ID].Seq}
	if x.AsOf.IsZero() {
		f.AsOf = us(later(c.act.At, time.Time{}))
		if c.act.At.IsZero() {
			f.AsOf = us(c.now)
		}
	}
	ch := one(c.draft(KindFact, f, "value", value))
	ch.Outcome = Outcome{Code: "fact.set", Ref: field.ID, Args: map[string]string{"field": field.JA, "field_en": field.EN}}
	return ch, nil
}

// saysUnknown reports whether a value is only a way of saying that nothing is
// known: it must count as unknown wherever unknowns are counted.
func saysUnknown(value string) bool {
	switch strings.ToLower(strings.Trim(strings.Join(strings.Fields(value), ""), "。.")) {
	case "不明", "調査中", "不明(調査中)", "不明（調査中）", "不明・調査中", "unknown", "notknown", "notknownyet", "underinvestigation":
		return true
	}
	return false
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

func (x ConfirmFact) decide(c *call) (Change, error) {
	field, ok := c.site.Forms.FieldNamed(x.Field)
	if !ok {
		return Change{}, refuse("fact.unknown", "field", x.Field)
	}
	f := c.sight().facts()[field.ID]
	if !f.Known() {
		return Change{}, refuse("fact.empty", "field", field.JA)
	}
	if x.Digest != "" && x.Digest != FactDigest(f.Value) {
		return Change{}, refuse("fact.changed", "field", field.JA)
	}
	asOf := f.AsOf
	if asOf.IsZero() || f.Derived {
		asOf = c.now
	}
	ch := one(c.draft(KindFact, factFacts{
		Field: field.ID, Conf: string(report.Confirmed), AsOf: us(asOf), Source: f.Source, TLP: f.TLP,
		Derived: f.Derived, Before: c.s.Facts[field.ID].Seq,
	}, "value", f.Value))
	ch.Outcome = Outcome{Code: "fact.confirmed", Ref: field.ID, Args: map[string]string{"field": field.JA, "field_en": field.EN}}
	return ch, nil
}

var consentTo = regexp.MustCompile(`^[a-z0-9][a-z0-9._-]{0,63}$`)

func (x RecordConsent) decide(c *call) (Change, error) {
	to := strings.ToLower(strings.TrimSpace(x.To))
	if !consentTo.MatchString(to) {
		return Change{}, refuse("dest.unknown", "dest", x.To)
	}
	who := Clean(x.Who)
	if who == "" {
		who = c.name(c.act.Person)
	}
	f := consentFacts{Consent: fmt.Sprintf("C%d", len(c.s.Consents)+1), To: to, Given: x.Given}
	ch := one(c.draft(KindConsent, f, "who", who, "words", Clean(x.Words), "to_name", c.site.consentName(to, "ja")))
	ch.Outcome = Outcome{Code: "consent.recorded", Ref: f.Consent}
	return ch, nil
}

// consentName is whom a consent is about.
func (s *Site) consentName(to, lang string) string {
	pair := map[string][2]string{
		"nco": {"国家サイバー統括室（NCO）", "National Cybersecurity Office (NCO)"}, "peers": {"同業の事業者", "other operators"}, "public": {"公表", "the public"},
	}[to]
	if d, ok := s.Directory.Destination(to); ok && pair[0] == "" {
		pair = [2]string{d.Name, d.NameEN}
	}
	switch {
	case lang == "en" && pair[1] != "":
		return pair[1]
	case pair[0] != "":
		return pair[0]
	}
	return to
}
