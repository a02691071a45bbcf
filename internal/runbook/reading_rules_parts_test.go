package runbook

import (
	"fmt"
	"strings"
	"testing"
)

// rulePart is one part of a reading rule (RUNBOOKS 4.3) that the page of its
// rule does not show: what stands beside the steps is compared too.
type rulePart struct {
	rule, ja, en   string // the pages, below a title and an action heading
	wantJA, wantEN string // as told by details
	whole          bool   // the pages have headings of their own
}

func ruleParts() []rulePart {
	return []rulePart{
		{rule: "2 task lists", ja: "- [X] 線を抜く\n- [ ] 電話する\n", en: "- [X] Pull the cable\n- [ ] Call the duty manager\n",
			wantJA: "==対応 | 線を抜く {form task} | 電話する {form task}",
			wantEN: "==Response | Pull the cable {form task} | Call the duty manager {form task}"},
		{rule: "5 brackets", whole: true, ja: "## 対応手順（目的）\n\n- 線を抜く\n", en: "## Response steps (purpose)\n\n- Pull the cable\n",
			wantJA: "==対応手順（目的） | 線を抜く {form item}",
			wantEN: "==Response steps (purpose) | Pull the cable {form item}"},
		{rule: "5 context goes down", whole: true, ja: "## 備品\n\n倉庫にある。\n\n### 手提げ箱\n\n1. 線を抜く\n\n## 対応\n\n1. 電話する\n", en: "## Glossary\n\nWords.\n\n### The box\n\n1. Pull the cable\n\n## Response\n\n1. Call the duty manager\n",
			wantJA: "==対応 | 1 電話する {form item}",
			wantEN: "==Response | 1 Call the duty manager {form item}"},
		{rule: "5 heading without a kind", whole: true, ja: "## 西の港\n\n- 線を抜く\n- 門を閉める\n- 青\n\n## 東の港\n\n- 青\n- 赤\n- 黄\n", en: "## West harbour\n\n- Pull the cable\n- Close the gate\n- blue\n\n## East harbour\n\n- blue\n- red\n- yellow\n",
			wantJA: "==西の港 | 線を抜く {form item} | 門を閉める {form item} | 青 {form item}",
			wantEN: "==West harbour | Pull the cable {form item} | Close the gate {form item} | blue {form item}"},
		{rule: "5 step headings are action", whole: true, ja: "## 手順1 目的\n\n線を見る。\n", en: "## Step 1: Purpose\n\nLook at the cable.\n",
			wantJA: "==停電 | 1 目的 {form heading}",
			wantEN: "==Power cut | 1 Purpose {form heading}"},
		{rule: "5 preconditions", whole: true, ja: "## 前提条件\n\n- 鍵を確認する\n\n## 対応\n\n1. 線を抜く\n", en: "## Prerequisites\n\n- Check the key\n\n## Response\n\n1. Pull the cable\n",
			wantJA: "==対応 | 1 線を抜く {form item}",
			wantEN: "==Response | 1 Pull the cable {form item}"},
		{rule: "6 words and signs", ja: "### ⚠ ステップ1 線を抜く\n\n- 青い線\n\n### 作業2 電話する\n\n- 係長\n", en: "### ⚠ Task 1: Pull the cable\n\n- the blue one\n\n### Task 2 - Call the duty manager\n\n- by telephone\n",
			wantJA: "==対応 | 1 線を抜く {form heading} /青い線 | 2 電話する {form heading} /係長",
			wantEN: "==Response | 1 Pull the cable {form heading} /the blue one | 2 Call the duty manager {form heading} /by telephone"},
		{rule: "7 below the step and the heading", ja: "担当: 電気\n\n1. 線を抜く\n   - 期限: 5分以内\n2. 電話する\n   - 担当: 係長\n", en: "Owner: electrician\n\n1. Pull the cable\n   - Due: within 5 min\n2. Call the duty manager\n   - Owner: foreman\n",
			wantJA: "==対応 {by 電気} | 1 線を抜く {form item} {by 電気} {due 5m0s} | 2 電話する {form item} {by 係長}",
			wantEN: "==Response {by electrician} | 1 Pull the cable {form item} {by electrician} {due 5m0s} | 2 Call the duty manager {form item} {by foreman}"},
		{rule: "7 among the steps", ja: "- 線を抜く\n- 担当: 警備\n- 電話する\n- 期限: 5分以内\n", en: "- Pull the cable\n- Owner: security\n- Call the duty manager\n- Due: within 5 min\n",
			wantJA: "==対応 | 線を抜く {form item} {by 警備} | 電話する {form item} {due 5m0s}",
			wantEN: "==Response | Pull the cable {form item} {by security} | Call the duty manager {form item} {due 5m0s}"},
		{rule: "9 flush bullets", ja: "1. 線を抜く\n\n- 門を閉める\n- 灯を消す\n\n2. 電話する\n", en: "1. Pull the cable\n\n- Close the gate\n- Turn off the lamp\n\n2. Call the duty manager\n",
			wantJA: "==対応 | 1 線を抜く {form item} /門を閉める /灯を消す | 2 電話する {form item}",
			wantEN: "==Response | 1 Pull the cable {form item} /Close the gate /Turn off the lamp | 2 Call the duty manager {form item}"},
		{rule: "9 a bold item", ja: "1. **線を抜く**\n\n- 門を閉める\n- 灯を消す\n", en: "1. **Pull the cable**\n\n- Close the gate\n- Turn off the lamp\n",
			wantJA: "==対応 | 1 線を抜く {form item} /門を閉める /灯を消す",
			wantEN: "==Response | 1 Pull the cable {form item} /Close the gate /Turn off the lamp"},
		{rule: "9 a colon", ja: "1. 線を抜く：\n\n- 門を閉める\n- 灯を消す\n", en: "1. Pull the cable:\n\n- Close the gate\n- Turn off the lamp\n",
			wantJA: "==対応 | 1 線を抜く： {form item} /門を閉める /灯を消す",
			wantEN: "==Response | 1 Pull the cable: {form item} /Close the gate /Turn off the lamp"},
		{rule: "9 what stands between", ja: "1. 線を抜く\n\n> 青い線\n\n```bash\nping tos\n```\n\n2. 電話する\n", en: "1. Pull the cable\n\n> the blue one\n\n```bash\nping tos\n```\n\n2. Call the duty manager\n",
			wantJA: "==対応 | 1 線を抜く {form item} {note 青い線} {code bash ping tos} | 2 電話する {form item}",
			wantEN: "==Response | 1 Pull the cable {form item} {note the blue one} {code bash ping tos} | 2 Call the duty manager {form item}"},
		{rule: "10 purpose", ja: "- 目的: 電気を戻す\n- **対応**\n  - 線を抜く\n", en: "- Objective: restore power\n- **Steps**\n  - Pull the cable\n",
			wantJA: "==対応 {purpose 電気を戻す} | 線を抜く {form item}",
			wantEN: "==Response {purpose restore power} | Pull the cable {form item}"},
		{rule: "11 tick cells", ja: "| 場所 | 済 |\n|---|---|\n| 西門を閉める | □ |\n", en: "| Place | Done |\n|---|---|\n| Close the west gate | [ ] |\n",
			wantJA: "==対応 | 西門を閉める {form row}",
			wantEN: "==Response | Close the west gate {form row}"},
		{rule: "11 a counting column", ja: "| # | 作業 |\n|---|---|\n| 1 | 線を抜く |\n| 2 | 電話する |\n", en: "| # | Action |\n|---|---|\n| 1 | Pull the cable |\n| 2 | Call the duty manager |\n",
			wantJA: "==対応 | 1 線を抜く {form row} | 2 電話する {form row}",
			wantEN: "==Response | 1 Pull the cable {form row} | 2 Call the duty manager {form row}"},
		{rule: "11 columns that mean nothing", ja: "| # | 作業 | 担当 | **備考** | 注意 | 棚 |\n|---|---|---|---|---|---|\n| 1 | 線を抜く | 当直 | 写真を撮る | 熱い | 2号 |\n| 2 | 電話する | 当直 | - | | |\n",
			en:     "| # | Action | Owner | **Remark** | Warning | Shelf |\n|---|---|---|---|---|---|\n| 1 | Pull the cable | duty manager | take a photo | hot | no. 2 |\n| 2 | Call the duty manager | duty manager | - | | |\n",
			wantJA: "==対応 | 1 線を抜く {form row} {by 当直} {warning 注意: 熱い} {note 備考: 写真を撮る⏎棚: 2号} | 2 電話する {form row} {by 当直}",
			wantEN: "==Response | 1 Pull the cable {form row} {by duty manager} {warning Warning: hot} {note Remark: take a photo⏎Shelf: no. 2} | 2 Call the duty manager {form row} {by duty manager}"},
		{rule: "11 conditions", ja: "| 症状 | 対応 |\n|---|---|\n| 煙が出る | 離れる |\n| 音がする | 止める |\n", en: "| If | Action |\n|---|---|\n| smoke | leave |\n| noise | stop |\n",
			wantJA: "==対応 {table 対応 煙が出る=on,音がする=on} | 離れる {form row} {if 煙が出る} | 止める {form row} {if 音がする}",
			wantEN: "==Response {table Response smoke=on,noise=on} | leave {form row} {if smoke} | stop {form row} {if noise}"},
		{rule: "11 other tables", ja: "1. 線を抜く\n\n| 港 | 深さ |\n|---|---|\n| 西 | 3 |\n", en: "1. Pull the cable\n\n| Port | Depth |\n|---|---|\n| west | 3 |\n",
			wantJA: "==対応 | 1 線を抜く {form item} {figure | 港 | 深さ |⏎|---|---|⏎| 西 | 3 |}",
			wantEN: "==Response | 1 Pull the cable {form item} {figure | Port | Depth |⏎|---|---|⏎| west | 3 |}"},
		{rule: "11 numbers that do not count", ja: "1. 線を抜く\n\n| No | 作業 |\n|---|---|\n| 5 | 青 |\n| 3 | 赤 |\n", en: "1. Pull the cable\n\n| No | Action |\n|---|---|\n| 5 | blue |\n| 3 | red |\n",
			wantJA: "==対応 | 1 線を抜く {form item} {figure | No | 作業 |⏎|---|---|⏎| 5 | 青 |⏎| 3 | 赤 |}",
			wantEN: "==Response | 1 Pull the cable {form item} {figure | No | Action |⏎|---|---|⏎| 5 | blue |⏎| 3 | red |}"},
		{rule: "12 sentences", ja: "線は青い。\n\n煙が出た場合は離れる。\n\n係長に電話してください。\n\n門を封鎖する。\n", en: "The cable is blue.\n\nIf there is smoke, leave.\n\nCall the duty manager.\n",
			wantJA: "==対応 | 煙が出た場合は離れる。 {form prose} {if 煙が出た場合は} | 係長に電話してください。 {form prose} | 門を封鎖する。 {form prose}",
			wantEN: "==Response | If there is smoke, leave. {form prose} {if If there is smoke} | Call the duty manager. {form prose}"},
		{rule: "12 a command under any sentence", ja: "線の様子。\n\n```bash\nping tos\n```\n", en: "The state of the cable.\n\n```bash\nping tos\n```\n",
			wantJA: "==対応 | 線の様子。 {form prose} {code bash ping tos}",
			wantEN: "==Response | The state of the cable. {form prose} {code bash ping tos}"},
		{rule: "12 a command alone", ja: "```bash\nping tos\n```\n", en: "```bash\nping tos\n```\n",
			wantJA: "==対応 | 対応 {form code} {code bash ping tos}",
			wantEN: "==Response | Response {form code} {code bash ping tos}"},
		{rule: "13 two levels", ja: "1. 線を抜く\n   - 青\n     - 細い方\n       - 右端\n", en: "1. Pull the cables\n   - blue\n     - the thin one\n       - far right\n",
			wantJA: "==対応 | 1 線を抜く {form item} /青 ( /細い方 )",
			wantEN: "==Response | 1 Pull the cables {form item} /blue ( /the thin one )"},
		{rule: "13 letters", ja: "1. 線を抜く  \n   a. 青  \n   b. 赤\n", en: "1. Pull the cables  \n   a. blue  \n   b. red\n",
			wantJA: "==対応 | 1 線を抜く {form item} /青 /赤",
			wantEN: "==Response | 1 Pull the cables {form item} /blue /red"},
		{rule: "13 tasks under a step", ja: "1. 線を抜く\n   - [ ] 青\n   - [ ] 赤\n", en: "1. Pull the cables\n   - [ ] blue\n   - [ ] red\n",
			wantJA: "==対応 | 1 線を抜く {form item} /[ ] 青 /[ ] 赤",
			wantEN: "==Response | 1 Pull the cables {form item} /[ ] blue /[ ] red"},
		{rule: "14 messages, escalation, timers", ja: "1. 知らせる\n   - 通知: 港湾管理者（電話）\n   - 上申: 10分 → 班長\n   - タイマー: 30分ごと 状況報告\n", en: "1. Tell the others\n   - Notify: port authority (phone)\n   - Escalate: 10 min → foreman\n   - Timer: every 30 min status\n",
			wantJA: "==対応 | 1 知らせる {form item} {tell 港湾管理者 電話} {every 30m0s 状況報告} {escalate [{10m0s 班長}]}",
			wantEN: "==Response | 1 Tell the others {form item} {tell port authority phone} {every 30m0s status} {escalate [{10m0s foreman}]}"},
		{rule: "14 own words and jumps", ja: "1. どの色か？\n   - 青: 手順2へ\n   - 赤: 終了\n2. 待つ\n", en: "1. Which colour?\n   - Blue: go to step 2\n   - Red: End\n2. Wait\n",
			wantJA: "==対応 | 1 どの色か？ {form item} {answers どの色か？ 青=1.2,赤=end} | 2 待つ {form item}",
			wantEN: "==Response | 1 Which colour? {form item} {answers Which colour? Blue=1.2,Red=end} | 2 Wait {form item}"},
		{rule: "14 a label", ja: "1. 見る\n   - 判断: 戻すか\n     - 可: 戻す\n     - 否: 待つ\n", en: "1. Look\n   - Decision: restore it?\n     - OK: restore\n     - NG: wait\n",
			wantJA: "==対応 | 1 見る {form item} {answers 戻すか 可=on,否=on}",
			wantEN: "==Response | 1 Look {form item} {answers restore it? OK=on,NG=on}"},
		{rule: "14 a label without answers", ja: "1. 見る\n\n   判断: 戻すか\n", en: "1. Look\n\n   Decision: restore it?\n",
			wantJA: "==対応 | 1 見る {form item} {answers 戻すか はい=on,いいえ=on}",
			wantEN: "==Response | 1 Look {form item} {answers restore it? Yes=on,No=on}"},
		{rule: "14 a lone condition", ja: "1. 煙が出た場合は離れる\n", en: "1. If there is smoke, leave\n",
			wantJA: "==対応 | 1 煙が出た場合は離れる {form item} {if 煙が出た場合は}",
			wantEN: "==Response | 1 If there is smoke, leave {form item} {if If there is smoke}"},
		{rule: "15 quotes and alerts", ja: "> 線は青い\n\n1. 線を抜く\n\n> [!WARNING]\n> 熱い\n", en: "> The cable is blue\n\n1. Pull the cable\n\n> [!WARNING]\n> Hot\n",
			wantJA: "==対応 {note 線は青い} | 1 線を抜く {form item} {warning [!WARNING]⏎熱い}",
			wantEN: "==Response {note The cable is blue} | 1 Pull the cable {form item} {warning [!WARNING]⏎Hot}"},
		{rule: "15 admonitions", ja: "1. 線を抜く\n\n!!! warning\n    熱い\n\n2. 電話する\n\n::: danger\n高い\n:::\n", en: "1. Pull the cable\n\n!!! warning\n    Hot\n\n2. Call the duty manager\n\n::: danger\nHigh\n:::\n",
			wantJA: "==対応 | 1 線を抜く {form item} {warning !!! warning⏎熱い} | 2 電話する {form item} {warning ::: danger⏎高い⏎:::}",
			wantEN: "==Response | 1 Pull the cable {form item} {warning !!! warning⏎Hot} | 2 Call the duty manager {form item} {warning ::: danger⏎High⏎:::}"},
		{rule: "15 lines", ja: "1. 線を抜く\n   - 注意: 熱い\n   - 警告: 高い\n   - 重要: 青い\n   - 備考: 西\n   - やってはいけない: 触る\n", en: "1. Pull the cable\n   - Warning: hot\n   - Note: high\n   - Important: blue\n   - Never: touch it\n",
			wantJA: "==対応 | 1 線を抜く {form item} {warning 注意: 熱い} {warning 警告: 高い} {warning 重要: 青い} {note 備考: 西} {forbidden 触る}",
			wantEN: "==Response | 1 Pull the cable {form item} {warning Warning: hot} {note Note: high} {warning Important: blue} {forbidden touch it}"},
		{rule: "15 lines in a row", ja: "注意: 熱い\n\n1. 線を抜く\n\n- 備考: 西\n\n警告: 高い\n", en: "Warning: hot\n\n1. Pull the cable\n\n- Note: west\n\nImportant: high\n",
			wantJA: "==対応 {warning 注意: 熱い} | 1 線を抜く {form item} {note 備考: 西} {warning 警告: 高い}",
			wantEN: "==Response {warning Warning: hot} | 1 Pull the cable {form item} {note Note: west} {warning Important: high}"},
		{rule: "15 a sentence and a list", ja: "1. 電源を切ってはいけない\n\n## 復旧\n\n禁止:\n\n- 電源を切る\n- 触る\n\n1. 線を抜く\n", en: "1. Do not switch off\n\n## Recovery\n\nDo not:\n\n- switch off\n- touch it\n\n1. Pull the cable\n",
			wantJA: "==対応 | 1 電源を切ってはいけない {form item} {forbidden 電源を切ってはいけない} | ==復旧 {kind recover} {prohibition 電源を切る} {prohibition 触る} | 1 線を抜く {form item}",
			wantEN: "==Response | 1 Do not switch off {form item} {forbidden Do not switch off} | ==Recovery {kind recover} {prohibition switch off} {prohibition touch it} | 1 Pull the cable {form item}"},
		{rule: "7 streams below one heading", ja: "調査の流れ\n担当: 電気\n\n- 線を抜く\n- 箱を開ける\n\n運用の流れ\n担当: 係長\n\n- 電話する\n- 門を閉める\n", en: "Investigation\nOwner: electrician\n\n- Pull the cable\n- Open the box\n\nOperations\nOwner: foreman\n\n- Call the duty manager\n- Close the gate\n",
			wantJA: "==対応 {by 電気} | 線を抜く {form item} {by 電気} | 箱を開ける {form item} {by 電気} | 電話する {form item} {by 係長} | 門を閉める {form item} {by 係長}",
			wantEN: "==Response {by electrician} | Pull the cable {form item} {by electrician} | Open the box {form item} {by electrician} | Call the duty manager {form item} {by foreman} | Close the gate {form item} {by foreman}"},
		{rule: "15 said whole", whole: true, ja: "## 対応\n\n目的: 電気を戻す\n禁止: 触る\n\n1. 線を抜く\n\n## 復旧\n\n門で待つ。電源を切ることは禁止です。\n\n1. 線を戻す\n\n## 立入禁止区域の設定\n\n次のことは禁止です。\n\n- 触る\n\n1. 柵を置く\n", en: "## Response\n\nPurpose: restore power\nDo not: touch it\n\n1. Pull the cable\n\n## Recovery\n\nStay calm.\nOwner: guard\n\n1. Put it back\n\n## Call\n\nOwner: guard\nStay calm.\n\n1. Call\n",
			wantJA: "==対応 {purpose 電気を戻す} {prohibition 触る} | 1 線を抜く {form item} | ==復旧 {kind recover} | 1 線を戻す {form item} | ==立入禁止区域の設定 {prohibition 触る} | 1 柵を置く {form item}",
			wantEN: "==Response {purpose restore power} {prohibition touch it} | 1 Pull the cable {form item} | ==Recovery {kind recover} {by guard} | 1 Put it back {form item} {by guard} | ==Call {by guard} | 1 Call {form item} {by guard}"},
		{rule: "15 notes of the page", whole: true, ja: "> [!CAUTION]\n> 熱い\n\n## やってはいけないこと\n\n- 触る\n\n## 対応\n\n1. 線を抜く\n", en: "> [!CAUTION]\n> Hot\n\n## Do not\n\n- touch it\n\n## Response\n\n1. Pull the cable\n",
			wantJA: "==対応 | 1 線を抜く {form item} {warning [!CAUTION]⏎熱い} {prohibition 触る}",
			wantEN: "==Response | 1 Pull the cable {form item} {warning [!CAUTION]⏎Hot} {prohibition touch it}"},
		{rule: "18 marks", ja: "（1）線を抜く\n（2）電話する\n\n## 復旧\n\n１．線を戻す\n２．書く\n\n## 復旧3\n\n・線を戻す\n・書く\n\n## 復旧4\n\n□線を戻す\n□書く\n\n## 復旧5\n\n-「線」を戻す\n-「紙」に書く\n", en: "① Pull the cable\n② Call the duty manager\n\n## Recovery\n\n1.) Put it back\n2.) Write it down\n\n## Recovery 2\n\n□ Put it back\n□ Write it down\n\n## Recovery 3\n\n• Put it back\n• Write it down\n",
			wantJA: "==対応 | 1 線を抜く {form item} | 2 電話する {form item} | ==復旧 {kind recover} | 1 線を戻す {form item} | 2 書く {form item} | ==復旧3 {kind recover} | 線を戻す {form item} | 書く {form item} | ==復旧4 {kind recover} | 線を戻す {form task} | 書く {form task} | ==復旧5 {kind recover} | 「線」を戻す {form item} | 「紙」に書く {form item}",
			wantEN: "==Response | 1 Pull the cable {form item} | 2 Call the duty manager {form item} | ==Recovery {kind recover} | 1 Put it back {form item} | 2 Write it down {form item} | ==Recovery 2 {kind recover} | Put it back {form task} | Write it down {form task} | ==Recovery 3 {kind recover} | Put it back {form item} | Write it down {form item}"},
		{rule: "18 one mark", ja: "①線の様子\nそのほか\n\n1. 線を抜く\n", en: "(1) The cable\nand the rest\n\n1. Pull the cable\n",
			wantJA: "==対応 | 1 線を抜く {form item}",
			wantEN: "==Response | 1 Pull the cable {form item}"},
		{rule: "19 figures, commands, samples", ja: "1. 線を抜く\n\n```\n西 ↓ 東\n├ 北\n```\n\n```bash\nping tos\n```\n\n```json\n{}\n```\n", en: "1. Pull the cable\n\n```\nwest ↓ east\n├ north\n```\n\n```bash\nping tos\n```\n\n```json\n{}\n```\n",
			wantJA: "==対応 | 1 線を抜く {form item} {code bash ping tos} {code json {}} {figure 西 ↓ 東⏎├ 北}",
			wantEN: "==Response | 1 Pull the cable {form item} {code bash ping tos} {code json {}} {figure west ↓ east⏎├ north}"},
		{rule: "19 too few list lines", ja: "1. 線を抜く\n\n```\n西の港\n東の港\n南の港\n- 青\n- 赤\n- 黄\n```\n", en: "1. Pull the cable\n\n```\nwest port\neast port\nsouth port\n- blue\n- red\n- yellow\n```\n",
			wantJA: "==対応 | 1 線を抜く {form item} {code  西の港⏎東の港⏎南の港⏎- 青⏎- 赤⏎- 黄}",
			wantEN: "==Response | 1 Pull the cable {form item} {code  west port⏎east port⏎south port⏎- blue⏎- red⏎- yellow}"},
		{rule: "19 six of ten", ja: "```\n朝の当番\n夜の当番\n- 線を抜く\n- 門を閉める\n- 灯を消す\n```\n", en: "```\nday shift\nnight shift\n- Pull the cable\n- Close the gate\n- Turn off the lamp\n```\n",
			wantJA: "==対応 | 線を抜く {form code} | 門を閉める {form code} | 灯を消す {form code}",
			wantEN: "==Response | Pull the cable {form code} | Close the gate {form code} | Turn off the lamp {form code}"},
		{rule: "19 a fence in a language", ja: "1. 線を抜く\n\n```yaml\n- 青\n- 赤\n- 黄\n```\n", en: "1. Pull the cable\n\n```yaml\n- blue\n- red\n- yellow\n```\n",
			wantJA: "==対応 | 1 線を抜く {form item} {code yaml - 青⏎- 赤⏎- 黄}",
			wantEN: "==Response | 1 Pull the cable {form item} {code yaml - blue⏎- red⏎- yellow}"},
	}
}

