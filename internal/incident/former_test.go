package incident_test

import (
	"slices"
	"testing"
	"time"

	"irbot/internal/directory"
	"irbot/internal/escalation"
	"irbot/internal/incident"
)

// cisoLadder waits for the CISO, then for the named deputies.
func cisoLadder() escalation.Policy {
	return escalation.Policy{Succession: "ciso", Levels: []escalation.Level{
		{Wait: 10 * time.Minute, To: []escalation.Target{{Kind: escalation.ToRole, ID: "ciso"}}},
		{Wait: 10 * time.Minute, To: []escalation.Target{{Kind: escalation.ToDeputy, ID: "ciso"}}}}}
}

// directoryOf changes the people of the directory, as a reload does.
func (d *desk) directoryOf(change func([]directory.Person) []directory.Person) {
	site := *d.svc.Site()
	dir := *site.Directory
	dir.People = change(slices.Clone(dir.People))
	site.Directory = &dir
	d.svc.SetSite(&site)
}

func without(id string) func([]directory.Person) []directory.Person {
	return func(all []directory.Person) []directory.Person {
		return slices.DeleteFunc(all, func(p directory.Person) bool { return p.ID == id })
	}
}

func TestADutyPassesOnAlthoughItsHolderLeftTheDirectory(t *testing.T) {
	for name, change := range map[string]func([]directory.Person) []directory.Person{
		"taken out": without("watanabe"),
		"without the role": func(all []directory.Person) []directory.Person {
			for i := range all {
				if all[i].ID == "watanabe" {
					all[i].Roles = nil
				}
			}
			return all
		},
	} {
		t.Run(name, func(t *testing.T) {
			d := ladderDesk(t, cisoLadder(), nil)
			d.directoryOf(change)
			d.at("06:44")
			d.as("kobayashi", incident.Ack{})
			if h := d.state().Roles["ciso"]; h.Person != "kobayashi" || h.For != "watanabe" {
				t.Fatalf("the duty did not pass: %+v", h)
			}
			v, err := d.svc.View(t.Context(), d.id)
			if err != nil {
				t.Fatal(err)
			}
			if got := v.Person("watanabe", "ja"); got != "渡辺" {
				t.Errorf("whose duty it was is called %q", got)
			}
			d.refused("kobayashi", incident.ReturnRole{Role: "ciso"}, "role.nobody")
			if h := d.state().Roles["ciso"]; h.Person != "kobayashi" {
				t.Fatalf("nobody has the duty: %+v", h)
			}
			d.directoryOf(func(all []directory.Person) []directory.Person {
				return append(all, directory.Person{ID: "mori", Name: "森 明", Roles: []string{"ciso"}})
			})
			d.as("kobayashi", incident.ReturnRole{Role: "ciso"})
			if h := d.state().Roles["ciso"]; h.Person != "mori" || h.For != "" {
				t.Fatalf("handed back: %+v", h)
			}
			if e := d.log.logs[d.id][len(d.log.logs[d.id])-1]; e.Kind != incident.KindRole || e.Fields()["person_name"] != "森 明" {
				t.Errorf("not recorded: %s %v", e.Kind, e.Fields())
			}
		})
	}
}

func TestADutyDoesNotPassFromSomebodyNeverAsked(t *testing.T) {
	d := ladderDesk(t, cisoLadder(), nil)
	d.directoryOf(func(all []directory.Person) []directory.Person {
		return append(without("watanabe")(all), directory.Person{ID: "mori", Name: "森 明", Roles: []string{"ciso"}})
	})
	d.at("06:44")
	d.as("kobayashi", incident.Ack{})
	if h := d.state().Roles["ciso"]; h.Person == "kobayashi" {
		t.Fatalf("the new holder was passed over: %+v", h)
	}
}

func TestADutyGivenInTheIncidentReturnsToWhomItWasGiven(t *testing.T) {
	d := ladderDesk(t, cisoLadder(), nil)
	d.as("watanabe", incident.AssignRole{Role: "ciso", Person: "tanaka"})
	d.at("06:44")
	st := d.state()
	if got := st.Roles["ciso"].Person; got != "tanaka" {
		t.Fatalf("ciso is %q", got)
	}
	// A second ladder waits for the one to whom the duty was given.
	d.as("sato", incident.Escalate{Policy: "try", Reason: "もう一度"})
	d.now = d.now.Add(11 * time.Minute)
	d.ring()
	d.as("kobayashi", incident.Ack{Esc: "e2"})
	if h := d.state().Roles["ciso"]; h.Person != "kobayashi" || h.For != "tanaka" {
		t.Fatalf("holder %+v", h)
	}
	d.as("kobayashi", incident.ReturnRole{Role: "ciso"})
	if h := d.state().Roles["ciso"]; h.Person != "tanaka" {
		t.Fatalf("handed back: %+v", h)
	}
}
