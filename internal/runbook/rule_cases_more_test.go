package runbook

import "strings"

func labelCases() []ruleCase {
	window := func(s, from, to string) string { return strings.Replace(s, from, to, 1) }
	return []ruleCase{
		{id: "RB012", ja: step("2. 電話する\n"), atJA: "2. 電話", en: stepEN("2. Call\n"), atEN: "2. Call", nearJA: step("2. 電話する\n   - 完了の条件: 相手が出る\n"), nearEN: stepEN("2. Call\n   - Done when: somebody answers\n")},
		{id: "RB301", ja: doJA("1. 抜く\n2. 押す\n   - 担当: 班長\n"), atJA: "## 対応", en: doEN("1. Pull\n2. Push\n   - Owner: foreman\n"), atEN: "## Response", nearJA: doJA("担当: 班長\n\n1. 抜く\n2. 押す\n"), nearEN: doEN("Owner: foreman\n\n1. Pull\n2. Push\n")},
		{id: "RB302", ja: step("   - 坦当: 警備\n"), atJA: "坦当", en: stepEN("   - Ownr: security\n"), atEN: "Ownr", nearJA: step("   - 備品: 懐中電灯\n"), nearEN: stepEN("   - Tools: torch\n")},
		{id: "RB303", ja: step("   - 期限: 翌朝まで\n"), atJA: "翌朝まで", en: stepEN("   - Due: 30\n"), atEN: "30", nearJA: step("   - 期限: 09:00まで\n"), nearEN: stepEN("   - Due: 30 min\n")},
		{id: "RB304", ja: step("   - 期限: 直ちに\n"), atJA: "直ちに", en: stepEN("   - Due: immediately\n"), atEN: "immediately", nearJA: step("   - 期限: 1分以内\n"), nearEN: stepEN("   - Due: within 1 min\n")},
		{id: "RB305", ja: window(step("   - 期限: T+60分\n"), "## 初動", "## 初動（0〜15分）"), atJA: "T+60分", en: window(stepEN("   - Due: T+60 min\n"), "## Response", "## Response (0-15 min)"), atEN: "T+60 min",
			nearJA: window(step("   - 期限: T+15分\n"), "## 初動", "## 初動（0〜15分）"), nearEN: window(stepEN("   - Due: T+15 min\n"), "## Response", "## Response (0-15 min)")},
		{id: "RB306", ja: step("   - 期限: T+20分\n2. 電話する\n   - 期限: T+10分\n"), atJA: "T+10分", en: stepEN("   - Due: T+20 min\n2. Call\n   - Due: T+10 min\n"), atEN: "T+10 min", nearJA: step("   - 期限: T+20分\n2. 電話する\n   - 期限: 10分以内\n"), nearEN: stepEN("   - Due: T+20 min\n2. Call\n   - Due: T+20 min\n")},
		{id: "RB307", ja: step("   - 担当: 知らない係\n"), atJA: "知らない係", en: stepEN("   - Owner: unknown desk\n"), atEN: "unknown desk", nearJA: step("   - 担当: 部長\n"), nearEN: stepEN("   - Owner: manager\n")},
		{id: "RB308", ja: step("   - 期限: 17:30まで\n"), atJA: "17:30まで", en: stepEN("   - Due: by 17:30\n"), atEN: "by 17:30", nearJA: step("   - 期限: 17分30秒以内\n"), nearEN: stepEN("   - Due: 17 min\n")},
		{id: "RB309", ja: step("   - 期限: 3営業日\n"), atJA: "3営業日", en: stepEN("   - Due: 3 business days\n"), atEN: "3 business days", nearJA: step("   - 期限: 3日\n"), nearEN: stepEN("   - Due: 3 days\n")},
		{id: "RB311", ja: step("   - 担当: 山田さん\n"), atJA: "山田さん", en: stepEN("   - Owner: Mr. Yamada\n"), atEN: "Mr. Yamada", nearJA: step("   - 担当: 班長\n"), nearEN: stepEN("   - Owner: foreman\n")},
		{id: "RB312", ja: "# 手順\n\n重大度: SEV1\n\n## 対応\n\n1. 抜く\n", atJA: "# 手順", en: "# Runbook\n\nSeverity: SEV2\n\n## Response\n\n1. Pull\n", atEN: "# Runbook", nearJA: "# 手順\n\n重大度: SEV1\n\n## 対応（15分以内）\n\n1. 抜く\n", nearEN: "# Runbook\n\nSeverity: SEV3\n\n## Response\n\n1. Pull\n"},
		{id: "RB313", ja: step("   - 期限: 15分\n   - 所要時間: 6時間\n"), atJA: "6時間", en: stepEN("   - Due: 15 min\n   - Duration: 6 hours\n"), atEN: "6 hours", nearJA: step("   - 期限: 15分\n   - 所要時間: 15分\n"), nearEN: stepEN("   - Due: 15 min\n   - Duration: 15 min\n")},
		{id: "RB314", ja: step("   - 担当: 部長\n   - 承認: 部長\n"), atJA: "1. 線を", en: stepEN("   - Owner: manager\n   - Approver: manager\n"), atEN: "1. Pull", nearJA: step("   - 担当: 班長\n   - 承認: 部長\n"), nearEN: stepEN("   - Owner: foreman\n   - Approver: manager\n")},
		{id: "RB315", ja: step("2. 班長は５分以内に本社へ電話する\n"), atJA: "５分以内に", en: stepEN("2. Call the manager within 5 minutes and write it down\n"), atEN: "within 5 minutes", nearJA: step("2. 5分以内に応答がない場合は電話する\n"), nearEN: stepEN("2. Call the manager (within 5 min)\n")},
	}
}

