package guard

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"time"

	"irbot/internal/notify"
)

const (
	// MaxTime bounds one call from look-up to the end of the answer.
	MaxTime = 10 * time.Second
	// MaxAnswer is how much of an answer is read, in bytes.
	MaxAnswer = 64 << 10

	maxHeader = 16 << 10
	// A fan-out of pages uses its connections again; after this much quiet they are
	// closed. It is shorter than any server's own limit, so that a call is not
	// lost on a connection that the other side has just given up.
	keptFor   = 2 * time.Second
	keptConns = 4

	noDateRA = time.Minute // wait when Retry-After gives a date and the answer none to compare with
)

// Options of a client. The zero value is strict.
type Options struct {
	Rules
	Timeout time.Duration  // 0 and more than MaxTime mean MaxTime
	RootCAs *x509.CertPool // nil: the system's
	// Lookup resolves names; nil means the system's resolver.
	Lookup func(ctx context.Context, host string) ([]netip.Addr, error)
}

// Client calls guarded addresses. It is safe for concurrent use. A connection is
// checked when it is made and kept for two seconds of quiet at most, so that a
// name that changes its meaning gains nothing.
type Client struct {
	opt  Options
	http *http.Client
}

// New makes a client.
func New(opt Options) *Client {
	if opt.Timeout <= 0 || opt.Timeout > MaxTime {
		opt.Timeout = MaxTime
	}
	if opt.Lookup == nil {
		opt.Lookup = func(ctx context.Context, host string) ([]netip.Addr, error) {
			return net.DefaultResolver.LookupNetIP(ctx, "ip", host)
		}
	}
	c := &Client{opt: opt}
	c.http = &http.Client{
		Transport: &http.Transport{
			Proxy:                  nil, // a proxy would dial where the check cannot see
			DialContext:            c.dial,
			TLSClientConfig:        &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: opt.RootCAs},
			MaxIdleConnsPerHost:    keptConns,
			IdleConnTimeout:        keptFor,
			DisableCompression:     true, // an answer must not grow after it was measured
			MaxResponseHeaderBytes: maxHeader,
		},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	return c
}

// dial resolves and connects. The check stands in the dialer's control function,
// which sees the very address the connection goes to: a name that changes its
// address between look-ups gains nothing.
func (c *Client) dial(ctx context.Context, network, addr string) (net.Conn, error) {
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		return nil, fmt.Errorf("dial %q: %w", addr, err)
	}
	d := net.Dialer{}
	if !c.opt.allows(host, port) {
		d.Control = refuseInternal
	}
	ips := []netip.Addr{}
	if ip, err := netip.ParseAddr(host); err == nil {
		ips = append(ips, ip)
	} else if ips, err = c.opt.Lookup(ctx, host); err != nil {
		return nil, fmt.Errorf("look up %s: %w", host, err)
	}
	all := fmt.Errorf("look up %s: no address", host)
	for i, ip := range ips {
		conn, err := d.DialContext(ctx, network, net.JoinHostPort(ip.Unmap().String(), port))
		if err == nil {
			return conn, nil
		}
		if i == 0 || errors.Is(err, ErrForbidden) {
			all = err
		}
	}
	return nil, all
}

func refuseInternal(_, address string, _ syscall.RawConn) error {
	ap, err := netip.ParseAddrPort(address)
	if err != nil || Forbidden(ap.Addr()) {
		return fmt.Errorf("%s: %w", address, ErrForbidden)
	}
	return nil
}

// Answer is what the other side said.
type Answer struct {
	Status int
	Body   []byte // at most MaxAnswer bytes
}

// Call is one request. Body may be empty.
type Call struct {
	Method string
	URL    string
	Header http.Header
	Body   []byte
}

// Do makes the call. A nil error means the other side answered 2xx; every other
// error is a *notify.Failure:
//
//   - 429 and 503 with their Retry-After, 408, 425 and other 5xx: temporary;
//   - 504, where a gateway does not know what became of the request: unknown;
//   - redirects, other 4xx, forbidden destinations: permanent;
//   - failures before the request was handed over: temporary, after: unknown.
func (c *Client) Do(ctx context.Context, call Call) (Answer, error) {
	u, err := c.opt.CheckURL(call.URL)
	if err != nil {
		return Answer{}, &notify.Failure{Class: notify.Permanent, Err: err}
	}
	ctx, cancel := context.WithTimeout(ctx, c.opt.Timeout)
	defer cancel()
	body := &handed{r: bytes.NewReader(call.Body)}
	req, err := http.NewRequestWithContext(ctx, call.Method, u.String(), body)
	if err != nil {
		return Answer{}, &notify.Failure{Class: notify.Permanent, Err: fmt.Errorf("build request: %w", err)}
	}
	req.ContentLength = int64(len(call.Body))
	for k, v := range call.Header {
		req.Header[http.CanonicalHeaderKey(k)] = v
	}
	resp, err := c.http.Do(req)
	if err != nil {
		return Answer{}, transport(err, body.begun.Load())
	}
	defer func() { _ = resp.Body.Close() }()
	a := Answer{Status: resp.StatusCode}
	// The status already tells the outcome; an answer that never ends is cut.
	a.Body, _ = io.ReadAll(io.LimitReader(resp.Body, MaxAnswer))
	return a, judge(resp)
}

// handed notes that the transport took the body. It does so right before it
// writes the request, so from then on the other side may have it.
type handed struct {
	r     *bytes.Reader
	begun atomic.Bool
}

func (h *handed) Read(p []byte) (int, error) {
	h.begun.Store(true)
	return h.r.Read(p)
}

func transport(err error, begun bool) *notify.Failure {
	var about *url.Error
	if errors.As(err, &about) {
		err = about.Err // without the URL, which may hold a token
	}
	f := &notify.Failure{Class: notify.Temporary, Down: true, Err: fmt.Errorf("call: %w", err)}
	switch {
	case errors.Is(err, ErrForbidden):
		f.Class, f.Down = notify.Permanent, false
	case begun:
		f.Class = notify.Unknown
	}
	return f
}

func judge(resp *http.Response) error {
	code := resp.StatusCode
	if code >= 200 && code < 300 {
		return nil
	}
	f := &notify.Failure{Class: notify.Permanent, Err: fmt.Errorf("answer %s", strings.TrimSpace(resp.Status))}
	switch {
	case code == http.StatusGatewayTimeout:
		f.Class = notify.Unknown
	case code == http.StatusTooManyRequests:
		f.Class, f.RetryAfter = notify.Temporary, retryAfter(resp.Header)
	case code == http.StatusRequestTimeout, code == http.StatusTooEarly:
		f.Class = notify.Temporary
	case code >= 500:
		f.Class, f.Down, f.RetryAfter = notify.Temporary, true, retryAfter(resp.Header)
	case code >= 300 && code < 400:
		f.Err = fmt.Errorf("answer %s: redirects are not followed", strings.TrimSpace(resp.Status))
	}
	return f
}

// retryAfter reads the wait the other side asked for (RFC 9110, 10.2.3). A date
// is compared with the other side's own clock. 0 means it asked for nothing.
func retryAfter(h http.Header) time.Duration {
	v := h.Get("Retry-After")
	if v == "" {
		return 0
	}
	if n, err := strconv.Atoi(v); err == nil {
		return time.Duration(min(max(n, 1), 86400)) * time.Second
	}
	at, err := http.ParseTime(v)
	if err != nil {
		return 0
	}
	now, err := http.ParseTime(h.Get("Date"))
	if err != nil {
		return noDateRA
	}
	return max(at.Sub(now), time.Second)
}
