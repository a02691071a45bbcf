package export_test

import (
	"context"
	"strings"
	"time"

	"irbot/internal/incident"
	"irbot/internal/timeline"
)

// nasty is what chat and attackers write.
func nasty() []string {
	return []string{
		"𠮷田さんから🚨連絡 👨‍👩‍👧 ⚠️", "辻󠄀 葛󠄁 か\u3099 e\u0301", "\u202eevil\u202c \u200b \x1b[31mred", "שלום עולם مرحبا بالعالم",
		"=HYPERLINK(\"http://evil.example/\",\"x\")", "+1+cmd|' /C calc'!A0", "-2+3", "@SUM(A1:A9)", "\t=1", "＝1",
		"<script>alert(1)</script><img src=x onerror=alert(1)>", "<!channel> <@U012345> <https://evil.example|safe> &amp;", "[a](javascript:alert(1)) ![x](http://evil.example/x.png)",
		strings.Repeat("長", 300), strings.Repeat("supercalifragilistic", 30), "https://evil.example/" + strings.Repeat("path/", 40) + "?a=1&b=2",
		"一行目\r\n二行目\r三行目\u2028四行目", "(Tj) \\ ) ( <</Type/Page>> endobj", "{{.}} ${x} $(reboot) `id` '; DROP TABLE entry; --", "第3ゲート停止、トラック60台が滞留。誘導員を2名追加した。",
	}
}

// fill adds notes in one go, some of them late, corrected, important or open.
func (m *morning) fill(n int) {
	m.t.Helper()
	list := nasty()
	head, err := m.store.Head(context.Background(), "IR-1")
	if err != nil {
		m.t.Fatal(err)
	}
	now := m.wall()
	_, err = m.store.Update(context.Background(), incident.Target{Incident: "IR-1", Now: now}, func(*incident.Incident) (incident.Change, error) {
		var c incident.Change
		for i := range n {
			d := timeline.Draft{Kind: incident.KindNote, Actor: "ito", HappenedAt: now.Add(time.Duration(i-n) * time.Minute), Text: timeline.Text{
				"text": list[i%len(list)], "from": "第3ゲート", "to": "当直", "result": list[(i*7)%6], "actor_name": "伊藤 翔",
			}}
			facts := map[string]any{"important": i%9 == 3, "open": i%11 == 5}
			if i%13 == 7 {
				d.HappenedAt = now.Add(-time.Duration(n+i) * time.Minute)
			}
			if i%17 == 9 {
				facts["corrects"] = head.Seq + int64(i)
			}
			d.Facts = facts
			c.Entries = append(c.Entries, d)
		}
		return c, nil
	})
	if err != nil {
		m.t.Fatal(err)
	}
}
