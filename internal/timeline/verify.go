package timeline

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"time"
)

// maxProblems bounds what a report lists; the rest is counted in More.
const maxProblems = 100

// maxSalts bounds the memory spent on finding repeated salts.
const maxSalts = 1 << 20

// Report is what verification found. The record holds if Problems is empty.
type Report struct {
	Site       string    `json:"site,omitempty"` // from signatures; "" where there were none
	Incident   string    `json:"incident"`
	Count      int64     `json:"count"`
	Head       string    `json:"head"` // hex, of the last entry
	From       time.Time `json:"from"` // recording of the first and the last entry
	To         time.Time `json:"to"`
	Texts      int64     `json:"texts"` // texts present and checked
	TLP        int64     `json:"withheld_tlp"`
	Erased     int64     `json:"withheld_erased"`
	Files      int64     `json:"files_erased"`  // kept files that went with an erased text, as the record tells
	Held       []int64   `json:"checkpoints"`   // sizes of the checkpoints that hold
	Anchored   bool      `json:"anchored"`      // something from outside vouches for the whole record
	AnchoredTo int64     `json:"anchored_to"`   // entries vouched for from outside
	Problems   []Problem `json:"problems"`      // why it does not hold
	Warnings   []Problem `json:"warnings"`      // what a careful reader should know
	More       int64     `json:"more_problems"` // problems beyond those listed
}

// Holds reports whether nothing was found to be wrong.
func (r *Report) Holds() bool { return len(r.Problems) == 0 }

func (r *Report) problem(seq int64, c Code, format string, args ...any) {
	if len(r.Problems) >= maxProblems {
		r.More++
		return
	}
	r.Problems = append(r.Problems, Problem{Seq: seq, Code: c, Detail: fmt.Sprintf(format, args...)})
}

func (r *Report) warn(seq int64, c Code, format string, args ...any) {
	if len(r.Warnings) < maxProblems {
		r.Warnings = append(r.Warnings, Problem{Seq: seq, Code: c, Detail: fmt.Sprintf(format, args...)})
	}
}

// anchor is a checkpoint to compare with. outside says that it, or the key that
// signed it, did not travel with the record.
type anchor struct {
	Checkpoint
	outside bool
	signed  bool
}

// Verifier checks a log as it streams by; its memory does not grow with the
// texts. It goes on after a problem, so that one changed entry is reported as
// one changed entry.
type Verifier struct {
	rep     Report
	anchors []anchor // by size
	next    int      // first anchor not yet reached
	last    Position // as stated by the last entry, so that damage stays local
	lost    bool     // the last entry could not be read: its chain is unknown

	salts   map[uint64]struct{}
	present []uint64 // bit set of the entries whose text is here
	erased  map[int64]bool

	announced map[string]int64 // public key: the first entry that names it

	to    []byte  // recorded_at of the last entry
	now   reading // the entry under check
	bytes []byte  // what of it is being hashed
}

// NewVerifier starts a check against checkpoints that came from outside the
// record, whose signatures the caller has checked.
func NewVerifier(outside ...Checkpoint) *Verifier {
	list := make([]anchor, len(outside))
	for i, c := range outside {
		list[i] = anchor{Checkpoint: c, outside: true, signed: true}
	}
	return newVerifier(list)
}

func newVerifier(anchors []anchor) *Verifier {
	v := &Verifier{anchors: slices.Clone(anchors), salts: map[uint64]struct{}{}, erased: map[int64]bool{}, announced: map[string]int64{}}
	slices.SortStableFunc(v.anchors, func(a, b anchor) int { return int(min(1, max(-1, a.Size-b.Size))) })
	for i := range v.anchors {
		a := &v.anchors[i]
		if v.rep.Site == "" {
			v.rep.Site = a.Site
		}
		if a.Site != v.rep.Site {
			v.rep.problem(a.Size, CodeOrigin, "%s", origin(a.Site, a.Incident))
		}
		if i > 0 && v.anchors[i-1].Size == a.Size && v.anchors[i-1].Head != a.Head {
			v.rep.problem(a.Size, CodeFork, "%x / %x", v.anchors[i-1].Head[:8], a.Head[:8])
		}
	}
	return v
}

// Add checks the next entry of the log.
func (v *Verifier) Add(e *Entry) { v.Hold(e.Stored()) }

