// Package bench measures irbot against the disk and against Alertmanager. Every
// figure is a ratio of two things measured in turns in the same run, best of
// five, so that the speed of the machine and what else runs on it cancel as far
// as they can. Nothing here passes or fails by the clock: see README.md for how
// to run it and docs/performance.md for what came out.
package bench
