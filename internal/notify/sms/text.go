package sms

import (
	"encoding/json"
	"encoding/xml"
	"fmt"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf16"

	"irbot/internal/notify"
)

// repeatMark stands before a page that may have arrived before.
const repeatMark = "(再送の可能性) "

// link finds the address by which a page is answered.
var link = regexp.MustCompile(`https?://[!-~]+`)

var dialled = regexp.MustCompile(`^\+?[0-9]{3,20}$`)

// number drops the signs people put between the digits of a phone number.
func number(s string) (string, error) {
	n := strings.NewReplacer("-", "", " ", "", "(", "", ")", "", ".", "").Replace(s)
	if !dialled.MatchString(n) {
		return "", fmt.Errorf("%q: %w", s, ErrNumber)
	}
	return n, nil
}

// e164 writes a national number with its country code (ITU-T E.164).
func e164(n, country string) string {
	if rest, ok := strings.CutPrefix(n, "0"); ok && !strings.HasPrefix(n, "00") {
		return "+" + country + rest
	}
	return n
}

// text is what the phone shows or says: subject, body, and the id by which a
// repeat is recognised.
func (s *Sender) text(e notify.Envelope) string {
	mark := ""
	if e.Repeat && e.Kind == notify.KindPage {
		mark = repeatMark
	}
	body := strings.TrimSpace(e.Body)
	if sub := squeezed(e.Subject); sub != "" && !strings.HasPrefix(squeezed(body), squeezed(sub)) {
		body = sub + "\n" + body
	}
	tag := ""
	if !s.cfg.Spoken {
		tag = "\n[" + e.ID + "]"
	}
	room := s.cfg.MaxLength - units(mark) - units(tag)
	return mark + Shorten(plain(body), room) + tag
}

// squeezed is a text on one line: a card begins with its subject, broken into
// lines, and there is no room on a phone to say it twice.
func squeezed(s string) string { return strings.Join(strings.Fields(s), " ") }

// plain drops control characters other than the line feed, and those that turn
// the direction of what follows: a number to ring must read as it is.
func plain(s string) string {
	s = strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n")
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if r == '\n' {
			return r
		}
		if unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) || r == '\u2028' || r == '\u2029' {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(s, " ")))
}

// Shorten cuts a text to a length in UTF-16 units, as SMS counts it. It cuts
// between characters, says so with an ellipsis, and keeps the line of the last
// link whole (at least the link) when there is room for it, because without it
// the page cannot be answered; so too the short line before or after it, where
// the number to ring stands.
func Shorten(s string, most int) string {
	if units(s) <= most {
		return s
	}
	s, tail := linkLast(s, most)
	room := most - units(tail)
	if units(s) <= room {
		return s + tail
	}
	if head, last, ok := cutLast(s); ok && units(last)+1 <= room/3 {
		s, tail = head, "\n"+last+tail
		room = most - units(tail)
	}
	used, end := 1, 0 // one for the ellipsis
	for i, r := range s {
		used += utf16.RuneLen(r)
		if used > room {
			break
		}
		end = i + len(string(r))
	}
	if room < 1 {
		return strings.TrimPrefix(tail, "\n")
	}
	return strings.TrimSpace(s[:end]) + "…" + tail
}

// linkLast takes the last link out of a text, with its line where that is short
// enough, and gives what goes to the end in its place.
func linkLast(s string, most int) (rest, tail string) {
	all := link.FindAllStringIndex(s, -1)
	if len(all) == 0 {
		return s, ""
	}
	at := all[len(all)-1]
	from, until := strings.LastIndexByte(s[:at[0]], '\n')+1, len(s)
	if i := strings.IndexByte(s[at[1]:], '\n'); i >= 0 {
		until = at[1] + i
	}
	if line := "\n" + strings.TrimSpace(s[from:until]); from > 0 && units(line)+1 <= most/2 {
		return strings.TrimSpace(strings.TrimSpace(s[:from]) + s[until:]), line
	}
	if l := "\n" + s[at[0]:at[1]]; units(l)+1 <= most {
		return strings.TrimSpace(s[:at[0]] + s[at[1]:]), l
	}
	return s, ""
}

// cutLast takes the last line off a text of several.
func cutLast(s string) (head, last string, ok bool) {
	i := strings.LastIndexByte(s, '\n')
	if i < 0 {
		return s, "", false
	}
	return strings.TrimSpace(s[:i]), strings.TrimSpace(s[i+1:]), true
}

func units(s string) int {
	n := 0
	for _, r := range s {
		n += utf16.RuneLen(r)
	}
	return n
}

// japanese finds what only a Japanese voice can read.
var japanese = regexp.MustCompile(`[\p{Hiragana}\p{Katakana}\p{Han}]`)

// twiml is the script of a call that reads the text aloud twice, in Japanese or,
// where nothing in it is, in English, for gateways with Twilio's form.
func twiml(text string) (string, error) {
	var b strings.Builder
	if err := xml.EscapeText(&b, []byte(text)); err != nil {
		return "", fmt.Errorf("encode speech: %w", err)
	}
	lang := "en-US"
	if japanese.MatchString(text) {
		lang = "ja-JP"
	}
	return `<Response><Say language="` + lang + `" loop="2">` + b.String() + `</Say></Response>`, nil
}

// receipt finds the gateway's own id in its answer; without one our id stands in.
func receipt(body []byte, field, id string) string {
	var m map[string]any
	if json.Unmarshal(body, &m) == nil {
		switch v := m[field].(type) {
		case string:
			if v != "" {
				return v
			}
		case float64:
			return fmt.Sprintf("%.0f", v)
		}
	}
	return id
}

// excerpt shows the beginning of an answer to people.
func excerpt(b []byte) string {
	return Shorten(strings.Join(strings.Fields(plain(string(b))), " "), 200)
}
