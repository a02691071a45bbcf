package incident_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"irbot/internal/directory"
	"irbot/internal/incident"
	"irbot/internal/notify"
	"irbot/internal/report"
	"irbot/internal/runbook"
	"irbot/internal/timeline"
)

// secretWords stands in every field for free text: what a person may type there
// is a name, a number, an address. None of it may reach facts.
const secretWords = "秘密 Mori Saburo 090-1234-5678 mori@example.jp"

// hand fills commands at random from what the state has, so that every command
// there is, and every one still to come, is tried without a line of its own.
type hand struct {
	d       *desk
	s       shelf
	rng     *rand.Rand
	st      *incident.Incident
	pools   map[string][]string
	hostile bool // now and then put words where an id belongs
}

// wholeDesk is a site with everything switched on.
func wholeDesk(t *testing.T, rng *rand.Rand, drill bool) *hand {
	t.Helper()
	d, s := planDesk(t)
	s["tos"] = testBook()
	site := *d.svc.Site()
	forms, err := report.Shipped()
	if err != nil {
		t.Fatal(err)
	}
	site.Forms = forms
	site.Surfaces, site.Announce = []string{"slack"}, map[string]string{"slack": "C1"}
	site.TwoApprovers = []string{"jpcert"}
	site.Directory.Destinations = append(site.Directory.Destinations,
		directory.Destination{ID: "jpcert", Name: "JPCERT/CC", Kind: directory.KindExpert, Outside: true, TLP: "GREEN", Reach: []directory.Address{{Means: notify.Mail, To: "x@example.jp"}}})
	for i := range site.Directory.People {
		switch site.Directory.People[i].ID {
		case "sato":
			site.Directory.People[i].Roles = []string{"lead", "admin", "ops", "liaison"}
		case "watanabe":
			site.Directory.People[i].Roles = []string{"ciso", "admin"}
		}
	}
	site.Plan = &incident.Plan{
		Terminals: []incident.Named{{ID: "t1", Name: "第1"}, {ID: "t2", Name: "第2"}},
		Functions: []incident.FunctionPlan{
			{Named: incident.Named{ID: "gate", Name: "ゲート"}, Impact: "gate", Decider: "ciso", Ask: time.Hour, Outage: 4 * time.Hour, Levels: []incident.Objective{{Level: 1, Within: time.Hour}}},
			{Named: incident.Named{ID: "quay", Name: "岸壁"}, Impact: "vessel"},
		},
		Criteria: []incident.Named{{ID: "tos-30m", Name: "TOS停止30分"}},
	}
	site.Policies[1].AckFor, site.Policies[1].Succession = 30*time.Minute, "ciso"
	site.Policies[0].Levels[0].By[0] = time.Minute
	d.svc.SetSite(&site)
	d.rules(func(*report.Book) {})
	d.open(incident.Declare{Title: secretWords, Words: secretWords, Reporter: secretWords, Finder: "ransom", Impact: []string{"gate"}, Runbook: "plan", Drill: drill})
	d.do("sato", incident.StartRun{Runbook: "tos"})
	d.do("sato", incident.InformPeople{Step: "r1/1.3"})
	return &hand{d: d, s: s, rng: rng}
}

func pick[T any](h *hand, of []T) T {
	if len(of) == 0 {
		var none T
		return none
	}
	return of[h.rng.IntN(len(of))]
}

