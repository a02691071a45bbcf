package runbook

import "strings"

// tableShape says what a table is.
type tableShape uint8

const (
	tablePlain tableShape = iota
	tableSteps
	tableDecision
	tableFacts
)

// columnRole is what a column of a step table holds.
type columnRole struct {
	name string // fact, "action", "number", "tick", "condition" or ""
	unit string // unit of the header, such as 分 in 期限（分）
}

func isActionColumn(f string) bool {
	switch f {
	case "作業", "手順", "内容", "実施内容", "作業内容", "対応", "対応内容", "アクション", "操作", "確認", "確認項目", "確認内容", "チェック項目", "項目", "実施事項", "やること", "行動", "タスク", "すること", "最初にやること", "手順内容", "点検項目", "初動", "対処", "対処方法", "対処法", "対応方法", "対応策", "解決方法", "解決策", "原因と対処", "原因と対処方法", "一次対応", "最初に見る場所", "確認事項", "対策", "処理", "復旧手順", "対応手順",
		"action", "actions", "step", "steps", "task", "tasks", "activity", "what", "procedure", "instruction", "check", "item", "what to do", "first action", "response", "do", "todo", "description", "operation", "details", "resolution", "solution", "fix", "required action", "immediate action", "action required", "then", "to do", "実施項目", "対応事項", "措置", "措置内容", "処置", "実施手順":
		return true
	}
	return false
}

func isConditionColumn(f string) bool {
	switch f {
	case "ng", "ng項目", "症状", "状況", "条件", "事象", "状態", "場合", "問題", "現象", "エラー", "異常", "判定", "結果", "トリガー",
		"if", "when", "case", "symptom", "symptoms", "condition", "situation", "problem", "issue", "error", "scenario", "event", "trigger", "finding", "result", "if you see", "observation":
		return true
	}
	return false
}

func isTickHeader(f string) bool {
	switch f {
	case "✅", "☐", "□", "✓", "✔", "☑", "チェック", "check", "done", "済", "完了", "ok/ng", "ok", "状態", "結果", "status", "実施", "確認欄", "チェック欄", "complete", "completed", "[ ]", "実施済", "記入":
		return true
	}
	return false
}

func isNumberHeader(f string) bool {
	switch f {
	case "#", "no", "no.", "順", "順番", "番号", "step", "手順", "№", "順序", "項番", "ステップ", "step #", "項":
		return true
	}
	return false
}

// isTickCell tells a cell that holds a box to tick, and no more.
func isTickCell(s string) bool {
	switch s = strings.TrimSpace(s); s {
	case "&#9744;", "&#x2610;", "&#9633;", "&#x25a1;", "[ ]", "[]", "[　]", "[x]", "□", "☐", "☑", "⬜", "◻", "□OK □NG", "□ OK / □ NG":
		return true
	}
	return (strings.HasPrefix(s, "□") || strings.HasPrefix(s, "☐")) && len(s) < 40
}

// columnsOf reads the header row.
func (r *reader) columnsOf(b *block) []columnRole {
	roles := make([]columnRole, len(b.tableHead().cells))
	action := false
	for i, c := range b.tableHead().cells {
		f := fold(strings.Trim(c.text, "*"))
		bare := strings.TrimSpace(fold(stripBrackets(f)))
		switch {
		case i == 0 && isNumberHeader(bare) && countsUp(b):
			roles[i].name = "number"
		case r.tickColumn(b, i, bare):
			roles[i].name = "tick"
		case i == 0 && isConditionColumn(bare):
			roles[i].name = "condition"
		case !action && isActionColumn(bare):
			roles[i].name, action = "action", true
		case bare == "時間" || bare == "time":
			roles[i].name = timeColumn(b, i)
		case bare == "期待" || bare == "期待値" || bare == "期待する結果" || bare == "expected":
			roles[i].name = "done"
		default:
			roles[i].name = r.labels.name(bare)
		}
		if _, inside, ok := lastBracket(f); ok {
			roles[i].unit = strings.TrimSpace(inside)
		}
	}
	if action {
		return roles
	}
	// 「時間」 and the like aside, the first column nobody claims is the action.
	for i := range roles {
		if roles[i].name == "" || (roles[i].name == "done" && i < 2) {
			roles[i].name = "action"
			break
		}
	}
	return roles
}

func (r *reader) tickColumn(b *block, i int, header string) bool {
	if header != "" && !isTickHeader(header) && !isTickCellColumn(b, i) {
		return false
	}
	return isTickCellColumn(b, i)
}

func isTickCellColumn(b *block, i int) bool {
	ticks := 0
	for _, row := range b.tableRows() {
		if i < len(row.cells) && isTickCell(row.cells[i].text) {
			ticks++
		}
	}
	return ticks > 0 && ticks*2 >= len(b.tableRows())
}

// timeColumn decides what 「時間」 means: a limit when every filled cell is one.
func timeColumn(b *block, i int) string {
	for _, row := range b.tableRows() {
		if i >= len(row.cells) || strings.TrimSpace(row.cells[i].text) == "" {
			continue
		}
		f := fold(row.cells[i].text)
		l, err := ParseLimit(f)
		if err != nil || !(l.Immediate || l.Anchor != FromCurrent || containsAny(f, "以内", "まで", "within", "<", "≤")) {
			return "estimate"
		}
	}
	return "due"
}

// countsUp tells a first column that runs 1, 2, 3 and so on, or goes on from
// the table before: 10, 11, 12.
func countsUp(b *block) bool {
	if len(b.tableRows()) == 0 {
		return false
	}
	first := 0
	for i, row := range b.tableRows() {
		if len(row.cells) == 0 {
			return false
		}
		n, _, ok := scanNumber(strings.Trim(fold(row.cells[0].text), " *.()"))
		if i == 0 {
			first = int(n)
		}
		if !ok || first < 1 || int(n) != first+i {
			return false
		}
	}
	return true
}

// tableShape tells steps, decisions and facts apart.
func (r *reader) tableShape(b *block) tableShape {
	if !b.shaped {
		b.shape, b.shaped = r.findShape(b), true
	}
	return b.shape
}

func (r *reader) findShape(b *block) tableShape {
	if b.tableHead() == nil || len(b.tableRows()) == 0 || len(b.tableHead().cells) < 2 {
		return tablePlain
	}
	roles := r.columnsOf(b)
	var owner, action, number, tick, cond bool
	namedAction := false
	for i, c := range roles {
		switch c.name {
		case "owner":
			owner = true
		case "action":
			action = true
			namedAction = namedAction || isActionColumn(strings.TrimSpace(fold(stripBrackets(fold(b.tableHead().cells[i].text)))))
		case "number":
			number = true
		case "tick":
			tick = true
		case "condition":
			cond = true
		}
	}
	switch {
	case tick && action:
		return tableSteps
	case cond && action && namedAction:
		return tableDecision
	case owner && action && namedAction:
		return tableSteps
	case number && action && namedAction:
		return tableSteps
	}
	return tablePlain
}
