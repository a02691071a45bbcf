package incident

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// ErrEarly is returned for a report on a message whose sending has not been
// recorded yet: it is to be told again in a moment.
var ErrEarly = errors.New("the message is still being sent")

// DeliveryReport is what a carrier tells about a message it accepted.
type DeliveryReport struct {
	Message string // id of the envelope, IR-12/n17/watanabe
	Means   string // by which it was carried
	As      string // ReportedDelivered, ReportedRead, ReportedFailed
	Note    string // the carrier's own words: status, error code
}

// Reported records what a carrier tells. A report that was told before changes
// nothing. ErrNotFound where no such message was ever given to that means,
// ErrEarly where its sending is not recorded yet.
func (s *Service) Reported(ctx context.Context, r DeliveryReport) error {
	if r.As != ReportedDelivered && r.As != ReportedRead && r.As != ReportedFailed {
		return fmt.Errorf("report on %s as %q: %w", r.Message, r.As, ErrNotFound)
	}
	id, _, _ := strings.Cut(r.Message, "/")
	cmd := &carrierReport{report: r}
	if _, err := s.Do(ctx, machineAct(""), id, cmd); err != nil {
		return fmt.Errorf("report on %s: %w", r.Message, err)
	}
	if cmd.err != nil {
		return fmt.Errorf("report on %s: %w", r.Message, cmd.err)
	}
	return nil
}

// carrierReport is the word of a carrier. What it cannot say stands in err: it
// is no refusal of a person's act, so it is not recorded.
type carrierReport struct {
	report DeliveryReport
	err    error
}

func (*carrierReport) Name() string { return "message.report" }
func (*carrierReport) class() Class { return MayMachine }

func (x *carrierReport) decide(c *call) (Change, error) {
	r, m := x.report, c.s.Message(x.report.Message)
	x.err = nil
	switch {
	case m == nil || !m.triedBy(r.Means):
		x.err = ErrNotFound
		return Change{}, nil
	case m.State == Sending && m.Means[m.Index] == r.Means:
		x.err = ErrEarly
		return Change{}, nil
	case contains(m.Heard, heard(r.Means, r.As)):
		return Change{}, nil
	}
	f := msgFacts{Msg: m.ID, Means: r.Means, As: r.As}
	if r.As == ReportedFailed && m.awaits(r.Means) {
		f.Dial, f.Ask = c.dialAfter(m)
	}
	key := "note"
	if r.As == ReportedFailed {
		key = "error"
	}
	return one(c.machine(KindMsgReported, f, key, Clean(r.Note))), nil
}

func heard(means, as string) string { return means + ":" + as }

// triedBy tells that the message was handed to a means at least once.
func (m *Message) triedBy(means string) bool {
	i := slices.Index(m.Means, means)
	return i >= 0 && (i < m.Index || i == m.Index && m.Try > 0)
}

// awaits tells that a failure reported by this means is news: the message was
// accepted there and nobody has said that it arrived.
func (m *Message) awaits(means string) bool {
	return m.Means[m.Index] == means && (m.State == Accepted || m.State == Unconfirmed || m.State == Queued && m.Repeat)
}
