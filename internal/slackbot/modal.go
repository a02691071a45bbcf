package slackbot

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/slack-go/slack"

	"irbot/internal/chat"
)

// note is what a modal carries with it.
type note struct {
	Form     string `json:"f"`
	Incident string `json:"i,omitempty"`
	Ref      string `json:"r,omitempty"`
	Seq      int64  `json:"s,omitempty"`
	Channel  string `json:"c,omitempty"`
	Thread   string `json:"t,omitempty"`
	Source   string `json:"x,omitempty"`
	Digest   string `json:"d,omitempty"`
	Speaker  string `json:"p,omitempty"`
}

func (n note) encode() string {
	raw, err := json.Marshal(n)
	if err != nil || len(raw) > 3000 {
		return ""
	}
	return string(raw)
}

const (
	maxTitle  = 24
	maxLabel  = 300
	maxHint   = 300
	maxOption = 75
	maxInput  = 3000
	maxModal  = 98
)

// modal lays a form out. extra blocks stand above the inputs.
func modal(f chat.Form, n note, extra ...slack.Block) slack.ModalViewRequest {
	b := &builder{left: 200_000}
	for _, x := range f.Body {
		b.body(x)
	}
	blocks := append(b.out, extra...)
	for _, in := range f.Inputs {
		blocks = append(blocks, input(in))
	}
	if len(blocks) == 0 {
		blocks = append(blocks, slack.NewSectionBlock(mrk("-"), nil, nil))
	}
	v := slack.ModalViewRequest{
		Type: slack.VTModal, Title: plain(f.Title, maxTitle), Blocks: slack.Blocks{BlockSet: blocks[:min(len(blocks), maxModal)]},
		PrivateMetadata: n.encode(), CallbackID: "form",
	}
	if f.Submit != "" {
		v.Submit = plain(f.Submit, maxTitle)
	}
	if f.Cancel != "" {
		v.Close = plain(f.Cancel, maxTitle)
	}
	return v
}

func input(in chat.Input) slack.Block {
	var e slack.BlockElement
	switch in.Kind {
	case chat.InputChoice, chat.InputPerson:
		e = choice(in)
	case chat.InputMany, chat.InputCheck:
		e = checkboxes(in)
	case chat.InputFile:
		e = slack.NewFileInputBlockElement("v").WithMaxFiles(5)
	case chat.InputMoment: // here the value is in seconds since 1970
		p := slack.NewDateTimePickerBlockElement("v")
		var at int64
		if _, err := fmt.Sscan(in.Value, &at); err == nil {
			p.InitialDateTime = at
		}
		e = p
	case chat.InputText, chat.InputLines, chat.InputTime, chat.InputSecret:
		t := slack.NewPlainTextInputBlockElement(nil, "v")
		t.Multiline = in.Kind == chat.InputLines
		t.MaxLength = maxInput
		if in.Max > 0 && in.Max < maxInput {
			t.MaxLength = in.Max
		}
		t.InitialValue = cut(in.Value, t.MaxLength)
		e = t
	}
	var hint *slack.TextBlockObject
	if in.Hint != "" {
		hint = plain(in.Hint, maxHint)
	}
	return slack.NewInputBlock(in.ID, plain(in.Label, maxLabel), hint, e).WithOptional(!in.Required)
}

func option(o chat.Option) *slack.OptionBlockObject {
	return slack.NewOptionBlockObject(cmp.Or(cut(o.ID, maxOption), noOption), plain(o.Label, maxOption), nil)
}

const fewOptions = 6 // shown as radio buttons, more of them as a menu

func choice(in chat.Input) slack.BlockElement {
	var options []*slack.OptionBlockObject
	var first *slack.OptionBlockObject
	for _, o := range in.Options {
		if len(options) == 100 {
			break
		}
		x := option(o)
		if o.ID == in.Value {
			first = x
		}
		options = append(options, x)
	}
	if len(options) <= fewOptions && in.Kind == chat.InputChoice {
		e := slack.NewRadioButtonsBlockElement("v", options...)
		e.InitialOption = first
		return e
	}
	e := slack.NewOptionsSelectBlockElement(slack.OptTypeStatic, nil, "v", options...)
	e.InitialOption = first
	return e
}

func checkboxes(in chat.Input) slack.BlockElement {
	options := in.Options
	if in.Kind == chat.InputCheck {
		options = []chat.Option{{ID: "yes", Label: in.Label}}
	}
	var list, first []*slack.OptionBlockObject
	for _, o := range options[:min(len(options), 10)] {
		x := option(o)
		list = append(list, x)
		for _, v := range strings.Fields(in.Value) {
			if v == o.ID {
				first = append(first, x)
			}
		}
	}
	e := slack.NewCheckboxGroupsBlockElement("v", list...)
	e.InitialOptions = first
	return e
}

// values are what a person has filled in.
type values map[string]slack.BlockAction

func valuesOf(v slack.View) values {
	out := values{}
	if v.State == nil {
		return out
	}
	for block, m := range v.State.Values {
		for _, a := range m {
			out[block] = a
		}
	}
	return out
}

// text is what was typed or chosen.
func (v values) text(id string) string {
	a := v[id]
	return strings.TrimSpace(cmp.Or(a.Value, a.SelectedOption.Value))
}

func (v values) many(id string) []string {
	var out []string
	for _, o := range v[id].SelectedOptions {
		out = append(out, o.Value)
	}
	return out
}

func (v values) moment(id string) time.Time {
	if s := v[id].SelectedDateTime; s > 0 {
		return time.Unix(s, 0).UTC()
	}
	return time.Time{}
}

// openView opens a form. Its trigger lives three seconds, and only once.
func (d *deed) openView(ctx context.Context, v slack.ModalViewRequest) (*slack.ViewResponse, error) {
	var res *slack.ViewResponse
	err := d.b.call(ctx, "views.open", func(ctx context.Context) (err error) {
		res, err = d.b.api.OpenViewContext(ctx, d.trigger, v)
		return err
	})
	d.trigger = ""
	return res, err
}

// updateView changes an open form. People close forms early; that is no error.
func (b *Bot) updateView(ctx context.Context, id, hash string, v slack.ModalViewRequest) error {
	err := b.call(ctx, "views.update", func(ctx context.Context) error {
		_, err := b.api.UpdateViewContext(ctx, v, "", hash, id)
		return err
	})
	if code := slackError(err); code == "not_found" || code == "view_not_found" || code == "hash_conflict" {
		return nil
	}
	return err
}

// chunks cuts a long text at line ends into pieces of at most n code points.
func chunks(s string, n int) []string {
	var out []string
	cur, size := strings.Builder{}, 0
	flush := func() {
		if size > 0 {
			out = append(out, cur.String())
		}
		cur.Reset()
		size = 0
	}
	for line := range strings.Lines(s) {
		for utf8.RuneCountInString(line) > n {
			flush()
			r := []rune(line)
			out = append(out, string(r[:n]))
			line = string(r[n:])
		}
		if size+utf8.RuneCountInString(line) > n {
			flush()
		}
		cur.WriteString(line)
		size += utf8.RuneCountInString(line)
	}
	flush()
	return out
}
