package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"irbot/internal/chat"
	"irbot/internal/incident"
	"irbot/internal/timeline"
)

// moreActs are the acts of a lead and of a scribe, and the export by its other
// name.
func (c *cli) moreActs() []*cobra.Command {
	return []*cobra.Command{
		c.evidenceCommand(), c.roleCommand(), c.severityCommand(), c.escalateCommand(), c.undoCommand(), c.answerCommand(),
		c.strikeCommand(), c.runCommand(), c.adoptCommand(), c.addStepCommand(), c.phaseCommand(), c.informCommand(), c.armCommand(), c.extendCommand(), c.cautionCommand(), c.jumpCommand(), c.furtherCommand(), c.rangCommand(), c.returnRoleCommand(), c.incidentExport(), c.logCommand(),
	}
}

func (c *cli) evidenceCommand() *cobra.Command {
	var f actFlags
	var x incident.AddEvidence
	cmd := &cobra.Command{
		Use: "evidence [ID] FILE", Aliases: []string{"証跡"}, Short: c.say("ファイルを証跡として保存する（25 MBまで）", "keep a file as evidence (up to 25 MB)"), Args: c.args(1, 2),
		Example: "  irbot incident evidence 脅迫文.jpg --step 2 --words 第3ゲートのプリンター",
	}
	cmd.Flags().StringVar(&x.Step, "step", "", c.say("手順", "step"))
	cmd.Flags().StringVar(&x.Words, "words", "", c.say("説明", "what it is"))
	cmd.Flags().StringVar(&x.Where, "where", "", c.say("採取した場所", "where it was taken"))
	return c.oneAct(cmd, &f, func(rest []string) (incident.Command, error) {
		if len(rest) != 1 {
			return nil, &problem{exit: exitUsage, code: "usage", what: c.say("ファイルを一つ指定してください", "name one file"), why: strings.Join(rest, " "), fix: "irbot incident evidence FILE"}
		}
		var err error
		x.File = filepath.Base(rest[0])
		x.Data, err = c.readKept(rest[0])
		return x, err
	})
}

// readKept reads a file that is to be kept as evidence.
func (c *cli) readKept(name string) ([]byte, error) {
	st, err := os.Stat(name)
	if err != nil {
		return nil, c.fileProblem(err)
	}
	if st.Size() > incident.MaxFile {
		return nil, &problem{exit: exitUsage, code: "file.large", what: c.say(name+" は25 MBを超えています", name+" is larger than 25 MB"), why: c.say("大きいファイルはハッシュだけを記録します", "of large files only the hash is recorded"), fix: c.say("sha256sum "+name+" の値を、画面の「証跡」の「ハッシュだけを記録する」に入れてください", "sha256sum "+name+", and type the value in the console: Evidence, record only the hash")}
	}
	data, err := os.ReadFile(name) //nolint:gosec // the user names the file
	if err != nil {
		return nil, c.fileProblem(err)
	}
	return data, nil
}

func (c *cli) roleCommand() *cobra.Command {
	var f actFlags
	cmd := &cobra.Command{
		Use: "role [ID] ROLE PERSON", Aliases: []string{"役割"}, Short: c.say("役割に人を割り当てる", "give somebody a role"), Args: c.args(2, 3),
		Example: "  irbot incident role scribe mori\n  irbot incident role 指揮 佐藤",
	}
	return c.oneAct(cmd, &f, func(rest []string) (incident.Command, error) {
		if len(rest) != 2 {
			return nil, &problem{exit: exitUsage, code: "usage", what: c.say("役割と人を指定してください", "name a role and a person"), why: strings.Join(rest, " "), fix: "irbot incident role scribe mori"}
		}
		return incident.AssignRole{Role: rest[0], Person: rest[1]}, nil
	})
}

