package runbook

import "strings"

// foreignLists turns the lists and headings of three other notations, MediaWiki,
// Textile (Redmine), and HTML as Word and wikis export it, into Markdown for the
// parser. Every line
// keeps its length in bytes, so that all positions stay those of the file; the
// text shown to people stays the author's. Tables in HTML stay figures.
func foreignLists(body string) (string, bool) {
	wiki := strings.HasPrefix(body, "=") || strings.Contains(body, "\n=")
	textile := strings.Contains(body, "\nh2. ") || strings.Contains(body, "\nh3. ")
	html := strings.Contains(body, "<li") || strings.Contains(body, "<LI")
	if !wiki && !html && !textile {
		return body, false
	}
	lines := strings.Split(body, "\n")
	changed := wiki && wikiLines(lines, wikiHeading) || textile && wikiLines(lines, textileHeading)
	if !changed && html {
		changed = htmlLines(lines)
	}
	if !changed {
		return body, false
	}
	return strings.Join(lines, "\n"), true
}

// textileHeading gives the level and the words of "h2. heading", 0 for another
// line.
func textileHeading(line string) (level int, words string) {
	if len(line) < 5 || line[0] != 'h' || line[1] < '1' || line[1] > '6' || line[2:4] != ". " {
		return 0, ""
	}
	words = strings.TrimSpace(line[4:])
	if words == "" {
		return 0, ""
	}
	return int(line[1] - '0'), words
}

// wikiHeading gives the level and the words of "== heading ==", 0 for another
// line.
func wikiHeading(line string) (level int, words string) {
	s := strings.TrimRight(line, " \t\r")
	n := len(s) - len(strings.TrimLeft(s, "="))
	if n == 0 || n > 6 || len(s) < 2*n+1 || !strings.HasSuffix(s, strings.Repeat("=", n)) {
		return 0, ""
	}
	inner := s[n : len(s)-n]
	if strings.TrimSpace(inner) == "" || strings.ContainsAny(inner[:1], "=>") {
		return 0, ""
	}
	return n, strings.TrimSpace(inner)
}

// wikiLines rewrites a page with two headings or more of a wiki's notation.
func wikiLines(lines []string, heading func(string) (int, string)) bool {
	heads := 0
	for _, l := range outsideFences(lines) {
		if n, _ := heading(lines[l]); n > 1 {
			heads++
		}
	}
	if heads < 2 {
		return false
	}
	for _, i := range outsideFences(lines) {
		l := lines[i]
		if n, words := heading(l); n > 0 {
			for n > 1 && n+1+len(words) > len(l) { // "h4. x" is shorter than "#### x"
				n--
			}
			lines[i] = padded(strings.Repeat("#", n)+" "+words, l)
			continue
		}
		depth := len(l) - len(strings.TrimLeft(l, "#*"))
		if depth == 0 || depth > 4 || strings.TrimSpace(l[depth:]) == "" || depth > 1 && l[:depth] == strings.Repeat("*", depth) && strings.Contains(l[depth:], "**") {
			continue
		}
		lines[i] = padded(strings.Repeat("\t", depth-1)+"- "+strings.TrimSpace(l[depth:]), l)
	}
	return true
}

// outsideFences numbers the lines that stand outside fenced code.
func outsideFences(lines []string) []int {
	var out []int
	fence := ""
	for i, l := range lines {
		s := strings.TrimLeft(l, " ")
		switch {
		case fence != "":
			if strings.HasPrefix(s, fence) {
				fence = ""
			}
		case hasAnyPrefix(s, "```", "~~~"):
			fence = s[:3]
		default:
			out = append(out, i)
		}
	}
	return out
}

// padded fills a line up to the length of the one it replaces. A line that
// would grow stays as it is.
func padded(s, old string) string {
	if len(s) > len(old) {
		return old
	}
	return s + strings.Repeat(" ", len(old)-len(s))
}

// htmlLines rewrites headings, paragraphs and list items that each stand on a
// line of their own, if there are two items or more.
func htmlLines(lines []string) bool {
	plain := outsideFences(lines)
	items, table := 0, 0
	var keep []int
	for _, i := range plain {
		f := strings.ToLower(lines[i])
		table += strings.Count(f, "<table") + strings.Count(f, "<!--")
		if table == 0 {
			keep = append(keep, i)
			if s := strings.TrimSpace(f); hasAnyPrefix(s, "<li", "<ol><li", "<ul><li") {
				items += strings.Count(s, "<li")
			}
		}
		table = max(0, table-strings.Count(f, "</table")-strings.Count(f, "-->"))
	}
	if items < 2 {
		return false
	}
	w := htmlWriter{}
	for _, i := range keep {
		lines[i] = w.line(lines[i])
	}
	return true
}

// htmlWriter follows the nesting of lists from line to line.
type htmlWriter struct {
	depth int
}

func (w *htmlWriter) line(l string) string {
	rest, lead := strings.TrimSpace(l), ""
	if !strings.HasPrefix(rest, "<") {
		return l
	}
	changed := false
	for strings.HasPrefix(rest, "<") {
		tag, after, ok := strings.Cut(rest[1:], ">")
		if !ok {
			return l
		}
		name := strings.ToLower(strings.TrimRight(strings.SplitN(tag, " ", 2)[0], "/"))
		switch name {
		case "ol", "ul":
			w.depth++
		case "/ol", "/ul":
			w.depth = max(0, w.depth-1)
		case "li":
			lead = strings.Repeat("\t", min(max(w.depth-1, 0), 3)) + "- "
		case "h1", "h2", "h3", "h4", "h5", "h6":
			lead = strings.Repeat("#", int(name[1]-'0')) + " "
		case "/li", "p", "/p", "div", "/div", "span", "/span":
		default:
			if !changed {
				return l
			}
			return padded(lead+w.close(rest), l)
		}
		rest, changed = strings.TrimSpace(after), true
	}
	return padded(lead+w.close(rest), l)
}

// close takes the closing tags off the end of a line. Items that follow on the
// same line become parts of it, which labels may be.
func (w *htmlWriter) close(s string) string {
	s = strings.ReplaceAll(s, "</li><li>", " ／ ")
	s = strings.ReplaceAll(strings.ReplaceAll(s, "<ul><li>", "<br>"), "<ol><li>", "<br>")
	for {
		s = strings.TrimSpace(s)
		i := strings.LastIndex(s, "</")
		if i < 0 || !strings.HasSuffix(s, ">") || strings.Contains(s[i:len(s)-1], ">") {
			return s
		}
		switch strings.ToLower(s[i+2 : len(s)-1]) {
		case "ol", "ul":
			w.depth = max(0, w.depth-1)
		case "li", "p", "div", "span", "h1", "h2", "h3", "h4", "h5", "h6":
		default:
			return s
		}
		s = s[:i]
	}
}
