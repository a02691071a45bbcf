package slackbot

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"time"

	"github.com/slack-go/slack"
)

// answerWithin is how long an act may take before Slack is told that it
// arrived: people see an error after three seconds.
const answerWithin = 2400 * time.Millisecond

// actWithin bounds the work on one delivery.
const actWithin = 25 * time.Second

// inbound is one delivery, whatever way it came.
type inbound struct {
	slash *slack.SlashCommand
	press *slack.InteractionCallback
	event *event
}

// event is an Events API callback, as far as irbot reads it.
type event struct {
	ID    string `json:"event_id"`
	Inner struct {
		Type     string   `json:"type"`
		Subtype  string   `json:"subtype"`
		User     string   `json:"user"`
		BotID    string   `json:"bot_id"`
		Channel  string   `json:"channel"`
		Text     string   `json:"text"`
		TS       string   `json:"ts"`
		ThreadTS string   `json:"thread_ts"`
		Tab      string   `json:"tab"`
		Reaction string   `json:"reaction"`
		Files    fileList `json:"files"`
		Item     item     `json:"item"`
		Message  *changed `json:"message"`
		Previous *changed `json:"previous_message"`
		Deleted  string   `json:"deleted_ts"`
		Kind     string   `json:"channel_type"`
	} `json:"event"`
}

type fileList []slack.File

type item struct {
	Type    string `json:"type"`
	Channel string `json:"channel"`
	TS      string `json:"ts"`
}

// changed is a message before or after an edit.
type changed struct {
	User   string   `json:"user"`
	BotID  string   `json:"bot_id"`
	Text   string   `json:"text"`
	TS     string   `json:"ts"`
	Thread string   `json:"thread_ts"`
	Files  fileList `json:"files"`
	Edited *struct {
		User string `json:"user"`
		TS   string `json:"ts"`
	} `json:"edited"`
}

// eventOf reads an Events API payload.
func eventOf(payload []byte) (inbound, error) {
	var e event
	if err := json.Unmarshal(payload, &e); err != nil {
		return inbound{}, fmt.Errorf("read event: %w", err)
	}
	return inbound{event: &e}, nil
}

// key identifies the person's act, never the transport.
func (in inbound) key() string {
	switch {
	case in.slash != nil:
		return "slack:cmd:" + in.slash.TriggerID
	case in.event != nil:
		return "slack:ev:" + in.event.ID
	case in.press == nil:
		return ""
	}
	p := in.press
	switch p.Type {
	case slack.InteractionTypeBlockActions:
		if len(p.ActionCallback.BlockActions) > 0 {
			return "slack:act:" + p.ActionCallback.BlockActions[0].ActionTs + ":" + p.User.ID
		}
	case slack.InteractionTypeViewSubmission:
		// The same form sent with other words is another act.
		values, err := json.Marshal(p.View.State)
		if err != nil {
			values = nil
		}
		sum := sha256.Sum256(values)
		return "slack:view:" + p.View.ID + ":" + p.View.Hash + ":" + p.User.ID + ":" + hex.EncodeToString(sum[:6])
	default:
	}
	return "slack:trg:" + p.TriggerID
}

// answer is what the bot says to a delivery.
type answer struct {
	payload any                             // with the acknowledgement, where Slack takes one
	say     *saying                         // to the person, where an acknowledgement carries no words
	after   func(ctx context.Context) error // once the person has been answered
	failed  bool                            // nothing was recorded: a retry is a new try
	unheard bool                            // an event that could not be worked on: Slack shall deliver it again
}

// deliver works on one delivery and acknowledges it: after the commit, or,
// where the commit takes too long, without claiming anything.
func (b *Bot) deliver(ctx context.Context, in inbound, ack func(payload any)) {
	work := context.WithoutCancel(ctx)
	first := false
	run := b.acts.do(in.key(), func() (ans answer) {
		first = true
		ctx, cancel := context.WithTimeout(work, actWithin)
		defer cancel()
		ended := false
		defer func() {
			if !ended {
				ans = answer{failed: true}
			}
		}()
		defer b.caught("delivery")
		ans, ended = b.handle(ctx, in), true
		return ans
	})
	late := time.NewTimer(answerWithin)
	defer late.Stop()
	select {
	case <-run.done:
		if !run.ans.unheard {
			ack(run.ans.payload)
		}
	case <-late.C:
		if in.event == nil {
			ack(b.lateAck(in))
		}
		<-run.done
		b.sayLate(work, in, run.ans, first)
	}
	if !first {
		return
	}
	if run.ans.say != nil {
		b.after(work, "say", func(ctx context.Context) error { return b.say(ctx, in, *run.ans.say) })
	}
	if run.ans.after != nil {
		b.after(work, "after", run.ans.after)
	}
}

// handle works on a delivery.
func (b *Bot) handle(ctx context.Context, in inbound) answer {
	switch {
	case in.slash != nil:
		return b.onSlash(ctx, in)
	case in.event != nil:
		return b.onEvent(ctx, in)
	case in.press == nil:
		return answer{}
	}
	switch in.press.Type {
	case slack.InteractionTypeBlockActions:
		return b.onPress(ctx, in)
	case slack.InteractionTypeViewSubmission:
		return b.onSubmit(ctx, in)
	case slack.InteractionTypeShortcut, slack.InteractionTypeMessageAction:
		return b.onShortcut(ctx, in)
	default:
		return answer{}
	}
}
