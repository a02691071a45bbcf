package main

import (
	"context"
	"crypto/x509"
	"fmt"
	"os"
	"slices"
	"time"

	"irbot/internal/anchor"
	"irbot/internal/anchor/channel"
	"irbot/internal/anchor/folder"
	"irbot/internal/anchor/mailbox"
	"irbot/internal/anchor/objects"
	"irbot/internal/anchor/syslog"
	"irbot/internal/anchor/tsa"
	"irbot/internal/config"
	"irbot/internal/directory"
	"irbot/internal/escalation"
	"irbot/internal/incident"
	"irbot/internal/notify"
	"irbot/internal/sqlite"
	"irbot/internal/timeline"
)

// spots builds the places for anchors that need nothing but the configuration.
func spots(cfg *config.Config) ([]anchor.Spot, error) {
	var out []anchor.Spot
	for _, p := range cfg.Anchors.Places {
		s := anchor.Spot{ID: p.ID, Kind: p.Kind, Drills: true}
		var err error
		switch p.Kind {
		case "folder":
			s.Place = folder.Folder{Path: p.Folder}
		case "s3":
			s.Place, err = bucketOf(p)
		case "tsa":
			s.Drills = false // an authority outside: drills stay inside
			s.Place, err = authorityOf(p)
		case "syslog":
			s.Place, err = logServer(p)
		default:
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("set up anchor %s: %w", p.ID, err)
		}
		out = append(out, s)
	}
	return out, nil
}

func bucketOf(p config.Place) (*objects.Bucket, error) {
	return objects.New(objects.Config{
		Endpoint: p.URL, Region: p.Region, Bucket: p.Bucket, Prefix: p.Prefix, Key: p.User, Secret: p.Secret.Reveal(), Retain: p.Retain, Wall: time.Now,
	})
}

func authorityOf(p config.Place) (*tsa.Authority, error) {
	roots, err := rootsOf(p.Roots)
	if err != nil {
		return nil, err
	}
	return tsa.New(tsa.Config{URL: p.URL, Roots: roots, Policy: p.Policy, User: p.User, Secret: p.Secret.Reveal()})
}

func logServer(p config.Place) (*syslog.Server, error) {
	c := syslog.Config{Address: p.Address, Plain: p.Plain, Wall: time.Now}
	if p.Roots != "" {
		roots, err := rootsOf(p.Roots)
		if err != nil {
			return nil, err
		}
		c.Roots = roots
	}
	return syslog.New(c)
}

