package slackbot

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"irbot/internal/chat"
)

// saying is something said to one person only.
type saying struct {
	text    string
	cards   []chat.Card
	actions []chat.Action
	replace bool // takes the place of the ephemeral message whose button was pressed
	thread  string
	channel string // for events, which have no response address
}

// blocks lays a saying out.
func (s saying) blocks() (blocks []slack.Block, text string) {
	b := &builder{left: maxTotal}
	var words []string
	if s.text != "" {
		b.section(fit(s.text, maxSection, esc))
		words = append(words, s.text)
	}
	for _, c := range s.cards {
		d := draw(c)
		b.out = append(b.out, renumber(d.blocks, &b.ids)...)
		words = append(words, cmp.Or(c.Fallback, c.Head, c.Title))
	}
	b.actions(s.actions)
	if len(b.out) > 50 {
		b.out = b.out[:50]
	}
	return b.out, cmp.Or(fit(strings.Join(words, "\n"), maxText, plainEsc), "irbot")
}

// renumber keeps the ids of blocks apart when several cards share a message.
func renumber(blocks []slack.Block, n *int) []slack.Block {
	for _, x := range blocks {
		if a, ok := x.(*slack.ActionBlock); ok {
			*n++
			a.BlockID = fmt.Sprintf("act%d", *n)
		}
	}
	return blocks
}

// response is the JSON Slack takes with an acknowledgement of a command and at
// a response address.
type response struct {
	Type    string        `json:"response_type,omitempty"`
	Text    string        `json:"text,omitempty"`
	Blocks  []slack.Block `json:"blocks,omitempty"`
	Replace bool          `json:"replace_original"`
}

func (s saying) response() response {
	blocks, text := s.blocks()
	return response{Type: slack.ResponseTypeEphemeral, Text: text, Blocks: blocks, Replace: s.replace}
}

// maxPayload is the largest acknowledgement; Socket Mode drops those of 20 KiB.
const maxPayload = 15 << 10

// reply answers a slash command: with the acknowledgement where it fits, else
// at the response address.
func reply(s saying) answer {
	r := s.response()
	raw, err := json.Marshal(r)
	if err != nil || len(raw) > maxPayload {
		return answer{say: &s}
	}
	return answer{payload: json.RawMessage(raw)}
}

// lateAck is what leaves when an act takes longer than Slack waits: nothing is
// claimed, and a form stays on the screen until it is known what came of it.
func (b *Bot) lateAck(in inbound) any {
	if in.press == nil || in.press.Type != slack.InteractionTypeViewSubmission {
		return nil
	}
	lang := b.people.who(in.press.User.ID, "").lang
	v := lateScreen(b.o.Words.T(lang, "slk.working"), nil, b.o.Words.T(lang, "slk.shut"))
	return slack.NewUpdateViewSubmissionResponse(&v)
}

func lateScreen(text string, typed []chat.Block, shut string) slack.ModalViewRequest {
	body := append([]chat.Block{{Kind: chat.Warn, Text: text}}, typed...)
	return modal(chat.Form{Title: "irbot", Cancel: shut, Body: body}, note{Form: "show"})
}

// sayLate tells somebody what came of an act after the acknowledgement had to
// leave without words.
func (b *Bot) sayLate(ctx context.Context, in inbound, ans answer, first bool) {
	switch {
	case !first || in.event != nil:
	case in.slash != nil:
		if raw, ok := ans.payload.(json.RawMessage); ok {
			b.after(ctx, "late answer", func(ctx context.Context) error { return b.respond(ctx, in.slash.ResponseURL, raw) })
		}
	case in.press.Type == slack.InteractionTypeViewSubmission:
		lang := b.people.who(in.press.User.ID, "").lang
		text, typed := b.o.Words.T(lang, "recorded"), []chat.Block(nil)
		if r, ok := ans.payload.(*slack.ViewSubmissionResponse); ok && len(r.Errors) > 0 {
			text, typed = lateWords(r), typedWords(in)
		}
		v := lateScreen(text, typed, b.o.Words.T(lang, "slk.shut"))
		b.after(ctx, "late answer", func(ctx context.Context) error { return b.updateView(ctx, in.press.View.ID, "", v) })
	}
}

func lateWords(r *slack.ViewSubmissionResponse) string {
	var words []string
	for _, e := range r.Errors {
		words = append(words, e)
	}
	return strings.Join(words, "\n")
}

