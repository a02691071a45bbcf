package faults

import (
	"strings"

	"irbot/internal/notify/email"
)

// messageID names a message in the form of the header under which it arrives.
func messageID(id string) string { return "<" + email.MessageID(id, "example.jp") + ">" }

// untimed takes the time out of a Message-ID: what is left names the message.
func untimed(header string) string {
	left, domain, _ := strings.Cut(header, "@")
	if i := strings.LastIndex(left, "/"); i >= 0 {
		left = left[:i]
	}
	return left + "@" + domain
}
