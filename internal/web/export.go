package web

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"

	"irbot/internal/chat"
	"irbot/internal/incident"
)

func (s *Server) exportRoutes() {
	s.get("/i/{id}/export", s.exportPage)
	s.post("/i/{id}/export", s.export)
	s.get("/i/{id}/export/progress", s.exportProgress)
	s.get("/i/{id}/print", s.print)
}

// exportFormats are the forms the record is taken out in, the one for auditors
// first.
func exportFormats() []string {
	return []string{"zip", "pdf", "html", "csv", "md", "jsonl", "json", "timesketch"}
}

type exportData struct {
	Formats   []string
	TLPs      []string
	Audiences []Audience
	Order     ExportOrder
	En        bool
	Ready     bool
	Wrong     string // what cannot be done as chosen
	Preview   *ExportPreview
	Check     *Verified
	CheckErr  bool
	Exports   int
}

// Tongue picks the language of a preset's words.
func (d exportData) Tongue(words [2]string) string {
	if d.En {
		return words[1]
	}
	return words[0]
}

func (s *Server) exportPage(w http.ResponseWriter, r *http.Request) {
	d, ok := s.desk(w, r)
	if !ok {
		return
	}
	q := r.URL.Query()
	o, known := d.order(s.preset(q))
	if !known {
		o.Format = exportFormats()[0]
	}
	data := exportData{
		Formats: exportFormats(), TLPs: incident.TLPs(), Audiences: s.o.Pages.Audiences, Order: o, En: d.lang == chat.EN,
		Ready: s.o.Pages.Export != nil, Exports: d.v.S.Exports,
	}
	if data.Ready {
		s.exportParts(r, &data, q.Get("preview") != "")
	}
	s.show(w, r, view{name: "export", title: "exp.title", active: "room", tab: "export", in: d.v, data: data})
}

// exportParts adds what the record itself has to tell: whether it holds, and how
// the export would begin.
func (s *Server) exportParts(r *http.Request, data *exportData, preview bool) {
	found, err := s.o.Pages.Export.Verify(r.Context(), data.Order.Incident)
	if err != nil {
		s.o.Logger.Error("verify record", "incident", data.Order.Incident, "err", err)
		data.CheckErr = true
	} else {
		data.Check = &found
	}
	if !preview {
		return
	}
	p, err := s.o.Pages.Export.Preview(r.Context(), data.Order)
	switch {
	case errors.Is(err, ErrOrder):
		data.Wrong = err.Error()
	case err != nil:
		s.o.Logger.Error("preview export", "incident", data.Order.Incident, "err", err)
		data.Wrong = err.Error()
	default:
		data.Preview = &p
	}
}

// preset reads choices from the address: an audience alone stands for all that
// it usually gets.
func (s *Server) preset(q url.Values) func(string) string {
	if len(q["format"]) == 0 {
		for _, a := range s.o.Pages.Audiences {
			if a.ID == q.Get("for") {
				return a.Order.query().Get
			}
		}
	}
	return q.Get
}

// query is an order as an address has it.
func (o ExportOrder) query() url.Values {
	q := url.Values{"format": {o.Format}}
	for k, v := range map[string]string{"lang": o.Lang, "tlp": o.TLP, "from": o.From, "to": o.To, "for": o.Audience} {
		if v != "" {
			q.Set(k, v)
		}
	}
	for k, on := range map[string]bool{"roles": o.Roles, "era": o.Era, "recorded": o.Recorded} {
		if on {
			q.Set(k, "1")
		}
	}
	return q
}

// order reads what is wanted.
func (d *desk) order(get func(string) string) (ExportOrder, bool) {
	o := ExportOrder{
		Incident: d.v.S.ID, Format: get("format"), Lang: get("lang"), TLP: get("tlp"), From: strings.TrimSpace(get("from")), To: strings.TrimSpace(get("to")),
		Roles: get("roles") != "", Era: get("era") != "", Recorded: get("recorded") != "", Audience: get("for"),
	}
	if !slices.Contains([]string{"ja", "en", "both"}, o.Lang) {
		o.Lang = string(d.lang)
	}
	if !slices.Contains(incident.TLPs(), o.TLP) {
		o.TLP = ""
	}
	return o, slices.Contains(exportFormats(), o.Format)
}

