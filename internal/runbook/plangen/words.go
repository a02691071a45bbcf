package plangen

// subject is what plans say about one thing, in both languages. A § stands for a
// number, {who}, {place} and {limit} for words of those subjects.
type subject struct{ ja, en []string }

func who() subject {
	return subject{
		[]string{"班長", "情報システム班", "警備", "本社CISO", "当直の責任者", "佐藤さん", "誰でも", "A社／B社", "班長、警備", "知らない係", "港湾管理者", "なし"},
		[]string{"foreman", "IT lead", "CISO", "Mr. Sato", "anyone", "foreman and guard", "port authority", "on-call / backup", "-", "stranger"},
	}
}

func places() subject {
	return subject{
		[]string{"手順 §", "手順§.§", "手順 99999", "終了", "第§段階", "「初動」", "初動", "次の手順", "halt", "[別の計画](other.md)", "[復旧](#復旧)", "other.md", "この手順書の最初", "手順 ０", "手順 -1", "BCP"},
		[]string{"step §", "step §.§", "end", "phase §", "\"Response\"", "the next step", "halt", "[other plan](other.md)", "[recovery](#recovery)", "start", "step 99999", "step zero", "plan B"},
	}
}

func limits() subject {
	return subject{
		[]string{"§分以内", "§時間", "直ちに", "宣言から§分", "検知から§時間以内", "認知から§日", "前の手順から§分", "手順 § の完了から§分以内", "T+§分", "17:30まで", "2026-12-01 17:00まで", "翌営業日", "§営業日", "毎時", "できるだけ早く", "段階の開始から§分", "24:00まで", "§分〜§分", "半日", "０分", "-5分", "99999999時間"},
		[]string{"within § min", "§ hours", "immediately", "T+§ min", "§ min after declaration", "§ hours from detection", "by 17:30", "§ business days", "§ min after step §", "§ min from the start of the phase", "asap", "0", "§ days", "hourly", "by 2026-12-01 17:00", "99999999 hours"},
	}
}

func titles() subject {
	return subject{
		[]string{"TOS 停止時の計画", "計画（案）", "ゲート閉鎖", "🚢 岸壁", "　", "停電 / Power", "第1編"},
		[]string{"Gate closure", "Runbook: TOS down", "Plan B", "{{ title }}", "1. Plan", "_Draft_"},
	}
}

func matter() subject {
	return subject{
		[]string{"管理責任者: {who}", "重大度: SEV1", "次回見直し: 2099-01-01", "版: §.§", "発動条件: 停電", "時刻: Asia/Tokyo", "点検: 厳格", "ID: plan-§", "目的を書く。", "タグ: [a, b]", "表題: 別名"},
		[]string{"owner: {who}", "severity: SEV2", "review by: 2099-01-01", "version: §", "trigger: power loss", "time zone: Mars/Base", "lint: strict", "id: Plan §", "tags: [a, b]", "title: \"x: y\"", "about this plan."},
	}
}

func headings() subject {
	return subject{
		[]string{"初動", "確認と連絡", "復旧", "情報システム班の対応", "警備担当", "目的", "連絡先", "禁止事項", "文面", "判断", "封じ込め", "準備", "西の港", "エスカレーション", "終了", "手動に切り替える場合", "点検 {#check}", "様式", "🚨 宣言"},
		[]string{"Response", "Recovery", "Steps for Scribe", "Purpose", "Contacts", "Do not", "Message templates", "Decision", "Containment", "Preparation", "West", "Escalation", "Close", "HALT OPERATIONS IF:", "CONTINUE IF:", "Check {#check}", "References"},
	}
}

func windows() subject {
	return subject{
		[]string{"（0〜15分）", "（T+30分まで）", "（§分以内）", "【{who}】", "（並行）", "（毎時）", " — §分", "（§〜§分）"},
		[]string{" (0-15 min)", " (T+30 min)", " - § min", " (within § hours)", ": 15-60 min", " [CISO]", " (optional)", " (§-§ min)"},
	}
}

func acts() subject {
	return subject{
		[]string{"端末から線を抜く", "{who}へ電話する", "**{limit}**に本社へ連絡する", "満杯の場合は搬入を止める", "絶対に電源を切らない", "`systemctl stop tos` を実行する", "[別の計画](other.md)を始める", "コンテナ番号____を記録する", "状況を確認し、その後、判断する", "赤", "担当", "※触らない", "手順 § へ進む", "写真を撮る（担当: {who}、期限: {limit}）", "満杯の場合は止め、空きがある場合は続ける", "{{発生時刻}}に始める", "<担当者名>に渡す", "次へ：", "二人で確かめる"},
		[]string{"Pull the plug", "Call {who}", "If the yard is full, stop", "Do not switch it off", "Run `systemctl stop tos`", "See [other plan](other.md)", "Write down ____", "Check it and then decide", "red", "Owner", "Go to step §", "Take a photo (Owner: {who})", "If it works, go on. If not, stop.", "Give it to <name>", "Notify {who} within § min", "Once done:", "Decide whether to stop or to go on"},
	}
}

