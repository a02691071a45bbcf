package chat

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"irbot/internal/notify"
)

// Merged writes the text of several messages as one. A mail holds them all with
// their links; on a phone there is room for one, and the others are named.
func (w *Words) Merged(lang Lang, e notify.Envelope, others []notify.Envelope) notify.Envelope {
	n := strconv.Itoa(len(others) + 1)
	all := append([]notify.Envelope{e}, others...)
	var ids []string
	for _, o := range all {
		if !slices.Contains(ids, o.Incident) {
			ids = append(ids, o.Incident)
		}
	}
	names := strings.Join(ids, ", ")
	if e.Means != notify.Mail {
		e.Body = w.T(lang, "merged.short", "n", n, "list", names) + "\n" + e.Body // which begins with its subject
		e.Subject = ""
		return e
	}
	var b strings.Builder
	b.WriteString(w.T(lang, "merged.head", "n", n, "list", names) + "\n")
	for i, o := range all {
		again := ""
		if o.Repeat {
			again = " " + w.T(lang, "merged.again")
		}
		fmt.Fprintf(&b, "\n==== %d/%s %s%s ====\n%s", i+1, n, o.ID, again, o.Body) // which begins with its subject
	}
	e.Subject = Truncate(w.T(lang, "merged.subject", "n", n)+" "+e.Subject, 120)
	e.Body = b.String()
	return e
}
