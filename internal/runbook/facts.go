package runbook

import (
	"errors"
	"strings"
)

// apply puts one fact on the step.
func (b *stepBuilder) apply(k keyed, line int, links []Link) {
	b.record(k, line)
	s := b.s
	switch k.name {
	case "owner":
		s.Owner = append(s.Owner, splitNames(k.value)...)
		if s.OwnerFrom == "" {
			s.OwnerFrom = "label"
		}
		b.r.addRoles(splitNames(k.value))
	case "approver":
		s.Approver = append(s.Approver, splitNames(k.value)...)
	case "due":
		s.Due = b.r.limit(k, line)
	case "estimate":
		s.Estimate = b.r.limit(k, line)
	case "evidence":
		b.evidence(k.value, line)
	case "form":
		s.Forms = append(s.Forms, splitNames(k.value)...)
	case "done":
		s.DoneWhen = joinText(s.DoneWhen, k.value)
	case "forbidden":
		if k.value != "" {
			s.Forbidden = append(s.Forbidden, k.value)
		}
	case "notify":
		s.Notify = append(s.Notify, notifyPoints(k.value, line)...)
	case "message":
		s.Message = messageOf(k.value, links)
	case "escalate":
		s.Escalate = b.r.chain(k, line)
	case "timer":
		if t, ok := b.r.timer(k, line); ok {
			s.Timers = append(s.Timers, t)
		}
	case "next":
		s.Next = b.r.jump(k.value, links, line, true)
	case "ref":
		s.Links = append(s.Links, links...)
	case "optional":
		s.Optional = truthy(k.value)
	case "two-person":
		s.TwoPerson = truthy(k.value)
	case "parallel":
		s.Parallel = truthy(k.value)
	case "id":
		s.ID = strings.TrimSpace(k.value)
	case "decision":
		b.asked = true
		if isQuestion(k.value) && s.Decision == nil {
			s.Decision = &Decision{Question: k.value, Line: line}
		}
	}
}

func (b *stepBuilder) record(k keyed, line int) {
	b.s.Facts = append(b.s.Facts, Fact{Key: k.key, Name: k.name, Value: k.value, Line: line, Col: b.r.colOf(line, k.key)})
}

// evidence keeps the words, and an interval in their bracket as a timer:
// 「ボードの写真（1時間ごと）」.
func (b *stepBuilder) evidence(value string, line int) {
	if value == "" {
		return
	}
	b.s.Evidence = append(b.s.Evidence, value)
	if before, inside, ok := lastBracket(value); ok {
		if t, err := ParseRepeat(inside); err == nil && t.Every > 0 {
			t.Text, t.Line = before, line
			b.s.Timers = append(b.s.Timers, t)
		}
	}
}

func joinText(a, b string) string {
	if a == "" {
		return b
	}
	return a + "\n" + b
}

func truthy(v string) bool {
	switch fold(v) {
	case "no", "false", "いいえ", "不要", "none", "-":
		return false
	}
	return true
}

// limit reads a time limit; what is not understood stays as written, without
// an alarm, and is reported.
func (r *reader) limit(k keyed, line int) *Limit {
	l, err := ParseLimit(k.value)
	if err != nil {
		r.find("RB303", line, r.colOf(line, k.value), k.value)
		return nil
	}
	if _, inside, ok := lastBracket(k.key); ok && l.Anchor == FromCurrent {
		if a, _, _ := cutAnchor(fold(inside) + "+"); a != FromCurrent {
			l.Anchor = a
		} else if hasAnyPrefix(fold(inside), "t0", "t+", "宣言") {
			l.Anchor = FromDeclared
		}
	}
	l.Line = line
	r.noteLimit(l, line)
	return &l
}

// noteLimit reports limits that leave something to the reader.
func (r *reader) noteLimit(l Limit, line int) {
	switch {
	case l.Immediate:
		r.find("RB304", line, r.colOf(line, l.Written), l.Written)
	case l.Anchor == AtClock:
		r.find("RB308", line, r.colOf(line, l.Written), r.zone())
	case l.Business > 0 && !r.opt.Known.Calendar:
		r.find("RB309", line, r.colOf(line, l.Written))
	}
}

func (r *reader) chain(k keyed, line int) *Chain {
	c, err := ParseChain(k.value)
	switch {
	case errors.Is(err, ErrChainNobody):
		r.find("RB506", line, r.colOf(line, k.value), k.value)
		return nil
	case err != nil:
		r.find("RB505", line, r.colOf(line, k.value), k.value)
		return nil
	}
	c.Line = line
	return &c
}

func (r *reader) timer(k keyed, line int) (Repeat, bool) {
	t, err := ParseRepeat(k.value)
	if err != nil {
		t, err = ParseRepeat("every " + k.value)
		t.Written = k.value
	}
	if err != nil {
		r.find("RB303", line, r.colOf(line, k.value), k.value)
		return Repeat{}, false
	}
	t.Line = line
	return t, true
}

// notifyPoints reads destinations; a means in brackets is the channel.
func notifyPoints(value string, line int) []NotifyPoint {
	var out []NotifyPoint
	for _, to := range splitNames(value) {
		p := NotifyPoint{To: to, Line: line}
		if before, inside, ok := lastBracket(to); ok && before != "" && isMeans(inside) {
			p.To, p.Channel = before, strings.TrimSpace(inside)
		}
		out = append(out, p)
	}
	return out
}

