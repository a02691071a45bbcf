package config

import (
	"fmt"
	"net"
	"os"
	"regexp"
	"strings"
	"time"

	"filippo.io/age"

	"irbot/internal/escalation"
	"irbot/internal/problem"
)

// EnvBackupPassphrase is the variable with the passphrase of backups.
const EnvBackupPassphrase = "IRBOT_BACKUP_PASSPHRASE"

// Anchors says where checkpoints go besides the data folder.
type Anchors struct {
	Every  time.Duration // while an incident is open
	Places []Place
}

// Place is somewhere outside the data folder: for checkpoints, or for copies.
type Place struct {
	ID      string
	Kind    string // folder, s3, tsa, syslog, mail, channel
	Folder  string // absolute
	URL     string // of an S3 endpoint or a time authority
	Region  string
	Bucket  string
	Prefix  string
	User    string // access key, or user of a time authority
	Secret  Secret
	Retain  time.Duration // S3: objects cannot be deleted for so long
	Roots   string        // PEM file with the roots that are trusted
	Policy  string        // of a time authority, "" for any
	Address string        // of a syslog server, host:port
	Plain   bool          // syslog without TLS, on this machine only
	To      string        // mail: kind:id, e.g. role:ciso
}

// Backup says how often copies are made, where they go and who can read them.
type Backup struct {
	Folder     string // absolute; "" means no scheduled copies
	Every      time.Duration
	Daily      int
	Weekly     int
	Recipients []string // age public keys
	Encrypt    bool     // no plain copy is ever made
	Passphrase Secret
	Identity   string        // file of age identities, to read copies back
	Alarm      time.Duration // 0: nobody is paged
	Second     []Place
}

// Retention is a rule about texts that may be erased after a time. It only
// proposes.
type Retention struct {
	ID    string
	Of    string        // real or drill
	Kinds []string      // kinds of entries; none means all
	After time.Duration // counted from the close of the incident
}

type (
	shapeAnchors struct {
		Every  time.Duration `mapstructure:"every"`
		Places []shapePlace  `mapstructure:"places"`
	}
	shapePlace struct {
		ID         string        `mapstructure:"id"`
		Kind       string        `mapstructure:"kind"`
		Folder     string        `mapstructure:"folder"`
		URL        string        `mapstructure:"url"`
		Region     string        `mapstructure:"region"`
		Bucket     string        `mapstructure:"bucket"`
		Prefix     string        `mapstructure:"prefix"`
		User       string        `mapstructure:"user"`
		Secret     string        `mapstructure:"secret"`
		SecretFile string        `mapstructure:"secret_file"`
		SecretEnv  string        `mapstructure:"secret_env"`
		Retain     time.Duration `mapstructure:"retain"`
		Roots      string        `mapstructure:"roots"`
		Policy     string        `mapstructure:"policy"`
		Address    string        `mapstructure:"address"`
		Plain      bool          `mapstructure:"plain"`
		To         string        `mapstructure:"to"`
	}
	shapeBackup struct {
		Folder         string        `mapstructure:"folder"`
		Every          time.Duration `mapstructure:"every"`
		Daily          int           `mapstructure:"daily"`
		Weekly         int           `mapstructure:"weekly"`
		Encrypt        bool          `mapstructure:"encrypt"`
		Recipients     []string      `mapstructure:"recipients"`
		Passphrase     string        `mapstructure:"passphrase"`
		PassphraseFile string        `mapstructure:"passphrase_file"`
		IdentityFile   string        `mapstructure:"identity_file"`
		Alarm          time.Duration `mapstructure:"alarm"`
		Second         []shapePlace  `mapstructure:"second"`
	}
	shapeRetention struct {
		ID    string        `mapstructure:"id"`
		Of    string        `mapstructure:"of"`
		Kinds []string      `mapstructure:"kinds"`
		After time.Duration `mapstructure:"after"`
	}
)

func (b *builder) anchors() {
	r := b.raw.Anchors
	b.atLeast("anchors.every", r.Every, time.Minute, false)
	b.cfg.Anchors = Anchors{Every: r.Every}
	b.cfg.Anchors.Places = b.places("anchors.places", r.Places, []string{"folder", "s3", "tsa", "syslog", "mail", "channel"})
}

func (b *builder) places(key string, list []shapePlace, kinds []string) []Place {
	var out []Place
	seen := map[string]string{}
	for i, r := range list {
		at := fmt.Sprintf("%s[%d]", key, i)
		b.id(at+".id", r.ID, seen)
		if b.oneOf(at+".kind", r.Kind, kinds) {
			out = append(out, b.place(at, r))
		}
	}
	return out
}

func (b *builder) place(at string, r shapePlace) Place {
	p := Place{
		ID: r.ID, Kind: r.Kind, Folder: b.path(r.Folder), URL: r.URL, Region: r.Region, Bucket: r.Bucket, Prefix: r.Prefix, User: r.User,
		Secret: b.secret(source{at + ".secret", r.SecretEnv, r.SecretFile, r.Secret}), Retain: r.Retain, Roots: b.path(r.Roots),
		Policy: r.Policy, Address: r.Address, Plain: r.Plain, To: r.To,
	}
	switch r.Kind {
	case "folder":
		b.needed(at+".folder", r.Folder, "/mnt/worm/irbot")
	case "s3":
		b.safeURL(at+".url", r.URL)
		b.needed(at+".bucket", r.Bucket, "irbot-anchors")
		b.needed(at+".user", r.User, "AKIA…")
		b.bucketSecret(at, r, p.Secret)
		b.atLeast(at+".retain", r.Retain, 24*time.Hour, false)
	case "tsa":
		b.safeURL(at+".url", r.URL)
		b.needed(at+".roots", r.Roots, "tsa-root.pem")
		if r.Policy != "" && !objectID.MatchString(r.Policy) {
			b.needed(at+".policy", "", "1.2.392.00200081.1.1")
		}
	case "syslog":
		b.syslog(at, r)
	case "mail":
		if _, err := escalation.ParseTarget(r.To); err != nil {
			b.unreadableTarget(at+".to", r.To)
		}
	}
	if r.Roots != "" {
		b.file(at+".roots", r.Roots)
	}
	return p
}

