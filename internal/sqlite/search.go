package sqlite

import (
	"context"
	"database/sql"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"irbot/internal/timeline"
)

// Search finds words in the texts of the record, Japanese among them, without a
// word list: a text is found where it holds the words as written, whatever
// their width, case or kind of kana. The index is pairs of letters by blocks of
// entries; it is a function of the texts, written in the transaction that
// completes a block, and what is not in a complete block yet is read as it is.
// So an answer is never behind the record.

// blockSize is how many entries share a block of the index.
const blockSize = 512

// Hit is an entry whose text holds every word that was asked for.
type Hit struct {
	Incident string
	Seq      int64
	Kind     timeline.Kind
	At       time.Time // recorded
	Field    string    // name of the field the first word was found in
	Before   string    // what stands before the word in that field
	Match    string    // the word as it stands there
	After    string
}

// Found is the answer to a search, newest entry first.
type Found struct {
	Hits []Hit
	More bool // there are more than were asked for
}

// Fold brings a text to the form that is compared: NFKC, lower case, hiragana
// for katakana, one blank for white space. Two texts that people would call the
// same spelling fold to the same.
func Fold(s string) string {
	return strings.Join(strings.Fields(strings.Map(func(r rune) rune {
		switch {
		case r >= 'ァ' && r <= 'ヶ':
			return r - ('ァ' - 'ぁ')
		case r == 'ヽ' || r == 'ヾ':
			return r - ('ヽ' - 'ゝ')
		case unicode.IsControl(r):
			return ' '
		}
		return unicode.ToLower(r)
	}, norm.NFKC.String(s))), " ")
}

// grams lists the pairs of letters of a folded text, each once. The last letter
// stands alone, too, so that one letter can be looked for.
func grams(folded string) []string {
	seen := map[string]struct{}{}
	var out []string
	for _, field := range strings.Split(folded, "\x00") {
		runes := []rune(field)
		for i := range runes {
			g := string(runes[i:min(i+2, len(runes))])
			if _, ok := seen[g]; !ok {
				seen[g] = struct{}{}
				out = append(out, g)
			}
		}
	}
	return out
}

