package main

import (
	"bytes"
	"strings"
	"testing"
	"unicode/utf8"
)

// S16: what a stranger types cannot begin a record of its own in the log, nor
// speak to a terminal.
func TestS16LogInjection(t *testing.T) {
	var log bytes.Buffer
	c := &cli{err: &log}
	for _, bad := range []string{
		"x\nlevel=ERROR msg=\"record does not hold\"", "x\r\ny", "\x1b[2J\x1b]0;owned\x07", "a\x00b", "\xff\xfe", "a\u2028b\u0085c", "\u202egnp.exe",
	} {
		log.Reset()
		c.logger().Error("send heartbeat", "err", bad, bad, "value")
		out := log.String()
		if strings.Count(out, "\n") != 1 || !strings.HasSuffix(out, "\n") || !utf8.ValidString(out) || strings.ContainsAny(out, "\x1b\x00\x07\r\u2028\u0085\u202e") {
			t.Errorf("%q wrote %q", bad, out)
		}
	}
}
