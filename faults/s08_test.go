package faults

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"irbot/internal/directory"
	"irbot/internal/incident"
)

// S08: the whole table of who may do what, by every pathway through the one
// check, and over the command socket of the running program. y is done, n is
// refused and the refusal is in the record. An approval has no pathway but a
// screen that shows the text, so the socket has none at all (see also
// TestPromise2ApproveIsNoCommand); links in mails and SMS only acknowledge
// (internal/web, TestAnswerLinkIsBound). Control: a site whose table gives the
// office staff the lead must differ.
func TestS08RoleActionPathway(t *testing.T) {
	const want = `
		            report declare respond lead decide approve close override
		sato        y      y       y       y    y      n       y     n
		watanabe    y      y       y       y    y      y       y     y
		kobayashi   y      y       y       n    y      y       n     n
		yoshida     y      y       y       y    y      n       y     n
		yamada      y      y       y       n    y      n       n     n
		suzuki      y      y       y       n    n      n       n     n
		nakamura    y      y       y       n    n      n       n     n
		guest:slack-U9 y   y       y       n    n      n       n     n
		guest:gate3 y      n       n       n    n      n       n     n
		mallory     y      n       n       n    n      n       n     n
		system      y      n       n       n    n      n       n     n`
	grid := table(want)
	for _, surface := range []string{"web", "slack", "mail"} {
		t.Run(surface, func(t *testing.T) {
			h := openHouse(t, t.TempDir(), (&turned{now: t0()}).read, staffed())
			defer h.close()
			if diff := cmp.Diff(grid, h.tried(grid, surface)); diff != "" {
				t.Error(diff)
			}
		})
	}
	t.Run("control", func(t *testing.T) {
		at := staffed()
		at.Permissions[incident.MayLead] = append(at.Permissions[incident.MayLead], "liaison")
		h := openHouse(t, t.TempDir(), (&turned{now: t0()}).read, at)
		defer h.close()
		if got := h.tried(map[string]string{"suzuki": ""}, "web"); got["suzuki"] == grid["suzuki"] {
			t.Error("control: another table gives the same cells")
		}
	})
}

// TestS08Socket is the same table over the socket of the running program, for
// what it can be asked.
func TestS08Socket(t *testing.T) {
	const want = `
		          declare respond lead override
		sato      y       y       y    n
		watanabe  y       y       y    y
		kobayashi y       y       n    n
		yoshida   y       y       y    n
		suzuki    y       y       n    n
		nakamura  y       y       n    n
		mallory   n       n       n    n
		system    n       n       n    n
		guest:gate3 n     n       n    n`
	s := newSite(t, nil, nil)
	srv := s.start()
	got := map[string]string{}
	for who := range table(want) {
		id := srv.must("", "incident.declare", "s08-"+who, incident.Declare{Title: "台帳 " + who, Runbook: "none"}).Incident
		var row []string
		for i, c := range []struct {
			id, name string
			args     any
		}{
			{"", "incident.declare", incident.Declare{Title: "別件 " + who, Runbook: "none"}},
			{id, "note.add", incident.AddNote{Text: "記録"}},
			{id, (incident.SetSeverity{}).Name(), incident.SetSeverity{Level: 2, Reason: "影響"}},
			{id, "incident.close", incident.Close{Reason: "終わり", Override: true}},
		} {
			_, err := srv.as(who, c.id, c.name, fmt.Sprintf("s08-%s-%d", who, i), c.args)
			row = append(row, cell(t, err))
		}
		got[who] = strings.Join(row, " ")
	}
	if diff := cmp.Diff(table(want), got); diff != "" {
		t.Error(diff)
	}
}

// table reads a grid into one row for each person.
func table(s string) map[string]string {
	out := map[string]string{}
	for i, line := range strings.Split(strings.TrimSpace(s), "\n") {
		if f := strings.Fields(line); i > 0 {
			out[f[0]] = strings.Join(f[1:], " ")
		}
	}
	return out
}

// cell is: y for what was done, n for what was refused for want of a right.
func cell(t *testing.T, err error) string {
	t.Helper()
	var over refusal
	var r *incident.Refusal
	switch {
	case err == nil:
		return "y"
	case errors.As(err, &over):
		if over.why.Code == "perm.no" || over.why.Code == "person.unknown" {
			return "n"
		}
		return over.why.Code
	case errors.As(err, &r) && r.Code == "perm.no" && !r.Recorded:
		return "unrecorded"
	case errors.As(err, &r) && r.Code == "perm.no":
		return "n"
	}
	return err.Error()
}

// staffed is the terminal with everybody of the table, where a declaration asks
// nothing of anybody, so that an incident can be closed.
func staffed() *incident.Site {
	at := terminal(nil)
	at.OnDeclare, at.OnReport, at.Duties = "", "", nil
	for id, role := range map[string]string{"yoshida": "exec", "yamada": "ops", "nakamura": "admin"} {
		at.Directory.People = append(at.Directory.People, directory.Person{ID: id, Name: id, Roles: []string{role}})
	}
	slices.SortFunc(at.Directory.People, func(a, b directory.Person) int { return strings.Compare(a.ID, b.ID) })
	return at
}

// tried does everything of the table as everybody in it, each in an incident of
// its own, by one surface.
func (h *house) tried(people map[string]string, surface string) map[string]string {
	h.t.Helper()
	out := map[string]string{}
	for who := range people {
		act := func(id string, cmd incident.Command) string {
			a := incident.Act{Person: who, Surface: surface}
			var err error
			if id == "" {
				_, err = h.svc.Open(h.t.Context(), a, cmd)
			} else {
				_, err = h.svc.Do(h.t.Context(), a, id, cmd)
			}
			return cell(h.t, err)
		}
		closing := h.do("watanabe", "", incident.Declare{Title: "閉じる", Runbook: "none"}).Incident
		id := h.do("watanabe", "", incident.Declare{Title: "台帳", Runbook: "none"}).Incident
		h.do("ito", id, incident.OpenDecision{Question: "止めるか", Options: []incident.Option{{Text: "止める"}, {Text: "続ける"}}})
		n := h.do("suzuki", id, incident.DraftNotice{Dest: "mlit", Subject: "第一報", Body: "本文"}).Outcome.Ref
		h.do("suzuki", id, incident.SubmitNotice{Notice: n})
		row := []string{
			act("", incident.Report{Finder: "ransom"}), act("", incident.Declare{Title: "別件", Runbook: "none"}),
			act(id, incident.AddNote{Text: "記録"}), act(id, incident.SetSeverity{Level: 2, Reason: "影響"}),
			act(id, incident.Decide{Decision: h.state(id).Decisions[0].ID, Choice: "a", Basis: "被害の拡大", Review: t0().Add(time.Hour)}),
			act(id, incident.ApproveNotice{Notice: n, Digest: h.state(id).Notice(n).Digest, Opened: true}),
			act(closing, incident.Close{Reason: "終わり"}),
		}
		h.do("suzuki", id, incident.DraftNotice{Dest: "mlit", Subject: "続報", Body: "本文"})
		out[who] = strings.Join(append(row, act(id, incident.Close{Reason: "残して終える", Override: true})), " ")
	}
	return out
}
