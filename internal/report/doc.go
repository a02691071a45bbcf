// Package report knows what authorities want to be told, when and in which
// form: the twenty facts, the forms over them, and the duties with their
// deadlines, all as data. It guarantees that a form never names a fact there is
// not, that nothing is left blank or invented in a report, and that what a
// reader may not see is shown as left out.
package report
