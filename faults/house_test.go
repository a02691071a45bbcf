package faults

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"time"

	"irbot/internal/directory"
	"irbot/internal/escalation"
	"irbot/internal/incident"
	"irbot/internal/notify"
	"irbot/internal/runbook"
	"irbot/internal/sqlite"
	"irbot/internal/timeline"
)

// house is the real service on a real file inside the test's own process, for
// faults that need another clock or another sender than the program has.
type house struct {
	t     *testing.T
	store *sqlite.Store
	svc   *incident.Service
	wall  func() time.Time
}

// t0 is 06:33 on a Sunday morning at the terminal.
func t0() time.Time { return time.Date(2026, 11, 21, 21, 33, 0, 0, time.UTC) }

// turned is a clock the test turns by hand.
type turned struct {
	mu  sync.Mutex
	now time.Time
}

func (c *turned) read() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *turned) forward(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// openHouse opens the record in dir. wall is its clock, at its rules.
func openHouse(t *testing.T, dir string, wall func() time.Time, at *incident.Site) *house {
	t.Helper()
	return courierHouse(t, dir, wall, at, nil)
}

// courierHouse is a house whose pages leave straight from their commit.
func courierHouse(t *testing.T, dir string, wall func() time.Time, at *incident.Site, c *incident.Courier) *house {
	t.Helper()
	store, err := sqlite.Open(context.Background(), sqlite.Options{Dir: dir, What: "faults", Wall: wall, Ballast: 4096})
	if err != nil {
		t.Fatal(err)
	}
	h := &house{t: t, store: store, wall: wall}
	h.svc = incident.NewService(incident.Parts{Log: store, Reader: store, Blob: store.Blob, Site: at, Wall: wall, Courier: c,
		Read: func(file string, data []byte) (*runbook.Runbook, error) {
			return runbook.Read(file, data, runbook.Options{})
		}})
	return h
}

func (h *house) close() {
	h.t.Helper()
	if err := h.store.Close(); err != nil {
		h.t.Error(err)
	}
}

// restart is what serve does first after a crash.
func (h *house) recover() {
	h.t.Helper()
	rows, err := h.store.SendingRows(context.Background())
	if err == nil {
		err = h.svc.Recover(context.Background(), rows)
	}
	if err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) act(who, id string, cmd incident.Command) (incident.Result, error) {
	act := incident.Act{Person: who, Surface: "web"}
	if id == "" {
		return h.svc.Open(context.Background(), act, cmd)
	}
	return h.svc.Do(context.Background(), act, id, cmd)
}

func (h *house) do(who, id string, cmd incident.Command) incident.Result {
	h.t.Helper()
	r, err := h.act(who, id, cmd)
	if err != nil {
		h.t.Fatalf("%s by %s: %v", cmd.Name(), who, err)
	}
	return r
}

func (h *house) refused(who, id string, cmd incident.Command, code string) {
	h.t.Helper()
	_, err := h.act(who, id, cmd)
	var r *incident.Refusal
	if !errors.As(err, &r) || r.Code != code {
		h.t.Errorf("%s by %s: got %v, want the refusal %s", cmd.Name(), who, err, code)
		return
	}
	if !r.Recorded {
		h.t.Errorf("%s by %s: the refusal is not in the record", cmd.Name(), who)
	}
}

func (h *house) state(id string) *incident.Incident {
	h.t.Helper()
	st, err := h.store.State(context.Background(), id)
	if err != nil {
		h.t.Fatal(err)
	}
	return st
}

func (h *house) entries(id string) []timeline.Entry {
	h.t.Helper()
	list, err := h.store.Entries(context.Background(), id, 1, 0)
	if err != nil {
		h.t.Fatal(err)
	}
	return list
}

// count tells how many entries of a kind an incident has.
func (h *house) count(id string, kind timeline.Kind) (n int) {
	h.t.Helper()
	for _, e := range h.entries(id) {
		if e.Kind == kind {
			n++
		}
	}
	return n
}

func (h *house) whole() {
	h.t.Helper()
	whole(h.t, h.store.View)
}

// sender carries envelopes by a function.
type sender func(notify.Envelope) (notify.Receipt, error)

func (f sender) Send(_ context.Context, e notify.Envelope) (notify.Receipt, error) { return f(e) }

// dispatcher is the outbox loop as serve builds it.
func (h *house) dispatcher(ways map[notify.Means]notify.Sender) *notify.Dispatcher {
	return &notify.Dispatcher{Senders: ways, Settle: h.svc.Settle, Wall: h.wall,
		Claim: func(ctx context.Context, now time.Time, limit int) ([]notify.Envelope, error) {
			rows, err := h.store.DueRows(ctx, now, limit)
			if err != nil {
				return nil, err
			}
			var out []notify.Envelope
			for _, r := range rows {
				begun, err := h.svc.Begin(ctx, r.Incident, r.ID)
				if err != nil {
					return out, err
				}
				for _, b := range begun {
					out = append(out, b.Envelope)
				}
			}
			return out, nil
		}}
}

// runner is the alarm clock as serve builds it.
func (h *house) runner() *escalation.Runner {
	return &escalation.Runner{Due: h.store.DueTimers, Fire: h.svc.Fire, Wall: h.wall, Wake: make(chan struct{}, 1),
		Log: slog.New(slog.DiscardHandler),
		Stepped: func(ctx context.Context, before, after time.Time) error {
			rows, err := h.store.List(ctx, sqlite.Filter{Live: true})
			if err != nil {
				return err
			}
			var ids []string
			for _, r := range rows {
				ids = append(ids, r.ID)
			}
			return h.svc.Stepped(ctx, ids, after.Sub(before))
		}}
}

// loop runs something until the test calls the returned function.
func (h *house) loop(run func(context.Context) error) (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- run(ctx) }()
	return func() {
		cancel()
		if err := <-done; err != nil && !errors.Is(err, context.Canceled) {
			h.t.Error(err)
		}
	}
}

