package main

import (
	"cmp"
	"context"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"irbot/internal/chat"
	"irbot/internal/incident"
	"irbot/internal/localapi"
)

func (c *cli) incidentCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "incident", Short: c.say("案件を宣言し、進め、見る", "declare, work on and look at incidents"), Aliases: []string{"案件"},
		Example: "  irbot incident declare \"TOS停止 ゲート3\"\n  irbot incident list\n  irbot incident done 4 --value 消灯\n  irbot incident note \"0840 県警>CSIRT 到着、2名\"",
	}
	cmd.AddCommand(c.listCommand(), c.showCommand(), c.declareCommand())
	for _, a := range c.stepActs() {
		cmd.AddCommand(a)
	}
	cmd.AddCommand(c.noteCommand(), c.ackCommand(), c.closeCommand(), c.takeChargeCommand(), c.decideCommand())
	for _, sub := range append(c.moreActs(), c.cargoActs()...) {
		cmd.AddCommand(sub)
	}
	return cmd
}

func (c *cli) declareCommand() *cobra.Command {
	var f actFlags
	x := incident.Declare{}
	cmd := &cobra.Command{
		Use: "declare TEXT", Aliases: []string{"宣言", "発生"}, Short: c.say("案件を宣言する", "declare an incident"), Args: c.args(1, -1),
		Example: "  irbot incident declare \"TOS停止 第3ゲート\"\n  irbot incident declare \"脅迫文\" --kind ransom --place 第3ゲート --at 0630\n  irbot incident declare \"訓練\" --drill",
		RunE: func(cmd *cobra.Command, args []string) error {
			x.Title = strings.Join(args, " ")
			return c.declare(cmd.Context(), x, f)
		},
	}
	cmd.Flags().StringVar(&x.Finder, "kind", "", c.say("何が起きたか: ", "what is seen: ")+"frozen|ransom|mail|network|equipment|unknown")
	cmd.Flags().StringVar(&x.Place, "place", "", c.say("場所", "place"))
	cmd.Flags().StringVar(&x.Runbook, "runbook", "", c.say("手順書のID（none で無し）", "runbook id (none for none)"))
	cmd.Flags().BoolVar(&x.Drill, "drill", false, c.say("訓練", "a drill"))
	f.add(cmd, c)
	return cmd
}

// declare always makes a new incident; a similar open one is only mentioned.
func (c *cli) declare(ctx context.Context, x incident.Declare, f actFlags) error {
	cfg, err := c.load()
	if err != nil {
		return err
	}
	if f.at != "" {
		if x.Detected, err = chat.ParseTime(f.at, time.Now(), cfg.Site.Zone); err != nil {
			return c.badTime(f.at, "--at 0630")
		}
		f.at = ""
	}
	open := c.alsoOpen(ctx, x.Drill)
	err = c.send(ctx, "incident.declare", localapi.Request{Command: x.Name(), Args: arguments(x)}, f, open, "irbot incident show")
	if err == nil && !c.json && len(open) > 0 {
		for _, w := range open {
			c.note("%s\n", w.Message)
		}
		c.note("%s  irbot incident note %s …\n", c.say("同じ件なら、そちらに記録", "If it is the same one, write there"), open[0].Ref)
	}
	return err
}

// alsoOpen names the other incidents of the same kind, live or drill, under way.
func (c *cli) alsoOpen(ctx context.Context, drill bool) []warning {
	rows, err := c.summaries(ctx, true)
	if err != nil {
		return []warning{}
	}
	out := []warning{}
	for _, r := range rows {
		if r.Drill == drill {
			out = append(out, warning{Code: "decl.dup", Message: c.say("ほかに "+r.ID+" が進行中です", r.ID+" is open, too"), Ref: r.ID})
		}
	}
	return out
}