// look reads from the state what ids there are to name.
func (h *hand) look() {
	h.st = h.d.state()
	st := h.st
	ids := map[string][]string{
		"person": {"sato", "tanaka", "watanabe", "kobayashi", "suzuki", "ito"}, "role": {"lead", "ciso", "it", "liaison"},
		"dest": {"mlit", "jpcert"}, "run": {"r1"}, "runbook": {"plan", "manual", "tos", "none"},
	}
	for _, r := range st.Runs {
		ids["run"] = append(ids["run"], r.ID)
		ids["hash"] = append(ids["hash"], h.s["plan"].Hash)
		for _, x := range r.Steps {
			ids["step"] = append(ids["step"], x.Ref)
		}
		for _, x := range r.Steps {
			switch {
			case x.State == incident.StepSecond:
				ids["step.confirm"] = append(ids["step.confirm"], x.Ref)
			case x.Closed():
				ids["step.reopen"] = append(ids["step.reopen"], x.Ref)
			case x.State == incident.StepBlocked:
				ids["step.unblock"] = append(ids["step.unblock"], x.Ref)
			}
		}
		for _, x := range r.Currents() {
			ids["step"] = append(ids["step"], x.Ref, x.Ref, x.Ref)
		}
	}
	for _, x := range st.Decisions {
		ids["decision"] = append(ids["decision"], x.ID)
	}
	for _, x := range st.Escalations {
		ids["esc"] = append(ids["esc"], x.ID)
	}
	for _, x := range st.Notices {
		ids["notice"] = append(ids["notice"], x.ID)
		switch x.State { //nolint:exhaustive // a draft may be named by any command
		case incident.NoticeSubmitted:
			ids["notice.approve"] = append(ids["notice.approve"], x.ID)
		case incident.NoticeApproved, incident.NoticeUnconfirmed, incident.NoticeFailed:
			ids["notice.phoned"] = append(ids["notice.phoned"], x.ID)
		case incident.NoticeSent:
			ids["notice.recall"] = append(ids["notice.recall"], x.ID)
			ids["duty.done"] = append(ids["duty.done"], x.ID)
		}
		if x.Form != "" && x.State == incident.NoticeDraft {
			ids["notice.refill"], ids["notice.override"] = append(ids["notice.refill"], x.ID), append(ids["notice.override"], x.ID)
		}
	}
	for _, x := range st.Duties {
		ids["duty"] = append(ids["duty"], x.ID)
	}
	for _, x := range st.Review.Actions {
		ids["action"] = append(ids["action"], x.ID)
	}
	for _, x := range st.Review.Changes {
		ids["change"] = append(ids["change"], x.ID)
	}
	for _, x := range st.Custody {
		ids["transfer"] = append(ids["transfer"], x.ID)
	}
	for _, x := range st.Evidence {
		ids["evidence"] = append(ids["evidence"], x.ID)
	}
	for _, x := range st.Handovers {
		ids["handover"] = append(ids["handover"], x.ID)
	}
	for _, x := range st.Erasures {
		ids["erasure"] = append(ids["erasure"], x.ID)
	}
	for _, x := range st.Messages {
		if x.State == incident.Unconfirmed || x.State == incident.Failed {
			ids["msg"] = append(ids["msg"], x.ID)
		}
	}
	for _, x := range st.Continuity.Shares {
		ids["share"] = append(ids["share"], x.ID)
	}
	for _, x := range st.Continuity.Guests {
		ids["guest"] = append(ids["guest"], x.ID)
	}
	h.pools = ids
}

