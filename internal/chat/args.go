package chat

import (
	"regexp"
	"strings"
	"time"

	"golang.org/x/text/unicode/norm"
)

func (p *parser) zone() *time.Location {
	if p.ctx.Zone == nil {
		return time.UTC
	}
	return p.ctx.Zone
}

// args reads what follows the verb.
func (p *parser) args() {
	switch p.cmd.Verb {
	case VerbDone:
		p.step()
		p.cmd.Value = p.text()
	case VerbSkip, VerbBlock, VerbReopen:
		p.step()
		p.cmd.Reason = p.text()
		p.need(p.cmd.Reason, "reason")
	case VerbTake:
		p.step()
		p.person()
		p.cmd.Text = p.text()
	case VerbUnblock, VerbEvidence:
		p.countedStep()
		p.cmd.Text = p.text()
	case VerbSteps:
		p.step()
	case VerbExtend:
		p.extend()
	case VerbNote:
		p.note()
	case VerbRole, VerbHandover:
		p.roleAndPerson()
	case VerbDuty:
		p.duty()
	case VerbEscalate:
		p.climb()
	case VerbAck:
		p.ack()
	case VerbSeverity:
		p.severity()
	case VerbLevel:
		p.level()
	case VerbETA:
		p.eta()
	case VerbClocks:
		p.clockStart()
	default:
		p.plainArgs()
	}
}

func (p *parser) plainArgs() {
	switch p.cmd.Verb {
	case VerbUpdate:
		p.sub("nochange 変化なし no-change same")
		p.cmd.Text = p.text()
	case VerbCaution:
		p.caution()
	case VerbDrill:
		p.sub("start 開始 始める", "next 次 次へ", "stop 終了 中止 停止 終える")
		p.cmd.Target = p.text()
	case VerbList:
		p.cmd.All = p.takeWord("--all all 全部 すべて 全て -a —all")
	case VerbTimeline:
		p.since()
	case VerbExport:
		p.sub("print 印刷 a4", "csv", "zip 一式", "jsonl json", "md markdown", "html", "pdf", "xlsx excel エクセル")
		p.cmd.Text = p.text()
	case VerbHelp:
		if word := p.next(); word != "" {
			if v, ok := verbOf(word); ok {
				p.cmd.Sub = string(v)
			} else {
				p.cmd.Text = norm.NFKC.String(word)
			}
		}
	case VerbNotify:
		p.cmd.Target = p.text()
	default:
		p.cmd.Text = p.text()
	}
}

// text is all that is left, in the usual width.
func (p *parser) text() string {
	s := strings.TrimSpace(norm.NFKC.String(p.rest))
	p.rest = ""
	return s
}

func (p *parser) need(value, what string) {
	if value == "" && p.cmd.Missing == "" {
		p.cmd.Missing = what
	}
}

// step takes a step number off the front, if there is one and the order of the
// words has not given it already.
func (p *parser) step() {
	if p.cmd.Step != "" {
		return
	}
	words, ends := fields(head(p.rest), 2)
	if len(words) == 0 {
		return
	}
	first := strings.TrimRight(fold(words[0]), ":、,")
	if isStep(first) {
		p.cmd.Step = stepNumber(first)
		p.rest = strings.TrimSpace(p.rest[ends[0]:])
		return
	}
	if len(words) == 2 && (first == "手順" || first == "step") && isStep(fold(words[1])) {
		p.cmd.Step = stepNumber(fold(words[1]))
		p.rest = strings.TrimSpace(p.rest[ends[1]:])
	}
}

// countedStep is step, but "2 枚" is a quantity.
func (p *parser) countedStep() {
	words, ends := fields(head(p.rest), 2)
	if len(words) == 2 && counted(p.rest[ends[0]:]) {
		return
	}
	p.step()
}

// person takes a person off the front: one that is marked as such, or a word
// the directory knows.
func (p *parser) person() {
	word, ok := p.peek()
	if !ok {
		return
	}
	name, marked := personWord(word)
	if p.isSelf(word) {
		p.next()
		p.cmd.Person = p.ctx.Self
		return
	}
	if p.ctx.People == nil {
		if marked {
			p.next()
			p.cmd.Person = name
		}
		return
	}
	ids := p.ctx.People(name)
	switch {
	case len(ids) == 1:
		p.next()
		p.cmd.Person = ids[0]
	case len(ids) > 1:
		p.reply = &Reply{Key: "person.many", Args: []any{"person", bareName(norm.NFKC.String(word)), "who", strings.Join(ids, ", ")}}
	case marked:
		p.reply = &Reply{Key: "person.unknown", Args: []any{"person", writtenName(word)}}
	}
}

// role takes a role off the front.
func (p *parser) role() {
	word, ok := p.peek()
	if !ok {
		return
	}
	if p.ctx.Role == nil {
		if _, marked := personWord(word); !marked {
			p.cmd.Role = fold(p.next())
		}
		return
	}
	if id, ok := p.ctx.Role(strings.TrimRight(word, ":：、")); ok {
		p.next()
		p.cmd.Role = id
	}
}

