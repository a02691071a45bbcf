package incident_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"irbot/internal/chat"
	"irbot/internal/directory"
	"irbot/internal/escalation"
	"irbot/internal/incident"
)

// Who reads English is not told Japanese names where the directory has others.
func TestOutcomesAndRefusalsNamePeopleInEnglish(t *testing.T) {
	words, err := chat.Load()
	if err != nil {
		t.Fatal(err)
	}
	d := ladderDesk(t, escalation.Policy{Levels: []escalation.Level{people(30*time.Minute, "ito")}}, nil)
	site := *d.svc.Site()
	dir := *site.Directory
	dir.People = append([]directory.Person(nil), dir.People...)
	for i := range dir.People {
		switch p := &dir.People[i]; p.ID {
		case "sato":
			p.Name, p.NameEN = "佐藤", "Sato"
		case "tanaka":
			p.Name, p.NameEN = "田中", "Tanaka"
		}
	}
	site.Directory = &dir
	d.svc.SetSite(&site)
	res := d.as("sato", incident.OfferHandover{Role: "lead", To: "tanaka"})
	_, err = d.svc.Do(t.Context(), incident.Act{Person: "ito", Surface: "web"}, d.id, incident.AcceptHandover{Handover: "h1"})
	var no *incident.Refusal
	if !errors.As(err, &no) {
		t.Fatalf("%v", err)
	}
	for got, want := range map[string]string{
		words.Refusal(chat.EN, no.Code, no.Args): "Tanaka",
		words.Refusal(chat.JA, no.Code, no.Args): "田中",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("%q lacks %q (%+v)", got, want, res.Outcome)
		}
	}
}
