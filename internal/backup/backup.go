// Package backup keeps generations of copies of the record, made while the
// server writes. It guarantees that a copy counts as a generation only after it
// was restored to a temporary folder and refolded without a difference, that
// what lies in the folder is encrypted where a key or passphrase is configured,
// that no generation is dropped before a newer one is good, and that a failure
// is told to whoever asks until a copy succeeds.
package backup

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"sync"
	"time"

	"irbot/internal/timeline"
)

// Generation is one copy, as the file beside it tells.
type Generation struct {
	File      string           `json:"file"` // path; in the file beside it the bare name
	At        time.Time        `json:"at"`
	Bytes     int64            `json:"bytes"`
	Entries   int64            `json:"entries"`
	SHA256    string           `json:"sha256"`
	Encrypted bool             `json:"encrypted"`
	Checked   bool             `json:"checked"` // restored to a temporary folder and refolded
	Heads     map[string]Point `json:"heads"`   // log → where it stands in the copy
	Place     string           `json:"place"`   // "" is the first folder
}

// Point is where a log stands.
type Point struct {
	Size int64  `json:"size"`
	Head string `json:"head"` // hex
}

// Points brings positions into the form that is kept.
func Points(heads map[string]timeline.Position) map[string]Point {
	out := map[string]Point{}
	for id, p := range heads {
		out[id] = Point{Size: p.Seq, Head: hex.EncodeToString(p.Head[:])}
	}
	return out
}

// Holds reports whether a copy holds the text of an entry that was recorded in
// a log: whether it was made when the log was that long.
func (g Generation) Holds(incident string, seq int64) bool { return g.Heads[incident].Size >= seq }

// Keeper makes copies and keeps generations.
type Keeper struct {
	Folder string // where generations lie; made with mode 0700
	Site   string // begins every name
	Every  time.Duration
	Daily  int
	Weekly int
	Zone   *time.Location // in which days and weeks are counted
	Seal   Seal
	Sealed bool // refuse to make a plain copy
	Second []Second

	Copy  func(ctx context.Context, dst string) (map[string]timeline.Position, error) // a consistent copy of the record as a new file
	Check func(ctx context.Context, file string) error                                // restores the file to a temporary folder and refolds it
	Files func() ([]File, error)                                                      // what a bundle holds besides the record
	Wall  func() time.Time
	Told  func(Generation, error) // told how every attempt ended; may be nil

	making sync.Mutex
	mu     sync.Mutex
	state  State
	only   bool // nothing is wrong but that a second place lacks the newest copy
}

// State is how the copies are doing.
type State struct {
	Last    time.Time `json:"last,omitzero"` // newest good copy
	File    string    `json:"file,omitempty"`
	Since   time.Time `json:"failing_since,omitzero"`
	Err     string    `json:"error,omitempty"`
	Waiting []string  `json:"waiting,omitempty"` // second places that lack the newest copy
}

// ErrPlace says that a copy was made and is good, but did not reach a second
// place.
var ErrPlace = errors.New("the copy did not reach a second place")

// ErrPlain says that a copy would be plain beside encrypted ones: the passphrase
// or the recipients did not reach this process.
var ErrPlain = errors.New("generations here are encrypted, but no passphrase and no recipient is set now")

// ErrUnsealed says that a copy would be plain although only encrypted ones are
// wanted: the passphrase or the recipients did not reach this process.
var ErrUnsealed = errors.New("copies are to be encrypted, but no passphrase and no recipient is set")

// lookEvery is how often the loop looks whether a copy is due, and how soon a
// failed one is tried again.
const (
	lookEvery  = time.Minute
	retryAfter = 15 * time.Minute
)

