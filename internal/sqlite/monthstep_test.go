package sqlite_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"irbot/internal/escalation"
	"irbot/internal/incident"
	"irbot/internal/notify"
	"irbot/internal/sqlite"
)

// mortal is irbot with both loops and a courier on one file. It is ended and
// started anew after as many transitions as the test likes: after an act, after
// an alarm, while a page is on its way, and while nothing runs at all.
type mortal struct {
	t     *testing.T
	dir   string
	shift time.Duration
	site  *incident.Site
	r     *rand.Rand
	often int // one transition in so many is followed by a restart
	downs []span

	store *sqlite.Store
	svc   *incident.Service
	out   *notify.Dispatcher
	stop  func()
	next  atomic.Int64 // when an alarm is due; 0: ask
	post  atomic.Int64 // when there is something to send; 0: ask

	restarts int

	mu    sync.Mutex
	shut  bool            // the other side takes nothing for now
	held  int             // pages that wanted to leave when the answer came
	done  map[string]bool // incidents that the test itself has answered
	hang  bool            // sends do not come back until the end
	left  map[string]int  // how often a page was taken by the other side
	after []string        // pages that left after the answer was recorded
	marks map[string]bool // pages whose repeats said so
	tried map[string]bool // pages that the other side was ever asked to take

	plant  plant
	faults []string // what is wrong with what came out
}

// plant is a fault that the test puts into irbot, or into what it records, to be found out.
type plant struct {
	mislaid bool                        // a page that was marked as being sent is dropped
	deaf    bool                        // alarms after the first page do not ring
	sender  bool                        // one page more leaves after the answer
	record  func(st *incident.Incident) // what is read back is not what was written
}

func (m *mortal) wall() time.Time { return time.Now().Add(m.shift) }

func (m *mortal) up() {
	m.t.Helper()
	var err error
	if m.store, err = sqlite.Open(context.Background(), sqlite.Options{Dir: m.dir, Wall: m.wall, Ballast: 4096}); err != nil {
		m.t.Fatal(err)
	}
	courier := &incident.Courier{
		Room: func(x notify.Means) int { return m.out.Room(x) },
		Take: func(begin func(context.Context) []incident.Begun) bool {
			return m.out.Take(func(ctx context.Context) (list []notify.Envelope) {
				for _, b := range begin(ctx) {
					if m.plant.mislaid && len(list) == 0 {
						continue
					}
					list = append(list, b.Envelope)
				}
				return list
			})
		},
	}
	m.svc = incident.NewService(incident.Parts{Log: m.store, Reader: m.store, Site: m.site, Wall: m.wall, Courier: courier})
	m.out = &notify.Dispatcher{Claim: m.claim, Settle: m.settle, Wall: m.wall, Senders: map[notify.Means]notify.Sender{notify.Mail: m}, StopWithin: time.Second}
	if err := m.svc.LoadDuty(context.Background()); err != nil {
		m.t.Fatal(err)
	}
	rows, err := m.store.SendingRows(context.Background())
	if err == nil {
		err = m.svc.Recover(context.Background(), rows)
	}
	if err != nil {
		m.t.Fatal(err)
	}
	m.next.Store(0)
	m.post.Store(0)
	run := &escalation.Runner{Due: m.due, Fire: m.fire, Wall: m.wall, Log: slog.New(slog.DiscardHandler)}
	ctx, cancel := context.WithCancel(context.Background())
	var loops sync.WaitGroup
	loops.Go(func() { _ = run.Run(ctx) })
	loops.Go(func() {
		if err := m.out.Run(ctx); err != nil && !errors.Is(err, context.Canceled) {
			m.t.Error(err)
		}
	})
	m.stop = func() {
		cancel()
		loops.Wait()
		if err := m.store.Close(); err != nil {
			m.t.Error(err)
		}
	}
}

