package intake_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"irbot"
	"irbot/internal/alerts"
	"irbot/internal/alerts/intake"
	"irbot/internal/auth"
	"irbot/internal/directory"
	"irbot/internal/escalation"
	"irbot/internal/incident"
	"irbot/internal/sqlite"
)

const (
	token = "0123456789abcdef0123"
	key   = "hmac-key-hmac-key-hmac"
)

// bench is the intake on the real service and a real SQLite file.
type bench struct {
	t     *testing.T
	dir   string
	now   time.Time
	store *sqlite.Store
	svc   *incident.Service
	mon   *alerts.Monitor
	h     *intake.Handler
}

func (b *bench) wall() time.Time { return b.now }

func sources() []intake.Source {
	return []intake.Source{
		{Source: alerts.Source{ID: "prom", Kind: alerts.Alertmanager, Name: "監視"}, Secret: token},
		{Source: alerts.Source{ID: "siem", Kind: alerts.Generic}, Secret: key, HMAC: true},
		{Source: alerts.Source{ID: "app", Kind: alerts.Generic, Place: "サーバー室"}, Secret: token},
		{Source: alerts.Source{ID: "backup", Kind: alerts.Heartbeat, Name: "夜間バックアップ", Every: time.Hour, Grace: 10 * time.Minute}, Secret: token},
	}
}

func newBench(t *testing.T) *bench {
	b := &bench{t: t, dir: t.TempDir(), now: time.Date(2026, 11, 21, 21, 33, 0, 0, time.UTC)}
	b.open()
	t.Cleanup(func() { _ = b.store.Close() })
	return b
}

// open starts everything, as after a restart.
func (b *bench) open() {
	b.t.Helper()
	ctx := context.Background()
	dir, err := directory.Parse("directory.yaml", irbot.DirectoryExample)
	if err == nil {
		b.store, err = sqlite.Open(ctx, sqlite.Options{Dir: b.dir, What: "test", Wall: b.wall})
	}
	if err != nil {
		b.t.Fatal(err)
	}
	site := &incident.Site{
		ID: "sakura", Zone: time.UTC, Directory: dir, OnReport: "duty", Permissions: incident.DefaultPermissions(),
		Policies: []escalation.Policy{{ID: "duty", Name: "当直", Rounds: 2, Levels: []escalation.Level{{To: []escalation.Target{{Kind: escalation.ToPerson, ID: "sato"}}, Wait: time.Minute}}}},
	}
	b.svc = incident.NewService(incident.Parts{Log: b.store, Reader: b.store, Blob: b.store.Blob, Site: site, Wall: b.wall})
	desk := &alerts.Desk{Service: b.svc, Live: b.live}
	b.mon = &alerts.Monitor{Kept: b.store, Desk: desk, Wall: b.wall}
	o := intake.Options{Sources: sources(), Take: desk.Take, Called: b.mon.Called, Wall: b.wall}
	for _, s := range o.Sources {
		b.mon.Sources = append(b.mon.Sources, s.Source)
	}
	b.h = intake.New(o)
	if err := b.mon.Begin(ctx); err != nil {
		b.t.Fatal(err)
	}
}

func (b *bench) restart() {
	b.t.Helper()
	if err := b.store.Close(); err != nil {
		b.t.Fatal(err)
	}
	b.open()
}

func (b *bench) live(ctx context.Context) ([]*incident.Incident, error) {
	rows, err := b.store.List(ctx, sqlite.Filter{Live: true})
	var out []*incident.Incident
	for _, r := range rows {
		s, err := b.store.State(ctx, r.ID)
		if err != nil {
			return nil, err
		}
		out = append(out, s)
	}
	return out, err
}

func (b *bench) incidents() int {
	b.t.Helper()
	list, err := b.live(context.Background())
	if err != nil {
		b.t.Fatal(err)
	}
	return len(list)
}

// call sends a request and gives status and answer.
func (b *bench) call(path, body string, change func(*http.Request)) (int, string) {
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(body))
	r.Header.Set("Authorization", "Bearer "+token)
	if change != nil {
		change(r)
	}
	w := httptest.NewRecorder()
	b.h.ServeHTTP(w, r)
	return w.Code, w.Body.String()
}

func (b *bench) want(code int, path, body string, change func(*http.Request)) string {
	b.t.Helper()
	got, text := b.call(path, body, change)
	if got != code {
		b.t.Fatalf("%s: %d, want %d: %s", path, got, code, text)
	}
	return text
}

// fired is a call of Alertmanager.
func fired(group, status string, names ...string) string {
	var list []map[string]any
	for _, n := range names {
		list = append(list, map[string]any{
			"status": status, "labels": map[string]string{"alertname": n, "instance": "tos1"},
			"annotations": map[string]string{"summary": "down"}, "startsAt": "2026-11-21T21:30:00Z",
		})
	}
	data, _ := json.Marshal(map[string]any{"version": "4", "groupKey": group, "alerts": list})
	return string(data)
}

