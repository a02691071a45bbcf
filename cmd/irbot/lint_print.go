package main

import (
	"fmt"
	"strings"
	"time"

	"irbot/internal/chat"
	"irbot/internal/runbook"
)

// printGitHub writes findings as annotations of a workflow.
func (c *cli) printGitHub(all []lintFinding) {
	level := map[string]string{"error": "error", "warning": "warning", "info": "notice"}
	for _, f := range all {
		message, fix := c.lintWords(f)
		c.printf("::%s file=%s,line=%d,col=%d,title=%s::%s\n", level[f.Severity], strings.NewReplacer(",", "%2C", ":", "%3A").Replace(escapeGitHub(f.File)), f.Line, f.Col, f.ID, escapeGitHub(message+"\n"+fix))
	}
}

func escapeGitHub(s string) string {
	return strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A").Replace(s)
}

// printFindings shows each finding with its line, a caret, the remedy and an
// example (UX 4.6).
func (c *cli) printFindings(all []lintFinding, sources map[string][]string) {
	word := map[string]string{"error": c.say("誤り", "error"), "warning": c.say("注意", "warning"), "info": c.say("参考", "info")}
	for _, f := range all {
		message, fix := c.lintWords(f)
		c.printf("%s:%d:%d  %s %s  %s\n", f.File, f.Line, f.Col, word[f.Severity], f.ID, chat.OneLine(message))
		if lines := sources[f.File]; f.Line >= 1 && f.Line <= len(lines) {
			src := chat.PlainWidth(chat.Truncate(lines[f.Line-1], 70))
			c.printf("%5d | %s\n", f.Line, src)
			pad := min(max(f.Col-1, 0), len([]rune(src)))
			c.printf("      | %s^ %s\n", strings.Repeat(" ", chat.Columns(string([]rune(src)[:pad]))), fix)
		} else { // the file could not be read: there is no line to point at
			c.printf("      | %s\n", fix)
		}
		if rule, ok := runbook.Explain(f.ID); ok {
			_, good := rule.Examples(string(c.lang))
			head := c.say("      = 例  ", "      = e.g.  ")
			c.printf("%s%s\n", head, strings.ReplaceAll(good, "\n", "\n"+strings.Repeat(" ", chat.Columns(head))))
		}
	}
}

func (c *cli) lintWords(f lintFinding) (message, fix string) {
	if c.lang == chat.EN {
		return f.MessageEN, f.FixEN
	}
	return f.Message, f.Fix
}

// lintSum is what the last line of irbot lint says.
type lintSum struct {
	files    int
	findings []lintFinding
	took     time.Duration
	code     int // irbot ends with it
}

// exitColumn is where the exit code stands on the last line (UX 4.6).
const exitColumn = 57

func (c *cli) printLintSum(s lintSum) {
	count := map[string]int{}
	for _, f := range s.findings {
		count[f.Severity]++
	}
	left := c.say(fmt.Sprintf("%d冊  誤り%d  注意%d  参考%d  %.1f秒", s.files, count["error"], count["warning"], count["info"], s.took.Seconds()),
		fmt.Sprintf("files: %d  errors: %d  warnings: %d  remarks: %d  %.1f s", s.files, count["error"], count["warning"], count["info"], s.took.Seconds()))
	c.printf("\n%s%s%s\n", left, strings.Repeat(" ", max(exitColumn-chat.Columns(left), 2)), c.say(fmt.Sprintf("終了コード %d", s.code), fmt.Sprintf("exit code %d", s.code)))
}
