package main

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"irbot/internal/chat"
	"irbot/internal/incident"
	"irbot/internal/localapi"
	"irbot/internal/review"
	"irbot/internal/sqlite"
	"irbot/internal/timeline"
)

// reviewLesson registers a lesson or a near miss.
func (c *cli) reviewLesson() *cobra.Command {
	var f actFlags
	var x incident.AddLesson
	var site bool
	cmd := &cobra.Command{
		Use: "lesson [ID] TEXT", Short: c.say("教訓・ヒヤリハットを登録する", "register a lesson or a near miss"), Args: c.args(1, -1),
		Example: "  irbot review lesson IR-12 鍵の番号を封筒に入れておく --share 鍵は紙でも持つ --tlp GREEN\n  irbot review lesson --site --near 検査前のUSBを使いかけた",
	}
	cmd.Flags().BoolVar(&x.Near, "near", false, c.say("ヒヤリハット", "a near miss"))
	cmd.Flags().BoolVar(&site, "site", false, c.say("どの案件にも属さない", "it belongs to no incident"))
	cmd.Flags().StringVar(&x.Share, "share", "", c.say("社外に出してよい文（名前・番号・アドレスを入れない）", "words that may be shared: no names, numbers or addresses"))
	cmd.Flags().StringVar(&x.TLP, "tlp", "", c.say("共有する文のTLP（既定 AMBER）", "TLP of the shared words (default AMBER)"))
	act := c.oneAct(cmd, &f, func(rest []string) (incident.Command, error) {
		x.Text = strings.Join(rest, " ")
		return x, nil
	})
	one := act.RunE
	act.RunE = func(cmd *cobra.Command, args []string) error {
		if !site {
			return one(cmd, args)
		}
		x.Text = strings.Join(args, " ")
		return c.send(cmd.Context(), schemaOf(cmd), localapi.Request{Incident: timeline.SiteLog, Command: x.Name(), Args: arguments(x)}, f)
	}
	return act
}

// lessonShown is a lesson as --json tells it.
type lessonShown struct {
	Incident string `json:"incident"`
	ID       string `json:"id"`
	Near     bool   `json:"near"`
	Text     string `json:"text"`
	Share    string `json:"share,omitempty"`
	TLP      string `json:"tlp,omitempty"`
	At       string `json:"at"`
}

func (c *cli) reviewLessons() *cobra.Command {
	return &cobra.Command{
		Use: "lessons", Short: c.say("教訓とヒヤリハットの一覧", "list lessons and near misses"), Args: c.args(0, 0), Example: "  irbot review lessons --json",
		RunE: func(cmd *cobra.Command, _ []string) error {
			views, err := c.allViews(cmd.Context())
			if err != nil {
				return err
			}
			list := []lessonShown{}
			for _, v := range views {
				for _, l := range v.S.Review.Lessons {
					t := v.Text(l.Seq)
					x := lessonShown{Incident: v.S.ID, ID: l.ID, Near: l.Near, Text: t["text"], Share: t["share"], At: machineTime(l.At)}
					if x.Share != "" {
						x.TLP = l.TLP
					}
					list = append(list, x)
				}
			}
			slices.SortStableFunc(list, func(a, b lessonShown) int { return cmp.Compare(b.At, a.At) })
			return c.answer("review.lessons", map[string]any{"lessons": list}, func() { c.printLessons(list) })
		},
	}
}

func (c *cli) printLessons(list []lessonShown) {
	if len(list) == 0 {
		c.printf("%s\n", c.say("まだありません。irbot review lesson で登録します", "none yet: irbot review lesson"))
		return
	}
	for _, x := range list {
		kind := c.say("教訓", "lesson")
		if x.Near {
			kind = c.say("ヒヤリハット", "near miss")
		}
		c.printf("%s %s  %s  %s\n", x.Incident, x.ID, kind, chat.OneLine(x.Text))
		if x.Share != "" {
			c.printf("    TLP:%s  %s\n", x.TLP, chat.OneLine(x.Share))
		}
	}
}

// allViews reads every incident and the standing log, the newest first.
func (c *cli) allViews(ctx context.Context) ([]*incident.View, error) {
	svc, v, _, err := c.reading(ctx)
	if err != nil {
		return nil, err
	}
	defer func() { _ = v.Close() }()
	list, err := v.List(ctx, sqlite.Filter{})
	if err != nil {
		return nil, err
	}
	var out []*incident.View
	for _, x := range list {
		one, err := svc.View(ctx, x.ID)
		if err != nil {
			return nil, err
		}
		out = append(out, one)
	}
	site, err := svc.StandingView(ctx)
	if err != nil {
		return nil, err
	}
	return append(out, site), nil
}

// auditShown is an item of the self-audit as --json tells it.
type auditShown struct {
	Item  string `json:"item"`
	Part  string `json:"part"`
	Text  string `json:"text"`
	State string `json:"state"` // "" where it was not answered
	Note  string `json:"note,omitempty"`
	Link  string `json:"link,omitempty"`
}

func (c *cli) reviewAudit() *cobra.Command {
	return &cobra.Command{
		Use: "audit", Short: c.say("自己点検の項目と答え", "the self-audit: items and answers"), Args: c.args(0, 0), Example: "  irbot review audit\n  irbot review answer ciso yes --link directory",
		RunE: func(cmd *cobra.Command, _ []string) error {
			svc, v, _, err := c.reading(cmd.Context())
			if err != nil {
				return err
			}
			defer func() { _ = v.Close() }()
			site, err := svc.StandingView(cmd.Context())
			if err != nil {
				return err
			}
			list, answered := []auditShown{}, 0
			for _, x := range review.Checklist() {
				row := auditShown{Item: x.ID, Part: c.say(x.Part[0], x.Part[1]), Text: c.say(x.Text[0], x.Text[1])}
				if a, ok := site.S.Review.Audit[x.ID]; ok {
					answered++
					row.State, row.Note, row.Link = a.State, site.Text(a.Seq)["text"], a.Link
				}
				list = append(list, row)
			}
			return c.answer("review.audit", map[string]any{"answered": answered, "items": list}, func() { c.printAudit(list, answered) })
		},
	}
}

