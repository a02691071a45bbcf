package incident

import (
	"context"
	"fmt"

	"irbot/internal/tally"
)

// RowView is a row with its values.
type RowView struct {
	Counted
	Values map[string]string
	Writer string // who wrote the paper
}

// RowViews gives the rows of a type ("" for all) that hold, with their values,
// in the order they were counted. A row whose text was erased has none.
func (s *Service) RowViews(ctx context.Context, st *Incident, kind string) ([]RowView, error) {
	rows := st.RowsOf(kind)
	if len(rows) == 0 {
		return nil, nil
	}
	seqs := make([]int64, 0, len(rows))
	for _, r := range rows {
		seqs = append(seqs, r.Seq)
	}
	texts, err := s.Words(ctx, st.ID, seqs)
	if err != nil {
		return nil, err
	}
	out := make([]RowView, 0, len(rows))
	for _, r := range rows {
		t := texts[r.Seq]
		out = append(out, RowView{Counted: r, Values: RowValues(t), Writer: t["writer"]})
	}
	return out, nil
}

// Record is a row as package tally writes it; who is the name of its recorder.
func (r RowView) Record(who string) tally.Record {
	return tally.Record{N: r.N, At: r.At, By: who, Writer: r.Writer, Paper: r.Paper, Replaces: r.Replaces, Values: r.Values}
}

// Reconciliation compares the newest list of the terminal operating system with
// what was counted in the yard.
type Reconciliation struct {
	List        *TOSList // nil: none was imported
	TOS         int      // containers of the list
	Yard        int      // containers counted
	Bad         []tally.BadLine
	Differences []tally.Difference
}

// Reconcile compares the newest imported list with the yard rows.
func (s *Service) Reconcile(ctx context.Context, st *Incident) (Reconciliation, error) {
	rows, err := s.RowViews(ctx, st, "yard")
	if err != nil {
		return Reconciliation{}, err
	}
	var yard []tally.Box
	for _, r := range rows {
		yard = append(yard, tally.Box{Container: r.Values["container"], Slot: r.Values["slot"], Hold: r.Values["hold"], Line: r.N})
	}
	out := Reconciliation{Yard: len(yard)}
	if len(st.Lists) == 0 || s.p.Blob == nil {
		return out, nil
	}
	list := st.Lists[len(st.Lists)-1]
	data, err := s.p.Blob(ctx, list.Hash)
	if err != nil {
		return out, fmt.Errorf("read list %s of %s: %w", list.ID, st.ID, err)
	}
	l, err := tally.ParseList(data)
	if err != nil {
		return out, fmt.Errorf("read list %s of %s: %w", list.ID, st.ID, err)
	}
	out.List, out.TOS, out.Bad, out.Differences = &list, len(l.Boxes), l.Bad, tally.Reconcile(l.Boxes, yard)
	return out, nil
}
