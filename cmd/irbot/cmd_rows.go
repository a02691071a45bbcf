package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"irbot/internal/chat"
	"irbot/internal/incident"
	"irbot/internal/tally"
	"irbot/internal/xlsx"
)

// rowsCommand is about the rows that are counted by hand.
func (c *cli) rowsCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "rows", Aliases: []string{"記録票"}, Short: c.say("手で数えた行を記録し、取り出し、TOSと照合する", "record rows counted by hand, take them out, reconcile them with the TOS"),
		Example: "  irbot rows types\n  irbot rows add gate no=G-0012 dir=in container=CSQU3054383 truck=名古屋100あ1234\n  irbot rows export gate --out gate.csv\n  irbot rows import tos.csv\n  irbot rows reconcile",
	}
	cmd.AddCommand(c.rowTypes(), c.rowAdd(), c.rowVoid(), c.rowList(), c.rowExport(), c.rowCheck(), c.rowImport(), c.rowReconcile())
	return cmd
}

func (c *cli) rowTypes() *cobra.Command {
	return &cobra.Command{
		Use: "types", Short: c.say("様式と欄の一覧", "the forms and their fields"), Args: c.args(0, 0),
		Example: "  irbot rows types",
		RunE: func(*cobra.Command, []string) error {
			type field struct {
				ID       string `json:"id"`
				Name     string `json:"name"`
				Kind     string `json:"kind"`
				Required bool   `json:"required"`
				Example  string `json:"example"`
			}
			type form struct {
				ID     string  `json:"id"`
				Name   string  `json:"name"`
				Fields []field `json:"fields"`
			}
			var forms []form
			var cells [][]string
			for _, t := range tally.Types() {
				x := form{ID: t.ID, Name: t.Name(string(c.lang))}
				var names []string
				for _, f := range t.Fields {
					x.Fields = append(x.Fields, field{ID: f.ID, Name: f.Name(string(c.lang)), Kind: string(f.Kind), Required: f.Required, Example: f.Hint})
					star := ""
					if f.Required {
						star = "*"
					}
					names = append(names, f.ID+star)
				}
				forms, cells = append(forms, x), append(cells, []string{t.ID, x.Name, strings.Join(names, " ")})
			}
			return c.answer("rows.types", forms, func() {
				c.table([]string{"ID", c.say("様式", "form"), c.say("欄（*は必須）", "fields (* required)")}, cells)
			})
		},
	}
}

func (c *cli) form(word string) (tally.Type, error) {
	ty, ok := tally.Find(word)
	if !ok {
		return ty, &problem{exit: exitUsage, code: "row.type", what: c.say("様式 "+word+" はありません", "there is no form "+word), why: c.say("IDか名前で指定します", "name it by id or name"), fix: "irbot rows types"}
	}
	return ty, nil
}

func (c *cli) rowAdd() *cobra.Command {
	var f actFlags
	var x incident.AddRow
	cmd := &cobra.Command{
		Use: "add [ID] FORM FIELD=VALUE…", Aliases: []string{"追加"}, Short: c.say("1行を記録する", "record a row"), Args: c.args(2, -1),
		Example: "  irbot rows add reefer container=CSQU3054383 set=-18 temp=-17.5\n  irbot rows add move no=M-0007 container=CSQU3054383 from=A-01 slot=B-02 --replaces 6",
	}
	cmd.Flags().StringVar(&x.Step, "step", "", c.say("手順", "step"))
	cmd.Flags().IntVar(&x.Replaces, "replaces", 0, c.say("訂正する行の番号", "number of the row it corrects"))
	cmd.Flags().BoolVar(&x.Paper, "paper", false, c.say("紙から後で入力した", "typed in from paper"))
	cmd.Flags().StringVar(&x.Writer, "writer", "", c.say("紙の記入者", "who wrote the paper"))
	cmd.Flags().StringVar(&x.Sheet, "sheet", "", c.say("用紙の写真の証跡番号", "evidence number of the sheet"))
	return c.oneAct(cmd, &f, func(rest []string) (incident.Command, error) {
		ty, err := c.form(rest[0])
		if err != nil {
			return nil, err
		}
		x.Type, x.Values = ty.ID, map[string]string{}
		for _, w := range rest[1:] {
			k, v, ok := strings.Cut(w, "=")
			if !ok {
				return nil, &problem{exit: exitUsage, code: "usage", what: c.say("欄=値 の形で書いてください: "+w, "write FIELD=VALUE: "+w), fix: "irbot rows types"}
			}
			x.Values[k] = v
		}
		return x, nil
	})
}

