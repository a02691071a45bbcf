// Package faults breaks irbot on purpose: it kills the built binary, stops and
// fills what it stands on, repeats and reorders what people do, and then looks
// for anything that was answered and is gone, or said and not done.
//
// It guarantees that every promise of the architecture has a test that fails
// when the promise is broken: each file names its control, a run that is wrong
// on purpose and must be found out.
package faults