func (c *cli) severityCommand() *cobra.Command {
	var f actFlags
	cmd := &cobra.Command{
		Use: "severity [ID] 1-4", Aliases: []string{"重大度"}, Short: c.say("重大度を決める（1が最も重い）", "set the severity (1 is the worst)"), Args: c.args(1, 2),
		Example: "  irbot incident severity 1",
	}
	return c.oneAct(cmd, &f, func(rest []string) (incident.Command, error) {
		word, err := c.one(rest, c.say("重大度", "severity"), "irbot incident severity 1")
		if err != nil {
			return nil, err
		}
		n, err := strconv.Atoi(word)
		if err != nil || n < 0 || n > 4 {
			return nil, &problem{exit: exitUsage, code: "usage", what: c.say("重大度は1から4です", "the severity is 1 to 4"), why: word, fix: "irbot incident severity 1"}
		}
		return incident.SetSeverity{Level: n}, nil
	})
}

func (c *cli) escalateCommand() *cobra.Command {
	var f actFlags
	var x incident.Escalate
	cmd := &cobra.Command{
		Use: "escalate [ID] REASON", Aliases: []string{"上申"}, Short: c.say("上申する（確認されるまで段を上る）", "escalate: climb until somebody answers"), Args: c.args(1, -1),
		Example: "  irbot incident escalate 専門家の手配に決裁が要る --role ciso\n  irbot incident escalate IR-12 応答がない --policy ciso",
	}
	cmd.Flags().StringVar(&x.Policy, "policy", "", c.say("上申の方式", "policy"))
	cmd.Flags().StringVar(&x.Role, "role", "", c.say("役割", "role"))
	return c.oneAct(cmd, &f, func(rest []string) (incident.Command, error) {
		x.Reason = strings.Join(rest, " ")
		if x.Role == "" && x.Policy == "" {
			return nil, &problem{exit: exitUsage, code: "usage", what: c.say("だれに上申するかがありません", "nobody to escalate to"), why: c.say("--role か --policy が要ります。役割は irbot contacts list で見られます", "--role or --policy is needed; irbot contacts list shows the roles"), fix: "irbot incident escalate " + strings.Join(quoted(rest), " ") + " --role ciso"}
		}
		return x, nil
	})
}

func (c *cli) undoCommand() *cobra.Command {
	var f actFlags
	cmd := &cobra.Command{
		Use: "undo [ID]", Aliases: []string{"取消"}, Short: c.say("自分の直前の操作を取り消す（2分以内。記録には残ります）", "withdraw your last act (within 2 minutes; it stays in the record)"), Args: c.args(0, 1),
		Example: "  irbot incident undo",
	}
	return c.oneAct(cmd, &f, func([]string) (incident.Command, error) { return incident.Undo{}, nil })
}

func (c *cli) answerCommand() *cobra.Command {
	var f actFlags
	cmd := &cobra.Command{
		Use: "answer [ID] ENTRY RESULT", Aliases: []string{"対応"}, Short: c.say("未対応の記録に結果を書く", "write the result of an entry that waited for one"), Args: c.args(2, -1),
		Example: "  irbot incident answer 38 写しを2部渡した",
	}
	return c.oneAct(cmd, &f, func(rest []string) (incident.Command, error) {
		n, err := c.entry(rest)
		if err != nil {
			return nil, err
		}
		return incident.Answer{Entry: n, Result: strings.Join(rest[1:], " ")}, nil
	})
}

// entry reads the number of an entry: 38 or #38.
func (c *cli) entry(rest []string) (int64, error) {
	if len(rest) == 0 {
		return 0, &problem{exit: exitUsage, code: "usage", what: c.say("記録の番号がありません", "no entry number"), fix: "irbot incident log"}
	}
	n, err := strconv.ParseInt(strings.TrimPrefix(fullToHalf(rest[0]), "#"), 10, 64)
	if err != nil || n < 1 {
		return 0, &problem{exit: exitUsage, code: "usage", what: c.say("記録の番号を読めません: "+rest[0], "cannot read the entry number "+rest[0]), why: c.say("38 や #38 のように書いてください", "write 38 or #38"), fix: "irbot incident log"}
	}
	return n, nil
}

