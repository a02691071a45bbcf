package main

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"irbot/internal/auth"
	"irbot/internal/chat"
	"irbot/internal/config"
	"irbot/internal/incident"
	"irbot/internal/localapi"
	"irbot/internal/sqlite"
	"irbot/internal/timeline"
)

func (c *cli) eraseCommand() *cobra.Command {
	var x incident.AskErasure
	var as string
	cmd := &cobra.Command{
		Use: "erase ID SEQ…", Short: c.say("文面の消去を依頼する（別の人がコンソールで承認）", "ask that texts be erased (another person approves on the console)"), Args: c.args(2, -1),
		Long: c.say("法令に基づく求めなどで、記録の文面を消します。消えるのは文面だけで、記録の連なりと検証はそのままです。依頼だけでは何も消えません。承認する人がコンソールで文面を見て承認すると消えます。",
			"Erases texts on legal demand. Only the text goes: the chain stays and still verifies. Asking erases nothing; the approver sees the texts on the console and approves."),
		Example: "  irbot erase IR-12 41 --approver watanabe --reason \"本人からの消去の求め 2026-11-20\"",
		RunE: func(cmd *cobra.Command, args []string) error {
			id, err := c.only(cmd.Context(), args[:1])
			if err != nil {
				return err
			}
			for _, a := range args[1:] {
				n, err := strconv.ParseInt(strings.TrimPrefix(fullToHalf(a), "#"), 10, 64)
				if err != nil {
					return &problem{exit: exitUsage, code: "usage", what: c.say("「"+a+"」は記録の番号ではありません", a+" is no number of a record"), why: cmd.UseLine(), fix: "irbot erase " + id + " 41 --approver watanabe --reason …"}
				}
				x.Entries = append(x.Entries, n)
			}
			return c.erase(cmd.Context(), id, as, x)
		},
	}
	cmd.Flags().StringVar(&as, "as", "", c.say("この人として依頼する", "ask as this person"))
	cmd.Flags().StringVar(&x.Approver, "approver", "", c.say("承認する人のID（依頼する人とは別）", "id of who is to approve (another person)"))
	cmd.Flags().StringVar(&x.Reason, "reason", "", c.say("理由（記録に残ります）", "why; kept in the record"))
	cmd.Flags().BoolVar(&x.Files, "files", false, c.say("保管したファイルも消す（ハッシュ値は残る）", "erase the kept files too (their hashes stay)"))
	return cmd
}

// askErasure files a request by the running server and gives its reply.
func (c *cli) askErasure(ctx context.Context, data, id, as string, x incident.AskErasure) (localapi.Reply, error) {
	args, err := json.Marshal(x)
	if err != nil {
		return localapi.Reply{}, fmt.Errorf("write arguments: %w", err)
	}
	token, err := auth.Token()
	if err != nil {
		return localapi.Reply{}, err
	}
	reply, err := localapi.Dial(data).Do(ctx, localapi.Request{Incident: id, Person: as, Command: x.Name(), Args: args, Request: "cli:" + token[:22]})
	if err == nil && reply.Error != nil {
		err = c.refused(reply)
	}
	return reply, err
}

func (c *cli) erase(ctx context.Context, id, as string, x incident.AskErasure) error {
	cfg, err := c.load()
	if err != nil {
		return err
	}
	reply, err := c.askErasure(ctx, cfg.Data, id, as, x)
	if err != nil {
		return err
	}
	copies := holding(cfg, id, slices.Min(x.Entries)) // whatever holds the first of them holds words to be erased
	data := map[string]any{"incident": id, "erasure": reply.Ref, "entries": x.Entries, "approver": x.Approver, "backups": copies, "seq": reply.Seq}
	return c.answer("erase", data, func() {
		c.printf("%s\n", c.words.Outcome(c.lang, reply.Outcome, reply.Args))
		c.printf("%s  %s/i/%s/erasure\n", c.say("承認の画面", "To approve"), cfg.URL(), id)
		if len(copies) > 0 {
			c.printf("%s\n", c.say("次の控えには、消去の後も文面が残ります（世代が入れ替わるまで）:", "These backups go on holding the text until their generation ends:"))
			for _, f := range copies {
				c.printf("  %s\n", f)
			}
		}
	})
}

