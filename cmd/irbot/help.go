package main

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"irbot/internal/runbook"
)

// short is what irbot says without arguments: at most twenty lines.
func (c *cli) short() error {
	c.printf("%s", c.say(`irbot  港のインシデント対応を、手順書どおりに、記録に残しながら進めます。

例
  irbot demo                          一つの命令で体験（訓練、外部送信なし、Slack不要）
  irbot init .                        設定・手順書・連絡先のひな形を作る
  irbot serve                         動かす（コンソール、あればSlackも）

よく使う命令
  irbot incident declare "TOS停止"    案件を宣言する
  irbot incident done 4               手順4を完了にする
  irbot export IR-12 --format zip --out IR-12.zip
  irbot verify IR-12.zip              記録が書き換えられていないか確かめる
  irbot doctor                        備えの点検。直し方つき
  irbot lint 手順書.md                手順書の点検

すべての命令 irbot help    終了コード irbot help exit-codes
`, `irbot  works through a port's incident plans step by step, and keeps the record.

Examples
  irbot demo                          try it: a drill, nothing leaves, no Slack needed
  irbot init .                        write sample configuration, runbooks, directory
  irbot serve                         run it (console, and Slack if configured)

Often used
  irbot incident declare "TOS outage" declare an incident
  irbot incident done 4               complete step 4
  irbot export IR-12 --format zip --out IR-12.zip
  irbot verify IR-12.zip              check that the record was not changed
  irbot doctor                        what is missing, and how to mend it
  irbot lint runbook.md               check runbooks

All commands: irbot help    Exit codes: irbot help exit-codes
`))
	return nil
}

// help prints a command: its purpose, examples first, then usage and flags.
func (c *cli) help(cmd *cobra.Command, _ []string) {
	if !cmd.HasParent() {
		c.listCommands(cmd)
		return
	}
	c.printf("%s\n", cmd.Short)
	if cmd.Example != "" {
		c.printf("\n%s\n%s\n", c.say("例", "Examples"), cmd.Example)
	}
	if cmd.Long != "" {
		c.printf("\n%s\n", cmd.Long)
	}
	if cmd.HasAvailableSubCommands() {
		c.printf("\n%s\n", c.say("命令", "Commands"))
		for _, s := range cmd.Commands() {
			if !s.Hidden {
				c.printf("  %-12s %s\n", s.Name(), s.Short)
			}
		}
	}
	c.printf("\n%s  %s\n", c.say("使い方", "Usage"), cmd.UseLine())
	if h := cmd.Flags().Lookup("help"); h != nil {
		h.Usage = c.say("この使い方", "this help")
	}
	if f := cmd.NonInheritedFlags(); f.HasAvailableFlags() {
		c.printf("%s", f.FlagUsages())
	}
	if !cmd.HasAvailableSubCommands() || cmd.Runnable() {
		c.endings(cmd)
	}
}

// endings closes the help of a command: its exit codes, and where more is.
func (c *cli) endings(cmd *cobra.Command) {
	var list []string
	for _, code := range exitsOf(cmd) {
		list = append(list, fmt.Sprintf("%d %s", code, c.meaning(code)))
	}
	c.printf("%s  %s  %s\n", c.say("終了コード", "Exit codes"), strings.Join(list, "  "), c.say("くわしくは irbot help exit-codes", "more: irbot help exit-codes"))
	c.printf("%s  docs/cli.md\n", c.say("文書", "Guide"))
}

func (c *cli) listCommands(root *cobra.Command) {
	c.printf("%s\n\n", c.say("irbot の命令", "irbot commands"))
	for _, s := range root.Commands() {
		if s.Hidden || s.Name() == "help" {
			continue
		}
		c.printf("  %-12s %s\n", s.Name(), s.Short)
	}
	c.printf("\n%s\n", c.say("くわしくは irbot 命令 --help。話題: irbot help start | exit-codes | RB012", "More: irbot COMMAND --help. Topics: irbot help start | exit-codes | RB012"))
}

