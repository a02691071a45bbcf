package cacao

import (
	"slices"

	"irbot/internal/runbook"
)

// stepExt is what a runbook says of a step and CACAO has no member for. Its
// schema is docs/schema/cacao-extension.v1.json.
type stepExt struct {
	Key       string      `json:"key"`
	ID        string      `json:"id,omitempty"`
	Form      string      `json:"form"` // action, decision, condition, branch
	Phase     int         `json:"phase"`
	Owners    []string    `json:"owners,omitempty"`
	Approvers []string    `json:"approvers,omitempty"`
	Due       *limitExt   `json:"due,omitempty"`
	Estimate  string      `json:"estimate,omitempty"`
	Evidence  []string    `json:"evidence,omitempty"`
	DoneWhen  string      `json:"done_when,omitempty"`
	Forbidden []string    `json:"forbidden,omitempty"`
	TwoPerson bool        `json:"two_person,omitempty"`
	Optional  bool        `json:"optional,omitempty"`
	Parallel  bool        `json:"parallel,omitempty"`
	Subs      []string    `json:"sub_steps,omitempty"`
	Commands  []string    `json:"commands,omitempty"`
	Warnings  []string    `json:"warnings,omitempty"`
	Remarks   []string    `json:"remarks,omitempty"`
	Notify    []string    `json:"notify,omitempty"`
	Message   string      `json:"message,omitempty"`
	Escalate  string      `json:"escalate,omitempty"`
	Timers    []string    `json:"timers,omitempty"`
	Rows      []string    `json:"rows,omitempty"`     // forms whose rows are counted in the step
	Runbooks  []string    `json:"runbooks,omitempty"` // files of other runbooks the step leads to
	Branches  []branchExt `json:"branches,omitempty"`
}

type limitExt struct {
	Written  string `json:"written"`
	Anchor   string `json:"anchor"`
	AfterMS  int64  `json:"after_ms,omitempty"`
	Business int    `json:"business_days,omitempty"`
	Clock    string `json:"clock,omitempty"`
}

type branchExt struct {
	Case    string   `json:"case"`
	Label   string   `json:"label"`
	Text    string   `json:"text,omitempty"`
	Runbook string   `json:"runbook,omitempty"`
	Subs    []string `json:"sub_steps,omitempty"`
}

type phaseExt struct {
	No        int      `json:"no"`
	Title     string   `json:"title"`
	Window    string   `json:"window,omitempty"`
	Kind      string   `json:"kind"`
	Lane      string   `json:"lane,omitempty"`
	Parallel  bool     `json:"parallel,omitempty"`
	Owners    []string `json:"owners,omitempty"`
	Approvers []string `json:"approvers,omitempty"`
	Due       string   `json:"due,omitempty"`
	Purpose   string   `json:"purpose,omitempty"`
	Notes     []string `json:"notes,omitempty"`
	Timers    []string `json:"timers,omitempty"`
	Prepare   []string `json:"steps_before_an_incident,omitempty"`
}

type bookExt struct {
	Runbook  string       `json:"runbook"`
	Language string       `json:"language"`
	SHA256   string       `json:"source_sha256"`
	Version  string       `json:"version,omitempty"`
	Owner    string       `json:"owner,omitempty"`
	Severity string       `json:"severity,omitempty"`
	Trigger  string       `json:"trigger,omitempty"`
	Reviewed string       `json:"reviewed,omitempty"`
	ReviewBy string       `json:"review_by,omitempty"`
	Zone     string       `json:"time_zone,omitempty"`
	Phases   []phaseExt   `json:"phases"`
	Notes    []string     `json:"notes,omitempty"`
	Wordings []wordingExt `json:"wordings,omitempty"`
	Contexts []contextExt `json:"contexts,omitempty"`
}

type wordingExt struct {
	Title string `json:"title"`
	Text  string `json:"text"`
}

