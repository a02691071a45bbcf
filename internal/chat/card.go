package chat

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// Tone is what a card or field is about, for colour and shape beside the words.
type Tone string

// The tones (UX B.3). A renderer never shows a tone without its words.
const (
	ToneNone    Tone = ""
	ToneFree    Tone = "free"    // nobody on it 白
	ToneCurrent Tone = "current" // being worked on 青
	ToneWaiting Tone = "waiting" // waiting for an approval 青、砂時計
	ToneLate    Tone = "late"    // past target 黄
	ToneBlocked Tone = "blocked" // blocked, overdue clock 赤
	ToneDone    Tone = "done"    // 緑
	ToneMuted   Tone = "muted"   // skipped, not applicable 灰
)

// Card is one thing to show, the same on every surface. Its texts are plain:
// renderers escape, cut and lay out.
type Card struct {
	Key      string // e.g. step/r1/2.3; the same key is the same card redrawn
	Incident string
	Seq      int64 // the entry number it was drawn at
	Drill    bool
	Tone     Tone
	Head     string // first line, with 【実事案】 or 【訓練】 where it stands alone
	Title    string
	Fields   []Field
	Body     []Block
	Actions  []Action
	Footer   string
	Fallback string // one plain sentence for notifications and screen readers
}

// Field is a labelled value.
type Field struct {
	Label string
	Value string
	Tone  Tone
}

// BlockKind is the kind of a block of text.
type BlockKind string

// The kinds of block.
const (
	Para    BlockKind = "para"
	List    BlockKind = "list"
	Quote   BlockKind = "quote" // verbatim, e.g. the text of a notice
	Code    BlockKind = "code"
	Warn    BlockKind = "warn"
	Divider BlockKind = "divider"
)

// Block is a piece of the body.
type Block struct {
	Kind  BlockKind
	Text  string
	Items []string // of a List
}

// Style is the weight of a button.
type Style string

// The styles; a card has at most one primary button.
const (
	Plain   Style = ""
	Primary Style = "primary"
	Danger  Style = "danger"
)

// Action is a button or link of a card.
type Action struct {
	ID    string // what it does, e.g. step.done; "" for a mere link
	Label string
	A11y  string // what it does in full, for screen readers; at most 75 characters
	Style Style
	Value string // see EncodeValue
	URL   string // opened instead of acting, if not ""
	Form  string // name of the form to open; "" = acts at once
	Menu  bool   // stands under その他
}

// Value is what a button carries: what it is about and the entry number it was
// drawn at, so that a press on an old card is noticed.
type Value struct {
	Incident string
	Ref      string // r1/2.3, D3/a, N2, e1; may be empty
	Seq      int64
}

// ErrValue says that a button's value is not one of ours.
var ErrValue = errors.New("not a button value")

// EncodeValue writes a button's value as incident|ref|seq.
func EncodeValue(v Value) string {
	return v.Incident + "|" + v.Ref + "|" + strconv.FormatInt(v.Seq, 10)
}

// DecodeValue reads what EncodeValue wrote. The error wraps ErrValue.
func DecodeValue(s string) (Value, error) {
	parts := strings.Split(s, "|")
	if len(parts) != 3 || len(s) > 300 {
		return Value{}, fmt.Errorf("decode %q: %w", Truncate(s, 40), ErrValue)
	}
	seq, err := strconv.ParseInt(parts[2], 10, 64)
	if err != nil || seq < 0 || parts[0] == "" {
		return Value{}, fmt.Errorf("decode %q: %w", Truncate(s, 40), ErrValue)
	}
	return Value{Incident: parts[0], Ref: parts[1], Seq: seq}, nil
}

// Buttons are the actions shown as buttons, in order.
func (c Card) Buttons() []Action { return c.actions(false) }

// Menu are the actions that stand under その他.
func (c Card) Menu() []Action { return c.actions(true) }

func (c Card) actions(menu bool) []Action {
	var out []Action
	for _, a := range c.Actions {
		if a.Menu == menu {
			out = append(out, a)
		}
	}
	return out
}

// Text renders a card as plain text for mail and the command line. Buttons are
// left out; links are written with their address.
func Text(c Card) string {
	var lines []string
	add := func(s string) {
		if s = strings.TrimRight(Safe(s), " \n"); s != "" {
			lines = append(lines, s)
		}
	}
	add(c.Head)
	add(c.Title)
	width := 0
	for _, f := range c.Fields {
		width = max(width, Columns(f.Label))
	}
	for _, f := range c.Fields {
		pad := strings.Repeat(" ", width-Columns(f.Label)+2)
		add("  " + f.Label + pad + indent(f.Value, width+4))
	}
	for _, b := range c.Body {
		add(blockText(b))
	}
	for _, a := range c.Actions {
		if a.URL != "" {
			add(a.Label + ": " + a.URL)
		}
	}
	add(c.Footer)
	return strings.Join(lines, "\n") + "\n"
}

func indent(s string, by int) string {
	return strings.ReplaceAll(s, "\n", "\n"+strings.Repeat(" ", by))
}

func blockText(b Block) string {
	switch b.Kind {
	case Divider:
		return strings.Repeat("-", 40)
	case List:
		var lines []string
		if b.Text != "" {
			lines = append(lines, b.Text)
		}
		for _, item := range b.Items {
			lines = append(lines, "- "+indent(item, 2))
		}
		return strings.Join(lines, "\n")
	case Quote:
		return "> " + strings.ReplaceAll(b.Text, "\n", "\n> ")
	case Code:
		return "    " + indent(b.Text, 4)
	case Para, Warn:
		return b.Text
	}
	return b.Text
}
