package main

import (
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"irbot/internal/chat"
	"irbot/internal/incident"
)

// cargoActs are the acts about cargo, recovery and the continuity plan. Signing
// the two gates is not among them: a signature is made signed in, in the console.
func (c *cli) cargoActs() []*cobra.Command {
	return []*cobra.Command{
		c.etaCommand(), c.milestoneCommand(), c.levelCommand(), c.placeCommand(), c.figureCommand(),
		c.bcpCommand(), c.manualCommand(), c.statusReport(),
	}
}

// ahead reads a time to come.
func (c *cli) ahead(flag, s string) (time.Time, error) {
	if s == "" {
		return time.Time{}, nil
	}
	cfg, err := c.load()
	if err != nil {
		return time.Time{}, err
	}
	t, err := chat.ParseDeadline(s, time.Now(), cfg.Site.Zone)
	if err != nil {
		return t, c.badTime(s, "--"+flag+" 1800")
	}
	return t, nil
}

func (c *cli) etaCommand() *cobra.Command {
	var f actFlags
	var x incident.SetETA
	var from, to string
	var none bool
	cmd := &cobra.Command{
		Use: "eta [ID] system|data|gate --to TIME --confidence high|medium|low --basis WHY", Aliases: []string{"見込み"}, Args: c.args(1, 2),
		Short:   c.say("復旧の見込みを言う（確度と根拠が必要）、取り下げる", "give a recovery estimate (confidence and basis required), or withdraw it"),
		Example: "  irbot incident eta gate --terminal t1 --from 1200 --to 1800 --confidence low --basis 照合の進み --told trucking\n  irbot incident eta system --none --reason 原因が分からない",
	}
	fl := cmd.Flags()
	fl.StringVar(&x.Terminal, "terminal", "", c.say("ターミナル（書かなければ全部）", "terminal (all where left out)"))
	fl.StringVar(&from, "from", "", c.say("幅の始まり", "beginning of a range"))
	fl.StringVar(&to, "to", "", c.say("見込みの時刻", "the time expected"))
	fl.StringVar(&x.Confidence, "confidence", "", c.say("確度", "confidence"))
	fl.StringVar(&x.Basis, "basis", "", c.say("根拠", "basis"))
	fl.StringVar(&x.Reason, "reason", "", c.say("変えた理由", "why it changed"))
	fl.StringSliceVar(&x.Told, "told", nil, c.say("伝えた相手（ID）", "who was told (ids)"))
	fl.BoolVar(&none, "none", false, c.say("見通しなし", "there is no outlook"))
	return c.oneAct(cmd, &f, func(rest []string) (incident.Command, error) {
		what, err := c.one(rest, c.say("節目", "milestone"), "irbot incident eta gate --to 1800 --confidence low --basis …")
		if err != nil {
			return nil, err
		}
		if none {
			return incident.DropETA{Milestone: what, Terminal: x.Terminal, Reason: x.Reason}, nil
		}
		x.Milestone = what
		if x.From, err = c.ahead("from", from); err != nil {
			return nil, err
		}
		x.To, err = c.ahead("to", to)
		return x, err
	})
}

func (c *cli) milestoneCommand() *cobra.Command {
	var f actFlags
	var x incident.ReachMilestone
	var lost bool
	cmd := &cobra.Command{
		Use: "milestone [ID] system|data|gate", Aliases: []string{"節目"}, Short: c.say("節目に到達した、取り消す", "record a milestone, or take it back"), Args: c.args(1, 2),
		Example: "  irbot incident milestone data --terminal t1 --words \"在庫と照合、相違0\"\n  irbot incident milestone gate --terminal t1 --lost --words 再び停止",
	}
	cmd.Flags().StringVar(&x.Terminal, "terminal", "", c.say("ターミナル（書かなければ全部）", "terminal (all where left out)"))
	cmd.Flags().StringVar(&x.Words, "words", "", c.say("どう確かめたか、理由", "how it was checked, or why"))
	cmd.Flags().BoolVar(&x.Override, "out-of-order", false, c.say("順序と違うが記録する（--words に理由）", "record it out of order (say why in --words)"))
	cmd.Flags().BoolVar(&lost, "lost", false, c.say("到達を取り消す", "take it back"))
	return c.oneAct(cmd, &f, func(rest []string) (incident.Command, error) {
		what, err := c.one(rest, c.say("節目", "milestone"), "irbot incident milestone gate")
		x.Milestone = what
		if lost {
			return incident.LoseMilestone{Milestone: what, Terminal: x.Terminal, Reason: x.Words}, err
		}
		return x, err
	})
}

