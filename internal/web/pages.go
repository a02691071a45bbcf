package web

// Pages is what the pages beyond board, room, steps and chronology need from
// outside.
type Pages struct{}

// morePages adds those pages.
func (s *Server) morePages() {}
