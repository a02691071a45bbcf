package runbook

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"path"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
)

// The five cases in which a file is not read at all.
var (
	// ErrDecode says that the bytes are no text in any encoding known (RB101).
	ErrDecode = errors.New("cannot decode; save as UTF-8")
	// ErrTooLarge says that the file is larger than 1 MiB (RB104).
	ErrTooLarge = errors.New("larger than 1 MiB")
	// ErrEmpty says that there is no text in the file (RB106).
	ErrEmpty = errors.New("empty")
	// ErrStructure says that nesting, links or another count passes its limit (RB107).
	ErrStructure = errors.New("nesting or link count over the limit")
	// ErrFault says that the reader itself failed (RB100); no file should ever do that.
	ErrFault = errors.New("irbot could not read this file, by a fault of its own")
)

// ReadError is what Read returns for a file it refuses. It wraps one of
// ErrDecode, ErrTooLarge, ErrEmpty, ErrStructure and ErrFault and carries the finding to
// show.
type ReadError struct {
	File     string
	Findings []Finding
	Err      error
}

// Error names the file and the reason.
func (e *ReadError) Error() string {
	return fmt.Sprintf("read runbook %s: %v", e.File, e.Err)
}

// Unwrap gives the reason.
func (e *ReadError) Unwrap() error { return e.Err }

// reader holds what one Read works with. It is used once.
type reader struct {
	opt       Options
	mem       *arena
	parser    parser.Parser
	t         lineTable
	rb        *Runbook
	table     []labelRow
	labels    labelSet
	docLabels labelSet
	words     *sectionWords
	sections  []*section
	roles     map[string]bool
	slugs     map[string]*section
	pending   []pendingRef
	targets   *targets // what jumps may lead to, once one was looked for
	raised    []raised
	times     map[string]int  // how often each rule was raised, once there are many
	messages  map[string]bool // anchors named as wordings
	titles    []titleLetters  // plain titles of sections, for summaries
	meta      []metaValue
	decoded   decoded
	refs      map[string]bool // names of link definitions
	anchors   map[string]bool // look-ups of anchors written as HTML
	scratch   []byte          // for hashing titles
	bodyLine  int             // first line after the front matter
	code      []bool          // lines that are code or raw HTML
	html      []bool          // those of them that are raw HTML
	phaseOf   []*phaseDraft
}

// Read turns one Markdown file into a runbook. file is the name to show and
// src the bytes as stored, in any encoding of Japanese offices. A file can
// always be run: everything not understood stays verbatim and is reported in
// Runbook.Findings. The error is a *ReadError in the five cases in which
// nothing can be shown. The same bytes and options give the same model.
func Read(file string, src []byte, opt Options) (*Runbook, error) {
	if len(src) > maxFile {
		return nil, refuse(file, "RB104", 1, ErrTooLarge, opt)
	}
	d, ok := decode(src)
	if !ok {
		return nil, refuse(file, "RB101", 1, ErrDecode, opt)
	}
	if strings.TrimSpace(d.text) == "" {
		return nil, refuse(file, "RB106", 1, ErrEmpty, opt)
	}
	if over, bad := checkLimits(d.text); bad {
		return nil, refuse(file, "RB107", over.line, ErrStructure, opt)
	}
	sum := sha256.Sum256(src)
	mem, _ := arenas.Get().(*arena)
	r := &reader{
		opt: opt, mem: mem, t: lineTableIn(mem.starts, d.text), table: stepLabels().rows, decoded: d,
		rb:    &Runbook{File: file, Hash: hex.EncodeToString(sum[:]), Source: src, Text: d.text, Encoding: d.encoding},
		roles: map[string]bool{}, messages: map[string]bool{},
		words: sectionWordsFor(opt.Sections),
	}
	r.labels = stepLabels().with(opt.Labels)
	r.docLabels = docLabels()
	r.raised = mem.raised
	if err := r.readGuarded(); err != nil {
		return nil, err // what it worked with is dropped, too
	}
	mem.raised, mem.starts = r.raised, r.t.starts
	mem.release()
	return r.rb, nil
}

