package export_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"irbot/internal/directory"
	"irbot/internal/export"
	"irbot/internal/incident"
	"irbot/internal/timeline"
)

// with takes out with choices of its own.
func (m *morning) with(format string, o export.Options) (export.Made, string) {
	m.t.Helper()
	var b bytes.Buffer
	o.Incident = "IR-1"
	made, err := m.src.Write(context.Background(), &b, format, o)
	if err != nil {
		m.t.Fatalf("%s: %v", format, err)
	}
	return made, b.String()
}

// readForms are the forms in which text can be searched as it stands.
func readForms() []string { return []string{"zip", "csv", "md", "html", "jsonl", "json", "timesketch"} }

func holds(t *testing.T, format, data string) {
	t.Helper()
	var rep timeline.Report
	var err error
	switch format {
	case "zip":
		rep, err = timeline.VerifyFile(strings.NewReader(data), int64(len(data)), timeline.VerifyOptions{})
	case "jsonl":
		rep, err = timeline.VerifyJSONL(strings.NewReader(data), timeline.VerifyOptions{})
	default:
		return
	}
	if err != nil || !rep.Holds() {
		t.Errorf("%s does not verify: %v %v", format, err, rep.Problems)
	}
}

// What lies above the ceiling is in no form, and what is left still verifies.
func TestCeilingWithholdsAndVerifies(t *testing.T) {
	m := begin(t)
	m.do("ito", incident.AddEvidence{File: "secret-photo.jpg", Data: []byte("SECRETBYTES")})
	for _, format := range readForms() {
		made, out := m.with(format, export.Options{Ceiling: "clear"})
		holds(t, format, out)
		if made.Withheld == 0 || made.Label != "TLP:CLEAR" && format != "jsonl" {
			t.Errorf("%s: %d withheld, label %q", format, made.Withheld, made.Label)
		}
		for _, secret := range []string{"トラック60台", "TOS停止", "secret-photo", "SECRETBYTES"} {
			if strings.Contains(out, secret) {
				t.Errorf("%s with a ceiling of CLEAR holds %q", format, secret)
			}
		}
		if _, all := m.with(format, export.Options{}); !strings.Contains(all, "トラック60台") {
			t.Errorf("%s without a ceiling lacks the note", format)
		}
	}
}

// The label that the facts of an entry carry goes before that of its kind.
func TestOwnLabelOfAnEntry(t *testing.T) {
	for _, c := range []struct{ kind, facts, want string }{
		{"notice.drafted", `{"tlp":"GREEN"}`, "TLP:GREEN"},
		{"notice.drafted", `{"tlp":"PURPLE"}`, "TLP:RED"},
		{"notice.drafted", `{}`, "TLP:AMBER"},
		{"notice.phoned", `{}`, "TLP:AMBER+STRICT"},
		{"escalation.paged", `{}`, "TLP:AMBER+STRICT"},
		{"text.erased", `{}`, "TLP:RED"},
		{"quite.new", `{}`, "TLP:AMBER+STRICT"},
		{"eta.set", `{}`, "TLP:AMBER"},
		{"share.agreed", `{"tlp":"GREEN"}`, "TLP:GREEN"},
		{"share.agreed", `{}`, "TLP:AMBER"},
		{"guest.invited", `{}`, "TLP:AMBER+STRICT"},
		{"consent.recorded", `{}`, "TLP:AMBER+STRICT"},
		{"notice.overridden", `{"tlp":"RED"}`, "TLP:RED"},
		{"erasure.asked", `{}`, "TLP:RED"},
	} {
		if got := export.TLPOf(&timeline.Entry{Kind: timeline.Kind(c.kind), Facts: []byte(c.facts)}); got != c.want {
			t.Errorf("%s %s: %s, want %s", c.kind, c.facts, got, c.want)
		}
	}
}

