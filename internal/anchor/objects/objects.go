// Package objects keeps anchors and backups in an S3 bucket with object lock.
// It guarantees that nothing is sent to a bucket without lock, and that every
// object carries a retention in compliance mode, which not even the owner of
// the account can shorten.
package objects

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"

	"irbot/internal/anchor/folder"
	"irbot/internal/timeline"
)

// ErrUnlocked says that the bucket has no object lock: whoever holds the
// account could delete from it.
var ErrUnlocked = errors.New("the bucket has no object lock")

// Config says where the bucket is.
type Config struct {
	Endpoint string // https://s3.ap-northeast-1.amazonaws.com; http only to the same machine
	Region   string
	Bucket   string
	Prefix   string // begins every name, e.g. irbot/
	Key      string
	Secret   string
	Retain   time.Duration // how long an object cannot be deleted
	Wall     func() time.Time
	Client   http.RoundTripper // nil is the library's own
}

// remote is what is asked of a bucket.
type remote interface {
	put(ctx context.Context, key string, r io.Reader, size int64, until time.Time) error
	get(ctx context.Context, key string, most int64) ([]byte, error)
	list(ctx context.Context, prefix string) ([]string, error)
}

// Bucket is a place for anchors and for copies.
type Bucket struct {
	cfg    Config
	remote remote
	locked func(ctx context.Context) error
	once   sync.Mutex
	known  bool // the lock was seen
}

// New checks the configuration; nothing is asked yet.
func New(cfg Config) (*Bucket, error) {
	u, err := url.Parse(cfg.Endpoint)
	if err != nil || u.Host == "" {
		return nil, fmt.Errorf("read endpoint %q: %w", cfg.Endpoint, errors.Join(err, errors.New("not a URL")))
	}
	if u.Scheme != "https" && u.Hostname() != "127.0.0.1" && u.Hostname() != "localhost" {
		return nil, fmt.Errorf("endpoint %s: only https leaves this machine", cfg.Endpoint)
	}
	lookup := minio.BucketLookupAuto
	if u.Hostname() == "127.0.0.1" || u.Hostname() == "localhost" {
		lookup = minio.BucketLookupPath
	}
	c, err := minio.New(u.Host, &minio.Options{
		Creds: credentials.NewStaticV4(cfg.Key, cfg.Secret, ""), Secure: u.Scheme == "https", Region: cfg.Region, Transport: cfg.Client, BucketLookup: lookup,
		MaxRetries: 3, // whoever calls tries again by itself; ten would keep a restore waiting for a quarter of a minute
	})
	if err != nil {
		return nil, fmt.Errorf("set up bucket: %w", err)
	}
	s := store{c: c, bucket: cfg.Bucket}
	return &Bucket{cfg: cfg, remote: s, locked: s.locked}, nil
}

// Put keeps a note. The name holds its digest, so putting it again is harmless.
func (b *Bucket) Put(ctx context.Context, c timeline.Checkpoint) ([]byte, error) {
	return nil, b.Keep(ctx, "anchors/"+c.Site+"/"+folder.Name(c), bytes.NewReader(c.Note), int64(len(c.Note)))
}

// Keep stores size bytes under a name for the whole retention.
func (b *Bucket) Keep(ctx context.Context, name string, r io.Reader, size int64) error {
	if err := b.ensure(ctx); err != nil {
		return err
	}
	if err := b.remote.put(ctx, b.cfg.Prefix+name, r, size, b.cfg.Wall().Add(b.cfg.Retain).UTC()); err != nil {
		return fmt.Errorf("keep %s in bucket %s: %w", name, b.cfg.Bucket, err)
	}
	return nil
}

// Has tells whether an object of that name below the prefix is there.
func (b *Bucket) Has(ctx context.Context, name string) (bool, error) {
	names, err := b.remote.list(ctx, b.cfg.Prefix+name)
	if err != nil {
		return false, fmt.Errorf("look for %s in bucket %s: %w", name, b.cfg.Bucket, err)
	}
	return slices.Contains(names, b.cfg.Prefix+name), nil
}

// ensure makes sure of the lock once before anything is sent.
func (b *Bucket) ensure(ctx context.Context) error {
	b.once.Lock()
	defer b.once.Unlock()
	if b.known {
		return nil
	}
	if err := b.locked(ctx); err != nil {
		return err
	}
	b.known = true
	return nil
}

// Check asks whether the bucket can be reached and has object lock.
func (b *Bucket) Check(ctx context.Context) error { return b.locked(ctx) }

// maxNote is the largest object that is read as a note, in bytes.
const maxNote = 64 << 10

// Notes gives every anchor below the prefix.
func (b *Bucket) Notes(ctx context.Context) ([][]byte, error) {
	names, err := b.remote.list(ctx, b.cfg.Prefix+"anchors/")
	if err != nil {
		return nil, fmt.Errorf("list anchors in bucket %s: %w", b.cfg.Bucket, err)
	}
	var out [][]byte
	for _, name := range names {
		if !strings.HasSuffix(name, ".note") {
			continue
		}
		n, err := b.remote.get(ctx, name, maxNote)
		if err != nil {
			return nil, fmt.Errorf("read anchor %s: %w", name, err)
		}
		out = append(out, n)
	}
	return out, nil
}

// store is a bucket by minio's client.
type store struct {
	c      *minio.Client
	bucket string
}

func (s store) put(ctx context.Context, key string, r io.Reader, size int64, until time.Time) error {
	_, err := s.c.PutObject(ctx, s.bucket, key, r, size, minio.PutObjectOptions{
		Mode: minio.Compliance, RetainUntilDate: until.Truncate(time.Second), SendContentMd5: true, ContentType: "application/octet-stream",
	})
	return err
}

func (s store) get(ctx context.Context, key string, most int64) ([]byte, error) {
	o, err := s.c.GetObject(ctx, s.bucket, key, minio.GetObjectOptions{})
	if err != nil {
		return nil, err
	}
	defer func() { _ = o.Close() }()
	b, err := io.ReadAll(io.LimitReader(o, most+1))
	if err == nil && int64(len(b)) > most {
		err = errors.New("too large")
	}
	return b, err
}

func (s store) list(ctx context.Context, prefix string) ([]string, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel() // ends the library's goroutine where we stop early
	var out []string
	for o := range s.c.ListObjects(ctx, s.bucket, minio.ListObjectsOptions{Prefix: prefix, Recursive: true}) {
		if o.Err != nil {
			return nil, o.Err
		}
		out = append(out, o.Key)
	}
	return out, nil
}

func (s store) locked(ctx context.Context) error {
	state, _, _, _, err := s.c.GetObjectLockConfig(ctx, s.bucket)
	var resp minio.ErrorResponse
	switch {
	case errors.As(err, &resp) && resp.Code == "ObjectLockConfigurationNotFoundError":
		return fmt.Errorf("bucket %s: %w", s.bucket, ErrUnlocked)
	case err != nil:
		return fmt.Errorf("ask bucket %s: %w", s.bucket, err)
	case state != "Enabled":
		return fmt.Errorf("bucket %s: %w", s.bucket, ErrUnlocked)
	}
	return nil
}
