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
			Do:    follow("一覧"),
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
		{At: "07:02", What: "the CISO reads what has to be decided",
			Do: steps(become("渡辺"), clickIn("nav.tabs", "手順"), expect("手順の一覧"), click("ゲートを閉鎖するか"),
				expect("手順7"), click("全面閉鎖")),
			Shows: []string{"誤った搬出を防げるが、車列が延びる", "根拠"}, Shot: "decide"},
		{At: "07:06", What: "the CISO shuts the gates",
			Do:    steps(fill("根拠", "1番と2番も同じTOSを使う"), fill("見直す時刻", "30分後"), click("決定する")),
			Shows: []string{"決定: 全面閉鎖", "見直し"}},
		{At: "07:07", What: "the lead goes on",
			Do:    steps(become("佐藤"), clickIn("nav.tabs", "部屋")),
			Shows: []string{"次の状況付与", "いまの手順 2/14"}},
		{At: "07:12", What: "step 4 is blocked: no key", Shot: "blocked",
			Do:    click("次の状況付与"),
			Shows: []string{"支障", "スイッチ室の鍵がない"}},
		{At: "07:18", What: "the key has arrived",
			Do:    click("次の状況付与"),
			Shows: []string{"守衛室から鍵を受け取った"}},
		{At: "07:31", What: "the liaison asks for approval",
			Do:    click("次の状況付与"),
			Shows: []string{"第一報の承認を求めている"}},
		{At: "07:32", What: "who wrote or leads may read the notice, and cannot approve it",
			Do:    steps(clickIn("nav.tabs", "期限・通知"), clickIn("nav.sub", "通知"), expect("承認できる人: 渡辺、小林"), click("N1"), expect("宛先")),
			Shows: []string{"国土交通省", "TLP:AMBER+STRICT", "【訓練】【第一報】", "調査中", "承認待ち"}},
		{At: "07:38", What: "the CISO sees text, recipients and TLP in full",
			Do:    become("渡辺"),
			Shows: []string{"送信前の確認", "訓練用受信箱", "侵入経路と原因は調査中です", "訓練として送る"}, Shot: "approve"},
		{At: "07:40", What: "the CISO approves",
			Do:    clickIn(`form[action$="/approve"]`, "訓練として送る"),
			Shows: []string{"承認しました", "送達の記録", "渡辺"}},
		{At: "07:44", What: "the liaison phones the ministry and notes who answered",
			Do: steps(become("鈴木"), click("電話の記録"), fill("相手の氏名", "山本"),
				clickIn(`form[action$="/notice.phoned"]`, "電話の記録")),
			Shows: []string{"山本"}, Shot: "notice"},
		{At: "08:05", What: "chat is gone; the console goes on",
			Do:    steps(become("佐藤"), clickIn("nav.tabs", "部屋"), expect("記録を書く"), click("次の状況付与")),
			Shows: []string{"チャットにつながりません"}},
		{At: "08:40", What: "the police arrive, as typed by the recorder", Shot: "note",
			Do:    steps(fill("記録を書く", "0840 県警>CSIRT 到着、2名"), clickIn(`form[action$="/note"]`, "記録する")),
			Shows: []string{"県警", "到着、2名"}},
		{At: "08:45", What: "the chronology holds it all", Shot: "chrono",
			Do:    follow("クロノロ"),
			Shows: []string{"切断 6台", "待機は60台ほどです", "スイッチ室の鍵がない", "08:40", "到着、2名"}},
		{At: "08:46", What: "the checklist shows where they stand", Shot: "steps",
			Do:    clickIn("nav.tabs", "手順"),
			Shows: []string{"完了 2/14", "伊藤"}},
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

// become takes the seat of another person of the sample port: the demo's own control, there on every page.
func become(name string) func(*Page) error {
	return func(p *Page) error {
		if err := p.ClickIn("details.who", ""); err != nil {
			return err
		}
		if err := p.Pick("役割を替える", name); err != nil {
			return err
		}
		if err := p.ClickIn(`form[action="/actas"]`, "替える"); err != nil {
			return err
		}
		return p.ExpectIn("details.who summary", name)
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
