package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"reflect"
	"strings"

	"irbot/internal/chat"
	"irbot/internal/directory"
	"irbot/internal/incident"
	"irbot/internal/timeline"
)

// kindSettings says in the SITE log with which files this process began: an
// auditor asks since when a rule of retention or a person's role is in force,
// also where the file was changed while nothing ran.
const kindSettings timeline.Kind = "settings.read"

type settingsFacts struct {
	Config    string `json:"config,omitempty"` // SHA-256 of the file; "" where there is none
	Directory string `json:"directory,omitempty"`
	Rules     int    `json:"rules"` // of retention
}

// settingsRead records the settings at the start where they differ from those
// recorded last.
func (n *node) settingsRead(ctx context.Context, demo bool) error {
	if demo {
		return nil
	}
	now := settingsFacts{Rules: len(n.cfg.Retention)}
	var err, bad error
	now.Config, err = fileSum(n.cfg.Path)
	now.Directory, bad = fileSum(n.cfg.DirectoryFile)
	if err = errors.Join(err, bad); err != nil {
		return err
	}
	list, err := n.store.KindsOf(ctx, timeline.SiteLog, kindSettings)
	if err != nil {
		return err
	}
	if len(list) > 0 && factsOf[settingsFacts](&list[len(list)-1]) == now {
		return nil
	}
	var text timeline.Text
	if words := n.retentionWords(); words != "" {
		text = timeline.Text{"retention": words}
	}
	act := incident.Act{Person: timeline.System, Surface: "machine"}
	return n.svc.SiteEntry(ctx, act, kindSettings, now, text)
}

// retentionWords are the rules of retention in one line.
func (n *node) retentionWords() string {
	out := make([]string, len(n.cfg.Retention))
	for i, r := range n.cfg.Retention {
		out[i] = fmt.Sprintf("%s (%s %s %s)", r.ID, r.Of, strings.Join(r.Kinds, ","), r.After)
	}
	return strings.Join(out, ", ")
}

// fileSum is the SHA-256 of a file, "" where none is named or it is not there.
func fileSum(path string) (string, error) {
	if path == "" {
		return "", nil
	}
	data, err := os.ReadFile(path) //nolint:gosec // the operator's own settings
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("read settings: %w", err)
	}
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:]), nil
}

// bookChanges names who was added to the directory, changed in it and taken out
// of it, people and destinations alike.
func bookChanges(old, now *directory.Directory) timeline.Text {
	var added, changed, gone []string
	see := func(name string, was bool, same bool) {
		switch {
		case !was:
			added = append(added, chat.OneLine(name))
		case !same:
			changed = append(changed, chat.OneLine(name))
		}
	}
	for _, p := range now.People {
		q, was := old.Person(p.ID)
		see(p.Name, was, reflect.DeepEqual(p, q))
	}
	for _, p := range now.Destinations {
		q, was := old.Destination(p.ID)
		see(p.Name, was, reflect.DeepEqual(p, q))
	}
	for _, p := range old.People {
		if _, ok := now.Person(p.ID); !ok {
			gone = append(gone, chat.OneLine(p.Name))
		}
	}
	for _, p := range old.Destinations {
		if _, ok := now.Destination(p.ID); !ok {
			gone = append(gone, chat.OneLine(p.Name))
		}
	}
	out := timeline.Text{}
	for key, names := range map[string][]string{"added": added, "changed": changed, "gone": gone} {
		if len(names) > 0 {
			out[key] = chat.Truncate(strings.Join(names, "、"), 2000)
		}
	}
	return out
}
