package review

import "regexp"

// AuditItem is one question of the self-audit.
type AuditItem struct {
	ID   string
	Part [2]string // heading of the guideline, Japanese and English
	Text [2]string
	Need string // required_all, required_some or recommended, as the operator's rules stand
	See  string // page of irbot that holds most of the evidence, "" for none
}

// States lists the answers to an item, the best first.
func States() []string { return []string{"yes", "partly", "no", "na"} }

var linkForm = regexp.MustCompile(`^/?[A-Za-z0-9][A-Za-z0-9._/#=-]{0,120}$`) // read only

// Link reports whether a text can be kept as a link to evidence: a page, an
// entry (IR-12/chrono#e41), a runbook, a file by its hash.
func Link(s string) bool { return linkForm.MatchString(s) }

// Item finds an item by id.
func Item(id string) (AuditItem, bool) {
	for _, x := range Checklist() {
		if x.ID == id {
			return x, true
		}
	}
	return AuditItem{}, false
}

// Checklist is the self-audit after the port sector's safety guideline of MLIT:
// the items of its slides 3-(1) to 4-(8) and of its questions and answers. Which
// of them bind depends on the operator (港湾運送事業法); where the sources leave
// that open the item is marked as recommended.
func Checklist() []AuditItem {
	asset, net, back := [2]string{"3 資産と対策", "3 Assets and measures"}, [2]string{"3 資産と対策", "3 Assets and measures"}, [2]string{"3-(4) バックアップとログ", "3-(4) Backups and logs"}
	org, crisis, bcp := [2]string{"4-(1) 体制", "4-(1) Organisation"}, [2]string{"4-(2) 危機時の情報連絡", "4-(2) Information in a crisis"}, [2]string{"4-(3) 事業継続", "4-(3) Continuity"}
	peace, audit := [2]string{"4-(4)〜(7) 平時の備え", "4-(4) to (7) In peace time"}, [2]string{"4-(8) 監査", "4-(8) Audit"}
	return []AuditItem{
		{"asset-list", asset, [2]string{"機器・ネットワーク・外部接続・ソフトウェアの状態を台帳で把握し、管理外の機器を見つける手順がある", "Devices, networks, outside links and software are in a register, and unmanaged devices are looked for"}, "required_some", "/systems"},
		{"asset-change", asset, [2]string{"構成の変更を管理し、台帳に反映している", "Changes are controlled and reach the register"}, "recommended", "/systems"},
		{"link-vpn", net, [2]string{"VPNに接続元の制限・多要素認証・ロックアウト・失敗の検知がある", "VPNs have source limits, several factors, lock-out and detection of failed sign-ins"}, "required_some", "/systems"},
		{"link-usb", net, [2]string{"USBなどの媒体を検査してから使い、保守用の回線も管理している", "Media are checked before use, and links for maintenance are managed"}, "recommended", ""},
		{"server-update", net, [2]string{"更新を影響の確認と合わせて適用し、管理者の認証を強くしている", "Updates are applied after their effect was checked; administrators sign in with strong proof"}, "required_some", ""},
		{"cloud", net, [2]string{"クラウドのアクセス制限・ログの保管と提供・脆弱性の確認を事業者と決めている", "Access limits, logs and checks of cloud services are agreed with their providers"}, "recommended", "/systems"},
		{"tos-linked", net, [2]string{"TOSにつながる機器と外部接続の責任分界を決め、一つずつ戻す順番がある", "Duties for what is linked to the TOS are settled, and an order to reconnect exists"}, "required_some", "/systems"},
		{"outsourcing", net, [2]string{"委託契約に、安全対策・障害時の手順・24時間の連絡先・ログの提供がある", "Contracts name security, failure procedure, a day-and-night contact and logs"}, "recommended", "/systems"},
		{"backup-generations", back, [2]string{"バックアップの対象・周期・世代・媒体・別の場所を決め、壊されにくい方法で持つ（3日分では足りない）", "Backups have scope, cycle, generations, media and another place, hard to destroy (three days are too few)"}, "required_some", "/systems"},
		{"backup-restore", back, [2]string{"戻す試験を決めた周期で行い、結果を残している", "Restoring is tested at set times and the results are kept"}, "required_some", "/systems"},
		{"logs", back, [2]string{"アクセス・認証・通信のログを本体と別に、改ざんと削除から守って保管し、途絶えたら分かる", "Logs are kept apart, guarded against change and deletion, and it is noticed when they stop"}, "required_some", "/systems"},
		{"ciso", org, [2]string{"CISOと代行を役員級で決め、当直から直接つながる", "A CISO and deputy of executive rank are named and reached from the duty desk"}, "required_some", "/directory"},
		{"csirt", org, [2]string{"CSIRTの役割と港ごとの担当者を決め、連絡網を最近確かめた", "Roles of the CSIRT and of each port are named, and the numbers were checked lately"}, "recommended", "/directory"},
		{"duty", org, [2]string{"夜間・休日を含む当番に空きがない", "The duty roster has no gaps at night and on holidays"}, "recommended", "/roster"},
		{"crisis-escalation", crisis, [2]string{"直ちにCISOへ上げる手順があり、訓練で時間内に確認が取れた", "There is a way up to the CISO at once; in drills the answer came in time"}, "required_some", "/review"},
		{"crisis-mlit", crisis, [2]string{"国土交通省・警察・自治体への連絡先と文案があり、訓練で使った", "Contacts and drafts for MLIT, police and municipality exist and were used in a drill"}, "required_some", "/review"},
		{"crisis-expert", crisis, [2]string{"専門家・専門機関に相談する手順がある（名古屋では聞けていなかった）", "There is a way to ask experts (at Nagoya none was heard)"}, "recommended", "/directory"},
		{"crisis-parties", crisis, [2]string{"大手だけでなくすべての関係者に知らせる手段がある", "All parties are told, not only the large ones"}, "recommended", "/directory"},
		{"bcp-plan", bcp, [2]string{"コンティンジェンシープランとBCPの発動条件・決める人・優先業務を決めている", "Triggers, deciders and priorities of contingency plan and BCP are set"}, "required_some", "/runbooks"},
		{"bcp-manual", bcp, [2]string{"システムを使わない荷役の手順と用紙があり、現場で試した", "Handling cargo without the system has a procedure and forms, tried on site"}, "recommended", "/runbooks"},
		{"bcp-objective", bcp, [2]string{"復旧の目標（日数と水準）と、手作業の限界を決めている", "The aim of recovery (days and level) and the limits of manual work are set"}, "recommended", "/runbooks"},
		{"peace-sharing", peace, [2]string{"ヒヤリハットと教訓を集め、業界に共有している", "Near misses and lessons are gathered and shared with the sector"}, "recommended", "/review/lessons"},
		{"peace-training", peace, [2]string{"規程・脅威・障害時の手順を関係者が訓練し、人ごとの記録がある", "People are trained in rules, threats and failures, with a record for each"}, "required_some", "/review/people"},
		{"peace-insurance", peace, [2]string{"責任分界とサイバー保険の通知条件を確かめている", "Liabilities and the notice terms of the cyber insurance are known"}, "recommended", "/systems"},
		{"peace-vulnerability", peace, [2]string{"脆弱性情報を毎日集め、定期に点検している", "Vulnerabilities are followed daily and checked at set times"}, "recommended", ""},
		{"audit-self", audit, [2]string{"自己点検を定期に行い、直すことに担当と期限がある", "The self-check is done at set times, and what to mend has owner and date"}, "required_some", "/review"},
		{"audit-outside", audit, [2]string{"独立した監査を受けている（対象の港では必須）", "Independent audits are done (compulsory at certain ports)"}, "required_some", ""},
	}
}
