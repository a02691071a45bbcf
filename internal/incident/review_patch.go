package incident

import (
	"path"

	"irbot/internal/review"
)

// ReviewPatch is a patch of the runbook of a run as it was followed, with every
// proposed change that was not turned down. Changes of the same lines cannot
// both be in it: the later ones stay out and are named in left. ok is false
// where there is nothing to patch or the pinned file cannot be read.
func (v *View) ReviewPatch(run string) (name, patch string, left []string, ok bool) {
	r := v.S.Run(run)
	b := v.Book(run)
	if r == nil || b == nil {
		return "", "", nil, false
	}
	var edits []review.Edit
	for _, c := range v.S.Review.Changes {
		if c.Run == run && c.Book == b.Hash && c.State != ChangeLeft {
			edits = append(edits, review.Edit{ID: c.ID, From: c.From, To: c.To, New: v.Text(c.Seq)["new"]})
		}
	}
	name = path.Base(b.File)
	if b.File == "" {
		name = r.Runbook + ".md"
	}
	patch, out := review.Patch(name, b.Text, edits)
	for _, e := range out {
		left = append(left, e.ID)
	}
	return name, patch, left, patch != ""
}
