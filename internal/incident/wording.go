package incident

import (
	"crypto/sha256"
	"encoding/hex"
	"regexp"
	"strings"

	"irbot/internal/directory"
	"irbot/internal/runbook"
)

var plainName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._:/+=-]{0,199}$`)

// wordingID is the name of a wording as an entry can keep it: headings of
// runbooks are Japanese, facts are plain identifiers. A plain name stays itself.
func wordingID(name string) string {
	name = strings.TrimPrefix(name, "#")
	if name == "" || plainName.MatchString(name) {
		return name
	}
	sum := sha256.Sum256([]byte(name))
	return "w:" + hex.EncodeToString(sum[:8])
}

// wording finds a message text in the runbooks of the incident, by its slug,
// its title or its wordingID.
func (c *call) wording(name string) string {
	if name == "" {
		return ""
	}
	id := wordingID(name)
	for _, r := range c.s.Runs {
		b := c.book(r.Hash)
		if b == nil {
			continue
		}
		if text, ok := wordingOf(b.Wordings, id); ok {
			return text
		}
	}
	return ""
}

func wordingOf(list []runbook.Wording, id string) (string, bool) {
	for _, w := range list {
		if wordingID(w.Slug) == id || wordingID(w.Title) == id {
			return w.Text, true
		}
	}
	return "", false
}

// asWritten gives a draft that was begun from a step the wording the step names
// under 文面. What the person chose, and the form a body prescribes, go first.
func (c *call) asWritten(x DraftNotice, dest directory.Destination) DraftNotice {
	st := c.s.FindStep(x.Step)
	if x.Step == "" || st == nil || x.Template != "" || x.Form != "" || x.Body != "" {
		return x
	}
	src := c.source(st)
	if src == nil || src.Message == "" {
		return x
	}
	if _, prescribed := c.site.Forms.For(dest.ID, dest.Kind); prescribed {
		return x
	}
	slug, text := c.written(src)
	if slug != "" {
		x.Template = slug
	} else if text != "" {
		vars := c.variables(&noticeFacts{No: 1, TLP: orDefault(x.TLP, dest.TLP, "AMBER")}, nil)
		x.Body, x.Form = filledIn(text, vars), NoForm
	}
	return x
}

// written is what the label 文面 of a step means: the slug of a wording, or the
// text that stands there. A link that leads nowhere is neither.
func (c *call) written(src *runbook.Step) (slug, text string) {
	if c.wording(src.Message) != "" {
		return src.Message, ""
	}
	for _, f := range src.Facts {
		if f.Name == "message" && strings.Contains(f.Value, "](") {
			return "", ""
		}
	}
	return "", src.Message
}

// filledIn puts what is known in the place of variables.
func filledIn(text string, vars map[string]string) string {
	return variable.ReplaceAllStringFunc(text, func(m string) string {
		if v := vars[strings.TrimSpace(variable.FindStringSubmatch(m)[1])]; v != "" {
			return v
		}
		return Unknown
	})
}
