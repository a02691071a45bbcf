package objects

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"irbot/internal/timeline"
)

var now = time.Date(2026, 11, 22, 6, 30, 0, 0, time.UTC)

// cloud is as much of S3 as is asked for here.
type cloud struct {
	t      *testing.T
	mu     sync.Mutex
	locked bool
	files  map[string][]byte
	head   http.Header // of the last object put
	puts   int
}

func (c *cloud) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !strings.HasPrefix(r.Header.Get("Authorization"), "AWS4-HMAC-SHA256 Credential=key/") {
		w.WriteHeader(http.StatusForbidden)
		return
	}
	q, name := r.URL.Query(), strings.TrimPrefix(r.URL.Path, "/vault/")
	switch {
	case q.Has("object-lock"):
		if !c.locked {
			w.WriteHeader(http.StatusNotFound)
			fmt.Fprint(w, `<Error><Code>ObjectLockConfigurationNotFoundError</Code></Error>`)
			return
		}
		fmt.Fprint(w, `<ObjectLockConfiguration><ObjectLockEnabled>Enabled</ObjectLockEnabled></ObjectLockConfiguration>`)
	case q.Has("location"):
		fmt.Fprint(w, `<LocationConstraint>ap-northeast-1</LocationConstraint>`)
	case r.Method == http.MethodPut:
		b, err := io.ReadAll(r.Body)
		if err != nil {
			c.t.Error(err)
		}
		c.puts++
		c.head, c.files[name] = r.Header.Clone(), unchunk(b, r.Header)
		w.Header().Set("ETag", `"x"`)
	case q.Has("list-type"):
		c.list(w, q.Get("prefix"))
	default:
		b, ok := c.files[name]
		if !ok {
			w.WriteHeader(http.StatusNotFound)
			return
		}
		w.Header().Set("ETag", `"x"`)
		w.Header().Set("Last-Modified", now.Format(http.TimeFormat))
		w.Header().Set("Content-Length", fmt.Sprint(len(b)))
		_, _ = w.Write(b)
	}
}

// unchunk takes the signatures out of a body that was sent in signed chunks.
func unchunk(b []byte, h http.Header) []byte {
	if !strings.HasPrefix(h.Get("X-Amz-Content-Sha256"), "STREAMING-") {
		return b
	}
	var out []byte
	for len(b) > 0 {
		line, rest, ok := bytes.Cut(b, []byte("\r\n"))
		var n int
		if _, err := fmt.Sscanf(string(line), "%x;", &n); !ok || err != nil || n == 0 || n > len(rest) {
			return out
		}
		out, b = append(out, rest[:n]...), bytes.TrimPrefix(rest[n:], []byte("\r\n"))
	}
	return out
}

func (c *cloud) list(w io.Writer, prefix string) {
	type item struct{ Key string }
	res := struct {
		XMLName  xml.Name `xml:"ListBucketResult"`
		Contents []item
	}{}
	for name := range c.files {
		if strings.HasPrefix(name, prefix) {
			res.Contents = append(res.Contents, item{name})
		}
	}
	_ = xml.NewEncoder(w).Encode(res)
}

func bucket(t *testing.T, c *cloud) *Bucket {
	t.Helper()
	c.t, c.files = t, map[string][]byte{}
	srv := httptest.NewServer(c)
	t.Cleanup(srv.Close)
	b, err := New(Config{
		Endpoint: srv.URL, Region: "ap-northeast-1", Bucket: "vault", Prefix: "irbot/", Key: "key", Secret: "secret",
		Retain: 365 * 24 * time.Hour, Wall: func() time.Time { return now },
	})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestObjectsAreLockedAndSigned(t *testing.T) {
	c := &cloud{locked: true}
	b := bucket(t, c)
	p := timeline.Checkpoint{Site: "sakura", Incident: "IR-1", Size: 7, Note: []byte("irbot/sakura/IR-1\n7\n…\n\n— sig\n")}
	if _, err := b.Put(t.Context(), p); err != nil {
		t.Fatal(err)
	}
	for k, want := range map[string]string{"X-Amz-Object-Lock-Mode": "COMPLIANCE", "X-Amz-Object-Lock-Retain-Until-Date": "2027-11-22T06:30:00Z"} {
		if got := c.head.Get(k); got != want {
			t.Errorf("%s: %q, want %q", k, got, want)
		}
	}
	if c.head.Get("Content-Md5") == "" && c.head.Get("X-Amz-Checksum-Crc32c") == "" && !strings.Contains(c.head.Get("X-Amz-Trailer"), "checksum") {
		t.Errorf("nothing checks the body: %v", c.head)
	}
	if !strings.Contains(c.head.Get("Authorization"), "Signature=") {
		t.Error("not signed")
	}
	notes, err := b.Notes(t.Context())
	if err != nil || len(notes) != 1 || !bytes.Equal(notes[0], p.Note) {
		t.Errorf("read back: %q %v", notes, err)
	}
	if err := b.Keep(t.Context(), "backups/x", strings.NewReader("copy"), 4); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]bool{"backups/x": true, "backups/": false, "backups/xy": false} {
		if got, err := b.Has(t.Context(), name); err != nil || got != want {
			t.Errorf("%s there: %v %v", name, got, err)
		}
	}
	if notes, err := b.Notes(t.Context()); err != nil || len(notes) != 1 {
		t.Errorf("a backup among the anchors: %q %v", notes, err)
	}
}

func TestNothingGoesToABucketWithoutLock(t *testing.T) {
	c := &cloud{}
	b := bucket(t, c)
	if err := b.Check(t.Context()); !errors.Is(err, ErrUnlocked) {
		t.Errorf("check: %v", err)
	}
	if _, err := b.Put(t.Context(), timeline.Checkpoint{Incident: "IR-1", Size: 1, Note: []byte("x")}); !errors.Is(err, ErrUnlocked) {
		t.Errorf("put: %v", err)
	}
	if c.puts != 0 {
		t.Error("something was sent")
	}
}

func TestOnlyHTTPSLeavesTheMachine(t *testing.T) {
	for _, e := range []string{"http://s3.example.jp", "s3.example.jp", ""} {
		if _, err := New(Config{Endpoint: e, Bucket: "x"}); err == nil {
			t.Errorf("%q was accepted", e)
		}
	}
}
