package notify

import (
	"testing"
	"time"
)

// A lead that is claimed again before it was settled carries nothing twice, and
// says once that it may be a repeat.
func TestWhatIsCarriedTwiceIsCarriedOnce(t *testing.T) {
	now := time.Date(2026, 11, 22, 3, 0, 0, 0, time.UTC)
	j := NewJoiner(Limits{Most: 1, Within: time.Hour})
	for range 2 {
		j.Admit("IR-1/sato", Mail, now)
	}
	list := []Envelope{{ID: "IR-1/sato", Means: Mail}, {ID: "IR-2/sato", Means: Mail, Repeat: true}, {ID: "IR-3/ito", Means: Mail}}
	for range 2 {
		seen := 0
		got := j.Merge(list, func(lead Envelope, others []Envelope) Envelope {
			if lead.Repeat {
				t.Error("the lead itself is called a repeat")
			}
			seen = len(others)
			return lead
		})
		if len(got) != 2 || len(got[0].With) != 1 || !got[0].Repeat || seen != 1 {
			t.Fatalf("%d others: %+v", seen, got)
		}
	}
	if !j.Carries("IR-2/sato") || j.Carries("IR-3/ito") {
		t.Error("what is under way is not known")
	}
	var settled []string
	err := j.Settle(Envelope{ID: "IR-1/sato", With: []string{"IR-2/sato"}}, Outcome{}, func(e Envelope, o Outcome) error {
		settled = append(settled, e.ID+" "+o.With)
		return nil
	})
	if err != nil || len(settled) != 2 || settled[0] != "IR-2/sato IR-1/sato" || settled[1] != "IR-1/sato " || j.Carries("IR-2/sato") {
		t.Errorf("%q, %v", settled, err)
	}
}