// bucketSecret tells a variable that is empty here from a key nobody wrote.
func (b *builder) bucketSecret(at string, r shapePlace, secret Secret) {
	if r.SecretEnv == "" || !secret.IsZero() {
		b.needed(at+".secret", secret.Reveal(), "secret_env: IRBOT_S3_SECRET")
		return
	}
	b.fail(at+".secret_env", says{
		problem.Say("環境変数 %s が空です", "the variable %s is empty", r.SecretEnv),
		problem.Say("置き場 %s に書けません", "nothing can be kept in %s", r.ID),
		problem.Say("環境変数に値を入れるか、secret_file を使ってください", "set the variable, or use secret_file"),
	})
}

var objectID = regexp.MustCompile(`^[0-9]+(\.[0-9]+)+$`)

func (b *builder) syslog(at string, r shapePlace) {
	host, _, err := net.SplitHostPort(r.Address)
	if err != nil {
		b.needed(at+".address", "", "siem.example.jp:6514")
		return
	}
	if r.Plain && !loopback(host) {
		b.fail(at+".plain", says{
			problem.Say("暗号化なしは同じ機器の syslog に限ります（%s は別の機器）", "syslog without encryption is for this machine only (%s is not)", host),
			problem.Say("途中で書き換えられても分かりません", "a change on the way would not be noticed"),
			problem.Say("plain: の行を消してください（TLS になります）", "delete the line plain: to use TLS"),
		})
	}
}

// needed reports a key that a place of this kind cannot do without.
func (b *builder) needed(key, value, example string) {
	if strings.TrimSpace(value) != "" {
		return
	}
	name := key[strings.LastIndexByte(key, '.')+1:]
	b.fail(key, says{
		problem.Say("%s がありません", "%s is missing", name),
		problem.Say("この種類の置き場には必要です", "a place of this kind needs it"),
		problem.Say("例: %s", "for example: %s", example),
	})
}

func (b *builder) backup() {
	r := b.raw.Backup
	out := Backup{
		Folder: b.path(r.Folder), Every: r.Every, Daily: r.Daily, Weekly: r.Weekly, Encrypt: r.Encrypt, Recipients: r.Recipients, Alarm: r.Alarm, Identity: b.path(r.IdentityFile),
		Passphrase: b.secret(source{"backup.passphrase", EnvBackupPassphrase, r.PassphraseFile, r.Passphrase}),
		Second:     b.places("backup.second", r.Second, []string{"folder", "s3"}),
	}
	b.atLeast("backup.every", r.Every, 10*time.Minute, false)
	b.atLeast("backup.alarm", r.Alarm, time.Hour, true)
	if r.Daily < 1 || r.Weekly < 0 || r.Daily > 366 || r.Weekly > 520 {
		b.fail("backup.daily", says{
			problem.Say("残す世代の数（日ごと %d、週ごと %d）は使えません", "these numbers of generations cannot be used (daily %d, weekly %d)", r.Daily, r.Weekly),
			problem.Say("少なくとも一つは残します", "at least one copy is kept"),
			problem.Say("例: daily: 7、weekly: 5", "for example daily: 7, weekly: 5"),
		})
	}
	for i, key := range r.Recipients {
		if _, err := age.ParseRecipients(strings.NewReader(key)); err != nil {
			b.needed(fmt.Sprintf("backup.recipients[%d]", i), "", "age1…")
		}
	}
	if len(r.Recipients) > 0 && !out.Passphrase.IsZero() {
		b.fail("backup.recipients", says{
			problem.Say("受取人の鍵と合言葉が両方あります", "there are recipients and a passphrase"),
			problem.Say("控えはどちらか一方で閉じます", "a copy is closed with one of the two"),
			problem.Say("どちらかを消してください", "remove one of them"),
		})
	}
	if r.IdentityFile != "" {
		b.file("backup.identity_file", r.IdentityFile)
	}
	b.cfg.Backup = out
	b.apart(out)
}

// apart warns about copies that would be lost together with the record.
func (b *builder) apart(o Backup) {
	if o.Folder == "" {
		return
	}
	if o.Folder == b.cfg.Data || strings.HasPrefix(o.Folder, b.cfg.Data+string(os.PathSeparator)) {
		b.fail("backup.folder", says{
			problem.Say("控えのフォルダがデータのフォルダの中にあります", "the folder of backups is inside the data folder"),
			problem.Say("データを失うと控えも失います", "whatever takes the data takes the copies, too"),
			problem.Say("別のディスクか別の機器のフォルダを書いてください", "name a folder on another disk or machine"),
		})
	}
}

func (b *builder) retention() {
	seen := map[string]string{}
	for i, r := range b.raw.Retention {
		at := fmt.Sprintf("retention[%d]", i)
		b.id(at+".id", r.ID, seen)
		b.oneOf(at+".of", r.Of, []string{"real", "drill"})
		b.atLeast(at+".after", r.After, 24*time.Hour, false)
		b.cfg.Retention = append(b.cfg.Retention, Retention(r))
	}
}
