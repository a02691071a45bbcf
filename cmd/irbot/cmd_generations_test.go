package main

import (
	"errors"
	"strings"
	"testing"

	"irbot/internal/backup"
	"irbot/internal/chat"
	"irbot/internal/config"
)

// The refusal of a plain copy comes with its remedy, told by the server or here.
func TestPlainCopyRefusalNamesTheVariable(t *testing.T) {
	c := &cli{lang: chat.EN}
	var p *problem
	if err := c.plainRefused("/copies", errors.New("failed: "+backup.ErrPlain.Error())); !errors.As(err, &p) || p.code != "backup.plain" || !strings.Contains(p.fix, config.EnvBackupPassphrase) {
		t.Errorf("refused with %v", err)
	}
	if other := errors.New("disk full"); !errors.Is(c.plainRefused("/copies", other), other) {
		t.Error("another error is taken for it")
	}
}
