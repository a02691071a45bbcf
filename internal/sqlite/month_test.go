package sqlite_test

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"slices"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"irbot/internal/directory"
	"irbot/internal/escalation"
	"irbot/internal/incident"
	"irbot/internal/notify"
	"irbot/internal/runbook"
	"irbot/internal/sqlite"
)

// The ladder of the month.
const (
	firstWait  = 10 * time.Minute
	secondWait = 15 * time.Minute
)

// month is thirty days on the real service and a real SQLite file, with a
// restart at every act and times when nothing runs.
type month struct {
	t     *testing.T
	dir   string
	shift time.Duration // from the bubble's clock to the days that are played
	site  *incident.Site
	store *sqlite.Store
	svc   *incident.Service
	stop  func()
	downs []span
	next  atomic.Int64 // when the store has something due; 0: ask it
}

type span struct{ from, until time.Time }

func (m *month) wall() time.Time { return time.Now().Add(m.shift) }

func (m *month) up() {
	m.t.Helper()
	var err error
	if m.store, err = sqlite.Open(context.Background(), sqlite.Options{Dir: m.dir, Wall: m.wall, Ballast: 4096}); err != nil {
		m.t.Fatal(err)
	}
	m.svc = incident.NewService(incident.Parts{Log: m.store, Reader: m.store, Site: m.site, Wall: m.wall})
	if err := m.svc.LoadDuty(context.Background()); err != nil {
		m.t.Fatal(err)
	}
	m.next.Store(0)
	run := &escalation.Runner{Due: m.due, Fire: m.fire, Wall: m.wall, Log: slog.New(slog.DiscardHandler)}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = run.Run(ctx)
	}()
	m.stop = func() {
		cancel()
		<-done
		if err := m.store.Close(); err != nil {
			m.t.Error(err)
		}
	}
}

// due spares the store two million looks that find nothing: it is asked again
// after every commit, and when the nearest timer is due.
func (m *month) due(ctx context.Context, now time.Time, limit int) ([]escalation.Timer, error) {
	if n := m.next.Load(); n != 0 && now.UnixMicro() < n {
		return nil, nil
	}
	m.next.Store(now.Add(24 * time.Hour).UnixMicro())
	if all, err := m.store.DueTimers(ctx, now.Add(24*time.Hour), 1); err != nil {
		return nil, err
	} else if len(all) > 0 {
		m.next.Store(all[0].Due.UnixMicro())
	}
	return m.store.DueTimers(ctx, now, limit)
}

func (m *month) fire(ctx context.Context, t escalation.Timer) error {
	defer m.next.Store(0)
	return m.svc.Fire(ctx, t)
}

func (m *month) restart(down time.Duration) {
	m.stop()
	if down > 0 {
		from := m.wall()
		time.Sleep(down)
		m.downs = append(m.downs, span{from, m.wall()})
	}
	m.up()
}

func monthSite(zone *time.Location, start time.Time) *incident.Site {
	mail := func(n string) []directory.Address {
		return []directory.Address{{Means: notify.Mail, To: n + "@example.jp"}}
	}
	duty := &escalation.Rotation{People: []string{"a", "b", "c"}, Start: start.AddDate(0, 0, -40), Hour: 9, Days: 1, Zone: zone}
	return &incident.Site{
		ID: "month", Name: "x", Zone: zone,
		Directory: &directory.Directory{People: []directory.Person{
			{ID: "a", Name: "a", Roles: []string{"lead"}, Reach: mail("a")}, {ID: "b", Name: "b", Reach: mail("b")}, {ID: "c", Name: "c", Reach: mail("c")}, {ID: "ciso", Name: "d", Reach: mail("d")},
		}, Roles: []directory.Role{{ID: "lead", Name: "lead"}}},
		Rosters: escalation.Rosters{{ID: "primary", Rotation: duty}}, Book: &incident.DutyBook{},
		RoleOf: func(string) string { return "" }, DestOf: func(string) string { return "" },
		Policies: []escalation.Policy{{ID: "p", Rounds: 50, Levels: []escalation.Level{
			{To: []escalation.Target{{Kind: escalation.ToDuty, ID: "primary"}}, Wait: firstWait},
			{To: []escalation.Target{{Kind: escalation.ToPerson, ID: "ciso"}}, Wait: secondWait},
		}}},
		OnDeclare: "p", Permissions: incident.DefaultPermissions(),
		Runbook:  func(string) (*runbook.Runbook, bool) { return nil, false },
		Runbooks: func() []string { return nil }, Mapped: map[string]string{},
	}
}