func flowCases() []ruleCase {
	return []ruleCase{
		{id: "RB401", ja: step("2. 連絡がつくか？\n"), atJA: "2. 連絡", en: stepEN("2. Can you reach them?\n"), atEN: "2. Can", nearJA: step("2. 連絡がつくか？\n   - はい: 待つ\n   - いいえ: 止める\n"), nearEN: stepEN("2. Can you reach them?\n   - Yes: wait\n   - No: stop\n")},
		{id: "RB402", ja: step("2. 判断: 復旧できるか\n   - できる: 待つ\n"), atJA: "2. 判断", en: stepEN("2. Decision: can it be restored?\n   - Yes: wait\n"), atEN: "2. Decision", nearJA: step("2. 判断: 復旧できるか\n   - できる: 待つ\n   - できない: 止める\n"), nearEN: stepEN("2. Decision: can it be restored?\n   - Yes: wait\n   - No: stop\n")},
		{id: "RB403", ja: step("2. 連絡がつくか？\n   - はい: 手順 99 へ\n   - いいえ: 終了\n"), atJA: "   - はい", en: stepEN("2. Can you reach them?\n   - Yes: go to step 99\n   - No: end\n"), atEN: "   - Yes", nearJA: step("2. 連絡がつくか？\n   - はい: 手順 3 へ\n   - いいえ: 終了\n3. 待つ\n"), nearEN: stepEN("2. Can you reach them?\n   - Yes: go to step 3\n   - No: end\n3. Wait\n")},
		{id: "RB404", ja: step("2. 電話する\n   - 次: 手順 1\n"), atJA: "2. 電話", en: stepEN("2. Call\n   - Next: step 1\n"), atEN: "2. Call", nearJA: step("2. 電話する\n   - タイマー: 30分ごと\n   - 次: 手順 1\n"), nearEN: stepEN("2. Done?\n   - Yes: end\n   - No: go to step 1\n")},
		{id: "RB405", ja: step("2. 連絡がつくか？\n   - はい: 手順 4 へ\n   - いいえ: 手順 4 へ\n3. 待つ\n4. 終える\n"), atJA: "3. 待つ", en: stepEN("2. Can you reach them?\n   - Yes: go to step 4\n   - No: go to step 4\n3. Wait\n4. Finish\n"), atEN: "3. Wait",
			nearJA: step("2. 連絡がつくか？\n   - はい: 手順 4 へ\n   - いいえ: 手順 3 へ\n3. 待つ\n4. 終える\n"), nearEN: stepEN("2. Can you reach them?\n   - Yes: go to step 4\n   - No: call again\n3. Wait\n4. Finish\n")},
		{id: "RB406", ja: "# 手順\n\n## 初動\n\n1. 連絡がつくか？\n   - はい: 手順 3 へ\n   - いいえ: 終了\n\n## 調査\n\n1. a を見る\n2. b を見る\n3. c を見る\n\n## 復旧\n\n1. d を見る\n2. e を見る\n3. f を見る\n", atJA: "   - はい",
			en: "# Runbook\n\n## Response\n\n1. Can you reach them?\n   - Yes: go to step 3\n   - No: end\n\n## Investigation\n\n1. See a\n2. See b\n3. See c\n\n## Recovery\n\n1. See d\n2. See e\n3. See f\n", atEN: "   - Yes",
			nearJA: "# 手順\n\n## 初動\n\n1. 連絡がつくか？\n   - はい: 手順 3 へ\n   - いいえ: 終了\n\n## 調査\n\n1. a を見る\n2. b を見る\n3. c を見る\n\n## 復旧\n\n1. d を見る\n2. e を見る\n",
			nearEN: "# Runbook\n\n## Response\n\n1. Can you reach them?\n   - Yes: go to step 3\n   - No: end\n\n## Investigation\n\n1. See a\n2. See b\n3. See c\n\n## Recovery\n\n1. See d\n2. See e\n"},
		{id: "RB408", ja: step("2. 震度は？\n   - 5弱: 点検する\n   - 6強: 避難する\n"), atJA: "2. 震度", en: stepEN("2. How strong is the wind?\n   - 10 m/s: look\n   - 20 m/s: stop\n"), atEN: "2. How", nearJA: step("2. 震度は？\n   - 6強: 避難する\n   - それ以外: 点検する\n"), nearEN: stepEN("2. How strong is the wind?\n   - 20 m/s: stop\n   - Otherwise: look\n")},
		{id: "RB409", ja: step("2. 連絡がつくか？\n   - はい: 手順 4 へ\n   - いいえ: 待つ\n3. 止める\n   - 承認: 部長\n4. 記す\n"), atJA: "   - はい", en: stepEN("2. Can you reach them?\n   - Yes: go to step 4\n   - No: wait\n3. Stop\n   - Evidence: photo\n4. Write\n"), atEN: "   - Yes",
			nearJA: step("2. 連絡がつくか？\n   - はい: 手順 4 へ\n   - いいえ: 待つ\n3. 止める\n4. 記す\n   - 承認: 部長\n"), nearEN: stepEN("2. Can you reach them?\n   - Yes: go to step 4\n   - No: wait\n3. Stop\n4. Write\n   - Evidence: photo\n")},
		{id: "RB410", ja: step("2. 津波の予報は？\n   - 大津波警報: 高台へ\n   - 注意報: 岸壁から離れる\n   - ラジオを聞き続ける\n"), atJA: "ラジオを", en: stepEN("2. Which warning is out?\n   - Major: go to high ground\n   - Minor: leave the berth\n   - Keep the radio on\n"), atEN: "Keep the radio",
			nearJA: step("2. 津波の予報は？\n   - 大津波警報: 高台へ\n   - 注意報: 岸壁から離れる\n   - 備考: ラジオを聞き続ける\n"), nearEN: stepEN("2. Which warning is out?\n   - Major: go to high ground\n   - Minor: leave the berth\n   - Note: keep the radio on\n")},
		{id: "RB607", ja: doJA("1. 済んだか？\n   - はい: 終了\n   - いいえ: [B](b.md) を始める\n"), atJA: "   - いいえ", en: doEN("1. Works?\n   - Yes: end\n   - No: start [B](b.md)\n"), atEN: "   - No",
			nearJA: doJA("1. 済んだか？\n   - はい: 終了\n   - いいえ: [C](c.md) を始める\n"), nearEN: doEN("1. Works?\n   - Yes: end\n   - No: start [C](c.md)\n"), beside: map[string]string{"b.md": "# B\n\n## 対応\n\n1. 済んだか？\n   - はい: 終了\n   - いいえ: [A](a.md) を始める\n", "c.md": "# C\n\n## 対応\n\n1. 抜く\n"}},
	}
}

