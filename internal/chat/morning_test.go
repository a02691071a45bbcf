package chat

import (
	"context"
	"fmt"
	"testing"
	"time"

	"irbot/internal/directory"
	"irbot/internal/escalation"
	"irbot/internal/incident"
	"irbot/internal/notify"
	"irbot/internal/report"
	"irbot/internal/runbook"
	"irbot/internal/timeline"
)

// desk is the real service on a record in memory, with a clock the test turns.
type desk struct {
	t     testing.TB
	log   map[string][]timeline.Entry
	n     map[string]int
	svc   *incident.Service
	site  *incident.Site
	words *Words
	now   time.Time
	id    string
}

func (d *desk) Create(_ context.Context, o incident.Opening, decide func(string) (incident.Change, error)) (incident.Result, error) {
	kind := "IR"
	if o.Drill {
		kind = "DR"
	}
	id := fmt.Sprintf("%s-%d", kind, d.n[kind]+12)
	ch, err := decide(id)
	if err != nil {
		return incident.Result{}, err
	}
	d.n[kind]++
	return d.add(id, o.Request, o.Now, ch)
}

func (d *desk) Update(_ context.Context, t incident.Target, decide func(*incident.Incident) (incident.Change, error)) (incident.Result, error) {
	ch, err := decide(incident.Fold(t.Incident, d.log[t.Incident]))
	if err != nil {
		return incident.Result{}, err
	}
	return d.add(t.Incident, t.Request, t.Now, ch)
}

func (d *desk) add(id, request string, now time.Time, ch incident.Change) (incident.Result, error) {
	res := incident.Result{Incident: id, Outcome: ch.Outcome, At: now}
	for _, draft := range ch.Entries {
		var pos timeline.Position
		if n := len(d.log[id]); n > 0 {
			pos = d.log[id][n-1].Position()
		}
		e, err := timeline.Seal(draft, timeline.SealAt{Incident: id, Prev: pos, Now: now, Request: request, Salt: make([]byte, 16)})
		if err != nil {
			return incident.Result{}, err
		}
		d.log[id] = append(d.log[id], e)
		res.Entries = append(res.Entries, e)
	}
	res.State = incident.Fold(id, d.log[id])
	return res, nil
}

func (d *desk) State(_ context.Context, id string) (*incident.Incident, error) {
	if len(d.log[id]) == 0 {
		return nil, incident.ErrNotFound
	}
	return incident.Fold(id, d.log[id]), nil
}

func (d *desk) Entries(_ context.Context, id string, from, to int64) ([]timeline.Entry, error) {
	log := d.log[id]
	if to == 0 || to > int64(len(log)) {
		to = int64(len(log))
	}
	return log[min(from-1, to):to], nil
}

func (d *desk) Texts(_ context.Context, id string, seqs []int64) (map[int64]timeline.Text, error) {
	out := map[int64]timeline.Text{}
	for _, s := range seqs {
		if s >= 1 && s <= int64(len(d.log[id])) {
			out[s] = d.log[id][s-1].Fields()
		}
	}
	return out, nil
}

func newDesk(t testing.TB) *desk {
	d := &desk{t: t, log: map[string][]timeline.Entry{}, n: map[string]int{}, now: at("2026-11-22 06:33:00").UTC(), site: portSite(), words: testWords(t)}
	d.svc = incident.NewService(incident.Parts{Log: d, Reader: d, Site: d.site, Wall: func() time.Time { return d.now }})
	return d
}

