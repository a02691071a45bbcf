package main

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"sort"
	"strings"

	"irbot/internal/sqlite"
	"irbot/internal/timeline"
)

// storeChecks are what a check of the whole record compares with.
type storeChecks struct {
	keys    *timeline.Keys // nil: signatures are not checked
	own     bool           // the keys are those of the folder itself
	outside []timeline.Checkpoint
	refused map[string][]timeline.Problem // log: what is wrong with notes from outside
}

// storeOrder says what to compare a record with.
type storeOrder struct {
	checkpoints []string // files of signed checkpoints that were kept elsewhere
	anchors     []string // folders of such checkpoints
	key         string   // file of verifier keys; "" is the folder's own
	rebuild     bool     // rewrite the operational tables first
}

// verifyStore checks the record of this folder, beside a running server or
// without one: every chain with its texts, every kept checkpoint with its
// signature, and every table against what the record says.
func (c *cli) verifyStore(ctx context.Context, dir string, o storeOrder) error {
	if dir == "" {
		cfg, err := c.load()
		if err != nil {
			return err
		}
		dir = cfg.Data
	}
	v, err := sqlite.OpenReadOnly(ctx, dir)
	if errors.Is(err, fs.ErrNotExist) {
		return &problem{exit: exitNotFound, code: "record.none", what: c.say(dir+" に記録はありません", "there is no record in "+dir), why: err.Error(), fix: "irbot serve"}
	}
	if err != nil {
		return c.unopened(dir, err)
	}
	defer v.Close()
	c.noteOlder(v, dir)
	chk, err := c.storeChecks(ctx, dir, o)
	if err != nil {
		return err
	}
	if o.rebuild {
		if _, err := ask[map[string]bool](ctx, c, "rebuild", struct{}{}); err != nil {
			return err
		}
		c.note("%s\n", c.say("操作用の表を記録から作り直しました", "the operational tables were rewritten from the record"))
	}
	bar := c.progress(c.say("記録を検証しています", "verifying the record"))
	found, err := v.Check(ctx, bar.at)
	bar.end()
	if err != nil {
		return err
	}
	heads, err := v.Heads(ctx)
	if err != nil {
		return err
	}
	for _, n := range chk.outside {
		if _, here := heads[n.Incident]; !here {
			heads[n.Incident] = timeline.Position{} // a log that was dropped as a whole is looked for, too
		}
	}
	for id := range chk.refused {
		if _, here := heads[id]; !here {
			heads[id] = timeline.Position{}
		}
	}
	ids := make([]string, 0, len(heads))
	for id := range heads {
		ids = append(ids, id)
	}
	sort.Strings(ids)
	var reports []timeline.Report
	for _, id := range ids {
		rep, err := chk.log(ctx, v, id)
		if err != nil {
			return err
		}
		reports = append(reports, rep)
	}
	return c.verdict(dir, reports, found)
}

// storeChecks reads the keys and the checkpoints from outside.
func (c *cli) storeChecks(ctx context.Context, dir string, o storeOrder) (storeChecks, error) {
	chk := storeChecks{own: o.key == "", refused: map[string][]timeline.Problem{}}
	file, key := o.key, o.key
	if file == "" {
		file = filepath.Join(dir, "verifier.key")
	}
	b, err := os.ReadFile(file) //nolint:gosec // the user's own key
	if err == nil {
		if chk.keys, err = timeline.ParseKeys(string(b)); err != nil {
			return chk, c.unreadable(file, err)
		}
	} else if key != "" || !errors.Is(err, fs.ErrNotExist) {
		return chk, c.unreadable(file, err)
	}
	for _, p := range o.checkpoints {
		b, err := os.ReadFile(p) //nolint:gosec // the user names the file
		if err == nil {
			err = chk.add(timeline.FindCheckpoint(b))
		}
		if err != nil {
			return chk, c.noNote(p, err)
		}
	}
	notes, err := anchorFiles(ctx, o.anchors)
	for _, n := range notes {
		err = errors.Join(err, chk.add(n))
	}
	if err != nil {
		return chk, c.noNote(strings.Join(o.anchors, " "), err)
	}
	return chk, nil
}

// add takes a checkpoint from outside, its signature checked where there are
// keys. A note that was changed is a finding; what is no note at all is an error.
func (k *storeChecks) add(b []byte) error {
	note, err := timeline.ReadCheckpoint(b)
	if err != nil && !bytes.HasPrefix(b, []byte("irbot/")) {
		return err
	}
	id := note.Incident
	if err == nil && k.keys != nil {
		note, err = k.keys.OpenCheckpoint(b)
	}
	if err == nil {
		k.outside = append(k.outside, note)
		return nil
	}
	if id == "" {
		id = timeline.SiteLog
	}
	k.refused[id] = append(k.refused[id], timeline.Problem{Code: timeline.CodeSignature, Detail: err.Error()})
	return nil
}

// log recomputes one log and compares it with its checkpoints, kept ones and
// those from outside.
func (k *storeChecks) log(ctx context.Context, v *sqlite.View, id string) (timeline.Report, error) {
	notes, err := v.Checkpoints(ctx, id)
	if err != nil {
		return timeline.Report{}, err
	}
	outside := 0
	for _, n := range k.outside {
		if n.Incident == id {
			notes = append(notes, n)
			outside++
		}
	}
	verifier := timeline.NewVerifier(notes...)
	err = v.EachStored(ctx, id, func(row timeline.Stored) error {
		verifier.Hold(row)
		return ctx.Err()
	})
	if k.keys != nil && k.own && id == timeline.SiteLog {
		verifier.Vouch(k.keys) // every key is announced in the standing log
	}
	rep := verifier.Report()
	rep.Incident = id
	rep.Problems = append(rep.Problems, k.refused[id]...)
	if k.keys != nil {
		for _, n := range notes {
			if _, err := k.keys.OpenCheckpoint(n.Note); err != nil {
				rep.Problems = append(rep.Problems, timeline.Problem{Seq: n.Size, Code: timeline.CodeSignature, Detail: err.Error()})
			}
		}
	}
	if outside == 0 {
		// The folder's own checkpoints vouch for nothing: whoever can change the
		// record can drop them.
		rep.Anchored, rep.AnchoredTo = false, 0
		rep.Warnings = slices.DeleteFunc(rep.Warnings, func(p timeline.Problem) bool { return p.Code == timeline.CodeTailUnanchored })
		if !slices.ContainsFunc(rep.Warnings, func(p timeline.Problem) bool { return p.Code == timeline.CodeUnanchored }) {
			rep.Warnings = append(rep.Warnings, timeline.Problem{Code: timeline.CodeUnanchored})
		}
	}
	return rep, err
}

// noteOlder says that a record of an older release is read by a copy.
func (c *cli) noteOlder(v *sqlite.View, dir string) {
	if v.Older() {
		c.note("%s\n", c.say(dir+" は前の版が書いた記録です。写しを新しい形に直して読みます（元のファイルは変えません）。次の irbot serve が記録の表を新しい形にします",
			dir+" was written by an older release: it is read by a copy in the new form (the file stays as it is); the next irbot serve brings its tables up to date"))
	}
}

// unopened tells why a data folder that is there cannot be read.
func (c *cli) unopened(dir string, err error) error {
	return &problem{exit: exitFailed, code: "unreadable", what: c.say(dir+" の記録を開けません", "cannot open the record in "+dir), why: err.Error(), fix: "irbot doctor"}
}
