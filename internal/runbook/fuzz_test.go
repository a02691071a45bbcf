package runbook

import (
	"encoding/json"
	"errors"
	"testing"
)

// FuzzRead feeds bytes through decoder, limits, reader and linter. Whatever
// comes in, there must be a model that covers every line once, or a typed
// refusal; and the same again for the same bytes.
func FuzzRead(f *testing.F) {
	for _, src := range corpusFiles(f) {
		f.Add(src)
	}
	for _, x := range ruleCases() {
		for _, src := range []string{x.ja, x.en, x.nearJA, x.nearEN} {
			if len(src) < 10_000 {
				f.Add([]byte(src))
			}
		}
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		rb, err := Read("fuzz.md", src, Options{Strict: true, Known: known()})
		if errors.Is(err, ErrFault) {
			t.Fatal(err)
		}
		if err != nil {
			return
		}
		checkCoverage(t, "fuzz.md", rb)
		checkFindings(t, "fuzz.md", rb)
		one, err := json.Marshal(JSON(rb))
		if err != nil {
			t.Fatal(err)
		}
		again, err := Read("fuzz.md", src, Options{Strict: true, Known: known()})
		if err != nil {
			t.Fatal(err)
		}
		two, err := json.Marshal(JSON(again))
		if err != nil || string(one) != string(two) {
			t.Fatalf("two reads differ: %v", err)
		}
	})
}
