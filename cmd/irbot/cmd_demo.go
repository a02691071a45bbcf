package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"irbot/internal/auth"
	"irbot/internal/chat"
	"irbot/internal/drill"
	"irbot/internal/incident"
	"irbot/internal/localapi"
	"irbot/internal/sqlite"
)

const (
	scenarioID = "morning"
	demoPerson = "sato" // whom visitors of the demo act as at first
	demoPorts  = 20     // ports tried, one after the other
)

// demoOptions are the flags of demo.
type demoOptions struct {
	dir    string
	port   int
	noOpen bool
	speed  float64
}

func (c *cli) demoCommand() *cobra.Command {
	var o demoOptions
	cmd := &cobra.Command{
		Use: "demo", Short: c.say("一つの命令で体験する（訓練、外部送信なし、Slack不要）", "try it: a drill, nothing leaves, no Slack needed"), Args: c.args(0, 0),
		Example: "  irbot demo\n  irbot demo --no-open --port 9000\n  irbot demo --speed 20     " + c.say("状況付与を20倍の速さで自動で進める", "give the situations by itself, 20 times as fast"),
		RunE: func(cmd *cobra.Command, _ []string) error {
			return c.endEarly(cmd.Context(), o, c.demo(cmd.Context(), o))
		},
	}
	cmd.Flags().StringVar(&o.dir, "dir", demoFolder, c.say("保存先", "where it is kept"))
	cmd.Flags().IntVar(&o.port, "port", 8642, c.say("番号。ふさがっていれば次を使う", "port; the next one if taken"))
	cmd.Flags().BoolVar(&o.noOpen, "no-open", false, c.say("ブラウザーを開かない", "do not open a browser"))
	cmd.Flags().Float64Var(&o.speed, "speed", 0, c.say("状況付与を計画の何倍の速さで進めるか（0は画面のボタンで）", "give the situations by itself, so many times as fast as planned (0: by the button)"))
	return cmd
}

// demo listens and prints the address before anything slow, then builds the
// port, the drill and the console behind it.
func (c *cli) demo(ctx context.Context, o demoOptions) error {
	dir, err := filepath.Abs(o.dir)
	if err != nil {
		return fmt.Errorf("find %s: %w", o.dir, err)
	}
	if there, err := c.demoThere(ctx, dir, o); there || err != nil {
		return err
	}
	l, err := listenNext(ctx, o.port)
	if err != nil {
		return c.portProblem("127.0.0.1:"+strconv.Itoa(o.port), err)
	}
	token, err := auth.Token()
	if err != nil {
		return err
	}
	token = token[:22] // 132 bits
	url := "http://" + l.Addr().String()
	scenario, err := drill.Load(scenarioID)
	if err != nil {
		return err
	}
	c.printDemo(url+"/?t="+token, o, scenario, l.Addr())
	n, err := c.demoNode(ctx, dir, url)
	if err != nil {
		_ = l.Close()
		return err
	}
	defer n.shut()
	id, err := n.beginDrill(ctx, scenario)
	if err != nil {
		return err
	}
	if err := n.console(l, &guestDoor{token: token, person: demoPerson}); err != nil {
		return err
	}
	if err := n.start(ctx); err != nil {
		return err
	}
	if err := n.serveLocal(ctx, url+"/?t="+token); err != nil {
		return err
	}
	if !o.noOpen {
		c.browse(url + "/?t=" + token)
	}
	if o.speed > 0 {
		n.play(ctx, id, scenario, o.speed)
	}
	<-ctx.Done()
	return c.endDemo(n, o.dir, id)
}

// demoThere finds a demo that runs already: it is opened, not refused.
func (c *cli) demoThere(ctx context.Context, dir string, o demoOptions) (bool, error) {
	var r running
	if err := localapi.Dial(dir).Info(ctx, &r); err != nil {
		return false, nil //nolint:nilerr // nobody answers: this one is the first
	}
	c.printf("%s\n\n  %s  %s\n", c.say("irbot demo はもう動いています。", "irbot demo is running already."), c.say("開く", "Open"), r.Console)
	if !o.noOpen {
		c.browse(r.Console)
	}
	return true, nil
}

// listenNext takes the first free port from the wanted one on, loopback only.
func listenNext(ctx context.Context, port int) (net.Listener, error) {
	var first error
	for p := port; p < port+demoPorts && p < 1<<16; p++ {
		l, err := listen(ctx, net.JoinHostPort("127.0.0.1", strconv.Itoa(p)))
		if err == nil {
			return l, nil
		}
		if first == nil {
			first = err
		}
		if !errors.Is(err, syscall.EADDRINUSE) {
			break
		}
	}
	return nil, first
}

