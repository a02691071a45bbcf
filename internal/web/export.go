package web

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"os"
	"slices"

	"irbot/internal/incident"
)

func (s *Server) exportRoutes() {
	s.get("/i/{id}/export", s.exportPage)
	s.post("/i/{id}/export", s.export)
	s.get("/i/{id}/print", s.print)
}

// exportFormats are the forms the record is taken out in, the one for auditors
// first.
func exportFormats() []string { return []string{"zip", "html", "csv", "md", "jsonl"} }

type exportData struct {
	Formats  []string
	TLPs     []string
	TLP      string
	Lang     string
	Ready    bool
	Check    *Verified
	CheckErr bool
	Seq      int64
	Exports  int
}

func (s *Server) exportPage(w http.ResponseWriter, r *http.Request) {
	d, ok := s.desk(w, r)
	if !ok {
		return
	}
	data := exportData{
		Formats: exportFormats(), TLPs: incident.TLPs(), TLP: "AMBER", Lang: string(d.lang), Ready: s.o.Pages.Export != nil,
		Seq: d.v.S.Seq, Exports: d.v.S.Exports,
	}
	if data.Ready {
		found, err := s.o.Pages.Export.Verify(r.Context(), d.v.S.ID)
		if err != nil {
			s.o.Logger.Error("verify record", "incident", d.v.S.ID, "err", err)
			data.CheckErr = true
		} else {
			data.Check = &found
		}
	}
	s.show(w, r, view{name: "export", title: "exp.title", active: "room", tab: "export", in: d.v, data: data})
}

// exportName is IR-12_20261122.zip, or DRILL_DR-4_….
func (d *desk) exportName(format string) string {
	day := d.v.S.Times.Declared
	if day.IsZero() {
		day = d.v.S.Times.Reported
	}
	name := d.v.S.ID + "_" + day.In(d.v.Site.Zone).Format("20060102") + "." + format
	if d.v.S.Drill {
		name = "DRILL_" + name
	}
	return name
}

func exportKind(format string) string {
	kinds := map[string]string{"zip": "application/zip", "html": "text/html; charset=utf-8", "csv": "text/csv; charset=utf-8", "md": "text/markdown; charset=utf-8"}
	if k := kinds[format]; k != "" {
		return k
	}
	return "application/jsonl; charset=utf-8"
}

// order reads what is wanted.
func (d *desk) order(get func(string) string) (ExportOrder, bool) {
	o := ExportOrder{Incident: d.v.S.ID, Format: get("format"), Lang: get("lang"), TLP: get("tlp")}
	if o.Lang != "en" && o.Lang != "ja" {
		o.Lang = string(d.lang)
	}
	if !slices.Contains(incident.TLPs(), o.TLP) {
		o.TLP = "AMBER"
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
	sum := sha256.New()
	made, err := s.o.Pages.Export.Export(r.Context(), io.MultiWriter(file, sum), o)
	if err != nil {
		s.o.Logger.Error("export", "incident", o.Incident, "format", o.Format, "err", err)
		s.fail(w, r, http.StatusInternalServerError, "export.failed")
		return
	}
	digest := hex.EncodeToString(sum.Sum(nil))
	if _, err := s.o.Service.Do(r.Context(), s.actOf(r), o.Incident, incident.Exported{Format: o.Format, Size: made.Count, Head: made.Head, SHA256: digest}); err != nil {
		s.refused(w, r, err)
		return
	}
	s.sendFile(w, r, file, d.exportName(o.Format), digest)
}

func (s *Server) sendFile(w http.ResponseWriter, r *http.Request, file *os.File, name, digest string) {
	size, err := file.Seek(0, io.SeekEnd)
	if err == nil {
		_, err = file.Seek(0, io.SeekStart)
	}
	if err != nil {
		s.o.Logger.Error("read export", "err", err)
		s.fail(w, r, http.StatusInternalServerError, "export.failed")
		return
	}
	format := name[len(name)-len(extension(name)):]
	w.Header().Set("Content-Type", exportKind(format))
	w.Header().Set("Content-Disposition", `attachment; filename="`+name+`"`)
	w.Header().Set("Content-Length", fmt.Sprint(size))
	w.Header().Set("Repr-Digest", "sha-256=:"+base64.StdEncoding.EncodeToString(unhex(digest))+":")
	if _, err := io.Copy(w, file); err != nil {
		s.o.Logger.Warn("send export", "err", err)
	}
}

func extension(name string) string {
	for i := len(name) - 1; i >= 0; i-- {
		if name[i] == '.' {
			return name[i+1:]
		}
	}
	return ""
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
