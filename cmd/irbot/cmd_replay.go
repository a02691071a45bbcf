package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"irbot/internal/chat"
	"irbot/internal/drill"
	"irbot/internal/export"
	"irbot/internal/incident"
	"irbot/internal/notify"
	"irbot/internal/notify/demobox"
	"irbot/internal/runbook"
	"irbot/internal/timeline"
)

// simulated is a clock that stands until it is turned.
type simulated struct {
	mu  sync.Mutex
	now time.Time
}

func (s *simulated) wall() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.now
}

func (s *simulated) set(t time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.now = t.UTC()
}

// replayDone is what a replay came to.
type replayDone struct {
	Incident string       `json:"incident"`
	Entries  int64        `json:"entries"`
	Head     string       `json:"head"`
	Holds    bool         `json:"holds"`
	Sent     int          `json:"messages_in_the_box"`
	Slips    int          `json:"estimates_not_kept"`
	Passed   []string     `json:"clocks_passed"`
	Spans    []replaySpan `json:"spans"`
	Data     string       `json:"data,omitempty"`
	Pack     string       `json:"pack,omitempty"`
}

type replaySpan struct {
	What    string `json:"what"`
	At      string `json:"at"`
	AfterS  int64  `json:"after_s"`
	Reached bool   `json:"reached"`
}

// replayOptions are the flags of drill replay.
type replayOptions struct {
	data, out string
	all       bool
}

func (c *cli) drillReplay() *cobra.Command {
	var o replayOptions
	cmd := &cobra.Command{
		Use: "replay [FILE]", Aliases: []string{"再演"}, Args: c.args(0, 1),
		Short:   c.say("過去の事案を、本物のプログラムと記録で、模擬の時刻でたどる", "play a past incident through the real program and record, in simulated time"),
		Example: "  irbot drill replay\n  irbot drill replay nagoya-2023.json --data nagoya --out nagoya.zip\n  irbot verify nagoya.zip",
		RunE: func(cmd *cobra.Command, args []string) error {
			r, err := c.replayOf(args)
			if err != nil {
				return err
			}
			r.Lang = string(c.lang)
			return c.replay(cmd.Context(), r, o)
		},
	}
	cmd.Flags().StringVar(&o.data, "data", "", c.say("記録を残すフォルダ（空か、まだないもの）。指定しなければ残しません", "folder that keeps the record (empty or new); without it nothing is kept"))
	cmd.Flags().StringVar(&o.out, "out", "", c.say("証拠一式（zip）の書き出し先", "where to write the evidence pack (zip)"))
	cmd.Flags().BoolVar(&o.all, "all", false, c.say("送信の試みなども表示", "show attempts to send and the like too"))
	return cmd
}

// replayOf reads the named file, or the shipped replay.
func (c *cli) replayOf(args []string) (*drill.Replay, error) {
	if len(args) == 0 {
		return drill.LoadReplay("nagoya-2023")
	}
	data, err := os.ReadFile(args[0])
	if err != nil {
		return nil, c.fileProblem(err)
	}
	r, err := drill.ReadReplay(filepath.Base(args[0]), data)
	if errors.Is(err, drill.ErrReplay) {
		return nil, &problem{exit: exitUsage, code: "replay.bad", what: c.say(args[0]+" を再演として読めません", args[0]+" cannot be played"), why: err.Error(),
			fix: c.say("時刻順のJSONの一覧にし、各項目に at（RFC 3339）, actor, event, event_ja, source を書いてください", "make it a JSON list in the order of time, with at (RFC 3339), actor, event, event_ja and source")}
	}
	return r, err
}