func TestRangeWithholdsOnlyTexts(t *testing.T) {
	m := begin(t)
	made, out := m.with("jsonl", export.Options{From: export.Bound{Seq: 3}, To: export.Bound{Seq: 4}})
	holds(t, "jsonl", out)
	if n := strings.Count(out, "\n"); int64(n) != made.Count || made.Withheld == 0 {
		t.Errorf("%d lines of %d, %d withheld", n, made.Count, made.Withheld)
	}
	_, table := m.with("csv", export.Options{From: export.Bound{Seq: 3}, To: export.Bound{Seq: 4}})
	r := csv.NewReader(strings.NewReader(strings.TrimPrefix(table, "\ufeff")))
	r.FieldsPerRecord = -1
	rows, err := r.ReadAll()
	if err != nil || len(rows) != 4 || rows[2][0] != "3" {
		t.Errorf("%v %d rows", err, len(rows))
	}
	zone := time.FixedZone("JST", 9*3600)
	for in, want := range map[string]export.Bound{
		"#12": {Seq: 12}, "2026-11-22": {At: time.Date(2026, 11, 22, 23, 59, 59, 999999000, zone)}, "2026-11-22T07:12": {At: time.Date(2026, 11, 22, 7, 12, 0, 0, zone)}, "": {},
	} {
		if got, err := export.ParseBound(in, zone, true); err != nil || got.Seq != want.Seq || !got.At.Equal(want.At) {
			t.Errorf("%q: %+v %v", in, got, err)
		}
	}
	// A time of day typed as everywhere else must not become entry 712 and an empty copy.
	if b, err := export.ParseBound("0712", zone, false); !errors.Is(err, export.ErrChoice) {
		t.Errorf("0712 is read as %+v, %v", b, err)
	}
	o := export.Options{Incident: "IR-1", From: export.Bound{Seq: 4}, To: export.Bound{Seq: 3}}
	if _, err := m.src.Write(t.Context(), &strings.Builder{}, "csv", o); !errors.Is(err, export.ErrChoice) {
		t.Errorf("a range that ends before it begins: %v", err)
	}
	if _, err := export.ParseBound("yesterday", zone, false); !errors.Is(err, export.ErrChoice) {
		t.Errorf("yesterday: %v", err)
	}
}

// What was kept outside a range is in no list of the copy, and neither is who
// kept it.
func TestRangeLeavesOtherEvidenceOut(t *testing.T) {
	m := begin(t)
	m.do("ito", incident.AddEvidence{File: "範囲外の写真.png", Data: []byte("photo"), Words: "画面"})
	for _, format := range []string{"html", "md"} {
		_, whole := m.with(format, export.Options{})
		_, part := m.with(format, export.Options{From: export.Bound{Seq: 1}, To: export.Bound{Seq: 2}})
		if !strings.Contains(whole, "範囲外の写真") || strings.Contains(part, "範囲外の写真") || strings.Contains(part, "伊藤") {
			t.Errorf("%s: whole %t, part %t", format, strings.Contains(whole, "範囲外の写真"), strings.Contains(part, "範囲外の写真"))
		}
	}
}

// A copy with roles names nobody who is in the directory, and its record, whose
// texts cannot be changed, withholds them.
func TestRolesInsteadOfNames(t *testing.T) {
	m := begin(t)
	m.do("ito", incident.AddNote{Text: "佐藤さんが伊藤へ電話、sato@sakura.example.jp にも、森さんが森林公園で待つ", From: "伊藤", To: "森"})
	for _, format := range readForms() {
		_, out := m.with(format, export.Options{Roles: true})
		holds(t, format, out)
		for _, p := range m.svc.Site().Directory.People {
			for _, part := range strings.Fields(p.Name) {
				if len([]rune(part)) > 1 && strings.Contains(out, part) {
					t.Errorf("%s names %q", format, part)
				}
			}
		}
		// 森 is a name of one character: it goes where it can only be a name.
		if strings.Contains(strings.ReplaceAll(out, "森林公園", ""), "森") || !strings.Contains(out, "森林公園") && format != "jsonl" && format != "zip" {
			t.Errorf("%s names 森, or lost a word with it", format)
		}
		if format == "json" && strings.Contains(out, `"actor":"ito"`) {
			t.Error("the id of a person stands in the JSON")
		}
	}
}

