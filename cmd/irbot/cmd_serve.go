package main

import (
	"context"
	"net"
	"time"

	"github.com/spf13/cobra"

	"irbot/internal/chat"
	"irbot/internal/localapi"
)

func (c *cli) serveCommand() *cobra.Command {
	var noOpen bool
	cmd := &cobra.Command{
		Use: "serve", Short: c.say("動かす（コンソール、あればSlackも）", "run it (console, and Slack if configured)"), Args: c.args(0, 0),
		Example: "  irbot serve\n  irbot serve --config /srv/irbot/config.yaml --no-open",
		RunE:    func(cmd *cobra.Command, _ []string) error { return c.serve(cmd.Context(), noOpen) },
	}
	cmd.Flags().BoolVar(&noOpen, "no-open", false, c.say("ブラウザーを開かない", "do not open a browser"))
	return cmd
}

// firstLink is how long the link for the first console user works.
const firstLink = 24 * time.Hour

// serve runs until it is told to stop.
func (c *cli) serve(ctx context.Context, noOpen bool) error {
	cfg, err := c.loadWhole()
	if err != nil {
		return err
	}
	c.warn(cfg)
	n, err := c.assemble(ctx, cfg, mode{what: "irbot serve"})
	if err != nil {
		return err
	}
	defer n.shut()
	l, err := listen(ctx, cfg.Console.Listen)
	if err != nil {
		return c.portProblem(cfg.Console.Listen, err)
	}
	n.reachedAt(l)
	if err := n.console(l, nil); err != nil {
		return err
	}
	if err := n.slack(ctx); err != nil {
		return err
	}
	if err := n.alertsIn(ctx); err != nil {
		return err
	}
	if err := n.reportsIn(ctx); err != nil {
		return err
	}
	if err := n.start(ctx); err != nil {
		return err
	}
	if err := n.serveLocal(ctx, n.cfg.URL()); err != nil {
		return err
	}
	url, err := c.greet(context.WithoutCancel(ctx), n) // people reach it already: from here on an early SIGTERM is an orderly end
	if err != nil {
		return err
	}
	if !noOpen {
		c.browse(url)
	}
	<-ctx.Done()
	c.note("%s\n", c.say("止めています…", "stopping…"))
	return nil
}

// reachedAt learns the console's address where the configuration leaves the
// number to the system (port 0).
func (n *node) reachedAt(l net.Listener) {
	if _, port, err := net.SplitHostPort(n.cfg.Console.Listen); err != nil || port != "0" || n.cfg.Console.PublicURL != "" {
		return
	}
	scheme := "http"
	if n.cfg.Console.TLSCert != "" {
		scheme = "https"
	}
	n.cfg.Console.PublicURL = scheme + "://" + l.Addr().String()
	n.url = n.cfg.URL()
}

// start starts the loops, and what only looks.
func (n *node) start(ctx context.Context) error {
	if err := n.app.start(ctx); err != nil {
		return err
	}
	loops, cancel := context.WithCancel(context.WithoutCancel(ctx))
	n.servers = append(n.servers, func() error {
		cancel()
		return nil
	})
	n.run(loops, "box of drills", n.rebox)
	n.run(loops, "verification", n.verify)
	n.run(loops, "auditor", n.auditor.Run)
	n.run(loops, "record that cannot be written", n.followRecord)
	n.run(loops, "anchors", n.keeper.Run)
	n.run(loops, "anchors compared", n.watch.Run)
	n.run(loops, "directory read again", n.book.follow)
	if n.beats != nil {
		n.run(loops, "silent sources", n.beats.Run)
	}
	if n.copies != nil {
		n.run(loops, "backups", n.copies.Run)
	}
	return nil
}

// shut ends a node and says what did not end well.
func (n *node) shut() {
	if err := n.close(); err != nil {
		n.log.Error("stop", "err", err)
	}
}