func (c *cli) rowVoid() *cobra.Command {
	var f actFlags
	cmd := &cobra.Command{
		Use: "void [ID] ROW REASON", Short: c.say("行を取り消す（記録には残ります）", "take a row back (it stays in the record)"), Args: c.args(2, -1),
		Example: "  irbot rows void 12 二重に入れた",
	}
	return c.oneAct(cmd, &f, func(rest []string) (incident.Command, error) {
		if len(rest) == 0 {
			return nil, &problem{exit: exitUsage, code: "usage", what: c.say("行の番号がありません", "no row number"), fix: "irbot rows list"}
		}
		n, err := strconv.Atoi(rest[0])
		if err != nil {
			return nil, &problem{exit: exitUsage, code: "usage", what: c.say("行の番号を読めません: "+rest[0], "cannot read the row number "+rest[0]), fix: "irbot rows list"}
		}
		return incident.VoidRow{Row: n, Reason: strings.Join(rest[1:], " ")}, nil
	})
}

// tallied is an incident with its rows, and what is needed to read them.
type tallied struct {
	opened
	id   string
	rest []string // arguments after the incident
}

// counted reads the rows of an incident. The caller calls shut at the end.
func (c *cli) counted(ctx context.Context, args []string) (tallied, error) {
	id, rest, err := c.target(ctx, args)
	if err != nil {
		return tallied{}, err
	}
	at, err := c.open(ctx, id)
	if err != nil {
		return tallied{}, err
	}
	return tallied{opened: at, id: id, rest: rest}, nil
}

// countedRows are the rows of one form. The caller calls shut at the end.
func (c *cli) countedRows(ctx context.Context, args []string) (t tallied, ty tally.Type, rows []incident.RowView, err error) {
	if t, err = c.counted(ctx, args); err != nil {
		return t, ty, nil, err
	}
	defer func() {
		if err != nil {
			t.shut()
		}
	}()
	if len(t.rest) != 1 {
		return t, ty, nil, &problem{exit: exitUsage, code: "usage", what: c.say("様式を一つ指定してください", "name one form"), fix: "irbot rows types"}
	}
	if ty, err = c.form(t.rest[0]); err != nil {
		return t, ty, nil, err
	}
	rows, err = t.svc.RowViews(ctx, t.view.S, ty.ID)
	return t, ty, rows, err
}

// rowOut is a row as --json gives it.
type rowOut struct {
	Row      int               `json:"row"`
	Form     string            `json:"form"`
	At       string            `json:"happened_at"`
	By       string            `json:"by"`
	Late     bool              `json:"late"`
	Replaces int               `json:"replaces"`
	Values   map[string]string `json:"values"`
}

func (c *cli) rowList() *cobra.Command {
	return &cobra.Command{
		Use: "list [ID] FORM", Aliases: []string{"一覧"}, Short: c.say("記録した行を見る", "show the recorded rows"), Args: c.args(1, 2),
		Example: "  irbot rows list gate",
		RunE: func(cmd *cobra.Command, args []string) error {
			t, ty, rows, err := c.countedRows(cmd.Context(), args)
			if err != nil {
				return err
			}
			defer t.shut()
			v, cfg := t.view, t.cfg
			out, cells := []rowOut{}, [][]string{}
			head := []string{"No", c.say("時刻", "time")}
			for _, f := range ty.Fields {
				head = append(head, f.Name(string(c.lang)))
			}
			for _, r := range rows {
				out = append(out, rowOut{Row: r.N, Form: r.Type, At: machineTime(r.At), By: v.Person(r.By, string(c.lang)), Late: r.Paper, Replaces: r.Replaces, Values: r.Values})
				line := []string{strconv.Itoa(r.N), chat.Near(r.At, v.Now, cfg.Site.Zone)}
				for _, f := range ty.Fields {
					line = append(line, chat.ShowValue(f, r.Values[f.ID], c.lang))
				}
				cells = append(cells, line)
			}
			return c.answer("rows.list", out, func() { c.table(head, cells) })
		},
	}
}

