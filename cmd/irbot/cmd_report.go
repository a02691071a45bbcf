package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"irbot/internal/chat"
	"irbot/internal/incident"
	problems "irbot/internal/problem"
)

// reportCommand makes reports of the facts and looks at them. Approving is not
// here on purpose (ARCHITECTURE 10.2).
func (c *cli) reportCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "report", Short: c.say("事実から報告を作る（承認は画面で）", "make reports of the facts (approval is on the screen)"),
		Example: "  irbot report forms\n  irbot report draft mlit\n  irbot report draft mlit --form common-ransomware\n  irbot report diff N2\n  irbot report out N2 --format pdf --out N2.pdf",
	}
	cmd.AddCommand(c.reportForms(), c.reportDraft(), c.reportRefill(), c.reportRecall(), c.reportDiff(), c.reportOut(), c.reportAttach(), c.reportLint())
	return cmd
}

// shownForm is one form of `irbot report forms --json`.
type shownForm struct {
	ID       string   `json:"id"`
	Name     string   `json:"name"`
	To       []string `json:"to"`
	Kinds    []string `json:"kinds"`
	Official bool     `json:"official"`
	Basis    string   `json:"basis"` // law or agreement, in the language of the answer
	Checked  string   `json:"checked"`
	Hash     string   `json:"hash"`
}

func (c *cli) reportForms() *cobra.Command {
	return &cobra.Command{
		Use: "forms", Short: c.say("使える様式の一覧", "list the forms"), Args: c.args(0, 0), Example: "  irbot report forms",
		RunE: func(*cobra.Command, []string) error {
			cfg, err := c.load()
			if err != nil {
				return err
			}
			forms, _ := loadForms(cfg)
			list := []shownForm{}
			for _, f := range forms.List() {
				list = append(list, shownForm{ID: f.ID, Name: f.Name(string(c.lang)), To: append([]string{}, f.To...), Kinds: append([]string{}, f.Kinds...), Official: f.Official, Basis: f.Because(string(c.lang)), Checked: f.Checked, Hash: f.Hash})
			}
			return c.answer("report.forms", list, func() {
				var cells [][]string
				for _, f := range list {
					mark := c.say("項目対応表", "field map")
					if f.Official {
						mark = ""
					}
					cells = append(cells, []string{f.ID, f.Name, strings.Join(usualFor(f), ", "), f.Checked, mark})
				}
				c.table([]string{"ID", c.say("様式", "form"), c.say("いつもの宛先", "usual for"), c.say("確かめた日", "checked"), ""}, cells)
			})
		},
	}
}

// usualFor names the destinations and kinds a form is the usual one for, each once.
func usualFor(f shownForm) []string {
	return slices.Compact(slices.Sorted(slices.Values(slices.Concat(f.To, f.Kinds))))
}

func (c *cli) reportDraft() *cobra.Command {
	var f actFlags
	var x incident.DraftNotice
	cmd := &cobra.Command{
		Use: "draft [ID] DESTINATION", Aliases: []string{"起案"}, Short: c.say("様式で報告を起案する", "draft a report of a form"), Args: c.args(1, 2),
		Example: "  irbot report draft mlit\n  irbot report draft ppc --kind final",
	}
	cmd.Flags().StringVar(&x.Form, "form", "", c.say("様式（省くと宛先のいつもの様式）", "form (default: the usual one)"))
	cmd.Flags().StringVar(&x.Report, "kind", "", c.say("報告の種類: ", "kind of report: ")+"first|update|final")
	cmd.Flags().StringVar(&x.TLP, "tlp", "", c.say("共有の範囲: ", "label: ")+"CLEAR|GREEN|AMBER|AMBER+STRICT|RED")
	return c.oneAct(cmd, &f, func(rest []string) (incident.Command, error) {
		dest, err := c.one(rest, c.say("宛先", "destination"), "irbot contacts list")
		x.Dest = dest
		return x, err
	})
}

func (c *cli) reportRefill() *cobra.Command {
	var f actFlags
	cmd := &cobra.Command{
		Use: "refill [ID] NOTICE", Short: c.say("いまの事実から文面を作り直す（手で直した文は消える）", "write it again from the facts (changes by hand are lost)"), Args: c.args(1, 2),
		Example: "  irbot report refill N2",
	}
	return c.oneAct(cmd, &f, func(rest []string) (incident.Command, error) {
		n, err := c.noticeName(rest)
		return incident.RefillNotice{Notice: n}, err
	})
}

