package config_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"irbot"
	"irbot/internal/config"
)

// broken is one mistake made in the sample: what is changed, which key must be
// named, and a piece of the English reason or remedy.
type broken struct {
	pairs []string
	env   []string
	key   string
	say   string
}

func brokenFiles() map[string]broken {
	gateway := func(s string) []string { return []string{"gateways: []", "gateways:\n  - {" + s + "}"} }
	mail := []string{"host: \"\"", "host: smtp.example.jp", "from: \"\"", "from: irbot@example.jp"}
	return map[string]broken{
		"date of drill":         {[]string{"next_drill: \"\"", "next_drill: 12/1"}, nil, "site.next_drill", "2026-12-01 13:00"},
		"misspelt key":          {[]string{"duty_phone:", "duty_fone:"}, nil, "site.duty_fone", `"duty_phone"`},
		"asked after outage":    {[]string{"ask: 4h\n      outage: 24h", "ask: 40h\n      outage: 24h"}, nil, "continuity.functions[0].ask", "shorter than outage"},
		"nobody decides":        {[]string{"decider: ciso\n      ask: 4h\n      outage: 24h", "decider: cisso\n      ask: 4h\n      outage: 24h"}, nil, "continuity.functions[0].decider", `"ciso"`},
		"levels out of order":   {[]string{"{level: 3, within: 24h}", "{level: 3, within: 10m}"}, nil, "continuity.functions[0].levels[1].level", "growing times"},
		"one role signs both":   {[]string{"restored_signed_by: [it, it-deputy, maint]", "restored_signed_by: [ciso]", "clean_signed_by: [ciso, ciso-deputy]", "clean_signed_by: [ciso]"}, nil, "continuity.clean_signed_by[0]", "another role"},
		"terminal called all":   {[]string{"{id: t1, name: 第1ターミナル", "{id: all, name: 第1ターミナル"}, nil, "continuity.terminals[0].id", "another id"},
		"misspelt section":      {[]string{"policies:\n", "polices:\n"}, nil, "polices", `"policies"`},
		"misspelt nested key":   {[]string{"wait: 3m", "wiat: 3m"}, nil, "policies[0].levels[0].wiat", `"wait"`},
		"bare number":           {[]string{"interval: 30m", "interval: 30"}, nil, "reports.interval", "30m"},
		"bare zero":             {[]string{"interval: 30m", "interval: 0"}, nil, "reports.interval", "unit"},
		"days":                  {[]string{"within: 60m", "within: 1d"}, nil, "duties[0].within", "720h"},
		"under a second":        {[]string{"session: 12h", "session: 20ms"}, nil, "console.session", "too short"},
		"negative time":         {[]string{"later: 60m", "later: -60m"}, nil, "reports.later", "too short"},
		"wait too short":        {[]string{"wait: 3m", "wait: 1s"}, nil, "policies[0].levels[0].wait", "30s to 24h"},
		"text for yes or no":    {[]string{"single: false", "single: no"}, nil, "approval.single", "true or false"},
		"text for number":       {[]string{"port: 0", "port: smtp"}, nil, "mail.port", "whole number"},
		"list for text":         {[]string{"zone: Asia/Tokyo", "zone: [Asia/Tokyo]"}, nil, "site.zone", "single value"},
		"text for list":         {[]string{"people: [sato]", "people: sato"}, nil, "rosters[0].people", "list"},
		"repeated key":          {[]string{"data: data", "data: data\ndata: other"}, nil, "data", "twice"},
		"not yaml":              {[]string{"site:", "site: ["}, nil, "", "not YAML"},
		"unknown zone":          {[]string{"zone: Asia/Tokyo", "zone: JST"}, nil, "site.zone", "Asia/Tokyo"},
		"upper case site":       {[]string{"id: sakura", "id: Sakura"}, nil, "site.id", "sakura-port"},
		"no site name":          {[]string{"name: さくら港ターミナル株式会社", "name: \"\""}, nil, "site.name", "full name"},
		"language":              {[]string{"lang: ja", "lang: jp"}, nil, "site.lang", `"ja"`},
		"language variable":     {nil, []string{config.EnvLang, "fr"}, "site.lang", "ja, en"},
		"no port":               {[]string{"listen: 127.0.0.1:8642", "listen: 127.0.0.1"}, nil, "console.listen", "127.0.0.1:8642"},
		"open without tls":      {[]string{"listen: 127.0.0.1:8642", "listen: 0.0.0.0:8642"}, nil, "console.listen", "tls_cert"},
		"open by empty host":    {[]string{"listen: 127.0.0.1:8642", "listen: \":8642\""}, nil, "console.listen", "tls_cert"},
		"certificate alone":     {[]string{"tls_cert: \"\"", "tls_cert: config.yaml"}, nil, "console.tls_cert", "both"},
		"certificate missing":   {[]string{"tls_cert: \"\"", "tls_cert: no.pem", "tls_key: \"\"", "tls_key: config.yaml"}, nil, "console.tls_cert", "check the place"},
		"public url plain":      {[]string{"public_url: \"\"", "public_url: http://irbot.example.jp"}, nil, "console.public_url", "https://"},
		"slack without token":   {[]string{"enabled: false", "enabled: true"}, nil, "slack.bot_token", config.EnvBotToken},
		"only app token":        {nil, []string{config.EnvAppToken, "xapp-1"}, "slack.bot_token", config.EnvBotToken},
		"only bot token":        {nil, []string{config.EnvBotToken, "xoxb-1"}, "slack.app_token", config.EnvSigningSecret},
		"tokens swapped":        {nil, []string{config.EnvBotToken, "xapp-1", config.EnvAppToken, "xoxb-1"}, "slack.bot_token", "xoxb-"},
		"two lines pasted":      {nil, []string{config.EnvBotToken, "xoxb-1\nxapp-2", config.EnvAppToken, "xapp-1"}, "slack.bot_token", "single line"},
		"slack api plain":       {nil, []string{config.EnvBotToken, "xoxb-1", config.EnvAppToken, "xapp-1", config.EnvSlackAPI, "http://slack.example.jp/api"}, "slack.api_url", "https://"},
		"slack command":         {[]string{"command: /incident", "command: /障害"}, []string{config.EnvBotToken, "xoxb-1", config.EnvAppToken, "xapp-1"}, "slack.command", "/irbot"},
		"channel name":          {[]string{"announce_channel: \"\"", "announce_channel: '#csirt'"}, []string{config.EnvBotToken, "xoxb-1", config.EnvAppToken, "xapp-1"}, "slack.announce_channel", "C…"},
		"token file missing":    {[]string{"bot_token_file: \"\"", "bot_token_file: no-such"}, nil, "slack.bot_token_file", "check place"},
		"mail without password": {append(mail, "user: \"\"", "user: irbot"), nil, "mail.password", config.EnvMailPassword},
		"mail without sender":   {[]string{"host: \"\"", "host: smtp.example.jp"}, nil, "mail.from", "irbot@example.jp"},
		"mail without host":     {[]string{"from: \"\"", "from: irbot@example.jp"}, nil, "mail.host", "host:"},
		"mail in the clear":     {append(mail, "tls: mandatory", "tls: none-loopback-only"), nil, "mail.tls", "mandatory"},
		"mail tls word":         {append(mail, "tls: mandatory", "tls: starttls"), nil, "mail.tls", "implicit-tls"},
		"gateway means":         {gateway("id: a, means: pager, url: https://x.example.jp"), nil, "gateways[0].means", "sms"},
		"gateway plain":         {gateway("id: a, means: sms, url: http://x.example.jp"), nil, "gateways[0].url", "https://"},
		"gateway variable":      {gateway("id: a, means: sms, url: https://x.example.jp, secret_env: NOPE"), nil, "gateways[0].secret_env", "NOPE"},
		"webhook unsigned":      {gateway("id: a, means: webhook, url: https://x.example.jp"), nil, "gateways[0].secret", "secret_file"},
		"header injection":      {gateway("id: a, means: sms, url: https://x.example.jp, headers: [{name: X, value: \"a\\r\\nb\"}]"), nil, "gateways[0].headers[0]", "one line"},
		"reports unheard":       {gateway("id: a, means: sms, url: https://x.example.jp, secret: 0123456789abcdef, status: token"), nil, "callbacks.listen", "status"},
		"reports of a webhook":  {gateway("id: a, means: webhook, url: https://x.example.jp, secret: 0123456789abcdef, status: token"), nil, "gateways[0].status", "remove"},
		"reports short secret":  {gateway("id: a, means: sms, url: https://x.example.jp, secret: short, status: token"), nil, "gateways[0].secret", "16"},
		"reports of JSON":       {gateway("id: a, means: sms, url: https://x.example.jp, secret: 0123456789abcdef, status: twilio"), nil, "gateways[0].format", "form"},
		"same gateway":          {[]string{"gateways: []", "gateways:\n  - {id: a, means: sms, url: https://x.example.jp}\n  - {id: a, means: sms, url: https://x.example.jp}"}, nil, "gateways[1].id", "twice"},
		"same policy":           {[]string{"- id: ciso\n", "- id: report\n"}, nil, "policies[1].id", "twice"},
		"japanese policy id":    {[]string{"- id: ciso\n", "- id: 上申\n"}, nil, "policies[1].id", "letters"},
		"unknown role":          {[]string{"\"role:ciso\"", "\"role:cios\""}, nil, "policies[0].levels[3].to[0]", "role:ciso"},
		"unknown roster":        {[]string{"\"duty:primary\"", "\"duty:primery\""}, nil, "policies[0].levels[0].to[0]", "duty:primary"},
		"target without kind":   {[]string{"\"duty:primary\"", "primary"}, nil, "policies[0].levels[0].to[0]", "person:sato"},
		"no such policy":        {[]string{"on_declare: ciso", "on_declare: csio"}, nil, "on_declare", `"ciso"`},
		"on_report empty":       {[]string{"on_report: report", "on_report: \"\""}, nil, "on_report", "policies:"},
		"unknown person":        {[]string{"people: [tanaka]", "people: [tanaca]"}, nil, "rosters[1].people[0]", `"tanaka"`},
		"empty roster":          {[]string{"people: [sato]", "people: []"}, nil, "rosters[0].people", "names nobody"},
		"weekday":               {[]string{"weekday: monday", "weekday: mondya"}, nil, "rosters[0].handoff.weekday", `"monday"`},
		"handoff time":          {[]string{"time: \"09:00\"", "time: \"25:00\""}, nil, "rosters[0].handoff.time", "09:00"},
		"shift backwards":       {[]string{"shifts: []", "shifts: [{person: sato, from: \"2026-12-02 09:00\", until: \"2026-12-01 09:00\"}]"}, nil, "rosters[0].shifts[0].until", "night shift"},
		"unknown destination":   {[]string{"destination: mlit", "destination: milt"}, nil, "duties[0].destination", `"mlit"`},
		"duty anchor":           {[]string{"    from: declared\n    within", "    from: declard\n    within"}, nil, "duties[0].from", `"declared"`},
		"duty without basis":    {[]string{"basis: 自社の目標。情報連絡に法令の定めた時間はなく「遅滞なく」", "basis: \"\""}, nil, "duties[0].basis", "basis"},
		"duty date":             {[]string{"checked: \"2026-11-22\"", "checked: 11/22"}, nil, "duties[0].checked", "2026-11-01"},
		"two approvers unknown": {[]string{"two_approvers_for: []", "two_approvers_for: [presss]"}, nil, "approval.two_approvers_for[0]", `"press"`},
		"permission action":     {[]string{"permissions: []", "permissions: [{action: aprove, roles: [ciso]}]"}, nil, "permissions[0].action", `"approve"`},
		"permission for nobody": {[]string{"permissions: []", "permissions: [{action: approve, roles: []}]"}, nil, "permissions[0].roles", "at least one"},
		"permission role":       {[]string{"permissions: []", "permissions: [{action: close, roles: [led]}]"}, nil, "permissions[0].roles[0]", `"lead"`},
		"finder kind":           {[]string{"kind: ransom", "kind: ransomware"}, nil, "runbooks.by_kind[0].kind", "ransom"},
		"export label":          {[]string{"tlp: AMBER", "tlp: YELLOW"}, nil, "export.tlp", "CLEAR"},
		"no directory":          {[]string{"directory: directory.yaml", "directory: nowhere.yaml"}, nil, "directory", "irbot init"},
	}
}

