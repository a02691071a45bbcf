package chat

import "strings"

// standingWords are facts of the standing log.
type standingWords struct {
	New    bool   `json:"new"`
	Public string `json:"public"`
	Old    string `json:"old"`
	Log    string `json:"log"`
	Size   int64  `json:"size"`
	Rules  int    `json:"rules"`
	Config string `json:"config"`
	Book   string `json:"directory"`

	Since  number   `json:"since_us"`
	People []string `json:"people"`
}

// standing is the sentence of what belongs to no incident: accounts, keys,
// copies, anchors, settings. It names whom or what it is about, because this is
// the record an auditor reads.
func (w wordsOf) standing() {
	p, f := w.p, w.f
	variant := ""
	if string(w.e.Kind) == "account.set" && !f.New {
		variant = "again"
	}
	account := OneLine(w.words["account"])
	person := p.person(f.Person)
	if account == "" || account == person {
		account = person
	} else {
		account = p.t("ent.account.who", "account", account, "person", person)
	}
	w.say(variant, "who", account, "key", keyMark(f.Public), "old", f.Old, "file", OneLine(w.words["file"]),
		"place", f.Place, "log", f.Log, "n", f.Size, "rules", f.Rules,
		"time", p.clock(f.Since.time()), "people", p.people(f.People))
	w.result("tl.value", w.words["error"])
	w.result("tl.value", w.words["retention"])
	w.result("tl.reason", w.words["reason"])
	if len(f.Config) == 64 {
		w.r.Result = joinNonEmpty(" ", w.r.Result, "config.yaml SHA-256 "+f.Config[:16])
	}
	if len(f.Book) == 64 {
		w.r.Result = joinNonEmpty(" ", w.r.Result, "directory.yaml SHA-256 "+f.Book[:16])
	}
}

// keyMark is the short form of a public key: what people read out on the phone.
func keyMark(public string) string {
	parts := strings.SplitN(public, "+", 3)
	if len(parts) < 3 {
		return ""
	}
	return parts[1]
}