func messageCases() []ruleCase {
	return []ruleCase{
		{id: "RB021", ja: step("   - 上申: 10分 → 知らない人\n"), atJA: "知らない人", en: stepEN("   - Escalate: 10 min -> stranger\n"), atEN: "stranger", nearJA: step("   - 上申: 10分 → 部長\n"), nearEN: stepEN("   - Escalate: 10 min -> manager\n")},
		{id: "RB022", ja: step("   - 通知: 古い人\n"), atJA: "古い人", en: stepEN("   - Notify: old friend\n"), atEN: "old friend", nearJA: step("   - 通知: 班長\n"), nearEN: stepEN("   - Notify: foreman\n")},
		{id: "RB501", ja: step("   - 通知: 関係各位\n"), atJA: "関係各位", en: stepEN("   - Notify: everybody concerned\n"), atEN: "everybody", nearJA: step("   - 通知: #tos-incident\n"), nearEN: stepEN("   - Notify: duty@port.example\n")},
		{id: "RB502", ja: step("   - 通知: 港湾管理者\n"), atJA: "港湾管理者", en: stepEN("   - Notify: port authority\n"), atEN: "port authority", nearJA: step("   - 通知: 港湾管理者\n   - 文面: 止まりました\n"), nearEN: stepEN("   - Notify: foreman\n")},
		{id: "RB503", ja: step("   - 文面: [第一報](#どこにもない)\n"), atJA: "文面", en: stepEN("   - Message: [first report](#nowhere)\n"), atEN: "Message", nearJA: step("   - 文面: [第一報](#第一報)\n\n## 文面\n\n### 第一報\n\n> 止まりました。\n"), nearEN: stepEN("   - Message: [first report](#first-report)\n\n## Templates\n\n### First report\n\n> It has stopped.\n")},
		{id: "RB504", ja: step("2. 部長へエスカレーションする\n"), atJA: "2. 部長", en: stepEN("2. Escalate to the manager\n"), atEN: "2. Escalate", nearJA: step("2. 部長へ電話する\n   - 上申: 10分 → 部長\n"), nearEN: stepEN("2. Escalate to the manager\n   - Escalate: 10 min -> manager\n")},
		{id: "RB505", ja: step("   - 上申: 班長 → 部長 → 10分\n"), atJA: "班長 → 部長", en: stepEN("   - Escalate: foreman -> manager -> 10 min\n"), atEN: "foreman -> manager", nearJA: step("   - 上申: 10分 → 班長 → 10分 → 部長\n"), nearEN: stepEN("   - Escalate: 10 min -> foreman -> 10 min -> manager\n")},
		{id: "RB506", ja: step("   - 上申: 10分\n"), atJA: "10分", en: stepEN("   - Escalate: 10 min\n"), atEN: "10 min", nearJA: step("   - 上申: 10分 → 班長\n"), nearEN: stepEN("   - Escalate: 10 min -> foreman\n")},
		{id: "RB508", ja: step("   - 上申: 特別\n"), atJA: "特別", en: stepEN("   - Escalate: special\n"), atEN: "special", nearJA: step("   - 上申: 標準\n"), nearEN: stepEN("   - Escalate: standard\n")},
		{id: "RB509", ja: step("2. 報告する\n   - タイマー: 30分ごと\n"), atJA: "   - タイマー", en: stepEN("2. Report\n   - Timer: every 30 min\n"), atEN: "   - Timer", nearJA: step("2. 報告する\n   - タイマー: 30分ごと\n   - 完了の条件: 復旧する\n"), nearEN: stepEN("2. Report\n   - Timer: every 30 min\n   - Due: within 4 hours\n")},
	}
}

