package web

import (
	"net/http"

	"irbot/internal/chat"
)

// helpData is the help page.
type helpData struct {
	Verbs   chat.Card
	Keys    [][2]string
	Version string
}

func (s *Server) help(w http.ResponseWriter, r *http.Request) {
	lang := s.lang(r)
	keys := []string{"?", "j / k", "t", "d", "x", "n", "/", "u", "p", "g b", "g c", "g r", "Ctrl+Enter", "Esc"}
	data := helpData{Verbs: chat.Help(s.o.Words, lang, "", true), Version: s.o.Version}
	for i, k := range keys {
		data.Keys = append(data.Keys, [2]string{k, s.t(lang, "key."+string(rune('a'+i)))})
	}
	s.show(w, r, view{name: "help", title: "nav.help", active: "help", data: data})
}

// doctor shows the checks of the installation.
func (s *Server) doctor(w http.ResponseWriter, r *http.Request) {
	if s.o.Pages.Doctor == nil {
		s.fail(w, r, http.StatusNotFound, "doctor.none")
		return
	}
	rows := s.o.Pages.Doctor(r.Context(), s.lang(r))
	s.show(w, r, view{name: "doctor", title: "doctor.title", active: "ready", tab: "doctor", data: rows})
}
