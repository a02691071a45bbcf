package directory

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"irbot/internal/notify"
	"irbot/internal/problem"
	"irbot/internal/strictyaml"
)

// The kinds of destination.
const (
	KindAuthority = "authority"
	KindExpert    = "expert"
	KindPolice    = "police"
	KindPartner   = "partner"
	KindInsurer   = "insurer"
	KindInternal  = "internal"
	KindPublic    = "public"
)

// Kinds lists every kind of destination.
func Kinds() []string {
	return []string{KindAuthority, KindExpert, KindPolice, KindPartner, KindInsurer, KindInternal, KindPublic}
}

// Labels lists the Traffic Light Protocol labels (FIRST, TLP 2.0), from the
// narrowest to the widest.
func Labels() []string {
	return []string{"TLP:RED", "TLP:AMBER+STRICT", "TLP:AMBER", "TLP:GREEN", "TLP:CLEAR"}
}

// Label reads a TLP label written with or without "TLP:", in any case. An
// empty text is TLP:AMBER, the label for "the organisation and its clients".
func Label(s string) (string, bool) {
	s = strings.ToUpper(strings.TrimSpace(s))
	if s == "" {
		return "TLP:AMBER", true
	}
	if !strings.HasPrefix(s, "TLP:") {
		s = "TLP:" + s
	}
	return s, slices.Contains(Labels(), s)
}

// Allows tells whether something marked `label` may go to somebody whose
// ceiling is `ceiling`: the ceiling is the most restricted label they may see.
// Unknown labels allow nothing.
func Allows(ceiling, label string) bool {
	c, okC := Label(ceiling)
	l, okL := Label(label)
	return okC && okL && slices.Index(Labels(), l) >= slices.Index(Labels(), c)
}

