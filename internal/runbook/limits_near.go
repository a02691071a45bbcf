package runbook

import "strings"

// farFromLimits tells a text that passes no limit wherever its paragraphs begin
// and end: the whole of it has fewer marks than one paragraph may have, and no
// line is long, deep or wide enough. Most files are told so, at a fraction of the
// cost of following their structure; of the others nothing is said.
func farFromLimits(text string) bool {
	marks := func(sign string) int { return strings.Count(text, sign) }
	switch {
	case marks("\n") >= min(maxRows, maxDefinitions),
		marks("*")+marks("_") > maxEmphasis,
		marks("]") > maxLinkMarks && marks("](") > maxLinkMarks:
		return false
	}
	for _, sign := range [...]string{"[", "`", "<", "~"} {
		if marks(sign) > maxOtherMarks {
			return false
		}
	}
	for text != "" {
		line := text
		if i := strings.IndexByte(text, '\n'); i >= 0 {
			line, text = text[:i], text[i+1:]
		} else {
			text = ""
		}
		if !simpleLine(line) {
			return false
		}
	}
	return true
}

// A list that is nested once more stands two columns further in, and a tab makes
// four columns at most.
const (
	deepIndent = 2 * maxDepth
	deepTabs   = deepIndent / 4
)

// simpleLine tells a line that opens no nesting, row of dashes or length near a
// limit.
func simpleLine(line string) bool {
	if len(line) > maxLine {
		return false
	}
	i, tabs := 0, 0
	for i < len(line) && (line[i] == ' ' || line[i] == '\t') {
		if line[i] == '\t' {
			tabs++
		}
		i++
	}
	if i >= deepIndent || tabs > 0 && i >= deepTabs {
		return false
	}
	if i == len(line) {
		return true
	}
	switch c := line[i]; {
	case c == '>' || c == '-' || c == '*' || c == '+' || c >= '0' && c <= '9':
		if _, _, _, depth := stripContainers(line); depth > maxDepth {
			return false
		}
	case c != '|' && c != ':':
		return true
	}
	return strings.Count(line, "|") < maxColumns
}
