package incident

import (
	"context"
	"errors"
	"fmt"
	"time"

	"irbot/internal/directory"
	"irbot/internal/escalation"
	"irbot/internal/notify"
	"irbot/internal/timeline"
)

// machineAct is irbot acting by itself; the request key makes it happen once.
func machineAct(request string) Act {
	return Act{Person: timeline.System, Surface: "machine", Request: request}
}

// Fire lets an alarm go off. An alarm that was disarmed meanwhile does nothing.
func (s *Service) Fire(ctx context.Context, t escalation.Timer) error {
	_, err := s.Do(ctx, machineAct(""), t.Incident, fire{t.ID})
	if err != nil {
		return fmt.Errorf("fire %s: %w", t.ID, err)
	}
	return nil
}

// Begun is a message that is marked as being sent.
type Begun struct {
	Envelope notify.Envelope
	View     *View // the incident as it stood at that moment
}

// Begin marks due messages of one incident as being sent, in one commit, and
// gives what is to be sent. A message that is no longer wanted or may not leave
// is left out. The error is set where none could be marked.
func (s *Service) Begin(ctx context.Context, id string, messages ...string) ([]Begun, error) {
	res, err := s.Do(ctx, machineAct(""), id, attempts{messages})
	if err != nil || len(res.Entries) == 0 {
		return nil, err
	}
	// The marks are committed: the end of ctx must not leave a message half begun,
	// for after a restart that looks like a sending that was cut.
	ctx = context.WithoutCancel(ctx)
	return s.begun(ctx, id, messages, s.compose(ctx, res.State, res.Entries, messages))
}

// composed are messages put together, and those that could not be.
type composed struct {
	ready  []Begun
	failed []Begun // View is nil
	causes []error // of those, in their order
	err    error   // the words could not be read: nothing was put together
}

// compose puts together what is marked as being sent in a state that the given
// entries led to. It only reads.
func (s *Service) compose(ctx context.Context, st *Incident, entries []timeline.Entry, messages []string) (out composed) {
	v, err := s.viewAfter(ctx, st, entries)
	if err != nil {
		return composed{err: err}
	}
	for _, msg := range messages {
		m := v.S.Message(msg)
		if m == nil || m.State != Sending {
			continue
		}
		env, err := v.envelope(m)
		if err == nil {
			env.Files, err = s.filesOf(ctx, v, m)
		}
		if err != nil {
			out.failed, out.causes = append(out.failed, Begun{Envelope: env}), append(out.causes, err)
			continue
		}
		out.ready = append(out.ready, Begun{Envelope: env, View: v})
	}
	return out
}

// begun gives what is to be sent once the marks are committed. What could not be
// put together fails; where the words could not be read at all, every mark is
// taken back.
func (s *Service) begun(ctx context.Context, id string, messages []string, x composed) ([]Begun, error) {
	if x.err != nil {
		return nil, errors.Join(x.err, s.unsent(ctx, id, messages, x.err))
	}
	for i, b := range x.failed {
		out := notify.Outcome{Class: notify.Permanent, Err: x.causes[i].Error(), At: s.Now()}
		if err := s.Settle(ctx, b.Envelope, out); err != nil {
			s.p.Logger.Error("settle message", "id", b.Envelope.ID, "err", err)
		}
	}
	return x.ready, nil
}

// unsent takes the marks back: nothing was tried.
func (s *Service) unsent(ctx context.Context, id string, messages []string, cause error) error {
	var errs []error
	back := notify.Outcome{Class: notify.Temporary, NotTried: true, Err: cause.Error(), At: s.Now()}
	for _, msg := range messages {
		errs = append(errs, s.Settle(ctx, notify.Envelope{ID: msg, Incident: id}, back))
	}
	return errors.Join(errs...)
}

// ErrVoid says that what would leave is not what was approved.
var ErrVoid = errors.New("the text is not the one that was approved")

// errNoCourier is why a mark was taken back at the end of the program.
var errNoCourier = errors.New("sending has stopped")

