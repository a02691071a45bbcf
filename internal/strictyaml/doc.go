// Package strictyaml reads YAML that people type into Go structs. It
// guarantees that a misspelt key, a repeated key, a value of the wrong kind or
// a length of time without a unit is reported with its line and a remedy, and
// never read as something else.
package strictyaml

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"irbot/internal/problem"
)

// MaxBytes is the largest file that is read; anything larger is not a file
// that somebody typed.
const MaxBytes = 1 << 20

// Doc is one parsed file that still knows its lines.
type Doc struct {
	File string
	root *yaml.Node // the top mapping, nil for an empty file
}

// Parse reads the bytes. It refuses what is not YAML, what holds several
// documents, and anchors and aliases, which can grow without bound.
func Parse(file string, data []byte) (*Doc, []problem.Problem) {
	if len(data) > MaxBytes {
		return nil, []problem.Problem{{
			File: file,
			What: problem.Say("ファイルが大きすぎます（%d バイト）", "the file is too large (%d bytes)", len(data)),
			Why:  problem.Say("設定ファイルは 1 MiB までです", "such a file may have up to 1 MiB"),
			Fix:  problem.Say("ファイルを間違えていないか確かめてください", "check that this is the right file"),
		}}
	}
	dec := yaml.NewDecoder(bytes.NewReader(data))
	var doc yaml.Node
	if err := dec.Decode(&doc); err != nil {
		if errors.Is(err, io.EOF) {
			return &Doc{File: file}, nil
		}
		return nil, []problem.Problem{syntax(file, err)}
	}
	var more yaml.Node
	if err := dec.Decode(&more); err == nil {
		return nil, []problem.Problem{{
			File: file, Line: more.Line,
			What: problem.Say("「---」で区切った二つ目の文書があります", "there is a second document after ---"),
			Why:  problem.Say("二つ目は読まれず、設定が効かないままになります", "the second would be ignored without a word"),
			Fix:  problem.Say("一つにまとめてください", "join them into one"),
		}}
	} else if !errors.Is(err, io.EOF) {
		return nil, []problem.Problem{syntax(file, err)}
	}
	return newDoc(file, &doc)
}

func newDoc(file string, doc *yaml.Node) (*Doc, []problem.Problem) {
	root := doc
	if doc.Kind == yaml.DocumentNode && len(doc.Content) == 1 {
		root = doc.Content[0]
	}
	if isNull(root) {
		return &Doc{File: file}, nil
	}
	if p := shape(file, root, "", 0); p != nil {
		return nil, []problem.Problem{*p}
	}
	return &Doc{File: file, root: root}, nil
}

var (
	lineOf = regexp.MustCompile(`line (\d+)`)
	quoted = regexp.MustCompile(`'[^']{2,}'|"[^"]{2,}"|` + "`[^`]{2,}`")
)

func syntax(file string, err error) problem.Problem {
	// What the reader quotes may be a secret.
	said := quoted.ReplaceAllString(err.Error(), "…")
	p := problem.Problem{
		File: file,
		What: problem.Say("YAML として読めません（%s）", "it is not YAML (%s)", said),
		Why:  problem.Say("字下げ、コロンの後の空白、引用符のどれかが違います", "the indentation, the space after a colon or a quotation mark is wrong"),
		Fix:  problem.Say("その行と一つ前の行を見直してください（字下げはタブでなく空白）", "look at that line and the one before it (indent with spaces, not tabs)"),
	}
	if m := lineOf.FindStringSubmatch(err.Error()); m != nil {
		p.Line, _ = strconv.Atoi(m[1])
	}
	return p
}

// shape refuses anchors, aliases, keys that are not text, and nesting that no
// person types.
func shape(file string, n *yaml.Node, path string, depth int) *problem.Problem {
	if n.Anchor != "" || n.Kind == yaml.AliasNode || depth > 12 {
		return &problem.Problem{
			File: file, Line: n.Line, Key: path,
			What: problem.Say("アンカー（&）、エイリアス（*）、13段以上の入れ子は使えません", "anchors (&), aliases (*) and more than 12 levels of nesting are not read"),
			Why:  problem.Say("一行ずつ読めば分かる設定だけを受け付けます", "only what can be read line by line is accepted"),
			Fix:  problem.Say("値をその場に書いてください。* で始まる文字は引用符で囲んでください", "write the value out; put text that begins with * into quotation marks"),
		}
	}
	for i, c := range n.Content {
		at := path
		switch n.Kind {
		case yaml.MappingNode:
			if i%2 == 1 {
				at = join(path, n.Content[i-1].Value)
			}
		case yaml.SequenceNode:
			at = fmt.Sprintf("%s[%d]", path, i)
		}
		if p := shape(file, c, at, depth+1); p != nil {
			return p
		}
	}
	return nil
}

func join(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}

func isNull(n *yaml.Node) bool {
	return n == nil || n.Kind == 0 || n.Kind == yaml.ScalarNode && n.Tag == "!!null"
}

var pathPart = regexp.MustCompile(`[^.\[\]]+`)

// Line gives the line of a key path such as people[2].reach[0].to, counted
// from 1. Where the path does not exist it is the line of the nearest part
// that does; 0 for an empty file.
func (d *Doc) Line(path string) int {
	n, line := d.root, 0
	if n != nil {
		line = n.Line
	}
	for _, part := range pathPart.FindAllString(path, -1) {
		key, next := child(n, part)
		if next == nil {
			return line
		}
		n, line = next, next.Line
		if key != nil {
			line = key.Line
		}
	}
	return line
}

// Has tells whether the key path stands in the file with a value.
func (d *Doc) Has(path string) bool {
	n := d.root
	for _, part := range pathPart.FindAllString(path, -1) {
		if _, n = child(n, part); n == nil {
			return false
		}
	}
	return !isNull(n)
}

func child(n *yaml.Node, part string) (key, value *yaml.Node) {
	if n == nil {
		return nil, nil
	}
	if n.Kind == yaml.SequenceNode {
		if i, err := strconv.Atoi(part); err == nil && i >= 0 && i < len(n.Content) {
			return nil, n.Content[i]
		}
		return nil, nil
	}
	if n.Kind != yaml.MappingNode {
		return nil, nil
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		if strings.EqualFold(n.Content[i].Value, part) {
			return n.Content[i], n.Content[i+1]
		}
	}
	return nil, nil
}
