package auth

import (
	"strconv"
	"testing"
	"time"
)

func TestSigned(t *testing.T) {
	const secret, body = "0123456789abcdef", `{"id":"x"}`
	now := time.Date(2026, 11, 22, 6, 30, 0, 0, time.UTC)
	stamp := strconv.FormatInt(now.Unix(), 10)
	good := Signature(secret, stamp, []byte(body))
	// HMAC-SHA256 of "1795329000.{"id":"x"}" as python3's hmac module gives it.
	if want := "v1=ad106f64fe6b208f7ef805aba7041eb58d25c4fad3f59928d0878148ac28bf1e"; good != want {
		t.Errorf("signature %s, want %s", good, want)
	}
	for _, tt := range []struct {
		name, secret, stamp, signature, body string
		at                                   time.Time
		want                                 bool
	}{
		{"good", secret, stamp, good, body, now, true},
		{"other body", secret, stamp, good, `{"id":"y"}`, now, false},
		{"other secret", "fedcba9876543210", stamp, good, body, now, false},
		{"no secret", "", stamp, Signature("", stamp, []byte(body)), body, now, false},
		{"other time", secret, strconv.FormatInt(now.Unix()+1, 10), good, body, now, false},
		{"no time", secret, "", Signature(secret, "", []byte(body)), body, now, false},
		{"no signature", secret, stamp, "", body, now, false},
		{"without its version", secret, stamp, good[3:], body, now, false},
		{"at the end", secret, stamp, good, body, now.Add(5 * time.Minute), true},
		{"too old", secret, stamp, good, body, now.Add(6 * time.Minute), false},
		{"from the future", secret, stamp, good, body, now.Add(-6 * time.Minute), false},
	} {
		if got := Signed(tt.secret, tt.stamp, tt.signature, []byte(tt.body)) && Fresh(tt.stamp, tt.at); got != tt.want {
			t.Errorf("%s: %v", tt.name, got)
		}
	}
}

func TestBudgetRefillsEvenly(t *testing.T) {
	b := Budget{PerMinute: 6}
	now := time.Date(2026, 11, 22, 6, 30, 0, 0, time.UTC)
	if b.Take("a", 6, now) != 0 {
		t.Error("a minute's worth is refused")
	}
	if got := b.Take("a", 1, now); got != 10*time.Second {
		t.Errorf("the next one waits %v", got)
	}
	if b.Take("b", 1, now) != 0 {
		t.Error("another sender has to wait")
	}
	if b.Take("a", 1, now.Add(10*time.Second)) != 0 || b.Take("a", 1, now.Add(10*time.Second)) == 0 {
		t.Error("after ten seconds there is one, and only one")
	}
	if b.Take("a", 50, now.Add(time.Hour)) != 0 {
		t.Error("a large call finds the budget full and is refused")
	}
	if b.Take("a", 1, now.Add(time.Hour)) == 0 {
		t.Error("a large call took nothing")
	}
}

func TestStrikeTellsWhoHasToWait(t *testing.T) {
	var th Throttle
	now := time.Date(2026, 11, 22, 6, 30, 0, 0, time.UTC)
	for range freeTries {
		if th.Strike("a", now) != 0 {
			t.Fatal("waits too early")
		}
	}
	if th.Strike("a", now) == 0 || th.Strike("b", now) != 0 {
		t.Error("the wrong one waits")
	}
}
