package tally

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"sort"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding/japanese"
	unicode16 "golang.org/x/text/encoding/unicode"
)

// Box is a container as one side has it.
type Box struct {
	Container string
	Slot      string
	Hold      string // hold, none, or "" where the side does not say
	Line      int    // of the list, or the number of the row
}

// Difference is one line of the list of exceptions (DOMAIN 5.3 J).
type Difference struct {
	Kind      string // tos_only, yard_only, position, hold, twice
	Container string
	TOS, Yard Box
}

// The kinds of difference.
const (
	TOSOnly   = "tos_only"  // in the TOS, not in the yard
	YardOnly  = "yard_only" // in the yard, not in the TOS
	Misplaced = "position"
	HoldsVary = "hold"
	Twice     = "twice" // counted at two places of the yard
)

// Errors of an imported list.
var (
	ErrNoContainer = errors.New("no column of container numbers")
	ErrEmptyList   = errors.New("the list has no rows")
	ErrWorkbook    = errors.New("a workbook of a spreadsheet program, not a CSV")
)

// Reconcile compares what the TOS has with what stands in the yard, in the
// order of the container numbers. A slot is compared as samePlace says; a slot or
// hold that one side does not state is not compared.
func Reconcile(tos, yard []Box) []Difference {
	seen, count := map[string]Box{}, map[string][]Box{}
	for _, b := range tos {
		seen[b.Container] = b
	}
	for _, b := range yard {
		count[b.Container] = append(count[b.Container], b)
	}
	var out []Difference
	for _, b := range tos {
		if len(count[b.Container]) == 0 && seen[b.Container] == b {
			out = append(out, Difference{Kind: TOSOnly, Container: b.Container, TOS: b})
		}
	}
	for n, list := range count {
		last := list[len(list)-1]
		t, known := seen[n]
		if i := slices.IndexFunc(list, func(b Box) bool { return !samePlace(b.Slot, last.Slot) }); i >= 0 {
			out = append(out, Difference{Kind: Twice, Container: n, TOS: list[i], Yard: last})
		}
		switch {
		case !known:
			out = append(out, Difference{Kind: YardOnly, Container: n, Yard: last})
			continue
		case t.Slot != "" && last.Slot != "" && !samePlace(t.Slot, last.Slot):
			out = append(out, Difference{Kind: Misplaced, Container: n, TOS: t, Yard: last})
		}
		if t.Hold != "" && last.Hold != "" && t.Hold != last.Hold {
			out = append(out, Difference{Kind: HoldsVary, Container: n, TOS: t, Yard: last})
		}
	}
	sort.SliceStable(out, func(i, j int) bool {
		if out[i].Container != out[j].Container {
			return out[i].Container < out[j].Container
		}
		return out[i].Kind < out[j].Kind
	})
	return out
}

// samePlace compares two slots as they were written by different hands: width,
// case and leading zeros do not count. Where one of them is written without
// separators, the separators of the other do not count either; A-1-11 and A-11-1
// stay two places.
func samePlace(a, b string) bool {
	one, other := placeParts(a), placeParts(b)
	if slices.Equal(one, other) {
		return true
	}
	if one, other = strings.FieldsFunc(plainly(a), between), strings.FieldsFunc(plainly(b), between); len(one) > 1 && len(other) > 1 {
		return false
	}
	return strings.Join(one, "") == strings.Join(other, "")
}

// between tells what separates the parts of a slot.
func between(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsNumber(r) && !unicode.IsMark(r) }

// placeParts are the runs of letters and of digits of a slot, without leading
// zeros.
func placeParts(slot string) []string {
	var out []string
	for _, part := range strings.FieldsFunc(plainly(slot), between) {
		from := 0
		for i, r := range part {
			if before, _ := utf8.DecodeLastRuneInString(part[:i]); i > 0 && unicode.IsDigit(r) != unicode.IsDigit(before) {
				out, from = append(out, bare(part[from:i])), i
			}
		}
		out = append(out, bare(part[from:]))
	}
	return out
}

func bare(part string) string {
	if s := strings.TrimLeft(part, "0"); s != "" {
		return s
	}
	return "0"
}

// List is an imported list.
type List struct {
	Boxes []Box
	Bad   []BadLine // lines that could not be read; none is dropped in silence
}

// BadLine is a line of an imported list that holds no container number.
type BadLine struct {
	Line  int
	Value string
	Code  string // as in Problem
	Right string // the right check digit, where that is what is wrong
}

// maxBad keeps a list of nonsense from filling memory.
const maxBad = 1000

