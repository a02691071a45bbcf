package main

import (
	"context"
	"time"

	"github.com/spf13/cobra"

	"irbot/internal/chat"
	"irbot/internal/config"
	"irbot/internal/incident"
	"irbot/internal/paper"
	"irbot/internal/runbook"
	"irbot/internal/sqlite"
)

// listed is one row of `irbot incident list --json`.
type listed struct {
	ID       string `json:"id"`
	Drill    bool   `json:"drill"`
	Status   string `json:"status"`
	Severity int    `json:"severity"`
	Title    string `json:"title"`
	Entries  int64  `json:"entries"`
	Declared string `json:"declared_at,omitempty"`
	Next     string `json:"next_deadline,omitempty"`
}

func (c *cli) listCommand() *cobra.Command {
	var all bool
	cmd := &cobra.Command{
		Use: "list", Aliases: []string{"一覧"}, Short: c.say("案件の一覧", "list incidents"), Args: c.args(0, 0),
		Example: "  irbot incident list\n  irbot incident list --all --json",
		RunE:    func(cmd *cobra.Command, _ []string) error { return c.list(cmd.Context(), all) },
	}
	cmd.Flags().BoolVar(&all, "all", false, c.say("終結した案件も", "closed ones too"))
	return cmd
}

func (c *cli) list(ctx context.Context, all bool) error {
	v, cfg, err := c.view(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = v.Close() }()
	rows, err := v.List(ctx, sqlite.Filter{Live: !all})
	if err != nil {
		return err
	}
	out, cells := []listed{}, [][]string{}
	for _, r := range rows {
		st, err := v.State(ctx, r.ID)
		if err != nil {
			return err
		}
		texts, err := v.Texts(ctx, r.ID, []int64{st.TitleSeq})
		if err != nil {
			return err
		}
		title := texts[st.TitleSeq]["title"]
		out = append(out, listed{ID: r.ID, Drill: r.Drill, Status: string(r.Status), Severity: r.Severity, Title: title, Entries: r.Seq, Declared: machineTime(r.Declared), Next: machineTime(r.Next)})
		mark := c.say("実事案", "LIVE")
		if r.Drill {
			mark = c.say("訓練", "DRILL")
		}
		next := ""
		if !r.Next.IsZero() {
			next = chat.Stamp(r.Next, cfg.Site.Zone, c.lang)
		}
		cells = append(cells, []string{r.ID, mark, c.words.Or(c.lang, "status."+string(r.Status), string(r.Status)), title, next})
	}
	return c.answer("incident.list", out, func() {
		if len(cells) == 0 {
			c.printf("%s\n", c.words.T(c.lang, "empty.board"))
			return
		}
		c.table([]string{"ID", c.say("区分", "kind"), c.say("状態", "state"), c.say("題名", "title"), c.say("次の期限", "next")}, cells)
	})
}

func machineTime(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format("2006-01-02T15:04:05.000000Z")
}

// shownStep is one step of `irbot incident show --json`.
type shownStep struct {
	N      int      `json:"n"`
	Ref    string   `json:"ref"`
	Title  string   `json:"title"`
	State  string   `json:"state"`
	Now    bool     `json:"current"`
	Holder string   `json:"holder,omitempty"`
	Owners []string `json:"owners"`
	Due    string   `json:"due,omitempty"`
	Value  string   `json:"value,omitempty"`
}

// shownCaution is a standing caution in force.
type shownCaution struct {
	N    int    `json:"n"`
	Text string `json:"text"`
}

type shown struct {
	listed
	Roles map[string]string `json:"roles"`
	Steps []shownStep       `json:"steps"`
	// Cautions are the standing cautions in force.
	Cautions []shownCaution `json:"cautions"`
	// Reached is how the messages to people and addressees fare.
	Reached []shownMessage `json:"reached"`
}

func (c *cli) showCommand() *cobra.Command {
	var step string
	cmd := &cobra.Command{
		Use: "show [ID]", Aliases: []string{"状況", "手順"}, Short: c.say("案件の手順と状況", "an incident's steps and state"), Args: c.args(0, 1),
		Example: "  irbot incident show\n  irbot incident show IR-12 --step 4\n  irbot incident show IR-12 --json",
		RunE: func(cmd *cobra.Command, args []string) error {
			id, err := c.only(cmd.Context(), args)
			if err != nil {
				return err
			}
			return c.show(cmd.Context(), id, step)
		},
	}
	cmd.Flags().StringVar(&step, "step", "", c.say("この手順のことをすべて見る", "show all there is about this step"))
	return cmd
}