// Who was only paged, and has been taken out of the directory since, is not
// named either.
func TestRolesInsteadOfNamesOfThoseWhoLeft(t *testing.T) {
	m := begin(t)
	m.do("sato", incident.Escalate{Role: "ciso", Reason: "判断が要る"})
	site := *m.svc.Site()
	dir := *site.Directory
	dir.People = slices.DeleteFunc(slices.Clone(dir.People), func(p directory.Person) bool { return p.Name == "渡辺" })
	if len(dir.People) == len(site.Directory.People) {
		t.Fatal("渡辺 is not in the directory")
	}
	site.Directory = &dir
	m.svc.SetSite(&site)
	if _, out := m.with("md", export.Options{}); !strings.Contains(out, "渡辺") {
		t.Fatal("渡辺 was not paged")
	}
	for _, format := range []string{"md", "html", "csv", "json"} {
		if _, out := m.with(format, export.Options{Roles: true}); strings.Contains(out, "渡辺") {
			t.Errorf("%s names whom the directory does not know any more", format)
		}
	}
}

func TestOrderAndLanguages(t *testing.T) {
	m := begin(t)
	m.fill(60)
	seqs := func(o export.Options) (out []int64, when []string) {
		_, data := m.with("json", o)
		var v struct {
			Entries []struct {
				Seq      int64  `json:"seq"`
				Happened string `json:"happened_at"`
			} `json:"entries"`
		}
		if err := json.Unmarshal([]byte(data), &v); err != nil {
			t.Fatal(err)
		}
		for _, e := range v.Entries {
			out, when = append(out, e.Seq), append(when, e.Happened)
		}
		return out, when
	}
	recorded, _ := seqs(export.Options{Recorded: true})
	happened, when := seqs(export.Options{})
	if len(recorded) != len(happened) {
		t.Fatalf("%d and %d rows", len(recorded), len(happened))
	}
	seen := map[int64]bool{}
	for i := range recorded {
		if recorded[i] != int64(i+1) || seen[happened[i]] || i > 0 && when[i] < when[i-1] {
			t.Fatalf("row %d: #%d as recorded, #%d at %s as happened", i, recorded[i], happened[i], when[i])
		}
		seen[happened[i]] = true
	}
	_, both := m.with("md", export.Options{Lang: "both", Era: true})
	for _, want := range []string{"内容 / Content", "令和8年", "記録者 / Recorder", "entered later"} {
		if !strings.Contains(both, want) {
			t.Errorf("both languages lack %q", want)
		}
	}
}

func TestPresetsAreSound(t *testing.T) {
	list, err := export.Presets()
	if err != nil || len(list) != 6 {
		t.Fatalf("%d presets: %v", len(list), err)
	}
	m := begin(t)
	for _, p := range list {
		if p.Name == "" || p.NameEN == "" || p.Why == "" || p.WhyEN == "" {
			t.Errorf("%s has no words", p.ID)
		}
		if _, out := m.with(p.Format, p.Apply(export.Options{})); out == "" {
			t.Errorf("%s is empty", p.ID)
		}
	}
	if _, err := export.PresetFor("nobody"); !errors.Is(err, export.ErrChoice) {
		t.Errorf("nobody: %v", err)
	}
}

// Whatever is written into the record stays text in every form, and every form
// is the same twice.
func TestNastyTextsStayTexts(t *testing.T) {
	m := begin(t)
	m.fill(80)
	for _, format := range export.Formats() {
		for _, lang := range []string{"ja", "en", "both"} {
			_, a := m.with(format, export.Options{Lang: lang})
			_, b := m.with(format, export.Options{Lang: lang})
			if a != b {
				t.Errorf("%s in %s differs from itself", format, lang)
			}
			if format == "html" && (strings.Contains(a, "<script") || strings.Contains(a, "<img") || strings.Contains(a, "href=\"http")) {
				t.Error("the page is not inert")
			}
		}
	}
	p, err := m.src.Preview(context.Background(), "pdf", export.Options{Incident: "IR-1"}, 7)
	if err != nil || len(p.Rows) != 7 || p.Made.Shown != p.Made.Count {
		t.Errorf("preview: %d rows of %d, %v", len(p.Rows), p.Made.Shown, err)
	}
}

