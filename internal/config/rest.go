package config

import (
	"cmp"
	"fmt"
	"os"
	"strings"
	"time"

	"irbot/internal/directory"
	"irbot/internal/problem"
	"irbot/internal/runbook"
)

// finderKinds are the six things a finder can choose from (UX 2.2).
func finderKinds() []string {
	return []string{"frozen", "ransom", "mail", "network", "equipment", "unknown"}
}

// actions are the classes of commands that the role table knows.
func actions() []string {
	return []string{"report", "declare", "respond", "lead", "decide", "approve", "close", "configure"}
}

// anchors are the moments from which a reporting clock may run.
func anchors() []string {
	return []string{"declared", "detected", "recognised", "occurred", "judged", "paid"}
}

func (b *builder) runbooks() {
	r := b.raw.Runbooks
	out := Runbooks{Folder: b.path(r.Folder), Default: r.Default, ByKind: map[string]string{}}
	for i, k := range r.ByKind {
		at := fmt.Sprintf("runbooks.by_kind[%d]", i)
		if !b.oneOf(at+".kind", k.Kind, finderKinds()) {
			continue
		}
		if _, twice := out.ByKind[k.Kind]; twice || !idForm.MatchString(k.Runbook) {
			b.fail(at+".runbook", says{
				problem.Say("「%s」の手順書が決まりません", "the runbook for %q is not settled", k.Kind),
				problem.Say("同じ種類が二度あるか、手順書の ID が空か半角英数字ではありません", "the kind is listed twice, or the runbook's id is empty or not ASCII"),
				problem.Say("一種類に一冊、手順書の先頭にある ID を書いてください", "one runbook a kind, by the id at its top"),
			})
			continue
		}
		out.ByKind[k.Kind] = k.Runbook
	}
	if !idForm.MatchString(r.Default) {
		b.fail("runbooks.default", says{
			problem.Say("既定の手順書「%s」は使えません", "the default runbook %q cannot be used", r.Default),
			problem.Say("何が起きているか分からないときに始める手順書です", "it is started when nobody knows yet what is happening"),
			problem.Say("手順書の先頭にある ID を書いてください（例: declare-triage）", "write the id at the top of a runbook, e.g. declare-triage"),
		})
	}
	if info, err := os.Stat(out.Folder); b.doc.Has("runbooks.folder") && (err != nil || !info.IsDir()) {
		b.warn("runbooks.folder", says{
			problem.Say("手順書のフォルダ %s がありません", "there is no runbook folder %s", r.Folder),
			problem.Say("自社の手順書が読まれません", "your own runbooks would not be read"),
			problem.Say("フォルダを作るか、folder: の行を消してください（内蔵の手順書だけになります）", "make the folder, or delete the line folder: to use only the built-in runbooks"),
		})
	}
	b.words(&out)
	b.cfg.Runbooks = out
}

// words takes over what the house calls things in its own runbooks.
func (b *builder) words(out *Runbooks) {
	r := b.raw.Runbooks
	out.Labels, out.Context, out.Action = map[string][]string{}, r.Sections.Context, r.Sections.Action
	for i, l := range r.Labels {
		at := fmt.Sprintf("runbooks.labels[%d]", i)
		if !b.oneOf(at+".fact", l.Fact, runbook.LabelNames()) {
			continue
		}
		if len(l.Words) == 0 {
			b.fail(at+".words", says{
				problem.Say("「%s」の呼び名がありません", "no words for %q", l.Fact),
				problem.Say("この行は何も増やしません", "the line adds nothing"),
				problem.Say("words: [班長] のように書いてください", "write words: [squad leader]"),
			})
		}
		out.Labels[l.Fact] = append(out.Labels[l.Fact], l.Words...)
	}
	for i, id := range r.Silent {
		if _, ok := runbook.Explain(id); !ok {
			b.fail(fmt.Sprintf("runbooks.silent_rules[%d]", i), says{
				problem.Say("点検の規則「%s」はありません", "there is no lint rule %q", id),
				problem.Say("黙らせる規則が見つかりません", "nothing would be silenced"),
				problem.Say("irbot lint が示す番号（例: RB304）を書いてください", "write the number that irbot lint shows, e.g. RB304"),
			})
			continue
		}
		out.Silent = append(out.Silent, id)
	}
}

