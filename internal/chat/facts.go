package chat

import (
	"encoding/json"
	"sort"
	"time"

	"irbot/internal/timeline"
)

// figureOld is the age from which a cargo figure is called old (UX 3.5a).
const figureOld = 30 * time.Minute

// lateEntry is how much later than it happened something must be recorded to be
// marked as entered later.
const lateEntry = 5 * time.Minute

// facts is what the sentences of the timeline need of an entry's facts. What an
// entry does not have stays zero; what does not fit is passed over, so that an
// old or foreign entry is still shown.
type facts struct {
	rosterWords
	standingWords

	Resolved bool     `json:"resolved"` // of an alert
	Merged   bool     `json:"merged"`
	Dial     []string `json:"dial"`
	Contact  string   `json:"contact"`
	Changes  int      `json:"changes"`
	As       string   `json:"as"`
	With     string   `json:"with"`
	Carries  []string `json:"carries"`

	Step     string `json:"step"`
	Person   string `json:"person"`
	N        int64  `json:"n"`
	Phase    int    `json:"phase"`
	Run      string `json:"run"`
	Runbook  string `json:"runbook"`
	Done     int    `json:"done"`
	Skipped  int    `json:"skipped"`
	NA       int    `json:"na"`
	Deferred int    `json:"deferred"`
	Preset   string `json:"preset"`
	Due      number `json:"due_us"`
	Late     number `json:"late_s"`

	Caution  int    `json:"caution"`
	Decision string `json:"decision"`
	Choice   string `json:"choice"`
	Review   number `json:"review_us"`
	Deputy   bool   `json:"deputy"`

	Level  int             `json:"level"`
	Role   string          `json:"role"`
	Moment string          `json:"moment"`
	At     number          `json:"at_us"`
	Esc    string          `json:"esc"`
	Reason string          `json:"reason"`
	Via    string          `json:"via"`
	For    bool            `json:"for"`
	To     json.RawMessage `json:"to"`
	None   bool            `json:"nobody"`
	Quiet  []string        `json:"quiet"`
	Cause  string          `json:"cause"`
	Have   int             `json:"have"`
	Want   int             `json:"want"`

	Severity int             `json:"severity"`
	From     number          `json:"from"`
	Msg      string          `json:"msg"`
	Means    json.RawMessage `json:"means"`
	Try      int             `json:"try"`
	Notice   string          `json:"notice"`
	Dest     string          `json:"dest"`
	No       int             `json:"no"`
	Sole     bool            `json:"sole"`
	Duty     string          `json:"duty"`
	Base     number          `json:"base_us"`
	Percent  int             `json:"percent"`
	Report   int             `json:"report"`
	Same     bool            `json:"same"`
	Next     number          `json:"next_us"`

	Handover string `json:"handover"`
	Surface  string `json:"surface"`
	Count    int    `json:"count"`
	Entry    int64  `json:"entry"`
	Corrects int64  `json:"corrects"`
	Paper    bool   `json:"late"`
	ID       string `json:"id"`
	Item     string `json:"item"`
	Place    string `json:"place"`
	Command  string `json:"command"`
	Class    string `json:"class"`
	Code     string `json:"code"`
	Format   string `json:"format"`
	By       number `json:"by_us"`
	Erases   int64  `json:"erases"`
	Inject   int64  `json:"inject"`

	Field    string `json:"field"`
	Conf     string `json:"conf"`
	GoneFile string `json:"file_sha256"`
	TLP      string `json:"tlp"`
	Max      string `json:"max"`
	Given    bool   `json:"given"`
	Timer    int    `json:"timer"`
	Row      int    `json:"row"`
	Type     string `json:"type"`
	Replaces int    `json:"replaces"`
	Boxes    int    `json:"boxes"`
	List     string `json:"list"`
	Sheet    string `json:"sheet"`
	reviewWords
}

// number is an integer that is zero where something else stands.
type number int64

// UnmarshalJSON never fails.
func (n *number) UnmarshalJSON(b []byte) error {
	var i int64
	if json.Unmarshal(b, &i) == nil {
		*n = number(i)
	}
	return nil
}

func (n number) int() int64 { return int64(n) }

// time reads microseconds since 1970 UTC; zero stays zero.
func (n number) time() time.Time {
	if n == 0 {
		return time.Time{}
	}
	return time.UnixMicro(int64(n)).UTC()
}

// readFacts reads the facts of an entry.
func readFacts(e *timeline.Entry) facts {
	var f facts
	_ = json.Unmarshal(e.Facts, &f)
	return f
}

// toPeople are the people of a page.
func (f facts) toPeople() []string {
	var to []struct {
		Person string `json:"person"`
	}
	_ = json.Unmarshal(f.To, &to)
	var out []string
	for _, x := range to {
		out = append(out, x.Person)
	}
	return out
}

// jsonText is a string in JSON, or "".
func jsonText(raw json.RawMessage) string {
	var s string
	_ = json.Unmarshal(raw, &s)
	return s
}

func sortedKeys[V any](m map[string]V) []string {
	out := make([]string, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	sort.Strings(out)
	return out
}