func TestAlertProposesOneIncident(t *testing.T) {
	b := newBench(t)
	b.want(200, "/alerts/prom", fired("g1", "firing", "TOSDown"), nil)
	b.want(200, "/alerts/prom", fired("g1", "firing", "TOSDown", "DBDown"), nil) // one known, one of its group
	b.restart()
	b.want(200, "/alerts/prom", fired("g1", "firing", "TOSDown"), nil)
	s, err := b.store.State(context.Background(), "IR-1")
	if err != nil {
		t.Fatal(err)
	}
	if b.incidents() != 1 || s.Status != incident.Reported || s.Finder != incident.FinderAlert || len(s.Alerts) != 2 {
		t.Fatalf("%d incidents, %s, %s, %d alerts", b.incidents(), s.Status, s.Finder, len(s.Alerts))
	}
	if len(s.Escalations) != 1 || len(s.Roles) != 0 {
		t.Errorf("%d ladders, roles %v: nobody but a person takes charge", len(s.Escalations), s.Roles)
	}
	before := s.Seq
	b.want(200, "/alerts/prom", fired("g1", "resolved", "TOSDown"), nil)
	b.want(200, "/alerts/prom", fired("g1", "resolved", "TOSDown"), nil)
	b.want(200, "/alerts/prom", fired("g9", "resolved", "Never"), nil)
	if s, _ = b.store.State(context.Background(), "IR-1"); s.Seq != before+1 || b.incidents() != 1 {
		t.Errorf("the end was recorded %d times, %d incidents", s.Seq-before, b.incidents())
	}
}

func TestStormOpensFewIncidents(t *testing.T) {
	b := newBench(t)
	for i := range 20 {
		b.want(200, "/alerts/prom", fired(fmt.Sprintf("g%d", i), "firing", fmt.Sprintf("A%d", i)), nil)
	}
	if n := b.incidents(); n != 3 {
		t.Fatalf("%d incidents", n)
	}
	kept := 0
	list, _ := b.live(context.Background())
	for _, s := range list {
		kept += len(s.Alerts)
	}
	if kept != 20 {
		t.Errorf("%d of 20 alerts are recorded", kept)
	}
}

func TestRequestsAreRefused(t *testing.T) {
	b := newBench(t)
	good := `{"title":"x"}`
	signed := func(at time.Time, with, body string) func(*http.Request) {
		return func(r *http.Request) {
			stamp := fmt.Sprint(at.Unix())
			r.Header.Set("X-Irbot-Timestamp", stamp)
			r.Header.Set("X-Irbot-Signature", auth.Signature(with, stamp, []byte(body)))
		}
	}
	for name, c := range map[string]struct {
		code       int
		path, body string
		change     func(*http.Request)
	}{
		"no token":           {401, "/alerts/app", good, func(r *http.Request) { r.Header.Del("Authorization") }},
		"wrong token":        {401, "/alerts/app", good, func(r *http.Request) { r.Header.Set("Authorization", "Bearer nope") }},
		"empty token":        {401, "/alerts/nobody", good, func(r *http.Request) { r.Header.Set("Authorization", "Bearer ") }},
		"unknown source":     {401, "/alerts/nobody", good, nil},
		"token for a signer": {401, "/alerts/siem", good, func(r *http.Request) { r.Header.Set("Authorization", "Bearer "+key) }},
		"signed":             {200, "/alerts/siem", good, signed(b.now, key, good)},
		"other body signed":  {401, "/alerts/siem", good, signed(b.now, key, good+" ")},
		"other key":          {401, "/alerts/siem", good, signed(b.now, token, good)},
		"old signature":      {401, "/alerts/siem", good, signed(b.now.Add(-6*time.Minute), key, good)},
		"too large":          {413, "/alerts/app", `{"title":"` + strings.Repeat("x", intake.MaxBody) + `"}`, nil},
		"no json":            {400, "/alerts/app", "x", nil},
		"no title":           {400, "/alerts/app", `{}`, nil},
		"not utf-8":          {400, "/alerts/app", "{\"title\":\"\xff\"}", nil},
		"not Alertmanager":   {400, "/alerts/prom", good, nil},
		"beat as alert":      {404, "/alerts/backup", good, nil},
		"alert as beat":      {404, "/beat/app", "", nil},
	} {
		from := func(r *http.Request) { // every case from a place of its own
			r.RemoteAddr = "192.0.2.1:1" + fmt.Sprint(len(name)) + ":" + name
			if c.change != nil {
				c.change(r)
			}
		}
		if got, text := b.call(c.path, c.body, from); got != c.code {
			t.Errorf("%s: %d, want %d: %s", name, got, c.code, text)
		}
	}
	if n := b.incidents(); n != 1 {
		t.Errorf("%d incidents, one call was right", n)
	}
}

