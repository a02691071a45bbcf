package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"irbot/internal/chat"
	"irbot/internal/incident"
	"irbot/internal/localapi"
)

// noticeCommand writes and tracks notices. Approving is not here on purpose: it
// happens on a screen that shows the full text (ARCHITECTURE 10.2).
func (c *cli) noticeCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "notice", Short: c.say("社外への通知を起案し、電話の結果を記録する（承認は画面で）", "draft notices, record phone calls (approval is on the screen)"),
		Example: "  irbot notice draft mlit --template 国交省-第一報\n  irbot notice show N1\n  irbot notice submit N1\n  irbot notice phoned N1 --who 山本様 --receipt 第12号",
	}
	cmd.AddCommand(c.noticeDraft(), c.noticeSubmit(), c.noticePhoned(), c.noticeReceipt(), c.noticeWithdraw(), c.noticeShow())
	return cmd
}

// act is one act on an incident named by the first argument, or on the only
// open one; build makes the command of the further arguments.
func (c *cli) oneAct(cmd *cobra.Command, f *actFlags, build func(rest []string) (incident.Command, error)) *cobra.Command {
	f.add(cmd, c)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		id, rest, err := c.targetUp(cmd.Context(), args)
		if err != nil {
			return err
		}
		x, err := build(rest)
		if err != nil {
			return err
		}
		return c.send(cmd.Context(), schemaOf(cmd), localapi.Request{Incident: id, Command: x.Name(), Args: arguments(x)}, *f)
	}
	return cmd
}

// schemaOf names the answer of a command: incident.done, notice.draft.
func schemaOf(cmd *cobra.Command) string {
	return strings.ReplaceAll(strings.TrimPrefix(cmd.CommandPath(), "irbot "), " ", ".")
}

// one takes exactly one word.
func (c *cli) one(rest []string, what, fix string) (string, error) {
	if len(rest) != 1 {
		return "", &problem{exit: exitUsage, code: "usage", what: c.say(what+"を一つ指定してください", "name one "+what), why: strings.Join(rest, " "), fix: fix}
	}
	return fullToHalf(rest[0]), nil
}

func (c *cli) noticeDraft() *cobra.Command {
	var f actFlags
	var x incident.DraftNotice
	cmd := &cobra.Command{
		Use: "draft [ID] DESTINATION", Aliases: []string{"起案"}, Short: c.say("通知を起案する。分からないところは「不明（調査中）」", "draft a notice; what is not known says so"), Args: c.args(1, 2),
		Example: "  irbot notice draft mlit\n  irbot notice draft IR-12 expert --tlp AMBER",
	}
	cmd.Flags().StringVar(&x.Template, "template", "", c.say("手順書の文案の名前（同じ名前があればr2/名前）", "wording of the runbook (r2/NAME where two have it)"))
	cmd.Flags().StringVar(&x.Subject, "subject", "", c.say("件名", "subject"))
	cmd.Flags().StringVar(&x.Body, "body", "", c.say("本文（省くとひな形）", "text (default: the template)"))
	cmd.Flags().StringSliceVar(&x.Means, "means", nil, c.say("手段: ", "means: ")+"mail,phone,fax…")
	cmd.Flags().StringVar(&x.TLP, "tlp", "", c.say("共有の範囲: ", "label: ")+"CLEAR|GREEN|AMBER|AMBER+STRICT|RED")
	return c.oneAct(cmd, &f, func(rest []string) (incident.Command, error) {
		dest, err := c.one(rest, c.say("宛先", "destination"), "irbot contacts list")
		x.Dest = dest
		return x, err
	})
}

// noticeName is the one argument that names a notice.
func (c *cli) noticeName(rest []string) (string, error) {
	n, err := c.one(rest, c.say("通知", "notice"), "irbot notice show")
	return strings.ToUpper(n), err
}

func (c *cli) noticeSubmit() *cobra.Command {
	var f actFlags
	cmd := &cobra.Command{
		Use: "submit [ID] NOTICE", Aliases: []string{"提出"}, Short: c.say("承認を求める（承認はコンソールかSlackの画面で）", "ask for approval (given on the console or in Slack)"), Args: c.args(1, 2),
		Example: "  irbot notice submit N1",
	}
	return c.oneAct(cmd, &f, func(rest []string) (incident.Command, error) {
		n, err := c.noticeName(rest)
		return incident.SubmitNotice{Notice: n}, err
	})
}

func (c *cli) noticePhoned() *cobra.Command {
	var f actFlags
	var x incident.PhonedNotice
	cmd := &cobra.Command{
		Use: "phoned [ID] NOTICE", Aliases: []string{"電話した"}, Short: c.say("承認された通知を電話で読み上げたと記録する", "record that an approved notice was read out on the phone"), Args: c.args(1, 2),
		Example: "  irbot notice phoned N1 --who 山本様 --receipt 第12号 --at 0744",
	}
	cmd.Flags().StringVar(&x.Who, "who", "", c.say("出た人", "who answered"))
	cmd.Flags().StringVar(&x.Reply, "reply", "", c.say("相手の言葉", "what was said"))
	cmd.Flags().StringVar(&x.Receipt, "receipt", "", c.say("受付番号", "receipt number"))
	return c.oneAct(cmd, &f, func(rest []string) (incident.Command, error) {
		var err error
		x.Notice, err = c.noticeName(rest)
		return x, err
	})
}

