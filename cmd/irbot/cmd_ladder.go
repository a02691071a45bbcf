package main

import (
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"irbot/internal/incident"
)

func (c *cli) jumpCommand() *cobra.Command {
	var f actFlags
	var x incident.Jump
	cmd := &cobra.Command{
		Use: "jump [ID] LEVEL", Short: c.say("上申の段を選んですぐ連絡する", "page a level of an escalation now"), Args: c.args(1, 2),
		Example: "  irbot incident jump 3\n  irbot incident jump IR-12 3 --esc e1",
	}
	cmd.Flags().StringVar(&x.Esc, "esc", "", c.say("上申（e1 など）", "the escalation, e.g. e1"))
	cmd.Flags().StringVar(&x.Reason, "reason", "", c.say("理由", "why"))
	return c.oneAct(cmd, &f, func(rest []string) (incident.Command, error) {
		word, err := c.one(rest, c.say("段", "level"), "irbot incident jump 3")
		if err != nil {
			return nil, err
		}
		n, err := strconv.Atoi(word)
		if err != nil {
			return nil, &problem{exit: exitUsage, code: "usage", what: c.say("段は数字で指定してください", "the level is a number"), why: word, fix: "irbot incident jump 3"}
		}
		x.Level = n
		return x, nil
	})
}

func (c *cli) furtherCommand() *cobra.Command {
	var f actFlags
	var x incident.Further
	cmd := &cobra.Command{
		Use: "further [ID] REASON", Short: c.say("確認されたあと、さらに上へ上申する", "climb on after an answer"), Args: c.args(1, -1),
		Example: "  irbot incident further 社長の判断が要る",
	}
	cmd.Flags().StringVar(&x.Esc, "esc", "", c.say("上申（e1 など）", "the escalation, e.g. e1"))
	return c.oneAct(cmd, &f, func(rest []string) (incident.Command, error) {
		x.Reason = strings.Join(rest, " ")
		return x, nil
	})
}

func (c *cli) rangCommand() *cobra.Command {
	var f actFlags
	var x incident.Rang
	cmd := &cobra.Command{
		Use: "rang [ID] PERSON", Short: c.say("電話したが出なかったことを記録する", "record that somebody was rung in vain"), Args: c.args(1, 2),
		Example: "  irbot incident rang watanabe\n  irbot incident rang IR-12 watanabe --words 留守番電話に残した",
	}
	cmd.Flags().StringVar(&x.Esc, "esc", "", c.say("上申（e1 など）", "the escalation, e.g. e1"))
	cmd.Flags().StringVar(&x.Words, "words", "", c.say("留守番電話に残したことなど", "e.g. a message left"))
	return c.oneAct(cmd, &f, func(rest []string) (incident.Command, error) {
		person, err := c.one(rest, c.say("人", "person"), "irbot incident rang watanabe")
		x.Person = person
		return x, err
	})
}

func (c *cli) returnRoleCommand() *cobra.Command {
	var f actFlags
	var x incident.ReturnRole
	cmd := &cobra.Command{
		Use: "return [ID] ROLE", Short: c.say("代行していた役割を元の人に戻す", "hand a role back from its deputy"), Args: c.args(1, 2),
		Example: "  irbot incident return ciso",
	}
	cmd.Flags().StringVar(&x.Reason, "reason", "", c.say("理由", "why"))
	return c.oneAct(cmd, &f, func(rest []string) (incident.Command, error) {
		role, err := c.one(rest, c.say("役割", "role"), "irbot incident return ciso")
		x.Role = role
		return x, err
	})
}
