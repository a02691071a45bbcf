package chat_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"irbot/internal/chat"
)

// spoken is every text of the program that may name wordings: literals of the
// code, quoted words of the templates and scripts, words of the data files.
type spoken struct {
	literals map[string]bool  // words an id may be made of
	whole    map[string]bool  // literals as they stand: keys and their stems
	patterns []*regexp.Regexp // severity.%d
	asked    map[string]string
}

// keysAt tells which arguments of a call are keys of the catalogue, by the name
// of what is called. Those of the second list are called so in chat only.
func keysAt(name, path string) []int {
	everywhere := map[string][]int{"t": {0}, "T": {0, 1}}
	inChat := map[string][]int{"form": {0, 1}, "in": {1}, "ahead": {1}, "stepForm": {1}, "noticeForm": {1}, "personInput": {0}, "presets": {0}, "ask": {1}, "action": {1}, "choice": {1}}
	if at := everywhere[name]; at != nil {
		return at
	}
	if strings.Contains(path, "internal/chat/") {
		return inChat[name]
	}
	return nil
}

var (
	quoted  = regexp.MustCompile("[\"'`]([^\"'`]*)[\"'`]")
	shown   = regexp.MustCompile(`\.T "([^"]+)"(\s+[(]| \(print)?`)
	action  = regexp.MustCompile(`\{\{.*?\}\}`)
	word    = regexp.MustCompile(`[A-Za-z0-9_.-]+`)
	keyed   = regexp.MustCompile(`^[a-z_]+(\.[a-z0-9_-]+)+$`)
	counted = regexp.MustCompile(`^[a-z_]+\.[a-z0-9_.-]*%[sdqv][a-z0-9_.-]*$`)
	verbs   = regexp.MustCompile(`%[sdqv]`)
)

func (s *spoken) add(text string) {
	s.literals[text], s.whole[text] = true, true
	if counted.MatchString(text) {
		s.patterns = append(s.patterns, regexp.MustCompile("^"+verbs.ReplaceAllString(regexp.QuoteMeta(text), `.+`)+"$"))
	}
}

func (s *spoken) file(path string) error {
	data, err := os.ReadFile(path) //nolint:gosec // a file of this repository
	if err != nil {
		return err
	}
	switch filepath.Ext(path) {
	case ".go":
		return s.code(path, data)
	case ".html":
		for _, m := range shown.FindAllStringSubmatch(string(data), -1) {
			if m[2] == "" && keyed.MatchString(m[1]) {
				s.asked[m[1]] = path
			}
		}
		for _, m := range action.FindAllString(string(data), -1) {
			for _, q := range quoted.FindAllStringSubmatch(m, -1) {
				s.add(q[1])
			}
		}
	case ".yaml":
		if !strings.Contains(path, "/words/") {
			for _, w := range word.FindAllString(string(data), -1) {
				s.literals[w] = true
			}
		}
	}
	return nil
}

func (s *spoken) code(path string, data []byte) error {
	f, err := parser.ParseFile(token.NewFileSet(), path, data, parser.SkipObjectResolution)
	if err != nil {
		return err
	}
	ast.Inspect(f, func(n ast.Node) bool {
		switch x := n.(type) {
		case *ast.BasicLit:
			if text, err := strconv.Unquote(x.Value); err == nil && x.Kind == token.STRING {
				s.add(text)
				for _, w := range strings.Fields(text) {
					s.literals[strings.TrimSuffix(w, ":")] = true
				}
			}
		case *ast.CallExpr:
			name := ""
			switch fun := x.Fun.(type) {
			case *ast.Ident:
				name = fun.Name
			case *ast.SelectorExpr:
				name = fun.Sel.Name
			}
			s.call(name, path, x.Args)
		}
		return true
	})
	return nil
}

// call notes the keys that a call shows.
func (s *spoken) call(name, path string, args []ast.Expr) {
	for _, at := range keysAt(name, path) {
		if at >= len(args) {
			return
		}
		if lit, ok := args[at].(*ast.BasicLit); ok {
			if key, err := strconv.Unquote(lit.Value); err == nil && keyed.MatchString(key) {
				s.asked[key] = path
			}
		}
	}
}

// says tells that something of the program names a key, whole or put together:
// a stem that ends in a point or a bar, and an id.
func (s *spoken) says(key string) bool {
	if s.whole[key] {
		return true
	}
	for _, p := range s.patterns {
		if p.MatchString(key) {
			return true
		}
	}
	for i := range key {
		switch key[i] {
		case '.', '_', '-':
			if s.whole[key[:i+1]] && s.id(key[i+1:]) {
				return true
			}
		}
		if key[i] == '.' && s.whole[key[i:]] && s.says(key[:i]) { // "…" + ".hint"
			return true
		}
	}
	return false
}

// id tells that something of the program knows an id, or one put together.
func (s *spoken) id(text string) bool {
	if s.literals[text] {
		return true
	}
	for i := range text {
		if strings.ContainsRune("._-/", rune(text[i])) && s.id(text[:i]) && s.id(text[i+1:]) {
			return true
		}
	}
	return false
}

// Every wording is shown by something, and everything that is shown has one.
func TestWordsAndCodeBelongTogether(t *testing.T) {
	s := &spoken{literals: map[string]bool{}, whole: map[string]bool{}, asked: map[string]string{}}
	keys := map[string]string{}
	for _, root := range []string{"../../internal", "../../cmd", "../../config.example.yaml", "../../directory.example.yaml"} {
		err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
			switch {
			case err != nil:
				return err
			case d.IsDir() && d.Name() == "testdata":
				return fs.SkipDir
			case d.IsDir() || strings.HasSuffix(path, "_test.go"):
				return nil
			case filepath.Ext(path) == ".yaml" && strings.Contains(path, "/web/words/"):
				data, err := os.ReadFile(path) //nolint:gosec // a file of this repository
				if err != nil {
					return err
				}
				var list map[string][]string
				if err := yaml.Unmarshal(data, &list); err != nil {
					return err
				}
				for key := range list {
					keys[key] = path
				}
			}
			return s.file(path)
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	words, err := chat.Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, key := range words.Keys(chat.JA) {
		keys[key] = "internal/chat/words"
	}
	for key, where := range keys {
		if !s.says(key) {
			t.Errorf("nothing shows %s (%s)", key, where)
		}
	}
	for key, where := range s.asked {
		if keys[key] == "" {
			t.Errorf("%s shows %s, which has no words", where, key)
		}
	}
}
