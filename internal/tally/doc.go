// Package tally knows the rows that are counted by hand while the terminal
// operating system is away: which fields a row of each type has, how a typed
// value is brought to one form, and what is wrong with it. It guarantees that a
// value it accepted can be keyed into a terminal operating system as it stands,
// and that every refusal names the field and, where it can be known, the right
// value. It decides nothing about safety: a row is a record, not a permission.
package tally
