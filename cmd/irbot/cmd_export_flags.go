package main

import (
	"cmp"
	"context"
	"encoding/hex"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"irbot/internal/config"
	"irbot/internal/export"
)

// previewRows is how many rows a preview shows.
const previewRows = 20

// exportFlags are the choices of irbot export as typed.
type exportFlags struct {
	format, out, lang, tlp, from, to, order, audience string
	at                                                int64
	names, roles, era, preview                        bool
}

func (c *cli) exportCommand() *cobra.Command {
	var f exportFlags
	cmd := &cobra.Command{
		Use: "export [ID]", Short: c.say("記録を出力する", "take the record out"), Args: c.args(0, 1), Annotations: map[string]string{toPipe: "out"},
		Long: c.say("IDを省くと、ただ一つの進行中の案件。SITE は常設記録: 利用者、連絡先、鍵、控え、消去など、どの案件にも属さない記録。",
			"Without an ID: the only open incident. SITE is the standing log: accounts, directory, keys, backups, erasures and whatever belongs to no incident."),
		Example: "  irbot export IR-12 --format zip --out IR-12.zip\n  irbot export IR-12 --format jsonl --out timeline.jsonl --at 214\n  irbot export IR-12 --for mlit\n  irbot export IR-12 --format pdf --tlp AMBER --roles-only --preview\n  irbot export SITE --format zip --out site.zip",
		RunE: func(cmd *cobra.Command, args []string) error {
			id, err := c.onlyOrSite(cmd.Context(), args)
			if err != nil {
				return err
			}
			if f.out == standardOut && (c.json || f.preview) {
				return &problem{exit: exitUsage, code: "usage", what: c.say("--out - は --json や --preview といっしょに使えません", "--out - does not go together with --json or --preview"),
					why: c.say("どちらも標準出力に書くためです", "both write to standard output"), fix: "--out " + c.say("ファイル名", "FILE")}
			}
			return c.runExport(cmd, id, f)
		},
	}
	fl := cmd.Flags()
	fl.StringVar(&f.format, "format", "zip", c.say("形式: ", "format: ")+strings.Join(export.Formats(), "|"))
	fl.StringVar(&f.out, "out", "", c.say("書き出すファイル（上書きしません）。- は標準出力", "file to write (never overwritten); - is standard output"))
	fl.Int64Var(&f.at, "at", 0, c.say("この番号の記録まで", "up to this entry"))
	fl.StringVar(&f.audience, "for", "", c.say("相手ごとの既定: ", "what an audience usually gets: ")+audiences())
	fl.StringVar(&f.tlp, "tlp", "", c.say("これより厳しい文章を伏せる: RED|AMBER+STRICT|AMBER|GREEN|CLEAR", "withhold texts stricter than RED|AMBER+STRICT|AMBER|GREEN|CLEAR"))
	fl.StringVar(&f.from, "from", "", c.say("ここから: 番号、日、時刻(2026-11-22T07:12)", "from this entry, day or moment (2026-11-22T07:12)"))
	fl.StringVar(&f.to, "to", "", c.say("ここまで: 番号、日、時刻", "to this entry, day or moment"))
	fl.BoolVar(&f.names, "names", false, c.say("氏名を出す（既定）", "names of people (default)"))
	fl.BoolVar(&f.roles, "roles-only", false, c.say("氏名の代わりに役割名", "roles instead of names"))
	fl.BoolVar(&f.era, "era", false, c.say("日付を令和で", "dates in the Japanese era"))
	fl.StringVar(&f.order, "order", "", c.say("並び: ", "order: ")+"happened|recorded")
	fl.StringVar(&f.lang, "lang", "", c.say("言語: ", "language: ")+"ja|en|both")
	fl.BoolVar(&f.preview, "preview", false, c.say("始めの行だけ見る（出力しません）", "show the first rows, take nothing out"))
	cmd.MarkFlagsMutuallyExclusive("names", "roles-only")
	return cmd
}

// audiences lists the ids of the presets.
func audiences() string {
	list, err := export.Presets()
	if err != nil {
		return ""
	}
	ids := make([]string, len(list))
	for i, p := range list {
		ids[i] = p.ID
	}
	return strings.Join(ids, "|")
}

