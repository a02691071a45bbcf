package calendar

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// The lists of the Cabinet Office, as month-day.
func known() map[int]string {
	return map[int]string{
		1973: "01-01 01-15 02-11 03-21 04-29 04-30 05-03 05-05 09-15 09-23 09-24 10-10 11-03 11-23",
		1988: "01-01 01-15 02-11 03-20 03-21 04-29 05-03 05-04 05-05 09-15 09-23 10-10 11-03 11-23",
		1989: "01-01 01-02 01-15 01-16 02-11 02-24 03-21 04-29 05-03 05-04 05-05 09-15 09-23 10-10 11-03 11-23 12-23",
		1990: "01-01 01-15 02-11 02-12 03-21 04-29 04-30 05-03 05-04 05-05 09-15 09-23 09-24 10-10 11-03 11-12 11-23 12-23 12-24",
		1993: "01-01 01-15 02-11 03-20 04-29 05-03 05-04 05-05 06-09 09-15 09-23 10-10 10-11 11-03 11-23 12-23",
		2003: "01-01 01-13 02-11 03-21 04-29 05-03 05-05 07-21 09-15 09-23 10-13 11-03 11-23 11-24 12-23",
		2009: "01-01 01-12 02-11 03-20 04-29 05-03 05-04 05-05 05-06 07-20 09-21 09-22 09-23 10-12 11-03 11-23 12-23",
		2015: "01-01 01-12 02-11 03-21 04-29 05-03 05-04 05-05 05-06 07-20 09-21 09-22 09-23 10-12 11-03 11-23 12-23",
		2016: "01-01 01-11 02-11 03-20 03-21 04-29 05-03 05-04 05-05 07-18 08-11 09-19 09-22 10-10 11-03 11-23 12-23",
		2017: "01-01 01-02 01-09 02-11 03-20 04-29 05-03 05-04 05-05 07-17 08-11 09-18 09-23 10-09 11-03 11-23 12-23",
		2018: "01-01 01-08 02-11 02-12 03-21 04-29 04-30 05-03 05-04 05-05 07-16 08-11 09-17 09-23 09-24 10-08 11-03 11-23 12-23 12-24",
		2019: "01-01 01-14 02-11 03-21 04-29 04-30 05-01 05-02 05-03 05-04 05-05 05-06 07-15 08-11 08-12 09-16 09-23 10-14 10-22 11-03 11-04 11-23",
		2020: "01-01 01-13 02-11 02-23 02-24 03-20 04-29 05-03 05-04 05-05 05-06 07-23 07-24 08-10 09-21 09-22 11-03 11-23",
		2021: "01-01 01-11 02-11 02-23 03-20 04-29 05-03 05-04 05-05 07-22 07-23 08-08 08-09 09-20 09-23 11-03 11-23",
		2022: "01-01 01-10 02-11 02-23 03-21 04-29 05-03 05-04 05-05 07-18 08-11 09-19 09-23 10-10 11-03 11-23",
		2023: "01-01 01-02 01-09 02-11 02-23 03-21 04-29 05-03 05-04 05-05 07-17 08-11 09-18 09-23 10-09 11-03 11-23",
		2024: "01-01 01-08 02-11 02-12 02-23 03-20 04-29 05-03 05-04 05-05 05-06 07-15 08-11 08-12 09-16 09-22 09-23 10-14 11-03 11-04 11-23",
		2025: "01-01 01-13 02-11 02-23 02-24 03-20 04-29 05-03 05-04 05-05 05-06 07-21 08-11 09-15 09-23 10-13 11-03 11-23 11-24",
		2026: "01-01 01-12 02-11 02-23 03-20 04-29 05-03 05-04 05-05 05-06 07-20 08-11 09-21 09-22 09-23 10-12 11-03 11-23",
		2027: "01-01 01-11 02-11 02-23 03-21 03-22 04-29 05-03 05-04 05-05 07-19 08-11 09-20 09-23 10-11 11-03 11-23",
	}
}