// reading puts a read-only service on the record: views without a server.
func (c *cli) reading(ctx context.Context) (*incident.Service, *sqlite.View, *config.Config, error) {
	v, cfg, err := c.view(ctx)
	if err != nil {
		return nil, nil, nil, err
	}
	return incident.NewService(c.partsFor(cfg, v, nil)), v, cfg, nil
}

// opened is an incident as it stands, read without a server for one answer.
type opened struct {
	svc  *incident.Service
	view *incident.View
	cfg  *config.Config
	shut func()
}

// open reads an incident. The caller calls shut at the end.
func (c *cli) open(ctx context.Context, id string) (opened, error) {
	svc, rv, cfg, err := c.reading(ctx)
	if err != nil {
		return opened{}, err
	}
	v, err := svc.View(ctx, id)
	if err != nil {
		_ = rv.Close()
		return opened{}, err
	}
	return opened{svc: svc, view: v, cfg: cfg, shut: func() { _ = rv.Close() }}, nil
}

// partsFor are the parts of a service that reads a record without a server; log
// may be nil.
func (c *cli) partsFor(cfg *config.Config, v *sqlite.View, log incident.Log) incident.Parts {
	return incident.Parts{
		Log: log, Reader: v, Blob: v.Blob, Render: paper.Render, Site: siteOf(cfg, lazyShelf(cfg), nil),
		Read: func(file string, data []byte) (*runbook.Runbook, error) {
			return runbook.Read(file, data, readOptions(cfg))
		},
	}
}

func (c *cli) show(ctx context.Context, id, step string) error {
	at, err := c.open(ctx, id)
	if err != nil {
		return err
	}
	defer at.shut()
	v := at.view
	if step != "" {
		return c.showStep(v, step)
	}
	out := shown{Roles: map[string]string{}, Steps: []shownStep{}, Cautions: []shownCaution{}, Reached: reachedIn(v)}
	out.listed = listed{ID: id, Drill: v.S.Drill, Status: string(v.S.Status), Severity: v.S.Severity, Title: v.Title(), Entries: v.S.Seq, Declared: machineTime(v.S.Times.Declared)}
	for role, h := range v.S.Roles {
		out.Roles[role] = h.Person
	}
	for _, k := range v.S.Cautions {
		if k.Lifted.IsZero() {
			out.Cautions = append(out.Cautions, shownCaution{N: k.N, Text: chat.OneLine(v.Text(k.Seq)["text"])})
		}
	}
	now := map[string]bool{}
	for _, st := range v.S.Currents() {
		now[st.Ref] = true
	}
	for _, r := range v.S.Runs {
		for _, st := range r.Steps {
			out.Steps = append(out.Steps, c.shownStep(v, st, now[st.Ref]))
		}
	}
	return c.answer("incident.show", out, func() {
		key := "inc.head.real"
		if v.S.Drill {
			key = "inc.head.drill"
		}
		c.printf("%s\n", c.words.T(c.lang, key, "incident", id, "title", v.Title()))
		for _, k := range out.Cautions {
			c.printf("%s %d  %s\n", c.words.T(c.lang, "inc.cautions"), k.N, k.Text)
		}
		c.saySteps(v, now)
		c.sayReached(v, out.Reached)
		c.sayPhases(v)
	})
}

// sayPhases lists what the runbooks say of their phases as a whole and nobody
// has done yet, with the command that does it.
func (c *cli) sayPhases(v *incident.View) {
	draw := chat.Drawer{Words: c.words, Lang: c.lang}
	var cells [][]string
	for _, r := range v.S.Runs {
		actions := draw.PhaseActions(v, r.ID, 0)
		for i := range r.Phases {
			actions = append(actions, draw.PhaseActions(v, r.ID, r.Phases[i].No)...)
		}
		for _, a := range actions {
			if at, typed := typedCommand(a); typed != "" {
				cells = append(cells, []string{at, a.Label, typed})
			}
		}
	}
	if len(cells) > 0 {
		c.printf("\n")
		c.table([]string{c.say("段階", "phase"), c.say("できること", "can be done"), c.say("命令", "command")}, cells)
	}
}