func TestBrokenFilesNameKeyLineAndRemedy(t *testing.T) {
	for name, c := range brokenFiles() {
		t.Run(name, func(t *testing.T) {
			dir := folder(t)
			_, err := config.Load(edit(t, dir, c.pairs...), env(c.env...))
			var list *config.Errors
			if !errors.As(err, &list) {
				t.Fatalf("accepted, or another error: %v", err)
			}
			for _, p := range list.List {
				if p.Key != c.key || !strings.Contains(p.Text("en"), c.say) {
					continue
				}
				if p.Line == 0 || p.What.JA == "" || p.Why.JA == "" || p.Fix.JA == "" || p.Fix.EN == "" || p.File == "" {
					t.Errorf("incomplete: %+v", p)
				}
				return
			}
			t.Errorf("want key %q and %q, got\n%s", c.key, c.say, list.Text("en"))
		})
	}
}

// A shell lacks the secrets of the server's environment: what only asks the
// server must work there, and no other mistake is passed over.
func TestASecretOfTheServersEnvironmentMayBeMissingWhereNothingIsSent(t *testing.T) {
	secrets := map[string][]string{
		"bucket":  {"places: []", "places: [{id: vault, kind: s3, url: https://s3.example.jp, bucket: b, user: u, secret_env: NOPE, retain: 24h}]"},
		"gateway": {"gateways: []", "gateways: [{id: a, means: webhook, url: https://x.example.jp, secret_env: NOPE}]"},
		"slack":   {"enabled: false", "enabled: true"},
		"file":    {"passphrase_file: \"\"", "passphrase_file: did-not-come-back.txt"},
		"mail":    {"host: \"\"", "host: smtp.example.jp", "from: \"\"", "from: irbot@example.jp", "user: \"\"", "user: irbot"},
	}
	for name, pairs := range secrets {
		t.Run(name, func(t *testing.T) {
			path := edit(t, folder(t), pairs...)
			if _, err := config.Load(path, noEnv); err == nil {
				t.Error("what sends is set up without the secret")
			}
			if _, err := config.LoadToAsk(path, noEnv); err != nil {
				t.Errorf("a command for the server is refused: %v", err)
			}
		})
	}
	path := edit(t, folder(t), "places: []", "places: [{id: vault, kind: s3, url: https://s3.example.jp, bucket: b, user: u, retain: 24h}]")
	if _, err := config.LoadToAsk(path, noEnv); err == nil {
		t.Error("a secret that nothing names is passed over")
	}
	path = edit(t, folder(t), "wait: 5m}", "wait: 5}", "enabled: false", "enabled: true")
	if _, err := config.LoadToAsk(path, noEnv); err == nil || strings.Contains(err.Error(), "slack.bot_token") {
		t.Errorf("another mistake beside it: %v", err)
	}
}

