package web_test

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"irbot/internal/directory"
	"irbot/internal/incident"
	"irbot/internal/problem"
	"irbot/internal/web"
)

// refusing is a directory file that cannot be written.
type refusing struct{}

func (refusing) Verify(context.Context, incident.Act, string, string) error { return nil }
func (refusing) Import(context.Context, incident.Act, []directory.Row) (string, error) {
	return "", &problem.Errors{List: []problem.Problem{{
		File: "/srv/irbot/directory.yaml", Line: 146, Key: "people[0].reach[0].to",
		What: problem.Say("アドレスが使えません", "the address cannot be used"), Why: problem.Say("届きません", "nothing would arrive"), Fix: problem.Say("直してください", "mend it"),
	}}}
}

// A contact that cannot be written is told in the reader's language, without
// where the file lies on the machine.
func TestAContactThatCannotBeWrittenIsToldInOneLanguage(t *testing.T) {
	k := newKit(t, func(o *web.Options) { o.Pages.Book = refusing{} })
	code, body := k.as("sato").post("/directory/import", "sheet", "kind,id,name\nperson,sato,佐藤\n", "back", "/directory")
	text := plain(body)
	if code != http.StatusUnprocessableEntity || !strings.Contains(text, "people[0].reach[0].to: アドレスが使えません") {
		t.Fatalf("%d\n%s", code, text)
	}
	if strings.Contains(text, "/srv/irbot") || strings.Contains(text, "cannot be used") {
		t.Errorf("%s", text)
	}
}
