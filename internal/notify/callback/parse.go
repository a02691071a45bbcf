package callback

import (
	"encoding/json"
	"errors"
	"fmt"
	"mime"
	"net/url"
	"strings"
)

const (
	typeForm = "application/x-www-form-urlencoded"
	typeJSON = "application/json"
)

// Errors of a report that is not understood.
var (
	errType   = errors.New("send the report as a form or as JSON; check its Content-Type (フォームか JSON で送ってください。Content-Type を確かめてください)")
	errStatus = errors.New("the report has no status that is known (状態が書かれていないか、知らない言葉です)")
)

// said is the JSON form of a report.
type said struct {
	ID     string          `json:"id"`
	Status string          `json:"status"`
	Error  json.RawMessage `json:"error"` // text or number
}

// parse reads a report: a form with MessageStatus (SMS) or CallStatus (voice)
// and ErrorCode as Twilio sends it, or JSON with status, error and id.
func parse(contentType string, body []byte) (Report, error) {
	kind, _, err := mime.ParseMediaType(contentType)
	if err != nil {
		return Report{}, errType
	}
	var s said
	switch kind {
	case typeForm:
		form, err := url.ParseQuery(string(body))
		if err != nil {
			return Report{}, fmt.Errorf("read form: %w", err)
		}
		s.Status = first(form, "MessageStatus", "SmsStatus", "CallStatus", "status")
		s.Error = json.RawMessage(first(form, "ErrorCode", "error"))
	case typeJSON:
		if err := json.Unmarshal(body, &s); err != nil {
			return Report{}, fmt.Errorf("read JSON: %w", err)
		}
	default:
		return Report{}, errType
	}
	as, ok := meaning(s.Status)
	if !ok {
		return Report{}, errStatus
	}
	note := s.Status
	if e := strings.Trim(string(s.Error), `" `); e != "" && e != "null" && e != "0" {
		note += " " + e
	}
	return Report{Message: s.ID, As: as, Note: short(note)}, nil
}

func first(form url.Values, names ...string) string {
	for _, n := range names {
		if v := form.Get(n); v != "" {
			return v
		}
	}
	return ""
}

// meaning reads a carrier's word; "" is one that says only that the message is
// on its way. A call that was answered counts as delivered.
func meaning(status string) (as string, known bool) {
	switch strings.ToLower(strings.TrimSpace(status)) {
	case "accepted", "scheduled", "queued", "sending", "sent", "initiated", "ringing", "in-progress", "pending":
		return "", true
	case "delivered", "completed", "answered":
		return "delivered", true
	case "read", "seen":
		return "read", true
	case "undelivered", "failed", "canceled", "cancelled", "busy", "no-answer", "rejected", "expired":
		return "failed", true
	}
	return "", false
}

// short bounds what a stranger's words take in the record, in characters.
func short(s string) string {
	if r := []rune(s); len(r) > 200 {
		return string(r[:200])
	}
	return s
}
