package chat

import (
	"errors"
	"testing"
	"time"
)

var jst = time.FixedZone("JST", 9*3600)

func at(s string) time.Time {
	t, err := time.ParseInLocation("2006-01-02 15:04:05", s, jst)
	if err != nil {
		panic(err)
	}
	return t
}

func TestParseTime(t *testing.T) {
	now := at("2026-11-22 08:42:10")
	tests := []struct{ in, want string }{
		{"8:40", "2026-11-22 08:40:00"},
		{"０８４０", "2026-11-22 08:40:00"},
		{"0840", "2026-11-22 08:40:00"},
		{"712", "2026-11-22 07:12:00"},
		{"7時12分", "2026-11-22 07:12:00"},
		{"７時１２分ごろ", "2026-11-22 07:12:00"},
		{"7時半", "2026-11-22 07:30:00"},
		{"7時", "2026-11-22 07:00:00"},
		{"午前7時12分", "2026-11-22 07:12:00"},
		{"午前0時5分", "2026-11-22 00:05:00"},
		{"7:12 AM", "2026-11-22 07:12:00"},
		{"7 am", "2026-11-22 07:00:00"},
		{"8:40:05", "2026-11-22 08:40:05"},
		{"08：40", "2026-11-22 08:40:00"},
		{"いま", "2026-11-22 08:42:10"},
		{"now", "2026-11-22 08:42:10"},
		{"15分前", "2026-11-22 08:27:10"},
		{"１５分前", "2026-11-22 08:27:10"},
		{"1時間半前", "2026-11-22 07:12:10"},
		{"1時間5分前", "2026-11-22 07:37:10"},
		{"15m ago", "2026-11-22 08:27:10"},
		{"2 hours ago", "2026-11-22 06:42:10"},
		{"-15", "2026-11-22 08:27:10"},
		{"0845", "2026-11-22 08:45:00"},  // a wall clock a little fast
		{"0847", "2026-11-22 08:47:00"},  // the last minute that still is today
		{"0848", "2026-11-21 08:48:00"},  // later than that was yesterday
		{"午後3時半", "2026-11-21 15:30:00"}, // has not come yet today
		{"2350", "2026-11-21 23:50:00"},
		{"昨日 2350", "2026-11-21 23:50:00"},
		{"昨日2350", "2026-11-21 23:50:00"},
		{"きのうの23時50分", "2026-11-21 23:50:00"},
		{"一昨日 1200", "2026-11-20 12:00:00"},
		{"今日 2350", "2026-11-22 23:50:00"},
		{"11/22 0840", "2026-11-22 08:40:00"},
		{"11/20(金) 23:10", "2026-11-20 23:10:00"},
		{"11月20日 23時10分", "2026-11-20 23:10:00"},
		{"11月20日23時10分", "2026-11-20 23:10:00"},
		{"12/31 2350", "2025-12-31 23:50:00"},
		{"2026/11/22 8:40", "2026-11-22 08:40:00"},
		{"2026-11-22 08:40", "2026-11-22 08:40:00"},
		{"令和8年11月22日 7時12分", "2026-11-22 07:12:00"},
		{"R8.11.22 7:12", "2026-11-22 07:12:00"},
		{"2026-11-22T07:12:05+09:00", "2026-11-22 07:12:05"},
		{"2026-11-21t22:12:05z", "2026-11-22 07:12:05"},
		{"2026-11-22T07:12", "2026-11-22 07:12:00"},
		{"11/22(日) 07:12 JST", "2026-11-22 07:12:00"},
	}
	for _, tt := range tests {
		got, err := ParseTime(tt.in, now, jst)
		if err != nil {
			t.Errorf("ParseTime(%q): %v", tt.in, err)
			continue
		}
		if want := at(tt.want); !got.Equal(want) {
			t.Errorf("ParseTime(%q) = %v, want %v", tt.in, got.In(jst), want)
		}
	}
	for _, bad := range []string{"", "到着", "4", "12", "2561", "8:61", "2500", "11/22", "13/1 0840", "2/30 0840", "+5", "30分後", "in 5 min", "午後13時", "手順4", "99999"} {
		if got, err := ParseTime(bad, now, jst); !errors.Is(err, ErrTime) {
			t.Errorf("ParseTime(%q) = %v, %v, want ErrTime", bad, got, err)
		}
	}
}