// AddStored checks the next entry as a store or an export keeps it and returns
// it decoded; ok is false where the envelope cannot be read.
func (v *Verifier) AddStored(row Stored) (e Entry, ok bool) {
	x, ok := v.add(row)
	if !ok {
		return Entry{}, false
	}
	return x.rebuilt(), true
}

// Hold checks the next entry like AddStored for who does not need it decoded,
// which spares a long record its copies. The slices of row are not kept.
func (v *Verifier) Hold(row Stored) { v.add(row) }

// add checks a row; what it gives is good until the next.
func (v *Verifier) add(row Stored) (*reading, bool) {
	want := v.last.Seq + 1
	x := &v.now
	err := x.read(row)
	if err != nil {
		v.rep.problem(want, CodeEnvelope, "%v", err)
		v.skip(row.Head)
		return x, false
	}
	v.chain(x, want)
	v.checkText(x)
	v.checkErasure(x)
	v.announces(x)
	v.compare(x)
	v.rep.Count++
	v.times(x)
	return x, true
}

// times keeps the recording of the first entry and of the newest.
func (v *Verifier) times(x *reading) {
	if v.rep.From.IsZero() {
		v.rep.From = timeOf(x.recorded)
	}
	v.to = append(v.to[:0], x.recorded...)
}

// skip passes over an entry that cannot be read, believing its head only to
// keep the damage local.
func (v *Verifier) skip(head []byte) {
	v.last.Seq++
	v.rep.Count++
	v.lost = len(head) != HeadSize
	if !v.lost {
		v.last.Head = [HeadSize]byte(head)
	}
}

func (v *Verifier) chain(x *reading, want int64) {
	if v.rep.Incident == "" {
		v.begin(string(x.incident))
	}
	if string(x.incident) != v.rep.Incident {
		v.rep.problem(want, CodeIncident, "%s", x.incident)
	}
	v.bytes = append(append(v.bytes[:0], 0), x.row.Envelope...)
	if x.hash != sha256.Sum256(v.bytes) {
		v.rep.problem(x.seq, CodeEntryHash, "%x", x.hash[:8])
	}
	switch {
	case x.seq != want:
		v.rep.problem(want, CodeSequence, "%d -> %d", want, x.seq)
	case !v.lost && x.head != NextHead(v.last.Head, x.hash):
		v.rep.problem(x.seq, CodeHead, "%x", x.head[:8])
	}
	v.lost = false
	v.last = Position{Seq: x.seq, Head: x.head}
}

// begin fixes the incident and holds the checkpoints to it.
func (v *Verifier) begin(incident string) {
	v.rep.Incident = incident
	for i := range v.anchors {
		if a := &v.anchors[i]; a.Incident != incident {
			v.rep.problem(0, CodeOrigin, "%s", origin(a.Site, a.Incident))
		}
	}
}

func (v *Verifier) checkText(x *reading) {
	withheld := x.row.Withheld
	switch {
	case len(x.row.Text) == 0 && x.digest == nil:
		if withheld != "" {
			v.rep.problem(x.seq, CodeWithheld, "withheld=%s, text_digest=null", withheld)
		}
	case len(x.row.Text) == 0:
		v.checkWithheld(x)
	case withheld != "":
		v.rep.problem(x.seq, CodeWithheld, "withheld=%s", withheld)
	case x.digest == nil:
		v.rep.problem(x.seq, CodeDigest, "text_digest=null")
	default:
		v.checkFields(x)
	}
}

func (v *Verifier) checkWithheld(x *reading) {
	switch x.row.Withheld {
	case WithheldTLP:
		v.rep.TLP++
	case WithheldErased:
		v.rep.Erased++
		v.erased[x.seq] = false
	default:
		v.rep.problem(x.seq, CodeWithheld, "withheld=%.20q", x.row.Withheld)
	}
}

func (v *Verifier) checkFields(x *reading) {
	salt, text := x.row.Salt, x.row.Text
	if len(salt) != SaltSize {
		v.rep.problem(x.seq, CodeText, "salt: %d bytes", len(salt))
		return
	}
	v.bytes = append(append(v.bytes[:0], salt...), text...)
	sum := sha256.Sum256(v.bytes)
	var digest [2 * sha256.Size]byte
	hex.Encode(digest[:], sum[:])
	if string(digest[:]) != string(x.digest) {
		v.rep.problem(x.seq, CodeDigest, "%.16s", x.digest)
	}
	if text[0] != '{' || string(text) == "{}" {
		v.rep.problem(x.seq, CodeText, "fields")
	} else if err := CheckCanonical(text); err != nil {
		v.rep.problem(x.seq, CodeText, "%v", err)
	}
	v.rep.Texts++
	v.mark(x.seq)
	short := binary.BigEndian.Uint64(salt) ^ binary.BigEndian.Uint64(salt[8:])
	if _, again := v.salts[short]; again {
		v.rep.warn(x.seq, CodeSaltRepeated, "%x", salt)
	} else if len(v.salts) < maxSalts {
		v.salts[short] = struct{}{}
	}
}

