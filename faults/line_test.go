package faults

import (
	"errors"
	"io"
	"math/rand/v2"
	"net"
	"sync"
	"testing"
)

// line is a bad network between a sender and a real server: a proxy on its own
// address that can be cut, in one direction or both, and that breaks, chops and
// resets connections by lot.
type line struct {
	addr, to string

	mu       sync.Mutex
	cut      direction
	healed   *sync.Cond
	lot      *rand.Rand // nil: nothing is broken
	conns    []net.Conn
	resets   int
	attempts int
}

// direction is what does not pass.
type direction int

const (
	out  direction = 1 << iota // from the sender to the server
	back                       // from the server to the sender
)

// newLine listens before the server at to.
func newLine(t *testing.T, to string) *line {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	x := &line{addr: l.Addr().String(), to: to}
	x.healed = sync.NewCond(&x.mu)
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go x.carry(c)
		}
	}()
	t.Cleanup(func() {
		_ = l.Close()
		x.pass(0)
		x.mu.Lock()
		defer x.mu.Unlock()
		for _, c := range x.conns {
			_ = c.Close()
		}
	})
	return x
}

// pass sets what does not pass. What was sent meanwhile is held, as the network
// does, and arrives after the healing if its connection is still there.
func (x *line) pass(cut direction) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.cut = cut
	x.healed.Broadcast()
}

// breaks lets connections break by lot from now on.
func (x *line) breaks(lot *rand.Rand) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.lot = lot
}

// broken gives how many connections were made and how many of them broke.
func (x *line) broken() (made, resets int) {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.attempts, x.resets
}

// fate is drawn for each connection: after how many bytes it is reset, and in
// how small pieces it carries.
func (x *line) fate() (reset, piece int) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.attempts++
	reset, piece = 1<<30, 1<<15
	if x.lot == nil {
		return reset, piece
	}
	if x.lot.IntN(10) < 3 { // three of ten connections are lost somewhere
		reset = x.lot.IntN(3500)
		x.resets++
	}
	if x.lot.IntN(2) == 0 {
		piece = 1 + x.lot.IntN(7)
	}
	return reset, piece
}

func (x *line) carry(c net.Conn) {
	far, err := net.Dial("tcp", x.to)
	if err != nil {
		_ = c.Close()
		return
	}
	x.mu.Lock()
	x.conns = append(x.conns, c, far)
	x.mu.Unlock()
	reset, piece := x.fate()
	var mu sync.Mutex
	spend := func(n int) bool {
		mu.Lock()
		defer mu.Unlock()
		reset -= n
		return reset > 0
	}
	go x.copy(far, c, out, piece, spend)
	go x.copy(c, far, back, piece, spend)
}

func (x *line) copy(to, from net.Conn, d direction, piece int, spend func(int) bool) {
	b := make([]byte, piece)
	for {
		n, err := from.Read(b)
		x.mu.Lock()
		for x.cut&d != 0 {
			x.healed.Wait()
		}
		x.mu.Unlock()
		if n > 0 {
			if !spend(n) {
				for _, c := range []net.Conn{to, from} {
					if tcp, ok := c.(*net.TCPConn); ok {
						_ = tcp.SetLinger(0) // a reset, no orderly end
					}
					_ = c.Close()
				}
				return
			}
			if _, err := to.Write(b[:n]); err != nil {
				_ = from.Close()
				return
			}
		}
		if err != nil {
			if tcp, ok := to.(*net.TCPConn); ok && errors.Is(err, io.EOF) {
				_ = tcp.CloseWrite()
				return
			}
			_ = to.Close()
			return
		}
	}
}
