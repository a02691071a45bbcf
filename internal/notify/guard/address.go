// Package guard is the HTTP client for addresses that somebody else may have
// chosen. It guarantees that no connection is made to an internal address
// unless the configuration names the host, whatever the name resolves to at
// that moment; that redirects are not followed; that one call ends within 10 s
// and reads at most 64 kB; and that the caller learns whether the request may
// have reached the other side.
package guard

import (
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"slices"
	"strings"
)

// Errors of a destination.
var (
	ErrForbidden = errors.New("address is internal or reserved; to allow it, add the host to allow_hosts (内部または予約済みの宛先です。許可する場合は allow_hosts にホスト名を追加してください)")
	ErrURL       = errors.New("not a usable URL: https with a host name and without a user name is needed; http only for hosts in allow_hosts (URLの形式が正しくありません)")
)

// forbidden lists what is no ordinary place on the internet: the IANA
// special-purpose registries for IPv4 and IPv6 (RFC 6890 and its updates), and
// addresses under which clouds answer with credentials.
func forbidden() []netip.Prefix {
	var out []netip.Prefix
	for _, s := range []string{
		"0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12",
		"192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15",
		"198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
		"168.63.129.16/32", // Azure's host agent
		"2001::/23",        // protocol assignments, Teredo among them: IPv4 inside
		"2001:db8::/32", "2002::/16", "3fff::/20",
	} {
		out = append(out, netip.MustParsePrefix(s))
	}
	return out
}

// global is the only part of IPv6 in use on the internet. What lies outside is
// loopback, link-local, unique-local, multicast, IPv4 in IPv6 (::/96, ::ffff/96,
// 64:ff9b::/96) or unassigned.
func global() netip.Prefix { return netip.MustParsePrefix("2000::/3") }

// Forbidden tells whether an address is internal or reserved.
func Forbidden(a netip.Addr) bool {
	if !a.IsValid() || a.Zone() != "" || a.Is4In6() {
		return true
	}
	if a.Is6() && !global().Contains(a) {
		return true
	}
	return slices.ContainsFunc(forbidden(), func(p netip.Prefix) bool { return p.Contains(a) })
}

// Rules says which hosts may lie inside.
type Rules struct {
	// AllowHosts names hosts, as they stand in the URL, with or without a port,
	// that may have an internal address and may be called by plain http.
	AllowHosts []string
}

// allows tells whether host:port was named in the configuration.
func (r Rules) allows(host, port string) bool {
	host = canonical(host)
	for _, a := range r.AllowHosts {
		name, p, ok := cutPort(a)
		if canonical(name) == host && (!ok || p == port) {
			return true
		}
	}
	return false
}

func canonical(host string) string {
	return strings.ToLower(strings.TrimSuffix(strings.Trim(host, "[]"), "."))
}

func cutPort(s string) (host, port string, ok bool) {
	i := strings.LastIndexByte(s, ':')
	if i < 0 || strings.HasSuffix(s, "]") || strings.Count(s, ":") > 1 && !strings.HasPrefix(s, "[") {
		return s, "", false
	}
	return s[:i], s[i+1:], true
}

// CheckURL refuses destinations that can be refused by their look. What a name
// stands for is checked when it is dialled.
func (r Rules) CheckURL(raw string) (*url.URL, error) {
	u, err := url.Parse(raw)
	if err != nil {
		return nil, ErrURL // the parser's error would show the URL, which may hold a token
	}
	if u.Host == "" || u.Hostname() == "" || u.User != nil || u.Opaque != "" {
		return nil, ErrURL
	}
	port := u.Port()
	if port == "" {
		port = map[string]string{"https": "443", "http": "80"}[u.Scheme]
	}
	named := r.allows(u.Hostname(), port)
	if u.Scheme != "https" && (u.Scheme != "http" || !named) {
		return nil, ErrURL
	}
	if a, err := netip.ParseAddr(u.Hostname()); err == nil && !named && Forbidden(a) {
		return nil, fmt.Errorf("%s: %w", u.Hostname(), ErrForbidden)
	}
	return u, nil
}
