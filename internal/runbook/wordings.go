package runbook

import "strings"

// wordings collects the message texts: every section a message label points to,
// and every one under a heading such as 文面 or Templates.
func (r *reader) wordings() {
	for i := range r.rb.Phases {
		for j := range r.rb.Phases[i].Steps {
			if m := r.rb.Phases[i].Steps[j].Message; m != "" {
				r.messages[fold(decodePercent(m))] = true
			}
		}
	}
	seen := map[string]int{}
	for _, s := range r.sections {
		if s.head == nil || len(r.messages) == 0 && !underWordings(s) {
			continue
		}
		name := slug(s.title)
		if seen[name]++; seen[name] > 1 {
			continue
		}
		if !r.messages[fold(name)] && !underWordings(s) {
			continue
		}
		text, line := r.wordingText(s)
		if text == "" {
			continue
		}
		w := Wording{Slug: name, Title: s.title, Text: text, Line: line}
		w.Variables, w.Blanks = blanksIn(text)
		r.rb.Wordings = append(r.rb.Wordings, w)
	}
}

func underWordings(s *section) bool {
	for up := s; up != nil && up.head != nil && !up.isTitle; up = up.parent {
		if up.kind == kindContext && containsAny(up.plain, "文面", "文例", "定型文", "wording", "message template", "messages", "communication template") {
			return true
		}
	}
	return false
}

// wordingText is the first quote, fence or paragraph under a heading.
func (r *reader) wordingText(s *section) (string, int) {
	for _, kind := range [...]blockKind{kindQuote, kindCode, kindPara} {
		for _, b := range s.blocks {
			if b.kind != kind {
				continue
			}
			switch kind {
			case kindQuote:
				return strings.TrimSpace(r.rawText(b)), b.line
			case kindCode:
				return strings.TrimRight(b.text, "\n"), b.line
			}
			return b.text, b.line
		}
	}
	return "", 0
}

// blanksIn finds {{variables}} and [square blanks] of a wording, each once.
func blanksIn(text string) (variables, blanks []string) {
	for rest := text; ; {
		_, after, ok := strings.Cut(rest, "{{")
		if !ok {
			break
		}
		name, tail, ok := strings.Cut(after, "}}")
		if !ok {
			break
		}
		if name = strings.TrimSpace(name); name != "" && len(name) < 120 && !strings.Contains(name, "\n") {
			variables = addOnce(variables, name)
		}
		rest = tail
	}
	for rest := text; ; {
		_, after, ok := strings.Cut(rest, "[")
		if !ok {
			break
		}
		name, tail, ok := strings.Cut(after, "]")
		if !ok {
			break
		}
		if !strings.HasPrefix(tail, "(") && name != "" && name != " " && name != "x" && len(name) < 120 && !strings.ContainsAny(name, "\n[") && name[0] != '!' {
			blanks = addOnce(blanks, name)
		}
		rest = tail
	}
	return variables, blanks
}

func addOnce(list []string, s string) []string {
	for _, x := range list {
		if x == s {
			return list
		}
	}
	return append(list, s)
}
