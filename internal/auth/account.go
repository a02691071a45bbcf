package auth

import (
	"errors"
	"time"
)

// ErrNone says that there is no such account, session or link.
var ErrNone = errors.New("no such account, session or link")

// Account is somebody who can sign in.
type Account struct {
	Name     string
	Person   string // directory id
	Hash     string
	Disabled bool
}

// Session is one signed-in browser; only a digest of its token is stored.
type Session struct {
	Digest  []byte
	Account string
	Person  string
	Created time.Time
	Seen    time.Time
	Expires time.Time
}

// Link is a one-time link.
type Link struct {
	Digest  []byte
	Person  string
	Purpose string // signin, ack
	Expires time.Time
}
