package main

import (
	"context"
	"errors"
	"io/fs"
	"regexp"
	"strings"

	"irbot/internal/chat"
	"irbot/internal/config"
	"irbot/internal/incident"
	"irbot/internal/localapi"
	"irbot/internal/sqlite"
)

var incidentID = regexp.MustCompile(`^(?i:IR|DR)-[0-9]+$|^#[0-9]+$`)

// target takes a leading incident id off the arguments; without one the only
// live incident is meant.
func (c *cli) target(ctx context.Context, args []string) (string, []string, error) {
	if len(args) > 0 {
		if id := strings.ToUpper(chat.OneLine(fullToHalf(args[0]))); incidentID.MatchString(id) {
			if strings.HasPrefix(id, "#") {
				id = "IR-" + id[1:]
			}
			return id, args[1:], nil
		}
	}
	rows, err := c.summaries(ctx, true)
	if err != nil {
		return "", nil, err
	}
	switch len(rows) {
	case 0:
		return "", nil, &problem{exit: exitNotFound, code: "incident.none", what: c.say("進行中の案件はありません", "there is no open incident"), why: c.say("番号も指定されていません", "and no number was given"), fix: "irbot incident list --all"}
	case 1:
		return rows[0].ID, args, nil
	}
	first, all := realFirst(rows)
	return "", nil, &problem{exit: exitUsage, code: "incident.which", what: c.say("進行中の案件が複数あります（"+strings.Join(all, "、")+"）", "several incidents are open ("+strings.Join(all, ", ")+")"),
		why: c.say("どの案件か指定してください", "say which one"), fix: c.named(first)}
}

// realFirst lists what is open, real incidents before drills: the command that is
// proposed must not put a word about the real one into a drill.
func realFirst(rows []incident.Summary) (string, []string) {
	var all, drills []string
	for _, r := range rows {
		if r.Drill {
			drills = append(drills, r.ID)
			continue
		}
		all = append(all, r.ID)
	}
	all = append(all, drills...)
	return all[0], all
}

// only is target for commands that take nothing but an id: another word is a
// mistake and must not mean the incident that happens to be open.
func (c *cli) only(ctx context.Context, args []string) (string, error) {
	id, rest, err := c.target(ctx, args)
	return id, c.noMore(rest, err)
}

// onlyUp is only for acts.
func (c *cli) onlyUp(ctx context.Context, args []string) (string, error) {
	id, rest, err := c.targetUp(ctx, args)
	return id, c.noMore(rest, err)
}

func (c *cli) noMore(rest []string, err error) error {
	if err != nil || len(rest) == 0 {
		return err
	}
	return &problem{exit: exitNotFound, code: "not_found", what: c.say("「"+rest[0]+"」という案件はありません", "there is no incident "+rest[0]),
		why: c.say("案件の番号は IR-12 や DR-1 の形です", "the id of an incident looks like IR-12 or DR-1"), fix: "irbot incident list --all"}
}

// targetUp is target for acts: where no server runs, that is said first, for
// nothing can be recorded without one.
func (c *cli) targetUp(ctx context.Context, args []string) (string, []string, error) {
	cfg, err := c.load()
	if err != nil {
		return "", nil, err
	}
	if err := localapi.Dial(cfg.Data).Info(ctx, &running{}); err != nil {
		return "", nil, err
	}
	return c.target(ctx, args)
}

// fullToHalf turns full-width ASCII and the Japanese dashes into half width.
func fullToHalf(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= '！' && r <= '～':
			return r - 0xfee0
		case r == '　':
			return ' '
		case r == '−' || r == 'ー' || r == '‐':
			return '-'
		}
		return r
	}, s)
}

// view opens the record for reading, beside a running server or without one.
func (c *cli) view(ctx context.Context) (*sqlite.View, *config.Config, error) {
	cfg, err := c.load()
	if err != nil {
		return nil, nil, err
	}
	v, err := sqlite.OpenReadOnly(ctx, cfg.Data)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, nil, c.unopened(cfg.Data, err)
	}
	if err != nil {
		return nil, nil, &problem{exit: exitNotFound, code: "record.none", what: c.say("記録がまだありません", "there is no record yet"), why: err.Error(), fix: "irbot serve"}
	}
	c.noteOlder(v, cfg.Data)
	return v, cfg, nil
}

func (c *cli) summaries(ctx context.Context, live bool) ([]incident.Summary, error) {
	v, _, err := c.view(ctx)
	if err != nil {
		return nil, err
	}
	defer func() { _ = v.Close() }()
	return v.List(ctx, sqlite.Filter{Live: live})
}