// helpCommand answers `irbot help TOPIC`.
func (c *cli) helpCommand() *cobra.Command {
	return &cobra.Command{
		Use: "help [topic]", Short: c.say("使い方と終了コード", "help and exit codes"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				c.listCommands(cmd.Root())
				return nil
			}
			switch args[0] {
			case "exit-codes":
				c.exitCodes()
				return nil
			case "start":
				c.printf("%s", c.say("1  irbot init .     設定・手順書・連絡先のひな形を作る\n2  irbot doctor     足りないものを確かめる\n3  irbot serve      動かす\nSlackを使うなら  irbot slack manifest > manifest.yaml\n",
					"1  irbot init .     write sample files\n2  irbot doctor     see what is missing\n3  irbot serve      run it\nFor Slack: irbot slack manifest > manifest.yaml\n"))
				return nil
			}
			if id, ok := ruleID(args[0]); ok {
				return c.explainRule(id)
			}
			if sub, _, err := cmd.Root().Find(args); err == nil && sub != cmd.Root() {
				c.help(sub, nil)
				return nil
			}
			return c.unknown(args[0])
		},
	}
}

func (c *cli) exitCodes() {
	var rows [][]string
	for _, code := range codes() {
		rows = append(rows, []string{strconv.Itoa(code), c.meaning(code)})
	}
	c.table([]string{c.say("コード", "code"), c.say("意味", "meaning")}, rows)
}

// ruleID takes RB012 and, with the severity in its place, E012, W012 or I012.
func ruleID(word string) (string, bool) {
	id := strings.ToUpper(word)
	if strings.HasPrefix(id, "RB") {
		return id, true
	}
	if len(id) == 4 && strings.ContainsRune("EWI", rune(id[0])) && strings.Trim(id[1:], "0123456789") == "" {
		return "RB" + id[1:], true
	}
	return "", false
}

func (c *cli) explainRule(id string) error {
	r, ok := runbook.Explain(id)
	if !ok {
		return &problem{exit: exitNotFound, code: "rule.unknown", what: c.say(id+" という点検項目はありません", "no rule "+id), fix: "irbot lint --help"}
	}
	bad, good := r.Examples(string(c.lang))
	c.printf("%s  %s\n\n%s\n%s\n\n%s\n%s\n\n%s\n%s\n", r.ID, strings.ReplaceAll(c.say(r.JA, r.EN), "%v", "…"),
		c.say("直し方", "Fix"), strings.ReplaceAll(c.say(r.FixJA, r.FixEN), "%v", "…"), c.say("直す前", "Bad"), bad, c.say("直した後", "Good"), good)
	return nil
}

// unknown answers a word that is no command, with the nearest one.
func (c *cli) unknown(word string) error { return c.unknownIn("irbot", word, c.commands()) }

func (c *cli) unknownIn(path, word string, list []*cobra.Command) error {
	fix := path + " --help"
	if path == "irbot" {
		fix = "irbot help"
	}
	p := &problem{exit: exitUsage, code: "command.unknown", what: c.say(fmt.Sprintf("%s に「%s」という命令はありません", path, word), fmt.Sprintf("%s has no command %q", path, word)),
		why: c.say("綴りを確かめてください", "check the spelling"), fix: fix}
	if known := c.calledSo(word, c.commands()); known != nil {
		p.why = c.say("これに当たる命令は下のとおりです", "the command for it is named below")
		p.fix = "irbot " + strings.TrimSuffix(known.CommandPath(), known.Name()) + known.Use
		return p
	}
	best, d := "", 3
	for _, s := range list {
		for _, name := range append([]string{s.Name()}, s.Aliases...) {
			if x := distance(word, name); x < d {
				best, d = s.Name(), x
			}
		}
	}
	if best != "" {
		p.fix = path + " " + best
	}
	return p
}

// calledSo finds the one command that has the word for its name, or for another
// word people try. Where several do, none is meant more than the others.
func (c *cli) calledSo(word string, list []*cobra.Command) *cobra.Command {
	var found []*cobra.Command
	for _, s := range list {
		if s.Name() == word || s.HasAlias(word) || slices.Contains(s.SuggestFor, word) {
			return s
		}
	}
	for _, s := range list {
		if known := c.calledSo(word, s.Commands()); known != nil {
			found = append(found, known)
		}
	}
	if len(found) == 1 {
		return found[0]
	}
	return nil
}

// distance is the edit distance of two words.
func distance(a, b string) int {
	x, y := []rune(a), []rune(b)
	row := make([]int, len(y)+1)
	for j := range row {
		row[j] = j
	}
	for i := 1; i <= len(x); i++ {
		prev := row[0]
		row[0] = i
		for j := 1; j <= len(y); j++ {
			cost := 1
			if x[i-1] == y[j-1] {
				cost = 0
			}
			prev, row[j] = row[j], min(row[j]+1, row[j-1]+1, prev+cost)
		}
	}
	return row[len(y)]
}
