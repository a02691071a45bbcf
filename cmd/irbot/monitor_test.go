package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"irbot/internal/anchor"
	"irbot/internal/backup"
	"irbot/internal/chat"
	"irbot/internal/config"
)

// TestEveryLostAnchorIsAccepted: hourly anchors of a long incident are
// thousands, and one that is left out would raise the alarm for ever.
func TestEveryLostAnchorIsAccepted(t *testing.T) {
	var all []anchor.Finding
	for i := range 1234 {
		all = append(all, anchor.Finding{Kind: anchor.Behind, Incident: "IR-1", Size: int64(i + 100), Have: 9, Head: fmt.Sprintf("%064x", i)})
	}
	all = append(all, all[0], anchor.Finding{Kind: anchor.Unreadable, Detail: "share is away"})
	points := lostPoints(all)
	if len(points) != 1234 {
		t.Errorf("%d points, want each serious anchor once", len(points))
	}
	var entries int
	var accepted []string
	for page := range slices.Chunk(points, lossPage) {
		entries++
		accepted = append(accepted, page...)
	}
	seen := anchor.Seen{Findings: all}
	if left := seen.Serious(accepted); len(left) != 0 || entries != 3 {
		t.Errorf("%d entries, still serious: %v", entries, left)
	}
	if left := seen.Serious(accepted[:500]); len(left) == 0 {
		t.Error("500 of them were enough: this test could not fail")
	}
}

// A folder that is not there is told with what to do about it.
func TestMissingAnchorFolderNamesTheRemedy(t *testing.T) {
	gone := anchor.Finding{Place: "usb", Kind: anchor.Unreadable, Detail: "look at anchor folder: stat /mnt/worm: no such file or directory"}
	for _, x := range []struct{ got, want string }{
		{findingJA(gone), "外の控え（usb）のフォルダが見えません。媒体や共有をつないでから irbot anchor check"},
		{findingEN(gone), "the folder of the anchors in usb is not there: connect the disk or share, then irbot anchor check"},
	} {
		if !strings.HasPrefix(x.got, x.want) {
			t.Errorf("%q, want it to begin with %q", x.got, x.want)
		}
	}
}

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
