package runbook

import (
	"strings"
	"sync"
)

// Tables that every read needs and none changes. Building them anew cost more
// than reading a short runbook.
//
//nolint:gochecknoglobals // built once, never changed
var (
	sharedParser = sync.OnceValue(newParser) // keeps nothing of what it parses
	stepLabels   = sync.OnceValue(func() labelSet { return newLabelSet(labelTable()) })
	docLabels    = sync.OnceValue(func() labelSet { return newLabelSet(documentTable()) })

	hotByte      = sync.OnceValue(hotTable)
	builtinWords = sync.OnceValue(func() *sectionWords { return newSectionWords(Sections{}) })

	ruleTables = sync.OnceValue(func() (all [ruleGroups][]Rule) {
		for i := range all {
			all[i] = buildRules(i)
		}
		return all
	})

	inlineMark     = byteSet(inlineMarks)
	answerMark     = byteSet(": =-\xE2\xEF")
	destroys       = byteSet("rmdDTtkgzfswc-")
	endsSecretWord = byteSet("dDyYtT\x89 \"'*") // before the sign of a value
	conditional    = byteSet("fnuUwWE")         // where mayCondition looks closer

	// nameSeparators are what stands between names in a value.
	nameSeparators = strings.NewReplacer("\n（", "（", "\n(", "(", " and ", "、", " & ", "、", " / ", "、", ",", "、", "，", "、", "／", "、", "；", "、", ";", "、", "\n", "、")
	// marks are the signs of bold and code that a text is read without.
	marks = strings.NewReplacer("**", "", "`", "")
	// toldSeparators are what stands between labels told in a sentence.
	toldSeparators = strings.NewReplacer("。", "、", ";", "、", "；", "、", ", ", "、")
)

// byteSet is a table of the bytes of s.
func byteSet(s string) (set [256]bool) {
	for i := range len(s) {
		set[s[i]] = true
	}
	return set
}
