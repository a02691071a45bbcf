package directory

import (
	"bytes"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"irbot/internal/notify"
	"irbot/internal/problem"
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
// not be read again is ever given out. What is wrong is told by the id of the
// contact, since the lines of a file that is not written help nobody.
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
	return b.Bytes(), d, e.named(err)
}

var rePlace = regexp.MustCompile(`^(roles|people|destinations|groups)\[(\d+)\]\.?(.*)$`)

func (e *Edit) named(err error) error {
	var wrong *problem.Errors
	if !errors.As(err, &wrong) {
		return err
	}
	out := &problem.Errors{}
	for _, p := range wrong.List {
		if m := rePlace.FindStringSubmatch(p.Key); m != nil {
			n, _ := strconv.Atoi(m[2])
			if items := e.list(m[1]).Content; n < len(items) {
				if id := get(items[n], "id"); id != nil {
					p.Key = strings.TrimSpace(id.Value + " " + m[3])
				}
			}
		}
		p.File, p.Line = "", 0
		out.List = append(out.List, p)
	}
	return out
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
// it. Fields the row does not have stay as they are; empty ones are taken out.
func (e *Edit) Put(r Row) {
	n := e.find(r.List, r.ID)
	if n == nil {
		n = &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map"}
		set(n, "id", quoted(r.ID))
		list := e.list(r.List)
		list.Content = append(list.Content, n)
	}
	for _, f := range r.Fields {
		switch {
		case f.Name == "reach":
			e.reach(n, r)
		case f.Value == "":
			unset(n, f.Name)
		case f.Name == "roles" || f.Name == "aliases":
			set(n, f.Name, words(strings.Split(f.Value, ";")))
		case f.Name == "outside" && (f.Value == "true" || f.Value == "false"):
			set(n, f.Name, &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!bool", Value: f.Value})
		default:
			set(n, f.Name, quoted(f.Value))
		}
	}
}

// reach writes the addresses, and keeps the member id by which Slack knows a
// person in step with them.
func (e *Edit) reach(n *yaml.Node, r Row) {
	v := r.Field("reach")
	if v == "" {
		unset(n, "reach")
	} else {
		set(n, "reach", addresses(v))
	}
	if r.List != "people" {
		return
	}
	member := ""
	for _, part := range strings.Split(v, ";") {
		if means, to, _ := strings.Cut(strings.TrimSpace(part), " "); means == string(notify.Slack) {
			member = strings.TrimSpace(to)
		}
	}
	switch {
	case member == "":
		unset(n, "slack")
	case member[0] == 'U' || member[0] == 'W':
		set(n, "slack", quoted(member))
	}
}

// Take puts what differs between the directory and the rows: fields that say
// the same keep the words and the order they have in the file.
func (e *Edit) Take(d *Directory, rows []Row) {
	differs := map[string]bool{}
	for _, x := range Compare(d, rows) {
		differs[x.List+"/"+x.ID+"/"+x.Field] = true
	}
	for _, r := range rows {
		at := r.List + "/" + r.ID + "/"
		r.Fields = slices.DeleteFunc(slices.Clone(r.Fields), func(f Field) bool { return !differs[at+f.Name] })
		e.Put(r)
	}
}

// Absent gives the ids of the contacts no row is about; they stay as they are.
func Absent(d *Directory, rows []Row) []string {
	var out []string
	for _, x := range Rows(d) {
		if !slices.ContainsFunc(rows, func(r Row) bool { return r.List == x.List && r.ID == x.ID }) {
			out = append(out, x.ID)
		}
	}
	return out
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

func unset(m *yaml.Node, key string) {
	for i := 0; i+1 < len(m.Content); i += 2 {
		if m.Content[i].Value == key {
			m.Content = slices.Delete(m.Content, i, i+2)
			return
		}
	}
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
			if same(f.Name, before, f.Value) || !ok && f.Value == "" || f.Name == "name_en" && f.Value == "" && before == old.Field("name") {
				continue
			}
			out = append(out, Difference{List: r.List, ID: r.ID, Field: f.Name, Before: before, After: f.Value, New: !ok})
		}
	}
	return out
}

func same(name, a, b string) bool {
	switch name {
	case "lang":
		return orElse(a, "ja") == orElse(b, "ja")
	case "outside":
		return orElse(a, "false") == orElse(b, "false")
	case "tlp":
		x, okA := Label(a)
		y, okB := Label(b)
		return okA && okB && x == y
	case "roles", "aliases", "reach":
	default:
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
