package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"irbot/internal/chat"
	"irbot/internal/config"
	"irbot/internal/escalation"
	"irbot/internal/incident"
	"irbot/internal/localapi"
	"irbot/internal/roster"
	"irbot/internal/sqlite"
	"irbot/internal/timeline"
	"irbot/internal/xlsx"
)

func (c *cli) rosterCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "roster", Aliases: []string{"duty", "当番"}, Short: c.say("当番表を見る、変える、取り込む、引き継ぐ", "look at the duty roster, change it, take a sheet over, hand over"),
		Example: "  irbot roster show\n  irbot roster put primary tanaka --from \"11/23 1800\" --until \"11/24 0900\"\n  irbot roster import primary 当直表.csv",
	}
	cmd.AddCommand(c.rosterShow(), c.rosterImport(), c.rosterPut(), c.rosterSwap(), c.rosterAnswer("agree"), c.rosterAnswer("refuse"), c.rosterAnswer("cancel"), c.rosterOffer(), c.rosterAnswer("accept"))
	return cmd
}

// rosters are those of the configuration with what people agreed on top, from
// the data folder; without one, those of the configuration.
func rosters(ctx context.Context, cfg *config.Config) escalation.Rosters {
	v, err := sqlite.OpenReadOnly(ctx, cfg.Data)
	if err != nil {
		return cfg.Rosters
	}
	defer v.Close()
	st, err := v.State(ctx, timeline.SiteLog)
	if err != nil {
		return cfg.Rosters
	}
	return incident.Present(st.Standing.Rosters(cfg.Rosters), cfg.Directory)
}

// turnOfDuty is one line of `irbot roster show --json`.
type turnOfDuty struct {
	Roster string   `json:"roster"`
	From   string   `json:"from"`
	Until  string   `json:"until"`
	People []string `json:"people"`
	Gap    bool     `json:"gap"`
}

func (c *cli) rosterShow() *cobra.Command {
	days := escalation.Ahead
	cmd := &cobra.Command{
		Use: "show", Short: c.say("だれが当番か（いない時間があれば終了コード3）", "who is on duty (exit 3 if there are gaps)"), Args: c.args(0, 0),
		Example: "  irbot roster show --days 7",
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := c.loadOrSample()
			if err != nil {
				return err
			}
			if days < 1 || days > 400 {
				return &problem{exit: exitUsage, code: "usage", what: c.say("日数は1〜400です", "days are 1 to 400"), why: fmt.Sprint(days), fix: "irbot roster show --days 30"}
			}
			return c.showRoster(cmd.Context(), cfg, days)
		},
	}
	cmd.Flags().IntVar(&days, "days", days, c.say("何日先まで", "how many days ahead"))
	return cmd
}

func (c *cli) showRoster(ctx context.Context, cfg *config.Config, days int) error {
	now, gaps := time.Now(), 0
	list, cells := []turnOfDuty{}, [][]string{}
	for _, r := range rosters(ctx, cfg) {
		for _, x := range r.Plan(now, now.AddDate(0, 0, days)) {
			t := turnOfDuty{Roster: r.ID, From: machineTime(x.From), Until: machineTime(x.Until), People: append([]string{}, x.People...), Gap: len(x.People) == 0}
			who := c.personNames(cfg, x.People)
			if t.Gap {
				gaps++
				who = c.paint(red, c.say("当番がいません", "nobody on duty"))
			}
			list = append(list, t)
			cells = append(cells, []string{r.ID, chat.Stamp(x.From, cfg.Site.Zone, c.lang), chat.Stamp(x.Until, cfg.Site.Zone, c.lang), who})
		}
	}
	err := c.answer("roster.show", map[string]any{"turns": list, "gaps": gaps}, func() {
		c.table([]string{c.say("当番表", "roster"), c.say("から", "from"), c.say("まで", "until"), c.say("当番", "on duty")}, cells)
	})
	if err == nil && gaps > 0 {
		return found(exitFound)
	}
	return err
}

func (c *cli) personNames(cfg *config.Config, ids []string) string {
	var out []string
	for _, id := range ids {
		p, _ := cfg.Directory.Person(id)
		out = append(out, c.say(p.Name, p.NameEN))
	}
	return strings.Join(out, c.say("、", ", "))
}

