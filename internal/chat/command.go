package chat

import (
	"time"

	"irbot/internal/directory"
)

// Context is what the reader of a command knows about where it was typed.
type Context struct {
	Addressed bool   // typed to the bot: a slash command, a mention, a console or CLI line
	Incident  string // of the channel or page; "" elsewhere
	Now       time.Time
	Zone      *time.Location
	Roots     []string // words of the slash command; nil: incident, irbot
	Self      string   // id of who types, whom 自分 and me mean; "": the words stand as typed

	// People gives the ids of who a word may mean, Role the id of a role. Where
	// they are nil, words stand as typed.
	People func(word string) []string
	Role   func(word string) (string, bool)
}

// Command is an understood command. Fields that the verb does not use are zero.
type Command struct {
	Verb     Verb
	Incident string // as named, else of the context; "" if neither
	Named    bool   // the incident was named in the command
	Step     string // "4", "2.3" or "r1/2.3"; "" means the current one
	Value    string // what is seen (done)
	Reason   string
	Text     string // free text
	Line     Line   // of a note
	Role     string
	Person   string // directory id, "slack:U…" for a Slack mention, or the word
	Target   string // destination of notify, escalation of ack
	Sub      string // start, next, stop; lift; nochange; phone; export format; verb of help
	Number   int    // of a caution to be lifted
	Level    int    // severity 1 to 4; 0 is 未定
	HasLevel bool
	For      time.Duration // extend; 0 means 15 minutes
	At       time.Time     // stated moment, or since when; zero: not stated
	All      bool
	Missing  string // "reason", "text", "step", "level", "person": what a form must still ask for
}

// Suggestion is a command offered on a button.
type Suggestion struct {
	Command string // what would be run, without the root
	Key     string // wording of the button
	Args    []any
}

// Reply is said to the author only, instead of doing something.
type Reply struct {
	Key     string // of the catalogue
	Args    []any
	Suggest []Suggestion
}

// ResultKind says what came of reading a text.
type ResultKind int

// The kinds of result.
const (
	Ignore  ResultKind = iota // not for the bot
	Execute                   // Command is set
	Answer                    // Reply is set
)

// Result is what a text means. Raw is the text as typed.
type Result struct {
	Kind    ResultKind
	Command Command
	Reply   Reply
	Raw     string
}

// Use fills People and Role from a directory: people by id, name or English
// name, with or without さん, or by a part of the name in front of a space;
// roles by id, name or alias.
func (c Context) Use(d *directory.Directory) Context {
	c.People = func(word string) []string { return findPeople(d, word) }
	c.Role = func(word string) (string, bool) { return findRole(d, word) }
	return c
}
