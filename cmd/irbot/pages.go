package main

import (
	"cmp"
	"context"
	"encoding/hex"
	"fmt"
	"io"

	"irbot/internal/chat"
	"irbot/internal/export"
	"irbot/internal/paper"
	"irbot/internal/runbook"
	"irbot/internal/timeline"
	"irbot/internal/web"
)

// pages is what the further pages of the console need from outside.
func (n *node) pages() web.Pages {
	p := web.Pages{
		Search: n.searchPage, Copies: func(id string, seq int64) []string { return holding(n.cfg, id, seq) },
		URL: n.cfg.Console.PublicURL, Export: exporter{n}, Audiences: audiencesForWeb(), Letters: n.box.Kept,
		Doctor: n.checks, Report: n.cfg.Console.Finder, Answers: n.store, Review: paper.Review,
	}
	p.Read = func(name string, src []byte, strict bool) (*runbook.Runbook, error) {
		opt := readOptions(n.cfg)
		opt.Strict, opt.Today = strict, n.wall()
		return runbook.Read(name, src, opt)
	}
	if b := n.bookOf(); b != nil {
		p.Book = b
	}
	return p
}

// searchPage looks for words for the console.
func (n *node) searchPage(ctx context.Context, question, id string) ([]web.Found, bool, error) {
	got, err := n.store.Search(ctx, question, id, searchMost)
	if err != nil {
		return nil, false, err
	}
	var out []web.Found
	for _, h := range got.Hits {
		out = append(out, web.Found{Incident: h.Incident, Seq: h.Seq, At: h.At, Before: h.Before, Match: h.Match, After: h.After})
	}
	return out, got.More, nil
}

// exporter takes the record out for the console.
type exporter struct{ n *node }

// Export implements web.Exporter.
func (x exporter) Export(ctx context.Context, w io.Writer, o web.ExportOrder) (web.Exported, error) {
	src, choices, err := x.choices(o)
	if err != nil {
		return web.Exported{}, err
	}
	m, err := src.Write(ctx, w, o.Format, choices)
	return madeForWeb(m, o.Format), orderError(err)
}

// Preview implements web.Exporter.
func (x exporter) Preview(ctx context.Context, o web.ExportOrder) (web.ExportPreview, error) {
	src, choices, err := x.choices(o)
	if err != nil {
		return web.ExportPreview{}, err
	}
	p, err := src.Preview(ctx, o.Format, choices, previewRows)
	if err != nil {
		return web.ExportPreview{}, orderError(err)
	}
	h := p.Header
	out := web.ExportPreview{Exported: madeForWeb(p.Made, o.Format), Title: h.Heading(), Label: h.Label(), Subtitle: h.Subtitle(), Shown: p.Made.Shown}
	for i := range p.Rows {
		r := &p.Rows[i]
		out.Rows = append(out.Rows, web.ExportRow{
			Seq: r.Seq, When: h.Short(h.Moment(r)), Parties: h.Parties(r), Content: r.Content, Result: r.Result, By: h.Recorder(r),
			Marks: h.Marks(r), Struck: r.Struck, Withheld: r.Withheld,
		})
	}
	return out, nil
}

// choices reads an order of the console.
func (x exporter) choices(o web.ExportOrder) (export.Source, export.Options, error) {
	out := export.Options{
		Incident: o.Incident, At: o.At, Lang: cmp.Or(o.Lang, x.n.cfg.Site.Lang), TLP: x.n.cfg.Export.TLP, Ceiling: o.TLP,
		Roles: o.Roles, Era: o.Era, Recorded: o.Recorded, Audience: o.Audience, Progress: o.Progress,
	}
	src, err := source(x.n.store, x.n.store.Head, x.n.svc, x.n.words, x.n.dir)
	if err != nil {
		return src, out, err
	}
	zone := src.Site().Zone
	if out.From, err = export.ParseBound(o.From, zone, false); err != nil {
		return src, out, orderError(err)
	}
	out.To, err = export.ParseBound(o.To, zone, true)
	return src, out, orderError(err)
}

