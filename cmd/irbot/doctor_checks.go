package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"irbot"
	"irbot/internal/chat"
	"irbot/internal/config"
	"irbot/internal/escalation"
	"irbot/internal/incident"
	problems "irbot/internal/problem"
	"irbot/internal/runbook"
	"irbot/internal/sqlite"
)

// settings tells whether the configuration was read, and what it warns of.
func (d *doctor) settings() {
	title := d.say("設定", "Settings")
	list := warnings(d.cfg)
	for _, w := range list {
		d.add(finding{ID: "config", State: stateNote, Title: title, Message: filepath.Base(w.Where()) + "  " + w.What.In(string(d.c.lang)), Fix: w.Fix.In(string(d.c.lang))})
	}
	if len(list) == 0 {
		d.add(finding{ID: "config", State: stateOK, Title: title, Message: d.say(filepath.Base(d.cfg.Path)+" を読めました", filepath.Base(d.cfg.Path)+" is fine")})
	}
}

// warnings are those of the configuration. That nobody can be paged is no
// mistake where no means is set up at all: that is told once, as not set up.
func warnings(cfg *config.Config) []problems.Problem {
	var out []problems.Problem
	for _, w := range cfg.Warnings {
		if w.Key != "directory" || len(cfg.Means()) > 0 {
			out = append(out, w)
		}
	}
	return out
}

const (
	leastSpace = 200 << 20 // below this an incident may not fit any more
	wantSpace  = 2 << 30
)

// signingKey checks that the key is there, and ours alone.
func (d *doctor) signingKey(dir string) {
	title, key := d.say("署名の鍵", "Signing key"), filepath.Join(dir, keyName)
	st, err := os.Stat(key)
	switch {
	case err == nil && st.Mode().Perm()&0o077 != 0:
		d.add(finding{ID: "key.mode", State: stateBad, Title: title, Message: d.say("他の利用者が読めます。このままでは起動しません", "other users can read it; irbot does not start like this"),
			Fix: "chmod 600 " + key, safe: func() error { return os.Chmod(key, 0o600) }})
	case errors.Is(err, fs.ErrNotExist):
		if _, err := os.Stat(filepath.Join(dir, publicName)); err != nil {
			return // nothing was ever signed here
		}
		d.add(finding{ID: "key", State: stateBad, Title: title, Message: d.say("site.key がありません。このまま起動すると新しい鍵を作り、前の鍵はそれを保証しません", "site.key is missing: the next start makes a new one, and nothing vouches for it"),
			Fix: d.say("写しがあれば "+key+" に戻してください", "put your copy back: "+key)})
	}
}

// folder checks the data folder: there, ours alone, with room.
func (d *doctor) folder() {
	title, dir := d.say("保存先", "Data folder"), d.cfg.Data
	st, err := os.Stat(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		d.add(finding{ID: "data", State: stateOff, Title: title, Message: d.say(dir+" はまだありません（最初の起動で作ります）", dir+" is not there yet (the first start makes it)"),
			Fix: "mkdir -m 700 " + dir, safe: func() error { return os.MkdirAll(dir, 0o700) }})
		return
	case err != nil || !st.IsDir():
		d.add(finding{ID: "data", State: stateBad, Title: title, Message: d.say(dir+" を使えません", dir+" cannot be used"), Fix: d.say("config.yaml の data: を直してください", "change data: in config.yaml")})
		return
	case st.Mode().Perm()&0o077 != 0:
		d.add(finding{ID: "data.mode", State: stateNote, Title: title, Message: d.say(dir+" を他の利用者が開けます", dir+" is open to other users"),
			Fix: "chmod 700 " + dir, safe: func() error { return os.Chmod(dir, 0o700) }}) //nolint:gosec // a folder needs its x bit
	}
	d.signingKey(dir)
	if err := writable(dir); err != nil {
		d.add(finding{ID: "data.readonly", State: stateBad, Title: title, Message: d.say(dir+" に書き込めません", "cannot write to "+dir) + ": " + err.Error(),
			Fix: d.say("findmnt -T "+dir+" と dmesg で、ディスクの故障と ro を確かめてください。記録は紙で続けます", "look at findmnt -T "+dir+" and dmesg for a failed disk or ro; go on recording on paper")})
	}
	var fsys syscall.Statfs_t
	if err := syscall.Statfs(dir, &fsys); err != nil {
		return
	}
	free := fsys.Bavail * uint64(fsys.Bsize) //nolint:gosec // a block size is small and positive
	f := finding{ID: "space", State: stateOK, Title: title, Message: d.say("空き "+bytesOf(free), bytesOf(free)+" free")}
	switch {
	case free < leastSpace:
		f.State, f.Fix = stateBad, d.say("空きを作ってください", "make room")
	case free < wantSpace:
		f.State, f.Fix = stateNote, d.say("空きを 2 GB 以上にしてください", "keep 2 GB free")
	}
	d.add(f)
}

