package incident_test

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"irbot/internal/incident"
	"irbot/internal/report"
)

// A reader of English reads every derived value in English, and what stands in
// letters stays as it was; what a person stated is never translated.
func TestDerivedFactsInBothLanguages(t *testing.T) {
	d := factDesk(t)
	d.do("sato", incident.SetFigure{Item: "trucks", N: 86})
	d.do("sato", incident.RecordConsent{To: "nco", Who: "K. Watanabe", Given: true})
	d.do("sato", incident.SetFact{Field: "spread", Value: "隣のターミナルは無事"})
	f := d.view().Facts()
	for field, want := range map[string]struct{ ja, en string }{
		"event_class":         {"可用性・機密性（ランサムウェアの疑い）", "Availability and confidentiality (suspected ransomware)"},
		"service_impact":      {"ゲート", "gate"},
		"times":               {"宣言 令和8年11月22日(日) 06:33 JST", "Declared 22 November 2026 (Sun) 06:33 JST"},
		"operational_numbers": {"待機トラック 86（06:33時点）", "Trucks waiting 86 (as of 06:33)"},
		"publication_sharing": {"国家サイバー統括室（NCO）: 共有に同意", "National Cybersecurity Office (NCO): consents to sharing (K. Watanabe, 22 November 2026"},
		"reporter":            {"電話（24時間）", "Phone (24 h)"},
	} {
		got := f[field]
		if !strings.Contains(got.Value, want.ja) || !strings.Contains(got.In("en"), want.en) || got.In("ja") != got.Value {
			t.Errorf("%s: %q / %q", field, got.Value, got.In("en"))
		}
	}
	if got := f["spread"]; got.EN != "" || got.In("en") != got.Value {
		t.Errorf("a stated value was translated: %+v", got)
	}
	kanji := regexp.MustCompile(`[時点共有確度現在年月日、。]`)
	for _, field := range []string{"event_class", "service_impact", "times", "operational_numbers"} {
		if en := f[field].In("en"); kanji.MatchString(en) {
			t.Errorf("%s is half Japanese in English: %q", field, en)
		}
	}
	// Confirmed on an English screen, it is the letter's wording that is kept.
	d.do("sato", incident.ConfirmFact{Field: "event_class", Digest: incident.FactDigest(f["event_class"].Value)})
	if got := d.view().Facts()["event_class"]; got.Conf != report.Confirmed || !strings.HasPrefix(got.Value, "可用性") {
		t.Errorf("confirmed %+v", got)
	}
}

// A letter of the third day says on which day a body was reached and a figure
// was counted.
func TestDerivedMomentsNameTheDay(t *testing.T) {
	d := factDesk(t)
	d.do("sato", incident.SetFigure{Item: "trucks", N: 86})
	d.now = d.now.Add(49 * time.Hour)
	if got := d.view().Facts()["operational_numbers"].Value; !strings.Contains(got, "11月22日 06:33時点") {
		t.Errorf("two days later: %q", got)
	}
}
