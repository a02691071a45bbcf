package tally_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding/japanese"

	"irbot/internal/tally"
)

func TestContainerNumbers(t *testing.T) {
	tests := []struct {
		in, want, right string
		err             error
	}{
		{"CSQU3054383", "CSQU3054383", "3", nil}, // the worked example of ISO 6346
		{"csqu 305438-3", "CSQU3054383", "3", nil},
		{"ＣＳＱＵ３０５４３８３", "CSQU3054383", "3", nil},
		{"MSKU9070323", "MSKU9070323", "3", nil},
		{"TEMU6079348", "TEMU6079348", "8", nil},
		{"CSQU3054384", "CSQU3054384", "3", tally.ErrCheckDigit},
		{"CSQU305438", "CSQU305438", "3", tally.ErrNoCheckDigit},
		{"CSQA3054383", "CSQA3054383", "", tally.ErrCategory},
		{"CSQU30543", "CSQU30543", "", tally.ErrForm},
		{"12345678901", "12345678901", "", tally.ErrForm},
		{"", "", "", tally.ErrForm},
		{"コンテナ", "????", "", tally.ErrForm},
	}
	for _, tt := range tests {
		c, err := tally.ParseContainer(tt.in)
		if !errors.Is(err, tt.err) || c.Number != tt.want || c.Right != tt.right {
			t.Errorf("ParseContainer(%q) = %+v, %v; want %s right %s, %v", tt.in, c, err, tt.want, tt.right, tt.err)
		}
	}
}

func TestSwappedNeighboursAreGuessed(t *testing.T) {
	c, err := tally.ParseContainer("CSQU3045383")
	if !errors.Is(err, tally.ErrCheckDigit) || !cmp.Equal(c.Guesses, []string{"CSQU3054383"}) {
		t.Errorf("got %+v, %v", c, err)
	}
}

// Every single wrong digit is noticed, save where the standard itself cannot:
// a remainder of 10 is written 0.
func TestEveryWrongDigitIsNoticed(t *testing.T) {
	const right = "CSQU3054383"
	for i := 4; i < 11; i++ {
		for d := byte('0'); d <= '9'; d++ {
			b := []byte(right)
			if b[i] == d {
				continue
			}
			b[i] = d
			if _, err := tally.ParseContainer(string(b)); err == nil {
				t.Errorf("%s was taken", b)
			}
		}
	}
}

func TestCheckRow(t *testing.T) {
	gate, _ := tally.Find("搬出入票")
	got, bad := gate.Check(map[string]string{"no": "g-0012", "dir": "搬入", "container": "csqu 3054383", "truck": "名古屋１００あ１２３４", "mass": "21,340kg", "un": "1263", "class": "3", "temp": "−18", "slot": "a-03-12-2"})
	want := map[string]string{"no": "G-0012", "dir": "in", "container": "CSQU3054383", "truck": "名古屋100あ1234", "mass": "21340", "un": "UN1263", "class": "3", "temp": "-18.0", "slot": "A-03-12-2"}
	if len(bad) != 0 || !cmp.Equal(want, got) {
		t.Errorf("bad %v\n%s", bad, cmp.Diff(want, got))
	}
	_, bad = gate.Check(map[string]string{"dir": "in", "container": "CSQU3054384", "truck": "x", "mass": "3", "un": "12", "class": "12", "temp": "-90", "bogus": "1"})
	codes := map[string]string{}
	for _, p := range bad {
		codes[p.Field] = p.Code
	}
	if diff := cmp.Diff(map[string]string{"no": "missing", "container": "digit", "mass": "range", "un": "form", "class": "form", "temp": "range", "bogus": "unknown", "truck": "form"}, codes); diff != "" {
		t.Error(diff)
	}
	for _, p := range bad {
		if p.Field == "container" && p.Args["right"] != "3" {
			t.Errorf("the right digit is not named: %v", p.Args)
		}
	}
}

