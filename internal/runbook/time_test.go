package runbook

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestParseDuration(t *testing.T) {
	for in, want := range map[string]time.Duration{
		"15分": 15 * time.Minute, "１５分": 15 * time.Minute, "十五分": 15 * time.Minute, "1時間30分": 90 * time.Minute, "1h30m": 90 * time.Minute,
		"90分": 90 * time.Minute, "1.5h": 90 * time.Minute, "半日": 12 * time.Hour, "1時間半": 90 * time.Minute, "2日": 48 * time.Hour,
		"30 seconds": 30 * time.Second, "5 mins": 5 * time.Minute, "1週間": 168 * time.Hour, "約 6時間": 6 * time.Hour, "two": 0, "366日": 366 * 24 * time.Hour,
	} {
		got, err := ParseDuration(in)
		if want == 0 {
			if !errors.Is(err, ErrTime) {
				t.Errorf("ParseDuration(%q) = %v, %v, want ErrTime", in, got, err)
			}
			continue
		}
		if err != nil || got != want {
			t.Errorf("ParseDuration(%q) = %v, %v, want %v", in, got, err, want)
		}
	}
	for _, in := range []string{"", "15", "3か月", "3 months", "1年", "3営業日", "翌朝", "15分ごと", "-5分", "5 meters"} {
		if got, err := ParseDuration(in); !errors.Is(err, ErrTime) {
			t.Errorf("ParseDuration(%q) = %v, %v, want ErrTime", in, got, err)
		}
	}
	for _, in := range []string{"367日", "10000h"} {
		if got, err := ParseDuration(in); !errors.Is(err, ErrTimeRange) {
			t.Errorf("ParseDuration(%q) = %v, %v, want ErrTimeRange", in, got, err)
		}
	}
}

func TestParseLimit(t *testing.T) {
	for in, want := range map[string]Limit{
		"15分以内":                     {Anchor: FromCurrent, After: 15 * time.Minute},
		"within 15 min":             {Anchor: FromCurrent, After: 15 * time.Minute},
		"<15 min":                   {Anchor: FromCurrent, After: 15 * time.Minute},
		"T+15":                      {Anchor: FromDeclared, After: 15 * time.Minute},
		"T+15分":                     {Anchor: FromDeclared, After: 15 * time.Minute},
		"T0+15m":                    {Anchor: FromDeclared, After: 15 * time.Minute},
		"+15 min":                   {Anchor: FromDeclared, After: 15 * time.Minute},
		"宣言から15分":                   {Anchor: FromDeclared, After: 15 * time.Minute},
		"検知から24時間以内":                {Anchor: FromDetected, After: 24 * time.Hour},
		"within 72 h of detection":  {Anchor: FromDetected, After: 72 * time.Hour},
		"認知から72時間":                  {Anchor: FromRecognised, After: 72 * time.Hour},
		"開始宣言から30分以内":               {Anchor: FromPhase, After: 30 * time.Minute},
		"前の手順から10分":                 {Anchor: FromStep, After: 10 * time.Minute},
		"手順3から10分":                  {Anchor: FromStep, Ref: "3", After: 10 * time.Minute},
		"after step 3 + 10 min":     {Anchor: FromStep, Ref: "3", After: 10 * time.Minute},
		"09:00まで":                   {Anchor: AtClock, Clock: "09:00"},
		"by 17:30":                  {Anchor: AtClock, Clock: "17:30"},
		"17時30分まで":                  {Anchor: AtClock, Clock: "17:30"},
		"2026-12-01 17:00":          {Anchor: AtClock, Clock: "2026-12-01 17:00"},
		"直ちに":                       {Anchor: FromCurrent, Immediate: true},
		"即座":                        {Anchor: FromCurrent, Immediate: true},
		"ASAP":                      {Anchor: FromCurrent, Immediate: true},
		"3営業日":                      {Anchor: FromCurrent, Business: 3},
		"2 business days":           {Anchor: FromCurrent, Business: 2},
		"5分以内（目安）":                  {Anchor: FromCurrent, After: 5 * time.Minute},
		"Within the first 2 hours.": {Anchor: FromCurrent, After: 2 * time.Hour},
	} {
		want.Written = in
		got, err := ParseLimit(in)
		if err != nil {
			t.Errorf("ParseLimit(%q): %v", in, err)
			continue
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("ParseLimit(%q) (-want +got):\n%s", in, diff)
		}
	}
	for _, in := range []string{"", "30", "翌朝まで", "なるべく早く", "適宜", "25:00", "2026-13-01 17:00", "昼まで", "T+", "3か月以内"} {
		if got, err := ParseLimit(in); !errors.Is(err, ErrTime) {
			t.Errorf("ParseLimit(%q) = %+v, %v, want ErrTime", in, got, err)
		}
	}
}