func portSite() *incident.Site {
	book := portBook()
	to := func(kind escalation.TargetKind, id string) []escalation.Target {
		return []escalation.Target{{Kind: kind, ID: id}}
	}
	return &incident.Site{
		ID: "sakura", Name: "さくら港ターミナル", Zone: jst, Phone: "03-1234-5678", Directory: portPeople(),
		RoleOf: func(w string) string {
			return map[string]string{"CISO": "ciso", "情報システム": "it", "連絡": "liaison"}[w]
		},
		DestOf:   func(w string) string { return map[string]string{"国土交通省": "mlit"}[w] },
		OnDuty:   func(string, time.Time) []string { return []string{"sato"} },
		OnReport: "duty", OnDeclare: "ciso",
		Policies: []escalation.Policy{
			{ID: "duty", Name: "通報", Rounds: 2, Levels: []escalation.Level{{To: to(escalation.ToDuty, "primary"), Wait: 3 * time.Minute}, {To: to(escalation.ToPerson, "tanaka"), Wait: 5 * time.Minute}}},
			{ID: "ciso", Name: "CISO", Rounds: 2, Levels: []escalation.Level{{To: to(escalation.ToRole, "ciso"), Wait: 8 * time.Minute}, {To: to(escalation.ToDeputy, "ciso"), Wait: 5 * time.Minute}, {To: to(escalation.ToPerson, "yoshida"), Wait: 10 * time.Minute}}},
		},
		Runbook:  func(id string) (*runbook.Runbook, bool) { return book, id == book.ID },
		Runbooks: func() []string { return []string{book.ID} },
		Mapped:   map[string]string{"": book.ID},
		Duties: []incident.DutyRule{
			{ID: "mlit-first", Dest: "mlit", From: "declared", Within: time.Hour, Name: "国土交通省 第一報", NameEN: "First report to MLIT", Basis: "自社の目標", BasisEN: "Own target", Checked: at("2026-09-01 00:00:00")},
			{ID: "police-first", Dest: "police", From: "declared", Within: 2 * time.Hour, Name: "県警への連絡", NameEN: "Call to the police", Basis: "自社の目標", BasisEN: "Own target"},
			{ID: "ppc", Dest: "ppc", From: "recognised", Within: 72 * time.Hour, Name: "個人情報保護委員会 速報", NameEN: "PPC preliminary report", Basis: "個人情報保護法", BasisEN: "APPI"},
		},
		ReportEvery: 30 * time.Minute, ReportLater: time.Hour, Permissions: incident.DefaultPermissions(), Surfaces: []string{"slack"},
	}
}

func portPeople() *directory.Directory {
	reach := func(id, phone string) []directory.Address {
		return []directory.Address{{Means: notify.Mail, To: id + "@example.jp"}, {Means: notify.Phone, To: phone}}
	}
	return &directory.Directory{
		People: []directory.Person{
			{ID: "sato", Name: "佐藤", NameEN: "Sato", Roles: []string{"it"}, Reach: reach("sato", "090-0000-0001")},
			{ID: "tanaka", Name: "田中", NameEN: "Tanaka", Reach: reach("tanaka", "090-0000-0002")},
			{ID: "watanabe", Name: "渡辺", NameEN: "Watanabe", Roles: []string{"ciso"}, Reach: reach("watanabe", "090-0000-0003")},
			{ID: "kobayashi", Name: "小林", NameEN: "Kobayashi", Reach: reach("kobayashi", "090-0000-0004")},
			{ID: "yoshida", Name: "吉田", NameEN: "Yoshida", Roles: []string{"exec"}, Reach: reach("yoshida", "090-0000-0005")},
			{ID: "suzuki", Name: "鈴木", NameEN: "Suzuki", Roles: []string{"liaison"}, Reach: reach("suzuki", "090-0000-0006")},
			{ID: "ito", Name: "伊藤", NameEN: "Ito", Roles: []string{"it"}, Reach: reach("ito", "090-0000-0007")},
		},
		Roles: []directory.Role{
			{ID: "lead", Name: "指揮", NameEN: "Commander"}, {ID: "ciso", Name: "CISO", NameEN: "CISO", Deputy: []string{"kobayashi"}},
			{ID: "it", Name: "情報システム", NameEN: "IT"}, {ID: "liaison", Name: "連絡", NameEN: "Liaison"}, {ID: "exec", Name: "経営", NameEN: "Executive"},
		},
		Destinations: []directory.Destination{
			{ID: "mlit", Name: "国土交通省", NameEN: "MLIT", Kind: "authority", Outside: true, Contact: "港湾局 山本様", TLP: "AMBER",
				Reach: []directory.Address{{Means: notify.Phone, To: "03-0000-0000"}, {Means: notify.Mail, To: "mlit@example.jp"}}},
			{ID: "police", Name: "県警", NameEN: "Police", Kind: "police", Outside: true, TLP: "AMBER", Reach: []directory.Address{{Means: notify.Phone, To: "110"}}},
			{ID: "ppc", Name: "個人情報保護委員会", NameEN: "PPC", Kind: "authority", Outside: true, TLP: "AMBER", Reach: []directory.Address{{Means: notify.Mail, To: "ppc@example.jp"}}},
		},
	}
}

