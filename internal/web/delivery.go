package web

import (
	"strings"

	"irbot/internal/chat"
	"irbot/internal/incident"
)

// carried is how one message to one person fares, in one line.
type carried struct {
	Who, Text string
	Tone      chat.Tone
}

// fares tells how the messages of an entry to people stand: by which means, what
// became of it, when, and whether it left together with others.
func (p *page) fares(v *incident.View, pick func(*incident.Message) bool) []carried {
	var out []carried
	for _, m := range v.S.Messages {
		if !pick(m) {
			continue
		}
		c := carried{Who: p.Person(m.Person), Tone: messageTone(m.State)}
		words := []string{p.T("msg." + string(m.State)), p.At(m.Since)}
		if m.Index < len(m.Means) {
			words = append([]string{p.Or("means."+m.Means[m.Index], m.Means[m.Index]) + ":"}, words...)
		} else {
			words = []string{p.T("msg.nomeans")}
		}
		if m.Try > 1 {
			words = append(words, p.T("msg.try", "n", m.Try))
		}
		if m.With != "" {
			words = append(words, p.T("msg.merged"))
		}
		if m.State == incident.Failed || m.State == incident.Unconfirmed {
			words = append(words, p.srv.o.Words.Trouble(p.Lang, v.Text(m.Proof)["error"], 120))
		}
		c.Text = strings.TrimSpace(strings.Join(words, " "))
		out = append(out, c)
	}
	return out
}

// told is how the messages about a change or a hand-over of duty fare.
func (p *page) told(v *incident.View, id string) []carried {
	return p.fares(v, func(m *incident.Message) bool { return strings.HasPrefix(m.Card, "roster/"+id+"/") })
}

// rosterLabel is the name of a roster, which people know, for its id.
func (p *page) rosterLabel(id string) string {
	for _, r := range p.Site().Rosters {
		if r.ID == id {
			return p.rosterName(r)
		}
	}
	return id
}