// TestCopiedSignatureChangesNothing sends a call again that somebody copied from
// the wire, after the alert was over.
func TestCopiedSignatureChangesNothing(t *testing.T) {
	b := newBench(t)
	call := func(at time.Time, body string) (int, string) {
		return b.call("/alerts/siem", body, func(r *http.Request) {
			stamp := fmt.Sprint(at.Unix())
			r.Header.Set("X-Irbot-Timestamp", stamp)
			r.Header.Set("X-Irbot-Signature", auth.Signature(key, stamp, []byte(body)))
		})
	}
	begin, firing := b.now, `{"id":"x","title":"x"}`
	call(begin, firing)
	b.now = b.now.Add(time.Minute)
	call(b.now, `{"id":"x","title":"x","state":"resolved"}`)
	before := b.entries()
	b.now = b.now.Add(time.Minute)
	if code, text := call(begin, firing); code != http.StatusOK || !strings.Contains(text, `"recorded":0,"repeated":1`) {
		t.Errorf("copied call: %d %s", code, text)
	}
	if after := b.entries(); after != before {
		t.Errorf("the copy wrote %d entries", after-before)
	}
	if _, text := call(b.now, firing); !strings.Contains(text, `"recorded":1`) {
		t.Errorf("the alert begins again: %s", text)
	}
	b.now = b.now.Add(6 * time.Minute)
	if code, text := call(begin, firing); code != http.StatusUnauthorized || !strings.Contains(text, "clock") {
		t.Errorf("right signature of a wrong clock: %d %s", code, text)
	}
}

// entries counts what the incidents hold.
func (b *bench) entries() (n int64) {
	b.t.Helper()
	list, err := b.live(context.Background())
	if err != nil {
		b.t.Fatal(err)
	}
	for _, s := range list {
		n += s.Seq
	}
	return n
}

func TestGuessesAndFloodsAreSlowed(t *testing.T) {
	b := newBench(t)
	last := 0
	for range 8 {
		last, _ = b.call("/alerts/app", "{}", func(r *http.Request) { r.Header.Set("Authorization", "Bearer x") })
	}
	if last != http.StatusTooManyRequests {
		t.Errorf("eighth guess: %d", last)
	}
	for i := range 70 {
		last, _ = b.call("/alerts/app", `{"title":"x"}`, nil)
		if i == 0 && last != 200 {
			t.Errorf("a right call from the same place: %d", last)
		}
	}
	if last != http.StatusTooManyRequests {
		t.Errorf("the seventieth alert in a minute: %d", last)
	}
	b.now = b.now.Add(time.Minute)
	b.want(200, "/alerts/app", `{"title":"x"}`, nil)
}

func (b *bench) look(after time.Duration) int {
	b.t.Helper()
	b.now = b.now.Add(after)
	if err := b.mon.Look(context.Background()); err != nil {
		b.t.Fatal(err)
	}
	return b.incidents()
}

func TestSilenceIsAnAlert(t *testing.T) {
	b := newBench(t)
	b.want(200, "/beat/backup", "", nil)
	if n := b.look(69 * time.Minute); n != 0 {
		t.Fatalf("%d incidents before the end of the interval", n)
	}
	b.want(200, "/beat/backup", "", nil)
	b.look(time.Hour)
	b.restart() // not due yet: the row holds over the restart
	if n := b.look(11 * time.Minute); n != 1 {
		t.Fatalf("%d incidents after the silence", n)
	}
	b.restart()
	if n := b.look(time.Hour); n != 1 {
		t.Fatalf("%d incidents for one silence", n)
	}
	b.want(200, "/beat/backup", "", nil)
	s, err := b.store.State(context.Background(), "IR-1")
	if err != nil || !s.Alerts[incident.AlertKey("backup", alerts.Fingerprint("beat", "backup"))].Resolved {
		t.Errorf("the call after the silence is not recorded: %v %+v", err, s.Alerts)
	}
}

func TestRestartPutsSilenceOffOnlyOnce(t *testing.T) {
	b := newBench(t)
	b.want(200, "/beat/backup", "", nil)
	b.now = b.now.Add(5 * time.Hour) // irbot was down
	b.restart()
	if n := b.look(time.Minute); n != 0 {
		t.Fatalf("%d incidents although nobody could call", n)
	}
	b.now = b.now.Add(2 * time.Hour)
	b.restart()
	if n := b.look(time.Second); n != 1 {
		t.Errorf("%d incidents: a second restart hides the silence", n)
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(fired("g", "firing", "A")), true)
	f.Add([]byte(`{"title":"x","at":"2026-01-01T00:00:00Z"}`), false)
	f.Fuzz(func(t *testing.T, data []byte, prom bool) {
		src := alerts.Source{ID: "s", Kind: alerts.Generic}
		if prom {
			src.Kind = alerts.Alertmanager
		}
		list, err := alerts.Parse(src, data)
		if err == nil && len(list) == 0 {
			t.Fatal("nothing, and no error")
		}
		for _, a := range list {
			if a.Print == "" || len([]rune(a.Title)) > 161 || bytes.ContainsAny([]byte(a.Title), "\r\n") {
				t.Fatalf("%+v", a)
			}
		}
	})
}