func TestParseTimeCountsFromTheRowAbove(t *testing.T) {
	now, prev := at("2026-11-22 08:42:00"), at("2026-11-22 07:12:00")
	got, err := ParseTimeAfter("＋５", prev, now, jst)
	if want := at("2026-11-22 07:17:00"); err != nil || !got.Equal(want) {
		t.Errorf("got %v, %v, want %v", got, err, want)
	}
}

func TestParseTimeJustAfterMidnight(t *testing.T) {
	got, err := ParseTime("2358", at("2026-11-23 00:03:00"), jst)
	if want := at("2026-11-22 23:58:00"); err != nil || !got.Equal(want) {
		t.Errorf("got %v, %v, want %v", got, err, want)
	}
}

func TestParseDeadline(t *testing.T) {
	now := at("2026-11-22 08:42:10")
	tests := []struct{ in, want string }{
		{"9:00", "2026-11-22 09:00:00"},
		{"0800", "2026-11-23 08:00:00"},
		{"24:00", "2026-11-23 00:00:00"},
		{"+30", "2026-11-22 09:12:10"},
		{"30分後", "2026-11-22 09:12:10"},
		{"1時間半後", "2026-11-22 10:12:10"},
		{"in 20 min", "2026-11-22 09:02:10"},
		{"明日 0900", "2026-11-23 09:00:00"},
		{"1/5 0900", "2027-01-05 09:00:00"},
	}
	for _, tt := range tests {
		got, err := ParseDeadline(tt.in, now, jst)
		if want := at(tt.want); err != nil || !got.Equal(want) {
			t.Errorf("ParseDeadline(%q) = %v, %v, want %v", tt.in, got.In(jst), err, want)
		}
	}
}

func TestFormats(t *testing.T) {
	ts, now := at("2026-11-22 07:12:05"), at("2026-11-22 09:00:00")
	tests := []struct{ name, got, want string }{
		{"clock", Clock(ts, jst), "07:12"},
		{"none", Clock(time.Time{}, jst), ""},
		{"near", Near(ts, now, jst), "07:12"},
		{"near, other day", Near(ts.AddDate(0, 0, -1), now, jst), "11/21 07:12"},
		{"near, other year", Near(ts.AddDate(-1, 0, 0), now, jst), "2025/11/22 07:12"},
		{"stamp", Stamp(ts.UTC(), jst, JA), "11/22(日) 07:12 JST"},
		{"stamp en", Stamp(ts, jst, EN), "Sun 22 Nov 07:12 JST"},
		{"long stamp", LongStamp(ts, jst, JA), "2026/11/22(日) 07:12:05 JST"},
		{"machine", Machine(ts, jst), "2026-11-22T07:12:05+09:00"},
		{"42 min", Duration(42*time.Minute+30*time.Second, JA), "42分"},
		{"65 min", Duration(65*time.Minute, JA), "1時間5分"},
		{"60 min", Duration(time.Hour, JA), "1時間"},
		{"51 h", Duration(51*time.Hour+20*time.Minute, JA), "2日3時間"},
		{"late", Duration(-6*time.Minute, JA), "6分"},
		{"seconds", Duration(20*time.Second, JA), "1分未満"},
		{"65 min en", Duration(65*time.Minute, EN), "1 h 5 min"},
	}
	for _, tt := range tests {
		if tt.got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.name, tt.got, tt.want)
		}
	}
}

func FuzzParseTime(f *testing.F) {
	for _, s := range []string{"8:40", "0840", "7時12分", "15分前", "11/22 0840", "令和8年11月22日 7時12分", "+5", "昨日 2350", "99/99 9999"} {
		f.Add(s)
	}
	now := at("2026-11-22 08:42:10")
	f.Fuzz(func(t *testing.T, s string) {
		got, err := ParseTime(s, now, jst)
		if err == nil && got.IsZero() {
			t.Errorf("ParseTime(%q) gave no time and no error", s)
		}
	})
}