// foldedText is all fields of a text, folded, with a mark between them.
func foldedText(fields []byte) string {
	var t map[string]string
	if json.Unmarshal(fields, &t) != nil {
		return ""
	}
	keys := make([]string, 0, len(t))
	for k := range t {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	var b strings.Builder
	for _, k := range keys {
		b.WriteString(Fold(t[k]))
		b.WriteByte(0)
	}
	return b.String()
}

// index writes the blocks that were completed by an entry number, oldest first.
// A record from before there was an index is caught up with a few blocks at a
// time, so that no act waits long.
func (t *tx) index(n int64) error {
	if (n+1)%blockSize != 0 {
		return nil
	}
	var next int64
	if err := t.row("SELECT coalesce(max(block) + 1, 0) FROM gram").Scan(&next); err != nil {
		return fmt.Errorf("find end of index: %w", err)
	}
	for block := next; block <= n/blockSize && block < next+4; block++ {
		if err := t.indexBlock(block); err != nil {
			return fmt.Errorf("index block %d: %w", block, err)
		}
	}
	return nil
}

type keptText struct {
	n      int64
	fields []byte
}

func scanKept(r *sql.Rows) (keptText, error) {
	var k keptText
	return k, r.Scan(&k.n, &k.fields)
}

func (t *tx) indexBlock(block int64) error {
	first := block * blockSize
	texts, err := query(background(), t.conn, scanKept, "SELECT n, fields FROM text WHERE n BETWEEN ? AND ? AND fields IS NOT NULL ORDER BY n", first, first+blockSize-1)
	if err != nil {
		return err
	}
	found := gramsOf(first, texts)
	keys := make([]string, 0, len(found))
	for g := range found {
		keys = append(keys, g)
	}
	slices.Sort(keys) // rows are added in the order of the tree
	for _, g := range keys {
		if err := t.exec("INSERT INTO gram (block, gram, entries) VALUES (?, ?, ?)", block, g, append([]byte{}, found[g]...)); err != nil {
			return err
		}
	}
	return nil
}

// gramsOf is the index of one block, a function of its texts in their order.
func gramsOf(first int64, texts []keptText) map[string][]byte {
	found := map[string][]byte{"": nil} // says that the block is done, also where it holds no text
	for _, k := range texts {
		for _, g := range grams(foldedText(k.fields)) {
			found[g] = binary.LittleEndian.AppendUint16(found[g], uint16(k.n-first)) //nolint:gosec // below blockSize
		}
	}
	return found
}

// unindex takes a text out of the index, before it is erased: pairs of letters
// would let somebody guess what it said.
func (t *tx) unindex(incident string, seq int64) error {
	var n int64
	var fields []byte
	err := t.row("SELECT n, fields FROM text WHERE n = (SELECT n FROM entry WHERE incident = ? AND seq = ?)", incident, seq).Scan(&n, &fields)
	if errors.Is(err, sql.ErrNoRows) || err == nil && fields == nil {
		return nil
	}
	if err != nil {
		return fmt.Errorf("read text to be erased: %w", err)
	}
	block := n / blockSize
	for _, g := range grams(foldedText(fields)) {
		var list []byte
		err := t.row("SELECT entries FROM gram WHERE block = ? AND gram = ?", block, g).Scan(&list)
		if errors.Is(err, sql.ErrNoRows) {
			continue // the block is not complete yet
		}
		if err != nil {
			return fmt.Errorf("read index: %w", err)
		}
		kept := []byte{}
		for _, m := range members(list) {
			if int64(m) != n-block*blockSize {
				kept = binary.LittleEndian.AppendUint16(kept, m)
			}
		}
		if len(kept) == 0 {
			err = t.exec("DELETE FROM gram WHERE block = ? AND gram = ?", block, g)
		} else {
			err = t.exec("UPDATE gram SET entries = ? WHERE block = ? AND gram = ?", kept, block, g)
		}
		if err != nil {
			return fmt.Errorf("take text out of index: %w", err)
		}
	}
	return nil
}

// reindex writes the whole index afresh.
func (t *tx) reindex() error {
	if err := t.exec("DELETE FROM gram"); err != nil {
		return fmt.Errorf("empty index: %w", err)
	}
	var last int64
	if err := t.row("SELECT coalesce(max(n), 0) FROM entry").Scan(&last); err != nil {
		return fmt.Errorf("find last entry: %w", err)
	}
	for block := int64(0); (block+1)*blockSize-1 <= last; block++ {
		if err := t.indexBlock(block); err != nil {
			return fmt.Errorf("index block %d: %w", block, err)
		}
	}
	return nil
}

func members(list []byte) []uint16 {
	out := make([]uint16, 0, len(list)/2)
	for i := 0; i+1 < len(list); i += 2 {
		out = append(out, binary.LittleEndian.Uint16(list[i:]))
	}
	return out
}

// Search looks for entries that hold every word of a question, in one incident
// or in all ("", SITE left out), newest first. Words are parted by blanks. An
// empty question finds nothing.
func (v *View) Search(ctx context.Context, question, incident string, most int) (Found, error) {
	words := strings.Fields(Fold(question))
	if len(words) == 0 || most < 1 {
		return Found{}, nil
	}
	tx, err := v.db.BeginTx(ctx, nil) // one snapshot for index and texts
	if err != nil {
		return Found{}, fmt.Errorf("search: %w", err)
	}
	defer func() { _ = tx.Rollback() }() // only reads
	q := &quest{ctx: ctx, q: tx, words: words, incident: incident, most: most}
	for _, w := range words {
		g := grams(w)
		if len(g) > 1 {
			g = g[:len(g)-1] // the last letter alone says nothing more
		}
		q.grams = append(q.grams, g...)
	}
	if err := q.run(); err != nil {
		return Found{}, fmt.Errorf("search: %w", err)
	}
	return q.out, nil
}

// quest is one search under way.
type quest struct {
	ctx      context.Context //nolint:containedctx // lives as long as the call
	q        querier
	words    []string
	grams    []string
	incident string
	most     int
	out      Found
}

func (q *quest) run() error {
	var last, done int64
	err := q.q.QueryRowContext(q.ctx, "SELECT coalesce((SELECT max(n) FROM entry), 0), coalesce((SELECT max(block) + 1 FROM gram), 0)").Scan(&last, &done)
	if err != nil {
		return err
	}
	if err := q.read("n >= ?1 AND n < ?2", done*blockSize, last+1); err != nil {
		return err
	}
	for block := done - 1; block >= 0 && !q.out.More; block-- {
		if err := q.ctx.Err(); err != nil {
			return err
		}
		list, err := q.candidates(block)
		if err != nil {
			return err
		}
		if len(list) == 0 {
			continue
		}
		ns := make([]int64, len(list))
		for i, m := range list {
			ns[i] = block*blockSize + int64(m)
		}
		js, err := json.Marshal(ns)
		if err != nil {
			return err
		}
		if err := q.read("n IN (SELECT value FROM json_each(?1))", string(js)); err != nil {
			return err
		}
	}
	return nil
}

// candidates are the entries of a block that hold every pair of letters.
func (q *quest) candidates(block int64) ([]uint16, error) {
	var have []uint16
	for i, g := range q.grams {
		list, err := q.holding(block, g)
		if err != nil || len(list) == 0 {
			return nil, err
		}
		if i == 0 {
			have = list
			continue
		}
		have = slices.DeleteFunc(have, func(m uint16) bool {
			_, ok := slices.BinarySearch(list, m)
			return !ok
		})
		if len(have) == 0 {
			return nil, nil
		}
	}
	return have, nil
}

// holding lists the entries of a block with a pair of letters, or with a letter
// wherever it stands.
func (q *quest) holding(block int64, g string) ([]uint16, error) {
	if len([]rune(g)) == 2 {
		var list []byte
		err := q.q.QueryRowContext(q.ctx, "SELECT entries FROM gram WHERE block = ? AND gram = ?", block, g).Scan(&list)
		if errors.Is(err, sql.ErrNoRows) {
			return nil, nil
		}
		return members(list), err
	}
	lists, err := query(q.ctx, q.q, func(r *sql.Rows) ([]byte, error) {
		var b []byte
		return b, r.Scan(&b)
	}, "SELECT entries FROM gram WHERE block = ? AND gram >= ? AND gram < ?", block, g, g+"\U0010FFFF")
	if err != nil {
		return nil, err
	}
	var all []uint16
	for _, b := range lists {
		all = append(all, members(b)...)
	}
	slices.Sort(all)
	return slices.Compact(all), nil
}

// read looks at the texts themselves, newest first, and keeps those that hold
// every word.
func (q *quest) read(where string, args ...any) error {
	rows, err := q.q.QueryContext(q.ctx, `SELECT e.incident, e.seq, e.kind, e.recorded_us, t.fields FROM text t JOIN entry e ON e.n = t.n
		WHERE t.fields IS NOT NULL AND t.n IN (SELECT n FROM text WHERE `+where+`) ORDER BY t.n DESC`, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() && !q.out.More {
		var h Hit
		var at int64
		var fields []byte
		if err := rows.Scan(&h.Incident, &h.Seq, &h.Kind, &at, &fields); err != nil {
			return err
		}
		if q.incident != "" && h.Incident != q.incident || q.incident == "" && h.Incident == timeline.SiteLog || !q.fits(fields, &h) {
			continue
		}
		if len(q.out.Hits) == q.most {
			q.out.More = true
			break
		}
		h.At = fromMicros(at)
		q.out.Hits = append(q.out.Hits, h)
	}
	return rows.Err()
}

// fits tells whether a text holds every word, and where the first one stands.
func (q *quest) fits(fields []byte, h *Hit) bool {
	all := foldedText(fields)
	for _, w := range q.words {
		if !strings.Contains(all, w) {
			return false
		}
	}
	var t map[string]string
	if json.Unmarshal(fields, &t) != nil {
		return false
	}
	keys := make([]string, 0, len(t))
	for k := range t {
		keys = append(keys, k)
	}
	// What was said comes before who said it.
	slices.SortFunc(keys, func(a, b string) int {
		if (a == "actor_name") != (b == "actor_name") {
			if a == "actor_name" {
				return 1
			}
			return -1
		}
		return strings.Compare(a, b)
	})
	for _, k := range keys {
		if before, match, after, ok := locate(t[k], q.words[0]); ok {
			h.Field, h.Before, h.Match, h.After = k, before, match, after
			return true
		}
	}
	return true
}

// around is how many letters are shown on either side of a word.
const around = 40

// locate finds a folded word in a text as it was written.
func locate(text, word string) (before, match, after string, ok bool) {
	if !strings.Contains(Fold(text), word) {
		return "", "", "", false
	}
	runes := []rune(text)
	// Folding may join or part letters, so the narrowest stretch that folds to
	// something with the word in it is looked for, end first.
	end := 1 + search(len(runes), func(n int) bool { return strings.Contains(Fold(string(runes[:n+1])), word) })
	start := end - 1
	for start > 0 && !strings.Contains(Fold(string(runes[start:end])), word) {
		start--
	}
	cut := func(r []rune, head bool) string {
		if len(r) <= around {
			return string(r)
		}
		if head {
			return "…" + string(r[len(r)-around:])
		}
		return string(r[:around]) + "…"
	}
	return cut(runes[:start], true), string(runes[start:end]), cut(runes[end:], false), true
}

// search is the smallest i for which ok holds; ok(n-1) must hold. Whether a
// longer head of a text holds the word only ever turns from no to yes, but for
// letters that a later mark changes; then the next fitting end is taken.
func search(n int, ok func(int) bool) int {
	low, high := 0, n-1
	for low < high {
		if mid := (low + high) / 2; ok(mid) {
			high = mid
		} else {
			low = mid + 1
		}
	}
	return low
}
