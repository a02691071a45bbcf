package incident

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"sync"
	"sync/atomic"
	"time"

	"irbot/internal/runbook"
	"irbot/internal/timeline"
)

// Parts are what a Service is made of.
type Parts struct {
	Log    Log
	Reader Reader
	Blob   func(ctx context.Context, hash string) ([]byte, error)
	Sign   func(ctx context.Context, s *Incident) error                       // makes and keeps a checkpoint of the committed head
	Read   func(file string, data []byte) (*runbook.Runbook, error)           // how a pinned runbook is read
	Render func(ctx context.Context, format string, l Letter) ([]byte, error) // makes pdf and xlsx of a notice; nil: none are made
	Site   *Site
	Logger *slog.Logger
	Wall   func() time.Time // the only clock; nil is time.Now
	// Courier takes pages straight from the commit that queued them; nil: the
	// outbox loop finds them.
	Courier *Courier
}

// Service carries out commands: one call is one transaction. It answers
// "recorded" only after the commit.
type Service struct {
	p     Parts
	site  atomic.Pointer[Site]
	wall  func() time.Time
	mu    sync.Mutex
	books map[string]*runbook.Runbook
	subs  map[chan Event]struct{}

	settles settles
}

// Event says that an incident changed.
type Event struct {
	Incident string
	Seq      int64
	Kinds    []timeline.Kind
	Timers   bool // alarms were armed or disarmed
	Outbox   bool // messages wait to leave that did not before, or from another time on
}

// NewService puts a service together.
func NewService(p Parts) *Service {
	s := &Service{p: p, wall: p.Wall, books: map[string]*runbook.Runbook{}, subs: map[chan Event]struct{}{}}
	if s.wall == nil {
		s.wall = time.Now
	}
	if s.p.Logger == nil {
		s.p.Logger = slog.New(slog.DiscardHandler)
	}
	s.site.Store(p.Site)
	return s
}

// Site is the present configuration as the rules see it.
func (s *Service) Site() *Site { return s.site.Load() }

// SetSite swaps the configuration; commands under way keep the old one.
func (s *Service) SetSite(x *Site) { s.site.Store(x) }

// Now is the service's clock, in UTC.
func (s *Service) Now() time.Time { return s.wall().UTC().Truncate(time.Microsecond) }

// Open creates an incident from a Report or a Declare command. The error is a
// *Refusal where it is not allowed (recorded in the SITE log), or wraps
// ErrNotRecorded.
func (s *Service) Open(ctx context.Context, act Act, cmd Command) (Result, error) {
	o, ok := cmd.(interface {
		opens() bool
		drill() bool
	})
	if !ok {
		return Result{}, fmt.Errorf("open incident with %s: %w", cmd.Name(), errors.ErrUnsupported)
	}
	now, site := s.Now(), s.Site()
	var books []*runbook.Runbook
	var to first
	decide := func(id string) (Change, error) {
		c := &call{s: New(id), site: site, act: act, now: now, text: none, book: s.book}
		ch, err := c.decide(cmd)
		if err == nil {
			books = s.fresh(ch, site)
			ch.Then, ch.Ahead = s.early(c, cmd, &to), to.ahead(ctx, books)
		}
		return ch, err
	}
	opening := Opening{Drill: o.drill() || site.Demo, Request: act.Request, Now: now}
	res, err := s.p.Log.Create(ctx, opening, decide)
	var r *Refusal
	if unfit(err) {
		err = refuse("input.unfit")
	}
	if errors.As(err, &r) {
		r.Args = site.bothNames(r.Args)
		s.refuseAtSite(ctx, act, cmd, r)
		return res, err
	}
	if err != nil {
		return res, err
	}
	to.hand(ctx, res)
	s.done(ctx, res, books)
	return res, nil
}

func none(int64) timeline.Text { return timeline.Text{} }

func (s *Service) refuseAtSite(ctx context.Context, act Act, cmd Command, r *Refusal) {
	now, site := s.Now(), s.Site()
	_, err := s.p.Log.Update(ctx, Target{Incident: timeline.SiteLog, Now: now}, func(in *Incident) (Change, error) {
		c := &call{s: in, site: site, act: act, now: now, text: none, book: s.book}
		return one(c.refused(cmd, r)), nil
	})
	r.Recorded = err == nil
}

// fresh remembers the runbooks a change pins, so that they are read only once.
func (s *Service) fresh(ch Change, site *Site) []*runbook.Runbook {
	var out []*runbook.Runbook
	for _, d := range ch.Entries {
		hash := ""
		switch f := d.Facts.(type) {
		case runFacts:
			hash = f.Hash
		case adoptFacts:
			hash = f.Hash
		}
		if hash == "" {
			continue
		}
		for _, id := range site.Runbooks() {
			if b, ok := site.Runbook(id); ok && b.Hash == hash {
				out = append(out, b)
			}
		}
	}
	return out
}

