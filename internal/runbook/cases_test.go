package runbook_test

import (
	"strings"
	"testing"

	"irbot/internal/runbook"
)

func TestCases(t *testing.T) {
	for text, want := range map[string]string{
		"第1ゲートだけが止まった場合はほかのゲートに回す。全部が止まった場合は待機場に入れる。":                "第1ゲートだけが止まった場合=ほかのゲートに回す|全部が止まった場合=待機場に入れる",
		"ヤードが満杯の場合は搬入を止め、空きがある場合は搬入を続ける。":                            "ヤードが満杯の場合=搬入を止め|空きがある場合=搬入を続ける",
		"満杯の場合、搬入を止め、船社に知らせる。空きがある場合、続ける。":                           "満杯の場合=搬入を止め、船社に知らせる|空きがある場合=続ける",
		"If the gate is down, use paper. If the yard is full, stop.": "If the gate is down=use paper.|If the yard is full=stop.",
		"満杯の場合は止める。": "",
		"まず門を見る。満杯の場合は止める。空きの場合は続ける。":             "",
		"満杯の場合は、夜間の場合は止める。":                       "",
		"満杯の場合は止める。満杯の場合は続ける。":                    "",
		"Whether to stop or to go on is decided.": "",
	} {
		var got []string
		for _, b := range runbook.Cases(text, 1) {
			got = append(got, b.Label+"="+b.Text)
		}
		if s := strings.Join(got, "|"); s != want {
			t.Errorf("%s\n got %s\nwant %s", text, s, want)
		}
	}
}
