// Package chat holds what is said in chat, for every surface: the wording in
// Japanese and English, the command grammar, times as people write them, and
// neutral cards. It guarantees that the same words and the same card are shown
// on every surface, that a typed line is read in one place only, and that
// nothing a person typed is lost in reading it. It talks to no network.
package chat