func (c *cli) strikeCommand() *cobra.Command {
	var f actFlags
	cmd := &cobra.Command{
		Use: "strike [ID] ENTRY WHY", Short: c.say("記録に取消線を引く（消えません）", "strike an entry through (it stays readable)"), Args: c.args(2, -1),
		Example: "  irbot incident strike 38 別の案件の記録だった",
	}
	return c.oneAct(cmd, &f, func(rest []string) (incident.Command, error) {
		n, err := c.entry(rest)
		if err != nil {
			return nil, err
		}
		return incident.Strike{Entry: n, Reason: strings.Join(rest[1:], " ")}, nil
	})
}

func (c *cli) runCommand() *cobra.Command {
	var f actFlags
	var x incident.StartRun
	cmd := &cobra.Command{
		Use: "start [ID] RUNBOOK", Short: c.say("もう一冊の手順書を始める", "start another runbook"), Args: c.args(1, 2),
		Example: "  irbot incident start manual-gate",
	}
	cmd.Flags().BoolVar(&x.Prepare, "prepare", false, c.say("平時の準備の段階も入れる", "with its phases of preparation"))
	return c.oneAct(cmd, &f, func(rest []string) (incident.Command, error) {
		var err error
		x.Runbook, err = c.one(rest, c.say("手順書", "runbook"), "irbot runbook list")
		return x, err
	})
}

func (c *cli) extendCommand() *cobra.Command {
	var f actFlags
	var x incident.Extend
	cmd := &cobra.Command{
		Use: "extend [ID] STEP --by 15m", Aliases: []string{"延長"}, Short: c.say("手順の目標時刻を延ばす", "move the limit of a step"), Args: c.args(1, 2),
		Example: "  irbot incident extend 4 --by 15m --reason 鍵を待っている",
	}
	cmd.Flags().DurationVar(&x.By, "by", 15*time.Minute, c.say("延ばす長さ", "how long"))
	cmd.Flags().StringVar(&x.Reason, "reason", "", c.say("理由", "why"))
	return c.oneAct(cmd, &f, func(rest []string) (incident.Command, error) {
		step, err := c.one(rest, c.say("手順", "step"), "irbot incident show")
		x.Step = step
		return x, err
	})
}

func (c *cli) cautionCommand() *cobra.Command {
	var f actFlags
	var lift int
	cmd := &cobra.Command{
		Use: "caution [ID] TEXT", Aliases: []string{"継続注意"}, Short: c.say("継続注意を出す、解く", "raise or lift a standing caution"), Args: c.args(0, -1),
		Example: "  irbot incident caution TOSに再接続しない\n  irbot incident caution --lift 1",
	}
	cmd.Flags().IntVar(&lift, "lift", 0, c.say("解く注意の番号", "number of the caution to lift"))
	return c.oneAct(cmd, &f, func(rest []string) (incident.Command, error) {
		if lift > 0 {
			return incident.LiftCaution{N: lift}, nil
		}
		return incident.AddCaution{Text: strings.Join(rest, " ")}, nil
	})
}

func (c *cli) incidentExport() *cobra.Command {
	cmd := c.exportCommand()
	cmd.Hidden = true
	return cmd
}

// isSiteLog tells whether the standing log is named.
func isSiteLog(args []string) bool {
	return len(args) > 0 && slices.Contains([]string{timeline.SiteLog, "常設記録", "常設"}, strings.ToUpper(fullToHalf(args[0])))
}

// onlyOrSite is only, where the standing log can be meant, too.
func (c *cli) onlyOrSite(ctx context.Context, args []string) (string, error) {
	if len(args) == 1 && isSiteLog(args) {
		return timeline.SiteLog, nil
	}
	return c.only(ctx, args)
}