func (c *cli) runExport(cmd *cobra.Command, id string, f exportFlags) error {
	return c.withSource(cmd.Context(), func(src export.Source, cfg *config.Config) error {
		o, format, err := f.options(id, cmd.Flags().Changed, src.Site().Zone)
		if err != nil {
			return c.exportProblem(id, err)
		}
		if f.preview {
			o.Lang, o.TLP = cmp.Or(o.Lang, cfg.Site.Lang), cmp.Or(o.TLP, cfg.Export.TLP)
			return c.previewExport(cmd.Context(), src, format, o)
		}
		return c.exportTo(cmd.Context(), src, cfg, takeOut{format: format, out: f.out, pipe: c.out, o: o})
	})
}

// options turns what was typed into choices; what is typed goes before what the
// audience usually gets.
func (f *exportFlags) options(id string, changed func(string) bool, zone *time.Location) (export.Options, string, error) {
	o, format := export.Options{}, f.format
	if f.audience != "" {
		p, err := export.PresetFor(f.audience)
		if err != nil {
			return o, "", fmt.Errorf("%w: %s", err, audiences())
		}
		o = p.Apply(o)
		if !changed("format") {
			format = p.Format
		}
	}
	o.Incident, o.At = id, f.at
	set := func(flag string, do func()) {
		if changed(flag) {
			do()
		}
	}
	set("lang", func() { o.Lang = f.lang })
	set("tlp", func() { o.Ceiling = f.tlp })
	set("era", func() { o.Era = f.era })
	set("names", func() { o.Roles = !f.names })
	set("roles-only", func() { o.Roles = f.roles })
	set("order", func() { o.Recorded = f.order == "recorded" })
	switch {
	case f.order != "" && f.order != "happened" && f.order != "recorded":
		return o, "", fmt.Errorf("--order %.20q: %w: happened, recorded", f.order, export.ErrChoice)
	case o.Lang != "" && o.Lang != "ja" && o.Lang != "en" && o.Lang != "both":
		return o, "", fmt.Errorf("--lang %.20q: %w: ja, en, both", o.Lang, export.ErrChoice)
	}
	var err error
	if o.From, err = export.ParseBound(f.from, zone, false); err != nil {
		return o, "", fmt.Errorf("--from: %w", err)
	}
	if o.To, err = export.ParseBound(f.to, zone, true); err != nil {
		return o, "", fmt.Errorf("--to: %w", err)
	}
	return o, format, nil
}

// previewExport shows how an export begins.
func (c *cli) previewExport(ctx context.Context, src export.Source, format string, o export.Options) error {
	p, err := src.Preview(ctx, format, o, previewRows)
	if err != nil {
		return c.exportProblem(o.Incident, err)
	}
	h := p.Header
	rows := make([]map[string]any, 0, len(p.Rows))
	for i := range p.Rows {
		r := &p.Rows[i]
		rows = append(rows, map[string]any{"seq": r.Seq, "time": h.Short(h.Moment(r)), "parties": h.Parties(r), "content": r.Content, "result": r.Result, "recorder": h.Recorder(r), "marks": append([]string{}, h.Marks(r)...)})
	}
	data := map[string]any{
		"incident": o.Incident, "format": format, "name": p.Made.Name, "tlp": h.Label(), "entries": p.Made.Count, "shown": p.Made.Shown,
		"withheld": p.Made.Withheld, "head": hex.EncodeToString(p.Made.Head.Head[:]), "title": h.Heading(), "subtitle": h.Subtitle(), "rows": rows,
	}
	return c.answer("export.preview", data, func() {
		c.printf("%s   %s\n", h.Heading(), h.Label())
		for _, s := range h.Subtitle() {
			c.printf("%s\n", s)
		}
		for i := range p.Rows {
			r := &p.Rows[i]
			marks := strings.Join(h.Marks(r), "・")
			c.printf("%s\n", oneRow(fmt.Sprintf("#%d", r.Seq), h.Short(h.Moment(r)), h.Parties(r), marks, r.Content, r.Result, h.Recorder(r)))
		}
		if more := p.Made.Shown - int64(len(p.Rows)); more > 0 {
			c.printf("%s\n", c.say(fmt.Sprintf("… ほか %d件", more), fmt.Sprintf("… and %d more", more)))
		}
		c.printf("%s\n", c.say(fmt.Sprintf("出力すると %s。伏せる文章 %d件", p.Made.Name, p.Made.Withheld), fmt.Sprintf("It would be %s, with %d texts withheld", p.Made.Name, p.Made.Withheld)))
	})
}

// oneRow joins the parts of a row on one line.
func oneRow(parts ...string) string {
	var out []string
	for _, p := range parts {
		if p = strings.Join(strings.Fields(p), " "); p != "" {
			out = append(out, p)
		}
	}
	return strings.Join(out, "  ")
}