// readGuarded keeps a fault of the reader inside the file that meets it: plans
// come from outside, and one that trips the reader must not end the process
// that runs the others.
func (r *reader) readGuarded() (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = &ReadError{File: r.rb.File, Err: fmt.Errorf("%w: %v", ErrFault, p), Findings: []Finding{{
				ID: "RB100", Severity: Error, Line: 1, Col: 1,
				Message:   "irbot の不具合により、このファイルを読めませんでした",
				MessageEN: "irbot could not read this file, by a fault of its own",
				Fix:       "紙の手順書で進め、このファイルを添えて irbot の担当者に知らせる",
				FixEN:     "go on by the paper copy and send this file to those who keep irbot",
			}}}
		}
	}()
	r.read()
	return nil
}

func refuse(file, id string, line int, err error, opt Options) error {
	rule, _ := Explain(id)
	f := rule.finding(line, 1, opt.Strict, nil)
	return &ReadError{File: file, Findings: []Finding{f}, Err: err}
}

func (r *reader) read() {
	base := r.frontMatter()
	blocks := r.prepareBlocks(r.parseBlocks(base))
	r.sections = r.buildSections(blocks)
	r.sections[0].line = r.bodyLine
	r.classify(r.sections)
	r.phaseOf = r.collect(r.sections)
	r.language()
	r.documentFacts()
	r.rb.Phases = make([]Phase, 0, len(r.phaseOf))
	for _, p := range r.phaseOf {
		r.rb.Phases = append(r.rb.Phases, r.buildPhase(p))
	}
	r.looseSections()
	r.capSteps()
	r.layout()
	r.number()
	r.resolve()
	r.lanes()
	r.wordings()
	r.rb.Reference = len(r.rb.Phases) == 0
	r.lint()
}

func (r *reader) parseInner(c *converter) []*block {
	if r.parser == nil {
		r.parser = sharedParser()
	}
	pc := parser.NewContext()
	pc.Set(arenaKey, r.mem)
	r.mem.noRefs = !strings.Contains(c.text, "]:")
	return c.children(r.parser.Parse(text.NewReader(c.src), parser.WithContext(pc)))
}

// frontMatter reads the front matter and returns where the body begins.
func (r *reader) frontMatter() int {
	r.bodyLine = 1
	next, closed := splitFrontMatter(&r.t)
	if !closed {
		r.find("RB110", 1, 1)
		return 0
	}
	if next == 1 {
		return 0
	}
	values, ok := readFrontMatter(r.t.span(2, next-2))
	if !ok {
		r.find("RB110", 1, 1)
		return 0
	}
	r.meta = values
	r.bodyLine = next
	if next > r.t.count() {
		return len(r.t.text)
	}
	return r.t.starts[next-1]
}

// zone names the zone clock times are taken in.
func (r *reader) zone() string {
	if r.rb.Zone != "" {
		return r.rb.Zone
	}
	if r.opt.Zone != nil {
		return r.opt.Zone.String()
	}
	return usualZone
}

// usualZone is where runbooks are run unless they say otherwise.
const usualZone = "Asia/Tokyo"

func knownZone(name string) bool {
	if name == usualZone {
		return true // looking one up reads a file
	}
	_, err := time.LoadLocation(name)
	return err == nil
}

// colOf gives the column of words on a line, 1 if they are not found as written.
func (r *reader) colOf(line int, words string) int {
	words, _, _ = strings.Cut(words, "\n")
	s := r.t.line(line)
	if i := strings.Index(s, words); i >= 0 && words != "" {
		return utf8.RuneCountInString(s[:i]) + 1
	}
	return 1
}

// language tells the prevailing one by counting kana and Chinese characters
// against Latin letters in the first 4 KiB.
func (r *reader) language() {
	latin, wide := lettersAndWide(r.t.text[:min(len(r.t.text), 4<<10)])
	r.rb.Language = "en"
	if wide*3 > latin {
		r.rb.Language = "ja"
	}
}

// documentFacts reads title, owner, version and the like from front matter and
// from tables and lines before the first phase.
func (r *reader) documentFacts() {
	rb := r.rb
	first := r.t.count() + 1
	if len(r.phaseOf) > 0 {
		first = r.phaseOf[0].sec.line
		if r.phaseOf[0].sec.head == nil || r.phaseOf[0].sec.isTitle {
			first = r.phaseOf[0].drafts[0].line
		}
	}
	for _, m := range r.meta {
		if name := r.docLabels.name(m.key); name != "" && m.value != "" {
			r.documentFact(keyed{key: m.key, value: m.value, name: name}, m.line)
		}
	}
	for _, s := range r.sections {
		if s.line >= first {
			break
		}
		for _, b := range s.blocks {
			if b.line < first {
				r.factsOfBlock(b)
			}
		}
	}
	r.setTitle()
	if rb.ID == "" {
		base := path.Base(strings.ReplaceAll(rb.File, "\\", "/"))
		rb.ID = strings.TrimSuffix(strings.TrimSuffix(strings.TrimSuffix(base, ".erb"), ".md"), ".html")
	}
	rb.Strict = rb.Strict || r.opt.Strict
}

