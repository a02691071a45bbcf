package web

import (
	"fmt"
	"html/template"
	"io/fs"
	"strings"
	"sync"
)

// templates parses a page when it is first asked for: most of the pages are not
// opened on an ordinary day, and parsing all of them was a fifth of a start and
// most of the memory kept afterwards. The zero value is ready.
type templates struct {
	mu    sync.Mutex
	base  *template.Template // layout and parts, never executed itself
	pages map[string]*template.Template
}

// page gives a page together with the layout and the parts. The error names the
// page that is missing or does not parse.
func (t *templates) page(name string) (*template.Template, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if p := t.pages[name]; p != nil {
		return p, nil
	}
	if t.base == nil {
		base, err := template.New("_layout.html").Funcs(template.FuncMap{"inc": func(n int) int { return n + 1 }}).ParseFS(files, "templates/_*.html")
		if err != nil {
			return nil, fmt.Errorf("parse layout: %w", err)
		}
		t.base, t.pages = base, map[string]*template.Template{}
	}
	p, err := t.base.Clone()
	if err == nil {
		p, err = p.ParseFS(files, "templates/"+name+".html")
	}
	if err != nil {
		return nil, fmt.Errorf("parse page %s: %w", name, err)
	}
	t.pages[name] = p
	return p, nil
}

// pageNames lists every page there is.
func pageNames() ([]string, error) {
	paths, err := fs.Glob(files, "templates/*.html")
	if err != nil {
		return nil, fmt.Errorf("list templates: %w", err)
	}
	var out []string
	for _, p := range paths {
		if name := strings.TrimSuffix(strings.TrimPrefix(p, "templates/"), ".html"); !strings.HasPrefix(name, "_") {
			out = append(out, name)
		}
	}
	return out, nil
}
