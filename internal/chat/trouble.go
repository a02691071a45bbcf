package chat

import (
	"regexp"
	"strings"
)

// trouble is one kind of failure of a network, a mail server, a gateway or
// Slack: any of the marks in its text tells it.
type trouble struct {
	kind  string
	marks []string
}

// troubles lists the kinds, the more telling first: a failed login is also an
// answer with a code, and a closed connection may hide a certificate.
func troubles() []trouble {
	return []trouble{
		{"cut", []string{"interrupted while sending", "sender panicked"}},
		{"untried", []string{"not tried"}},
		{"nosender", []string{"no sender for", "is not configured", "notices do not go by slack"}},
		{"starttls", []string{"does not offer starttls"}},
		{"cert", []string{"x509", "certificate", "tls:", "ssl"}},
		{"login", []string{"log in:", "offers no login", "answer 401", "answer 403", "invalid_auth", "not_authed", "account_inactive", "token_revoked", "token_expired", "missing_scope"}},
		{"name", []string{"no such host", "server misbehaving", "name resolution", "no address"}},
		{"moved", []string{"redirects are not followed"}},
		{"closed", []string{"connection refused"}},
		{"network", []string{"network is unreachable", "no route to host", "network is down", "host is down"}},
		{"silent", []string{"i/o timeout", "deadline exceeded", "timed out", "timeout", "did not come back", "answer 504"}},
		{"broken", []string{"eof", "connection reset", "broken pipe", "closed network connection", "connection lost"}},
		{"slackroom", []string{"channel_not_found", "not_in_channel", "is_archived", "the incident has no channel yet"}},
		{"slackperson", []string{"users_not_found", "user_not_found", "user_disabled", "cannot_dm_bot"}},
		{"slackaway", []string{"slack is away"}},
		{"busy", []string{"answer 429", "ratelimited", "rate limit", "message_limit_exceeded"}},
		{"theirs", []string{"slack server error: 5", "internal_error", "fatal_error", "service_unavailable"}},
		{"full", []string{"mailbox full", "over quota", "quota exceeded"}},
	}
}

var (
	// coded finds the answer of a mail server (RFC 5321, 4.2) or of a gateway.
	coded = regexp.MustCompile(`(?:^|: |answer |error )([45])(\d\d)(?:[ -]|$)`)
	// aside is what irbot's own errors say in Japanese behind the English.
	aside = regexp.MustCompile(`\s*\(([^()]*[\p{Hiragana}\p{Katakana}\p{Han}][^()]*)\)`)
)

// troubleKind names the kind of an error text; "" where it is none known.
func troubleKind(raw string) string {
	low := strings.ToLower(raw)
	for _, t := range troubles() {
		for _, mark := range t.marks {
			if strings.Contains(low, mark) {
				return t.kind
			}
		}
	}
	m := coded.FindStringSubmatch(raw)
	switch {
	case m == nil:
		return ""
	case strings.Contains(raw, "answer "):
		if m[1] == "5" {
			return "theirs"
		}
		return "refused"
	case m[1] == "4":
		return "later"
	case m[2] == "30", m[2] == "34", m[2] == "35", m[2] == "38":
		return "login"
	case m[2] == "52", m[2] == "23":
		return "full"
	case strings.Contains(raw, "recipient"), m[2] == "50", m[2] == "51", m[2] == "53":
		return "addressee"
	}
	return "refused"
}

// Trouble says what an error text of a network, a mail server, a gateway or
// Slack means and what to do, with the text itself, at most n characters of it,
// behind it: the record keeps the text as it came, people read the words. A text
// of no known kind is shown as it is.
func (w *Words) Trouble(lang Lang, raw string, n int) string {
	raw = OneLine(raw)
	said := ""
	if m := aside.FindStringSubmatch(raw); m != nil {
		raw = strings.TrimSpace(aside.ReplaceAllString(raw, ""))
		if lang != EN {
			said = m[1]
		}
	}
	if kind := troubleKind(raw); kind != "" {
		said = w.T(lang, "trouble."+kind)
	}
	raw = Truncate(raw, n)
	if said == "" {
		return raw
	}
	return w.T(lang, "trouble.with", "said", said, "raw", raw)
}
