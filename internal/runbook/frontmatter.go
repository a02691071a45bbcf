package runbook

import (
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

// metaValue is one key of the front matter with its line in the file.
type metaValue struct {
	key, value string
	line       int
}

// splitFrontMatter returns the line after the closing mark, 1 if the file has
// no front matter. A file has one when it begins with "---" and a key line.
func splitFrontMatter(t *lineTable) (next int, closed bool) {
	if strings.TrimRight(t.line(1), " \t") != "---" || !isKeyLine(t.line(2)) {
		return 1, true
	}
	for n := 3; n <= t.count(); n++ {
		switch strings.TrimRight(t.line(n), " \t") {
		case "---", "...":
			return n + 1, true
		}
	}
	return 1, false
}

func isKeyLine(s string) bool {
	i := strings.IndexByte(s, ':')
	if i <= 0 || (i+1 < len(s) && s[i+1] != ' ') {
		return strings.HasPrefix(s, "#")
	}
	return !strings.ContainsAny(s[:i], "*`|<>[](){}#") && s[0] != ' ' && s[0] != '-'
}

// readFrontMatter takes plain scalars and lists of them. Aliases, anchors and
// anything over 16 KiB are refused: ok is false and the lines stay text.
func readFrontMatter(src string) (values []metaValue, ok bool) {
	if len(src) > maxFrontMatter || strings.Count(src, "\n") > 2_000 {
		return nil, false
	}
	if values, ok := plainFrontMatter(src); ok {
		return values, true
	}
	var doc yaml.Node
	if err := yaml.Unmarshal([]byte(src), &doc); err != nil || len(doc.Content) != 1 {
		return nil, false
	}
	root := doc.Content[0]
	if root.Kind != yaml.MappingNode || hasAlias(root) {
		return nil, false
	}
	for i := 0; i+1 < len(root.Content); i += 2 {
		k, v := root.Content[i], root.Content[i+1]
		values = append(values, metaValue{key: k.Value, value: scalarText(v), line: k.Line + 1})
	}
	return values, true
}

func hasAlias(n *yaml.Node) bool {
	if n.Kind == yaml.AliasNode || n.Anchor != "" {
		return true
	}
	for _, c := range n.Content {
		if hasAlias(c) {
			return true
		}
	}
	return false
}

func scalarText(n *yaml.Node) string {
	switch n.Kind {
	case yaml.ScalarNode:
		if n.Tag == "!!null" {
			return ""
		}
		return n.Value
	case yaml.SequenceNode:
		var parts []string
		for _, c := range n.Content {
			if c.Kind == yaml.ScalarNode {
				parts = append(parts, c.Value)
			}
		}
		return strings.Join(parts, ", ")
	}
	return ""
}

// plainFrontMatter reads front matter that holds nothing but "key: value" lines
// with plain or quoted words, as most does, without the YAML library. ok is
// false for everything else.
func plainFrontMatter(src string) (values []metaValue, ok bool) {
	n := 1
	for line := range strings.SplitSeq(src, "\n") {
		n++
		line = strings.TrimRight(line, " ")
		if line == "" {
			continue
		}
		i := strings.IndexByte(line, ':')
		if i <= 0 || i+1 < len(line) && line[i+1] != ' ' || !isPlainKey(line[:i]) {
			return nil, false
		}
		value, ok := plainValue(strings.TrimLeft(line[i+1:], " "))
		if !ok {
			return nil, false
		}
		values = append(values, metaValue{key: line[:i], value: value, line: n})
	}
	return values, len(values) > 0
}

func isPlainKey(s string) bool {
	for i := range len(s) {
		if !isAlnum(s[i]) && (i == 0 || s[i] != '_' && s[i] != '-') {
			return false
		}
	}
	return true
}

// plainValue reads one line that is a scalar in YAML whatever stands around it.
func plainValue(s string) (string, bool) {
	if s == "" {
		return "", false // the value may stand below
	}
	for i := 0; i < len(s); i++ {
		if s[i] < ' ' || s[i] == 0x7F {
			return "", false
		}
		if s[i] >= utf8.RuneSelf {
			if !plainCJK(s[i:]) {
				return "", false
			}
			i += 2
		}
	}
	if q := s[0]; q == '"' || q == '\'' {
		inner := s[1:max(len(s)-1, 1)]
		return inner, len(s) > 1 && s[len(s)-1] == q && strings.IndexByte(inner, q) < 0 && strings.IndexByte(inner, '\\') < 0
	}
	if !isAlnum(s[0]) && s[0] < utf8.RuneSelf && s[0] != '/' || strings.Contains(s, ": ") || strings.Contains(s, " #") || s[len(s)-1] == ':' {
		return "", false
	}
	switch s {
	case "null", "Null", "NULL":
		return "", true
	}
	return s, true
}
