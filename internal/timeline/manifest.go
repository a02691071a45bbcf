package timeline

import (
	"fmt"
	"slices"
)

// manifestFile is one file of manifest.json.
type manifestFile struct {
	Path   string `json:"path"`
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"`
}

// manifestReader reads {"files":[{"path","size","sha256"}]} and nothing else.
type manifestReader struct {
	lexer
	list []manifestFile
}

// parseManifest reads manifest.json. Blanks and order carry no meaning; unknown,
// missing and repeated members are refused.
func parseManifest(b []byte) ([]manifestFile, error) {
	d := &manifestReader{lexer: lexer{b: b}}
	d.space()
	if err := d.members([]string{"files"}, func(int) error { return d.files() }); err != nil {
		return nil, err
	}
	if d.space(); d.i != len(b) {
		return nil, d.fail("something follows the object")
	}
	return d.list, nil
}

// members reads an object that has exactly these members, each once.
func (d *manifestReader) members(names []string, value func(i int) error) error {
	seen := make([]bool, len(names))
	err := d.object(func(name []byte) error {
		i := slices.Index(names, string(name))
		if i < 0 || seen[i] {
			return fmt.Errorf("%w: unknown or repeated member %.40q", ErrJSON, name)
		}
		seen[i] = true
		return value(i)
	})
	if err == nil && slices.Contains(seen, false) {
		return d.fail("a member is missing")
	}
	return err
}

func (d *manifestReader) files() error {
	if !d.eat('[') {
		return d.fail("expected a list")
	}
	for {
		d.space()
		if len(d.list) == 0 && d.eat(']') {
			return nil
		}
		if err := d.file(); err != nil {
			return err
		}
		d.space()
		if d.eat(']') {
			return nil
		}
		if !d.eat(',') {
			return d.fail("expected , or ]")
		}
	}
}

func (d *manifestReader) file() error {
	var m manifestFile
	err := d.members([]string{"path", "size", "sha256"}, func(i int) error {
		if i == 1 {
			n, err := d.integer()
			m.Size = n
			return err
		}
		s, err := d.str(false)
		if i == 0 {
			m.Path = string(s)
		} else {
			m.SHA256 = string(s)
		}
		return err
	})
	d.list = append(d.list, m)
	return err
}
