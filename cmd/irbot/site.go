package main

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"sync"
	"time"

	"irbot"
	"irbot/internal/calendar"
	"irbot/internal/config"
	"irbot/internal/directory"
	"irbot/internal/incident"
	"irbot/internal/report"
	"irbot/internal/runbook"
)

// shelf holds the runbooks that can be started, by id. The operator's folder
// wins over what is shipped. A file named *.en.md is the English side of the
// same id: the site's language decides which side is started, and the other one
// is there as id.en or id.ja.
type shelf struct {
	mu     sync.Mutex
	filled bool
	silent []string      // lint rules that are not reported
	stamp  func() string // changes when a file of the operator's folder does; nil: nothing to watch
	seen   string        // stamp of what was read
	looked time.Time     // when it was last compared
	fill   func(*shelf)  // reads the files at the first question
	lang   string
	books  map[string]*runbook.Runbook // id and side, see slot
	files  []string                    // as read, for the list and for lint
	bad    map[string]error
}

// slot is where a runbook stands: two languages have the same id.
func slot(id, side string) string { return id + "." + side }

// sideOf is the language a file name stands for: en for *.en.md, else ja. An
// operator who writes only English needs no suffix: a lone side is always used.
func sideOf(file string) string {
	if strings.HasSuffix(strings.ToLower(file), ".en.md") {
		return "en"
	}
	return "ja"
}

// ids lists what can be named, sorted: every id, and the other side of those
// that have two.
func (s *shelf) ids() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.refresh()
	var out []string
	for key := range s.books {
		id, side := strings.TrimSuffix(strings.TrimSuffix(key, ".en"), ".ja"), key[len(key)-2:]
		if b, ok := s.find(id); ok && b != s.books[key] {
			out = append(out, slot(id, side))
		} else {
			out = append(out, id)
		}
	}
	sort.Strings(out)
	return out
}

// get finds a runbook by id in the site's language, or by id and side.
func (s *shelf) get(id string) (*runbook.Runbook, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.refresh()
	return s.find(id)
}

func (s *shelf) find(id string) (*runbook.Runbook, bool) {
	for _, key := range []string{slot(id, s.lang), slot(id, "ja"), slot(id, "en"), id} {
		if b, ok := s.books[key]; ok {
			return b, true
		}
	}
	return nil, false
}

// readOptions tells the reader what this site knows.
func readOptions(c *config.Config) runbook.Options {
	return runbook.Options{
		Zone: c.Site.Zone, Labels: c.Runbooks.Labels, Silent: c.Runbooks.Silent,
		Sections: runbook.Sections{Context: c.Runbooks.Context, Action: c.Runbooks.Action},
		Known: runbook.Known{
			Role:   func(w string) bool { _, ok := c.Directory.RoleNamed(w); return ok },
			Person: func(w string) bool { _, ok := c.Directory.PersonNamed(w); return ok },
			Destination: func(w string) (outside, ok bool) {
				if d, ok := c.Directory.DestinationNamed(w); ok {
					return d.Outside, true
				}
				if _, ok := c.Directory.RoleNamed(w); ok { // people of our own
					return false, true
				}
				_, ok = c.Directory.PersonNamed(w)
				return false, ok
			},
			Calendar:     true,
			Policy:       func(w string) bool { _, ok := c.Policy(w); return ok },
			ContactStale: uncheckedContacts(c),
		},
	}
}

// uncheckedContacts tells the words for a person or body whose contact nobody has
// checked for too long.
func uncheckedContacts(c *config.Config) func(string) bool {
	old := sync.OnceValue(func() map[string]bool {
		out := map[string]bool{}
		for _, x := range c.Directory.Stale(time.Now(), directory.StaleAfter) {
			out[fmt.Sprint(x.Destination, x.ID)] = true
		}
		return out
	})
	return func(w string) bool {
		if d, ok := c.Directory.DestinationNamed(w); ok {
			return old()[fmt.Sprint(true, d.ID)]
		}
		p, ok := c.Directory.PersonNamed(w)
		return ok && old()[fmt.Sprint(false, p.ID)]
	}
}

// loadShelf reads the shipped runbooks and then the operator's folder. A file
// that cannot be read is kept in bad and never stops the others.
func loadShelf(c *config.Config) *shelf {
	s := lazyShelf(c)
	s.read()
	return s
}

// lazyShelf is loadShelf at the first question: most commands ask none.
func lazyShelf(c *config.Config) *shelf {
	s := &shelf{lang: c.Site.Lang, silent: c.Runbooks.Silent, books: map[string]*runbook.Runbook{}, bad: map[string]error{}, fill: func(s *shelf) {
		opt := readOptions(c)
		opt.Known.Role, opt.Known.Policy, opt.Known.ContactStale = remembered(opt.Known.Role), remembered(opt.Known.Policy), remembered(opt.Known.ContactStale)
		opt.Today = time.Now()
		seen := map[string]*runbook.Runbook{}
		s.readAll(irbot.Runbooks, "runbooks", opt, seen)
		if c.Runbooks.Folder != "" {
			s.readAll(os.DirFS(c.Runbooks.Folder), ".", opt, seen)
		}
	}}
	if c.Runbooks.Folder != "" {
		s.stamp = stampOf(c.Runbooks.Folder)
	}
	return s
}

// rereadAfter is how long a folder's files are taken as unchanged: a plan that
// is edited during an incident shows up within seconds.
const rereadAfter = 3 * time.Second

