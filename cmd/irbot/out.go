package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"irbot/internal/chat"
	"irbot/internal/config"
	"irbot/internal/incident"
	"irbot/internal/localapi"
	problems "irbot/internal/problem"
	"irbot/internal/sqlite"
)

// envelope is the one shape of every --json answer (UX 4.7).
type envelope struct {
	Schema   string    `json:"schema"`
	OK       bool      `json:"ok"`
	Data     any       `json:"data"`
	Warnings []warning `json:"warnings"`
	Next     []string  `json:"next"`
	Error    *failure  `json:"error,omitempty"`
}

type warning struct {
	Code    string `json:"code"`
	Message string `json:"message"`
	Ref     string `json:"ref,omitempty"`
}

type failure struct {
	Code    string `json:"code"`
	Message string `json:"message"`
	Why     string `json:"why,omitempty"`
	Hint    string `json:"hint,omitempty"`
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
	switch {
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

// refusal words a refusal of the rules.
func (c *cli) refusal(code string, args map[string]string) *problem {
	p := &problem{exit: exitFailed, code: code, what: c.words.Refusal(c.lang, code, args), why: code, fix: c.say("irbot help で使い方を確かめてください", "irbot help")}
	switch {
	case strings.HasPrefix(code, "perm.") || code == "step.reserved" || code == "apr.self":
		p.exit = exitDenied
	case strings.HasSuffix(code, ".unknown") || code == "not_found":
		p.exit = exitNotFound
		p.fix = "irbot incident show"
	case code == "input.missing" || strings.HasSuffix(code, ".need_value") || strings.HasSuffix(code, ".need_reason") || code == "note.empty" || code == "declare.empty":
		p.exit = exitUsage
	case code == "apr.void" || code == "decision.made" || code == "incident.taken":
		p.exit = exitConflict
	}
	return p
}

func (c *cli) configProblem(list *problems.Errors) *problem {
	first := list.List[0]
	p := &problem{exit: exitFailed, code: "config", what: strings.TrimSpace(first.Text(string(c.lang)))}
	if n := len(list.List); n > 1 {
		var all []string
		for _, x := range list.List {
			all = append(all, strings.TrimSpace(x.Text(string(c.lang))))
		}
		p.what = strings.Join(all, "\n\n")
	}
	return p
}

func (c *cli) printProblem(p *problem) {
	if c.json {
		_ = c.encode(envelope{Schema: "irbot.error/v1", Data: p.data, Warnings: []warning{}, Next: []string{}, Error: &failure{Code: p.code, Message: p.what, Why: p.why, Hint: p.fix}})
		return
	}
	if p.code == "config" {
		c.note("%s\n", p.what)
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
	return &problem{exit: exitConflict, code: "port.taken", what: c.say("コンソールを "+addr+" で開けません", "the console cannot listen on "+addr),
		why: err.Error(), fix: c.say("config.yaml の console.listen を空いている番号にしてください（例 127.0.0.1:8650）", "put a free port into console.listen of config.yaml (e.g. 127.0.0.1:8650)")}
}

// warn shows what the configuration would rather have otherwise.
func (c *cli) warn(cfg *config.Config) {
	for _, w := range warnings(cfg) {
		c.note("[%s] %s  %s\n       -> %s\n", c.say("注意", "note"), filepath.Base(w.Where()), w.What.In(string(c.lang)), w.Fix.In(string(c.lang)))
	}
}
