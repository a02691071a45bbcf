package main

import (
	"context"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"irbot/internal/calendar"
	"irbot/internal/chat"
	"irbot/internal/incident"
	problems "irbot/internal/problem"
	"irbot/internal/report"
)

// dutyCommand is about the clocks of what has to be reported.
func (c *cli) dutyCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "duty", Aliases: []string{"期限"}, Short: c.say("報告・通知の期限を見て、起点・済・対象外を記録する", "reporting clocks: look, set starts, record done or not applicable"),
		Example: "  irbot duty list\n  irbot duty explain --at \"12/1 0900\"\n  irbot duty moment recognised 0640 --why ログで持ち出しを確認 --who 佐藤\n  irbot duty done ppc-preliminary --proof 受付R-17\n  irbot duty na ppc-final --why 個人データなし\n  irbot duty lint duties/",
	}
	cmd.AddCommand(c.dutyList(), c.dutyExplain(), c.dutyMoment(), c.dutyDone(), c.dutyConfirm(), c.dutyNA(), c.dutyReopen(), c.dutyLint())
	return cmd
}

// shownClock is one clock of `irbot duty list --json`.
type shownClock struct {
	Duty   string `json:"duty"`
	Name   string `json:"name"`
	Dest   string `json:"dest"`
	Level  string `json:"level"`
	State  string `json:"state"`
	Word   string `json:"state_word"`
	Check  bool   `json:"check"`
	From   string `json:"from"`
	Base   string `json:"base"`
	Due    string `json:"due"`
	Law    string `json:"law"`
	Own    bool   `json:"own_target"`
	Guide  bool   `json:"guide"`
	Passed bool   `json:"passed"`
	Owner  string `json:"owner"`
	Notice string `json:"notice"`
	Basis  string `json:"basis"`
	Rules  string `json:"rules"`
}

func (c *cli) dutyList() *cobra.Command {
	return &cobra.Command{
		Use: "list [ID]", Aliases: []string{"一覧"}, Short: c.say("案件の期限の一覧", "list an incident's clocks"), Args: c.args(0, 1),
		Example: "  irbot duty list\n  irbot duty list IR-12 --json",
		RunE: func(cmd *cobra.Command, args []string) error {
			id, err := c.only(cmd.Context(), args)
			if err != nil {
				return err
			}
			return c.listDuties(cmd.Context(), id)
		},
	}
}

func (c *cli) listDuties(ctx context.Context, id string) error {
	at, err := c.open(ctx, id)
	if err != nil {
		return err
	}
	defer at.shut()
	v := at.view
	list, cells := []shownClock{}, [][]string{}
	for _, r := range (chat.Drawer{Words: c.words, Lang: c.lang}).Clocks(v) {
		d := v.S.Duty(r.Duty)
		list = append(list, shownClock{
			Duty: d.ID, Name: r.Name, Dest: d.Dest, Level: string(d.Level), State: d.State, Word: r.State, Check: d.Check, From: d.From,
			Base: machineTime(d.Base), Due: machineTime(d.Due), Law: machineTime(d.Law), Own: d.Own, Guide: d.Guide, Passed: d.Passed,
			Owner: d.Owner, Notice: r.Notice, Basis: r.Basis, Rules: d.Rules,
		})
		cells = append(cells, []string{d.ID, r.Name, r.When, r.State, r.Who})
	}
	return c.answer("duty.list", map[string]any{"incident": id, "duties": list}, func() {
		if len(cells) == 0 {
			c.printf("%s\n", c.say("期限はありません。", "there are no clocks."))
			return
		}
		c.table([]string{"ID", c.say("報告・通知", "report"), c.say("期限", "due"), c.say("状態", "state"), c.say("担当", "owner")}, cells)
		c.printf("%s\n", c.say("根拠と起点は --json か、コンソールの期限のページ。", "Basis and starts: --json, or the deadlines page of the console."))
	})
}

