package config

import (
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"irbot/internal/problem"
	"irbot/internal/strictyaml"
)

// builder turns the shape into a Config and collects what is wrong.
type builder struct {
	doc      *strictyaml.Doc
	folder   string // relative paths count from here
	env      func(string) string
	raw      shape
	cfg      *Config
	problems []problem.Problem
	absent   map[string]bool // keys of secrets whose variable is empty here or whose file cannot be read
}

// says is what a problem tells; see problem.Problem.
type says struct{ what, why, fix problem.Words }

func (b *builder) fail(key string, s says) { b.report(key, s, false) }

func (b *builder) warn(key string, s says) { b.report(key, s, true) }

func (b *builder) report(key string, s says, warning bool) {
	b.problems = append(b.problems, problem.Problem{
		File: b.doc.File, Line: b.doc.Line(key), Key: key, What: s.what, Why: s.why, Fix: s.fix, Warning: warning,
	})
}

// build fills the Config part by part. The directory comes early because
// policies, duties and approvals name people and destinations in it.
func (b *builder) build() {
	b.site()
	b.cfg.Data = b.path(b.raw.Data)
	b.directory()
	b.console()
	b.slack()
	b.mail()
	b.gateways()
	b.callbacks()
	b.limits()
	b.runbooks()
	b.rosters()
	b.policies()
	b.quiet()
	b.watch()
	b.alerts()
	b.reports()
	b.duties()
	b.profile()
	b.approval()
	b.permissions()
	b.export()
	b.continuity()
	b.systems()
	b.anchors()
	b.backup()
	b.retention()
	b.review()
	if problem.Err(b.problems) == nil {
		b.reach()
		b.hooks()
	}
}

// path makes a path of the file absolute; "" stays "".
func (b *builder) path(p string) string {
	if p == "" || filepath.IsAbs(p) {
		return p
	}
	return filepath.Join(b.folder, p)
}