// understood is what a sheet was read as, in `irbot roster import --json`.
type understood struct {
	Roster   string       `json:"roster"`
	Layout   string       `json:"layout"`
	Encoding string       `json:"encoding"`
	Turns    []turnOfDuty `json:"turns"`
	Unknown  []string     `json:"unknown"`
	Taken    bool         `json:"taken"`
}

func (c *cli) rosterImport() *cobra.Command {
	var f actFlags
	var yes, partial bool
	cmd := &cobra.Command{
		Use: "import ROSTER FILE", Short: c.say("当直表（.xlsx、CSV、iCalendar）を取り込む。--yes を付けるまで見せるだけ", "take a duty sheet (.xlsx, CSV, iCalendar) over; only shows it until --yes"), Args: c.args(2, 2),
		Example: "  irbot roster import primary 当直表.csv\n  irbot roster import primary 当直表.csv --yes",
		RunE: func(cmd *cobra.Command, args []string) error {
			return c.importRoster(cmd.Context(), args[0], args[1], importFlags{actFlags: f, yes: yes, partial: partial})
		},
	}
	f.add(cmd, c)
	cmd.Flags().BoolVar(&yes, "yes", false, c.say("取り込む", "take it over"))
	cmd.Flags().BoolVar(&partial, "partial", false, c.say("読めないところを除いて取り込む", "leave out what was not understood"))
	return cmd
}

type importFlags struct {
	actFlags
	yes, partial bool
}

func (c *cli) importRoster(ctx context.Context, id, path string, f importFlags) error {
	cfg, err := c.load()
	if err != nil {
		return err
	}
	var ids []string
	var r escalation.Roster
	for _, x := range cfg.Rosters {
		ids = append(ids, x.ID)
		if x.ID == id {
			r = x
		}
	}
	if r.ID == "" {
		return &problem{exit: exitNotFound, code: "roster.unknown", what: c.say("当番表 "+id+" はありません", "there is no roster "+id), why: strings.Join(ids, ", "), fix: "irbot roster show"}
	}
	data, err := os.ReadFile(path) //nolint:gosec // the user names the file
	if err != nil {
		return c.fileProblem(err)
	}
	if data, err = xlsx.DutyText(data); err != nil {
		return c.badSheet(path, err)
	}
	u, err := roster.Read(data, roster.Site{Roster: r, All: cfg.Rosters, Directory: cfg.Directory, Now: time.Now(), Zone: cfg.Site.Zone})
	if err != nil {
		return c.badSheet(path, err)
	}
	if f.yes && (len(u.Unknown) == 0 || f.partial) && len(u.Lines) > 0 {
		x := incident.ImportDuty{Roster: id, From: u.From, Until: u.Until, Shifts: u.Shifts(id), Source: filepath.Base(path)}
		return c.send(ctx, "roster.take", localapi.Request{Incident: timeline.SiteLog, Command: x.Name(), Args: arguments(x)}, f.actFlags)
	}
	return c.showSheet(cfg, id, u)
}

func (c *cli) badSheet(path string, err error) error {
	return &problem{exit: exitFailed, code: "roster.sheet", what: c.say(path+" を当直表として読めません", path+" cannot be read as a duty sheet"), why: c.whySheet(err), fix: c.say("日付と氏名の入った .xlsx、CSV か iCalendar で保存し直してください（Excel では「名前を付けて保存」→「.xlsx」か「CSV UTF-8」）", "save it as .xlsx or CSV with dates and names, or as iCalendar")}
}

func (c *cli) showSheet(cfg *config.Config, id string, u *roster.Understood) error {
	out := understood{Roster: id, Layout: u.Layout, Encoding: u.Encoding, Turns: []turnOfDuty{}, Unknown: []string{}}
	var cells [][]string
	for _, l := range u.Lines {
		out.Turns = append(out.Turns, turnOfDuty{Roster: id, From: machineTime(l.From), Until: machineTime(l.Until), People: []string{l.Person}})
		cells = append(cells, []string{l.Where, l.Text, c.personNames(cfg, []string{l.Person}), chat.Stamp(l.From, cfg.Site.Zone, c.lang), chat.Stamp(l.Until, cfg.Site.Zone, c.lang)})
	}
	for _, l := range u.Unknown {
		out.Unknown = append(out.Unknown, l.Where+" "+l.Text)
	}
	err := c.answer("roster.import", out, func() {
		c.printf("%s  %s  %s\n", id, u.Layout, u.Encoding)
		c.table([]string{c.say("場所", "cell"), c.say("表の字", "as written"), c.say("当番", "on duty"), c.say("から", "from"), c.say("まで", "until")}, cells)
		for i, x := range out.Unknown {
			c.printf("%s %s%s\n", c.paint(red, c.say("読めません", "not understood")), x, c.whyNotRead(u.Unknown[i].Why))
		}
		c.printf("%s\n", c.say("まだ取り込んでいません。よければ --yes を付けてもう一度（読めないところを除くなら --partial も）。", "Nothing was taken over yet: type it again with --yes (and --partial to leave out what was not understood)."))
	})
	if err == nil && len(u.Unknown) > 0 {
		return found(exitFound)
	}
	return err
}

