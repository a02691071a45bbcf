package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"irbot/internal/chat"
	"irbot/internal/incident"
	"irbot/internal/report"
)

// factCommand enters and shows the twenty facts that reports are made of.
func (c *cli) factCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "fact", Short: c.say("報告に使う20の事実を記入する、見る", "enter and show the twenty facts of reports"),
		Example: "  irbot fact list\n  irbot fact set 復旧見込み \"ゲート 12:00\" --conf estimated\n  irbot fact set cause_class --conf unknown\n  irbot fact confirm summary",
	}
	cmd.AddCommand(c.factSet(), c.factConfirm(), c.factList(), c.factConsent())
	return cmd
}

func (c *cli) factSet() *cobra.Command {
	var f actFlags
	var x incident.SetFact
	var asOf string
	cmd := &cobra.Command{
		Use: "set [ID] FIELD [VALUE]", Aliases: []string{"記入"}, Short: c.say("事実を記入する。前の記入は記録に残る", "state a fact; earlier statements stay in the record"), Args: c.args(1, 3),
		Example: "  irbot fact set eta \"ゲート 12:00\" --conf estimated --tlp GREEN\n  irbot fact set IR-12 原因 --conf unknown",
	}
	cmd.Flags().StringVar(&x.Conf, "conf", "", c.say("確かさ: ", "how sure: ")+"confirmed|estimated|unknown")
	cmd.Flags().StringVar(&x.TLP, "tlp", "", c.say("共有の範囲: ", "label: ")+"CLEAR|GREEN|AMBER|AMBER+STRICT|RED")
	cmd.Flags().Int64Var(&x.Source, "source", 0, c.say("根拠の記録番号", "entry it rests on"))
	cmd.Flags().StringVar(&asOf, "as-of", "", c.say("値の時点（0710、-15）", "the moment it stands for (0710, -15)"))
	return c.oneAct(cmd, &f, func(rest []string) (incident.Command, error) {
		if len(rest) == 0 || len(rest) > 2 {
			return nil, &problem{exit: exitUsage, code: "usage", what: c.say("項目を指定してください", "name the item"), why: strings.Join(rest, " "), fix: "irbot fact list"}
		}
		x.Field = fullToHalf(rest[0])
		if len(rest) == 2 {
			x.Value = rest[1]
		}
		if asOf != "" {
			cfg, err := c.load()
			if err != nil {
				return nil, err
			}
			if x.AsOf, err = chat.ParseTime(asOf, time.Now(), cfg.Site.Zone); err != nil {
				return nil, &problem{exit: exitUsage, code: "time.bad", what: c.say("時点を読めません: "+asOf, "cannot read the moment "+asOf), why: err.Error(), fix: "--as-of 0710"}
			}
		}
		return x, nil
	})
}

func (c *cli) factConfirm() *cobra.Command {
	var f actFlags
	cmd := &cobra.Command{
		Use: "confirm [ID] FIELD", Aliases: []string{"確認"}, Short: c.say("いまの値を確認済みにする", "make the present value a confirmed one"), Args: c.args(1, 2),
		Example: "  irbot fact confirm summary",
	}
	return c.oneAct(cmd, &f, func(rest []string) (incident.Command, error) {
		field, err := c.one(rest, c.say("項目", "item"), "irbot fact list")
		return incident.ConfirmFact{Field: field}, err
	})
}

func (c *cli) factConsent() *cobra.Command {
	var f actFlags
	var x incident.RecordConsent
	var no bool
	cmd := &cobra.Command{
		Use: "consent [ID] TO --who NAME", Aliases: []string{"同意"}, Short: c.say("情報を渡してよいかの答えを記録する（nco、peers、public、宛先のID）", "record whether information may be passed on (nco, peers, public, a destination)"), Args: c.args(1, 2),
		Example: "  irbot fact consent nco --who 社長 --words 技術情報を除く\n  irbot fact consent peers --who 社長 --no",
	}
	cmd.Flags().StringVar(&x.Who, "who", "", c.say("同意した人", "who consents"))
	cmd.Flags().StringVar(&x.Words, "words", "", c.say("範囲・条件", "scope and conditions"))
	cmd.Flags().BoolVar(&no, "no", false, c.say("同意しない", "does not consent"))
	return c.oneAct(cmd, &f, func(rest []string) (incident.Command, error) {
		to, err := c.one(rest, c.say("渡す先", "whom"), "irbot fact consent nco --who …")
		x.To, x.Given = to, !no
		return x, err
	})
}

// shownFact is one fact of `irbot fact list --json`.
type shownFact struct {
	No      int    `json:"no"`
	Field   string `json:"field"`
	Name    string `json:"name"`
	Value   string `json:"value"`
	ValueEN string `json:"value_en,omitempty"` // of a derived value, for readers of English
	Conf    string `json:"conf"`               // confirmed, estimated, unknown, "" where nobody said anything
	Derived bool   `json:"derived"`
	TLP     string `json:"tlp"`
	AsOf    string `json:"as_of,omitempty"`
	Seq     int64  `json:"seq"`
	Source  int64  `json:"source"`
}

func (c *cli) factList() *cobra.Command {
	return &cobra.Command{
		Use: "list [ID]", Aliases: []string{"show", "一覧"}, Short: c.say("20の事実と、その確度", "the twenty facts and how sure they are"), Args: c.args(0, 1),
		Example: "  irbot fact list",
		RunE: func(cmd *cobra.Command, args []string) error {
			id, err := c.only(cmd.Context(), args)
			if err != nil {
				return err
			}
			return c.showFacts(cmd.Context(), id)
		},
	}
}

func (c *cli) showFacts(ctx context.Context, id string) error {
	at, err := c.open(ctx, id)
	if err != nil {
		return err
	}
	defer at.shut()
	v := at.view
	list := []shownFact{}
	facts := v.Facts()
	for _, f := range v.Site.Forms.Fields() {
		x := facts[f.ID]
		row := shownFact{No: f.No, Field: f.ID, Name: f.Name(string(c.lang)), Value: x.Value, ValueEN: x.EN, Conf: string(x.Conf), Derived: x.Derived, TLP: x.TLP, Seq: x.Seq, Source: x.Source}
		if !x.AsOf.IsZero() {
			row.AsOf = x.AsOf.UTC().Format(time.RFC3339)
		}
		list = append(list, row)
	}
	return c.answer("fact.list", list, func() {
		var cells [][]string
		for _, f := range list {
			cells = append(cells, []string{fmt.Sprint(f.No), f.Name, c.confidence(f), strings.ReplaceAll(facts[f.Field].In(string(c.lang)), "\n", " / ")})
		}
		c.table([]string{"No", c.say("項目", "item"), c.say("確度", "confidence"), c.say("内容", "value")}, cells)
	})
}

func (c *cli) confidence(f shownFact) string {
	switch {
	case f.Derived:
		return c.words.T(c.lang, "conf.derived")
	case f.Conf == "":
		return c.words.T(c.lang, "conf.none")
	}
	return c.words.T(c.lang, "conf."+f.Conf)
}

// formNames lists forms for messages.
func formNames(b *report.Forms) string {
	var out []string
	for _, f := range b.List() {
		out = append(out, f.ID)
	}
	return strings.Join(out, ", ")
}
