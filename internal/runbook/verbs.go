package runbook

import "strings"

// firstWord gives the first word of a text in lower case, without marks.
func firstWord(s string) (word, rest string) {
	if s == "" || !isAlnum(s[0]) {
		s = strings.TrimLeft(s, " *_`\"'([“【#>-–—")
	}
	i := 0
	for i < len(s) && (isAlnum(s[i]) || s[i] == '-' && i > 0 || s[i] == '\'') {
		i++
	}
	return lowerWord(s[:i]), s[i:]
}

// lowerWord is strings.ToLower for one short ASCII word.
func lowerWord(w string) string {
	var buf [24]byte
	if len(w) > len(buf) {
		return w // no verb is that long
	}
	upper := false
	for i := 0; i < len(w); i++ {
		c := w[i]
		if c >= 'A' && c <= 'Z' {
			upper = true
			c += 'a' - 'A'
		}
		buf[i] = c
	}
	if !upper {
		return w
	}
	return string(buf[:len(w)])
}

// beginsImperative tells an English sentence that begins with the base form of
// a verb. Words that are as often nouns (contact, report, test) count only in
// imperative, where the whole sentence is looked at.
func beginsImperative(s string) bool {
	w, _ := firstWord(s)
	return isVerb(w)
}

// imperative tells a sentence that says what to do, in English or Japanese.
func imperative(s string) bool {
	if s == "" {
		return false
	}
	w, rest := firstWord(s)
	switch w {
	case "":
	case "please", "then", "now", "first", "next", "finally", "optionally", "also", "always", "manually", "immediately", "carefully", "quickly", "gradually", "regularly", "continuously":
		w, rest = firstWord(strings.TrimLeft(rest, " ,:"))
	case "you":
		v, _ := firstWord(rest)
		return v == "must" || v == "should" || v == "need" || v == "can" || v == "will"
	case "to":
		v, _ := firstWord(rest)
		return isVerb(v) || isNounVerb(v)
	case "do", "don't", "let", "be":
		return true
	}
	if isVerb(w) {
		return true
	}
	if isNounVerb(w) && strings.HasPrefix(rest, " ") && !strings.HasPrefix(strings.TrimSpace(rest), "is ") {
		return true
	}
	return hasCJK(s) && imperativeJA(s)
}

// imperativeJA tells a Japanese sentence that ends in an act: する, してください,
// 〜を確認, 〜へ連絡, and the plain verbs of procedures.
func imperativeJA(s string) bool {
	if head, _, ok := strings.Cut(s, "。"); ok {
		s = head
	}
	if before, _, ok := lastBracket(s); ok && before != "" {
		s = before
	}
	s = strings.TrimRight(s, " 　。．.!！:：」*`")
	if hasAnySuffix(s, "されている", "している", "できる", "である", "ている", "ています", "ております", "されます", "できます", "あります", "なります", "ません", "でした", "された", "した", "ない", "される", "なる", "ある") {
		return hasAnySuffix(s, "しない", "させない", "行わない", "触らない", "触れない", "使わない", "入れない", "入らない", "戻らない", "開けない", "切らない", "抜かない", "押さない", "動かさない", "近づかない", "離れない")
	}
	if hasAnySuffix(s, "する", "します", "してください", "して下さい", "ください", "せよ", "すること", "こと", "行う", "行います", "しましょう", "とる", "取る") {
		return true
	}
	if hasAnySuffix(s, "く", "ぐ", "す", "つ", "ぶ", "む", "る", "う") {
		return true
	}
	if hasAnySuffix(s, "処理", "同期", "登録", "送付", "送信", "発行", "照合", "交換", "閉鎖", "封鎖", "施錠", "誘導", "計測", "測定", "申請", "回収", "搬送", "手配", "配置", "確保", "撮影", "復元", "移行", "転送", "聴取") {
		// Nouns as often as acts: an act says what it is done to.
		before := strings.TrimRight(s[:len(s)-len("処理")], " 　`")
		return hasAnySuffix(before, "を", "に", "へ", "から", "まで", "で", "にて")
	}
	return hasAnySuffix(s, "確認", "連絡", "報告", "実施", "記録", "通知", "停止", "起動", "再起動", "実行", "隔離", "遮断", "調査", "特定", "共有",
		"作成", "設定", "開始", "終了", "依頼", "判断", "復旧", "切替", "切り替え", "保全", "収集", "配布", "招集", "準備", "指示", "更新", "変更",
		"削除", "追加", "取得", "検証", "分析", "評価", "宣言", "避難", "点検", "切断", "抽出", "検討", "提出", "周知", "待機", "移動", "保存", "選択", "入力", "適用", "解除", "掲示", "再開", "アナウンス", "レビュー", "エスカレーション", "デプロイ", "クリック")
}