func (c *cli) dutyMoment() *cobra.Command {
	var f actFlags
	var x incident.SetMoment
	cmd := &cobra.Command{
		Use: "moment [ID] MOMENT TIME", Aliases: []string{"起点"}, Short: c.say("起点の時刻を記録する（あとから直せて、履歴が残る）", "record when a clock starts (can be corrected; the history stays)"), Args: c.args(2, 3),
		Example: "  irbot duty moment recognised 0640 --why ログで持ち出しを確認 --who 佐藤\n  irbot duty moment IR-12 detected \"11/22 0612\" --why 監視の記録",
	}
	cmd.Flags().StringVar(&x.Why, "why", "", c.say("何にもとづく判断か（必須）", "on what grounds (required)"))
	cmd.Flags().StringVar(&x.Who, "who", "", c.say("判断した人（省くと自分）", "who judged it (default: you)"))
	return c.oneAct(cmd, &f, func(rest []string) (incident.Command, error) {
		if len(rest) != 2 {
			return nil, &problem{exit: exitUsage, code: "usage", what: c.say("起点と時刻を指定してください", "name a moment and a time"), why: strings.Join(rest, " "), fix: "irbot duty moment recognised 0640 --why …"}
		}
		cfg, err := c.load()
		if err != nil {
			return nil, err
		}
		if x.At, err = chat.ParseTime(rest[1], time.Now(), cfg.Site.Zone); err != nil {
			return nil, c.badTime(rest[1], "0640")
		}
		x.Moment = c.momentID(rest[0])
		return x, nil
	})
}

func (c *cli) badTime(s, example string) error {
	return &problem{exit: exitUsage, code: "time.bad", what: c.say("時刻を読めません: "+s, "cannot read the time "+s), why: c.say("0640、11/22 0640、15分前 のように書きます", "write 0640, 11/22 0640 or 15 min ago"), fix: example}
}

// badAhead tells how a time to come is written.
func (c *cli) badAhead(example string, typed ...string) error {
	what := c.say("時刻を読めません: "+strings.Join(quoted(typed), " "), "cannot read the time "+strings.Join(quoted(typed), " "))
	if strings.Join(typed, "") == "" {
		what = c.say("時刻がありません", "no time was given")
	}
	return &problem{exit: exitUsage, code: "time.bad", what: what, why: c.say("1800、11/23 1800、+60（60分後）のように書きます", "write 1800, 11/23 1800 or +60 (in 60 minutes)"), fix: example}
}

// momentID accepts the moments also by their words: 認知, recognised.
func (c *cli) momentID(word string) string {
	for _, id := range incident.SettableMoments() {
		if word == c.words.T(chat.JA, "moment."+id) || strings.EqualFold(word, c.words.T(chat.EN, "moment."+id)) {
			return id
		}
	}
	return word
}

func (c *cli) dutyDone() *cobra.Command {
	var f actFlags
	var x incident.MeetDuty
	cmd := &cobra.Command{
		Use: "done [ID] DUTY", Aliases: []string{"済"}, Short: c.say("果たした期限と、その証拠を記録する", "record that a duty was met, and the proof"), Args: c.args(1, 2),
		Example: "  irbot duty done ppc-preliminary --proof 受付R-17\n  irbot duty done IR-12 mlit-first --notice N2",
	}
	cmd.Flags().StringVar(&x.Notice, "notice", "", c.say("果たした通知（N2）", "the notice that met it (N2)"))
	cmd.Flags().StringVar(&x.Proof, "proof", "", c.say("受付番号、受けた人、提出の控え", "receipt number, who took it, copy of the submission"))
	return c.dutyAct(cmd, &f, func(id string) incident.Command {
		x.Duty, x.Notice = id, strings.ToUpper(x.Notice)
		return x
	})
}

func (c *cli) dutyConfirm() *cobra.Command {
	var f actFlags
	var x incident.ConfirmDuty
	cmd := &cobra.Command{
		Use: "confirm [ID] DUTY --why TEXT", Aliases: []string{"対象"}, Short: c.say("対象と確かめたことを記録する", "record that a duty was found to apply"), Args: c.args(1, 2),
		Example: "  irbot duty confirm ppc-final-improper --why 不正アクセスによる持ち出し",
	}
	cmd.Flags().StringVar(&x.Why, "why", "", c.say("理由（必須）", "why (required)"))
	return c.dutyAct(cmd, &f, func(id string) incident.Command { x.Duty = id; return x })
}

func (c *cli) dutyNA() *cobra.Command {
	var f actFlags
	var x incident.DismissDuty
	cmd := &cobra.Command{
		Use: "na [ID] DUTY --why TEXT", Aliases: []string{"対象外"}, Short: c.say("対象外と記録する（理由と名前が残る）", "record that a duty does not apply (with reason and name)"), Args: c.args(1, 2),
		Example: "  irbot duty na ppc-final --why 個人データなし",
	}
	cmd.Flags().StringVar(&x.Why, "why", "", c.say("理由（必須）", "why (required)"))
	return c.dutyAct(cmd, &f, func(id string) incident.Command { x.Duty = id; return x })
}

