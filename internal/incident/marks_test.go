package incident

import (
	"maps"
	"testing"
)

func TestMarksAreSharedNotChanged(t *testing.T) {
	var old Marks
	for _, seq := range []int64{0, 1, 63, 64, 1000} {
		old.set(seq, 1000, &Mark{Corrects: seq})
	}
	later := old.clone()
	later.set(64, 2000, &Mark{Struck: 7})
	later.set(1999, 2000, &Mark{Open: true})
	if m := old.At(64); m == nil || m.Struck != 0 || m.Corrects != 64 || old.At(1999) != nil {
		t.Errorf("a copy changed the original: %+v, %+v", old.At(64), old.At(1999))
	}
	if m := later.At(64); m == nil || m.Struck != 7 || later.At(63) != old.At(63) {
		t.Errorf("the copy: %+v, %+v", later.At(64), later.At(63))
	}
	if got := len(maps.Collect(later.All())); got != 6 {
		t.Errorf("%d marks, want 6", got)
	}
	for _, seq := range []int64{-1, 2, 3000, 1 << 62} {
		if later.At(seq) != nil {
			t.Errorf("entry %d has a mark", seq)
		}
	}
}

func TestMarkOfNoEntryIsLeftOut(t *testing.T) {
	var m Marks
	m.set(1<<62, 10, &Mark{Open: true}) // a forged record may name any number
	m.set(-5, 10, &Mark{Open: true})
	if len(m) != 0 {
		t.Errorf("%d pages for marks of entries that do not exist", len(m))
	}
}
