package runbook

import (
	"regexp"
	"strconv"
	"strings"

	"golang.org/x/text/unicode/norm"
)

// Demand is what an evidence label asks for beyond "something was seen": what
// its bracket says in words the reader knows. What it does not know stays text
// and demands nothing.
type Demand struct {
	Written   string
	Kept      bool // a kept file (写真必須, photo required): a typed value is not enough
	Number    bool // a number
	Integer   bool // a whole number
	Min, Max  *float64
	Pattern   string // 9 stands for a digit, A for a letter, * for any text; "" asks for none
	Container bool   // a container number whose check digit holds (検算)
	Unit      string // the unit as the label writes it, 台; "" where it names none
}

// Demanding reports whether anything is checked.
func (d *Demand) Demanding() bool {
	return d.Kept || d.Number || d.Pattern != "" || d.Container
}

// Demands reads the brackets of evidence labels: 「画面の写真（写真必須）」,
// 「温度（-30〜30の数値）」, 「枚数（1以上の整数）」, 「受付番号（形式: A-999）」,
// 「コンテナ番号（検算）」, "photo (required)", "count (integer, min 1)".
func Demands(evidence []string) []Demand {
	var out []Demand
	for _, e := range evidence {
		_, inside, ok := lastBracket(e)
		if !ok {
			continue
		}
		d := Demand{Written: e}
		for _, part := range splitParts(inside) {
			d.read(e, part)
		}
		if d.Number {
			d.Unit = unitIn(e)
		}
		if d.Demanding() {
			out = append(out, d)
		}
	}
	return out
}

var (
	reSpan        = regexp.MustCompile(`^(-?[0-9]+(?:\.[0-9]+)?) *[^0-9 ~〜.-]{0,4} *(?:~|〜|から|to|and|\.\.) *(-?[0-9]+(?:\.[0-9]+)?)`)
	reNumberWords = regexp.MustCompile(`^(?:(?:an?|whole|数値|整数|数|number|integer|between|from|で|は|が) *)+`)

	reOver = regexp.MustCompile(`^(?:min\.? *|>= *|≧ *)?(-?[0-9]+(?:\.[0-9]+)?) *[^0-9]{0,4}以上|^(?:min\.? *|>= *|≧ *)(-?[0-9]+(?:\.[0-9]+)?)`)
	reUpTo = regexp.MustCompile(`(-?[0-9]+(?:\.[0-9]+)?) *[^0-9]{0,4}以下|(?:max\.? *|<= *|≦ *)(-?[0-9]+(?:\.[0-9]+)?)`)
)

func (d *Demand) read(label, part string) {
	f := fold(part)
	if name, shape, _, ok := cutAny(part, ":", "："); ok {
		switch fold(name) {
		case "形式", "書式", "format", "pattern":
			d.Pattern = strings.TrimSpace(shape)
		}
		return
	}
	switch {
	case f == "必須" || f == "required":
		d.Kept = d.Kept || containsAny(fold(label), "写真", "画像", "ファイル", "添付", "photo", "picture", "file", "screenshot", "スクリーンショット")
		return
	case containsAny(f, "写真必須", "添付必須", "photo required", "file required", "attachment required"):
		d.Kept = true
		return
	case f == "検算" || f == "check digit":
		d.Container = true
		return
	}
	number := containsAny(f, "数値", "整数", "number", "integer")
	d.Integer = d.Integer || containsAny(f, "整数", "integer")
	d.Number = d.Number || number
	if number { // 「数値 -30〜30」 is 「-30〜30の数値」
		f = reNumberWords.ReplaceAllString(f, "")
	}
	if g := reSpan.FindStringSubmatch(f); g != nil && !mayBeInterval(f) {
		d.Number, d.Min, d.Max = true, float(g[1]), float(g[2])
		return
	}
	if g := reOver.FindStringSubmatch(f); g != nil {
		d.Number, d.Min = true, float(g[1]+g[2])
	}
	if g := reUpTo.FindStringSubmatch(f); g != nil {
		d.Number, d.Max = true, float(g[1]+g[2])
	}
}

// mayBeInterval tells times, which are limits and no ranges of values.
func mayBeInterval(f string) bool {
	return containsAny(f, "分", "時間", "min", "hour", "日", "ごと", "毎")
}

func float(s string) *float64 {
	v, err := strconv.ParseFloat(s, 64)
	if err != nil {
		return nil
	}
	return &v
}

// Fault says what a value lacks: "kept", "number", "one", "comma", "unit",
// "integer", "range" or "pattern"; "" where it does. The check of a container
// number is the caller's.
func (d *Demand) Fault(value string, kept int) string {
	value = strings.TrimSpace(norm.NFKC.String(value))
	switch {
	case d.Kept && kept == 0:
		return "kept"
	case d.Pattern != "" && !matches(d.Pattern, value):
		return "pattern"
	case !d.Number:
		return ""
	}
	list := figures(value)
	switch len(list) {
	case 0:
		return "number"
	case 1:
		return d.figureFault(list[0])
	}
	return "one" // a time of day, too: nobody can tell which of them is meant
}

func (d *Demand) figureFault(f figure) string {
	plain := f.text
	if reGrouped.MatchString(plain) { // any other comma may be meant as a point: -1,8 is not -18
		plain = strings.ReplaceAll(plain, ",", "")
	}
	v, err := strconv.ParseFloat(plain, 64)
	switch {
	case strings.Contains(plain, ","):
		return "comma"
	case err != nil:
		return "number"
	case d.Unit != "" && f.unit != "" && measure(f.unit) != measure(d.Unit):
		return "unit"
	case d.Integer && v != float64(int64(v)):
		return "integer"
	case d.Min != nil && v < *d.Min, d.Max != nil && v > *d.Max:
		return "range"
	}
	return ""
}

// Range writes the bounds as people do: -30〜30, 1〜, 〜5.
func (d *Demand) Range() string {
	s := ""
	if d.Min != nil {
		s = strconv.FormatFloat(*d.Min, 'f', -1, 64)
	}
	s += "〜"
	if d.Max != nil {
		s += strconv.FormatFloat(*d.Max, 'f', -1, 64)
	}
	return s
}

// matches compares a value with a shape: 9 a digit, A a letter, * any text, all
// else as it is.
func matches(shape, value string) bool {
	var b strings.Builder
	b.WriteString("^")
	for _, r := range norm.NFKC.String(shape) {
		switch r {
		case '9':
			b.WriteString("[0-9]")
		case 'A':
			b.WriteString("[A-Za-z]")
		case '*':
			b.WriteString(".*")
		default:
			b.WriteString(regexp.QuoteMeta(string(r)))
		}
	}
	re, err := regexp.Compile(b.String() + "$")
	return err != nil || re.MatchString(value)
}
