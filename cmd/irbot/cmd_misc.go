package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"irbot/internal/chat"
	"irbot/internal/sqlite"
)

// there words that a file exists already.
func (c *cli) there(out string, err error) error {
	if !errors.Is(err, fs.ErrExist) {
		return err
	}
	return &problem{exit: exitConflict, code: "file.exists", what: c.say(out+" はすでにあります", out+" exists already"), why: c.say("上書きはしません", "nothing is overwritten"),
		fix: "--out " + filepath.Join(filepath.Dir(out), "new-"+filepath.Base(out))}
}

func (c *cli) pathsCommand() *cobra.Command {
	return &cobra.Command{
		Use: "paths", Short: c.say("設定・記録・鍵・手順書の場所", "where settings, record, keys and runbooks are"), Args: c.args(0, 0),
		Example: "  irbot paths\n  irbot paths --json",
		RunE: func(*cobra.Command, []string) error {
			cfg, err := c.load()
			if err != nil {
				return err
			}
			rows := [][]string{
				{"config", c.say("設定", "settings"), cfg.Path}, {"directory", c.say("連絡先一覧", "directory"), cfg.DirectoryFile},
				{"runbooks", c.say("手順書", "runbooks"), cfg.Runbooks.Folder}, {"data", c.say("記録", "record"), cfg.Data},
				{"key", c.say("署名の鍵（秘密）", "signing key (secret)"), filepath.Join(cfg.Data, keyName)},
				{"verifier", c.say("検証鍵（配ってよい）", "verifier key (to be given away)"), filepath.Join(cfg.Data, "verifier.key")},
				{"backups", c.say("控え", "backups"), filepath.Join(filepath.Dir(cfg.Data), "backups")}, {"exports", c.say("出力", "exports"), "."},
			}
			if _, err := os.Stat(cfg.Path); errors.Is(err, fs.ErrNotExist) { // the demo
				rows[0][2], rows[1][2] = "", ""
			}
			data, width := map[string]string{}, 0
			for _, r := range rows {
				data[r[0]] = r[2]
				width = max(width, chat.Columns(r[1]))
			}
			return c.answer("paths", data, func() {
				for _, r := range rows { // never wrapped: a path is there to be copied
					c.printf("%s%s  %s\n", r[1], pad(width-chat.Columns(r[1])), cmp.Or(r[2], c.say("（プログラムに入っている見本）", "(the sample inside the program)")))
				}
			})
		},
	}
}

func (c *cli) completionCommand() *cobra.Command {
	return &cobra.Command{
		Use: "completion bash|zsh|fish|powershell", Short: c.say("シェルの補完", "shell completion"), Args: c.args(1, 1),
		ValidArgs: []string{"bash", "zsh", "fish", "powershell"},
		Example:   "  irbot completion bash > /etc/bash_completion.d/irbot\n  irbot completion zsh > ~/.zfunc/_irbot\n  irbot completion fish > ~/.config/fish/completions/irbot.fish",
		RunE: func(cmd *cobra.Command, args []string) error {
			root := cmd.Root()
			switch args[0] {
			case "bash":
				return root.GenBashCompletionV2(c.out, true)
			case "zsh":
				return root.GenZshCompletion(c.out)
			case "fish":
				return root.GenFishCompletion(c.out, true)
			case "powershell":
				return root.GenPowerShellCompletionWithDesc(c.out)
			}
			return &problem{exit: exitUsage, code: "usage", what: c.say("シェル「"+args[0]+"」は分かりません", "unknown shell "+args[0]), why: "bash, zsh, fish, powershell", fix: "irbot completion bash"}
		},
	}
}

// complete offers open incidents, then the steps of the one that is meant.
func (c *cli) complete(steps bool) func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	return func(cmd *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
		ctx := cmd.Context()
		if ctx == nil {
			ctx = context.Background()
		}
		v, _, err := c.view(ctx)
		if err != nil {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		defer v.Close()
		rows, err := v.List(ctx, sqlite.Filter{Live: true})
		if err != nil {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		var out []string
		named := len(args) > 0 && incidentID.MatchString(strings.ToUpper(args[0]))
		if !named && len(args) == 0 {
			for _, r := range rows {
				out = append(out, r.ID)
			}
		}
		id := ""
		switch {
		case named:
			id = strings.ToUpper(args[0])
		case len(rows) == 1:
			id = rows[0].ID
		}
		if steps && id != "" && len(args) < 2 {
			out = append(out, c.stepChoices(ctx, id)...)
		}
		return out, cobra.ShellCompDirectiveNoFileComp
	}
}

func (c *cli) stepChoices(ctx context.Context, id string) []string {
	at, err := c.open(ctx, id)
	if err != nil {
		return nil
	}
	defer at.shut()
	var out []string
	for _, r := range at.view.S.Runs {
		for _, st := range r.Steps {
			if !st.Closed() {
				out = append(out, fmt.Sprintf("%d\t%s", st.N, at.view.StepTitle(st)))
			}
		}
	}
	return out
}
