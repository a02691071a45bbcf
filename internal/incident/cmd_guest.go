package incident

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"time"

	"irbot/internal/directory"
)

// maxGuest is the longest a guest's link can hold.
const maxGuest = 14 * 24 * time.Hour

// ShareItem agrees on a sentence that people outside may read.
type ShareItem struct {
	Text string `json:"text"`
	TLP  string `json:"tlp"`            // GREEN where nothing is said
	Port bool   `json:"port,omitempty"` // also on the pages of the port's other terminals
}

// EndShare takes an agreed sentence off the pages.
type EndShare struct {
	Share  string `json:"share"`
	Reason string `json:"reason"`
}

// InviteGuest gives somebody without an account a page by a link. The surface
// makes the token and shows the link once; the record has only its digest.
type InviteGuest struct {
	Who    string        `json:"who"` // person or body, for the record
	Dest   string        `json:"dest,omitempty"`
	TLP    string        `json:"tlp,omitempty"` // "" is GREEN; never beyond that of Dest
	For    time.Duration `json:"for,omitempty"` // 0 is a day
	With   []string      `json:"with,omitempty"`
	Digest string        `json:"digest"` // see TokenDigest
}

// RevokeGuest ends a link.
type RevokeGuest struct {
	Guest  string `json:"guest"`
	Reason string `json:"reason,omitempty"`
}

// openGuest records that a page was opened. An open page that reads itself
// anew is no opening: of those one an hour is kept.
type openGuest struct {
	guest, from string
	anew        bool
}

// A page opened twice within openedOnce was tapped twice; one that reads itself
// anew says once in openedAnew that somebody still has it open.
const (
	openedOnce = 10 * time.Second
	openedAnew = time.Hour
)

// Name implements Command.
func (ShareItem) Name() string { return "share.agree" }
func (ShareItem) class() Class { return MayApprove }

// Name implements Command.
func (EndShare) Name() string { return "share.end" }
func (EndShare) class() Class { return MayApprove }

// Name implements Command.
func (InviteGuest) Name() string { return "guest.invite" }
func (InviteGuest) class() Class { return MayApprove }

// Name implements Command.
func (RevokeGuest) Name() string { return "guest.revoke" }
func (RevokeGuest) class() Class { return MayLead }

func (openGuest) Name() string { return "guest.open" }
func (openGuest) class() Class { return MayMachine }

func (x ShareItem) decide(c *call) (Change, error) {
	text := Clean(x.Text)
	if text == "" {
		return Change{}, refuse("input.missing", "field", "text")
	}
	label, err := sharedLabel(x.TLP)
	if err != nil {
		return Change{}, err
	}
	f := shareFacts{Share: fmt.Sprintf("s%d", len(c.s.Continuity.Shares)+1), TLP: factLabel(label), Port: x.Port}
	ch := one(c.draft(KindShared, f, "text", text))
	ch.Outcome = Outcome{Ref: f.Share}
	return ch, nil
}

// sharedLabel reads the label of what goes outside; RED goes to nobody by link.
func sharedLabel(s string) (string, error) {
	if strings.TrimSpace(s) == "" {
		s = "GREEN"
	}
	label, ok := directory.Label(s)
	if !ok || label == "TLP:RED" {
		return "", refuse("guest.tlp", "tlp", s)
	}
	return label, nil
}

// factLabel is a label as facts keep it: without the TLP mark.
func factLabel(label string) string { return strings.TrimPrefix(label, "TLP:") }

func (x EndShare) decide(c *call) (Change, error) {
	for _, s := range c.s.Continuity.Shares {
		if s.ID == x.Share && s.Ended.IsZero() {
			return one(c.draft(KindShareEnded, shareFacts{Share: s.ID}, "reason", Clean(x.Reason))), nil
		}
	}
	return Change{}, refuse("share.unknown", "share", x.Share)
}

