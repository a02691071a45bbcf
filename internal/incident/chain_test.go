package incident_test

import (
	"maps"
	"slices"
	"testing"
	"time"

	"irbot/internal/incident"
	"irbot/internal/runbook"
)

// A ladder of a runbook that names a role we do not have says that nobody holds
// it when its time comes; one that names a policy waits as the policy does.
func TestALadderWrittenInARunbook(t *testing.T) {
	d, s := planDesk(t)
	site := testSite(s["plan"])
	p := site.Policies[0]
	p.ID = "yakan"
	for i := range p.Levels {
		p.Levels[i].By, p.Levels[i].Wait = [4]time.Duration{}, time.Duration(i+3)*time.Minute
	}
	p.Rounds, p.AckFor, p.Succession = 5, 20*time.Minute, "ciso"
	site.Policies = append(site.Policies, p)
	site.Runbook = func(id string) (*runbook.Runbook, bool) { b, ok := s[id]; return b, ok }
	site.Runbooks = func() []string { return slices.Sorted(maps.Keys(s)) }
	d.svc.SetSite(site)
	b := s.put(t, "ladder.md", "# はしご\n\n## 1. 初動\n\n1. 端末を抜く\n   - 並行: はい\n   - 上申: 10分 → 知らない係 → 20分 → CISO\n2. 放送する\n   - 上申: yakan\n")
	d.do("sato", incident.StartRun{Runbook: b.ID})
	steps := d.state().Run("r2").Steps
	of := func(ref string) *incident.Escalation {
		all := d.state().Escalations
		i := slices.IndexFunc(all, func(e *incident.Escalation) bool { return e.Ref == ref })
		if i < 0 {
			return nil
		}
		return all[i]
	}
	d.at("06:40")
	if e := of(steps[0].Ref); e != nil {
		t.Fatalf("climbed before its time: %+v", e)
	}
	e := of(steps[1].Ref)
	if e == nil || len(e.Levels) != len(p.Levels) {
		t.Fatalf("the policy: %+v", e)
	}
	for i, l := range p.Levels {
		if got := e.Wait(i, 1); got != l.Wait || e.Levels[i].Need != l.Need {
			t.Errorf("level %d waits %s, the policy says %s", i+1, got, l.Wait)
		}
	}
	if e.Rounds != 5 || e.Holds != 20*time.Minute || e.Succession != "ciso" {
		t.Errorf("rounds %d, an answer holds %s, duty of %q: not as the policy says", e.Rounds, e.Holds, e.Succession)
	}
	d.at("06:44")
	if e = of(steps[0].Ref); e == nil || len(e.Paged) != 2 || len(e.Paged[0].People) != 0 || len(e.Paged[1].People) == 0 {
		t.Fatalf("nobody holds the first level, which is to be said before the next is paged: %+v", e)
	}
	if got := d.view().Text(e.Paged[0].Seq)["wanted"]; got != "知らない係" {
		t.Errorf("the record names %q as the level nobody holds", got)
	}
}

// A level may name a person the way the linter lets it be written: with a title
// or さん behind the name.
func TestALevelNamesAPerson(t *testing.T) {
	d, s := planDesk(t)
	site := testSite(s["plan"])
	site.Runbook = func(id string) (*runbook.Runbook, bool) { b, ok := s[id]; return b, ok }
	site.Runbooks = func() []string { return slices.Sorted(maps.Keys(s)) }
	d.svc.SetSite(site)
	who := site.Directory.People[0]
	b := s.put(t, "person.md", "# はしご\n\n## 1. 初動\n\n1. 端末を抜く\n   - 上申: 10分 → "+who.Name+"さん\n")
	d.do("sato", incident.StartRun{Runbook: b.ID})
	if got := d.state().Run("r2").Steps[0].Chain; len(got) != 1 || !slices.Equal(got[0].To, []string{"person:" + who.ID}) {
		t.Errorf("%sさん is %+v", who.Name, got)
	}
}
