package strictyaml

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"irbot/internal/problem"
)

// Values turns the file into nested maps and lists shaped like the struct v,
// whose field names stand under the struct tag key `tag`, and reports all that
// does not fit. Scalars are read by what the field is, never by how YAML would
// guess: a telephone number stays text, 0123 is 123, a length of time needs
// its unit.
func (d *Doc) Values(v any, tag string) (map[string]any, []problem.Problem) {
	w := &walker{file: d.File, tag: tag}
	if d.root == nil {
		return map[string]any{}, nil
	}
	out, _ := w.value(d.root, reflect.TypeOf(v), "").(map[string]any)
	return out, w.problems
}

type walker struct {
	file     string
	tag      string
	problems []problem.Problem
}

var durationType = reflect.TypeFor[time.Duration]()

func (w *walker) value(n *yaml.Node, t reflect.Type, path string) any {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if isNull(n) {
		return nil
	}
	switch {
	case t == durationType:
		return w.duration(n, path)
	case t.Kind() == reflect.Struct:
		return w.structure(n, t, path)
	case t.Kind() == reflect.Slice:
		return w.list(n, t, path)
	}
	return w.scalar(n, t, path)
}

func (w *walker) structure(n *yaml.Node, t reflect.Type, path string) any {
	if n.Kind != yaml.MappingNode {
		w.wrongKind(n, path, problem.Say("「項目: 値」の並び", "a block of `key: value` lines"))
		return nil
	}
	fields := map[string]reflect.Type{}
	var names []string
	for f := range t.Fields() {
		name, _, _ := strings.Cut(f.Tag.Get(w.tag), ",")
		if name == "" || name == "-" {
			continue
		}
		fields[name] = f.Type
		names = append(names, name)
	}
	out, seen := map[string]any{}, map[string]int{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, val := n.Content[i], n.Content[i+1]
		at := join(path, key.Value)
		if first, ok := seen[key.Value]; ok {
			w.repeated(key, at, first)
			continue
		}
		seen[key.Value] = key.Line
		ft, ok := fields[key.Value]
		if !ok {
			w.unknown(key, at, names)
			continue
		}
		if x := w.value(val, ft, at); x != nil {
			out[key.Value] = x
		}
	}
	return out
}

func (w *walker) list(n *yaml.Node, t reflect.Type, path string) any {
	if n.Kind != yaml.SequenceNode {
		w.wrongKind(n, path, problem.Say("「- 」で始まる一覧", "a list, each line beginning with `- `"))
		return nil
	}
	out := make([]any, 0, len(n.Content))
	for i, c := range n.Content {
		at := fmt.Sprintf("%s[%d]", path, i)
		if isNull(c) {
			w.wrongKind(c, at, problem.Say("値", "a value"))
			continue
		}
		if x := w.value(c, t.Elem(), at); x != nil {
			out = append(out, x)
		}
	}
	return out
}

func (w *walker) scalar(n *yaml.Node, t reflect.Type, path string) any {
	if n.Kind != yaml.ScalarNode {
		w.wrongKind(n, path, problem.Say("一つの値", "a single value"))
		return nil
	}
	switch t.Kind() {
	case reflect.String:
		return n.Value
	case reflect.Bool:
		if n.Value == "true" || n.Value == "false" {
			return n.Value == "true"
		}
		w.wrongKind(n, path, problem.Say("true か false", "true or false"))
	case reflect.Int, reflect.Int64:
		if i, err := strconv.ParseInt(n.Value, 10, 64); err == nil {
			return i
		}
		w.wrongKind(n, path, problem.Say("整数", "a whole number"))
	default:
		w.wrongKind(n, path, problem.Say("読める値", "a readable value"))
	}
	return nil
}

func (w *walker) duration(n *yaml.Node, path string) any {
	if n.Kind == yaml.ScalarNode {
		if d, err := time.ParseDuration(n.Value); err == nil && n.Value != "0" {
			return d
		}
		if _, err := strconv.ParseFloat(n.Value, 64); err == nil {
			w.add(n, path,
				problem.Say("時間「%s」に単位がありません", "the length of time %q has no unit", n.Value),
				problem.Say("秒か分かを推測すると、上申が早すぎたり遅すぎたりします", "guessing seconds or minutes would page too early or too late"),
				problem.Say("%ss、%sm、%sh のように単位を付けてください", "write %ss, %sm or %sh", n.Value, n.Value, n.Value))
			return nil
		}
	}
	w.add(n, path,
		problem.Say("時間「%s」が読めません", "the length of time %q is not understood", n.Value),
		problem.Say("使える単位は s（秒）、m（分）、h（時間）です", "the units are s, m and h"),
		problem.Say("例: 30s、10m、1h30m、720h（30日）", "for example 30s, 10m, 1h30m, 720h (30 days)"))
	return nil
}

func (w *walker) unknown(key *yaml.Node, at string, names []string) {
	fix := problem.Say("使える項目: %s", "known keys here: %s", strings.Join(names, ", "))
	if near := problem.Nearest(key.Value, names); near != "" {
		fix = problem.Say("「%s」のことですか。そうなら書き直してください", "did you mean %q? If so, write it so", near)
	}
	w.add(key, at,
		problem.Say("「%s」という項目はありません", "there is no key %q here", key.Value),
		problem.Say("黙って無視すると、効いているつもりの設定が効きません", "ignored silently, a setting you rely on would do nothing"),
		fix)
}

func (w *walker) repeated(key *yaml.Node, at string, first int) {
	w.add(key, at,
		problem.Say("「%s」が二度書かれています（一度目は %d 行目）", "%q is written twice (first on line %d)", key.Value, first),
		problem.Say("どちらが正しいか、機械には決められません", "a machine cannot tell which one is meant"),
		problem.Say("どちらか一方を消してください", "delete one of them"))
}

func (w *walker) wrongKind(n *yaml.Node, path string, want problem.Words) {
	w.problems = append(w.problems, problem.Problem{
		File: w.file, Line: n.Line, Key: path,
		What: problem.Words{JA: "ここには" + want.JA + "が要ります", EN: "this must be " + want.EN},
		Why:  problem.Say("書かれているもの: %s", "what stands there: %s", describe(n)),
		Fix:  problem.Words{JA: want.JA + "に書き直してください（見本は config.example.yaml と directory.example.yaml）", EN: "write " + want.EN + " (samples: config.example.yaml and directory.example.yaml)"},
	})
}

func (w *walker) add(n *yaml.Node, path string, what, why, fix problem.Words) {
	w.problems = append(w.problems, problem.Problem{File: w.file, Line: n.Line, Key: path, What: what, Why: why, Fix: fix})
}

// describe names what was found without quoting a value: it may be a secret.
func describe(n *yaml.Node) string {
	switch n.Kind {
	case yaml.MappingNode:
		return "key: value …"
	case yaml.SequenceNode:
		return "- …"
	}
	if isNull(n) {
		return "(empty)"
	}
	return strings.TrimPrefix(n.Tag, "!!")
}

// Decode reads the file into v, whose fields carry `yaml` tags, and reports
// all that does not fit; v is filled only when nothing was reported.
func (d *Doc) Decode(v any) []problem.Problem {
	if _, problems := d.Values(v, "yaml"); len(problems) > 0 || d.root == nil {
		return problems
	}
	if err := d.root.Decode(v); err != nil {
		return []problem.Problem{syntax(d.File, err)}
	}
	return nil
}
