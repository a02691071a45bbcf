package roster

import (
	"fmt"
	"strings"
	"time"

	"github.com/emersion/go-ical"
)

// windowsZones are names that Outlook gives to zones, by those of the IANA
// (Unicode CLDR, windowsZones): of the ports Japan trades with most.
func windowsZones() map[string]string {
	return map[string]string{
		"tokyo standard time": "Asia/Tokyo", "korea standard time": "Asia/Seoul", "china standard time": "Asia/Shanghai", "taipei standard time": "Asia/Taipei",
		"singapore standard time": "Asia/Singapore", "se asia standard time": "Asia/Bangkok", "india standard time": "Asia/Kolkata", "arabian standard time": "Asia/Dubai",
		"aus eastern standard time": "Australia/Sydney", "new zealand standard time": "Pacific/Auckland", "hawaiian standard time": "Pacific/Honolulu",
		"pacific standard time": "America/Los_Angeles", "central standard time": "America/Chicago", "eastern standard time": "America/New_York",
		"gmt standard time": "Europe/London", "w. europe standard time": "Europe/Berlin", "romance standard time": "Europe/Paris", "utc": "UTC",
	}
}

// nameZones gives every time of the events a zone that is known here: the names
// of Outlook, and zones that the calendar itself describes by one whole-hour
// offset. What stays unknown is told where it is used.
func nameZones(cal *ical.Calendar) {
	fixed := map[string]string{}
	for _, c := range cal.Children {
		if c.Name != ical.CompTimezone {
			continue
		}
		id, _ := c.Props.Text(ical.PropTimezoneID)
		offsets := map[string]bool{}
		for _, part := range c.Children {
			if p := part.Props.Get(ical.PropTimezoneOffsetTo); p != nil {
				offsets[p.Value] = true
			}
		}
		for o := range offsets {
			if at, err := time.Parse("-0700", o); err == nil && len(offsets) == 1 {
				if _, s := at.Zone(); s%3600 == 0 {
					fixed[id] = fmt.Sprintf("Etc/GMT%+d", -s/3600) // POSIX counts to the west
				}
			}
		}
	}
	windows := windowsZones()
	for _, e := range cal.Events() {
		for name, list := range e.Props {
			for i := range list {
				id := list[i].Params.Get(ical.PropTimezoneID)
				if id == "" {
					continue
				}
				if _, err := time.LoadLocation(id); err == nil {
					continue
				}
				if known := windows[strings.ToLower(id)]; known != "" {
					e.Props[name][i].Params.Set(ical.PropTimezoneID, known)
				} else if fixed[id] != "" {
					e.Props[name][i].Params.Set(ical.PropTimezoneID, fixed[id])
				}
			}
		}
	}
}
