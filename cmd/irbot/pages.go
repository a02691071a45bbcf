package main

import (
	"context"
	"encoding/hex"
	"io"

	"irbot/internal/chat"
	"irbot/internal/export"
	"irbot/internal/web"
)

// pages is what the further pages of the console need from outside.
func (n *node) pages() web.Pages {
	return web.Pages{URL: n.cfg.Console.PublicURL, Export: exporter{n}, Letters: n.box.Kept, Doctor: n.checks, Report: n.cfg.Console.Finder}
}

// exporter takes the record out for the console.
type exporter struct{ n *node }

// Export implements web.Exporter.
func (x exporter) Export(ctx context.Context, w io.Writer, o web.ExportOrder) (web.Exported, error) {
	src, err := source(x.n.store, x.n.store.Head, x.n.svc, x.n.words, x.n.dir)
	if err != nil {
		return web.Exported{}, err
	}
	m, err := src.Write(ctx, w, o.Format, export.Options{
		Incident: o.Incident, At: o.At, Lang: pick(o.Lang, x.n.cfg.Site.Lang), TLP: pick(o.TLP, x.n.cfg.Export.TLP),
	})
	return web.Exported{Head: hex.EncodeToString(m.Head.Head[:]), Count: m.Count}, err
}

// Verify implements web.Exporter.
func (x exporter) Verify(ctx context.Context, id string) (web.Verified, error) {
	keys, err := publicKeys(x.n.dir, x.n.signer.Load())
	if err != nil {
		return web.Verified{}, err
	}
	rep, err := storeChecks{keys: keys}.log(ctx, x.n.store.View, id)
	if err != nil {
		return web.Verified{}, err
	}
	out := web.Verified{At: x.n.wall().UTC(), Size: rep.Count, Head: rep.Head, Checkpoints: len(rep.Held), Anchored: rep.AnchoredTo}
	if !rep.Holds() {
		p := rep.Problems[0]
		out.FailedAt, out.Problem = max(p.Seq, 1), p.Japanese()+" / "+p.English()
	}
	return out, nil
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