func safetyCases() []ruleCase {
	return []ruleCase{
		{id: "RB801", ja: step("\n<script>alert(1)</script>\n"), atJA: "<script>", en: stepEN("2. See [this](javascript:alert(1))\n"), atEN: "2. See", nearJA: step("2. `<script>` を探す\n"), nearEN: stepEN("2. See [this](https://example.com/)\n")},
		{id: "RB802", ja: step("2. パスワード： Hunter2x9 で入る\n"), atJA: "： Hunter", en: stepEN("2. Log in, password = Hunter2x9\n"), atEN: "= Hunter", nearJA: step("2. パスワード： 金庫の封筒3 で入る\n"), nearEN: stepEN("2. Log in, password = <from the safe>\n")},
		{id: "RB803", ja: step("2. 090-1234-5678 に電話する\n"), atJA: "090-1234", en: stepEN("2. Call 03-1234-5678\n"), atEN: "03-1234", nearJA: step("2. 2026-11-22 の記録を見る\n"), nearEN: stepEN("2. Call 090-0000-0000\n")},
		{id: "RB804", ja: step("\n   ```bash\n   rm -rf /data\n   ```\n"), atJA: "   ```bash", en: stepEN("\n   ```bash\n   mkfs.ext4 /dev/sdb\n   ```\n"), atEN: "   ```bash", nearJA: step("   - 承認: 部長\n\n   ```bash\n   rm -rf /data\n   ```\n"), nearEN: stepEN("   - Do not: run it twice\n\n   ```bash\n   rm -rf /data\n   ```\n")},
		{id: "RB805", ja: step("2. <!channel> に知らせる\n"), atJA: "<!channel>", en: stepEN("2. Tell <@U012AB3CD>\n"), atEN: "<@U012", nearJA: step("2. @channel に知らせる\n"), nearEN: stepEN("2. Tell @channel\n")},
		{id: "RB806", ja: step("\n   ```bash\n   shutdown –h now\n   ```\n"), atJA: "   shutdown", en: stepEN("\n   ```bash\n   echo “stop”\n   ```\n"), atEN: "   echo", nearJA: step("\n   ```bash\n   # 線を抜く – 止める\n   shutdown -h now\n   ```\n"), nearEN: stepEN("\n   ```bash\n   # stop – now\n   echo \"stop\"\n   ```\n")},
	}
}