// whyNotRead says what a cell of a sheet lacks.
func (c *cli) whyNotRead(why string) string {
	switch why {
	case "person":
		return c.say("（連絡先一覧にない名前）", " (no such person in the directory)")
	case "several":
		return c.say("（どちらの当番か決められない書き方。二人で入るなら「佐藤・鈴木」）", " (it may mean one or the other: write 佐藤・鈴木 where both are on duty)")
	case "twice":
		return c.say("（別のシートと人が違う。どちらも取り込まない）", " (another sheet names somebody else; neither is taken over)")
	case "sheet":
		return c.say("（このシートは当直表として読めない）", " (this sheet is no duty sheet)")
	case "date":
		return c.say("（日付が読めない）", " (date not understood)")
	case "time":
		return c.say("（時刻が書かれていない。見出しか欄外に「夜勤 18:00～翌9:00」のように書く）", " (no hours: write them in the heading or below the sheet, such as 夜勤 18:00-9:00)")
	}
	return ""
}

// whySheet says why a sheet cannot be read at all.
func (c *cli) whySheet(err error) string {
	switch {
	case errors.Is(err, roster.ErrBook):
		return c.say("読めない Excel ブックです（古い .xls、パスワード付き、または壊れたファイル）", "it is a workbook that cannot be read (an old .xls, locked with a password, or damaged)")
	case errors.Is(err, roster.ErrEmpty):
		return c.say("表が空です", "the sheet is empty")
	case errors.Is(err, roster.ErrDates):
		return c.say("日付の列も行も見つかりません。日だけの表なら、上に「2026年11月」と書いてください", "no row or column of dates was found; days without a month need a title such as 2026年11月")
	case errors.Is(err, roster.ErrLarge):
		return c.say("表が 2 MB か 5,000 行を超えています", "the sheet is larger than 2 MB or 5,000 rows")
	case errors.Is(err, roster.ErrRoster):
		return c.say("この当番の列も行もありません。見出しに当番の名前を書くか、連絡先一覧の名前を使ってください", "no column or row belongs to the roster: write its name in the heading, or use names of the directory")
	}
	return err.Error()
}

// standing gives a command about the roster.
func (c *cli) standing(cmd *cobra.Command, f *actFlags, build func(cfg *config.Config, args []string) (incident.Command, error)) *cobra.Command {
	f.add(cmd, c)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		cfg, err := c.load()
		if err != nil {
			return err
		}
		x, err := build(cfg, args)
		if err != nil {
			return err
		}
		return c.send(cmd.Context(), schemaOf(cmd), localapi.Request{Incident: timeline.SiteLog, Command: x.Name(), Args: arguments(x)}, *f)
	}
	return cmd
}

func (c *cli) rosterPut() *cobra.Command {
	var f actFlags
	var x incident.PutDuty
	var from, until string
	cmd := &cobra.Command{
		Use: "put ROSTER PERSON", Short: c.say("当番に入れる（本人でなければ同意を求める）", "put somebody on duty (asks that person to agree)"), Args: c.args(2, 2),
		Example: "  irbot roster put primary tanaka --from \"11/23 1800\" --until \"11/24 0900\" --agreed 電話",
	}
	cmd.Flags().StringVar(&from, "from", "", c.say("始まり（11/23 1800）", "begin (11/23 1800)"))
	cmd.Flags().StringVar(&until, "until", "", c.say("終わり", "end"))
	cmd.Flags().StringVar(&x.Reason, "reason", "", c.say("理由", "why"))
	cmd.Flags().StringVar(&x.Agreed, "agreed", "", c.say("本人に確かめた方法（電話など）", "how the person agreed, e.g. by phone"))
	return c.standing(cmd, &f, func(cfg *config.Config, args []string) (incident.Command, error) {
		x.Roster, x.Person = args[0], args[1]
		var err error
		if x.From, err = chat.ParseDeadline(from, time.Now(), cfg.Site.Zone); err == nil {
			x.Until, err = chat.ParseDeadline(until, x.From, cfg.Site.Zone)
		}
		if err != nil {
			return nil, c.badAhead("--from \"11/23 1800\" --until \"11/24 0900\"", from, until)
		}
		return x, nil
	})
}