// logOf is the log that is meant: an incident's, or the standing one.
func (c *cli) logOf(ctx context.Context, args []string) (string, error) {
	if isSiteLog(args) {
		return timeline.SiteLog, nil
	}
	if len(args) > 0 && !incidentID.MatchString(fullToHalf(args[0])) {
		return "", &problem{exit: exitUsage, code: "usage", what: c.say("「"+args[0]+"」という記録はありません", "there is no log "+args[0]), why: c.say("案件の番号か SITE（常設記録）を書きます", "give the id of an incident, or SITE for the standing log"), fix: "irbot incident log SITE"}
	}
	return c.only(ctx, args)
}

// logCommand shows the timeline.
func (c *cli) logCommand() *cobra.Command {
	var all bool
	cmd := &cobra.Command{
		Use: "log [ID]", Aliases: []string{"timeline", "クロノロジー"}, Short: c.say("クロノロジーを見る", "show the timeline"), Args: c.args(0, 1),
		Long: c.say("IDを省くと、ただ一つの進行中の案件。SITE は常設記録: 当番の変更と引継ぎ、連絡先の確認、利用者、控えなど、どの案件にも属さない記録。",
			"Without an ID: the only open incident. SITE is the standing log: changes and hand-overs of duty, checks of contacts, accounts, backups and whatever belongs to no incident."),
		Example: "  irbot incident log\n  irbot incident log IR-12 --all\n  irbot incident log SITE",
		RunE: func(cmd *cobra.Command, args []string) error {
			id, err := c.logOf(cmd.Context(), args)
			if err != nil {
				return err
			}
			svc, rv, cfg, err := c.reading(cmd.Context())
			if err != nil {
				return err
			}
			defer rv.Close()
			v, entries, err := svc.ViewAt(cmd.Context(), id, 0)
			if id == timeline.SiteLog && errors.Is(err, incident.ErrNotFound) {
				err = &problem{exit: exitNotFound, code: "log.empty", what: c.say("常設記録はまだ空です", "the standing log is empty yet"), why: c.say("当番の変更、連絡先の確認、利用者の登録などがここに残ります", "changes of duty, checks of contacts, accounts and the like are kept in it"), fix: "irbot roster"}
			}
			if err != nil {
				return err
			}
			type row struct {
				Seq      int64    `json:"seq"`
				Kind     string   `json:"kind"`
				Happened string   `json:"happened_at"`
				Recorded string   `json:"recorded_at"`
				From     string   `json:"from"`
				To       string   `json:"to"`
				Text     string   `json:"text"`
				Result   string   `json:"result"`
				By       string   `json:"by"`
				Tags     []string `json:"tags"`
			}
			rows, cells := []row{}, [][]string{}
			for _, r := range (chat.Drawer{Words: c.words, Lang: c.lang}).Rows(v, entries) {
				if r.Minor && !all {
					continue
				}
				rows = append(rows, row{Seq: r.Seq, Kind: string(r.Kind), Happened: machineTime(r.Happened), Recorded: machineTime(r.Recorded), From: r.From, To: r.To, Text: r.Text, Result: r.Result, By: r.By, Tags: append([]string{}, r.Tags...)})
				who := r.From
				if r.To != "" {
					who += ">" + r.To
				}
				cells = append(cells, []string{fmt.Sprintf("#%d", r.Seq), chat.Near(r.Happened, v.Now, cfg.Site.Zone), who, strings.TrimSpace(r.Text + " " + r.Result + " " + strings.Join(r.Tags, " "))})
			}
			return c.answer("incident.log", rows, func() {
				c.table([]string{"No", c.say("時刻", "time"), c.say("発信>受信", "from>to"), c.say("内容", "content")}, cells)
			})
		},
	}
	cmd.Flags().BoolVar(&all, "all", false, c.say("送信の試みや拒否も", "attempts and refusals too"))
	return cmd
}
