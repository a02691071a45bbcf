package slackbot

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"irbot/internal/chat"
	"irbot/internal/incident"
	"irbot/internal/notify"
)

// nameTries is how many names are tried for a channel; archived channels keep
// theirs.
const nameTries = 6

// openRoom creates the channel of an incident and posts the status card in it.
// Every part may be repeated: a channel made by an attempt whose answer was
// lost is found again, and so is the card.
func (b *Bot) openRoom(ctx context.Context, v *incident.View, e notify.Envelope) (notify.Receipt, error) {
	channel := v.S.Channels[surface]
	if channel == "" {
		var err error
		if channel, err = b.createChannel(ctx, v, e); err != nil {
			return notify.Receipt{}, failure(err)
		}
	}
	b.rooms.put(channel, v.S.ID)
	e.Repeat = e.Repeat || e.Try > 1
	r, err := b.sendCard(ctx, v, e, channel)
	if err != nil {
		return r, err
	}
	_, ts, _ := strings.Cut(r.ID, ":")
	b.after(ctx, "furnish channel", func(ctx context.Context) error { return b.furnish(ctx, v, channel, ts) })
	return r, nil
}

// channelName is sortable and ASCII: ir-12-1122, drill-4-1122.
func channelName(v *incident.View) string {
	kind, number, _ := strings.Cut(v.S.ID, "-")
	kind = strings.ToLower(kind)
	if v.S.Drill {
		kind = "drill"
	}
	day := v.S.Times.Declared
	if day.IsZero() {
		day = v.Now
	}
	return fmt.Sprintf("%s-%s-%s", kind, number, day.In(v.Site.Zone).Format("0102"))
}

func (b *Bot) createChannel(ctx context.Context, v *incident.View, e notify.Envelope) (string, error) {
	base := channelName(v)
	for i := range nameTries {
		name := base
		if i > 0 {
			name = fmt.Sprintf("%s-%d", base, i+1)
		}
		var c *slack.Channel
		err := b.call(ctx, "conversations.create", func(ctx context.Context) (err error) {
			c, err = b.api.CreateConversationContext(ctx, slack.CreateConversationParams{ChannelName: name, IsPrivate: b.o.Private})
			return err
		})
		if err == nil {
			return c.ID, nil
		}
		if slackError(err) != "name_taken" {
			return "", err
		}
		if id := b.ownChannel(ctx, name, e.At); id != "" {
			return id, nil
		}
	}
	return "", fmt.Errorf("create channel %s: %w", base, slack.SlackErrorResponse{Err: "name_taken"})
}

// ownChannel finds a channel that an earlier attempt made, whose answer was
// lost: ours, of that name, and not older than the incident.
func (b *Bot) ownChannel(ctx context.Context, name string, since time.Time) string {
	me, err := b.self(ctx)
	if err != nil {
		return ""
	}
	cursor := ""
	for range 10 {
		var list []slack.Channel
		err := b.call(ctx, "conversations.list", func(ctx context.Context) (err error) {
			list, cursor, err = b.api.GetConversationsContext(ctx, &slack.GetConversationsParameters{
				Cursor: cursor, ExcludeArchived: true, Limit: 500, Types: []string{"public_channel", "private_channel"}})
			return err
		})
		if err != nil {
			b.log.Warn("look for the channel of a lost answer", "name", name, "err", err)
			return ""
		}
		for _, c := range list {
			if c.Name == name && c.Creator == me.UserID && c.Created.Time().After(since.Add(-time.Minute)) {
				return c.ID
			}
		}
		if cursor == "" {
			return ""
		}
	}
	return ""
}

// furnish does what makes a channel handy. None of it is needed to work, so
// nothing waits for it.
func (b *Bot) furnish(ctx context.Context, v *incident.View, channel, ts string) error {
	b.sync.touch(v.S.ID) // invites and topic follow the record
	err := b.patient(ctx, "pins.add", func(ctx context.Context) error {
		return b.api.AddPinContext(ctx, channel, slack.NewRefToMessage(channel, ts))
	})
	if err != nil && slackError(err) != "already_pinned" {
		b.log.Warn("pin the status card", "incident", v.S.ID, "err", err)
	}
	for _, x := range [][2]string{{"surface.web", ""}, {"nav.runbooks", "/steps"}, {"tl.title", "/chrono"}, {"nav.clocks", "/clocks"}} {
		if err := b.bookmark(ctx, channel, b.o.Words.T(b.lang(), x[0]), b.o.Link("/i/"+v.S.ID+x[1])); err != nil {
			return err
		}
	}
	return nil
}

// bookmark puts a link at the top of a channel; without an address of the
// console there is none to put.
func (b *Bot) bookmark(ctx context.Context, channel, title, url string) error {
	if !strings.HasPrefix(url, "http") {
		return nil
	}
	return b.patient(ctx, "bookmarks.add", func(ctx context.Context) error {
		_, err := b.api.AddBookmarkContext(ctx, channel, slack.AddBookmarkParameters{Title: title, Type: "link", Link: url})
		return err
	})
}

// members are the Slack members who belong into the channel of an incident:
// role holders, whoever was paged and whoever has acted.
func (b *Bot) members(v *incident.View) []string {
	var out []string
	add := func(person string) {
		if m, ok := b.o.Member(person); ok && m != "" && !slices.Contains(out, m) {
			out = append(out, m)
		}
	}
	for p := range v.S.People {
		add(p)
		if m, ok := strings.CutPrefix(p, "guest:slack-"); ok && !slices.Contains(out, m) {
			out = append(out, m)
		}
	}
	for _, h := range v.S.Roles {
		add(h.Person)
	}
	for _, e := range v.S.Escalations {
		for _, p := range e.Paged {
			for _, id := range p.People {
				add(id)
			}
		}
	}
	for _, p := range v.Site.Directory.People {
		if len(p.Roles) > 0 {
			add(p.ID)
		}
	}
	return out
}

// invite brings in who is missing; one call takes a hundred.
func (b *Bot) invite(ctx context.Context, channel string, members []string) error {
	for len(members) > 0 {
		n := min(len(members), 100)
		err := b.call(ctx, "conversations.invite", func(ctx context.Context) error {
			_, err := b.api.ForceInviteUsersToConversationContext(ctx, channel, members[:n]...)
			return err
		})
		switch slackError(err) {
		case "already_in_channel", "cant_invite_self", "cant_invite", "user_not_found", "ura_max_channels":
			b.log.Info("invite", "channel", channel, "err", err)
		default:
			if err != nil {
				return err
			}
		}
		members = members[n:]
	}
	return nil
}

// topic says who is in command and when the next report is due. A topic knows
// no escaping, so nothing in it may look like a reference.
func (b *Bot) topic(ctx context.Context, v *incident.View) string {
	plain := strings.NewReplacer("<", "＜", ">", "＞", "&", "＆")
	return plain.Replace(chat.OneLine(b.drawer(ctx, v.S.ID, b.lang()).Topic(v)))
}
