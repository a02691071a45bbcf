package main

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"time"

	"irbot"
	"irbot/internal/config"
	"irbot/internal/incident"
	"irbot/internal/runbook"
)

// shelf holds the runbooks that can be started, by id. The operator's folder
// wins over what is shipped.
type shelf struct {
	books map[string]*runbook.Runbook
	files []string // as read, for the list and for lint
	bad   map[string]error
}

func (s *shelf) ids() []string {
	out := make([]string, 0, len(s.books))
	for id := range s.books {
		out = append(out, id)
	}
	sort.Strings(out)
	return out
}

func (s *shelf) get(id string) (*runbook.Runbook, bool) {
	b, ok := s.books[id]
	return b, ok
}

// readOptions tells the reader what this site knows.
func readOptions(c *config.Config) runbook.Options {
	return runbook.Options{
		Zone: c.Site.Zone,
		Known: runbook.Known{
			Role: func(w string) bool { _, ok := c.Directory.RoleNamed(w); return ok },
			Destination: func(w string) (outside, ok bool) {
				d, ok := c.Directory.DestinationNamed(w)
				return d.Outside, ok
			},
			Policy: func(w string) bool { _, ok := c.Policy(w); return ok },
		},
	}
}

// loadShelf reads the shipped runbooks and then the operator's folder. A file
// that cannot be read is kept in bad and never stops the others.
func loadShelf(c *config.Config) *shelf {
	s := &shelf{books: map[string]*runbook.Runbook{}, bad: map[string]error{}}
	opt := readOptions(c)
	s.readAll(irbot.Runbooks, "runbooks", opt)
	if c.Runbooks.Folder != "" {
		s.readAll(os.DirFS(c.Runbooks.Folder), ".", opt)
	}
	return s
}

func (s *shelf) readAll(from fs.FS, root string, opt runbook.Options) {
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
			var b *runbook.Runbook
			if b, err = runbook.Read(filepath.Base(path), data, opt); err == nil {
				s.books[b.ID] = b
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
		RoleOf: func(w string) string {
			r, _ := c.Directory.RoleNamed(w)
			return r.ID
		},
		DestOf: func(w string) string {
			d, _ := c.Directory.DestinationNamed(w)
			return d.ID
		},
		OnDuty:   func(roster string, at time.Time) []string { return c.Rosters.Duty(roster, at) },
		Policies: c.Policies, OnReport: c.OnReport, OnDeclare: c.OnDeclare,
		Runbook: s.get, Runbooks: s.ids,
		Mapped:      map[string]string{"": c.Runbooks.Default},
		ReportFirst: c.Reports.First, ReportEvery: c.Reports.Interval, ReportLater: c.Reports.Later,
		Permissions: incident.DefaultPermissions(), SoleApproval: c.Approval.Single, Surfaces: surfaces,
	}
	for kind, id := range c.Runbooks.ByKind {
		site.Mapped[kind] = id
	}
	for _, p := range c.Permissions {
		site.Permissions[incident.Class(p.Action)] = p.Roles
	}
	for _, d := range c.Duties {
		site.Duties = append(site.Duties, incident.DutyRule{
			ID: d.ID, Dest: d.Destination, From: d.From, Within: d.Within,
			Name: d.Name, NameEN: d.NameEN, Basis: d.Basis, BasisEN: d.BasisEN, Checked: d.Checked,
		})
	}
	return site
}
