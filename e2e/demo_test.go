package e2e_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"irbot/e2e"
)

// command runs one irbot command in a folder and returns its exit code and output.
func command(t *testing.T, dir string, args ...string) (int, string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), binary, args...)
	cmd.Dir = dir
	cmd.Env = []string{"HOME=" + dir, "PATH=" + os.Getenv("PATH"), "LANG=ja_JP.UTF-8", "TZ=Asia/Tokyo"}
	out, err := cmd.CombinedOutput()
	if err != nil && cmd.ProcessState == nil {
		t.Fatal(err)
	}
	return cmd.ProcessState.ExitCode(), string(out)
}

// TestDemoResumesAndProves starts the demo, records a first step in four presses, ends it with Ctrl+C, finds
// everything again after a second start, and takes out a record that verifies and that shows a changed byte.
func TestDemoResumesAndProves(t *testing.T) {
	p := open(t, e2e.Desk())
	dir := t.TempDir()
	first, err := e2e.Start(t.Context(), binary, dir, "demo", "--no-open")
	must(t, err)
	must(t, p.Open(first.URL))
	must(t, p.ClickIn(`form[action$="/take"]`, "引き受ける"))
	must(t, p.Expect("いまの手順 1/14"))
	must(t, p.ClickIn(`form[action$="/step.take"]`, "担当する"))
	must(t, p.Expect("担当: 佐藤"))
	must(t, p.Click("完了"))
	must(t, p.Fill("見えている状態", "切断 6台"))
	must(t, p.ClickIn(`form[action$="/step.done"]`, "完了"))
	must(t, p.Expect("いまの手順 2/14", "切断 6台"))
	must(t, first.Stop())

	second, err := e2e.Start(t.Context(), binary, dir, "demo", "--no-open")
	must(t, err)
	must(t, p.Open(second.URL))
	must(t, p.Expect("DR-1", "佐藤"))
	must(t, p.Lacks("未引受"))
	pack := filepath.Join(dir, "morning.zip")
	if code, out := command(t, dir, "export", "DR-1", "--format", "zip", "--out", pack); code != 0 {
		t.Fatalf("export ended with %d:\n%s", code, out)
	}
	must(t, second.Stop())

	if code, out := command(t, dir, "verify", pack); code != 0 {
		t.Errorf("the pack does not verify, exit %d:\n%s", code, out)
	}
	data, err := os.ReadFile(pack)
	must(t, err)
	at := bytes.Index(data, []byte(`\"kind\":\"step.taken\"`))
	if at < 0 {
		at = bytes.Index(data, []byte("step."))
	}
	if at < 0 {
		t.Fatal("the pack holds no step")
	}
	data[at+8] ^= 1
	must(t, os.WriteFile(pack, data, 0o600))
	if code, out := command(t, dir, "verify", pack); code != 3 || !strings.Contains(out, "NG") {
		t.Errorf("a changed byte gives exit %d, want 3:\n%s", code, out)
	}
}

// TestDemoStaysOnThisMachine looks at what the demo listens on, and that a second demo beside it takes another port
// and another folder's data.
func TestDemoStaysOnThisMachine(t *testing.T) {
	if shared == nil {
		t.Skip(e2e.ErrNoBrowser)
	}
	one, err := e2e.Start(t.Context(), binary, t.TempDir(), "demo", "--no-open")
	must(t, err)
	two, err := e2e.Start(t.Context(), binary, t.TempDir(), "demo", "--no-open")
	must(t, err)
	if one.URL[:strings.Index(one.URL, "?")] == two.URL[:strings.Index(two.URL, "?")] {
		t.Errorf("both demos print the same address: %s", one.URL)
	}
	for _, d := range []*e2e.Process{one, two} {
		list, err := d.Listening()
		must(t, err)
		if len(list) == 0 {
			t.Error("no listening address found")
		}
		for _, addr := range list {
			if !strings.HasPrefix(addr, "127.0.0.1:") && !strings.HasPrefix(addr, "[::1]:") {
				t.Errorf("the demo listens on %s", addr)
			}
		}
		must(t, d.Stop())
	}
}
