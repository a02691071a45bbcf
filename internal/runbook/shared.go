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

	builtinWords = sync.OnceValue(func() *sectionWords { return newSectionWords(Sections{}) })

	ruleTables = sync.OnceValue(func() (all [ruleGroups][]Rule) {
		for i := range all {
			all[i] = buildRules(i)
		}
		return all
	})

	inlineMark  = byteSet(inlineMarks)
	answerMark  = byteSet(": =-\xE2\xEF")
	destroys    = byteSet("rmdDTtkgzfswc-")
	conditional = byteSet("fnuUwE") // where mayCondition looks closer
	lowerLetter = letterTable()

	// nameSeparators are what stands between names in a value.
	nameSeparators = strings.NewReplacer(" and ", "、", " & ", "、", " / ", "、", ",", "、", "，", "、", "／", "、", "；", "、", ";", "、", "\n", "、")
	// marks are the signs of bold and code that a text is read without.
	marks = strings.NewReplacer("**", "", "`", "")
)

// byteSet is a table of the bytes of s.
func byteSet(s string) (set [256]bool) {
	for i := range len(s) {
		set[s[i]] = true
	}
	return set
}

// letterTable has a one for each of a to z.
func letterTable() (table [128]uint8) {
	for c := 'a'; c <= 'z'; c++ {
		table[c] = 1
	}
	return table
}
