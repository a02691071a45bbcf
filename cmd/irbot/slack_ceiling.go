package main

import "irbot/internal/directory"

// ceilingOf is the label above which texts are withheld from a copy that goes
// to one person by chat: the highest label the person may see. "" withholds
// nothing. Somebody who is not in the directory gets what partners may know.
func ceilingOf(dir *directory.Directory, person string) string {
	p, ok := dir.Person(person)
	switch {
	case !ok:
		return "TLP:GREEN"
	case p.TLP == "":
		return "TLP:AMBER"
	case p.TLP == "TLP:RED":
		return ""
	}
	return p.TLP
}
