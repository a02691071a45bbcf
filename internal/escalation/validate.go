package escalation

import (
	"fmt"
	"time"

	"irbot/internal/problem"
)

// The bounds of a level's wait. Under 30 seconds nobody can have read the
// message; over a day the page has been forgotten.
const (
	MinWait   = 30 * time.Second
	MaxWait   = 24 * time.Hour
	MaxLevels = 20
	MaxRounds = 100
	MinAckFor = 5 * time.Minute
)

// Known tells which ids exist, for the check of a policy. Each field gives
// all ids of its sort.
type Known struct {
	Roles   []string
	People  []string
	Rosters []string
	Groups  []string
}

// Check reports what is wrong with a policy. Keys are relative to the policy
// (levels[0].to[1]); file and line are left to the caller.
func (p Policy) Check(known Known) []problem.Problem {
	var out []problem.Problem
	add := func(key string, what, why, fix problem.Words) {
		out = append(out, problem.Problem{Key: key, What: what, Why: why, Fix: fix})
	}
	if len(p.Levels) == 0 || len(p.Levels) > MaxLevels {
		add("levels",
			problem.Say("上申の段が %d あります", "the policy has %d levels", len(p.Levels)),
			problem.Say("誰にも上申されないか、多すぎて最後まで届きません", "nobody would be paged, or the top would never be reached"),
			problem.Say("1〜%d 段を書いてください", "write 1 to %d levels", MaxLevels))
	}
	if p.Rounds < 0 || p.Rounds > MaxRounds {
		add("rounds",
			problem.Say("繰り返し %d 回は使えません", "%d rounds cannot be used", p.Rounds),
			problem.Say("応答がないときに何周するかの数です", "it is how often the ladder is climbed when nobody answers"),
			problem.Say("1〜%d を書くか、消してください（3 になります）", "write 1 to %d, or delete it (3)", MaxRounds))
	}
	if p.AckFor != 0 && (p.AckFor < MinAckFor || p.AckFor > MaxWait) {
		add("ack_expires",
			problem.Say("確認の有効時間 %s は使えません", "an acknowledgement cannot hold for %s", p.AckFor),
			problem.Say("短すぎれば対応中の人を何度も呼び、長すぎれば意味がありません", "too short and people at work are called again and again; too long and it means nothing"),
			problem.Say("5m から 24h の間で書くか、0s で止めてください", "write 5m to 24h, or 0s to switch it off"))
	}
	if p.Succession != "" {
		if pr, bad := known.check(Target{Kind: ToRole, ID: p.Succession}); bad {
			pr.Key = "succession"
			out = append(out, pr)
		}
	}
	for i, l := range p.Levels {
		key := fmt.Sprintf("levels[%d]", i)
		if l.Wait < MinWait || l.Wait > MaxWait {
			add(key+".wait",
				problem.Say("待ち時間 %s は使えません", "a wait of %s cannot be used", l.Wait),
				problem.Say("短すぎれば読む前に次へ進み、長すぎれば止まったのと同じです", "too short and it climbs before anybody reads; too long and it has stopped"),
				problem.Say("30s から 24h の間で書いてください（例: 10m）", "write 30s to 24h, e.g. 10m"))
		}
		p.checkLevel(l, key, add)
		if len(l.To) == 0 {
			add(key+".to",
				problem.Say("この段の相手がいません", "this level names nobody"),
				problem.Say("待ち時間だけが過ぎます", "only time would pass"),
				problem.Say("to: [\"duty:primary\"] や [\"role:ciso\"] のように書いてください", "write to: [\"duty:primary\"] or [\"role:ciso\"]"))
		}
		for j, t := range l.To {
			if pr, bad := known.check(t); bad {
				pr.Key = fmt.Sprintf("%s.to[%d]", key, j)
				out = append(out, pr)
			}
		}
	}
	return out
}

// checkLevel looks at the waits per severity and the answers wanted.
func (p Policy) checkLevel(l Level, key string, add func(key string, what, why, fix problem.Words)) {
	for i, w := range l.By {
		if w != 0 && (w < MinWait || w > MaxWait) {
			add(key+".severity_wait",
				problem.Say("重大度%d の待ち時間 %s は使えません", "a wait of %[2]s for severity %[1]d cannot be used", i+1, w),
				problem.Say("短すぎれば読む前に次へ進み、長すぎれば止まったのと同じです", "too short and it climbs before anybody reads; too long and it has stopped"),
				problem.Say("30s から 24h の間で書いてください（例: 5m）", "write 30s to 24h, e.g. 5m"))
		}
	}
	if l.Need < NeedAll || l.Need > 100 {
		add(key+".answers",
			problem.Say("必要な確認の数 %d は使えません", "%d answers cannot be asked for", l.Need),
			problem.Say("何人の確認で上申を終えるかの数です", "it is how many answers end the climb"),
			problem.Say("any（一人）、all（全員）、または 2 のような数を書いてください", "write any, all or a number such as 2"))
	}
}

func (k Known) check(t Target) (problem.Problem, bool) {
	ids, ja, en := k.Roles, "役割", "role"
	switch t.Kind {
	case ToPerson:
		ids, ja, en = k.People, "人", "person"
	case ToDuty:
		ids, ja, en = k.Rosters, "当番表", "duty roster"
	case ToGroup:
		ids, ja, en = k.Groups, "グループ", "group"
	case ToRole, ToDeputy: // a deputy is named through the role
	}
	for _, id := range ids {
		if id == t.ID {
			return problem.Problem{}, false
		}
	}
	fix := problem.Say("連絡先一覧（または duty:）に登録するか、あるものを書いてください", "add it to the directory (or under duty:), or name an existing one")
	if near := problem.Nearest(t.ID, ids); near != "" {
		fix = problem.Say("「%s:%s」のことですか", "did you mean %s:%s?", string(t.Kind), near)
	}
	return problem.Problem{
		What: problem.Words{JA: fmt.Sprintf("%s「%s」がありません", ja, t.ID), EN: fmt.Sprintf("there is no %s %q", en, t.ID)},
		Why:  problem.Say("この段では誰も呼ばれません", "this level would page nobody"),
		Fix:  fix,
	}, true
}
