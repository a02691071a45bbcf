package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"irbot/internal/anchor"
	"irbot/internal/anchor/folder"
	"irbot/internal/anchor/tsa"
	"irbot/internal/chat"
	"irbot/internal/config"
	"irbot/internal/sqlite"
	"irbot/internal/timeline"
)

func (c *cli) anchorCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "anchor", Short: c.say("記録の控えを機器の外に残し、照らし合わせる", "checkpoints kept outside this machine"),
		Example: "  irbot anchor now\n  irbot anchor list IR-12\n  irbot anchor check",
	}
	cmd.AddCommand(
		&cobra.Command{
			Use: "now [ID]", Short: c.say("いまの先頭値に署名し、すべての置き場に残す", "sign the present heads and hand them to every place"), Args: c.args(0, 1),
			Example: "  irbot anchor now\n  irbot anchor now IR-12",
			RunE:    func(cmd *cobra.Command, args []string) error { return c.anchorNow(cmd.Context(), args) },
		},
		&cobra.Command{
			Use: "list [ID]", Short: c.say("どこに、いつ、どこまで残したか", "what is where, since when"), Args: c.args(0, 1),
			Example: "  irbot anchor list\n  irbot anchor list IR-12",
			RunE:    func(cmd *cobra.Command, args []string) error { return c.anchorList(cmd.Context(), args) },
		},
		&cobra.Command{
			Use: "check", Short: c.say("置き場を読み返し、この記録と照らし合わせる", "read the places back and compare them with the record"), Args: c.args(0, 0),
			Example: "  irbot anchor check",
			RunE:    func(cmd *cobra.Command, _ []string) error { return c.anchorCheck(cmd.Context()) },
		})
	return cmd
}

// anchored is what `irbot anchor now` did.
type anchored struct {
	Signed []string       `json:"signed"`
	Places []anchor.State `json:"places"`
	Error  string         `json:"error,omitempty"`
}

// anchorNow signs and hands out, in the server or on the folder.
func (n *node) anchorNow(ctx context.Context, in struct {
	Incident string `json:"incident"`
}) (anchored, error) {
	out := anchored{Signed: []string{}}
	if in.Incident != "" {
		st, err := n.store.State(ctx, in.Incident)
		if err == nil {
			err = n.notary.At(ctx, st.ID, st.Seq)
		}
		if err != nil {
			return out, err
		}
		out.Signed = append(out.Signed, in.Incident)
	} else {
		signed, err := n.notary.All(ctx)
		if err != nil {
			return out, err
		}
		out.Signed = signed
	}
	if err := n.keeper.Now(ctx); err != nil {
		out.Error = err.Error()
	}
	out.Places = n.keeper.States()
	return out, nil
}

func (c *cli) anchorNow(ctx context.Context, args []string) error {
	in := map[string]string{}
	if len(args) == 1 {
		id, err := c.only(ctx, args)
		if err != nil {
			return err
		}
		in["incident"] = id
	}
	done, err := ask[anchored](ctx, c, "anchor.now", in)
	if err != nil {
		return err
	}
	err = c.answer("anchor.now", done, func() {
		c.printf("%s  %s\n", c.say("署名しました", "signed"), strings.Join(done.Signed, " "))
		if len(done.Places) == 0 {
			c.printf("%s\n", c.say("外の置き場がまだありません。config.yaml の anchors: に書いてください", "no place outside is set up: anchors: in config.yaml"))
		}
		for _, s := range done.Places {
			if s.Err != "" {
				c.printf("[ NG ] %s  %s  %s\n", s.ID, s.Kind, chat.OneLine(s.Err))
				continue
			}
			c.printf("[ OK ] %s  %s\n", s.ID, s.Kind)
		}
	})
	if err == nil && done.Error != "" {
		return found(exitPending)
	}
	return err
}

// anchorRow is one checkpoint in one place.
type anchorRow struct {
	Place    string    `json:"place"`
	Incident string    `json:"incident"`
	Size     int64     `json:"size"`
	At       time.Time `json:"at"`
	Stamp    bool      `json:"stamp"` // a time stamp came back
}

