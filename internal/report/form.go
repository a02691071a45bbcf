package report

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"
	"sync"

	"irbot/internal/problem"
	"irbot/internal/strictyaml"
)

//go:embed forms/*.yaml
var shipped embed.FS

// fieldsFile holds the twenty fields; every other file is one form.
const fieldsFile = "fields.yaml"

// Field is one of the twenty items that reports are made of (DOMAIN part c).
type Field struct {
	ID     string   `yaml:"id"`
	JA     string   `yaml:"name"`
	EN     string   `yaml:"name_en"`
	Also   []string `yaml:"also"` // other words people type for it
	HintJA string   `yaml:"hint"`
	HintEN string   `yaml:"hint_en"`
	Kind   string   `yaml:"kind"` // text: one line; lines: several
	TLP    string   `yaml:"tlp"`  // label where nobody chose one
	No     int      `yaml:"-"`    // from 1, in the order of the file
}

// Name is the field's name in a language; anything but "en" is Japanese.
func (f Field) Name(lang string) string { return either(lang, f.JA, f.EN) }

// Hint says what belongs into the field.
func (f Field) Hint(lang string) string { return either(lang, f.HintJA, f.HintEN) }

func either(lang, ja, en string) string {
	if lang == "en" && en != "" {
		return en
	}
	return ja
}

// Issue is one kind of report of a form: 第一報, 続報, 最終報. {n} in its name is
// the number of the follow-up.
type Issue struct {
	Kind string `yaml:"kind"`
	JA   string `yaml:"name"`
	EN   string `yaml:"name_en"`
}

// Row is one line of a form.
type Row struct {
	Field  string   `yaml:"field"`
	JA     string   `yaml:"label"`
	EN     string   `yaml:"label_en"`
	Show   []string `yaml:"show"`   // kinds it stands in; empty: all
	Must   []string `yaml:"must"`   // kinds that need a value before they may be submitted
	Answer []string `yaml:"answer"` // kinds that need a value or 不明 by a person
	Cell   string   `yaml:"cell"`   // where it goes in the spreadsheet
	Absent string   `yaml:"absent"` // said by a plain form where there is nothing to say of the field
}

// Label is the row's label in a language.
func (r Row) Label(lang string) string { return either(lang, r.JA, r.EN) }

// Sheet says how the official spreadsheet is filled, where the operator has it.
type Sheet struct {
	File string `yaml:"file"` // beside the form file, *.xlsx
	Name string `yaml:"name"` // of the sheet; "" is the first
}

// Form is the layout of a report to one kind of addressee, as data.
type Form struct {
	ID       string   `yaml:"id"`
	JA       string   `yaml:"name"`
	EN       string   `yaml:"name_en"`
	To       []string `yaml:"to"`    // destinations it is the usual form for
	Kinds    []string `yaml:"kinds"` // kinds of destination it is the usual form for
	Basis    string   `yaml:"basis"`
	BasisEN  string   `yaml:"basis_en"`
	Checked  string   `yaml:"checked"`  // day the basis was last checked, 2026-11-22
	Official bool     `yaml:"official"` // false: the field map stands in for the official form
	Mark     string   `yaml:"mark"`     // said to whoever reads the report; "" where Official
	MarkEN   string   `yaml:"mark_en"`
	Attach   []string `yaml:"attach"` // pdf, xlsx
	Series   []Issue  `yaml:"series"`
	Subject  string   `yaml:"subject"`
	Opening  string   `yaml:"opening"`
	Closing  string   `yaml:"closing"`
	Rows     []Row    `yaml:"rows"`
	Sheet    Sheet    `yaml:"sheet"`
	Plain    bool     `yaml:"plain"` // words for the public: what may not or cannot be said is left out, not marked
	Hash     string   `yaml:"-"`     // SHA-256 of the file, hex
	File     string   `yaml:"-"`
	Template []byte   `yaml:"-"` // the official spreadsheet, nil where there is none
}

