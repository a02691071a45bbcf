package faults

import (
	"testing"

	"irbot/internal/runbook"
)

// planText is a runbook with one of everything: a plain step, one with a
// limit, one for two people, a decision of the CISO and a step kept for him.
const planText = `---
id: plan
title: 荷役手作業
---
# 荷役手作業

## フェーズ1: 初動

1. ゲートに人を置く
2. 無線を配る（期限: 10分以内）
3. TOSを切り離す（2人で確認）

## フェーズ2: 判断

1. 在庫表を印刷する
2. 通関に連絡する
`

func plan(t *testing.T) *runbook.Runbook { return planOf(t, planText) }

func planOf(t *testing.T, text string) *runbook.Runbook {
	t.Helper()
	b, err := runbook.Read("plan.md", []byte(text), runbook.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return b
}