func (c *cli) printDemo(url string, o demoOptions, s *drill.Scenario, addr net.Addr) {
	c.printf("irbot %s  %s\n\n", version, c.say("訓練モード。社外への送信はすべて止めています。", "drill mode: nothing is sent to anybody outside."))
	const label = 14
	line := func(ja, en, value, remark string) {
		name := c.say(ja, en)
		c.printf("  %s%s%s%s\n", name, pad(label-chat.Columns(name)), value, remark)
	}
	line("開く", "Open", url, c.say("    この端末だけで開けます", "    on this machine only"))
	line("保存先", "Kept in", "./"+filepath.Base(o.dir), c.say("    消せば元どおり", "    delete it to start over"))
	line("シナリオ", "Scenario", c.say(s.Title, s.TitleEN), "")
	if tcp, ok := addr.(*net.TCPAddr); ok && tcp.Port != o.port {
		line("番号", "Port", strconv.Itoa(tcp.Port), c.say(fmt.Sprintf("    %d はふさがっていました", o.port), fmt.Sprintf("    %d was taken", o.port)))
	}
	c.printf("\n%s\n\n%s  Ctrl+C    %s  irbot init .    %s  irbot help start\n",
		c.say("  1  上のURLを開く\n  2  [引き受ける] を押す。案件が始まります\n  3  [担当する]、[完了] を押す。記録がクロノロジーに残ります",
			"  1  open the address above\n  2  press [Take charge]: the incident begins\n  3  press [Take it], then [Done]: it stands in the timeline"),
		c.say("止める", "Stop"), c.say("自分の港で使う", "Use it for your port"), c.say("使い方", "Help"))
}

// demoNode builds the sample port in the demo's folder.
func (c *cli) demoNode(ctx context.Context, dir, url string) (*node, error) {
	cfg, err := sample(c.env)
	if err != nil {
		return nil, err
	}
	cfg = demoed(cfg, dir)
	cfg.Console.PublicURL = url
	return c.assemble(ctx, cfg, mode{what: "irbot demo", demo: true})
}

// beginDrill opens the drill with the finder's report, or goes on with the one
// that is under way.
func (n *node) beginDrill(ctx context.Context, s *drill.Scenario) (string, error) {
	rows, err := n.store.List(ctx, sqlite.Filter{Drills: sqlite.DrillsOnly})
	if err != nil {
		return "", err
	}
	for _, r := range rows {
		if r.Status != incident.Closed {
			return r.ID, nil
		}
	}
	dir := &drill.Director{Service: n.svc, Scenario: s, Lang: n.cfg.Site.Lang}
	return dir.Begin(ctx, fmt.Sprintf("demo:%d", len(rows)+1))
}

// play gives the injects by themselves, at the planned distances divided by
// speed, from now on.
func (n *node) play(ctx context.Context, id string, s *drill.Scenario, speed float64) {
	n.run(ctx, "scenario", func(ctx context.Context) error {
		st, err := n.store.State(ctx, id)
		if err != nil {
			return err
		}
		before := "06:33"
		for i, in := range s.Injects {
			if i < st.Injects {
				before = in.At
				continue
			}
			select {
			case <-ctx.Done():
				return nil
			case <-time.After(time.Duration(float64(between(before, in.At)) / speed)):
			}
			if _, _, err := (director{n}).Give(ctx, id); err != nil {
				return err
			}
			before = in.At
		}
		return nil
	})
}

// between is the time between two times of day.
func between(from, to string) time.Duration {
	a, err1 := time.Parse("15:04", from)
	b, err2 := time.Parse("15:04", to)
	if err1 != nil || err2 != nil || b.Before(a) {
		return 0
	}
	return b.Sub(a)
}

// endEarly takes Ctrl+C before everything is up for what it is: a wish, not a
// failure. The address is printed first, so people are quick.
func (c *cli) endEarly(ctx context.Context, o demoOptions, err error) error {
	if !errors.Is(err, context.Canceled) || ctx.Err() == nil {
		return err
	}
	dir := "./" + filepath.Base(o.dir)
	c.printf("\n%s\n", c.say(fmt.Sprintf("準備の途中で止めました。もう一度 irbot demo で続きから始まります。最初からは %s を消してください。", dir),
		fmt.Sprintf("Stopped while getting ready. irbot demo goes on from there; delete %s to start over.", dir)))
	return nil
}

// endDemo says what is kept where.
func (c *cli) endDemo(n *node, dir, id string) error {
	st, err := n.store.State(context.Background(), id)
	if err != nil {
		return err
	}
	n.shut()
	if _, err := os.Stat(n.cfg.Data); err != nil {
		return err
	}
	c.printf("\n%s\n", c.say(fmt.Sprintf("止めました。%s の記録 %d件 は %s にあります。続きは irbot demo、最初からは %s を消してください。", id, st.Seq, "./"+filepath.Base(dir), "./"+filepath.Base(dir)),
		fmt.Sprintf("Stopped. %s has %d entries, kept in %s. Go on with irbot demo; delete %s to start over.", id, st.Seq, "./"+filepath.Base(dir), "./"+filepath.Base(dir))))
	return nil
}
