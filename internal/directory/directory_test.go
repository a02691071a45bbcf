package directory_test

import (
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"irbot/internal/directory"
	"irbot/internal/notify"
	"irbot/internal/problem"
)

func example(t *testing.T) *directory.Directory {
	t.Helper()
	data, err := os.ReadFile("../../directory.example.yaml")
	if err != nil {
		t.Fatal(err)
	}
	d, err := directory.Parse("directory.example.yaml", data)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestRunbookWordsResolve(t *testing.T) {
	d := example(t)
	for words, want := range map[string]string{
		"lead": "lead", "当直リーダー": "lead", "ＣＳＩＲＴ責任者": "lead", "csirt": "lead", "本社 CISO": "ciso", "ＣＩＳＯ": "ciso",
		"情報システム部長": "it", "ネットワーク班": "network", "ネットワーク班長さん": "network", "ターミナル長": "ops",
		"ターミナル長（電話）": "ops", "総務部長 様": "liaison", "法務": "legal", "ゲート係": "gate", "ヤード係": "yard",
		"オペレーション課": "ops", "保安担当": "safety", "社長": "exec", "記録係": "scribe", "発見者": "first", "情報ｼｽﾃﾑ部": "it",
	} {
		r, ok := d.RoleNamed(words)
		if !ok || r.ID != want {
			t.Errorf("RoleNamed(%q) = %q, %v; want %q", words, r.ID, ok, want)
		}
	}
	for words, want := range map[string]string{
		"警察（サイバー窓口）": "police", "警察(サイバー窓口)": "police", "港湾管理者": "port-authority", "船社一覧": "shipping-lines",
		"国土交通省": "mlit", "国土交通省　港湾局": "mlit", "所管官庁": "mlit", "ＪＰＣＥＲＴ/ＣＣ": "jpcert", "jpcert/cc 様": "jpcert",
		"外部専門家": "expert", "税関": "customs", "海保": "coast-guard", "運輸局": "transport-bureau", "陸運会社": "trucking",
	} {
		x, ok := d.DestinationNamed(words)
		if !ok || x.ID != want {
			t.Errorf("DestinationNamed(%q) = %q, %v; want %q", words, x.ID, ok, want)
		}
	}
	for words, want := range map[string]string{"佐藤さん": "sato", "WATANABE": "watanabe", "山田ターミナル長": "yamada", "社長": ""} {
		p, ok := d.PersonNamed(words)
		if p.ID != want || ok != (want != "") {
			t.Errorf("PersonNamed(%q) = %q, %v; want %q", words, p.ID, ok, want)
		}
	}
	for _, words := range []string{"", "さん", "  ", "存在しない課", "（電話）"} {
		if r, ok := d.RoleNamed(words); ok {
			t.Errorf("RoleNamed(%q) found %q", words, r.ID)
		}
	}
}

// The words of the shipped runbooks must reach somebody in the sample.
func TestShippedRunbooksResolve(t *testing.T) {
	d := example(t)
	label := regexp.MustCompile(`^\s*- (担当|承認|通知|Owner|Approver|Notify): (.+)$`)
	files, err := filepath.Glob("../../runbooks/*.md")
	if err != nil || len(files) == 0 {
		t.Fatalf("no runbooks: %v", err)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for i, line := range strings.Split(string(data), "\n") {
			m := label.FindStringSubmatch(line)
			if m == nil {
				continue
			}
			for _, w := range strings.FieldsFunc(m[2], func(r rune) bool { return r == '、' || r == ',' }) {
				_, role := d.RoleNamed(w)
				_, dest := d.DestinationNamed(w)
				if !role && (!dest || m[1] == "担当" || m[1] == "Owner") && !strings.HasPrefix(strings.TrimSpace(w), "#") {
					t.Errorf("%s:%d: nobody is %q", filepath.Base(file), i+1, w)
				}
			}
		}
	}
}

func TestExampleCoversEveryRole(t *testing.T) {
	d := example(t)
	for _, r := range d.Roles {
		if len(d.HolderIDs(r.ID)) == 0 {
			t.Errorf("nobody holds %s", r.ID)
		}
	}
	for _, x := range d.Destinations {
		if x.Kind != directory.KindInternal && !x.Outside {
			t.Errorf("%s would leave without approval", x.ID)
		}
	}
	if diff := cmp.Diff([]string{"kobayashi"}, d.Deputies("ciso")); diff != "" {
		t.Error(diff)
	}
	sato, _ := d.Person("sato")
	if sato.TLP != "TLP:RED" || sato.Lang != "ja" || sato.Reach[0].Means != notify.Mail {
		t.Errorf("sato read wrongly: %+v", sato)
	}
}

func TestStale(t *testing.T) {
	d := &directory.Directory{
		People:       []directory.Person{{ID: "a", Verified: time.Date(2026, 5, 1, 0, 0, 0, 0, time.UTC)}, {ID: "b"}},
		Destinations: []directory.Destination{{ID: "c", Verified: time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)}},
	}
	var got []string
	for _, s := range d.Stale(time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC), directory.StaleAfter) {
		got = append(got, s.ID)
	}
	if diff := cmp.Diff([]string{"a", "b"}, got); diff != "" {
		t.Error(diff)
	}
}