func (c *cli) levelCommand() *cobra.Command {
	var f actFlags
	var x incident.SetLevel
	cmd := &cobra.Command{
		Use: "level [ID] 0-6", Aliases: []string{"水準"}, Short: c.say("サービス水準 L0〜L6 を決める", "set the service level L0 to L6"), Args: c.args(1, 2),
		Example: "  irbot incident level 3 --function gate --reason 一覧で限定再開",
	}
	cmd.Flags().StringVar(&x.Function, "function", "", c.say("機能（書かなければ全部）", "function (all where left out)"))
	cmd.Flags().StringVar(&x.Terminal, "terminal", "", c.say("ターミナル（書かなければ全部）", "terminal (all where left out)"))
	cmd.Flags().StringVar(&x.Reason, "reason", "", c.say("理由", "why"))
	return c.oneAct(cmd, &f, func(rest []string) (incident.Command, error) {
		word, err := c.one(rest, c.say("水準", "level"), "irbot incident level 3")
		if err != nil {
			return nil, err
		}
		if x.Level, err = strconv.Atoi(strings.TrimPrefix(strings.ToUpper(word), "L")); err != nil {
			return nil, &problem{exit: exitUsage, code: "usage", what: c.say("水準は0から6です: "+word, "the level is 0 to 6: "+word), fix: "irbot incident level 3"}
		}
		return x, nil
	})
}

func (c *cli) placeCommand() *cobra.Command {
	var f actFlags
	var x incident.SetPlace
	cmd := &cobra.Command{
		Use: "place [ID] FUNCTION normal|limited|manual|stopped", Short: c.say("機能の状態を更新する（物流ボード）", "update how a function works (cargo board)"), Args: c.args(2, 3),
		Example: "  irbot incident place gate manual --terminal t1 --capacity \"1台12分(空搬入のみ)\"",
	}
	cmd.Flags().StringVar(&x.Terminal, "terminal", "", c.say("ターミナル（書かなければ全部）", "terminal (all where left out)"))
	cmd.Flags().StringVar(&x.Capacity, "capacity", "", c.say("手作業でできる量", "what can be done by hand"))
	return c.oneAct(cmd, &f, func(rest []string) (incident.Command, error) {
		if len(rest) != 2 {
			return nil, &problem{exit: exitUsage, code: "usage", what: c.say("機能と状態を指定してください", "name a function and its state"), why: strings.Join(rest, " "), fix: "irbot incident place gate manual"}
		}
		x.Function, x.State = rest[0], rest[1]
		return x, nil
	})
}

func (c *cli) figureCommand() *cobra.Command {
	var f actFlags
	var x incident.SetFigure
	cmd := &cobra.Command{
		Use: "figure [ID] ITEM N", Aliases: []string{"数字"}, Short: c.say("数字を更新する（trucks, vessels, containers, yard_free, reefers, plugs, dg）", "update a figure (trucks, vessels, containers, yard_free, reefers, plugs, dg)"), Args: c.args(2, 3),
		Example: "  irbot incident figure trucks 86\n  irbot incident figure containers 212 --terminal t1",
	}
	cmd.Flags().StringVar(&x.Place, "terminal", "", c.say("ターミナル", "terminal"))
	return c.oneAct(cmd, &f, func(rest []string) (incident.Command, error) {
		if len(rest) != 2 {
			return nil, &problem{exit: exitUsage, code: "usage", what: c.say("項目と数を指定してください", "name an item and a number"), why: strings.Join(rest, " "), fix: "irbot incident figure trucks 86"}
		}
		n, err := strconv.ParseInt(fullToHalf(rest[1]), 10, 64)
		if err != nil {
			return nil, &problem{exit: exitUsage, code: "usage", what: c.say("数を読めません: "+rest[1], "cannot read the number "+rest[1]), fix: "irbot incident figure trucks 86"}
		}
		x.Item, x.N = rest[0], n
		return x, nil
	})
}

