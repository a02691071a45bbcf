package incident_test

import (
	"testing"

	"irbot/internal/incident"
)

// What acts unseen in typed text can be read in the record, and what is typed
// twice through Clean stays what it was.
func TestCleanLosesNothingUnseen(t *testing.T) {
	for in, want := range map[string]string{
		"支払\u202e先\u202c":         "支払[U+202E]先[U+202C]",
		"a\u200bb":                "a[U+200B]b",
		"\ufeff第3ゲート\u200b \n":    "第3ゲート",
		"x\ufeffy":                "x[U+FEFF]y",
		"\x1b[31m赤":               "[U+001B][31m赤",
		"a\x00b\u009bc":           "a[U+0000]b[U+009B]c",
		"\u2066隔離\u2069":          "[U+2066]隔離[U+2069]",
		"一\r\n二\r三\u2028四\f五":     "一\n二\n三\n四\n五",
		"👨\u200d👩\u200d👧 か\u3099": "👨\u200d👩\u200d👧 か\u3099",
		"שלום\u200f \u200eabc":    "שלום\u200f \u200eabc",
		"タブ\tと\n行":                "タブ\tと\n行",
		"\xff欠け":                  "\ufffd欠け",
	} {
		got := incident.Clean(in)
		if got != want {
			t.Errorf("Clean(%+q) = %+q, want %+q", in, got, want)
		}
		if again := incident.Clean(got); again != got {
			t.Errorf("Clean(Clean(%+q)) = %+q", in, again)
		}
	}
}
