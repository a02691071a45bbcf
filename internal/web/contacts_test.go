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
func (b refusing) Try(rows []directory.Row) error {
	_, err := b.Import(context.Background(), incident.Act{}, rows)
	return err
}
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

// What cannot be written is told with the differences, before anybody is asked to
// write them, and so is what is no sheet of contacts at all.
func TestThePreviewOfASheetTellsWhatCannotBeWritten(t *testing.T) {
	k := newKit(t, func(o *web.Options) { o.Pages.Book = refusing{} })
	b := k.as("sato")
	for sheet, want := range map[string]string{
		"kind;id;name;title\nperson;sato;佐藤 健;責任者\n": "people[0].reach[0].to: アドレスが使えません",
		"name,phone\nx,1\n": "CSV:1: 一行目に列の名前 kind と id がありません",
	} {
		code, body := b.sendFile("/directory/compare", upload{before: form(), field: "file", name: "contacts.csv", data: []byte(sheet)})
		if text := plain(body); code != http.StatusOK || !strings.Contains(text, want) || strings.Contains(body, `action="/directory/import"`) {
			t.Errorf("%d\n%s", code, text)
		}
	}
}
