package config

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/viper"

	"irbot/internal/problem"
	"irbot/internal/strictyaml"
)

// The environment variables that are read.
const (
	EnvBotToken      = "IRBOT_SLACK_BOT_TOKEN"
	EnvAppToken      = "IRBOT_SLACK_APP_TOKEN"
	EnvSigningSecret = "IRBOT_SLACK_SIGNING_SECRET"
	EnvSlackAPI      = "IRBOT_SLACK_API_URL"
	EnvSlackListen   = "IRBOT_SLACK_LISTEN"
	EnvMailPassword  = "IRBOT_MAIL_PASSWORD"
	EnvLang          = "IRBOT_LANG"
)

// bound says which setting each variable stands for; it wins over the file.
func bound() map[string]string {
	return map[string]string{
		EnvBotToken:      "slack::bot_token",
		EnvAppToken:      "slack::app_token",
		EnvSigningSecret: "slack::signing_secret",
		EnvSlackAPI:      "slack::api_url",
		EnvSlackListen:   "slack::listen",
		EnvMailPassword:  "mail::password",
		EnvLang:          "site::lang",
	}
}

// Load reads the file at path, the secret files it names and the environment,
// and checks everything, also against the directory. The error is an *Errors
// with every mistake found. Relative paths in the file count from its folder.
func Load(path string, env func(string) string) (*Config, error) {
	b, err := read(path, env)
	if err != nil {
		return nil, err
	}
	return b.settled(b.problems)
}

// LoadToAsk is Load for a program that sends nothing itself: it asks the running
// server, or reads the record. A secret that only a variable of the server's
// environment gives, or a file that did not come back with a copy, may be missing
// here; everything else is as strict.
func LoadToAsk(path string, env func(string) string) (*Config, error) {
	b, err := read(path, env)
	if err != nil {
		return nil, err
	}
	return b.settled(slices.DeleteFunc(slices.Clone(b.problems), func(p problem.Problem) bool {
		return b.absent[strings.TrimSuffix(strings.TrimSuffix(p.Key, "_env"), "_file")]
	}))
}

// settled gives the Config where nothing in the list is a mistake.
func (b *builder) settled(list []problem.Problem) (*Config, error) {
	if err := problem.Err(list); err != nil {
		return nil, err
	}
	_, b.cfg.Warnings = problem.Split(list)
	return b.cfg, nil
}

// LoadRestored reads a configuration that came back from a copy onto another
// machine: secret files are not in copies and other paths may be missing there,
// which must not stop a record from being restored. The mistakes that Load
// would refuse come back beside the Config; only a file that cannot be read at
// all is an error.
func LoadRestored(path string, env func(string) string) (*Config, []problem.Problem, error) {
	b, err := read(path, env)
	if err != nil {
		return nil, nil, err
	}
	mistakes, warnings := problem.Split(b.problems)
	b.cfg.Warnings = warnings
	return b.cfg, mistakes, nil
}

// read gives what was built with everything that is wrong with it.
func read(path string, env func(string) string) (*builder, error) {
	abs, err := filepath.Abs(path)
	if err != nil {
		return nil, fmt.Errorf("find configuration %s: %w", path, err)
	}
	data, err := os.ReadFile(abs) //nolint:gosec // the operator names the file
	if err != nil {
		return nil, &Errors{List: []problem.Problem{unreadable(path, err)}}
	}
	doc, problems := strictyaml.Parse(path, data)
	if err := problem.Err(problems); err != nil {
		return nil, err
	}
	values, problems := doc.Values(shape{}, "mapstructure")
	if err := problem.Err(problems); err != nil {
		return nil, err
	}
	raw, err := merge(values, env)
	if err != nil {
		return nil, fmt.Errorf("read configuration %s: %w", path, err)
	}
	b := &builder{doc: doc, folder: filepath.Dir(abs), env: env, raw: raw, cfg: &Config{Path: abs}, absent: map[string]bool{}}
	b.build()
	return b, nil
}

// merge lays the file over the defaults and the environment over the file.
// The variables are set one by one instead of by viper's automatic binding,
// which leaves out keys that the file does not have.
func merge(values map[string]any, env func(string) string) (shape, error) {
	v := viper.NewWithOptions(viper.KeyDelimiter("::"))
	for key, val := range defaults() {
		v.SetDefault(key, val)
	}
	if err := v.MergeConfigMap(values); err != nil {
		return shape{}, fmt.Errorf("merge: %w", err)
	}
	for name, key := range bound() {
		if val := strings.TrimSpace(env(name)); val != "" {
			v.Set(key, val)
		}
	}
	var raw shape
	if err := v.UnmarshalExact(&raw); err != nil {
		return shape{}, fmt.Errorf("decode: %w", err)
	}
	return raw, nil
}

// defaults is what holds where the file says nothing.
func defaults() map[string]any {
	return map[string]any{
		"site::zone":        "Asia/Tokyo",
		"site::lang":        "ja",
		"data":              "data",
		"directory":         "directory.yaml",
		"systems":           "systems.yaml",
		"console::listen":   "127.0.0.1:8642",
		"console::session":  "12h",
		"slack::command":    "/incident",
		"slack::listen":     "127.0.0.1:8643",
		"mail::tls":         "mandatory",
		"mail::timeout":     "30s",
		"runbooks::folder":  "runbooks",
		"runbooks::default": "declare-triage",
		"reports::first":    "30m",
		"reports::interval": "30m",
		"reports::later":    "60m",
		"anchors::every":    "1h",
		"backup::every":     "24h",
		"backup::daily":     7,
		"backup::weekly":    5,
		"backup::alarm":     "72h",
		"export::tlp":       "AMBER",
	}
}

func unreadable(path string, err error) problem.Problem {
	p := problem.Problem{
		File: path,
		What: problem.Say("設定ファイルが読めません", "the configuration file cannot be read"),
		Why:  problem.Say("%v", "%v", err),
		Fix:  problem.Say("ファイルの権限を確かめてください", "check who may read the file"),
	}
	if errors.Is(err, fs.ErrNotExist) {
		p.What = problem.Say("設定ファイルがありません", "there is no configuration file")
		p.Why = problem.Say("ここで irbot init がまだ行われていないか、場所が違います", "irbot init has not been run here, or the place is wrong")
		p.Fix = problem.Say("irbot init . で作るか、--config で場所を示してください", "make one with: irbot init .  or name the place with --config")
	}
	return p
}