// due and claim spare the store millions of looks that find nothing.
func (m *mortal) due(ctx context.Context, until time.Time, limit int) ([]escalation.Timer, error) {
	if n := m.next.Load(); n != 0 && until.UnixMicro() < n {
		return nil, nil
	}
	ahead := until.Add(24 * time.Hour)
	m.next.Store(ahead.UnixMicro())
	if all, err := m.store.DueTimers(ctx, ahead, 1); err != nil {
		return nil, err
	} else if len(all) > 0 {
		m.next.Store(all[0].Due.UnixMicro())
	}
	return m.store.DueTimers(ctx, until, limit)
}

func (m *mortal) fire(ctx context.Context, t escalation.Timer) error {
	if m.plant.deaf {
		return nil
	}
	defer m.stir()
	return m.svc.Fire(ctx, t)
}

// stir says that a commit was made.
func (m *mortal) stir() {
	m.next.Store(0)
	m.post.Store(0)
}

func (m *mortal) settle(ctx context.Context, e notify.Envelope, o notify.Outcome) error {
	defer m.stir()
	return m.svc.Settle(ctx, e, o)
}

func (m *mortal) claim(ctx context.Context, now time.Time, limit int) (out []notify.Envelope, err error) {
	if n := m.post.Load(); n != 0 && now.UnixMicro() < n {
		return nil, nil
	}
	m.post.Store(now.Add(24 * time.Hour).UnixMicro())
	later, err := m.store.DueRows(ctx, now.Add(24*time.Hour), 0)
	if err != nil {
		return nil, err
	}
	for _, r := range later {
		m.post.Store(min(m.post.Load(), r.Next.UnixMicro()))
	}
	rows, err := m.store.DueRows(ctx, now, limit)
	if err != nil {
		return nil, err
	}
	for _, r := range rows {
		begun, err := m.svc.Begin(ctx, r.Incident, r.ID)
		if err != nil {
			return out, err
		}
		for _, b := range begun {
			out = append(out, b.Envelope)
		}
	}
	return out, nil
}

// Send is the other side: it takes the page, and at times the answer is lost.
func (m *mortal) Send(ctx context.Context, e notify.Envelope) (notify.Receipt, error) {
	m.mu.Lock()
	m.tried[e.ID] = true
	if e.Kind == notify.KindPage && m.done[e.Incident] {
		m.after = append(m.after, e.ID)
	}
	if m.shut {
		m.mu.Unlock()
		return notify.Receipt{}, &notify.Failure{Class: notify.Temporary, Err: errors.New("full")}
	}
	if m.left[e.ID]++; m.left[e.ID] > 1 && !e.Repeat {
		m.marks[e.ID] = false
	}
	hang := m.hang
	m.mu.Unlock()
	if hang {
		<-ctx.Done()
		return notify.Receipt{}, &notify.Failure{Class: notify.Unknown, Err: ctx.Err()}
	}
	return notify.Receipt{ID: e.ID}, nil
}

// turn is one transition behind us: perhaps irbot is ended here and started anew,
// at once or after a while.
func (m *mortal) turn(while time.Duration) {
	m.t.Helper()
	synctest.Wait()
	if m.r.IntN(m.often) != 0 {
		return
	}
	m.restarts++
	from := m.wall()
	m.stop()
	if m.r.IntN(4) == 0 {
		time.Sleep(time.Duration(m.r.Int64N(int64(while))))
	}
	m.mu.Lock()
	m.hang = false
	m.mu.Unlock()
	m.up()
	m.downs = append(m.downs, span{from, m.wall()})
	synctest.Wait()
}

// pass lets time go by, alarm by alarm, with a turn after each.
func (m *mortal) pass(d time.Duration) {
	m.t.Helper()
	for end := m.wall().Add(d); m.wall().Before(end); {
		all, err := m.store.DueTimers(context.Background(), end, 1)
		if err != nil {
			m.t.Fatal(err)
		}
		rest := end.Sub(m.wall())
		if len(all) == 0 || all[0].Due.After(end) {
			time.Sleep(rest)
			return
		}
		time.Sleep(min(rest, max(time.Millisecond, all[0].Due.Sub(m.wall()))))
		m.turn(40 * time.Minute)
	}
}

