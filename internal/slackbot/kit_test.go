package slackbot

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"irbot"
	"irbot/internal/chat"
	"irbot/internal/directory"
	"irbot/internal/escalation"
	"irbot/internal/incident"
	"irbot/internal/notify"
	"irbot/internal/report"
	"irbot/internal/runbook"
	"irbot/internal/sqlite"
)

const secret = "a-signing-secret"

// kit is the bot with the real service, a real SQLite file and the real outbox
// against a Slack in memory, inside a bubble whose clock jumps while everybody
// waits.
type kit struct {
	t     *testing.T
	slack *workspace
	store *sqlite.Store
	log   failingLog
	svc   *incident.Service
	bot   *Bot
	n     int
	codes map[string]string
}

const book = `# 障害の手順書

## 1. 初動

### 1.1 ケーブルを抜く

- 担当: 指揮
- 完了の条件: ランプが消えている

### 1.2 記録を始める

- 担当: 記録

### 1.3 関係者を集める
`

func slackOf(person string) string { return "U" + strings.ToUpper(person) }

func testSite(t *testing.T) *incident.Site {
	t.Helper()
	dir, err := directory.Parse("directory.yaml", irbot.DirectoryExample)
	if err != nil {
		t.Fatal(err)
	}
	for i := range dir.People {
		p := &dir.People[i]
		p.Slack = slackOf(p.ID)
		p.Reach = append([]directory.Address{{Means: notify.Slack, To: p.Slack}}, p.Reach...)
	}
	b, err := runbook.Read("trouble.md", []byte(book), runbook.Options{Zone: time.UTC})
	if err != nil {
		t.Fatal(err)
	}
	zone := time.FixedZone("JST", 9*3600)
	level := func(kind escalation.TargetKind, id string) escalation.Level {
		return escalation.Level{To: []escalation.Target{{Kind: kind, ID: id}}, Wait: 10 * time.Minute}
	}
	return &incident.Site{
		ID: "sakura", Name: "さくら港ターミナル", Zone: zone, Phone: "03-1234-5678", Directory: dir,
		RoleOf: func(w string) string { r, _ := dir.RoleNamed(w); return r.ID },
		DestOf: func(w string) string { d, _ := dir.DestinationNamed(w); return d.ID },
		OnDuty: func(string, time.Time) []string { return []string{"sato"} },
		Policies: []escalation.Policy{
			{ID: "duty", Name: "当直", Rounds: 2, Levels: []escalation.Level{level(escalation.ToDuty, "primary")}},
			{ID: "ciso", Name: "CISO", Rounds: 2, Levels: []escalation.Level{level(escalation.ToRole, "ciso"), level(escalation.ToDeputy, "ciso")}},
		},
		OnReport: "duty", OnDeclare: "ciso",
		Runbook:     func(string) (*runbook.Runbook, bool) { return b, true },
		Runbooks:    func() []string { return []string{b.ID} },
		Mapped:      map[string]string{"": b.ID},
		ReportEvery: 30 * time.Minute, ReportLater: time.Hour,
		Permissions: incident.DefaultPermissions(), Surfaces: []string{surface}, Carried: []string{surface},
	}
}

// bubble runs a test on a clock of its own.
func bubble(t *testing.T, f func(t *testing.T, k *kit)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		k := &kit{t: t, slack: newWorkspace(), codes: map[string]string{"watanabe": "4711"}}
		ctx, cancel := context.WithCancel(t.Context())
		var err error
		if k.store, err = sqlite.Open(ctx, sqlite.Options{Dir: t.TempDir(), What: "test"}); err != nil {
			t.Fatal(err)
		}
		k.log.whole = k.store
		k.svc = incident.NewService(incident.Parts{Log: &k.log, Reader: k.store, Blob: k.store.Blob, Site: testSite(t),
			Read: func(file string, data []byte) (*runbook.Runbook, error) {
				return runbook.Read(file, data, runbook.Options{Zone: time.UTC})
			}})
		defer func() {
			cancel()
			time.Sleep(2 * time.Minute) // simulated: loops and answers end
			synctest.Wait()
			if err := k.store.Close(); err != nil {
				t.Error(err)
			}
		}()
		k.start(ctx)
		f(t, k)
	})
}

