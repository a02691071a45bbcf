package runbook

import (
	"slices"
	"strings"
)

// lintLinks looks at every link, image and swallowed tag of the page.
func (r *reader) lintLinks() {
	for _, s := range r.sections {
		if s.head != nil {
			r.lintBlockLinks(s.head)
		}
		for _, b := range s.blocks {
			b.each(r.lintBlockLinks)
		}
	}
}

func (r *reader) lintBlockLinks(b *block) {
	for _, l := range b.links {
		r.lintURL(l.URL, l.Line)
	}
	for _, url := range b.pictures() {
		r.lintURL(url, b.line)
	}
	for _, t := range b.swallows() {
		line, col := r.t.lineCol(t.off)
		r.find("RB606", line, col, t.name)
	}
	for _, row := range b.tableRows() {
		for _, c := range row.cells {
			for _, l := range c.links {
				r.lintURL(l.URL, row.line)
			}
		}
	}
}

func (r *reader) lintURL(url string, line int) {
	if anchor, ok := strings.CutPrefix(url, "#"); ok {
		if _, found := r.bySlug(anchor); !found && anchor != "" && !r.hasAnchor(anchor) {
			r.find("RB604", line, 1, anchor)
		}
		return
	}
	if scheme, ok := urlScheme(url); ok {
		switch scheme {
		case "http", "https", "mailto", "tel":
		case "data":
			if !strings.HasPrefix(url, "data:image/") {
				r.find("RB801", line, 1, "data:")
			}
		default:
			r.find("RB801", line, 1, scheme+":")
		}
		return
	}
	path, _, _ := strings.Cut(url, "#")
	if exists := r.opt.Known.File; exists != nil && path != "" && !strings.HasPrefix(path, "//") && !exists(path) {
		r.find("RB602", line, r.colOf(line, path), path)
	}
}

// hasAnchor tells <a name="x"> written as HTML.
func (r *reader) hasAnchor(anchor string) bool {
	if r.anchors == nil {
		r.anchors = map[string]bool{}
		for _, attr := range [...]string{`name="`, `id="`} {
			for rest := r.t.text; ; {
				_, after, ok := strings.Cut(rest, attr)
				if !ok {
					break
				}
				name, _, _ := strings.Cut(after[:min(len(after), 200)], `"`)
				r.anchors[name] = true
				rest = after
			}
		}
	}
	return r.anchors[anchor]
}

// urlScheme reads the scheme of a URL; "C:\x" and relative paths have none.
func urlScheme(url string) (string, bool) {
	i := strings.IndexByte(url, ':')
	if i < 2 || strings.ContainsAny(url[:i], "/?#%") {
		return "", false
	}
	for k := 0; k < i; k++ {
		if !isAlnum(url[k]) && !strings.ContainsRune("+-.", rune(url[k])) {
			return "", false
		}
	}
	return strings.ToLower(url[:i]), true
}

// LintSet adds the findings that need all runbooks of a site at once: steps
// another file refers to without an explicit id (RB207) and runbooks that call
// each other in a circle (RB607). File names are compared by their last part, so
// the books are those of one folder. Books that were looked at before get the
// findings of this set only; rules in silent are not reported.
func LintSet(books []*Runbook, silent []string) {
	named := map[string]*Runbook{}
	for _, b := range books {
		named[b.ID] = b
	}
	for _, b := range books { // a file's name says more than an id that its translation has, too
		named[baseName(b.File)] = b
	}
	for _, b := range books {
		found := append(circles(b, named), missingIDs(b, books)...)
		if len(found) > 0 {
			ignored := ignoresIn(lineTableIn(nil, b.Text))
			found = slices.DeleteFunc(found, func(f Finding) bool { return slices.Contains(silent, f.ID) || ignored.has(f.ID, f.Line) })
		}
		alone := slices.DeleteFunc(slices.Clone(b.Findings), func(f Finding) bool { return f.ID == "RB207" || f.ID == "RB607" })
		b.Findings = sortFindings(append(alone, found...))
	}
}

func baseName(path string) string {
	path = strings.ReplaceAll(path, "\\", "/")
	return path[strings.LastIndexByte(path, '/')+1:]
}

// called lists the runbooks of a set that a runbook starts or refers to from
// its answers, with the line that does.
func called(b *Runbook, named map[string]*Runbook) map[*Runbook]int {
	out := map[*Runbook]int{}
	for i := range b.Phases {
		for j := range b.Phases[i].Steps {
			s := &b.Phases[i].Steps[j]
			refs := []*Ref{s.Next}
			if s.Decision != nil {
				for k := range s.Decision.Branches {
					refs = append(refs, s.Decision.Branches[k].To)
				}
			}
			for _, r := range refs {
				if r == nil || r.Runbook == "" {
					continue
				}
				if to := named[baseName(r.Runbook)]; to != nil && out[to] == 0 {
					out[to] = r.Line
				}
			}
		}
	}
	return out
}

// circles finds the lines of b that lead back to b.
func circles(b *Runbook, named map[string]*Runbook) []Finding {
	var out []Finding
	for first, line := range called(b, named) {
		seen := map[*Runbook]bool{}
		for stack := []*Runbook{first}; len(stack) > 0; {
			x := stack[len(stack)-1]
			stack = stack[:len(stack)-1]
			if x == b {
				out = append(out, ruleFinding("RB607", line, b.Strict))
				break
			}
			if seen[x] {
				continue
			}
			seen[x] = true
			for next := range called(x, named) {
				stack = append(stack, next)
			}
		}
	}
	return out
}

// missingIDs finds the steps of b that another file links to by an anchor.
func missingIDs(b *Runbook, books []*Runbook) []Finding {
	var out []Finding
	for _, other := range books {
		if other == b {
			continue
		}
		for i := range other.Phases {
			for j := range other.Phases[i].Steps {
				for _, l := range other.Phases[i].Steps[j].Links {
					path, anchor, ok := strings.Cut(l.URL, "#")
					if !ok || baseName(path) != baseName(b.File) {
						continue
					}
					if s := stepByTitle(b, decodePercent(anchor)); s != nil && s.ID == "" {
						out = append(out, ruleFinding("RB207", s.Line, b.Strict, s.Key))
					}
				}
			}
		}
	}
	return out
}

func stepByTitle(b *Runbook, anchor string) *Step {
	for i := range b.Phases {
		for j := range b.Phases[i].Steps {
			s := &b.Phases[i].Steps[j]
			if s.Form == "heading" && strings.Contains(anchor, slug(s.Title)) {
				return s
			}
		}
	}
	return nil
}

func ruleFinding(id string, line int, strict bool, args ...any) Finding {
	rule, _ := Explain(id)
	return rule.finding(line, 1, strict, args)
}
