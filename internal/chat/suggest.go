package chat

import (
	"strings"

	"golang.org/x/text/unicode/norm"
)

// unknown answers a word that is no verb: with the verb it is nearest to, by
// spelling, kana or romaji, or with the ways to keep what was typed.
func (p *parser) unknown(word string) *Reply {
	plain := fold(word)
	digits := ""
	if g := reVerbStep.FindStringSubmatch(plain); g != nil {
		plain, digits = g[1], " "+g[2]
	}
	shown := Truncate(OneLine(norm.NFKC.String(word)), 30)
	_, ends := fields(head(p.rest), 1)
	after := strings.TrimSpace(p.rest[ends[0]:])
	if v, ok := nearest(plain); ok {
		name := v.Japanese()
		if plainASCII(plain) && !romajiOf(v, plain) {
			name = string(v)
		}
		command := strings.TrimSpace(p.prefix() + name + digits + " " + after)
		return &Reply{Key: "cmd.unk", Args: []any{"word", shown, "verb", name}, Suggest: []Suggestion{
			{Command: command, Key: "cmd.run", Args: []any{"command", Truncate(OneLine(command), 60)}},
			{Command: string(VerbHelp), Key: "cmd.help"},
		}}
	}
	r := &Reply{Key: "cmd.unk.none", Args: []any{"word", shown}}
	if p.cmd.Incident != "" {
		r.Suggest = append(r.Suggest, Suggestion{Command: p.prefix() + VerbNote.Japanese() + " " + p.rest, Key: "cmd.asnote"})
	} else {
		r.Suggest = append(r.Suggest, Suggestion{Command: VerbDeclare.Japanese() + " " + p.rest, Key: "cmd.asdeclare"})
	}
	r.Suggest = append(r.Suggest, Suggestion{Command: string(VerbHelp), Key: "cmd.help"})
	return r
}

// prefix repeats the incident where it was named.
func (p *parser) prefix() string {
	if p.cmd.Named {
		return p.cmd.Incident + " "
	}
	return ""
}

// nearest finds the verb a word was probably meant to be.
func nearest(word string) (Verb, bool) {
	best, found := 3, Verb("")
	consider := func(v Verb, d, length int) {
		if d < best && d <= allowed(length) {
			best, found = d, v
		}
	}
	kana := toHiragana(word)
	for _, s := range specs() {
		for _, w := range s.verb.Words() {
			if plainASCII(w) && len(word) >= 3 && strings.HasPrefix(w, word) {
				consider(s.verb, 1, 3)
			}
			consider(s.verb, distance(word, w), len([]rune(w)))
		}
		for _, reading := range strings.Fields(s.readings) {
			consider(s.verb, distance(kana, reading), len([]rune(reading)))
			if plainASCII(word) {
				consider(s.verb, distance(romajiKey(word), romajiKey(romaji(reading))), len(romajiKey(romaji(reading))))
			}
		}
	}
	return found, found != ""
}

// allowed is how many slips a word of some length may have.
func allowed(length int) int {
	switch {
	case length < 3:
		return 0
	case length < 6:
		return 1
	}
	return 2
}

// romajiOf reports whether an ASCII word is nearer to a Japanese reading of the
// verb than to its English word.
func romajiOf(v Verb, word string) bool {
	s, _ := v.spec()
	english := distance(word, string(v))
	for _, reading := range strings.Fields(s.readings) {
		if distance(romajiKey(word), romajiKey(romaji(reading))) < english {
			return !strings.HasPrefix(string(v), word)
		}
	}
	return false
}

// distance counts the insertions, deletions, replacements and exchanges of
// neighbours between two words.
func distance(a, b string) int {
	x, y := []rune(a), []rune(b)
	if len(x) > 40 || len(y) > 40 {
		return 99
	}
	rows := [3][]int{make([]int, len(y)+1), make([]int, len(y)+1), make([]int, len(y)+1)}
	for j := range rows[1] {
		rows[1][j] = j
	}
	for i := 1; i <= len(x); i++ {
		before, prev, cur := rows[(i-1)%3], rows[i%3], rows[(i+1)%3]
		cur[0] = i
		for j := 1; j <= len(y); j++ {
			cost := 1
			if x[i-1] == y[j-1] {
				cost = 0
			}
			cur[j] = min(prev[j]+1, cur[j-1]+1, prev[j-1]+cost)
			if i > 1 && j > 1 && x[i-1] == y[j-2] && x[i-2] == y[j-1] {
				cur[j] = min(cur[j], before[j-2]+1)
			}
		}
	}
	return rows[(len(x)+1)%3][len(y)]
}

// toHiragana turns katakana into hiragana.
func toHiragana(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'ァ' && r <= 'ヶ' {
			return r - 'ァ' + 'ぁ'
		}
		return r
	}, s)
}

// romaji writes hiragana in Hepburn letters, as far as the readings of the
// verbs need it.
func romaji(kana string) string {
	table := strings.NewReplacer(
		"きょ", "kyo", "きゅ", "kyu", "しょ", "sho", "しゅ", "shu", "じょ", "jo", "じゅ", "ju", "ちょ", "cho", "ちゅ", "chu",
		"りょ", "ryo", "りゅ", "ryu", "っか", "kka", "っせ", "sse", "って", "tte",
		"あ", "a", "い", "i", "う", "u", "え", "e", "お", "o", "か", "ka", "き", "ki", "く", "ku", "け", "ke", "こ", "ko",
		"が", "ga", "ぎ", "gi", "ぐ", "gu", "げ", "ge", "ご", "go", "さ", "sa", "し", "shi", "す", "su", "せ", "se", "そ", "so",
		"ざ", "za", "じ", "ji", "ず", "zu", "ぜ", "ze", "ぞ", "zo", "た", "ta", "ち", "chi", "つ", "tsu", "て", "te", "と", "to",
		"だ", "da", "で", "de", "ど", "do", "な", "na", "に", "ni", "ぬ", "nu", "ね", "ne", "の", "no",
		"は", "ha", "ひ", "hi", "ふ", "fu", "へ", "he", "ほ", "ho", "ば", "ba", "ぶ", "bu", "ぷ", "pu",
		"ま", "ma", "み", "mi", "む", "mu", "め", "me", "も", "mo", "や", "ya", "ゆ", "yu", "よ", "yo",
		"ら", "ra", "り", "ri", "る", "ru", "れ", "re", "ろ", "ro", "わ", "wa", "を", "o", "ん", "n", "ー", "")
	return table.Replace(kana)
}

// romajiKey brings the ways of writing romaji to one: kanryou, kanryoo and
// kanryo; si and shi; nn and n.
func romajiKey(s string) string {
	s = strings.NewReplacer("sy", "sh", "ty", "ch", "zy", "j", "jy", "j").Replace(s)
	s = strings.NewReplacer("si", "shi", "ti", "chi", "tu", "tsu", "hu", "fu", "zi", "ji").Replace(s)
	return strings.NewReplacer("ou", "o", "oo", "o", "uu", "u", "nn", "n", "mp", "np", "'", "").Replace(s)
}
