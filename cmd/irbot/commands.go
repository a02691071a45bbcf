package main

import (
	"github.com/spf13/cobra"
)

// version is set at release by -ldflags "-X main.version=…".
var version = "0.1.0-dev" // a variable, because the linker sets it

// commands is every command, in the order help shows them.
func (c *cli) commands() []*cobra.Command {
	list := []*cobra.Command{
		c.demoCommand(), c.initCommand(), c.serveCommand(), c.doctorCommand(), c.lintCommand(), c.runbookCommand(),
		c.incidentCommand(), c.factCommand(), c.noticeCommand(), c.reportCommand(), c.dutyCommand(), c.drillCommand(), c.previewCommand(), c.contactsCommand(), c.rosterCommand(), c.systemsCommand(), c.escalationCommand(),
		c.rowsCommand(),
		c.printCommand(), c.posterCommand(), c.exportCommand(), c.verifyCommand(), c.rebuildCommand(), c.anchorCommand(), c.keyCommand(), c.backupCommand(), c.restoreCommand(),
		c.searchCommand(), c.eraseCommand(), c.retentionCommand(), c.reviewCommand(), c.custodyCommand(),
		c.slackCommand(), c.userCommand(), c.pathsCommand(), c.completionCommand(), c.versionCommand(), c.helpCommand(),
	}
	for _, cmd := range list {
		if cmd.HasSubCommands() && cmd.RunE == nil {
			c.group(cmd)
		}
	}
	return list
}

// group makes a command that only holds others show them, and name the nearest
// one to a word it does not know.
func (c *cli) group(cmd *cobra.Command) {
	cmd.Args = cobra.ArbitraryArgs
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if len(args) == 0 {
			c.help(cmd, nil)
			return nil
		}
		return c.unknownIn(cmd.CommandPath(), args[0], cmd.Commands())
	}
}

func (c *cli) versionCommand() *cobra.Command {
	return &cobra.Command{
		Use: "version", Short: c.say("版を表示する", "show the version"), Args: c.args(0, 0),
		Example: "  irbot version",
		RunE: func(*cobra.Command, []string) error {
			return c.answer("version", map[string]string{"version": version}, func() { c.printf("irbot %s\n", version) })
		},
	}
}

// args checks the number of arguments; max < 0 means any.
func (c *cli) args(least, most int) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) < least || (most >= 0 && len(args) > most) {
			return &problem{exit: exitUsage, code: "usage", what: c.say("引数の数が違います", "wrong number of arguments"), why: cmd.UseLine(), fix: cmd.CommandPath() + " --help"}
		}
		return nil
	}
}
