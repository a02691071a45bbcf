package localapi

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"syscall"
	"time"
)

// ErrDown says that no server answers on the socket.
var ErrDown = errors.New("irbot is not running here")

// How long an answer may take: an act is recorded at once, while a copy of a long
// record is made, sealed and proved first.
const (
	actWithin  = time.Minute
	workWithin = time.Hour
)

// Client talks to the server of one data folder.
type Client struct {
	http *http.Client
}

// Dial makes a client; nothing is connected before the first call.
func Dial(dir string) *Client {
	path := Path(dir)
	return &Client{http: &http.Client{
		Transport: &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			var d net.Dialer
			return d.DialContext(ctx, "unix", path)
		}},
	}}
}

// Do sends a request. ErrDown where no server answers; a refusal or failure of
// the server is in Reply.Error.
func (c *Client) Do(ctx context.Context, q Request) (Reply, error) {
	body, err := json.Marshal(q)
	if err != nil {
		return Reply{}, fmt.Errorf("write request: %w", err)
	}
	ctx, cancel := context.WithTimeout(ctx, actWithin)
	defer cancel()
	var out Reply
	err = c.call(ctx, http.MethodPost, "/do", body, &out)
	return out, err
}

// Call makes a named request of the owner. ErrDown where no server answers; a
// refusal or failure of the server is in Called.Error.
func (c *Client) Call(ctx context.Context, name string, args any) (Called, error) {
	body, err := json.Marshal(args)
	if err != nil {
		return Called{}, fmt.Errorf("write request: %w", err)
	}
	ctx, cancel := context.WithTimeout(ctx, workWithin)
	defer cancel()
	var out Called
	err = c.call(ctx, http.MethodPost, "/call/"+name, body, &out)
	return out, err
}

// Info asks what is running. ErrDown where no server answers.
func (c *Client) Info(ctx context.Context, out any) error {
	ctx, cancel := context.WithTimeout(ctx, actWithin)
	defer cancel()
	return c.call(ctx, http.MethodGet, "/info", nil, out)
}

func (c *Client) call(ctx context.Context, method, path string, body []byte, out any) error {
	req, err := http.NewRequestWithContext(ctx, method, "http://irbot"+path, bytes.NewReader(body))
	if err != nil {
		return fmt.Errorf("make request: %w", err)
	}
	resp, err := c.http.Do(req)
	if err != nil {
		if errors.Is(err, syscall.ECONNREFUSED) || errors.Is(err, syscall.ENOENT) {
			return fmt.Errorf("%w: %w", ErrDown, err)
		}
		return fmt.Errorf("ask server: %w", err)
	}
	defer func() { _ = resp.Body.Close() }()
	if err := json.NewDecoder(io.LimitReader(resp.Body, maxRequest)).Decode(out); err != nil {
		return fmt.Errorf("read answer: %w", err)
	}
	return nil
}
