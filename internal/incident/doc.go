// Package incident holds the rules: what may happen to an incident and what
// each recorded entry means. It guarantees that state is nothing but the fold
// of the record, that the fold never fails on history, and that whatever could
// not be recorded did not happen.
//
// Two pure functions carry it: a Command decides (state, now) into entries, and
// Apply folds an entry into the state. Timers, the outbox and the board are
// computed from the state, so they cannot disagree with it.
package incident
