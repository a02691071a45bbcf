// Package irbot carries the files that the binary brings along: the samples
// that `irbot init` writes and the runbooks that are there from the start.
package irbot

import "embed"

// ConfigExample is config.example.yaml, written by `irbot init` as config.yaml.
//
//go:embed config.example.yaml
var ConfigExample []byte

// DirectoryExample is directory.example.yaml, written by `irbot init` as directory.yaml.
//
//go:embed directory.example.yaml
var DirectoryExample []byte

// SystemsExample is systems.example.yaml, written by `irbot init` as systems.yaml.
//
//go:embed systems.example.yaml
var SystemsExample []byte

// Runbooks holds the shipped runbooks as runbooks/*.md.
//
//go:embed runbooks
var Runbooks embed.FS