// TestReadingRulesInBothLanguages holds every reading rule, and each part of it,
// to the same result in Japanese and in English.
func TestReadingRulesInBothLanguages(t *testing.T) {
	for _, x := range readingRules() {
		t.Run(x.rule, func(t *testing.T) { checkRule(t, x) })
	}
	for _, x := range ruleParts() {
		t.Run(x.rule, func(t *testing.T) {
			ja, en := "# 停電\n\n", "# Power cut\n\n"
			if !x.whole {
				ja, en = ja+"## 対応\n\n", en+"## Response\n\n"
			}
			for _, v := range [][2]string{{ja + x.ja, x.wantJA}, {en + x.en, x.wantEN}} {
				rb, err := Read("x.md", []byte(v[0]), Options{})
				if err != nil {
					t.Fatal(err)
				}
				if got := details(rb); got != v[1] {
					t.Errorf("read as\n%s\nwant\n%s", got, v[1])
				}
			}
		})
	}
}

// details tells on one line what was read: phases after ==, steps after |, and
// whatever stands with them in braces.
func details(rb *Runbook) string {
	var out []string
	for i := range rb.Phases {
		p := &rb.Phases[i]
		out = append(out, "=="+p.Title+said("purpose", p.Purpose)+said("kind", strings.TrimPrefix(p.Kind, "action"))+said("by", strings.Join(p.Owner, ","))+notes(p.Notes)+choices(p.Choices))
		for j := range p.Steps {
			out = append(out, stepDetails(&p.Steps[j]))
		}
	}
	return strings.Join(out, " | ") + notes(rb.Notes)
}

