// Package calendar knows days: the national holidays of Japan from the law, the
// days offices are open, how a legal period is counted, and the dates of the
// Japanese eras.
//
// It guarantees that a question about a day gives the same answer on every
// machine and at every time: there is no clock, no file and no network in it.
// Holidays are known for the years 1970 to 2099. Rules that parliament has not
// made yet are of course not in it; an operator adds or removes days with a
// site calendar.
package calendar
