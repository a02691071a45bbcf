package main

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"irbot/internal/chat"
	"irbot/internal/config"
	"irbot/internal/incident"
	"irbot/internal/localapi"
	problems "irbot/internal/problem"
	"irbot/internal/sqlite"
)

// act is what an act of the command line answers (an outside contract).
type act struct {
	Incident   string            `json:"incident"`
	Seq        int64             `json:"seq"`
	RecordedAt string            `json:"recorded_at"`
	Ref        string            `json:"ref,omitempty"`
	Outcome    string            `json:"outcome,omitempty"`
	Args       map[string]string `json:"args,omitempty"`
	Pending    int               `json:"pending"`
}

// actFlags are the flags every act has.
type actFlags struct {
	at      string
	as      string
	request string
}

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

func (f *actFlags) add(cmd *cobra.Command, c *cli) {
	cmd.Flags().StringVar(&f.at, "at", "", c.say("実際の時刻（0718、7時18分、15分前）", "when it happened (0718)"))
	cmd.Flags().StringVar(&f.as, "as", "", c.say("だれとして記録するか（連絡先一覧のID）", "whom to record it as (directory id)"))
	cmd.Flags().StringVar(&f.request, "request", "", c.say("同じ操作を二重に記録しないための鍵", "key that makes a repeated call act once"))
}

// send carries out an act through the running server and prints the answer.
func (c *cli) send(ctx context.Context, schema string, q localapi.Request, f actFlags, extra ...any) error {
	cfg, err := c.load()
	if err != nil {
		return err
	}
	if f.at != "" {
		if q.At, err = chat.ParseTime(f.at, time.Now(), cfg.Site.Zone); err != nil {
			return c.badTime(f.at, "--at 0718")
		}
	}
	q.Person, q.Request = f.as, f.request
	if q.Request == "" {
		q.Request = requestKey()
	} else {
		q.Request = "cli:" + q.Request
	}
	reply, err := localapi.Dial(cfg.Data).Do(ctx, q)
	if err != nil {
		return err
	}
	if reply.Error != nil {
		return c.refused(reply)
	}
	a := act{Incident: reply.Incident, Seq: reply.Seq, RecordedAt: reply.RecordedAt, Ref: reply.Ref, Outcome: reply.Outcome, Args: reply.Args, Pending: reply.Pending}
	if a.Args["first"] != "" { // somebody else closed the step before
		return &problem{exit: exitConflict, code: a.Outcome, what: c.words.Outcome(c.lang, a.Outcome, a.Args), fix: "irbot incident show " + a.Incident,
			why: c.say(fmt.Sprintf("入力したことは記録 #%d に残りました", a.Seq), fmt.Sprintf("what was typed is kept as #%d", a.Seq)), data: a}
	}
	if a.Pending > 0 {
		extra = append(extra, warning{Code: "delivery.pending", Message: c.say(fmt.Sprintf("記録しました。送れていないものが%d件あります。つながりしだい送ります", a.Pending), fmt.Sprintf("recorded; %d messages wait for their means to come back", a.Pending)), Ref: a.Incident})
	}
	err = c.answer(schema, a, func() {
		c.printf("%s\n", c.say(fmt.Sprintf("記録 #%d  %s  %s", a.Seq, a.Incident, c.stamp(a.RecordedAt, cfg)), fmt.Sprintf("Recorded #%d  %s  %s", a.Seq, a.Incident, c.stamp(a.RecordedAt, cfg))))
		if a.Outcome != "" {
			c.printf("%s\n", c.words.Outcome(c.lang, a.Outcome, a.Args))
		}
		for _, x := range extra {
			if w, ok := x.(warning); ok {
				c.note("%s\n", w.Message)
			}
		}
	}, extra...)
	if err == nil && a.Pending > 0 {
		return found(exitPending)
	}
	return err
}

func (c *cli) stamp(recorded string, cfg *config.Config) string {
	t, err := time.Parse(localapi.TimeFormat, recorded)
	if err != nil {
		return recorded
	}
	return chat.Stamp(t, cfg.Site.Zone, c.lang)
}

func requestKey() string {
	b := make([]byte, 12)
	_, _ = rand.Read(b)
	return "cli:" + hex.EncodeToString(b)
}

// refused words what the server refused or could not do.
func (c *cli) refused(r localapi.Reply) error {
	switch r.Error.Kind {
	case "not_found":
		return fmt.Errorf("%w: %s", incident.ErrNotFound, r.Error.Detail)
	case "not_recorded":
		return &problem{exit: exitFailed, code: "not_recorded", what: c.words.T(c.lang, "not_recorded"), why: r.Error.Detail, fix: "irbot doctor"}
	case "refused":
		return c.refusal(r.Error.Code, r.Error.Args)
	case "problems":
		return &problems.Errors{List: r.Error.Problems}
	}
	return errors.New(r.Error.Detail)
}

