package timeline

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"pgregory.net/rapid"
)

func TestCanonicalKnownForms(t *testing.T) {
	for _, tc := range []struct{ in, want string }{
		// RFC 8785 section 3.2.3: order by UTF-16 code unit.
		{`{"\u20ac":"Euro Sign","\r":"Carriage Return","\ufb33":"Hebrew","1":"One","\ud83d\ude00":"Emoji","\u0080":"Control","\u00f6":"o"}`,
			"{\"\\r\":\"Carriage Return\",\"1\":\"One\",\"\u0080\":\"Control\",\"ö\":\"o\",\"€\":\"Euro Sign\",\"😀\":\"Emoji\",\"\ufb33\":\"Hebrew\"}"},
		// RFC 8785 section 3.2.2: numbers and strings.
		{`[333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001]`, `[333333333.3333333,1e+30,4.5,0.002,1e-27]`},
		{`"\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/"`, `"€$\u000f\nA'B\"\\\\\"/"`},
		{`[null, true , false]`, `[null,true,false]`},
		{`-0`, `0`}, {`-0.0`, `0`}, {`1.0`, `1`}, {`1e2`, `100`}, {`100000000000000000000`, `100000000000000000000`},
		{`9007199254740991`, `9007199254740991`}, {`1e-7`, `1e-7`}, {`"<>&` + "\u2028\u007f" + `"`, `"<>&` + "\u2028\u007f" + `"`},
		{`{ "b" : [ ] , "a" : { } }`, `{"a":{},"b":[]}`},
	} {
		got, err := canonicalize([]byte(tc.in))
		if err != nil || string(got) != tc.want {
			t.Errorf("%s: got %s, %v, want %s", tc.in, got, err, tc.want)
		}
	}
}

func TestCanonicalRefuses(t *testing.T) {
	for _, in := range []string{
		``, `{`, `{"a":1,"a":2}`, `{"a":1,}`, `[1,]`, `[1 2]`, `{"a" 1}`, `{a:1}`, `"\ud800"`, `"\ud800\u0041"`, `"\udc00"`, "\"\xff\"", "\"\xed\xa0\x80\"",
		`01`, `+1`, `1.`, `.5`, `1e`, `1e999`, `9007199254740993`, `NaN`, `tru`, `nul`, `"a`, `"\`, `"\u12"`, `"\q"`, "\"\x01\"", `1 2`, "{}\r\n",
		strings.Repeat("[", 100) + strings.Repeat("]", 100),
	} {
		if got, err := canonicalize([]byte(in)); !errors.Is(err, ErrJSON) {
			t.Errorf("%.40q: got %s, %v", in, got, err)
		}
	}
}

// simpleCanonical is a second, slow and obvious implementation.
func simpleCanonical(v any) string {
	switch x := v.(type) {
	case map[string]any:
		keys := make([]string, 0, len(x))
		for k := range x {
			keys = append(keys, k)
		}
		slices.SortFunc(keys, func(a, b string) int {
			return slices.Compare(utf16.Encode([]rune(a)), utf16.Encode([]rune(b)))
		})
		parts := make([]string, len(keys))
		for i, k := range keys {
			parts[i] = simpleString(k) + ":" + simpleCanonical(x[k])
		}
		return "{" + strings.Join(parts, ",") + "}"
	case []any:
		parts := make([]string, len(x))
		for i, e := range x {
			parts[i] = simpleCanonical(e)
		}
		return "[" + strings.Join(parts, ",") + "]"
	case string:
		return simpleString(x)
	case int64:
		return fmt.Sprint(x)
	case bool:
		return fmt.Sprint(x)
	}
	return "null"
}

func simpleString(s string) string {
	out := `"`
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			out += `\` + string(r)
		case strings.ContainsRune("\b\t\n\f\r", r):
			out += `\` + string("btnfr"[strings.IndexRune("\b\t\n\f\r", r)])
		case r < 0x20:
			out += fmt.Sprintf(`\u%04x`, r)
		default:
			out += string(r)
		}
	}
	return out + `"`
}

func jsonValue(depth int) *rapid.Generator[any] {
	return rapid.Custom(func(t *rapid.T) any {
		kind := rapid.IntRange(0, 5).Draw(t, "kind")
		if depth == 0 {
			kind %= 4
		}
		switch kind {
		case 0:
			return rapid.Int64Range(-maxInteger, maxInteger).Draw(t, "int")
		case 1:
			return rapid.Bool().Draw(t, "bool")
		case 2:
			return nil
		case 3:
			return rapid.String().Draw(t, "string")
		case 4:
			return rapid.SliceOfN(jsonValue(depth-1), 0, 4).Draw(t, "array")
		}
		return rapid.MapOfN(rapid.String(), jsonValue(depth-1), 0, 5).Draw(t, "object")
	})
}

func TestCanonicalAgreesWithASecondImplementation(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v := jsonValue(3).Draw(t, "v")
		got, err := Canonical(v)
		if err != nil {
			t.Fatal(err)
		}
		if want := simpleCanonical(v); string(got) != want {
			t.Fatalf("got %s, want %s", got, want)
		}
		if err := CheckCanonical(got); err != nil {
			t.Fatal(err)
		}
		spaced, err := json.MarshalIndent(v, " ", "\t")
		if err != nil {
			t.Fatal(err)
		}
		again, err := canonicalize(spaced)
		if err != nil || !bytes.Equal(again, got) {
			t.Fatalf("blanks changed the form: %s, %v", again, err)
		}
	})
}

func TestCanonicalNumbersRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := math.Float64frombits(rapid.Uint64().Draw(t, "bits"))
		if math.IsNaN(f) || math.IsInf(f, 0) {
			t.Skip("not JSON")
		}
		got, err := Canonical(f)
		if err != nil {
			t.Fatal(err)
		}
		want, err := json.Marshal(f) // ECMAScript form, but for the sign of zero
		if err != nil {
			t.Fatal(err)
		}
		if f != 0 && !bytes.Equal(got, want) {
			t.Fatalf("got %s, want %s", got, want)
		}
	})
}

func TestCompareUTF16AgreesWithTheCodeUnits(t *testing.T) {
	letters := rapid.SampledFrom([]rune{'a', 'é', '端', 0xE000, 0xFFFD, 0xFB33, 0x1F600, 0x20BB7, 0xD7FF, 0x10FFFF})
	rapid.Check(t, func(t *rapid.T) {
		a := string(rapid.SliceOfN(letters, 0, 4).Draw(t, "a"))
		b := string(rapid.SliceOfN(letters, 0, 4).Draw(t, "b"))
		want := slices.Compare(utf16.Encode([]rune(a)), utf16.Encode([]rune(b)))
		if got := compareUTF16(a, b); (got < 0) != (want < 0) || (got > 0) != (want > 0) {
			t.Fatalf("%q %q: got %d, want %d", a, b, got, want)
		}
	})
}

func TestCheckFacts(t *testing.T) {
	for in, ok := range map[string]bool{
		`{}`: true, `{"a":{"b":[1,-2,true,false,null,"x:y/z#1+=-_."]}}`: true, `{"n":9007199254740991}`: true,
		`[]`: false, `{"n":9007199254740992}`: false, `{"n":1.5}`: false, `{"n":1e3}`: false, `{"n":-0}`: false, `{"b":1,"a":1}`: false,
		`{"a":1,"a":1}`: false, `{"a":"-x"}`: false, `{"a":"x y"}`: false, `{"a":"@x"}`: false, `{"a":"森"}`: false, `{"a":""}`: false,
		`{"a": 1}`: false, `{"a":1} `: false, `{"a":"\u0061"}`: false, `{"":1}`: false, `{"a":1`: false, `{"a":[1,]}`: false, ``: false,
		`{"a":"` + strings.Repeat("x", 200) + `"}`: true, `{"a":"` + strings.Repeat("x", 201) + `"}`: false,
	} {
		if err := CheckFacts([]byte(in)); (err == nil) != ok || (err != nil && !errors.Is(err, ErrFacts)) {
			t.Errorf("%.60s: got %v, want ok=%v", in, err, ok)
		}
	}
}

func FuzzCanonical(f *testing.F) {
	f.Add([]byte(`{"b":[1,2.50,"\u00e9"],"a":null}`))
	f.Add([]byte(`"\ud83d\ude00"`))
	f.Fuzz(func(t *testing.T, in []byte) {
		out, err := canonicalize(in)
		if err != nil {
			return
		}
		if !json.Valid(in) {
			t.Fatalf("accepted %q, which encoding/json refuses", in)
		}
		if err := CheckCanonical(out); err != nil {
			t.Fatalf("%q gave %q: %v", in, out, err)
		}
		if (CheckCanonical(in) == nil) != bytes.Equal(in, out) {
			t.Fatalf("%q: checking and rewriting disagree", in)
		}
	})
}

func TestPlainRunAgreesWithALookAtEachByte(t *testing.T) {
	bytesOf := rapid.SampledFrom([]byte("\x00\x1f !\"#[\\]\x7f\x80\xa2\xdc\xff aaaaaaaa"))
	rapid.Check(t, func(t *rapid.T) {
		b := rapid.SliceOfN(bytesOf, 0, 40).Draw(t, "b")
		if rapid.Bool().Draw(t, "long") {
			b = append(bytes.Repeat([]byte("x"), rapid.IntRange(0, 30).Draw(t, "n")), b...)
		}
		n, ascii := 0, true
		for n < len(b) && b[n] >= 0x20 && b[n] != '"' && b[n] != '\\' {
			ascii = ascii && b[n] < 0x80
			n++
		}
		l := lexer{b: b}
		if got := l.plain(); got != ascii || l.i != n {
			t.Fatalf("%q: stopped at %d, ASCII %v; want %d, %v", b, l.i, got, n, ascii)
		}
	})
}

func TestDigestForm(t *testing.T) {
	good := strings.Repeat("0123456789abcdef", 4)
	for c := range 256 {
		s := []byte(good)
		s[c%64] = byte(c)
		want := strings.IndexByte("0123456789abcdef", byte(c)) >= 0
		if isDigest(s) != want {
			t.Errorf("digit %#x: %v", c, !want)
		}
	}
	if isDigest([]byte(good[1:])) || !isDigest([]byte(good)) {
		t.Error("length")
	}
}