// stepActs are the commands about one step.
func (c *cli) stepActs() []*cobra.Command {
	type spec struct {
		name, alias, ja, en string
		text                string // what further words mean
		build               func(step, words string) incident.Command
	}
	specs := []spec{
		{"take", "担当", "手順を担当する", "take a step", "", func(s, _ string) incident.Command { return incident.Take{Step: s} }},
		{"done", "完了", "手順を完了にする", "complete a step", "value", func(s, w string) incident.Command { return incident.Done{Step: s, Value: w} }},
		{"confirm", "確認", "2人目として確認する", "confirm as the second person", "value", func(s, w string) incident.Command { return incident.Confirm{Step: s, Value: w} }},
		{"block", "支障", "支障ありにする（理由が必要）", "mark a step as blocked (reason required)", "reason", func(s, w string) incident.Command { return incident.Block{Step: s, Reason: w} }},
		{"unblock", "解消", "支障を解消する", "lift the block of a step", "note", func(s, w string) incident.Command { return incident.Unblock{Step: s, Note: w} }},
		{"skip", "見送り", "手順を見送る（理由が必要）", "skip a step (reason required)", "reason", func(s, w string) incident.Command { return incident.Skip{Step: s, Reason: w} }},
		{"na", "対象外", "条件に当てはまらない手順を対象外にする", "say that the condition of a step does not hold", "reason", func(s, w string) incident.Command { return incident.NotApplicable{Step: s, Reason: w} }},
		{"reopen", "再開", "手順を再開する（理由が必要）", "reopen a step (reason required)", "reason", func(s, w string) incident.Command { return incident.Reopen{Step: s, Reason: w} }},
	}
	var out []*cobra.Command
	for _, sp := range specs {
		var f actFlags
		var words string
		var photos []string
		cmd := &cobra.Command{
			Use: sp.name + " [ID] STEP", Aliases: []string{sp.alias}, Short: c.say(sp.ja, sp.en), Args: c.args(1, -1),
			Example: c.stepExamples(sp.name),
			RunE: func(cmd *cobra.Command, args []string) error {
				id, rest, err := c.targetUp(cmd.Context(), args)
				if err != nil {
					return err
				}
				if len(rest) == 0 {
					return &problem{exit: exitUsage, code: "usage", what: c.say("手順番号がありません", "no step number"), why: cmd.UseLine(), fix: "irbot incident show " + id}
				}
				if words == "" {
					words = strings.Join(rest[1:], " ")
				}
				x, err := c.withPhotos(sp.build(fullToHalf(rest[0]), words), photos)
				if err != nil {
					return err
				}
				return c.send(cmd.Context(), "incident."+sp.name, localapi.Request{Incident: id, Command: x.Name(), Args: arguments(x)}, f)
			},
		}
		if sp.text != "" {
			cmd.Flags().StringVar(&words, sp.text, "", c.stepWords(sp.name))
		}
		if sp.name == "done" {
			cmd.Flags().StringArrayVar(&photos, "photo", nil, c.say("一緒に保存する写真・ファイル（何回でも）", "a photo or file to keep with it (any number of times)"))
		}
		f.add(cmd, c)
		cmd.ValidArgsFunction = c.complete(true)
		out = append(out, cmd)
	}
	return out
}

// withPhotos adds the files named beside the completion of a step.
func (c *cli) withPhotos(x incident.Command, names []string) (incident.Command, error) {
	done, ok := x.(incident.Done)
	if !ok {
		return x, nil
	}
	for _, name := range names {
		data, err := c.readKept(name)
		if err != nil {
			return nil, err
		}
		done.Photos = append(done.Photos, incident.Photo{File: filepath.Base(name), Data: data})
	}
	return done, nil
}

