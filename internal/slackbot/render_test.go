package slackbot

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/slack-go/slack"
	"go.yaml.in/yaml/v3"

	"irbot/internal/chat"
)

var rewrite = flag.Bool("rewrite", false, "rewrite the golden files")

func actions(n int, menu bool) []chat.Action {
	var out []chat.Action
	for i := range n {
		out = append(out, chat.Action{ID: "step.done", Label: fmt.Sprintf("ボタン%d", i), Menu: menu, Value: "IR-12|r1/2.3|38"})
	}
	return out
}

func fixtures() map[string]chat.Card {
	return map[string]chat.Card{
		"step": {
			Key: "step/r1/2.3", Incident: "IR-12", Seq: 38, Tone: chat.ToneCurrent,
			Head: "いまの手順 4/14  [封じ込め]  担当: 伊藤 07:02から", Title: "TOSサーバーをネットワークから切り離す",
			Fields: []chat.Field{
				{Label: "完了の条件", Value: "スイッチ1番ポートのランプが消えている"}, {Label: "目標", Value: "07:20まで(残り 8分・07:12時点)"},
				{Label: "してはいけないこと", Value: "電源を切らない\nTOSサーバーに再接続しない", Tone: chat.ToneBlocked},
			},
			Body: []chat.Block{
				{Kind: chat.List, Text: "やること", Items: []string{"管理棟2階ラックA", "1番スイッチのケーブルを抜く\n- 電源は触らない"}},
				{Kind: chat.Code, Text: "show interface *1* <up>"}, {Kind: chat.Warn, Text: "二人で行う"},
			},
			Actions: []chat.Action{
				{ID: "step.done", Form: "step.done", Label: "完了", A11y: "手順4 TOSサーバーをネットワークから切り離す を完了", Style: chat.Primary, Value: "IR-12|r1/2.3|38"},
				{ID: "step.block", Form: "step.block", Label: "支障あり", Value: "IR-12|r1/2.3|38"},
				{ID: "step.skip", Form: "step.skip", Label: "見送る", Value: "IR-12|r1/2.3|38", Menu: true},
				{Label: "コンソールで見る", URL: "https://irbot.example.jp/i/IR-12"},
			},
			Footer: "次: 5 予備回線の確認(未担当)", Fallback: "【実事案】IR-12  手順4 TOSサーバーをネットワークから切り離す",
		},
		"closed":  {Head: "手順 4/14  [封じ込め]  完了 07:18 伊藤「消灯を確認」", Title: "TOSサーバーをネットワークから切り離す"},
		"hostile": {Head: "<!channel> *太字* & <@U123>", Title: "> 引用 _斜体_ `code` ~消~ <https://x.test|押して>", Body: []chat.Block{{Kind: chat.Quote, Text: "<!here> *そのまま*"}}, Fields: []chat.Field{{Label: "<b>", Value: "\u202egnp.exe\u0007"}}},
		"many":    {Head: "多い", Actions: append(actions(7, false), actions(6, true)...)},
	}
}