func (c *cli) replay(ctx context.Context, r *drill.Replay, o replayOptions) (err error) {
	dir, keep := o.data, o.data != ""
	if !keep {
		if dir, err = os.MkdirTemp("", "irbot-replay-"); err != nil {
			return fmt.Errorf("make folder: %w", err)
		}
		defer func() { _ = os.RemoveAll(dir) }()
	} else if list, err := os.ReadDir(dir); err == nil && len(list) > 0 {
		return &problem{exit: exitUsage, code: "replay.folder", what: c.say(dir+" は空ではありません", dir+" is not empty"),
			why: c.say("再演の記録は、ほかの記録と混ぜません", "the record of a replay is never mixed with another"), fix: "irbot drill replay --data " + dir + "-2"}
	}
	a, clock, box, err := c.stage(ctx, r, dir)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.close()) }()
	id, err := r.Play(ctx, a.stage(clock, box))
	if err != nil {
		return err
	}
	done, pack, err := c.replayed(ctx, a, r, id)
	if err != nil {
		return err
	}
	done.Sent = len(box.Kept())
	if keep {
		done.Data = dir
	}
	if o.out != "" {
		if err := writeNew(o.out, pack, 0o600); err != nil {
			return c.fileProblem(err)
		}
		done.Pack = o.out
	}
	if err := c.showReplay(ctx, a, r, done, o.all); err != nil {
		return err
	}
	if !done.Holds {
		return found(exitFound)
	}
	return nil
}

// stage opens the real store and service on a simulated clock. The loops do not
// run: the replay rings and carries by itself, moment by moment.
func (c *cli) stage(ctx context.Context, r *drill.Replay, dir string) (*app, *simulated, *demobox.Box, error) {
	zone, err := time.LoadLocation("Asia/Tokyo")
	if err != nil {
		return nil, nil, nil, fmt.Errorf("load zone: %w", err)
	}
	clock := &simulated{}
	clock.set(r.Events[0].At)
	box := demobox.New(nil)
	site := r.Site(zone)
	site.Carried = []string{string(notify.Mail), string(notify.Drill)}
	a, err := open(ctx, parts{
		dir: dir, what: "irbot drill replay", site: site, senders: box.Senders(notify.Mail, notify.Drill), words: c.words, log: c.logger(), wall: clock.wall,
		read: func(file string, data []byte) (*runbook.Runbook, error) {
			return runbook.Read(file, data, runbook.Options{Zone: zone})
		},
	})
	return a, clock, box, err
}

// stage lets a replay play on this app.
func (a *app) stage(clock *simulated, box *demobox.Box) drill.Stage {
	return drill.Stage{
		Service: a.svc, Set: clock.set,
		Ring: func(ctx context.Context, now time.Time) error {
			due, err := a.store.DueTimers(ctx, now, 0)
			for _, t := range due {
				err = errors.Join(err, a.svc.Fire(ctx, t))
			}
			return err
		},
		Carry: func(ctx context.Context, now time.Time) error { return a.carryAll(ctx, box, now) },
	}
}

// carryAll sends everything that is due into the box, until nothing is left.
func (a *app) carryAll(ctx context.Context, box *demobox.Box, now time.Time) error {
	for {
		batch, err := a.claim(ctx, now, 100)
		if err != nil || len(batch) == 0 {
			return err
		}
		for _, e := range batch {
			out := notify.Outcome{At: now}
			if out.Receipt, err = box.Send(ctx, e); err != nil {
				out.Class, out.Err = notify.Temporary, err.Error()
			}
			if err := a.svc.Settle(ctx, e, out); err != nil {
				return err
			}
		}
	}
}

