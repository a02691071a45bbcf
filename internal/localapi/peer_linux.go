package localapi

import (
	"errors"
	"fmt"
	"net"
	"os"
	"syscall"
)

// ErrPeer is a connection from somebody who does not own the data.
var ErrPeer = errors.New("peer does not own the data folder")

// ownerOnly accepts connections of the owner of the data folder, and of root.
type ownerOnly struct {
	net.Listener
	dir string
}

// Accept drops connections of others and goes on.
func (l *ownerOnly) Accept() (net.Conn, error) {
	for {
		c, err := l.Listener.Accept()
		if err != nil {
			return nil, err
		}
		if err := l.check(c); err == nil {
			return c, nil
		}
		_ = c.Close()
	}
}

func (l *ownerOnly) check(c net.Conn) error {
	u, ok := c.(*net.UnixConn)
	if !ok {
		return ErrPeer
	}
	st, err := os.Stat(l.dir)
	if err != nil {
		return fmt.Errorf("look at data folder: %w", err)
	}
	owner, ok := st.Sys().(*syscall.Stat_t)
	if !ok {
		return ErrPeer
	}
	raw, err := u.SyscallConn()
	if err != nil {
		return fmt.Errorf("look at peer: %w", err)
	}
	var cred *syscall.Ucred
	var cerr error
	if err := raw.Control(func(fd uintptr) {
		cred, cerr = syscall.GetsockoptUcred(int(fd), syscall.SOL_SOCKET, syscall.SO_PEERCRED)
	}); err != nil || cerr != nil {
		return errors.Join(err, cerr)
	}
	if cred.Uid != owner.Uid && cred.Uid != 0 {
		return ErrPeer
	}
	return nil
}