// errNoAnnounce says that the channel for announcements was taken out of the
// configuration after the incident was declared.
var errNoAnnounce = errors.New("no channel for announcements is configured any more")

// envelope puts together what leaves. A notice leaves word for word as it was
// approved, or not at all.
func (v *View) envelope(m *Message) (notify.Envelope, error) {
	means := notify.Means(m.Means[m.Index])
	env := notify.Envelope{
		ID: m.ID, Incident: v.S.ID, Drill: v.S.Drill, Kind: m.Kind, Means: means,
		Card: m.Card, Try: m.Try, Repeat: m.Repeat, At: m.Asked,
	}
	switch m.Kind {
	case "notice":
		n := v.S.Notice(m.Notice)
		if n == nil || n.Approver == "" {
			return env, ErrVoid
		}
		t := v.Text(n.Seq)
		if NoticeDigest(t, n.Means, n.TLP) != n.Digest {
			return env, ErrVoid
		}
		env.Subject, env.Body, env.TLP = t["subject"], t["body"], n.TLP
		env.To, env.ToName = t["to_"+string(means)], t["dest_name"]
		if x, ok := v.Site.Directory.Destination(m.Dest); ok {
			env.Charset = charsetOf(x.Reach, means, env.To)
		}
		if v.S.Drill {
			env.To, env.Means = DrillRecipient, notify.Drill
		}
	case "post", "open":
		env.To = v.S.Channels[string(means)]
		if m.announced() {
			env.To = v.Site.Announce[string(means)]
			if env.To == "" {
				return env, errNoAnnounce
			}
		}
	default:
		p, _ := v.Site.Directory.Person(m.Person)
		env.ToName = p.Name
		for _, a := range p.Reach {
			if a.Means == means {
				env.To, env.Charset = a.To, a.Charset
				break
			}
		}
		if means == notify.Slack && p.Slack != "" {
			env.To = p.Slack
		}
	}
	return env, nil
}

// charsetOf is what the reader of an address asked for.
func charsetOf(list []directory.Address, means notify.Means, to string) string {
	for _, a := range list {
		if a.Means == means && a.To == to {
			return a.Charset
		}
	}
	return ""
}

// Recover settles messages that were being sent when the process ended: pages
// go out again, marked as a possible repeat; notices become unconfirmed.
func (s *Service) Recover(ctx context.Context, rows []Row) error {
	for _, r := range rows {
		if _, err := s.Do(ctx, machineAct(""), r.Incident, interrupted{r.ID}); err != nil {
			return fmt.Errorf("recover %s: %w", r.ID, err)
		}
	}
	return nil
}

// Surface records on the given incidents that a chat surface is away or back.
func (s *Service) Surface(ctx context.Context, ids []string, name string, back bool, at time.Time) error {
	var errs []error
	for _, id := range ids {
		if _, err := s.Do(ctx, machineAct(""), id, surface{name: name, back: back, at: at}); err != nil {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}

// Stepped records on the given incidents that the wall clock jumped.
func (s *Service) Stepped(ctx context.Context, ids []string, by time.Duration) error {
	var errs []error
	for _, id := range ids {
		if _, err := s.Do(ctx, machineAct(""), id, stepped{by}); err != nil {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}

// SiteEntry records something that belongs to no incident, such as a sign-in.
func (s *Service) SiteEntry(ctx context.Context, act Act, kind timeline.Kind, facts any, text timeline.Text) error {
	now, site := s.Now(), s.Site()
	res, err := s.p.Log.Update(ctx, Target{Incident: timeline.SiteLog, Request: act.Request, Now: now}, func(in *Incident) (Change, error) {
		c := &call{s: in, site: site, act: act, now: now, text: none, book: s.book}
		d := c.draft(kind, facts)
		for k, v := range text {
			if d.Text == nil {
				d.Text = timeline.Text{}
			}
			d.Text[k] = v
		}
		return one(d), nil
	})
	if err != nil {
		return err
	}
	s.done(ctx, res, nil)
	return nil
}
