package e2e_test

import (
	"context"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"irbot/e2e"
)

// walkSite is a site of its own with the runbooks of testdata, and a console on a free port.
func walkSite(t *testing.T) (dir string, p *e2e.Page, base string) {
	t.Helper()
	p = open(t, e2e.Desk())
	dir = t.TempDir()
	if code, out := command(t, dir, "init", "."); code != 0 {
		t.Fatalf("init ended with %d:\n%s", code, out)
	}
	for _, name := range []string{"walk.md", "second.md", "wide.md"} {
		text, err := os.ReadFile(filepath.Join("testdata", name))
		must(t, err)
		must(t, os.WriteFile(filepath.Join(dir, "runbooks", name), text, 0o600))
	}
	text, err := os.ReadFile(filepath.Join(dir, "config.yaml"))
	must(t, err)
	text = regexp.MustCompile(`(?m)^  listen: 127\.0\.0\.1:8642`).ReplaceAll(text, []byte("  listen: "+free(t)))
	text = []byte(strings.Replace(string(text), `bcp_runbook: ""`, "bcp_runbook: second", 1))
	must(t, os.WriteFile(filepath.Join(dir, "config.yaml"), text, 0o600))
	srv, err := e2e.Start(context.WithoutCancel(t.Context()), binary, dir, "serve")
	must(t, err)
	t.Cleanup(func() { must(t, srv.Stop()) })
	base, _, _ = strings.Cut(srv.URL, "/?")
	if code, out := command(t, dir, "incident", "declare", "TOS停止", "--runbook", "walk", "--as", "sato"); code != 0 {
		t.Fatalf("declare ended with %d:\n%s", code, out)
	}
	signIn(t, dir, p, "sato")
	return dir, p, base
}

// free is an address of this machine that nobody listens on.
func free(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	defer l.Close()
	return l.Addr().String()
}

// signIn opens the page as a person by a one-time link.
func signIn(t *testing.T, dir string, p *e2e.Page, person string) {
	t.Helper()
	code, out := command(t, dir, "user", "link", person)
	if code != 0 {
		t.Fatalf("link ended with %d:\n%s", code, out)
	}
	must(t, p.Open(strings.TrimSpace(out)))
	must(t, p.Click("サインインする"))
	must(t, p.Expect("リンクで入りました"))
}

// TestARunbookInTheBrowser presses what the model of a runbook can say: evidence, two people, a condition, a branch and
// its rejoin, a link to another runbook, rows with a check digit, paper typed back, and a file that changes meanwhile.
func TestARunbookInTheBrowser(t *testing.T) {
	dir, p, base := walkSite(t)
	at := func(path string) { t.Helper(); must(t, p.Open(strings.TrimSuffix(base+"/i/IR-1/"+path, "/"))) }
	done := func(n int, value string) {
		t.Helper()
		at(fmt.Sprintf("steps/%d", n))
		must(t, p.Click("担当する"))
		must(t, p.Expect("担当: 佐藤"))
		must(t, p.Click("完了"))
		if value != "" {
			must(t, p.Fill("見えている状態", value))
			must(t, p.ClickIn(`form[action$="/step.done"]`, "完了"))
		}
	}
	done(1, "切断 6台")
	must(t, p.Expect("切断 6台"))
	at("")
	must(t, p.Expect("継続注意", "電源を切らない"))
	done(2, "")
	must(t, p.Expect("2人目の確認待ち"))
	if code, out := command(t, dir, "incident", "confirm", "2", "--as", "ito"); code != 0 {
		t.Fatalf("confirm ended with %d:\n%s", code, out)
	}
	at("steps/3")
	must(t, p.Click("対象外にする"))
	must(t, p.Fill("当てはまらない理由", "車両なし"))
	must(t, p.ClickIn(`form[action$="/step.na"]`, "対象外にする"))
	must(t, p.Expect("車両なし"))
	at("steps/4")
	must(t, p.Click("案A"))
	must(t, p.Fill("根拠", "車列が延びる"))
	must(t, p.Fill("見直す時刻", "30分後"))
	must(t, p.Click("決定する"))
	must(t, p.Expect("決定: はい"))
	at("steps")
	must(t, p.Expect("いま 5 3番の門を閉める", "完了 3/8", "対象外 1"))
	at("steps/8")
	must(t, p.Click("手順書を始める: 別の計画"))
	must(t, p.Expect("手順 8/10"))
	at("steps")
	must(t, p.Expect("棚を確かめる"))

	// The file changes now; the console has read it again long before its change is asked for below.
	file := filepath.Join(dir, "runbooks", "walk.md")
	text, err := os.ReadFile(file)
	must(t, err)
	must(t, os.WriteFile(file, []byte(strings.Replace(string(text), "6. 放送する", "6. 全員に放送する\n7. 無事を確かめる", 1)), 0o600))

	at("rows/gate?step=9")
	for what, v := range map[string]string{"紙の番号": "G-1", "コンテナ番号": "CSQU3054384", "車両番号": "名古屋100あ1234"} {
		must(t, p.Fill("1行目 "+what, v))
	}
	must(t, p.Pick("1行目 区分", "搬入"))
	must(t, p.Click("記録する"))
	must(t, p.Expect("CSQU3054384", "検算"))
	p.Faults() // the browser notes the refusal itself
	must(t, p.Fill("1行目 コンテナ番号", "CSQU3054383"))
	must(t, p.Click("記録する"))
	must(t, p.Expect("記録した行(1)", "CSQU 305438 3"))
	must(t, p.Click("訂正"))
	must(t, p.Fill("1行目 シール番号", "S-77"))
	must(t, p.Click("記録する"))
	must(t, p.Expect("行1の訂正", "S-77"))

	at("paper/steps")
	must(t, p.Fill("5行目 時刻", "0001"))
	must(t, p.Fill("5行目 記入者", "伊藤"))
	must(t, p.Click("まとめて記録する"))
	must(t, p.Expect("完了 4/"))
	at("steps/5")
	must(t, p.Expect("後から", "伊藤"))

	<-time.After(4 * time.Second) // the folder of runbooks is looked at every three
	at("steps")
	must(t, p.Click("変更を見る"))
	must(t, p.Shot("runchange"))
	must(t, p.Expect("+ 7. 無事を確かめる", "- 6. 放送する"))
	must(t, p.Fill("理由", "配布された"))
	must(t, p.Click("変更を取り込む"))
	must(t, p.Expect("無事を確かめる", "完了 4/"))
	must(t, p.Shot("adopted"))
	if f := p.Faults(); len(f) > 0 {
		t.Errorf("faults: %q", f)
	}
}
