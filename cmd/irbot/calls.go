package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"irbot/internal/anchor"
	"irbot/internal/auth"
	"irbot/internal/drill"
	"irbot/internal/incident"
	"irbot/internal/localapi"
	"irbot/internal/timeline"
)

// calls are what the owner of the data can ask for. A running server answers
// them on the local socket; without one, a command opens the folder and runs
// the same function itself.
func (n *node) calls() map[string]localapi.Call {
	return map[string]localapi.Call{
		"user.put":         typed(n.putUser),
		"user.off":         typed(n.disableUser),
		"user.link":        typed(n.userLink),
		"restored.confirm": typed(n.confirmRestored),
		"drill.next":       typed(n.nextInject),
		"report.attach":    typed(n.attachFiles),
		"checkpoint":       typed(n.signHead),
		"rebuild":          typed(n.rebuild),
		"contacts.verify":  typed(n.verifyContacts),
		"contacts.import":  typed(n.importContacts),
		"anchor.now":       typed(n.anchorNow),
		"key.rotate":       typed(n.rotateKey),
		"backup.now":       typed(n.backupNow),
	}
}

// typed reads the arguments of a call into their struct.
func typed[In, Out any](f func(context.Context, In) (Out, error)) localapi.Call {
	return func(ctx context.Context, args json.RawMessage) (any, error) {
		var in In
		if err := json.Unmarshal(args, &in); err != nil {
			return nil, fmt.Errorf("read arguments: %w", err)
		}
		return f(ctx, in)
	}
}

// ask makes a call to the running server, or carries it out on the folder.
func ask[Out any](ctx context.Context, c *cli, name string, in any) (Out, error) {
	var out Out
	cfg, err := c.load()
	if err != nil {
		return out, err
	}
	called, err := localapi.Dial(cfg.Data).Call(ctx, name, in)
	switch {
	case errors.Is(err, localapi.ErrDown):
		called.Data, err = c.alone(ctx, name, in)
		if err != nil {
			return out, err
		}
	case err != nil:
		return out, err
	case called.Error != nil:
		return out, c.refused(localapi.Reply{Error: called.Error})
	}
	if err := json.Unmarshal(called.Data, &out); err != nil {
		return out, fmt.Errorf("read answer: %w", err)
	}
	return out, nil
}

// alone opens the folder for one call.
func (c *cli) alone(ctx context.Context, name string, in any) (json.RawMessage, error) {
	cfg, err := c.loadWhole()
	if err != nil {
		return nil, err
	}
	n, err := c.assemble(ctx, cfg, mode{what: "irbot " + name})
	if err != nil {
		return nil, err
	}
	defer n.shut()
	args, err := json.Marshal(in)
	if err != nil {
		return nil, fmt.Errorf("write arguments: %w", err)
	}
	res, err := n.calls()[name](ctx, args)
	if err != nil {
		return nil, err
	}
	return json.Marshal(res)
}

// The kinds of entry about accounts and the folder, in the SITE log.
const (
	kindAccountPut  timeline.Kind = "account.set"
	kindAccountOff  timeline.Kind = "account.disabled"
	kindAccountLink timeline.Kind = "account.linked"
	kindRestored    timeline.Kind = "restore.confirmed"
	kindRebuilt     timeline.Kind = "tables.rebuilt"
)

// siteEntry records something in the standing log, as done on the command line.
func (n *node) siteEntry(ctx context.Context, kind timeline.Kind, facts map[string]any, text timeline.Text) error {
	act := incident.Act{Person: operator(n.cfg), Surface: "cli"}
	return n.svc.SiteEntry(ctx, act, kind, facts, text)
}

// userArgs name an account. Only a hash of the password travels.
type userArgs struct {
	Name   string `json:"name"`
	Person string `json:"person"`
	Hash   string `json:"hash,omitempty"`
	New    bool   `json:"new,omitempty"`
}

// userDone tells what became of an account.
type userDone struct {
	Name   string `json:"name"`
	Person string `json:"person"`
	Link   string `json:"link,omitempty"`
}

var errUserThere = errors.New("this name is taken")

// putUser makes an account, or changes its password and ends its sessions.
func (n *node) putUser(ctx context.Context, in userArgs) (userDone, error) {
	old, err := n.store.Account(ctx, in.Name)
	switch {
	case errors.Is(err, auth.ErrNone) && !in.New:
		return userDone{}, fmt.Errorf("account %s: %w", in.Name, incident.ErrNotFound)
	case err == nil && in.New:
		return userDone{}, fmt.Errorf("account %s: %w", in.Name, errUserThere)
	case err != nil && !errors.Is(err, auth.ErrNone):
		return userDone{}, err
	}
	if !in.New {
		in.Person = old.Person
	}
	if _, ok := n.svc.Site().Directory.Person(in.Person); !ok {
		return userDone{}, fmt.Errorf("person %s: %w", in.Person, incident.ErrNotFound)
	}
	a := auth.Account{Name: in.Name, Person: in.Person, Hash: in.Hash}
	if err := n.store.PutAccount(ctx, a); err != nil {
		return userDone{}, err
	}
	if !in.New {
		if err := n.store.DeleteSessionsOf(ctx, in.Name); err != nil {
			return userDone{}, err
		}
	}
	err = n.siteEntry(ctx, kindAccountPut, map[string]any{"person": in.Person, "new": in.New}, timeline.Text{"account": in.Name})
	return userDone{Name: in.Name, Person: in.Person}, err
}

