package runbook

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// key reports strings shaped like keys of well-known services, in code too.
func (s *textScan) key(text string, i int) {
	for _, k := range [...]struct {
		head string
		size int
		name string
	}{{"AKIA", 20, "AWS"}, {"ASIA", 20, "AWS"}, {"ghp_", 40, "GitHub"}, {"xoxb-", 24, "Slack"}, {"xoxp-", 24, "Slack"}, {"xapp-", 24, "Slack"}} {
		if k.head[0] != text[i] || !strings.HasPrefix(text[i:], k.head) {
			continue
		}
		if keyLength(text[i:]) >= k.size && !strings.Contains(text[i:min(i+k.size+8, len(text))], "EXAMPLE") {
			s.report("RB802", i, k.name)
		}
	}
}

func keyLength(s string) int {
	n := 0
	for n < len(s) && (isAlnum(s[n]) || s[n] == '_' || s[n] == '-') {
		n++
	}
	return n
}

// hyphen reports private keys and telephone numbers: the latter age in a
// runbook and belong in the directory.
func (s *textScan) hyphen(text string, i int) {
	if i == 0 {
		return
	}
	if text[i-1] >= '0' && text[i-1] <= '9' {
		if start, _, ok := phoneAt(text, i); ok {
			s.outsideCode("RB803", start)
		}
		return
	}
	if text[i-1] == '\n' && hasAnyPrefix(text[i:], "-----BEGIN RSA PRIVATE", "-----BEGIN PRIVATE KEY", "-----BEGIN OPENSSH PRIVATE", "-----BEGIN EC PRIVATE") {
		s.report("RB802", i, "PEM")
	}
}

// assigned reports "password = value" with a value that is no placeholder. The
// sign stands at i, the value begins at or after from.
func (s *textScan) assigned(text string, i, from int) {
	if i > 0 && !endsSecretWord[text[i-1]] {
		return
	}
	before := strings.TrimRight(text[max(0, i-24):i], " \"'*")
	if before == "" {
		return
	}
	switch before[len(before)-1] {
	case 'd', 'D', 'y', 'Y', 't', 'T', 0x89: // the last bytes of the words below
	default:
		return
	}
	if !hasAnySuffix(before, "assword", "asswd", "ASSWORD", "pi_key", "pi-key", "PI_KEY", "ecret", "SECRET", "パスワード") {
		return
	}
	value := strings.TrimLeft(text[from:min(from+80, len(text))], "=: \"'*")
	if end := strings.IndexAny(value, " \n\"'`、。,;)"); end >= 0 {
		value = value[:end]
	}
	if looksSecret(value) {
		s.report("RB802", i, "password")
	}
}

// looksSecret tells a value with letters, digits and no sign of a placeholder.
func looksSecret(v string) bool {
	if len(v) < 8 || strings.ContainsAny(v, "<>${}[]()*/\\.") {
		return false
	}
	letters, numbers := false, false
	for i := 0; i < len(v); i++ {
		if v[i] >= utf8.RuneSelf {
			return false
		}
		letters = letters || v[i] >= 'A' && v[i] <= 'z'
		numbers = numbers || v[i] >= '0' && v[i] <= '9'
	}
	f := strings.ToLower(v)
	return letters && numbers && !containsAny(f, "xxx", "example", "changeme", "your", "password", "secret", "dummy")
}

// phoneAt reads a Japanese number round its first hyphen: 03-1234-5678,
// 090-1234-5678, 0120-123-456.
func phoneAt(text string, hyphen int) (start, end int, ok bool) {
	start = hyphen
	for start > 0 && text[start-1] >= '0' && text[start-1] <= '9' {
		start--
	}
	if n := hyphen - start; n < 2 || n > 5 || text[start] != '0' || text[start+1] == '0' {
		return 0, 0, false
	}
	if start > 0 && (isAlnum(text[start-1]) || text[start-1] == '-' || text[start-1] == '.' || text[start-1] == '/') {
		return 0, 0, false
	}
	mid := run(text, hyphen+1)
	if mid < 1 || mid > 4 || hyphen+1+mid >= len(text) || text[hyphen+1+mid] != '-' {
		return 0, 0, false
	}
	last := run(text, hyphen+2+mid)
	end = hyphen + 2 + mid + last
	total := hyphen - start + mid + last
	if last < 3 || last > 4 || total < 10 || total > 11 || end < len(text) && (isAlnum(text[end]) || text[end] == '-') {
		return 0, 0, false
	}
	return start, end, !strings.Contains(text[start:end], "0000-0000")
}

