package slackbot

import (
	"context"
	"slices"
	"sort"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"irbot/internal/chat"
	"irbot/internal/incident"
)

// place is one card on the surface.
type place struct {
	key   string
	post  incident.Post
	strip bool // an older one of its kind: it keeps its words and loses its buttons
}

// places are the cards of an incident in the order in which they matter: what
// people were paged for, then steps, newest first, the status card, and last
// what is closed and changes only in passing.
func places(v *incident.View) []place {
	newest := map[string]int64{}
	for k, p := range v.S.Posts {
		if g := onlyNewest(k); g != "" {
			newest[g] = max(newest[g], p.Seq)
		}
	}
	var out []place
	for k, p := range v.S.Posts {
		if p.Surface != surface || p.Channel == "" {
			continue
		}
		g := onlyNewest(k)
		out = append(out, place{key: k, post: p, strip: g != "" && p.Seq < newest[g] || answered(v, k)})
	}
	sort.Slice(out, func(i, j int) bool {
		if a, b := rank(v, out[i].key), rank(v, out[j].key); a != b {
			return a < b
		}
		return out[i].post.Seq > out[j].post.Seq
	})
	return out
}

// onlyNewest groups cards of which only the newest one may act.
func onlyNewest(key string) string {
	kind, _, _ := strings.Cut(key, "/")
	switch kind {
	case "cadence", "remind", "overdue", "exhausted", "review":
		return kind
	}
	return ""
}

// answered reports whether a reminder has been answered: its buttons would ask
// for the same again.
func answered(v *incident.View, key string) bool {
	return strings.HasPrefix(key, "cadence/") && !v.S.Cadence.Warned
}

// rank is the urgency of a card as the record is: a step that was closed a while
// ago comes behind everything that may be pressed.
func rank(v *incident.View, key string) int {
	if ref, ok := strings.CutPrefix(key, "step/"); ok {
		if st := v.S.Step(ref); st != nil && st.Closed() && v.Now.Sub(st.ClosedAt) > freshlyClosed {
			return 4
		}
	}
	return urgency(key)
}

func urgency(key string) int {
	kind, _, _ := strings.Cut(key, "/")
	switch kind {
	case "page", "standdown":
		return 0
	case "step", "decision", "notice":
		return 1
	case "status":
		return 3
	}
	return 2
}

// incident brings the copies of one incident up to date.
func (s *syncer) incident(ctx context.Context, id string) error {
	v, err := s.b.svc.View(ctx, id)
	if err != nil {
		return err
	}
	channel := v.S.Channels[surface]
	s.b.rooms.put(channel, id)
	began := s.b.wall()
	list := places(v)
	for i := 0; i < len(list); i++ {
		if err := s.place(ctx, v, list[i]); err != nil {
			return err
		}
		if s.b.wall().Sub(began) < freshEvery {
			continue
		}
		began = s.b.wall()
		seq := v.S.Seq
		if v, err = s.b.svc.View(ctx, id); err != nil { // newest wins
			return err
		}
		if v.S.Seq != seq { // what was pressed meanwhile does not wait behind the older cards
			list, i = places(v), -1
		}
	}
	if err := s.extras(ctx, v); err != nil {
		return err
	}
	if channel == "" {
		return nil
	}
	return s.furniture(ctx, v, channel)
}

// place draws one card and edits its message where it has changed by more than
// the clock.
func (s *syncer) place(ctx context.Context, v *incident.View, p place) error {
	key := shownKey(v.S.ID, p.key, p.post.TS)
	s.mu.Lock()
	last := s.shown[key]
	s.mu.Unlock()
	if last.final || lasting(p.key) && last.hash == "" { // posted before a restart: it tells of its moment still
		return nil
	}
	lang := s.langOf(p)
	if last.hash != "" && !last.at.IsZero() && v.Now.Sub(last.at) < goneBy {
		if d, ok := s.draw(ctx, at(v, last.at), p, lang); ok && hashOf(d) == last.hash && milestone(v, p.key, last.at) == milestone(v, p.key, v.Now) {
			return nil // only time has passed
		}
	}
	d, ok := s.draw(ctx, v, p, lang)
	if !ok {
		return nil
	}
	hash := hashOf(d)
	if hash != last.hash {
		if err := s.edit(ctx, p.post.Channel, p.post.TS, d, urgency(p.key) > 0); err != nil {
			if gone(slackError(err)) {
				s.put(key, shown{final: true})
				return nil
			}
			return err
		}
	}
	s.put(key, shown{hash: hash, at: v.Now, final: lasting(p.key)})
	return nil
}

// langOf is the language of a card: of the person in a DM, else the channel's.
func (s *syncer) langOf(p place) chat.Lang {
	kind, rest, _ := strings.Cut(p.key, "/")
	if kind == "page" || kind == "standdown" {
		_, person, _ := strings.Cut(rest, "/")
		return s.b.langOf(person)
	}
	return s.b.lang()
}

func (s *syncer) put(key string, x shown) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.shown[key] = x
}

func (s *syncer) draw(ctx context.Context, v *incident.View, p place, lang chat.Lang) (drawn, bool) {
	c, ok := s.b.card(ctx, v, p.key, lang)
	if !ok {
		return drawn{}, false
	}
	if p.strip {
		c.Actions = nil
	}
	return s.b.lay(v, p.key, c), true
}