// Run makes a copy whenever the newest is older than Every, and hands the newest
// to second places that lack it: at the start, because a place may have come back
// while nothing ran, and after a failure until they have it.
func (k *Keeper) Run(ctx context.Context) error {
	t := time.NewTicker(lookEvery)
	defer t.Stop()
	var tried, handed time.Time
	for {
		now := k.Wall()
		switch {
		case k.due(now) && now.Sub(tried) >= retryAfter:
			tried, handed = now, now
			_, _ = k.Now(ctx) // State and Told have it
		case handed.IsZero(), len(k.State().Waiting) > 0 && now.Sub(handed) >= retryAfter:
			handed = now
			_ = k.HandOn(ctx) // State has it
		}
		select {
		case <-ctx.Done():
			return nil
		case <-t.C:
		}
	}
}

func (k *Keeper) due(now time.Time) bool {
	list, err := k.List()
	if err != nil {
		return true
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	newest, ok := Newest(list, now)
	if newest.At.After(k.state.Last) {
		k.state.Last, k.state.File = newest.At, newest.File
	}
	return !ok || now.Sub(newest.At) >= k.Every
}

// State tells how the copies are doing.
func (k *Keeper) State() State {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.state
}

// Now makes a copy, proves it, hands it to the second places and drops what is
// beyond the generations that are kept.
func (k *Keeper) Now(ctx context.Context) (Generation, error) {
	k.making.Lock()
	defer k.making.Unlock()
	g, err := k.make(ctx)
	if err == nil {
		err = errors.Join(k.handOn(ctx, g), k.thin())
	}
	k.settle(g, err)
	if k.Told != nil {
		k.Told(g, err)
	}
	return g, err
}

func (k *Keeper) settle(g Generation, err error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if g.Checked {
		k.state.Last, k.state.File = g.At, g.File
	}
	if err == nil {
		k.state.Since, k.state.Err, k.state.Waiting, k.only = time.Time{}, "", nil, false
		return
	}
	k.only = g.Checked && errors.Is(err, ErrPlace)
	if k.state.Since.IsZero() {
		k.state.Since = k.Wall().UTC()
	}
	k.state.Err = err.Error()
}

func (k *Keeper) make(ctx context.Context) (Generation, error) {
	if err := os.MkdirAll(k.Folder, 0o700); err != nil {
		return Generation{}, fmt.Errorf("make folder of backups: %w", err)
	}
	if err := k.staysSealed(); err != nil {
		return Generation{}, err
	}
	work, err := os.MkdirTemp(k.Folder, ".making-*")
	if err != nil {
		return Generation{}, fmt.Errorf("make backup: %w", err)
	}
	defer func() { _ = os.RemoveAll(work) }() // holds the plain copy until then
	plain := filepath.Join(work, RecordName)
	heads, err := k.Copy(ctx, plain)
	if err != nil {
		return Generation{}, fmt.Errorf("copy the record: %w", err)
	}
	if !k.Seal.CanOpen() {
		// What is sealed for others cannot be read back: it is proved before.
		if err := k.Check(ctx, plain); err != nil {
			return Generation{}, fmt.Errorf("restore the copy to check it: %w", err)
		}
	}
	now := k.Wall().UTC().Truncate(time.Second)
	g := Generation{At: now, Heads: Points(heads), Encrypted: !k.Seal.Open()}
	for _, p := range g.Heads {
		g.Entries += p.Size
	}
	bundle := filepath.Join(work, "bundle")
	if err := k.pack(bundle, plain); err != nil {
		return Generation{}, err
	}
	if err := k.prove(ctx, bundle, work); err != nil {
		return Generation{}, fmt.Errorf("read the backup back: %w", err)
	}
	g.Checked = true
	return g, k.name(&g, bundle)
}

// staysSealed refuses a plain copy in a folder with encrypted ones. A passphrase
// in the environment leaves no trace in the configuration: a shell or a service
// without the variable would otherwise lay the record open without a word.
func (k *Keeper) staysSealed() error {
	if !k.Seal.Open() {
		return nil
	}
	if k.Sealed {
		return ErrUnsealed // the first copy of an empty folder, too
	}
	list, err := k.List()
	if err != nil {
		return err
	}
	if slices.ContainsFunc(list, func(g Generation) bool { return g.Encrypted }) {
		return ErrPlain
	}
	return nil
}

// pack writes record and files into one bundle, sealed.
func (k *Keeper) pack(bundle, record string) error {
	var files []File
	if k.Files != nil {
		var err error
		if files, err = k.Files(); err != nil {
			return fmt.Errorf("collect files of the backup: %w", err)
		}
	}
	if k.Seal.Open() {
		files = slices.DeleteFunc(files, func(f File) bool { return f.Secret })
	}
	out, err := os.OpenFile(bundle, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return fmt.Errorf("write backup: %w", err)
	}
	err = WriteBundle(out, record, files, k.Seal, k.Wall())
	return errors.Join(err, out.Sync(), out.Close())
}

// prove opens the bundle again and checks the record in it, where the seal can
// be opened here; a copy sealed for others is proved up to the sealing.
func (k *Keeper) prove(ctx context.Context, bundle, work string) error {
	if !k.Seal.CanOpen() {
		return nil
	}
	dir := filepath.Join(work, "back")
	if err := os.Mkdir(dir, 0o700); err != nil {
		return err
	}
	if _, err := Unpack(bundle, dir, k.Seal); err != nil {
		return err
	}
	return k.Check(ctx, filepath.Join(dir, RecordName))
}

var nameForm = regexp.MustCompile(`^(.+)-(\d{8}-\d{6})\.irbot(\.age)?$`)

// free gives the name of a generation: its second, or the first one after it
// that no other copy has, where somebody asks for one as the clock makes one.
func (k *Keeper) free(g *Generation) string {
	at := g.At
	for {
		name := k.Site + "-" + at.Format("20060102-150405") + ".irbot"
		if g.Encrypted {
			name += ".age"
		}
		if _, err := os.Lstat(filepath.Join(k.Folder, name)); err != nil {
			return name
		}
		at = at.Add(time.Second)
	}
}

// name gives the bundle its name and the file beside it that describes it.
func (k *Keeper) name(g *Generation, bundle string) error {
	name := k.free(g)
	sum, size, err := digest(bundle)
	if err != nil {
		return fmt.Errorf("measure backup: %w", err)
	}
	g.SHA256, g.Bytes, g.File = sum, size, name
	about, err := json.MarshalIndent(g, "", " ")
	if err != nil {
		return fmt.Errorf("describe backup: %w", err)
	}
	dst := filepath.Join(k.Folder, name)
	if err := os.Link(bundle, dst); err != nil {
		if errors.Is(err, fs.ErrExist) {
			return fmt.Errorf("name backup: %w", err)
		}
		if _, err := os.Lstat(dst); err == nil { // no links here: look, then rename
			return fmt.Errorf("name backup %s: %w", name, fs.ErrExist)
		}
		if err := os.Rename(bundle, dst); err != nil {
			return fmt.Errorf("name backup: %w", err)
		}
	}
	if err := writeSynced(dst+".json", append(about, '\n')); err != nil {
		return fmt.Errorf("describe backup: %w", err)
	}
	g.File = dst
	return nil
}

func digest(path string) (string, int64, error) {
	f, err := os.Open(path) //nolint:gosec // our own file
	if err != nil {
		return "", 0, err
	}
	defer f.Close()
	h := sha256.New()
	n, err := io.Copy(h, f)
	return hex.EncodeToString(h.Sum(nil)), n, err
}

func writeSynced(path string, data []byte) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600) //nolint:gosec // our own file
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	err = errors.Join(err, f.Sync(), f.Close())
	if d, derr := os.Open(filepath.Dir(path)); derr == nil {
		_ = d.Sync() // some shares refuse it
		_ = d.Close()
	}
	return err
}

