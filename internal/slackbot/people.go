package slackbot

import (
	"cmp"
	"context"
	"sync"

	"github.com/slack-go/slack"

	"irbot/internal/chat"
	"irbot/internal/incident"
)

// people knows who is behind a Slack member.
type people struct {
	b     *Bot
	mu    sync.Mutex
	names map[string]string // Slack members that are not in the directory, and channels
}

// caller is somebody who did something in Slack.
type caller struct {
	slack  string // member id
	person string // directory id, or guest:slack-U123
	known  bool
	name   string // of a guest
	lang   chat.Lang
}

// who finds out who a member is, and in which language to answer.
func (p *people) who(member, name string) caller {
	c := caller{slack: member, lang: p.b.lang()}
	id, ok := p.b.o.Person(member)
	if !ok {
		c.person, c.name = "guest:slack-"+member, cmp.Or(name, member)
		return c
	}
	c.person, c.known = id, true
	if x, ok := p.b.svc.Site().Directory.Person(id); ok && x.Lang != "" {
		c.lang = chat.LangOf(x.Lang)
	}
	return c
}

func (b *Bot) lang() chat.Lang {
	if b.o.Lang == chat.EN {
		return chat.EN
	}
	return chat.JA
}

// langOf is a person's language.
func (b *Bot) langOf(person string) chat.Lang {
	if x, ok := b.svc.Site().Directory.Person(person); ok && x.Lang != "" {
		return chat.LangOf(x.Lang)
	}
	return b.lang()
}

// name is a member's name: as the directory has it, else as Slack has it, as
// far as it was asked for.
func (p *people) name(member string) string {
	if id, ok := p.b.o.Person(member); ok {
		if x, ok := p.b.svc.Site().Directory.Person(id); ok {
			return x.Name
		}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	return cmp.Or(p.names[member], member)
}

// learn asks Slack for the names of members that are not in the directory.
func (p *people) learn(ctx context.Context, members ...string) {
	for _, m := range members {
		if m == "" || p.name(m) != m {
			continue
		}
		var u *slack.User
		err := p.b.call(ctx, "users.info", func(ctx context.Context) (err error) {
			u, err = p.b.api.GetUserInfoContext(ctx, m)
			return err
		})
		if err != nil {
			p.b.log.Warn("ask for a member's name", "member", m, "err", err)
			continue
		}
		p.mu.Lock()
		p.names[m] = chat.OneLine(cmp.Or(u.Profile.DisplayName, u.RealName, u.Name, m))
		p.mu.Unlock()
	}
}

// channel is a channel's name as far as it was asked for, else its id.
func (p *people) channel(id string) string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return cmp.Or(p.names[id], id)
}

// learnFrom asks Slack for the names of members and channels a message speaks
// of: Slack stores their ids alone. A private channel the bot is not in keeps
// its id.
func (p *people) learnFrom(ctx context.Context, text string, members ...string) {
	p.learn(ctx, append(mentioned(text), members...)...)
	for _, g := range reference.FindAllStringSubmatch(text, -1) {
		if id := g[2]; g[1] == "#" && g[3] == "" && p.channel(id) == id {
			p.learnChannel(ctx, id)
		}
	}
}

func (p *people) learnChannel(ctx context.Context, id string) {
	var ch *slack.Channel
	err := p.b.call(ctx, "conversations.info", func(ctx context.Context) (err error) {
		ch, err = p.b.api.GetConversationInfoContext(ctx, &slack.GetConversationInfoInput{ChannelID: id})
		return err
	})
	if err != nil {
		p.b.log.Warn("ask for a channel's name", "channel", id, "err", err)
		return
	}
	p.mu.Lock()
	p.names[id] = chat.OneLine(cmp.Or(ch.Name, id))
	p.mu.Unlock()
}

// mentioned lists the members a message speaks of.
func mentioned(text string) []string {
	var out []string
	for _, g := range reference.FindAllStringSubmatch(text, -1) {
		if g[1] == "@" {
			out = append(out, g[2])
		}
	}
	return out
}

// act is what the record keeps of who did it and how it is recognised.
func (c caller) act(request string) incident.Act {
	return incident.Act{Person: c.person, Name: c.name, Surface: surface, Request: request}
}
