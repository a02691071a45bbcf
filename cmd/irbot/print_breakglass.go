package main

import (
	"strings"
	"time"

	"irbot/internal/config"
)

// breakGlassName is what to print: the page for going on with a fresh laptop.
const breakGlassName = "break-glass"

// printBreakGlass makes the page that is kept on paper for the day the machine
// is gone. It holds places and a fingerprint, never a secret.
func (c *cli) printBreakGlass(out string) error {
	cfg, err := c.loadOrSample()
	if err != nil {
		return err
	}
	s := sheet{c: c, Site: cfg.Site, Made: time.Now().In(cfg.Site.Zone).Format("2006-01-02"), Anchors: placesOf(cfg.Anchors.Places)}
	if cfg.Backup.Folder != "" {
		s.Copies = append(s.Copies, cfg.Backup.Folder)
	}
	s.Copies = append(s.Copies, placesOf(cfg.Backup.Second)...)
	if keys, err := folderKeys(cfg.Data); err == nil {
		s.Key = strings.ToUpper(keys.Fingerprint())
	}
	if out == "" {
		out = "irbot-break-glass.html"
	}
	return c.sheet("breakglass.html", out, s)
}

// placesOf says where each place is, without its secrets.
func placesOf(list []config.Place) []string {
	var out []string
	for _, p := range list {
		where := p.Folder
		switch p.Kind {
		case "s3":
			where = p.URL + " " + p.Bucket + "/" + p.Prefix
		case "tsa":
			where = p.URL
		case "syslog":
			where = p.Address
		case "mail":
			where = p.To
		}
		out = append(out, strings.TrimSpace(p.ID+" ("+p.Kind+") "+where))
	}
	return out
}
