package incident_test

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"irbot/internal/incident"
	"irbot/internal/timeline"
)

// readLog reads a timeline.jsonl as it was exported, after checking its chain.
func readLog(t testing.TB, path string) []timeline.Entry {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if rep, err := timeline.VerifyJSONL(bytes.NewReader(data), timeline.VerifyOptions{}); err != nil || len(rep.Problems) > 0 {
		t.Fatalf("%s does not verify any more: %v %+v", path, err, rep)
	}
	var out []timeline.Entry
	lines := bufio.NewScanner(bytes.NewReader(data))
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var x struct {
			Envelope  string
			Text      *struct{ Salt, Fields string }
			EntryHash string `json:"entry_hash"`
			Head      string
			Withheld  string
		}
		if err := json.Unmarshal(lines.Bytes(), &x); err != nil {
			t.Fatal(err)
		}
		row := timeline.Stored{Envelope: []byte(x.Envelope), Withheld: x.Withheld}
		row.EntryHash, _ = hex.DecodeString(x.EntryHash)
		row.Head, _ = hex.DecodeString(x.Head)
		if x.Text != nil {
			row.Salt, _ = base64.StdEncoding.DecodeString(x.Text.Salt)
			row.Text = []byte(x.Text.Fields)
		}
		e, err := timeline.Rebuild(row)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, e)
	}
	return out
}

// Logs that earlier releases wrote are kept as they are: they verify, their
// facts are clean, and they fold to what the release that wrote them made of
// them. A file here is never changed; a new one is added with each release.
func TestOldLogsFoldAsTheyDid(t *testing.T) {
	logs, err := filepath.Glob("testdata/logs/*.jsonl")
	if err != nil || len(logs) < 2 {
		t.Fatalf("the corpus is gone: %v %v", logs, err)
	}
	for _, path := range logs {
		log := readLog(t, path)
		for i := range log {
			checkFacts(t, &log[i])
		}
		st := incident.Fold(log[0].Incident, log)
		if st.Seq != int64(len(log)) {
			t.Errorf("%s folds to %d of %d entries", path, st.Seq, len(log))
		}
		want, err := os.ReadFile(strings.TrimSuffix(path, ".jsonl") + ".state.json")
		if err != nil {
			t.Fatal(err)
		}
		var was, is any
		if err := json.Unmarshal(want, &was); err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal([]byte(asJSON(t, st)), &is); err != nil {
			t.Fatal(err)
		}
		stillSays(t, path, was, is)
	}
}

// stillSays compares what an old state said with what today's says. Today's may
// say more: a field that did not exist then is not looked at.
func stillSays(t *testing.T, path string, was, is any) {
	t.Helper()
	switch w := was.(type) {
	case map[string]any:
		i, ok := is.(map[string]any)
		if !ok {
			if len(w) > 0 {
				t.Errorf("%s was %v, is %v", path, was, is)
			}
			return
		}
		for k, v := range w {
			stillSays(t, path+"."+k, v, i[k])
		}
	case []any:
		i, ok := is.([]any)
		if !ok || len(i) != len(w) {
			if len(w) > 0 || len(i) > 0 {
				t.Errorf("%s was %v, is %v", path, was, is)
			}
			return
		}
		for n := range w {
			stillSays(t, path+"[]", w[n], i[n])
		}
	case nil:
	default:
		if !reflect.DeepEqual(was, is) {
			t.Errorf("%s was %v, is %v", path, was, is)
		}
	}
}
