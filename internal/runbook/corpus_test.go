//go:build corpus

package runbook

import (
	"os"
	"testing"
)

// TestStepShareOfFolder measures the reader on labelled files outside the
// repository, with go test -tags corpus: RUNBOOK_LABELS names the label file,
// RUNBOOK_CORPUS the folder with one <id>.md for each entry. It stands behind
// a tag because a test that is always skipped proves nothing.
func TestStepShareOfFolder(t *testing.T) {
	labels, folder := os.Getenv("RUNBOOK_LABELS"), os.Getenv("RUNBOOK_CORPUS")
	if labels == "" || folder == "" {
		t.Fatal("set RUNBOOK_LABELS and RUNBOOK_CORPUS")
	}
	scoreFolder(t, labels, folder)
}
