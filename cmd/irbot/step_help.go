package main

import "irbot/internal/chat"

// stepExamples are lines to copy, the plain one first (UX 4.3).
func (c *cli) stepExamples(name string) string {
	short := "  irbot incident " + name + " 4"
	long := map[string]string{
		"done": " --value " + c.say("消灯", `"lamp is out"`), "confirm": " --value " + c.say("消灯", `"lamp is out"`),
		"block": " --reason " + c.say("鍵がない", `"no key"`), "unblock": " --note " + c.say("鍵が届いた", `"key arrived"`),
		"skip": " --reason " + c.say("予備機なし", `"no spare"`), "na": " --reason " + c.say("車両なし", `"no trucks"`), "reopen": " --reason " + c.say("ランプが再び点いた", `"lamp is on again"`),
	}[name]
	needed := name == "block" || name == "skip" || name == "reopen"
	first := short
	if needed {
		first += long
	}
	lines := [][2]string{
		{first, c.say("いま進行中の案件の手順4", "step 4 of the incident under way")},
		{"  irbot incident " + name + " IR-12 4" + long, c.say("案件を選ぶ", "choose the incident")},
		{first + " --at 0718", c.say("実際の時刻（後から入力）", "when it really was (entered later)")},
	}
	if long != "" && !needed {
		lines[1][1] = c.say("案件を選び、言葉を添える", "choose the incident and add words")
	}
	width, text := 0, ""
	for _, l := range lines {
		width = max(width, chat.Columns(l[0]))
	}
	for i, l := range lines {
		if i > 0 {
			text += "\n"
		}
		text += l[0] + pad(width-chat.Columns(l[0])+2) + l[1]
	}
	return text
}

// stepWords says what further words of a step are.
func (c *cli) stepWords(name string) string {
	switch name {
	case "done", "confirm":
		return c.say("見えている状態（手順書が求めるときは必須）", "what is seen (required where the runbook asks)")
	case "na":
		return c.say("当てはまらない理由", "why it does not apply")
	case "unblock":
		return c.say("どう解消したか", "how it was solved")
	}
	return c.say("理由（必須）", "why (required)")
}