func (c *cli) noteCommand() *cobra.Command {
	var f actFlags
	var x incident.AddNote
	cmd := &cobra.Command{
		Use: "note [ID] TEXT", Aliases: []string{"メモ", "記録", "クロノロ"}, Short: c.say("クロノロジーに1行記録する", "write a line into the timeline"), Args: c.args(1, -1),
		Example: "  irbot incident note \"0840 県警>CSIRT 到着、2名\"\n  irbot incident note IR-12 \"トラック60台\" --important",
		RunE: func(cmd *cobra.Command, args []string) error {
			id, rest, err := c.targetUp(cmd.Context(), args)
			if err != nil {
				return err
			}
			cfg, err := c.load()
			if err != nil {
				return err
			}
			line := chat.ParseLine(strings.Join(rest, " "), time.Now(), cfg.Site.Zone)
			x.Text, x.From, x.To = line.Text, cmp.Or(x.From, line.From), cmp.Or(x.To, line.To)
			x.Important, x.Open = x.Important || line.Important, x.Open || line.Open
			q := localapi.Request{Incident: id, Command: x.Name(), Args: arguments(x)}
			if line.HasTime {
				q.At = line.At
			}
			return c.send(cmd.Context(), "incident.note", q, f)
		},
	}
	cmd.Flags().StringVar(&x.From, "from", "", c.say("発信", "from"))
	cmd.Flags().StringVar(&x.To, "to", "", c.say("受信", "to"))
	cmd.Flags().BoolVar(&x.Important, "important", false, c.say("重要", "important"))
	cmd.Flags().BoolVar(&x.Open, "open", false, c.say("未対応", "waits for an answer"))
	cmd.Flags().StringVar(&x.Origin, "origin", "", c.say("情報源(電話、現地、ログなど)", "what it was learned from (a call, seen on the spot, a log)"))
	cmd.Flags().StringVar(&x.Conf, "conf", "", c.say("確度: confirmed(確認)、estimated(推定)、unknown(不明)", "how sure it is: confirmed, estimated, unknown"))
	cmd.Flags().Int64Var(&x.Corrects, "corrects", 0, c.say("訂正する記録の番号", "number of the entry it corrects"))
	f.add(cmd, c)
	return cmd
}

func (c *cli) ackCommand() *cobra.Command {
	var f actFlags
	var x incident.Ack
	cmd := &cobra.Command{
		Use: "ack [ID]", Aliases: []string{"確認しました"}, Short: c.say("呼び出しを確認する", "acknowledge a page"), Args: c.args(0, 2),
		Example: "  irbot incident ack\n  irbot incident ack IR-12 --for watanabe     電話で確認を取った",
		RunE: func(cmd *cobra.Command, args []string) error {
			id, rest, err := c.targetUp(cmd.Context(), args)
			if err != nil {
				return err
			}
			if len(rest) == 1 {
				x.Esc = rest[0]
			}
			return c.send(cmd.Context(), "incident.ack", localapi.Request{Incident: id, Command: x.Name(), Args: arguments(x)}, f)
		},
	}
	cmd.Flags().StringVar(&x.Person, "for", "", c.say("電話で確認を取った相手（ID）", "who confirmed by phone (id)"))
	cmd.Flags().StringVar(&x.Words, "words", "", c.say("相手の言葉", "what was said"))
	f.add(cmd, c)
	return cmd
}

func (c *cli) closeCommand() *cobra.Command {
	var f actFlags
	var x incident.Close
	cmd := &cobra.Command{
		Use: "close [ID] REASON", Aliases: []string{"終結"}, Short: c.say("案件を終結する", "close an incident"), Args: c.args(1, -1),
		Example: "  irbot incident close IR-12 復旧を確認",
		RunE: func(cmd *cobra.Command, args []string) error {
			id, rest, err := c.targetUp(cmd.Context(), args)
			if err != nil {
				return err
			}
			x.Reason = strings.Join(rest, " ")
			return c.send(cmd.Context(), "incident.close", localapi.Request{Incident: id, Command: x.Name(), Args: arguments(x)}, f)
		},
	}
	cmd.Flags().BoolVar(&x.Override, "override", false, c.say("残りを保留のまま終結する（承認者のみ）", "close with things left open (approvers only)"))
	f.add(cmd, c)
	return cmd
}

func (c *cli) takeChargeCommand() *cobra.Command {
	var f actFlags
	cmd := &cobra.Command{
		Use: "lead [ID]", Aliases: []string{"引き受ける"}, Short: c.say("通報された案件を引き受ける", "take charge of a reported incident"), Args: c.args(0, 1),
		Example: "  irbot incident lead\n  irbot incident lead IR-12",
		RunE: func(cmd *cobra.Command, args []string) error {
			id, err := c.onlyUp(cmd.Context(), args)
			if err != nil {
				return err
			}
			return c.send(cmd.Context(), "incident.lead", localapi.Request{Incident: id, Command: "incident.take", Args: arguments(incident.TakeCharge{})}, f)
		},
	}
	f.add(cmd, c)
	return cmd
}