func (c *cli) rowExport() *cobra.Command {
	var out string
	cmd := &cobra.Command{
		Use: "export [ID] FORM --out FILE", Aliases: []string{"出力"}, Short: c.say("行をCSVで取り出す（TOSへの再入力用、BOM付きUTF-8）。Excelで開くなら .xlsx の名前を付ける", "take the rows out as CSV (UTF-8 with BOM, for the TOS), or as .xlsx to be opened in Excel"), Args: c.args(1, 2),
		Example: "  irbot rows export gate --out gate.csv",
		RunE: func(cmd *cobra.Command, args []string) error {
			t, ty, rows, err := c.countedRows(cmd.Context(), args)
			if err != nil {
				return err
			}
			defer t.shut()
			v := t.view
			records := make([]tally.Record, 0, len(rows))
			for _, r := range rows {
				records = append(records, r.Record(v.Person(r.By, string(c.lang))))
			}
			if out == "" {
				out = t.id + "_rows-" + ty.ID + ".csv"
			}
			return c.csv(cmd.Context(), t, csvFile{schema: "rows.export", format: "rows-" + ty.ID + tableForm(out), name: out, rows: len(records), write: func(w io.Writer) error {
				if tableForm(out) == ".xlsx" {
					return xlsx.Table(w, ty.Table(records, string(c.lang), t.cfg.Site.Zone))
				}
				return ty.WriteCSV(w, records, string(c.lang), t.cfg.Site.Zone)
			}})
		},
	}
	cmd.Flags().StringVar(&out, "out", "", c.say("書き出すファイル（上書きしません）", "file to write (never overwritten)"))
	return cmd
}

// tableForm is the form of a table by the name of its file: .xlsx has text cells,
// which a spreadsheet leaves as they are; anything else is CSV.
func tableForm(name string) string {
	if strings.EqualFold(filepath.Ext(name), ".xlsx") {
		return ".xlsx"
	}
	return ".csv"
}

// csvFile is a file of rows that is taken out of an incident.
type csvFile struct {
	schema, format, name string
	rows                 int
	write                func(io.Writer) error
}

// csv writes a file that is not there yet, lets the record know that it was
// taken out, as the console does, and says where it is.
func (c *cli) csv(ctx context.Context, t tallied, f csvFile) error {
	var b bytes.Buffer
	if err := f.write(&b); err != nil {
		return err
	}
	if err := createWhole(f.name, func(w io.Writer) error { _, err := w.Write(b.Bytes()); return err }); err != nil {
		return c.there(f.name, err)
	}
	var warn []warning
	if !c.tookOut(ctx, t.cfg, t.id, incident.Exported{Format: f.format, Size: int64(b.Len()), SHA256: incident.HashOf(b.Bytes())}) {
		warn = append(warn, c.unrecorded(t.id))
	}
	return c.answer(f.schema, map[string]any{"file": f.name, "rows": f.rows, "recorded": len(warn) == 0}, func() {
		c.printf("%s  %s  %s\n", c.say("できました", "Done"), f.name, c.say(fmt.Sprintf("%d行", f.rows), fmt.Sprintf("%d rows", f.rows)))
		for _, w := range warn {
			c.printf("%s\n", w.Message)
		}
	}, warn)
}

func (c *cli) rowCheck() *cobra.Command {
	return &cobra.Command{
		Use: "check NUMBER", Aliases: []string{"検算"}, Short: c.say("コンテナ番号を検算する（ISO 6346）", "try the check digit of a container number (ISO 6346)"), Args: c.args(1, -1),
		Example: "  irbot rows check CSQU3054383\n  irbot rows check CSQU 305438",
		RunE: func(_ *cobra.Command, args []string) error {
			box, err := tally.ParseContainer(strings.Join(args, ""))
			data := map[string]any{"container": box.Number, "check_digit": box.Right, "holds": err == nil, "guesses": append([]string{}, box.Guesses...)}
			if aerr := c.answer("rows.check", data, func() {
				switch {
				case err == nil:
					c.printf("%s  %s\n", tally.Shown(box.Number), c.say("検算が合います", "the check digit holds"))
				case box.Right != "":
					c.printf("%s  %s %s\n", box.Number, c.say("検算が合いません。最後の1桁は", "the check digit does not hold; it should be"), box.Right)
				default:
					c.printf("%s  %s\n", box.Number, c.say("4文字（4文字目は U・J・Z）と7桁の形ではありません", "not four letters (the fourth U, J or Z) and seven digits"))
				}
			}); aerr != nil {
				return aerr
			}
			if err != nil {
				return found(exitFound)
			}
			return nil
		},
	}
}

