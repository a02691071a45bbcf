package config_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"irbot"
	"irbot/internal/config"
	"irbot/internal/escalation"
	"irbot/internal/notify"
)

func noEnv(string) string { return "" }

func env(kv ...string) func(string) string {
	return func(name string) string {
		for i := 0; i+1 < len(kv); i += 2 {
			if kv[i] == name {
				return kv[i+1]
			}
		}
		return ""
	}
}

// folder is what `irbot init` makes.
func folder(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	write(t, filepath.Join(dir, "config.yaml"), string(irbot.ConfigExample))
	write(t, filepath.Join(dir, "directory.yaml"), string(irbot.DirectoryExample))
	if err := os.Mkdir(filepath.Join(dir, "runbooks"), 0o700); err != nil {
		t.Fatal(err)
	}
	return dir
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// edit changes the sample; it fails where the text to change is not there.
func edit(t *testing.T, dir string, pairs ...string) string {
	t.Helper()
	text := string(irbot.ConfigExample)
	for i := 0; i+1 < len(pairs); i += 2 {
		if strings.Count(text, pairs[i]) == 0 {
			t.Fatalf("the sample has no %q", pairs[i])
		}
		text = strings.Replace(text, pairs[i], pairs[i+1], 1)
	}
	path := filepath.Join(dir, "config.yaml")
	write(t, path, text)
	return path
}

func load(t *testing.T, path string, get func(string) string) *config.Config {
	t.Helper()
	c, err := config.Load(path, get)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestSampleLoadsWithoutSlackAndMail(t *testing.T) {
	dir := folder(t)
	c := load(t, filepath.Join(dir, "config.yaml"), noEnv)
	if c.SlackMode() != config.SlackOff || c.Mail.Host != "" || len(c.Means()) != 0 {
		t.Errorf("slack %s, mail %q, means %v", c.SlackMode(), c.Mail.Host, c.Means())
	}
	if c.Data != filepath.Join(dir, "data") || c.Runbooks.Folder != filepath.Join(dir, "runbooks") {
		t.Errorf("relative paths: %q %q", c.Data, c.Runbooks.Folder)
	}
	if c.URL() != "http://127.0.0.1:8642" || c.Console.Session != 12*time.Hour || c.Site.Zone.String() != "Asia/Tokyo" {
		t.Errorf("console: %+v", c.Console)
	}
	if c.Runbooks.ByKind["ransom"] != "tos-ransomware" || c.Duties[0].Within != time.Hour || c.Export.TLP != "TLP:AMBER" {
		t.Errorf("rest: %+v %+v %+v", c.Runbooks, c.Duties[0], c.Export)
	}
	for _, w := range c.Warnings {
		if w.Key != "directory" {
			t.Errorf("the sample should only warn about reach: %v", w)
		}
	}
}

func TestSampleReachesPeopleInTheOrderOfTheScript(t *testing.T) {
	c := load(t, filepath.Join(folder(t), "config.yaml"), noEnv)
	at := time.Date(2026, 11, 24, 6, 33, 0, 0, c.Site.Zone)
	for policy, want := range map[string][]string{
		c.OnReport:  {"0s sato", "3m0s tanaka", "8m0s sato,tanaka,ito", "13m0s watanabe,kobayashi"},
		c.OnDeclare: {"0s watanabe", "10m0s kobayashi", "20m0s yoshida,sakamoto"},
	} {
		p, ok := c.Policy(policy)
		if !ok {
			t.Fatalf("no policy %s", policy)
		}
		var got []string
		for _, r := range escalation.Explain(p, escalation.Case{Start: at}, c.Lookup())[:len(want)] {
			got = append(got, r.After.String()+" "+strings.Join(r.People, ","))
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", policy, diff)
		}
	}
	year := at.AddDate(1, 0, 0)
	if gaps := c.Rosters.Gaps(at, year); len(gaps) > 0 {
		t.Errorf("nobody on duty: %v", gaps)
	}
}

// Every key the program knows must be explained in the sample.
func TestSampleNamesEveryKey(t *testing.T) {
	text := string(irbot.ConfigExample)
	for _, key := range []string{
		"site", "id", "name", "name_en", "zone", "duty_phone", "lang", "places", "next_drill", "data", "directory", "console", "listen", "tls_cert",
		"tls_key", "public_url", "session", "finder", "slack", "enabled", "command", "api_url", "bot_token_file", "app_token_file",
		"signing_secret_file", "announce_channel", "broadcast", "mail", "host", "port", "tls", "user",
		"password_file", "from", "from_name", "reply_to", "timeout", "fallback", "gateways", "means", "url", "format", "headers",
		"body", "secret_env", "secret_file", "runbooks", "folder", "default", "by_kind", "rosters", "people", "handoff", "shifts",
		"policies", "rounds", "levels", "to", "wait", "on_report", "on_declare", "reports", "first", "interval", "later", "duties",
		"destination", "within", "basis", "basis_en", "checked", "approval", "single", "two_approvers_for", "permissions", "export", "tlp",
	} {
		if !strings.Contains(text, key+":") && !strings.Contains(text, key+" ") {
			t.Errorf("config.example.yaml does not explain %s", key)
		}
	}
	for _, name := range []string{config.EnvBotToken, config.EnvAppToken, config.EnvSigningSecret, config.EnvSlackAPI, config.EnvSlackListen, config.EnvMailPassword, config.EnvLang} {
		if !strings.Contains(text, name) {
			t.Errorf("config.example.yaml does not name %s", name)
		}
	}
}

func TestEnvironmentSwitchesSlackOn(t *testing.T) {
	path := filepath.Join(folder(t), "config.yaml")
	for name, c := range map[string]struct {
		env  []string
		mode config.Mode
	}{
		"both tokens":    {[]string{config.EnvBotToken, "xoxb-1", config.EnvAppToken, "xapp-1"}, config.SlackSocket},
		"signed http":    {[]string{config.EnvBotToken, "xoxb-1", config.EnvSigningSecret, "abc"}, config.SlackHTTP},
		"all three":      {[]string{config.EnvBotToken, "xoxb-1", config.EnvAppToken, "xapp-1\n", config.EnvSigningSecret, "abc"}, config.SlackSocket},
		"only blank":     {[]string{config.EnvBotToken, " \n"}, config.SlackOff},
		"only the place": {[]string{config.EnvSlackAPI, "http://127.0.0.1:8900/api"}, config.SlackOff},
	} {
		got := load(t, path, env(c.env...))
		if got.SlackMode() != c.mode {
			t.Errorf("%s: %s", name, got.SlackMode())
		}
	}
	c := load(t, path, env(config.EnvBotToken, "xoxb-1", config.EnvSigningSecret, "abc",
		config.EnvSlackAPI, "http://127.0.0.1:8900/api/", config.EnvSlackListen, "127.0.0.1:9999", config.EnvLang, "en"))
	if c.Slack.APIURL != "http://127.0.0.1:8900/api" || c.Slack.Listen != "127.0.0.1:9999" || c.Site.Lang != "en" || c.Slack.BotToken.Reveal() != "xoxb-1" {
		t.Errorf("environment not taken over: %+v", c.Slack)
	}
	if !slices.Contains(c.Means(), notify.Slack) {
		t.Error("Slack is not among the means")
	}
}

func TestMailPasswordFromEnvironmentWinsOverFile(t *testing.T) {
	dir := folder(t)
	write(t, filepath.Join(dir, "pw"), "from-file\n")
	path := edit(t, dir, "host: \"\"", "host: smtp.example.jp", "user: \"\"", "user: irbot", "password_file: \"\"", "password_file: pw", "from: \"\"", "from: irbot@example.jp")
	if got := load(t, path, noEnv).Mail.Password.Reveal(); got != "from-file" {
		t.Errorf("file: %q", got)
	}
	if got := load(t, path, env(config.EnvMailPassword, "from-env")).Mail.Password.Reveal(); got != "from-env" {
		t.Errorf("environment: %q", got)
	}
}

func TestLettersKeepTheirCaseAndNumbersTheirZeros(t *testing.T) {
	dir := folder(t)
	path := edit(t, dir, "gateways: []", "gateways:\n  - {id: SMS-Main, means: sms, url: https://sms.example.jp/A, from: 0300000100, headers: [{name: X-API-Key, value: AbC}]}",
		"duty_phone: \"03-0000-0100\"", "duty_phone: 0300000100")
	c := load(t, path, noEnv)
	g := c.Gateways[0]
	if g.ID != "SMS-Main" || g.From != "0300000100" || g.Headers[0].Name != "X-API-Key" || g.Headers[0].Value.Reveal() != "AbC" {
		t.Errorf("%+v", g)
	}
	if c.Site.DutyPhone != "0300000100" {
		t.Errorf("duty phone became %q", c.Site.DutyPhone)
	}
}

func TestLiteralTokenIsAWarningNotAnError(t *testing.T) {
	dir := folder(t)
	path := edit(t, dir, "bot_token_file: \"\"", "bot_token: xoxb-literal", "app_token_file: \"\"", "app_token: xapp-literal")
	c := load(t, path, noEnv)
	var keys []string
	for _, w := range c.Warnings {
		keys = append(keys, w.Key)
		if strings.Contains(w.Error(), "literal") {
			t.Errorf("the warning shows the token: %v", w)
		}
	}
	if !slices.Contains(keys, "slack.bot_token") || c.SlackMode() != config.SlackSocket {
		t.Errorf("warnings %v, mode %s", keys, c.SlackMode())
	}
}

// A second gateway for SMS would be trusted and never used.
func TestASecondGatewayOfAMeansIsTold(t *testing.T) {
	one, two := `{id: first, means: sms, url: "https://sms.example.jp/in"}`, `{id: spare, means: sms, url: "https://other.example.jp/in"}`
	hook := `{id: hook-%d, means: webhook, url: "https://soc.example.jp/in", secret_file: hook}`
	dir := folder(t)
	write(t, filepath.Join(dir, "hook"), "0123456789abcdef")
	for gateways, want := range map[string]bool{one + ", " + two: true, one: false, fmt.Sprintf(hook+", "+hook, 1, 2): false} {
		told := false
		for _, w := range load(t, edit(t, dir, "gateways: []", "gateways: ["+gateways+"]"), noEnv).Warnings {
			told = told || strings.Contains(w.Error(), "gateway spare") || strings.Contains(w.Error(), "経路 spare")
		}
		if told != want {
			t.Errorf("%s: told %v", gateways, told)
		}
	}
}

// A webhook that no gateway carries is found at the start, not by the page that
// does not arrive. It is never an address that is called.
func TestUnknownWebhookIsToldAtTheStart(t *testing.T) {
	dir := folder(t)
	people := strings.Replace(string(irbot.DirectoryExample), "{means: mail, to: sato@example.jp}", `{means: webhook, to: "http://169.254.169.254/"}`, 1)
	write(t, filepath.Join(dir, "directory.yaml"), people)
	path := edit(t, dir)
	var said []string
	for _, w := range load(t, path, noEnv).Warnings {
		said = append(said, w.Error())
	}
	if !strings.Contains(strings.Join(said, "\n"), "佐藤: http://169.254.169.254/") {
		t.Errorf("warnings %v", said)
	}
	write(t, filepath.Join(dir, "hook"), "0123456789abcdef")
	write(t, filepath.Join(dir, "directory.yaml"), strings.Replace(people, `"http://169.254.169.254/"`, "soc", 1))
	path = edit(t, dir, "gateways: []", `gateways: [{id: soc, means: webhook, url: "https://soc.example.jp/in", secret_file: hook}]`)
	for _, w := range load(t, path, noEnv).Warnings {
		if strings.Contains(w.Error(), "soc") {
			t.Errorf("a known one: %v", w)
		}
	}
}

func TestWeeklyRotation(t *testing.T) {
	dir := folder(t)
	path := edit(t, dir, "people: [sato]", "people: [sato, tanaka, ito]",
		"shifts: []", "shifts: [{person: mori, from: \"2026-12-29 09:00\", until: \"2027-01-04 09:00\"}]")
	c := load(t, path, noEnv)
	for at, want := range map[string]string{
		"2026-11-23 08:59": "sato", "2026-11-23 09:00": "tanaka", "2026-11-30 09:00": "ito", "2027-01-01 00:00": "mori", "2027-01-04 09:00": "tanaka",
	} {
		when, err := time.ParseInLocation("2006-01-02 15:04", at, c.Site.Zone)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff([]string{want}, c.Rosters.Duty("primary", when)); diff != "" {
			t.Errorf("%s: %s", at, diff)
		}
	}
}

func TestMissingFileSaysInit(t *testing.T) {
	_, err := config.Load(filepath.Join(t.TempDir(), "config.yaml"), noEnv)
	var list *config.Errors
	if !errors.As(err, &list) || !strings.Contains(err.Error(), "irbot init") {
		t.Errorf("got %v", err)
	}
}
