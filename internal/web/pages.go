package web

import (
	"context"
	"errors"
	"io"
	"time"

	"irbot/internal/auth"
	"irbot/internal/chat"
	"irbot/internal/incident"
	"irbot/internal/notify"
	"irbot/internal/runbook"
)

// Pages is what the pages beyond board, room, steps and chronology need from
// outside. What is nil is not offered: its page says so.
type Pages struct {
	Book    ContactBook                                              // changes the directory file; nil: it cannot be changed here
	Export  Exporter                                                 // takes the record out
	Letters func() []notify.Envelope                                 // what drills and demonstrations would have sent, oldest first
	Doctor  func(ctx context.Context, lang chat.Lang) []DoctorResult // the checks of irbot doctor

	// Read reads a file as a runbook, with what the site knows; nothing is kept.
	// The error is a *runbook.ReadError for a file that cannot be shown.
	Read func(name string, src []byte, strict bool) (*runbook.Runbook, error)

	URL string // address people outside reach the console by; "" is that of the request

	// Answers finds the links by which pages are answered from mail and SMS; nil:
	// there are none.
	Answers Answers

	// Audiences are the presets of the export page.
	Audiences []Audience
	Search    func(ctx context.Context, question, incident string) (hits []Found, more bool, err error) // looks for words in texts
	Copies    func(incident string, seq int64) []string                                                 // backups that hold the text of an entry

	// Review writes the review of an incident as PDF; nil: it is not offered.
	Review func(w io.Writer, d chat.Drawer, v *incident.View) error

	// Report lets finders without an account report (UX 3.10). It must be set
	// only where the operator asked for it.
	Report bool
}

// Answers looks a link up without using it; auth.ErrNone for one that is unknown
// or used. One that is over is given.
type Answers interface {
	Link(ctx context.Context, digest []byte) (auth.Link, error)
}

// Exporter takes the record of an incident out and checks it.
type Exporter interface {
	// Export writes the record in one of the formats. Errors wrap ErrOrder where
	// a choice is not possible.
	Export(ctx context.Context, w io.Writer, o ExportOrder) (Exported, error)
	// Preview gives how an export begins without taking it out; errors as Export.
	Preview(ctx context.Context, o ExportOrder) (ExportPreview, error)
	// Verify checks the chain and the checkpoints of an incident as they are kept.
	Verify(ctx context.Context, id string) (Verified, error)
}

// ErrOrder says that an export cannot be made as it was chosen; its text says
// what is wrong.
var ErrOrder = errors.New("export order")

// ExportOrder says what to take out.
type ExportOrder struct {
	Incident string
	Format   string // zip, pdf, html, csv, md, jsonl, json, timesketch
	Lang     string // ja, en or both
	TLP      string // texts above are withheld; "" withholds none
	From, To string // number of an entry, day or moment; "" is open
	Roles    bool   // roles instead of names
	Era      bool   // dates in the Japanese era
	Recorded bool   // in the order of recording
	Audience string // id of an Audience, or ""
	At       int64  // the last entry; 0 is the head

	Progress func(done, total int64) // told how far the export is; may be nil
}

// Exported is what was taken out.
type Exported struct {
	Name     string // of the file
	Kind     string // media type
	Head     string // of the chain at the last entry, hex
	Count    int64  // entries
	Withheld int64  // texts left out by choice
}

// ExportPreview is how an export begins.
type ExportPreview struct {
	Exported
	Title    string
	Label    string // TLP as printed
	Subtitle []string
	Shown    int64
	Rows     []ExportRow
}

// ExportRow is a row of a preview.
type ExportRow struct {
	Seq                                int64
	When, Parties, Content, Result, By string
	Marks                              []string
	Struck, Withheld                   bool
}

// Audience is what a reader of exports usually gets.
type Audience struct {
	ID    string
	Name  [2]string // Japanese, English
	Why   [2]string
	Order ExportOrder
}

// Verified is the result of a check of the record.
type Verified struct {
	At          time.Time
	Size        int64  // entries checked
	Head        string // hex
	Checkpoints int    // that hold
	Anchored    int64  // size of the newest checkpoint kept elsewhere; 0: none
	FailedAt    int64  // first entry that does not hold; 0: all hold
	Problem     string // why, for people
}

// Holds reports whether nothing was found.
func (v Verified) Holds() bool { return v.FailedAt == 0 && v.Problem == "" }

// DoctorResult is one check of the installation.
type DoctorResult struct {
	Name  string
	State string // ok, warn or fail
	Text  string // what was seen
	Fix   string // what to do; "" where nothing has to be done
}

// morePages adds those pages.
func (s *Server) morePages() {
	s.post("/i/{id}/deed/{act}", s.deed)
	s.noticeRoutes()
	s.factRoutes()
	s.decisionRoutes()
	s.reportRoutes()
	s.cargoRoutes()
	s.clockRoutes()
	s.get("/outbox", s.outbox)
	s.exportRoutes()
	s.searchRoutes()
	s.erasureRoutes()
	s.runbookRoutes()
	s.finderRoutes()
	s.answerRoutes()
	s.closeRoutes()
	s.afterRoutes()
	s.get("/i/{id}/handover", s.handover)
	s.mux.HandleFunc("GET /wall", s.signedIn(s.wallPage))
	s.rosterRoutes()
	s.directoryRoutes()
	s.get("/help", s.help)
	s.get("/admin/check", s.doctor)
}
