package main

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"syscall"

	"irbot/internal/chat"
	"irbot/internal/config"
	"irbot/internal/incident"
	"irbot/internal/localapi"
	problems "irbot/internal/problem"
	"irbot/internal/sqlite"
)

// envelope is the one shape of every --json answer (UX 4.7). Errors fill in
// code, message and hint.
type envelope struct {
	Schema   string    `json:"schema"`
	OK       bool      `json:"ok"`
	Data     any       `json:"data"`
	Warnings []warning `json:"warnings"`
	Next     []string  `json:"next"`
	Code     string    `json:"code,omitempty"`
	Message  string    `json:"message,omitempty"`
	Why      string    `json:"why,omitempty"`
	Hint     string    `json:"hint,omitempty"`
}

type warning struct {
	Code    string `json:"code"`
	Message string `json:"message"`
	Ref     string `json:"ref,omitempty"`
}

// answer prints the result of a command: as JSON, or by the given function.
func (c *cli) answer(schema string, data any, text func(), extra ...any) error {
	if !c.json {
		text()
		return nil
	}
	e := envelope{Schema: "irbot." + schema + "/v1", OK: true, Data: data, Warnings: []warning{}, Next: []string{}}
	for _, x := range extra {
		switch v := x.(type) {
		case warning:
			e.Warnings = append(e.Warnings, v)
		case []warning:
			e.Warnings = append(e.Warnings, v...)
		case string:
			e.Next = append(e.Next, v)
		}
	}
	return c.encode(e)
}

func (c *cli) encode(e envelope) error {
	enc := json.NewEncoder(c.out)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(e); err != nil {
		return fmt.Errorf("write answer: %w", err)
	}
	return nil
}

// printf writes to standard output.
func (c *cli) printf(format string, a ...any) { _, _ = fmt.Fprintf(c.out, format, a...) }

// note writes progress and remarks to standard error.
func (c *cli) note(format string, a ...any) { _, _ = fmt.Fprintf(c.err, format, a...) }

// problemOf turns any error into what, why and what to do.
func (c *cli) problemOf(err error) *problem {
	var p *problem
	if errors.As(err, &p) {
		return p
	}
	var list *problems.Errors
	if errors.As(err, &list) {
		return c.configProblem(list)
	}
	var u usage
	if errors.As(err, &u) || strings.HasPrefix(err.Error(), "unknown command") {
		return &problem{exit: exitUsage, code: "usage", what: c.say("使い方が違います", "wrong usage"), why: err.Error(), fix: "irbot help"}
	}
	var r *incident.Refusal
	var locked *sqlite.LockedError
	var place *placeError
	switch {
	case errors.As(err, &place):
		return c.placeProblem(place)
	case errors.As(err, &r):
		return c.refusal(r.Code, r.Args)
	case errors.As(err, &locked):
		return &problem{exit: exitConflict, code: "locked", what: c.say("保存先は使用中です", "the data folder is in use"), why: locked.Error(),
			fix: c.say("動いている irbot を止めるか、irbot incident などで話しかけてください", "stop that irbot, or talk to it with irbot incident …")}
	case errors.Is(err, incident.ErrNotFound):
		return &problem{exit: exitNotFound, code: "not_found", what: c.say("その案件はありません", "there is no such incident"), why: err.Error(), fix: "irbot incident list --all"}
	case errors.Is(err, localapi.ErrDown):
		return &problem{exit: exitAway, code: "server_down", what: c.say("irbot が動いていないため、記録できません", "irbot is not running, so nothing can be recorded"),
			why: err.Error(), fix: "irbot serve"}
	}
	return &problem{exit: exitFailed, code: "failed", what: c.say("できませんでした", "it did not work"), why: err.Error(), fix: "irbot doctor"}
}

