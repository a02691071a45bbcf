//go:build !linux

package localapi

import "net"

// ownerOnly relies on the socket's file mode where the system does not tell who
// is at the other end.
type ownerOnly struct {
	net.Listener
	dir string
}