// lasting are cards that never change again: they tell of one moment.
func lasting(key string) bool {
	kind, _, _ := strings.Cut(key, "/")
	switch kind {
	case "announce", "asked", "phase", "catchup", "report", "call", "standdown":
		return true
	}
	return false
}

// gone reports whether a message cannot be edited any more.
func gone(code string) bool {
	switch code {
	case "message_not_found", "cant_update_message", "channel_not_found", "is_archived", "edit_window_closed", "not_in_channel", "is_inactive":
		return true
	}
	return false
}

// edit changes a message. What is not urgent keeps within the rate of the
// method, so that there is room for what is.
func (s *syncer) edit(ctx context.Context, channel, ts string, d drawn, paced bool) error {
	if pause := s.b.gates.take("chat.update", updates, updateWait); paced {
		if err := wait(ctx, pause); err != nil {
			return err
		}
	}
	return s.b.call(ctx, "chat.update", func(ctx context.Context) error {
		_, _, _, err := s.b.api.UpdateMessageContext(ctx, channel, ts, slack.MsgOptionText(d.text, false), slack.MsgOptionBlocks(d.blocks...))
		return err
	})
}

// extras are the DMs to finders and the older copies of cards.
func (s *syncer) extras(ctx context.Context, v *incident.View) error {
	s.mu.Lock()
	receipts := slices.Clone(s.extra[v.S.ID])
	var old, keep []retired
	for _, r := range s.old {
		if r.incident == v.S.ID {
			old = append(old, r)
		} else {
			keep = append(keep, r)
		}
	}
	s.old = keep
	s.mu.Unlock()
	for i, r := range receipts {
		d := draw(s.b.received(v, r.lang))
		if hash := hashOf(d); hash != r.hash {
			if err := s.edit(ctx, r.channel, r.ts, d, true); err != nil && !gone(slackError(err)) {
				return err
			}
			s.mu.Lock()
			s.extra[v.S.ID][i].hash = hash
			s.mu.Unlock()
		}
	}
	for i, r := range old {
		d, ok := s.draw(ctx, v, place{key: r.card, strip: true}, r.post.lang)
		if !ok {
			continue
		}
		if err := s.edit(ctx, r.post.channel, r.post.ts, d, false); err != nil && !gone(slackError(err)) {
			s.mu.Lock()
			s.old = append(s.old, old[i:]...)
			s.mu.Unlock()
			return err
		}
	}
	return nil
}

// furniture keeps topic and members of the channel like the record.
func (s *syncer) furniture(ctx context.Context, v *incident.View, channel string) error {
	id := v.S.ID
	s.mu.Lock()
	if s.in[id] == nil {
		s.in[id] = map[string]bool{}
	}
	var missing []string
	for _, m := range s.b.members(v) {
		if !s.in[id][m] {
			missing = append(missing, m)
		}
	}
	topic := s.topic[id]
	s.mu.Unlock()
	slices.Sort(missing)
	if len(missing) > 0 {
		if err := s.b.invite(ctx, channel, missing); err != nil && !gone(slackError(err)) {
			return err
		}
		s.mu.Lock()
		for _, m := range missing {
			s.in[id][m] = true
		}
		s.mu.Unlock()
	}
	want := s.b.topic(ctx, v)
	if want == topic {
		return nil
	}
	if pause := s.b.gates.take("conversations.setTopic", 5, 4*time.Second); pause > 0 {
		if err := wait(ctx, min(pause, 2*time.Second)); err != nil {
			return err
		}
	}
	err := s.b.call(ctx, "conversations.setTopic", func(ctx context.Context) error {
		_, err := s.b.api.SetTopicOfConversationContext(ctx, channel, want)
		return err
	})
	if err != nil && !gone(slackError(err)) {
		return err
	}
	s.mu.Lock()
	s.topic[id] = want
	s.mu.Unlock()
	return nil
}

// milestone is how far a step is on the way to its target: at half, four
// fifths and the whole of it the card is drawn again (UX 2.4).
func milestone(v *incident.View, key string, now time.Time) int {
	ref, ok := strings.CutPrefix(key, "step/")
	st := v.S.Step(ref)
	if !ok || st == nil || st.Due.IsZero() || st.CurrentAt.IsZero() || st.Closed() {
		return 0
	}
	whole, gone := st.Due.Sub(st.CurrentAt), now.Sub(st.CurrentAt)
	switch {
	case whole <= 0 || gone >= whole:
		return 3
	case gone*10 >= whole*8:
		return 2
	case gone*2 >= whole:
		return 1
	}
	return 0
}

// near marks incidents in which a step has come to a milestone.
func (b *Bot) near(ctx context.Context) {
	for _, r := range b.recent(ctx, true, 200) {
		v, err := b.svc.View(ctx, r.ID)
		if err != nil {
			continue
		}
		for _, st := range v.S.Currents() {
			post, ok := v.S.Posts["step/"+st.Ref]
			if !ok {
				continue
			}
			b.sync.mu.Lock()
			last := b.sync.shown[shownKey(r.ID, "step/"+st.Ref, post.TS)]
			b.sync.mu.Unlock()
			if !last.at.IsZero() && milestone(v, "step/"+st.Ref, last.at) != milestone(v, "step/"+st.Ref, v.Now) {
				b.sync.touch(r.ID)
				break
			}
		}
	}
}
