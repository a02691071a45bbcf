package main

import (
	"strings"

	"github.com/spf13/cobra"
)

// typed finds the command of this invocation, the incident it names ("" for
// none) and the other words after it.
func (c *cli) typed() (cmd *cobra.Command, id string, rest []string) {
	if c.tree == nil {
		return nil, "", nil
	}
	cmd, rest, err := c.tree.Find(c.line)
	if err != nil {
		return nil, "", nil
	}
	if len(rest) > 0 && incidentID.MatchString(fullToHalf(rest[0])) {
		id, rest = rest[0], rest[1:]
	}
	return cmd, id, rest
}

// named is the command as it was typed, with an incident named in it.
func (c *cli) named(id string) string {
	cmd, _, rest := c.typed()
	if cmd == nil {
		return "irbot incident show " + id
	}
	return strings.Join(append([]string{cmd.CommandPath(), id}, quoted(rest)...), " ")
}

// again is the command as it was typed.
func (c *cli) again() string {
	cmd, id, rest := c.typed()
	if cmd == nil {
		return "irbot incident show"
	}
	words := []string{cmd.CommandPath()}
	if id != "" {
		words = append(words, id)
	}
	return strings.Join(append(words, quoted(rest)...), " ")
}

// look is the command that shows what the refused one was about.
func (c *cli) look() string {
	cmd, id, _ := c.typed()
	show := "irbot incident show"
	if cmd != nil && cmd.HasParent() {
		switch cmd.Parent().Name() {
		case "notice", "report":
			show = "irbot notice show"
		case "duty":
			show = "irbot duty list"
		case "fact":
			show = "irbot fact list"
		}
	}
	return strings.TrimSpace(show + " " + id)
}

// quoted sets words between quotes that a shell would take apart.
func quoted(words []string) []string {
	out := make([]string, len(words))
	for i, w := range words {
		if w == "" || strings.ContainsAny(w, " 　\t'\"\\$&|;<>()*?`#!") {
			w = "'" + strings.ReplaceAll(w, "'", `'\''`) + "'"
		}
		out[i] = w
	}
	return out
}