func (c *cli) retentionCommand() *cobra.Command {
	var approver, reason, as string
	cmd := &cobra.Command{
		Use: "retention", Short: c.say("保存期間を過ぎた文面の提案", "texts past their time"),
		Example: "  irbot retention list\n  irbot retention propose drill-texts --approver watanabe --reason \"保存期間1年の経過\"",
	}
	propose := &cobra.Command{
		Use: "propose RULE [ID]", Short: c.say("提案を消去の依頼にする（承認は別の人がコンソールで）", "turn proposals into requests (another person approves)"), Args: c.args(1, 2),
		Example: "  irbot retention propose drill-texts --approver watanabe --reason \"保存期間1年の経過\"",
		RunE: func(cmd *cobra.Command, args []string) error {
			return c.propose(cmd.Context(), args, as, incident.AskErasure{Approver: approver, Reason: reason})
		},
	}
	propose.Flags().StringVar(&as, "as", "", c.say("この人として依頼する", "ask as this person"))
	propose.Flags().StringVar(&approver, "approver", "", c.say("承認する人のID", "id of who is to approve"))
	propose.Flags().StringVar(&reason, "reason", "", c.say("理由", "why"))
	cmd.AddCommand(&cobra.Command{
		Use: "list", Short: c.say("期間を過ぎた文面（何も消しません）", "what is past its time; erases nothing"), Args: c.args(0, 0),
		Example: "  irbot retention list",
		RunE:    func(cmd *cobra.Command, _ []string) error { return c.retentionList(cmd.Context()) },
	}, propose)
	return cmd
}

// proposals applies the rules of the configuration to every incident.
func (c *cli) proposals(ctx context.Context) ([]incident.Proposal, *config.Config, error) {
	v, cfg, err := c.view(ctx)
	if err != nil {
		return nil, nil, err
	}
	defer func() { _ = v.Close() }()
	rows, err := v.List(ctx, sqlite.Filter{})
	if err != nil {
		return nil, nil, err
	}
	var out []incident.Proposal
	for _, row := range rows {
		if row.Status != incident.Closed || len(cfg.Retention) == 0 {
			continue
		}
		st, err := v.State(ctx, row.ID)
		if err != nil {
			return nil, nil, err
		}
		entries, err := v.Entries(ctx, row.ID, 1, 0)
		if err != nil {
			return nil, nil, err
		}
		for _, r := range cfg.Retention {
			rule := incident.RetentionRule{ID: r.ID, Drill: r.Of == "drill", After: r.After}
			for _, k := range r.Kinds {
				rule.Kinds = append(rule.Kinds, timeline.Kind(k))
			}
			if p, ok := rule.Propose(st, entries, time.Now()); ok {
				out = append(out, p)
			}
		}
	}
	return out, cfg, nil
}

type proposalRow struct {
	Rule     string    `json:"rule"`
	Incident string    `json:"incident"`
	Entries  []int64   `json:"entries"`
	Due      time.Time `json:"due"`
}

func (c *cli) retentionList(ctx context.Context) error {
	list, cfg, err := c.proposals(ctx)
	if err != nil {
		return err
	}
	rows := []proposalRow{}
	for _, p := range list {
		rows = append(rows, proposalRow(p))
	}
	return c.answer("retention.list", map[string]any{"proposals": rows}, func() {
		for _, p := range rows {
			c.printf("%s  %s  %s  %s\n", p.Rule, p.Incident, c.say(fmt.Sprintf("%d件", len(p.Entries)), fmt.Sprintf("%d texts", len(p.Entries))), chat.Stamp(p.Due, cfg.Site.Zone, c.lang))
		}
		if len(rows) == 0 {
			c.printf("%s\n", c.say("期間を過ぎた文面はありません", "nothing is past its time"))
		}
	})
}

type askedRow struct {
	Incident string  `json:"incident"`
	Erasure  string  `json:"erasure"`
	Entries  []int64 `json:"entries"`
}

func (c *cli) propose(ctx context.Context, args []string, as string, x incident.AskErasure) error {
	list, cfg, err := c.proposals(ctx)
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(cfg.Retention, func(r config.Retention) bool { return r.ID == args[0] }) {
		var ids []string
		for _, r := range cfg.Retention {
			ids = append(ids, r.ID)
		}
		return &problem{exit: exitNotFound, code: "rule.unknown", what: c.say("保存期間の規則 "+args[0]+" はありません", "there is no retention rule "+args[0]),
			why: c.say("config.yaml の retention: にあるのは: ", "config.yaml has under retention: ") + strings.Join(ids, ", "), fix: "irbot retention list"}
	}
	rows := []askedRow{}
	for _, p := range list {
		if p.Rule != args[0] || len(args) == 2 && !strings.EqualFold(p.Incident, args[1]) {
			continue
		}
		for from := 0; from < len(p.Entries); from += incident.MaxErased {
			x.Rule, x.Entries = p.Rule, p.Entries[from:min(from+incident.MaxErased, len(p.Entries))]
			reply, err := c.askErasure(ctx, cfg.Data, p.Incident, as, x)
			if err != nil {
				return err
			}
			rows = append(rows, askedRow{Incident: p.Incident, Erasure: reply.Ref, Entries: x.Entries})
		}
	}
	return c.answer("retention.propose", map[string]any{"asked": rows}, func() {
		for _, r := range rows {
			c.printf("%s %s  %s  %s/i/%s/erasure\n", r.Incident, r.Erasure, c.say(fmt.Sprintf("%d件", len(r.Entries)), fmt.Sprintf("%d texts", len(r.Entries))), cfg.URL(), r.Incident)
		}
		if len(rows) == 0 {
			c.printf("%s\n", c.say("この規則で期間を過ぎた文面はありません", "nothing is past its time by this rule"))
		}
	})
}