func questions() subject {
	return subject{
		[]string{"連絡がつくか？", "判断: 復旧できるか", "**続けるか？**", "津波の予報は？", "判断：", "再開してよいですか（担当: {who}）", "いずれか"},
		[]string{"Is it up?", "Decision: can it be restored?", "**Go on?**", "Which warning?", "Decision:", "Question: is the gate closed (Owner: {who})?"},
	}
}

func answers() subject {
	return subject{
		[]string{"はい", "いいえ", "できる", "できない", "それ以外", "大津波警報", "**注意報**", "5弱", "不明", "復旧した場合", "「はい」", ""},
		[]string{"Yes", "No", "Otherwise", "OK", "NG", "**Red**", "10 m/s", "If it works", "Unknown", "yes", ""},
	}
}

func jumps() subject {
	return subject{
		[]string{"{place}へ", "{place}に進む", "待つ", "{place}へ戻る", "", "{place}を始める", "手順 § と手順 § へ", "続ける", "{who}へ上申"},
		[]string{"go to {place}", "wait", "return to {place}", "", "start {place}", "skip to {place}", "continue", "end", "escalate to {who}"},
	}
}

func labels() subject {
	return subject{
		[]string{"担当: {who}", "承認: {who}", "期限: {limit}", "所要時間: {limit}", "証跡: 写真必須", "証跡: 温度（数値 -30〜30）", "記録: 時刻", "完了の条件: 灯が消える", "禁止: 電源を切る", "通知: {who}（電話）", "通知: #tos", "様式: コンテナ", "文面: [第一報](#第一報)", "文面: 止まりました {{発生時刻}}", "上申: 10分 → {who} → {limit} → {who}", "上申: 標準", "上申: → →", "タイマー: 30分ごと 状況報告", "タイマー: {limit}ごと", "次: {place}", "参照: other.md", "任意: はい", "二人で: はい", "並行: はい", "並行: 班長と警備", "ID: halt", "ID: Halt !", "種別: 参考", "坦当: 警備", "備考: なし", "担当:", "次:", "判断: 続けるか", "期限: {limit}、{limit}"},
		[]string{"Owner: {who}", "Approver: {who}", "Due: {limit}", "Duration: {limit}", "Evidence: photo required", "Evidence: temperature (number -30 to 30)", "Done when: light is out", "Never: power off", "Notify: {who} (phone)", "Notify: a@example.jp", "Form: containers", "Message: [first](#first)", "Escalate: 10 min -> {who} -> {limit} -> {who}", "Escalate: standard", "Escalate: -> ->", "Timer: every 30 min report", "Every: {limit}", "Next: {place}", "See: other.md", "Optional: yes", "Two-person: yes", "Parallel: yes", "ID: halt", "Kind: reference", "Ownr: guard", "Note: none", "Due:", "Next:", "Decision: go on?"},
	}
}

func codes() subject {
	return subject{
		[]string{"検知\n↓\n判断", "NG → 止める\nOK → 続ける", "├─ 班長 → 電話", "rm -rf /data", "手順 1. 抜く"},
		[]string{"systemctl stop tos", "kubectl delete ns tos\n# why", "a -> b", "curl –fail https://x", "echo ok"},
	}
}

func odd() subject {
	return subject{
		[]string{"***", "![図](a.png)", "[^1]\n\n[^1]: 注", "<!-- irbot: ignore RB301 -->", "<details><summary>詳細</summary>\n\n1. 抜く\n\n</details>", "～～～", "TODO 書く", "|", "：", "- [ ]", "1.", "＿＿＿＿に記入", "(1) 抜く\n(2) 押す", "① 抜く\n② 押す", "・抜く\n・押す", "~~古い~~", "https://example.jp/a?b=c"},
		[]string{"***", "[a]: /b", "[x][a]", "<br>", "<script>x</script>", "<!-- irbot: ignore RB301 -->", "TBD", "- ", "1)", "\\", "``", "* * *", "+ plus", "10. ten", "a) pull\nb) push", "[square blank]", "password: hunter2x9"},
	}
}

// column is a column of a table with what stands in it.
type column struct {
	ja, en string
	words  subject
}

func columns() []column {
	return []column{
		{"手順", "Action", acts()}, {"担当", "Owner", who()}, {"期限", "Due", limits()}, {"No", "#", subject{[]string{"§", "１"}, []string{"§", "1."}}},
		{"状況", "Condition", questions()}, {"対応", "Response", acts()}, {"完了", "Done", subject{[]string{"☐", "済"}, []string{"[ ]", "x"}}},
		{"所要（分）", "Minutes", subject{[]string{"§", "§ 分"}, []string{"§", "§ min"}}}, {"連絡先", "Contact", who()}, {"備考", "Note", odd()}, {"", "", jumps()},
	}
}
