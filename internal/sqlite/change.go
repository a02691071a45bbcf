package sqlite

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"irbot/internal/incident"
	"irbot/internal/timeline"
)

// Create records a new incident under the next id, IR-n or DR-n. An empty
// Change records nothing and uses up no id. Errors of decide come back as they
// are; every other error wraps incident.ErrNotRecorded.
func (s *Store) Create(ctx context.Context, o incident.Opening, decide func(id string) (incident.Change, error)) (incident.Result, error) {
	var res incident.Result
	err := s.submit(ctx, &job{person: o.Request != "", run: func(t *tx) (bool, error) {
		if dup, ok, err := t.answered(o.Request); err != nil || ok {
			res = dup
			return false, err
		}
		id, err := t.nextID(o.Drill)
		if err != nil {
			return false, notRecorded(err)
		}
		c, err := decide(id)
		if err != nil {
			return false, err
		}
		if res, err = t.record(newFolded(id), stamp{o.Request, o.Now}, c); err != nil {
			return false, notRecorded(err)
		}
		if len(res.Entries) == 0 {
			res.Incident, res.State = "", nil
		}
		return len(res.Entries) > 0, nil
	}})
	return answer(res, err)
}

// Update records a change of an incident, or of the SITE log, which comes into
// being with its first entry. Without such an incident the error is
// incident.ErrNotFound; otherwise errors are those of Create.
func (s *Store) Update(ctx context.Context, g incident.Target, decide func(*incident.Incident) (incident.Change, error)) (incident.Result, error) {
	var res incident.Result
	err := s.submit(ctx, &job{person: g.Request != "", run: func(t *tx) (bool, error) {
		if dup, ok, err := t.answered(g.Request); err != nil || ok {
			res = dup
			return false, err
		}
		f, err := t.load(g.Incident)
		if err != nil {
			return false, notRecordedUnless(err, incident.ErrNotFound)
		}
		c, err := decide(f.state)
		if err != nil {
			return false, err
		}
		if res, err = t.record(f, stamp{g.Request, g.Now}, c); err != nil {
			return false, notRecorded(err)
		}
		return len(res.Entries) > 0, nil
	}})
	return answer(res, err)
}

func answer(res incident.Result, err error) (incident.Result, error) {
	if err != nil {
		return incident.Result{}, err
	}
	return res, nil
}

func notRecordedUnless(err, known error) error {
	if errors.Is(err, known) {
		return err
	}
	return notRecorded(err)
}

// stamp is what all entries of one command share.
type stamp struct {
	request string
	now     time.Time
}

// answered gives the first answer to a request key that was seen before.
func (t *tx) answered(key string) (incident.Result, bool, error) {
	if key == "" {
		return incident.Result{}, false, nil
	}
	var res incident.Result
	var at int64
	var outcome []byte
	err := t.row("SELECT incident, seq, at_us, outcome FROM request WHERE key = ?", key).Scan(&res.Incident, &res.Seq, &at, &outcome)
	if errors.Is(err, sql.ErrNoRows) {
		return incident.Result{}, false, nil
	}
	if err != nil {
		return incident.Result{}, false, notRecorded(fmt.Errorf("look up request: %w", err))
	}
	if err := json.Unmarshal(outcome, &res.Outcome); err != nil {
		return incident.Result{}, false, notRecorded(fmt.Errorf("read first answer: %w", err))
	}
	f, err := t.load(res.Incident)
	if err != nil {
		return incident.Result{}, false, notRecorded(err)
	}
	res.At, res.State, res.Duplicate = fromMicros(at), f.state, true
	return res, true, nil
}

