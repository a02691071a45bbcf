package config_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"irbot/internal/config"
)

const canary = "canary-7f3a9c"

// holder keeps a secret where fmt cannot call its methods.
type holder struct {
	secret config.Secret
	list   []config.Secret
}

func TestSecretsNeverPrint(t *testing.T) {
	dir := folder(t)
	write(t, filepath.Join(dir, "pw"), canary)
	path := edit(t, dir, "host: \"\"", "host: smtp.example.jp", "user: \"\"", "user: irbot", "password_file: \"\"", "password_file: pw", "from: \"\"", "from: irbot@example.jp",
		"gateways: []", "gateways:\n  - {id: a, means: sms, url: https://x.example.jp, secret: "+canary+", headers: [{name: X-Key, value: "+canary+"}]}")
	c := load(t, path, env(config.EnvBotToken, "xoxb-"+canary, config.EnvAppToken, "xapp-"+canary, config.EnvSigningSecret, canary))
	if c.Mail.Password.Reveal() != canary || c.Slack.BotToken.Reveal() != "xoxb-"+canary || c.Gateways[0].Headers[0].Value.Reveal() != canary {
		t.Fatal("Reveal does not give the value")
	}
	one := config.NewSecret(canary)
	var out bytes.Buffer
	for _, v := range []any{c, *c, c.Slack, c.Mail, c.Gateways, c.Warnings, one, &one, holder{one, []config.Secret{one}}, map[string]config.Secret{"k": one}} {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
			fmt.Fprintf(&out, verb+"\n", v)
		}
		fmt.Fprintln(&out, v, fmt.Errorf("use %v: %w", v, fmt.Errorf("x")))
	}
	for _, v := range []any{c.Slack, c.Mail, c.Gateways, one} {
		enc, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		out.Write(enc)
		doc, err := yaml.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		out.Write(doc)
		slog.New(slog.NewTextHandler(&out, nil)).Info("config", "value", v)
		slog.New(slog.NewJSONHandler(&out, nil)).Info("config", "value", v, "secret", one)
	}
	text := out.String()
	hex := fmt.Sprintf("%x", canary)
	if strings.Contains(text, canary) || strings.Contains(text, hex) || strings.Contains(text, strings.ToUpper(hex)) {
		t.Error("a secret was printed")
	}
	if !strings.Contains(text, config.Mask) {
		t.Error("no mask in the output: the test prints nothing")
	}
}

// No mistake, wherever it is made, may quote the secret that stands beside it.
func TestErrorsNeverQuoteSecrets(t *testing.T) {
	for name, c := range map[string]struct {
		pairs []string
		env   []string
	}{
		"wrong prefix":       {nil, []string{config.EnvBotToken, canary, config.EnvAppToken, canary}},
		"two lines":          {nil, []string{config.EnvBotToken, canary + "\n" + canary}},
		"literal as a list":  {[]string{"bot_token_file: \"\"", "bot_token: [" + canary + "]"}, nil},
		"literal as a map":   {[]string{"bot_token_file: \"\"", "bot_token: {value: " + canary + "}"}, nil},
		"literal and file":   {[]string{"bot_token_file: \"\"", "bot_token_file: config.yaml\n  bot_token: " + canary}, nil},
		"misspelt key":       {[]string{"bot_token_file: \"\"", "bot_tokn: " + canary}, nil},
		"bad yaml":           {[]string{"bot_token_file: \"\"", "bot_token: \"" + canary}, nil},
		"alias":              {[]string{"bot_token_file: \"\"", "bot_token: *" + canary}, nil},
		"header":             {[]string{"gateways: []", "gateways: [{id: a, means: sms, url: https://x.example.jp, headers: [{name: é, value: " + canary + "}]}]"}, nil},
		"url with password":  {[]string{"gateways: []", "gateways: [{id: a, means: sms, url: \"https://u:" + canary + "@x.example.jp\"}]"}, nil},
		"secret as duration": {[]string{"session: 12h", "session: 12h\n  secret: " + canary}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := config.Load(edit(t, folder(t), c.pairs...), env(c.env...))
			if err == nil {
				t.Fatal("accepted")
			}
			if strings.Contains(err.Error(), canary) || strings.Contains(fmt.Sprintf("%#v", err), canary) {
				t.Errorf("quoted:\n%v", err)
			}
		})
	}
}