// choices are the words that fields of this name take, whatever the command.
func (h *hand) choices(command, field string) []string {
	switch field {
	case "Step":
		if of := h.pools[command]; len(of) > 0 && h.rng.IntN(4) > 0 {
			return of
		}
		return append(h.pools["step"], "")
	case "Notice":
		if of := h.pools[command]; len(of) > 0 && h.rng.IntN(4) > 0 {
			return of
		}
		return h.pools["notice"]
	case "Run", "Runbook", "Role", "Dest", "Person", "Decision", "Esc", "Duty", "Handover", "Erasure", "Msg", "Share", "Guest", "Hash":
		return h.pools[strings.ToLower(field)]
	case "Question":
		return incident.Questions()
	case "Action", "Change", "Transfer":
		return h.pools[strings.ToLower(field)]
	case "Remark", "Outside":
		return []string{""}
	case "Approver", "Owner":
		return h.pools["person"]
	case "Decider":
		return []string{"ciso", "lead", ""}
	case "Place":
		return []string{"", "t1"}
	case "Sheet", "With":
		return []string{""}
	case "Told":
		return []string{"mlit", "jpcert", "ciso", "ito"}
	case "Mean":
		return []string{"phone", "mail"}
	case "Replace", "Audience", "Scenario", "Inject":
		return []string{"IR-9"}
	case "Head", "SHA256":
		return []string{strings.Repeat("ab", 32)}
	case "Format":
		return []string{"jsonl", "zip"}
	case "Type":
		return []string{"truck", "text/plain"}
	case "Class":
		return []string{"approve", "decide"}
	case "To":
		return append(h.pools["person"], "employees", "IR-9")
	case "Moment", "From":
		return []string{"detected", "recognised", "occurred", "declared"}
	case "Milestone":
		return incident.Milestones()
	case "Terminal":
		return []string{"t1", "t2", "all", ""}
	case "Function":
		return []string{"gate", "quay", ""}
	case "State":
		return incident.PlaceStates()
	case "Confidence":
		return incident.Confidences()
	case "Conf":
		return []string{"confirmed", "estimated", "unknown"}
	case "Gate":
		return []string{incident.GateRestored, incident.GateClean}
	case "TLP", "Ceiling":
		if command == "fact.set" || command == "notice.draft" || command == "guest.invite" {
			return []string{"GREEN", "GREEN", "AMBER", ""}
		}
		return []string{"CLEAR", "GREEN", "AMBER", "RED", ""}
	case "Criterion":
		return []string{"tos-30m"}
	case "Policy":
		return []string{"duty", "ciso", ""}
	case "Field":
		return append([]string{"detected_at", "systems", "impact"}, h.fields()...)
	case "Form":
		return []string{"", "none"}
	case "Template", "Report":
		return []string{""}
	case "As":
		return []string{"accepted", "resend", "failed"}
	case "Preset":
		return []string{"later", ""}
	case "Choice":
		return []string{"a", "b"}
	case "Item":
		if command == "custody.offer" {
			return h.pools["evidence"]
		}
		return []string{"trucks", "boxes", "計"}
	case "Finder":
		return []string{"ransom", "frozen"}
	case "Source", "Digest", "Rule", "Agreed":
		return []string{""}
	}
	return []string{secretWords}
}

func (h *hand) fields() []string {
	var out []string
	for _, f := range h.d.svc.Site().Forms.Fields() {
		out = append(out, f.ID)
	}
	return out
}

// fill gives every exported field of a command a value.
func (h *hand) fill(command string, v reflect.Value) {
	for i := range v.NumField() {
		f, name := v.Field(i), v.Type().Field(i).Name
		if !f.CanSet() {
			continue
		}
		h.put(command, name, f)
	}
}

func (h *hand) put(command, name string, f reflect.Value) {
	switch x := f.Addr().Interface().(type) {
	case *time.Time:
		*x = h.d.now.Add(time.Duration(1+h.rng.IntN(240)) * time.Minute)
		if name == "At" || name == "AsOf" || name == "Detected" || name == "Seen" {
			*x = h.d.now.Add(-time.Duration(h.rng.IntN(60)) * time.Minute)
		}
		if name == "From" { // before every Until and To
			*x = h.d.now
		}
		return
	case *time.Duration:
		*x = time.Duration(1+h.rng.IntN(60)) * time.Minute
		return
	case *[]byte:
		if h.rng.IntN(2) == 0 {
			*x = []byte(secretWords)
		}
		return
	}
	switch f.Kind() { //nolint:exhaustive // what commands are made of
	case reflect.String:
		word := pick(h, h.choices(command, name))
		if h.hostile && h.rng.IntN(8) == 0 {
			word = secretWords
		}
		f.SetString(word)
	case reflect.Bool:
		f.SetBool(h.rng.IntN(3) == 0)
	case reflect.Int, reflect.Int64:
		top := 4
		if strings.HasPrefix(name, "Entr") || name == "Corrects" {
			top = int(h.st.Seq) + 1
		}
		f.SetInt(int64(h.rng.IntN(top)))
	case reflect.Slice:
		for range 2 {
			one := reflect.New(f.Type().Elem()).Elem()
			h.put(command, strings.TrimSuffix(name, "s"), one)
			f.Set(reflect.Append(f, one))
		}
	case reflect.Struct:
		h.fill(command, f)
	}
}

