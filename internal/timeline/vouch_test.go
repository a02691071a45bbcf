package timeline

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// A pack whose newest key nobody announced still holds, but says so: a forger
// who puts a key of his own into the list and signs a new tail looks the same.
func TestVouchForKeys(t *testing.T) {
	old, next := testSigner(t, 1), testSigner(t, 2)
	plain := makeLog(t, 7)
	announced := func(at int64, public string) []Entry {
		log := makeLog(t, at-1)
		for n := at; n <= 9; n++ {
			d := draft(n)
			if n == at {
				d = Draft{Kind: KindKeyAnnounced, Actor: "system", Facts: map[string]any{"public": public}}
			}
			prev := log[len(log)-1]
			log = append(log, sealed(t, d, SealAt{Incident: prev.Incident, Prev: prev.Position(), Now: prev.RecordedAt, Salt: salt(n)}))
		}
		return log
	}
	for _, tt := range []struct {
		name   string
		log    []Entry
		before int // size of the checkpoint of the old key; 0: none
		want   []Code
	}{
		{"announced within a checkpoint of the old key", announced(4, next.Public()), 5, nil},
		{"announced at its last entry", announced(5, next.Public()), 5, nil},
		{"announced after it", announced(6, next.Public()), 5, []Code{CodeKeyUnannounced}},
		{"another key announced", announced(4, old.Public()), 5, []Code{CodeKeyUnannounced}},
		{"never announced", plain, 5, []Code{CodeKeyUnannounced}},
		{"nothing of the old key", announced(4, next.Public()), 0, []Code{CodeKeyUnannounced}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			keys := testKeys(t, next, old)
			notes := []Checkpoint{checkpointAt(t, next, tt.log, len(tt.log))}
			if tt.before > 0 {
				notes = append(notes, checkpointAt(t, old, tt.log, tt.before))
			}
			v := NewVerifier(notes...)
			for i := range tt.log {
				v.Add(&tt.log[i])
			}
			v.Vouch(keys)
			rep := v.Report()
			if !rep.Holds() {
				t.Fatalf("problems %v", rep.Problems)
			}
			about := slices.DeleteFunc(codes(rep.Warnings), func(c Code) bool { return c != CodeKeyUnannounced })
			if diff := cmp.Diff(tt.want, about, cmpopts.EquateEmpty()); diff != "" {
				t.Error(diff)
			}
		})
	}
}
