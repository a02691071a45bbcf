package main

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"irbot/internal/config"
	"irbot/internal/localapi"
	"irbot/internal/notify"
	"irbot/internal/notify/email"
	"irbot/internal/runbook"
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

// serve runs until it is told to stop.
func (c *cli) serve(ctx context.Context, noOpen bool) error {
	cfg, err := c.load()
	if err != nil {
		return err
	}
	log := slog.New(slog.NewTextHandler(c.err, &slog.HandlerOptions{Level: slog.LevelWarn}))
	books := loadShelf(cfg)
	for _, err := range books.bad {
		log.Warn("runbook left out", "err", err)
	}
	ways, err := senders(cfg)
	if err != nil {
		return err
	}
	site := siteOf(cfg, books, nil)
	site.Carried = carried(ways)
	a, err := open(ctx, parts{
		dir: cfg.Data, what: "irbot serve", site: site,
		read: func(file string, data []byte) (*runbook.Runbook, error) {
			return runbook.Read(file, data, readOptions(cfg))
		},
		senders: ways, words: c.words, url: cfg.URL(), log: log, wall: time.Now,
	})
	if err != nil {
		return err
	}
	defer func() {
		if err := a.close(); err != nil {
			log.Error("stop", "err", err)
		}
	}()
	if err := a.start(ctx); err != nil {
		return err
	}
	if err := a.serveLocal(ctx, cfg); err != nil {
		return err
	}
	c.note("irbot %s  %s\n", version, cfg.Data)
	<-ctx.Done()
	return nil
}

// serveLocal answers the command line on the socket in the data folder.
func (a *app) serveLocal(ctx context.Context, cfg *config.Config) error {
	l, err := localapi.Listen(ctx, cfg.Data)
	if err != nil {
		return err
	}
	api := &localapi.Server{Service: a.svc, Operator: operator(cfg), Log: a.log, Info: func() any {
		return map[string]any{"version": version, "console": cfg.URL(), "site": cfg.Site.ID}
	}}
	a.serveHTTP("local socket", l, api.Handler())
	return nil
}

// serveHTTP runs an HTTP server until close.
func (a *app) serveHTTP(name string, l net.Listener, h http.Handler) {
	srv := &http.Server{Handler: h, ReadHeaderTimeout: 10 * time.Second, ReadTimeout: time.Minute, IdleTimeout: 2 * time.Minute}
	a.closers = append(a.closers, func() error {
		ctx, cancel := context.WithTimeout(context.Background(), 3*time.Second)
		defer cancel()
		if err := srv.Shutdown(ctx); err != nil {
			return srv.Close()
		}
		return nil
	})
	a.loops.Go(func() {
		if err := srv.Serve(l); err != nil && !errors.Is(err, http.ErrServerClosed) {
			a.log.Error("server ended", "server", name, "err", err)
		}
	})
}

// operator is the person the command line acts as: the first one who may
// configure.
func operator(cfg *config.Config) string {
	for _, role := range []string{"admin", "lead"} {
		if ids := cfg.Directory.HolderIDs(role); len(ids) > 0 {
			return ids[0]
		}
	}
	if len(cfg.Directory.People) > 0 {
		return cfg.Directory.People[0].ID
	}
	return "operator"
}

// senders builds the ways out that are configured.
func senders(cfg *config.Config) (map[notify.Means]notify.Sender, error) {
	out := map[notify.Means]notify.Sender{}
	if m := cfg.Mail; m.Host != "" {
		s, err := email.New(email.Config{
			Host: m.Host, Port: m.Port, TLS: email.TLSPolicy(m.TLS), Username: m.User, Password: notify.Secret(m.Password.Reveal()),
			From: m.From, FromName: m.FromName, ReplyTo: m.ReplyTo, Fallback: m.Fallback, Timeout: m.Timeout,
		})
		if err != nil {
			return nil, err
		}
		out[notify.Mail] = s
	}
	return out, nil
}

// carried lists the means that have a sender, for the rules.
func carried(senders map[notify.Means]notify.Sender) []string {
	out := []string{}
	for m := range senders {
		out = append(out, string(m))
	}
	slices.Sort(out)
	return out
}