func portBook() *runbook.Runbook {
	limit := func(m int) *runbook.Limit {
		return &runbook.Limit{After: time.Duration(m) * time.Minute, Anchor: runbook.FromCurrent}
	}
	return &runbook.Runbook{ID: "tos", Hash: incident.HashOf([]byte("tos")), Source: []byte("tos"), Title: "TOS停止", Version: "第3版", Phases: []runbook.Phase{
		{No: 1, Title: "初動", Kind: "action", Steps: []runbook.Step{
			{Key: "1.1", Title: "端末のケーブルを抜く", Owner: []string{"情報システム"}, Due: limit(10), Evidence: []string{"写真"}, Forbidden: []string{"電源を切らない"},
				SubSteps: []runbook.SubStep{{Title: "第3ゲートの端末から"}, {Title: "管理棟の端末", Subs: []runbook.SubStep{{Title: "2階ラックA"}}}}},
			{Key: "1.2", Title: "TOSサーバーをネットワークから切り離す", TwoPerson: true, Due: limit(15), DoneWhen: "スイッチ1番ポートのランプが消えている",
				Notes: []runbook.Note{{Kind: "warning", Text: "電源は触らない"}}, Commands: []runbook.Command{{Text: "show interface status"}}},
		}},
		{No: 2, Title: "封じ込め", Kind: "action", Steps: []runbook.Step{
			{Key: "2.1", Title: "ゲートを全面閉鎖するか", Approver: []string{"CISO"}, Decision: &runbook.Decision{Question: "ゲートを全面閉鎖するか", Branches: []runbook.Branch{
				{Label: "全面閉鎖", Text: "誤搬出を防ぐ", To: &runbook.Ref{Step: "2.3"}}, {Label: "手作業で継続"}}}},
			{Key: "2.2", Title: "手作業の準備"},
			{Key: "2.3", Title: "国土交通省へ第一報", Owner: []string{"連絡"}, Notify: []runbook.NotifyPoint{{To: "国土交通省"}}},
			{Key: "2.4", Title: "予備回線の確認", Optional: true, Condition: "予備回線があるとき"},
		}},
	}}
}

func (d *desk) open(who string, cmd incident.Command) {
	d.t.Helper()
	res, err := d.svc.Open(context.Background(), incident.Act{Person: who, Surface: "web", Name: "ゲート係"}, cmd)
	if err != nil {
		d.t.Fatal(err)
	}
	d.id = res.Incident
}

// reports gives the site the shipped forms.
func (d *desk) reports() *report.Forms {
	d.t.Helper()
	forms, err := report.Shipped()
	if err != nil {
		d.t.Fatal(err)
	}
	d.site.Forms = forms
	d.svc.SetSite(d.site)
	return forms
}

func (d *desk) do(who string, cmd incident.Command) incident.Result {
	d.t.Helper()
	res, err := d.svc.Do(context.Background(), incident.Act{Person: who, Surface: "web"}, d.id, cmd)
	if err != nil {
		d.t.Fatalf("%s by %s: %v", cmd.Name(), who, err)
	}
	return res
}

// at turns the clock; every alarm on the way rings at its own time.
func (d *desk) at(clock string) {
	d.t.Helper()
	end := at("2026-11-22 " + clock + ":00").UTC()
	for d.now.Before(end) {
		next := end
		st, _ := d.State(context.Background(), d.id)
		for _, tm := range st.Timers() {
			if tm.Due.After(d.now) && tm.Due.Before(next) {
				next = tm.Due
			}
		}
		d.now = next
		st, _ = d.State(context.Background(), d.id)
		for _, tm := range st.Timers() {
			if !tm.Due.After(d.now) {
				if err := d.svc.Fire(context.Background(), tm); err != nil {
					d.t.Fatal(err)
				}
			}
		}
	}
}

func (d *desk) view() *incident.View {
	d.t.Helper()
	v, err := d.svc.View(context.Background(), d.id)
	if err != nil {
		d.t.Fatal(err)
	}
	return v
}

func (d *desk) drawer(lang Lang) Drawer {
	return Drawer{Words: d.words, Lang: lang, URL: "http://127.0.0.1:8642", Entries: func(from, to int64) []timeline.Entry {
		out, _ := d.Entries(context.Background(), d.id, from, to)
		return out
	}}
}

// last is the number of the newest entry of a kind.
func (d *desk) last(kind timeline.Kind) int64 {
	d.t.Helper()
	log := d.log[d.id]
	for i := len(log) - 1; i >= 0; i-- {
		if log[i].Kind == kind {
			return log[i].Seq
		}
	}
	d.t.Fatalf("no entry %s", kind)
	return 0
}
