package web

import (
	"embed"
	"fmt"
	"io/fs"
	"strings"

	"go.yaml.in/yaml/v3"

	"irbot/internal/chat"
)

// lexicon holds the wording that only pages need: key → Japanese, English.
// What every surface says is in the catalogue of chat.
type lexicon map[string][2]string

// loadWords reads words/*.yaml: each key has a list of two texts, Japanese and
// English. It fails if a key stands twice or a text is missing.
func loadWords(from embed.FS) (lexicon, error) {
	out := lexicon{}
	names, err := fs.Glob(from, "words/*.yaml")
	if err != nil {
		return nil, fmt.Errorf("list wordings: %w", err)
	}
	for _, name := range names {
		data, err := from.ReadFile(name)
		if err != nil {
			return nil, fmt.Errorf("read wording %s: %w", name, err)
		}
		var m map[string][]string
		if err := yaml.Unmarshal(data, &m); err != nil {
			return nil, fmt.Errorf("parse wording %s: %w", name, err)
		}
		for key, texts := range m {
			if _, twice := out[key]; twice || len(texts) != 2 || texts[0] == "" || texts[1] == "" {
				return nil, fmt.Errorf("wording %s: key %s stands twice or lacks a language", name, key)
			}
			out[key] = [2]string{texts[0], texts[1]}
		}
	}
	return out, nil
}

// t gives a wording of the pages, else of the catalogue of chat; args are
// alternating names and values.
func (s *Server) t(lang chat.Lang, key string, args ...any) string {
	texts, ok := s.words[key]
	if !ok {
		return s.o.Words.T(lang, key, args...)
	}
	text := texts[0]
	if lang == chat.EN {
		text = texts[1]
	}
	if len(args) == 0 {
		return text
	}
	pairs := make([]string, 0, len(args))
	for i := 0; i+1 < len(args); i += 2 {
		pairs = append(pairs, fmt.Sprintf("{%v}", args[i]), fmt.Sprint(args[i+1]))
	}
	return strings.NewReplacer(pairs...).Replace(text)
}

// has reports whether a wording exists anywhere.
func (s *Server) has(key string) bool {
	_, ok := s.words[key]
	return ok || s.o.Words.Has(key)
}