var (
	idForm     = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$`)
	mailForm   = regexp.MustCompile(`^[A-Za-z0-9.!#$%&'*+/=?^_{|}~-]+@[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*$`)
	numberForm = regexp.MustCompile(`^\+?[0-9][0-9() #*,-]{1,30}$`)
	slackForm  = regexp.MustCompile(`^[UWCDG][A-Z0-9]{2,30}$`)
	hookForm   = regexp.MustCompile(`^([A-Za-z0-9][A-Za-z0-9._-]{0,63}|https?://[!-~]+)$`)
)

type checker struct {
	doc      *strictyaml.Doc
	problems []problem.Problem
}

func (c *checker) add(at string, what, why, fix problem.Words) {
	c.problems = append(c.problems, problem.Problem{
		File: c.doc.File, Line: c.doc.Line(at), Key: at, What: what, Why: why, Fix: fix,
	})
}

func (c *checker) id(at, id, name string) {
	if !idForm.MatchString(id) {
		c.add(at+".id",
			problem.Say("ID「%s」は使えません", "the id %q cannot be used", id),
			problem.Say("ID は記録に残る印で、半角の英数字と . _ - だけ（64字まで）が使えます", "ids go into the record: letters, digits and . _ - only, up to 64, beginning with a letter or digit"),
			problem.Say("sato、mlit-kyoku のような ID にし、日本語は name: に書いてください", "use an id such as sato or mlit-bureau; the Japanese goes into name:"))
	}
	if strings.TrimSpace(name) == "" {
		c.add(at+".name",
			problem.Say("name（名前）がありません", "there is no name"),
			problem.Say("画面と通知にはこの名前が出ます", "it is what screens and notices show"),
			problem.Say("name: に日本語の名前を書いてください", "write the name under name:"))
	}
}

func (c *checker) lang(at, s string) string {
	switch s {
	case "":
		return "ja"
	case "ja", "en":
		return s
	}
	c.add(at,
		problem.Say("言語「%s」はありません", "there is no language %q", s),
		problem.Say("画面と通知の言葉は日本語と英語です", "screens and notices speak Japanese and English"),
		problem.Say("ja か en と書いてください", "write ja or en"))
	return "ja"
}

func (c *checker) tlp(at, s string) string {
	label, ok := Label(s)
	if !ok {
		c.add(at,
			problem.Say("TLP「%s」はありません", "there is no TLP label %q", s),
			problem.Say("共有してよい範囲が決められません", "how far a text may be shared would be undecided"),
			problem.Say("RED、AMBER+STRICT、AMBER、GREEN、CLEAR のどれかを書いてください", "write one of RED, AMBER+STRICT, AMBER, GREEN, CLEAR"))
	}
	return label
}

func (c *checker) kind(at, s string) {
	if slices.Contains(Kinds(), s) {
		return
	}
	fix := problem.Say("%s のどれかを書いてください", "write one of %s", strings.Join(Kinds(), ", "))
	if near := problem.Nearest(s, Kinds()); near != "" && s != "" {
		fix = problem.Say("「%s」のことですか", "did you mean %q?", near)
	}
	c.add(at,
		problem.Say("通知先の種別「%s」はありません", "there is no kind of destination %q", s),
		problem.Say("種別で承認と文面の決まりが変わります", "the kind decides which rules for approval and wording hold"), fix)
}

func (c *checker) slackID(at, s string) {
	if slackForm.MatchString(s) {
		return
	}
	c.add(at,
		problem.Say("Slack のメンバーID「%s」ではありません", "%q is not a Slack member id", s),
		problem.Say("表示名や @名前 では DM を送れません", "a display name or @name cannot be sent to"),
		problem.Say("Slack のプロフィール →「メンバーIDをコピー」で得られる U… を書いてください", "copy the member id (U…) from the Slack profile"))
}

func (c *checker) reach(at string, list []fileAddress) []Address {
	var out []Address
	for i, a := range list {
		here := fmt.Sprintf("%s[%d]", at, i)
		c.address(here, notify.Means(a.Means), a.To)
		out = append(out, Address{Means: notify.Means(a.Means), To: a.To, Charset: c.charset(here, a)})
	}
	return out
}

// charset reads the character set somebody asked for; mail alone has one.
func (c *checker) charset(at string, a fileAddress) string {
	switch set := strings.ToLower(a.Charset); {
	case set == "" || set == "utf-8":
		return ""
	case set == notify.ISO2022JP && a.Means == string(notify.Mail):
		return set
	}
	c.add(at+".charset",
		problem.Say("文字コード「%s」は使えません", "the character set %q cannot be used", a.Charset),
		problem.Say("選べるのはメールの宛先だけで、utf-8（既定）か iso-2022-jp です", "only mail addresses have one: utf-8 (the default) or iso-2022-jp"),
		problem.Say("charset: iso-2022-jp と書くか、この項目を消してください", "write charset: iso-2022-jp, or remove it"))
	return ""
}

func (c *checker) address(at string, m notify.Means, to string) {
	why := problem.Say("この宛先には届きません", "nothing would arrive there")
	switch m {
	case notify.Mail:
		if !mailForm.MatchString(to) || len(to) > 254 {
			c.add(at+".to", problem.Say("メールアドレス「%s」は使えません", "the mail address %q cannot be used", to), why,
				problem.Say("半角の英数字だけのアドレス（例: sato@example.jp）を、名前や < > を付けずに書いてください", "write a plain ASCII address such as sato@example.jp, without name or < >"))
		}
	case notify.SMS, notify.Voice, notify.Phone, notify.Fax:
		if !numberForm.MatchString(to) {
			c.add(at+".to", problem.Say("電話番号「%s」は使えません", "the number %q cannot be used", to), why,
				problem.Say("半角の数字とハイフンで書いてください（例: \"03-0000-0101\"、内線は #）", "write half-width digits and hyphens, e.g. \"03-0000-0101\""))
		}
	case notify.Slack:
		c.slackID(at+".to", to)
	case notify.Webhook:
		if !hookForm.MatchString(to) {
			c.add(at+".to", problem.Say("webhook の宛先「%s」は使えません", "the webhook target %q cannot be used", to), why,
				problem.Say("config.yaml の gateways の id を書いてください", "write the id of a gateway of config.yaml"))
		}
	default:
		c.add(at+".means",
			problem.Say("連絡手段「%s」はありません", "there is no means %q", string(m)),
			problem.Say("irbot が使える手段ではありません", "it is not a means irbot knows"),
			problem.Say("slack、mail、sms、voice、phone、fax、webhook のどれかを書いてください", "write one of slack, mail, sms, voice, phone, fax, webhook"))
	}
}