// disableUser shuts an account out at once.
func (n *node) disableUser(ctx context.Context, in userArgs) (userDone, error) {
	a, err := n.store.Account(ctx, in.Name)
	if errors.Is(err, auth.ErrNone) {
		return userDone{}, fmt.Errorf("account %s: %w", in.Name, incident.ErrNotFound)
	}
	if err != nil {
		return userDone{}, err
	}
	a.Disabled = true
	if err := n.store.PutAccount(ctx, a); err != nil {
		return userDone{}, err
	}
	if err := n.store.DeleteSessionsOf(ctx, in.Name); err != nil {
		return userDone{}, err
	}
	err = n.siteEntry(ctx, kindAccountOff, map[string]any{"person": a.Person}, timeline.Text{"account": in.Name})
	return userDone{Name: a.Name, Person: a.Person}, err
}

// userLink makes a one-time link, for somebody who has no password or lost it.
func (n *node) userLink(ctx context.Context, in userArgs) (userDone, error) {
	link, err := n.linkFor(ctx, in.Person, time.Hour)
	if err != nil {
		return userDone{}, err
	}
	err = n.siteEntry(ctx, kindAccountLink, map[string]any{"person": in.Person}, nil)
	return userDone{Person: in.Person, Link: link}, err
}

// restoreWord is what a person says about a restored folder.
type restoreWord struct {
	Accept bool   `json:"accept"` // what the anchors saw beyond the backup is lost
	Reason string `json:"reason"`
}

// restoreConfirmed tells what became of it.
type restoreConfirmed struct {
	Confirmed bool             `json:"confirmed"`
	Lost      []anchor.Finding `json:"lost"` // anchors beyond the restored record
}

// confirmRestored lets a restored folder send again. Where an anchor outside is
// newer than the record, a newer original may be running: that is refused until
// somebody accepts, in so many words, that those entries are lost.
func (n *node) confirmRestored(ctx context.Context, in restoreWord) (restoreConfirmed, error) {
	out := restoreConfirmed{Lost: []anchor.Finding{}}
	at, err := n.store.Restored(ctx)
	if err != nil || at.IsZero() {
		return out, err
	}
	if err := n.watch.Look(ctx); err != nil {
		return out, err
	}
	if _, lost := n.watch.Last(); len(lost) > 0 {
		out.Lost = lost
		if !in.Accept {
			return out, nil
		}
		if err := n.acceptLoss(ctx, in.Reason); err != nil {
			return out, err
		}
	}
	if err := n.siteEntry(ctx, kindRestored, map[string]any{}, nil); err != nil {
		return out, err
	}
	if err := n.store.ConfirmRestored(ctx); err != nil {
		return out, err
	}
	n.resume()
	out.Confirmed = true
	return out, nil
}

// acceptLoss records which anchors are known to be of entries that are gone:
// all of them, so that each further one still raises the alarm.
func (n *node) acceptLoss(ctx context.Context, reason string) error {
	seen, _ := n.watch.Last()
	text := timeline.Text{"reason": reason}
	if reason == "" {
		text = nil
	}
	for points := range slices.Chunk(anchor.Lost(seen.Findings), anchor.LossPage) {
		if err := n.siteEntry(ctx, kindAnchorAccepted, map[string]any{"points": points}, text); err != nil {
			return err
		}
	}
	n.watch.Settle()
	return nil
}

// injectDone tells which situation was given.
type injectDone struct {
	Incident string `json:"incident"`
	Title    string `json:"title"`
	Left     int    `json:"left"`
	Over     bool   `json:"over"`
}

func (n *node) nextInject(ctx context.Context, in struct {
	Incident string `json:"incident"`
	Person   string `json:"person"`
}) (injectDone, error) {
	// Asked for like anybody else's act: refused to whom it is refused elsewhere.
	if _, err := n.svc.Do(ctx, n.controller(ctx, in.Incident, in.Person), in.Incident, incident.NextInject{}); err != nil {
		return injectDone{}, err
	}
	title, left, err := director{n}.Give(ctx, in.Incident)
	if errors.Is(err, drill.ErrOver) || err == nil && title == "" {
		return injectDone{Incident: in.Incident, Over: true}, nil
	}
	return injectDone{Incident: in.Incident, Title: title, Left: left}, err
}

// controller is who gives a situation on the command line. In the demo, where
// everybody may switch roles, it is somebody who may.
func (n *node) controller(ctx context.Context, id, person string) incident.Act {
	act := incident.Act{Person: cmp.Or(person, operator(n.cfg)), Surface: "cli", Request: requestKey()}
	if v, err := n.svc.View(ctx, id); err == nil && person == "" && v.Site.Demo {
		if may := v.Site.Who(incident.MayLead, v.S); len(may) > 0 && !slices.Contains(may, act.Person) {
			act.Person = may[0]
		}
	}
	if act.Person != operator(n.cfg) { // the record shows who entered it
		act.Request = "cli/" + operator(n.cfg) + "/" + act.Request
	}
	return act
}

// signHead makes a checkpoint on demand.
func (n *node) signHead(ctx context.Context, in struct {
	Incident string `json:"incident"`
}) (map[string]string, error) {
	st, err := n.store.State(ctx, in.Incident)
	if err != nil {
		return nil, err
	}
	if err := n.notary.At(ctx, st.ID, st.Seq); err != nil {
		return nil, err
	}
	all, err := n.store.Checkpoints(ctx, in.Incident)
	if err != nil || len(all) == 0 {
		return nil, errors.Join(err, incident.ErrNotFound)
	}
	return map[string]string{"incident": in.Incident, "note": string(all[len(all)-1].Note)}, nil
}

// rebuild rewrites the operational tables from the record.
func (n *node) rebuild(ctx context.Context, _ struct{}) (map[string]bool, error) {
	if err := n.store.Rebuild(ctx); err != nil {
		return nil, err
	}
	return map[string]bool{"rebuilt": true}, n.siteEntry(ctx, kindRebuilt, map[string]any{}, nil)
}
