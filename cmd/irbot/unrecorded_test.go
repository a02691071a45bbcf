package main

import (
	"errors"
	"strings"
	"testing"
	"time"

	"irbot/internal/notify"
	"irbot/internal/timeline"
)

// TestPeopleAreToldPastTheRecord: a failing disk for a moment tells nobody, one that stays broken tells the operators
// once, whatever means still works, and once more when it is over; only then is it an entry.
func TestPeopleAreToldPastTheRecord(t *testing.T) {
	box := &postbox{}
	n, m := anchorNode(t, box), &mute{}
	n.out.Senders[notify.Slack] = &channelBox{said: map[string]string{}, err: errors.New("away")}
	at := time.Now()
	step := func(after time.Duration, broken bool) int {
		at = at.Add(after)
		n.muteStep(t.Context(), m, at, broken)
		return len(box.words(t))
	}
	if got := step(0, true) + step(10*time.Second, true) + step(5*time.Second, false) + step(10*time.Second, true); got != 0 {
		t.Fatalf("a hiccup was told %d times", got)
	}
	box.mu.Lock()
	box.down = true
	box.mu.Unlock()
	if got := step(21*time.Second, true); got != 0 || len(m.told) != 0 {
		t.Fatalf("mail is away, told %v", m.told)
	}
	box.mu.Lock()
	box.down = false
	box.mu.Unlock()
	people := len(n.operators(at))
	if got := step(61*time.Second, true); people == 0 || got != people {
		t.Fatalf("told %d of %d operators", got, people)
	}
	if got := step(time.Hour, true) + step(time.Second, false); got != 2*people {
		t.Fatalf("told again while nothing changed: %d letters", got)
	}
	down := box.words(t)[0]
	for _, want := range []string{"【irbot】記録できません", "has not been able to write its record", "紙に書き留めて"} {
		if !strings.Contains(down, want) {
			t.Errorf("the letter lacks %q:\n%s", want, down)
		}
	}
	if got := step(21*time.Second, false); got != 2*people {
		t.Fatalf("the end was told in %d letters", got-people)
	}
	list, err := n.store.KindsOf(t.Context(), timeline.SiteLog, kindMuted)
	if err != nil || len(list) != 1 {
		t.Fatalf("%d entries, %v", len(list), err)
	}
	if got := step(time.Hour, false); got != 2*people || m.told != nil {
		t.Error("it does not come to rest")
	}
}