func (c *cli) dutyReopen() *cobra.Command {
	var f actFlags
	var x incident.ReopenDuty
	cmd := &cobra.Command{
		Use: "reopen [ID] DUTY --why TEXT", Aliases: []string{"戻す"}, Short: c.say("済・対象外にした期限を戻す", "take back that a duty was met or does not apply"), Args: c.args(1, 2),
		Example: "  irbot duty reopen ppc-final --why 対象外は誤り",
	}
	cmd.Flags().StringVar(&x.Why, "why", "", c.say("理由（必須）", "why (required)"))
	return c.dutyAct(cmd, &f, func(id string) incident.Command { x.Duty = id; return x })
}

// dutyAct is an act on one clock.
func (c *cli) dutyAct(cmd *cobra.Command, f *actFlags, build func(duty string) incident.Command) *cobra.Command {
	return c.oneAct(cmd, f, func(rest []string) (incident.Command, error) {
		id, err := c.one(rest, c.say("期限", "duty"), "irbot duty list")
		return build(strings.ToLower(id)), err
	})
}

// ruleFinding is one line of `irbot duty lint --json`.
type ruleFinding struct {
	File      string `json:"file"`
	Line      int    `json:"line"`
	Key       string `json:"key"`
	Severity  string `json:"severity"`
	Message   string `json:"message"`
	MessageEN string `json:"message_en"`
	Fix       string `json:"fix"`
	FixEN     string `json:"fix_en"`
}

func (c *cli) dutyLint() *cobra.Command {
	return &cobra.Command{
		Use: "lint [FILE…]", Aliases: []string{"点検"}, Short: c.say("期限の規則のファイルを点検する（省くとこの拠点の規則）", "check files of duty rules (default: those of this site)"), Args: c.args(0, -1),
		Example: "  irbot duty lint duties/10-japan.yaml\n  irbot duty lint duties/",
		RunE:    func(_ *cobra.Command, args []string) error { return c.lintDuties(args) },
	}
}

func (c *cli) lintDuties(args []string) error {
	known := report.KnownSite{}
	cfg, err := c.loadOrSample()
	if err == nil {
		known = knownTo(cfg)
	}
	known.Today = calendar.DateOf(time.Now(), nil)
	var files []report.RuleFile
	if len(args) == 0 {
		if err != nil {
			return err
		}
		files, err = ruleFiles(cfg.Profile.Rules)
	} else {
		files, err = c.namedRuleFiles(args)
	}
	if err != nil {
		return c.fileProblem(err)
	}
	rules, bad := report.ReadRules(files, known)
	names, list := []string{}, []ruleFinding{}
	for _, f := range files {
		names = append(names, f.Name)
	}
	for _, p := range bad {
		severity := "error"
		if p.Warning {
			severity = "warning"
		}
		list = append(list, ruleFinding{p.File, p.Line, p.Key, severity, p.What.JA, p.What.EN, p.Fix.JA, p.Fix.EN})
	}
	err = c.answer("duty.lint", map[string]any{"files": names, "rules": len(rules), "findings": list}, func() { c.printRuleFindings(bad, len(files), len(rules)) })
	if err == nil && len(list) > 0 {
		return found(exitFound)
	}
	return err
}

// namedRuleFiles reads the files of the command line and keeps their names as
// typed, so that a finding can be opened.
func (c *cli) namedRuleFiles(args []string) ([]report.RuleFile, error) {
	names, err := yamlFiles(args)
	if err != nil {
		return nil, err
	}
	var out []report.RuleFile
	for _, name := range names {
		data, err := os.ReadFile(name) //nolint:gosec // the user names the file
		if err != nil {
			return nil, err
		}
		out = append(out, report.RuleFile{Name: name, Data: data})
	}
	return out, nil
}

func (c *cli) printRuleFindings(bad []problems.Problem, files, rules int) {
	for _, p := range bad {
		c.printf("%s\n\n", p.Text(string(c.lang)))
	}
	c.printf("%s\n", c.say(fmt.Sprintf("%d個のファイル  規則%d件  指摘%d件", files, rules, len(bad)), fmt.Sprintf("%d files, %d rules, %d findings", files, rules, len(bad))))
}
