package backup_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"irbot/internal/backup"
)

// A copy holds each file that is there once: also two of the same name that lie
// outside the folder of the configuration.
func TestCollectLosesNoFileToAnother(t *testing.T) {
	root, away := t.TempDir(), t.TempDir()
	put := func(dir, name, text string) string {
		t.Helper()
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	put(root, "runbooks/tos.md", "tos")
	put(away, "quay/power.md", "quay")
	put(away, "yard/power.md", "yard")
	put(away, "large.bin", string(make([]byte, 5<<20)))
	config := put(root, "config.yaml", "site")
	files, err := backup.Collect(root, []backup.Wanted{
		{Path: config, Name: "config.yaml"}, {Path: put(root, "data/site.key", "secret"), Name: "keys/site.key", Secret: true},
		{}, {Path: filepath.Join(root, "systems.yaml")}, {Path: put(root, "roots.pem", "pem")}, {Path: filepath.Join(root, ".", "roots.pem")},
	}, []string{filepath.Join(root, "runbooks"), away, filepath.Join(away, "quay"), filepath.Join(root, "forms"), ""})
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, f := range files {
		if _, twice := got[f.Name]; twice {
			t.Errorf("%s twice", f.Name)
		}
		got[f.Name] = string(f.Data)
		if f.Secret != (f.Name == "keys/site.key") {
			t.Errorf("%s secret: %v", f.Name, f.Secret)
		}
	}
	want := map[string]string{
		"config.yaml": "site", "keys/site.key": "secret", "roots.pem": "pem", "runbooks/tos.md": "tos",
		"elsewhere/power.md": "quay", "elsewhere/2/power.md": "yard",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