func bytesOf(n uint64) string {
	switch {
	case n >= 10<<30:
		return fmt.Sprintf("%d GB", n>>30)
	case n >= 10<<20:
		return fmt.Sprintf("%d MB", n>>20)
	}
	return fmt.Sprintf("%d KB", n>>10)
}

// record verifies what is kept: by the running server's own check, else here.
func (d *doctor) record(ctx context.Context) {
	title := d.say("記録", "Record")
	if d.server != nil && d.server.Check.Finished.IsZero() {
		d.add(finding{ID: "record", State: stateOK, Title: title, Message: d.say(fmt.Sprintf("検証中 %d/%d", d.server.Check.Done, d.server.Check.Total), fmt.Sprintf("being verified %d/%d", d.server.Check.Done, d.server.Check.Total))})
		return
	}
	v, err := sqlite.OpenReadOnly(ctx, d.cfg.Data)
	if errors.Is(err, fs.ErrNotExist) {
		d.add(finding{ID: "record", State: stateOff, Title: title, Message: d.say("まだありません", "none yet"), Fix: "irbot serve"})
		return
	}
	if err == nil && v.Older() {
		d.add(finding{ID: "record.older", State: stateNote, Title: title, Message: d.say("前の版が書いた記録です。起動すると新しい形に直します（記録の中身は変わりません）", "written by an older release; the next start brings it up to date (the record itself does not change)"), Fix: "irbot serve"})
	}
	if err != nil {
		d.add(finding{ID: "record", State: stateBad, Title: title, Message: chat.OneLine(err.Error()), Fix: "irbot restore"})
		return
	}
	defer v.Close()
	if at, err := v.Restored(ctx); err == nil && !at.IsZero() {
		d.add(finding{ID: "restored", State: stateBad, Title: title, Message: d.say("控えから戻したまま、確認されていません。何も送りません", "restored from a backup and not confirmed: nothing is sent"), Fix: "irbot restore --confirm"})
	}
	state := checkState{}
	if d.server != nil {
		state = d.server.Check
	} else if found, err := v.Check(ctx, nil); err == nil {
		state.Problems = int64(len(found.Differences)) + found.More
		state.Holds = state.Problems == 0
	}
	st, err := v.Stats(ctx)
	if err != nil || !state.Holds {
		d.add(finding{ID: "record", State: stateBad, Title: title, Message: d.say(fmt.Sprintf("食い違い %d件", state.Problems), fmt.Sprintf("%d differences", state.Problems)), Fix: "irbot verify"})
		return
	}
	d.add(finding{ID: "record", State: stateOK, Title: title, Message: d.say(fmt.Sprintf("%d案件 %d件、検証済み、%s", st.Incidents, st.Entries, bytesOf(uint64(max(st.Bytes, 0)))),
		fmt.Sprintf("%d incidents, %d entries, verified, %s", st.Incidents, st.Entries, bytesOf(uint64(max(st.Bytes, 0)))))})
}

// running tells what the server says of itself.
func (d *doctor) running() {
	title := d.say("サーバー", "Server")
	if d.server == nil {
		d.add(finding{ID: "server", State: stateOff, Title: title, Message: d.say("動いていません", "not running"), Fix: "irbot serve"})
		return
	}
	banners := d.server.Banners
	if d.c.lang == chat.EN {
		banners = d.server.English
	}
	for _, b := range banners {
		d.add(finding{ID: "server", State: stateBad, Title: title, Message: b})
	}
	if d.server.Lag > 10 {
		d.add(finding{ID: "alarms", State: stateBad, Title: title, Message: d.say(fmt.Sprintf("呼び出しが %.0f秒 遅れています", d.server.Lag), fmt.Sprintf("alarms are %.0f s late", d.server.Lag)), Fix: d.say("負荷と irbot のログを見てください", "look at the load and the log")})
	}
	d.add(finding{ID: "server", State: stateOK, Title: title, Message: d.server.Version + "  " + strings.SplitN(d.server.Console, "?", 2)[0]})
}