// replayed exports the record of a replay and checks the pack as a stranger would.
func (c *cli) replayed(ctx context.Context, a *app, r *drill.Replay, id string) (replayDone, []byte, error) {
	src, err := source(a.store, a.store.Head, a.svc, c.words, a.dir)
	if err != nil {
		return replayDone{}, nil, err
	}
	st, err := a.store.State(ctx, id)
	if err != nil {
		return replayDone{}, nil, err
	}
	if err := a.notary.At(ctx, st.ID, st.Seq); err != nil {
		return replayDone{}, nil, err
	}
	var pack bytes.Buffer
	if _, err := src.Write(ctx, &pack, "zip", export.Options{Incident: id, Lang: string(c.lang), TLP: "GREEN"}); err != nil {
		return replayDone{}, nil, fmt.Errorf("export replay: %w", err)
	}
	rep, err := timeline.VerifyFile(bytes.NewReader(pack.Bytes()), int64(pack.Len()), timeline.VerifyOptions{})
	if err != nil {
		return replayDone{}, nil, fmt.Errorf("verify replay: %w", err)
	}
	done := replayDone{Incident: id, Entries: rep.Count, Head: rep.Head, Holds: rep.Holds(), Slips: st.Continuity.Slips(), Passed: []string{}}
	for _, d := range st.Duties {
		if d.Passed {
			done.Passed = append(done.Passed, d.ID)
		}
	}
	for _, x := range r.Spans(st) {
		s := replaySpan{What: c.say(x.JA, x.EN), Reached: x.Done}
		if x.Done {
			s.At, s.AfterS = machineTime(x.At), int64(x.After/time.Second)
		}
		done.Spans = append(done.Spans, s)
	}
	return done, pack.Bytes(), nil
}

// showReplay prints the timeline and what it comes to.
func (c *cli) showReplay(ctx context.Context, a *app, r *drill.Replay, done replayDone, all bool) error {
	v, entries, err := a.svc.ViewAt(ctx, done.Incident, 0)
	if err != nil {
		return err
	}
	return c.answer("drill.replay", done, func() {
		passed := c.passed(v, done.Passed)
		c.printf("%s\n\n", c.say("【訓練】再演: "+r.Title, "[DRILL] replay: "+r.TitleEN))
		c.table([]string{"No", c.say("時刻", "time"), c.say("だれ", "who"), c.say("内容", "content")}, c.replayRows(v, entries, all))
		c.printf("\n")
		for _, s := range done.Spans {
			line := c.say("まだ", "not reached")
			if s.Reached {
				line = fmt.Sprintf("+%02d:%02d", s.AfterS/3600, s.AfterS/60%60)
			}
			c.printf("  %s  %s\n", line, s.What)
		}
		for _, e := range (chat.Drawer{Words: c.words, Lang: c.lang}).ETAs(v) {
			c.printf("  %s\n", e.Line())
		}
		c.printf("%s\n", c.say(fmt.Sprintf("  守れなかった見込み %d回  過ぎた期限 %s", done.Slips, passed),
			fmt.Sprintf("  estimates not kept: %d; clocks passed: %s", done.Slips, passed)))
		verdict := c.say("検証: 正しい", "verified: holds")
		if !done.Holds {
			verdict = c.say("検証: 正しくない", "verified: does not hold")
		}
		c.printf("%s\n", c.say(fmt.Sprintf("  記録 %d件  訓練用の受け皿に %d通  %s", done.Entries, done.Sent, verdict), fmt.Sprintf("  %d entries, %d messages in the drill box, %s", done.Entries, done.Sent, verdict)))
	})
}

// passed are the names of the clocks that ran out.
func (c *cli) passed(v *incident.View, ids []string) string {
	var names []string
	for _, row := range (chat.Drawer{Words: c.words, Lang: c.lang}).Clocks(v) {
		if slices.Contains(ids, row.Duty) {
			names = append(names, row.Name)
		}
	}
	return strings.Join(names, c.say("、", ", "))
}

func (c *cli) replayRows(v *incident.View, entries []timeline.Entry, all bool) [][]string {
	var cells [][]string
	for _, row := range (chat.Drawer{Words: c.words, Lang: c.lang}).Rows(v, entries) {
		if row.Minor && !all {
			continue
		}
		who := row.From
		if row.To != "" {
			who += ">" + row.To
		}
		cells = append(cells, []string{fmt.Sprintf("#%d", row.Seq), chat.Stamp(row.Happened, v.Site.Zone, c.lang), who, strings.TrimSpace(row.Text + " " + row.Result)})
	}
	return cells
}