// outbox records what left, in order.
type outbox struct {
	mu   sync.Mutex
	sent []notify.Envelope
}

func (o *outbox) Send(_ context.Context, e notify.Envelope) (notify.Receipt, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.sent = append(o.sent, e)
	return notify.Receipt{ID: "r-" + e.ID}, nil
}

func (o *outbox) all() []notify.Envelope {
	o.mu.Lock()
	defer o.mu.Unlock()
	return slices.Clone(o.sent)
}

func mailTo(name string) []directory.Address {
	return []directory.Address{{Means: notify.Mail, To: name + "@example.jp"}}
}

// terminal is a small terminal operator: who is who, and the ladder to the CISO.
func terminal(book *runbook.Runbook) *incident.Site {
	to := func(k escalation.TargetKind, id string) []escalation.Target {
		return []escalation.Target{{Kind: k, ID: id}}
	}
	min := time.Minute
	return &incident.Site{
		ID: "sakura", Name: "さくら港ターミナル", Zone: time.FixedZone("JST", 9*3600), Phone: "03-0000-1111",
		Directory: &directory.Directory{
			People: []directory.Person{
				{ID: "sato", Name: "佐藤", Roles: []string{"lead"}, Reach: mailTo("sato")},
				{ID: "tanaka", Name: "田中", Reach: mailTo("tanaka")},
				{ID: "watanabe", Name: "渡辺", Roles: []string{"ciso"}, Reach: mailTo("watanabe")},
				{ID: "kobayashi", Name: "小林", Reach: mailTo("kobayashi")},
				{ID: "suzuki", Name: "鈴木", Roles: []string{"liaison"}, Reach: mailTo("suzuki")},
				{ID: "ito", Name: "伊藤", Roles: []string{"it"}, Reach: mailTo("ito")},
			},
			Roles: []directory.Role{{ID: "lead", Name: "指揮"}, {ID: "ciso", Name: "CISO", Deputy: []string{"kobayashi"}}, {ID: "it", Name: "情報システム"}, {ID: "liaison", Name: "連絡"}},
			Destinations: []directory.Destination{{ID: "mlit", Name: "国土交通省", Kind: "authority", Outside: true, TLP: "AMBER",
				Reach: []directory.Address{{Means: notify.Mail, To: "mlit@example.go.jp"}}}},
		},
		RoleOf: func(w string) string {
			return map[string]string{"CISO": "ciso", "情報システム": "it", "指揮": "lead"}[w]
		},
		DestOf:   func(w string) string { return map[string]string{"国土交通省": "mlit"}[w] },
		OnDuty:   func(string, time.Time) []string { return []string{"sato"} },
		OnReport: "duty", OnDeclare: "ciso",
		Policies: []escalation.Policy{
			{ID: "duty", Rounds: 2, Levels: []escalation.Level{{To: to(escalation.ToDuty, "primary"), Wait: 3 * min}, {To: to(escalation.ToPerson, "tanaka"), Wait: 5 * min}}},
			{ID: "ciso", Rounds: 3, Levels: []escalation.Level{{To: to(escalation.ToRole, "ciso"), Wait: 10 * min}, {To: to(escalation.ToDeputy, "ciso"), Wait: 10 * min}, {To: to(escalation.ToRole, "lead"), Wait: 10 * min}}},
		},
		Runbook: func(id string) (*runbook.Runbook, bool) { return book, book != nil && id == book.ID },
		Runbooks: func() []string {
			if book == nil {
				return nil
			}
			return []string{book.ID}
		},
		Mapped:      map[string]string{},
		Duties:      []incident.DutyRule{{ID: "mlit-first", Dest: "mlit", From: "declared", Within: 60 * min, Name: "国交省 第一報", Quiet: true}},
		ReportEvery: 30 * min, ReportLater: time.Hour,
		Permissions: incident.DefaultPermissions(),
	}
}

// approved drafts and approves a notice to the ministry as two people do, and
// gives its id.
func (h *house) approved(id string) string {
	h.t.Helper()
	n := h.do("suzuki", id, incident.DraftNotice{Dest: "mlit", Subject: "第一報", Body: "端末が暗号化されました。"}).Outcome.Ref
	h.do("suzuki", id, incident.SubmitNotice{Notice: n})
	h.do("watanabe", id, incident.ApproveNotice{Notice: n, Digest: h.state(id).Notice(n).Digest, Opened: true})
	return n
}
