package chat

import (
	"embed"
	"fmt"
	"io/fs"
	"sort"
	"strings"

	"go.yaml.in/yaml/v3"
)

//go:embed words
var wordFiles embed.FS

// Lang is a language of the catalogue.
type Lang string

// The languages there are.
const (
	JA Lang = "ja"
	EN Lang = "en"
)

// LangOf reads a language tag or locale such as "ja_JP.UTF-8" or "en-GB".
// Everything that does not begin with "en" is Japanese.
func LangOf(tag string) Lang {
	if strings.HasPrefix(strings.ToLower(strings.TrimSpace(tag)), "en") {
		return EN
	}
	return JA
}

// Words is the wording catalogue. It is safe for concurrent use.
type Words struct {
	texts map[Lang]map[string]phrase
}

// phrase is a wording cut at its placeholders: even pieces are literal, odd
// ones are names.
type phrase []string

// Load reads the embedded catalogue. It fails if a file cannot be read, a key
// stands twice, or a brace is left open.
func Load() (*Words, error) {
	w := &Words{texts: map[Lang]map[string]phrase{}}
	for _, lang := range []Lang{JA, EN} {
		flat, err := readWords(lang)
		if err != nil {
			return nil, err
		}
		if w.texts[lang], err = parsePhrases(flat); err != nil {
			return nil, fmt.Errorf("parse wording %s: %w", lang, err)
		}
	}
	return w, nil
}

// readWords gathers ja.yaml and every <subject>.ja.yaml (or en): a subject with
// many words of its own keeps them in a file of its own.
func readWords(lang Lang) (map[string]string, error) {
	all := map[string]string{}
	names, err := fs.Glob(wordFiles, "words/*"+string(lang)+".yaml")
	if err != nil {
		return nil, fmt.Errorf("list wordings: %w", err)
	}
	for _, name := range names {
		raw, err := wordFiles.ReadFile(name)
		if err != nil {
			return nil, fmt.Errorf("read wording %s: %w", name, err)
		}
		var flat map[string]string
		if err := yaml.Unmarshal(raw, &flat); err != nil {
			return nil, fmt.Errorf("parse wording %s: %w", name, err)
		}
		for key, text := range flat {
			if _, twice := all[key]; twice {
				return nil, fmt.Errorf("wording %s: key %s stands in another file too", name, key)
			}
			all[key] = text
		}
	}
	return all, nil
}

func parsePhrases(flat map[string]string) (map[string]phrase, error) {
	out := make(map[string]phrase, len(flat))
	for key, text := range flat {
		p, err := parsePhrase(text)
		if err != nil {
			return nil, fmt.Errorf("key %s: %w", key, err)
		}
		out[key] = p
	}
	return out, nil
}

func parsePhrase(text string) (phrase, error) {
	var p phrase
	for {
		before, rest, found := strings.Cut(text, "{")
		if !found {
			return append(p, text), nil
		}
		name, after, closed := strings.Cut(rest, "}")
		if !closed || name == "" {
			return nil, fmt.Errorf("brace without a name in %q", text)
		}
		p = append(p, before, name)
		text = after
	}
}

// T gives the wording of a key with its placeholders filled in; args are
// alternating names and values. A missing key is shown as the key in 「」, a
// missing argument as its name in 「」, so that a slip is seen and nothing
// breaks.
func (w *Words) T(lang Lang, key string, args ...any) string {
	p, ok := w.lookup(lang, key)
	if !ok {
		return "「" + key + "」"
	}
	return p.fill(func(name string) (string, bool) {
		for i := 0; i+1 < len(args); i += 2 {
			if args[i] == name {
				return fmt.Sprint(args[i+1]), true
			}
		}
		return "", false
	})
}

// Map is T with the arguments as a map, as outcomes and refusals carry them.
func (w *Words) Map(lang Lang, key string, args map[string]string) string {
	p, ok := w.lookup(lang, key)
	if !ok {
		return "「" + key + "」"
	}
	return p.fill(func(name string) (string, bool) {
		v, found := args[name]
		return v, found
	})
}

// Has reports whether a key is in the catalogue.
func (w *Words) Has(key string) bool {
	_, ok := w.lookup(JA, key)
	return ok
}

// Or gives the wording of a key, or the fallback where the key is not there;
// for ids from configuration that may have no wording of their own.
func (w *Words) Or(lang Lang, key, fallback string) string {
	if !w.Has(key) {
		return fallback
	}
	return w.T(lang, key)
}

// Keys lists all keys of a language in order.
func (w *Words) Keys(lang Lang) []string {
	keys := make([]string, 0, len(w.texts[lang]))
	for k := range w.texts[lang] {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	return keys
}

// Names lists the placeholders of a key in order of appearance.
func (w *Words) Names(lang Lang, key string) []string {
	p := w.texts[lang][key]
	var out []string
	for i := 1; i < len(p); i += 2 {
		out = append(out, p[i])
	}
	return out
}

func (w *Words) lookup(lang Lang, key string) (phrase, bool) {
	if lang != EN {
		lang = JA
	}
	p, ok := w.texts[lang][key]
	return p, ok
}

func (p phrase) fill(value func(name string) (string, bool)) string {
	var b strings.Builder
	for i, piece := range p {
		if i%2 == 0 {
			b.WriteString(piece)
			continue
		}
		v, ok := value(piece)
		if !ok {
			v = "「" + piece + "」"
		}
		b.WriteString(v)
	}
	return b.String()
}