// quickDir is a folder in memory where the machine has one: a month is some
// thousand commits, and how fast the disk is has been measured elsewhere.
func quickDir(t *testing.T) string {
	dir, err := os.MkdirTemp("/dev/shm", "irbot-month-") //nolint:usetesting // in memory, not in the usual folder
	if err != nil {
		return t.TempDir()
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}

// TestThirtyDaysOfEscalations plays hundreds of ladders over a year end and over
// a leap day with a change to daylight-saving time abroad.
func TestThirtyDaysOfEscalations(t *testing.T) {
	for name, c := range map[string]struct {
		zone  string
		start time.Time
	}{
		"year end in Tokyo":        {"Asia/Tokyo", time.Date(2027, 12, 15, 0, 0, 0, 0, time.UTC)},
		"leap day and summer time": {"America/Los_Angeles", time.Date(2028, 2, 15, 0, 0, 0, 0, time.UTC)},
	} {
		t.Run(name, func(t *testing.T) {
			zone, err := time.LoadLocation(c.zone)
			if err != nil {
				t.Fatal(err)
			}
			synctest.Test(t, func(t *testing.T) {
				m := &month{t: t, dir: quickDir(t), site: monthSite(zone, c.start)}
				m.shift = time.Until(c.start)
				m.play(rand.New(rand.NewPCG(7, 11))) //nolint:gosec // the same month every time
			})
		})
	}
}

func (m *month) play(r *rand.Rand) {
	m.up()
	defer func() { m.stop() }()
	end := m.wall().AddDate(0, 0, 30)
	for n := 0; m.wall().Before(end); n++ {
		act := incident.Act{Person: "a", Surface: "test"}
		res, err := m.svc.Open(context.Background(), act, incident.Declare{Title: "x"})
		if err != nil {
			m.t.Fatal(err)
		}
		m.restart(0)
		time.Sleep(time.Duration(r.IntN(60*60)+1) * time.Second)
		down := time.Duration(0)
		if n%5 == 0 {
			down = time.Duration(r.IntN(45)+1) * time.Minute
		}
		m.restart(down)
		time.Sleep(3 * time.Second) // what was overdue is paged before anybody answers
		synctest.Wait()
		if _, err := m.svc.Do(context.Background(), incident.Act{Person: "ciso", Surface: "test"}, res.Incident, incident.Ack{Esc: "e1"}); err != nil {
			m.t.Fatal(err)
		}
		m.restart(0)
		time.Sleep(2 * time.Minute)
		// Nothing is due in the hours between two ladders: they pass without two
		// million ticks of the loop. Whatever did become due rings at the start.
		m.stop()
		time.Sleep(time.Duration(r.IntN(5*60)+120) * time.Minute / 2)
		m.up()
		time.Sleep(2 * time.Second)
		synctest.Wait()
		m.check(res.Incident)
	}
}

// check holds one ladder against what was asked of it.
func (m *month) check(id string) {
	m.t.Helper()
	st, err := m.store.State(context.Background(), id)
	if err != nil {
		m.t.Fatal(err)
	}
	for _, x := range m.faults(st) {
		m.t.Error(x)
	}
}

// faults is what is wrong with a ladder that was answered.
func (m *month) faults(st *incident.Incident) (out []string) {
	bad := func(format string, a ...any) { out = append(out, st.ID+": "+fmt.Sprintf(format, a...)) }
	e := st.Escalations[0]
	if e.Ended != "acked" {
		bad("it is %q", e.Ended)
		return out
	}
	due := e.Paged[0].At
	for i, p := range e.Paged {
		if p.At.After(e.Acked) || p.Seq > e.AckSeq {
			bad("paged after the answer: %+v", p)
		}
		if late := p.At.Sub(due); late < 0 || late > 2*time.Second && (!m.wasDown(due, p.At) || p.Late < late-2*time.Second) {
			bad("page %d is %s late and says %s", i, late, p.Late)
		}
		if p.Level == 0 && (len(p.People) != 1 || p.People[0] != m.site.Rosters[0].Rotation.OnDuty(p.At)) {
			bad("paged %v at %s", p.People, p.At)
		}
		if p.Level == 1 && !slices.Equal(p.People, []string{"ciso"}) {
			bad("the second level paged %v", p.People)
		}
		for _, who := range p.People {
			n := 0
			for _, x := range st.Messages {
				if x.Kind == "page" && x.Seq == p.Seq && x.Person == who {
					n++
				}
			}
			if n != 1 {
				bad("%d messages to %s for page %d", n, who, i)
			}
		}
		wait := []time.Duration{firstWait, secondWait}[p.Level]
		// Two levels overdue after a time away are paged at once.
		if next := i + 1; next < len(e.Paged) && e.Paged[next].Seq == p.Seq+1 && e.Paged[next].At.Equal(p.At) {
			due = p.At
			continue
		}
		due = p.At.Add(wait)
	}
	if over := e.Acked.Sub(due); over > 2*time.Second {
		bad("a page is missing: due %s before the answer", over)
	}
	for _, x := range st.Messages {
		if x.Kind == "page" && x.State == incident.Queued {
			bad("page %s may still leave", x.ID)
		}
	}
	return out
}

func (m *month) wasDown(from, until time.Time) bool {
	for _, d := range m.downs {
		if d.from.Before(until) && d.until.After(from.Add(-time.Second)) {
			return true
		}
	}
	return false
}
