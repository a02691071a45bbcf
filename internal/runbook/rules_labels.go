package runbook

// labelRules are about owners, limits and the words of labels.
func labelRules() []Rule {
	return []Rule{
		{ID: "RB012", AsIs: Info, Strict: Error, JA: "「完了の条件」がありません。見えるはずの状態を書いてください", EN: "no completion condition; write the state to be seen",
			FixJA: "「- 完了の条件: 見えるはずの状態」を手順の下に書いてください", FixEN: "write \"- Done when: the state to be seen\" below the step", Good: "- 完了の条件: スイッチ1番ポートのランプが消えている", Bad: "1. TOSを切り離す"},
		{ID: "RB021", AsIs: Warning, Strict: Error, JA: "連絡先「%v」が連絡先一覧にありません", EN: "contact “%v” is not in the directory",
			FixJA: "連絡先一覧に加えるか、名前を直してください", FixEN: "add it to the directory or correct the name", Good: "- 通知: ターミナル長（電話）", Bad: "- 通知: たーみなる長（電話）"},
		{ID: "RB022", AsIs: Info, Strict: Warning, JA: "連絡先「%v」は 180 日以上確認されていません", EN: "contact “%v” not verified for 180 days",
			FixJA: "電話をかけて確かめ、確認日を入れてください", FixEN: "call, and record the date", Good: "確認日 2026-10-01", Bad: "確認日 2024-01-01"},
		{ID: "RB301", AsIs: Info, Strict: Warning, JA: "担当がありません（この段階で %v 手順）", EN: "no owner (%v steps in this phase)",
			FixJA: "見出しの下に「担当: 役割」を書いてください", FixEN: "write \"Owner: role\" below the heading", Good: "担当: 当直リーダー", Bad: "## 初動\n\n1. 抜く"},
		{ID: "RB302", AsIs: Warning, Strict: Error, JA: "「%v」という項目名はありません。「%v」ですか", EN: "unknown label “%v”; did you mean “%v”?",
			FixJA: "項目名を直してください", FixEN: "correct the label", Good: "- 担当: 警備", Bad: "- 坦当: 警備"},
		{ID: "RB303", AsIs: Warning, Strict: Error, JA: "「%v」を時間として読めません", EN: "time “%v” not understood; write 15分 or 15m",
			FixJA: "「15分」「T+30分」「17:30まで」のように書いてください", FixEN: "write 15m, T+30m or by 17:30", Good: "- 期限: 15分", Bad: "- 期限: 翌朝まで"},
		{ID: "RB304", AsIs: Info, Strict: Warning, JA: "「%v」は分で書いてください", EN: "“%v”: give minutes",
			FixJA: "「5分以内」のように書いてください", FixEN: "write \"within 5 min\"", Good: "- 期限: 5分以内", Bad: "- 期限: 直ちに"},
		{ID: "RB305", AsIs: Warning, Strict: Warning, JA: "期限が段階の時間枠の外です", EN: "limit is outside the phase window",
			FixJA: "期限か見出しの時間枠を直してください", FixEN: "correct the limit or the window in the heading", Good: "## 初動（0〜15分）\n\n1. 抜く（T+10分）", Bad: "## 初動（0〜15分）\n\n1. 抜く（T+60分）"},
		{ID: "RB306", AsIs: Info, Strict: Warning, JA: "前の手順より早い期限です", EN: "limit is earlier than the step before",
			FixJA: "順番か期限を直してください", FixEN: "correct the order or the limit", Good: "T+10分、T+15分", Bad: "T+15分、T+10分"},
		{ID: "RB307", AsIs: Warning, Strict: Error, JA: "役割「%v」が登録されていません", EN: "role “%v” is not in the directory",
			FixJA: "役割を登録するか、名前を直してください", FixEN: "add the role or correct the name", Good: "- 担当: 当直リーダー", Bad: "- 担当: 当直りーだー"},
		{ID: "RB308", AsIs: Info, Strict: Info, JA: "時刻指定です（%v）", EN: "clock time; taken in zone %v",
			FixJA: "過ぎた時刻は翌日とみなします。経過時間なら「T+30分」と書いてください", FixEN: "a time that has passed means the next day; write T+30m for time passed", Good: "- 期限: T+30分", Bad: "- 期限: 17:30まで"},
		{ID: "RB309", AsIs: Warning, Strict: Warning, JA: "営業日の暦が設定されていません", EN: "business days need a calendar",
			FixJA: "設定に休日を入れるか、日数で書いてください", FixEN: "configure the holidays or write days", Good: "- 期限: 72時間", Bad: "- 期限: 3営業日"},
		{ID: "RB311", AsIs: Info, Strict: Warning, JA: "「%v」は個人名のようです。役割名にしてください", EN: "owner “%v” looks like a person; use a role",
			FixJA: "役割名を書き、人は名簿で割り当ててください", FixEN: "write the role and assign people in the directory", Good: "- 担当: 情報システム部長", Bad: "- 担当: 山田さん"},
		{ID: "RB312", AsIs: Info, Strict: Warning, JA: "期限が一つもありません", EN: "no limit anywhere in a SEV1/SEV2 runbook",
			FixJA: "急ぐ手順に「期限: 15分」を書いてください", FixEN: "write \"Due: 15m\" on the urgent steps", Good: "- 期限: T+15分", Bad: "重大度 SEV1 で期限なし"},
		{ID: "RB313", AsIs: Warning, Strict: Warning, JA: "所要時間が期限を超えています", EN: "estimate is longer than the limit",
			FixJA: "期限か所要時間を直してください", FixEN: "correct one of them", Good: "期限 60分、所要 30分", Bad: "期限 15分、所要 6時間"},
		{ID: "RB314", AsIs: Info, Strict: Warning, JA: "承認者と担当が同じです", EN: "approver is the owner",
			FixJA: "別の人が承認するようにしてください", FixEN: "let somebody else approve", Good: "担当: 網班／承認: 部長", Bad: "担当: 部長／承認: 部長"},
		{ID: "RB315", AsIs: Info, Strict: Info, JA: "文中の「%v」は期限として作動しません", EN: "“%v” in the sentence starts no clock",
			FixJA: "期限なら、手順の下に「- 期限: 15分以内」のように書いてください", FixEN: "if it is a limit, write it below the step, such as \"- Due: within 15 min\"", Good: "1. 係長へ電話する\n   - 期限: 5分以内", Bad: "1. 5分以内に係長へ電話する"},
	}
}