// A comma meant as a point never makes another figure, no field is refused
// without an example, and choices are named as either language types them.
func TestARefusalSaysWhatToType(t *testing.T) {
	for _, ty := range tally.Types() {
		_, bad := ty.Check(nil)
		for _, f := range ty.Fields {
			if f.Kind != tally.KindText && f.Kind != tally.KindName {
				_, more := ty.Check(map[string]string{f.ID: "？！ -1,8"})
				bad = append(bad, more...)
			}
		}
		for _, p := range bad {
			if p.Code != "unknown" && p.Args["hint"] == "" {
				t.Errorf("%s.%s %s: no example", ty.ID, p.Field, p.Code)
			}
		}
	}
	reefer, _ := tally.Find("reefer")
	for typed, want := range map[string]string{"-1,8": "number", "1,23": "number", "1,2345": "number", "1,800": "range", "-18,0": "number"} {
		_, bad := reefer.Check(map[string]string{"container": "CSQU3054383", "set": "-18", "temp": typed})
		if len(bad) != 1 || bad[0].Code != want {
			t.Errorf("%s: %v, want %s", typed, bad, want)
		}
	}
	berth, _ := tally.Find("berth")
	_, bad := berth.Check(map[string]string{"berth": "B3", "vessel": "さくら丸", "event": "どこか", "count": "1.5"})
	if len(bad) != 2 || !strings.Contains(bad[0].Args["choices"], "着岸(berthed)") || bad[1].Code != "whole" {
		t.Errorf("%v", bad)
	}
}

func TestEveryTypeIsFoundAndWhole(t *testing.T) {
	for _, ty := range tally.Types() {
		for _, w := range append([]string{ty.ID, ty.JA, ty.EN}, ty.Words...) {
			if got, ok := tally.Find(w); !ok || got.ID != ty.ID {
				t.Errorf("%q finds %q, not %q", w, got.ID, ty.ID)
			}
		}
		if f, ok := ty.Field(ty.Key); !ok || !f.Required {
			t.Errorf("%s: key %s is no required field", ty.ID, ty.Key)
		}
	}
}

func TestPlacesAsTerminalsWriteThem(t *testing.T) {
	berth, _ := tally.Find("berth")
	for in, want := range map[string]string{"3号岸壁": "3号岸壁", "北３": "北3", "ｂ－３": "B-3", "第2バース(西側)": "第2バース(西側)", "北ー3": "北-3", "R‐1": "R-1", "No.3": "NO.3"} {
		got, bad := berth.Check(map[string]string{"berth": in, "vessel": "さくら丸", "event": "着岸"})
		if len(bad) > 0 || got["berth"] != want {
			t.Errorf("berth %q: %q, %v; want %q", in, got["berth"], bad, want)
		}
	}
	for _, in := range []string{"=1+1", "-3", "北\x003", "北\u202e3", strings.Repeat("北", 31), "北3;drop"} {
		if got, bad := berth.Check(map[string]string{"berth": in, "vessel": "さくら丸", "event": "着岸"}); len(bad) == 0 {
			t.Errorf("berth %q was taken as %q", in, got["berth"])
		}
	}
	yard, _ := tally.Find("yard")
	got, bad := yard.Check(map[string]string{"container": "CSQU3054383", "slot": "北３ー０１ー２"})
	if len(bad) > 0 || got["slot"] != "北3-01-2" {
		t.Errorf("slot: %v, %v", got, bad)
	}
	gate, _ := tally.Find("gate")
	if _, bad := gate.Check(map[string]string{"no": "東門-12", "dir": "in", "container": "CSQU3054383", "truck": "名古屋100あ1234"}); len(bad) > 0 {
		t.Errorf("number of a paper of the operator's own: %v", bad)
	}
}

