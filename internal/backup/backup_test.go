package backup

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"filippo.io/age"

	"irbot/internal/incident"
	"irbot/internal/sqlite"
	"irbot/internal/timeline"
)

var t0 = time.Date(2026, 11, 22, 3, 0, 0, 0, time.UTC)

// office is a record that is written to while copies are made.
type office struct {
	t     *testing.T
	store *sqlite.Store
	k     *Keeper
	mu    sync.Mutex
	now   time.Time
	kept  map[string][]byte // second place
	down  bool
}

func newOffice(t *testing.T, seal Seal) *office {
	t.Helper()
	o := &office{t: t, now: t0, kept: map[string][]byte{}}
	s, err := sqlite.Open(t.Context(), sqlite.Options{Dir: t.TempDir(), What: "test", Ballast: 64 << 10, Wall: o.wall})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	o.store = s
	o.k = &Keeper{
		Folder: filepath.Join(t.TempDir(), "backups"), Site: "sakura", Every: 24 * time.Hour, Daily: 2, Weekly: 1, Zone: time.UTC, Seal: seal,
		Copy: func(ctx context.Context, dst string) (map[string]timeline.Position, error) {
			c, err := s.Backup(ctx, dst)
			return c.Heads, err
		},
		Check: restores(t), Wall: o.wall,
		Files: func() ([]File, error) {
			return []File{{Name: "config.yaml", Data: []byte("site: x\n")}, {Name: "keys/site.key", Data: []byte("PRIVATE"), Secret: true}}, nil
		},
		Second: []Second{{ID: "off", Keep: o.second, Has: o.has}},
	}
	o.say("IR-1", "最初")
	return o
}

func (o *office) wall() time.Time {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.now
}

func (o *office) later(by time.Duration) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.now = o.now.Add(by)
}

var errDown = errors.New("not mounted")

func (o *office) has(_ context.Context, name string) (bool, error) {
	_, there := o.kept[name]
	return there, nil
}

func (o *office) second(_ context.Context, name string, r io.Reader, _ int64) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.down {
		return errDown
	}
	b, err := io.ReadAll(r)
	o.kept[name] = b
	return err
}

func restores(t *testing.T) func(context.Context, string) error {
	return func(ctx context.Context, file string) error {
		_, err := sqlite.Restore(ctx, file, sqlite.Options{Dir: filepath.Join(t.TempDir(), "data")})
		return err
	}
}

func (o *office) say(id, text string) {
	o.t.Helper()
	change := incident.Change{Entries: []timeline.Draft{{Kind: incident.KindNote, Actor: "ito", Facts: map[string]any{}, Text: timeline.Text{"text": text}}}}
	_, err := o.store.Update(o.t.Context(), incident.Target{Incident: id, Now: o.wall()}, func(*incident.Incident) (incident.Change, error) { return change, nil })
	if errors.Is(err, incident.ErrNotFound) {
		_, err = o.store.Create(o.t.Context(), incident.Opening{Now: o.wall()}, func(string) (incident.Change, error) { return change, nil })
	}
	if err != nil {
		o.t.Fatal(err)
	}
}

