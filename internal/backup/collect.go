package backup

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
)

// maxBundled is the largest file besides the record that goes into a copy.
const maxBundled = 4 << 20

// Wanted is a file that a bundle holds where it is there.
type Wanted struct {
	Path   string // "": none
	Name   string // in the bundle; "": as it is seen from the root
	Secret bool
}

// Collect reads what a bundle holds besides the record: single files, and all
// regular files of folders. What lies below root keeps its path; what lies
// elsewhere keeps its bare name in a folder of that name, with a number where two
// would have the same. What is not there, or larger than 4 MiB, is left out. The
// errors come joined, with everything that could be read.
func Collect(root string, files []Wanted, folders []string) ([]File, error) {
	c := collector{root: root, paths: map[string]bool{}, names: map[string]bool{}}
	var errs []error
	for _, w := range files {
		if w.Path != "" {
			errs = append(errs, c.take(w))
		}
	}
	for _, folder := range folders {
		if folder == "" {
			continue
		}
		errs = append(errs, filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
			if errors.Is(err, fs.ErrNotExist) || err == nil && !d.Type().IsRegular() {
				return nil
			}
			if err != nil {
				return err
			}
			return c.take(Wanted{Path: path})
		}))
	}
	return c.out, errors.Join(errs...)
}

type collector struct {
	root  string
	out   []File
	paths map[string]bool // folders may lie in one another, and places may share a certificate
	names map[string]bool
}

func (c *collector) take(w Wanted) error {
	path := filepath.Clean(w.Path)
	if c.paths[path] {
		return nil
	}
	c.paths[path] = true
	data, err := os.ReadFile(path) //nolint:gosec // named by the configuration
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("read %s: %w", path, err)
	}
	if len(data) > maxBundled {
		return nil
	}
	name := w.Name
	if name == "" {
		name = c.within(path)
	}
	c.names[name] = true
	c.out = append(c.out, File{Name: filepath.ToSlash(name), Data: data, Secret: w.Secret})
	return nil
}

// within is a path as seen from the root; what lies elsewhere keeps its bare name.
func (c *collector) within(path string) string {
	if rel, err := filepath.Rel(c.root, path); err == nil && filepath.IsLocal(rel) {
		return rel
	}
	name := filepath.Join("elsewhere", filepath.Base(path))
	for n := 2; c.names[name]; n++ {
		name = filepath.Join("elsewhere", strconv.Itoa(n), filepath.Base(path))
	}
	return name
}
