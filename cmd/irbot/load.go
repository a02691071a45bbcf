package main

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"irbot"
	"irbot/internal/config"
)

// configPath is --config, else IRBOT_CONFIG, else config.yaml here.
func (c *cli) configPath() string {
	if c.config != "" {
		return c.config
	}
	if p := c.env("IRBOT_CONFIG"); p != "" {
		return p
	}
	return "config.yaml"
}

// load reads the configuration for a command that asks the server or reads the
// record: secrets of the server's environment may be missing in this shell.
func (c *cli) load() (*config.Config, error) { return c.loadBy(config.LoadToAsk) }

// loadWhole reads the configuration for what sends: every secret must be there.
func (c *cli) loadWhole() (*config.Config, error) { return c.loadBy(config.Load) }

func (c *cli) loadBy(read func(string, func(string) string) (*config.Config, error)) (*config.Config, error) {
	path := c.configPath()
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		if cfg, ok := c.demoConfig(path); ok {
			return cfg, nil
		}
		return nil, &problem{exit: exitFailed, code: "config.missing", what: c.say("設定ファイル "+path+" がありません", "there is no configuration file "+path),
			why: c.say("この場所はまだ用意されていません", "this folder was not set up yet"), fix: "irbot init " + filepath.Dir(path)}
	}
	return read(path, c.env)
}

// demoFolder is where the demo keeps its data where nothing else is said.
const demoFolder = "irbot-demo"

// demoConfig is the demo's configuration where a demo was run in this folder and
// nothing else is set up: so that every command works on it, too.
func (c *cli) demoConfig(path string) (*config.Config, bool) {
	if path != "config.yaml" {
		return nil, false
	}
	dir, err := filepath.Abs(demoFolder)
	if err != nil {
		return nil, false
	}
	if _, err := os.Stat(filepath.Join(dir, keyName)); err != nil {
		return nil, false
	}
	cfg, err := sample(c.env)
	if err != nil {
		return nil, false
	}
	return demoed(cfg, dir), true
}

// demoed turns the sample into the demo's configuration: nothing leads outside.
func demoed(cfg *config.Config, dir string) *config.Config {
	cfg.Data, cfg.Runbooks.Folder, cfg.Warnings = dir, "", nil
	cfg.Console = config.Console{Session: 24 * time.Hour, Finder: true}
	cfg.Mail, cfg.Slack, cfg.Gateways = config.Mail{}, config.Slack{}, nil
	return cfg
}

// loadOrSample reads the configuration, or the sample where there is none: for
// commands that only look at what is shipped.
func (c *cli) loadOrSample() (*config.Config, error) {
	cfg, err := c.load()
	var p *problem
	if errors.As(err, &p) && p.code == "config.missing" {
		return sample(c.env)
	}
	return cfg, err
}

// sample is the shipped example as a configuration, without touching the disk
// for longer than it takes to read it.
func sample(env func(string) string) (*config.Config, error) {
	dir, err := os.MkdirTemp("", "irbot-sample-")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	if err := os.WriteFile(filepath.Join(dir, "config.yaml"), irbot.ConfigExample, 0o600); err != nil {
		return nil, err
	}
	if err := os.WriteFile(filepath.Join(dir, "directory.yaml"), irbot.DirectoryExample, 0o600); err != nil {
		return nil, err
	}
	if err := os.WriteFile(filepath.Join(dir, "systems.yaml"), irbot.SystemsExample, 0o600); err != nil {
		return nil, err
	}
	quiet := func(k string) string {
		if k == config.EnvLang {
			return env(k)
		}
		return ""
	}
	return config.Load(filepath.Join(dir, "config.yaml"), quiet)
}
