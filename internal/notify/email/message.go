package email

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	netmail "net/mail"
	"regexp"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/wneessen/go-mail"

	"irbot/internal/notify"
)

// RepeatHeader marks a message that may have arrived before.
const RepeatHeader = "X-Irbot-Possible-Repeat"

// CarriesHeader lists what a joined message carries: the name of each in the form
// of a Message-ID, the first one's first. Its own Message-ID adds the time.
const CarriesHeader = "X-Irbot-Carries"

// repeatLine stands at the head of a page that may have arrived before. A
// notice never gets it: its text is what was approved.
const repeatLine = "※ このメールは再送の可能性があります（前回の到達を確認できませんでした）。\n" +
	"* This mail may be a repeat: the first delivery could not be confirmed.\n\n"

var (
	// Old addresses of Japanese mobile carriers have dots where RFC 5321 wants
	// quotes; they are allowed here and quoted on the wire.
	localPart = regexp.MustCompile(`^[A-Za-z0-9.!#$%&'*+/=?^_{|}~` + "`" + `-]{1,64}$`)
	domain    = regexp.MustCompile(`^([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)*[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?$`)
)

func isDomain(s string) bool { return len(s) <= 253 && domain.MatchString(s) }

// CheckAddress accepts a bare mail address in ASCII. It refuses names, comments,
// quotes, address literals and everything that is not ASCII, because irbot does
// not ask for SMTPUTF8 and look-alike letters must not pass.
func CheckAddress(addr string) error {
	local, host, ok := strings.Cut(addr, "@")
	if !ok || len(addr) > 254 || !localPart.MatchString(local) || !isDomain(host) {
		return ErrBadAddress
	}
	return nil
}

// hasControl finds what could break or disguise a header line: control
// characters, the Unicode line and paragraph separators, direction overrides.
func hasControl(s string) bool { return strings.ContainsFunc(s, breaksLine) || !utf8.ValidString(s) }

func breaksLine(r rune) bool {
	return unicode.IsControl(r) || r == '\u2028' || r == '\u2029' || unicode.Is(unicode.Bidi_Control, r)
}