// duty looks thirty days ahead for hours with nobody on duty, and for policies
// that reach nobody.
func (d *doctor) duty(ctx context.Context) {
	title, now := d.say("当番と上申", "Duty, pages"), time.Now()
	all := rosters(ctx, d.cfg)
	gaps := all.Gaps(now, now.AddDate(0, 0, escalation.Ahead))
	for i, g := range gaps {
		if i == 3 {
			break
		}
		state := stateNote
		ja, en := rosterNames(d.cfg, g.Roster)
		if g.From.Sub(now) < 24*time.Hour {
			state = stateBad // tonight
		}
		d.add(finding{ID: "duty.gap", State: state, Title: title, Message: d.say(
			"「"+ja+"」に当番のいない時間 "+chat.Stamp(g.From, d.cfg.Site.Zone, d.c.lang)+" から "+chat.Stamp(g.Until, d.cfg.Site.Zone, d.c.lang),
			"nobody on "+en+" from "+chat.Stamp(g.From, d.cfg.Site.Zone, d.c.lang)+" to "+chat.Stamp(g.Until, d.cfg.Site.Zone, d.c.lang)), Fix: d.fillGap(g)})
	}
	bad, look := 0, d.cfg.Lookup()
	look.Duty = all.Duty // a sheet that was taken over counts
	for _, p := range d.cfg.Policies {
		if !escalation.Reachable(p, now, look) {
			bad++
			d.add(finding{ID: "policy.unreachable", State: stateBad, Title: title, Message: d.say("上申「"+p.Name+"」は誰にも届きません", "policy "+p.ID+" reaches nobody"), Fix: "irbot escalation explain " + p.ID})
		}
	}
	if len(d.cfg.Means()) == 0 {
		d.add(finding{ID: "page.means", State: stateOff, Title: title, Message: d.say("自動で呼び出す手段（Slack、メール、SMS）がありません。電話は手でかけます", "no means to page anybody by itself (Slack, mail, SMS): people phone by hand"), Fix: "irbot help start"})
	}
	if len(gaps)+bad == 0 {
		var names []string
		for _, r := range all {
			for _, id := range r.OnDuty(now) {
				p, _ := d.cfg.Directory.Person(id)
				names = append(names, d.say(p.Name, p.NameEN))
			}
		}
		d.add(finding{ID: "duty", State: stateOK, Title: title, Message: d.say("いまの当番 ", "on duty: ") + strings.Join(names, d.say("、", ", "))})
	}
}

// fillGap is the command that puts somebody into a gap of a roster; only the
// person is left to be named.
func (d *doctor) fillGap(g escalation.Gap) string {
	at := func(t time.Time) string { return t.In(d.cfg.Site.Zone).Format(`"1/2 1504"`) }
	return "irbot roster put " + g.Roster + d.say(" 担当者ID", " PERSON-ID") + " --from " + at(g.From) + " --until " + at(g.Until)
}

// approvers makes sure that somebody other than the author can approve.
func (d *doctor) approvers() {
	site := siteOf(d.cfg, &shelf{}, nil)
	who := site.Who(incident.MayApprove, nil)
	f := finding{ID: "approvers", State: stateOK, Title: d.say("承認者", "Approvers"), Message: d.say(fmt.Sprintf("%d人", len(who)), fmt.Sprintf("%d people", len(who)))}
	switch len(who) {
	case 0:
		f.State, f.Message, f.Fix = stateBad, d.say("社外への通知を承認できる人がいません", "nobody may approve outside notices"), "directory.yaml: roles [ciso]"
	case 1:
		f.State, f.Message, f.Fix = stateNote, d.say("承認できるのは1人だけです。その人が起案すると送れません", "only one person may approve; what that person writes cannot leave"), "directory.yaml: deputy of ciso"
	}
	d.add(f)
}

// chat tells whether Slack is set up; irbot slack check asks Slack itself.
func (d *doctor) chat() {
	f := finding{ID: "slack", State: stateOK, Title: "Slack"}
	switch d.cfg.SlackMode() {
	case config.SlackSocket:
		f.Message = d.say("Socket Mode のトークンがあります", "tokens for Socket Mode are there")
	case config.SlackHTTP:
		f.Message = d.say("署名つきHTTP "+d.cfg.Slack.Listen, "signed HTTP on "+d.cfg.Slack.Listen)
	case config.SlackOff:
		f.State, f.Message, f.Fix = stateOff, d.say("未設定。コンソールだけで動きます", "not set up; the console does it all"), "irbot slack manifest"
	}
	d.add(f)
}

