package main

import (
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"irbot/internal/chat"
	"irbot/internal/config"
	"irbot/internal/pdf"
)

// breakGlassName is what to print: the page for going on with a fresh laptop.
const breakGlassName = "break-glass"

// printBreakGlass makes the page that is kept on paper for the day the machine
// is gone. It holds places and a fingerprint, never a secret.
func (c *cli) printBreakGlass(p paper) error {
	cfg, err := c.loadOrSample()
	if err != nil {
		return err
	}
	now := time.Now()
	g := breakGlass{
		Lang: string(c.lang), Site: c.say(cfg.Site.Name, cfg.Site.NameEN), Made: now.In(cfg.Site.Zone).Format("2006-01-02"),
		Title: c.say("非常時の手引き: 新しいPCで再開する", "Break glass: go on with a fresh laptop"),
		Lead: c.say("この紙は、控えの媒体とも合言葉とも別の、鍵のかかる場所に置きます。合言葉は書きません。",
			"Keep this sheet locked away, apart from the copy and apart from the passphrase. Never write the passphrase on it."),
		Printed: c.say("印刷日", "Printed"), Places: c.glassPlaces(cfg), Parts: []glassPart{c.glassSteps(), c.glassTrouble()},
	}
	p = p.called("irbot-break-glass")
	if p.format == "pdf" {
		return c.writeSheet(p.out, func(w io.Writer) error { return g.pdf(w, c.lang == chat.EN, now) })
	}
	return c.writeSheet(p.out, func(w io.Writer) error { return drawSheet(w, "breakglass.html", g) })
}

// breakGlass is the page, once for the browser and once for the PDF.
type breakGlass struct {
	Lang, Site, Made, Title, Lead, Printed string
	Places                                 [][2]string
	Parts                                  []glassPart
}

type glassPart struct {
	Head    string
	Ordered bool
	Items   []glassItem
}

// glassItem is a sentence, its strong beginning first, and what to type; more
// sentences with commands may follow.
type glassItem struct {
	Strong, Text, Code string
	More               []glassItem
}

func (g breakGlass) pdf(w io.Writer, english bool, at time.Time) error {
	s := pdf.SheetDoc{Setup: pdf.Setup{Title: g.Title, Head: g.Site, Foot: g.Printed + " " + g.Made, TLP: "AMBER", English: english, At: at}, First: 150} // the places need the room: it is one page
	where := pdf.SheetPart{Head: g.Lead, Cols: []string{"", ""}}
	for _, p := range g.Places {
		where.Rows = append(where.Rows, []string{p[0], p[1]})
	}
	s.Parts = append(s.Parts, where)
	for _, p := range g.Parts {
		part := pdf.SheetPart{Head: p.Head}
		for i, it := range p.Items {
			mark := "・"
			if p.Ordered {
				mark = strconv.Itoa(i+1) + ". "
			}
			part.Lines = append(part.Lines, it.lines(mark)...)
		}
		s.Parts = append(s.Parts, part)
	}
	return pdf.Sheet(w, s)
}

// glassLine is how many columns of a terminal fit on a line of the sheet: what to
// type stands behind its sentence there, so that the guide stays one page.
const glassLine = 98

func (it glassItem) lines(mark string) []string {
	out := []string{mark + strings.TrimSpace(it.Strong+" "+it.Text)}
	switch one := out[0] + "　> " + it.Code; {
	case it.Code == "":
	case chat.Columns(one) <= glassLine:
		out[0] = one
	default:
		out = append(out, "　　> "+it.Code)
	}
	for _, m := range it.More {
		out = append(out, m.lines("　　")...)
	}
	return out
}

// glassPlaces are the rows to be filled in by hand or known already.
func (c *cli) glassPlaces(cfg *config.Config) [][2]string {
	var copies []string
	if cfg.Backup.Folder != "" {
		copies = append(copies, cfg.Backup.Folder)
	}
	copies = append(copies, placesOf(cfg.Backup.Second)...)
	key := ""
	if keys, err := folderKeys(cfg.Data); err == nil {
		key = strings.ToUpper(keys.Fingerprint())
	}
	return [][2]string{
		{c.say("当直の電話", "Duty phone"), cfg.Site.DutyPhone},
		{c.say("irbot の実行ファイル（USB）の場所", "Program (USB stick)"), ""},
		{c.say("最新の控えの場所", "Newest copy"), c.joined(copies)},
		{c.say("合言葉、または age の秘密鍵の場所", "Passphrase or age key"), ""},
		{c.say("外の控え（アンカー）の場所", "Anchors"), c.few(placesOf(cfg.Anchors.Places))},
		{c.say("公開鍵の指紋（電話で読み合わせる）", "Key fingerprint (by phone)"), key},
	}
}

