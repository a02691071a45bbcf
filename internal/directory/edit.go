package directory

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"irbot/internal/notify"
)

// ErrNoContact is an id that no person and no destination has.
var ErrNoContact = errors.New("no such contact")

// Edit is a directory file that is changed in place: comments and order stay.
type Edit struct {
	file string
	root yaml.Node
}

// OpenEdit reads a directory file to be changed. The error is that of the YAML.
func OpenEdit(file string, data []byte) (*Edit, error) {
	e := &Edit{file: file}
	if err := yaml.Unmarshal(data, &e.root); err != nil {
		return nil, fmt.Errorf("read %s: %w", file, err)
	}
	if len(e.root.Content) == 0 || e.root.Content[0].Kind != yaml.MappingNode {
		return nil, fmt.Errorf("read %s: no lists of roles, people or destinations", file)
	}
	return e, nil
}

// Bytes writes the file and checks it whole, as Parse does: nothing that could
// not be read again is ever given out.
func (e *Edit) Bytes() ([]byte, *Directory, error) {
	var b bytes.Buffer
	enc := yaml.NewEncoder(&b)
	enc.SetIndent(2)
	if err := enc.Encode(&e.root); err != nil {
		return nil, nil, fmt.Errorf("write %s: %w", e.file, err)
	}
	if err := enc.Close(); err != nil {
		return nil, nil, fmt.Errorf("write %s: %w", e.file, err)
	}
	d, err := Parse(e.file, b.Bytes())
	return b.Bytes(), d, err
}

// Verified writes the day on which a contact was checked. ErrNoContact where
// there is none of that id.
func (e *Edit) Verified(list, id string, day time.Time) error {
	n := e.find(list, id)
	if n == nil {
		return fmt.Errorf("find %s %s: %w", list, id, ErrNoContact)
	}
	set(n, "verified", quoted(day.Format(time.DateOnly)))
	return nil
}

// Put changes the fields of a contact that a row of a CSV file names, or adds
// it. Fields the row does not have stay as they are.
func (e *Edit) Put(r Row) {
	n := e.find(r.List, r.ID)
	if n == nil {
		n = &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map"}
		set(n, "id", quoted(r.ID))
		list := e.list(r.List)
		list.Content = append(list.Content, n)
	}
	for _, f := range r.Fields {
		switch f.Name {
		case "roles", "aliases":
			set(n, f.Name, words(strings.Split(f.Value, ";")))
		case "reach":
			set(n, "reach", addresses(f.Value))
		case "outside":
			set(n, "outside", &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!bool", Value: f.Value})
		default:
			set(n, f.Name, quoted(f.Value))
		}
	}
}

func (e *Edit) list(name string) *yaml.Node {
	top := e.root.Content[0]
	if n := get(top, name); n != nil && n.Kind == yaml.SequenceNode {
		return n
	}
	n := &yaml.Node{Kind: yaml.SequenceNode, Tag: "!!seq"}
	set(top, name, n)
	return n
}

func (e *Edit) find(list, id string) *yaml.Node {
	for _, n := range e.list(list).Content {
		if x := get(n, "id"); x != nil && x.Value == id {
			return n
		}
	}
	return nil
}

func get(m *yaml.Node, key string) *yaml.Node {
	for i := 0; i+1 < len(m.Content); i += 2 {
		if m.Content[i].Value == key {
			return m.Content[i+1]
		}
	}
	return nil
}

// set puts a value in the place of the old one, and keeps the comment behind it.
func set(m *yaml.Node, key string, v *yaml.Node) {
	for i := 0; i+1 < len(m.Content); i += 2 {
		if m.Content[i].Value == key {
			v.LineComment = m.Content[i+1].LineComment
			m.Content[i+1] = v
			return
		}
	}
	m.Content = append(m.Content, &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: key}, v)
}

func quoted(s string) *yaml.Node {
	return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Style: yaml.DoubleQuotedStyle, Value: s}
}

func words(list []string) *yaml.Node {
	n := &yaml.Node{Kind: yaml.SequenceNode, Tag: "!!seq", Style: yaml.FlowStyle}
	for _, w := range list {
		if w = strings.TrimSpace(w); w != "" {
			n.Content = append(n.Content, quoted(w))
		}
	}
	return n
}

// addresses reads "mail sato@example.jp; phone 03-0000-0001". A mail address may
// be followed by its character set.
func addresses(s string) *yaml.Node {
	n := &yaml.Node{Kind: yaml.SequenceNode, Tag: "!!seq"}
	for _, part := range strings.Split(s, ";") {
		means, to, _ := strings.Cut(strings.TrimSpace(part), " ")
		if means == "" {
			continue
		}
		m := &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map", Style: yaml.FlowStyle}
		set(m, "means", quoted(means))
		to = strings.TrimSpace(to)
		if addr, charset, ok := strings.Cut(to, " "); ok && means == string(notify.Mail) {
			set(m, "to", quoted(addr))
			set(m, "charset", quoted(strings.TrimSpace(charset)))
		} else {
			set(m, "to", quoted(to))
		}
		n.Content = append(n.Content, m)
	}
	return n
}

// Difference is one field that a CSV file would change.
type Difference struct {
	List, ID, Field string
	Before, After   string
	New             bool // the contact is new
}

// Compare tells what putting the rows would change, in the order of the rows.
func Compare(d *Directory, rows []Row) []Difference {
	var out []Difference
	have := map[string]Row{}
	for _, r := range Rows(d) {
		have[r.List+"/"+r.ID] = r
	}
	for _, r := range rows {
		old, ok := have[r.List+"/"+r.ID]
		for _, f := range r.Fields {
			before := old.Field(f.Name)
			if same(f.Name, before, f.Value) || !ok && f.Value == "" {
				continue
			}
			out = append(out, Difference{List: r.List, ID: r.ID, Field: f.Name, Before: before, After: f.Value, New: !ok})
		}
	}
	return out
}

func same(name, a, b string) bool {
	if name == "tlp" {
		return strings.TrimPrefix(a, "TLP:") == strings.TrimPrefix(b, "TLP:")
	}
	if name != "roles" && name != "aliases" && name != "reach" {
		return a == b
	}
	cut := func(s string) []string {
		var out []string
		for _, p := range strings.Split(s, ";") {
			if p = strings.Join(strings.Fields(p), " "); p != "" {
				out = append(out, p)
			}
		}
		return out
	}
	return slices.Equal(cut(a), cut(b))
}
