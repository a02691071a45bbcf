package slackbot

import (
	"cmp"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/slack-go/slack"

	"irbot/internal/chat"
)

// Limits of Block Kit (SLACK.md 2).
const (
	maxHeader   = 150
	maxSection  = 3000
	maxField    = 2000
	maxFields   = 10
	maxButton   = 75
	maxButtons  = 5
	maxOverflow = 5
	maxA11y     = 75
	maxText     = 3900  // beside blocks; chat.update takes 4,000
	maxTotal    = 11000 // in all blocks of a message; Slack has refused about 13,200
	maxBlocks   = 48
	maxValue    = 2000
	maxURL      = 3000
	narrow      = 60 // a longer value gets the whole width
)

// drawn is a card as Slack takes it.
type drawn struct {
	blocks []slack.Block
	text   string // fallback: the whole card in plain words
}

// draw lays a card out in Block Kit.
func draw(c chat.Card) drawn {
	b := &builder{left: maxTotal}
	one := len(c.Fields) == 0 && len(c.Body) == 0 && len(c.Actions) == 0
	switch {
	case one && c.Head != "":
		b.section("*" + fit(c.Head, 1000, esc) + "*" + below(fit(c.Title, 1500, esc)))
	default:
		b.head(c.Head)
		if c.Title != "" {
			b.section("*" + fit(c.Title, maxSection-2, esc) + "*")
		}
	}
	b.fields(c.Fields)
	for _, x := range c.Body {
		b.body(x)
	}
	b.actions(c.Actions)
	if c.Footer != "" {
		b.context(c.Footer)
	}
	return drawn{blocks: b.out, text: fallback(c)}
}

func below(s string) string {
	if s == "" {
		return ""
	}
	return "\n" + s
}

// fallback is the sentence of the card and below it everything it says.
func fallback(c chat.Card) string {
	bare := c
	bare.Actions, bare.Head = nil, ""
	first := cmp.Or(c.Fallback, c.Head)
	if strings.Contains(first, chat.OneLine(c.Title)) {
		bare.Title = ""
	}
	for line := range strings.Lines(chat.Text(bare)) { // columns are for eyes, not for screen readers
		if line = chat.OneLine(line); line != "" && line != first {
			first += "\n" + line
		}
	}
	return fit(first, maxText, plainEsc)
}

// builder collects blocks and keeps count of their characters.
type builder struct {
	out  []slack.Block
	left int
	ids  int
}

func mrk(s string) *slack.TextBlockObject {
	return slack.NewTextBlockObject(slack.MarkdownType, s, false, true)
}

func plain(s string, limit int) *slack.TextBlockObject {
	return slack.NewTextBlockObject(slack.PlainTextType, cmp.Or(cut(s, limit), "…"), false, false)
}

// room takes n characters of the budget; without room the block is left out.
func (b *builder) room(n int) bool {
	if n > b.left || len(b.out) >= maxBlocks {
		return false
	}
	b.left -= n
	return true
}

func (b *builder) head(s string) {
	if s = chat.OneLine(s); s != "" {
		b.room(utf8.RuneCountInString(s))
		b.out = append(b.out, slack.NewHeaderBlock(plain(s, maxHeader)))
	}
}

// section adds mrkdwn that is escaped already.
func (b *builder) section(s string) {
	if s != "" && b.room(utf8.RuneCountInString(s)) {
		b.out = append(b.out, slack.NewSectionBlock(mrk(s), nil, nil))
	}
}

func (b *builder) context(s string) {
	s = fit(s, maxField, esc)
	if b.room(utf8.RuneCountInString(s)) {
		b.out = append(b.out, slack.NewContextBlock("", mrk(s)))
	}
}

// fields puts short values two by two and gives long ones the whole width.
func (b *builder) fields(fields []chat.Field) {
	var row []*slack.TextBlockObject
	flush := func() {
		if len(row) > 0 {
			b.out = append(b.out, slack.NewSectionBlock(nil, row, nil))
		}
		row = nil
	}
	for _, f := range fields {
		text := labelled(f)
		if !b.room(utf8.RuneCountInString(text)) {
			break
		}
		if wide(f) {
			flush()
			b.out = append(b.out, slack.NewSectionBlock(mrk(text), nil, nil))
			continue
		}
		if row = append(row, mrk(text)); len(row) == maxFields {
			flush()
		}
	}
	flush()
}

func wide(f chat.Field) bool {
	return strings.Contains(f.Value, "\n") || utf8.RuneCountInString(f.Value) > narrow
}

func labelled(f chat.Field) string {
	value := fit(cmp.Or(f.Value, "-"), maxField-200, esc)
	if f.Label == "" {
		return value
	}
	return "*" + fit(f.Label, 150, esc) + "*\n" + value
}

