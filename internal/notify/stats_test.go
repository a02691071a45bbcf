package notify

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestStatsTellWhoIsUnreachableSinceWhen(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var down atomic.Bool
		down.Store(true)
		out := &sender{}
		out.reply = func(context.Context, Envelope) error {
			if down.Load() {
				return &Failure{Class: Temporary, Down: true, Err: errors.New("connection refused")}
			}
			return nil
		}
		s := &store{}
		s.add(letter("page", Mail, KindPage))
		var changes []Reach
		d := newDispatcher(s, map[Means]Sender{Mail: out, SMS: &sender{}})
		d.Changed = func(m MeansState) { changes = append(changes, m.Reach) }
		ctx, stop := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() { ended <- d.Run(ctx) }()
		began := time.Now()
		time.Sleep(time.Minute)
		st := d.Stats().Means
		if len(st) != 2 || st[0].Means != Mail || st[0].Reach != Down || !st[0].Since.Equal(began) || st[0].LastErr != "connection refused" {
			t.Fatalf("states = %+v", st)
		}
		if st[1].Reach != Untried {
			t.Errorf("sms = %+v", st[1])
		}
		jst := time.FixedZone("JST", 9*3600)
		if diff := cmp.Diff("メールサーバーにつながりません("+began.In(jst).Format("15:04")+"から)", st[0].Say("ja", jst)); diff != "" {
			t.Error(diff)
		}
		if diff := cmp.Diff("The mail server is unreachable since "+began.In(jst).Format("15:04")+".", st[0].Say("en", jst)); diff != "" {
			t.Error(diff)
		}
		down.Store(false)
		time.Sleep(2 * time.Minute)
		if got := d.Stats().Means[0]; got.Reach != Up || got.LastOK.IsZero() {
			t.Errorf("after recovery: %+v", got)
		}
		stop()
		<-ended
		if diff := cmp.Diff([]Reach{Down, Up}, changes); diff != "" {
			t.Error(diff)
		}
	})
}

func TestHealth(t *testing.T) {
	base := time.Date(2026, 7, 4, 8, 5, 0, 0, time.UTC)
	fail := func(c Class) Outcome { return Outcome{Class: c, Err: "x"} }
	type step struct {
		o    Outcome
		down bool
	}
	tests := []struct {
		name  string
		steps []step
		want  Reach
	}{
		{"greylisting answers", []step{{fail(Temporary), false}}, Up},
		{"a wrong address says nothing", []step{{fail(Permanent), false}}, ""},
		{"refused connection", []step{{fail(Temporary), true}}, Down},
		{"one doubt is not an outage", []step{{fail(Unknown), false}}, ""},
		{"three doubts are", []step{{fail(Unknown), false}, {fail(Unknown), false}, {fail(Unknown), false}}, Down},
		{"and it comes back", []step{{fail(Temporary), true}, {Outcome{}, false}}, Up},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var h health
			for i, s := range tt.steps {
				s.o.At = base.Add(time.Duration(i) * time.Minute)
				h.note(s.o, s.down)
			}
			if h.reach != tt.want {
				t.Errorf("reach = %q, want %q", h.reach, tt.want)
			}
			if tt.want == Down && !h.since.Equal(base) {
				t.Errorf("since = %v, want the first failure", h.since)
			}
		})
	}
}

func TestBackoff(t *testing.T) {
	for try := -1; try < 2000; try++ {
		got := Backoff("IR-12/n17/watanabe", try)
		if got != Backoff("IR-12/n17/watanabe", try) {
			t.Fatalf("try %d: not the same twice", try)
		}
		full := backoffStep(try)
		if got > full || got <= full*3/4-1 || got > 5*time.Minute {
			t.Fatalf("try %d: %v out of bounds of %v", try, got, full)
		}
	}
	// Greylisting: within the first quarter of an hour no gap is longer than a minute.
	var passed time.Duration
	try := 1
	for ; passed < 10*time.Minute; try++ {
		w := Backoff("x", try)
		if w > time.Minute {
			t.Errorf("try %d after %v waits %v", try, passed, w)
		}
		passed += w
	}
	differ := 0
	for i := range 20 {
		if Backoff(fmt.Sprint(i), 5) != Backoff(fmt.Sprint(i+1), 5) {
			differ++
		}
	}
	if differ < 15 {
		t.Errorf("only %d of 20 neighbours differ", differ)
	}
}

func TestWaitsAskedForAreBounded(t *testing.T) {
	for asked, want := range map[time.Duration]time.Duration{
		30 * time.Second:     30 * time.Second,
		time.Nanosecond:      time.Second,
		365 * 24 * time.Hour: time.Hour,
	} {
		o := outcomeOf(Envelope{ID: "a", Try: 1}, Receipt{}, &Failure{Class: Temporary, RetryAfter: asked, Err: errors.New("x")}, time.Time{})
		if o.RetryAfter != want {
			t.Errorf("asked %v: wait %v, want %v", asked, o.RetryAfter, want)
		}
	}
}

func TestSecretIsMasked(t *testing.T) {
	s := Secret("hunter2")
	js, err := json.Marshal(map[string]Secret{"password": s})
	if err != nil {
		t.Fatal(err)
	}
	for _, got := range []string{fmt.Sprint(s), fmt.Sprintf("%#v", s), fmt.Sprintf("%+v", struct{ P Secret }{s}), fmt.Sprintf("%q", s), string(js), s.LogValue().String()} {
		if got == "" || strings.Contains(got, "hunter2") {
			t.Errorf("%s shows the secret", got)
		}
	}
}