// Name is the form's name in a language.
func (f *Form) Name(lang string) string { return either(lang, f.JA, f.EN) }

// Because is the law or agreement the form rests on, in a language.
func (f *Form) Because(lang string) string { return either(lang, f.Basis, f.BasisEN) }

// Issue names a report of this form: kind first, update or final, and its
// number to this addressee, counted from 1. A kind the form does not have is
// named like its first one.
func (f *Form) Issue(kind string, no int, lang string) string {
	for _, s := range f.Series {
		if s.Kind == kind {
			return strings.ReplaceAll(either(lang, s.JA, s.EN), "{n}", fmt.Sprint(max(no-1, 1)))
		}
	}
	if len(f.Series) > 0 && kind != f.Series[0].Kind {
		return f.Issue(f.Series[0].Kind, no, lang)
	}
	return f.Name(lang)
}

// Names reports whether a template of the form has a place for a word.
func (f *Form) Names(word string) bool {
	for _, m := range placeholder.FindAllStringSubmatch(f.Subject+f.Opening+f.Closing, -1) {
		if m[1] == word {
			return true
		}
	}
	return false
}

// Has reports whether the form has a kind of report.
func (f *Form) Has(kind string) bool {
	return slices.ContainsFunc(f.Series, func(s Issue) bool { return s.Kind == kind })
}

// Forms are the fields and the forms of an installation. It is read-only and
// safe for use by several goroutines; nil is an empty one.
type Forms struct {
	fields []Field
	list   []*Form // sorted by id
	once   sync.Once
	fill   func() *Forms
}

// Lazy reads forms at the first question: most commands ask none, and reading
// takes longer than they do.
func Lazy(load func() *Forms) *Forms { return &Forms{fill: load} }

func (b *Forms) ready() *Forms {
	if b == nil {
		return &Forms{}
	}
	b.once.Do(func() {
		if b.fill == nil {
			return
		}
		if x := b.fill(); x != nil {
			b.fields, b.list = x.fields, x.list
		}
	})
	return b
}

// Fields are the twenty fields in their order.
func (b *Forms) Fields() []Field { return b.ready().fields }

// List is every form, sorted by id.
func (b *Forms) List() []*Form { return b.ready().list }

// Field finds a field by id.
func (b *Forms) Field(id string) (Field, bool) {
	for _, f := range b.Fields() {
		if f.ID == id {
			return f, true
		}
	}
	return Field{}, false
}

// FieldNamed finds a field by id, number, or the start of its name in either
// language, as people type it; ok is false where none or several fit.
func (b *Forms) FieldNamed(word string) (Field, bool) {
	if word == "" {
		return Field{}, false
	}
	word = strings.ToLower(strings.TrimSpace(word))
	var found []Field
	for _, f := range b.Fields() {
		if word == f.ID || word == fmt.Sprint(f.No) {
			return f, true
		}
		for _, also := range f.Also {
			if word == strings.ToLower(also) {
				return f, true
			}
		}
		for _, name := range append(strings.Split(f.JA, "・"), f.JA, f.ID, strings.ToLower(f.EN)) {
			if strings.HasPrefix(name, word) && len([]rune(word)) >= 2 {
				found = append(found, f)
				break
			}
		}
	}
	if len(found) != 1 {
		return Field{}, false
	}
	return found[0], true
}

// Form finds a form by id.
func (b *Forms) Form(id string) (*Form, bool) {
	for _, f := range b.List() {
		if f.ID == id {
			return f, true
		}
	}
	return nil, false
}

// For is the usual form for a destination: by its id, else by its kind.
func (b *Forms) For(dest, kind string) (*Form, bool) {
	for _, f := range b.List() {
		if slices.Contains(f.To, dest) {
			return f, true
		}
	}
	for _, f := range b.List() {
		if slices.Contains(f.Kinds, kind) {
			return f, true
		}
	}
	return nil, false
}

