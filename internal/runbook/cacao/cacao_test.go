package cacao_test

import (
	"bytes"
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"irbot"
	"irbot/internal/runbook"
	"irbot/internal/runbook/cacao"
)

func options() cacao.Options {
	return cacao.Options{Site: "sample-port", SiteName: "見本港", At: time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)}
}

// schema is the published one. Its parts name each other by the address they
// were published under; nothing is fetched.
func schema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	const base = "https://raw.githubusercontent.com/oasis-open/cacao-json-schemas/main/schemas/"
	root := filepath.Join("testdata", "oasis", "schemas")
	c := jsonschema.NewCompiler()
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		f, err := os.Open(path)
		if err != nil {
			return err
		}
		defer func() { _ = f.Close() }()
		doc, err := jsonschema.UnmarshalJSON(f)
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		return c.AddResource(base+filepath.ToSlash(rel), doc)
	})
	if err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile(base + "playbook.json")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func shipped(t *testing.T) []*runbook.Runbook {
	t.Helper()
	files, err := irbot.Runbooks.ReadDir("runbooks")
	if err != nil {
		t.Fatal(err)
	}
	var out []*runbook.Runbook
	for _, f := range files {
		if !strings.HasSuffix(f.Name(), ".md") {
			continue
		}
		data, err := irbot.Runbooks.ReadFile("runbooks/" + f.Name())
		if err != nil {
			t.Fatal(err)
		}
		rb, err := runbook.Read(f.Name(), data, runbook.Options{})
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, rb)
	}
	if len(out) < 28 {
		t.Fatalf("only %d runbooks", len(out))
	}
	return out
}

func TestExportHoldsToTheSchema(t *testing.T) {
	s := schema(t)
	for _, rb := range shipped(t) {
		data, err := cacao.Export(rb, options())
		if err != nil {
			t.Fatalf("%s: %v", rb.File, err)
		}
		again, _ := cacao.Export(rb, options())
		if !bytes.Equal(data, again) {
			t.Errorf("%s: two exports differ", rb.File)
		}
		v, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Validate(v); err != nil {
			t.Errorf("%s: %v", rb.File, err)
		}
	}
}

func TestSchemaCanFail(t *testing.T) {
	data, err := cacao.Export(shipped(t)[0], options())
	if err != nil {
		t.Fatal(err)
	}
	for _, change := range [][2]string{{`"cacao-2.0"`, `"cacao-3.0"`}, {`"tlpv2_level": "TLP:AMBER"`, `"tlpv2_level": "TLP:PINK"`}, {`"type": "start"`, `"type": "begin"`}} {
		bad := strings.Replace(string(data), change[0], change[1], 1)
		if bad == string(data) {
			t.Fatalf("nothing to change: %s", change[0])
		}
		v, err := jsonschema.UnmarshalJSON(strings.NewReader(bad))
		if err != nil {
			t.Fatal(err)
		}
		if schema(t).Validate(v) == nil {
			t.Errorf("%s passes", change[1])
		}
	}
}

// facts are what a runbook must still say after a journey out and back.
type facts struct {
	Title, Phase, Condition, Done, Due, Anchor string
	After                                      time.Duration
	Owner, Approver, Evidence, Forbidden       []string
	Two, Optional, Parallel, Lane              bool
	Notify, Timers, Answers, Forms, Leads      []string
	Escalate, Message, Next                    string
}

func factsOf(rb *runbook.Runbook) []facts {
	number, n := map[string]string{}, 0
	for _, p := range rb.Phases {
		if p.Kind == "prepare" {
			continue
		}
		for _, st := range p.Steps {
			n++
			number[st.Key] = st.Title
		}
	}
	var out []facts
	for _, p := range rb.Phases {
		if p.Kind == "prepare" {
			continue
		}
		for _, st := range p.Steps {
			f := facts{
				Title: st.Title, Phase: p.Title, Condition: st.Condition, Done: st.DoneWhen, Owner: st.Owner, Approver: st.Approver,
				Evidence: st.Evidence, Forbidden: st.Forbidden, Two: st.TwoPerson, Optional: st.Optional, Parallel: st.Parallel,
				Lane: p.Parallel, Message: st.Message, Forms: st.Forms,
			}
			for _, l := range st.Links {
				if l.Runbook && st.Decision == nil && !slices.Contains(f.Leads, l.URL) {
					f.Leads = append(f.Leads, l.URL)
				}
			}
			if st.Due != nil {
				f.Due, f.Anchor, f.After = st.Due.Written, string(st.Due.Anchor), st.Due.After
			}
			for _, x := range st.Notify {
				f.Notify = append(f.Notify, x.To+"/"+x.Channel)
			}
			for _, x := range st.Timers {
				f.Timers = append(f.Timers, x.Written)
			}
			if st.Escalate != nil {
				f.Escalate = st.Escalate.Written
			}
			if st.Next != nil {
				f.Next = number[st.Next.Step]
			}
			if st.Decision != nil {
				for _, br := range st.Decision.Branches {
					to := ""
					if br.To != nil {
						to = number[br.To.Step] + br.To.Runbook
					}
					f.Answers = append(f.Answers, br.Label+" → "+to)
				}
			}
			out = append(out, f)
		}
	}
	return out
}