// nextID counts on inside the transaction. A counter that fell behind the
// record is moved past it.
func (t *tx) nextID(drill bool) (string, error) {
	kind := "IR"
	if drill {
		kind = "DR"
	}
	for {
		var n int64
		err := t.row("INSERT INTO counter (kind, n) VALUES (?, 1) ON CONFLICT (kind) DO UPDATE SET n = n + 1 RETURNING n", kind).Scan(&n)
		if err != nil {
			return "", fmt.Errorf("count %s: %w", kind, err)
		}
		id := fmt.Sprintf("%s-%d", kind, n)
		pos, err := headOf(background(), t.conn, id)
		if err != nil {
			return "", err
		}
		if pos.Seq == 0 {
			return id, nil
		}
	}
}

// load gives the state inside the transaction.
func (t *tx) load(id string) (*folded, error) {
	for _, m := range []map[string]*folded{t.staged, t.batch} {
		if f := m[id]; f != nil {
			return f, nil
		}
	}
	if f := t.store.cache.get(id); f != nil {
		return f, nil
	}
	f, err := foldFrom(background(), t.conn, newFolded(id))
	if err != nil {
		return nil, err
	}
	if f.pos.Seq == 0 && id != timeline.SiteLog {
		return nil, incident.ErrNotFound
	}
	t.store.cache.put(f)
	return f, nil
}

// record seals and stores a change on top of f and stages the new state.
func (t *tx) record(f *folded, st stamp, c incident.Change) (incident.Result, error) {
	res := incident.Result{Incident: f.state.ID, State: f.state, Outcome: c.Outcome, Seq: c.Outcome.Seq}
	if len(c.Entries) == 0 {
		if len(c.Blobs) > 0 {
			return res, errors.New("kept files without an entry that names them")
		}
		return res, t.oldMoment(&res)
	}
	if st.now.IsZero() {
		return res, errors.New("no clock reading")
	}
	next := f.follow()
	entries, err := seal(next, st, c.Entries)
	if err != nil {
		return res, err
	}
	if c.Then != nil {
		more, err := seal(next, st, c.Then(next.state))
		if err != nil {
			return res, err
		}
		entries = append(entries, more...)
	}
	if c.Ahead != nil {
		c.Ahead(next.state, entries)
	}
	for i := range entries {
		if err := t.insert(&entries[i]); err != nil {
			return res, err
		}
	}
	for _, b := range c.Blobs {
		if err := t.keep(b); err != nil {
			return res, err
		}
	}
	for i := range entries {
		if err := t.eraseFile(&entries[i]); err != nil {
			return res, err
		}
	}
	next.settle()
	if err := t.operate(f, next, &res); err != nil {
		return res, err
	}
	res.State, res.Entries = next.state, entries
	if err := t.remember(&res, st.request); err != nil {
		return res, err
	}
	t.staged[next.state.ID] = next
	return res, nil
}

// oldMoment fills in when an earlier entry, named by the outcome, was recorded.
func (t *tx) oldMoment(res *incident.Result) error {
	if res.Seq == 0 {
		return nil
	}
	var at int64
	err := t.row("SELECT recorded_us FROM entry WHERE incident = ? AND seq = ?", res.Incident, res.Seq).Scan(&at)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	res.At = fromMicros(at)
	return err
}

// seal chains the drafts on f and folds each into its state.
func seal(f *folded, st stamp, drafts []timeline.Draft) ([]timeline.Entry, error) {
	entries := make([]timeline.Entry, 0, len(drafts))
	for _, d := range drafts {
		at := timeline.SealAt{Incident: f.state.ID, Prev: f.pos, Now: st.now, Request: st.request}
		if len(d.Text) > 0 {
			at.Salt = make([]byte, timeline.SaltSize)
			if _, err := rand.Read(at.Salt); err != nil {
				return nil, fmt.Errorf("draw salt: %w", err)
			}
		}
		e, err := timeline.Seal(d, at)
		if err != nil {
			return nil, err
		}
		f.apply(&e)
		entries = append(entries, e)
	}
	return entries, nil
}

