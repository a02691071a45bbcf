// Package plangen writes random plans for tests: well formed, as people mix
// them, and never the same twice. It guarantees that one seed always gives one
// plan, so that a failure can be read again by its number.
package plangen

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// Plan gives the plan of a seed as Markdown in UTF-8.
func Plan(seed uint64) string {
	g := &gen{r: rand.New(rand.NewPCG(seed, 0x1bb07))} //nolint:gosec // repeatable, not secret
	g.ja = g.chance(65)
	g.head()
	for range 1 + g.r.IntN(5) {
		g.section()
	}
	return g.spoil(g.b.String())
}

type gen struct {
	r  *rand.Rand
	b  strings.Builder
	ja bool
}

func (g *gen) chance(percent int) bool { return g.r.IntN(100) < percent }

// lang picks a language: the plan's, now and then the other.
func (g *gen) lang() bool { return g.ja != g.chance(8) }

// one picks one of the words of a subject.
func (g *gen) one(s subject) string {
	words := s.en
	if g.lang() {
		words = s.ja
	}
	return g.fill(words[g.r.IntN(len(words))])
}

// fill puts numbers where words have a §, and a word of the subject where they
// have its name in braces.
func (g *gen) fill(s string) string {
	for strings.Contains(s, "§") {
		s = strings.Replace(s, "§", fmt.Sprint(g.r.IntN([]int{3, 10, 100, 2000}[g.r.IntN(4)])), 1)
	}
	for name, words := range map[string]subject{"{who}": who(), "{place}": places(), "{limit}": limits()} {
		for strings.Contains(s, name) {
			s = strings.Replace(s, name, g.one(words), 1)
		}
	}
	return s
}

func (g *gen) line(format string, args ...any) { fmt.Fprintf(&g.b, format+"\n", args...) }

func (g *gen) head() {
	if g.chance(25) {
		g.line("---")
		for range g.r.IntN(5) {
			g.line("%s", g.one(matter()))
		}
		g.line("---")
	}
	switch title := g.one(titles()); g.r.IntN(6) {
	case 0:
		g.line("%s\n===", title)
	case 1:
		g.line("**%s**", title)
	case 2: // none
	default:
		g.line("# %s", title)
	}
	g.line("")
	for range g.r.IntN(4) {
		g.line("%s", g.one(matter()))
		if g.chance(50) {
			g.line("")
		}
	}
	g.line("")
}

func (g *gen) section() {
	marks := "##"
	if g.chance(25) {
		marks = strings.Repeat("#", 1+g.r.IntN(5))
	}
	title := g.one(headings())
	if g.chance(30) {
		title = g.fill([]string{"§. ", "第§章 ", "Phase §: ", "フェーズ§　", "(§) ", "T+§ "}[g.r.IntN(6)]) + title
	}
	if g.chance(30) {
		title += g.one(windows())
	}
	switch {
	case g.chance(10):
		g.line("\n**%s**\n", title)
	case g.chance(8):
		g.line("\n%s\n---\n", title)
	default:
		g.line("\n%s %s\n", marks, title)
	}
	for range g.r.IntN(4) {
		g.label(0)
	}
	for range 1 + g.r.IntN(3) {
		g.body(marks)
	}
}

// body writes one thing a section may hold.
func (g *gen) body(marks string) {
	g.line("")
	switch g.r.IntN(16) {
	case 0, 1, 2, 3, 4, 5:
		g.steps(0, 1+g.r.IntN(6))
	case 6, 7:
		for n := range 1 + g.r.IntN(4) {
			g.line("\n%s# %s\n", marks, []string{g.fill("手順 § "), g.fill("Step §: "), fmt.Sprint(n+1, ". "), ""}[g.r.IntN(4)]+g.one(acts()))
			g.details(0)
		}
	case 8, 9:
		g.table()
	case 10:
		g.htmlTable()
	case 11:
		g.line("```%s\n%s\n```", []string{"", "sh", "yaml", "text"}[g.r.IntN(4)], g.one(codes()))
	case 12:
		g.line("> %s%s", []string{"", "[!WARNING]\n> ", "**注意**: ", "⚠ "}[g.r.IntN(4)], g.one(acts()))
	case 13:
		g.line("%s\n\n%s", g.one(questions()), g.one(acts()))
		for range 2 + g.r.IntN(3) {
			g.line("- %s%s%s", g.one(answers()), []string{": ", "：", " → ", " - "}[g.r.IntN(4)], g.one(jumps()))
		}
	case 14:
		for range 1 + g.r.IntN(3) {
			g.line("%s%s", g.one(acts()), []string{"。", ".", "", "  "}[g.r.IntN(4)])
		}
	default:
		g.line("%s", g.one(odd()))
	}
}