// start puts bot and outbox on the workspace, as irbot serve does.
func (k *kit) start(ctx context.Context) {
	words, err := chat.Load()
	if err != nil {
		k.t.Fatal(err)
	}
	k.bot, err = New(Options{
		Service: k.svc, Words: words, BotToken: "xoxb-test", SigningSecret: secret, APIURL: "https://slack.test/api",
		Person: func(m string) (string, bool) {
			id := strings.ToLower(strings.TrimPrefix(m, "U"))
			_, ok := k.svc.Site().Directory.Person(id)
			return id, ok
		},
		Member: func(p string) (string, bool) { return slackOf(p), true },
		Recent: func(ctx context.Context, live bool, limit int) ([]incident.Summary, error) {
			return k.store.List(ctx, sqlite.Filter{Live: live, Limit: limit})
		},
		ApprovalCode: func(_ context.Context, person, code string) (bool, error) {
			want, ok := k.codes[person]
			if !ok {
				return false, ErrNoCode
			}
			return code == want, nil
		},
		Link:    func(path string) string { return "https://console.test" + path },
		OnState: func(up bool, since time.Time) { _ = k.svc.Surface(context.Background(), k.live(), surface, up, since) },
		Logger:  slog.New(slog.DiscardHandler), HTTPClient: &http.Client{Transport: k.slack},
	})
	if err != nil {
		k.t.Fatal(err)
	}
	wake := make(chan struct{}, 1)
	events, stop := k.svc.Subscribe()
	go func() {
		defer stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-events:
				select {
				case wake <- struct{}{}:
				default:
				}
			}
		}
	}()
	out := &notify.Dispatcher{Senders: map[notify.Means]notify.Sender{notify.Slack: k.bot}, Settle: k.svc.Settle, Wake: wake, Claim: k.claim}
	go func() { _ = out.Run(ctx) }()
	k.bot.state.listen(1)
	go k.bot.loops(ctx)()
	k.settle(2 * time.Second)
}

func (k *kit) live() []string {
	var out []string
	rows, err := k.store.List(context.Background(), sqlite.Filter{Live: true})
	if err != nil {
		k.t.Error(err)
	}
	for _, r := range rows {
		out = append(out, r.ID)
	}
	return out
}

func (k *kit) claim(ctx context.Context, now time.Time, limit int) ([]notify.Envelope, error) {
	rows, err := k.store.DueRows(ctx, now, limit)
	if err != nil {
		return nil, err
	}
	var out []notify.Envelope
	for _, r := range rows {
		begun, err := k.svc.Begin(ctx, r.Incident, r.ID)
		if err != nil {
			return out, err
		}
		for _, b := range begun {
			out = append(out, b.Envelope)
		}
	}
	return out, nil
}

// settle lets time pass until everything that follows has happened.
func (k *kit) settle(d time.Duration) {
	time.Sleep(d) // simulated
	synctest.Wait()
}

func sign(body string, at time.Time) (stamp, sig string) {
	stamp = fmt.Sprint(at.Unix())
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte("v0:" + stamp + ":" + body))
	return stamp, "v0=" + hex.EncodeToString(mac.Sum(nil))
}

// send delivers a signed request and gives the answer.
func (k *kit) send(path, kind, body string) *httptest.ResponseRecorder {
	k.t.Helper()
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(body))
	stamp, sig := sign(body, time.Now())
	r.Header.Set("Content-Type", kind)
	r.Header.Set("X-Slack-Request-Timestamp", stamp)
	r.Header.Set("X-Slack-Signature", sig)
	w := httptest.NewRecorder()
	k.bot.Handler().ServeHTTP(w, r)
	return w
}

func (k *kit) next() string {
	k.n++
	return fmt.Sprintf("%d", k.n)
}

// slash types a command and gives what the person is shown.
func (k *kit) slash(person, channel, text string) string {
	k.t.Helper()
	return k.slashAs(k.next(), person, channel, text)
}

func (k *kit) slashAs(trigger, person, channel, text string) string {
	k.t.Helper()
	v := url.Values{"command": {"/incident"}, "text": {text}, "user_id": {slackOf(person)}, "user_name": {person}, "channel_id": {channel}, "trigger_id": {trigger}, "response_url": {"https://slack.test/respond/" + trigger}}
	w := k.send("/slack/commands", "application/x-www-form-urlencoded", v.Encode())
	if w.Code != http.StatusOK {
		k.t.Fatalf("%s gives %d", text, w.Code)
	}
	k.settle(3 * time.Second)
	return w.Body.String()
}

func (k *kit) interact(m map[string]any) *httptest.ResponseRecorder {
	k.t.Helper()
	raw, err := json.Marshal(m)
	if err != nil {
		k.t.Fatal(err)
	}
	return k.send("/slack/interactive", "application/x-www-form-urlencoded", url.Values{"payload": {string(raw)}}.Encode())
}

// press uses a button of a message.
func (k *kit) press(person string, m posted, label string) {
	k.t.Helper()
	b, ok := buttons(m.blocks)[label]
	if !ok {
		k.t.Fatalf("no button %q on %q", label, m.text)
	}
	k.pressRaw(person, m, b, k.next())
	k.settle(3 * time.Second)
}

