package sqlite

import (
	"maps"
	"path/filepath"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"irbot/internal/incident"
	"irbot/internal/timeline"
)

// sameAsRefold compares every cached state with a fold of the file.
func sameAsRefold(t testing.TB, s *Store) {
	t.Helper()
	heads, err := s.Heads(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for id, pos := range heads {
		cached, err := s.State(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		fresh, err := foldFrom(t.Context(), s.db, newFolded(id))
		if err != nil {
			t.Fatal(err)
		}
		if fresh.pos != pos {
			t.Errorf("%s: index at %d, entries at %d", id, pos.Seq, fresh.pos.Seq)
		}
		if d := cmp.Diff(fresh.state, cached, cmpopts.EquateEmpty()); d != "" {
			t.Errorf("%s: cached state differs from a refold:\n%s", id, d)
		}
	}
}

// kinds are what the random drafts are made of; one is unknown on purpose.
func kinds() []timeline.Kind {
	return []timeline.Kind{
		incident.KindReported, incident.KindDeclared, incident.KindRetitled, incident.KindClosed, incident.KindLinked, incident.KindSeverity,
		incident.KindRole, incident.KindMoment, incident.KindRunStarted, incident.KindPhaseEnd, incident.KindStepTaken, incident.KindStepDone,
		incident.KindStepSecond, incident.KindStepBlocked, incident.KindStepFreed, incident.KindStepSkipped, incident.KindStepNA,
		incident.KindStepReopened, incident.KindStepOverdue, incident.KindStepExtended, incident.KindStepReminded, incident.KindStepAdded,
		incident.KindCautionAdded, incident.KindCautionLifted, incident.KindDecisionOpened, incident.KindDecisionMade,
		incident.KindDecisionObjected, incident.KindDecisionReview, incident.KindNote, incident.KindStruck, incident.KindAnswered,
		incident.KindUndone, incident.KindEvidence, incident.KindFigure, incident.KindEscStarted, incident.KindEscPaged, incident.KindEscAcked,
		incident.KindEscDelegated, incident.KindEscExhausted, incident.KindEscEnded, incident.KindMsgAttempted, incident.KindMsgAccepted,
		incident.KindMsgRetrying, incident.KindMsgFailed, incident.KindMsgUnconfirmed, incident.KindMsgResolved, incident.KindMsgReported, incident.KindNoticeDrafted,
		incident.KindNoticeEdited, incident.KindNoticeSubmitted, incident.KindNoticeApproved, incident.KindNoticeReturned,
		incident.KindNoticeWithdrawn, incident.KindDutyStarted, incident.KindDutyMet, incident.KindDutyPassed, incident.KindReport,
		incident.KindReportSnoozed, incident.KindReportWarned, incident.KindReportOverdue, incident.KindHandoverOffer,
		incident.KindHandoverAccept, incident.KindSurfaceLost, incident.KindSurfaceRestored, incident.KindRefused, "future.kind",
	}
}

// randomFacts draws facts from the members the fold reads, fitting or not.
func randomFacts(t *rapid.T, msgs []string) facts {
	us := func() int64 {
		return t0.Add(time.Duration(rapid.IntRange(-3600, 36000).Draw(t, "at")) * time.Second).UnixMicro()
	}
	small := rapid.IntRange(0, 4)
	pick := func(name string, of ...string) string { return rapid.SampledFrom(of).Draw(t, name) }
	all := facts{
		"surfaces": []string{"slack"}, "report_every_s": 1800, "report_later_s": 3600, "level": small.Draw(t, "level"), "role": pick("role", "ciso", "lead"),
		"person": pick("person", "u1", "u2"), "moment": pick("moment", "occurred", "detected"), "at_us": us(), "run": "r1", "runbook": "tos", "hash": "abc",
		"first": 1, "step": pick("step", "r1/1.1", "r1/1.2", "r1/2.1"), "due_us": us(), "phase": small.Draw(t, "phase"), "n": small.Draw(t, "n"),
		"caution": small.Draw(t, "caution"), "decision": pick("decision", "D1", "D2"), "options": []string{"a", "b"}, "choice": pick("choice", "a", "b"),
		"review_us": us(), "important": true, "open": true, "corrects": small.Draw(t, "corrects"), "source": "slack:C1:1.1", "entry": small.Draw(t, "entry"),
		"id": "E1", "item": "reefers", "esc": pick("esc", "e1", "e2"), "policy": "ciso", "round": small.Draw(t, "round"), "wait_s": 300, "rounds": 3,
		"levels": []facts{{"wait_s": 300, "to": []string{"role:ciso"}}}, "to": []facts{{"person": "u1", "means": []string{"slack", "mail"}}},
		"via": "slack", "reason": "report", "ref": "x", "msg": pick("msg", append(msgs, "IR-1/n1/u1")...), "means": []string{"mail"}, "try": 1, "final": true,
		"next_us": us(), "as": pick("as", "sent", "failed", "delivered", "read"), "notice": pick("notice", "N1", "N2"), "dest": "mlit", "no": 1, "tlp": "amber", "digest": "abc",
		"duty": pick("duty", "d1", "d2"), "from": pick("from", "declared", "detected"), "within_s": 3600, "base_us": us(), "report": small.Draw(t, "report"),
		"handover": "h1", "surface": "slack", "count": small.Draw(t, "count"),
		"phases": []facts{{"no": 1, "steps": []facts{{"key": "1.1", "n": 1, "phase": 1, "limit_s": 600}, {"key": "1.2", "n": 2, "phase": 1, "every_s": 900}}}},
	}
	keys := slices.Sorted(maps.Keys(all))
	out := facts{}
	for _, k := range rapid.SliceOfNDistinct(rapid.SampledFrom(keys), 8, len(keys), rapid.ID[string]).Draw(t, "keys") {
		out[k] = all[k]
	}
	return out
}

// TestCacheEqualsRefold records random drafts, through restarts of the cache,
// and expects state, timers, outbox and index to be what a refold gives.
func TestCacheEqualsRefold(t *testing.T) {
	base, round := t.TempDir(), 0
	rapid.Check(t, func(rt *rapid.T) {
		round++
		s, err := Open(t.Context(), Options{Dir: filepath.Join(base, strconv.Itoa(round)), Wall: wall, Ballast: 4096, CacheStates: rapid.IntRange(1, 2).Draw(rt, "cache")})
		if err != nil {
			rt.Fatal(err)
		}
		defer s.Close()
		ids := []string{mustCreate(t, s, false).Incident, mustCreate(t, s, true).Incident, timeline.SiteLog}
		for range rapid.IntRange(1, 10).Draw(rt, "calls") {
			id := rapid.SampledFrom(ids).Draw(rt, "id")
			var msgs []string
			if rows, err := s.DueRows(t.Context(), t0.Add(time.Hour), 3); err == nil {
				for _, r := range rows {
					msgs = append(msgs, r.ID)
				}
			}
			var c incident.Change
			for range rapid.IntRange(1, 3).Draw(rt, "entries") {
				c.Entries = append(c.Entries, timeline.Draft{
					Kind: rapid.SampledFrom(kinds()).Draw(rt, "kind"), Actor: rapid.SampledFrom([]string{"u1", timeline.System}).Draw(rt, "actor"), Facts: randomFacts(rt, msgs),
				})
			}
			if _, err := add(s, id, "", c); err != nil {
				rt.Fatalf("%v\n%v", err, c)
			}
		}
		sameAsRefold(t, s)
		found, err := s.Check(t.Context(), nil)
		if err != nil || len(found.Differences) != 0 {
			rt.Fatal(found.Differences, err)
		}
	})
}