func (c *cli) noticeReceipt() *cobra.Command {
	var f actFlags
	var x incident.ReceiptNotice
	cmd := &cobra.Command{
		Use: "receipt [ID] NOTICE --number N", Short: c.say("後から来た受付番号を記録する", "record a receipt number that came later"), Args: c.args(1, 2),
		Example: "  irbot notice receipt N1 --number 第12号",
	}
	cmd.Flags().StringVar(&x.Receipt, "number", "", c.say("受付番号", "receipt number"))
	return c.oneAct(cmd, &f, func(rest []string) (incident.Command, error) {
		var err error
		x.Notice, err = c.noticeName(rest)
		return x, err
	})
}

func (c *cli) noticeWithdraw() *cobra.Command {
	var f actFlags
	var x incident.WithdrawNotice
	cmd := &cobra.Command{
		Use: "withdraw [ID] NOTICE --why TEXT", Short: c.say("送る前の通知を取りやめる", "give a notice up before it left"), Args: c.args(1, 2),
		Example: "  irbot notice withdraw N2 --why 二重に起案した",
	}
	cmd.Flags().StringVar(&x.Why, "why", "", c.say("理由", "why"))
	return c.oneAct(cmd, &f, func(rest []string) (incident.Command, error) {
		var err error
		x.Notice, err = c.noticeName(rest)
		return x, err
	})
}

// shownNotice is one notice of `irbot notice show --json`.
type shownNotice struct {
	ID      string   `json:"id"`
	Dest    string   `json:"dest"`
	Name    string   `json:"dest_name"`
	State   string   `json:"state"`
	No      int      `json:"no"`
	TLP     string   `json:"tlp"`
	Means   []string `json:"means"`
	Subject string   `json:"subject"`
	Body    string   `json:"body"`
	Digest  string   `json:"digest"`
}

func (c *cli) noticeShow() *cobra.Command {
	return &cobra.Command{
		Use: "show [ID] [NOTICE]", Aliases: []string{"list", "一覧"}, Short: c.say("通知の一覧と全文", "list notices, or show one in full"), Args: c.args(0, 2),
		Example: "  irbot notice show\n  irbot notice show N1",
		RunE: func(cmd *cobra.Command, args []string) error {
			id, rest, err := c.target(cmd.Context(), args)
			if err != nil {
				return err
			}
			only := ""
			if len(rest) == 1 {
				only = strings.ToUpper(fullToHalf(rest[0]))
			}
			return c.showNotices(cmd.Context(), id, only)
		},
	}
}

func (c *cli) showNotices(ctx context.Context, id, only string) error {
	at, err := c.open(ctx, id)
	if err != nil {
		return err
	}
	defer at.shut()
	v := at.view
	list := []shownNotice{}
	for _, n := range v.S.Notices {
		if only != "" && n.ID != only {
			continue
		}
		t := v.Text(n.Seq)
		list = append(list, shownNotice{ID: n.ID, Dest: n.Dest, Name: v.Dest(n.Dest, string(c.lang)), State: string(n.State), No: n.No, TLP: n.TLP, Means: n.Means, Subject: t["subject"], Body: t["body"], Digest: n.Digest})
	}
	if only != "" && len(list) == 0 {
		return &problem{exit: exitNotFound, code: "notice.unknown", what: c.say(id+" に通知 "+only+" はありません", id+" has no notice "+only), why: c.say("番号を確かめてください", "check the number"), fix: "irbot notice show " + id}
	}
	return c.answer("notice.show", list, func() {
		var cells [][]string
		for _, n := range list {
			cells = append(cells, []string{n.ID, c.words.Or(c.lang, "notice.state."+n.State, n.State), n.Name, n.Subject})
		}
		c.table([]string{"No", c.say("状態", "state"), c.say("宛先", "to"), c.say("件名", "subject")}, cells)
		if only != "" && len(list) == 1 {
			c.printf("\nTLP:%s  %s\n\n%s\n", list[0].TLP, strings.Join(list[0].Means, ", "), chat.Safe(list[0].Body))
		}
	})
}

