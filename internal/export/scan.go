package export

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"irbot/internal/timeline"
)

// scan is what one pass over the record finds out about the rows of a copy.
type scan struct {
	from, to time.Time // first and last moment shown
	top      time.Time // latest moment so far
	late     map[int64]bool
	behind   []timeline.Entry // the late ones, in the order they happened
	strict   string           // strictest label that an entry itself carries
	evidence map[int64]time.Time
	verifier *timeline.Verifier
}

// see takes in one entry.
func (c *scan) see(e *timeline.Entry, shown bool) {
	c.verifier.Add(e)
	if !shown {
		return
	}
	if c.from.IsZero() || e.HappenedAt.Before(c.from) {
		c.from = e.HappenedAt
	}
	if e.HappenedAt.After(c.to) {
		c.to = e.HappenedAt
	}
	// Whoever happened before something recorded earlier is late: only these have
	// to be kept in memory to give the rows in the order things happened.
	if e.HappenedAt.Before(c.top) {
		c.late[e.Seq] = true
	} else {
		c.top = e.HappenedAt
	}
}

func byMoment(a, b timeline.Entry) int {
	return cmp.Or(a.HappenedAt.Compare(b.HappenedAt), cmp.Compare(a.Seq, b.Seq))
}

// prepare folds the record as it stood at the head, with the words this copy may
// have, and finds what the header and the order of the rows need.
func (x *job) prepare() error {
	c := &scan{late: map[int64]bool{}, evidence: map[int64]time.Time{}, verifier: timeline.NewVerifier()}
	x.made.scan = c
	if x.o.Roles {
		if err := x.learnNames(); err != nil {
			return err
		}
	}
	pass := 0
	view, err := x.Replay(x.ctx, x.o.Incident, func(fn func(*timeline.Entry) error) error {
		pass++
		first := pass == 1
		return x.each(func(e *timeline.Entry) error {
			if first {
				x.survey(e)
			} else if c.late[e.Seq] {
				c.behind = append(c.behind, *e)
			}
			if (e.Kind == kindEvidence || strings.HasPrefix(string(e.Kind), "custody.")) && x.inRange(e) {
				c.evidence[e.Seq] = e.HappenedAt
			}
			out := x.readable(e)
			return fn(&out)
		})
	})
	if err != nil {
		return err
	}
	slices.SortFunc(c.behind, byMoment)
	x.made.Broken = broken(c.verifier)
	c.verifier = nil
	x.made.view = view
	if x.names != nil {
		x.made.view = view.Draw(x.names.site(view.Site))
	}
	return nil
}

// survey looks at an entry in the first pass.
func (x *job) survey(e *timeline.Entry) {
	shown := x.inRange(e)
	x.made.scan.see(e, shown)
	if shown {
		x.made.Shown++
	}
	kept := shown && x.allowed(e)
	if x.format == "zip" {
		kept = x.keeps(e)
	}
	x.countWithheld(e, kept)
	if kept {
		x.made.scan.strict = stricter(x.made.scan.strict, ownTLP(e))
	}
}

// readable is an entry as people may read it in this copy.
func (x *job) readable(e *timeline.Entry) timeline.Entry {
	out := *e
	if !x.allowed(e) {
		return e.Withhold(timeline.WithheldTLP)
	}
	if x.names != nil {
		x.names.rename(&out)
	}
	return out
}
