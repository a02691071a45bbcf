package export

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"testing"
)

// TestAgain: a short form is made once, a long one each time, nothing of it is
// held meanwhile, and what is given is the same.
func TestAgain(t *testing.T) {
	for limit, made := range map[int]int{29: 3, 30: 1} {
		n, told := 0, 0
		write := again(limit, func(w io.Writer) error {
			n++
			for i := range 10 {
				if _, err := fmt.Fprintf(w, "%03d", i); err != nil {
					return err
				}
			}
			return nil
		}, func() { told++ })
		var first bytes.Buffer
		for range 3 {
			var b bytes.Buffer
			if err := write(&b); err != nil {
				t.Fatal(err)
			}
			if first.Len() == 0 {
				first = b
			}
			if b.Len() != 30 || b.String() != first.String() {
				t.Errorf("limit %d: %q, then %q", limit, first.String(), b.String())
			}
		}
		if n != made || told != 3-made {
			t.Errorf("limit %d: made %d times, want %d; told %d times", limit, n, made, told)
		}
	}
	k := &keeper{limit: 10}
	for range 3 {
		_, _ = k.Write(make([]byte, 8))
	}
	if !k.over || k.b.Cap() > 0 {
		t.Errorf("a form that is too long is held: %d bytes", k.b.Cap())
	}
}

// TestAgainAfterAFailure: half a form is not taken for the whole.
func TestAgainAfterAFailure(t *testing.T) {
	fail, broken := true, errors.New("broken")
	write := again(100, func(w io.Writer) error {
		_, _ = w.Write([]byte("half"))
		if fail {
			return broken
		}
		return nil
	}, nil)
	if err := write(io.Discard); !errors.Is(err, broken) {
		t.Fatal(err)
	}
	fail = false
	var b bytes.Buffer
	if err := write(&b); err != nil || b.String() != "half" {
		t.Errorf("%q %v", b.String(), err)
	}
}
