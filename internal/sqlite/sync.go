//go:build !faultcontrol

package sqlite

// How long a commit waits: until the disk has it. The driver's own default is
// NORMAL, which loses answered acts when the power goes.
const (
	synchronous     = "FULL"
	synchronousBack = "2" // how the pragma reads
)
