package main

import (
	"slices"
	"strings"

	"irbot/internal/chat"
	"irbot/internal/incident"
)

// shownMessage is how one message to a person or an addressee fares, in
// `irbot incident show --json`.
type shownMessage struct {
	ID         string `json:"id"`
	Kind       string `json:"kind"`
	To         string `json:"to"`
	Means      string `json:"means,omitempty"`
	State      string `json:"state"`
	Since      string `json:"since"`
	Try        int    `json:"try"`
	Escalation string `json:"escalation,omitempty"`
	Notice     string `json:"notice,omitempty"`
	With       string `json:"joined_with,omitempty"`
	Why        string `json:"why,omitempty"`
}

// reachedIn lists the messages to people and addressees, the oldest first.
func reachedIn(v *incident.View) []shownMessage {
	out := []shownMessage{}
	for _, m := range v.S.Messages {
		x := shownMessage{ID: m.ID, Kind: m.Kind, To: m.Person, State: string(m.State), Since: machineTime(m.Since), Try: m.Try, Escalation: m.Esc, Notice: m.Notice, With: m.With}
		if x.To == "" {
			x.To = m.Dest
		}
		if x.To == "" {
			continue // a post in a room
		}
		if m.Index < len(m.Means) {
			x.Means = m.Means[m.Index]
		}
		if m.State == incident.Failed || m.State == incident.Unconfirmed {
			x.Why = v.Text(m.Proof)["error"]
		}
		out = append(out, x)
	}
	return out
}

// pressing tells that a message is of interest now: it is on its way or did not
// arrive, or it is a page of a ladder that is open or the last one.
func pressing(s *incident.Incident, m shownMessage) bool {
	state := incident.MessageState(m.State)
	if slices.Contains([]incident.MessageState{incident.Queued, incident.Sending, incident.Failed, incident.Unconfirmed}, state) {
		return true
	}
	if state == incident.Cancelled {
		return false
	}
	e := s.Escalation(m.Escalation)
	return m.Kind == "page" && e != nil && (e.Ended == "" || e == s.Escalations[len(s.Escalations)-1])
}

// sayReached shows whom a page or a notice has reached, and whom not.
func (c *cli) sayReached(v *incident.View, list []shownMessage) {
	var cells [][]string
	for _, x := range list {
		if !pressing(v.S, x) {
			continue
		}
		m := v.S.Message(x.ID)
		who := v.Person(m.Person, string(c.lang))
		if m.Person == "" {
			who = v.Dest(m.Dest, string(c.lang))
		}
		means := c.words.T(c.lang, "msg.nomeans")
		if x.Means != "" {
			means = c.words.Or(c.lang, "means."+x.Means, x.Means)
		}
		state := c.words.T(c.lang, "msg."+x.State)
		if x.Why != "" {
			state += " " + c.words.Trouble(c.lang, x.Why, 80)
		}
		cells = append(cells, []string{chat.Near(m.Since, v.Now, v.Site.Zone), who, means, strings.TrimSpace(state)})
	}
	if len(cells) > 0 {
		c.printf("\n")
		c.table([]string{c.say("時刻", "time"), c.say("相手", "to"), c.say("手段", "by"), c.say("届いたか", "state")}, cells)
	}
}