func (c *cli) reportRecall() *cobra.Command {
	var f actFlags
	var x incident.RecallNotice
	cmd := &cobra.Command{
		Use: "recall [ID] NOTICE --why TEXT", Aliases: []string{"訂正"}, Short: c.say("送った報告の訂正・取消の文面を起案する", "draft the correction of a report that left"), Args: c.args(1, 2),
		Example: "  irbot report recall N1 --why 台数の誤り --right \"待機トラックは 68 台\"",
	}
	cmd.Flags().StringVar(&x.Why, "why", "", c.say("理由", "why"))
	cmd.Flags().StringVar(&x.Right, "right", "", c.say("正しい内容（省くと全体の取消）", "what is right (default: take it all back)"))
	return c.oneAct(cmd, &f, func(rest []string) (incident.Command, error) {
		var err error
		x.Notice, err = c.noticeName(rest)
		return x, err
	})
}

// noticeOf reads the notice that arguments name.
func (c *cli) noticeOf(ctx context.Context, args []string, look func(*incident.Service, *incident.View, *incident.Notice) error) error {
	id, rest, err := c.target(ctx, args)
	if err != nil {
		return err
	}
	name, err := c.noticeName(rest)
	if err != nil {
		return err
	}
	at, err := c.open(ctx, id)
	if err != nil {
		return err
	}
	defer at.shut()
	n := at.view.S.Notice(name)
	if n == nil {
		return &problem{exit: exitNotFound, code: "notice.unknown", what: c.say(id+" に通知 "+name+" はありません", id+" has no notice "+name), why: c.say("番号を確かめてください", "check the number"), fix: "irbot notice show " + id}
	}
	return look(at.svc, at.view, n)
}

// shownChange is one difference of `irbot report diff --json`.
type shownChange struct {
	Op     string `json:"op"` // added, changed, gone
	Item   string `json:"item"`
	Before string `json:"before"`
	After  string `json:"after"`
}

func (c *cli) reportDiff() *cobra.Command {
	return &cobra.Command{
		Use: "diff [ID] NOTICE", Short: c.say("前の報告との違いを項目ごとに見る", "what differs from the last report, item by item"), Args: c.args(1, 2),
		Example: "  irbot report diff N2",
		RunE: func(cmd *cobra.Command, args []string) error {
			return c.noticeOf(cmd.Context(), args, func(_ *incident.Service, v *incident.View, n *incident.Notice) error {
				list, last := []shownChange{}, ""
				if x := v.LastSent(n); x != nil {
					last = x.ID
				}
				for _, x := range v.Changes(n) {
					item := x.JA
					if c.lang == chat.EN {
						item = x.EN
					}
					list = append(list, shownChange{Op: x.Op, Item: item, Before: x.Before, After: x.After})
				}
				return c.answer("report.diff", map[string]any{"notice": n.ID, "last": last, "changes": list}, func() {
					if last == "" {
						c.printf("%s\n", c.words.T(c.lang, "apr.rev.nolast"))
						return
					}
					var cells [][]string
					for _, x := range list {
						cells = append(cells, []string{c.words.T(c.lang, "apr.change."+x.Op), x.Item, x.Before, x.After})
					}
					c.table([]string{"", c.say("項目", "item"), last, n.ID}, cells)
				})
			})
		},
	}
}

func (c *cli) reportOut() *cobra.Command {
	var format, out string
	cmd := &cobra.Command{
		Use: "out [ID] NOTICE --format pdf|xlsx|txt --out FILE", Short: c.say("報告をファイルにする（送信はしない）", "write a report to a file; nothing is sent"), Args: c.args(1, 2),
		Example: "  irbot report out N1 --format pdf --out N1.pdf",
		RunE: func(cmd *cobra.Command, args []string) error {
			return c.noticeOf(cmd.Context(), args, func(svc *incident.Service, v *incident.View, n *incident.Notice) error {
				name, data, err := n.ID+".txt", []byte(v.Text(n.Seq)["subject"]+"\n\n"+v.Text(n.Seq)["body"]+"\n"), error(nil)
				if format != "txt" {
					name, data, err = svc.RenderNotice(cmd.Context(), v.S.ID, n.ID, format)
				}
				if errors.Is(err, incident.ErrNoRender) {
					return &problem{exit: exitUsage, code: "usage", what: c.say("形式「"+format+"」はありません", "there is no format "+format), why: err.Error(), fix: "--format pdf"}
				}
				if err != nil {
					return err
				}
				if out != "" {
					name = out
				}
				if err := createWhole(name, func(w io.Writer) error { _, err := w.Write(data); return err }); err != nil {
					return c.there(name, err)
				}
				return c.answer("report.out", map[string]any{"notice": n.ID, "file": name, "bytes": len(data), "sha256": incident.HashOf(data)}, func() {
					c.printf("%s  %d bytes  SHA-256 %.8s…\n", name, len(data), incident.HashOf(data))
				})
			})
		},
	}
	cmd.Flags().StringVar(&format, "format", "pdf", c.say("形式: ", "format: ")+"pdf|xlsx|txt")
	cmd.Flags().StringVar(&out, "out", "", c.say("書き出すファイル", "file to write"))
	return cmd
}

