package chat

import (
	"strings"
)

// Refusal says why a command was refused and what to do next, from the code and
// arguments the rules give. A code without wording of its own is shown as the
// general sentence with the code, so that it can be looked up.
func (w *Words) Refusal(lang Lang, code string, args map[string]string) string {
	switch {
	case code == "perm.no" && args["who"] == "":
		code = "perm.no.nobody"
	case code == "close.block":
		args = map[string]string{"items": w.leftItems(lang, args)}
	}
	if key := w.first("err."+code, code); key != "" {
		return w.Map(lang, key, w.readable(lang, code, args))
	}
	return w.T(lang, "internal") + " (" + code + ")"
}

// Outcome says what came of a command, from the code and arguments the rules
// give; "" as a code is plain success.
func (w *Words) Outcome(lang Lang, code string, args map[string]string) string {
	if key := w.first("ok."+code, code); code != "" && key != "" {
		return w.Map(lang, key, w.readable(lang, code, args))
	}
	return w.T(lang, "recorded")
}

func (w *Words) first(keys ...string) string {
	for _, k := range keys {
		if w.Has(k) {
			return k
		}
	}
	return ""
}

// readable puts words in the place of the states and field names of the rules.
func (w *Words) readable(lang Lang, code string, args map[string]string) map[string]string {
	group, _, _ := strings.Cut(code, ".")
	out := make(map[string]string, len(args))
	for name, v := range args {
		if en := args[name+"_en"]; en != "" && lang == EN { // the rules give it in both languages
			out[name] = en
			continue
		}
		switch name {
		case "state":
			v = w.Or(lang, group+".state."+v, v)
		case "field":
			v = w.Or(lang, "field."+v, v)
		case "open", "who", "fields", "found", "roles", "names":
			v = strings.ReplaceAll(v, "、", w.T(lang, "label.and")) // a list of the rules
		}
		out[name] = v
	}
	return out
}

// leftItems lists what keeps an incident from being closed.
func (w *Words) leftItems(lang Lang, args map[string]string) string {
	var items []string
	for _, k := range []string{"steps", "notices", "duties", "decisions", "escalations", "entries", "cautions"} {
		if n := args[k]; n != "" && n != "0" {
			items = append(items, w.T(lang, "close."+k, "count", n))
		}
	}
	return strings.Join(items, w.T(lang, "label.and"))
}