func run(s string, i int) int {
	n := 0
	for i+n < len(s) && s[i+n] >= '0' && s[i+n] <= '9' {
		n++
	}
	return n
}

// lintCommand reports destructive commands nobody warns about, and characters
// in a command that only look right.
func (r *reader) lintCommand(s *Step, c Command) {
	if isShell(c.Lang) || c.Lang == "" || c.Lang == "indented" {
		if bad, ok := destructive(c.Text); ok && len(s.Approver) == 0 && len(s.Forbidden) == 0 && !s.TwoPerson && !warned(s) {
			r.find("RB804", c.Line, 1, bad)
		}
	}
	if isShell(c.Lang) {
		if ch, off, ok := lookAlike(c.Text); ok {
			r.find("RB806", c.Line+1+strings.Count(c.Text[:off], "\n"), 1, fmt.Sprintf("U+%04X", ch))
		}
	}
}

func warned(s *Step) bool {
	for _, n := range s.Notes {
		if n.Kind != "note" {
			return true
		}
	}
	return false
}

func destructive(text string) (string, bool) {
	if !mayDestroy(text) {
		return "", false
	}
	for _, w := range [...]string{"rm -rf ", "rm -fr ", "rm -r -f ", "mkfs", "dd if=", "DROP TABLE", "DROP DATABASE", "drop table", "drop database", "TRUNCATE ", "truncate table",
		"terraform destroy", "kubectl delete namespace", "kubectl delete ns ", "git push --force", "git push -f", "zpool destroy", "format c:", "shred ", "wipefs", "cipher /w", "delete-db-instance", "--force-delete"} {
		if strings.Contains(text, w) {
			return strings.TrimSpace(w), true
		}
	}
	return "", false
}

// mayDestroy tells a text in which two letters of a word of destructive stand:
// one pass, where most commands end.
func mayDestroy(text string) bool {
	for i := 0; i+3 < len(text); i++ {
		if !destroys[text[i]] {
			continue
		}
		switch text[i : i+2] {
		case "rm", "mk", "dd", "DR", "dr", "TR", "zp", "wi", "-f":
			return true
		case "tr":
			if strings.HasPrefix(text[i:], "trun") {
				return true
			}
		case "te":
			if strings.HasPrefix(text[i:], "terraform d") {
				return true
			}
		case "ku":
			if strings.HasPrefix(text[i:], "kubectl delete n") {
				return true
			}
		case "gi":
			if strings.HasPrefix(text[i:], "git push -") {
				return true
			}
		case "fo", "sh", "ci", "de":
			if hasAnyPrefix(text[i:], "format c:", "shred ", "cipher /w", "delete-db-instance") {
				return true
			}
		}
	}
	return false
}

// lookAlike finds a dash, quote or space in a command line that a shell does
// not take for what it looks like. Comments are left alone.
func lookAlike(text string) (ch rune, off int, ok bool) {
	if isASCII(text) {
		return 0, 0, false
	}
	at := 0
	for _, line := range strings.SplitAfter(text, "\n") {
		if t := strings.TrimSpace(line); !strings.HasPrefix(t, "#") && !strings.HasPrefix(t, "//") && !strings.HasPrefix(t, "--") {
			body, _, _ := strings.Cut(line, " #")
			if c, i, bad := badSign(body); bad {
				return c, at + i, true
			}
		}
		at += len(line)
	}
	return 0, 0, false
}

func badSign(line string) (rune, int, bool) {
	for i, c := range line {
		switch {
		case isInvisible(c) && c != '\n' && c != '\r', c == 0xA0, c == 0x2018, c == 0x2019, c == 0x201C, c == 0x201D:
			return c, i, true
		case c == 0x2013 || c == 0x2014 || c == 0x2212 || c == 0xFF0D:
			if after := line[i+utf8.RuneLen(c):]; i > 0 && line[i-1] == ' ' && after != "" && isAlnum(after[0]) {
				return c, i, true
			}
		case c >= 0x0370 && c <= 0x03FF || c >= 0x0400 && c <= 0x04FF:
			if i > 0 && isAlnum(line[i-1]) {
				return c, i, true
			}
		}
	}
	return 0, 0, false
}
