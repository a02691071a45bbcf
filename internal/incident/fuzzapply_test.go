package incident_test

import (
	"encoding/json"
	"testing"
	"time"

	"irbot/internal/incident"
	"irbot/internal/timeline"
)

// FuzzApply: history is never rejected. Whatever facts stand in an entry of
// whatever kind, at whatever place of a log, folding it neither panics nor
// touches the state it was copied from.
func FuzzApply(f *testing.F) {
	for _, s := range []string{
		`{}`, `null`, `[]`, `{"step":"r1/1.1","at":-1}`, `{"esc":"e1","level":99,"people":["sato"]}`, `{"notice":"N1","means":[]}`,
		`{"msg":"IR-1/n1/x","means":"slack"}`, `{"run":"r1","phase":-7}`, `{"duty":"mlit-first","warns":[{"percent":-1}]}`,
		`{"milestone":"gate","terminal":"t1","from":9007199254740991}`, `{"corrects":9007199254740991}`, `{"entry":-5}`, `{"erases":1,"entries":[0,-1,99999]}`,
		`{"row":-1,"replaces":5}`, `{"guest":"g1","share":"s1"}`, `{"handover":"h1","role":""}`, `{"surface":"slack","count":3}`, `{"steps":[{"key":"","n":-1}]}`,
	} {
		for k := range 8 {
			f.Add(uint8(k*15), uint8(k*9), []byte(s))
		}
	}
	log, all := readLog(f, "testdata/logs/every-kind-2.jsonl"), allKinds(f)
	f.Fuzz(func(t *testing.T, kind, at uint8, facts []byte) {
		if !json.Valid(facts) {
			return
		}
		st := incident.Fold(log[0].Incident, log[:len(log)*int(at)/256])
		before := st.Seq
		next := st.Clone()
		now := time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)
		for i, actor := range []string{"sato", timeline.System} {
			incident.Apply(next, &timeline.Entry{Incident: st.ID, Seq: st.Seq + int64(i) + 1, Kind: all[int(kind)%len(all)], Actor: actor, RecordedAt: now, HappenedAt: now, Facts: facts})
		}
		next.Timers()
		if st.Seq != before {
			t.Fatal("the original moved on")
		}
	})
}