func (b *builder) body(x chat.Block) {
	switch x.Kind {
	case chat.Divider:
		b.out = append(b.out, slack.NewDividerBlock())
	case chat.List:
		b.list(x)
	case chat.Quote:
		b.rich(x.Text, func(e slack.RichTextSectionElement) slack.RichTextElement {
			return &slack.RichTextQuote{Type: slack.RTEQuote, Elements: []slack.RichTextSectionElement{e}}
		})
	case chat.Code:
		b.rich(x.Text, func(e slack.RichTextSectionElement) slack.RichTextElement {
			return &slack.RichTextPreformatted{Type: slack.RTEPreformatted, Elements: []slack.RichTextSectionElement{e}}
		})
	case chat.Warn:
		b.section(":warning: " + fit(x.Text, maxSection-20, esc))
	case chat.Para:
		b.section(fit(x.Text, maxSection, esc))
	}
}

// rich shows text verbatim: nothing in it is read as formatting.
func (b *builder) rich(s string, wrap func(slack.RichTextSectionElement) slack.RichTextElement) {
	s = cut(s, maxSection)
	if s != "" && b.room(utf8.RuneCountInString(s)) {
		b.out = append(b.out, slack.NewRichTextBlock("", wrap(slack.NewRichTextSectionTextElement(s, nil))))
	}
}

// list writes a list as lines, over as many sections as it needs.
func (b *builder) list(x chat.Block) {
	var lines []string
	if x.Text != "" {
		lines = append(lines, "*"+fit(x.Text, maxField, esc)+"*")
	}
	for _, item := range x.Items {
		lines = append(lines, "•  "+strings.ReplaceAll(fit(item, 1200, esc), "\n", "\n     "))
	}
	text := ""
	for _, l := range lines {
		if text != "" && utf8.RuneCountInString(text)+utf8.RuneCountInString(l)+1 > maxSection {
			b.section(text)
			text = ""
		}
		text = strings.TrimPrefix(text+"\n"+l, "\n")
	}
	b.section(text)
}

// actions shows at most five buttons; the rest stands in the menu.
func (b *builder) actions(list []chat.Action) {
	var buttons, menu []chat.Action
	for _, a := range list {
		if a.Menu || len(buttons) == maxButtons {
			menu = append(menu, a)
			continue
		}
		buttons = append(buttons, a)
	}
	var row []slack.BlockElement
	for i, a := range buttons {
		row = append(row, button(a, i))
	}
	if len(menu) > 0 {
		row = append(row, overflow(menu))
	}
	if len(row) > 0 {
		b.ids++
		b.out = append(b.out, slack.NewActionBlock(fmt.Sprintf("act%d", b.ids), row...))
	}
}

func button(a chat.Action, i int) slack.BlockElement {
	e := slack.NewButtonBlockElement(actionID(a, i), cut(a.Value, maxValue), plain(a.Label, maxButton))
	if a.URL != "" && len(a.URL) <= maxURL {
		e.ActionID, e.Value = fmt.Sprintf("link:%d", i), ""
		e.WithURL(a.URL)
	}
	switch a.Style {
	case chat.Primary:
		e.WithStyle(slack.StylePrimary)
	case chat.Danger:
		e.WithStyle(slack.StyleDanger)
	case chat.Plain:
	}
	if a.A11y != "" {
		e.AccessibilityLabel = cut(a.A11y, maxA11y)
	}
	return e
}

// actionID says whether a press acts at once (do) or opens a form (ask), and
// what it does; the number keeps ids apart within one block.
func actionID(a chat.Action, i int) string {
	mode := "do"
	if a.Form != "" {
		mode = "ask"
	}
	return fmt.Sprintf("%s:%s:%d", mode, a.ID, i)
}

// overflow is the menu その他. An option has one value only, so it carries what
// a button has as action id, too.
func overflow(menu []chat.Action) slack.BlockElement {
	var options []*slack.OptionBlockObject
	for i, a := range menu {
		if i == maxOverflow {
			break
		}
		o := slack.NewOptionBlockObject(cut(actionID(a, i)+"!"+a.Value, 75), plain(a.Label, 75), nil)
		if a.URL != "" {
			o.Value, o.URL = fmt.Sprintf("link:%d", i), a.URL
		}
		options = append(options, o)
	}
	return slack.NewOverflowBlockElement("menu", options...)
}

// pressed is what a button or menu option stands for.
type pressed struct {
	ask   bool
	id    string
	value string
}

// readPress reads the action id (or the value of a menu option).
func readPress(a *slack.BlockAction) (pressed, bool) {
	id, value := a.ActionID, a.Value
	if id == "menu" {
		id, value, _ = strings.Cut(a.SelectedOption.Value, "!")
	}
	parts := strings.Split(id, ":")
	if len(parts) != 3 || parts[0] != "do" && parts[0] != "ask" {
		return pressed{}, false
	}
	return pressed{ask: parts[0] == "ask", id: parts[1], value: value}, true
}
