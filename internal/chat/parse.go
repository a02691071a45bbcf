package chat

import (
	"regexp"
	"strings"

	"golang.org/x/text/unicode/norm"
)

const maxCommand = 4000 // bytes that are looked at for words; the text after is kept whole

// Parse reads what somebody typed: a command, something to answer, or nothing
// for the bot. It never fails and never loses free text; full-width and
// half-width, upper and lower case, Japanese and English are the same.
//
// The text must be as the person typed it: surfaces undo their own escaping
// first. Slack mentions in the form <@U123|name> are understood.
func Parse(text string, ctx Context) Result {
	r := Result{Raw: text}
	trimmed := strings.TrimSpace(text)
	if !ctx.Addressed {
		if command, ok := FullWidthSlash(trimmed, ctx.Roots...); ok {
			r.Kind = Answer
			r.Reply = Reply{Key: "tl.fw", Suggest: []Suggestion{{Command: command, Key: "tl.fw.run"}}}
			return r
		}
	}
	if rest, ok := strings.CutPrefix(norm.NFKC.String(firstRune(trimmed)), "/"); ok && rest == "" {
		if cut, ok := cutRoot(trimmed[len(firstRune(trimmed)):], ctx.Roots); ok {
			trimmed, ctx.Addressed = cut, true
		}
	}
	if !ctx.Addressed {
		return r
	}
	p := &parser{ctx: ctx, rest: trimmed}
	p.read()
	if p.reply != nil {
		r.Kind, r.Reply = Answer, *p.reply
		return r
	}
	r.Kind, r.Command = Execute, p.cmd
	return r
}

func firstRune(s string) string {
	for _, r := range s {
		return string(r)
	}
	return ""
}

// parser reads one command from left to right.
type parser struct {
	ctx   Context
	rest  string // what is not read yet, as typed
	cmd   Command
	reply *Reply
}

var (
	reIncident = regexp.MustCompile(`^(ir|dr)[-‐−ー–_]?0*([1-9]\d{0,8})$`)
	reHash     = regexp.MustCompile(`^#0*([1-9]\d{0,8})$`)
	reStep     = regexp.MustCompile(`^(?:手順|step|#)?(\d{1,5}|\d{1,3}\.\d{1,3})$`)
	reStepRef  = regexp.MustCompile(`^r\d{1,3}/[\w.-]{1,40}$`)
	reVerbStep = regexp.MustCompile(`^(\D+?)(?:手順)?(\d{1,5})$`)
	reStepVerb = regexp.MustCompile(`^((?:手順|step)?\d{1,5})[をはの]?(\D+)$`)
)

func (p *parser) read() {
	p.cmd.Incident = p.ctx.Incident
	p.incident(true)
	word, ok := p.peek()
	if !ok {
		return
	}
	if !p.verb(word) {
		p.reply = p.unknown(word)
		return
	}
	if p.cmd.Verb != VerbDeclare && p.cmd.Verb != VerbNote && p.cmd.Verb != VerbUpdate {
		p.incident(false)
	}
	p.options()
	if p.reply == nil {
		p.args()
	}
}

// peek gives the next word as typed.
func (p *parser) peek() (string, bool) {
	words, _ := fields(head(p.rest), 1)
	if len(words) == 0 {
		return "", false
	}
	return words[0], true
}

// head is the part of a text that is searched for words.
func head(s string) string {
	if len(s) <= maxCommand {
		return s
	}
	return strings.ToValidUTF8(s[:maxCommand], "")
}

// next takes the next word.
func (p *parser) next() string {
	words, ends := fields(head(p.rest), 1)
	if len(words) == 0 {
		return ""
	}
	p.rest = strings.TrimSpace(p.rest[ends[0]:])
	return words[0]
}

// incident takes the name of an incident off the front; #12 only counts where
// it stands first.
func (p *parser) incident(first bool) {
	word, ok := p.peek()
	if !ok {
		return
	}
	word = fold(word)
	id := ""
	if g := reIncident.FindStringSubmatch(word); g != nil {
		id = strings.ToUpper(g[1]) + "-" + g[2]
	} else if g := reHash.FindStringSubmatch(word); g != nil && first {
		id = "IR-" + g[1]
	}
	if id == "" {
		return
	}
	p.cmd.Incident, p.cmd.Named = id, true
	p.next()
}

