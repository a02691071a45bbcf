//go:build !linux

package main

import "time"

var started = time.Now() //nolint:gochecknoglobals // the fixed moment elapsed counts from

// elapsed is the time since the start of the program.
func elapsed() time.Duration { return time.Since(started) }
