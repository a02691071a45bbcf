package auth

import "strings"

// answerPrefix begins the purpose of a link that answers one page.
const answerPrefix = "ack:"

// Answer is what a link in a page may do: acknowledge one escalation of one
// incident, and nothing else.
type Answer struct {
	Incident   string // IR-12
	Escalation string // e1
	Means      string // mail or sms: how the link was carried, and so how the answer came
}

// Purpose is the form of an Answer that is kept with its link.
func (a Answer) Purpose() string {
	return answerPrefix + a.Incident + "/" + a.Escalation + "/" + a.Means
}

// AnswerOf reads the purpose of a link; false for one that is for something else.
func AnswerOf(purpose string) (Answer, bool) {
	rest, ok := strings.CutPrefix(purpose, answerPrefix)
	part := strings.Split(rest, "/")
	if !ok || len(part) != 3 || part[0] == "" || part[1] == "" || part[2] == "" {
		return Answer{}, false
	}
	return Answer{Incident: part[0], Escalation: part[1], Means: part[2]}, true
}