func (c *cli) rosterSwap() *cobra.Command {
	var f actFlags
	var x incident.SwapDuty
	var mine, theirs string
	cmd := &cobra.Command{
		Use: "swap ROSTER", Aliases: []string{"入替"}, Short: c.say("二つの当番を入れ替える（相手に同意を求める）", "swap two duties (asks the other person to agree)"), Args: c.args(1, 1),
		Example: "  irbot roster swap primary --mine \"11/23 1800\" --theirs \"11/25 1800\" --reason 通院",
	}
	cmd.Flags().StringVar(&mine, "mine", "", c.say("自分の当番の中の時刻（11/23 1800）", "a moment of your duty (11/23 1800)"))
	cmd.Flags().StringVar(&theirs, "theirs", "", c.say("相手の当番の中の時刻", "a moment of the other duty"))
	cmd.Flags().StringVar(&x.Reason, "reason", "", c.say("理由", "why"))
	cmd.Flags().StringVar(&x.Agreed, "agreed", "", c.say("本人に確かめた方法（電話など）", "how the person agreed, e.g. by phone"))
	return c.standing(cmd, &f, func(cfg *config.Config, args []string) (incident.Command, error) {
		x.Roster = args[0]
		var err error
		if x.Mine, err = chat.ParseDeadline(mine, time.Now(), cfg.Site.Zone); err == nil {
			x.Theirs, err = chat.ParseDeadline(theirs, time.Now(), cfg.Site.Zone)
		}
		if err != nil {
			return nil, c.badAhead("--mine \"11/23 1800\" --theirs \"11/25 1800\"", mine, theirs)
		}
		return x, nil
	})
}

// rosterAnswer are the commands that only name a change or a hand-over.
func (c *cli) rosterAnswer(name string) *cobra.Command {
	var f actFlags
	var reason string
	short := map[string]string{
		"agree": c.say("交代に同意する", "agree to a change"), "refuse": c.say("交代を辞退する", "decline a change"),
		"cancel": c.say("交代を取り消す（理由が要る）", "take a change back (with a reason)"), "accept": c.say("引き継がれた当番を受ける", "accept the duty handed over"),
	}
	cmd := &cobra.Command{Use: name + " ID", Short: short[name], Args: c.args(1, 1), Example: "  irbot roster " + name + " o1"}
	cmd.Flags().StringVar(&reason, "reason", "", c.say("理由", "why"))
	return c.standing(cmd, &f, func(_ *config.Config, args []string) (incident.Command, error) {
		switch name {
		case "agree", "refuse":
			return incident.AgreeDuty{ID: args[0], No: name == "refuse", Reason: reason}, nil
		case "cancel":
			return incident.CancelDuty{ID: args[0], Reason: reason}, nil
		}
		return incident.AcceptDuty{ID: args[0]}, nil
	})
}

func (c *cli) rosterOffer() *cobra.Command {
	var f actFlags
	var x incident.OfferDuty
	cmd := &cobra.Command{
		Use: "offer ROSTER PERSON", Aliases: []string{"引継ぎ"}, Short: c.say("当番を引き継ぐと申し出る", "offer the duty to the next person"), Args: c.args(2, 2),
		Example: "  irbot roster offer primary tanaka --words \"IR-12 のゲート復旧を待っている\"",
	}
	cmd.Flags().StringVar(&x.Words, "words", "", c.say("引継ぎの言葉", "what to know"))
	return c.standing(cmd, &f, func(_ *config.Config, args []string) (incident.Command, error) {
		x.Roster, x.To = args[0], args[1]
		return x, nil
	})
}
