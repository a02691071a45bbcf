package runbook

import (
	"strings"
	"unicode/utf8"
)

// isRole tells words that name a role: by the word they end in.
func isRole(s string) bool {
	s = strings.TrimSpace(s)
	f := fold(stripBrackets(s))
	if f == "" || utf8.RuneCountInString(f) > 40 {
		return false
	}
	if hasCJK(f) {
		return utf8.RuneCountInString(f) <= 16 && hasAnySuffix(f, "担当", "担当者", "責任者", "係", "班", "部", "課", "長", "者", "員", "リーダー", "リード", "マネージャー", "マネージャ", "師", "管理", "事務",
			"当直", "チーム", "係長", "情シス", "総務", "広報", "法務", "警備", "オペレーター", "オペレータ", "コーディネーター", "本部", "室", "指揮官", "医師", "代理", "窓口", "コマンダー", "指揮者", "官", "リエゾン", "専門家", "アナリスト", "エンジニア", "ユーザー", "ユーザ", "スタッフ", "ciso", "役員", "ic")
	}
	words := strings.Fields(f)
	if len(words) == 0 || len(words) > 5 {
		return false
	}
	if isVerb(words[0]) && len(words) > 2 {
		return false
	}
	last := strings.TrimSuffix(words[len(words)-1], "s")
	switch last {
	case "commander", "lead", "leader", "deputy", "scribe", "liaison", "manager", "officer", "coordinator", "analyst", "supervisor", "operator", "team", "engineer",
		"user", "desk", "expert", "sme", "director", "administrator", "admin", "responder", "owner", "warden", "guard", "captain", "master", "foreman", "ciso", "cio", "ceo", "cto", "staff", "personnel", "employee", "developer",
		"dispatcher", "spotter", "planner", "chief", "head", "on-call", "oncall", "legal", "ic", "maintainer", "dba", "sre", "soc", "csirt", "security", "counsel":
		return true
	}
	return false
}

// headingRoles reads the doer off a heading: "Steps for Scribe", "Help Desk
// Actions", 「警備班の対応」, or a heading that is nothing but a role.
func headingRoles(title string) []string {
	_, t, _ := cutNumber(trimSigns(title))
	t = strings.TrimSpace(stripBrackets(t))
	if before, after, ok := strings.Cut(t, ": "); ok && hasAnyPrefix(fold(before), "reference", "appendix", "role", "phase", "section") {
		t = after
	}
	t = strings.Trim(t, " :：")
	if strings.Contains(t, ": ") || strings.Contains(t, "：") {
		return nil // "Category 2: Security" names a subject
	}
	if hasCJK(t) {
		for _, suffix := range [...]string{"の対応", "の役割", "の手順", "の作業", "の行動", "向け手順", "向け", "用チェックリスト", "用", "の任務", "の初動"} {
			if role, ok := strings.CutSuffix(t, suffix); ok && isRole(role) {
				return splitNames(role)
			}
		}
		if isRole(t) && !strings.ContainsAny(t, "・、のをへに") {
			return []string{t}
		}
		return nil
	}
	f := strings.ToLower(t)
	for _, prefix := range [...]string{"steps for the ", "steps for ", "actions for the ", "actions for ", "tasks for ", "checklist for ", "instructions for ", "guide for ", "responsibilities of the ", "for the ", "for "} {
		if strings.HasPrefix(f, prefix) && isRole(t[len(prefix):]) {
			return splitNames(singular(t[len(prefix):]))
		}
	}
	for _, mid := range [...]string{" actions", " steps", " checklist", " responsibilities", " tasks", " procedure", " duties", "'s "} {
		if i := strings.Index(f, mid); i > 0 && isRole(t[:i]) {
			return []string{t[:i]}
		}
	}
	if isRole(t) && len(strings.Fields(t)) <= 4 && !hasAnyPrefix(f, "to ", "with ", "from ", "by ", "about ", "contact ", "the ") {
		return []string{singular(t)}
	}
	return nil
}

// singular turns "Subject Matter Experts" into the role it names.
func singular(s string) string {
	if strings.HasSuffix(s, "ss") || !strings.HasSuffix(s, "s") || len(s) < 5 {
		return s
	}
	return strings.TrimSuffix(s, "s")
}

// addRoles keeps the roles named as doers, each once.
func (r *reader) addRoles(names []string) {
	for _, n := range names {
		if n == "" || utf8.RuneCountInString(n) > 60 || r.roles[n] {
			continue
		}
		r.roles[n] = true
		r.rb.Roles = append(r.rb.Roles, n)
	}
}

// figureRoles reads "role → task" lines of a drawn flow.
func (r *reader) figureRoles(text string) {
	if !strings.Contains(text, "→") {
		return
	}
	for _, line := range strings.Split(text, "\n") {
		who, _, ok := strings.Cut(strings.Trim(line, " 　│|┃\t├└─"), "→")
		if ok && isRole(who) {
			r.addRoles([]string{strings.TrimSpace(who)})
		}
	}
}

// isFigure tells text that draws: arrows downwards, trees and boxes.
func isFigure(s string) bool {
	return containsAny(s, "↓", "├", "└", "┌", "│", "▼", "┃", "╔")
}