// commands gives one empty command of every kind people can give.
func commands() []incident.Command {
	out := []incident.Command{incident.ApproveNotice{}, incident.ShareItem{}, incident.InviteGuest{}, incident.SignGate{}, incident.ApproveErasure{}, incident.AskPerson{}}
	for _, n := range incident.CommandNames() {
		cmd, err := incident.ParseCommand(n, nil)
		if err == nil && !strings.HasPrefix(n, "roster.") { // those are acts of the standing log
			out = append(out, cmd)
		}
	}
	return out
}

// next makes one command.
func (h *hand) next(all []incident.Command) incident.Command {
	of := pick(h, all)
	v := reflect.New(reflect.TypeOf(of)).Elem()
	h.fill(of.Name(), v)
	switch cmd := v.Interface().(type) {
	case incident.ApproveNotice:
		if n := h.st.Notice(cmd.Notice); n != nil {
			cmd.Digest, cmd.Opened = n.Digest, true
		}
		return cmd
	case incident.WithdrawNotice:
		if h.rng.IntN(3) > 0 {
			return incident.SubmitNotice{Notice: cmd.Notice}
		}
		return cmd
	case incident.Answer:
		for seq, m := range h.st.Marks.All() {
			if m.Open {
				cmd.Entry = seq
			}
		}
		return cmd
	case incident.KeepRun:
		h.changeBook("keep" + fmt.Sprint(h.rng.IntN(9)))
		cmd.Run, cmd.Hash = "r1", h.s["plan"].Hash
		return cmd
	case incident.AddRow:
		cmd.Type, cmd.Replaces, cmd.Values = "count", 0, map[string]string{"what": secretWords, "count": "5"}
		return cmd
	case incident.AskErasure:
		cmd.Approver, cmd.Entries = "watanabe", []int64{h.st.TitleSeq}
		if n := pick(h, h.st.Notices); n != nil {
			cmd.Entries = []int64{n.Seq}
		}
		return cmd
	case incident.ImportList:
		cmd.Data = []byte("container_no,status\nMSKU1234565,IN\n")
		return cmd
	case incident.Close:
		if h.rng.IntN(40) > 0 {
			return incident.AddNote{Text: secretWords}
		}
	case incident.AdoptRun:
		h.changeBook(cmd.Reason + fmt.Sprint(h.rng.IntN(9)))
		cmd.Hash = h.s["plan"].Hash
		return cmd
	case incident.Done:
		if h.rng.IntN(2) == 0 {
			cmd.Value = fmt.Sprint(1 + h.rng.IntN(9))
		}
		return cmd
	case incident.InviteGuest:
		cmd.For, cmd.Digest = 2*time.Hour, strings.Repeat("ab", 32)
		return cmd
	}
	return v.Interface().(incident.Command)
}

// by picks who gives a command: mostly somebody who may.
func (h *hand) by(cmd incident.Command) string {
	for _, x := range h.st.Handovers {
		if a, ok := cmd.(incident.AcceptHandover); ok && a.Handover == x.ID {
			return x.To
		}
	}
	for _, x := range h.st.Erasures {
		if a, ok := cmd.(incident.ApproveErasure); ok && a.Erasure == x.ID {
			return x.Approver
		}
		if a, ok := cmd.(incident.RefuseErasure); ok && a.Erasure == x.ID {
			return x.Approver
		}
	}
	if _, ok := cmd.(incident.AskErasure); ok {
		return "sato"
	}
	if _, ok := cmd.(incident.Ack); ok && h.rng.IntN(2) == 0 {
		return "kobayashi" // the deputy, to whom the duty then passes
	}
	if _, ok := cmd.(incident.ApproveNotice); ok {
		return pick(h, []string{"watanabe", "kobayashi"})
	}
	return pick(h, []string{"sato", "watanabe", "ito", "sato", "watanabe", "kobayashi"})
}

