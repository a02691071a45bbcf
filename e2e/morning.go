package e2e

// Beat is one moment of the scripted morning: somebody does something, and then certain words stand on the screen.
type Beat struct {
	At    string // time of day in the script, for the reader
	What  string // what happens, for the test's name
	Do    func(*Page) error
	Shows []string // words the screen must show afterwards
	Shot  string   // name of a picture to take, "" for none
}

// Morning is the scripted morning: the TOS stops at 06:30, and by 08:40 the police are there. The demo has opened the
// drill with the report from gate 3; from there on, people act. Every beat is done through the screen alone.
func Morning() []Beat {
	return []Beat{
		{At: "06:33", What: "the report waits on the board", Shot: "board",
			Do:    func(*Page) error { return nil },
			Shows: []string{"訓練中。社外には送信されません。", "DR-1", "未引受"}},
		{At: "06:41", What: "the lead takes charge", Shot: "room",
			Do:    steps(click("DR-1 を引き受ける"), expect("連絡の順序"), clickIn(`form[action$="/take"]`, "引き受ける")),
			Shows: []string{"いまの手順 1/14", "異常な端末のLANケーブルを抜く", "電源を切らない"}},
		{At: "06:42", What: "the first step has a name on it",
			Do:    clickIn(`form[action$="/step.take"]`, "担当する"),
			Shows: []string{"担当: 佐藤"}},
		{At: "06:48", What: "step 1 is done with what was seen", Shot: "step2",
			Do: steps(click("完了"), fill("見えている状態", "切断 6台"),
				clickIn(`form[action$="/step.done"]`, "完了")),
			Shows: []string{"いまの手順 2/14", "切断 6台"}},
		{At: "06:52", What: "the CISO acknowledges",
			Do:    click("次の状況付与"),
			Shows: []string{"確認済", "ゲートの判断は07:08までに出します"}},
		{At: "07:01", What: "sixty trucks wait",
			Do:    click("次の状況付与"),
			Shows: []string{"待機は60台ほどです"}},
		{At: "07:12", What: "step 4 is blocked: no key", Shot: "blocked",
			Do:    click("次の状況付与"),
			Shows: []string{"支障", "スイッチ室の鍵がない"}},
		{At: "07:18", What: "the key has arrived",
			Do:    click("次の状況付与"),
			Shows: []string{"守衛室から鍵を受け取った"}},
		{At: "08:40", What: "the police arrive, as typed by the recorder", Shot: "note",
			Do:    steps(fill("記録を書く", "0840 県警>CSIRT 到着、2名"), clickIn(`form[action$="/note"]`, "記録する")),
			Shows: []string{"県警", "到着、2名"}},
		{At: "08:45", What: "the chronology holds it all", Shot: "chrono",
			Do:    follow("クロノロ"),
			Shows: []string{"切断 6台", "待機は60台ほどです", "スイッチ室の鍵がない", "08:40", "到着、2名"}},
		{At: "08:46", What: "the checklist shows where they stand", Shot: "steps",
			Do:    clickIn("nav.tabs", "手順"),
			Shows: []string{"完了 1/14"}},
	}
}

func steps(all ...func(*Page) error) func(*Page) error {
	return func(p *Page) error {
		for _, do := range all {
			if err := do(p); err != nil {
				return err
			}
		}
		return nil
	}
}

func click(words string) func(*Page) error  { return func(p *Page) error { return p.Click(words) } }
func follow(words string) func(*Page) error { return func(p *Page) error { return p.Follow(words) } }

func clickIn(selector, words string) func(*Page) error {
	return func(p *Page) error { return p.ClickIn(selector, words) }
}

func fill(label, value string) func(*Page) error {
	return func(p *Page) error { return p.Fill(label, value) }
}

func expect(words ...string) func(*Page) error {
	return func(p *Page) error { return p.Expect(words...) }
}
