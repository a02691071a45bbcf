package cacao

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode"
)

// playbook is what is read of a CACAO document.
type playbook struct {
	Type          string                     `json:"type"`
	Spec          string                     `json:"spec_version"`
	ID            string                     `json:"id"`
	Name          string                     `json:"name"`
	Description   string                     `json:"description"`
	Created       string                     `json:"created"`
	Modified      string                     `json:"modified"`
	Start         string                     `json:"workflow_start"`
	Exception     string                     `json:"workflow_exception"`
	Workflow      map[string]*step           `json:"workflow"`
	Agents        map[string]party           `json:"agent_definitions"`
	Targets       map[string]party           `json:"target_definitions"`
	Variables     map[string]variableDef     `json:"playbook_variables"`
	Markings      map[string]marking         `json:"data_marking_definitions"`
	Extensions    map[string]json.RawMessage `json:"playbook_extensions"`
	Signatures    []json.RawMessage          `json:"signatures"`
	Revoked       bool                       `json:"revoked"`
	Authenticated map[string]json.RawMessage `json:"authentication_info_definitions"`
}

type party struct {
	Type string `json:"type"`
	Name string `json:"name"`
}

type variableDef struct {
	Description string `json:"description"`
}

type marking struct {
	Level string `json:"tlpv2_level"`
}

type commandDef struct {
	Type    string `json:"type"`
	Command string `json:"command"`
	Base64  string `json:"command_b64"`
}

type step struct {
	Type         string                     `json:"type"`
	Name         string                     `json:"name"`
	Description  string                     `json:"description"`
	Delay        int64                      `json:"delay"`
	Timeout      int64                      `json:"timeout"`
	OnCompletion string                     `json:"on_completion"`
	OnSuccess    string                     `json:"on_success"`
	OnFailure    string                     `json:"on_failure"`
	Commands     []commandDef               `json:"commands"`
	Agent        string                     `json:"agent"`
	Targets      []string                   `json:"targets"`
	OutArgs      []string                   `json:"out_args"`
	Condition    string                     `json:"condition"`
	OnTrue       string                     `json:"on_true"`
	OnFalse      string                     `json:"on_false"`
	Switch       string                     `json:"switch"`
	Cases        map[string]string          `json:"cases"`
	NextSteps    []string                   `json:"next_steps"`
	PlaybookID   string                     `json:"playbook_id"`
	Extensions   map[string]json.RawMessage `json:"step_extensions"`

	ext stepExt
}

// decode reads and checks a playbook. Whatever it names must be there.
func decode(data []byte) (*playbook, error) {
	if len(data) > maxFile {
		return nil, ErrTooLarge
	}
	var p playbook
	dec := json.NewDecoder(bytes.NewReader(bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))))
	if err := dec.Decode(&p); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNotPlaybook, err)
	}
	if p.Type != "playbook" || p.Spec != specVersion {
		return nil, fmt.Errorf("%w: type %q, spec_version %q", ErrNotPlaybook, p.Type, p.Spec)
	}
	if len(p.Workflow) > maxSteps {
		return nil, ErrTooLarge
	}
	if p.Workflow[p.Start] == nil {
		return nil, fmt.Errorf("%w: workflow_start %q is not in workflow", ErrNotPlaybook, p.Start)
	}
	for _, id := range slices.Sorted(maps.Keys(p.Workflow)) {
		st := p.Workflow[id]
		if st == nil {
			return nil, fmt.Errorf("%w: step %s is null", ErrNotPlaybook, id)
		}
		for _, to := range st.leads() {
			if p.Workflow[to] == nil {
				return nil, fmt.Errorf("%w: step %s leads to %s, which is not in workflow", ErrNotPlaybook, id, to)
			}
		}
		if raw, ok := st.Extensions[extensionID]; ok {
			_ = json.Unmarshal(raw, &st.ext) // what does not fit stays empty: the step itself is still read
		}
	}
	return &p, nil
}

// leads lists every step this one names.
func (s *step) leads() []string {
	all := append([]string{s.OnCompletion, s.OnSuccess, s.OnFailure, s.OnTrue, s.OnFalse}, s.NextSteps...)
	for _, k := range slices.Sorted(maps.Keys(s.Cases)) {
		all = append(all, s.Cases[k])
	}
	return slices.DeleteFunc(all, func(id string) bool { return id == "" })
}

// then is where a step goes on when all is well.
func (s *step) then() string {
	if s.OnCompletion != "" {
		return s.OnCompletion
	}
	return s.OnSuccess
}

// book is what our own extension says of the playbook; empty if there is none.
func (p *playbook) book() bookExt {
	var b bookExt
	_ = json.Unmarshal(p.Extensions[extensionID], &b) // absent or foreign: empty
	return b
}

// doers are the people who do a step: its agent where that is a person or a
// group of them, else its targets. Machines are no doers.
func (p *playbook) doers(s *step) []string {
	if len(s.ext.Owners) > 0 {
		return s.ext.Owners
	}
	if s.ext.Key != "" {
		return nil // ours, and nobody is named
	}
	var out []string
	for _, id := range append([]string{s.Agent}, s.Targets...) {
		for _, defs := range []map[string]party{p.Agents, p.Targets} {
			d, ok := defs[id]
			if ok && d.Name != "" && (d.Type == "individual" || d.Type == "group" || d.Type == "organization") && !slices.Contains(out, d.Name) {
				out = append(out, d.Name)
			}
		}
	}
	return out
}

// oneLine folds lines and spaces into one; the wide space of Japanese, which is
// part of a name, stays.
func oneLine(s string) string {
	return strings.Join(strings.FieldsFunc(s, func(r rune) bool { return unicode.IsSpace(r) && r != '\u3000' }), " ")
}