func (b *builder) reports() {
	r := b.raw.Reports
	b.atLeast("reports.first", r.First, time.Minute, false)
	b.atLeast("reports.interval", r.Interval, time.Minute, true)
	b.atLeast("reports.later", r.Later, time.Minute, false)
	b.cfg.Reports = Reports(r)
	if r.Forms == "" {
		return
	}
	b.cfg.Reports.Forms = b.path(r.Forms)
	if info, err := os.Stat(b.cfg.Reports.Forms); err != nil || !info.IsDir() {
		b.fail("reports.forms", says{
			problem.Say("様式のフォルダ %s がありません", "there is no folder of forms %s", r.Forms),
			problem.Say("自社の様式が使われず、内蔵の様式になります", "your own forms would not be used, only the built-in ones"),
			problem.Say("フォルダを作るか、forms: \"\" にしてください", "make the folder, or write forms: \"\""),
		})
	}
}

func (b *builder) duties() {
	seen := map[string]string{}
	for i, r := range b.raw.Duties {
		at := fmt.Sprintf("duties[%d]", i)
		b.id(at+".id", r.ID, seen)
		b.oneOf(at+".from", r.From, anchors())
		b.atLeast(at+".within", r.Within, time.Minute, false)
		if b.cfg.Directory != nil {
			b.known(at+".destination", r.Destination, b.destinationIDs(), inDirectory())
		}
		if strings.TrimSpace(r.Basis) == "" {
			b.fail(at+".basis", says{
				problem.Say("期限「%s」の根拠がありません", "the deadline %q has no basis", r.ID),
				problem.Say("法令か、契約か、自社の目標かを画面に示すためです", "screens say whether it is law, contract or your own target"),
				problem.Say("basis: に根拠を書いてください（例: 自社目標。法令の定めた時間ではない）", "write it under basis: (e.g. own target, no time set by law)"),
			})
		}
		b.cfg.Duties = append(b.cfg.Duties, Duty{
			ID: r.ID, Name: cmp.Or(r.Name, r.ID), NameEN: cmp.Or(r.NameEN, cmp.Or(r.Name, r.ID)), Destination: r.Destination,
			From: r.From, Within: r.Within, Basis: r.Basis, BasisEN: cmp.Or(r.BasisEN, r.Basis), Checked: b.date(at+".checked", r.Checked), Quiet: r.Quiet,
		})
	}
}

func (b *builder) approval() {
	r := b.raw.Approval
	if b.cfg.Directory != nil {
		for i, id := range r.Two {
			b.known(fmt.Sprintf("approval.two_approvers_for[%d]", i), id, b.destinationIDs(), inDirectory())
		}
	}
	b.cfg.Approval = Approval(r)
}

// permissions checks overrides of the role table. One without any role would
// lock everybody out, also from approving.
func (b *builder) permissions() {
	seen := map[string]bool{}
	for i, r := range b.raw.Permissions {
		at := fmt.Sprintf("permissions[%d]", i)
		if b.oneOf(at+".action", r.Action, actions()) && seen[r.Action] || len(r.Roles) == 0 {
			b.fail(at+".roles", says{
				problem.Say("「%s」を許す役割が決まりません", "the roles allowed to %q are not settled", r.Action),
				problem.Say("役割が一つもないか、同じ操作が二度書かれています", "no role is listed, or the same action stands twice"),
				problem.Say("一つの操作に一行、roles: に役割を一つ以上書いてください", "one entry an action, with at least one role"),
			})
		}
		seen[r.Action] = true
		if b.cfg.Directory != nil {
			for j, role := range r.Roles {
				if role != "*" {
					b.known(fmt.Sprintf("%s.roles[%d]", at, j), strings.TrimSuffix(role, "-deputy"), b.roleIDs(), inDirectory())
				}
			}
		}
		b.cfg.Permissions = append(b.cfg.Permissions, Permission(r))
	}
}

func (b *builder) export() {
	label, ok := directory.Label(b.raw.Export.TLP)
	if !ok {
		b.fail("export.tlp", says{
			problem.Say("TLP「%s」はありません", "there is no TLP label %q", b.raw.Export.TLP),
			problem.Say("どこまで見せてよいか決まりません", "how far an export may go would be undecided"),
			problem.Say("RED、AMBER+STRICT、AMBER、GREEN、CLEAR のどれかを書いてください", "write one of RED, AMBER+STRICT, AMBER, GREEN, CLEAR"),
		})
	}
	b.cfg.Export = Export{TLP: label}
}
