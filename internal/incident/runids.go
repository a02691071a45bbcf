package incident

import (
	"fmt"
	"time"
)

// asciiID keeps ids inside the fact grammar; a runbook named in Japanese goes
// by its hash.
func asciiID(id, hash string) string {
	if id == "" || len(id) > 100 {
		return "rb-" + hash[:min(12, len(hash))]
	}
	for i, r := range id {
		ok := r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || i > 0 && (r == '-' || r == '_' || r == '.')
		if !ok {
			return "rb-" + hash[:min(12, len(hash))]
		}
	}
	return id
}

func branchKey(i int) string { return string(rune('a' + i%26)) }

// runbookID is the id of a runbook that a link names by its file.
func runbookID(link string) string {
	base := link
	for i := len(link) - 1; i >= 0; i-- {
		if link[i] == '/' {
			base = link[i+1:]
			break
		}
	}
	for _, ext := range []string{".md", ".markdown"} {
		if len(base) > len(ext) && base[len(base)-len(ext):] == ext {
			return base[:len(base)-len(ext)]
		}
	}
	return base
}

func previousKey(key string) string {
	var p, n int
	if _, err := fmt.Sscanf(key, "%d.%d", &p, &n); err != nil || n <= 1 {
		return ""
	}
	return fmt.Sprintf("%d.%d", p, n-1)
}

// clockTime is the next moment the wall shows the given time (RUNBOOKS 4.5:
// past means the next day).
func clockTime(s string, now time.Time) time.Time {
	if t, err := time.ParseInLocation("2006-01-02 15:04", s, now.Location()); err == nil {
		return t
	}
	t, err := time.ParseInLocation("15:04", s, now.Location())
	if err != nil {
		return time.Time{}
	}
	at := time.Date(now.Year(), now.Month(), now.Day(), t.Hour(), t.Minute(), 0, 0, now.Location())
	if at.Before(now) {
		at = at.AddDate(0, 0, 1)
	}
	return at
}
