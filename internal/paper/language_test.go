package paper

import (
	"testing"

	"irbot/internal/chat"
	"irbot/internal/runbook"
)

// TestSheetSpeaksTheLanguageOfItsRunbook holds that whoever prints a Japanese
// plan on a server set to English hands out a sheet in Japanese.
func TestSheetSpeaksTheLanguageOfItsRunbook(t *testing.T) {
	for _, x := range []struct{ src, incident string }{
		{"# 停電時の対応\n\n## 初動\n\n1. ブレーカーを確認する\n", "案件"},
		{"# Power cut\n\n## Response\n\n1. Check the breaker\n", "Incident"},
	} {
		b, err := runbook.Read("x.md", []byte(x.src), runbook.Options{})
		if err != nil {
			t.Fatal(err)
		}
		for _, lang := range []chat.Lang{chat.JA, chat.EN} {
			if d := (Press{Lang: lang}).In(b.Language).Book(b); d.Blank[0] != x.incident {
				t.Errorf("printed by a %s user, the first line asks for %q, want %q", lang, d.Blank[0], x.incident)
			}
		}
	}
}

// TestEveryColumnIsOnPaper holds that a remark in a table is read by whoever has
// only the sheet.
func TestEveryColumnIsOnPaper(t *testing.T) {
	b, err := runbook.Read("x.md", []byte("# 停電\n\n| No | 作業 | 担当 | 備考 |\n|---|---|---|---|\n| 1 | 課長に電話する | 当直 | 不在のときは部長 |\n"), runbook.Options{})
	if err != nil {
		t.Fatal(err)
	}
	d := (Press{Lang: chat.JA}).Book(b)
	for _, l := range d.Runs[0].Phases[0].Steps[0].Lines {
		if l.Text == "備考: 不在のときは部長" {
			return
		}
	}
	t.Errorf("the sheet does not say it: %+v", d.Runs[0].Phases[0].Steps[0])
}
