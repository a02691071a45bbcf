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

// ofRun cuts the run off the name of a wording: r2/第一報 is the one of r2. Two
// runbooks may head a wording alike.
func (s *Incident) ofRun(name string) (run, rest string) {
	if run, rest, ok := strings.Cut(name, "/"); ok && s.Run(run) != nil {
		return run, rest
	}
	return "", name
}

// templateID is the name of a wording as an entry keeps it, with its run where
// it has one.
func (s *Incident) templateID(name string) string {
	run, rest := s.ofRun(name)
	if run == "" || rest == "" {
		return wordingID(name)
	}
	return run + "/" + wordingID(rest)
}

// wording finds a message text in the runbooks of the incident, by its slug,
// its title or its wordingID; with the id of a run before it, in that run only.
func (c *call) wording(name string) string {
	run, name := c.s.ofRun(name)
	if name == "" {
		return ""
	}
	id := wordingID(name)
	for _, r := range c.s.Runs {
		if run != "" && r.ID != run {
			continue
		}
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
	slug, text := c.written(st, src)
	if slug != "" {
		x.Template = slug
	} else if text != "" {
		vars := c.variables(&noticeFacts{No: 1, TLP: orDefault(x.TLP, dest.TLP, "AMBER")}, nil)
		x.Body, x.Form = filledIn(text, vars), NoForm
	}
	return x
}

// written is what the label 文面 of a step means: the slug of a wording, of its
// own run before that of any other, or the text that stands there. A link that
// leads nowhere is neither.
func (c *call) written(st *Step, src *runbook.Step) (slug, text string) {
	if r := c.s.runOf(st.Ref); r != nil {
		if own := r.ID + "/" + src.Message; c.wording(own) != "" {
			return own, ""
		}
	}
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
