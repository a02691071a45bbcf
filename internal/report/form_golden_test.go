package report

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the golden files anew")

func vars() map[string]string {
	return map[string]string{"dest": "宛先", "report": "第一報", "date": "令和8年11月22日", "incident": "IR-12", "title": "TOS停止", "site": "さくら港ターミナル", "phone": "03-0000-0000", "next": "令和8年11月22日(日) 08:00 JST"}
}

func fullFacts(b *Forms) map[string]Fact {
	at := time.Date(2026, 11, 21, 22, 10, 0, 0, time.UTC)
	out := map[string]Fact{}
	for i, f := range b.Fields() {
		conf := []Confidence{Confirmed, Estimated, Confirmed}[i%3]
		out[f.ID] = Fact{Field: f.ID, Value: f.JA + "の内容", Conf: conf, AsOf: at, TLP: f.TLP, Seq: int64(i + 10)}
	}
	cause := out["cause_class"]
	cause.Value, cause.Conf = "", Unknown
	out["cause_class"] = cause
	return out
}

func fill(b *Forms, f *Form, kind string, facts map[string]Fact, ceiling string) Document {
	return f.Fill(Input{Kind: kind, Facts: facts, Vars: vars(), Ceiling: ceiling, When: func(t time.Time) string { return t.UTC().Format("15:04") }})
}

