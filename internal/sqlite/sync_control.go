//go:build faultcontrol

package sqlite

// The store that is wrong on purpose: scripts/powercut.sh must catch it losing
// what was answered. It is in no released program.
const (
	synchronous     = "NORMAL"
	synchronousBack = "1"
)
