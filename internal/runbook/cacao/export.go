package cacao

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"irbot/internal/runbook"
)

// ErrTLP says that a marking is none of TLP 2.0.
var ErrTLP = errors.New("TLP is one of CLEAR, GREEN, AMBER, AMBER+STRICT, RED")

// Export writes a runbook as a playbook: every step is a manual command,
// because irbot never runs one. Decisions are a manual question and a switch on
// its answer, lanes are parallel branches, and what CACAO has no member for
// (evidence, deadlines that count from a moment of the incident, approvers, two
// persons, prohibitions) stands in an extension. Phases for quiet times are not
// part of the workflow. Errors are ErrNoSteps and ErrTLP.
func Export(rb *runbook.Runbook, o Options) ([]byte, error) {
	if o.TLP == "" {
		o.TLP = "AMBER"
	}
	level, ok := tlpLevel(o.TLP)
	if !ok {
		return nil, fmt.Errorf("%q: %w", o.TLP, ErrTLP)
	}
	b := newBuilder(rb, o)
	if !b.flow() {
		return nil, fmt.Errorf("%s: %w", rb.ID, ErrNoSteps)
	}
	identity := "identity--" + uuid(o.Site, "site")
	marking := "marking-tlp--" + uuid("tlp", level)
	at := o.At.UTC().Format("2006-01-02T15:04:05.000Z")
	out := object{
		"type": "playbook", "spec_version": specVersion, "id": "playbook--" + uuid(o.Site, rb.ID),
		"name": rb.Title, "playbook_types": types(rb), "created_by": identity, "created": at, "modified": at,
		"labels":         []string{"irbot", rb.Language},
		"markings":       []string{marking},
		"workflow_start": b.startID, "workflow": b.workflow, "agent_definitions": b.agents,
		"playbook_extensions": object{extensionID: bookOf(rb)},
		"extension_definitions": object{extensionID: object{
			"type": "extension-definition", "name": "irbot runbook", "created_by": identity, "version": "1.0.0",
			"schema":      "docs/schema/cacao-extension.v1.json",
			"description": "Evidence, deadlines with their starting moment, approvers, two-person steps, prohibitions, notices and escalation of a runbook",
		}},
		"data_marking_definitions": object{marking: object{
			"type": "marking-tlp", "id": marking, "created_by": identity, "created": tlpPublished, "tlpv2_level": level,
		}},
	}
	if d := description(rb); d != "" {
		out["description"] = d
	}
	if len(b.variables) > 0 {
		out["playbook_variables"] = b.variables
	}
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(out); err != nil {
		return nil, fmt.Errorf("write playbook: %w", err)
	}
	return buf.Bytes(), nil
}

// tlpPublished is the day TLP 2.0 came into force (FIRST, 1 August 2022).
const tlpPublished = "2022-08-01T00:00:00.000Z"

// types are the playbook types of the open vocabulary that fit.
func types(rb *runbook.Runbook) []string {
	out := []string{"mitigation"}
	for i := range rb.Phases {
		if rb.Phases[i].Kind == "recover" {
			out = append(out, "remediation")
		}
		for j := range rb.Phases[i].Steps {
			if len(rb.Phases[i].Steps[j].Notify) > 0 {
				out = append(out, "notification")
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func description(rb *runbook.Runbook) string {
	var parts []string
	for _, p := range []string{rb.Trigger} {
		if p != "" {
			parts = append(parts, p)
		}
	}
	for _, n := range rb.Notes {
		text := n.Text
		if mark, rest, ok := strings.Cut(text, "]\n"); ok && strings.HasPrefix(mark, "[!") {
			text = rest
		}
		parts = append(parts, text)
	}
	return strings.Join(parts, "\n\n")
}

// timeout is the limit of a step in milliseconds where it counts from the step
// itself; every other limit needs a moment of the incident, which a playbook
// does not have.
func timeout(l *runbook.Limit) int64 {
	if l == nil || l.Anchor != runbook.FromCurrent || l.Business > 0 || l.After <= 0 || l.After > 366*24*time.Hour {
		return 0
	}
	return l.After.Milliseconds()
}
