package tally

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Problem is one thing wrong with a row.
type Problem struct {
	Field string
	Code  string            // missing, form, category, digit, nodigit, range, number, whole, choice, long, unknown
	Args  map[string]string // value, right, guess, min, max, hint
}

// Error names field and code, for logs; surfaces show the wording.
func (p Problem) Error() string { return p.Field + ": " + p.Code }

// maxValue is how long a value may be, in characters.
const maxValue = 200

// Check brings the values of a row to one form and says what is wrong with them,
// in the order of the fields. Empty values are left out of the result. Choices
// may be typed by id or name.
func (t Type) Check(in map[string]string) (map[string]string, []Problem) {
	out := map[string]string{}
	var bad []Problem
	for _, f := range t.Fields {
		v := strings.TrimSpace(in[f.ID])
		if v == "" {
			if f.Required {
				bad = append(bad, Problem{Field: f.ID, Code: "missing", Args: map[string]string{"hint": f.example()}})
			}
			continue
		}
		clean, p := f.check(v)
		if p != nil {
			bad = append(bad, *p)
			continue
		}
		out[f.ID] = clean
	}
	for id := range in {
		if _, ok := t.Field(id); !ok && strings.TrimSpace(in[id]) != "" {
			bad = append(bad, Problem{Field: id, Code: "unknown"})
		}
	}
	return out, bad
}

var (
	reCode = regexp.MustCompile(`^[A-Z0-9][A-Z0-9./_-]{0,29}$`)
	// A place is written as the terminal writes it, 北3 or 3号岸壁, too: it begins and ends with a letter, a digit or a bracket.
	rePlace     = regexp.MustCompile(`^[\p{L}\p{N}]([\p{L}\p{M}\p{N} ./_()#・-]{0,28}[\p{L}\p{M}\p{N})])?$`)
	rePaper     = regexp.MustCompile(`^[\p{L}\p{N}][\p{L}\p{M}\p{N}./_-]{0,29}$`)
	reThousands = regexp.MustCompile(`^[+-]?[0-9]{1,3}(,[0-9]{3})+(\.[0-9]+)?$`)
	reSpaced    = regexp.MustCompile(`^[+-]? ?[0-9]{1,3}( [0-9]{3})*(\.[0-9]+)?$`)
	reUN        = regexp.MustCompile(`^(?:UN)?[ .-]?(\d{4})$`)
)

// check gives a value in its one form, or what is wrong with it.
func (f Field) check(v string) (string, *Problem) {
	if utf8.RuneCountInString(v) > maxValue {
		return "", f.wrong("long", v, "max", strconv.Itoa(maxValue))
	}
	plain := plainly(v)
	switch f.Kind {
	case KindContainer:
		return f.container(v)
	case KindSeal:
		if none(plain) {
			return "なし", nil
		}
		return f.shape(reCode, strings.ReplaceAll(plain, " ", ""), v)
	case KindCode:
		return f.shape(rePaper, strings.ReplaceAll(plain, " ", ""), v)
	case KindSlot, KindBerth:
		return f.shape(rePlace, strings.Join(strings.Fields(plain), " "), v)
	case KindTemp:
		return f.number(strings.NewReplacer("℃", "", "°C", "", "+", "", "C", "", "°", "", "度", "").Replace(plain), v, false)
	case KindMass:
		return f.number(strings.TrimSuffix(plain, "KG"), v, true)
	case KindCount:
		return f.number(plain, v, true)
	case KindClass:
		return f.class(plain, v)
	case KindUN:
		g := reUN.FindStringSubmatch(plain)
		if g == nil {
			return "", f.wrong("form", v)
		}
		return "UN" + g[1], nil
	case KindChoice:
		return f.choose(v)
	case KindTruck:
		if v = norm.NFKC.String(v); !strings.ContainsAny(v, "0123456789") { // no plate is without a digit
			return "", f.wrong("form", v)
		}
	case KindName, KindText:
	}
	return strings.Join(strings.Fields(v), " "), nil
}

// plainly brings a value to half-width capitals and one kind of hyphen. A long
// vowel after kana is a letter (バース), anywhere else it was meant as a hyphen.
func plainly(v string) string {
	out := []rune(strings.NewReplacer("−", "-", "‐", "-", "–", "-", "△", "-", "▲", "-").Replace(norm.NFKC.String(v)))
	for i, r := range out {
		if r == 'ー' && (i == 0 || !unicode.In(out[i-1], unicode.Katakana, unicode.Hiragana) && out[i-1] != 'ー') {
			out[i] = '-'
		}
	}
	return strings.ToUpper(string(out))
}

