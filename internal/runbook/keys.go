package runbook

import (
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// number gives phases and steps their positions and stable ids.
func (r *reader) number() {
	used := map[string]int{}
	ids := map[string]int{}
	for i := range r.rb.Phases {
		p := &r.rb.Phases[i]
		p.No = i + 1
		for j := range p.Steps {
			s := &p.Steps[j]
			s.Key = strconv.Itoa(p.No) + "." + strconv.Itoa(j+1)
			r.explicitID(s, ids)
			s.StableID = s.ID
			if s.ID == "" {
				s.StableID = r.derivedID(p.Title, s.Title, used)
			}
		}
	}
}

// explicitID checks the id an author gave; the second of two equal ones is
// dropped, so that the first keeps its meaning.
func (r *reader) explicitID(s *Step, seen map[string]int) {
	if s.ID == "" {
		return
	}
	line, col := s.Line, s.Col
	for _, f := range s.Facts {
		if f.Name == "id" {
			line, col = f.Line, r.colOf(f.Line, s.ID)
		}
	}
	if !validID(s.ID) {
		r.find("RB206", line, col, s.ID)
		s.ID = ""
		return
	}
	if first, dup := seen[s.ID]; dup {
		r.find("RB205", line, col, s.ID, first)
		s.ID = ""
		return
	}
	seen[s.ID] = line
}

func validID(id string) bool {
	if len(id) == 0 || len(id) > 40 {
		return false
	}
	for i := 0; i < len(id); i++ {
		c := id[i]
		if c != '-' && (c < 'a' || c > 'z') && (c < '0' || c > '9') {
			return false
		}
	}
	return true
}

// derivedID is h- and ten hex digits over the titles, numbered when repeated:
// inserting a step changes no other id.
func (r *reader) derivedID(phase, step string, used map[string]int) string {
	b := appendNFKC(r.scratch[:0], phase)
	b = append(b, '/')
	b = appendNFKC(b, step)
	r.scratch = b
	sum := sha256.Sum256(b)
	var id [12]byte
	copy(id[:], "h-")
	hex.Encode(id[2:], sum[:5])
	name := string(id[:])
	used[name]++
	if n := used[name]; n > 1 {
		return name + "-" + strconv.Itoa(n)
	}
	return name
}

// appendNFKC appends the NFKC form; texts that have it already are copied.
func appendNFKC(b []byte, s string) []byte {
	for i := asciiUpTo(s); i < len(s); {
		switch {
		case s[i] < utf8.RuneSelf:
			i++
		case plainCJK(s[i:]):
			i += 3
		default:
			return norm.NFKC.AppendString(b, s)
		}
	}
	return append(b, s...)
}