type contextExt struct {
	Title string `json:"title"`
	Body  string `json:"body"`
}

func limitOf(l *runbook.Limit) *limitExt {
	if l == nil {
		return nil
	}
	return &limitExt{Written: l.Written, Anchor: string(l.Anchor), AfterMS: l.After.Milliseconds(), Business: l.Business, Clock: l.Clock}
}

func extensionOf(st *runbook.Step, phase int) stepExt {
	x := stepExt{
		Key: st.Key, ID: st.ID, Form: "action", Phase: phase, Owners: st.Owner, Approvers: st.Approver, Due: limitOf(st.Due),
		Evidence: st.Evidence, DoneWhen: st.DoneWhen, Forbidden: st.Forbidden, TwoPerson: st.TwoPerson, Optional: st.Optional,
		Parallel: st.Parallel, Message: st.Message, Rows: st.Forms,
	}
	for _, l := range st.Links {
		if l.Runbook && !slices.Contains(x.Runbooks, l.URL) {
			x.Runbooks = append(x.Runbooks, l.URL)
		}
	}
	if st.Estimate != nil {
		x.Estimate = st.Estimate.Written
	}
	for _, s := range st.SubSteps {
		x.Subs = append(x.Subs, s.Title)
	}
	for _, c := range st.Commands {
		x.Commands = append(x.Commands, c.Text)
	}
	for _, n := range st.Notes {
		switch n.Kind {
		case "prohibition":
		case "note":
			x.Remarks = append(x.Remarks, n.Text)
		default:
			x.Warnings = append(x.Warnings, n.Text)
		}
	}
	for _, n := range st.Notify {
		x.Notify = append(x.Notify, destination(n))
	}
	if st.Escalate != nil {
		x.Escalate = st.Escalate.Written
	}
	for _, t := range st.Timers {
		x.Timers = append(x.Timers, t.Written)
	}
	return x
}

func destination(n runbook.NotifyPoint) string {
	if n.Channel == "" {
		return n.To
	}
	return n.To + "（" + n.Channel + "）"
}

func bookOf(rb *runbook.Runbook) bookExt {
	b := bookExt{
		Runbook: rb.ID, Language: rb.Language, SHA256: rb.Hash, Version: rb.Version, Owner: rb.Owner, Severity: rb.Severity,
		Trigger: rb.Trigger, Reviewed: rb.Reviewed, ReviewBy: rb.ReviewBy, Zone: rb.Zone, Phases: []phaseExt{},
	}
	for _, n := range rb.Notes {
		b.Notes = append(b.Notes, n.Text)
	}
	for _, w := range rb.Wordings {
		b.Wordings = append(b.Wordings, wordingExt{Title: w.Title, Text: w.Text})
	}
	for _, c := range rb.Contexts {
		b.Contexts = append(b.Contexts, contextExt{Title: c.Title, Body: c.Body})
	}
	for i := range rb.Phases {
		b.Phases = append(b.Phases, phaseOf(&rb.Phases[i]))
	}
	return b
}

func phaseOf(p *runbook.Phase) phaseExt {
	x := phaseExt{
		No: p.No, Title: p.Title, Kind: p.Kind, Lane: p.Lane, Parallel: p.Parallel, Owners: p.Owner, Approvers: p.Approver, Purpose: p.Purpose,
	}
	if p.Window != nil {
		x.Window = p.Window.Written
	}
	if p.Due != nil {
		x.Due = p.Due.Written
	}
	for _, n := range p.Notes {
		x.Notes = append(x.Notes, n.Text)
	}
	for _, t := range p.Timers {
		x.Timers = append(x.Timers, t.Written)
	}
	if p.Kind == prepare {
		for _, st := range p.Steps {
			x.Prepare = append(x.Prepare, st.Title)
		}
	}
	return x
}

// prepare is the kind of a phase that is done in quiet times, not in a run.
const prepare = "prepare"