func (p *parser) roleAndPerson() {
	if p.cmd.Verb == VerbRole {
		p.sub("return 戻す 返す 返却")
	}
	first, ok := p.peek()
	if !ok {
		return
	}
	p.role()
	p.person()
	if p.reply == nil && p.cmd.Role == "" { // 役割 @佐藤 指揮
		p.role()
	}
	if p.reply == nil && p.cmd.Role == "" && p.cmd.Person == "" {
		p.reply = &Reply{Key: "role.unknown", Args: []any{"role", norm.NFKC.String(first)}}
	}
	p.cmd.Text = p.text()
}

var (
	reMinutes = regexp.MustCompile(`^(\d{1,4})(?:分|m|min|mins|minutes?)?(?:間)?$`)
	reUnit    = regexp.MustCompile(`^\d{1,4}(?:分|m|min|mins|minutes?)`)
)

// extend reads 延長 4 15分, 延長 15分 and 延長 4.
func (p *parser) extend() {
	if word, ok := p.peek(); ok && !reUnit.MatchString(fold(word)) {
		p.step()
	}
	if word, ok := p.peek(); ok {
		if g := reMinutes.FindStringSubmatch(fold(word)); g != nil {
			p.next()
			p.cmd.For = time.Duration(atoi(g[1])) * time.Minute
		}
	}
	p.cmd.Reason = p.text()
}

// note reads a record line, verbatim.
func (p *parser) note() {
	p.cmd.Line = ParseLine(p.rest, p.ctx.Now, p.zone())
	if !p.cmd.Line.HasTime && !p.cmd.At.IsZero() {
		p.cmd.Line.At, p.cmd.Line.HasTime = p.cmd.At, true
	}
	p.cmd.Text = p.cmd.Line.Text
	p.need(p.cmd.Text, "text")
	p.rest = ""
}

var reEscalation = regexp.MustCompile(`^e\d{1,5}$`)

// ack reads 確認, 確認 e1, 確認 渡辺さん 電話.
func (p *parser) ack() {
	whole := p.rest
	if p.step(); p.cmd.Step != "" && p.rest == "" { // 「確認 16」 is the second person of step 16
		return
	}
	p.cmd.Step, p.rest = "", whole
	for range 3 {
		word, ok := p.peek()
		if !ok || p.reply != nil {
			return
		}
		switch plain := fold(word); {
		case reEscalation.MatchString(plain):
			p.cmd.Target = plain
			p.next()
		case plain == "電話" || plain == "phone" || plain == "(電話)":
			p.cmd.Sub = "phone"
			p.next()
		case p.cmd.Person == "":
			before := p.rest
			p.person()
			if p.rest == before {
				p.cmd.Text = p.text()
			}
		}
	}
	p.cmd.Text += p.text()
}

var reLevel = regexp.MustCompile(`^(?:重大度|sev|s|level|レベル)?([1-4])$`)

// severity reads 重大度 2 理由, 重大度 未定.
func (p *parser) severity() {
	word, ok := p.peek()
	if !ok {
		p.need("", "level")
		return
	}
	plain := fold(word)
	switch g := reLevel.FindStringSubmatch(plain); {
	case g != nil:
		p.cmd.Level, p.cmd.HasLevel = atoi(g[1]), true
	case contains("未定 none unset 0 なし unknown 不明", plain):
		p.cmd.HasLevel = true
	default:
		p.reply = &Reply{Key: "cmd.badlevel", Args: []any{"word", norm.NFKC.String(word)}}
		return
	}
	p.next()
	p.cmd.Reason = p.text()
}

// caution reads 注意 内容, 注意 解除 2 理由.
func (p *parser) caution() {
	p.sub("lift 解除")
	if p.cmd.Sub == "lift" {
		if word, ok := p.peek(); ok && reStep.MatchString(fold(word)) {
			p.cmd.Number = atoi(stepNumber(fold(p.next())))
		}
		p.cmd.Reason = p.text()
		p.need(p.cmd.Reason, "reason")
		return
	}
	p.cmd.Text = p.text()
	p.need(p.cmd.Text, "text")
}

// since reads 時系列 since 14:00, 時系列 14:00から.
func (p *parser) since() {
	p.takeWord("since")
	if p.rest == "" {
		return
	}
	word := strings.TrimSuffix(strings.TrimSuffix(strings.TrimSpace(p.rest), "から"), "以降")
	t, err := ParseTime(word, p.ctx.Now, p.zone())
	if err != nil {
		p.reply = &Reply{Key: "cmd.badtime", Args: []any{"word", Truncate(OneLine(p.rest), 40)}}
		return
	}
	p.cmd.At, p.rest = t, ""
}

// sub takes one of some words off the front; each list begins with its name.
func (p *parser) sub(lists ...string) {
	for _, list := range lists {
		if p.takeWord(list) {
			p.cmd.Sub, _, _ = strings.Cut(list, " ")
			return
		}
	}
}

func (p *parser) takeWord(list string) bool {
	word, ok := p.peek()
	if !ok || !contains(list, strings.TrimRight(fold(word), "。:")) {
		return false
	}
	p.next()
	return true
}