// steps writes a list of steps, numbered, ticked or with bullets.
func (g *gen) steps(level, count int) {
	form, in := g.r.IntN(7), strings.Repeat("   ", level)
	for n := range count {
		mark := []string{fmt.Sprint(n+1, "."), fmt.Sprint(n+1, ")"), "- [ ]", "-", "*", "1.", fmt.Sprint("(", n+1, ")")}[form]
		switch {
		case g.chance(15):
			g.line("%s%s %s", in, mark, g.one(questions()))
			for range g.r.IntN(4) {
				g.line("%s   - %s%s%s", in, g.one(answers()), []string{": ", "：", " → ", " - ", " "}[g.r.IntN(5)], g.one(jumps()))
			}
		default:
			g.line("%s%s %s", in, mark, g.fill([]string{"", "", "", "", "**", "【{who}】", "[CISO] "}[g.r.IntN(7)])+g.one(acts()))
		}
		g.details(level + 1)
		if g.chance(15) && level < 3 {
			g.steps(level+1, 1+g.r.IntN(3))
		}
		if g.chance(20) {
			g.line("")
		}
	}
}

// details writes what stands under a step.
func (g *gen) details(level int) {
	for range g.r.IntN(4) {
		g.label(level)
	}
	in := strings.Repeat("   ", level)
	switch g.r.IntN(20) {
	case 0:
		g.line("%s```\n%s%s\n%s```", in, in, g.one(codes()), in)
	case 1:
		g.line("%s> %s", in, g.one(acts()))
	case 2:
		g.line("\n%s%s", in, g.one(odd()))
	case 3:
		g.line("%s- %s", in, g.one(acts()))
	}
}

// label writes KEY: value in one of the ways people do.
func (g *gen) label(level int) {
	in := strings.Repeat("   ", level)
	text := g.one(labels())
	if key, value, ok := strings.Cut(text, ": "); ok {
		text = fmt.Sprintf([]string{"%s: %s", "%s：%s", "**%s:** %s", "**%s**: %s", "%s ： %s", "%s:%s"}[g.r.IntN(6)], key, value)
	}
	if g.chance(10) {
		text += []string{" ／ ", "、", " | ", "; "}[g.r.IntN(4)] + g.one(labels())
	}
	g.line("%s%s%s", in, []string{"- ", "- ", "- ", "* ", "", "- [ ] "}[g.r.IntN(6)], text)
	if level > 0 && g.chance(5) {
		g.line("%s  - %s", in, g.one(odd()))
	}
}

func (g *gen) table() {
	heads := columns()
	cols := make([]int, 1+g.r.IntN(5))
	head, rule := "|", "|"
	for i := range cols {
		cols[i] = g.r.IntN(len(heads))
		h := heads[cols[i]]
		if g.lang() {
			head += " " + h.ja + " |"
		} else {
			head += " " + h.en + " |"
		}
		rule += []string{"---|", ":--|", "--:|"}[g.r.IntN(3)]
	}
	g.line("%s\n%s", head, rule)
	for range g.r.IntN(5) {
		row := "|"
		for _, c := range cols {
			row += " " + g.cell(heads[c]) + " |"
		}
		g.line("%s", row)
	}
}

func (g *gen) cell(c column) string {
	if g.chance(12) {
		return []string{"", "-", "—", "☐", "a<br>b", "**x**"}[g.r.IntN(6)]
	}
	return strings.ReplaceAll(g.one(c.words), "\n", " ")
}

func (g *gen) htmlTable() {
	heads := columns()
	cols := make([]column, 1+g.r.IntN(4))
	g.line("<table>")
	g.b.WriteString("<tr>")
	for i := range cols {
		cols[i] = heads[g.r.IntN(len(heads))]
		g.b.WriteString("<th>" + cols[i].ja + "</th>")
	}
	g.line("</tr>")
	for range g.r.IntN(4) {
		g.b.WriteString("<tr>")
		for _, c := range cols {
			g.b.WriteString("<td>" + g.cell(c) + "</td>")
		}
		g.line("</tr>")
	}
	g.line("</table>")
}

// spoil does to a few plans what editors and conversions do.
func (g *gen) spoil(s string) string {
	switch g.r.IntN(24) {
	case 0:
		return strings.ReplaceAll(s, "\n", "\r\n")
	case 1:
		return strings.ReplaceAll(s, "   ", "\t")
	case 2:
		return strings.ReplaceAll(s, "   ", "")
	case 3:
		return strings.ReplaceAll(s, "\n", "  \n")
	case 4:
		return "\uFEFF" + s
	case 5:
		return strings.TrimRight(s, "\n")
	case 6:
		return strings.ReplaceAll(s, "- ", "・")
	case 7:
		return strings.ReplaceAll(s, "1", "１")
	case 8:
		return strings.ReplaceAll(s, "\n\n", "\n")
	}
	return s
}