// flowRules are about decisions and jumps.
func flowRules() []Rule {
	return []Rule{
		{ID: "RB401", AsIs: silent, Strict: Info, JA: "問いに答えの選択肢がありません", EN: "question without answers",
			FixJA: "「- はい: …」「- いいえ: …」を下に書いてください", FixEN: "write \"- Yes: …\" and \"- No: …\" below", Good: "1. 連絡がつくか？\n   - はい: 手順 3 へ\n   - いいえ: 手順 4 へ", Bad: "1. 連絡がつくか？"},
		{ID: "RB402", AsIs: Info, Strict: Warning, JA: "選択肢が 2 つ未満です", EN: "decision with fewer than two answers",
			FixJA: "もう一方の場合も書いてください", FixEN: "write the other case too", Good: "- できる: …\n- できない: …", Bad: "判断: 復旧できるか"},
		{ID: "RB403", AsIs: Warning, Strict: Error, JA: "移動先がありません: %v", EN: "“%v” points to no step",
			FixJA: "この段階にある番号か、見出しの名前を書いてください", FixEN: "write a number of this phase or the name of a heading", Good: "- はい: 手順 3 へ", Bad: "- はい: 手順 99 へ"},
		{ID: "RB404", AsIs: Warning, Strict: Error, JA: "抜け道のない繰り返しです（%v）", EN: "loop %v without a timer or a way out",
			FixJA: "「タイマー: 30分ごと」か、終わる条件を書いてください", FixEN: "write \"Timer: every 30 min\" or the condition that ends it", Good: "- 不明: 30分ごとに再判断（タイマー: 30分ごと）", Bad: "手順 1 → 手順 2 → 手順 1"},
		{ID: "RB405", AsIs: Warning, Strict: Error, JA: "たどり着けない手順です", EN: "step cannot be reached",
			FixJA: "どこかの答えから移動するか、手順を消してください", FixEN: "lead an answer to it or delete it", Good: "- いいえ: 手順 5 へ", Bad: "全ての答えが手順を飛び越す"},
		{ID: "RB406", AsIs: Warning, Strict: Error, JA: "移動先が複数あります: %v", EN: "“%v” fits more than one step",
			FixJA: "「フェーズ 2 の手順 3」か「」で手順名を書いてください", FixEN: "name the phase, or quote the title", Good: "「TOS を復元する」へ", Bad: "手順 3 へ（三か所にある）"},
		{ID: "RB408", AsIs: silent, Strict: Info, JA: "「それ以外」がありません", EN: "no “otherwise”",
			FixJA: "「- それ以外: …」を加えてください", FixEN: "add \"- Otherwise: …\"", Good: "- それ以外: 班長に聞く", Bad: "- 震度5: …\n- 震度6: …"},
		{ID: "RB409", AsIs: Info, Strict: Warning, JA: "承認・証跡のある手順 %v を飛び越します", EN: "jump passes step %v, which needs approval or evidence",
			FixJA: "飛び越してよいか確かめてください", FixEN: "make sure that it may be skipped", Good: "手順 4 へ", Bad: "承認のいる手順 3 を飛ばして手順 4 へ"},
		{ID: "RB410", AsIs: Info, Strict: Warning, JA: "答えの形でない行です。このため上の問いに答えのボタンが出ません", EN: "not in the form of an answer; because of it the question above gets no answer buttons",
			FixJA: "答えなら「答え: すること」（答えは 30 字まで）、答えでなければ「備考: …」と書いてください", FixEN: "write \"Answer: what to do\" (answer of at most 30 characters) if it is one, else \"Note: …\"", Good: "1. 津波の予報は？\n   - 大津波警報: 高台へ\n   - 注意報: 岸壁から離れる\n   - 備考: ラジオを聞き続ける", Bad: "1. 津波の予報は？\n   - 大津波警報: 高台へ\n   - 注意報: 岸壁から離れる\n   - ラジオを聞き続ける"},
	}
}

