package chat

// Form is what opens when an action needs more than a press: a modal in Slack,
// a page or a fold in the console.
type Form struct {
	Name   string // e.g. step.skip; the same as Action.Form
	Title  string // at most 24 characters
	Value  string // the button value it was opened from
	Submit string
	Cancel string
	Body   []Block // shown above the inputs
	Inputs []Input
}

// InputKind is how an input is filled in.
type InputKind string

// The kinds of input.
const (
	InputText   InputKind = "text"
	InputLines  InputKind = "lines"
	InputTime   InputKind = "time"   // text in the forms of ParseTime or ParseDeadline
	InputChoice InputKind = "choice" // one of Options
	InputMany   InputKind = "many"   // any of Options
	InputPerson InputKind = "person"
	InputCheck  InputKind = "check"
	InputFile   InputKind = "file"   // a surface puts name and bytes into the command
	InputSecret InputKind = "secret" // never shown again, never logged
	InputMoment InputKind = "moment" // a date and a time of the site's zone (2006-01-02 15:04), filled in already
)

// Input is one field of a form.
type Input struct {
	ID       string
	Label    string
	Hint     string
	Kind     InputKind
	Options  []Option
	Value    string // what is filled in already
	Required bool
	Max      int // characters; 0 means 3000
}

// Option is one answer of a choice.
type Option struct {
	ID    string
	Label string
}