func (c *cli) printAudit(list []auditShown, answered int) {
	part := ""
	for _, x := range list {
		if x.Part != part {
			part = x.Part
			c.printf("\n%s\n", part)
		}
		word := "-"
		if x.State != "" {
			word = c.words.T(c.lang, "review.audit."+x.State)
		}
		c.printf("  [%s] %s  %s\n", word, x.Item, x.Text)
		if x.Note != "" || x.Link != "" {
			c.printf("      %s %s\n", chat.OneLine(x.Note), x.Link)
		}
	}
	c.printf("\n%s %d / %d\n", c.say("答えた項目", "answered"), answered, len(list))
}

func (c *cli) reviewAnswer() *cobra.Command {
	var f actFlags
	var x incident.AnswerAudit
	cmd := &cobra.Command{
		Use: "answer ITEM yes|partly|no|na", Short: c.say("自己点検の項目に答える", "answer an item of the self-audit"), Args: c.args(2, 2),
		Example: "  irbot review answer ciso yes --link directory\n  irbot review answer backup-restore partly --note 年1回だけ",
	}
	cmd.Flags().StringVar(&x.Note, "note", "", c.say("説明（「はい」以外では必要）", "explanation, needed unless the answer is yes"))
	cmd.Flags().StringVar(&x.Link, "link", "", c.say("証跡の場所（IR-12/chrono, runbooks/RB-03, systems …）", "where the evidence is: IR-12/chrono, runbooks/RB-03, systems …"))
	f.add(cmd, c)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		x.Item, x.State = args[0], args[1]
		return c.send(cmd.Context(), schemaOf(cmd), localapi.Request{Incident: timeline.SiteLog, Command: x.Name(), Args: arguments(x)}, f)
	}
	return cmd
}

// custodyCommand hands pieces of evidence from person to person.
func (c *cli) custodyCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "custody", Short: c.say("証跡の受け渡し: 渡す、受け取る、断る", "hand evidence over: offer, accept, refuse"), Aliases: []string{"受渡"},
		Example: "  irbot custody offer IR-12 E2 --to ito --why 鑑定のため\n  irbot custody accept IR-12 H1 --check 封印を確認",
	}
	cmd.AddCommand(c.custodyOffer(), c.custodyAccept(), c.custodyRefuse())
	return cmd
}

func (c *cli) custodyOffer() *cobra.Command {
	var f actFlags
	var x incident.OfferCustody
	cmd := &cobra.Command{
		Use: "offer [ID] ITEM", Short: c.say("証跡を渡す。相手が受け取ると移る", "offer a piece of evidence; it changes hands when it is accepted"), Args: c.args(1, 2),
		Example: "  irbot custody offer IR-12 E2 --to ito --why 鑑定のため\n  irbot custody offer IR-12 E2 --outside 県警サイバー課 --why 捜査",
	}
	cmd.Flags().StringVar(&x.To, "to", "", c.say("受け取る人のID", "id of who takes it"))
	cmd.Flags().StringVar(&x.Outside, "outside", "", c.say("社外の受け取り先（所属と名前）", "or somebody outside: body and name"))
	cmd.Flags().StringVar(&x.Why, "why", "", c.say("理由", "why"))
	cmd.Flags().StringVar(&x.Where, "where", "", c.say("場所", "where"))
	return c.oneAct(cmd, &f, func(rest []string) (incident.Command, error) {
		item, err := c.one(rest, c.say("証跡（E1 など）", "piece of evidence, such as E1"), "irbot custody offer E1 --to ID --why …")
		x.Item = strings.ToUpper(item)
		return x, err
	})
}

func (c *cli) custodyAccept() *cobra.Command {
	var f actFlags
	var x incident.AcceptCustody
	cmd := &cobra.Command{
		Use: "accept [ID] TRANSFER", Short: c.say("渡された証跡を受け取る（社外へは受領書の番号）", "accept a piece of evidence (for somebody outside: the number of the receipt)"), Args: c.args(1, 2),
		Example: "  irbot custody accept IR-12 H1 --check 封印を確認\n  irbot custody accept IR-12 H2 --receipt 第12号",
	}
	cmd.Flags().StringVar(&x.Check, "check", "", c.say("封印やハッシュをどう確かめたか", "how seal or hash was compared"))
	cmd.Flags().StringVar(&x.Receipt, "receipt", "", c.say("受領書の番号", "number of the signed receipt"))
	return c.oneAct(cmd, &f, func(rest []string) (incident.Command, error) {
		id, err := c.one(rest, c.say("受け渡し（H1 など）", "hand-over, such as H1"), "irbot custody accept H1")
		x.Transfer = strings.ToUpper(id)
		return x, err
	})
}

func (c *cli) custodyRefuse() *cobra.Command {
	var f actFlags
	cmd := &cobra.Command{
		Use: "refuse ID TRANSFER REASON", Short: c.say("受け取らない（理由が要る）", "do not accept it (with a reason)"), Args: c.args(3, -1),
		Example: "  irbot custody refuse IR-12 H1 封印が切れている",
	}
	return c.oneAct(cmd, &f, func(rest []string) (incident.Command, error) {
		return incident.RefuseCustody{Transfer: strings.ToUpper(rest[0]), Reason: strings.Join(rest[1:], " ")}, nil
	})
}
