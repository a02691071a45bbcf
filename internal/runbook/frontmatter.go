package runbook

import (
	"strings"

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
