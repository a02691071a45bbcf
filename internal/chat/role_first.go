package chat

import (
	"regexp"
	"strings"

	"golang.org/x/text/unicode/norm"
)

// selfWords are how people name themselves.
const selfWords = "自分 わたし 私 僕 me myself"

// isSelf reports whether a word means who types it.
func (p *parser) isSelf(word string) bool {
	return p.ctx.Self != "" && contains(selfWords, strings.TrimRight(strings.TrimPrefix(fold(word), "@"), "。.、,"))
}

var (
	reRolePerson = regexp.MustCompile(`^(\S+?)(?:[はをがに、:]\s*|\s+)(\S+?)[。.]?$`)
	reRoleTake   = regexp.MustCompile(`^(\S+?)(?:は自分が|[をは、]|\s+)?\s*(?:します|する|とります|取ります|執ります|とる|引き?受けます|引き?受ける|引き?受け)[。.]?$`)
	rePolite     = regexp.MustCompile(`(?:に?します|です|(?:を|に)?お願いします)[。.]?$`)
)

// roleFirst reads a line that is nothing but a role and a person, in either
// order, or a role alone: 指揮 自分, 指揮は佐藤さん, @佐藤 指揮, lead me, 広報. With a
// word more it is no command, so that a note is not taken for one.
func (p *parser) roleFirst() bool {
	if p.ctx.Role == nil || p.ctx.People == nil {
		return false
	}
	line := strings.TrimSpace(norm.NFKC.String(p.rest))
	if g := reMentioned.FindStringSubmatch(line); g != nil { // a mention may hold a name with blanks
		line = strings.TrimSpace(g[1] + " <@" + g[2] + "> " + g[3])
	}
	role := func(word string) bool {
		_, ok := p.ctx.Role(strings.TrimRight(word, ":、。.,"))
		return ok
	}
	take := func(normal string) bool {
		p.cmd.Verb, p.rest = VerbRole, normal
		return true
	}
	if role(line) && !strings.ContainsAny(line, " \t") {
		return take(strings.TrimRight(line, ":、。.,"))
	}
	if g := reRoleTake.FindStringSubmatch(line); g != nil && role(g[1]) && p.ctx.Self != "" {
		return take(g[1] + " 自分")
	}
	g := reRolePerson.FindStringSubmatch(rePolite.ReplaceAllString(line, ""))
	if g == nil {
		return false
	}
	switch {
	case role(g[1]) && p.someone(g[2]):
		return take(g[1] + " " + g[2])
	case role(g[2]) && p.someone(g[1]):
		return take(g[2] + " " + g[1])
	}
	return false
}

var reMentioned = regexp.MustCompile(`^(.*?)<@([A-Za-z0-9]+)(?:\|[^>]*)?>(.*)$`)

// someone reports whether a word means a person: oneself, one marked as such, or
// one whom the directory knows.
func (p *parser) someone(word string) bool {
	name, marked := personWord(word)
	return p.isSelf(word) || marked || len(p.ctx.People(name)) > 0
}
