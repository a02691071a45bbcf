package chat

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"irbot/internal/incident"
)

func TestFactsAreTypedAsPeopleWriteThem(t *testing.T) {
	tests := []struct {
		in   string
		want incident.Command
	}{
		{"復旧見込み: 12:00 の見込み 推定", incident.SetFact{Field: "復旧見込み", Value: "12:00 の見込み", Conf: "estimated"}},
		{"概要：TOSが停止（確認）", incident.SetFact{Field: "概要", Value: "TOSが停止", Conf: "confirmed"}},
		{"原因 不明", incident.SetFact{Field: "原因", Conf: "unknown"}},
		{"8 VPN装置の脆弱性", incident.SetFact{Field: "8", Value: "VPN装置の脆弱性"}},
		{"eta 15:00 estimated", incident.SetFact{Field: "eta", Value: "15:00", Conf: "estimated"}},
		{"概要 確認", incident.ConfirmFact{Field: "概要"}},
		{"概要 相手に確認中", incident.SetFact{Field: "概要", Value: "相手に確認中"}},
	}
	for _, tt := range tests {
		if diff := cmp.Diff(tt.want, FactCommand(tt.in)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.in, diff)
		}
	}
	for _, line := range []string{"県警が到着", "事実", "事実関係を確認した", "事実："} {
		if cmd, ok := FactNote(line); ok {
			t.Errorf("%q was taken as a fact: %+v", line, cmd)
		}
	}
	cmd, ok := FactNote("事実：原因 不明")
	if diff := cmp.Diff(incident.Command(incident.SetFact{Field: "原因", Conf: "unknown"}), cmd); !ok || diff != "" {
		t.Errorf("record line (-want +got):\n%s", diff)
	}
}