// List gives the generations in the folder, oldest first. A file that is no
// copy, or whose description is missing, is not one of them.
func (k *Keeper) List() ([]Generation, error) { return List(k.Folder) }

// List gives the generations of a folder, oldest first.
func List(folder string) ([]Generation, error) {
	entries, err := os.ReadDir(folder)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("list backups: %w", err)
	}
	var out []Generation
	for _, e := range entries {
		if !nameForm.MatchString(e.Name()) {
			continue
		}
		path := filepath.Join(folder, e.Name())
		var g Generation
		data, err := os.ReadFile(path + ".json") //nolint:gosec // the operator's folder
		if err != nil || json.Unmarshal(data, &g) != nil || g.File != e.Name() {
			continue
		}
		g.File = path
		out = append(out, g)
	}
	slices.SortFunc(out, func(a, b Generation) int { return a.At.Compare(b.At) })
	return out, nil
}

// ahead tells that a copy is dated later than now: it was made while the clock
// was wrong. The name of a copy may be a few seconds ahead, see free.
func ahead(g Generation, now time.Time) bool { return g.At.Sub(now) > time.Hour }

// Newest gives the newest copy of a list, oldest first, as of now; those that a
// wrong clock dated ahead are passed over, or no copy would be due for as long.
func Newest(list []Generation, now time.Time) (Generation, bool) {
	for _, g := range slices.Backward(list) {
		if !ahead(g, now) {
			return g, true
		}
	}
	return Generation{}, false
}