// attachArgs name a notice and the files to be made of it.
type attachArgs struct {
	Incident string   `json:"incident"`
	Notice   string   `json:"notice"`
	Formats  []string `json:"formats"`
	Person   string   `json:"person,omitempty"` // whom to record it as, "" for the operator
	Request  string   `json:"request,omitempty"`
}

// attachDone tells what goes with a notice now.
type attachDone struct {
	Incident string   `json:"incident"`
	Notice   string   `json:"notice"`
	Files    []string `json:"files"`
	Seq      int64    `json:"seq"`
}

func (n *node) attachFiles(ctx context.Context, in attachArgs) (attachDone, error) {
	act := incident.Act{Person: operator(n.cfg), Surface: "cli"}
	if in.Person != "" && in.Person != act.Person {
		// The request stands in the envelope: the record shows who entered it.
		act.Request, act.Person = "cli/"+act.Person+"/"+in.Request, in.Person
	}
	res, err := n.svc.Attach(ctx, act, in.Incident, in.Notice, in.Formats)
	if err != nil {
		return attachDone{}, err
	}
	out := attachDone{Incident: in.Incident, Notice: in.Notice, Files: []string{}, Seq: res.Seq}
	v, err := n.svc.View(ctx, in.Incident)
	if err != nil {
		return out, err
	}
	for _, f := range v.Files(v.S.Notice(in.Notice)) {
		out.Files = append(out.Files, f.Name)
	}
	return out, nil
}

func (c *cli) reportAttach() *cobra.Command {
	var formats []string
	var as string
	cmd := &cobra.Command{
		Use: "attach [ID] NOTICE --format pdf,xlsx", Short: c.say("報告のファイルを作って付ける（承認の対象になる）", "make files and attach them (part of what is approved)"), Args: c.args(1, 2),
		Example: "  irbot report attach N1 --format pdf,xlsx",
		RunE: func(cmd *cobra.Command, args []string) error {
			id, rest, err := c.target(cmd.Context(), args)
			if err != nil {
				return err
			}
			name, err := c.noticeName(rest)
			if err != nil {
				return err
			}
			done, err := ask[attachDone](cmd.Context(), c, "report.attach", attachArgs{Incident: id, Notice: name, Formats: formats, Person: as, Request: requestKey()})
			if err != nil {
				return err
			}
			return c.answer("report.attach", done, func() { c.printf("%s: %s\n", done.Notice, strings.Join(done.Files, ", ")) })
		},
	}
	cmd.Flags().StringSliceVar(&formats, "format", []string{"pdf"}, c.say("形式: ", "formats: ")+"pdf,xlsx")
	cmd.Flags().StringVar(&as, "as", "", c.say("だれとして記録するか（連絡先一覧のID）", "whom to record it as (directory id)"))
	return cmd
}

// reportLint checks the operator's own forms.
func (c *cli) reportLint() *cobra.Command {
	return &cobra.Command{
		Use: "lint", Short: c.say("様式のファイルを検査する", "check the form files"), Args: c.args(0, 0), Example: "  irbot report lint",
		RunE: func(*cobra.Command, []string) error {
			cfg, err := c.load()
			if err != nil {
				return err
			}
			forms, bad := loadForms(cfg)
			if stops, _ := problems.Split(bad); len(stops) > 0 {
				err := c.answer("report.lint", map[string]any{"forms": len(forms.List()), "findings": len(bad)}, func() {
					for _, p := range bad {
						c.printf("%s\n\n", p.Text(string(c.lang)))
					}
					c.printf("%s\n", c.say(fmt.Sprintf("様式 %d件  指摘%d件。指摘のある様式は使われません", len(forms.List()), len(bad)), fmt.Sprintf("%d forms  %d findings; forms with findings are not used", len(forms.List()), len(bad))))
				})
				if err == nil {
					return found(exitFound)
				}
				return err
			}
			return c.answer("report.lint", map[string]any{"forms": len(forms.List()), "findings": len(bad)}, func() {
				c.printf("%s\n", c.say(fmt.Sprintf("様式 %d件。問題はありません: %s", len(forms.List()), formNames(forms)), fmt.Sprintf("%d forms, nothing found: %s", len(forms.List()), formNames(forms))))
			})
		},
	}
}