// rootsOf reads the certificates that are trusted.
func rootsOf(file string) (*x509.CertPool, error) {
	data, err := os.ReadFile(file) //nolint:gosec // the operator names the file
	if err != nil {
		return nil, fmt.Errorf("read root certificates: %w", err)
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(data) {
		return nil, fmt.Errorf("read root certificates: %s holds none", file)
	}
	return pool, nil
}

// setAnchors builds the keeper and its watch; a demonstration sends nothing out.
func (n *node) setAnchors(demo bool) error {
	n.keeper = &anchor.Keeper{
		Pending: n.store.PendingAnchors, Wall: time.Now, Wake: make(chan struct{}, 1), Log: n.log,
		Done: func(ctx context.Context, place string, c timeline.Checkpoint, proof []byte, at time.Time) error {
			return n.store.SaveAnchored(ctx, sqlite.Anchored{Place: place, Incident: c.Incident, Size: c.Size, Note: c.Note, Proof: proof, At: at})
		},
	}
	n.setWatch()
	if demo {
		return nil
	}
	list, err := spots(n.cfg)
	if err != nil {
		return err
	}
	for _, p := range n.cfg.Anchors.Places {
		switch p.Kind {
		case "mail":
			list = append(list, anchor.Spot{ID: p.ID, Kind: p.Kind, Place: n.mailboxes(p.To)})
		case "channel":
			list = append(list, anchor.Spot{ID: p.ID, Kind: p.Kind, Place: n.rooms(), Drills: true})
		}
	}
	n.keeper.Spots = list
	return nil
}

// mailboxes are those of the people named, as they are when a checkpoint leaves.
func (n *node) mailboxes(named string) mailbox.Mailboxes {
	return mailbox.Mailboxes{
		Sender: func() notify.Sender { return n.out.Senders[notify.Mail] }, Ready: func() bool { return len(n.cfg.Mail.Host) > 0 },
		Boxes: func() map[string]string { return n.boxes(named) }, Wall: n.wall,
	}
}

// boxes are the mail addresses of the people a place names.
func (n *node) boxes(named string) map[string]string {
	out := map[string]string{}
	t, err := escalation.ParseTarget(named)
	if err != nil {
		return out
	}
	dir := n.svc.Site().Directory // as it is now: who left gets no copies
	people, _ := escalation.Resolve(escalation.Policy{Levels: []escalation.Level{{To: []escalation.Target{t}}}}, 0, n.wall(), n.lookup(dir))
	for _, id := range people {
		p, _ := dir.Person(id)
		for _, a := range p.Reach {
			if a.Means == notify.Mail && out[id] == "" {
				out[id] = a.To
			}
		}
	}
	return out
}

// lookup finds people in the directory and on the duty as they are now.
func (n *node) lookup(dir *directory.Directory) escalation.Lookup {
	now := *n.cfg
	now.Directory, now.Rosters = dir, n.svc.Site().RostersNow()
	return now.Lookup()
}

// rooms are the Slack channels of incidents.
func (n *node) rooms() channel.Channels {
	return channel.Channels{
		Ready: func() bool { return n.cfg.SlackMode() != config.SlackOff },
		Speaker: func() channel.Speaker {
			bot, _ := n.out.Senders[notify.Slack].(channel.Speaker) // nil while Slack is not connected
			return bot
		},
		Room: func(ctx context.Context, id string) (channel.Room, error) {
			st, err := n.store.State(ctx, id)
			if err != nil {
				return channel.Room{}, err
			}
			return channel.Room{Channel: st.Channels[string(notify.Slack)], Over: st.Status == incident.Closed}, nil
		},
	}
}

// signs builds what makes checkpoints.
func (a *app) signs() *anchor.Notary {
	return &anchor.Notary{
		Logs: a.unsigned, Entries: a.store.Entries, Kept: a.store.Checkpoints, Signer: a.signer.Load, Exported: incident.KindExported,
		Size: func(ctx context.Context, id string) (int64, error) {
			st, err := a.store.State(ctx, id)
			if err != nil {
				return 0, err
			}
			return st.Seq, nil
		},
		Keep: func(ctx context.Context, c timeline.Checkpoint) error {
			if err := a.store.SaveCheckpoint(ctx, c); err != nil {
				return err
			}
			if a.keeper != nil {
				a.keeper.Nudge()
			}
			return nil
		},
	}
}

// unsigned lists all open incidents, those that went on after they were closed
// (their review, an export), and the standing log.
func (a *app) unsigned(ctx context.Context) ([]string, error) {
	ids := append(a.live(ctx), timeline.SiteLog)
	later, err := a.store.Unsigned(ctx)
	if err != nil {
		return nil, err
	}
	for _, id := range later {
		if !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	return ids, nil
}

// signed makes the checkpoint an act asks for.
func (a *app) signed(ctx context.Context, st *incident.Incident) error {
	return a.notary.After(ctx, st.ID, st.Seq)
}

// tokens are the time stamps kept for a log, by size: they go into its pack.
func tokens(list []sqlite.Anchored, notes []timeline.Checkpoint) map[int64][]byte {
	out := map[int64][]byte{}
	for _, a := range list {
		for i := range notes {
			// A token is about the bytes of one note: another one of the same size,
			// signed with another key, is not what was stamped.
			if len(a.Proof) > 0 && notes[i].Size == a.Size {
				if string(notes[i].Note) == string(a.Note) {
					out[a.Size] = a.Proof
				}
				break
			}
		}
	}
	return out
}