func (r *reader) factsOfBlock(b *block) {
	switch b.kind {
	case kindTable:
		if len(b.tableHead().cells) != 2 {
			return
		}
		for _, row := range append([]*tableRow{b.tableHead()}, b.tableRows()...) {
			if len(row.cells) == 2 && strings.TrimSpace(row.cells[1].text) != "" {
				key := row.cells[0].text
				r.documentFact(keyed{key: key, value: row.cells[1].text, name: r.docLabels.name(key)}, row.line)
			}
		}
	case kindPara:
		for n, line := range r.paraLines(b) {
			line = plainLine(line)
			if k, ok := r.docLabels.splitKey(line); ok && k.value != "" {
				r.documentFact(k, b.line+n)
			} else if k, ok := r.labels.splitKey(line); ok && k.name == "owner" && k.value == "" {
				r.addRoles([]string{k.key})
			}
		}
	case kindList:
		for _, it := range b.kids {
			if k, ok := r.docLabels.splitKey(it.text); ok && k.value != "" && k.name != "" {
				r.documentFact(k, it.line)
			} else if k, ok := r.labels.splitKey(it.text); ok && k.name == "owner" {
				r.roleToFill(k)
			}
		}
	}
}

// roleToFill keeps the roles of an owner line above the first phase; a line
// left blank names the role by its own label.
func (r *reader) roleToFill(k keyed) {
	if names := splitNames(k.value); len(names) > 0 {
		r.addRoles(names)
		return
	}
	r.addRoles([]string{k.key})
}

func (r *reader) documentFact(k keyed, line int) {
	rb := r.rb
	if k.name == "" {
		return
	}
	rb.Facts = append(rb.Facts, Fact{Key: k.key, Name: k.name, Value: k.value, Line: line, Col: r.colOf(line, k.key)})
	set := func(dst *string) {
		if *dst == "" {
			*dst = k.value
		}
	}
	switch k.name {
	case "title":
		set(&rb.Title)
	case "id":
		if validID(k.value) {
			set(&rb.ID)
		} else {
			r.find("RB206", line, r.colOf(line, k.value), k.value)
		}
	case "owner":
		set(&rb.Owner)
	case "version":
		set(&rb.Version)
	case "severity":
		set(&rb.Severity)
	case "trigger":
		set(&rb.Trigger)
	case "reviewed":
		set(&rb.Reviewed)
	case "review-by":
		set(&rb.ReviewBy)
	case "zone":
		if knownZone(k.value) {
			set(&rb.Zone)
		}
	case "lint":
		rb.Strict = rb.Strict || fold(k.value) == "strict" || fold(k.value) == "厳格"
	}
}

// setTitle takes the first level-1 heading, else the front matter's title, else
// the first heading, else the file name.
func (r *reader) setTitle() {
	meta := r.rb.Title
	r.rb.Title = ""
	first := ""
	for _, s := range r.sections {
		if s.head == nil || s.head.pseudo {
			continue
		}
		if first == "" {
			first = s.title
		}
		if s.head.level == 1 && !isTemplateTag(s.title) {
			r.rb.Title = s.title
			break
		}
	}
	if r.rb.Title == "" {
		r.rb.Title = meta
	}
	if r.rb.Title == "" && !isTemplateTag(first) {
		r.rb.Title = first
	}
	if r.rb.Title == "" && first == "" {
		r.rb.Title = r.boldTitle()
	}
	if strings.TrimSpace(r.rb.Title) == "" {
		r.find("RB001", 1, 1)
		r.rb.Title = path.Base(strings.ReplaceAll(r.rb.File, "\\", "/"))
	}
}

// boldTitle is the bold line a page without headings begins with.
func (r *reader) boldTitle() string {
	if len(r.sections) < 2 || len(r.sections[0].blocks) > 0 || r.sections[1].number != "" {
		return ""
	}
	for _, p := range r.phaseOf {
		if p.sec == r.sections[1] {
			return ""
		}
	}
	return r.sections[1].title
}

func isTemplateTag(s string) bool {
	return containsAny(s, "<%", "{{<", "{{%", "{%", "[[_")
}
