package web

import (
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"path/filepath"

	"irbot/internal/chat"
	"irbot/internal/incident"
)

func (s *Server) evidenceRoutes() {
	s.get("/i/{id}/evidence", s.evidencePage)
	s.get("/i/{id}/evidence/{item}", s.download)
	s.get("/i/{id}/evidence.csv", s.custodyCSV)
	s.get("/i/{id}/evidence.md", s.custodyMarkdown)
	s.post("/i/{id}/custody/{act}", s.custodyAct)
}

// addEvidence keeps a file, or registers one by its hash.
func (s *Server) addEvidence(w http.ResponseWriter, r *http.Request) {
	cmd := incident.AddEvidence{
		Hash: r.PostFormValue("hash"), Words: r.PostFormValue("words"), Where: r.PostFormValue("where"),
		Tool: r.PostFormValue("tool"), Offset: r.PostFormValue("offset"), TLP: r.PostFormValue("tlp"), Taker: r.PostFormValue("taker"), Step: fields{r: r, s: s}.ref(), File: r.PostFormValue("name"),
	}
	if file, head, err := r.FormFile("file"); err == nil {
		defer file.Close()
		if head.Size > incident.MaxFile {
			s.fail(w, r, http.StatusRequestEntityTooLarge, "web.large", "mb", incident.MaxFile>>20)
			return
		}
		if cmd.Data, err = io.ReadAll(file); err != nil {
			s.fail(w, r, http.StatusBadRequest, "web.form")
			return
		}
		cmd.File, cmd.Type = fileName(head), "application/octet-stream"
	}
	act := s.actOf(r)
	var err error
	if act.At, err = s.moment(r.PostFormValue("at")); err != nil {
		s.badInput(w, r, errInput{key: "cmd.badtime", args: []any{"word", r.PostFormValue("at")}})
		return
	}
	s.actAt(w, r, act, r.PathValue("id"), cmd)
}

// photos are the files sent together with the completion of a step.
func (f fields) photos() ([]incident.Photo, error) {
	if f.r.MultipartForm == nil {
		return nil, nil
	}
	var out []incident.Photo
	for _, head := range f.r.MultipartForm.File["file"] {
		file, err := head.Open()
		if err != nil {
			return nil, errInput{key: "web.form", status: http.StatusBadRequest}
		}
		data, err := io.ReadAll(file)
		_ = file.Close()
		if err != nil {
			return nil, errInput{key: "web.form", status: http.StatusBadRequest}
		}
		if len(data) > 0 {
			out = append(out, incident.Photo{File: fileName(head), Data: data, Type: "application/octet-stream"})
		}
	}
	return out, nil
}

// fileName is the name of an uploaded file as it is kept.
func fileName(head *multipart.FileHeader) string {
	return chat.Truncate(chat.OneLine(filepath.Base(head.Filename)), 120)
}

// download gives a kept file: always as a file to be saved, never shown, so
// that what an attacker sent cannot run here.
func (s *Server) download(w http.ResponseWriter, r *http.Request) {
	v, err := s.o.Service.View(r.Context(), r.PathValue("id"))
	if err != nil {
		s.refused(w, r, err)
		return
	}
	for _, e := range v.S.Evidence {
		if e.ID != r.PathValue("item") || e.Hash == "" || s.o.Blob == nil {
			continue
		}
		data, err := s.o.Blob(r.Context(), e.Hash)
		if err != nil {
			break
		}
		name := chat.OneLine(v.Text(e.Seq)["name"])
		if name == "" {
			name = e.ID
		}
		name = v.S.ID + "_" + e.ID + "_" + name
		if v.S.Drill {
			name = "DRILL_" + name
		}
		w.Header().Set("Content-Type", "application/octet-stream")
		w.Header().Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": name}))
		w.Header().Set("Content-Security-Policy", csp+"; sandbox")
		_, _ = w.Write(data)
		return
	}
	s.fail(w, r, http.StatusNotFound, "web.notfound")
}
