// Package e2e drives the built irbot binary the way a person does: a real process, a real browser, the words on the
// screen.
//
// It guarantees that a click is a click: elements are found by their visible words, must not be covered, and receive
// mouse and keyboard events from the browser itself, so the same walk works with and without JavaScript. It is a
// module of its own, because the browser driver would change the versions of the main module's test tools.
package e2e