func (m *mortal) act(who, id string, cmd incident.Command) string {
	m.t.Helper()
	act := incident.Act{Person: who, Surface: "test"}
	var res incident.Result
	var err error
	if id == "" {
		res, err = m.svc.Open(context.Background(), act, cmd)
	} else {
		res, err = m.svc.Do(context.Background(), act, id, cmd)
	}
	if err != nil {
		m.t.Fatal(err)
	}
	m.stir()
	return res.Incident
}

// TestThirtyDaysWithRestartsAtTransitions plays ladders over a year end, over a
// leap day with a change to daylight-saving time, and over the end of it. In the
// long form (IRBOT_MONTH=full) thirty days with a restart at every transition.
func TestThirtyDaysWithRestartsAtTransitions(t *testing.T) {
	days, often := 2, 3
	if os.Getenv("IRBOT_MONTH") == "full" {
		days, often = 30, 1
	}
	for name, c := range map[string]struct {
		zone  string
		start time.Time
	}{
		"year end in Tokyo":            {"Asia/Tokyo", time.Date(2027, 12, 30, 12, 0, 0, 0, time.UTC)},
		"leap day and summer time":     {"America/Los_Angeles", time.Date(2028, 2, 28, 12, 0, 0, 0, time.UTC)},
		"end of summer time in Europe": {"Europe/Amsterdam", time.Date(2027, 10, 30, 12, 0, 0, 0, time.UTC)},
	} {
		t.Run(name, func(t *testing.T) {
			zone, err := time.LoadLocation(c.zone)
			if err != nil {
				t.Fatal(err)
			}
			dir := quickDir(t)
			synctest.Test(t, func(t *testing.T) {
				m := newMortal(t, dir, zone, c.start)
				m.often = often
				m.play(time.Duration(days) * 24 * time.Hour)
				for _, x := range m.faults {
					t.Error(x)
				}
			})
		})
	}
}

func newMortal(t *testing.T, dir string, zone *time.Location, start time.Time) *mortal {
	t.Helper()
	return &mortal{
		t: t, dir: dir, site: monthSite(zone, start), r: rand.New(rand.NewPCG(5, 17)), often: 3, shift: time.Until(start), //nolint:gosec // the same days every time
		left: map[string]int{}, done: map[string]bool{}, marks: map[string]bool{}, tried: map[string]bool{},
	}
}

// TestThirtyDaysControls plants faults: each of them must be found out by what
// the month is held against, or the month proves nothing.
func TestThirtyDaysControls(t *testing.T) {
	zone, start := time.FixedZone("JST", 9*60*60), time.Date(2027, 12, 30, 12, 0, 0, 0, time.UTC)
	pages := func(st *incident.Incident) []*incident.Message {
		return slices.DeleteFunc(slices.Clone(st.Messages), func(x *incident.Message) bool { return x.Kind != "page" })
	}
	for name, c := range map[string]struct {
		plant plant
		want  string
	}{
		"a page is mislaid on its way": {plant{mislaid: true}, "left 0 times"},
		"alarms do not ring":           {plant{deaf: true}, "a page is missing"},
		"one leaves after the answer":  {plant{sender: true}, "left after the answer"},
		"a page was never written": {plant{record: func(st *incident.Incident) {
			lost := pages(st)[0]
			st.Messages = slices.DeleteFunc(st.Messages, func(x *incident.Message) bool { return x == lost })
		}}, "0 messages to"},
		"lateness is not recorded": {plant{record: func(st *incident.Incident) {
			for i := range st.Escalations[0].Paged {
				st.Escalations[0].Paged[i].Late = 0
			}
		}}, "late and says 0s"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := quickDir(t)
			synctest.Test(t, func(t *testing.T) {
				m := newMortal(t, dir, zone, start)
				m.plant = c.plant
				m.play(24 * time.Hour)
				if !slices.ContainsFunc(m.faults, func(x string) bool { return strings.Contains(x, c.want) }) {
					t.Errorf("control: %s, and nobody says %q: %q", name, c.want, m.faults)
				}
			})
		})
	}
}

