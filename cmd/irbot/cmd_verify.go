package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"irbot/internal/chat"
	"irbot/internal/sqlite"
	"irbot/internal/timeline"
)

func (c *cli) verifyCommand() *cobra.Command {
	var checkpoints, anchors []string
	var key string
	var rebuild bool
	cmd := &cobra.Command{
		Use: "verify [FILE|DIR]", Short: c.say("記録が書き換えられていないか確かめる", "check that a record was not changed"), Args: c.args(0, 1),
		Long: c.say("証拠一式（zip）か timeline.jsonl を、設定も記録もなしで確かめます。保存先のフォルダーも指定できます。省くと、この場所の記録を確かめます。",
			"Checks an evidence pack (zip) or a timeline.jsonl without configuration or record. A data folder can be named, too; without anything it checks the record of this folder."),
		Example: "  irbot verify IR-12_20261122.zip\n  irbot verify timeline.jsonl --checkpoint mail.note --key verifier.key\n  irbot verify",
		RunE: func(cmd *cobra.Command, args []string) error {
			dir := ""
			if len(args) == 1 {
				if st, err := os.Stat(args[0]); err == nil && st.IsDir() {
					dir = args[0]
				}
			}
			if rebuild && len(args) > 0 {
				return &problem{exit: exitUsage, code: "usage", what: c.say("--rebuild はこの場所の記録だけを直します", "--rebuild mends the record of this folder only"),
					why: c.say(args[0]+" は確かめるだけで、変えません", args[0]+" is only checked, never changed"), fix: "irbot rebuild --config " + c.say("その記録の config.yaml", "config.yaml of that record")}
			}
			if len(args) == 0 || dir != "" {
				return c.verifyStore(cmd.Context(), dir, storeOrder{checkpoints: checkpoints, anchors: anchors, key: key, rebuild: rebuild})
			}
			return c.verifyFile(cmd.Context(), args[0], fileOrder{checkpoints: checkpoints, anchors: anchors, key: key})
		},
	}
	cmd.Flags().StringArrayVar(&checkpoints, "checkpoint", nil, c.say("別の道で受け取った署名つき控え（何度でも）", "signed checkpoint received another way (repeatable)"))
	cmd.Flags().StringArrayVar(&anchors, "anchors", nil, c.say("署名つき控え（.note）のフォルダ（何度でも）", "folder of signed checkpoints (.note files; repeatable)"))
	cmd.Flags().StringVar(&key, "key", "", c.say("検証鍵のファイル（パックのものの代わり）", "file of verifier keys (instead of the pack's)"))
	cmd.Flags().BoolVar(&rebuild, "rebuild", false, c.say("この場所の記録で、操作用の表を記録から作り直してから確かめる", "rewrite this folder's operational tables from the record first"))
	return cmd
}

// rebuildCommand is verify --rebuild under the name people look for.
func (c *cli) rebuildCommand() *cobra.Command {
	return &cobra.Command{
		Use: "rebuild", Short: c.say("操作用の表を記録から作り直し、確かめる", "rewrite the operational tables from the record, and check"), Args: c.args(0, 0),
		Long: c.say("irbot verify --rebuild と同じです。記録そのものは変わりません。作り直したことは常設記録に残ります。",
			"The same as irbot verify --rebuild. The record itself does not change; that it was done is kept in the standing log."),
		Example: "  irbot rebuild",
		RunE: func(cmd *cobra.Command, _ []string) error {
			return c.verifyStore(cmd.Context(), "", storeOrder{rebuild: true})
		},
	}
}

// fileOrder says what to compare an export with.
type fileOrder struct {
	checkpoints []string // files
	anchors     []string // folders
	key         string
}

func (c *cli) verifyFile(ctx context.Context, name string, o fileOrder) error {
	var opt timeline.VerifyOptions
	key := o.key
	for _, p := range o.checkpoints {
		b, err := os.ReadFile(p)
		if err != nil {
			return c.unreadable(p, err)
		}
		opt.Checkpoints = append(opt.Checkpoints, timeline.FindCheckpoint(b))
	}
	if key != "" {
		b, err := os.ReadFile(key)
		if err != nil {
			return c.unreadable(key, err)
		}
		opt.Keys = []string{string(b)}
	}
	f, err := os.Open(name)
	if err != nil {
		return c.unreadable(name, err)
	}
	defer func() { _ = f.Close() }()
	if err := c.addAnchors(ctx, f, o.anchors, &opt); err != nil {
		return err
	}
	st, err := f.Stat()
	if err != nil || st.IsDir() {
		return c.unreadable(name, errors.Join(err, fmt.Errorf("%s: not a file", name)))
	}
	rep, err := timeline.VerifyFile(f, st.Size(), opt)
	if err != nil {
		return c.unreadable(name, err)
	}
	return c.verdict(name, []timeline.Report{rep}, sqlite.Checked{})
}

