package main

import (
	"time"

	"golang.org/x/sys/unix"
)

// elapsed is the time since boot with suspends counted in, so that a laptop
// waking up is not mistaken for somebody setting the clock.
func elapsed() time.Duration {
	var ts unix.Timespec
	if err := unix.ClockGettime(unix.CLOCK_BOOTTIME, &ts); err != nil {
		return 0
	}
	return time.Duration(ts.Nano())
}
