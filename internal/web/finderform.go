package web

import (
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"path/filepath"

	"irbot/internal/chat"
	"irbot/internal/incident"
)

const (
	mostDrained = 64 << 20 // of a report that is read to its end; telephones make pictures of 20 MB
	mostFields  = 20
)

// shot is the picture that came with a report.
type shot struct {
	Name  string
	Data  []byte
	Large bool // it was not kept in memory
}

// readReport reads the form of a report. What the finder wrote must not be lost
// because of the picture, so one that is too large is left out and said to be so.
func (s *Server) readReport(w http.ResponseWriter, r *http.Request, photo int64) (*shot, error) {
	if kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")); kind != "multipart/form-data" {
		r.Body = http.MaxBytesReader(w, r.Body, maxForm)
		return nil, r.ParseForm()
	}
	r.Body = http.MaxBytesReader(w, r.Body, mostDrained)
	parts, err := r.MultipartReader()
	if err != nil {
		return nil, err
	}
	var pic *shot
	r.Form, r.PostForm = url.Values{}, url.Values{}
	for n := 0; n < mostFields; n++ {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			return pic, nil
		}
		if err == nil {
			pic, err = takePart(r, part, pic, photo)
		}
		var large *http.MaxBytesError
		if errors.As(err, &large) && r.PostForm.Has("once") {
			return &shot{Large: true}, nil // what came before the picture counts
		}
		if err != nil {
			return nil, err
		}
	}
	return pic, nil
}

// takePart reads one field or the picture.
func takePart(r *http.Request, part *multipart.Part, pic *shot, most int64) (*shot, error) {
	name := part.FormName()
	if name != "photo" {
		data, err := io.ReadAll(io.LimitReader(part, maxForm))
		r.PostForm.Add(name, string(data))
		r.Form.Add(name, string(data))
		return pic, err
	}
	data, err := io.ReadAll(io.LimitReader(part, most+1))
	if err == nil && int64(len(data)) > most {
		_, err = io.Copy(io.Discard, part)
		return &shot{Large: true}, err
	}
	if len(data) == 0 {
		return pic, err
	}
	return &shot{Name: chat.Truncate(chat.OneLine(filepath.Base(part.FileName())), 120), Data: data}, err
}

// keepPhoto keeps the picture that came with a report; "" if there was none or
// it is kept. The report itself stands in any case.
func (s *Server) keepPhoto(r *http.Request, act incident.Act, id string, pic *shot, most int64) string {
	if pic == nil {
		return ""
	}
	words := s.t(chat.JA, "finder.photo")
	_, known := s.visitor(r)
	var cmd incident.Command = incident.AddEvidence{File: pic.Name, Data: pic.Data, Type: "application/octet-stream", Words: words}
	key := "finder.nophoto"
	if !known {
		cmd, key = incident.FinderPhoto{Data: pic.Data, Words: words}, "finder.nophoto.guest"
	}
	if pic.Large {
		return s.t(s.lang(r), key) + " " + s.t(s.lang(r), "finder.large", "mb", most>>20)
	}
	act.Request += "/photo"
	_, err := s.o.Service.Do(r.Context(), act, id, cmd)
	if err == nil {
		return ""
	}
	s.o.Logger.Warn("keep photo of a report", "incident", id, "err", err)
	out := s.t(s.lang(r), key)
	var no *incident.Refusal
	if errors.As(err, &no) {
		out += " " + s.o.Words.Refusal(s.lang(r), no.Code, no.Args)
	}
	return out
}
