package incident

import (
	"iter"
	"slices"
)

// marksPage is how many entries share a page of Marks.
const marksPage = 64

// Marks holds what later entries say about earlier ones, by number. A long log
// has a mark for every note, and every commit copies the state: so pages are
// shared between copies and replaced when one of their marks changes.
type Marks []*[marksPage]*Mark

// At gives the mark of an entry; nil where it has none. It must not be changed.
func (m Marks) At(seq int64) *Mark {
	page := seq / marksPage
	if seq < 0 || page >= int64(len(m)) || m[page] == nil {
		return nil
	}
	return m[page][seq%marksPage]
}

// All gives every mark, by the number of its entry.
func (m Marks) All() iter.Seq2[int64, *Mark] {
	return func(yield func(int64, *Mark) bool) {
		for i, page := range m {
			if page == nil {
				continue
			}
			for k, x := range page {
				if x != nil && !yield(int64(i*marksPage+k), x) {
					return
				}
			}
		}
	}
}

// clone shares the pages.
func (m Marks) clone() Marks { return slices.Clone(m) }

// set puts a mark on an entry that the log has, of which last is the newest.
// What the record says about entries that cannot be is left out.
func (m *Marks) set(seq, last int64, x *Mark) {
	if seq < 0 || seq > last {
		return
	}
	page := int(seq / marksPage)
	for len(*m) <= page {
		*m = append(*m, nil)
	}
	var fresh [marksPage]*Mark
	if old := (*m)[page]; old != nil {
		fresh = *old
	}
	fresh[seq%marksPage] = x
	(*m)[page] = &fresh
}
