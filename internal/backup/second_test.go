package backup

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"testing/synctest"
	"time"
)

// A place that was away gets the newest copy when it is back, not with the next
// copy a day later; what a person cleared away there does not come again.
func TestSecondPlaceBackGetsTheNewestCopy(t *testing.T) {
	o := newOffice(t, Seal{})
	if _, err := o.k.Now(t.Context()); err != nil {
		t.Fatal(err)
	}
	clear(o.kept) // somebody made room
	o.later(24 * time.Hour)
	o.down = true
	g, err := o.k.Now(t.Context())
	if !errors.Is(err, ErrPlace) {
		t.Fatal(err)
	}
	if err := o.k.HandOn(t.Context()); !errors.Is(err, errDown) || !slices.Equal(o.k.State().Waiting, []string{"off"}) {
		t.Fatalf("still away: %v, %+v", err, o.k.State())
	}
	o.down = false
	if err := o.k.HandOn(t.Context()); err != nil {
		t.Fatal(err)
	}
	if st := o.k.State(); st.Err != "" || len(st.Waiting) != 0 || !st.Since.IsZero() {
		t.Errorf("back: %+v", st)
	}
	want := filepath.Base(g.File)
	if len(o.kept) != 2 || o.kept[want] == nil || o.kept[want+about] == nil {
		t.Errorf("kept %v, want %s alone", o.kept, want)
	}
}

// A program that starts again still knows that a place lacks the newest copy.
func TestAFreshStartSeesThatAPlaceLacksTheCopy(t *testing.T) {
	o := newOffice(t, Seal{})
	o.down = true
	if _, err := o.k.Now(t.Context()); !errors.Is(err, ErrPlace) {
		t.Fatal(err)
	}
	again := &Keeper{Folder: o.k.Folder, Site: o.k.Site, Every: o.k.Every, Daily: 2, Zone: time.UTC, Second: o.k.Second, Wall: o.wall}
	if err := again.HandOn(t.Context()); !errors.Is(err, ErrPlace) {
		t.Fatal(err)
	}
	if st := again.State(); st.Err == "" || !slices.Equal(st.Waiting, []string{"off"}) {
		t.Errorf("%+v", st)
	}
}

// A failed copy stays told although the older one reaches its place.
func TestHandingOnHidesNoFailedCopy(t *testing.T) {
	o := newOffice(t, Seal{})
	if _, err := o.k.Now(t.Context()); err != nil {
		t.Fatal(err)
	}
	bad := errors.New("no room")
	o.k.Check = func(context.Context, string) error { return bad }
	if _, err := o.k.Now(t.Context()); !errors.Is(err, bad) {
		t.Fatal(err)
	}
	if err := o.k.HandOn(t.Context()); err != nil || o.k.State().Err == "" {
		t.Errorf("%v, %+v", err, o.k.State())
	}
}

// The loop looks at the places when it starts, and again a while after a failure.
func TestTheLoopHandsOn(t *testing.T) {
	o := newOffice(t, Seal{})
	o.down = true
	if _, err := o.k.Now(t.Context()); !errors.Is(err, ErrPlace) {
		t.Fatal(err)
	}
	began := o.now
	again := &Keeper{Folder: o.k.Folder, Site: o.k.Site, Every: 24 * time.Hour, Daily: 2, Zone: time.UTC, Second: o.k.Second}
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		again.Wall = func() time.Time { return began.Add(time.Since(start)) }
		ctx, stop := context.WithCancel(t.Context())
		defer stop()
		go func() { _ = again.Run(ctx) }()
		synctest.Wait()
		if st := again.State(); len(st.Waiting) != 1 {
			t.Fatalf("at the start: %+v", st)
		}
		o.mu.Lock()
		o.down = false
		o.mu.Unlock()
		time.Sleep(retryAfter + lookEvery)
		synctest.Wait()
		if st := again.State(); len(st.Waiting) != 0 || len(o.kept) != 2 {
			t.Errorf("a while later: %+v, %d files", st, len(o.kept))
		}
		stop()
		synctest.Wait()
	})
	if _, err := os.Stat(again.Folder); err != nil {
		t.Error(err)
	}
}

// A clock that once stood a year ahead neither stops the copies nor throws the
// fresh one away.
func TestACopyDatedAheadTakesNobodysPlace(t *testing.T) {
	o := newOffice(t, Seal{})
	o.later(400 * 24 * time.Hour)
	for range 3 {
		o.later(24 * time.Hour)
		if _, err := o.k.Now(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	o.now = t0 // somebody sets the clock
	if !o.k.due(t0) {
		t.Error("no copy is due before the year is over")
	}
	g, err := o.k.Now(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	list, err := o.k.List()
	if err != nil || len(list) != 3 || list[0].File != g.File || o.k.due(t0) {
		t.Errorf("%d generations, %v", len(list), err)
	}
	if newest, ok := Newest(list, t0); !ok || newest.File != g.File {
		t.Errorf("newest %+v", newest)
	}
}
