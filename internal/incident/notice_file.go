package incident

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"irbot/internal/notify"
	"irbot/internal/report"
	"irbot/internal/timeline"
)

// Attached is a file that goes with a notice. It was made of the notice's own
// text or of the facts frozen with it.
type Attached struct {
	Name   string
	Format string // pdf, xlsx
	Hash   string // SHA-256 of the bytes, hex
	Size   int64
}

// Letter is a notice as a file is made of it.
type Letter struct {
	Incident string
	Notice   string
	Drill    bool
	TLP      string
	Number   string // IR-12 N2
	Date     string // in the Japanese era
	To       string
	From     string
	Contact  string
	Subject  string
	Body     string        // the whole text, as approved
	Report   string        // 第一報, 続報1 …
	Form     *report.Form  // nil for a free text
	Lines    []report.Line // the rows frozen with it
	At       time.Time     // when the file is made
}

// AttachNotice puts files to a notice that were made of its present text. It
// voids an approval.
type AttachNotice struct {
	Notice string
	Digest string // of the text they were made of
	Files  []AttachFile
}

// AttachFile is one file.
type AttachFile struct {
	Name   string
	Format string
	Data   []byte
}

// Name implements Command.
func (AttachNotice) Name() string { return "notice.attach" }
func (AttachNotice) class() Class { return MayRespond }

func (x AttachNotice) decide(c *call) (Change, error) {
	n, err := c.notice(x.Notice)
	if err != nil {
		return Change{}, err
	}
	if err := c.editable(n); err != nil {
		return Change{}, err
	}
	if x.Digest != n.Digest {
		return Change{}, refuse("apr.void", "notice", n.ID)
	}
	t := c.text(n.Seq)
	l := letter{subject: t["subject"], body: t["body"], snapshot: t["snapshot"], means: n.Means}
	form, _ := c.site.Forms.Form(n.Form)
	var ch Change
	for _, file := range x.Files {
		if err := n.spreadsheet(file.Format, t); err != nil {
			return Change{}, err
		}
		if file.Format == "xlsx" && form != nil && form.Plain { // its rows would name what the text leaves out
			return Change{}, refuse("form.no_sheet", "notice", n.ID)
		}
		a := Attached{Name: Clean(file.Name), Format: file.Format, Hash: HashOf(file.Data), Size: int64(len(file.Data))}
		l.files = append(l.files, a)
		ch.Blobs = append(ch.Blobs, Blob{Hash: a.Hash, Data: file.Data})
		e := c.draft(KindNoticeAttached, attachedFacts{Notice: n.ID, Attachment: a.Hash, Size: a.Size, Format: a.Format}, "name", a.Name)
		e.HappenedAt = time.Time{}
		ch.Entries = append(ch.Entries, e)
	}
	again, err := c.rewrite(n, n.facts(), l)
	if err != nil {
		return Change{}, err
	}
	ch.Entries = append(ch.Entries, again.Entries...)
	ch.Outcome = again.Outcome
	if ch.Outcome.Code == "" {
		ch.Outcome.Code = "notice.attached"
	}
	return ch, nil
}

// ByHand reports whether the text of a report was changed after the form gave
// it. t is the text of its entry.
func (n *Notice) ByHand(t timeline.Text) bool {
	return n.Rendered != HashOf([]byte(t["subject"]+"\n"+t["body"]))
}

// spreadsheet refuses to make one of a text that is not what a form gave.
func (n *Notice) spreadsheet(format string, t timeline.Text) error {
	switch {
	case format != "xlsx":
		return nil
	case n.Form == "":
		return refuse("form.no_sheet", "notice", n.ID)
	case n.ByHand(t):
		return refuse("notice.by_hand", "notice", n.ID)
	}
	return nil
}

// attachLines is how files stand in the text of a notice: name, size and
// SHA-256, one a line.
func attachLines(files []Attached) string {
	lines := make([]string, 0, len(files))
	for _, a := range files {
		lines = append(lines, strings.Join([]string{strings.ReplaceAll(a.Name, "\t", " "), a.Format, strconv.FormatInt(a.Size, 10), a.Hash}, "\t"))
	}
	return strings.Join(lines, "\n")
}

func attachList(text string) []string {
	if text == "" {
		return []string{}
	}
	return strings.Split(text, "\n")
}

