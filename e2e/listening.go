package e2e

import (
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
)

// listenState is TCP_LISTEN in the kernel's socket tables.
const listenState = "0A"

// Listening returns the TCP addresses the process listens on, read from the kernel (proc_pid_net(5)) and not from what
// the program says.
func (p *Process) Listening() ([]string, error) {
	mine, err := p.sockets()
	if err != nil {
		return nil, err
	}
	var out []string
	for _, table := range []string{"tcp", "tcp6"} {
		text, err := os.ReadFile(filepath.Join("/proc/net", table))
		if err != nil {
			return nil, fmt.Errorf("read socket table: %w", err)
		}
		for _, line := range strings.Split(string(text), "\n") {
			f := strings.Fields(line)
			if len(f) < 10 || f[3] != listenState || !mine[f[9]] {
				continue
			}
			addr, err := kernelAddress(f[1])
			if err != nil {
				return nil, fmt.Errorf("read socket table %q: %w", line, err)
			}
			out = append(out, addr)
		}
	}
	return out, nil
}

// sockets returns the inodes of the process's sockets.
func (p *Process) sockets() (map[string]bool, error) {
	dir := fmt.Sprintf("/proc/%d/fd", p.cmd.Process.Pid)
	files, err := os.ReadDir(dir)
	if err != nil {
		return nil, fmt.Errorf("read open files: %w", err)
	}
	inodes := map[string]bool{}
	for _, f := range files {
		// A file closed meanwhile has no link any more.
		to, err := os.Readlink(filepath.Join(dir, f.Name()))
		if err != nil {
			continue
		}
		if inode, ok := strings.CutPrefix(to, "socket:["); ok {
			inodes[strings.TrimSuffix(inode, "]")] = true
		}
	}
	return inodes, nil
}

// kernelAddress turns 0100007F:21C2 into 127.0.0.1:8642: groups of four bytes, each in the machine's own order.
func kernelAddress(s string) (string, error) {
	host, port, _ := strings.Cut(s, ":")
	raw, err := hex.DecodeString(host)
	if err != nil {
		return "", err
	}
	number, err := hex.DecodeString(port)
	if err != nil || len(number) != 2 || len(raw)%4 != 0 {
		return "", fmt.Errorf("not an address: %s", s)
	}
	for i := 0; i < len(raw); i += 4 {
		binary.BigEndian.PutUint32(raw[i:], binary.NativeEndian.Uint32(raw[i:]))
	}
	ip, ok := netip.AddrFromSlice(raw)
	if !ok {
		return "", fmt.Errorf("not an address: %s", s)
	}
	return net.JoinHostPort(ip.Unmap().String(), fmt.Sprint(binary.BigEndian.Uint16(number))), nil
}
