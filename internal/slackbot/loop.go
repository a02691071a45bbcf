package slackbot

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"
)

// stopWithin is how long answers under way may take at the end.
const stopWithin = 3 * time.Second

// wallOr is the clock everything here goes by.
func wallOr(wall func() time.Time) func() time.Time {
	if wall == nil {
		return time.Now
	}
	return wall
}

// Run works until the context ends. It returns an error only where the address
// for signed HTTP cannot be had: an absent Slack is a state, not an end.
func (b *Bot) Run(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	ended := b.loops(ctx)
	var err error
	if b.o.AppToken != "" {
		b.sockets(ctx)
	} else {
		err = b.serve(ctx)
	}
	cancel()
	ended()
	b.finish()
	return err
}

// loops starts what runs whatever way Slack is reached; the answer waits for
// its end.
func (b *Bot) loops(ctx context.Context) (ended func()) {
	done := make(chan struct{}, 2)
	go func() { b.sync.run(ctx); done <- struct{}{} }()
	go func() { b.state.watch(ctx); done <- struct{}{} }()
	b.sync.all()
	return func() {
		for range 2 {
			<-done
		}
	}
}

// finish waits a little for what goes on after an answer.
func (b *Bot) finish() {
	all := make(chan struct{})
	go func() {
		b.work.Wait()
		close(all)
	}()
	select {
	case <-all:
	case <-time.After(stopWithin):
	}
}

// serve listens for signed HTTP.
func (b *Bot) serve(ctx context.Context) error {
	var lc net.ListenConfig
	l, err := lc.Listen(ctx, "tcp", b.o.Listen)
	if err != nil {
		return fmt.Errorf("listen for Slack on %s: %w", b.o.Listen, err)
	}
	srv := &http.Server{Handler: b.Handler(), ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 10 * time.Second, WriteTimeout: 30 * time.Second, IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 64 << 10}
	b.state.listen(1)
	ended := make(chan error, 1)
	go func() { ended <- srv.Serve(l) }()
	select {
	case err = <-ended:
	case <-ctx.Done():
		stop, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopWithin)
		defer cancel()
		if srv.Shutdown(stop) != nil {
			_ = srv.Close()
		}
		err = <-ended
	}
	b.state.listen(-1)
	if errors.Is(err, http.ErrServerClosed) {
		return nil
	}
	return fmt.Errorf("serve Slack on %s: %w", b.o.Listen, err)
}
