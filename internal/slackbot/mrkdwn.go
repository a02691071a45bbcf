package slackbot

import (
	"cmp"
	"regexp"
	"strings"
	"unicode/utf8"

	"irbot/internal/chat"
)

// apart stands around the characters that mrkdwn would read as formatting. It
// takes no room and is not a space.
const apart = "\u200b"

// esc makes typed text safe inside mrkdwn: nothing in it mentions, links,
// quotes or formats. Entities are Slack's three; formatting characters are
// kept apart from their neighbours. An underscore within an ASCII word formats
// nothing and stays as it is, so that a setting's name can be copied.
func esc(s string) string {
	var b strings.Builder
	s = chat.Safe(s)
	start := true
	for i, r := range s {
		if r == '_' && i > 0 && i+1 < len(s) && wordByte(s[i-1]) && wordByte(s[i+1]) {
			b.WriteByte('_')
			continue
		}
		switch r {
		case '&':
			b.WriteString("&amp;")
		case '<':
			b.WriteString("&lt;")
		case '>':
			if start {
				b.WriteString(apart)
			}
			b.WriteString("&gt;")
		case '*', '_', '~', '`':
			b.WriteString(apart + string(r) + apart)
		default:
			b.WriteRune(r)
		}
		start = r == '\n'
	}
	return b.String()
}

// wordByte tells whether a byte is an ASCII letter or digit.
func wordByte(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}

// plainEsc is for the text beside blocks, which notifications and screen
// readers get: entities only.
func plainEsc(s string) string {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(chat.Safe(s))
}

// fit cuts a text, at whole characters as people see them, until what f makes
// of it has at most limit code points.
func fit(s string, limit int, f func(string) string) string {
	s = head(s, 2*limit+64) // what lies behind can never fit
	out := f(s)
	n := utf8.RuneCountInString(out)
	for size := utf8.RuneCountInString(s); n > limit && size > 0; {
		size = max(0, min(size-1, size*limit/n))
		out = f(chat.Truncate(s, size))
		n = utf8.RuneCountInString(out)
	}
	return out
}

// head is the first n code points.
func head(s string, n int) string {
	for i := range s {
		if n--; n < 0 {
			return s[:i]
		}
	}
	return s
}

func same(s string) string { return s }

// cut limits plain text to a number of code points.
func cut(s string, limit int) string { return fit(chat.Safe(s), limit, same) }

// typed undoes Slack's escaping of what a person typed.
func typed(s string) string {
	return strings.NewReplacer("&lt;", "<", "&gt;", ">", "&amp;", "&").Replace(s)
}

var reference = regexp.MustCompile(`<([@#!]?)([^<>|]*)(?:\|([^<>]*))?>`)

// reading turns a message as Slack stores it into what people read: names
// instead of ids, addresses beside their words.
func (b *Bot) reading(s string) string {
	s = reference.ReplaceAllStringFunc(s, func(m string) string {
		g := reference.FindStringSubmatch(m)
		switch {
		case g[1] == "@":
			return "@" + b.people.name(g[2])
		case g[1] == "#":
			return "#" + cmp.Or(g[3], b.people.channel(g[2]))
		case g[1] == "!" && strings.HasPrefix(g[2], "subteam^"):
			return "@" + strings.TrimPrefix(cmp.Or(g[3], "group"), "@")
		case g[1] == "!" && strings.HasPrefix(g[2], "date^"):
			return g[3]
		case g[1] == "!":
			return "@" + g[2]
		case g[3] != "" && g[3] != g[2]:
			return g[3] + " (" + g[2] + ")"
		}
		return g[2]
	})
	return typed(s)
}

var somebody = regexp.MustCompile(`<([@#])([A-Z0-9]+)(?:\|([^<>]*))?>`)

// named puts names in the place of references to members and channels in a
// text whose entities are undone already; everything else stays as typed.
func (b *Bot) named(s string) string {
	return somebody.ReplaceAllStringFunc(s, func(m string) string {
		g := somebody.FindStringSubmatch(m)
		if g[1] == "#" {
			return "#" + cmp.Or(g[3], b.people.channel(g[2]))
		}
		if name := b.people.name(g[2]); name != g[2] {
			return "@" + name
		}
		return "@" + cmp.Or(g[3], g[2])
	})
}
