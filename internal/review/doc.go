// Package review holds what is measured, asked and checked after an incident,
// as data and pure rules: the spans against their targets, changed lines of a
// runbook as a patch, texts that are safe to share, and the self-audit. It
// knows nothing of the record and reads nothing from outside.
package review
