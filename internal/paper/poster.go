package paper

import (
	"io"

	"irbot/internal/incident"
)

// poster is what the finder's poster sees.
type poster struct {
	p                      Press
	Lang, Name, Phone, URL string
	Made                   string
	Tiles                  []string
}

// T picks the wording of the poster's language.
func (s poster) T(ja, en string) string { return s.p.say(ja, en) }

// Poster writes the A4 poster for whoever finds something: the duty number, what
// to do and what not to do. The address of the form is left out where url is "".
// It is HTML. Errors are those of the page and w.
func (p Press) Poster(w io.Writer, url string) error {
	s := poster{p: p, Lang: string(p.Lang), Name: p.site(), Phone: p.Site.Phone, URL: url, Made: p.day()}
	for _, k := range incident.FinderKinds() {
		s.Tiles = append(s.Tiles, p.Words.T(p.Lang, "finder."+k))
	}
	return draw(w, "poster.html", s)
}