// orderError tells the console that a choice was wrong.
func orderError(err error) error {
	if err != nil && export.Known(err) {
		return fmt.Errorf("%w: %w", web.ErrOrder, err)
	}
	return err
}

func madeForWeb(m export.Made, format string) web.Exported {
	return web.Exported{Name: m.Name, Kind: export.ContentType(format), Head: hex.EncodeToString(m.Head.Head[:]), Count: m.Count, Withheld: m.Withheld}
}

// audiencesForWeb are the presets of the export page.
func audiencesForWeb() []web.Audience {
	list, err := export.Presets()
	if err != nil {
		return nil // the shipped list is checked by a test
	}
	out := make([]web.Audience, 0, len(list))
	for _, p := range list {
		o := p.Apply(export.Options{})
		out = append(out, web.Audience{
			ID: p.ID, Name: [2]string{p.Name, p.NameEN}, Why: [2]string{p.Why, p.WhyEN},
			Order: web.ExportOrder{Format: p.Format, Lang: o.Lang, TLP: o.Ceiling, Roles: o.Roles, Era: o.Era, Recorded: o.Recorded, Audience: p.ID},
		})
	}
	return out
}

// Verify implements web.Exporter.
func (x exporter) Verify(ctx context.Context, id string) (web.Verified, error) {
	keys, err := publicKeys(x.n.dir, x.n.signer.Load())
	if err != nil {
		return web.Verified{}, err
	}
	chk := storeChecks{keys: keys, own: true}
	rep, err := chk.log(ctx, x.n.store.View, id)
	if err != nil {
		return web.Verified{}, err
	}
	out := web.Verified{At: x.n.wall().UTC(), Size: rep.Count, Head: rep.Head, Checkpoints: len(rep.Held)}
	if out.Anchored, err = x.n.anchoredTo(ctx, id); err != nil {
		return web.Verified{}, err
	}
	if !rep.Holds() {
		p := rep.Problems[0]
		out.FailedAt, out.Problem = max(p.Seq, 1), p.Japanese()+" / "+p.English()
	}
	return out, nil
}

// anchoredTo is the size of the newest checkpoint that left the machine and whose
// head this record still has; 0 where none did.
func (n *node) anchoredTo(ctx context.Context, id string) (int64, error) {
	list, err := n.store.Anchors(ctx, id)
	if err != nil {
		return 0, err
	}
	newest := int64(0)
	for _, a := range list {
		if a.Size <= newest {
			continue
		}
		kept, err := timeline.ReadCheckpoint(a.Note)
		if err != nil {
			continue // a note that cannot be read vouches for nothing
		}
		head, _, err := n.store.HeadAt(ctx, id, a.Size)
		if err != nil {
			return 0, err
		}
		if head == kept.Head {
			newest = a.Size
		}
	}
	return newest, nil
}

// checks runs irbot doctor for the console.
func (n *node) checks(ctx context.Context, lang chat.Lang) []web.DoctorResult {
	c := &cli{lang: lang, words: n.words, env: func(string) string { return "" }, out: io.Discard, err: io.Discard}
	r := n.info(n.cfg.URL())
	d := &doctor{c: c, cfg: n.cfg, server: &r}
	d.all(ctx)
	states := map[string]string{stateOK: "ok", stateNote: "warn", stateBad: "fail", stateOff: "warn"}
	var out []web.DoctorResult
	demo := n.svc.Site().Demo
	for _, f := range d.list {
		if demo && (f.State == stateOff || f.ID == "backup") {
			continue // the demo has nothing to set up and nothing to lose
		}
		out = append(out, web.DoctorResult{Name: f.Title, State: states[f.State], Text: f.Message, Fix: f.Fix})
	}
	return out
}