// contacts names people and destinations that nobody has checked for half a year.
func (d *doctor) contacts() {
	title := d.say("連絡先", "Contacts")
	if untouched(d.cfg.DirectoryFile, irbot.DirectoryExample) {
		d.add(finding{ID: "contacts", State: stateOff, Title: title, Message: d.say("見本のままです（架空の人と電話番号）", "still the sample, with people and numbers that are made up"), Fix: d.say("directory.yaml を自社のものに書き換えてください", "write your own people into directory.yaml")})
		return
	}
	old := staleContacts(d.cfg, time.Now())
	if len(old) == 0 {
		n := len(d.cfg.Directory.People) + len(d.cfg.Directory.Destinations)
		d.add(finding{ID: "contacts", State: stateOK, Title: title, Message: d.say(fmt.Sprintf("%d件、180日以内に確認済み", n), fmt.Sprintf("%d, all checked within 180 days", n))})
		return
	}
	var names []string
	for i, x := range old {
		if i == 3 {
			names = append(names, "…")
			break
		}
		names = append(names, d.say(x.Name, x.NameEN))
	}
	d.add(finding{ID: "contacts", State: stateNote, Title: title, Message: d.say(fmt.Sprintf("%d件が180日以上未確認（%s）", len(old), strings.Join(names, "、")),
		fmt.Sprintf("%d not checked for 180 days (%s)", len(old), strings.Join(names, ", "))), Fix: "irbot contacts verify"})
}

// runbooks reads every runbook as the server would.
func (d *doctor) runbooks() {
	title := d.say("手順書", "Runbooks")
	s := loadShelf(d.cfg)
	for _, err := range s.bad {
		d.add(finding{ID: "runbook.bad", State: stateBad, Title: title, Message: chat.OneLine(err.Error()), Fix: "irbot lint " + d.cfg.Runbooks.Folder})
	}
	for kind, id := range d.cfg.Runbooks.ByKind {
		if _, ok := s.get(id); !ok {
			d.add(finding{ID: "runbook.missing", State: stateBad, Title: title, Message: d.say(kind+" で始める手順書 "+id+" がありません", "the runbook "+id+" for "+kind+" is missing"), Fix: "irbot runbook list"})
		}
	}
	if _, ok := s.get(d.cfg.Runbooks.Default); !ok && d.cfg.Runbooks.Default != "" {
		d.add(finding{ID: "runbook.missing", State: stateBad, Title: title, Message: d.say("始めの手順書 "+d.cfg.Runbooks.Default+" がありません", "the default runbook "+d.cfg.Runbooks.Default+" is missing"), Fix: "irbot runbook list"})
	}
	books, count := s.checked()
	f := finding{ID: "runbooks", State: stateOK, Title: title, Message: d.say(
		fmt.Sprintf("%d冊  誤り%d  注意%d", books, count[runbook.Error], count[runbook.Warning]),
		fmt.Sprintf("%d, %d errors, %d warnings", books, count[runbook.Error], count[runbook.Warning]))}
	if count[runbook.Error]+count[runbook.Warning] > 0 {
		f.State, f.Fix = stateNote, "irbot lint "+d.cfg.Runbooks.Folder
	}
	d.add(f)
}

// accounts tells whether anybody can sign in to the console.
func (d *doctor) accounts(ctx context.Context) {
	v, err := sqlite.OpenReadOnly(ctx, d.cfg.Data)
	if err != nil {
		return
	}
	defer v.Close()
	list, err := v.ListAccounts(ctx)
	if err != nil {
		return
	}
	f := finding{ID: "accounts", State: stateOK, Title: d.say("利用者", "Accounts"), Message: d.say(fmt.Sprintf("%d人がサインインできます", len(list)), fmt.Sprintf("%d people can sign in", len(list)))}
	if len(list) == 0 {
		f.State, f.Message, f.Fix = stateOff, d.say("まだ誰も登録されていません", "nobody has an account yet"), "irbot user add "+operator(d.cfg)
	}
	d.add(f)
}

// clock shows the zone in which limits are counted.
func (d *doctor) clock() {
	d.add(finding{ID: "clock", State: stateOK, Title: d.say("時刻", "Clock"), Message: chat.LongStamp(time.Now(), d.cfg.Site.Zone, d.c.lang)})
}