// verb reads the verb in any of the orders people write: 完了 4, 完了4, 4 完了,
// 手順4を完了.
func (p *parser) verb(word string) bool {
	plain := fold(word)
	if v, ok := verbOf(plain); ok {
		p.next()
		p.cmd.Verb = v
		if v == VerbSteps {
			p.stepThenVerb()
		}
		return true
	}
	if before, after, ok := strings.Cut(word, ":"); ok {
		return p.verbColon(before, after) || p.roleFirst()
	}
	if before, after, ok := strings.Cut(word, "："); ok {
		return p.verbColon(before, after) || p.roleFirst()
	}
	if isStep(plain) {
		return p.stepFirst(plain)
	}
	if g := reVerbStep.FindStringSubmatch(plain); g != nil {
		if v, ok := verbOf(g[1]); ok && (v.stepped() || v == VerbSeverity) {
			p.next()
			p.cmd.Verb = v
			p.rest = strings.TrimSpace(g[2] + " " + p.rest)
			return true
		}
	}
	if g := reStepVerb.FindStringSubmatch(plain); g != nil {
		if v, ok := verbOf(g[2]); ok && v.stepped() {
			p.next()
			p.cmd.Verb, p.cmd.Step = v, stepNumber(g[1])
			return true
		}
	}
	return p.roleFirst()
}

func (p *parser) verbColon(before, after string) bool {
	v, ok := verbOf(before)
	if !ok {
		return false
	}
	p.next()
	p.cmd.Verb = v
	p.rest = strings.TrimSpace(after + " " + p.rest)
	return true
}

// stepThenVerb turns 手順 4 完了 into 完了 4.
func (p *parser) stepThenVerb() {
	words, ends := fields(head(p.rest), 2)
	if len(words) < 2 || !isStep(fold(words[0])) {
		return
	}
	if v, ok := verbOf(words[1]); ok && v.stepped() && v != VerbSteps {
		p.cmd.Verb, p.cmd.Step = v, stepNumber(fold(words[0]))
		p.rest = strings.TrimSpace(p.rest[ends[1]:])
	}
}

// stepFirst reads 手順4 完了, 4 完了, and 手順4 alone.
func (p *parser) stepFirst(step string) bool {
	words, ends := fields(head(p.rest), 2)
	if len(words) == 2 {
		if v, ok := verbOf(words[1]); ok && v.stepped() {
			p.cmd.Verb, p.cmd.Step = v, stepNumber(step)
			p.rest = strings.TrimSpace(p.rest[ends[1]:])
			return true
		}
	}
	if strings.HasPrefix(step, "手順") || strings.HasPrefix(step, "step") {
		p.next()
		p.cmd.Verb, p.cmd.Step = VerbSteps, stepNumber(step)
		return true
	}
	return false
}

func isStep(word string) bool { return reStep.MatchString(word) || reStepRef.MatchString(word) }

// stepNumber is a step as commands name it: 4, 2.3 or r1/2.3.
func stepNumber(word string) string {
	if g := reStep.FindStringSubmatch(word); g != nil {
		if n := strings.TrimLeft(g[1], "0"); n != "" && !strings.HasPrefix(n, ".") {
			return n
		}
		return g[1]
	}
	return word
}

var reAt = regexp.MustCompile(`(?i)(?:^|[\s\x{3000}])(?:--|－－|—)(?:at|ａｔ)[=＝\s\x{3000}]+("[^"]+"|「[^」]+」|[^\s\x{3000}]+)`)

// options takes --at out of the text, wherever it stands.
func (p *parser) options() {
	loc := reAt.FindStringSubmatchIndex(p.rest)
	if loc == nil || p.cmd.Verb == VerbDeclare {
		return
	}
	word := strings.Trim(p.rest[loc[2]:loc[3]], `"「」`)
	t, err := ParseTime(word, p.ctx.Now, p.zone())
	if err != nil {
		p.reply = &Reply{Key: "cmd.badtime", Args: []any{"word", word}}
		return
	}
	p.cmd.At = t
	p.rest = strings.TrimSpace(p.rest[:loc[0]] + " " + strings.TrimSpace(p.rest[loc[1]:]))
}