// thin drops what is beyond the generations that are kept: the newest of each
// of the last Daily days, and of each of the last Weekly weeks. What a wrong clock
// dated ahead stays, and takes nobody's place.
func (k *Keeper) thin() error {
	list, err := k.List()
	if err != nil {
		return err
	}
	var errs []error
	now := k.Wall()
	list = slices.DeleteFunc(list, func(g Generation) bool { return ahead(g, now) })
	for _, g := range Surplus(list, k.Daily, k.Weekly, k.Zone) {
		errs = append(errs, os.Remove(g.File), os.Remove(g.File+".json"))
	}
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("drop old backups: %w", err)
	}
	return nil
}

// Surplus lists the generations that need not be kept; the list is oldest
// first. The newest one always stays.
func Surplus(list []Generation, daily, weekly int, zone *time.Location) []Generation {
	keep := map[string]bool{}
	pick := func(most int, key func(time.Time) string) {
		seen := map[string]bool{}
		for _, g := range slices.Backward(list) {
			name := key(g.At.In(zone))
			if !seen[name] && len(seen) < most {
				seen[name], keep[g.File] = true, true
			}
		}
	}
	pick(max(daily, 1), func(t time.Time) string { return t.Format("2006-01-02") })
	pick(weekly, func(t time.Time) string {
		y, w := t.ISOWeek()
		return fmt.Sprintf("%d-%02d", y, w)
	})
	return slices.DeleteFunc(slices.Clone(list), func(g Generation) bool { return keep[g.File] })
}

// Verify checks a bundle as it lies there: its description, its seal, and the
// record in it, restored to a temporary folder.
func Verify(ctx context.Context, file string, seal Seal, check func(ctx context.Context, file string) error) error {
	if data, err := os.ReadFile(file + ".json"); err == nil { //nolint:gosec // beside the file the user names
		var g Generation
		if err := json.Unmarshal(data, &g); err != nil {
			return fmt.Errorf("read description: %w", err)
		}
		sum, _, err := digest(file)
		if err != nil {
			return err
		}
		if sum != g.SHA256 {
			return fmt.Errorf("%w: SHA-256 is %s, was %s", ErrBundle, sum, g.SHA256)
		}
	}
	work, err := os.MkdirTemp("", "irbot-verify-*")
	if err != nil {
		return fmt.Errorf("verify backup: %w", err)
	}
	defer func() { _ = os.RemoveAll(work) }()
	if _, err := Unpack(file, work, seal); err != nil {
		return err
	}
	return check(ctx, filepath.Join(work, RecordName))
}
