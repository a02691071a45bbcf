package web_test

import (
	"strings"
	"testing"

	"irbot/internal/incident"
	"irbot/internal/report"
)

// Hostile facts stay text on the facts page and on the approval screen of every
// shipped form (S03).
func TestHostileFactsOnEveryApprovalScreen(t *testing.T) {
	k := newKit(t, nil)
	site := *k.svc.Site()
	forms, err := report.Shipped()
	if err != nil {
		t.Fatal(err)
	}
	site.Forms = forms
	k.svc.SetSite(&site)
	id := k.declared(false)
	const evil = `"><img src=x onerror=alert(1)><script>alert(1)</script> {{.Data}}`
	do := func(cmd incident.Command) incident.Result {
		t.Helper()
		res, err := k.svc.Do(t.Context(), incident.Act{Person: "suzuki", Surface: "web"}, id, cmd)
		if err != nil {
			t.Fatal(err)
		}
		return res
	}
	for _, f := range forms.Fields() {
		if f.ID != "report_kind" {
			do(incident.SetFact{Field: f.ID, Value: evil, Conf: "confirmed", TLP: "CLEAR"})
		}
	}
	paths := []string{"/facts", "/n", "/clocks"}
	for _, f := range forms.List() {
		n := do(incident.DraftNotice{Dest: "mlit", Form: f.ID, Report: report.First}).Outcome.Ref
		do(incident.SubmitNotice{Notice: n})
		paths = append(paths, "/n/"+n, "/n/"+n+"/edit", "/n/"+n+"/script")
	}
	if len(paths) < 3*12 {
		t.Errorf("only %d pages", len(paths))
	}
	for _, path := range paths {
		body := k.as("watanabe").page("/i/" + id + path)
		if strings.Contains(body, "<img src=x") || strings.Contains(body, "<script>alert") {
			t.Errorf("%s is not inert", path)
		}
		if strings.HasPrefix(path, "/n/") && !strings.Contains(body, "&lt;script&gt;") {
			t.Errorf("%s does not show the text", path)
		}
	}
}
