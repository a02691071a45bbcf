package notify

import (
	"testing"
	"time"
)

func TestLimiterJoinsAndNeverWithholdsForLong(t *testing.T) {
	l := Limiter{Limits: Limits{Most: 3, Within: 10 * time.Minute, Every: time.Minute}}
	at := time.Date(2026, 11, 22, 3, 0, 0, 0, time.UTC)
	ask := func(after time.Duration, key string, leaves, join bool) {
		t.Helper()
		if gotLeaves, gotJoin := l.Take(key, at.Add(after)); gotLeaves != leaves || gotJoin != join {
			t.Errorf("%s after %s: leaves %v join %v", key, after, gotLeaves, gotJoin)
		}
	}
	ask(0, "sato sms", true, false)
	ask(0, "sato sms", true, false)
	ask(time.Second, "sato sms", true, false)
	ask(2*time.Second, "sato sms", false, true)
	ask(2*time.Second, "sato mail", true, false) // another means
	ask(2*time.Second, "ito sms", true, false)   // another person
	ask(60*time.Second, "sato sms", false, true)
	ask(61*time.Second, "sato sms", true, true) // one that carries all
	ask(90*time.Second, "sato sms", false, true)
	ask(121*time.Second, "sato sms", true, true)
	ask(20*time.Minute, "sato sms", true, false) // quiet since
	// However long the flood lasts, a message waits no longer than Every.
	last := at.Add(time.Hour)
	for i := range 3600 {
		now := at.Add(time.Hour + time.Duration(i)*time.Second)
		if leaves, _ := l.Take("flood", now); leaves {
			last = now
		} else if now.Sub(last) >= time.Minute {
			t.Fatalf("withheld for %s", now.Sub(last))
		}
	}
	// A clock set back must not silence anybody.
	ask(-time.Hour, "flood", true, false)
	none := Limiter{}
	for range 100 {
		if leaves, join := none.Take("x", at); !leaves || join {
			t.Fatal("no limit was asked for")
		}
	}
}