func TestHolidaysAgreeWithTheGovernmentsLists(t *testing.T) {
	for year, want := range known() {
		var got []string
		for _, h := range Holidays(year) {
			got = append(got, h.Date.String()[5:])
			if h.JA == "" || h.EN == "" {
				t.Errorf("%s has no name in both languages", h.Date)
			}
		}
		if diff := cmp.Diff(strings.Fields(want), got); diff != "" {
			t.Errorf("%d (-law +computed):\n%s", year, diff)
		}
	}
}

func TestHolidayNames(t *testing.T) {
	for day, want := range map[string]string{
		"1988-04-29": "天皇誕生日", "1989-04-29": "みどりの日", "2007-04-29": "昭和の日", "2007-05-04": "みどりの日", "1988-05-04": "国民の休日",
		"2018-12-23": "天皇誕生日", "2020-02-23": "天皇誕生日", "2019-04-30": "国民の休日", "2019-05-02": "国民の休日", "2019-05-01": "天皇の即位の日",
		"2015-09-22": "国民の休日", "2026-09-22": "国民の休日", "2026-05-06": "振替休日", "2019-10-14": "体育の日", "2020-07-24": "スポーツの日",
		"2016-08-11": "山の日", "1996-07-20": "海の日",
	} {
		d, err := ParseDate(day)
		if err != nil {
			t.Fatal(err)
		}
		if h, _ := NationalHoliday(d); h.JA != want {
			t.Errorf("%s is %q, want %q", day, h.JA, want)
		}
	}
	for _, day := range []string{"1972-09-25", "1985-05-04", "2019-12-23", "2019-02-23", "2015-08-11", "1995-07-20", "2019-12-24"} {
		d, _ := ParseDate(day)
		if h, ok := NationalHoliday(d); ok {
			t.Errorf("%s was no holiday, got %q", day, h.JA)
		}
	}
	if Holidays(1969) != nil || Holidays(2100) != nil {
		t.Error("years outside the known range must give nothing")
	}
}

// Equinox days that are easy to get wrong by a day.
func TestEquinoxes(t *testing.T) {
	spring := map[int]int{1970: 21, 1972: 20, 1979: 21, 1980: 20, 1992: 20, 1993: 20, 1999: 21, 2000: 20, 2023: 21, 2024: 20, 2027: 21, 2030: 20}
	autumn := map[int]int{1970: 23, 1975: 24, 1979: 24, 1980: 23, 2011: 23, 2012: 22, 2016: 22, 2020: 22, 2023: 23, 2024: 22, 2028: 22, 2030: 23}
	for y, d := range spring {
		if got := springEquinox(y); got != d {
			t.Errorf("spring %d: %d, want %d", y, got, d)
		}
	}
	for y, d := range autumn {
		if got := autumnEquinox(y); got != d {
			t.Errorf("autumn %d: %d, want %d", y, got, d)
		}
	}
}

