package incident

import "irbot/internal/timeline"

// KindKeyAnnounced is a new signing key, named while the old one still signs:
// the next checkpoint, of the old key, vouches for it (ARCHITECTURE 3).
const KindKeyAnnounced timeline.Kind = "key.announced"

// AnnounceKey names the next public key in the record of an incident. Only
// irbot itself does so.
type AnnounceKey struct{ Public string }

type keyFacts struct {
	Public string `json:"public"`
}

// Name implements Command.
func (AnnounceKey) Name() string { return "key.announce" }
func (AnnounceKey) class() Class { return MayMachine }

func (x AnnounceKey) decide(c *call) (Change, error) {
	return one(c.machine(KindKeyAnnounced, keyFacts(x))), nil
}