func (c *cli) bcpCommand() *cobra.Command {
	var f actFlags
	var x incident.ActivateBCP
	var review, end string
	cmd := &cobra.Command{
		Use: "bcp [ID] --criterion ID --basis WHY --review TIME", Short: c.say("BCPを発動する、終える", "activate or end the continuity plan"), Args: c.args(0, 1),
		Example: "  irbot incident bcp --criterion tos-30m --basis 復旧の見通しがない --review 1200\n  irbot incident bcp --end 通常に戻った",
	}
	cmd.Flags().StringVar(&x.Criterion, "criterion", "", c.say("基準（設定のID、または other）", "criterion (id of the configuration, or other)"))
	cmd.Flags().StringVar(&x.Basis, "basis", "", c.say("根拠", "basis"))
	cmd.Flags().StringVar(&review, "review", "", c.say("見直しの時刻", "when it is looked at again"))
	cmd.Flags().StringVar(&end, "end", "", c.say("終える理由", "why it ends"))
	return c.oneAct(cmd, &f, func([]string) (incident.Command, error) {
		if end != "" {
			return incident.EndBCP{Reason: end}, nil
		}
		var err error
		x.Review, err = c.ahead("review", review)
		return x, err
	})
}

func (c *cli) manualCommand() *cobra.Command {
	var f actFlags
	var x incident.DecideManual
	var review string
	var wait bool
	cmd := &cobra.Command{
		Use: "manual [ID] --level 1-4 --criterion ID --basis WHY --review TIME", Aliases: []string{"手作業"}, Short: c.say("手作業荷役を行うか決める", "decide on handling cargo by hand"), Args: c.args(0, 1),
		Example: "  irbot incident manual --level 2 --criterion tos-30m --basis 本船2隻が着岸中 --review 1200\n  irbot incident manual --wait --criterion other --basis 1時間で戻る見込み --review 0930",
	}
	cmd.Flags().IntVar(&x.Level, "level", 0, c.say("どこまで行うか（L1〜L4）", "how far it goes (L1 to L4)"))
	cmd.Flags().StringVar(&x.Criterion, "criterion", "", c.say("基準（設定のID、または other）", "criterion (id of the configuration, or other)"))
	cmd.Flags().StringVar(&x.Basis, "basis", "", c.say("根拠", "basis"))
	cmd.Flags().StringVar(&review, "review", "", c.say("見直しの時刻", "when it is looked at again"))
	cmd.Flags().BoolVar(&wait, "wait", false, c.say("まだ行わない", "not yet"))
	return c.oneAct(cmd, &f, func([]string) (incident.Command, error) {
		x.Go = !wait
		var err error
		x.Review, err = c.ahead("review", review)
		return x, err
	})
}

func (c *cli) statusReport() *cobra.Command {
	var f actFlags
	var x incident.MakeReport
	var next string
	cmd := &cobra.Command{
		Use: "report [ID] --same | ITEM…", Aliases: []string{"報告"}, Short: c.say("状況報告を出す（6項目、または変化なし）", "make a status report (six items, or nothing new)"), Args: c.args(0, 7),
		Example: "  irbot incident report --same --next 1300\n  irbot incident report \"06:30 第3ゲート 保守会社\" TOS停止 ゲート停止 復元中 待機86台 手作業の準備",
	}
	cmd.Flags().BoolVar(&x.Same, "same", false, c.say("変化なし", "nothing new"))
	cmd.Flags().StringVar(&next, "next", "", c.say("次の報告の時刻", "time of the next report"))
	return c.oneAct(cmd, &f, func(rest []string) (incident.Command, error) {
		x.Items = rest
		var err error
		x.Next, err = c.ahead("next", next)
		return x, err
	})
}
