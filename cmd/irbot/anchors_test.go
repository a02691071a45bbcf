package main

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"io"
	"mime"
	"mime/quotedprintable"
	"net"
	"net/mail"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"irbot/internal/anchor/channel"
	"irbot/internal/chat"
	"irbot/internal/config"
	"irbot/internal/export"
	"irbot/internal/incident"
	"irbot/internal/notify"
	"irbot/internal/sqlite"
	"irbot/internal/timeline"
)

// postbox is a real SMTP server that keeps what it takes.
type postbox struct {
	mu    sync.Mutex
	mails [][]byte
	down  bool
}

func (m *postbox) NewSession(*smtp.Conn) (smtp.Session, error) { return m, nil }
func (m *postbox) Reset()                                      {}
func (m *postbox) Logout() error                               { return nil }
func (m *postbox) Mail(string, *smtp.MailOptions) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.down {
		return &smtp.SMTPError{Code: 451, Message: "later"}
	}
	return nil
}
func (m *postbox) Rcpt(string, *smtp.RcptOptions) error { return nil }
func (m *postbox) Data(r io.Reader) error {
	b, err := io.ReadAll(r)
	m.mu.Lock()
	defer m.mu.Unlock()
	m.mails = append(m.mails, b)
	return err
}

// words are the texts of the mails, decoded as a mail program saves them.
func (m *postbox) words(t *testing.T) (out []string) {
	t.Helper()
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, raw := range m.mails {
		x, err := mail.ReadMessage(bytes.NewReader(raw))
		if err != nil {
			t.Fatal(err)
		}
		body := io.MultiReader(x.Body)
		switch strings.ToLower(x.Header.Get("Content-Transfer-Encoding")) {
		case "base64":
			body = base64.NewDecoder(base64.StdEncoding, body)
		case "quoted-printable":
			body = quotedprintable.NewReader(body)
		}
		b, err := io.ReadAll(body)
		if err != nil {
			t.Fatal(err)
		}
		subject, err := new(mime.WordDecoder).DecodeHeader(x.Header.Get("Subject"))
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, "Subject: "+subject+"\r\n\r\n"+string(b))
	}
	return out
}

// channelBox is the chat outside: it keeps what is said, or is away.
type channelBox struct {
	notify.Sender
	said map[string]string // id: channel and text
	err  error
}

func (b *channelBox) Say(_ context.Context, channel, id, text string) error {
	if b.err != nil {
		return b.err
	}
	b.said[id] = channel + "\n" + text
	return nil
}