// Do carries out a command on an incident. A refusal is recorded and returned
// as *Refusal; ErrNotFound and ErrNotRecorded say that nothing was recorded.
func (s *Service) Do(ctx context.Context, act Act, id string, cmd Command) (Result, error) {
	if _, ok := cmd.(standing); ok {
		id = timeline.SiteLog
	}
	now, site := s.Now(), s.Site()
	text, err := s.textsFor(ctx, id)
	if err != nil {
		return Result{}, err
	}
	var refusal *Refusal
	var books []*runbook.Runbook
	var to first
	target := Target{Incident: id, Request: act.Request, Now: now}
	res, err := s.p.Log.Update(ctx, target, func(in *Incident) (Change, error) {
		c := &call{s: in, site: site, act: act, now: now, text: text, book: s.book}
		ch, err := c.decide(cmd)
		if errors.As(err, &refusal) {
			ch = one(c.refused(cmd, refusal))
			ch.Outcome = Outcome{Code: refusal.Code, Args: site.bothNames(refusal.Args), Refused: true}
			return ch, nil
		}
		ch.Outcome.Args = site.bothNames(ch.Outcome.Args)
		books = s.fresh(ch, site)
		ch.Then, ch.Ahead = s.early(c, cmd, &to), to.ahead(ctx, books)
		return ch, err
	})
	if unfit(err) {
		return s.refuseUnfit(ctx, act, id, cmd, err)
	}
	if err != nil {
		return res, err
	}
	to.hand(ctx, res)
	s.done(ctx, res, books)
	if res.Outcome.Refused {
		return res, &Refusal{Code: res.Outcome.Code, Args: res.Outcome.Args, Recorded: true}
	}
	return res, nil
}

// unfit tells that what somebody asked for holds a value the record has no form
// for, such as an id with a blank or a year of five digits.
func unfit(err error) bool {
	return errors.Is(err, timeline.ErrFacts) || errors.Is(err, timeline.ErrTime)
}

// refuseUnfit keeps that somebody asked for it, and says no in words.
func (s *Service) refuseUnfit(ctx context.Context, act Act, id string, cmd Command, cause error) (Result, error) {
	r, now := refuse("input.unfit"), s.Now()
	act.At = time.Time{}
	res, err := s.p.Log.Update(ctx, Target{Incident: id, Request: act.Request, Now: now}, func(in *Incident) (Change, error) {
		c := &call{s: in, site: s.Site(), act: act, now: now, text: none, book: s.book}
		ch := one(c.refused(cmd, r))
		ch.Outcome = Outcome{Code: r.Code, Refused: true}
		return ch, nil
	})
	if err != nil {
		return res, errors.Join(cause, err)
	}
	s.done(ctx, res, nil)
	r.Recorded = true
	return res, r
}

// textsFor reads words lazily from what is committed.
func (s *Service) textsFor(ctx context.Context, id string) (func(int64) timeline.Text, error) {
	if id == timeline.SiteLog {
		return none, nil
	}
	if st, err := s.p.Reader.State(ctx, id); err != nil {
		return nil, err
	} else if err := s.load(ctx, st); err != nil {
		return nil, err
	}
	cache := map[int64]timeline.Text{}
	return func(seq int64) timeline.Text {
		if seq == 0 {
			return timeline.Text{}
		}
		if t, ok := cache[seq]; ok {
			return t
		}
		got, err := s.p.Reader.Texts(context.WithoutCancel(ctx), id, []int64{seq})
		if err != nil || got[seq] == nil {
			return timeline.Text{}
		}
		cache[seq] = got[seq]
		return got[seq]
	}, nil
}

// load reads the pinned runbooks of an incident into the cache.
func (s *Service) load(ctx context.Context, st *Incident) error {
	for _, r := range st.Runs {
		for _, hash := range r.hashes() {
			s.loadBook(ctx, st, r, hash)
		}
	}
	return nil
}

func (s *Service) loadBook(ctx context.Context, st *Incident, r *Run, hash string) {
	if s.book(hash) != nil || hash == "" || s.p.Blob == nil || s.p.Read == nil {
		return
	}
	data, err := s.p.Blob(ctx, hash)
	if err != nil {
		s.p.Logger.Warn("pinned runbook cannot be read", "incident", st.ID, "hash", hash, "err", err)
		return
	}
	b, err := s.p.Read(r.Runbook+".md", data)
	if err != nil {
		s.p.Logger.Warn("pinned runbook cannot be parsed", "incident", st.ID, "hash", hash, "err", err)
		return
	}
	s.keep([]*runbook.Runbook{b})
}

// hashes are the files a run follows and followed before.
func (r *Run) hashes() []string {
	out := []string{r.Hash}
	for _, v := range r.Versions {
		out = append(out, v.Hash)
	}
	return out
}

