package runbook_test

import (
	"testing"

	"irbot/internal/runbook"
)

// What people type where a runbook asks for a number.
func TestTypedNumbers(t *testing.T) {
	tests := []struct{ label, value, fault string }{
		{"温度（-30〜30の数値）", "−18℃", ""},
		{"温度（-30〜30の数値）", "-１８．５ 度", ""},
		{"温度（-30〜30の数値）", "マイナス18度", ""},
		{"温度（-30〜30の数値）", "マイナス58度", "range"},
		{"温度（-30〜30の数値）", "-1,8", "comma"}, // may be meant as -1.8: never -18
		{"温度（-30〜30の数値）", "10:30", "one"},
		{"温度（-30〜30の数値）", "7 8", "one"},
		{"温度（-30〜30の数値）", "-18 / -20", "one"},
		{"温度（-30〜30の数値）", "0℉", "unit"},
		{"温度（-30〜30の数値）", "7kg", "unit"},
		{"温度（-30〜30の数値）", "正常", "number"},
		{"温度（-30〜30の数値）", "十八", "number"},
		{"台数（1〜50の整数）", "７台", ""},
		{"台数（1〜50の整数）", "TOS2の画面で7台", ""},
		{"台数（1〜50の整数）", "7.5", "integer"},
		{"台数（1〜50の整数）", "51", "range"},
		{"重さ（0〜60000の数値 kg）", "21,340kg", ""},
		{"重さ（0〜60000の数値 kg）", "21.3t", "unit"},
		{"時間（1以上の数値）", "2026/11/22", "one"},
		{"count (integer, min 1)", "7 trucks", ""},
		{"count (integer, min 1)", "0", "range"},
		{"temperature (number, -30 to 30)", "0 F", "unit"},
		{"温度（数値 -30〜30）", "99", "range"}, // the word before the figures
		{"台数（整数 1〜50）", "51", "range"},
		{"temperature (number -30 to 30)", "99", "range"},
		{"count (integer between 1 and 50)", "0", "range"},
		{"台数（整数 1以上）", "6本", ""}, // no measure: whatever is counted
		{"temperature (number, -30 to 30)", "minus 18 C", ""},
	}
	for _, tt := range tests {
		list := runbook.Demands([]string{tt.label})
		if len(list) != 1 {
			t.Errorf("%s asks for %d things", tt.label, len(list))
			continue
		}
		if got := list[0].Fault(tt.value, 0); got != tt.fault {
			t.Errorf("%s, %q: %q, want %q (unit %q)", tt.label, tt.value, got, tt.fault, list[0].Unit)
		}
	}
}