func (c *cli) anchorList(ctx context.Context, args []string) error {
	v, cfg, err := c.view(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = v.Close() }()
	id := ""
	if len(args) == 1 {
		if id, err = c.only(ctx, args); err != nil {
			return err
		}
	}
	list, err := v.Anchors(ctx, id)
	if err != nil {
		return err
	}
	rows := []anchorRow{}
	for _, a := range list {
		rows = append(rows, anchorRow{Place: a.Place, Incident: a.Incident, Size: a.Size, At: a.At, Stamp: len(a.Proof) > 0})
	}
	waiting := map[string]int{}
	for _, p := range cfg.Anchors.Places {
		pending, err := v.PendingAnchors(ctx, p.ID)
		if err != nil {
			return err
		}
		waiting[p.ID] = len(pending)
	}
	return c.answer("anchor.list", map[string]any{"anchors": rows, "waiting": waiting}, func() {
		for _, r := range rows {
			mark := ""
			if r.Stamp {
				mark = c.say("時刻認証つき", "time-stamped")
			}
			c.printf("%s  %-8s  #%-6d  %s  %s\n", chat.Stamp(r.At, cfg.Site.Zone, c.lang), r.Incident, r.Size, r.Place, mark)
		}
		for _, p := range cfg.Anchors.Places {
			if n := waiting[p.ID]; n > 0 {
				c.printf("%s  %s\n", p.ID, c.say(fmt.Sprintf("未送付の控えがある記録 %d", n), fmt.Sprintf("logs whose newest checkpoint is not there: %d", n)))
			}
		}
		if len(rows) == 0 {
			c.printf("%s\n", c.say("まだ何も残していません", "nothing was handed out yet"))
		}
	})
}

// anchorFound is what `irbot anchor check` saw.
type anchorFound struct {
	anchor.Seen
	Stamps  int              `json:"stamps"` // time stamps that hold
	Reach   []placeReach     `json:"reach"`
	Serious []anchor.Finding `json:"serious"`
}

type placeReach struct {
	ID    string `json:"id"`
	Kind  string `json:"kind"`
	OK    bool   `json:"ok"`
	Error string `json:"error,omitempty"`
}

// anchorCheck works without a server and changes nothing.
func (c *cli) anchorCheck(ctx context.Context) error {
	v, cfg, err := c.view(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = v.Close() }()
	keys, err := folderKeys(cfg.Data)
	if err != nil {
		return err
	}
	got, err := surveyOf(ctx, cfg, v, keys)
	if err != nil {
		return err
	}
	err = c.answer("anchor.check", got, func() { c.printAnchors(got) })
	if err == nil && len(got.Serious) > 0 {
		return found(exitFound)
	}
	return err
}

// surveyOf compares every readable place and every kept time stamp with the
// store.
func surveyOf(ctx context.Context, cfg *config.Config, v *sqlite.View, keys *timeline.Keys) (anchorFound, error) {
	out := anchorFound{Reach: []placeReach{}}
	list, err := spots(cfg)
	if err != nil {
		return out, err
	}
	for _, s := range list {
		one, cancel := context.WithTimeout(ctx, 15*time.Second)
		r := placeReach{ID: s.ID, Kind: s.Kind, OK: true}
		if err := s.Place.Check(one); err != nil {
			r.OK, r.Error = false, err.Error()
		}
		cancel()
		out.Reach = append(out.Reach, r)
	}
	if out.Seen, err = anchor.Survey(ctx, list, keys, v.HeadAt); err != nil {
		return out, err
	}
	if err := out.stamps(ctx, cfg, v); err != nil {
		return out, err
	}
	accepted, err := acceptedLoss(ctx, v.KindsOf)
	out.Serious = out.Seen.Serious(accepted)
	return out, err
}

