package web

import (
	"context"
	"errors"
	"io"
	"mime/multipart"
	"net/http"
)

// mostSent is how much of a form with a file is read to its end, so that what
// was typed beside a film of a telephone is not lost with it.
const mostSent = 512 << 20

// errLargeFile says that a form came with a file that is too large.
var errLargeFile = errors.New("file is too large")

// largeFile marks a request whose files were left out; its value is the limit
// in bytes.
type largeFile struct{}

// tooLarge tells whether a file was left out, and the limit in bytes.
func tooLarge(r *http.Request) (int64, bool) {
	n, ok := r.Context().Value(largeFile{}).(int64)
	return n, ok
}

// readUpload reads a form with files. Files of more than most bytes together
// are left out: the fields of the form are kept, and the request that comes
// back says so.
func readUpload(r *http.Request, limit, most int64) (*http.Request, error) {
	parts, err := r.MultipartReader()
	if err != nil {
		return r, err
	}
	in, out := io.Pipe()
	w, large := multipart.NewWriter(out), make(chan bool, 1)
	go func() {
		left, err := slim(parts, w, limit, most)
		if err == nil {
			err = w.Close()
		}
		large <- left
		_ = out.CloseWithError(err)
	}()
	form, err := multipart.NewReader(in, w.Boundary()).ReadForm(limit)
	_ = in.CloseWithError(err)
	left := <-large
	if err != nil {
		return r, err
	}
	r.MultipartForm = form
	for name, values := range form.Value {
		r.PostForm[name] = append(r.PostForm[name], values...)
		r.Form[name] = append(r.Form[name], values...)
	}
	if !left {
		return r, nil
	}
	_ = form.RemoveAll()
	form.File = nil
	return r.WithContext(context.WithValue(r.Context(), largeFile{}, most)), nil
}

// slim copies a form: fields of at most limit bytes together, and files of at
// most most. It reads what it does not copy, and tells that there was more.
func slim(parts *multipart.Reader, w *multipart.Writer, limit, most int64) (large bool, err error) {
	for {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			return large, nil
		}
		if err != nil {
			return large, err
		}
		to, err := w.CreatePart(part.Header)
		if err != nil {
			return large, err
		}
		left := &limit
		if part.FileName() != "" {
			left = &most
		}
		n, err := io.CopyN(to, part, *left)
		*left -= n
		if errors.Is(err, io.EOF) {
			continue
		}
		if err != nil {
			return large, err
		}
		more, err := io.Copy(io.Discard, part)
		if err != nil {
			return large, err
		}
		if more > 0 && part.FileName() == "" {
			return large, &http.MaxBytesError{Limit: limit}
		}
		large = large || more > 0
	}
}

// paperPhoto keeps the photo of the paper, where one came along, and gives its
// number; else the one that was chosen. What is wrong with it is told in words,
// and the lines that were typed stay on the page.
func (s *Server) paperPhoto(r *http.Request, id string) (sheet, problem string, status int) {
	sheet, err := s.sheet(r, id)
	switch {
	case err == nil:
		return sheet, "", http.StatusOK
	case errors.Is(err, errLargeFile):
		most, _ := tooLarge(r)
		return r.PostFormValue("sheet"), s.t(s.lang(r), "web.largephoto", "mb", most>>20), http.StatusRequestEntityTooLarge
	}
	problem, status = s.why(r, err)
	return r.PostFormValue("sheet"), problem + " " + s.t(s.lang(r), "web.linesstay"), status
}

// withoutFile offers a form again whose file was too large.
func (s *Server) withoutFile(w http.ResponseWriter, r *http.Request, most int64) {
	s.again(w, r, http.StatusRequestEntityTooLarge, s.t(s.lang(r), "web.largefile", "mb", most>>20))
}
