package incident

import (
	"strings"

	"irbot/internal/directory"
)

// bothNames adds the English names to what an outcome or a refusal says: the
// rules name people and organisations as the record does, in Japanese, and who
// reads English is told by the name the directory gives.
func (s *Site) bothNames(args map[string]string) map[string]string {
	if s.Directory == nil {
		return args
	}
	out := args
	for key, value := range args {
		if strings.HasSuffix(key, "_en") || args[key+"_en"] != "" {
			continue
		}
		en, named := english(s.Directory, value)
		if !named {
			continue
		}
		if len(out) == len(args) { // the map belongs to the rule that made it
			out = make(map[string]string, len(args)+2)
			for k, v := range args {
				out[k] = v
			}
		}
		out[key+"_en"] = en
	}
	return out
}

// english gives a list of names in English; false where nobody is among them.
func english(d *directory.Directory, names string) (string, bool) {
	named := false
	list := strings.Split(names, "、")
	for i, name := range list {
		if en := englishName(d, name); en != "" {
			list[i], named = en, true
		}
	}
	return strings.Join(list, ", "), named
}

func englishName(d *directory.Directory, name string) string {
	for _, p := range d.People {
		if p.Name == name {
			return p.NameEN
		}
	}
	for _, r := range d.Roles {
		if r.Name == name {
			return r.NameEN
		}
	}
	for _, x := range d.Destinations {
		if x.Name == name {
			return x.NameEN
		}
	}
	return ""
}