// serveLocal answers the command line on the socket in the data folder. open is
// the address that lets a browser in.
func (n *node) serveLocal(ctx context.Context, open string) error {
	l, err := localapi.Listen(ctx, n.cfg.Data)
	if err != nil {
		return err
	}
	api := &localapi.Server{
		Service: n.svc, Operator: operator(n.cfg), Log: n.log, Stuck: n.stuck, Calls: n.calls(),
		Info: func() any { return n.info(open) },
	}
	n.serveHTTP("local socket", l, api.Handler())
	return nil
}

// running is what a running irbot tells the command line.
type running struct {
	Version string     `json:"version"`
	Console string     `json:"console"`
	Site    string     `json:"site"`
	Demo    bool       `json:"demo"`
	Paused  bool       `json:"paused"`
	Check   checkState `json:"check"`
	Banners []string   `json:"banners"`
	English []string   `json:"banners_en"`
	Lag     float64    `json:"alarm_lag_seconds"`
	Outbox  int        `json:"outbox_unrecorded"`
	Means   []meansUp  `json:"means"`
}

type meansUp struct {
	Means string    `json:"means"`
	Reach string    `json:"reach"`
	Since time.Time `json:"since,omitzero"`
	Error string    `json:"error,omitempty"`
}

func (n *node) info(open string) running {
	st := n.out.Stats()
	r := running{
		Version: version, Console: open, Site: n.cfg.Site.ID, Demo: n.svc.Site().Demo, Paused: n.paused.Load(), Check: n.check.get(),
		Banners: n.banners(chat.JA), English: n.banners(chat.EN), Lag: n.runner.Lag().Seconds(), Outbox: st.Unrecorded,
	}
	for _, m := range st.Means {
		r.Means = append(r.Means, meansUp{Means: string(m.Means), Reach: string(m.Reach), Since: m.Since, Error: m.LastErr})
	}
	return r
}

// greet says where the console is. Where nobody can sign in yet it prints a
// one-time link for the operator, at every start until an account is there.
func (c *cli) greet(ctx context.Context, n *node) (string, error) {
	accounts, err := n.store.ListAccounts(ctx)
	if err != nil {
		return "", err
	}
	c.printf("irbot %s  %s\n\n", version, n.cfg.Site.Name)
	url := n.cfg.URL() + "/"
	c.printf("  %s  %s\n", c.say("コンソール", "Console   "), url)
	c.printf("  %s  %s\n", c.say("保存先    ", "Data      "), n.cfg.Data)
	c.printf("  %s  %s\n", c.say("Slack     ", "Slack     "), n.slackWord(c))
	if len(accounts) == 0 {
		who := operator(n.cfg)
		link, err := n.linkFor(ctx, who, firstLink)
		if err != nil {
			return "", err
		}
		p, _ := n.cfg.Directory.Person(who)
		c.printf("\n%s\n  %s\n", c.say("まだ誰もサインインできません。"+p.Name+"さんとして一度だけ入れるリンクです（24時間）",
			"Nobody can sign in yet. This link lets in "+p.NameEN+" once, within 24 hours"), link)
		c.printf("  %s  irbot user add %s\n", c.say("利用者を作る", "Make an account"), who)
		url = link
	}
	for _, b := range n.banners(c.lang) {
		c.printf("\n[%s] %s\n", c.say("注意", "note"), b)
	}
	c.printf("\n%s  Ctrl+C    %s  irbot doctor\n", c.say("止める", "Stop"), c.say("点検", "Check"))
	return url, nil
}

// stuck counts messages of an incident that were tried in vain, or whose means
// cannot be reached: for those the command line says that delivery is pending.
func (n *node) stuck(incidentID string) int {
	st, err := n.store.State(context.Background(), incidentID)
	if err != nil {
		return 0
	}
	down := map[string]bool{}
	for _, m := range n.out.Stats().Means {
		if m.Reach == "down" {
			down[string(m.Means)] = true
		}
	}
	count := 0
	for _, r := range st.Outbox() {
		m := st.Message(r.ID)
		if n.paused.Load() || down[r.Means] || m != nil && m.Try > 0 && m.State == "queued" {
			count++
		}
	}
	return count
}
