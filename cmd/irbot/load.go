package main

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"

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

// load reads the configuration.
func (c *cli) load() (*config.Config, error) {
	path := c.configPath()
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return nil, &problem{exit: exitFailed, code: "config.missing", what: c.say("設定ファイル "+path+" がありません", "there is no configuration file "+path),
			why: c.say("この場所はまだ用意されていません", "this folder was not set up yet"), fix: "irbot init ."}
	}
	return config.Load(path, c.env)
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
	quiet := func(k string) string {
		if k == config.EnvLang {
			return env(k)
		}
		return ""
	}
	return config.Load(filepath.Join(dir, "config.yaml"), quiet)
}