func (m *mortal) bad(format string, a ...any) {
	m.faults = append(m.faults, fmt.Sprintf(format, a...))
}

func (m *mortal) play(last time.Duration) {
	m.up()
	defer func() { m.stop() }()
	end, ladders, pages := m.wall().Add(last), 0, 0
	for ; m.wall().Before(end); ladders++ {
		if m.r.IntN(3) == 0 {
			m.mu.Lock()
			m.hang = true // the restart finds the first page on its way
			m.mu.Unlock()
		}
		id := m.act("a", "", incident.Declare{Title: "x"})
		m.turn(40 * time.Minute)
		m.mu.Lock()
		m.hang = false
		m.mu.Unlock()
		full := m.r.IntN(3) == 0 // the other side is full until after the answer
		m.closed(full)
		m.pass(time.Duration(m.r.IntN(60*60)+61) * time.Second)
		time.Sleep(3 * time.Second) // what was overdue is paged before anybody answers
		synctest.Wait()
		m.answer(id)
		m.turn(time.Minute)
		m.closed(false)
		m.pass(time.Duration(m.r.IntN(3*60)+60) * time.Minute)
		synctest.Wait()
		pages += m.check(id, full)
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.after) > 0 {
		m.bad("left after the answer: %v", m.after)
	}
	again := 0
	for id, n := range m.left {
		if again += n - 1; n > 1 {
			if told, ok := m.marks[id]; ok && !told {
				m.bad("%s left %d times and did not say so", id, n)
			}
		}
	}
	if m.restarts == 0 || again == 0 || m.held == 0 {
		m.bad("%d restarts, %d repeats, %d pages waiting at an answer: this test proves nothing", m.restarts, again, m.held)
	}
	m.t.Logf("%d ladders, %d pages, %d restarts, %d possible repeats, all marked; %d pages waited at an answer and none left after it", ladders, pages, m.restarts, again, m.held)
}

// closed lets the other side take nothing, or everything again.
func (m *mortal) closed(full bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.shut = full
}

// answer acknowledges a ladder and notes, apart from all rules, that from now on
// nobody may be paged by it.
func (m *mortal) answer(id string) {
	m.t.Helper()
	st, err := m.store.State(context.Background(), id)
	if err != nil {
		m.t.Fatal(err)
	}
	m.act("ciso", id, incident.Ack{Esc: "e1"})
	m.mu.Lock()
	m.done[id] = true
	for _, x := range st.Messages {
		if x.Kind == "page" && x.State == incident.Queued {
			m.held++
		}
	}
	m.mu.Unlock()
	if m.plant.sender {
		_, _ = m.Send(context.Background(), notify.Envelope{ID: id + "/n1/ghost", Kind: notify.KindPage, Incident: id})
	}
}

// check holds one ladder against what was asked of it. full says that the other
// side took nothing until the answer.
func (m *mortal) check(id string, full bool) (pages int) {
	m.t.Helper()
	st, err := m.store.State(context.Background(), id)
	if err != nil {
		m.t.Fatal(err)
	}
	if m.plant.record != nil {
		st = st.Clone()
		m.plant.record(st)
	}
	e := st.Escalations[0]
	month := &month{site: m.site, downs: m.downs}
	m.faults = append(m.faults, month.faults(st)...)
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, x := range st.Messages {
		if x.Kind != "page" {
			continue
		}
		pages++
		switch {
		case x.State == incident.Accepted && m.left[x.ID] > 0:
		case x.State == incident.Cancelled && !e.Acked.IsZero() && m.tried[x.ID] && (full || m.left[x.ID] > 0): // answered before it was taken
		default:
			m.bad("%s: page %s is %s and left %d times", id, x.ID, x.State, m.left[x.ID])
		}
	}
	return pages
}
