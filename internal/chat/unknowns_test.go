package chat

import (
	"strings"
	"testing"
	"unicode"

	"irbot/internal/incident"
)

// TestUnknownItemsAreNamedInTheReadersLanguage draws the approval of a report
// whose letter is Japanese for a reader of English.
func TestUnknownItemsAreNamedInTheReadersLanguage(t *testing.T) {
	d := newDesk(t)
	d.reports()
	d.open("sato", incident.Declare{Title: "TOS停止", Finder: "frozen"})
	d.do("suzuki", incident.DraftNotice{Dest: "mlit"})
	d.do("suzuki", incident.DraftNotice{Dest: "police", Form: incident.NoForm, Subject: "照会", Body: "船名: " + incident.Unknown})
	questions := func(lang Lang, id string) string {
		t.Helper()
		ap, ok := d.drawer(lang).Approval(d.view(), id)
		if !ok || len(ap.Questions) == 0 {
			t.Fatalf("approval %s asks nothing: %+v", id, ap)
		}
		return strings.Join(ap.Questions, "\n")
	}
	if got := questions(JA, "N1"); !strings.Contains(got, "「復旧の見込み」") {
		t.Errorf("Japanese:\n%s", got)
	}
	got := questions(EN, "N1")
	if !strings.Contains(got, `"Expected recovery"`) || strings.ContainsFunc(got, func(r rune) bool { return unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana) }) {
		t.Errorf("English:\n%s", got)
	}
	// Nobody has an English name for what a person wrote: the line finds it, the label being the first.
	if got := questions(EN, "N2"); !strings.Contains(got, "line 3 of the text (船名)") {
		t.Errorf("free text:\n%s", got)
	}
}
