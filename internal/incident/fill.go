package incident

import (
	"fmt"
	"regexp"
	"strings"
	"time"
)

// Unknown is what stands where a fact is not known; it is never left blank and
// never invented (DOMAIN part c).
const Unknown = "不明（調査中）"

var variable = regexp.MustCompile(`\{\{\s*([^{}]+?)\s*\}\}`)

// fillNotice writes subject and body of a notice: from a wording of a runbook
// in the incident, else from the built-in first report.
func (c *call) fillNotice(dest string, no int, template string) (subject, body string) {
	d, _ := c.site.Directory.Destination(dest)
	title := c.text(c.s.TitleSeq)["title"]
	subject = fmt.Sprintf("【%s】%s（%s）", reportNo(no), title, c.site.Name)
	if d.Kind == "expert" {
		subject = fmt.Sprintf("【相談】%s（%s）", title, c.site.Name)
	}
	body = c.wording(template)
	if body == "" {
		body = builtIn
		if d.Kind == "expert" {
			body = builtInExpert
		}
	}
	vars := c.variables(no)
	vars["宛先"] = d.Name
	body = variable.ReplaceAllStringFunc(body, func(m string) string {
		key := variable.FindStringSubmatch(m)[1]
		if v := vars[key]; v != "" {
			return v
		}
		return Unknown
	})
	return subject, Clean(body)
}

func reportNo(no int) string {
	if no <= 1 {
		return "第一報"
	}
	return fmt.Sprintf("続報%d", no-1)
}

// wording finds a message text in the runbooks of the incident.
func (c *call) wording(name string) string {
	if name == "" {
		return ""
	}
	for _, r := range c.s.Runs {
		b := c.book(r.Hash)
		if b == nil {
			continue
		}
		for _, w := range b.Wordings {
			if w.Slug == name || w.Title == name || strings.TrimPrefix(name, "#") == w.Slug {
				return w.Text
			}
		}
	}
	return ""
}

const builtIn = `{{宛先}} 御中

{{報告の区分}}　{{案件番号}}　{{件名}}

1 発生（検知）日時: {{検知時刻}}
2 場所・対象システム: {{場所}}
3 概要: {{概要}}
4 サービスへの影響: {{影響}}
5 拡大の可能性: {{拡大}}
6 対応状況: {{状況}}
7 原因・侵入経路: {{原因}}
8 復旧の見込み: {{復旧見込み}}
9 他機関への連絡状況: {{連絡状況}}
10 次の報告: {{次報時刻}}

{{ターミナル名}}　連絡先 {{連絡先}}`

const builtInExpert = `{{ターミナル名}} です。次の事案について、初動の助言をお願いします。

案件: {{案件番号}} {{件名}}
検知: {{検知時刻}}
影響: {{影響}}
状況: {{状況}}
わかっていること: {{概要}}
わからないこと: 侵入経路、暗号化の範囲、復旧の見込み

折り返しの連絡先 {{連絡先}}`

// variables are the facts known now, as words. What is missing is not in the map.
func (c *call) variables(no int) map[string]string {
	t := c.text(c.s.TitleSeq)
	first := c.text(max(c.s.ReportSeq, 1))
	declared := c.text(c.s.DeclareSeq)
	words := pick(declared["words"], first["words"])
	v := map[string]string{
		"件名": t["title"], "incident.title": t["title"], "案件番号": c.s.ID, "incident.id": c.s.ID,
		"報告の区分": reportNo(no), "ターミナル名": c.site.Name, "連絡先": c.site.Phone,
		"場所": pick(first["place"], declared["place"]), "概要": pick(words, t["title"]),
		"影響": impactWords(c.s.Impact), "状況": c.situation(), "連絡状況": c.contacts(),
	}
	if at := c.s.Times.Occurred; !at.IsZero() {
		v["発生時刻"] = c.longTime(at)
	} // else it is not known: when somebody noticed is not when it happened
	if at := c.s.Times.Detected; !at.IsZero() {
		v["検知時刻"] = c.longTime(at)
	}
	if at := c.s.Times.Declared; !at.IsZero() {
		v["宣言時刻"] = c.longTime(at)
	}
	if words := c.etaWords(); words != "" {
		v["復旧見込み"] = words
	}
	if at := c.s.Cadence.Next; !at.IsZero() {
		v["次報時刻"] = c.longTime(at)
	}
	return v
}

func pick(values ...string) string {
	for _, v := range values {
		if v != "" {
			return v
		}
	}
	return ""
}

var weekdays = []string{"日", "月", "火", "水", "木", "金", "土"} //nolint:gochecknoglobals // fixed words

// longTime writes a moment for a letter: date, weekday, time and zone.
func (c *call) longTime(t time.Time) string {
	l := t.In(c.site.Zone)
	return fmt.Sprintf("%s(%s) %s", l.Format("2006年1月2日"), weekdays[l.Weekday()], l.Format("15:04 MST"))
}

func impactWords(in []string) string {
	names := map[string]string{"gate": "ゲート", "vessel": "本船荷役", "yard": "ヤード", "none": "なし"}
	var out []string
	for _, k := range in {
		if n := names[k]; n != "" {
			out = append(out, n)
		}
	}
	return strings.Join(out, "、")
}

func (c *call) contacts() string {
	var out []string
	for _, n := range c.s.Notices {
		if n.State == NoticeSent {
			if d, ok := c.site.Directory.Destination(n.Dest); ok {
				out = append(out, d.Name+" "+c.clock(n.Done))
			}
		}
	}
	return strings.Join(out, "、")
}