func TestPDFHoldsTheChronology(t *testing.T) {
	poppler, err := exec.LookPath("pdftotext")
	if err != nil {
		t.Skip("poppler-utils is not installed: pdftotext")
	}
	m := begin(t)
	m.fill(40)
	_, data := m.with("pdf", export.Options{Era: true})
	file := filepath.Join(t.TempDir(), "x.pdf")
	if err := os.WriteFile(file, []byte(data), 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.CommandContext(t.Context(), poppler, "-layout", file, "-").Output() //nolint:gosec // a fixed program of the test machine
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"クロノロジー IR-1", "令和8年11月22日(日)", "発信 > 受信", "後から入力", "訂正済み", "手書き継続欄", "証跡", "note.jpg", "この控えの確かめ方", "irbot/sakura/IR-1", "𠮷田さん", "U+1F6A8", "<script>"} {
		if !strings.Contains(string(out), want) {
			t.Errorf("the PDF lacks %q", want)
		}
	}
}

// What was kept stands in every copy with everybody who held it, and a copy with
// a ceiling names neither the things nor the people.
func TestChainOfCustodyInEveryCopy(t *testing.T) {
	m := begin(t)
	m.do("ito", incident.AddEvidence{File: "disk.img", Data: []byte("image"), Words: "端末の複製", Where: "第3ゲート", Tool: "dd 9.1", Offset: "+3s", TLP: "AMBER"})
	m.do("ito", incident.OfferCustody{Item: "E1", To: "mori", Why: "鑑定のため", Where: "管理棟"})
	m.do("mori", incident.AcceptCustody{Transfer: "H1", Check: "封印を確かめた"})
	m.do("mori", incident.OfferCustody{Item: "E1", Outside: "県警 サイバー課", Why: "任意提出"})
	facts := []string{"証跡の台帳と引渡しの記録", "端末の複製", "第3ゲート", "dd 9.1", "+3s", "鑑定のため", "封印を確かめた", "受領", "県警 サイバー課", "受領待ち"}
	for _, format := range []string{"html", "md"} {
		_, out := m.with(format, export.Options{})
		for _, want := range facts {
			if !strings.Contains(strings.NewReplacer("\\+", "+", "\\.", ".").Replace(out), want) {
				t.Errorf("%s lacks %q", format, want)
			}
		}
	}
	_, data := m.with("json", export.Options{})
	if !strings.Contains(data, `"state":"accepted"`) || !strings.Contains(data, `"clock_error":"+3s"`) {
		t.Error("the JSON lacks the chain of custody")
	}
	for _, format := range []string{"html", "md", "json"} {
		_, out := m.with(format, export.Options{Ceiling: "green"})
		for _, secret := range []string{"端末の複製", "disk.img", "サイバー課", "伊藤", "鑑定"} {
			if strings.Contains(out, secret) {
				t.Errorf("%s with a ceiling of GREEN holds %q", format, secret)
			}
		}
		if _, part := m.with(format, export.Options{To: export.Bound{Seq: 2}}); strings.Contains(part, "サイバー課") {
			t.Errorf("%s of a range before it tells a hand-over", format)
		}
	}
}

// One person stands under one name in the English copy: what the machine wrote
// and what people did are told with the directory's English names, and what
// people wrote themselves stays.
func TestEnglishCopyHasOneNameForAPerson(t *testing.T) {
	m := begin(t)
	m.do("sato", incident.AddNote{Text: "渡辺さんへ電話"})
	_, en := m.with("md", export.Options{Lang: "en"})
	for _, want := range []string{"| Sato |", "渡辺さんへ電話"} {
		if !strings.Contains(en, want) {
			t.Errorf("%q is missing\n%s", want, en)
		}
	}
	for _, not := range []string{"| 佐藤 |", "渡辺 paged", "佐藤 \\>"} {
		if strings.Contains(en, not) {
			t.Errorf("the English copy has %q\n%s", not, en)
		}
	}
	if _, ja := m.with("md", export.Options{Lang: "ja"}); !strings.Contains(ja, "| 佐藤 |") {
		t.Error("the Japanese copy lost the name")
	}
}