func (c *cli) rowImport() *cobra.Command {
	var f actFlags
	cmd := &cobra.Command{
		Use: "import [ID] FILE", Aliases: []string{"取込"}, Short: c.say("TOSの一覧（CSV）を照合のために取り込む", "import a TOS list (CSV) for reconciliation"), Args: c.args(1, 2),
		Example: "  irbot rows import tos.csv",
	}
	return c.oneAct(cmd, &f, func(rest []string) (incident.Command, error) {
		if len(rest) != 1 {
			return nil, &problem{exit: exitUsage, code: "usage", what: c.say("ファイルを一つ指定してください", "name one file"), fix: "irbot rows import FILE"}
		}
		st, err := os.Stat(rest[0])
		if err != nil {
			return nil, c.fileProblem(err)
		}
		if st.Size() > incident.MaxFile {
			return nil, c.refusal("list.large", nil)
		}
		data, err := os.ReadFile(rest[0])
		if err != nil {
			return nil, c.fileProblem(err)
		}
		return incident.ImportList{File: filepath.Base(rest[0]), Data: data}, nil
	})
}

// sayUnread names the lines of the list that could not be compared.
func (c *cli) sayUnread(rec incident.Reconciliation) {
	for _, b := range rec.Bad {
		right := ""
		if b.Right != "" {
			right = c.say("（検算では "+b.Right+"）", " (the check digit would be "+b.Right+")")
		}
		c.note("%s\n", c.say(fmt.Sprintf("一覧の %d 行目「%s」は読めないので比べていません%s", b.Line, chat.Truncate(chat.OneLine(b.Value), 40), right),
			fmt.Sprintf("line %d of the list, %q, could not be read and is not compared%s", b.Line, chat.Truncate(chat.OneLine(b.Value), 40), right)))
	}
}

func (c *cli) rowReconcile() *cobra.Command {
	var out string
	cmd := &cobra.Command{
		Use: "reconcile [ID]", Aliases: []string{"照合"}, Short: c.say("TOSの一覧と現物確認の行を比べる", "compare the TOS list with the yard check"), Args: c.args(0, 1),
		Example: "  irbot rows reconcile",
		RunE: func(cmd *cobra.Command, args []string) error {
			t, err := c.counted(cmd.Context(), args)
			if err != nil {
				return err
			}
			defer t.shut()
			rec, err := t.svc.Reconcile(cmd.Context(), t.view.S)
			if err != nil {
				return err
			}
			if rec.List == nil {
				return &problem{exit: exitNotFound, code: "list.none", what: c.say("TOSの一覧がまだありません", "no TOS list was imported yet"), fix: "irbot rows import tos.csv"}
			}
			c.sayUnread(rec)
			if out != "" {
				return c.csv(cmd.Context(), t, csvFile{schema: "rows.reconcile", format: "reconcile" + tableForm(out), name: out, rows: len(rec.Differences), write: func(w io.Writer) error {
					if tableForm(out) == ".xlsx" {
						return xlsx.Table(w, tally.DifferenceTable(rec.Differences, string(c.lang)))
					}
					return tally.WriteDifferences(w, rec.Differences, string(c.lang))
				}})
			}
			type diff struct {
				Container string `json:"container"`
				Kind      string `json:"kind"`
				TOS       string `json:"tos"`
				Yard      string `json:"yard"`
			}
			list, cells := []diff{}, [][]string{}
			for _, d := range rec.Differences {
				list = append(list, diff{d.Container, d.Kind, d.TOS.Slot, d.Yard.Slot})
				cells = append(cells, []string{tally.Shown(d.Container), tally.NameOf(d.Kind, string(c.lang)), d.TOS.Slot, d.Yard.Slot})
			}
			data := map[string]any{"list": rec.List.ID, "tos": rec.TOS, "yard": rec.Yard, "unread": len(rec.Bad), "differences": list}
			return c.answer("rows.reconcile", data, func() {
				c.printf("%s  TOS %d / %s %d / %s %d\n", rec.List.ID, rec.TOS, c.say("現物", "yard"), rec.Yard, c.say("違い", "differences"), len(list))
				c.table([]string{c.say("コンテナ番号", "container"), c.say("違い", "difference"), "TOS", c.say("現物", "yard")}, cells)
			})
		},
	}
	cmd.Flags().StringVar(&out, "out", "", c.say("違いのCSVを書き出すファイル", "write the differences to this CSV file"))
	return cmd
}