func phrase(t *testing.T) Seal {
	t.Helper()
	s, err := PassphraseSeal("correct horse battery", 10)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func recipient(t *testing.T) (Seal, string) {
	t.Helper()
	id, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	s, err := RecipientSeal([]string{id.Recipient().String()}, "")
	if err != nil {
		t.Fatal(err)
	}
	return s, id.String()
}

func TestCopyIsProvedSealedAndComesBack(t *testing.T) {
	closed, identity := recipient(t)
	for name, seal := range map[string]Seal{"plain": {}, "passphrase": phrase(t), "recipient": closed} {
		t.Run(name, func(t *testing.T) {
			o := newOffice(t, seal)
			g, err := o.k.Now(t.Context())
			if err != nil || !g.Checked || g.Entries != 1 || !g.Holds("IR-1", 1) || g.Holds("IR-1", 2) {
				t.Fatalf("%+v %v", g, err)
			}
			data, err := os.ReadFile(g.File)
			if err != nil {
				t.Fatal(err)
			}
			if bytes.Contains(data, []byte("SQLite format")) == g.Encrypted || g.Encrypted == seal.Open() {
				t.Errorf("encrypted %v, and the file shows it otherwise", g.Encrypted)
			}
			if !bytes.Equal(o.kept[filepath.Base(g.File)], data) {
				t.Error("the second place has something else")
			}
			open := seal
			if name == "recipient" {
				if open, err = RecipientSeal(nil, identity); err != nil {
					t.Fatal(err)
				}
			}
			dir := t.TempDir()
			names, err := Unpack(g.File, dir, open)
			if err != nil {
				t.Fatal(err)
			}
			if slices.Contains(names, "keys/site.key") != g.Encrypted || !slices.Contains(names, "config.yaml") {
				t.Errorf("names %v", names)
			}
			if err := Verify(t.Context(), g.File, open, restores(t)); err != nil {
				t.Error(err)
			}
			left, err := filepath.Glob(filepath.Join(o.k.Folder, ".making-*"))
			if err != nil || len(left) > 0 {
				t.Errorf("plain copies left over: %v", left)
			}
		})
	}
}

func TestBadCopiesAreRefusedWithTheReason(t *testing.T) {
	o := newOffice(t, phrase(t))
	g, err := o.k.Now(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	whole, err := os.ReadFile(g.File)
	if err != nil {
		t.Fatal(err)
	}
	wrong, err := PassphraseSeal("another phrase", 10)
	if err != nil {
		t.Fatal(err)
	}
	edit := func(i int) []byte {
		b := bytes.Clone(whole)
		b[i] ^= 1
		return b
	}
	tests := map[string]struct {
		data []byte
		seal Seal
		want error
	}{
		"cut":       {whole[:len(whole)/2], o.k.Seal, ErrBundle},
		"last byte": {whole[:len(whole)-1], o.k.Seal, ErrBundle},
		"edited":    {edit(len(whole) / 2), o.k.Seal, ErrBundle},
		"wrong key": {whole, wrong, ErrSealed},
		"no key":    {whole, Seal{}, ErrSealed},
		"no backup": {[]byte("hello"), o.k.Seal, ErrBundle},
		"empty":     {nil, o.k.Seal, ErrBundle},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "x.irbot.age")
			if err := os.WriteFile(path, tt.data, 0o600); err != nil {
				t.Fatal(err)
			}
			if err := Verify(t.Context(), path, tt.seal, restores(t)); !errors.Is(err, tt.want) {
				t.Errorf("%v, want %v", err, tt.want)
			}
		})
	}
	if err := os.Chmod(g.File, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(g.File, edit(10), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := Verify(t.Context(), g.File, o.k.Seal, restores(t)); !errors.Is(err, ErrBundle) {
		t.Errorf("against its description: %v", err)
	}
}

func TestNoGenerationWithoutProof(t *testing.T) {
	o := newOffice(t, Seal{})
	o.k.Check = func(context.Context, string) error { return sqlite.ErrDamaged }
	var told error
	o.k.Told = func(_ Generation, err error) { told = err }
	if _, err := o.k.Now(t.Context()); !errors.Is(err, sqlite.ErrDamaged) || !errors.Is(told, sqlite.ErrDamaged) {
		t.Fatalf("%v, told %v", err, told)
	}
	if list, err := o.k.List(); err != nil || len(list) != 0 {
		t.Errorf("%v %v", list, err)
	}
	if st := o.k.State(); st.Err == "" || !st.Since.Equal(t0) || !st.Last.IsZero() {
		t.Errorf("%+v", st)
	}
	o.k.Check = restores(t)
	if _, err := o.k.Now(t.Context()); err != nil {
		t.Fatal(err)
	}
	if st := o.k.State(); st.Err != "" || st.Last.IsZero() {
		t.Errorf("after a good one: %+v", st)
	}
}

// A shell without the passphrase makes no plain copy beside encrypted ones, and
// drops none of them.
func TestEncryptedCopiesAreNotFollowedByAPlainOne(t *testing.T) {
	seal := phrase(t)
	o := newOffice(t, seal)
	sealed, err := o.k.Now(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	o.later(8 * 24 * time.Hour)
	o.k.Seal = Seal{}
	if _, err := o.k.Now(t.Context()); !errors.Is(err, ErrPlain) {
		t.Fatalf("a plain copy beside an encrypted one: %v", err)
	}
	list, err := o.k.List()
	if err != nil || len(list) != 1 || list[0].File != sealed.File {
		t.Errorf("the folder holds %v (%v)", list, err)
	}
	if o.k.State().Err == "" {
		t.Error("the failure is not told")
	}
	o.k.Seal = seal
	if _, err := o.k.Now(t.Context()); err != nil {
		t.Errorf("with the passphrase: %v", err)
	}
}

// Where encryption is demanded the very first copy of an empty folder is refused,
// too.
func TestNoPlainCopyWhereEncryptionIsDemanded(t *testing.T) {
	o := newOffice(t, Seal{})
	o.k.Sealed = true
	if _, err := o.k.Now(t.Context()); !errors.Is(err, ErrUnsealed) {
		t.Fatalf("a plain copy: %v", err)
	}
	if list, err := o.k.List(); err != nil || len(list) != 0 || o.k.State().Err == "" {
		t.Errorf("the folder holds %v (%v), told: %q", list, err, o.k.State().Err)
	}
	o.k.Seal = phrase(t)
	if g, err := o.k.Now(t.Context()); err != nil || !g.Encrypted {
		t.Errorf("with a passphrase: %+v, %v", g, err)
	}
}

func TestSecondPlaceDownIsToldAndTheCopyStays(t *testing.T) {
	o := newOffice(t, Seal{})
	o.down = true
	g, err := o.k.Now(t.Context())
	if !errors.Is(err, ErrPlace) || !errors.Is(err, errDown) || !g.Checked {
		t.Fatalf("%+v %v", g, err)
	}
	if st := o.k.State(); !slices.Equal(st.Waiting, []string{"off"}) || st.Last.IsZero() {
		t.Errorf("%+v", st)
	}
	if list, err := o.k.List(); err != nil || len(list) != 1 {
		t.Errorf("%v %v", list, err)
	}
}

func TestGenerations(t *testing.T) {
	var list []Generation
	for day := range 30 {
		for _, hour := range []int{3, 15} {
			at := time.Date(2026, 11, 1+day, hour, 0, 0, 0, time.UTC)
			list = append(list, Generation{File: at.Format("0102-15"), At: at})
		}
	}
	gone := Surplus(list, 3, 3, time.UTC)
	var kept []string
	for _, g := range list {
		if !slices.ContainsFunc(gone, func(x Generation) bool { return x.File == g.File }) {
			kept = append(kept, g.File)
		}
	}
	// Three days, and the last copy of each of three weeks (they end on Sundays).
	if want := []string{"1122-15", "1128-15", "1129-15", "1130-15"}; !slices.Equal(kept, want) {
		t.Errorf("kept %v, want %v", kept, want)
	}
	if gone := Surplus(list[:1], 0, 0, time.UTC); len(gone) != 0 {
		t.Errorf("the only copy would go: %v", gone)
	}
}

// A quarter with a copy every eight hours, thinned after each as the keeper does:
// at every moment there is one of each of the last seven days and of each of the
// last five weeks, and a missed fortnight costs none of the older ones.
func TestGenerationsOverAQuarter(t *testing.T) {
	zone := time.FixedZone("JST", 9*3600)
	var list []Generation
	begin := time.Date(2026, 10, 1, 3, 0, 0, 0, zone)
	week := func(t time.Time) [2]int { y, w := t.In(zone).ISOWeek(); return [2]int{y, w} }
	for n := range 92 * 3 {
		at := begin.Add(time.Duration(n) * 8 * time.Hour)
		if day := n / 3; day >= 40 && day < 54 {
			continue // the disk was away
		}
		list = append(list, Generation{File: at.Format("0102-15"), At: at})
		gone := Surplus(list, 7, 5, zone)
		list = slices.DeleteFunc(list, func(g Generation) bool {
			return slices.ContainsFunc(gone, func(x Generation) bool { return x.File == g.File })
		})
		days, weeks := map[int]bool{}, map[[2]int]bool{}
		for _, g := range list {
			days[g.At.In(zone).YearDay()], weeks[week(g.At)] = true, true
		}
		if want := min(n/3+1, 7); len(days) < want || len(list) > 7+5 {
			t.Fatalf("%s: %d copies of %d days", at.Format("01-02 15"), len(list), len(days))
		}
		if n >= 60*3 && len(weeks) < 5 || n == 36*3 && len(weeks) != 5 {
			t.Fatalf("%s: copies of %d weeks", at.Format("01-02 15"), len(weeks))
		}
		if list[len(list)-1].At != at {
			t.Fatalf("%s: the newest copy is gone", at.Format("01-02 15"))
		}
	}
}

func TestOldGenerationsGoAfterANewOneIsGood(t *testing.T) {
	o := newOffice(t, Seal{})
	for i := range 5 {
		o.now = t0.Add(time.Duration(i) * 24 * time.Hour)
		o.say("IR-1", fmt.Sprint("日", i))
		if _, err := o.k.Now(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	list, err := o.k.List()
	if err != nil || len(list) != 2+1 && len(list) != 2 {
		t.Fatalf("%d generations: %v", len(list), err)
	}
	if newest := list[len(list)-1]; !newest.At.Equal(o.now) || newest.Entries != 6 {
		t.Errorf("%+v", newest)
	}
}

func TestBundlesThatLeaveTheFolderAreRefused(t *testing.T) {
	record := filepath.Join(t.TempDir(), "r")
	if err := os.WriteFile(record, []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"../evil", "/etc/evil", "a/../../evil", `..\evil`, RecordName} {
		var b bytes.Buffer
		if err := WriteBundle(&b, record, []File{{Name: name, Data: []byte("x")}}, Seal{}, t0); err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(t.TempDir(), "x.irbot")
		if err := os.WriteFile(path, b.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
		dir := filepath.Join(t.TempDir(), "in")
		if _, err := Unpack(path, dir, Seal{}); !errors.Is(err, ErrBundle) {
			t.Errorf("%q: %v", name, err)
		}
		if out, err := filepath.Glob(filepath.Join(filepath.Dir(dir), "evil")); err != nil || len(out) > 0 {
			t.Errorf("%q was written", name)
		}
	}
}

// The drill: copies are made while people write; the machine is lost; the
// record goes on elsewhere from the copy.
func TestRestoreDrill(t *testing.T) {
	o := newOffice(t, phrase(t))
	stop, over := make(chan struct{}), make(chan int)
	go func() {
		n := 0
		for {
			select {
			case <-stop:
				over <- n
				return
			default:
				o.say("IR-1", "負荷")
				n++
			}
		}
	}()
	var g Generation
	var err error
	for range 3 {
		o.later(time.Second)
		if g, err = o.k.Now(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	close(stop)
	written := <-over
	if err := o.store.Close(); err != nil {
		t.Fatal(err)
	}
	dir, data := t.TempDir(), filepath.Join(t.TempDir(), "data")
	if _, err := Unpack(g.File, dir, o.k.Seal); err != nil {
		t.Fatal(err)
	}
	c, err := sqlite.Restore(t.Context(), filepath.Join(dir, RecordName), sqlite.Options{Dir: data, What: "test"})
	if err != nil || c.Heads["IR-1"].Seq != g.Heads["IR-1"].Size || c.Heads["IR-1"].Seq > int64(written)+1 {
		t.Fatalf("%+v %v", c, err)
	}
	s, err := sqlite.Open(t.Context(), sqlite.Options{Dir: data, What: "test", Ballast: 64 << 10})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	o.store = s
	o.say("IR-1", "別の機器で続ける")
	found, err := s.Check(t.Context(), nil)
	if err != nil || len(found.Differences) > 0 {
		t.Errorf("%v %v", found.Differences, err)
	}
	if got, err := s.Search(t.Context(), "別の機器", "", 5); err != nil || len(got.Hits) != 1 {
		t.Errorf("%v %v", got, err)
	}
	if at, err := s.Restored(t.Context()); err != nil || at.IsZero() {
		t.Errorf("a restored record waits for confirmation: %v %v", at, err)
	}
}

// A copy asked for in the second in which the clock makes one gets a name of its
// own: neither is overwritten, and nobody is told of a failure.
func TestTwoCopiesOfOneSecond(t *testing.T) {
	o := newOffice(t, Seal{})
	files := map[string]bool{}
	for range 2 {
		g, err := o.k.Now(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if files[g.File] = true; Verify(t.Context(), g.File, o.k.Seal, restores(t)) != nil {
			t.Errorf("%s does not hold", g.File)
		}
	}
	if len(files) != 2 {
		t.Errorf("both are %v", files)
	}
}
