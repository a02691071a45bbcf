package main

import (
	"errors"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"irbot/internal/incident"
)

// adoptCommand shows what became of a runbook's file since its run began, and
// records what is done about it.
func (c *cli) adoptCommand() *cobra.Command {
	var f actFlags
	var keep bool
	var reason string
	cmd := &cobra.Command{
		Use: "adopt [ID] RUN --reason WHY", Short: c.say("変わった手順書を取り込む（--keep で取り込まない）", "follow a changed runbook from now on (--keep: do not)"), Args: c.args(1, 2),
		Example: "  irbot incident adopt r1 --reason 連絡先が変わった\n  irbot incident adopt r1 --keep --reason 訓練中の書きかけ",
	}
	cmd.Flags().BoolVar(&keep, "keep", false, c.say("取り込まない", "do not follow it"))
	cmd.Flags().StringVar(&reason, "reason", "", c.say("理由", "why"))
	return c.oneAct(cmd, &f, func(rest []string) (incident.Command, error) {
		run, err := c.one(rest, c.say("手順書の回（r1など）", "run (such as r1)"), "irbot incident show")
		if err != nil {
			return nil, err
		}
		t, err := c.counted(cmd.Context(), cmd.Flags().Args())
		if err != nil {
			return nil, err
		}
		defer t.shut()
		b := t.view.Changed(run)
		if b == nil {
			return nil, c.refusal("run.unchanged", map[string]string{"run": run})
		}
		if keep {
			return incident.KeepRun{Run: run, Hash: b.Hash, Reason: reason}, nil
		}
		return incident.AdoptRun{Run: run, Hash: b.Hash, Reason: reason}, nil
	})
}

// addStepCommand adds a step on the spot.
func (c *cli) addStepCommand() *cobra.Command {
	var f actFlags
	var x incident.AddStep
	cmd := &cobra.Command{
		Use: "add [ID] RUN TITLE", Aliases: []string{"足す"}, Short: c.say("この場で手順を足す", "add a step on the spot"), Args: c.args(2, -1),
		Example: "  irbot incident add r1 夜勤に申し送る\n  irbot incident add IR-12 r1 夜勤に申し送る --phase 2",
	}
	cmd.Flags().IntVar(&x.Phase, "phase", 0, c.say("段階の番号（なければいまの段階）", "number of the phase (default: the one worked on)"))
	return c.oneAct(cmd, &f, func(rest []string) (incident.Command, error) {
		if len(rest) < 2 {
			return nil, errors.New(cmd.UseLine())
		}
		x.Run, x.Title = rest[0], strings.Join(rest[1:], " ")
		return x, nil
	})
}

// phaseCommand starts a phase beside the one before it.
func (c *cli) phaseCommand() *cobra.Command {
	var f actFlags
	cmd := &cobra.Command{
		Use: "phase [ID] RUN NO", Aliases: []string{"段階"}, Short: c.say("段階を並行して始める", "start a phase beside the one before"), Args: c.args(2, 3),
		Example: "  irbot incident phase r1 3",
	}
	return c.oneAct(cmd, &f, func(rest []string) (incident.Command, error) {
		if len(rest) != 2 {
			return nil, errors.New(cmd.UseLine())
		}
		n, _ := strconv.Atoi(rest[1])
		return incident.StartPhase{Run: rest[0], Phase: n}, nil
	})
}

// informCommand tells the people of our own whom a step or phase names.
func (c *cli) informCommand() *cobra.Command {
	var f actFlags
	cmd := &cobra.Command{
		Use: "inform [ID] STEP|RUN/pPHASE", Aliases: []string{"連絡"}, Short: c.say("手順や段階の通知先のうち社内の人に知らせる", "tell the people of our own whom a step or phase names"), Args: c.args(1, 2),
		Example: "  irbot incident inform 4\n  irbot incident inform r1/p2",
	}
	return c.oneAct(cmd, &f, func(rest []string) (incident.Command, error) {
		step, err := c.one(rest, c.say("手順か段階（r1/p2）", "step or phase (r1/p2)"), "irbot incident show")
		return incident.InformAt(step), err
	})
}

// armCommand turns a decision stated in the prose of a step, a phase or the
// document (r1/p0) into one to be made.
func (c *cli) armCommand() *cobra.Command {
	var f actFlags
	var n int
	cmd := &cobra.Command{
		Use: "arm [ID] STEP|RUN/pPHASE", Short: c.say("文に書かれた判断を、案を選ぶ判断として開く", "open a decision that a step states in prose"), Args: c.args(1, 2),
		Example: "  irbot incident arm 7\n  irbot incident arm r1/p2 --choice 2\n  irbot incident arm r1/p0",
	}
	cmd.Flags().IntVar(&n, "choice", 1, c.say("何番目の判断か", "which decision stated there"))
	return c.oneAct(cmd, &f, func(rest []string) (incident.Command, error) {
		step, err := c.one(rest, c.say("手順か段階（r1/p2）か文書（r1/p0）", "step, phase (r1/p2) or document (r1/p0)"), "irbot incident show")
		return incident.ArmAt(step, n), err
	})
}
