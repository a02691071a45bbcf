package escalation_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"irbot/internal/escalation"
)

func people() escalation.Lookup {
	return escalation.Lookup{
		RoleHolders: func(role string) []string {
			return map[string][]string{"ciso": {"watanabe"}, "exec": {"yoshida", "ghost"}, "empty": nil}[role]
		},
		Deputies: func(role string) []string { return map[string][]string{"ciso": {"kobayashi", "watanabe"}}[role] },
		Duty: func(roster string, at time.Time) []string {
			if roster == "primary" && at.Hour() < 7 {
				return []string{"sato"}
			}
			return nil
		},
		Exists: func(id string) bool { return id != "ghost" },
	}
}

func to(words ...string) []escalation.Target {
	var out []escalation.Target
	for _, w := range words {
		t, err := escalation.ParseTarget(w)
		if err != nil {
			panic(err)
		}
		out = append(out, t)
	}
	return out
}

func ladder() escalation.Policy {
	return escalation.Policy{ID: "ciso", Rounds: 2, Levels: []escalation.Level{
		{To: to("duty:primary"), Wait: 3 * time.Minute},
		{To: to("role:ciso", "deputy:ciso"), Wait: 10 * time.Minute},
		{To: to("role:exec", "person:ghost"), Wait: 10 * time.Minute},
	}}
}

func TestResolve(t *testing.T) {
	early := time.Date(2026, 11, 24, 6, 33, 0, 0, time.UTC)
	for _, c := range []struct {
		level int
		at    time.Time
		want  []string
		ok    bool
	}{
		{0, early, []string{"sato"}, true},
		{0, early.Add(time.Hour), nil, false},
		{1, early, []string{"watanabe", "kobayashi"}, true},
		{2, early, []string{"yoshida"}, true},
		{3, early, nil, false},
		{-1, early, nil, false},
	} {
		got, ok := escalation.Resolve(ladder(), c.level, c.at, people())
		if ok != c.ok || cmp.Diff(c.want, got) != "" {
			t.Errorf("level %d at %s: %v, %v; want %v", c.level, c.at.Format("15:04"), got, ok, c.want)
		}
	}
}

func TestNextClimbsAllRoundsThenStops(t *testing.T) {
	p := ladder()
	var got []escalation.Position
	for pos, more := (escalation.Position{}), true; more; pos, more = p.Next(pos) {
		got = append(got, pos)
	}
	want := []escalation.Position{{}, {Level: 1}, {Level: 2}, {Round: 1}, {Round: 1, Level: 1}, {Round: 1, Level: 2}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	p.Rounds = 0
	if _, more := p.Next(escalation.Position{Round: 1, Level: 2}); !more {
		t.Error("no round count must mean three rounds")
	}
	if _, more := (escalation.Policy{}).Next(escalation.Position{}); more {
		t.Error("a policy without levels has nothing next")
	}
}

func TestExplainPassesEmptyLevelsAtOnce(t *testing.T) {
	start := time.Date(2026, 11, 24, 6, 50, 0, 0, time.UTC)
	var got []string
	for _, r := range escalation.Explain(ladder(), escalation.Case{Start: start}, people()) {
		who := strings.Join(r.People, ",")
		if r.Nobody {
			who = "nobody"
		}
		got = append(got, r.After.String()+" "+r.At.Format("15:04")+" "+who)
	}
	want := []string{
		"0s 06:50 sato", "3m0s 06:53 watanabe,kobayashi", "13m0s 07:03 yoshida",
		"23m0s 07:13 nobody", "23m0s 07:13 watanabe,kobayashi", "33m0s 07:23 yoshida",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if !escalation.Reachable(ladder(), start, people()) {
		t.Error("the ladder reaches people")
	}
	if escalation.Reachable(escalation.Policy{Levels: []escalation.Level{{To: to("role:empty")}}}, start, people()) {
		t.Error("an empty role reaches nobody")
	}
}

func TestParseTarget(t *testing.T) {
	for _, bad := range []string{"", "ciso", "role:", "team:x", ":x", "role"} {
		if got, err := escalation.ParseTarget(bad); err == nil {
			t.Errorf("%q read as %v", bad, got)
		}
	}
	if got := to(" duty: primary ")[0].String(); got != "duty:primary" {
		t.Errorf("got %q", got)
	}
}

func TestCheck(t *testing.T) {
	known := escalation.Known{Roles: []string{"ciso", "exec"}, People: []string{"ghost"}, Rosters: []string{"primary"}}
	if got := ladder().Check(known); len(got) > 0 {
		t.Fatalf("good policy refused: %v", got[0])
	}
	for name, c := range map[string]struct {
		change func(*escalation.Policy)
		key    string
	}{
		"no levels":      {func(p *escalation.Policy) { p.Levels = nil }, "levels"},
		"rounds":         {func(p *escalation.Policy) { p.Rounds = -1 }, "rounds"},
		"short wait":     {func(p *escalation.Policy) { p.Levels[1].Wait = time.Second }, "levels[1].wait"},
		"long wait":      {func(p *escalation.Policy) { p.Levels[1].Wait = 25 * time.Hour }, "levels[1].wait"},
		"nobody":         {func(p *escalation.Policy) { p.Levels[2].To = nil }, "levels[2].to"},
		"unknown role":   {func(p *escalation.Policy) { p.Levels[1].To = to("role:cisco") }, "levels[1].to[0]"},
		"unknown roster": {func(p *escalation.Policy) { p.Levels[0].To = to("duty:second") }, "levels[0].to[0]"},
		"unknown person": {func(p *escalation.Policy) { p.Levels[0].To = to("duty:primary", "person:x") }, "levels[0].to[1]"},
	} {
		p := ladder()
		c.change(&p)
		got := p.Check(known)
		if len(got) != 1 || got[0].Key != c.key || got[0].Fix.JA == "" || got[0].Fix.EN == "" {
			t.Errorf("%s: %+v", name, got)
		}
	}
}