func (t *tx) insert(e *timeline.Entry) error {
	var digest any
	if e.TextDigest != "" {
		digest = e.TextDigest
	}
	res, err := t.conn.ExecContext(background(), "INSERT INTO entry (incident, seq, envelope, text_digest, entry_hash, head, recorded_us, kind) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
		e.Incident, e.Seq, e.Envelope, digest, e.EntryHash[:], e.Head[:], e.RecordedAt.UnixMicro(), string(e.Kind))
	if err != nil {
		return fmt.Errorf("append entry %d: %w", e.Seq, err)
	}
	if len(e.TextBytes) > 0 {
		if err := t.exec("INSERT INTO text (n, incident, seq, salt, fields) VALUES (last_insert_rowid(), ?, ?, ?, ?)", e.Incident, e.Seq, e.Salt, e.TextBytes); err != nil {
			return fmt.Errorf("keep text of entry %d: %w", e.Seq, err)
		}
		t.store.fresh.put(e)
	}
	if e.Kind == incident.KindErased {
		if err := t.erase(e); err != nil {
			return err
		}
	}
	n, err := res.LastInsertId()
	if err != nil {
		return fmt.Errorf("number entry %d: %w", e.Seq, err)
	}
	return t.index(n)
}

// erase empties the text an erasure names, in the same transaction.
func (t *tx) erase(e *timeline.Entry) error {
	seq := erases(e)
	if seq < 1 || seq >= e.Seq {
		return fmt.Errorf("erase text: facts.erases %d is no earlier entry", seq)
	}
	if err := t.unindex(e.Incident, seq); err != nil {
		return err
	}
	if err := t.exec("UPDATE text SET salt = NULL, fields = NULL WHERE n = (SELECT n FROM entry WHERE incident = ? AND seq = ?)", e.Incident, seq); err != nil {
		return fmt.Errorf("erase text of entry %d: %w", seq, err)
	}
	t.erased = true
	return nil
}

// erases reads which text an erasure empties; 0 where it names none.
func erases(e *timeline.Entry) int64 {
	var facts struct {
		Erases int64 `json:"erases"`
	}
	_ = json.Unmarshal(e.Facts, &facts) // what does not fit names nothing
	return facts.Erases
}

func (t *tx) keep(b incident.Blob) error {
	sum := sha256.Sum256(b.Data)
	if hex.EncodeToString(sum[:]) != b.Hash {
		return fmt.Errorf("keep file %.64s: its bytes have another SHA-256", b.Hash)
	}
	var old []byte
	err := t.row("SELECT data FROM blob WHERE hash = ?", b.Hash).Scan(&old)
	if err == nil {
		if !bytes.Equal(old, b.Data) {
			return fmt.Errorf("keep file %s: the kept copy is damaged", b.Hash)
		}
		return nil
	}
	if !errors.Is(err, sql.ErrNoRows) {
		return fmt.Errorf("look up file: %w", err)
	}
	data := b.Data
	if data == nil {
		data = []byte{}
	}
	if err := t.exec("INSERT INTO blob (hash, size, data) VALUES (?, ?, ?)", b.Hash, len(data), data); err != nil {
		return fmt.Errorf("keep file %s: %w", b.Hash, err)
	}
	return nil
}

// remember stores the first answer under the request key.
func (t *tx) remember(res *incident.Result, key string) error {
	first := res.Entries[0].Seq
	if res.Seq == 0 {
		res.Seq = first
	}
	res.At = res.Entries[0].RecordedAt
	if res.Seq < first {
		if err := t.oldMoment(res); err != nil {
			return fmt.Errorf("look up entry %d: %w", res.Seq, err)
		}
	}
	if key == "" {
		return nil
	}
	outcome, err := json.Marshal(res.Outcome)
	if err != nil {
		return fmt.Errorf("write first answer: %w", err)
	}
	err = t.exec("INSERT INTO request (key, incident, seq, at_us, outcome) VALUES (?, ?, ?, ?, ?)",
		key, res.Incident, res.Seq, micros(res.At), outcome)
	if err != nil {
		return fmt.Errorf("store request key: %w", err)
	}
	return nil
}
