package email

import (
	"encoding/base64"
	"fmt"
	"slices"
	"strings"

	"golang.org/x/text/encoding/japanese"

	"irbot/internal/notify"
)

// maxLine is the longest line that may leave unencoded, in bytes without the
// line end (RFC 5322, 2.1.1).
const maxLine = 998

// shown is how many characters that do not fit a character set are named.
const shown = 5

// sameCell are characters that share a cell of JIS X 0208 with another one: the
// sheets of Windows and of the standard name these cells differently, and a
// reader shows the sign it is used to.
var sameCell = strings.NewReplacer(
	"\u301c", "\uff5e", "\u2212", "\uff0d", "\u2016", "\u2225", "\u2014", "\u2015",
	"\u00a2", "\uffe0", "\u00a3", "\uffe1", "\u00ac", "\uffe2",
)

// encodeJIS writes one line in ISO-2022-JP (RFC 1468): ASCII and JIS X 0208,
// ending in ASCII. ok is false where a character is in neither; no other
// character is ever put in its place.
func encodeJIS(line string) (out string, ok bool) {
	out, err := japanese.ISO2022JP.NewEncoder().String(sameCell.Replace(line))
	if err != nil {
		return "", false
	}
	return out, standardCells(out)
}

// standardCells refuses what the encoder writes beyond RFC 1468: half-width
// kana, and the rows of JIS X 0208 that vendors filled in (① is in row 13, 髙 in
// row 92), which other readers show as another character or none.
func standardCells(s string) bool {
	kanji := false
	for i := 0; i < len(s); {
		switch {
		case strings.HasPrefix(s[i:], "\x1b$B"):
			kanji, i = true, i+3
		case strings.HasPrefix(s[i:], "\x1b(B"):
			kanji, i = false, i+3
		case s[i] == '\x1b':
			return false
		case kanji:
			if row := s[i] - 0x20; row > 84 || row > 8 && row < 16 {
				return false
			}
			i += 2
		default:
			i++
		}
	}
	return true
}

// letter is a message in the character set it will leave in.
type letter struct {
	jis       bool
	note      string // for the record, where a character set was asked for
	body      string // with CR LF, in bytes of the character set
	subject   string // header values
	to, from  string
	unencoded bool // the body leaves as it is: 7 bits a byte, no long line
}

// fitting decides the character set: the one that was asked for where it can
// hold every character, else UTF-8. Nothing is lost and nothing is put in the
// place of anything; the choice stands in the note.
func (s *Sender) fitting(e notify.Envelope, body string) letter {
	if e.Charset != notify.ISO2022JP {
		return letter{}
	}
	name, from := displayName(e.ToName), displayName(s.cfg.FromName)
	if odd := outside(oneLine(e.Subject) + name + from + body); odd != "" {
		return letter{note: "charset UTF-8: ISO-2022-JP has no " + odd}
	}
	l := letter{jis: true, note: "charset ISO-2022-JP", unencoded: true, subject: wordsJIS(oneLine(e.Subject))}
	l.to, l.from = addressJIS(name, e.To), addressJIS(from, s.cfg.From)
	var lines []string
	for line := range strings.SplitSeq(crlf(body), "\r\n") {
		out, _ := encodeJIS(line)
		l.unencoded = l.unencoded && len(out) <= maxLine
		lines = append(lines, out)
	}
	l.body = strings.Join(lines, "\r\n")
	return l
}

// outside names the characters that ISO-2022-JP cannot hold; "" if there are none.
func outside(s string) string {
	var odd []string
	more := 0
	for _, r := range s {
		c := string(r)
		if _, ok := encodeJIS(c); ok || slices.Contains(odd, c) {
			continue
		}
		if len(odd) == shown {
			more++
			continue
		}
		odd = append(odd, c)
	}
	out := strings.Join(odd, " ")
	if more > 0 {
		out += fmt.Sprintf(" (+%d)", more)
	}
	return out
}

// wordsJIS writes a header value as encoded words in ISO-2022-JP, each whole in
// itself (RFC 2047, 2 and 5).
func wordsJIS(s string) string {
	if plainHeader(s) {
		return s
	}
	const most = 39 // bytes, so that a word stays under 75 characters
	var words []string
	flush := func(part string) {
		out, _ := encodeJIS(part)
		words = append(words, "=?ISO-2022-JP?B?"+base64.StdEncoding.EncodeToString([]byte(out))+"?=")
	}
	part := ""
	for _, r := range s {
		if out, _ := encodeJIS(part + string(r)); len(out) > most {
			flush(part)
			part = ""
		}
		part += string(r)
	}
	flush(part)
	return strings.Join(words, "\r\n ")
}

// addressJIS writes an address with the name shown in ISO-2022-JP.
func addressJIS(name, addr string) string {
	if name == "" || plainHeader(name) {
		return named(name, addr)
	}
	return wordsJIS(name) + "\r\n <" + addr + ">"
}