func stepDetails(s *Step) string {
	d := strings.TrimSpace(s.Number + " " + s.Title)
	d += said("form", s.Form) + said("by", strings.Join(s.Owner, ",")) + said("if", s.Condition)
	if s.Due != nil {
		d += said("due", s.Due.After.String())
	}
	d += subs(s.SubSteps) + notes(s.Notes) + choices(s.Choices)
	for _, x := range s.Forbidden {
		d += said("forbidden", x)
	}
	for _, x := range s.Commands {
		d += said("code", x.Lang+" "+x.Text)
	}
	for _, x := range s.Figures {
		d += said("figure", x)
	}
	for _, x := range s.Notify {
		d += said("tell", x.To+" "+x.Channel)
	}
	for _, x := range s.Timers {
		d += said("every", x.Every.String()+" "+x.Text)
	}
	if s.Escalate != nil {
		d += said("escalate", fmt.Sprint(s.Escalate.Levels))
	}
	if s.Decision != nil {
		d += choices([]Decision{*s.Decision})
	}
	return d
}

func said(what, value string) string {
	if value == "" {
		return ""
	}
	return " {" + what + " " + strings.ReplaceAll(value, "\n", "⏎") + "}"
}

func notes(all []Note) string {
	d := ""
	for _, n := range all {
		d += said(n.Kind, n.Text)
	}
	return d
}

func subs(all []SubStep) string {
	d := ""
	for _, s := range all {
		box := map[bool]string{true: "[ ] "}[s.Task]
		d += " /" + box + s.Title
		if len(s.Subs) > 0 {
			d += " (" + subs(s.Subs) + " )"
		}
	}
	return d
}

func choices(all []Decision) string {
	d := ""
	for _, c := range all {
		var leads []string
		for _, b := range c.Branches {
			leads = append(leads, b.Label+"="+led(b.To))
		}
		d += said(c.Form, c.Question+" "+strings.Join(leads, ","))
	}
	return d
}
