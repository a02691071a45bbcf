package paper

import (
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"irbot/internal/chat"
	"irbot/internal/pdf"
)

// Kept tells where things are that a fresh machine needs, in words; never a
// secret. What is empty is filled in by hand.
type Kept struct {
	Copies  []string // places of copies
	Anchors []string // places of checkpoints
	Key     string   // fingerprint of the public key, as it is read out
}

// BreakGlass writes the page that is kept on paper for the day the machine is
// gone: where everything is, and how to go on with a fresh laptop. As PDF it is
// one page. Errors are those of the font, the page and w.
func (p Press) BreakGlass(w io.Writer, format string, kept Kept) error {
	g := p.glass(kept)
	if format == PDF {
		return g.pdf(w, p.Lang == chat.EN, p.At)
	}
	return draw(w, "breakglass.html", g)
}

func (p Press) glass(kept Kept) breakGlass {
	return breakGlass{
		Lang: string(p.Lang), Site: p.site(), Made: p.day(),
		Title: p.say("非常時の手引き: 新しいPCで再開する", "Break glass: go on with a fresh laptop"),
		Lead: p.say("この紙は、控えの媒体とも合言葉とも別の、鍵のかかる場所に置きます。合言葉は書きません。",
			"Keep this sheet locked away, apart from the copy and apart from the passphrase. Never write the passphrase on it."),
		Printed: p.say("印刷日", "Printed"), Places: p.glassPlaces(kept), Parts: []glassPart{p.glassSteps(), p.glassTrouble()},
	}
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
	s := pdf.SheetDoc{Setup: pdf.Setup{Title: g.Title, Head: g.Site, Foot: g.Printed + " " + g.Made, TLP: confidential, English: english, At: at}, First: 150} // the places need the room: it is one page
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
func (p Press) glassPlaces(kept Kept) [][2]string {
	return [][2]string{
		{p.say("当直の電話", "Duty phone"), p.Site.Phone},
		{p.say("irbot の実行ファイル（USB）の場所", "Program (USB stick)"), ""},
		{p.say("最新の控えの場所", "Newest copy"), p.joined(kept.Copies)},
		{p.say("合言葉、または age の秘密鍵の場所", "Passphrase or age key"), ""},
		{p.say("外の控え（アンカー）の場所", "Anchors"), p.few(kept.Anchors)},
		{p.say("公開鍵の指紋（電話で読み合わせる）", "Key fingerprint (by phone)"), kept.Key},
	}
}

// glassMost is how many places for anchors are named: one is enough to compare,
// the sheet is one page, and the configuration in the copy has them all.
const glassMost = 3

func (p Press) few(places []string) string {
	if more := len(places) - glassMost; more > 0 {
		places = append(places[:glassMost:glassMost], p.say(fmt.Sprintf("ほか%dか所は控えの中の config.yaml に", more), fmt.Sprintf("%d more in config.yaml, in the copy", more)))
	}
	return p.joined(places)
}

func (p Press) glassSteps() glassPart {
	return glassPart{Head: p.say("再開する", "Going on"), Ordered: true, Items: []glassItem{
		{Strong: p.say("元の機器の電源は切らない。", "Do not switch the old machine off."), Text: p.say("ネットワークから外し、触らない（証拠です）。", "Off the network, leave it alone: it is evidence.")},
		{
			Text: p.say("新しいPCの空のフォルダへ戻す。検証も行われます。", "On the fresh laptop, restore into an empty folder; it is verified on the way."),
			Code: "irbot restore --into irbot-new " + p.say("控え", "COPY") + ".irbot.age --passphrase-file phrase.txt",
			More: []glassItem{{Text: p.say("合言葉のファイルは、合言葉を一行だけ書いて自分で作ります。age の鍵なら --identity。", "Make the file yourself with the passphrase on one line. With an age key: --identity.")}},
		},
		{Text: p.say("「起動の前に直すこと」に出た秘密のファイル（メール、Slack、合言葉）を元の場所に置く。なければ config.yaml のその行を空にする。", "Put back the secret files it lists (mail, Slack, passphrase), or empty those lines of config.yaml.")},
		{Text: p.say("起動する。記録はすぐ使えますが、まだ何も送りません。", "Start it. Acts are recorded at once; nothing is sent yet."), Code: "cd irbot-new; irbot serve"},
		{
			Text: p.say("元の irbot が動いていないことを人が確かめてから、送信を始める。", "When a person has seen that the original does not run, let it send."), Code: "irbot restore --confirm",
			More: []glassItem{{
				Text: p.say("外の控えの方が新しいと断られます。失われたと認めるときだけ:", "It is refused where anchors are newer than the copy. Only if those entries are lost:"),
				Code: `irbot restore --confirm --accept-loss --reason "` + p.say("誰が、なぜ", "who, why") + `"`,
			}},
		},
		{Text: p.say("確かめ、控えを取り直す。その間の出来事は紙から入力する。", "Check, then copy again. Enter what happened meanwhile from paper."), Code: "irbot doctor; irbot anchor now; irbot backup now"},
	}}
}

func (p Press) glassTrouble() glassPart {
	return glassPart{Head: p.say("うまくいかないとき", "If it does not work"), Items: []glassItem{
		{Text: p.say("まず紙の手順書とホワイトボードで続ける。記録は後から入力できる。", "Go on with paper first; the record can be entered later.")},
		{Text: p.say("控えを開けない: 一つ前の世代を使う。", "A copy does not open: use the generation before.")},
		{Text: p.say("「操作用の表だけが違う」:", "“Only operational tables differ”:"), Code: "irbot verify --rebuild"},
		{Text: p.say("署名の鍵 site.key がない: そのまま起動できる。新しい指紋を関係先へ電話で伝える。", "The key site.key is missing: it starts all the same. Tell the new fingerprint by phone.")},
	}}
}
