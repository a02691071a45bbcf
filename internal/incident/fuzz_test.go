package incident_test

import (
	"encoding/json"
	"errors"
	"testing"

	"irbot/internal/incident"
)

// FuzzParseCommand: whatever stands in a request, reading it never panics, and
// what was read can be written and read again. Carrying it out on an open
// incident may be refused, never fail in another way.
func FuzzParseCommand(f *testing.F) {
	for _, name := range incident.CommandNames() {
		f.Add(name, []byte(`{}`))
		f.Add(name, []byte(nil))
	}
	for name, args := range map[string]string{
		"note.add": `{"text":"0840 県警＞CSIRT 到着","open":true,"corrects":-1}`, "step.done": `{"step":"手順１","value":"\u0000"}`,
		"step.extend": `{"step":"1","by":9223372036854775807}`, "report.make": `{"items":["a"],"next":"0001-01-01T00:00:00Z"}`,
		"notice.approve": `{"notice":"N1","Opened":true}`, "evidence.add": `{"file":"x","data":"AAAA","hash":"zz"}`,
		"decision.open": `{"question":"？","options":[{"text":"a"},{"text":"b"}],"within":-5}`, "incident.declare": `{"title":"t","detected":"9999-12-31T23:59:59Z"}`,
		"role.assign": `{"role":"lead","person":null}`, "unknown": `[]`, "severity.set": `{"level":1e99}`,
	} {
		f.Add(name, []byte(args))
	}
	f.Fuzz(func(t *testing.T, name string, args []byte) {
		cmd, err := incident.ParseCommand(name, args)
		if err != nil {
			return
		}
		if cmd.Name() != name || name == (incident.ApproveNotice{}).Name() {
			t.Fatalf("%q was read as %q", name, cmd.Name())
		}
		written, err := json.Marshal(cmd)
		if err != nil {
			t.Fatalf("what was read cannot be written: %v", err)
		}
		if _, err := incident.ParseCommand(name, written); err != nil {
			t.Fatalf("what was written cannot be read: %v\n%s", err, written)
		}
		carryOut(t, cmd)
	})
}

func carryOut(t *testing.T, cmd incident.Command) {
	t.Helper()
	d := newDesk(t)
	res, err := d.svc.Open(t.Context(), incident.Act{Person: "sato", Surface: "web"}, incident.Declare{Title: "fuzz"})
	if err != nil {
		t.Fatal(err)
	}
	for _, who := range []string{"sato", "watanabe", "nobody"} {
		_, err := d.svc.Do(t.Context(), incident.Act{Person: who, Surface: "cli"}, res.Incident, cmd)
		var no *incident.Refusal
		if err != nil && !errors.As(err, &no) {
			t.Fatalf("%s by %s: %v", cmd.Name(), who, err)
		}
	}
	st := d.log.logs[res.Incident]
	if timelineBroken(st) {
		t.Fatal("the numbers have gaps")
	}
}
