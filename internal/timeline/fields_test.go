package timeline

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// A text is read in the same way by the short road and by the long one.
func TestFieldsReadByEitherRoad(t *testing.T) {
	for raw, short := range map[string]bool{
		`{}`: true, `{"a":"b"}`: true, `{"a":"𠮷\n\"\\","note":"切断 6台"}`: true, `{"a":"` + "\\u0001" + `"}`: true, `{"a":"","b":""}`: true,
		``: false, `{`: false, `{"a"}`: false, `{"a":1,"b":"x"}`: false, `{"a":"b",}`: false, `{"a":"b"}x`: false, `{"a":"\u0041"}`: false,
		`{ "a": "b" }`: false, `{"a":{"b":"c"},"d":"e"}`: false, `[]`: false, `null`: false, `{"a":"b"`: false, `{,}`: false,
	} {
		want := Text{}
		var all map[string]any
		if json.Unmarshal([]byte(raw), &all) == nil {
			for k, v := range all {
				if s, ok := v.(string); ok {
					want[k] = s
				}
			}
		}
		e := Entry{TextBytes: []byte(raw)}
		if diff := cmp.Diff(want, e.Fields()); diff != "" {
			t.Errorf("%s: %s", raw, diff)
		}
		if _, ok := plainText([]byte(raw)); ok != short {
			t.Errorf("%s: short road %v, want %v", raw, ok, short)
		}
	}
}