func (k *kit) pressRaw(person string, m posted, b [2]string, stamp string) {
	k.t.Helper()
	w := k.interact(map[string]any{
		"type": "block_actions", "user": map[string]any{"id": slackOf(person), "name": person}, "trigger_id": "t" + stamp, "response_url": "https://slack.test/respond/" + stamp,
		"channel": map[string]any{"id": m.channel}, "container": map[string]any{"type": "message", "message_ts": m.ts, "channel_id": m.channel},
		"actions": []any{map[string]any{"type": "button", "action_id": b[0], "block_id": "act1", "value": b[1], "action_ts": stamp}},
	})
	if w.Code != http.StatusOK {
		k.t.Fatalf("press gives %d", w.Code)
	}
}

// submit sends the newest form, with values by input; a value may be a string
// or a list of options.
func (k *kit) submit(person string, values map[string]any) string {
	k.t.Helper()
	k.slack.mu.Lock()
	view := k.slack.views[len(k.slack.views)-1]
	k.slack.mu.Unlock()
	state := map[string]any{}
	for id, v := range values {
		switch x := v.(type) {
		case string:
			state[id] = map[string]any{"v": map[string]any{"type": "plain_text_input", "value": x, "selected_option": map[string]any{"value": x, "text": map[string]any{"type": "plain_text", "text": x}}}}
		case []string:
			var all []any
			for _, o := range x {
				all = append(all, map[string]any{"value": o, "text": map[string]any{"type": "plain_text", "text": o}})
			}
			state[id] = map[string]any{"v": map[string]any{"type": "checkboxes", "selected_options": all}}
		case int64:
			state[id] = map[string]any{"v": map[string]any{"type": "datetimepicker", "selected_date_time": x}}
		}
	}
	v := map[string]any{}
	for k, x := range view {
		v[k] = x
	}
	v["state"] = map[string]any{"values": state}
	w := k.interact(map[string]any{"type": "view_submission", "user": map[string]any{"id": slackOf(person), "name": person}, "view": v, "trigger_id": k.next()})
	if w.Code != http.StatusOK {
		k.t.Fatalf("submit gives %d", w.Code)
	}
	k.settle(3 * time.Second)
	return w.Body.String()
}

// event delivers an event.
func (k *kit) event(id string, inner map[string]any) int {
	k.t.Helper()
	raw, err := json.Marshal(map[string]any{"type": "event_callback", "event_id": id, "event": inner})
	if err != nil {
		k.t.Fatal(err)
	}
	w := k.send("/slack/events", "application/json", string(raw))
	k.settle(3 * time.Second)
	return w.Code
}

// reports gives the site the shipped forms; two people approve what goes to
// the destinations named.
func (k *kit) reports(two ...string) *report.Forms {
	k.t.Helper()
	forms, err := report.Shipped()
	if err != nil {
		k.t.Fatal(err)
	}
	site := *k.svc.Site()
	site.Forms, site.TwoApprovers = forms, two
	k.svc.SetSite(&site)
	return forms
}

// do acts in the console.
func (k *kit) do(id, who string, cmd incident.Command) incident.Result {
	k.t.Helper()
	res, err := k.svc.Do(k.t.Context(), incident.Act{Person: who, Surface: "web"}, id, cmd)
	if err != nil {
		k.t.Fatal(err)
	}
	return res
}

// declare declares an incident and gives its channel.
func (k *kit) declare(person string) (id, room string) {
	k.t.Helper()
	k.slash(person, "CGENERAL", "宣言 TOSが動かない")
	k.submit(person, map[string]any{"what": "ransom", "seen": time.Now().Unix(), "words": "TOSが動かない"})
	k.settle(5 * time.Second)
	ids := k.live()
	if len(ids) == 0 {
		k.t.Fatal("nothing was declared")
	}
	v := k.view(ids[0])
	return ids[0], v.S.Channels[surface]
}

func (k *kit) view(id string) *incident.View {
	k.t.Helper()
	v, err := k.svc.View(context.Background(), id)
	if err != nil {
		k.t.Fatal(err)
	}
	return v
}

// kinds counts the entries of a kind.
func (k *kit) kinds(id, kind string) int {
	k.t.Helper()
	list, err := k.svc.Entries(context.Background(), id, 1, 0)
	if err != nil {
		k.t.Fatal(err)
	}
	n := 0
	for i := range list {
		if string(list[i].Kind) == kind {
			n++
		}
	}
	return n
}

// one is the only message with some words in a channel.
func (k *kit) one(channel, words string) posted {
	k.t.Helper()
	list := k.slack.in(channel, words)
	if len(list) != 1 {
		k.t.Fatalf("%d messages with %q in %s", len(list), words, channel)
	}
	return list[0]
}

func (k *kit) said() string {
	k.slack.mu.Lock()
	defer k.slack.mu.Unlock()
	raw, _ := json.Marshal(k.slack.answers)
	return string(raw)
}