// typedWords gives back what was typed into a form that could not be recorded,
// so that it can be copied. What is secret is left out.
func typedWords(in inbound) []chat.Block {
	var out []chat.Block
	for id, v := range valuesOf(in.press.View) {
		if v.Value != "" && id != "code" {
			out = append(out, chat.Block{Kind: chat.Quote, Text: v.Value})
		}
	}
	return out
}

// say tells the person of a delivery something, so that only they see it.
func (b *Bot) say(ctx context.Context, in inbound, s saying) error {
	switch {
	case in.slash != nil:
		return b.respondWith(ctx, in.slash.ResponseURL, s)
	case in.press != nil && in.press.ResponseURL != "":
		return b.respondWith(ctx, in.press.ResponseURL, s)
	case in.press != nil:
		return b.direct(ctx, in.press.User.ID, s)
	case in.event != nil && s.channel != "" && s.channel[0] != 'D':
		return b.whisper(ctx, s.channel, in.event.Inner.User, s)
	case in.event != nil:
		return b.direct(ctx, in.event.Inner.User, s)
	}
	return nil
}

func (b *Bot) respondWith(ctx context.Context, address string, s saying) error {
	raw, err := json.Marshal(s.response())
	if err != nil {
		return fmt.Errorf("write answer: %w", err)
	}
	return b.respond(ctx, address, raw)
}

var errAddress = errors.New("not an address of Slack")

// respond posts to a response address. Slack's own deliveries name it, but it
// is checked all the same: https, or loopback where the API is on loopback.
func (b *Bot) respond(ctx context.Context, address string, raw []byte) error {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.Scheme != "https" && !strings.HasPrefix(b.o.APIURL, "http://"+u.Host) {
		return fmt.Errorf("answer at %q: %w", chat.Truncate(address, 60), errAddress)
	}
	if err := wait(ctx, b.gates.take("response "+u.Path, 3, time.Second)); err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, address, bytes.NewReader(raw))
	if err != nil {
		return fmt.Errorf("answer: %w", err)
	}
	req.Header.Set("Content-Type", "application/json; charset=utf-8")
	res, err := b.o.HTTPClient.Do(req) //nolint:gosec // the address was checked above
	if err != nil {
		return fmt.Errorf("answer: %w", err)
	}
	defer func() { _ = res.Body.Close() }()
	_, _ = io.Copy(io.Discard, io.LimitReader(res.Body, 1<<16))
	if res.StatusCode >= http.StatusBadRequest {
		return fmt.Errorf("answer: status %d: %w", res.StatusCode, errAddress)
	}
	return nil
}

// whisper shows something to one member of a channel.
func (b *Bot) whisper(ctx context.Context, channel, member string, s saying) error {
	blocks, text := s.blocks()
	opts := []slack.MsgOption{slack.MsgOptionText(text, false), slack.MsgOptionBlocks(blocks...)}
	if s.thread != "" {
		opts = append(opts, slack.MsgOptionTS(s.thread))
	}
	return b.patient(ctx, "chat.postEphemeral", func(ctx context.Context) error {
		_, err := b.api.PostEphemeralContext(ctx, channel, member, opts...)
		return err
	})
}

// direct writes to somebody's DM.
func (b *Bot) direct(ctx context.Context, member string, s saying) error {
	_, _, err := b.post(ctx, member, s)
	return err
}

// post writes a message outside the outbox: small confirmations and answers
// that nobody waits for and no record depends on.
func (b *Bot) post(ctx context.Context, channel string, s saying) (ch, ts string, err error) {
	blocks, text := s.blocks()
	opts := []slack.MsgOption{slack.MsgOptionText(text, false), slack.MsgOptionBlocks(blocks...), slack.MsgOptionDisableLinkUnfurl(), slack.MsgOptionDisableMediaUnfurl()}
	if s.thread != "" {
		opts = append(opts, slack.MsgOptionTS(s.thread))
	}
	if err := wait(ctx, b.gates.take("post "+channel, burst, time.Second)); err != nil {
		return "", "", err
	}
	err = b.patient(ctx, "chat.postMessage", func(ctx context.Context) (err error) {
		ch, ts, err = b.api.PostMessageContext(ctx, channel, opts...)
		return err
	})
	return ch, ts, err
}
