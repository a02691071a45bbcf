package main

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"
)

// exits are the codes a command ends with besides 0, 1 and 2, by its path
// below irbot; one that is not here has those of acts where it records
// something, else only an incident or file that is not there.
func exits() map[string][]int {
	finds, files := []int{exitFound, exitNotFound}, []int{exitFound, exitNotFound, exitConflict}
	kept := []int{exitDenied, exitNotFound, exitConflict}
	return map[string][]int{
		"anchor check": finds, "anchor now": {exitConflict, exitPending}, "anchor list": {exitNotFound}, "key rotate": {exitConflict},
		"backup now": {exitFound, exitConflict, exitPending}, "backup verify": finds, "backup": {exitFound, exitConflict, exitPending}, "restore": files,
		"contacts verify": {exitFound, exitDenied, exitNotFound, exitConflict, exitAway, exitPending}, "contacts import": {exitFound, exitNotFound, exitConflict},
		"completion": {}, "paths": {}, "version": {}, "poster": {exitConflict}, "init": {exitConflict}, "print": {exitNotFound, exitConflict},
		"demo": {exitConflict, exitInterrupt}, "serve": {exitConflict, exitInterrupt}, "drill replay": files,
		"doctor": {exitFound}, "lint": finds, "verify": finds, "report lint": finds, "duty lint": finds, "duty explain": finds,
		"export": {exitFound, exitDenied, exitNotFound, exitConflict, exitAway}, "roster import": finds, "roster show": finds, "rows reconcile": finds, "rows check": finds, "slack check": {exitFound, exitAway}, "slack manifest": {},
		"runbook show": finds, "runbook preview": {exitNotFound, exitConflict}, "runbook new": {exitNotFound, exitConflict}, "runbook export": files, "runbook import": files,
		"user add": kept, "user disable": kept, "user link": kept, "user passwd": kept, "user list": {},
	}
}

// lookers are the last words of commands that only show something.
func lookers() []string {
	return []string{"list", "show", "log", "types", "diff", "forms", "audit", "lessons", "patch", "explain", "preview", "report"}
}

// exitsOf are the codes a command ends with, in order. Interrupted is told
// only of those that run until they are stopped.
func exitsOf(cmd *cobra.Command) []int {
	path := strings.TrimPrefix(cmd.CommandPath(), "irbot ")
	own, ok := exits()[path]
	switch {
	case ok:
	case slices.Contains(lookers(), cmd.Name()) && path != "incident report":
		own = []int{exitNotFound}
	default:
		own = []int{exitDenied, exitNotFound, exitConflict, exitAway, exitPending}
	}
	return append([]int{exitOK, exitFailed, exitUsage}, own...)
}

// meaning is what an exit code says (UX 4.8).
func (c *cli) meaning(code int) string {
	switch code {
	case exitOK:
		return c.say("できた", "done")
	case exitFailed:
		return c.say("できなかった", "failed")
	case exitUsage:
		return c.say("使い方が違う", "wrong usage")
	case exitFound:
		return c.say("動いたが問題が見つかった", "ran fine and found problems")
	case exitDenied:
		return c.say("権限がない", "not permitted")
	case exitNotFound:
		return c.say("見つからない", "not found")
	case exitConflict:
		return c.say("他の人が先に変えた、使用中、同じ名前がある", "someone changed it first, in use, or there already")
	case exitAway:
		return c.say("サーバーや外のサービスが使えない", "server or outside service unavailable")
	case exitPending:
		return c.say("記録した。送信はこれから", "recorded here, delivery pending")
	case exitInterrupt:
		return c.say("Ctrl+C で止めた", "interrupted")
	}
	return c.say("できなかった", "failed")
}

// codes lists every code there is, in order.
func codes() []int {
	return []int{exitOK, exitFailed, exitUsage, exitFound, exitDenied, exitNotFound, exitConflict, exitAway, exitPending, exitInterrupt}
}