// decideCommand makes a decision; who may decide is checked as everywhere.
func (c *cli) decideCommand() *cobra.Command {
	var f actFlags
	var x incident.Decide
	var review string
	cmd := &cobra.Command{
		Use: "decide [ID] STEP|DECISION CHOICE", Aliases: []string{"決定"}, Short: c.say("判断を記録する（根拠と見直しの時刻が必要）", "record a decision (basis and review time required)"), Args: c.args(2, 3),
		Example: "  irbot incident decide 7 a --basis 荷役を止めて安全を取る --review 0900 --as watanabe\n  irbot incident decide D1 b --basis … --review +60",
	}
	cmd.Flags().StringVar(&x.Basis, "basis", "", c.say("根拠", "why"))
	cmd.Flags().StringVar(&review, "review", "", c.say("見直しの時刻（0900、+60）", "when to look again (0900, +60)"))
	return c.oneAct(cmd, &f, func(rest []string) (incident.Command, error) {
		if len(rest) != 2 {
			return nil, &problem{exit: exitUsage, code: "usage", what: c.say("判断する手順と、答え（a、b…）を指定してください", "name the step or decision, and the answer (a, b, …)"), why: strings.Join(rest, " "), fix: "irbot incident decide 7 a --basis … --review 0900"}
		}
		what := fullToHalf(rest[0])
		x.Choice = strings.ToLower(fullToHalf(rest[1]))
		if strings.HasPrefix(strings.ToUpper(what), "D") {
			x.Decision = strings.ToUpper(what)
		} else {
			x.Step = what
		}
		if review != "" {
			cfg, err := c.load()
			if err != nil {
				return nil, err
			}
			if x.Review, err = chat.ParseDeadline(review, time.Now(), cfg.Site.Zone); err != nil {
				return nil, c.badAhead("--review 0900", review)
			}
		}
		return x, nil
	})
}

func (c *cli) previewCommand() *cobra.Command {
	var template string
	cmd := &cobra.Command{Use: "notify", Short: c.say("通知の下書きを見る（送信はしない）", "look at what a notice would say; nothing is sent"), Example: "  irbot notify preview mlit\n  irbot notify preview IR-12 expert"}
	preview := &cobra.Command{
		Use: "preview [ID] DESTINATION", Short: c.say("起案したらどうなるかを見る。何も記録せず、何も送らない", "what a draft would say; nothing is recorded or sent"), Args: c.args(1, 2),
		Example: "  irbot notify preview mlit --template 国交省-第一報",
		RunE: func(cmd *cobra.Command, args []string) error {
			id, rest, err := c.target(cmd.Context(), args)
			if err != nil {
				return err
			}
			dest, err := c.one(rest, c.say("宛先", "destination"), "irbot contacts list")
			if err != nil {
				return err
			}
			return c.preview(cmd.Context(), id, incident.DraftNotice{Dest: dest, Template: template})
		},
	}
	preview.Flags().StringVar(&template, "template", "", c.say("手順書の文案の名前", "wording of the runbook"))
	cmd.AddCommand(preview)
	return cmd
}

// dryLog decides and keeps nothing: what would be recorded is only looked at.
type dryLog struct {
	read  incident.Reader
	found *incident.Change
}

// Create implements incident.Log.
func (d dryLog) Create(context.Context, incident.Opening, func(string) (incident.Change, error)) (incident.Result, error) {
	return incident.Result{}, incident.ErrNotRecorded
}

// Update implements incident.Log.
func (d dryLog) Update(ctx context.Context, t incident.Target, decide func(*incident.Incident) (incident.Change, error)) (incident.Result, error) {
	st, err := d.read.State(ctx, t.Incident)
	if err != nil {
		return incident.Result{}, err
	}
	ch, err := decide(st)
	*d.found = ch
	return incident.Result{Incident: t.Incident, State: st, Outcome: ch.Outcome}, err
}

func (c *cli) preview(ctx context.Context, id string, x incident.DraftNotice) error {
	_, v, cfg, err := c.reading(ctx)
	if err != nil {
		return err
	}
	defer v.Close()
	var ch incident.Change
	svc := incident.NewService(c.partsFor(cfg, v, dryLog{read: v, found: &ch}))
	if _, err := svc.Do(ctx, incident.Act{Person: operator(cfg), Surface: "cli"}, id, x); err != nil {
		p := c.problemOf(err)
		if errors.As(err, new(*incident.Refusal)) {
			p.why = c.say("見るだけなので、何も記録していません", "this only looks: nothing was recorded")
		}
		return p
	}
	for _, e := range ch.Entries {
		if e.Kind != incident.KindNoticeDrafted {
			continue
		}
		t := e.Text
		unknown := strings.Count(t["body"], incident.Unknown)
		data := map[string]any{"incident": id, "dest": x.Dest, "subject": t["subject"], "body": t["body"], "unknown": unknown}
		return c.answer("notify.preview", data, func() {
			c.printf("%s\n\n%s\n\n%s\n", chat.OneLine(t["subject"]), chat.Safe(t["body"]),
				c.say(fmt.Sprintf("不明 %dか所。何も記録せず、何も送っていません。起案は irbot notice draft %s", unknown, x.Dest),
					fmt.Sprintf("%d unknown. Nothing was recorded or sent. To draft it: irbot notice draft %s", unknown, x.Dest)))
		}, "irbot notice draft "+id+" "+x.Dest)
	}
	return incident.ErrNotFound
}