func must(t *testing.T, o Options) Calendar {
	t.Helper()
	c, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func day(t *testing.T, s string) Date {
	t.Helper()
	d, err := ParseDate(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestBusinessDays(t *testing.T) {
	port := must(t, Options{Closed: []string{"12-29..01-03", "2026-08-13..2026-08-15", "06-01"}, Working: []string{"2026-11-23", "2026-12-30"}})
	for _, c := range []struct {
		name string
		cal  Calendar
		day  string
		want bool
	}{
		{"weekday", Calendar{}, "2026-11-24", true},
		{"saturday", Calendar{}, "2026-11-21", false},
		{"sunday", Calendar{}, "2026-11-22", false},
		{"holiday", Calendar{}, "2026-11-23", false},
		{"substitute", Calendar{}, "2026-05-06", false},
		{"year end is open by the act on holidays", Calendar{}, "2026-12-30", true},
		{"state offices close at the year end", Of(Government), "2026-12-30", false},
		{"state offices close on 3 January", Of(Government), "2028-01-03", false},
		{"state offices open on 28 December", Of(Government), "2026-12-28", true},
		{"site closed over the year", port, "2027-01-03", false},
		{"site closed on a dated range", port, "2026-08-14", false},
		{"only in that year", port, "2025-08-14", true},
		{"site closed every year", port, "2027-06-01", false},
		{"site works on a holiday", port, "2026-11-23", true},
		{"site works although closed", port, "2026-12-30", true},
		{"weekdays ignore holidays", Of(Weekdays), "2026-11-23", true},
		{"every day", Of(EveryDay), "2026-11-22", true},
		{"thanksgiving", Of(USFederal), "2026-11-26", false},
		{"independence day kept on Friday", Of(USFederal), "2026-07-03", false},
		{"new year kept in the old year", Of(USFederal), "2021-12-31", false},
		{"memorial day", Of(USFederal), "2026-05-25", false},
		{"japanese holiday in the US", Of(USFederal), "2026-11-23", true},
		{"juneteenth", Of(USFederal), "2026-06-19", false},
		{"juneteenth before the law", Of(USFederal), "2019-06-19", true},
	} {
		if got := c.cal.Business(day(t, c.day)); got != c.want {
			t.Errorf("%s: %s business %v, want %v", c.name, c.day, got, c.want)
		}
	}
}

func TestCountingBusinessDays(t *testing.T) {
	for _, c := range []struct {
		base Base
		from string
		n    int
		want string
	}{
		{Japan, "2026-11-20", 1, "2026-11-24"}, // Friday, weekend, holiday
		{Japan, "2026-11-22", 1, "2026-11-24"},
		{Japan, "2026-11-22", 3, "2026-11-26"},
		{Japan, "2026-11-22", 0, "2026-11-22"},
		{Japan, "2026-11-24", -1, "2026-11-20"},
		{Japan, "2026-04-28", 2, "2026-05-01"},
		{Japan, "2026-05-01", 1, "2026-05-07"},
		{Government, "2026-12-28", 1, "2027-01-04"},
		{Japan, "2026-12-28", 1, "2026-12-29"},
		{Japan, "2019-04-26", 1, "2019-05-07"}, // the ten days of 2019
		{USFederal, "2026-11-22", 4, "2026-11-27"},
	} {
		if got := Of(c.base).AddBusinessDays(day(t, c.from), c.n); got != day(t, c.want) {
			t.Errorf("%s %s + %d = %s, want %s", c.base, c.from, c.n, got, c.want)
		}
	}
	if got := Of(Government).NextBusiness(day(t, "2026-12-29")); got != day(t, "2027-01-04") {
		t.Errorf("next business day %s", got)
	}
	shut := must(t, Options{Closed: []string{"01-01..12-31"}})
	if got := shut.NextBusiness(day(t, "2026-01-05")); got != day(t, "2026-01-05") {
		t.Errorf("a calendar that never opens gives %s", got)
	}
	if got := shut.AddBusinessDays(day(t, "2026-01-05"), 2); got != day(t, "2026-01-05") {
		t.Errorf("a calendar that never opens counts to %s", got)
	}
}

func TestPeriods(t *testing.T) {
	tokyo := time.FixedZone("JST", 9*60*60)
	gov := Of(Government)
	for _, c := range []struct {
		name, start, want string
		p                 Period
	}{
		{"30 days, day one not counted", "2026-11-22 06:30", "2026-12-22", Period{Days: 30}},
		{"30 days, day one counted", "2026-11-22 06:30", "2026-12-21", Period{Days: 30, First: IncludeFirst}},
		{"from midnight the day counts", "2026-11-22 00:00", "2026-12-21", Period{Days: 30}},
		{"a second before midnight", "2026-11-21 23:59", "2026-12-21", Period{Days: 30}},
		{"rolls over the year end", "2026-12-01 10:00", "2027-01-04", Period{Days: 30, First: IncludeFirst, RollForward: true}},
		{"does not roll where the rule does not", "2026-12-01 10:00", "2026-12-30", Period{Days: 30, First: IncludeFirst}},
		{"leap day", "2028-01-30 12:00", "2028-02-29", Period{Days: 30}},
		{"no leap day", "2027-01-30 12:00", "2027-03-01", Period{Days: 30}},
		{"month", "2026-11-22 06:30", "2026-12-22", Period{Months: 1}},
		{"month from the 31st", "2027-01-30 06:30", "2027-02-28", Period{Months: 1}},
		{"month from the last of January", "2027-01-31 06:30", "2027-02-28", Period{Months: 1}},
		{"month from the end of a month", "2026-11-30 06:30", "2026-12-31", Period{Months: 1}},
		{"month to the same date", "2026-11-30 06:30", "2026-12-30", Period{Months: 1, First: SameDate}},
		{"month to a date that is missing", "2027-01-31 06:30", "2027-02-28", Period{Months: 1, First: SameDate}},
		{"month to the same date from midnight", "2026-11-22 00:00", "2026-12-22", Period{Months: 1, First: SameDate}},
		{"days to the same date from midnight", "2026-11-22 00:00", "2026-12-22", Period{Days: 30, First: SameDate}},
		{"business days", "2026-11-20 18:00", "2026-11-24", Period{BusinessDays: 1}},
		{"business days with day one", "2026-11-20 18:00", "2026-11-20", Period{BusinessDays: 1, First: IncludeFirst}},
		{"business days with a closed day one", "2026-11-22 18:00", "2026-11-24", Period{BusinessDays: 1, First: IncludeFirst}},
		{"no length is the day itself", "2026-11-22 18:00", "2026-11-22", Period{}},
	} {
		start, err := time.ParseInLocation("2006-01-02 15:04", c.start, tokyo)
		if err != nil {
			t.Fatal(err)
		}
		if got := gov.LastDay(start.UTC(), tokyo, c.p); got != day(t, c.want) {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
	if got := day(t, "2026-11-22").End(tokyo).Format(time.RFC3339); got != "2026-11-22T23:59:59+09:00" {
		t.Errorf("end of day %s", got)
	}
}

func TestEras(t *testing.T) {
	for western, era := range map[string]string{
		"2026-11-22": "令和8年11月22日", "2019-05-01": "令和元年5月1日", "2019-04-30": "平成31年4月30日",
		"1989-01-08": "平成元年1月8日", "1989-01-07": "昭和64年1月7日", "1926-12-24": "1926年12月24日",
	} {
		if got := day(t, western).Era(); got != era {
			t.Errorf("%s is %s, want %s", western, got, era)
		}
		if strings.HasPrefix(era, "1") {
			continue
		}
		if got, err := ParseEra(era); err != nil || got != day(t, western) {
			t.Errorf("%s reads %s, %v", era, got, err)
		}
	}
	for _, s := range []string{"R8.11.22", "r8/11/22", "Ｒ８．１１．２２", "令和８年１１月２２日", "令和 8年 11月 22日"} {
		if got, err := ParseEra(s); err != nil || got != day(t, "2026-11-22") {
			t.Errorf("%q reads %s, %v", s, got, err)
		}
	}
	for _, s := range []string{"", "令和8年2月30日", "平成31年5月1日", "令和元年4月30日", "令和0年1月1日", "大正3年1月1日", "2026-11-22", "令和8年13月1日"} {
		if got, err := ParseEra(s); !errors.Is(err, ErrDate) {
			t.Errorf("%q reads %s, %v; want ErrDate", s, got, err)
		}
	}
}

func TestBadCalendars(t *testing.T) {
	for _, c := range []struct {
		o    Options
		want error
	}{
		{Options{Base: "mars"}, ErrBase},
		{Options{Closed: []string{"2026-02-30"}}, ErrRange},
		{Options{Closed: []string{"2026-12-29..01-03"}}, ErrRange},
		{Options{Closed: []string{"2026-12-29..2026-12-28"}}, ErrRange},
		{Options{Closed: []string{"13-01"}}, ErrRange},
		{Options{Closed: []string{""}}, ErrRange},
		{Options{Working: []string{"11-23"}}, ErrDate},
		{Options{Closed: []string{"2026-11-24"}, Working: []string{"2026-11-24"}}, ErrBoth},
	} {
		if _, err := New(c.o); !errors.Is(err, c.want) {
			t.Errorf("%+v: %v, want %v", c.o, err, c.want)
		}
	}
}
