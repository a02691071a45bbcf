package config

import (
	"errors"
	"os"
	"regexp"
	"strings"
	"time"

	"irbot/internal/directory"
	"irbot/internal/problem"
)

var siteForm = regexp.MustCompile(`^[a-z0-9-]{1,40}$`)

func (b *builder) site() {
	r, s := b.raw.Site, &b.cfg.Site
	if !siteForm.MatchString(r.ID) {
		b.fail("site.id", says{
			problem.Say("拠点の ID「%s」は使えません", "the site id %q cannot be used", r.ID),
			problem.Say("記録の署名に入り、後から変えられない印です。半角の小文字、数字、ハイフンだけが使えます", "it goes into the signatures of the record and stays for ever: small letters, digits and hyphens"),
			problem.Say("例: id: sakura-port", "for example id: sakura-port"),
		})
	}
	if strings.TrimSpace(r.Name) == "" {
		b.fail("site.name", says{
			problem.Say("会社・拠点の名前がありません", "the name of the site is missing"),
			problem.Say("通知や報告の差出人になります", "notices and reports are sent in this name"),
			problem.Say("name: に正式な名前を書いてください", "write the full name under name:"),
		})
	}
	zone, err := time.LoadLocation(r.Zone)
	if err != nil || r.Zone == "" || r.Zone == "Local" {
		b.fail("site.zone", says{
			problem.Say("時間帯「%s」が分かりません", "the time zone %q is not known", r.Zone),
			problem.Say("記録や期限の時刻がずれます", "times in the record and deadlines would be wrong"),
			problem.Say("Asia/Tokyo のような名前を書いてください（JST や +9 は使えません）", "write a name such as Asia/Tokyo (not JST or +9)"),
		})
		zone = time.UTC
	}
	b.oneOf("site.lang", r.Lang, []string{"ja", "en"})
	*s = Site{ID: r.ID, Name: r.Name, NameEN: r.NameEN, Zone: zone, DutyPhone: r.DutyPhone, Lang: r.Lang, Places: r.Places, NextDrill: b.nextDrill(zone)}
	if s.NameEN == "" {
		s.NameEN = r.Name
	}
	if s.DutyPhone == "" {
		b.warn("site.duty_phone", says{
			problem.Say("当直の電話番号がありません", "there is no duty phone number"),
			problem.Say("異常を見つけた人が最初に見る番号で、全画面の上に出ます", "it is the first thing a finder looks for and heads every page"),
			problem.Say("duty_phone: に番号を書いてください", "write it under duty_phone:"),
		})
	}
}

// nextDrill reads the date of the next drill, shown on the first page of the
// console and on the home tab in chat.
func (b *builder) nextDrill(zone *time.Location) time.Time {
	if b.raw.Site.NextDrill == "" {
		return time.Time{}
	}
	for _, form := range []string{"2006-01-02 15:04", "2006-01-02"} {
		if at, err := time.ParseInLocation(form, b.raw.Site.NextDrill, zone); err == nil {
			return at
		}
	}
	b.fail("site.next_drill", says{
		problem.Say("次の訓練の日「%s」が読めません", "the date of the next drill %q cannot be read", b.raw.Site.NextDrill),
		problem.Say("画面の「備え」に出す日時です", "it is shown under readiness"),
		problem.Say("例: next_drill: \"2026-12-01 13:00\"（決まっていなければ空）", "for example next_drill: \"2026-12-01 13:00\" (empty where no date is set)"),
	})
	return time.Time{}
}

// directory reads the directory file. Its mistakes are listed among those of
// the configuration, with the directory's own file name.
func (b *builder) directory() {
	b.cfg.DirectoryFile = b.path(b.raw.Directory)
	b.cfg.Directory = &directory.Directory{}
	data, err := os.ReadFile(b.cfg.DirectoryFile)
	if err != nil {
		b.fail("directory", says{
			problem.Say("連絡先一覧 %s が読めません", "the directory file %s cannot be read", b.raw.Directory),
			problem.Say("誰に連絡するか分かりません（%v）", "nobody could be reached (%v)", err),
			problem.Say("directory.yaml を置くか、irbot init . で見本を作ってください（相対パスは config.yaml のフォルダから数えます）", "put a directory.yaml there, or make a sample with irbot init . (relative paths count from the folder of config.yaml)"),
		})
		b.cfg.Directory = nil
		return
	}
	d, err := directory.Parse(b.raw.Directory, data)
	var list *problem.Errors
	switch {
	case errors.As(err, &list):
		b.problems = append(b.problems, list.List...)
		b.cfg.Directory = nil
	case err != nil:
		b.fail("directory", says{problem.Say("%v", "%v", err), problem.Say("連絡先一覧が読めません", "the directory cannot be read"), problem.Say("directory.yaml を直してください", "mend directory.yaml")})
		b.cfg.Directory = nil
	default:
		b.cfg.Directory = d
	}
}

func (b *builder) console() {
	r := b.raw.Console
	b.cfg.Console = Console{
		Listen: r.Listen, TLSCert: b.path(r.TLSCert), TLSKey: b.path(r.TLSKey),
		PublicURL: strings.TrimRight(r.PublicURL, "/"), Session: r.Session, Finder: r.Finder,
	}
	local, ok := b.listen("console.listen", r.Listen)
	if (r.TLSCert == "") != (r.TLSKey == "") {
		b.fail("console.tls_cert", says{
			problem.Say("tls_cert と tls_key の片方だけがあります", "only one of tls_cert and tls_key is given"),
			problem.Say("証明書と鍵がそろわないと暗号化できません", "encryption needs both the certificate and its key"),
			problem.Say("両方を書くか、両方を消してください", "write both, or neither"),
		})
	}
	if ok && !local && r.TLSCert == "" {
		b.fail("console.listen", says{
			problem.Say("暗号化なしで、この機器の外から開ける設定です（%s）", "the console could be opened from other machines without encryption (%s)", r.Listen),
			problem.Say("パスワードと記録が社内 LAN で盗み見られます", "passwords and the record could be read on the network"),
			problem.Say("listen: 127.0.0.1:8642 に戻すか、tls_cert と tls_key を書いてください", "go back to listen: 127.0.0.1:8642, or give tls_cert and tls_key"),
		})
	}
	b.file("console.tls_cert", r.TLSCert)
	b.file("console.tls_key", r.TLSKey)
	if r.PublicURL != "" {
		b.safeURL("console.public_url", r.PublicURL)
	}
	b.atLeast("console.session", r.Session, time.Minute, false)
}

// file checks that a named file is there.
func (b *builder) file(key, name string) {
	if name == "" {
		return
	}
	if info, err := os.Stat(b.path(name)); err != nil || !info.Mode().IsRegular() {
		b.fail(key, says{
			problem.Say("ファイル %s がありません", "there is no file %s", name),
			problem.Say("起動できません", "irbot could not start"),
			problem.Say("場所を確かめてください（相対パスは config.yaml のフォルダから数えます）", "check the place (relative paths count from the folder of config.yaml)"),
		})
	}
}