func isMeans(s string) bool {
	switch fold(s) {
	case "電話", "メール", "mail", "e-mail", "email", "phone", "telephone", "tel", "sms", "fax", "ファクス", "無線", "slack", "対面", "口頭", "radio", "call", "チャット", "chat", "携帯", "衛星電話", "teams", "館内放送", "放送", "トランシーバー":
		return true
	}
	return false
}

// messageOf gives the anchor of a linked wording, else the text itself.
func messageOf(value string, links []Link) string {
	for _, l := range links {
		if strings.HasPrefix(l.URL, "#") {
			return decodePercent(strings.TrimPrefix(l.URL, "#"))
		}
	}
	return value
}

// inlineFacts reads the bracket at the end of a step: （担当: 警備、5分以内）. The
// bracket leaves the title only when every part of it was understood.
func (b *stepBuilder) inlineFacts(title string, line int) string {
	before, inside, ok := lastBracket(title)
	if !ok || before == "" {
		return title
	}
	known := 0
	parts := splitParts(inside)
	var roles []string
	for _, p := range parts {
		p = strings.TrimSpace(p)
		switch {
		case b.inlineFact(p, line):
			known++
		case isRole(p):
			roles = append(roles, p)
		}
	}
	// A role beside a limit is who does it, as is one in the brackets of a mark.
	marked := strings.HasSuffix(strings.TrimRight(title, " 　。"), "】") && len(parts) == 1
	if len(roles) > 0 && known+len(roles) == len(parts) && (known > 0 || marked) && len(b.s.Owner) == 0 {
		b.apply(keyed{key: "担当", name: "owner", value: strings.Join(roles, "、")}, line, nil)
		b.s.OwnerFrom = "inline"
		known += len(roles)
	}
	if known == len(parts) && known > 0 {
		return before
	}
	return title
}

// sentenceFacts reads facts told in sentences after what is to be done:
// 「…を取得する。担当は夜勤者、期限は18時まで。」, "Take a backup. Owner: night
// shift; due: by 18:00." A sentence counts when all of it is labels.
func (b *stepBuilder) sentenceFacts(title string, line int) string {
	for _, end := range [...]string{"。", ". "} {
		head, rest, ok := strings.Cut(title, end)
		if !ok || head == "" {
			continue
		}
		facts := b.toldFacts(strings.TrimRight(rest, " 　。."))
		if len(facts) == 0 {
			continue
		}
		for _, k := range facts {
			b.apply(k, line, nil)
			if k.name == "owner" {
				b.s.OwnerFrom = "inline"
			}
		}
		return strings.TrimSpace(head + strings.TrimSpace(end))
	}
	return title
}

// toldFacts gives the labels of a sentence, none if a part of it is something else.
func (b *stepBuilder) toldFacts(s string) []keyed {
	if strings.IndexByte(s, ':') < 0 && isASCII(s) {
		return nil
	}
	var out []keyed
	for _, part := range splitOutside(toldSeparators.Replace(s), '、') {
		part = strings.TrimSpace(part)
		k, ok := b.r.labels.splitKey(part)
		if !ok {
			key, value, cut := strings.Cut(part, "は")
			k, ok = keyed{key: key, value: strings.TrimSuffix(strings.TrimSpace(value), "とする"), name: b.r.labels.name(key)}, cut
		}
		if !ok || k.value == "" {
			return nil
		}
		switch k.name {
		case "owner", "approver", "due", "estimate", "evidence", "done":
			out = append(out, k)
		default:
			return nil
		}
	}
	return out
}

func (b *stepBuilder) inlineFact(part string, line int) bool {
	if k, ok := b.r.labels.splitKey(part); ok && k.name != "" && k.value != "" {
		b.apply(k, line, nil)
		if k.name == "owner" {
			b.s.OwnerFrom = "inline"
		}
		return true
	}
	if !mayBeTime(part) {
		return false
	}
	if t, err := ParseRepeat(part); err == nil && t.Every > 0 {
		t.Line = line
		b.s.Timers = append(b.s.Timers, t)
		return true
	}
	l, err := ParseLimit(part)
	if err != nil || l.Anchor == AtClock && !isDeadline(part) {
		return false
	}
	l.Line = line
	if _, err := ParseDuration(part); err == nil && b.s.Estimate == nil {
		b.s.Estimate = &l
		return true
	}
	if b.s.Due == nil {
		b.s.Due = &l
		b.r.noteLimit(l, line)
	}
	return true
}

// isDeadline tells a clock time by which a thing is to be done; without such a
// word it may as well be when it happens.
func isDeadline(part string) bool {
	f := fold(part)
	return hasAnySuffix(f, "まで", "までに", "迄") || hasAnyPrefix(f, "by ", "until ", "before ")
}

// bracketFacts reads labels in the brackets of a nested item, such as a timer
// on an answer.
func (b *stepBuilder) bracketFacts(it *block) {
	_, inside, ok := lastBracket(it.text)
	if !ok {
		return
	}
	for _, p := range splitParts(inside) {
		if k, ok := b.r.labels.splitKey(strings.TrimSpace(p)); ok && k.name != "" && k.value != "" && k.name != "owner" {
			b.apply(k, it.line, nil)
		}
	}
}