// oneLine neutralises what hasControl finds.
func oneLine(s string) string {
	s = strings.Map(func(r rune) rune {
		if breaksLine(r) {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(s, "�"))
	return strings.Join(strings.Fields(s), " ")
}

// MessageID is the Message-ID, without angle brackets, of the envelope with
// this id: the same for every repeat, different for every envelope.
func MessageID(id, domain string) string {
	var b strings.Builder
	for i := 0; i < len(id); i++ {
		c := id[i]
		plain := c == '-' || c == '_' || c == '/' || '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
		if plain {
			b.WriteByte(c)
			continue
		}
		fmt.Fprintf(&b, "=%02X", c)
	}
	left := b.String()
	if len(left) > 180 || left == "" {
		left = fmt.Sprintf("sha256-%x", sha256.Sum256([]byte(id)))
	}
	return left + "@" + domain
}

// compose writes the whole message, and a note on the character set where one
// was asked for. The same envelope gives the same bytes, apart from the marks of
// a repeat.
func (s *Sender) compose(e notify.Envelope) (out []byte, note string, err error) {
	if err := composable(e); err != nil {
		return nil, "", err
	}
	body := e.Body
	if e.Repeat && e.Kind == notify.KindPage {
		body = repeatLine + body
	}
	l := s.fitting(e, body)
	m := mail.NewMsg(mail.WithEncoding(mail.EncodingB64), mail.WithCharset(mail.CharsetUTF8), mail.WithNoDefaultUserAgent(), mail.WithBoundary(boundary(e.Key())))
	s.address(m, e, l)
	m.SetMessageIDWithValue(MessageID(e.Key(), s.cfg.Domain))
	m.SetDateWithValue(s.local(e.At))
	s.mark(m, e)
	s.setBody(m, l, body)
	for _, f := range e.Files {
		if err := m.AttachReader(fileName(f.Name), bytes.NewReader(f.Data), mail.WithFileContentType(fileType(f.Name))); err != nil {
			return nil, "", fmt.Errorf("attach %s: %w", f.Name, err)
		}
	}
	if s.cfg.Signer != nil {
		if err := s.cfg.Signer.sign(m); err != nil {
			return nil, "", err
		}
	}
	var b bytes.Buffer
	if _, err := m.WriteTo(&b); err != nil {
		return nil, "", fmt.Errorf("encode: %w", err)
	}
	out = b.Bytes()
	if l.unencoded && s.cfg.Signer == nil {
		// The library knows unencoded text as 8bit only; this one has 7 bits.
		out = bytes.Replace(out, []byte("Content-Transfer-Encoding: 8bit\r\n"), []byte("Content-Transfer-Encoding: 7bit\r\n"), 1)
	}
	return out, l.note, nil
}

// local is a time on the clock of the site.
func (s *Sender) local(at time.Time) time.Time {
	if s.cfg.Zone == nil {
		return at
	}
	return at.In(s.cfg.Zone)
}

// composable tells what is wrong with an envelope before anything is written.
func composable(e notify.Envelope) error {
	if e.ID == "" || e.At.IsZero() {
		return fmt.Errorf("envelope %q: id and time are needed", e.ID)
	}
	if err := CheckAddress(e.To); err != nil {
		return fmt.Errorf("to %q: %w", e.To, err)
	}
	if e.Kind == notify.KindNotice && (hasControl(e.Subject) || hasControl(e.ToName)) {
		// Changing what was approved is not ours to do.
		return fmt.Errorf("subject or name of an approved notice: %w", ErrControlChars)
	}
	return nil
}

// address writes sender, recipient and subject.
func (s *Sender) address(m *mail.Msg, e notify.Envelope, l letter) {
	if s.cfg.ReplyTo != "" {
		m.ReplyToMailAddress(&netmail.Address{Address: s.cfg.ReplyTo})
	}
	if l.jis {
		// One value: the library writes values of its own making in any order.
		m.SetGenHeaderPreformatted(mail.HeaderSubject, l.subject+"\r\nFrom: "+l.from+"\r\nTo: "+l.to)
		return
	}
	m.FromMailAddress(&netmail.Address{Name: displayName(s.cfg.FromName), Address: s.cfg.From})
	m.ToMailAddress(&netmail.Address{Name: displayName(e.ToName), Address: e.To})
	m.SetGenHeaderPreformatted(mail.HeaderSubject, encodeSubject(oneLine(e.Subject)))
}

// setBody writes the text in the character set of the letter. A signed one is
// always encoded, because a relay that folds a line would break the signature.
func (s *Sender) setBody(m *mail.Msg, l letter, body string) {
	switch {
	case !l.jis:
		m.SetBodyString(mail.TypeTextPlain, crlf(body))
	case l.unencoded && s.cfg.Signer == nil:
		m.SetBodyString(mail.TypeTextPlain, l.body, mail.WithPartCharset("ISO-2022-JP"), mail.WithPartEncoding(mail.NoEncoding))
	default:
		m.SetBodyString(mail.TypeTextPlain, l.body, mail.WithPartCharset("ISO-2022-JP"))
	}
}

// boundary parts a mail with attachments; the same envelope has the same one.
func boundary(id string) string { return fmt.Sprintf("irbot-%.40x", sha256.Sum256([]byte(id))) }

// fileName keeps a name of an attachment to plain letters: it stands in a header.
func fileName(s string) string {
	return strings.Map(func(r rune) rune {
		if r == '.' || r == '-' || r == '_' || '0' <= r && r <= '9' || 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' {
			return r
		}
		return '_'
	}, s)
}

func fileType(name string) mail.ContentType {
	switch {
	case strings.HasSuffix(name, ".pdf"):
		return "application/pdf"
	case strings.HasSuffix(name, ".xlsx"):
		return "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	}
	return mail.TypeAppOctetStream
}

// mark sets the headers that tell machines what kind of mail this is.
func (s *Sender) mark(m *mail.Msg, e notify.Envelope) {
	if e.InReplyTo != "" {
		ref := "<" + MessageID(e.InReplyTo, s.cfg.Domain) + ">"
		m.SetGenHeader(mail.HeaderInReplyTo, ref)
		m.SetGenHeader(mail.HeaderReferences, ref)
	}
	if len(e.With) > 0 {
		refs := make([]string, 0, len(e.With)+1)
		for _, id := range append([]string{e.ID}, e.With...) {
			refs = append(refs, "<"+MessageID(id, s.cfg.Domain)+">")
		}
		m.SetGenHeaderPreformatted(CarriesHeader, strings.Join(refs, "\r\n "))
	}
	if e.Repeat {
		m.SetGenHeader(RepeatHeader, "yes")
	}
	if e.Kind == notify.KindPage {
		// RFC 3834: no out-of-office answers to a machine; and to the top of the list.
		m.SetGenHeader("Auto-Submitted", "auto-generated")
		m.SetImportance(mail.ImportanceHigh)
	}
}

// maxName bounds a display name, in characters: a name cannot be folded, and
// servers refuse lines of more than 998 bytes (RFC 5322, 2.1.1).
const maxName = 64

// displayName makes a name fit for a header. A name that contains the start of
// an encoded word is dropped: some readers would decode it into another name.
func displayName(s string) string {
	if strings.Contains(s, "=?") {
		return ""
	}
	s = oneLine(s)
	if runes := []rune(s); len(runes) > maxName {
		return string(runes[:maxName])
	}
	return s
}

// encodeSubject writes a subject as RFC 2047 encoded words, folded. Plain ASCII
// stays as it is unless it is long or looks like an encoded word itself.
func encodeSubject(s string) string {
	const chunk = 45 // bytes, 60 characters in base64, under 76 with the frame
	if plainHeader(s) {
		return s
	}
	var words []string
	for s != "" {
		n := 0
		for n < len(s) {
			_, size := utf8.DecodeRuneInString(s[n:])
			if n+size > chunk {
				break
			}
			n += size
		}
		words = append(words, "=?UTF-8?B?"+base64.StdEncoding.EncodeToString([]byte(s[:n]))+"?=")
		s = s[n:]
	}
	return strings.Join(words, "\r\n ")
}

// plainHeader tells that a value may stand in a header as it is.
func plainHeader(s string) bool {
	plain := !strings.Contains(s, "=?") && len(s) <= 60
	for i := 0; plain && i < len(s); i++ {
		plain = s[i] < utf8.RuneSelf
	}
	return plain
}

// named writes an address with a name in ASCII, or none.
func named(name, addr string) string { return (&netmail.Address{Name: name, Address: addr}).String() }

// crlf gives text the line ends that RFC 2045 wants before base64.
func crlf(s string) string {
	s = strings.ReplaceAll(s, "\r\n", "\n")
	s = strings.ReplaceAll(s, "\r", "\n")
	return strings.ReplaceAll(s, "\n", "\r\n")
}

// path writes an address as MAIL and RCPT want it, quoting where RFC 5321 asks.
func path(addr string) string { return (&netmail.Address{Address: addr}).String() }