// TestEveryFormEmptyAndFull pins what each form says of an incident about which
// nothing is known, and of one about which everything is.
func TestEveryFormEmptyAndFull(t *testing.T) {
	b, err := Shipped()
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range b.List() {
		var out strings.Builder
		for _, x := range []struct {
			name, kind string
			facts      map[string]Fact
		}{{"empty", First, nil}, {"full", Final, fullFacts(b)}} {
			d := fill(b, f, x.kind, x.facts, "AMBER+STRICT")
			var missing []string
			for _, l := range d.Missing() {
				missing = append(missing, l.Field)
			}
			out.WriteString("== " + x.name + " " + f.Issue(x.kind, 2, "ja") + " / " + f.Issue(x.kind, 2, "en") + "\nmissing: " + strings.Join(missing, " ") + "\n" + d.Subject + "\n\n" + d.Text() + "\n\n")
			for _, l := range strings.Split(d.Text(), "\n") {
				if strings.HasSuffix(l, ": ") || strings.Contains(l, "{{") {
					t.Errorf("%s leaves a hole: %q", f.ID, l)
				}
			}
		}
		name := filepath.Join("testdata", "form-"+f.ID+".txt")
		if *update {
			if err := os.WriteFile(name, []byte(out.String()), 0o600); err != nil {
				t.Fatal(err)
			}
			continue
		}
		want, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(want), out.String()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// TestRequiredNow takes each needed fact away, one at a time: the form must miss
// exactly that one.
func TestRequiredNow(t *testing.T) {
	b, err := Shipped()
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range b.List() {
		for _, s := range f.Series {
			for _, r := range f.Rows {
				facts := fullFacts(b)
				delete(facts, r.Field)
				for _, l := range fill(b, f, s.Kind, facts, "RED").Missing() {
					if l.Field != r.Field && l.Field != "cause_class" {
						t.Errorf("%s %s: misses %s where only %s is gone", f.ID, s.Kind, l.Field, r.Field)
					}
				}
				d := fill(b, f, s.Kind, facts, "RED")
				have, need := d.Required()
				if need-have != len(d.Missing()) {
					t.Errorf("%s %s: %d of %d, %d missing", f.ID, s.Kind, have, need, len(d.Missing()))
				}
			}
		}
	}
	mlit, _ := b.Form("mlit-report")
	facts := fullFacts(b)
	facts["eta"] = Fact{Field: "eta", Conf: Unknown}
	if m := fill(b, mlit, Final, facts, "RED").Missing(); len(m) != 1 || m[0].Field != "eta" {
		t.Errorf("a final report without the recovery misses %+v", m)
	}
	if m := fill(b, mlit, First, facts, "RED").Missing(); len(m) != 0 {
		t.Errorf("a first report may leave the recovery unknown, misses %+v", m)
	}
}

// TestNoFormLetsThroughAboveItsLabel tries every form with every label.
func TestNoFormLetsThroughAboveItsLabel(t *testing.T) {
	b, err := Shipped()
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range b.List() {
		for _, label := range []string{"CLEAR", "GREEN", "AMBER", "AMBER+STRICT", "RED"} {
			facts := map[string]Fact{}
			for _, x := range b.Fields() {
				facts[x.ID] = Fact{Field: x.ID, Value: "SECRET-" + x.ID, Conf: Confirmed, TLP: "RED"}
			}
			for _, s := range f.Series {
				d := fill(b, f, s.Kind, facts, label)
				text := d.Subject + d.Text() + d.Snapshot()
				if leaks := strings.Contains(text, "SECRET-"); leaks != (label == "RED") {
					t.Errorf("%s %s at TLP:%s: leaks %v", f.ID, s.Kind, label, leaks)
				}
				in := Input{Kind: s.Kind, Facts: facts, Vars: vars(), Ceiling: label, Allowed: map[string]bool{"summary": true}}
				if got := f.Fill(in); label != "RED" && strings.Count(got.Text(), "SECRET-") != strings.Count(got.Text(), "SECRET-summary") {
					t.Errorf("%s: more than what was let through", f.ID)
				}
			}
		}
	}
	if !Above("PINK", "AMBER") {
		t.Error("a fact without a readable label must count as the strictest")
	}
}

// TestInjection keeps what is typed as what was typed: one subject line, no
// template evaluated, text unchanged (RELIABILITY S03).
func TestInjection(t *testing.T) {
	b, err := Shipped()
	if err != nil {
		t.Fatal(err)
	}
	for _, bad := range []string{"{{phone}}", "{{summary}}", "x\r\nBcc: evil@example.jp", "=1+1", "<script>", "<!channel>", "%s%n", "\u202egnp"} {
		facts := fullFacts(b)
		for id, x := range facts {
			x.Value, x.Conf = bad, Confirmed
			facts[id] = x
		}
		v := vars()
		v["title"] = bad
		for _, f := range b.List() {
			d := f.Fill(Input{Kind: First, Facts: facts, Vars: v, Ceiling: "RED"})
			if strings.ContainsAny(d.Subject, "\r\n") {
				t.Errorf("%s: subject of two lines %q", f.ID, d.Subject)
			}
			for _, l := range d.Lines {
				if !strings.HasPrefix(l.Value, bad) {
					t.Errorf("%s: %q became %q", f.ID, bad, l.Value)
				}
			}
			if lines := Thaw(d.Snapshot()); len(lines) != len(d.Lines) || !strings.HasPrefix(lines[0].Value, strings.ToValidUTF8(bad, "")) {
				t.Errorf("%s: the snapshot does not read back", f.ID)
			}
		}
	}
}

func TestChanges(t *testing.T) {
	line := func(f, v string) Line { return Line{Field: f, JA: f, EN: f, Value: v} }
	before := []Line{line("a", "1"), line("b", UnknownWords), line("c", "3"), line("d", "4"), line("e", UnknownWords), line("g", "7")}
	after := []Line{line("a", "1"), line("b", "2"), line("c", "33"), line("d", UnknownWords), line("e", HeldWords), line("f", "6")}
	want := []Change{{"added", "b", "b", UnknownWords, "2"}, {"changed", "c", "c", "3", "33"}, {"gone", "d", "d", "4", UnknownWords}, {"added", "f", "f", "", "6"}, {"gone", "g", "g", "7", ""}}
	if diff := cmp.Diff(want, Changes(before, after)); diff != "" {
		t.Errorf("changes (-want +got):\n%s", diff)
	}
	if got := Changes(after, after); got != nil {
		t.Errorf("the same report changed: %+v", got)
	}
}
