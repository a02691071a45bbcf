package alerts

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"irbot/internal/incident"
)

func at(minute int) time.Time { return time.Date(2026, 11, 22, 6, minute, 0, 0, time.UTC) }

// seen is an incident that knows alerts of a source by print and group.
func seen(id string, status incident.Status, reported time.Time, source string, prints ...string) *incident.Incident {
	s := incident.New(id)
	s.Status, s.Finder, s.Times.Reported = status, incident.FinderAlert, reported
	for _, p := range prints {
		name, group, _ := strings.Cut(p, "@")
		s.Alerts[incident.AlertKey(source, name)] = incident.AlertSeen{Source: source, Group: group}
	}
	return s
}

func TestRoute(t *testing.T) {
	drill := seen("DR-1", incident.Open, at(0), "prom", "a")
	drill.Drill = true
	handmade := seen("IR-9", incident.Reported, at(9), "prom", "z")
	handmade.Finder = "person"
	for _, tt := range []struct {
		name string
		live []*incident.Incident
		a    incident.Alert
		want Place
	}{
		{"nothing is open", nil, incident.Alert{Source: "prom", Print: "a"}, Place{Open: true}},
		{"the one that knows it", []*incident.Incident{seen("IR-1", incident.Open, at(0), "prom", "b"), seen("IR-2", incident.Open, at(1), "prom", "a")},
			incident.Alert{Source: "prom", Print: "a"}, Place{Incident: "IR-2"}},
		{"the same name from another source", []*incident.Incident{seen("IR-1", incident.Open, at(0), "siem", "a")},
			incident.Alert{Source: "prom", Print: "a"}, Place{Open: true}},
		{"the newest of its group", []*incident.Incident{seen("IR-1", incident.Open, at(0), "prom", "b@g"), seen("IR-2", incident.Open, at(5), "prom", "c@g"), seen("IR-3", incident.Open, at(9), "prom", "d@h")},
			incident.Alert{Source: "prom", Print: "a", Group: "g"}, Place{Incident: "IR-2"}},
		{"no group is no group", []*incident.Incident{seen("IR-1", incident.Open, at(0), "prom", "b@")},
			incident.Alert{Source: "prom", Print: "a"}, Place{Open: true}},
		{"what knows it goes before its group", []*incident.Incident{seen("IR-1", incident.Open, at(0), "prom", "a@g"), seen("IR-2", incident.Open, at(5), "prom", "c@g")},
			incident.Alert{Source: "prom", Print: "a", Group: "g"}, Place{Incident: "IR-1"}},
		{"a drill is passed over", []*incident.Incident{drill}, incident.Alert{Source: "prom", Print: "a"}, Place{Open: true}},
		{"a closed one is passed over", []*incident.Incident{seen("IR-1", incident.Closed, at(0), "prom", "a")}, incident.Alert{Source: "prom", Print: "a"}, Place{Open: true}},
		{"the end of something unknown", []*incident.Incident{seen("IR-1", incident.Open, at(0), "prom", "b")}, incident.Alert{Source: "prom", Print: "a", Resolved: true}, Place{}},
		{"the end of something known", []*incident.Incident{seen("IR-1", incident.Open, at(0), "prom", "a")}, incident.Alert{Source: "prom", Print: "a", Resolved: true}, Place{Incident: "IR-1"}},
		{"a storm stands in the newest report", []*incident.Incident{seen("IR-1", incident.Reported, at(1), "prom", "b"), seen("IR-2", incident.Reported, at(7), "prom", "c"), seen("IR-3", incident.Reported, at(3), "prom", "d")},
			incident.Alert{Source: "prom", Print: "a"}, Place{Incident: "IR-2", Merged: true}},
		{"what somebody took is no storm", []*incident.Incident{seen("IR-1", incident.Open, at(1), "prom", "b"), seen("IR-2", incident.Reported, at(7), "prom", "c"), seen("IR-3", incident.Reported, at(3), "prom", "d")},
			incident.Alert{Source: "prom", Print: "a"}, Place{Open: true}},
		{"what a person reported is no storm", []*incident.Incident{handmade, seen("IR-2", incident.Reported, at(7), "prom", "c"), seen("IR-3", incident.Reported, at(3), "prom", "d")},
			incident.Alert{Source: "prom", Print: "a"}, Place{Open: true}},
		{"another source's storm", []*incident.Incident{seen("IR-1", incident.Reported, at(1), "siem", "b"), seen("IR-2", incident.Reported, at(7), "siem", "c"), seen("IR-3", incident.Reported, at(3), "siem", "d")},
			incident.Alert{Source: "prom", Print: "a"}, Place{Open: true}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, Route(tt.live, tt.a, Limits{})); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestFingerprintKeepsItsPartsApart: "ab"+"c" is not "a"+"bc".
func TestFingerprintKeepsItsPartsApart(t *testing.T) {
	all := map[string]string{}
	for _, parts := range [][]string{{"ab", "c"}, {"a", "bc"}, {"abc"}, {"abc", ""}, {"", "abc"}, {"1:a", "b"}, {"1", "a1:b"}} {
		f := Fingerprint(parts...)
		if was, ok := all[f]; ok {
			t.Errorf("%q has the fingerprint of %s", parts, was)
		}
		all[f] = fmt.Sprintf("%q", parts)
	}
	if got := Fingerprint("a"); got != "4162fddd39a3e4225e8e2392eced237f" {
		t.Errorf("%s: a fingerprint may never change", got)
	}
}

func TestParseGeneric(t *testing.T) {
	src := Source{ID: "app", Kind: Generic, Place: "サーバー室"}
	for _, tt := range []struct {
		name, data string
		want       incident.Alert
		bad        bool
	}{
		{"least", `{"title":"止まった"}`, incident.Alert{Source: "app", System: "app", Title: "止まった", Place: "サーバー室", Print: Fingerprint("title", "止まった", "")}, false},
		{"its own id and place", `{"title":"止まった","id":"x1","place":"岸壁","group":"g","text":"詳細"}`,
			incident.Alert{Source: "app", System: "app", Title: "止まった", Words: "詳細", Place: "岸壁", Print: Fingerprint("id", "x1"), Group: Fingerprint("g")}, false},
		{"the end", `{"title":"止まった","state":"resolved","at":"2026-11-22T06:07:00Z"}`,
			incident.Alert{Source: "app", System: "app", Title: "止まった", Place: "サーバー室", Print: Fingerprint("title", "止まった", ""), Resolved: true, Seen: at(7)}, false},
		{"lines become one", "{\"title\":\"a\\nb\\t c\"}", incident.Alert{Source: "app", System: "app", Title: "a b c", Place: "サーバー室", Print: Fingerprint("title", "a\nb\t c", "")}, false},
		{"no title", `{"text":"x"}`, incident.Alert{}, true},
		{"blank title", `{"title":" \n"}`, incident.Alert{}, true},
		{"a state nobody knows", `{"title":"x","state":"maybe"}`, incident.Alert{}, true},
		{"no JSON", `title=x`, incident.Alert{}, true},
		{"no UTF-8", "{\"title\":\"\xff\"}", incident.Alert{}, true},
		{"a list", `[]`, incident.Alert{}, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := Parse(src, []byte(tt.data))
			if tt.bad {
				if !errors.Is(err, ErrForm) {
					t.Errorf("got %+v, %v", got, err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff([]incident.Alert{tt.want}, got, cmpopts.EquateEmpty()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestWordsAreBounded: a source cannot fill the record with one call.
func TestWordsAreBounded(t *testing.T) {
	data, err := json.Marshal(generic{Title: strings.Repeat("岸", 5000), Text: strings.Repeat("壁", 50_000), Place: strings.Repeat("x", 5000)})
	if err != nil {
		t.Fatal(err)
	}
	got, err := Parse(Source{ID: "app"}, data)
	if err != nil {
		t.Fatal(err)
	}
	for name, n := range map[string][2]int{"title": {len([]rune(got[0].Title)), maxTitle}, "words": {len([]rune(got[0].Words)), maxWords}, "place": {len([]rune(got[0].Place)), maxTitle}} {
		if n[0] != n[1]+1 {
			t.Errorf("%s has %d characters", name, n[0])
		}
	}
}

func TestParseAlertmanager(t *testing.T) {
	src := Source{ID: "prom", Kind: Alertmanager, Name: "監視"}
	var list []string
	for i := range 130 {
		list = append(list, fmt.Sprintf(`{"status":"firing","labels":{"alertname":"Down","instance":"crane-%d"},"startsAt":"2026-11-22T06:07:00Z"}`, i))
	}
	got, err := Parse(src, []byte(`{"version":"4","groupKey":"g","alerts":[`+strings.Join(list, ",")+`]}`))
	if err != nil {
		t.Fatal(err)
	}
	if len(got) != maxAlerts+1 || got[0].Place != "crane-0" || !got[0].Seen.Equal(at(7)) || got[0].Group != Fingerprint("g") {
		t.Errorf("%d alerts, first %+v", len(got), got[0])
	}
	if rest := got[maxAlerts]; !strings.Contains(rest.Title, "30") || rest.Group != got[0].Group || rest.Print == got[0].Print {
		t.Errorf("the rest is told as %+v", rest)
	}
	// The order of labels says nothing; another label is another alert.
	one := func(s string) string {
		a, err := Parse(src, []byte(`{"version":"4","alerts":[{"labels":{`+s+`}}]}`))
		if err != nil {
			t.Fatal(err)
		}
		return a[0].Print
	}
	if one(`"a":"1","b":"2"`) != one(`"b":"2","a":"1"`) || one(`"a":"1","b":"2"`) == one(`"a":"1","b":"3"`) {
		t.Error("the fingerprint does not follow the labels")
	}
	for _, bad := range []string{`{}`, `{"version":"3","alerts":[{"labels":{"a":"1"}}]}`, `{"version":"4","alerts":[]}`, `{"version":"4","alerts":[{"labels":{}}]}`, `x`} {
		if _, err := Parse(src, []byte(bad)); !errors.Is(err, ErrForm) {
			t.Errorf("%s: %v", bad, err)
		}
	}
}
