package main

import (
	"archive/zip"
	"bytes"
	_ "embed"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"irbot/internal/chat"
	"irbot/internal/drill"
	"irbot/internal/timeline"
)

func replayCLI(t *testing.T, lang chat.Lang, asJSON bool) (*cli, *bytes.Buffer) {
	t.Helper()
	words, err := chat.Load()
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	return &cli{lang: lang, words: words, json: asJSON, env: func(string) string { return "" }, out: &out, err: &bytes.Buffer{}}, &out
}

// TestNagoyaIsReplayed plays the published events through the real service and
// the real store: what came when, and how often a promise was broken, has to
// come out as it was.
func TestNagoyaIsReplayed(t *testing.T) {
	c, out := replayCLI(t, chat.EN, true)
	r, err := drill.LoadReplay("nagoya-2023")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	pack := filepath.Join(dir, "nagoya.zip")
	if err := c.replay(t.Context(), r, replayOptions{data: filepath.Join(dir, "data"), out: pack}); err != nil {
		t.Fatal(err)
	}
	var answer struct {
		Data replayDone `json:"data"`
	}
	if err := json.Unmarshal(out.Bytes(), &answer); err != nil {
		t.Fatal(err)
	}
	got := answer.Data
	want := map[string]time.Duration{
		"first word to the maintenance and development companies": 45 * time.Minute,
		"first word to Aichi Prefectural Police":                  150 * time.Minute,
		"first word to the Aichi Trucking Association":            13*time.Hour + 30*time.Minute,
		"first word to the partners":                              14*time.Hour + 30*time.Minute,
		"first word to the public":                                29*time.Hour + 30*time.Minute,
		"system restored":                                         49 * time.Hour,
		"first gate open":                                         56*time.Hour + 30*time.Minute,
		"all gates open":                                          59*time.Hour + 45*time.Minute,
	}
	spans := map[string]time.Duration{}
	for _, s := range got.Spans {
		spans[s.What] = time.Duration(s.AfterS) * time.Second
	}
	if diff := cmp.Diff(want, spans); diff != "" {
		t.Errorf("lengths (-want +got):\n%s", diff)
	}
	if got.Slips != 4 || !got.Holds || !strings.HasPrefix(got.Incident, "DR-") {
		t.Errorf("slips %d, holds %v, %s", got.Slips, got.Holds, got.Incident)
	}
	if diff := cmp.Diff([]string{"police", "truckers", "public"}, got.Passed); diff != "" {
		t.Errorf("clocks passed (-want +got):\n%s", diff)
	}
	data, err := os.ReadFile(pack)
	if err != nil {
		t.Fatal(err)
	}
	rep, err := timeline.VerifyFile(bytes.NewReader(data), int64(len(data)), timeline.VerifyOptions{})
	if err != nil || !rep.Holds() || rep.Count != got.Entries {
		t.Errorf("the pack: %v %+v", err, rep)
	}
	if err := checkAnswer("../../docs/schema", out.Bytes()); err != nil {
		t.Error(err)
	}
	if diff := cmp.Diff(strings.Split(strings.TrimSpace(nagoya), "\n"), replayTold(t, data)); diff != "" {
		t.Errorf("what the record tells (-want +got):\n%s", diff)
	}
}

// nagoya is every clock, estimate, milestone, level, notice and answered page of
// the replay, in Japanese time. A change of a rule that moves one of them shows here.
//
//go:embed testdata/nagoya-2023.txt
var nagoya string

// replayTold reads out of a pack what a stranger would: the times and facts, in lines.
func replayTold(t *testing.T, pack []byte) []string {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(pack), int64(len(pack)))
	if err != nil {
		t.Fatal(err)
	}
	f, err := z.Open("timeline.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	raw, err := io.ReadAll(f)
	if err != nil {
		t.Fatal(err)
	}
	zone := time.FixedZone("JST", 9*3600)
	var out []string
	for line := range strings.Lines(string(raw)) {
		var row struct{ Envelope string }
		var e struct {
			Kind  string         `json:"kind"`
			At    time.Time      `json:"happened_at"`
			Actor string         `json:"actor"`
			Facts map[string]any `json:"facts"`
		}
		if err := json.Unmarshal([]byte(line), &row); err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal([]byte(row.Envelope), &e); err != nil {
			t.Fatal(err)
		}
		group, _, _ := strings.Cut(e.Kind, ".")
		switch {
		case !strings.Contains(" duty eta milestone level outage objective notice escalation manual cargo incident report ", " "+group+" "), e.Kind == "escalation.paged":
			continue
		}
		words := e.At.In(zone).Format("01-02 15:04:05") + " " + e.Kind + " " + e.Actor
		for _, k := range []string{"dest", "duty", "due_us", "function", "milestone", "terminal", "from_us", "to_us", "level", "state", "go", "notice", "esc", "ref", "reason"} {
			v, ok := e.Facts[k]
			if us, number := v.(float64); number && strings.HasSuffix(k, "_us") {
				v = time.UnixMicro(int64(us)).In(zone).Format("01-02 15:04")
			}
			if ok {
				words += fmt.Sprintf(" %s=%v", strings.TrimSuffix(k, "_us"), v)
			}
		}
		out = append(out, words)
	}
	return out
}

func TestReplayIsTheSameEachTime(t *testing.T) {
	var tables []string
	for range 2 {
		c, out := replayCLI(t, chat.JA, false)
		r, err := drill.LoadReplay("nagoya-2023")
		if err != nil {
			t.Fatal(err)
		}
		if err := c.replay(t.Context(), r, replayOptions{}); err != nil {
			t.Fatal(err)
		}
		tables = append(tables, out.String())
	}
	if diff := cmp.Diff(tables[0], tables[1]); diff != "" {
		t.Errorf("two replays differ:\n%s", diff)
	}
	if !strings.Contains(tables[0], "【訓練】") || !strings.Contains(tables[0], "守れなかった見込み 4回") {
		t.Errorf("the summary:\n%s", tables[0][max(0, len(tables[0])-600):])
	}
}

func TestReplayOfAnyFileAndOfBadOnes(t *testing.T) {
	dir := t.TempDir()
	put := func(name, text string) []string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return []string{path}
	}
	c, out := replayCLI(t, chat.EN, false)
	r, err := c.replayOf(put("other.json", `[{"at":"2024-01-01T00:00:00+09:00","actor":"a","event":"TOS stops","event_ja":"TOS停止","source":"x"},{"at":"2024-01-01T05:00:00+09:00","actor":"b","event":"back","event_ja":"復旧","source":"x"}]`))
	if err != nil {
		t.Fatal(err)
	}
	if err := c.replay(t.Context(), r, replayOptions{}); err != nil || !strings.Contains(out.String(), "TOS停止") {
		t.Errorf("%v\n%s", err, out)
	}
	for name, text := range map[string]string{
		"backwards": `[{"at":"2024-01-02T00:00:00Z","actor":"a","event":"x"},{"at":"2024-01-01T00:00:00Z","actor":"a","event":"y"}]`,
		"empty":     `[]`, "notjson": `hello`, "notime": `[{"actor":"a","event":"x"}]`, "noactor": `[{"at":"2024-01-02T00:00:00Z","event":"x"}]`,
		"typo": `[{"at":"2024-01-02T00:00:00Z","actor":"a","evnt":"x"}]`,
	} {
		if _, err := c.replayOf(put(name+".json", text)); err == nil {
			t.Errorf("%s was taken", name)
		}
	}
	if err := c.replay(t.Context(), r, replayOptions{data: dir}); err == nil {
		t.Error("a folder with other things in it was taken")
	}
}