// anchorNode is a site that anchors by mail to the CISO and in the channel.
func anchorNode(t *testing.T, box *postbox) *node {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	srv := smtp.NewServer(box)
	srv.Domain = "localhost"
	go func() { _ = srv.Serve(l) }()
	t.Cleanup(func() { _ = srv.Close() })
	_, port, err := net.SplitHostPort(l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if code, out := commandLine("init", dir); code != 0 {
		t.Fatal(out)
	}
	path := filepath.Join(dir, "config.yaml")
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	text := string(b)
	for _, x := range [][2]string{
		{"\n  host: \"\"", "\n  host: 127.0.0.1"}, {"\n  port: 0", "\n  port: " + port}, {"\n  tls: mandatory", "\n  tls: none-loopback-only"},
		{"\n  from: \"\"", "\n  from: irbot@example.jp"}, {"places: []", "places: [{id: ciso, kind: mail, to: role:ciso}, {id: room, kind: channel}]"},
	} {
		if !strings.Contains(text, x[0]) {
			t.Fatalf("the sample configuration has no %q", x[0])
		}
		text = strings.Replace(text, x[0], x[1], 1)
	}
	writeFile(t, path, []byte(text))
	cfg, err := config.Load(path, func(string) string { return "" })
	if err != nil {
		t.Fatal(err)
	}
	c, _ := replayCLI(t, chat.EN, false)
	n, err := c.assemble(t.Context(), cfg, mode{what: "irbot test"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(n.shut)
	return n
}

// TestCheckpointsLeaveByMailAndChannel: what a CISO finds in the mail, saved as
// it came, vouches for the pack; a place that is away is told and offered again.
func TestCheckpointsLeaveByMailAndChannel(t *testing.T) {
	t.Setenv("IRBOT_LANG", "en")
	box := &postbox{down: true}
	n := anchorNode(t, box)
	room := &channelBox{said: map[string]string{}, err: errors.New("away")}
	n.out.Senders[notify.Slack] = room
	res, err := n.svc.Open(t.Context(), incident.Act{Person: "sato", Surface: "cli", Request: "r1"}, incident.Declare{Title: "TOS停止", Runbook: "none"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := n.notary.All(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := n.keeper.Now(t.Context()); err == nil || !strings.Contains(err.Error(), "later") {
		t.Errorf("a mail server that is down: %v", err)
	}
	for _, s := range n.keeper.States() {
		if s.Tries == 0 || s.Waiting == 0 || s.Err == "" {
			t.Errorf("nobody is told that %s took nothing: %+v", s.ID, s)
		}
	}
	box.mu.Lock()
	box.down = false
	box.mu.Unlock()
	_ = n.keeper.Now(t.Context()) // the channel is still away
	room.err = nil
	if channel := n.svcChannel(t, res.Incident); channel == "" {
		_ = n.keeper.Now(t.Context())
		if len(room.said) != 0 {
			t.Error("something was said although the incident has no channel")
		}
	}
	letter := ""
	for _, m := range box.words(t) {
		if strings.Contains(m, "記録の控え "+res.Incident) {
			letter = m
		}
	}
	if letter == "" {
		t.Fatalf("no letter about %s in %d mails", res.Incident, len(box.words(t)))
	}
	saved := filepath.Join(t.TempDir(), "letter.txt")
	writeFile(t, saved, []byte(letter))
	src, err := source(n.store, n.store.Head, n.svc, n.app.words, n.dir)
	if err != nil {
		t.Fatal(err)
	}
	var pack bytes.Buffer
	if _, err := src.Write(t.Context(), &pack, "zip", export.Options{Incident: res.Incident, Lang: "ja"}); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "a.zip")
	writeFile(t, file, pack.Bytes())
	if code, out := commandLine("verify", file, "--checkpoint", saved, "--key", filepath.Join(n.dir, publicName)); code != 0 || strings.Contains(out, "not compared") {
		t.Errorf("the letter does not vouch for the pack: %d\n%s", code, out)
	}
	other := filepath.Join(t.TempDir(), "other.txt")
	writeFile(t, other, []byte(strings.Replace(letter, "irbot/", "irbot/x", 1)))
	if code, out := commandLine("verify", file, "--checkpoint", other); code != 3 {
		t.Errorf("an altered letter is believed: %d\n%s", code, out)
	}
}

// svcChannel is where the incident is talked about, "" before it has a channel.
func (n *node) svcChannel(t *testing.T, id string) string {
	t.Helper()
	st, err := n.store.State(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	return st.Channels[string(notify.Slack)]
}

// TestChannelIsToldItsOwnCheckpoint posts into the incident's channel, once it
// has one, what a reader there can check.
func TestChannelIsToldItsOwnCheckpoint(t *testing.T) {
	n := anchorNode(t, &postbox{})
	room := &channelBox{said: map[string]string{}}
	n.out.Senders[notify.Slack] = room
	res, err := n.svc.Open(t.Context(), incident.Act{Person: "sato", Surface: "cli", Request: "r1"}, incident.Declare{Title: "TOS停止", Runbook: "none"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := n.notary.All(t.Context()); err != nil {
		t.Fatal(err)
	}
	list, err := n.store.Checkpoints(t.Context(), res.Incident)
	if err != nil || len(list) == 0 {
		t.Fatal(list, err)
	}
	c := list[len(list)-1]
	place := n.rooms()
	if _, err := place.Put(t.Context(), c); !errors.Is(err, channel.ErrNoChat) {
		t.Errorf("without a channel it must be offered again: %v", err)
	}
	site := c
	site.Incident = timeline.SiteLog
	if _, err := place.Put(t.Context(), site); err != nil || len(room.said) != 0 {
		t.Errorf("the standing log has no channel: %v %v", room.said, err)
	}
	// The room is there: its state is shared, so the test gives it a channel.
	st, err := n.store.State(t.Context(), res.Incident)
	if err != nil {
		t.Fatal(err)
	}
	st.Channels[string(notify.Slack)] = "C1"
	if _, err := place.Put(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	for id, said := range room.said {
		room, text, _ := strings.Cut(said, "\n")
		if room != "C1" || !strings.HasPrefix(id, "anchor/"+res.Incident+"/") || !bytes.Equal(timeline.FindCheckpoint([]byte(text)), c.Note) {
			t.Errorf("%s: %q", id, said)
		}
	}
	if len(room.said) != 1 {
		t.Errorf("said %v", room.said)
	}
}

// Whoever is handed a pack finds the checkpoint of exactly that pack outside;
// what came after it is covered by the next look, also in a closed incident.
func TestExportAnchorsTheExportedHead(t *testing.T) {
	n := anchorNode(t, &postbox{})
	ctx := t.Context()
	act := func(request string) incident.Act {
		return incident.Act{Person: "sato", Surface: "cli", Request: request}
	}
	res, err := n.svc.Open(ctx, act("r1"), incident.Declare{Title: "TOS停止", Runbook: "none"})
	if err != nil {
		t.Fatal(err)
	}
	id := res.Incident
	do := func(request string, c incident.Command) *incident.Incident {
		t.Helper()
		res, err := n.svc.Do(ctx, act(request), id, c)
		if err != nil {
			t.Fatal(err)
		}
		return res.State
	}
	newest := func() int64 {
		t.Helper()
		list, err := n.store.PendingAnchors(ctx, "usb")
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range list {
			if c.Incident == id {
				return c.Size
			}
		}
		return 0
	}
	size := do("r2", incident.AddNote{Text: "一行"}).Seq
	do("r3", incident.Exported{Format: "zip", Size: size})
	if got := newest(); got != size {
		t.Errorf("the export of %d entries sent out a checkpoint of %d", size, got)
	}
	if to, err := n.anchoredTo(ctx, id); err != nil || to != 0 {
		t.Errorf("nothing left the machine, the page says #%d, %v", to, err)
	}
	kept, err := n.store.Checkpoints(ctx, id)
	if err != nil {
		t.Fatal(err)
	}
	c := kept[len(kept)-1]
	if err := n.store.SaveAnchored(ctx, sqlite.Anchored{Place: "usb", Incident: id, Size: c.Size, Note: c.Note, At: time.Now()}); err != nil {
		t.Fatal(err)
	}
	if got, err := (exporter{n: n}).Verify(ctx, id); err != nil || got.Anchored != size {
		t.Errorf("the page of exports says #%d is kept elsewhere, want #%d, %v", got.Anchored, size, err)
	}
	old := do("r4", incident.Exported{Format: "zip", Size: 1})
	if got := newest(); got != old.Seq {
		t.Errorf("an export of an older head: checkpoint of %d, want %d", got, old.Seq)
	}
	end := do("r5", incident.AddNote{Text: "最後の一行"}).Seq
	if _, err := n.notary.All(ctx); err != nil {
		t.Fatal(err)
	}
	if got := newest(); got != end {
		t.Errorf("the next look covers %d of %d", got, end)
	}
}