func (x InviteGuest) decide(c *call) (Change, error) {
	name := Clean(x.Who)
	if name == "" {
		return Change{}, refuse("guest.name")
	}
	label, err := sharedLabel(x.TLP)
	if err != nil {
		return Change{}, err
	}
	if x.Dest != "" {
		d, ok := c.site.Directory.Destination(x.Dest)
		if !ok {
			return Change{}, refuse("destination.unknown", "dest", x.Dest)
		}
		if !directory.Allows(d.TLP, label) {
			return Change{}, refuse("guest.above", "dest", d.Name, "tlp", d.TLP)
		}
	}
	hold := x.For
	if hold == 0 {
		hold = 24 * time.Hour
	}
	if hold < time.Minute || hold > maxGuest {
		return Change{}, refuse("guest.long")
	}
	if !isHash(x.Digest) {
		return Change{}, refuse("guest.token")
	}
	with, err := c.with(x.With)
	if err != nil {
		return Change{}, err
	}
	f := guestFacts{Guest: fmt.Sprintf("g%d", len(c.s.Continuity.Guests)+1), Digest: x.Digest, TLP: factLabel(label), Dest: x.Dest, With: with, Expires: us(c.now.Add(hold))}
	ch := one(c.draft(KindGuestInvited, f, "guest_name", name))
	ch.Outcome = Outcome{Ref: f.Guest}
	return ch, nil
}

// with checks the incidents of other terminals: what is live is never mixed
// with a drill.
func (c *call) with(ids []string) ([]string, error) {
	var out []string
	for _, id := range ids {
		id = strings.ToUpper(strings.TrimSpace(id))
		if id == "" {
			continue
		}
		if asciiID(id, "000000000000") != id || id == c.s.ID || strings.HasPrefix(id, "DR-") != c.s.Drill {
			return nil, refuse("guest.with", "incident", id)
		}
		out = appendOnce(out, id)
	}
	return out, nil
}

func (x RevokeGuest) decide(c *call) (Change, error) {
	g := c.s.Continuity.Guest(x.Guest)
	if g == nil {
		return Change{}, refuse("guest.unknown", "guest", x.Guest)
	}
	if !g.Revoked.IsZero() {
		return Change{Outcome: Outcome{Code: "guest.revoked.twice"}}, nil
	}
	return one(c.draft(KindGuestRevoked, guestFacts{Guest: g.ID}, "reason", Clean(x.Reason))), nil
}

func (x openGuest) decide(c *call) (Change, error) {
	g := c.s.Continuity.Guest(x.guest)
	pause := openedOnce
	if x.anew {
		pause = openedAnew
	}
	if g == nil || !g.Valid(c.now) || c.now.Sub(g.Last) < pause && !g.Last.IsZero() {
		return Change{}, nil
	}
	return one(c.machine(KindGuestOpened, guestFacts{Guest: g.ID}, "from", Clean(x.from))), nil
}

// Valid reports whether a guest's link still opens the page.
func (g *Guest) Valid(now time.Time) bool { return g.Revoked.IsZero() && now.Before(g.Expires) }

// TokenDigest is what is kept of a token: its SHA-256 in lower-case hex.
func TokenDigest(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}

// Fits compares a token in constant time.
func (g *Guest) Fits(token string) bool {
	return subtle.ConstantTimeCompare([]byte(TokenDigest(token)), []byte(g.Digest)) == 1
}

// Shared are the agreed sentences that hold and may be read up to a label;
// where port is set, only those that all terminals of the port share.
func (s *Incident) Shared(ceiling string, port bool) []*Share {
	var out []*Share
	for _, x := range s.Continuity.Shares {
		if x.Ended.IsZero() && directory.Allows(ceiling, x.TLP) && (x.Port || !port) {
			out = append(out, x)
		}
	}
	return slices.Clip(out)
}

// GuestOpened records that a guest opened the page; from is where from, and is
// kept in the erasable text. Where an open page only read itself anew, one an
// hour is recorded.
func (s *Service) GuestOpened(ctx context.Context, id, guest, from string, anew bool) error {
	_, err := s.Do(ctx, machineAct(""), id, openGuest{guest: guest, from: from, anew: anew})
	return err
}
