package web

// routes lists every address of the console. Pages that belong together add
// theirs in their own file.
func (s *Server) routes() {
	s.mux.HandleFunc("GET /static/{file}", s.static)
	s.mux.HandleFunc("GET /signin", s.signinPage)
	s.mux.HandleFunc("POST /signin", s.formed(maxForm, s.signin))
	s.mux.HandleFunc("POST /signin/link", s.formed(maxForm, s.signinByLink))
	s.mux.HandleFunc("POST /signout", s.formed(maxForm, s.signout))
	s.post("/actas", s.actAs)
	s.accountRoutes()
	s.get("/events", s.events)
	s.mux.HandleFunc("GET /beat", s.beat)
	s.boardRoutes()
	s.declareRoutes()
	s.roomRoutes()
	s.stepRoutes()
	s.chronoRoutes()
	s.rowRoutes()
	s.runRoutes()
	s.noteRoutes()
	s.evidenceRoutes()
	s.doRoutes()
	s.morePages()
}