func TestShippedRunbooksSurviveTheJourney(t *testing.T) {
	for _, rb := range shipped(t) {
		data, err := cacao.Export(rb, options())
		if err != nil {
			t.Fatal(err)
		}
		if lost, err := cacao.Lost(rb, data); err != nil || len(lost) > 1 || len(lost) == 1 && !strings.Contains(lost[0].English, "sections of reference") {
			t.Errorf("%s loses %v, %v", rb.File, lost, err)
		}
		in, err := cacao.Import(data)
		if err != nil {
			t.Fatalf("%s: %v", rb.File, err)
		}
		back, err := runbook.Read(rb.File, in.Markdown, runbook.Options{})
		if err != nil {
			t.Fatalf("%s: %v", rb.File, err)
		}
		if back.ID != rb.ID || back.Title != rb.Title {
			t.Errorf("%s came back as %s %q", rb.File, back.ID, back.Title)
		}
		if diff := cmp.Diff(factsOf(rb), factsOf(back)); diff != "" {
			t.Errorf("%s changed (-before +after):\n%s", rb.File, diff)
			_ = os.WriteFile(filepath.Join(t.TempDir(), rb.File), in.Markdown, 0o600)
		}
	}
}

func TestPublishedPlaybooksAreRead(t *testing.T) {
	files, err := filepath.Glob(filepath.Join("testdata", "soarca", "*.json"))
	if err != nil || len(files) < 8 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		in, err := cacao.Import(data)
		if err != nil {
			t.Errorf("%s: %v", file, err)
			continue
		}
		rb, err := runbook.Read("x.md", in.Markdown, runbook.Options{})
		if err != nil {
			t.Errorf("%s: %v\n%s", file, err, in.Markdown)
			continue
		}
		steps := 0
		for _, p := range rb.Phases {
			steps += len(p.Steps)
		}
		if steps != in.Steps {
			t.Errorf("%s: wrote %d steps, read %d\n%s", file, in.Steps, steps, in.Markdown)
		}
		for _, word := range actions(t, data) {
			if !strings.Contains(strings.Join(strings.Fields(string(in.Markdown)), " "), word) {
				t.Errorf("%s: %q was lost\n%s", file, word, in.Markdown)
			}
		}
		for _, f := range rb.Findings {
			if f.Severity == runbook.Error {
				t.Errorf("%s: %s line %d %s", file, f.ID, f.Line, f.MessageEN)
			}
		}
	}
}

// actions are the names and commands that must not be lost.
func actions(t *testing.T, data []byte) []string {
	t.Helper()
	var p struct {
		Workflow map[string]struct {
			Type, Name string
			Commands   []struct{ Command string }
		}
	}
	if err := json.Unmarshal(data, &p); err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, st := range p.Workflow {
		if st.Type != "action" {
			continue
		}
		out = append(out, strings.Join(strings.Fields(st.Name), " "))
		for _, c := range st.Commands {
			out = append(out, strings.Join(strings.Fields(c.Command), " "))
		}
	}
	return out
}

func TestBadPlaybooksAreRefused(t *testing.T) {
	const start = `"workflow_start":"start--1","workflow":{"start--1":{"type":"start","on_completion":"end--1"},"end--1":{"type":"end"}}`
	for name, text := range map[string]string{
		"empty":         ``,
		"not json":      `# plan`,
		"a list":        `[]`,
		"version 1":     `{"type":"playbook","spec_version":"1.0",` + start + `}`,
		"no start":      `{"type":"playbook","spec_version":"cacao-2.0","workflow_start":"start--2","workflow":{}}`,
		"dangling":      `{"type":"playbook","spec_version":"cacao-2.0","workflow_start":"a","workflow":{"a":{"type":"start","on_completion":"b"}}}`,
		"null step":     `{"type":"playbook","spec_version":"cacao-2.0","workflow_start":"a","workflow":{"a":null}}`,
		"nothing to do": `{"type":"playbook","spec_version":"cacao-2.0","name":"x",` + start + `}`,
		"large":         `{"type":"playbook","name":"` + strings.Repeat("x", 1<<20) + `"}`,
	} {
		if in, err := cacao.Import([]byte(text)); err == nil {
			t.Errorf("%s was taken:\n%s", name, in.Markdown)
		}
	}
}

// FuzzImport: no input may panic, and what is written must be read again.
func FuzzImport(f *testing.F) {
	files, _ := filepath.Glob(filepath.Join("testdata", "soarca", "*.json"))
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		in, err := cacao.Import(data)
		if err != nil {
			return
		}
		if _, err := runbook.Read("x.md", in.Markdown, runbook.Options{}); err != nil && len(in.Markdown) < 100_000 {
			t.Errorf("%v\n%s", err, in.Markdown)
		}
	})
}
