package runbook

// fileRules are about the file and the document as a whole.
func fileRules() []Rule {
	return []Rule{
		{ID: "RB001", AsIs: Info, Strict: Warning, JA: "表題がありません。ファイル名を使います", EN: "no title; the file name is used",
			FixJA: "先頭に「# 手順書の名前」を書いてください", FixEN: "begin the file with \"# Name of the runbook\"", Good: "# ゲート手動運用手順", Bad: "ゲートを手動で動かす手順です。"},
		{ID: "RB002", AsIs: Info, Strict: Warning, JA: "管理責任者か見直し日がありません", EN: "no document owner or review date",
			FixJA: "表題の下に「管理責任者: 役割」と「次回見直し: 2027-04-01」を書いてください", FixEN: "write \"Owner: role\" and \"Review by: 2027-04-01\" below the title", Good: "管理責任者: 情報システム部長", Bad: "（担当なし）"},
		{ID: "RB008", AsIs: Info, Strict: Warning, JA: "見直し日（%v）を過ぎています", EN: "review date %v passed",
			FixJA: "内容を確かめ、見直し日を改めてください", FixEN: "review the file and write the next date", Good: "次回見直し: 2027-04-01", Bad: "次回見直し: 2019-04-01"},
		{ID: "RB101", AsIs: Error, Strict: Error, Stopped: true, JA: "文字コードを判定できません。UTF-8 で保存してください", EN: "cannot decode; save as UTF-8",
			FixJA: "エディターで「UTF-8」を選んで保存し直してください", FixEN: "save the file again as UTF-8", Good: "UTF-8 のテキスト", Bad: "実行ファイルや画像"},
		{ID: "RB102", AsIs: Warning, Strict: Warning, JA: "%v として読みました", EN: "read as %v",
			FixJA: "UTF-8 で保存すると取り違えがなくなります", FixEN: "save as UTF-8 so that nothing can be mistaken", Good: "UTF-8 のテキスト", Bad: "Shift_JIS のテキスト"},
		{ID: "RB103", AsIs: silent, Strict: Info, JA: "BOM があります", EN: "byte-order mark",
			FixJA: "「BOM なし UTF-8」で保存できます", FixEN: "save as UTF-8 without a mark", Good: "# 手順", Bad: "U+FEFF のあとに # 手順"},
		{ID: "RB104", AsIs: Error, Strict: Error, Stopped: true, JA: "1 MiB を超えています", EN: "larger than 1 MiB",
			FixJA: "手順ごとにファイルを分け、画像は別ファイルにしてください", FixEN: "split the file by procedure and keep images in files of their own", Good: "50 KB の手順書", Bad: "画像を埋め込んだ 3 MB の手順書"},
		{ID: "RB105", AsIs: Warning, Strict: Error, JA: "手順が見つかりません。資料として開きます", EN: "no steps found; opened as a reference",
			FixJA: "やることを「1.」の番号付きの行で書いてください", FixEN: "write what to do as lines numbered \"1.\"", Good: "## 初動\n\n1. 回線を抜く", Bad: "回線のことに注意します。"},
		{ID: "RB106", AsIs: Error, Strict: Error, Stopped: true, JA: "中身がありません", EN: "empty",
			FixJA: "表題と手順を書いてください", FixEN: "write a title and steps", Good: "# 手順\n\n1. 宣言する", Bad: "（0 バイト）"},
		{ID: "RB107", AsIs: Error, Strict: Error, Stopped: true, JA: "入れ子かリンクが多すぎて読めません", EN: "nesting or link count over the limit at this line",
			FixJA: "この行のリンク・記号・字下げを減らすか、ファイルを分けてください", FixEN: "use fewer links, marks or levels at this line, or split the file", Good: "> 注意", Bad: "> を 100 個重ねた行"},
		{ID: "RB108", AsIs: silent, Strict: Info, JA: "改行コードが CRLF か混在です", EN: "CRLF or mixed line ends",
			FixJA: "改行コード LF で保存できます", FixEN: "save with LF line ends", Good: "LF", Bad: "CRLF"},
		{ID: "RB109", AsIs: Warning, Strict: Warning, JA: "見えない文字 %v があります", EN: "control, zero-width or direction-changing character %v",
			FixJA: "この文字を消してください", FixEN: "delete the character", Good: "TOS", Bad: "T(U+200B)OS"},
		{ID: "RB110", AsIs: Warning, Strict: Error, JA: "先頭の設定が読めません。本文として扱います", EN: "front matter is not valid YAML; shown as text",
			FixJA: "「---」で囲み、「キー: 値」だけを書いてください（16 KiB まで）", FixEN: "close it with \"---\" and write plain \"key: value\" lines, at most 16 KiB", Good: "---\ntitle: 手順\n---", Bad: "---\ntitle: [\n---"},
		{ID: "RB112", AsIs: Info, Strict: Warning, JA: "テンプレートの命令が残っています", EN: "template tag not resolved",
			FixJA: "命令を実際の文に置き換えてください", FixEN: "replace the tag with the text it stands for", Good: "# 復旧手順", Bad: "# <%= title %>"},
		{ID: "RB113", AsIs: Warning, Strict: Error, JA: "読めない文字が %v 個あります（文字コードの混在）", EN: "%v bytes invalid in this encoding; replaced",
			FixJA: "元のファイルを UTF-8 で保存し直してください", FixEN: "save the original again as UTF-8", Good: "全体が UTF-8", Bad: "一部だけ Shift_JIS"},
	}
}