func TestProblemsStandOnTheirLine(t *testing.T) {
	dir := folder(t)
	path := edit(t, dir, "wait: 5m}", "wait: 5}")
	want := 0
	for i, line := range strings.Split(string(irbot.ConfigExample), "\n") {
		if strings.Contains(line, "wait: 5m}") {
			want = i + 1
			break
		}
	}
	_, err := config.Load(path, noEnv)
	if err == nil || !strings.Contains(err.Error(), fmt.Sprintf("config.yaml:%d policies[0].levels[1].wait", want)) {
		t.Errorf("want line %d: %v", want, err)
	}
}

func TestDirectoryMistakesCarryTheirOwnFile(t *testing.T) {
	dir := folder(t)
	write(t, filepath.Join(dir, "directory.yaml"), strings.Replace(string(irbot.DirectoryExample), "deputy: [kobayashi]", "deputy: [kobayasi]", 1))
	_, err := config.Load(filepath.Join(dir, "config.yaml"), noEnv)
	if err == nil || !strings.Contains(err.Error(), "directory.yaml:") || !strings.Contains(err.Error(), "kobayashi") {
		t.Errorf("got %v", err)
	}
}

func TestSecretFileOthersCanReadIsRefused(t *testing.T) {
	dir := folder(t)
	for name, c := range map[string]struct {
		mode os.FileMode
		text string
		ok   bool
	}{
		"private": {0o600, "xoxb-1\n", true}, "read only": {0o400, "xoxb-1", true}, "group": {0o640, "xoxb-1", false},
		"everybody": {0o604, "xoxb-1", false}, "empty": {0o600, "\n", false},
	} {
		t.Run(name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "token")
			write(t, file, c.text)
			if err := os.Chmod(file, c.mode); err != nil {
				t.Fatal(err)
			}
			_, err := config.Load(edit(t, dir, "bot_token_file: \"\"", "bot_token_file: "+file), env(config.EnvAppToken, "xapp-1"))
			if (err == nil) != c.ok {
				t.Fatalf("got %v", err)
			}
			if !c.ok && !strings.Contains(err.Error(), "slack.bot_token_file") {
				t.Errorf("key not named: %v", err)
			}
		})
	}
}

// A reload that fails must leave what runs untouched: Load hands out either a
// whole new configuration or none.
func TestBrokenReloadGivesNothingAndKeepsTheGoodOne(t *testing.T) {
	dir := folder(t)
	good := load(t, filepath.Join(dir, "config.yaml"), noEnv)
	before := fmt.Sprintf("%+v", *good)
	for name, c := range brokenFiles() {
		if next, err := config.Load(edit(t, dir, c.pairs...), env(c.env...)); err == nil || next != nil {
			t.Errorf("%s: %v, %v", name, next, err)
		}
	}
	if after := fmt.Sprintf("%+v", *good); after != before {
		t.Error("the running configuration changed")
	}
}

func FuzzLoad(f *testing.F) {
	f.Add(irbot.ConfigExample)
	f.Add([]byte("site: {id: a}"))
	dir := f.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "directory.yaml"), irbot.DirectoryExample, 0o600); err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		path := filepath.Join(dir, "config.yaml")
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		if c, err := config.Load(path, noEnv); (c == nil) == (err == nil) {
			t.Fatal("neither configuration nor error, or both")
		}
	})
}