func arguments(v any) json.RawMessage {
	b, _ := json.Marshal(v)
	return b
}

var incidentID = regexp.MustCompile(`^(?i:IR|DR)-[0-9]+$|^#[0-9]+$`)

// target takes a leading incident id off the arguments; without one the only
// live incident is meant.
func (c *cli) target(ctx context.Context, args []string) (string, []string, error) {
	if len(args) > 0 {
		if id := strings.ToUpper(chat.OneLine(fullToHalf(args[0]))); incidentID.MatchString(id) {
			if strings.HasPrefix(id, "#") {
				id = "IR-" + id[1:]
			}
			return id, args[1:], nil
		}
	}
	rows, err := c.summaries(ctx, true)
	if err != nil {
		return "", nil, err
	}
	switch len(rows) {
	case 0:
		return "", nil, &problem{exit: exitNotFound, code: "incident.none", what: c.say("進行中の案件はありません", "there is no open incident"), why: c.say("番号も指定されていません", "and no number was given"), fix: "irbot incident list --all"}
	case 1:
		return rows[0].ID, args, nil
	}
	first, all := realFirst(rows)
	return "", nil, &problem{exit: exitUsage, code: "incident.which", what: c.say("進行中の案件が複数あります（"+strings.Join(all, "、")+"）", "several incidents are open ("+strings.Join(all, ", ")+")"),
		why: c.say("どの案件か指定してください", "say which one"), fix: c.named(first)}
}

// realFirst lists what is open, real incidents before drills: the command that is
// proposed must not put a word about the real one into a drill.
func realFirst(rows []incident.Summary) (string, []string) {
	var all, drills []string
	for _, r := range rows {
		if r.Drill {
			drills = append(drills, r.ID)
			continue
		}
		all = append(all, r.ID)
	}
	all = append(all, drills...)
	return all[0], all
}

// only is target for commands that take nothing but an id: another word is a
// mistake and must not mean the incident that happens to be open.
func (c *cli) only(ctx context.Context, args []string) (string, error) {
	id, rest, err := c.target(ctx, args)
	return id, c.noMore(rest, err)
}

// onlyUp is only for acts.
func (c *cli) onlyUp(ctx context.Context, args []string) (string, error) {
	id, rest, err := c.targetUp(ctx, args)
	return id, c.noMore(rest, err)
}

func (c *cli) noMore(rest []string, err error) error {
	if err != nil || len(rest) == 0 {
		return err
	}
	return &problem{exit: exitNotFound, code: "not_found", what: c.say("「"+rest[0]+"」という案件はありません", "there is no incident "+rest[0]),
		why: c.say("案件の番号は IR-12 や DR-1 の形です", "the id of an incident looks like IR-12 or DR-1"), fix: "irbot incident list --all"}
}

// targetUp is target for acts: where no server runs, that is said first, for
// nothing can be recorded without one.
func (c *cli) targetUp(ctx context.Context, args []string) (string, []string, error) {
	cfg, err := c.load()
	if err != nil {
		return "", nil, err
	}
	if err := localapi.Dial(cfg.Data).Info(ctx, &running{}); err != nil {
		return "", nil, err
	}
	return c.target(ctx, args)
}

// fullToHalf turns full-width ASCII and the Japanese dashes into half width.
func fullToHalf(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= '！' && r <= '～':
			return r - 0xfee0
		case r == '　':
			return ' '
		case r == '−' || r == 'ー' || r == '‐':
			return '-'
		}
		return r
	}, s)
}

// view opens the record for reading, beside a running server or without one.
func (c *cli) view(ctx context.Context) (*sqlite.View, *config.Config, error) {
	cfg, err := c.load()
	if err != nil {
		return nil, nil, err
	}
	v, err := sqlite.OpenReadOnly(ctx, cfg.Data)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, nil, c.unopened(cfg.Data, err)
	}
	if err != nil {
		return nil, nil, &problem{exit: exitNotFound, code: "record.none", what: c.say("記録がまだありません", "there is no record yet"), why: err.Error(), fix: "irbot serve"}
	}
	c.noteOlder(v, cfg.Data)
	return v, cfg, nil
}

func (c *cli) summaries(ctx context.Context, live bool) ([]incident.Summary, error) {
	v, _, err := c.view(ctx)
	if err != nil {
		return nil, err
	}
	defer func() { _ = v.Close() }()
	return v.List(ctx, sqlite.Filter{Live: live})
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
			x.Text, x.From, x.To = line.Text, pick(x.From, line.From), pick(x.To, line.To)
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

func pick(a, b string) string {
	if a != "" {
		return a
	}
	return b
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
