package notify

import (
	"context"
	"slices"
	"testing"
	"testing/synctest"
	"time"
)

// take marks rows as the act's own commit does, and hands them over.
func (s *store) take(d *Dispatcher, es ...Envelope) bool {
	s.mu.Lock()
	for _, e := range es {
		s.rows = append(s.rows, &row{e: e, due: time.Now(), sending: true})
	}
	s.mu.Unlock()
	return d.Take(func(context.Context) []Envelope { return es })
}

func TestTakeSendsAtOnceAndSettles(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		out, s := &sender{}, &store{}
		d := newDispatcher(s, map[Means]Sender{Mail: out})
		if d.Room(Mail) != 0 || d.Take(func(context.Context) []Envelope { t.Error("begun before Run"); return nil }) {
			t.Error("takes before it runs")
		}
		ctx, stop := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() { ended <- d.Run(ctx) }()
		time.Sleep(300 * time.Millisecond)
		if d.Room(Mail) != defaultWorkers {
			t.Errorf("room for %d", d.Room(Mail))
		}
		began := time.Now()
		if !s.take(d, letter("a", Mail, KindPage), letter("b", Mail, KindPage)) {
			t.Fatal("not taken")
		}
		synctest.Wait()
		if got := out.seen(); len(got) != 2 || !out.at["a"].Equal(began) {
			t.Errorf("sent %v", got)
		}
		if o, ok := s.outcome("a"); !ok || !o.Accepted() {
			t.Errorf("a: %+v", o)
		}
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
		if d.Room(Mail) != 0 || s.take(d, letter("late", Mail, KindPage)) {
			t.Error("takes after the end")
		}
		if slices.Contains(out.seen(), "late") {
			t.Error("sent after the end")
		}
	})
}

// TestRoomCountsWhatIsUnderWay: hanging sends and what waits leave no room, so
// that nothing is marked as being sent that would only wait.
func TestRoomCountsWhatIsUnderWay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		out, s := &sender{reply: hang}, &store{}
		d := newDispatcher(s, map[Means]Sender{Mail: out, SMS: out})
		ctx, stop := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() { ended <- d.Run(ctx) }()
		synctest.Wait()
		for i, id := range []string{"a", "b", "c", "d", "e"} {
			if d.Holds(id) {
				t.Errorf("%s is held before it was taken", id)
			}
			if want := max(0, defaultWorkers-i); d.Room(Mail) != want {
				t.Errorf("before %s room for %d, want %d", id, d.Room(Mail), want)
			}
			s.take(d, letter(id, Mail, KindPage))
			synctest.Wait()
			if !d.Holds(id) { // the last one waits, the others hang
				t.Errorf("%s is not held", id)
			}
		}
		if d.Room(SMS) != defaultWorkers {
			t.Error("mail takes the room of SMS")
		}
		stop()
		<-ended
		if d.Holds("a") {
			t.Error("a is held after the end")
		}
	})
}

// TestTakeWhileStopping: the words are still being put together when the stop
// comes. The stop waits, and gives back what was not begun as not tried.
func TestTakeWhileStopping(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		out, s := &sender{}, &store{}
		d := newDispatcher(s, map[Means]Sender{Mail: out})
		ctx, stop := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() { ended <- d.Run(ctx) }()
		synctest.Wait()
		e := letter("a", Mail, KindPage)
		s.mu.Lock()
		s.rows = append(s.rows, &row{e: e, due: time.Now(), sending: true})
		s.mu.Unlock()
		d.Take(func(context.Context) []Envelope {
			time.Sleep(2 * time.Second)
			return []Envelope{e}
		})
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
		if o, ok := s.outcome("a"); !ok || !o.NotTried || len(out.seen()) != 0 {
			t.Errorf("a: %+v, sent %v", o, out.seen())
		}
	})
}