// stamps checks the time stamps that came back.
func (f *anchorFound) stamps(ctx context.Context, cfg *config.Config, v *sqlite.View) error {
	all, err := v.Anchors(ctx, "")
	if err != nil {
		return err
	}
	for _, p := range cfg.Anchors.Places {
		if p.Kind != "tsa" {
			continue
		}
		roots, err := rootsOf(p.Roots)
		if err != nil {
			return err
		}
		for _, a := range all {
			if a.Place != p.ID || len(a.Proof) == 0 {
				continue
			}
			if _, err := tsa.Verify(a.Proof, a.Note, roots); err != nil {
				f.Findings = append(f.Findings, anchor.Finding{Place: p.ID, Kind: anchor.Unsigned, Incident: a.Incident, Size: a.Size, Detail: err.Error()})
				continue
			}
			f.Stamps++
		}
	}
	return nil
}

func (c *cli) printAnchors(f anchorFound) {
	for _, r := range f.Reach {
		if r.OK {
			c.printf("[ OK ] %s  %s\n", r.ID, r.Kind)
		} else {
			c.printf("[ NG ] %s  %s  %s\n", r.ID, r.Kind, chat.OneLine(r.Error))
		}
	}
	c.printf("%s\n", c.say(fmt.Sprintf("読み返した控え %d、記録と合うもの %d、時刻認証 %d", f.Notes, f.Held, f.Stamps),
		fmt.Sprintf("%d anchors read back, %d fit the record, %d time stamps hold", f.Notes, f.Held, f.Stamps)))
	for _, x := range f.Findings {
		c.printf("[ NG ] %s\n", chat.OneLine(x.Words().In(string(c.lang))))
	}
}

// anchorFiles gives the notes in folders and files named on the command line.
func anchorFiles(ctx context.Context, paths []string) ([][]byte, error) {
	var out [][]byte
	for _, p := range paths {
		notes, err := folder.Folder{Path: p}.Notes(ctx)
		if err != nil {
			return nil, err
		}
		if len(notes) == 0 {
			return nil, fmt.Errorf("%s: %w", p, errNoNotes)
		}
		out = append(out, notes...)
	}
	return out, nil
}

var errNoNotes = errors.New("no file there ends in .note")

// anchors checks that the places outside can be reached and have all they need.
func (d *doctor) anchors(ctx context.Context) {
	title := d.say("外の控え", "Anchors")
	if len(d.cfg.Anchors.Places) == 0 {
		d.add(finding{ID: "anchors", State: stateOff, Title: title, Message: d.say("外の置き場がありません。丸ごとの作り直しは、この機器だけでは分かりません", "no place outside: a record made anew as a whole would not be noticed here"), Fix: "config.yaml anchors:"})
		return
	}
	list, err := spots(d.cfg)
	if err != nil {
		d.add(finding{ID: "anchors", State: stateBad, Title: title, Message: chat.OneLine(err.Error()), Fix: "config.yaml anchors:"})
		return
	}
	for _, s := range list {
		one, cancel := context.WithTimeout(ctx, 10*time.Second)
		err := s.Place.Check(one)
		cancel()
		if err != nil {
			d.add(finding{ID: "anchors." + s.ID, State: stateBad, Title: title, Message: s.ID + "  " + d.c.words.Trouble(d.c.lang, err.Error(), 200), Fix: "irbot anchor check"})
			continue
		}
		d.add(finding{ID: "anchors." + s.ID, State: stateOK, Title: title, Message: s.ID + "  " + s.Kind})
	}
	for _, p := range d.cfg.Anchors.Places {
		switch {
		case p.Kind == "mail" && d.cfg.Mail.Host == "":
			d.add(finding{ID: "anchors." + p.ID, State: stateBad, Title: title, Message: p.ID + "  " + d.say("メールが未設定です", "mail is not set up"), Fix: "config.yaml mail:"})
		case p.Kind == "channel" && d.cfg.SlackMode() == config.SlackOff:
			d.add(finding{ID: "anchors." + p.ID, State: stateBad, Title: title, Message: p.ID + "  " + d.say("Slack が未設定です", "Slack is not set up"), Fix: "config.yaml slack:"})
		}
	}
}