// refusal words a refusal of the rules: why, and what to type instead.
func (c *cli) refusal(code string, args map[string]string) *problem {
	p := &problem{exit: exitFailed, code: code, what: c.words.Refusal(c.lang, code, args), why: c.say("規則が断りました。断ったことも記録しました", "the rules refused it; that is recorded, too"), fix: c.look()}
	n := cmp.Or(args["n"], "N")
	switch {
	case strings.HasPrefix(code, "perm."), code == "step.reserved", code == "apr.self":
		p.exit, p.fix = exitDenied, c.say("できる人に頼むか、その人として --as ID を付けてください", "ask somebody who may, or enter it for them with --as ID")
	case code == "step.need_value":
		p.exit, p.fix = exitUsage, "irbot incident done "+n+" --value "+c.say("見えている状態", "\"what is seen\"")
	case strings.HasSuffix(code, ".need_reason"):
		p.exit, p.fix = exitUsage, "--reason "+c.say("理由", "\"why\"")
	case code == "input.missing", code == "note.empty", code == "declare.empty":
		p.exit, p.fix = exitUsage, "irbot incident --help"
	case code == "row.gone":
		p.fix = "irbot rows list " + c.say("様式", "FORM")
	case code != "row.sheet" && strings.HasPrefix(code, "row."):
		p.fix = "irbot rows types"
	case strings.HasPrefix(code, "roster."):
		p.fix = "irbot roster show"
		if code == "roster.unknown" {
			p.exit = exitNotFound
		}
	case code == "runbook.unknown":
		p.exit, p.fix = exitNotFound, "irbot runbook list"
	case code == "dest.unknown", code == "person.unknown", code == "role.unknown":
		p.exit, p.fix = exitNotFound, "irbot contacts list"
	case code == "duty.proof":
		p.exit, p.fix = exitUsage, c.again()+" --proof "+c.say("受付番号など", "\"receipt number\"")
	case strings.HasSuffix(code, ".unknown"), code == "not_found":
		p.exit = exitNotFound
	case code == "apr.void", code == "decision.made", code == "incident.taken", strings.HasSuffix(code, ".already"), strings.HasSuffix(code, ".closed"):
		p.exit = exitConflict
	}
	return p
}

// configProblem shows every mistake of the configuration at once; each has its
// own place, reason and remedy.
func (c *cli) configProblem(list *problems.Errors) *problem {
	lang := string(c.lang)
	first := list.List[0]
	p := &problem{exit: exitFailed, code: "config", what: strings.TrimSpace(first.Where()+" "+first.Key) + ": " + first.What.In(lang), why: first.Why.In(lang), fix: first.Fix.In(lang)}
	type mistake struct {
		File    string `json:"file"`
		Line    int    `json:"line"`
		Key     string `json:"key"`
		Message string `json:"message"`
		Why     string `json:"why"`
		Hint    string `json:"hint"`
	}
	var all []mistake
	var texts []string
	for _, x := range list.List {
		all = append(all, mistake{File: x.File, Line: x.Line, Key: x.Key, Message: x.What.In(lang), Why: x.Why.In(lang), Hint: x.Fix.In(lang)})
		texts = append(texts, strings.TrimSpace(x.Text(lang)))
	}
	p.data, p.text = map[string]any{"problems": all}, strings.Join(texts, "\n\n")
	return p
}

func (c *cli) printProblem(p *problem) {
	if c.json {
		_ = c.encode(envelope{Schema: "irbot.error/v1", OK: p.exit == exitFound, Data: p.data, Warnings: []warning{}, Next: []string{}, Code: p.code, Message: p.what, Why: p.why, Hint: p.fix})
		return
	}
	if p.text != "" {
		c.note("%s\n", p.text)
		return
	}
	c.note("%s  %s\n", c.say("エラー", "Error"), chat.OneLine(p.what))
	if p.why != "" {
		c.note("%s    %s\n", c.say("理由", "Why"), chat.OneLine(p.why))
	}
	if p.fix != "" {
		c.note("%s  %s\n", c.say("直し方", "Fix  "), chat.OneLine(p.fix))
	}
}

// table prints rows that stay aligned by display width.
func (c *cli) table(headers []string, rows [][]string) {
	_ = chat.Table(c.out, headers, rows, c.columns())
}

// portProblem says that the console's address cannot be used.
func (c *cli) portProblem(addr string, err error) error {
	why := err.Error()
	if errors.Is(err, syscall.EADDRINUSE) {
		why = c.say("ほかのプログラムがこの番号を使っています（デモが動いていれば Ctrl+C で止めます）", "another program uses this port (if it is the demo, stop it with Ctrl+C)")
	}
	return &problem{exit: exitConflict, code: "port.taken", what: c.say("コンソールを "+addr+" で開けません", "the console cannot listen on "+addr),
		why: why, fix: c.say("config.yaml の console.listen を空いている番号にしてください（例 127.0.0.1:8650）", "put a free port into console.listen of config.yaml (e.g. 127.0.0.1:8650)")}
}

// warn shows what the configuration would rather have otherwise.
func (c *cli) warn(cfg *config.Config) {
	for _, w := range warnings(cfg) {
		c.note("[%s] %s  %s\n       -> %s\n", c.say("注意", "note"), filepath.Base(w.Where()), w.What.In(string(c.lang)), w.Fix.In(string(c.lang)))
	}
	for _, w := range leftOut(cfg) {
		c.note("[%s] %s  %s\n       -> %s\n", c.say("不使用", "left out"), filepath.Base(w.Where()), w.What.In(string(c.lang)), w.Fix.In(string(c.lang)))
	}
}