func none(plain string) bool {
	return plain == "なし" || plain == "無" || plain == "NONE" || plain == "-"
}

func (f Field) wrong(code, value string, kv ...string) *Problem {
	p := &Problem{Field: f.ID, Code: code, Args: map[string]string{"value": value, "hint": f.example()}}
	for i := 0; i+1 < len(kv); i += 2 {
		p.Args[kv[i]] = kv[i+1]
	}
	return p
}

func (f Field) shape(re *regexp.Regexp, plain, typed string) (string, *Problem) {
	if !re.MatchString(plain) {
		return "", f.wrong("form", typed)
	}
	return plain, nil
}

func (f Field) container(v string) (string, *Problem) {
	c, err := ParseContainer(v)
	switch {
	case err == nil:
		return c.Number, nil
	case errors.Is(err, ErrCheckDigit):
		return "", f.wrong("digit", c.Number, "right", c.Right, "last", c.Number[10:], "guess", strings.Join(c.Guesses, " "))
	case errors.Is(err, ErrNoCheckDigit):
		return "", f.wrong("nodigit", c.Number, "right", c.Right)
	case errors.Is(err, ErrCategory):
		return "", f.wrong("category", c.Number)
	}
	return "", f.wrong("form", v)
}

func (f Field) number(plain, typed string, whole bool) (string, *Problem) {
	if plain = strings.TrimSpace(plain); reSpaced.MatchString(plain) { // any other blank stands between two values
		plain = strings.ReplaceAll(plain, " ", "")
	}
	if reThousands.MatchString(plain) { // any other comma may be meant as a point: -1,8 is not -18
		plain = strings.ReplaceAll(plain, ",", "")
	}
	n, err := strconv.ParseFloat(plain, 64)
	switch {
	case err != nil || n != n:
		return "", f.wrong("number", typed)
	case whole && n != float64(int64(n)):
		return "", f.wrong("whole", typed)
	case n < f.Min || f.Max > f.Min && n > f.Max:
		return "", f.wrong("range", typed, "min", trim(f.Min), "max", trim(f.Max))
	case whole:
		return strconv.FormatInt(int64(n), 10), nil
	}
	return fmt.Sprintf("%.1f", n), nil
}

func trim(n float64) string { return strconv.FormatFloat(n, 'f', -1, 64) }

// classes are the classes and divisions of dangerous goods (IMDG Code, part 2).
func classes() []string {
	return []string{"1.1", "1.2", "1.3", "1.4", "1.5", "1.6", "2.1", "2.2", "2.3", "3", "4.1", "4.2", "4.3", "5.1", "5.2", "6.1", "6.2", "7", "8", "9"}
}

// class reads a class of dangerous goods; the letter of a compatibility group
// may follow class 1 (1.4S).
func (f Field) class(plain, typed string) (string, *Problem) {
	if none(plain) {
		return "なし", nil
	}
	base, group := plain, ""
	if n := len(plain); n > 1 && plain[0] == '1' && plain[n-1] >= 'A' && plain[n-1] <= 'S' {
		base, group = plain[:n-1], plain[n-1:]
	}
	for _, c := range classes() {
		if c == base {
			return base + group, nil
		}
	}
	return "", f.wrong("form", typed)
}

// example is what may be typed: the choices, else the hint.
func (f Field) example() string {
	if len(f.Choices) > 0 {
		return f.choices()
	}
	return f.Hint
}

// choices names each choice in both languages, as either may be typed.
func (f Field) choices() string {
	names := make([]string, 0, len(f.Choices))
	for _, c := range f.Choices {
		names = append(names, c.JA+"("+c.EN+")")
	}
	return strings.Join(names, "・")
}

func (f Field) choose(v string) (string, *Problem) {
	w := fold(v)
	for _, c := range f.Choices {
		if w == c.ID || w == fold(c.JA) || w == fold(c.EN) {
			return c.ID, nil
		}
	}
	return "", f.wrong("choice", v, "choices", f.choices())
}

// Deviates reports that the actual temperature of a reefer row is further from
// its set point than degrees; false where one of them is missing.
func Deviates(values map[string]string, degrees float64) bool {
	set, err1 := strconv.ParseFloat(values["set"], 64)
	now, err2 := strconv.ParseFloat(values["temp"], 64)
	return err1 == nil && err2 == nil && (now-set > degrees || set-now > degrees)
}
