package directory_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"irbot"
	"irbot/internal/directory"
	"irbot/internal/problem"
)

func TestSampleRegisterIsRead(t *testing.T) {
	s, err := directory.ParseSystems("systems.yaml", irbot.SystemsExample)
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)
	var got []string
	for _, x := range s.StaleAt(now) {
		got = append(got, x.ID+" "+x.What)
	}
	if want := "tos restore,gate phone"; strings.Join(got, ",") != want {
		t.Errorf("stale: %v, want %s", got, want)
	}
	if late := s.StaleAt(now.AddDate(2, 0, 0)); len(late) < 8 {
		t.Errorf("after two years only %d are stale", len(late))
	}
}

func TestWrongRegisterIsRefusedWithReasonAndRemedy(t *testing.T) {
	good := string(irbot.SystemsExample)
	for _, tt := range []struct{ name, old, now, key string }{
		{"an unknown vendor", "vendor: minato", "vendor: minatto", "vendor"},
		{"a phone with words", `phone: "03-0000-0301"`, `phone: "maintenance desk"`, "phone"},
		{"nobody knows the hours", "hours: 平日 9:00-18:00、時間外は留守番電話", `hours: ""`, "hours"},
		{"a kind that is none", "    kind: tos\n", "    kind: toss\n", "kind"},
		{"a day that is none", `restore_tested: "2026-06-10"`, `restore_tested: "2026-06-31"`, "restore_tested"},
		{"an id twice", "id: nettech", "id: minato", "id"},
		{"fewer than none", "generations: 14", "generations: -1", "generations"},
		{"a log nowhere", "where: 機器の中", `where: ""`, "logs"},
		{"a misspelt key", "offline: true", "offlin: true", "offlin"},
	} {
		text := strings.Replace(good, tt.old, tt.now, 1)
		if text == good {
			t.Fatalf("%s: the sample does not have %q", tt.name, tt.old)
		}
		_, err := directory.ParseSystems("systems.yaml", []byte(text))
		var list *problem.Errors
		if !errors.As(err, &list) {
			t.Errorf("%s was taken: %v", tt.name, err)
			continue
		}
		p := list.List[0]
		if !strings.Contains(p.Key, tt.key) || p.Line == 0 || p.Why.JA == "" || p.Fix.EN == "" {
			t.Errorf("%s: %+v", tt.name, p)
		}
	}
}

func TestNamesOfTheRegister(t *testing.T) {
	s := &directory.Systems{
		Systems:   []directory.System{{ID: "tos", Name: "TOS（ターミナル管理）", NameEN: "TOS"}},
		Vendors:   []directory.Vendor{{ID: "minato", Name: "みなと", NameEN: "Minato"}},
		Insurance: []directory.Insurance{{ID: "cyber", Insurer: "さくら損保"}},
	}
	for id, want := range map[string][2]string{"tos": {"TOS（ターミナル管理）", "TOS"}, "minato": {"みなと", "Minato"}, "cyber": {"さくら損保", "さくら損保"}, "gone": {"gone", "gone"}} {
		if ja, en := s.NameOf(id, "ja"), s.NameOf(id, "en"); ja != want[0] || en != want[1] {
			t.Errorf("%s is %q and %q", id, ja, en)
		}
	}
}
