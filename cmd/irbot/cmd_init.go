package main

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"irbot"
)

func (c *cli) initCommand() *cobra.Command {
	return &cobra.Command{
		Use: "init [DIR]", Short: c.say("設定・手順書・連絡先のひな形を作る", "write sample configuration, runbooks and directory"), Args: c.args(0, 1),
		Example: "  irbot init .\n  irbot init /srv/irbot",
		RunE: func(_ *cobra.Command, args []string) error {
			dir := "."
			if len(args) == 1 {
				dir = args[0]
			}
			return c.init(dir)
		},
	}
}

// init writes what is missing and never overwrites.
func (c *cli) init(dir string) error {
	if err := os.MkdirAll(filepath.Join(dir, "runbooks"), 0o750); err != nil {
		why := err.Error()
		if errors.Is(err, fs.ErrPermission) {
			why = c.say("ここに書く許可がありません", "no permission to write there")
		}
		return &problem{exit: exitFailed, code: "init.folder", what: c.say("フォルダ "+dir+" を作れません", "cannot make the folder "+dir), why: why, fix: "irbot init ~/irbot"}
	}
	made, kept := []string{}, []string{}
	put := func(name string, data []byte, mode os.FileMode) error {
		err := writeNew(filepath.Join(dir, name), data, mode)
		switch {
		case errors.Is(err, fs.ErrExist):
			kept = append(kept, name)
			return nil
		case err != nil:
			return err
		}
		made = append(made, name)
		return nil
	}
	if err := put("config.yaml", irbot.ConfigExample, 0o600); err != nil {
		return err
	}
	if err := put("directory.yaml", irbot.DirectoryExample, 0o600); err != nil {
		return err
	}
	if err := put("systems.yaml", irbot.SystemsExample, 0o600); err != nil {
		return err
	}
	entries, err := irbot.Runbooks.ReadDir("runbooks")
	if err != nil {
		return err
	}
	books := 0
	for _, e := range entries {
		if filepath.Ext(e.Name()) != ".md" {
			continue
		}
		books++
		data, err := irbot.Runbooks.ReadFile("runbooks/" + e.Name())
		if err != nil {
			return err
		}
		if err := put(filepath.Join("runbooks", e.Name()), data, 0o640); err != nil {
			return err
		}
	}
	data := map[string]any{"dir": dir, "made": made, "kept": kept}
	return c.answer("init", data, func() {
		c.printf("%s\n", c.say("用意しました", "ready")+"  "+dir)
		for _, m := range made {
			if filepath.Dir(m) == "." {
				c.printf("  + %s\n", m)
			}
		}
		c.printf("  + runbooks/ (%d)\n", books)
		if len(kept) > 0 {
			c.printf("%s\n", c.say("すでにあるものは変えていません", "what was there already was left as it is"))
		}
		c.printf("\n%s\n", c.say("次", "next"))
		if here, err := filepath.Abs("."); err != nil || here != whole(dir) { // the commands look for config.yaml where they are called
			c.printf("  cd %s\n", dir)
		}
		c.printf("%s\n", c.say("  irbot doctor    足りないものを確かめる\n  irbot serve     動かす", "  irbot doctor    see what is missing\n  irbot serve     run it"))
	}, "irbot doctor", "irbot serve")
}

// whole is a folder's absolute name, or the name as it is where there is none.
func whole(dir string) string {
	if abs, err := filepath.Abs(dir); err == nil {
		return abs
	}
	return dir
}
