//go:build unix

package bench

import (
	"syscall"
	"time"
)

// processorTime is what the whole process used while f ran: other programs on
// the machine do not count, the collector does.
func processorTime(f func() error) (time.Duration, error) {
	var a, b syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &a); err != nil {
		return 0, err
	}
	ferr := f()
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &b); err != nil {
		return 0, err
	}
	return time.Duration(b.Utime.Nano()+b.Stime.Nano()-a.Utime.Nano()-a.Stime.Nano()) * time.Nanosecond, ferr
}