// reread looks at the folder at once.
func (s *shelf) reread() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.looked = time.Time{}
	s.refresh()
}

func (s *shelf) read() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.refresh()
}

// refresh reads the files at the first question, and again when one of the
// operator's folder changed. The caller holds the lock.
func (s *shelf) refresh() {
	if !s.filled {
		s.filled = true
		s.refill()
		if s.stamp != nil {
			s.seen, s.looked = s.stamp(), time.Now()
		}
		return
	}
	if s.stamp == nil || time.Since(s.looked) < rereadAfter {
		return
	}
	s.looked = time.Now()
	if now := s.stamp(); now != s.seen {
		s.seen, s.books, s.files, s.bad = now, map[string]*runbook.Runbook{}, nil, map[string]error{}
		s.refill()
	}
}

// refill reads the files and looks at the books of each language together.
func (s *shelf) refill() {
	if s.fill != nil {
		s.fill(s)
	}
	sides := map[string][]*runbook.Runbook{}
	for key, b := range s.books {
		side := key[strings.LastIndexByte(key, '.')+1:]
		sides[side] = append(sides[side], b)
	}
	for _, books := range sides {
		runbook.LintSet(books, s.silent)
	}
}

// stampOf names the state of a folder: every file with its size and time.
func stampOf(folder string) func() string {
	return func() string {
		var b strings.Builder
		_ = filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || !strings.HasSuffix(path, ".md") {
				return nil //nolint:nilerr // what cannot be read now is told when the runbooks are read
			}
			if info, err := d.Info(); err == nil {
				fmt.Fprintf(&b, "%s %d %d\n", path, info.Size(), info.ModTime().UnixNano())
			}
			return nil
		})
		return b.String()
	}
}

// remembered asks once for every word: the same few roles stand in every step.
func remembered(ask func(string) bool) func(string) bool {
	known := map[string]bool{}
	return func(w string) bool {
		ok, asked := known[w]
		if !asked {
			ok = ask(w)
			known[w] = ok
		}
		return ok
	}
}

// readAll adds the runbooks of one folder. seen holds what was read before: a
// file that `irbot init` copied and nobody changed is the shipped one.
func (s *shelf) readAll(from fs.FS, root string, opt runbook.Options, seen map[string]*runbook.Runbook) {
	_ = fs.WalkDir(from, root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			s.bad[path] = fmt.Errorf("read runbooks %s: %w", path, err)
			return nil
		}
		if d.IsDir() || !strings.HasSuffix(path, ".md") || strings.EqualFold(filepath.Base(path), "README.md") {
			return nil
		}
		data, err := fs.ReadFile(from, path)
		if err == nil {
			key := filepath.Base(path) + "\x00" + string(data)
			b := seen[key]
			if b == nil {
				b, err = runbook.Read(filepath.Base(path), data, opt)
			}
			if err == nil {
				seen[key] = b
				s.books[slot(b.ID, sideOf(path))] = b
				s.files = append(s.files, path)
				return nil
			}
		}
		s.bad[path] = fmt.Errorf("read runbook %s: %w", path, err)
		return nil
	})
}

// siteOf turns a configuration into what the rules see.
func siteOf(c *config.Config, s *shelf, surfaces []string) *incident.Site {
	site := &incident.Site{
		ID: c.Site.ID, Name: c.Site.Name, NameEN: c.Site.NameEN, Zone: c.Site.Zone, Phone: c.Site.DutyPhone,
		Directory: c.Directory,
		Review:    incident.ReviewPlan{Targets: c.Review.Targets, AskAfter: c.Review.AskAfter},
		RoleOf: func(w string) string {
			r, _ := c.Directory.RoleNamed(w)
			return r.ID
		},
		DestOf: func(w string) string {
			d, _ := c.Directory.DestinationNamed(w)
			return d.ID
		},
		Business: func(day time.Time) bool {
			return siteCalendar(c).Business(calendar.DateOf(day, c.Site.Zone))
		},
		Rosters: c.Rosters, Book: &incident.DutyBook{},
		Policies: c.Policies, Quiet: c.Quiet, OnReport: c.OnReport, OnDeclare: c.OnDeclare,
		Runbook: s.get, Runbooks: s.ids, Reread: s.reread,
		Mapped:      map[string]string{"": c.Runbooks.Default},
		ReportFirst: c.Reports.First, ReportEvery: c.Reports.Interval, ReportLater: c.Reports.Later,
		Permissions: incident.DefaultPermissions(), SoleApproval: c.Approval.Single, TwoApprovers: c.Approval.Two, Surfaces: surfaces,
	}
	site.Forms = report.Lazy(func() *report.Forms {
		forms, _ := loadForms(c) // irbot report lint tells what is wrong with one; the others work
		return forms
	})
	site.Plan, site.Systems = planOf(c.Continuity), c.Systems
	for kind, id := range c.Runbooks.ByKind {
		site.Mapped[kind] = id
	}
	for _, p := range c.Permissions {
		site.Permissions[incident.Class(p.Action)] = p.Roles
	}
	for _, d := range c.Duties {
		site.Duties = append(site.Duties, ownDuty(d))
	}
	if c.Profile.Set {
		site.Rules = sync.OnceValue(func() report.Book {
			book, _ := rulebook(c) // irbot duty lint and doctor tell what is wrong with one; the others work
			return book
		})
	}
	return site
}
