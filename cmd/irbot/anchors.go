package main

import (
	"context"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"
	"time"

	"irbot/internal/anchor"
	"irbot/internal/anchor/folder"
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

// setAnchors builds the keeper; a demonstration sends nothing out.
func (n *node) setAnchors(demo bool) error {
	n.keeper = &anchor.Keeper{
		Pending: n.store.PendingAnchors, Wall: time.Now, Wake: make(chan struct{}, 1), Log: n.log,
		Done: func(ctx context.Context, place string, c timeline.Checkpoint, proof []byte, at time.Time) error {
			return n.store.SaveAnchored(ctx, sqlite.Anchored{Place: place, Incident: c.Incident, Size: c.Size, Note: c.Note, Proof: proof, At: at})
		},
	}
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
			list = append(list, anchor.Spot{ID: p.ID, Kind: p.Kind, Place: mailPlace{n, p.To}})
		case "channel":
			list = append(list, anchor.Spot{ID: p.ID, Kind: p.Kind, Place: channelPlace{n}, Drills: true})
		}
	}
	n.keeper.Spots = list
	return nil
}

// mailPlace mails a checkpoint to our own people: every mailbox is a witness
// that nobody on this machine can call back.
type mailPlace struct {
	n  *node
	to string
}

var (
	errNoMail   = errors.New("mail is not set up")
	errNoReader = errors.New("nobody there has a mail address")
	errNoChat   = errors.New("Slack is not connected")
)

// Put implements anchor.Place.
func (m mailPlace) Put(ctx context.Context, c timeline.Checkpoint) ([]byte, error) {
	sender := m.n.out.Senders[notify.Mail]
	if sender == nil {
		return nil, errNoMail
	}
	boxes := m.boxes()
	if len(boxes) == 0 {
		return nil, errNoReader
	}
	for person, to := range boxes {
		_, err := sender.Send(ctx, notify.Envelope{
			ID: fmt.Sprintf("anchor/%s/%d/%s", c.Incident, c.Size, person), Incident: c.Incident, Kind: notify.KindPost, Means: notify.Mail, To: to,
			Subject: fmt.Sprintf("記録の控え %s #%d / checkpoint", c.Incident, c.Size), Body: anchorLetter(c), At: m.n.wall(),
		})
		if err != nil {
			return nil, fmt.Errorf("mail checkpoint: %w", err)
		}
	}
	return nil, nil
}

func anchorLetter(c timeline.Checkpoint) string {
	return "この控えを消さずに取っておいてください。記録が書き換えられていないことを、後で確かめるためのものです。\n" +
		"Please keep this: it shows later that the record was not changed.\n" +
		"このメールを文字で保存し / save this mail as text, then\n" +
		"  irbot verify FILE.zip --checkpoint MAIL.txt\n\n" +
		timeline.Words(c.Head) + "\n\n" + string(c.Note)
}

// boxes are the addresses of the people the place names.
func (m mailPlace) boxes() map[string]string {
	out := map[string]string{}
	t, err := escalation.ParseTarget(m.to)
	if err != nil {
		return out
	}
	dir := m.n.svc.Site().Directory // as it is now: who left gets no copies
	people, _ := escalation.Resolve(escalation.Policy{Levels: []escalation.Level{{To: []escalation.Target{t}}}}, 0, m.n.wall(), m.n.lookup(dir))
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

// Check implements anchor.Place.
func (m mailPlace) Check(context.Context) error {
	if len(m.n.cfg.Mail.Host) == 0 {
		return errNoMail
	}
	if len(m.boxes()) == 0 {
		return errNoReader
	}
	return nil
}

// channelPlace posts a checkpoint into the incident's channel.
type channelPlace struct{ n *node }

// Put implements anchor.Place. A log without a channel has nothing to be posted.
func (p channelPlace) Put(ctx context.Context, c timeline.Checkpoint) ([]byte, error) {
	if c.Incident == timeline.SiteLog {
		return nil, nil
	}
	st, err := p.n.store.State(ctx, c.Incident)
	if err != nil {
		return nil, err
	}
	channel := st.Channels[string(notify.Slack)]
	if channel == "" && st.Status == incident.Closed {
		return nil, nil
	}
	bot, ok := p.n.out.Senders[notify.Slack].(interface {
		Say(ctx context.Context, channel, id, text string) error
	})
	if !ok || channel == "" {
		return nil, errNoChat
	}
	text := fmt.Sprintf("%s #%d  %s\n\n%s", c.Incident, c.Size, timeline.Words(c.Head), c.Note)
	return nil, bot.Say(ctx, channel, fmt.Sprintf("anchor/%s/%d", c.Incident, c.Size), text)
}

// Check implements anchor.Place.
func (p channelPlace) Check(context.Context) error {
	if p.n.cfg.SlackMode() == config.SlackOff {
		return errNoChat
	}
	return nil
}

// signAll makes checkpoints of all open incidents, of those that went on after
// they were closed (their review, an export), and of the standing log.
func (a *app) signAll(ctx context.Context) ([]string, error) {
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
	signed := []string{}
	var errs []error
	for _, id := range ids {
		st, err := a.store.State(ctx, id)
		if err == nil && st.Seq > 0 {
			if err = a.checkpoint(ctx, st); err == nil {
				signed = append(signed, id)
			}
		}
		if err != nil {
			errs = append(errs, fmt.Errorf("checkpoint of %s: %w", id, err))
		}
	}
	return signed, errors.Join(errs...)
}

// signed makes the checkpoint an act asks for. After an export it is that of the
// exported head, not of the entry about the export: whoever is handed the copy
// finds the very checkpoint of it in mail, channel and folder. The entry about
// the export is covered by the next one, within the hour.
func (a *app) signed(ctx context.Context, st *incident.Incident) error {
	last, err := a.store.Entries(ctx, st.ID, st.Seq, st.Seq)
	if err != nil || len(last) == 0 {
		return fmt.Errorf("read head of %s: %w", st.ID, err)
	}
	var f struct {
		Size int64 `json:"size"`
	}
	if last[0].Kind != incident.KindExported || json.Unmarshal(last[0].Facts, &f) != nil || f.Size < 1 || f.Size >= st.Seq {
		return a.signAt(ctx, st.ID, last[0].Position())
	}
	kept, err := a.store.Checkpoints(ctx, st.ID)
	if err != nil {
		return err
	}
	if slices.ContainsFunc(kept, func(c timeline.Checkpoint) bool { return c.Size >= f.Size }) {
		return a.signAt(ctx, st.ID, last[0].Position()) // an older head was taken out: it is covered
	}
	head, err := a.store.Entries(ctx, st.ID, f.Size, f.Size)
	if err != nil || len(head) == 0 {
		return fmt.Errorf("read exported head of %s: %w", st.ID, err)
	}
	return a.signAt(ctx, st.ID, head[0].Position())
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