// isVerb lists base forms that begin the steps of procedures.
func isVerb(w string) bool {
	switch w {
	case "acknowledge", "activate", "add", "adjust", "advise", "alert", "allocate", "allow", "analyse", "analyze", "announce", "apply", "appoint",
		"approve", "arrange", "ask", "assemble", "assess", "assign", "attach", "attempt", "authenticate", "authorise", "authorize", "avoid",
		"ban", "begin", "block", "book", "brief", "bring", "browse", "build", "calculate", "capture", "carry", "check", "choose", "clean", "clear", "click",
		"clone", "close", "collect", "commit", "communicate", "compare", "compile", "complete", "conduct", "configure", "confirm", "connect",
		"consider", "consult", "contain", "continue", "convene", "convert", "coordinate", "copy", "correlate", "create", "cross-check", "cut", "deactivate", "debug", "decide", "declare",
		"decommission", "define", "delegate", "delete", "deliver", "deploy", "describe", "destroy", "detect", "determine", "develop", "diagnose", "disable", "discharge", "disconnect", "discuss",
		"distribute", "do", "download", "drain", "drop", "edit", "eliminate", "enable", "encrypt", "engage", "ensure", "enter", "enumerate", "eradicate",
		"escalate", "establish", "estimate", "evacuate", "evaluate", "examine", "execute", "expand", "export", "extract", "familiarize", "fetch", "file", "fill", "find", "fix",
		"follow", "force", "format", "gather", "generate", "get", "give", "go", "grant", "guide", "halt", "hand", "handle", "help", "hold", "identify", "implement",
		"import", "include", "increase", "inform", "initiate", "inspect", "install", "instruct", "inventory", "investigate", "invoke", "isolate", "issue",
		"join", "keep", "kill", "lash", "launch", "leave", "limit", "listen", "locate", "lock", "log", "login", "look", "maintain", "make", "mark", "merge", "migrate", "mitigate", "modify", "monitor",
		"move", "navigate", "note", "notify", "observe", "obtain", "offer", "open", "order", "organise", "organize", "page", "paste", "patch", "perform", "pick", "place",
		"post", "prepare", "preserve", "press", "prevent", "print", "prioritise", "prioritize", "proceed", "process", "promote", "protect", "provide", "provision", "publish", "pull", "purge", "push",
		"put", "quarantine", "query", "raise", "re-enable", "re-run", "reach", "read", "rebuild", "recheck", "reboot", "recall", "receive", "reconnect", "record", "recover", "redeploy", "reduce", "refer", "reimage", "re-image",
		"reinstall", "remediate", "remind", "remove", "rename", "repeat", "replace", "replicate", "replay", "request", "rerun", "reset", "resize", "resolve", "respond", "restart", "restore",
		"restrict", "resume", "retain", "retrieve", "retry", "return", "reverse", "revert", "review", "revoke", "roll", "rollback", "rotate", "route", "run", "save", "scale", "scan", "schedule", "search",
		"secure", "select", "send", "separate", "set", "setup", "share", "shut", "sign", "silence", "skip", "slow", "snapshot", "specify", "split", "spin", "stabilise", "stabilize", "start", "stay", "stop",
		"store", "submit", "suspend", "switch", "take", "tell", "terminate", "throttle", "track", "train", "transfer", "trace", "transition", "treat", "triage", "trigger", "try", "turn", "type", "uncomment", "undo", "unload", "unlock", "unmount", "untar", "update",
		"upgrade", "upload", "use", "validate", "verify", "view", "visit", "wait", "wake", "walk", "warn", "watch", "weigh", "wipe", "work", "write":
		return true
	}
	return false
}

// isNounVerb lists words that are verbs only when something follows.
func isNounVerb(w string) bool {
	switch w {
	case "access", "address", "answer", "archive", "audit", "back", "backup", "call", "change", "claim", "contact", "count", "cover", "cordon", "document", "draft", "dump", "email",
		"exit", "flag", "focus", "freeze", "label", "lift", "link", "list", "load", "login", "mail", "map", "measure", "message", "moor", "mount", "name", "pause", "phone", "photograph", "ping",
		"plan", "plug", "power", "probe", "program", "quit", "rack", "reference", "register", "release", "report", "rest", "ring", "sample", "screenshot", "ship", "source", "ssh", "stand", "station", "stage", "stamp", "tally", "telephone",
		"summarise", "summarize", "support", "test", "ticket", "time", "tow", "transport", "unplug", "deny", "detach", "tail", "describe", "grep", "curl", "lower", "meet", "rule", "step", "thank", "point", "rinse", "relocate", "manage", "learn", "understand", "know", "remember", "check-in":
		return true
	}
	return false
}

// condition tells a sentence that opens with a condition.
func condition(s string) bool {
	w, rest := firstWord(s)
	switch w {
	case "if", "when", "whenever", "unless", "once", "otherwise", "else":
		return true
	case "in":
		return strings.HasPrefix(rest, " case") || strings.HasPrefix(rest, " the case") || strings.HasPrefix(rest, " the event")
	case "for":
		return strings.HasPrefix(rest, " each") || strings.HasPrefix(rest, " every") || strings.HasPrefix(rest, " all")
	}
	return false
}
