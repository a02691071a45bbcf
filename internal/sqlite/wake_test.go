package sqlite

import (
	"testing"

	"irbot/internal/incident"
)

// TestOnlyWaitingMessagesWake: a result asks for a look at the outbox where a
// message waits to leave, and not where one is being sent or done with.
func TestOnlyWaitingMessagesWake(t *testing.T) {
	s := open(t, Options{})
	row := func(state incident.MessageState) map[string]incident.Row {
		return map[string]incident.Row{"m": {ID: "m", Incident: "IR-1", State: state, Next: t0, Means: "mail"}}
	}
	later := row(incident.Queued)
	later["m"] = incident.Row{ID: "m", Incident: "IR-1", State: incident.Queued, Next: t0.Add(1000), Means: "mail"}
	for _, tt := range []struct {
		what      string
		old, next map[string]incident.Row
		want      bool
	}{
		{"queued", nil, row(incident.Queued), true},
		{"queued as before", row(incident.Queued), row(incident.Queued), false},
		{"due at another time", row(incident.Queued), later, true},
		{"marked at once", nil, row(incident.Sending), false},
		{"marked", row(incident.Queued), row(incident.Sending), false},
		{"queued again", row(incident.Sending), row(incident.Queued), true},
		{"done", row(incident.Sending), nil, false},
	} {
		err := s.write(t.Context(), func(x *tx) error {
			got, err := x.writeOutbox(tt.old, tt.next)
			if got != tt.want {
				t.Errorf("%s: %v", tt.what, got)
			}
			return err
		})
		if err != nil {
			t.Fatalf("%s: %v", tt.what, err)
		}
	}
}
