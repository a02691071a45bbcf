package slackbot

import (
	"context"
	"errors"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/slack-go/slack"

	"irbot/internal/chat"
	"irbot/internal/incident"
)

// longest is the longest text of a notice that is shown in a form; a longer one
// is read and approved in the console.
const longest = 20000

// openNotice opens the screen on which a notice is read in full, word for word,
// and, by those who have a personal code, approved (ARCHITECTURE 10.2).
func (d *deed) openNotice(ctx context.Context, a *asked, n note) (saying, bool) {
	ap, ok := d.b.drawer(ctx, d.id, d.who.lang).Approval(a.v, a.ref)
	if !ok {
		return saying{text: d.t("stale.card")}, false
	}
	link := d.b.o.Link("/i/" + d.id + "/n/" + a.ref)
	if d.trigger == "" || utf8.RuneCountInString(ap.Body.Value) > longest || len(ap.Diff) > 300 {
		return d.elsewhere(d.t("apr.longlink"), link), false
	}
	f := chat.Form{Title: d.t("apr.check"), Cancel: d.t("apr.cancel")}
	blocks := approvalBlocks(ap, d)
	notice := a.v.S.Notice(a.ref)
	n.Form, n.Digest = "show", ap.Digest
	switch {
	case ap.Void:
		blocks = append(blocks, warning(d.t("apr.void")))
	case notice.State != incident.NoticeSubmitted:
	case d.barred(a.v, notice) != "":
		blocks = append(blocks, warning(d.barred(a.v, notice)))
	case !d.hasCode(ctx):
		blocks = append(blocks, warning(d.t("apr.nocode")))
		if link != "" {
			b := &builder{left: 1000}
			b.actions([]chat.Action{{Label: d.t("inc.console"), URL: link}})
			blocks = append(blocks, b.out...)
		}
	default:
		n.Form = "approve"
		f.Submit = ap.Send
		f.Inputs = []chat.Input{ap.Code}
	}
	v := modal(f, n, blocks...)
	if len(blocks) > maxModal-2 {
		return d.elsewhere(d.t("apr.longlink"), link), false
	}
	if _, err := d.openView(ctx, v); err != nil {
		d.b.log.Warn("open notice", "notice", a.ref, "err", err)
		return d.elsewhere(d.t("apr.longlink"), link), false
	}
	return saying{}, true
}

// barred says why this person cannot approve a notice whatever they do, and who
// can; "" for somebody who may.
func (d *deed) barred(v *incident.View, n *incident.Notice) string {
	key := ""
	switch me := d.who.person; {
	case slices.Contains(n.Authors, me) && !v.Site.SoleApproval:
		key = "apr.self"
	case !v.Site.Allowed(me, incident.MayApprove, v.S):
		key = "apr.notyou"
	case n.First == me:
		key = "apr.two.you"
	default:
		return ""
	}
	var names []string
	for _, id := range v.Site.Who(incident.MayApprove, v.S) {
		if !slices.Contains(n.Authors, id) && id != n.First {
			names = append(names, v.Person(id, string(d.who.lang)))
		}
	}
	return d.t(key, "who", strings.Join(names, d.t("label.and")))
}

func (d *deed) elsewhere(text, link string) saying {
	s := saying{text: text}
	if link != "" {
		s.actions = []chat.Action{{Label: d.t("inc.console"), URL: link}}
	}
	return s
}

func warning(s string) slack.Block {
	return slack.NewSectionBlock(mrk(":warning: "+fit(s, maxSection-20, esc)), nil, nil)
}

// approvalBlocks is the screen in the order of UX 2.6. Subject and body are
// plain text: nothing in them is read as formatting, nothing is cut.
func approvalBlocks(a chat.Approval, d *deed) []slack.Block {
	b := &builder{left: 150_000}
	b.head(a.Head)
	b.fields(a.Fields)
	for _, n := range a.Notes {
		b.body(chat.Block{Kind: chat.Warn, Text: n})
	}
	b.out = append(b.out, slack.NewDividerBlock())
	verbatim := func(f chat.Field) {
		b.section("*" + fit(f.Label, 150, esc) + "*")
		for _, part := range chunks(f.Value, maxSection-10) {
			if strings.TrimSpace(part) != "" {
				b.out = append(b.out, slack.NewSectionBlock(slack.NewTextBlockObject(slack.PlainTextType, part, false, false), nil, nil))
			}
		}
	}
	verbatim(a.Subject)
	verbatim(a.Body)
	b.fields([]chat.Field{a.Attach, a.Revision})
	for _, c := range a.Changes {
		b.body(chat.Block{Kind: chat.Para, Text: c.Label + " [" + c.Word + "]\n- " + chat.OneLine(c.Before) + "\n+ " + chat.OneLine(c.After)})
	}
	b.diff(a.Diff, d)
	for _, q := range a.Questions {
		b.body(chat.Block{Kind: chat.Warn, Text: q})
	}
	b.body(chat.Block{Kind: chat.Warn, Text: a.Warning})
	return b.out
}

// diff shows what changed since the last report to the same body: by word and
// sign, not by colour alone.
func (b *builder) diff(lines []chat.DiffLine, d *deed) {
	var out []string
	for _, l := range lines {
		switch l.Op {
		case "add":
			out = append(out, "+ ["+d.t("apr.rev.add")+"] "+l.Text)
		case "del":
			out = append(out, "- ["+d.t("apr.rev.del")+"] "+l.Text)
		}
	}
	for _, part := range chunks(strings.Join(out, "\n"), maxSection-10) {
		b.body(chat.Block{Kind: chat.Code, Text: part})
	}
}

