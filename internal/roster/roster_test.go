package roster_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding/japanese"

	"irbot/internal/roster"
)

func options() roster.Options {
	jst, _ := time.LoadLocation("Asia/Tokyo")
	people := map[string]string{"佐藤": "sato", "田中": "tanaka", "渡辺": "watanabe", "sato@example.jp": "sato"}
	return roster.Options{
		Roster: "primary", Zone: jst, Hour: 9, Now: time.Date(2026, 12, 20, 0, 0, 0, 0, jst),
		Named: func(w string) bool { return strings.TrimSpace(w) == "第一当直" },
		Other: func(w string) bool { return strings.TrimSpace(w) == "第二当直" },
		Person: func(w string) (string, bool) {
			id, ok := people[strings.TrimSuffix(strings.TrimSpace(w), "さん")]
			return id, ok
		},
		From: time.Date(2026, 10, 1, 0, 0, 0, 0, jst), Until: time.Date(2027, 4, 1, 0, 0, 0, 0, jst),
	}
}

func said(u *roster.Understood) []string {
	var out []string
	for _, l := range u.Lines {
		out = append(out, l.Where+" "+l.Person+" "+l.From.Format("2006-01-02T15:04")+" "+l.Until.Format("2006-01-02T15:04"))
	}
	for _, l := range u.Unknown {
		out = append(out, "? "+l.Where+" "+l.Text+" "+l.Why)
	}
	return out
}