// messageRules are about messages, escalation and timers.
func messageRules() []Rule {
	return []Rule{
		{ID: "RB501", AsIs: Warning, Strict: Error, JA: "宛先「%v」が不明です。送信しません", EN: "destination “%v” unknown; nothing will be sent",
			FixJA: "連絡先一覧の名前、#チャンネル、メールアドレスのどれかを書いてください", FixEN: "write a name of the directory, a #channel or an address", Good: "- 通知: #tos-incident", Bad: "- 通知: 関係各位"},
		{ID: "RB502", AsIs: Info, Strict: Warning, JA: "社外宛て「%v」ですが文面がありません", EN: "outside destination “%v” without wording",
			FixJA: "「文面: [第一報](#第一報)」を加えてください", FixEN: "add \"Message: [first report](#first-report)\"", Good: "- 文面: [関係機関向け](#関係機関向け)", Bad: "- 通知: 所管官庁"},
		{ID: "RB503", AsIs: Warning, Strict: Error, JA: "文面「%v」がありません", EN: "no wording under “%v”",
			FixJA: "その見出しの下に「> 」で文面を書いてください", FixEN: "write the text below that heading, each line with \"> \"", Good: "### 第一報\n\n> 検知しました。", Bad: "- 文面: [第一報](#ない)"},
		{ID: "RB504", AsIs: Info, Strict: Info, JA: "文中の上申条件は作動しません。「上申:」で書いてください", EN: "sentence about escalation is not armed; label it 上申:",
			FixJA: "「上申: 15分 → 役割」を手順に加えてください", FixEN: "add \"Escalate: 15 min -> role\" to the step", Good: "- 上申: 15分 → SREリード", Bad: "15分以内に収束しない場合、リードに連絡"},
		{ID: "RB505", AsIs: Warning, Strict: Error, JA: "上申の並びが読めません: %v", EN: "escalation chain not understood at “%v”",
			FixJA: "「10分 → 役割 → 10分 → 役割」と書いてください", FixEN: "write \"10 min -> role -> 10 min -> role\"", Good: "- 上申: 10分 → 班長 → 10分 → CISO", Bad: "- 上申: 班長 → CISO → 10分"},
		{ID: "RB506", AsIs: Warning, Strict: Error, JA: "上申「%v」は誰も呼び出しません", EN: "escalation “%v” calls nobody",
			FixJA: "社内の役割か人の名前を書いてください（社外へは「通知:」）", FixEN: "name a role or a person of your own (for others write Notify:)", Good: "- 上申: 10分 → 班長", Bad: "- 上申: 10分"},
		{ID: "RB508", AsIs: Warning, Strict: Error, JA: "上申方式「%v」がありません", EN: "policy “%v” not configured",
			FixJA: "設定の名前に合わせるか、並びで書いてください", FixEN: "use a configured name or write the chain", Good: "- 上申: 標準", Bad: "- 上申: 存在しない方式"},
		{ID: "RB509", AsIs: Info, Strict: Warning, JA: "繰り返しの終わりがありません", EN: "timer has no end",
			FixJA: "手順に「完了の条件」を書くと、そこで止まります", FixEN: "write \"Done when\" on the step; the timer ends there", Good: "- タイマー: 30分ごと\n- 完了の条件: 復旧宣言", Bad: "- タイマー: 30分ごと"},
	}
}
