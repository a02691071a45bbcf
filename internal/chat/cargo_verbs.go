package chat

import (
	"regexp"
	"strings"

	"golang.org/x/text/unicode/norm"

	"irbot/internal/incident"
)

var reService = regexp.MustCompile(`^(?:水準|l|level)?([0-6])$`)

// level reads 水準 3 理由, 水準 L3; without a number the form asks for it.
func (p *parser) level() {
	word, ok := p.peek()
	if !ok {
		return
	}
	g := reService.FindStringSubmatch(fold(word))
	if g == nil {
		p.reply = &Reply{Key: "err.level.unknown", Args: []any{"word", norm.NFKC.String(word)}}
		return
	}
	p.next()
	p.cmd.Level, p.cmd.HasLevel, p.cmd.Reason = atoi(g[1]), true, p.text()
}

// eta reads 見込み ゲート: which milestone the form begins with. The rest is
// asked by the form, which takes no time without confidence and basis.
func (p *parser) eta() {
	words := map[string]string{
		incident.MilestoneSystem: "system システム システム復旧", incident.MilestoneData: "data データ データ整合 整合", incident.MilestoneGate: "gate ゲート ゲート再開",
	}
	for _, m := range incident.Milestones() {
		if p.takeWord(words[m]) {
			p.cmd.Target = m
			return
		}
	}
	p.cmd.Text = strings.TrimSpace(p.text())
}
