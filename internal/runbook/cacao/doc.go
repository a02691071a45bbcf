// Package cacao turns runbooks into CACAO Security Playbooks 2.0 (OASIS
// Committee Specification 01, 27 November 2023) and back. It guarantees that
// the same runbook gives the same bytes, that a playbook written here holds to
// the published JSON schemas, and that whatever of a foreign playbook has no
// place in a runbook is kept as text and named in a finding, never dropped and
// never run.
package cacao

import (
	"errors"
	"time"
)

// Errors of reading a playbook.
var (
	ErrNotPlaybook = errors.New("not a CACAO 2.0 playbook (CACAO 2.0 のプレイブックではありません)")
	ErrTooLarge    = errors.New("playbook is larger than 1 MiB or has more than 1,000 steps (プレイブックが1MiBまたは1,000手順を超えています)")
	ErrNoSteps     = errors.New("the workflow has no step a person could take (人が行う手順がありません)")
)

const (
	maxFile  = 1 << 20
	maxSteps = 1000

	specVersion = "cacao-2.0"
)

// Options are what a playbook says beyond the runbook.
type Options struct {
	Site     string    // site id; the identity that made the playbook is derived from it
	SiteName string    // name of the operator
	TLP      string    // CLEAR, GREEN, AMBER, AMBER+STRICT or RED; "" is AMBER
	At       time.Time // when the playbook was made
}

// Finding is something of a playbook that a runbook has no form for, or that a
// person must look at.
type Finding struct {
	Step    string // id of the step in the playbook; "" for the playbook itself
	Message string // Japanese
	English string
}

// Imported is a playbook written as a Markdown runbook.
type Imported struct {
	Name     string
	ID       string // proposed runbook id
	Markdown []byte
	Steps    int
	Findings []Finding
}

// object is a JSON object: encoding/json writes its members sorted, so that the
// same playbook has the same bytes.
type object = map[string]any
