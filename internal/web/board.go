package web

import (
	"net/http"
)

func (s *Server) boardRoutes() {
	s.get("/{$}", s.board)
}

func (s *Server) board(w http.ResponseWriter, r *http.Request) {
	s.show(w, r, view{name: "board", title: "nav.board", active: "board"})
}