func TestTwoValuesAreNoNumber(t *testing.T) {
	count, _ := tally.Find("count")
	for in, want := range map[string]string{"7 8": "", "7、8": "", "10:30": "", "1 200": "1200", "1,200": "1200", "１２０": "120", "1,20": "", "7台": ""} {
		if got, _ := count.Check(map[string]string{"what": "搬入", "count": in}); got["count"] != want {
			t.Errorf("count %q was read as %q, want %q", in, got["count"], want)
		}
	}
	reefer, _ := tally.Find("reefer")
	for in, want := range map[string]string{"-1,8": "", "- 18": "-18.0", "-18 -20": "", "0℉": "", "マイナス18": "", "−１８．５℃": "-18.5", "△18": "-18.0"} {
		if got, _ := reefer.Check(map[string]string{"container": "CSQU3054383", "set": "-18", "temp": in}); got["temp"] != want {
			t.Errorf("temperature %q was read as %q, want %q", in, got["temp"], want)
		}
	}
}

func TestTheSamePlaceInTwoHands(t *testing.T) {
	tests := []struct {
		tos, yard string
		same      bool
	}{
		{"北３－０１－２", "北3-1-2", true},
		{"a-03-12-2", "A 3 12 2", true},
		{"A03122", "A-03-12-2", true},
		{"A3-12-2", "A-3-12-2", true},
		{"北3区", "北３区", true},
		{"A-1-11", "A-11-1", false}, // without separators both would be A111
		{"北3", "南3", false},
		{"A-10", "A-1", false},
		{"A-0", "A-00", true},
	}
	for _, tt := range tests {
		got := tally.Reconcile([]tally.Box{{Container: "CSQU3054383", Slot: tt.tos}}, []tally.Box{{Container: "CSQU3054383", Slot: tt.yard}})
		if (len(got) == 0) != tt.same {
			t.Errorf("%s and %s: %+v", tt.tos, tt.yard, got)
		}
	}
}

func TestReconcile(t *testing.T) {
	tos := []tally.Box{{Container: "CSQU3054383", Slot: "A-1-1", Hold: "none"}, {Container: "MSKU9070323", Slot: "A-1-2", Hold: "hold"}, {Container: "TEMU6079348", Slot: "B-1-1"}}
	yard := []tally.Box{{Container: "CSQU3054383", Slot: "A11", Hold: "none"}, {Container: "MSKU9070323", Slot: "C-9-9", Hold: "none"}, {Container: "HLXU1234560", Slot: "D-1-1"}}
	var got []string
	for _, d := range tally.Reconcile(tos, yard) {
		got = append(got, d.Container+" "+d.Kind)
	}
	want := []string{"HLXU1234560 yard_only", "MSKU9070323 hold", "MSKU9070323 position", "TEMU6079348 tos_only"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestParseListInEveryCoat(t *testing.T) {
	const plain = "コンテナ番号,場所,差止\r\nCSQU3054383,A-1-1,なし\r\nCSQU3054384,A-1-2,あり\r\n"
	sjis, err := japanese.ShiftJIS.NewEncoder().String(plain)
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"utf8": plain, "bom": "\ufeff" + plain, "sjis": sjis, "tabs": strings.ReplaceAll(plain, ",", "\t")} {
		l, err := tally.ParseList([]byte(text))
		if err != nil || len(l.Boxes) != 1 || l.Boxes[0] != (tally.Box{Container: "CSQU3054383", Slot: "A-1-1", Hold: "none", Line: 2}) {
			t.Errorf("%s: %+v, %v", name, l, err)
		}
		if len(l.Bad) != 1 || l.Bad[0].Right != "3" || l.Bad[0].Line != 3 {
			t.Errorf("%s: bad lines %+v", name, l.Bad)
		}
	}
	if _, err := tally.ParseList([]byte("a,b\n1,2\n")); !errors.Is(err, tally.ErrNoContainer) {
		t.Errorf("list without containers: %v", err)
	}
	if _, err := tally.ParseList(nil); !errors.Is(err, tally.ErrEmptyList) {
		t.Errorf("empty list: %v", err)
	}
}

func FuzzParseList(f *testing.F) {
	f.Add([]byte("container,slot\nCSQU3054383,A1\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		l, err := tally.ParseList(data)
		if err != nil {
			return
		}
		for _, b := range l.Boxes {
			if _, err := tally.ParseContainer(b.Container); err != nil {
				t.Errorf("took %q: %v", b.Container, err)
			}
		}
	})
}
