package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// shape is the part of JSON Schema that the shipped schemas use.
type shape struct {
	Type                 any              `json:"type"`
	Properties           map[string]shape `json:"properties"`
	Required             []string         `json:"required"`
	AdditionalProperties any              `json:"additionalProperties"`
	Items                *shape           `json:"items"`
	Enum                 []any            `json:"enum"`
	Const                any              `json:"const"`
	Pattern              string           `json:"pattern"`
}

var schemaForm = regexp.MustCompile(`^irbot\.([a-z.-]+)/v1$`)

// checkAnswer validates one --json answer against the schema it names.
func checkAnswer(dir string, data []byte) error {
	var head struct {
		Schema string `json:"schema"`
	}
	if err := json.Unmarshal(data, &head); err != nil {
		return fmt.Errorf("read answer: %w", err)
	}
	m := schemaForm.FindStringSubmatch(head.Schema)
	if m == nil {
		return fmt.Errorf("schema is %q", head.Schema)
	}
	text, err := os.ReadFile(filepath.Join(dir, m[1]+".v1.json"))
	if err != nil {
		return err
	}
	var s shape
	if err := json.Unmarshal(text, &s); err != nil {
		return fmt.Errorf("read schema %s: %w", m[1], err)
	}
	var v any
	if err := json.Unmarshal(data, &v); err != nil {
		return err
	}
	return errors.Join(s.check("$", v)...)
}

func (s shape) check(at string, v any) []error {
	var out []error
	bad := func(format string, a ...any) { out = append(out, fmt.Errorf(at+": "+format, a...)) }
	if !s.typed(v) {
		bad("%T is not %v", v, s.Type)
		return out
	}
	if s.Const != nil && v != s.Const {
		bad("%v is not %v", v, s.Const)
	}
	if s.Enum != nil && !slices.Contains(s.Enum, v) {
		bad("%v is not one of %v", v, s.Enum)
	}
	if text, ok := v.(string); ok && s.Pattern != "" && !regexp.MustCompile(s.Pattern).MatchString(text) {
		bad("%q does not match %s", text, s.Pattern)
	}
	switch x := v.(type) {
	case map[string]any:
		for _, r := range s.Required {
			if _, ok := x[r]; !ok {
				bad("%s is missing", r)
			}
		}
		for k, y := range x {
			if p, ok := s.Properties[k]; ok {
				out = append(out, p.check(at+"."+k, y)...)
			} else if s.AdditionalProperties == false {
				bad("%s is not in the schema", k)
			}
		}
	case []any:
		for i, y := range x {
			if s.Items != nil {
				out = append(out, s.Items.check(fmt.Sprintf("%s[%d]", at, i), y)...)
			}
		}
	}
	return out
}

func (s shape) typed(v any) bool {
	if s.Type == nil {
		return true
	}
	names := []any{s.Type}
	if list, ok := s.Type.([]any); ok {
		names = list
	}
	var is string
	switch x := v.(type) {
	case nil:
		is = "null"
	case bool:
		is = "boolean"
	case string:
		is = "string"
	case []any:
		is = "array"
	case map[string]any:
		is = "object"
	case float64:
		is = "number"
		if x == float64(int64(x)) && slices.Contains(names, any("integer")) {
			is = "integer"
		}
	}
	return slices.ContainsFunc(names, func(n any) bool { return strings.EqualFold(fmt.Sprint(n), is) })
}
