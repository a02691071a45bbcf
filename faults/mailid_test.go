package faults

import "irbot/internal/notify/email"

// messageID is the header under which a message must arrive, every time.
func messageID(id string) string { return "<" + email.MessageID(id, "example.jp") + ">" }