// hasCode reports whether the person has set an approval code.
func (d *deed) hasCode(ctx context.Context) bool {
	if d.b.o.ApprovalCode == nil || !d.who.known {
		return false
	}
	_, err := d.b.o.ApprovalCode(ctx, d.who.person, "")
	return !errors.Is(err, ErrNoCode)
}

// approve approves the exact text that was shown, if the code is right. Slack
// vouches for nobody here: whoever owns the workspace can speak as anybody, but
// does not know the code.
func (s *sent) approve(ctx context.Context) answer {
	if !s.coded(ctx, "notice.approve", "slk.codepause", "apr.nocode") {
		return s.errors()
	}
	res, ok, say := s.do(ctx, incident.ApproveNotice{Notice: s.n.Ref, Digest: s.n.Digest, Opened: true})
	return s.close(ctx, res, ok, say)
}

// coded checks the personal code of the form, and says under its input what is
// wrong with it, in the words of paused and none.
func (s *sent) coded(ctx context.Context, command, paused, none string) bool {
	if s.b.o.ApprovalCode == nil || !s.who.known || s.b.codes.paused(s.who.person) {
		s.bad["code"] = s.t(paused)
		return false
	}
	right, err := s.b.o.ApprovalCode(ctx, s.who.person, s.in.text("code"))
	if err != nil {
		s.bad["code"] = s.t("internal")
		if errors.Is(err, ErrNoCode) {
			s.bad["code"] = s.t(none)
		}
		return false
	}
	s.b.codes.note(s.who.person, right)
	if !right {
		s.wrongCode(ctx, command)
		s.bad["code"] = s.t("apr.badcode")
	}
	return right
}

// closes names the forms that end an incident.
func closes(form string) bool { return form == "incident.close" || form == "incident.force" }

// mayClose asks for the personal code before a real incident ends: with it end
// its pages and deadlines, and whoever owns the workspace can speak as anybody.
func (s *sent) mayClose(ctx context.Context) bool {
	v, err := s.deed.view(ctx)
	if err != nil {
		s.bad[s.first()] = s.trouble(err).text
		return false
	}
	return v.S.Drill || s.coded(ctx, "incident.close", "close.codepause", "close.nocode")
}

// wrongCode keeps a wrong code in the standing log: a guessing intruder leaves
// a trace.
func (s *sent) wrongCode(ctx context.Context, command string) {
	facts := struct {
		Command  string `json:"command"`
		Code     string `json:"code"`
		Ref      string `json:"ref,omitempty"`
		Surface  string `json:"surface"`
		Incident string `json:"incident"`
	}{command, "apr.badcode", s.n.Ref, surface, s.id}
	if err := s.b.svc.SiteEntry(ctx, s.who.act(""), incident.KindRefused, facts, nil); err != nil {
		s.b.log.Error("record a wrong approval code", "person", s.who.person, "err", err)
	}
}

// edited saves a notice and asks for its approval.
func (s *sent) edited(ctx context.Context) answer {
	v, err := s.deed.view(ctx)
	if err != nil {
		s.bad["subject"] = s.trouble(err).text
		return s.errors()
	}
	n := v.S.Notice(s.n.Ref)
	if n == nil {
		s.bad["subject"] = s.b.o.Words.Refusal(s.who.lang, "notice.unknown", map[string]string{"notice": s.n.Ref})
		return s.errors()
	}
	words := v.Text(n.Seq)
	edit := incident.EditNotice{Notice: n.ID, Subject: s.in.text("subject"), Body: s.in.text("body"), TLP: s.in.text("tlp")}
	if edit.Subject != words["subject"] || edit.Body != strings.TrimSpace(words["body"]) || edit.TLP != n.TLP {
		if _, ok, say := s.do(ctx, edit); !ok {
			s.bad["body"] = say.text
			ans := s.errors()
			ans.failed = s.failed
			return ans
		}
	}
	res, ok, say := s.do(ctx, incident.SubmitNotice{Notice: n.ID})
	return s.close(ctx, res, ok, say)
}

// drafted makes a draft for a chosen destination and goes on to its text.
func (s *sent) drafted(ctx context.Context) answer {
	res, ok, say := s.do(ctx, incident.DraftNotice{Dest: s.in.text("dest")})
	if !ok {
		return s.close(ctx, res, ok, say)
	}
	v, err := s.deed.view(ctx)
	if err != nil {
		return answer{}
	}
	a := &asked{d: s.deed, v: v, ref: res.Outcome.Ref}
	if s.tooLong(a) {
		return answer{after: s.tellHere(s.longDraft(a.ref))}
	}
	f, ok := a.layout(ctx, "notice.edit")
	if !ok {
		return answer{}
	}
	m := modal(f, note{Form: "notice.edit", Incident: s.id, Ref: a.ref, Seq: v.S.Seq, Channel: s.channel})
	return answer{payload: slack.NewUpdateViewSubmissionResponse(&m)}
}

// tooLong reports whether a notice does not fit into an input: it would come
// back cut, so it is edited in the console.
func (d *deed) tooLong(a *asked) bool {
	n := a.v.S.Notice(a.ref)
	return n != nil && utf8.RuneCountInString(a.v.Text(n.Seq)["body"]) > maxInput-100
}

func (d *deed) longDraft(ref string) saying {
	s := d.elsewhere(d.t("apr.longlink"), d.b.o.Link("/i/"+d.id+"/n/"+ref))
	s.actions = append(s.actions, chat.Action{ID: "notice.submit", Label: d.t("apr.ask"), Value: chat.EncodeValue(chat.Value{Incident: d.id, Ref: ref})})
	return s
}