var idForm = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$`)

// id checks an id and that the list has it once.
func (b *builder) id(key, id string, seen map[string]string) {
	if !idForm.MatchString(id) {
		b.fail(key, says{
			problem.Say("ID「%s」は使えません", "the id %q cannot be used", id),
			problem.Say("ID は記録に残る印で、半角の英数字と . _ - だけが使えます", "ids go into the record: letters, digits and . _ - only"),
			problem.Say("例: primary、ciso、mlit-first", "for example primary, ciso, mlit-first"),
		})
		return
	}
	if first, ok := seen[id]; ok {
		b.fail(key, says{
			problem.Say("ID「%s」が二度使われています（一度目は %s、%d 行目）", "the id %q is used twice (first at %s, line %d)", id, first, b.doc.Line(first)),
			problem.Say("どちらを指すか決まりません", "nothing tells which one is meant"),
			problem.Say("どちらかの ID を変えてください", "change one of the two"),
		})
		return
	}
	seen[id] = key
}

// oneOf checks a word against those that are allowed.
func (b *builder) oneOf(key, word string, allowed []string) bool {
	if slices.Contains(allowed, word) {
		return true
	}
	fix := problem.Say("%s のどれかを書いてください", "write one of %s", strings.Join(allowed, ", "))
	if near := problem.Nearest(word, allowed); near != "" && word != "" {
		fix = problem.Say("「%s」のことですか。使えるもの: %s", "did you mean %q? Allowed: %s", near, strings.Join(allowed, ", "))
	}
	b.fail(key, says{
		problem.Say("「%s」は使えません", "%q cannot be used here", word),
		problem.Say("決まった言葉の中から選ぶ項目です", "this setting knows a fixed set of words"), fix,
	})
	return false
}

// known checks that an id is defined somewhere.
func (b *builder) known(key, id string, ids []string, where problem.Words) bool {
	if slices.Contains(ids, id) {
		return true
	}
	fix := problem.Words{JA: where.JA + "に登録するか、ID を直してください", EN: "add it to " + where.EN + ", or correct the id"}
	if near := problem.Nearest(id, ids); near != "" && id != "" {
		fix = problem.Say("「%s」のことですか。そうでなければ先に登録してください", "did you mean %q? If not, add it first", near)
	}
	b.fail(key, says{
		problem.Words{JA: fmt.Sprintf("「%s」は%sにありません", id, where.JA), EN: fmt.Sprintf("%q is not in %s", id, where.EN)},
		problem.Say("いざというとき、誰にも届きません", "when it matters, nobody would be reached"), fix,
	})
	return false
}

// atLeast checks a length of time; zero is allowed where it turns something off.
func (b *builder) atLeast(key string, d, least time.Duration, zeroOK bool) {
	if d >= least || d == 0 && zeroOK {
		return
	}
	b.fail(key, says{
		problem.Say("時間 %s は短すぎます", "%s is too short", d),
		problem.Say("%s より短いと正しく動きません", "under %s it would not work", least),
		problem.Say("%s 以上を、単位を付けて書いてください（例: 30s、10m）", "write %s or more, with its unit (30s, 10m)", least),
	})
}

func (b *builder) date(key, s string) time.Time {
	if s == "" {
		return time.Time{}
	}
	t, err := time.ParseInLocation(time.DateOnly, s, b.cfg.Site.Zone)
	if err != nil {
		b.fail(key, says{
			problem.Say("日付「%s」が読めません", "the date %q is not understood", s),
			problem.Say("年-月-日 の形だけを受け付けます", "only year-month-day is read"),
			problem.Say("2026-11-01 の形で書いてください", "write it like 2026-11-01"),
		})
	}
	return t
}

// moment reads a date with a time of day, in the zone of the site.
func (b *builder) moment(key, s string) time.Time {
	for _, layout := range []string{"2006-01-02 15:04", "2006-01-02T15:04", time.RFC3339} {
		if t, err := time.ParseInLocation(layout, s, b.cfg.Site.Zone); err == nil {
			return t
		}
	}
	b.fail(key, says{
		problem.Say("日時「%s」が読めません", "the time %q is not understood", s),
		problem.Say("当番の始まりと終わりが決まりません", "the shift would have no beginning or end"),
		problem.Say("\"2026-12-29 09:00\" の形で書いてください（拠点の時刻）", "write it like \"2026-12-29 09:00\", local time of the site"),
	})
	return time.Time{}
}

// safeURL accepts https anywhere and http on this machine only.
func (b *builder) safeURL(key, s string) bool {
	u, err := url.Parse(s)
	if err == nil && u.User != nil {
		err = fmt.Errorf("no user and password in a URL")
	}
	if err == nil && u.Host != "" && (u.Scheme == "https" || u.Scheme == "http" && loopback(u.Hostname())) {
		return true
	}
	b.fail(key, says{
		problem.Say("この URL は使えません", "this URL cannot be used"),
		problem.Say("暗号化されない通信では、内容とトークンが盗み見られます", "without encryption, content and tokens can be read on the way"),
		problem.Say("https:// で始まる URL を書いてください（http:// は同じ機器の 127.0.0.1 だけ。利用者名とパスワードは入れない）", "write a URL with https:// (http:// only for 127.0.0.1; no user and password in it)"),
	})
	return false
}

// listen checks host:port and tells whether it is reachable from this machine only.
func (b *builder) listen(key, s string) (local, ok bool) {
	host, port, err := net.SplitHostPort(s)
	if err == nil {
		_, err = strconv.ParseUint(port, 10, 16)
	}
	if err != nil {
		b.fail(key, says{
			problem.Say("待ち受け「%s」が読めません", "the address %q is not understood", s),
			problem.Say("アドレスと番号がそろわないと待ち受けられません", "an address and a port are needed to listen"),
			problem.Say("127.0.0.1:8642 の形で書いてください", "write it like 127.0.0.1:8642"),
		})
		return false, false
	}
	return loopback(host), true
}

func loopback(host string) bool {
	if strings.EqualFold(host, "localhost") {
		return true
	}
	a, err := netip.ParseAddr(host)
	return err == nil && a.Unmap().IsLoopback()
}