// Shipped reads the fields and forms that come with the program.
func Shipped() (*Forms, error) {
	sub, err := fs.Sub(shipped, "forms")
	if err != nil {
		return nil, fmt.Errorf("open forms: %w", err)
	}
	b, problems := LoadForms(sub)
	return b, problem.Err(problems)
}

// LoadForms reads the shipped fields and forms and then the operator's own
// folders, whose forms replace shipped ones of the same id. Every finding names
// file and line; a form with a finding that stops is left out. The fields are
// the shipped ones: what a field means must not change under a record.
func LoadForms(folders ...fs.FS) (*Forms, []problem.Problem) {
	b := &Forms{}
	var problems []problem.Problem
	base, err := shipped.ReadFile("forms/" + fieldsFile)
	if err == nil {
		problems = append(problems, b.readFields(base)...)
	}
	byID := map[string]*Form{}
	own, _ := fs.Sub(shipped, "forms")
	for _, folder := range append([]fs.FS{own}, folders...) {
		names, err := fs.Glob(folder, "*.yaml")
		if err != nil {
			continue
		}
		seen := map[string]string{}
		for _, name := range names {
			if name == fieldsFile {
				continue
			}
			f, found := b.readForm(folder, name)
			problems = append(problems, found...)
			if f == nil {
				continue
			}
			if other := seen[f.ID]; other != "" {
				problems = append(problems, twice(name, f.ID, other))
				continue
			}
			seen[f.ID] = name
			byID[f.ID] = f
		}
	}
	for _, f := range byID {
		b.list = append(b.list, f)
	}
	slices.SortFunc(b.list, func(x, y *Form) int { return strings.Compare(x.ID, y.ID) })
	return b, problems
}

func (b *Forms) readFields(data []byte) []problem.Problem {
	doc, problems := strictyaml.Parse(fieldsFile, data)
	if doc == nil {
		return problems
	}
	var file struct {
		Fields []Field `yaml:"fields"`
	}
	problems = append(problems, doc.Decode(&file)...)
	for i := range file.Fields {
		file.Fields[i].No = i + 1
	}
	b.fields = file.Fields
	return problems
}

// readForm reads one file; nil where it cannot be used.
func (b *Forms) readForm(folder fs.FS, name string) (*Form, []problem.Problem) {
	data, err := fs.ReadFile(folder, name)
	if err != nil {
		return nil, []problem.Problem{{File: name,
			What: problem.Say("様式のファイルを読めません: %v", "the form file cannot be read: %v", err),
			Why:  problem.Say("この様式の報告が作れません", "reports of this form cannot be made"),
			Fix:  problem.Say("ファイルの権限を確かめてください", "check the file's permissions")}}
	}
	doc, problems := strictyaml.Parse(name, data)
	if doc == nil {
		return nil, problems
	}
	f := &Form{}
	problems = append(problems, doc.Decode(f)...)
	if len(problems) > 0 {
		return nil, problems
	}
	sum := sha256.Sum256(data)
	f.Hash, f.File = hex.EncodeToString(sum[:]), name
	if f.Sheet.File != "" && path.Base(f.Sheet.File) == f.Sheet.File {
		f.Template, _ = fs.ReadFile(folder, f.Sheet.File)
	}
	problems = append(problems, b.lint(doc, f)...)
	if stops, _ := problem.Split(problems); len(stops) > 0 {
		return nil, problems
	}
	return f, problems
}

var (
	placeholder = regexp.MustCompile(`\{\{\s*([^{}]*?)\s*\}\}`)
	formID      = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,40}$`)
	cellForm    = regexp.MustCompile(`^[A-Z]{1,3}[1-9][0-9]{0,4}$`)
)

// formVars are the words a template may name besides the twenty fields.
func formVars() []string {
	return []string{"dest", "report", "date", "incident", "title", "site", "phone", "next"}
}
