package timeline

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"golang.org/x/mod/sumdb/note"
)

// KindKeyAnnounced is the kind of the entry that announces a new signing key;
// facts.public is the key in the form of verifier.key.
const KindKeyAnnounced Kind = "key.announced"

// maxAnnounced bounds the announcements remembered of one log.
const maxAnnounced = 1000

// announces notes the first entry that names a key.
func (v *Verifier) announces(x *reading) {
	if string(x.kind) != string(KindKeyAnnounced) || len(v.announced) >= maxAnnounced {
		return
	}
	var f struct {
		Public string `json:"public"`
	}
	if json.Unmarshal(x.facts, &f) != nil {
		return
	}
	if _, known := v.announced[f.Public]; !known && f.Public != "" {
		v.announced[f.Public] = x.seq
	}
}

// Vouch warns of every key that signed a checkpoint of this log although no
// older key of the list vouches for it: no entry announces it under a
// checkpoint of an older one (the rule of the record format). That is so after
// a key was lost, for a log that began after a change of keys, and where a
// forger put a key of his own into the list; only a key received another way
// tells them apart. Call it after the last Add and before Report. The oldest
// key of the list is where trust begins and is never named.
func (v *Verifier) Vouch(k *Keys) {
	by := make([][]int64, len(k.public)) // sizes signed by each key
	for i := range v.anchors {
		for _, n := range k.signers(v.anchors[i].Note) {
			by[n] = append(by[n], v.anchors[i].Size)
		}
	}
	for i := range max(len(k.public)-1, 0) {
		if len(by[i]) == 0 || v.vouched(k.public[i], by[i+1:]) {
			continue
		}
		v.rep.warn(by[i][0], CodeKeyUnannounced, "%s", strings.SplitN(k.public[i], "+", 3)[1])
	}
}

// vouched reports whether the announcement of a key lies within a checkpoint
// of an older one that holds.
func (v *Verifier) vouched(public string, older [][]int64) bool {
	seq, ok := v.announced[public]
	if !ok {
		return false
	}
	return slices.ContainsFunc(older, func(sizes []int64) bool {
		return slices.ContainsFunc(sizes, func(size int64) bool { return size >= seq && slices.Contains(v.rep.Held, size) })
	})
}

// signers gives the places in the list of the keys whose signatures on a note
// hold.
func (k *Keys) signers(msg []byte) []int {
	n, err := note.Open(msg, k.list)
	if err != nil {
		return nil
	}
	var out []int
	for i, public := range k.public {
		if slices.ContainsFunc(n.Sigs, func(s note.Signature) bool {
			return strings.HasPrefix(public, fmt.Sprintf("%s+%08x+", s.Name, s.Hash))
		}) {
			out = append(out, i)
		}
	}
	return out
}