// pageRules are about length and what the chat window shows.
func pageRules() []Rule {
	return []Rule{
		{ID: "RB601", AsIs: Info, Strict: Warning, JA: "未記入です: %v", EN: "placeholder left: %v",
			FixJA: "実際の値を書くか、送信時に入力する文面なら {{名前}} にしてください", FixEN: "write the value, or use {{name}} in a message to be asked when it is sent", Good: "電話: 総務部 当直", Bad: "電話: [連絡先]"},
		{ID: "RB602", AsIs: Warning, Strict: Error, JA: "リンク先・画像「%v」がありません", EN: "linked file or image %v not found",
			FixJA: "ファイル名を直すか、ファイルを置いてください", FixEN: "correct the name or add the file", Good: "[手動運用](manual-gate.md)", Bad: "[手動運用](nai.md)"},
		{ID: "RB603", AsIs: Info, Strict: Warning, JA: "{{%v}} は送信時に入力を求めます", EN: "variable {{%v}} has no source; it will be asked",
			FixJA: "決まった値なら文面に直接書いてください", FixEN: "write the value itself if it never changes", Good: "{{発生時刻}}", Bad: "{{XX}}"},
		{ID: "RB604", AsIs: Info, Strict: Warning, JA: "見出し #%v がありません", EN: "no heading for #%v",
			FixJA: "リンク先の見出しの文字に合わせてください", FixEN: "use the words of the heading", Good: "[第一報](#第一報)", Bad: "[第一報](#だい1ほう)"},
		{ID: "RB606", AsIs: Info, Strict: Warning, JA: "%v は表示されません", EN: "%v vanishes as HTML; write [X] or use code marks",
			FixJA: "[ ] で囲むか、バッククォートで囲んでください", FixEN: "write it in square brackets or in backquotes", Good: "`<host>` に入る", Bad: "<host> に入る"},
		{ID: "RB607", AsIs: Info, Strict: Warning, JA: "手順書が互いを呼び出し、堂々巡りになっています", EN: "runbooks call each other in a circle",
			FixJA: "「フェーズ 2 へ」のように移動先を書いてください", FixEN: "write the phase or step to go to instead", Good: "フェーズ 2 へ", Bad: "[この手順書](self.md) を始める"},
		{ID: "RB701", AsIs: Info, Strict: Warning, JA: "3,000 字を超えるため折りたたみます", EN: "longer than 3,000 characters; folded in Slack",
			FixJA: "手順を分けるか、説明を別の節に移してください", FixEN: "split the step or move the explanation to a section of its own", Good: "短い手順", Bad: "一手順に 10 ページの説明"},
		{ID: "RB702", AsIs: Info, Strict: Info, JA: "コードはファイルで送ります", EN: "code longer than 2,900 characters; sent as a file",
			FixJA: "長いコードは別ファイルにできます", FixEN: "keep long code in a file", Good: "10 行の設定", Bad: "500 行の設定"},
		{ID: "RB703", AsIs: Info, Strict: Warning, JA: "%v 手順を超えています", EN: "more than %v steps",
			FixJA: "手順書を分け、「参照:」でつないでください", FixEN: "split the runbook and link the parts with \"See:\"", Good: "40 手順", Bad: "300 手順"},
		{ID: "RB704", AsIs: Info, Strict: Info, JA: "表は文字か画像で送ります", EN: "table wider than Slack shows; sent as text or image",
			FixJA: "列を減らすと読みやすくなります", FixEN: "use fewer columns", Good: "4 列の表", Bad: "12 列の表"},
	}
}

// safetyRules are about what could do harm.
func safetyRules() []Rule {
	return []Rule{
		{ID: "RB801", AsIs: Warning, Strict: Error, JA: "危険な HTML を無効にしました: %v", EN: "active HTML removed: %v",
			FixJA: "HTML を使わずに書いてください", FixEN: "write it without HTML", Good: "[手順](manual.md)", Bad: "<script>…</script>"},
		{ID: "RB802", AsIs: Warning, Strict: Error, JA: "秘密情報のようです（%v）", EN: "looks like a secret (%v)",
			FixJA: "削除して、保管場所だけを書いてください。すでに配った鍵は取り替えてください", FixEN: "remove it, say where it is kept, and change the key", Good: "パスワードは金庫の封筒 3", Bad: "password=Hunter2!x"},
		{ID: "RB803", AsIs: Info, Strict: Warning, JA: "個人の連絡先があります。名簿へ移してください", EN: "personal telephone, address or name",
			FixJA: "役割名を書き、番号は連絡先一覧に入れてください", FixEN: "write the role and keep the number in the directory", Good: "ターミナル長（電話）", Bad: "090-1234-5678"},
		{ID: "RB804", AsIs: Info, Strict: Warning, JA: "破壊的なコマンドに注意書きがありません: %v", EN: "destructive command without a warning: %v",
			FixJA: "「禁止:」「承認:」か「注意:」を手順に付けてください", FixEN: "add \"Do not:\", \"Approver:\" or \"Warning:\" to the step", Good: "- 承認: 情報システム部長", Bad: "rm -rf /data"},
		{ID: "RB805", AsIs: Warning, Strict: Error, JA: "Slack の呼び出し記号を無効にしました: %v", EN: "Slack control text %v neutralised",
			FixJA: "送り先は「通知:」に書いてください", FixEN: "write the destination as \"Notify:\"", Good: "- 通知: #tos-incident", Bad: "<!channel>"},
		{ID: "RB806", AsIs: Warning, Strict: Error, JA: "コマンドに紛らわしい文字 %v があります", EN: "look-alike or direction-changing character %v in a command",
			FixJA: "半角の記号と英字で打ち直してください", FixEN: "type it again in plain ASCII", Good: "shutdown -h now", Bad: "shutdown –h now"},
	}
}
