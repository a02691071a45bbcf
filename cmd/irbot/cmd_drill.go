package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"irbot/internal/chat"
	"irbot/internal/incident"
	"irbot/internal/timeline"
)

func (c *cli) drillCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "drill", Aliases: []string{"訓練"}, Short: c.say("訓練を始め、状況を付与し、終える", "start a drill, give the next situation, end it"),
		Example: "  irbot drill start \"TOS停止の訓練\" --kind ransom\n  irbot drill next\n  irbot drill report DR-1\n  irbot drill stop DR-1 時間になった",
	}
	cmd.AddCommand(c.drillStart(), c.drillNext(), c.drillStop(), c.drillReport(), c.drillReplay())
	return cmd
}

func (c *cli) drillStart() *cobra.Command {
	var f actFlags
	x := incident.Declare{Drill: true}
	cmd := &cobra.Command{
		Use: "start TITLE", Short: c.say("訓練を宣言する。社外の宛先はすべて訓練用受信箱に置き換わります", "declare a drill; every outside recipient is replaced"), Args: c.args(1, 1),
		Example: "  irbot drill start \"TOS停止の訓練\" --kind ransom",
		RunE: func(cmd *cobra.Command, args []string) error {
			x.Title = args[0]
			return c.declare(cmd.Context(), x, f)
		},
	}
	cmd.Flags().StringVar(&x.Finder, "kind", "", c.say("何が起きたか: ", "what is seen: ")+"frozen|ransom|mail|network|equipment|unknown")
	cmd.Flags().StringVar(&x.Place, "place", "", c.say("場所", "place"))
	cmd.Flags().StringVar(&x.Runbook, "runbook", "", c.say("手順書のID", "runbook id"))
	f.add(cmd, c)
	return cmd
}

func (c *cli) drillNext() *cobra.Command {
	var as string
	cmd := &cobra.Command{
		Use: "next [ID]", Short: c.say("次の状況付与を出す（指揮できる人だけ）", "give the next situation (for those who may lead)"), Args: c.args(0, 1),
		Example: "  irbot drill next\n  irbot drill next DR-1\n  irbot drill next DR-1 --as sato",
		RunE: func(cmd *cobra.Command, args []string) error {
			id, err := c.onlyUp(cmd.Context(), args)
			if err != nil {
				return err
			}
			done, err := ask[injectDone](cmd.Context(), c, "drill.next", map[string]string{"incident": id, "person": as})
			if err != nil {
				return err
			}
			return c.answer("drill.next", done, func() {
				if done.Over {
					c.printf("%s\n", c.say("状況付与はすべて出しました。", "every situation was given."))
					return
				}
				c.printf("%s %s\n", done.Title, c.say(fmt.Sprintf("（残り%d）", done.Left), fmt.Sprintf("(%d left)", done.Left)))
			})
		},
	}
	cmd.Flags().StringVar(&as, "as", "", c.say("だれとして出すか（連絡先一覧のID）", "who gives it (directory id)"))
	return cmd
}

func (c *cli) drillStop() *cobra.Command {
	var f actFlags
	cmd := &cobra.Command{
		Use: "stop [ID] [REASON]", Short: c.say("訓練を終える", "end a drill"), Args: c.args(0, 2),
		Example: "  irbot drill stop DR-1 時間になった",
	}
	return c.oneAct(cmd, &f, func(rest []string) (incident.Command, error) {
		x := incident.Close{Reason: c.say("訓練終了", "end of the drill"), Override: true}
		if len(rest) == 1 {
			x.Reason = rest[0]
		}
		return x, nil
	})
}

// drillTimes are the times that a drill is looked at for afterwards.
type drillTimes struct {
	Incident string `json:"incident"`
	Reported string `json:"reported_at,omitempty"`
	Acked    string `json:"acknowledged_at,omitempty"`
	Declared string `json:"declared_at,omitempty"`
	Decided  string `json:"first_decision_at,omitempty"`
	Approved string `json:"first_notice_approved_at,omitempty"`
	Steps    int    `json:"steps_done"`
	Total    int    `json:"steps"`
	Injects  int    `json:"injects"`
}

// moment is a kind of entry whose first time is looked for.
type moment struct {
	label string
	into  *string
}

func (c *cli) drillReport() *cobra.Command {
	return &cobra.Command{
		Use: "report [ID]", Short: c.say("訓練の時刻の表（検知、確認、判断、通知）", "times of a drill: seen, answered, decided, notified"), Args: c.args(0, 1),
		Example: "  irbot drill report DR-1",
		RunE: func(cmd *cobra.Command, args []string) error {
			id, err := c.only(cmd.Context(), args)
			if err != nil {
				return err
			}
			return c.drillTable(cmd.Context(), id)
		},
	}
}

func (c *cli) drillTable(ctx context.Context, id string) error {
	v, cfg, err := c.view(ctx)
	if err != nil {
		return err
	}
	defer v.Close()
	out := drillTimes{Incident: id}
	firsts := map[timeline.Kind]*moment{
		incident.KindReported: {label: c.say("検知の連絡", "reported"), into: &out.Reported}, incident.KindDeclared: {label: c.say("宣言", "declared"), into: &out.Declared},
		incident.KindEscAcked: {label: c.say("最初の確認", "first answer"), into: &out.Acked}, incident.KindDecisionMade: {label: c.say("最初の判断", "first decision"), into: &out.Decided},
		incident.KindNoticeApproved: {label: c.say("最初の通知の承認", "first notice approved"), into: &out.Approved},
	}
	var cells [][]string
	err = v.EachEntry(ctx, id, 1, 0, func(e *timeline.Entry) error {
		if m := firsts[e.Kind]; m != nil && *m.into == "" {
			*m.into = machineTime(e.HappenedAt)
			cells = append(cells, []string{m.label, chat.Stamp(e.HappenedAt, cfg.Site.Zone, c.lang), fmt.Sprintf("#%d", e.Seq)})
		}
		return nil
	})
	if err != nil {
		return err
	}
	st, err := v.State(ctx, id)
	if err != nil {
		return err
	}
	out.Injects = st.Injects
	for _, r := range st.Runs {
		for _, s := range r.Steps {
			out.Total++
			if s.State == incident.StepDone {
				out.Steps++
			}
		}
	}
	return c.answer("drill.report", out, func() {
		c.table([]string{c.say("出来事", "event"), c.say("時刻", "at"), "No"}, cells)
		c.printf("%s\n", c.say(fmt.Sprintf("完了した手順 %d/%d  状況付与 %d", out.Steps, out.Total, out.Injects), fmt.Sprintf("steps done %d/%d, situations %d", out.Steps, out.Total, out.Injects)))
	})
}
