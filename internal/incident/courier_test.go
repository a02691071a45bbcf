package incident_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"testing/synctest"

	"irbot/internal/incident"
	"irbot/internal/notify"
)

// slowLog lets a commit end only once wait returns, with its error.
type slowLog struct {
	*memLog
	wait func() error
}

func (l slowLog) Update(ctx context.Context, t incident.Target, decide func(*incident.Incident) (incident.Change, error)) (incident.Result, error) {
	res, err := l.memLog.Update(ctx, t, decide)
	if err == nil && len(res.Entries) > 0 {
		err = l.wait()
	}
	return res, err
}

// paging pages the commander of an open incident through a courier and gives
// what it was handed. wait is how the commit of the act ends; written tells that
// the page has its words.
func paging(t *testing.T, d *desk, wait func(written <-chan struct{}) error) (given []incident.Begun, takes int, err error) {
	t.Helper()
	written := make(chan struct{})
	courier := &incident.Courier{
		Room: func(notify.Means) int { return 4 },
		Write: func(_ context.Context, v *incident.View, env *notify.Envelope) {
			last := v.S.Escalations[len(v.S.Escalations)-1]
			if v.S.Message(env.ID).Esc == last.ID { // beside it stands the page of the declaration
				env.Body = v.Title() + "/" + v.Text(last.Seq)["reason"]
				close(written)
			}
		},
		Take: func(begin func(context.Context) []incident.Begun) bool {
			takes++
			given = slices.DeleteFunc(begin(t.Context()), func(b incident.Begun) bool { return b.Envelope.Body == "" })
			return true
		},
	}
	log := slowLog{d.log, func() error { return wait(written) }}
	svc := incident.NewService(incident.Parts{Log: log, Reader: log, Site: d.svc.Site(), Wall: d.svc.Now, Courier: courier})
	_, err = svc.Do(t.Context(), incident.Act{Person: "sato", Surface: "web"}, d.id, incident.Escalate{Role: "lead", Reason: "岸壁で煙"})
	return given, takes, err
}

// TestPageIsWrittenBesideTheCommit: the commit waits for the words of its page
// and gets them, and the page has the texts of its own transaction and the head
// that it leads to.
func TestPageIsWrittenBesideTheCommit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t)
		declareFor(t, d)
		given, _, err := paging(t, d, func(written <-chan struct{}) error {
			<-written // where nobody writes before the end of the commit, this waits for ever
			return nil
		})
		if err != nil || len(given) != 1 {
			t.Fatalf("%d handed over: %v", len(given), err)
		}
		b, log := given[0], d.log.logs[d.id]
		if want := log[0].Fields()["title"] + "/岸壁で煙"; b.Envelope.Body != want {
			t.Errorf("the page says %q, want %q", b.Envelope.Body, want)
		}
		if b.View.Head != log[len(log)-1].Position() || b.View.S.Message(b.Envelope.ID).State != incident.Sending {
			t.Errorf("head %v, want %v; message %+v", b.View.Head, log[len(log)-1].Position(), b.View.S.Message(b.Envelope.ID))
		}
	})
}

// TestPageOfAFailedCommitIsDropped: written, but never handed over.
func TestPageOfAFailedCommitIsDropped(t *testing.T) {
	d := newDesk(t)
	declareFor(t, d)
	_, takes, err := paging(t, d, func(written <-chan struct{}) error {
		<-written
		return incident.ErrNotRecorded
	})
	if !errors.Is(err, incident.ErrNotRecorded) || takes != 0 {
		t.Errorf("handed over %d times: %v", takes, err)
	}
}

// TestPageHoldsNoErasedWords: the words are read before the commit, which may
// hold the erasure; the reader here still gives what was erased.
func TestPageHoldsNoErasedWords(t *testing.T) {
	d := newDesk(t)
	declareFor(t, d)
	title := d.state().TitleSeq
	d.do("sato", incident.AskErasure{Entries: []int64{title}, Approver: "watanabe", Reason: "氏名"})
	d.do("watanabe", incident.ApproveErasure{Erasure: "X1"})
	if texts, err := d.log.Texts(t.Context(), d.id, []int64{title}); err != nil || texts[title]["title"] == "" || !slices.Contains(d.state().Erased, title) {
		t.Fatalf("the control does not hold: %v %v", texts, err)
	}
	given, _, err := paging(t, d, func(<-chan struct{}) error { return nil })
	if err != nil || len(given) != 1 || given[0].Envelope.Body != "/岸壁で煙" {
		t.Errorf("%v %+v", err, given)
	}
}

var _ incident.Log = slowLog{}