func TestParseRepeat(t *testing.T) {
	for in, want := range map[string]Repeat{
		"30分ごと 状況報告":          {Every: 30 * time.Minute, Text: "状況報告"},
		"every 30 min":        {Every: 30 * time.Minute},
		"Every 2 hours check": {Every: 2 * time.Hour, Text: "check"},
		"毎時":                  {Every: time.Hour},
		"1時間おき":               {Every: time.Hour},
		"毎日 17:00 点検":         {Every: 24 * time.Hour, At: "17:00", Text: "点検"},
		"17:00":               {At: "17:00"},
	} {
		want.Written = in
		got, err := ParseRepeat(in)
		if err != nil {
			t.Errorf("ParseRepeat(%q): %v", in, err)
			continue
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("ParseRepeat(%q) (-want +got):\n%s", in, diff)
		}
	}
	for _, in := range []string{"", "30分", "ときどき", "30"} {
		if _, err := ParseRepeat(in); !errors.Is(err, ErrTime) {
			t.Errorf("ParseRepeat(%q): %v, want ErrTime", in, err)
		}
	}
}

func TestParseChain(t *testing.T) {
	got, err := ParseChain("10分 → ネットワーク班長 -> 10 min => 本社 CISO")
	want := []ChainLevel{{After: 10 * time.Minute, To: "ネットワーク班長"}, {After: 10 * time.Minute, To: "本社 CISO"}}
	if err != nil || !cmp.Equal(got.Levels, want) {
		t.Errorf("ParseChain = %+v, %v, want levels %+v", got, err, want)
	}
	if got, err := ParseChain("標準"); err != nil || got.Policy != "標準" || got.Levels != nil {
		t.Errorf("ParseChain of a single word = %+v, %v, want a policy", got, err)
	}
	for in, want := range map[string]error{
		"": ErrChainNobody, "10分": ErrChainNobody, "10分 →": ErrChainNobody, "10分 → 班長 → 5分": ErrChainNobody,
		"班長 → CISO": ErrChain, "10分 → 5分": ErrChain, "班長に。そして部長に。": ErrChain, "17:00 → 班長": ErrChain,
	} {
		if _, err := ParseChain(in); !errors.Is(err, want) {
			t.Errorf("ParseChain(%q): %v, want %v", in, err, want)
		}
	}
}

func TestParseWindow(t *testing.T) {
	for in, want := range map[string][2]time.Duration{
		"0〜15分": {0, 15 * time.Minute}, "0～15分": {0, 15 * time.Minute}, "0-15 min": {0, 15 * time.Minute}, "5–30 minutes": {5 * time.Minute, 30 * time.Minute},
		"15分〜": {15 * time.Minute, 0}, "30+ minutes": {30 * time.Minute, 0}, "30分〜2時間": {30 * time.Minute, 2 * time.Hour}, "発災〜3時間": {0, 3 * time.Hour},
	} {
		got, ok := parseWindow(in)
		if !ok || got.From != want[0] || got.To != want[1] {
			t.Errorf("parseWindow(%q) = %+v, %v, want %v", in, got, ok, want)
		}
	}
	for _, in := range []string{"15分", "初動〜復旧", "30-10 min", "2026-11-22", "レベル1-3"} {
		if got, ok := parseWindow(in); ok {
			t.Errorf("parseWindow(%q) = %+v, want none", in, got)
		}
	}
}