// booksOf are the pinned runbooks of a state that could be read, by hash.
func (s *Service) booksOf(st *Incident) map[string]*runbook.Runbook {
	books := map[string]*runbook.Runbook{}
	for _, r := range st.Runs {
		for _, hash := range r.hashes() {
			if b := s.book(hash); b != nil {
				books[hash] = b
			}
		}
	}
	return books
}

func (s *Service) book(hash string) *runbook.Runbook {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.books[hash]
}

func (s *Service) keep(books []*runbook.Runbook) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, b := range books {
		s.books[b.Hash] = b
	}
}

// View gives an incident with its words. It fails with ErrNotFound.
func (s *Service) View(ctx context.Context, id string) (*View, error) {
	st, err := s.p.Reader.State(ctx, id)
	if err != nil {
		return nil, err
	}
	return s.view(ctx, st)
}

// view puts the words to a committed state.
func (s *Service) view(ctx context.Context, st *Incident) (*View, error) {
	if err := s.load(ctx, st); err != nil {
		return nil, err
	}
	texts, err := s.p.Reader.Texts(ctx, st.ID, st.wordsFor(s.Site().Directory))
	if err != nil {
		return nil, fmt.Errorf("read texts of %s: %w", st.ID, err)
	}
	books := s.booksOf(st)
	return NewView(st, s.Site(), s.Now(), texts, books), nil
}

// viewAfter puts the words to a state that the given entries led to, whether or
// not they are committed by now.
func (s *Service) viewAfter(ctx context.Context, st *Incident, entries []timeline.Entry) (*View, error) {
	if err := s.load(ctx, st); err != nil {
		return nil, err
	}
	own := make(map[int64]*timeline.Entry, len(entries))
	for i := range entries {
		own[entries[i].Seq] = &entries[i]
	}
	var kept []int64
	words := map[int64]timeline.Text{}
	for _, seq := range st.wordsFor(s.Site().Directory) {
		if e := own[seq]; e == nil {
			kept = append(kept, seq)
		} else if len(e.TextBytes) > 0 {
			words[seq] = e.Fields()
		}
	}
	texts, err := s.p.Reader.Texts(ctx, st.ID, kept)
	if err != nil {
		return nil, fmt.Errorf("read texts of %s: %w", st.ID, err)
	}
	maps.Copy(texts, words)
	for _, seq := range st.Erased {
		delete(texts, seq) // the erasure may be in the transaction under way
	}
	v := NewView(st, s.Site(), s.Now(), texts, s.booksOf(st))
	if n := len(entries); n > 0 {
		v.Head = entries[n-1].Position()
	}
	return v, nil
}

// Entries gives the record of an incident, from..to; to 0 means the head.
func (s *Service) Entries(ctx context.Context, id string, from, to int64) ([]timeline.Entry, error) {
	return s.p.Reader.Entries(ctx, id, from, to)
}

// Words gives the texts of some entries; an erased one is absent. Pages that
// show many rows read theirs with it.
func (s *Service) Words(ctx context.Context, id string, seqs []int64) (map[int64]timeline.Text, error) {
	texts, err := s.p.Reader.Texts(ctx, id, seqs)
	if err != nil {
		return nil, fmt.Errorf("read texts of %s: %w", id, err)
	}
	return texts, nil
}

// done is what follows a commit: remember runbooks, sign a checkpoint where one
// is due, tell whoever watches.
func (s *Service) done(ctx context.Context, res Result, books []*runbook.Runbook) {
	s.keep(books)
	s.noteDuty(res.State)
	if len(res.Entries) == 0 {
		return
	}
	ev := Event{Incident: res.Incident, Seq: res.State.Seq, Timers: res.Timers, Outbox: res.Outbox}
	for i := range res.Entries {
		ev.Kinds = append(ev.Kinds, res.Entries[i].Kind)
		if s.p.Sign != nil && signed(res.Entries[i].Kind) {
			if err := s.p.Sign(context.WithoutCancel(ctx), res.State); err != nil {
				s.p.Logger.Error("sign checkpoint", "incident", res.Incident, "err", err)
			}
		}
	}
	s.tell(ev)
}

// signed are the entries after which a checkpoint is made (ARCHITECTURE 3).
func signed(k timeline.Kind) bool {
	return k == KindDeclared || k == KindPhaseEnd || k == KindClosed || k == KindExported
}

// Subscribe gives the stream of changes. A slow reader misses events, never
// blocks anybody: after a gap it reads the state afresh.
func (s *Service) Subscribe() (<-chan Event, func()) {
	ch := make(chan Event, 64)
	s.mu.Lock()
	s.subs[ch] = struct{}{}
	s.mu.Unlock()
	return ch, func() {
		s.mu.Lock()
		delete(s.subs, ch)
		s.mu.Unlock()
	}
}

func (s *Service) tell(ev Event) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for ch := range s.subs {
		select {
		case ch <- ev:
		default:
		}
	}
}