func readAttached(text string) []Attached {
	var out []Attached
	for _, line := range attachList(text) {
		p := strings.Split(line, "\t")
		if len(p) != 4 {
			continue
		}
		size, _ := strconv.ParseInt(p[2], 10, 64)
		out = append(out, Attached{Name: p[0], Format: p[1], Size: size, Hash: p[3]})
	}
	return out
}

// ErrNoRender says that this installation makes no such files.
var ErrNoRender = errors.New("no renderer for this format")

// Attach makes files (pdf, xlsx) of a notice's present text and puts them to
// it; none takes away what it has. The error is a *Refusal where it is not
// allowed, or ErrNoRender.
func (s *Service) Attach(ctx context.Context, act Act, id, notice string, formats []string) (Result, error) {
	v, err := s.View(ctx, id)
	if err != nil {
		return Result{}, err
	}
	cmd := AttachNotice{Notice: notice}
	if n := v.S.Notice(notice); n != nil {
		cmd.Digest = n.Digest
		for _, format := range formats {
			name, data, err := s.render(ctx, v, n, format)
			if err != nil {
				return Result{}, err
			}
			cmd.Files = append(cmd.Files, AttachFile{Name: name, Format: format, Data: data})
		}
	}
	return s.Do(ctx, act, id, cmd)
}

// RenderNotice gives a notice's present text as a file (pdf, xlsx), with a name
// for it. Nothing is recorded. The error wraps ErrNotFound or ErrNoRender; a
// spreadsheet of a text changed by hand is a *Refusal.
func (s *Service) RenderNotice(ctx context.Context, id, notice, format string) (string, []byte, error) {
	v, err := s.View(ctx, id)
	if err != nil {
		return "", nil, err
	}
	n := v.S.Notice(notice)
	if n == nil {
		return "", nil, refuse("notice.unknown", "notice", notice)
	}
	if err := n.spreadsheet(format, v.Text(n.Seq)); err != nil {
		return "", nil, err
	}
	return s.render(ctx, v, n, format)
}

func (s *Service) render(ctx context.Context, v *View, n *Notice, format string) (string, []byte, error) {
	l, err := v.Letter(n)
	if err != nil {
		return "", nil, err
	}
	if s.p.Render == nil {
		return "", nil, fmt.Errorf("make %s: %w", format, ErrNoRender)
	}
	data, err := s.p.Render(ctx, format, l)
	if err != nil {
		return "", nil, fmt.Errorf("make %s of %s: %w", format, n.ID, err)
	}
	return l.FileName(format), data, nil
}

// FileName is the name of a file made of a letter. It holds no words of the
// incident.
func (l Letter) FileName(format string) string {
	name := l.Incident + "_" + l.Notice
	if l.Drill {
		name = "DRILL_" + name
	}
	if l.Form != nil {
		name += "_" + l.Form.ID
	}
	return name + "." + format
}

// Letter is a notice as files are made of it.
func (v *View) Letter(n *Notice) (Letter, error) {
	t := v.Text(n.Seq)
	if t["body"] == "" {
		return Letter{}, ErrVoid
	}
	x := v.sight()
	l := Letter{
		Incident: v.S.ID, Notice: n.ID, Drill: v.S.Drill, TLP: n.TLP, Number: v.S.ID + " " + n.ID, To: t["dest_name"], From: t["from"],
		Contact: v.Site.Phone, Subject: t["subject"], Body: t["body"], Report: v.ReportName(n, "ja"), Lines: report.Thaw(t["snapshot"]), At: v.Now,
	}
	if form, ok := v.Site.Forms.Form(n.Form); ok {
		l.Form = form
	}
	l.Date, _, _ = strings.Cut(x.longTime(v.Now), " ")
	return l, nil
}

// filesOf gives the files that go with a message, read and checked against the
// digests that were approved.
func (s *Service) filesOf(ctx context.Context, v *View, m *Message) ([]notify.File, error) {
	n := v.S.Notice(m.Notice)
	if n == nil || m.Kind != "notice" {
		return nil, nil
	}
	var out []notify.File
	for _, a := range v.Files(n) {
		if s.p.Blob == nil {
			return nil, ErrVoid
		}
		data, err := s.p.Blob(ctx, a.Hash)
		if err != nil {
			return nil, fmt.Errorf("read attachment of %s: %w", n.ID, err)
		}
		if HashOf(data) != a.Hash || !slices.Contains(n.Attach, a.Format+":"+a.Hash) {
			return nil, ErrVoid
		}
		out = append(out, notify.File{Name: a.Name, Data: data})
	}
	return out, nil
}
