package auth

import (
	"strings"
	"testing"
	"time"
)

func TestHashAndCheck(t *testing.T) {
	h, err := Hash("正しい馬 電池 ホチキス")
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(h, "馬") {
		t.Fatal("hash shows the password")
	}
	if ok, err := Check(h, "正しい馬 電池 ホチキス"); !ok || err != nil {
		t.Fatalf("right password refused: %v", err)
	}
	if ok, _ := Check(h, "正しい馬 電池 ホチキズ"); ok {
		t.Fatal("wrong password accepted")
	}
	for _, bad := range []string{"", "plain", "$argon2id$v=19$m=9999999999,t=1,p=1$aa$bb", strings.Replace(h, "argon2id", "argon2i", 1)} {
		if ok, err := Check(bad, "x"); ok || err == nil {
			t.Errorf("broken hash %q: ok=%v err=%v", bad, ok, err)
		}
	}
}

func TestThrottleSlowsOneKeyOnly(t *testing.T) {
	var th Throttle
	now := time.Date(2026, 11, 22, 6, 30, 0, 0, time.UTC)
	for range freeTries {
		if th.Wait("a|1", now) != 0 {
			t.Fatal("waited too early")
		}
		th.Wrong("a|1", now)
	}
	if th.Wait("a|1", now) == 0 {
		t.Fatal("no wait after wrong tries")
	}
	if th.Wait("a|2", now) != 0 || th.Wait("b|1", now) != 0 {
		t.Fatal("somebody else has to wait")
	}
	for range 40 {
		th.Wrong("a|1", now)
	}
	if w := th.Wait("a|1", now); w > maxWait {
		t.Fatalf("waits %v", w)
	}
	th.Right("a|1")
	if th.Wait("a|1", now) != 0 {
		t.Fatal("still waiting after the right answer")
	}
}

func TestWeak(t *testing.T) {
	for pw, want := range map[string]string{"short": "password.short", "satosatosato1234": "password.name", strings.Repeat("a", 20): "password.plain", "ちゃんと長い合言葉です今日": ""} {
		if got := Weak(pw, "sato"); got != want {
			t.Errorf("%q: %q, want %q", pw, got, want)
		}
	}
}
