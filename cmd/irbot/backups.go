package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"irbot/internal/backup"
	"irbot/internal/config"
	"irbot/internal/incident"
	"irbot/internal/sqlite"
	"irbot/internal/timeline"
)

// The kinds of entry about copies, in the SITE log.
const (
	kindBackupMade   timeline.Kind = "backup.made"
	kindBackupFailed timeline.Kind = "backup.failed"
)

// sealOf is how copies are encrypted.
func sealOf(b config.Backup) (backup.Seal, error) {
	switch {
	case !b.Passphrase.IsZero():
		return backup.PassphraseSeal(b.Passphrase.Reveal(), 0)
	case len(b.Recipients) > 0:
		ids := ""
		if b.Identity != "" {
			data, err := os.ReadFile(b.Identity)
			if err != nil {
				return backup.Seal{}, fmt.Errorf("read identities: %w", err)
			}
			ids = string(data)
		}
		return backup.RecipientSeal(b.Recipients, ids)
	}
	return backup.Seal{}, nil
}

// setBackups builds the keeper of copies; it stays nil where no folder is
// configured.
func (n *node) setBackups(demo bool) error {
	b := n.cfg.Backup
	if b.Folder == "" || demo {
		return nil
	}
	seal, err := sealOf(b)
	if err != nil {
		return err
	}
	k := &backup.Keeper{
		Folder: b.Folder, Site: n.cfg.Site.ID, Every: b.Every, Daily: b.Daily, Weekly: b.Weekly, Zone: n.cfg.Site.Zone, Seal: seal, Sealed: b.Encrypt,
		Copy: func(ctx context.Context, dst string) (map[string]timeline.Position, error) {
			c, err := n.store.Backup(ctx, dst)
			return c.Heads, err
		},
		Check: tryRestore, Files: func() ([]backup.File, error) { return bundleFiles(n.cfg) }, Wall: time.Now, Told: n.backupTold,
	}
	for _, p := range b.Second {
		s, err := secondPlace(p)
		if err != nil {
			return fmt.Errorf("set up second place %s: %w", p.ID, err)
		}
		k.Second = append(k.Second, s)
	}
	n.copies = k
	return nil
}

// tryRestore restores a copy to a temporary folder, which refolds and compares
// everything in it.
func tryRestore(ctx context.Context, file string) error {
	dir, err := os.MkdirTemp(filepath.Dir(file), "restored-*")
	if err != nil {
		return fmt.Errorf("restore to check: %w", err)
	}
	defer func() { _ = os.RemoveAll(dir) }()
	_, err = sqlite.Restore(ctx, file, sqlite.Options{Dir: filepath.Join(dir, "data"), What: "irbot backup"})
	return err
}

// bundleFiles are what a fresh machine needs besides the record: configuration,
// directory, register of systems, runbooks, the operator's own rules and forms,
// and keys. Passwords that stand in files of their own are left out; they have to
// be kept apart.
func bundleFiles(cfg *config.Config) ([]backup.File, error) {
	files := []backup.Wanted{
		{Path: cfg.Path, Name: "config.yaml"}, {Path: cfg.DirectoryFile}, {Path: cfg.SystemsFile},
		{Path: filepath.Join(cfg.Data, publicName), Name: "keys/" + publicName}, {Path: filepath.Join(cfg.Data, keyName), Name: "keys/" + keyName, Secret: true},
	}
	for _, p := range slices.Concat(cfg.Anchors.Places, cfg.Backup.Second) { // certificates are no secret, and without them a place is not found again
		files = append(files, backup.Wanted{Path: p.Roots})
	}
	return backup.Collect(filepath.Dir(cfg.Path), files, []string{cfg.Runbooks.Folder, cfg.Profile.Rules, cfg.Reports.Forms})
}

// backupTold records how an attempt ended, and pages the duty officer when
// there was no good copy for too long.
func (n *node) backupTold(g backup.Generation, err error) {
	ctx := context.Background()
	act := incident.Act{Person: timeline.System, Surface: "machine"}
	if err == nil {
		facts := map[string]any{"bytes": g.Bytes, "entries": g.Entries, "sha256": g.SHA256, "encrypted": g.Encrypted}
		if err := n.svc.SiteEntry(ctx, act, kindBackupMade, facts, timeline.Text{"file": g.File}); err != nil {
			n.log.Error("record backup", "err", err)
		}
		return
	}
	n.log.Error("backup failed", "err", err)
	st := n.copies.State()
	act.Request = fmt.Sprintf("backup-failed/%d", st.Since.Unix())
	if rerr := n.svc.SiteEntry(ctx, act, kindBackupFailed, map[string]any{"checked": g.Checked}, timeline.Text{"error": err.Error()}); rerr != nil {
		n.log.Error("record failed backup", "err", rerr)
	}
	since := st.Since
	if !st.Last.IsZero() {
		since = st.Last
	}
	if n.cfg.Backup.Alarm == 0 || n.wall().Sub(since) < n.cfg.Backup.Alarm {
		return
	}
	act.Request = fmt.Sprintf("backup-page/%d", st.Since.Unix())
	words := fmt.Sprintf("記録の控えを作れません / backups fail: %.200s", err)
	if _, err := n.svc.Open(ctx, act, incident.Report{Finder: "unknown", Words: words, Reporter: "irbot"}); err != nil {
		n.log.Error("page about backups", "err", err)
	}
}

// backupBanner says that copies fail, "" where they do not.
func (n *node) backupBanner(say func(ja, en string) string, clock func(time.Time) string) string {
	if n.copies == nil {
		return ""
	}
	st := n.copies.State()
	if st.Err == "" {
		return ""
	}
	if len(st.Waiting) > 0 {
		return say("控えを二つ目の置き場に送れていません（"+strings.Join(st.Waiting, "、")+"、"+clock(st.Since)+"から）", "Backups do not reach their second place ("+strings.Join(st.Waiting, ", ")+", since "+clock(st.Since)+")")
	}
	return say("記録の控えを作れていません（"+clock(st.Since)+"から）。irbot backup now で理由を確かめてください", "Backups fail (since "+clock(st.Since)+"): irbot backup now tells why")
}

// holding names the copies that still hold the text of an entry.
func holding(cfg *config.Config, id string, seq int64) []string {
	out := []string{}
	folders := map[string]string{cfg.Backup.Folder: ""}
	for _, p := range cfg.Backup.Second {
		if p.Kind == "folder" {
			folders[p.Folder] = p.ID
		} else {
			out = append(out, p.ID+" ("+p.Bucket+"/"+p.Prefix+"backups/)")
		}
	}
	for f := range folders {
		list, err := backup.List(f)
		if f == "" || err != nil {
			continue
		}
		for _, g := range list {
			if g.Holds(id, seq) {
				out = append(out, g.File)
			}
		}
	}
	if b, err := lastCopy(cfg.Data); err == nil {
		if _, err := os.Stat(b.Path); err == nil {
			out = append(out, b.Path)
		}
	}
	return out
}

// sameDisk tells whether two folders are on one file system.
func sameDisk(a, b string) bool {
	var x, y syscall.Stat_t
	return syscall.Stat(a, &x) == nil && syscall.Stat(b, &y) == nil && x.Dev == y.Dev
}