func (h *hand) changeBook(line string) {
	text := strings.Replace(planText, "4. 集計する", "4. 集計する\n5. 追記 "+line, 1)
	if b, err := runbook.Read("plan.md", []byte(text), runbook.Options{}); err == nil {
		h.s["plan"] = b
	}
}

// machine lets time pass, alarms ring and messages go out one way or another.
func (h *hand) machine(t *testing.T) {
	h.d.now = h.d.now.Add(time.Duration(h.rng.IntN(50)) * time.Minute)
	h.d.ring()
	st, ctx := h.d.state(), t.Context()
	for tries := range 6 {
		m := pick(h, st.Messages)
		if tries == 0 { // a notice whose fate is not known is rare, and wanted
			m = h.noticeMessage(st, m)
		}
		if m == nil || m.State != incident.Queued || m.Next.After(h.d.now) {
			continue
		}
		begun, err := h.d.svc.Begin(ctx, h.d.id, m.ID)
		if err != nil {
			t.Fatal(err)
		}
		for _, b := range begun {
			out := notify.Outcome{At: h.d.now, Receipt: notify.Receipt{ID: "C9:1.5", Note: secretWords}}
			if c := pick(h, []notify.Class{"", "", notify.Temporary, notify.Permanent, notify.Unknown}); c != "" {
				out.Class, out.Err = c, secretWords
			}
			if err := h.d.svc.Settle(ctx, b.Envelope, out); err != nil {
				t.Fatal(err)
			}
		}
	}
	switch h.rng.IntN(6) {
	case 0:
		_ = h.d.svc.Surface(ctx, []string{h.d.id}, "slack", h.rng.IntN(2) == 0, h.d.now)
	case 1:
		_ = h.d.svc.Stepped(ctx, []string{h.d.id}, time.Minute)
	case 2:
		if g := pick(h, h.pools["guest"]); g != "" {
			_ = h.d.svc.GuestOpened(ctx, h.d.id, g, secretWords, false)
		}
	}
}

func (h *hand) noticeMessage(st *incident.Incident, other *incident.Message) *incident.Message {
	for _, m := range st.Messages {
		if m.Kind == "notice" && m.State == incident.Queued {
			return m
		}
	}
	return other
}

// factForm is what a string in facts may look like (ARCHITECTURE 3).
var factForm = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._:/#+=-]{0,199}$`)

// factsAreClean walks facts: the form of every string, whole numbers, and no
// word of what people typed.
func factsAreClean(x any) error {
	switch x := x.(type) {
	case string:
		for _, w := range strings.Fields(secretWords) {
			if strings.Contains(x, w) {
				return fmt.Errorf("%q holds what somebody typed", x)
			}
		}
		if !factForm.MatchString(x) {
			return fmt.Errorf("%q is not an id", x)
		}
	case json.Number:
		if n, err := x.Int64(); err != nil || n > 1<<53-1 || n < -(1<<53-1) {
			return fmt.Errorf("%s is not a whole number a reader can hold", x)
		}
	case []any:
		for _, y := range x {
			if err := factsAreClean(y); err != nil {
				return err
			}
		}
	case map[string]any:
		for k, y := range x {
			if err := errors.Join(factsAreClean(k), factsAreClean(y)); err != nil {
				return fmt.Errorf("%s: %w", k, err)
			}
		}
	}
	return nil
}

