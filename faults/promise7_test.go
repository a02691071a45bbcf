package faults

import (
	"encoding/base64"
	"encoding/hex"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"irbot/internal/incident"
)

// Promise 7 and S07: a canary stands in every field that takes a secret, from
// the environment and from files, while the mail server refuses the login and
// everything goes wrong that can. Afterwards no log, answer, export or file of
// the data folder holds it. Control: a canary typed into a note must be found
// in the store and in the export.
func TestPromise7NoSecretLeaks(t *testing.T) {
	const canary = "kanarie0123456789"
	mail := newSink(t)
	s := newSite(t, mail, func(c string) string {
		c = replace(t, c, "\n  user: \"\"\n  password_file", "\n  user: irbot\n  password_file")
		return replace(t, c, "\ngateways: []", "\ngateways:\n  - {id: sms-main, means: sms, url: \"https://127.0.0.1:9/v1\", format: json, from: \"03\", secret_env: IRBOT_SMS_SECRET}\n"+
			"  - {id: hook, means: webhook, url: \"https://127.0.0.1:9/h\", secret_file: "+secretFile(t, canary+"-hook")+"}")
	})
	s.env = []string{
		"IRBOT_MAIL_PASSWORD=" + canary + "-mail", "IRBOT_SMS_SECRET=" + canary + "-sms",
	}
	srv := s.start()
	said := &strings.Builder{}
	id := srv.must("", "incident.declare", "", incident.Declare{Title: "秘密", Runbook: "none"}).Incident
	for _, args := range [][]string{
		{"incident", "show", id}, {"incident", "show", id, "--json"}, {"doctor"}, {"doctor", "--json"}, {"status"}, {"incident", "done", id, "99"},
		{"incident", "note", id, "x", "--json"}, {"export", id, "--format", "jsonl", "--out", "a.jsonl"}, {"export", id, "--format", "md", "--out", "a.md"},
		{"export", id, "--format", "zip", "--out", "pack.zip"}, {"verify", "pack.zip"}, {"config"}, {"config", "show"}, {"help"}, {"runbook", "list"},
	} {
		out, _ := s.irbot(args...) // what some of them refuse is not the question
		said.WriteString(out)
	}
	until(t, "a failed attempt", func() bool { return s.has(id, incident.KindMsgRetrying) || s.has(id, incident.KindMsgFailed) })
	var info any
	_ = srv.client.Info(t.Context(), &info)
	srv.stop()
	said.WriteString(srv.log.String())
	broken := s.command("serve", "--no-open")
	broken.Env = append(broken.Env, "IRBOT_SLACK_BOT_TOKEN="+canary+"-bot", "IRBOT_SLACK_APP_TOKEN="+canary+"-app", "IRBOT_SLACK_SIGNING_SECRET="+canary+"-sign", "IRBOT_SLACK_API_URL=http://10.0.0.1/"+canary+"-url")
	out, err := broken.CombinedOutput()
	if err == nil {
		t.Errorf("wrong tokens did not stop the start:\n%s", out)
	}
	said.Write(out)
	if hits := holding(said.String(), canary); hits != 0 {
		t.Errorf("a secret was said %d times:\n%s", hits, said)
	}
	if files := s.filesHolding(canary); len(files) != 0 {
		t.Errorf("a secret is in %v", files)
	}

	srv = s.start()
	srv.must(id, "note.add", "", incident.AddNote{Text: "誤って貼った " + canary})
	srv.stop()
	if len(s.filesHolding(canary)) == 0 || holding(s.export(id, "jsonl"), canary) == 0 {
		t.Error("control: a canary in a note was not found")
	}
}

func secretFile(t *testing.T, secret string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(path, []byte(secret+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// holding counts a secret in text: as it is, in base64 and in hexadecimal.
func holding(text, secret string) int {
	n := strings.Count(text, secret) + strings.Count(strings.ToLower(text), hex.EncodeToString([]byte(secret)))
	for shift := range 3 { // base64 of the middle, whatever stands before it
		b := base64.StdEncoding.EncodeToString([]byte(strings.Repeat("x", shift) + secret))
		n += strings.Count(text, b[4:20])
	}
	return n
}

func (s *site) filesHolding(secret string) (found []string) {
	s.t.Helper()
	err := filepath.WalkDir(s.dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		b, err := os.ReadFile(path)
		if err == nil && holding(string(b), secret) > 0 {
			found = append(found, path)
		}
		return err
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return found
}

// has tells whether an incident has an entry of a kind.
func (s *site) has(id string, kind kind) bool {
	s.t.Helper()
	list, err := s.view().Entries(s.t.Context(), id, 1, 0)
	if err != nil {
		s.t.Fatal(err)
	}
	for _, e := range list {
		if e.Kind == kind {
			return true
		}
	}
	return false
}
