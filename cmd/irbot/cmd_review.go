package main

import (
	"context"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"irbot/internal/chat"
	"irbot/internal/incident"
	"irbot/internal/paper"
	"irbot/internal/review"
)

// reviewCommand looks back at an incident: spans, three questions, actions and
// changes of runbooks.
func (c *cli) reviewCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "review", Short: c.say("振り返り: かかった時間、3つの質問、改善、手順書の直し", "look back: spans, three questions, actions, runbook patches"),
		Example: "  irbot review show IR-12\n  irbot review say IR-12 hard 鍵の番号が分からなかった\n  irbot review action IR-12 当直表を直す --owner sato --due 2026-12-10\n  irbot review patch IR-12 > changes.patch",
	}
	cmd.AddCommand(c.reviewShow(), c.reviewSay(), c.reviewAction(), c.reviewDone(), c.reviewChange(), c.reviewSettle(), c.reviewPatch(),
		c.reviewLesson(), c.reviewLessons(), c.reviewAudit(), c.reviewAnswer())
	return cmd
}

// spanShown is a span as --json tells it; seconds are absent where it is
// not in the record.
type spanShown struct {
	ID      string `json:"id"`
	Name    string `json:"name"`
	Seconds *int64 `json:"seconds,omitempty"`
	Target  int64  `json:"target_seconds"`
	Verdict string `json:"verdict"`
}

func (c *cli) reviewShow() *cobra.Command {
	var file string
	cmd := &cobra.Command{
		Use: "show [ID]", Short: c.say("振り返りを表示する（Markdown、PDF）", "show the review (Markdown, PDF)"), Args: c.args(0, 1), Example: "  irbot review show IR-12 > review.md\n  irbot review show IR-12 --pdf review.pdf",
		RunE: func(cmd *cobra.Command, args []string) error {
			return c.reviewOf(cmd.Context(), args, func(v *incident.View) error {
				spans := []spanShown{}
				for i, s := range v.ReviewMoments().Spans() {
					m := review.Measures()[i]
					goal := review.Target(m, v.Site.Review.Targets)
					x := spanShown{ID: s.ID, Name: c.say(m.Name[0], m.Name[1]), Target: int64(goal / time.Second), Verdict: review.Judge(s, goal)}
					if s.Known {
						n := int64(s.D / time.Second)
						x.Seconds = &n
					}
					spans = append(spans, x)
				}
				if file != "" {
					if err := c.reviewFile(file, v); err != nil {
						return err
					}
				}
				return c.answer("review.show", map[string]any{"incident": v.S.ID, "spans": spans}, func() {
					if file == "" {
						c.printf("%s", chat.ReviewMarkdown(chat.Drawer{Words: c.words, Lang: c.lang}, v))
					}
				})
			})
		},
	}
	cmd.Flags().StringVar(&file, "pdf", "", c.say("PDFとして書くファイル（上書きしない）", "write it as PDF into this file (never over one)"))
	return cmd
}

// reviewOf reads an incident and does something with it.
func (c *cli) reviewOf(ctx context.Context, args []string, do func(v *incident.View) error) error {
	id, err := c.only(ctx, args)
	if err != nil {
		return err
	}
	at, err := c.open(ctx, id)
	if err != nil {
		return err
	}
	defer at.shut()
	return do(at.view)
}

func (c *cli) reviewSay() *cobra.Command {
	var f actFlags
	cmd := &cobra.Command{
		Use: "say ID well|hard|line TEXT", Short: c.say("3つの質問に答える（うまくいったこと・困ったこと・直したい一行）", "answer one of the three questions"), Args: c.args(3, -1),
		Example: "  irbot review say IR-12 hard 鍵の番号が分からなかった",
	}
	return c.oneAct(cmd, &f, func(rest []string) (incident.Command, error) {
		return incident.SayReview{Question: rest[0], Text: strings.Join(rest[1:], " ")}, nil
	})
}

func (c *cli) reviewAction() *cobra.Command {
	var f actFlags
	var owner, due string
	cmd := &cobra.Command{
		Use: "action ID TEXT", Short: c.say("改善を担当と期限つきで加える", "add an action with owner and due date"), Args: c.args(2, -1),
		Example: "  irbot review action IR-12 当直表を直す --owner sato --due 2026-12-10",
	}
	cmd.Flags().StringVar(&owner, "owner", "", c.say("担当のID", "id of the owner"))
	cmd.Flags().StringVar(&due, "due", "", c.say("期限の日（例 2026-12-10）", "due day, e.g. 2026-12-10"))
	return c.oneAct(cmd, &f, func(rest []string) (incident.Command, error) {
		cfg, err := c.load()
		if err != nil {
			return nil, err
		}
		day, err := time.ParseInLocation(time.DateOnly, due, cfg.Site.Zone)
		if err != nil {
			return nil, &problem{exit: exitUsage, code: "usage", what: c.say("期限の日が読めません", "the due day cannot be read"), why: due, fix: "--due 2026-12-10"}
		}
		return incident.AddAction{Text: strings.Join(rest, " "), Owner: owner, Due: day.Add(17 * time.Hour)}, nil
	})
}

func (c *cli) reviewDone() *cobra.Command {
	var f actFlags
	var drop bool
	cmd := &cobra.Command{
		Use: "done ID ACTION RESULT", Short: c.say("改善を完了にする（--drop で取りやめ）", "end an action (--drop: it is given up)"), Args: c.args(3, -1),
		Example: "  irbot review done IR-12 A1 新しい当直表を配った",
	}
	cmd.Flags().BoolVar(&drop, "drop", false, c.say("取りやめる", "give it up"))
	return c.oneAct(cmd, &f, func(rest []string) (incident.Command, error) {
		return incident.SettleAction{Action: strings.ToUpper(rest[0]), Words: strings.Join(rest[1:], " "), Drop: drop}, nil
	})
}

func (c *cli) reviewPatch() *cobra.Command {
	return &cobra.Command{
		Use: "patch [ID]", Short: c.say("手順書の直しを差分（patch）で出す", "write the changes of runbooks as a patch"), Args: c.args(0, 1), Example: "  irbot review patch IR-12 | git apply --directory runbooks\n  irbot review patch IR-12 | patch -p1 --directory runbooks",
		RunE: func(cmd *cobra.Command, args []string) error {
			return c.reviewOf(cmd.Context(), args, func(v *incident.View) error {
				text, out := "", []string{}
				for _, r := range v.S.Runs {
					_, patch, left, _ := v.ReviewPatch(r.ID)
					text += patch
					out = append(out, left...)
				}
				var warn []warning
				for _, id := range out {
					warn = append(warn, warning{Code: "review.collides", Message: c.say(id+" は同じ行の別の直しと重なるため入れていません", id+" is left out: another change is of the same lines"), Ref: id})
				}
				return c.answer("review.patch", map[string]any{"incident": v.S.ID, "patch": text, "left_out": out}, func() { c.printf("%s", text) }, warn)
			})
		},
	}
}

// reviewFile writes the PDF beside a command, never over a file.
func (c *cli) reviewFile(path string, v *incident.View) error {
	err := createWhole(path, func(w io.Writer) error { return paper.Review(w, chat.Drawer{Words: c.words, Lang: c.lang}, v) })
	if err != nil {
		return c.fileProblem(err)
	}
	c.note("%s  %s\n", c.say("できました", "Done"), path)
	return nil
}