func TestSlackIDComesFirst(t *testing.T) {
	d, err := directory.Parse("d.yaml", []byte("people: [{id: a, name: 甲, slack: U0123ABCD, reach: [{means: phone, to: \"110\"}]}]"))
	if err != nil {
		t.Fatal(err)
	}
	want := []directory.Address{{Means: notify.Slack, To: "U0123ABCD"}, {Means: notify.Phone, To: "110"}}
	if diff := cmp.Diff(want, d.People[0].Reach); diff != "" {
		t.Error(diff)
	}
}

func TestAllows(t *testing.T) {
	for _, c := range []struct {
		ceiling, label string
		want           bool
	}{
		{"TLP:RED", "TLP:RED", true}, {"AMBER", "RED", false}, {"GREEN", "CLEAR", true},
		{"AMBER", "AMBER+STRICT", false}, {"", "GREEN", true}, {"PURPLE", "CLEAR", false}, {"RED", "PURPLE", false},
	} {
		if got := directory.Allows(c.ceiling, c.label); got != c.want {
			t.Errorf("Allows(%q, %q) = %v", c.ceiling, c.label, got)
		}
	}
}

func TestBrokenDirectories(t *testing.T) {
	person := func(extra string) string {
		return "roles:\n- {id: lead, name: 指揮}\npeople:\n- id: sato\n  name: 佐藤\n" + extra
	}
	reach := "  reach: [{means: mail, to: s@example.jp}]\n"
	dest := func(extra string) string {
		return "destinations:\n- id: mlit\n  name: 国交省\n  kind: authority\n  outside: true\n" + extra
	}
	for name, c := range map[string]struct{ yaml, where, say string }{
		"misspelt key":      {person("  tilte: x\n" + reach), "d.yaml:6", `"title"`},
		"unknown role":      {person("  roles: [led]\n" + reach), "d.yaml:6", `"lead"`},
		"no means":          {person(""), "d.yaml:4", "no means"},
		"unknown means":     {person("  reach: [{means: pigeon, to: x}]\n"), "d.yaml:6", "slack, mail"},
		"mail not ascii":    {person("  reach: [{means: mail, to: 佐藤@example.jp}]\n"), "d.yaml:6", "ASCII"},
		"mail with name":    {person("  reach: [{means: mail, to: \"S <s@example.jp>\"}]\n"), "d.yaml:6", "ASCII"},
		"mail injection":    {person("  reach: [{means: mail, to: \"s@example.jp\\r\\nBcc: x@example.jp\"}]\n"), "d.yaml:6", "ASCII"},
		"wide number":       {person("  reach: [{means: phone, to: ０３-0000}]\n"), "d.yaml:6", "half-width"},
		"bad label":         {person("  tlp: ORANGE\n" + reach), "d.yaml:6", "AMBER+STRICT"},
		"bad language":      {person("  lang: fr\n" + reach), "d.yaml:6", "ja or en"},
		"bad date":          {person("  verified: 2026/11/01\n" + reach), "d.yaml:6", "2026-11-01"},
		"slack display":     {person("  slack: '@sato'\n" + reach), "d.yaml:6", "member id"},
		"japanese id":       {"people:\n- id: 佐藤\n  name: 佐藤\n" + reach, "d.yaml:2", "mlit-bureau"},
		"no id":             {"people:\n- name: 佐藤\n" + reach, "d.yaml:2", "cannot be used"},
		"no name":           {"people:\n- id: sato\n" + reach, "d.yaml:2", "no name"},
		"same id":           {person(reach + "- id: sato\n  name: 別人\n" + reach), "d.yaml:7", "first on line 4"},
		"deputy missing":    {"roles:\n- {id: lead, name: 指揮,\n   deputy: [tanaka]}\n", "d.yaml:3", "deputy"},
		"same alias":        {"roles:\n- {id: a, name: 甲, aliases: [班長]}\n- {id: b, name: 乙, aliases: [班長 様]}\n", "d.yaml:3", "both"},
		"no reach":          {dest(""), "d.yaml:2", "by any means"},
		"bad kind":          {"destinations:\n- id: m\n  name: x\n  kind: authorty\n  outside: true\n" + reach, "d.yaml:4", `"authority"`},
		"outside forgotten": {"destinations:\n- id: m\n  name: x\n  kind: police\n" + reach, "d.yaml:2", "outside: true"},
		"not a list":        {"people:\n  sato: {name: 佐藤}\n", "d.yaml:2", "list"},
		"tab":               {"people:\n\t- id: a\n", "d.yaml:2", "tabs"},
		"repeated key":      {person(reach + "  name: 別\n"), "d.yaml:7", "twice"},
		"two documents":     {"people: []\n---\npeople: []\n", "d.yaml:2", "second document"},
		"anchor":            {"people: &x []\nroles: *x\n", "d.yaml:1", "anchors"},
		"top is a list":     {"- a\n", "d.yaml:1", "key: value"},
		"text for flag":     {dest("  outside: yes\n" + reach), "d.yaml:6", "twice"},
	} {
		t.Run(name, func(t *testing.T) {
			d, err := directory.Parse("d.yaml", []byte(c.yaml))
			var list *problem.Errors
			if !errors.As(err, &list) {
				t.Fatalf("accepted: %+v, %v", d, err)
			}
			p := list.List[0]
			if p.Where() != c.where || !strings.Contains(p.Text("en"), c.say) {
				t.Errorf("want %s … %s, got\n%v", c.where, c.say, err)
			}
			if p.What.JA == "" || p.Why.JA == "" || p.Fix.JA == "" || p.Fix.EN == "" {
				t.Errorf("incomplete: %+v", p)
			}
		})
	}
}

func BenchmarkRoleNamed(b *testing.B) {
	data, _ := os.ReadFile("../../directory.example.yaml")
	d, _ := directory.Parse("d", data)
	for b.Loop() {
		d.RoleNamed("港湾管理者窓口")
	}
}

func FuzzParse(f *testing.F) {
	data, _ := os.ReadFile("../../directory.example.yaml")
	f.Add(data)
	f.Add([]byte("people: [{id: a}]"))
	f.Fuzz(func(t *testing.T, data []byte) {
		d, err := directory.Parse("f.yaml", data)
		if (d == nil) == (err == nil) {
			t.Fatal("neither directory nor error, or both")
		}
	})
}
