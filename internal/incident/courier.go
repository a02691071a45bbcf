package incident

import (
	"context"

	"irbot/internal/notify"
	"irbot/internal/runbook"
	"irbot/internal/timeline"
)

// Courier lets a page leave straight after the commit that queued it. Where a
// worker is free, the mark that it is being sent stands in that same commit, so
// that no second one has to be waited for. What a page is promised stays as it
// was: it is marked before it is tried; a crash between the two makes the next
// start send it, marked as a possible repeat, under the same Message-ID. Notices
// never go this way: whether one was tried must not be in doubt.
type Courier struct {
	// Room tells how many more pages can start now by a means; 0 where nothing is
	// sent. It is asked inside a transaction and must not block.
	Room func(m notify.Means) int
	// May tells that the message with this id may leave by itself; false leaves it
	// to the outbox, which joins what is too much for one person. nil: always. It
	// is asked inside a transaction and must not block.
	May func(id string, m notify.Means) bool
	// Take gets the work of sending what was marked: it calls begin and sends what
	// that gives. False: it cannot, and has not called begin. It must not block.
	Take func(begin func(context.Context) []Begun) bool
	// Write puts the words into an envelope. It is called beside the commit that
	// marks the page, only reads, and may leave them out: then Take's side writes
	// them. nil: always there.
	Write func(ctx context.Context, v *View, env *notify.Envelope)
}

// first is what a Service gives to a courier out of one change.
type first struct {
	s    *Service
	ids  []string
	made chan composed // what is put together while the marks are committed
}

// marksEarly excepts the claim of the outbox, which has its own marks, and marks
// that are taken back: marked again in the same commit they would go round for ever.
func marksEarly(cmd Command) bool {
	switch x := cmd.(type) {
	case attempts:
		return false
	case outcome:
		return !x.out.NotTried
	}
	return true
}

// early gives what marks the pages of this change as being sent, for as long as
// there is room.
func (s *Service) early(c *call, cmd Command, to *first) func(*Incident) []timeline.Draft {
	to.s, to.ids, to.made = s, nil, nil
	if s.p.Courier == nil || !marksEarly(cmd) {
		return nil
	}
	return func(st *Incident) []timeline.Draft {
		room := map[notify.Means]int{}
		var out []timeline.Draft
		for _, m := range st.Messages {
			if m.State != Queued || rank(m.Kind) != 0 || m.Next.After(c.now) {
				continue
			}
			means := notify.Means(m.Means[m.Index])
			if _, asked := room[means]; !asked {
				room[means] = s.p.Courier.Room(means)
			}
			if room[means]--; room[means] < 0 {
				continue
			}
			if s.p.Courier.May != nil && !s.p.Courier.May(m.ID, means) {
				continue
			}
			out = append(out, c.machine(KindMsgAttempted, msgFacts{Msg: m.ID, Means: m.Means[m.Index], Try: m.Try + 1, Repeat: m.Repeat}))
			to.ids = append(to.ids, m.ID)
		}
		return out
	}
}

// ahead gives what puts the marked pages together while the commit waits for the
// disk. They are looked at again only after it; a commit that fails drops them.
func (f *first) ahead(ctx context.Context, books []*runbook.Runbook) func(*Incident, []timeline.Entry) {
	ctx = context.WithoutCancel(ctx)
	return func(st *Incident, entries []timeline.Entry) {
		if len(f.ids) == 0 {
			return
		}
		s, ids, made := f.s, f.ids, make(chan composed, 1)
		f.made = made
		s.keep(books) // their files cannot be read before the commit
		go func() {
			x := s.compose(ctx, st, entries, ids)
			if s.p.Courier.Write != nil {
				for i := range x.ready {
					s.p.Courier.Write(ctx, x.ready[i].View, &x.ready[i].Envelope)
				}
			}
			made <- x
		}()
	}
}

// hand gives what was marked to the courier, after the commit.
func (f *first) hand(ctx context.Context, res Result) {
	if len(f.ids) == 0 {
		return
	}
	ctx = context.WithoutCancel(ctx)
	s, st, ids, made := f.s, res.State, f.ids, f.made
	if s.p.Courier.Take(func(context.Context) []Begun {
		var x composed
		if made != nil {
			x = <-made
		} else {
			x = s.compose(ctx, st, res.Entries, ids)
		}
		out, err := s.begun(ctx, st.ID, ids, x)
		if err != nil {
			s.p.Logger.Error("begin messages", "incident", st.ID, "err", err)
		}
		return out
	}) {
		return
	}
	// It stopped meanwhile: nothing was tried.
	if err := s.unsent(ctx, st.ID, ids, errNoCourier); err != nil {
		s.p.Logger.Error("take marks back", "incident", st.ID, "err", err)
	}
}
