package main

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"irbot/internal/incident"
	"irbot/internal/localapi"
)

// reviewChange proposes other words for lines of a runbook as it was followed;
// without lines it shows them with their numbers.
func (c *cli) reviewChange() *cobra.Command {
	var f actFlags
	var x incident.ProposeChange
	var out bool
	cmd := &cobra.Command{
		Use: "change ID [LINES]", Short: c.say("手順書の行の直しを提案する（行を省くと番号つきで表示）", "propose other words for lines of the runbook (without lines: show them numbered)"), Args: c.args(1, 2),
		Example: "  irbot review change IR-12\n  irbot review change IR-12 41 --new '4. 鍵は封筒 K-3' --reason 番号が分からなかった\n  irbot review change IR-12 52-54 --remove --reason 使わない\n  irbot review patch IR-12 | git apply --directory runbooks",
	}
	f.add(cmd, c)
	cmd.Flags().StringVar(&x.Run, "run", "r1", c.say("どの手順書か（r1、r2 …）", "which runbook of the incident (r1, r2 …)"))
	cmd.Flags().StringVar(&x.New, "new", "", c.say("新しい行", "the new lines"))
	cmd.Flags().BoolVar(&out, "remove", false, c.say("行を取り除く", "take the lines out"))
	cmd.Flags().StringVar(&x.Reason, "reason", "", c.say("理由", "why"))
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		id, rest, err := c.target(cmd.Context(), args)
		if err != nil {
			return err
		}
		if len(rest) == 0 {
			return c.reviewText(cmd.Context(), id, x.Run)
		}
		if x.From, x.To, err = lineSpan(fullToHalf(rest[0])); err != nil || out == (x.New != "") {
			why := rest[0]
			if err == nil {
				why = c.say("新しい行か --remove のどちらか一つが必要です", "either the new lines or --remove is needed, not both")
			}
			return &problem{exit: exitUsage, code: "usage", what: c.say("直す行が読めません", "cannot read which lines to change"), why: why, fix: "irbot review change " + id + " 41-43 --new …"}
		}
		return c.send(cmd.Context(), schemaOf(cmd), localapi.Request{Incident: id, Command: x.Name(), Args: arguments(x)}, f)
	}
	return cmd
}

// lineSpan reads 41 or 41-43.
func lineSpan(s string) (from, to int, err error) {
	first, last, two := strings.Cut(s, "-")
	if !two {
		last = first
	}
	if from, err = strconv.Atoi(first); err != nil {
		return 0, 0, err
	}
	to, err = strconv.Atoi(last)
	return from, to, err
}

// numbered is a runbook as it was followed; line n of the file is Lines[n-1].
type numbered struct {
	Incident string   `json:"incident"`
	Run      string   `json:"run"`
	Runbook  string   `json:"runbook"`
	Lines    []string `json:"lines"`
}

func (c *cli) reviewText(ctx context.Context, id, run string) error {
	return c.reviewOf(ctx, []string{id}, func(v *incident.View) error {
		b := v.Book(run)
		if b == nil {
			return &problem{exit: exitNotFound, code: "review.unknown", what: c.say(id+" に手順書 "+run+" はありません", "there is no runbook "+run+" in "+id), why: c.say("始めた順に r1、r2 …です", "they are r1, r2 … in the order they were begun"), fix: "irbot incident show " + id}
		}
		out := numbered{Incident: id, Run: run, Runbook: b.ID, Lines: strings.Split(strings.TrimSuffix(b.Text, "\n"), "\n")}
		return c.answer("review.lines", out, func() {
			for i, l := range out.Lines {
				c.printf("%4d  %s\n", i+1, strings.TrimRight(l, "\r"))
			}
		})
	})
}

// reviewSettle takes a proposed change over, or turns it down with a reason.
func (c *cli) reviewSettle() *cobra.Command {
	var f actFlags
	var leave bool
	cmd := &cobra.Command{
		Use: "settle ID CHANGE [REASON]", Short: c.say("提案された直しを取り入れる（--leave で見送る。理由が必要）", "take a proposed change over (--leave turns it down, with a reason)"), Args: c.args(2, -1),
		Example: "  irbot review settle IR-12 C1\n  irbot review settle IR-12 C2 --leave 図面と合わない",
	}
	cmd.Flags().BoolVar(&leave, "leave", false, c.say("見送る", "turn it down"))
	return c.oneAct(cmd, &f, func(rest []string) (incident.Command, error) {
		if len(rest) == 0 {
			return nil, &problem{exit: exitUsage, code: "usage", what: c.say("どの直しか指定してください", "say which change"), why: c.say("番号がありません", "there is no number"), fix: fmt.Sprintf("%s IR-12 C1", cmd.CommandPath())}
		}
		return incident.SettleChange{Change: strings.ToUpper(fullToHalf(rest[0])), Taken: !leave, Reason: strings.Join(rest[1:], " ")}, nil
	})
}