func TestSheets(t *testing.T) {
	sjis, err := japanese.ShiftJIS.NewEncoder().String("日付,曜日,第一当直,第二当直\n12/31,木,佐藤,田中\n1/1,金,田中さん,佐藤\n1/2,土,高橋,\n")
	if err != nil {
		t.Fatal(err)
	}
	cases := map[string]struct {
		in, encoding, layout string
		want                 []string
	}{
		"Excel in Shift_JIS over the year end": {sjis, "shift_jis", "dates-down", []string{
			"C2 sato 2026-12-31T09:00 2027-01-01T09:00", "C3 tanaka 2027-01-01T09:00 2027-01-02T09:00", "? C4 高橋 person"}},
		"dates across, people with marks": {"\ufeff2026年11月 当直表\n氏名,1,2,3\n曜日,日,月,火\n佐藤,◎,,休\n渡辺,,当,◎\n", "utf-8-bom", "dates-across", []string{
			"B4 sato 2026-11-01T09:00 2026-11-02T09:00", "C5 watanabe 2026-11-02T09:00 2026-11-03T09:00", "D5 watanabe 2026-11-03T09:00 2026-11-04T09:00"}},
		"dates across, names in cells": {"令和8年11月\t\t\n\t11/1\t11/2\n第一当直\t佐藤\t田中\n第二当直\t田中\t佐藤\n", "utf-8", "dates-across", []string{
			"B3 sato 2026-11-01T09:00 2026-11-02T09:00", "C3 tanaka 2026-11-02T09:00 2026-11-03T09:00"}},
		"a wall calendar": {"2026年12月 当直表\n日,月,火,水,木,金,土\n29,30,1,2,3,4,5\n,,佐藤,田中,,渡辺,佐藤\n27,28,29,30,31,1,2\n田中,,,,佐藤,田中,\n3,4,5,6,7,8,9\n,高橋,,,,,\n", "utf-8", "weeks", []string{
			"C4 sato 2026-12-01T09:00 2026-12-02T09:00", "D4 tanaka 2026-12-02T09:00 2026-12-03T09:00", "F4 watanabe 2026-12-04T09:00 2026-12-05T09:00", "G4 sato 2026-12-05T09:00 2026-12-06T09:00",
			"A6 tanaka 2026-12-27T09:00 2026-12-28T09:00", "E6 sato 2026-12-31T09:00 2027-01-01T09:00", "F6 tanaka 2027-01-01T09:00 2027-01-02T09:00", "? B8 高橋 person"}},
		"working days, two rosters": {"12月当番表,,,,,\n,7,8,9,10,11\n第一当直,佐藤,,,,\n第二当直,渡辺,田中,田中,田中,田中\n,14,15,16,17,18\n第一当直,田中,,,,高橋\n", "utf-8", "weeks", []string{
			"B3 sato 2026-12-07T09:00 2026-12-08T09:00", "B6 tanaka 2026-12-14T09:00 2026-12-15T09:00", "? F6 高橋 person"}},
		"half months": {"12月当番表\n氏名,11,12,13,14,15\n佐藤,当,,,,\n田中,,当,,,\n氏名,16,17,18,19,20\n佐藤,,,,,当\n", "utf-8", "weeks", []string{
			"B3 sato 2026-12-11T09:00 2026-12-12T09:00", "C4 tanaka 2026-12-12T09:00 2026-12-13T09:00", "F6 sato 2026-12-20T09:00 2026-12-21T09:00"}},
		"hours of two turns in one cell": {"12月当番表\n,1,2\n日勤,佐藤,\n夜勤,田中,渡辺\n\"日勤 9:00～17:00、夜勤 17:00～翌9:00\"\n", "utf-8", "dates-across", []string{
			"B3 sato 2026-12-01T09:00 2026-12-01T17:00", "B4 tanaka 2026-12-01T17:00 2026-12-02T09:00", "C4 watanabe 2026-12-02T17:00 2026-12-03T09:00"}},
		"leap day": {"date;who\n2028-02-28;佐藤\n2028/2/29;田中\n2028.3.1;佐藤\n", "utf-8", "dates-down", []string{
			"B2 sato 2028-02-28T09:00 2028-02-29T09:00", "B3 tanaka 2028-02-29T09:00 2028-03-01T09:00", "B4 sato 2028-03-01T09:00 2028-03-02T09:00"}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			u, err := roster.ReadCSV([]byte(c.in), options())
			if err != nil {
				t.Fatal(err)
			}
			if u.Encoding != c.encoding || u.Layout != c.layout {
				t.Errorf("read as %s, %s", u.Encoding, u.Layout)
			}
			if diff := cmp.Diff(c.want, said(u)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestSheetsThatCannotBeRead(t *testing.T) {
	for in, want := range map[string]error{"": roster.ErrEmpty, "a,b\nc,d\n": roster.ErrDates, "date,who\n2026-01-01,x\n2026-01-02,y\n": roster.ErrRoster, strings.Repeat("x", 3<<20): roster.ErrLarge, "PK\x03\x04xl": roster.ErrBook} {
		if _, err := roster.ReadCSV([]byte(in), options()); !errors.Is(err, want) {
			t.Errorf("%.20q: %v, want %v", in, err, want)
		}
	}
}

func TestICalendar(t *testing.T) {
	in := strings.Join([]string{
		"BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//test//", "BEGIN:VTIMEZONE", "TZID:America/Los_Angeles", "BEGIN:STANDARD", "DTSTART:20261101T020000", "TZOFFSETFROM:-0700", "TZOFFSETTO:-0800", "END:STANDARD", "END:VTIMEZONE",
		"BEGIN:VEVENT", "UID:a", "DTSTAMP:20261001T000000Z", "SUMMARY:当直: 佐藤", "DTSTART;TZID=America/Los_Angeles:20261030T170000", "DTEND;TZID=America/Los_Angeles:20261031T080000",
		"RRULE:FREQ=DAILY;COUNT=4", "EXDATE;TZID=America/Los_Angeles:20261031T170000", "END:VEVENT",
		"BEGIN:VEVENT", "UID:a", "DTSTAMP:20261001T000000Z", "RECURRENCE-ID;TZID=America/Los_Angeles:20261102T170000", "SUMMARY:田中", "DTSTART;TZID=America/Los_Angeles:20261102T180000", "DTEND;TZID=America/Los_Angeles:20261103T080000", "END:VEVENT",
		"BEGIN:VEVENT", "UID:b", "DTSTAMP:20261001T000000Z", "SUMMARY:休日当番", "ATTENDEE:mailto:SATO@example.jp", "DTSTART;VALUE=DATE:20261231", "DTEND;VALUE=DATE:20270102", "END:VEVENT",
		"BEGIN:VEVENT", "UID:c", "DTSTAMP:20261001T000000Z", "SUMMARY:高橋", "DTSTART:20261201T000000Z", "DTEND:20261202T000000Z", "END:VEVENT",
		"END:VCALENDAR", ""}, "\r\n")
	u, err := roster.ReadICal([]byte(in), options())
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		"a sato 2026-10-30T17:00 2026-10-31T08:00", "a sato 2026-11-01T17:00 2026-11-02T08:00", "a tanaka 2026-11-02T18:00 2026-11-03T08:00",
		"b sato 2026-12-31T09:00 2027-01-02T09:00", "? c 高橋 person"}
	if diff := cmp.Diff(want, said(u)); diff != "" {
		t.Error(diff)
	}
}

// Outlook names its zones in a way of its own, and some calendars describe theirs.
func TestZonesOfOutlook(t *testing.T) {
	event := func(id, zone, hour string) string {
		return "BEGIN:VEVENT\r\nUID:" + id + "\r\nDTSTAMP:20261001T000000Z\r\nSUMMARY:佐藤\r\nDTSTART;TZID=" + zone + ":20261201T" + hour + "0000\r\nDTEND;TZID=" + zone + ":20261202T" + hour + "0000\r\nEND:VEVENT\r\n"
	}
	in := "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//test//\r\nBEGIN:VTIMEZONE\r\nTZID:港の時間\r\nBEGIN:STANDARD\r\nDTSTART:16010101T000000\r\nTZOFFSETFROM:+0900\r\nTZOFFSETTO:+0900\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n" +
		event("a", "Tokyo Standard Time", "09") + event("b", "港の時間", "09") + event("c", "Pacific Standard Time", "17") + event("d", "Nowhere", "09") + "END:VCALENDAR\r\n"
	u, err := roster.ReadICal([]byte(in), options())
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, l := range u.Lines {
		got = append(got, l.Where+" "+l.From.In(options().Zone).Format("2006-01-02T15:04"))
	}
	for _, l := range u.Unknown {
		got = append(got, "? "+l.Where+" "+l.Why)
	}
	if diff := cmp.Diff([]string{"a 2026-12-01T09:00", "b 2026-12-01T09:00", "c 2026-12-02T10:00", "? d date"}, got); diff != "" {
		t.Error(diff)
	}
}