func TestGolden(t *testing.T) {
	for name, c := range fixtures() {
		d := draw(c)
		raw, err := json.MarshalIndent(map[string]any{"text": d.text, "blocks": d.blocks}, "", "  ")
		if err != nil {
			t.Fatal(err)
		}
		file := filepath.Join("testdata", "golden", name+".json")
		if *rewrite {
			if err := os.WriteFile(file, append(raw, '\n'), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(want), string(raw)+"\n"); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// TestLimits draws cards far beyond every limit of Block Kit.
func TestLimits(t *testing.T) {
	long := strings.Repeat("港湾<&>*_👩‍🚒 ", 3000)
	c := chat.Card{Head: long, Title: long, Footer: long, Fallback: long}
	for range 40 {
		c.Fields = append(c.Fields, chat.Field{Label: long[:300], Value: long[:3000]}, chat.Field{Label: "短い", Value: "値"})
		c.Body = append(c.Body, chat.Block{Kind: chat.List, Text: long, Items: []string{long, "a"}}, chat.Block{Kind: chat.Para, Text: long}, chat.Block{Kind: chat.Quote, Text: long})
		c.Actions = append(c.Actions, chat.Action{ID: "decision.make", Label: long, A11y: long, Value: strings.Repeat("v", 5000)}, chat.Action{ID: "m", Label: long, Value: strings.Repeat("v", 500), Menu: true})
	}
	d := draw(c)
	if n := utf8.RuneCountInString(d.text); n > 4000 {
		t.Errorf("text beside blocks has %d characters", n)
	}
	if len(d.blocks) > 50 {
		t.Errorf("%d blocks", len(d.blocks))
	}
	total := 0
	check := func(what, s string, limit int) {
		n := utf8.RuneCountInString(s)
		total += n
		if n == 0 || n > limit || !utf8.ValidString(s) {
			t.Errorf("%s has %d characters, at most %d allowed", what, n, limit)
		}
	}
	for _, b := range d.blocks {
		switch x := b.(type) {
		case *slack.HeaderBlock:
			check("header", x.Text.Text, 150)
		case *slack.SectionBlock:
			if x.Text != nil {
				check("section", x.Text.Text, 3000)
			}
			if len(x.Fields) > 10 {
				t.Errorf("%d fields", len(x.Fields))
			}
			for _, f := range x.Fields {
				check("field", f.Text, 2000)
			}
		case *slack.ActionBlock:
			if n := len(x.Elements.ElementSet); n > 6 {
				t.Errorf("%d elements", n)
			}
			for _, e := range x.Elements.ElementSet {
				switch y := e.(type) {
				case *slack.ButtonBlockElement:
					check("button", y.Text.Text, 75)
					check("value", y.Value, 2000)
					check("action id", y.ActionID, 255)
					check("accessibility label", y.AccessibilityLabel, 75)
				case *slack.OverflowBlockElement:
					if len(y.Options) > 5 {
						t.Errorf("%d options", len(y.Options))
					}
					for _, o := range y.Options {
						check("option", o.Text.Text, 75)
						check("option value", o.Value, 150)
					}
				}
			}
		}
	}
	if total > 13200+2*255+6*2200 {
		t.Errorf("%d characters in all blocks", total)
	}
}

func TestEscaping(t *testing.T) {
	for in, want := range map[string]string{
		"next_drill: と _斜体_": "next_drill: と \u200b_\u200b斜体\u200b_\u200b",
		"_a_b_":              "\u200b_\u200ba_b\u200b_\u200b",
		"<!channel>":         "&lt;!channel&gt;",
		"a & b":              "a &amp; b",
		"> 引用":               apart + "&gt; 引用",
		"*太*":                apart + "*" + apart + "太" + apart + "*" + apart,
		"県警>CSIRT 到着、2名":     "県警&gt;CSIRT 到着、2名",
		"見え\u202eない\u0000":   "見えない",
	} {
		if got := esc(in); got != want {
			t.Errorf("esc(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestCutKeepsWholeCharacters(t *testing.T) {
	if got := cut("👩‍🚒👩‍🚒👩‍🚒", 7); got != "👩‍🚒…" {
		t.Errorf("cut gives %q", got)
	}
	if got := fit(strings.Repeat("<", 100), 30, esc); utf8.RuneCountInString(got) > 30 || strings.HasSuffix(got, "&l") {
		t.Errorf("fit gives %q", got)
	}
	if got := chunks(strings.Repeat("長い行です。", 1000)+"\n次", 100); strings.Join(got, "") != strings.Repeat("長い行です。", 1000)+"\n次" {
		t.Error("chunks lose text")
	}
}

func TestPressRoundTrip(t *testing.T) {
	a := chat.Action{ID: "step.done", Form: "step.done", Label: "完了", Value: "IR-12|r1/2.3|38", Menu: true}
	d := draw(chat.Card{Head: "x", Actions: []chat.Action{a, {ID: "step.take", Label: "担当する", Value: "IR-12|r1/2.3|38"}}})
	block, ok := d.blocks[1].(*slack.ActionBlock)
	if !ok {
		t.Fatalf("blocks %v", d.blocks)
	}
	menu, ok := block.Elements.ElementSet[1].(*slack.OverflowBlockElement)
	if !ok {
		t.Fatal("no menu")
	}
	x, ok := readPress(&slack.BlockAction{ActionID: "menu", SelectedOption: *menu.Options[0]})
	if want := (pressed{ask: true, id: "step.done", value: "IR-12|r1/2.3|38"}); !ok || x != want {
		t.Errorf("a menu option is read as %v", x)
	}
	if x, ok := readPress(&slack.BlockAction{ActionID: "do:step.take:0", Value: "v"}); !ok || x.ask || x.id != "step.take" {
		t.Errorf("a button is read as %v", x)
	}
	for _, id := range []string{"", "link:0", "do", "run:a:b", "menu"} {
		if _, ok := readPress(&slack.BlockAction{ActionID: id}); ok {
			t.Errorf("%q is read as a press", id)
		}
	}
}

func TestManifest(t *testing.T) {
	for _, mode := range []string{ModeSocket, ModeHTTP} {
		raw, err := Manifest("/irbot", mode)
		if err != nil {
			t.Fatal(err)
		}
		var m struct {
			Display struct {
				Name        string `yaml:"name"`
				Description string `yaml:"description"`
			} `yaml:"display_information"`
			Features struct {
				Shortcuts []map[string]string `yaml:"shortcuts"`
				Commands  []struct {
					Command, URL string
					Hint         string `yaml:"usage_hint"`
				} `yaml:"slash_commands"`
			} `yaml:"features"`
			Settings struct {
				Events struct {
					URL string `yaml:"request_url"`
				} `yaml:"event_subscriptions"`
				Socket bool `yaml:"socket_mode_enabled"`
			} `yaml:"settings"`
		}
		if err := yaml.Unmarshal(raw, &m); err != nil {
			t.Fatal(err)
		}
		if utf8.RuneCountInString(m.Display.Name) > 35 || utf8.RuneCountInString(m.Display.Description) > 140 || len(m.Features.Commands) != 1 || m.Features.Commands[0].Command != "/irbot" {
			t.Errorf("%s: %+v", mode, m)
		}
		for _, s := range m.Features.Shortcuts {
			if utf8.RuneCountInString(s["name"]) > 24 || utf8.RuneCountInString(s["description"]) > 150 {
				t.Errorf("shortcut %v", s)
			}
		}
		if http := mode == ModeHTTP; m.Settings.Socket == http || (m.Settings.Events.URL != "") != http || (m.Features.Commands[0].URL != "") != http {
			t.Errorf("%s: socket %v, events %q", mode, m.Settings.Socket, m.Settings.Events.URL)
		}
	}
	for _, c := range [][2]string{{"incident", ModeSocket}, {"/Incident", ModeSocket}, {"/incident", "carrier pigeon"}} {
		if _, err := Manifest(c[0], c[1]); err == nil {
			t.Errorf("a manifest for %v", c)
		}
	}
}