// export takes the record out. The file is made whole and recorded before its
// first byte leaves.
func (s *Server) export(w http.ResponseWriter, r *http.Request) {
	d, ok := s.desk(w, r)
	if !ok {
		return
	}
	o, ok := d.order(r.PostFormValue)
	if !ok || s.o.Pages.Export == nil {
		s.fail(w, r, http.StatusNotFound, "export.none")
		return
	}
	if r.PostFormValue("preview") != "" {
		q := o.query()
		q.Set("preview", "1")
		http.Redirect(w, r, "/i/"+o.Incident+"/export?"+q.Encode()+"#preview", http.StatusSeeOther)
		return
	}
	file, err := os.CreateTemp("", "irbot-export-*")
	if err != nil {
		s.o.Logger.Error("make room for export", "err", err)
		s.fail(w, r, http.StatusInternalServerError, "export.failed")
		return
	}
	defer func() {
		_ = file.Close()
		_ = os.Remove(file.Name())
	}()
	tell, end := s.making.begin(r.PostFormValue("once"))
	defer end()
	o.Progress = tell
	sum := sha256.New()
	made, err := s.o.Pages.Export.Export(r.Context(), io.MultiWriter(file, sum), o)
	switch {
	case errors.Is(err, ErrOrder):
		s.fail(w, r, http.StatusUnprocessableEntity, "export.wrong")
		return
	case err != nil:
		s.o.Logger.Error("export", "incident", o.Incident, "format", o.Format, "err", err)
		s.fail(w, r, http.StatusInternalServerError, "export.failed")
		return
	}
	digest := hex.EncodeToString(sum.Sum(nil))
	if _, err := s.o.Service.Do(r.Context(), s.actOf(r), o.Incident, incident.Exported{
		Format: o.Format, Size: made.Count, Head: made.Head, SHA256: digest, Audience: s.audience(o.Audience), Ceiling: ceiling(o.TLP), Withheld: made.Withheld,
	}); err != nil {
		s.refused(w, r, err)
		return
	}
	s.sendFile(w, r, file, made, digest)
}

// ceiling is a label as facts have it, or nothing.
func ceiling(label string) string {
	if label == "" {
		return ""
	}
	return "TLP:" + label
}

// audience is the id of a preset, or nothing: what comes from a form goes into
// the facts of an entry.
func (s *Server) audience(id string) string {
	for _, a := range s.o.Pages.Audiences {
		if a.ID == id {
			return id
		}
	}
	return ""
}

func (s *Server) sendFile(w http.ResponseWriter, r *http.Request, file *os.File, made Exported, digest string) {
	size, err := file.Seek(0, io.SeekEnd)
	if err == nil {
		_, err = file.Seek(0, io.SeekStart)
	}
	if err != nil {
		s.o.Logger.Error("read export", "err", err)
		s.fail(w, r, http.StatusInternalServerError, "export.failed")
		return
	}
	w.Header().Set("Content-Type", made.Kind)
	w.Header().Set("Content-Disposition", `attachment; filename="`+made.Name+`"`)
	w.Header().Set("Content-Length", fmt.Sprint(size))
	w.Header().Set("Repr-Digest", "sha-256=:"+base64.StdEncoding.EncodeToString(unhex(digest))+":")
	if _, err := io.Copy(w, file); err != nil {
		s.o.Logger.Warn("send export", "err", err)
	}
}

func unhex(s string) []byte {
	b, _ := hex.DecodeString(s) // made above
	return b
}

// print shows the chronology as it prints on A4, with blank rows to go on by
// hand. Its style stands in the page; the policy allows exactly that one.
func (s *Server) print(w http.ResponseWriter, r *http.Request) {
	d, ok := s.desk(w, r)
	if !ok {
		return
	}
	o, _ := d.order(r.URL.Query().Get)
	o.Format = "html"
	if s.o.Pages.Export == nil {
		s.fail(w, r, http.StatusNotFound, "export.none")
		return
	}
	var b bytes.Buffer
	if _, err := s.o.Pages.Export.Export(r.Context(), &b, o); err != nil {
		if errors.Is(err, ErrOrder) {
			s.fail(w, r, http.StatusUnprocessableEntity, "export.wrong")
			return
		}
		s.o.Logger.Error("print", "incident", o.Incident, "err", err)
		s.fail(w, r, http.StatusInternalServerError, "export.failed")
		return
	}
	w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src "+styleHash(b.Bytes())+"; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_, _ = w.Write(b.Bytes())
}

// styleHash names the one style block of a page for its policy.
func styleHash(page []byte) string {
	_, rest, ok := bytes.Cut(page, []byte("<style>"))
	style, _, closed := bytes.Cut(rest, []byte("</style>"))
	if !ok || !closed {
		return "'none'"
	}
	sum := sha256.Sum256(style)
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}