func checkFacts(t *testing.T, e *timeline.Entry) {
	t.Helper()
	d := json.NewDecoder(strings.NewReader(string(e.Facts)))
	d.UseNumber()
	var facts any
	if err := d.Decode(&facts); err != nil {
		t.Fatal(err)
	}
	if err := factsAreClean(facts); err != nil {
		t.Fatalf("facts of %s: %v\n%s", e.Kind, err, e.Facts)
	}
	for _, w := range strings.Fields(secretWords) {
		if strings.Contains(e.Actor, w) || strings.Contains(string(e.Kind), w) {
			t.Fatalf("%s by %s", e.Kind, e.Actor)
		}
	}
}

func asJSON(t *testing.T, s *incident.Incident) string {
	t.Helper()
	data, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// Every command there is, given at random by people and the machine, over and
// over: what reaches the record is ids and whole numbers, a copy never changes
// its original, and the whole refolds to the state that was lived.
func TestWholeRecord(t *testing.T) {
	seen, went, whys := map[timeline.Kind]int{}, map[string]int{}, map[string]map[string]int{}
	same := cmp.Options{cmpopts.EquateEmpty(), cmp.Exporter(func(reflect.Type) bool { return true })}
	all := commands()
	for seed := range uint64(2) {
		rng := rand.New(rand.NewPCG(seed, 11)) //nolint:gosec // a repeatable test
		h := wholeDesk(t, rng, seed%2 == 1)
		h.hostile = seed%2 == 1
		live := incident.New(h.d.id)
		for i := range 700 {
			h.look()
			cmd := h.next(all)
			who := h.by(cmd)
			if i > 600 && i%20 == 0 {
				who, cmd = "sato", incident.Close{Reason: secretWords, Override: true}
			}
			_, err := h.d.svc.Do(t.Context(), incident.Act{Person: who, Surface: "web", Name: secretWords}, h.d.id, cmd)
			var no *incident.Refusal
			if err != nil && !errors.As(err, &no) {
				t.Fatalf("%s %+v: %v", cmd.Name(), cmd, err)
			}
			if no == nil {
				went[cmd.Name()]++
			} else {
				if whys[cmd.Name()] == nil {
					whys[cmd.Name()] = map[string]int{}
				}
				whys[cmd.Name()][no.Code]++
			}
			if rng.IntN(12) == 0 {
				h.machine(t)
			}
			log := h.d.log.logs[h.d.id]
			for live.Seq < int64(len(log)) {
				e := &log[live.Seq]
				seen[e.Kind]++
				checkFacts(t, e)
				before := ""
				if live.Seq%23 == 0 {
					before = asJSON(t, live)
				}
				next := live.Clone()
				incident.Apply(next, e)
				if before != "" && before != asJSON(t, live) {
					t.Fatalf("seed %d: %s on a copy changed the original:\n%s", seed, e.Kind, cmp.Diff(before, asJSON(t, live)))
				}
				live = next
			}
		}
		if diff := cmp.Diff(live, incident.Fold(h.d.id, h.d.log.logs[h.d.id]), same); diff != "" {
			t.Fatalf("seed %d refolds differently: %s", seed, diff)
		}
		cloneShares(t, live)
	}
	var never []string
	for _, cmd := range all {
		if went[cmd.Name()] == 0 {
			never = append(never, fmt.Sprint(cmd.Name(), whys[cmd.Name()]))
		}
	}
	// Which ones go through is a matter of luck; that most do is not.
	if len(never)*2 > len(all) {
		t.Errorf("%d of %d commands never went through: %s", len(never), len(all), strings.Join(never, "\n"))
	}
	var missing []string
	for _, k := range allKinds(t) {
		if seen[k] == 0 {
			missing = append(missing, string(k))
		}
	}
	slices.Sort(missing)
	if len(missing)*2 > len(allKinds(t)) {
		t.Errorf("the record lacks %d kinds: %v", len(missing), missing)
	}
}