// ParseList reads a list out of the TOS as a spreadsheet saves it: comma,
// semicolon or tab separated, in UTF-8 (with or without BOM), UTF-16 or
// Shift_JIS. Columns are known by their headings in Japanese or English, which
// may stand below a title: container, slot, hold. The error wraps ErrWorkbook,
// ErrNoContainer or ErrEmptyList, or is that of the CSV.
func ParseList(data []byte) (List, error) {
	if bytes.HasPrefix(data, []byte("PK\x03\x04")) || bytes.HasPrefix(data, []byte("\xd0\xcf\x11\xe0")) {
		return List{}, ErrWorkbook
	}
	text := listText(data)
	if len(bytes.TrimSpace(text)) == 0 {
		return List{}, ErrEmptyList
	}
	r := csv.NewReader(bytes.NewReader(text))
	r.FieldsPerRecord, r.LazyQuotes, r.TrimLeadingSpace = -1, true, true
	r.Comma = separator(text)
	var col map[string]int
	for line := 0; line < headWithin; line++ {
		head, err := r.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return List{}, fmt.Errorf("read list: %w", err)
		}
		col = columns(head)
		if _, ok := col["container"]; ok {
			break
		}
	}
	if _, ok := col["container"]; !ok {
		return List{}, ErrNoContainer
	}
	var l List
	for {
		rec, err := r.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return List{}, fmt.Errorf("read list: %w", err)
		}
		line, _ := r.FieldPos(0)
		l.add(rec, col, line)
	}
	if len(l.Boxes)+len(l.Bad) == 0 {
		return l, ErrEmptyList
	}
	return l, nil
}

func (l *List) add(rec []string, col map[string]int, line int) {
	get := func(name string) string {
		if i, ok := col[name]; ok && i < len(rec) {
			return strings.TrimSpace(rec[i])
		}
		return ""
	}
	v := get("container")
	if v == "" && strings.Join(rec, "") == "" {
		return
	}
	f := container()
	number, p := f.container(v)
	if p != nil {
		if len(l.Bad) < maxBad {
			l.Bad = append(l.Bad, BadLine{Line: line, Value: v, Code: p.Code, Right: p.Args["right"]})
		}
		return
	}
	l.Boxes = append(l.Boxes, Box{Container: number, Slot: strings.ToUpper(get("slot")), Hold: holdOf(get("hold"), col), Line: line})
}

// holdOf reads a hold column: words for none, anything else is a hold. A list
// without the column says nothing.
func holdOf(v string, col map[string]int) string {
	if _, ok := col["hold"]; !ok {
		return ""
	}
	switch fold(v) {
	case "", "なし", "無", "none", "no", "n", "0", "-", "ok", "free", "released", "許可", "解除", "false":
		return "none"
	}
	return "hold"
}

// headWithin is how many lines may be a title or its headings.
const headWithin = 20

// listText is a list in UTF-8.
func listText(data []byte) []byte {
	if bytes.HasPrefix(data, []byte("\xff\xfe")) || bytes.HasPrefix(data, []byte("\xfe\xff")) { // 「Unicode テキスト」 of a spreadsheet
		if text, err := unicode16.UTF16(unicode16.LittleEndian, unicode16.UseBOM).NewDecoder().Bytes(data); err == nil {
			return text
		}
	}
	text := bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	if !utf8.Valid(text) {
		if sjis, err := japanese.ShiftJIS.NewDecoder().Bytes(text); err == nil {
			return sjis
		}
	}
	return text
}

// separator is what stands between the fields: of all that are usual, the one
// that stands most often in one of the first lines.
func separator(text []byte) rune {
	best, most := ',', 0
	for range headWithin {
		line, rest, _ := bytes.Cut(text, []byte("\n"))
		text = rest
		for _, c := range []rune{',', '\t', ';'} {
			if n := bytes.Count(line, []byte(string(c))); n > most {
				best, most = c, n
			}
		}
	}
	return best
}

// columns finds the known columns by their headings.
func columns(head []string) map[string]int {
	words := map[string][]string{
		"container": {"コンテナ番号", "コンテナno", "コンテナno.", "コンテナ", "container", "container no", "container no.", "container number", "container_no", "cntr", "cntr no", "cntr no.", "unit", "equipment"},
		"slot":      {"場所", "位置", "蔵置場所", "ロケーション", "番地", "置き場", "slot", "location", "position", "yard position", "stow"},
		"hold":      {"差止", "差止め", "保留", "hold", "holds", "on hold", "customs hold"},
	}
	out := map[string]int{}
	for i, h := range head {
		for name, list := range words {
			if _, taken := out[name]; !taken && slices.Contains(list, fold(h)) {
				out[name] = i
			}
		}
	}
	return out
}
