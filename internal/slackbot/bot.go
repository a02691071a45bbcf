package slackbot

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/slack-go/slack"

	"irbot/internal/chat"
	"irbot/internal/incident"
)

// Options are what a Bot is made of.
type Options struct {
	Service *incident.Service
	Words   *chat.Words
	Lang    chat.Lang // of channels; people are answered in their own language

	BotToken      string
	AppToken      string // "" = signed HTTP instead of Socket Mode
	SigningSecret string // of signed HTTP
	APIURL        string // base of the Web API; "" = Slack's own
	Command       string // "/incident"
	Listen        string // address of signed HTTP
	Private       bool   // incident channels are private
	Broadcast     bool   // announcements of a real severity 1 incident say @here

	// Person gives the directory id of a Slack member, Member the other way.
	// Only what the operator wrote into the directory counts: names and mail
	// addresses in a Slack profile can be changed by whoever owns the workspace.
	Person func(slackID string) (person string, ok bool)
	Member func(person string) (slackID string, ok bool)

	// Recent lists incidents, newest first: the live ones, or all of them.
	Recent func(ctx context.Context, live bool, limit int) ([]incident.Summary, error)
	// ApprovalCode checks a personal approval code. The error is ErrNoCode where
	// the person has not set one; an empty code only asks that.
	ApprovalCode func(ctx context.Context, person, code string) (bool, error)
	// Link makes a console address of a path such as /i/IR-12; "" = no console.
	Link func(path string) string
	// Export makes the export of an incident in a format (zip, csv, md, jsonl, html).
	Export func(ctx context.Context, act incident.Act, id, format string) (name string, data []byte, err error)
	// Banners are what the operator must know about irbot itself now. nil: none.
	Banners func(lang chat.Lang) []string
	// Ready is what is good to know before the next incident, for the home tab:
	// the next drill, the runbooks, the last backup. nil: nothing.
	Ready func(lang chat.Lang) []string
	// Inject gives the next situation of a drill; the title is "" after the last
	// one. nil: there are none.
	Inject func(ctx context.Context, id string) (title string, left int, err error)
	// OnState is told that Slack went away or came back, before anything is sent
	// again. It is called one at a time and may take its time.
	OnState func(up bool, since time.Time)

	HTTPClient *http.Client
	Logger     *slog.Logger
	Wall       func() time.Time // nil is time.Now
}

// ErrNoCode says that a person has not set an approval code.
var ErrNoCode = errors.New("no approval code set")

// surface is the name of this surface in the record.
const surface = "slack"

// Bot is the Slack surface of one irbot. It is safe for concurrent use.
type Bot struct {
	o      Options
	svc    *incident.Service
	api    *slack.Client
	log    *slog.Logger
	wall   func() time.Time
	gates  *gates
	people *people
	rooms  *rooms
	said   *messages
	acts   *once
	state  *state
	sync   *syncer
	codes  *throttle
	work   sync.WaitGroup // what goes on after an acknowledgement
	slots  chan struct{}

	mu  sync.Mutex
	me  *slack.AuthTestResponse
	lag map[string]bool // messages whose capture is under way
}

// New puts a bot together; nothing runs and nobody is called yet.
func New(o Options) (*Bot, error) {
	switch {
	case o.Service == nil || o.Words == nil || o.Person == nil || o.Member == nil:
		return nil, errors.New("slack bot: service, words, person and member are required")
	case o.BotToken == "":
		return nil, errors.New("slack bot: bot token is required")
	case o.AppToken == "" && o.SigningSecret == "":
		return nil, errors.New("slack bot: an app token (Socket Mode) or a signing secret (HTTP) is required")
	}
	o.Wall = wallOr(o.Wall)
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.HTTPClient == nil {
		o.HTTPClient = &http.Client{Timeout: 20 * time.Second}
	}
	if o.Command == "" {
		o.Command = "/incident"
	}
	if o.Link == nil {
		o.Link = func(string) string { return "" }
	}
	opts := []slack.Option{slack.OptionHTTPClient(o.HTTPClient), slack.OptionAppLevelToken(o.AppToken)}
	if o.APIURL != "" {
		opts = append(opts, slack.OptionAPIURL(strings.TrimRight(o.APIURL, "/")+"/"))
	}
	b := &Bot{
		o: o, svc: o.Service, log: o.Logger, wall: o.Wall, api: slack.New(o.BotToken, opts...),
		gates: newGates(o.Wall), rooms: newRooms(), said: newMessages(), acts: newOnce(o.Wall), codes: newThrottle(o.Wall),
		slots: make(chan struct{}, 64), lag: map[string]bool{},
	}
	b.people = &people{b: b, names: map[string]string{}}
	b.state = &state{b: b, since: o.Wall(), deafSince: o.Wall(), kick: make(chan struct{}, 1)}
	b.sync = newSyncer(b)
	return b, nil
}

// after does something once the person has been answered. It outlives the
// request, never the bot.
func (b *Bot) after(ctx context.Context, what string, f func(ctx context.Context) error) {
	ctx = context.WithoutCancel(ctx)
	b.work.Go(func() {
		b.slots <- struct{}{}
		defer func() { <-b.slots }()
		ctx, cancel := context.WithTimeout(ctx, time.Minute)
		defer cancel()
		defer b.caught(what)
		if err := f(ctx); err != nil {
			b.log.Warn("after the answer", "what", what, "err", err)
		}
	})
}

// caught keeps a fault in one act from ending the bot.
func (b *Bot) caught(what string) {
	if p := recover(); p != nil {
		b.log.Error("slack handler panicked", "what", what, "panic", p)
	}
}

// self is who the bot is in the workspace; asked once.
func (b *Bot) self(ctx context.Context) (*slack.AuthTestResponse, error) {
	b.mu.Lock()
	me := b.me
	b.mu.Unlock()
	if me != nil {
		return me, nil
	}
	err := b.call(ctx, "auth.test", func(ctx context.Context) (err error) {
		me, err = b.api.AuthTestContext(ctx)
		return err
	})
	if err != nil {
		return nil, err
	}
	b.mu.Lock()
	b.me = me
	b.mu.Unlock()
	return me, nil
}

// drawer draws cards of an incident in a language.
func (b *Bot) drawer(ctx context.Context, id string, lang chat.Lang) chat.Drawer {
	return chat.Drawer{Words: b.o.Words, Lang: lang, URL: strings.TrimRight(b.o.Link(""), "/"), Entries: b.entries(ctx, id)}
}
