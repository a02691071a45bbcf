package chat

import (
	"strings"

	"irbot/internal/incident"
	"irbot/internal/timeline"
)

// latinNames gives the words of an entry with the names of people as the
// directory writes them in English, where that is asked for and the directory
// still has the name the entry was written with: so that one person does not
// stand under two names on one page. What people wrote stays as it is.
func (p *pen) latinNames(e *timeline.Entry) timeline.Text {
	words := e.Fields()
	if p.Lang != EN {
		return words
	}
	keys := []string{"actor_name", "person_name", "names", "to_name"}
	if e.Kind == incident.KindCustodyOffered || e.Kind == incident.KindErasureAsked {
		keys = append(keys, "name")
	}
	for _, k := range keys {
		if words[k] == "" {
			continue
		}
		list := strings.Split(words[k], "、")
		for i, name := range list {
			list[i] = p.latinName(e, k, name)
		}
		words[k] = strings.Join(list, p.t("label.and"))
	}
	return words
}

func (p *pen) latinName(e *timeline.Entry, key, name string) string {
	for _, x := range p.v.Site.Directory.People {
		if x.Name == name && x.NameEN != "" && (key != "actor_name" || x.ID == e.Actor) {
			return x.NameEN
		}
	}
	return name
}

// aboutAct names the kind of act that was refused, for readers who know no names of
// commands; the entry's facts keep the name itself.
func (p *pen) aboutAct(command string) string {
	group, _, _ := strings.Cut(command, ".")
	return p.Words.Or(p.Lang, "act."+group, command)
}

// because says in one sentence why an act was refused; what was typed then is not
// kept with a refusal and stands as ….
func (p *pen) because(code string) string {
	key := p.Words.first("err."+code, code)
	if key == "" {
		return code
	}
	words, _ := p.Words.lookup(p.Lang, key)
	text := words.fill(func(string) (string, bool) { return "…", true })
	text, _, _ = strings.Cut(text, "。")
	text, _, _ = strings.Cut(text, ". ")
	return strings.TrimSuffix(text, ".")
}