// glassMost is how many places for anchors are named: one is enough to compare,
// the sheet is one page, and the configuration in the copy has them all.
const glassMost = 3

func (c *cli) few(places []string) string {
	if more := len(places) - glassMost; more > 0 {
		places = append(places[:glassMost:glassMost], c.say(fmt.Sprintf("ほか%dか所は控えの中の config.yaml に", more), fmt.Sprintf("%d more in config.yaml, in the copy", more)))
	}
	return c.joined(places)
}

func (c *cli) glassSteps() glassPart {
	return glassPart{Head: c.say("再開する", "Going on"), Ordered: true, Items: []glassItem{
		{Strong: c.say("元の機器の電源は切らない。", "Do not switch the old machine off."), Text: c.say("ネットワークから外し、触らない（証拠です）。", "Off the network, leave it alone: it is evidence.")},
		{
			Text: c.say("新しいPCの空のフォルダへ戻す。検証も行われます。", "On the fresh laptop, restore into an empty folder; it is verified on the way."),
			Code: "irbot restore --into irbot-new " + c.say("控え", "COPY") + ".irbot.age --passphrase-file phrase.txt",
			More: []glassItem{{Text: c.say("合言葉のファイルは、合言葉を一行だけ書いて自分で作ります。age の鍵なら --identity。", "Make the file yourself with the passphrase on one line. With an age key: --identity.")}},
		},
		{Text: c.say("「起動の前に直すこと」に出た秘密のファイル（メール、Slack、合言葉）を元の場所に置く。なければ config.yaml のその行を空にする。", "Put back the secret files it lists (mail, Slack, passphrase), or empty those lines of config.yaml.")},
		{Text: c.say("起動する。記録はすぐ使えますが、まだ何も送りません。", "Start it. Acts are recorded at once; nothing is sent yet."), Code: "cd irbot-new; irbot serve"},
		{
			Text: c.say("元の irbot が動いていないことを人が確かめてから、送信を始める。", "When a person has seen that the original does not run, let it send."), Code: "irbot restore --confirm",
			More: []glassItem{{
				Text: c.say("外の控えの方が新しいと断られます。失われたと認めるときだけ:", "It is refused where anchors are newer than the copy. Only if those entries are lost:"),
				Code: `irbot restore --confirm --accept-loss --reason "` + c.say("誰が、なぜ", "who, why") + `"`,
			}},
		},
		{Text: c.say("確かめ、控えを取り直す。その間の出来事は紙から入力する。", "Check, then copy again. Enter what happened meanwhile from paper."), Code: "irbot doctor; irbot anchor now; irbot backup now"},
	}}
}

func (c *cli) glassTrouble() glassPart {
	return glassPart{Head: c.say("うまくいかないとき", "If it does not work"), Items: []glassItem{
		{Text: c.say("まず紙の手順書とホワイトボードで続ける。記録は後から入力できる。", "Go on with paper first; the record can be entered later.")},
		{Text: c.say("控えを開けない: 一つ前の世代を使う。", "A copy does not open: use the generation before.")},
		{Text: c.say("「操作用の表だけが違う」:", "“Only operational tables differ”:"), Code: "irbot verify --rebuild"},
		{Text: c.say("署名の鍵 site.key がない: そのまま起動できる。新しい指紋を関係先へ電話で伝える。", "The key site.key is missing: it starts all the same. Tell the new fingerprint by phone.")},
	}}
}

// placesOf says where each place is, without its secrets.
func placesOf(list []config.Place) []string {
	var out []string
	for _, p := range list {
		where := p.Folder
		switch p.Kind {
		case "s3":
			where = p.URL + " " + p.Bucket + "/" + p.Prefix
		case "tsa":
			where = p.URL
		case "syslog":
			where = p.Address
		case "mail":
			where = p.To
		}
		out = append(out, strings.TrimSpace(p.ID+" ("+p.Kind+") "+where))
	}
	return out
}
