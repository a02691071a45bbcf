package drill

import (
	"strings"
	"testing"
)

func TestShippedScenarioReads(t *testing.T) {
	s, err := Load("morning")
	if err != nil {
		t.Fatal(err)
	}
	if len(s.Injects) < 8 || s.Begin.Command != "incident.report" {
		t.Fatalf("scenario %+v", s)
	}
	for i, in := range s.Injects { // each situation is given in the language of the site
		if ja, en := in.Name("ja"), in.Name("en"); ja != in.Title || en != in.TitleEN || ja == "" || en == "" {
			t.Errorf("situation %d is called %q and %q", i+1, ja, en)
		}
	}
}

func TestParseIsStrict(t *testing.T) {
	for name, text := range map[string]string{
		"misspelt key":     "id: x\nbegin: {who: a, command: incident.report}\ninject: []\n",
		"unknown command":  "id: x\nbegin: {who: a, command: incident.explode}\n",
		"unknown argument": "id: x\nbegin: {who: a, command: incident.report, args: {finder: ransom, colour: red}}\n",
		"approval":         "id: x\nbegin: {who: a, command: notice.approve, args: {notice: N1}}\n",
	} {
		if _, err := Parse("x.yaml", []byte(text)); err == nil {
			t.Errorf("%s: accepted", name)
		} else if !strings.Contains(err.Error(), "x.yaml") {
			t.Errorf("%s: error does not name the file: %v", name, err)
		}
	}
}