// addAnchors takes those notes of the folders that are about the incident of
// this export: a folder holds all of them.
func (c *cli) addAnchors(ctx context.Context, f *os.File, folders []string, opt *timeline.VerifyOptions) error {
	if len(folders) == 0 {
		return nil
	}
	notes, err := anchorFiles(ctx, folders)
	if err != nil {
		return c.unreadable(strings.Join(folders, " "), err)
	}
	st, err := f.Stat()
	if err != nil {
		return c.unreadable(f.Name(), err)
	}
	rep, err := timeline.VerifyFile(f, st.Size(), timeline.VerifyOptions{Keys: opt.Keys})
	if err != nil {
		return c.unreadable(f.Name(), err)
	}
	newest := int64(0)
	for _, n := range notes {
		p, err := timeline.ReadCheckpoint(n)
		switch {
		case err == nil && p.Incident != rep.Incident:
		case err == nil && p.Size > rep.Count: // the record went on after this export was taken
			newest = max(newest, p.Size)
		default:
			opt.Checkpoints = append(opt.Checkpoints, n)
		}
	}
	if newest > 0 {
		c.note("%s\n", c.say(fmt.Sprintf("控えのフォルダには #%d までの控えがあります。この出力は #%d までです。続きがあるはずです", newest, rep.Count),
			fmt.Sprintf("the folder holds anchors up to #%d; this export ends at #%d: there is more", newest, rep.Count)))
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return c.unreadable(f.Name(), err)
	}
	return nil
}

// unreadable is exit 1: whether the record holds stays unknown.
func (c *cli) unreadable(name string, err error) error {
	return &problem{exit: exitFailed, code: "unreadable", what: c.say(name+" を記録として読めません", "cannot read "+name+" as a record"),
		why: err.Error(), fix: c.say("irbot export で出力したzipかjsonlを指定してください", "name a zip or jsonl made by irbot export")}
}

// verdict prints what was found: 0 holds, 3 does not.
func (c *cli) verdict(name string, reports []timeline.Report, checked sqlite.Checked) error {
	holds := len(checked.Differences) == 0
	var warnings []warning
	for i := range reports {
		r := &reports[i]
		holds = holds && r.Holds()
		for _, w := range r.Warnings {
			warnings = append(warnings, warning{Code: string(w.Code), Message: c.wording(w), Ref: r.Incident})
		}
	}
	if reports == nil {
		reports = []timeline.Report{}
	}
	data := map[string]any{"file": name, "holds": holds, "reports": reports, "differences": append([]sqlite.Difference{}, checked.Differences...)}
	err := c.answer("verify", data, func() {
		for i := range reports {
			c.printReport(&reports[i])
		}
		for _, d := range checked.Differences {
			c.printf("[ NG ] %s\n", c.difference(d))
		}
		if w := c.wayBack(checked, c.holding(reports)); w != "" {
			c.printf("       %s\n", w)
		}
		for _, w := range once(warnings) {
			c.printf("[%s] %s\n", c.say("注意", "note"), w.Message)
		}
	}, warnings)
	if err == nil && !holds {
		return found(exitFound)
	}
	return err
}

// holding reports whether every log holds by itself.
func (c *cli) holding(reports []timeline.Report) bool {
	for i := range reports {
		if !reports[i].Holds() {
			return false
		}
	}
	return true
}

// once leaves out warnings that say the same again.
func once(list []warning) []warning {
	var out []warning
	seen := map[string]bool{}
	for _, w := range list {
		if !seen[w.Message] {
			seen[w.Message] = true
			out = append(out, w)
		}
	}
	return out
}

func (c *cli) wording(p timeline.Problem) string {
	if c.lang == chat.JA {
		return p.Japanese()
	}
	return p.English()
}

func (c *cli) printReport(r *timeline.Report) {
	if r.Holds() {
		c.printf("[ OK ] %s  %s  %s %s…\n", r.Incident, c.say(fmt.Sprintf("%d件、連なりは正しい", r.Count), fmt.Sprintf("%d entries, the chain holds", r.Count)), c.say("最後の記録までのハッシュ", "head"), r.Head[:min(16, len(r.Head))])
		if len(r.Held) > 0 {
			c.printf("       %s %v\n", c.say("署名つき控え", "signed checkpoints"), r.Held)
		}
		if r.TLP+r.Erased > 0 {
			c.printf("       %s\n", c.say(fmt.Sprintf("伏せた文 %d、消去した文 %d（ハッシュの連なりには含まれています）", r.TLP, r.Erased), fmt.Sprintf("texts withheld %d, erased %d (their digests are in the chain)", r.TLP, r.Erased)))
		}
		if r.Files > 0 {
			c.printf("       %s\n", c.say(fmt.Sprintf("消去したファイル %d（依頼と承認により消去。ハッシュ値は記録に残っています）", r.Files), fmt.Sprintf("files erased %d (on demand and approval; their hashes stay in the record)", r.Files)))
		}
		return
	}
	c.printf("[ NG ] %s  %s\n", r.Incident, c.say("記録は書き換えられているか、壊れています", "the record was changed or is damaged"))
	for _, p := range r.Problems {
		if p.Seq > 0 {
			c.printf("       #%d  %s\n", p.Seq, c.wording(p))
		} else {
			c.printf("       %s\n", c.wording(p))
		}
	}
	if r.More > 0 {
		c.printf("       %s\n", c.say(fmt.Sprintf("ほか%d件", r.More), fmt.Sprintf("and %d more", r.More)))
	}
}