// maxMarked bounds the bit set: a forged sequence number must not cost memory.
const maxMarked = 1 << 27

func (v *Verifier) mark(seq int64) {
	i := int(seq / 64)
	if seq > maxMarked || i > len(v.present)+1024 {
		return
	}
	for len(v.present) <= i {
		v.present = append(v.present, 0)
	}
	v.present[i] |= 1 << (seq % 64)
}

func (v *Verifier) marked(seq int64) bool {
	i := seq / 64
	return seq > 0 && i < int64(len(v.present)) && v.present[i]&(1<<(seq%64)) != 0
}

// KindErased is the kind of the entry that records an erasure; facts.erases is
// the number of the entry whose text was erased.
const KindErased Kind = "text.erased"

func (v *Verifier) checkErasure(x *reading) {
	if string(x.kind) != string(KindErased) {
		return
	}
	var f struct {
		Erases int64  `json:"erases"`
		File   string `json:"file_sha256"`
	}
	if json.Unmarshal(x.facts, &f) != nil {
		return
	}
	if f.File != "" {
		v.rep.Files++
	}
	if _, claimed := v.erased[f.Erases]; claimed {
		v.erased[f.Erases] = true
	} else if v.marked(f.Erases) {
		v.rep.warn(f.Erases, CodeErasureOpen, "#%d", x.seq)
	}
}

// compare holds the head to the checkpoints of this size.
func (v *Verifier) compare(x *reading) {
	for ; v.next < len(v.anchors) && v.anchors[v.next].Size <= x.seq; v.next++ {
		a := &v.anchors[v.next]
		if a.Size < x.seq {
			continue // a gap in the sequence, already a problem
		}
		if a.Head != x.head {
			v.rep.problem(x.seq, CodeFork, "%x / %x", x.head[:8], a.Head[:8])
			continue
		}
		if len(v.rep.Held) == 0 || v.rep.Held[len(v.rep.Held)-1] != a.Size {
			v.rep.Held = append(v.rep.Held, a.Size)
		}
		if a.outside {
			v.rep.AnchoredTo = a.Size
			if !a.signed {
				v.rep.warn(a.Size, CodeUnsigned, "")
			}
		}
	}
}

// Report ends the check. Call it once, after the last entry.
func (v *Verifier) Report() Report {
	r := &v.rep
	r.Head = hex.EncodeToString(v.last.Head[:])
	if len(v.to) > 0 {
		r.To = timeOf(v.to)
	}
	if r.Count == 0 {
		r.problem(0, CodeEmpty, "")
	}
	for _, a := range v.anchors[v.next:] {
		r.problem(a.Size, CodeTruncated, "%d < %d", v.last.Seq, a.Size)
	}
	unshown := make([]int64, 0, len(v.erased))
	for seq, shown := range v.erased {
		if !shown {
			unshown = append(unshown, seq)
		}
	}
	slices.Sort(unshown)
	for _, seq := range unshown {
		r.warn(seq, CodeErasureUnshown, "")
	}
	v.judgeAnchors()
	return r.done()
}

// done leaves no list null, so that programs reading the report as JSON find
// lists.
func (r *Report) done() Report {
	if r.Problems == nil {
		r.Problems = []Problem{}
	}
	if r.Warnings == nil {
		r.Warnings = []Problem{}
	}
	if r.Held == nil {
		r.Held = []int64{}
	}
	return *r
}

// judgeAnchors says how far something from outside vouches for the record. A
// record that does not hold is vouched for by nothing.
func (v *Verifier) judgeAnchors() {
	r := &v.rep
	if !r.Holds() {
		r.AnchoredTo = 0
		return
	}
	r.Anchored = r.AnchoredTo == v.last.Seq
	switch {
	case r.AnchoredTo == 0:
		r.warn(0, CodeUnanchored, "")
	case !r.Anchored:
		r.warn(0, CodeTailUnanchored, "%d < %d", r.AnchoredTo, v.last.Seq)
	}
}
