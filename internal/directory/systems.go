package directory

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"irbot/internal/problem"
	"irbot/internal/strictyaml"
)

// Systems is the register of systems: what stops with what, where the backups
// and the logs are, and whom to call at night. It is read-only once built.
type Systems struct {
	Systems   []System
	Vendors   []Vendor
	Insurance []Insurance
}

// System is one system the port works with.
type System struct {
	ID        string
	Name      string
	NameEN    string
	Kind      string // tos, gate, yard, network, identity, office, link, other
	Critical  bool   // cargo stops with it: shown on the first card
	Terminals []string
	Where     string
	Vendor    string // id of a vendor
	Links     []Link
	Backups   []Backup
	Logs      []Log
	Verified  time.Time
}

// Link is a connection of a system to something else, e.g. the line of the
// maintenance company.
type Link struct {
	To    string
	How   string // vpn, leased line, internet …
	Off   string // how it is cut
	Maint bool   // a line for maintenance: the first to be closed
}

// Backup is one set of copies of a system.
type Backup struct {
	What        string
	Where       string
	Generations int
	Offline     bool      // out of reach of whoever holds the network
	Tested      time.Time // last restore test; zero: never
}

// Log is a log of a system and how long it is kept.
type Log struct {
	What  string
	Where string
	Days  int
	Copy  string // where a second copy is, "" if there is none
}

// Vendor is a company that is called for a system.
type Vendor struct {
	ID       string
	Name     string
	NameEN   string
	Phone    string
	Night    bool   // the phone is answered day and night
	Hours    string // where it is not
	Contract string
	Verified time.Time
}

// Insurance is a policy and within what time the insurer has to be told.
type Insurance struct {
	ID       string
	Insurer  string
	Policy   string
	Phone    string
	Notify   string // what the policy says about telling them
	Verified time.Time
}

// The shape of systems.yaml.
type (
	fileSystems struct {
		Systems   []fileSystem    `yaml:"systems"`
		Vendors   []fileVendor    `yaml:"vendors"`
		Insurance []fileInsurance `yaml:"insurance"`
	}
	fileSystem struct {
		ID        string       `yaml:"id"`
		Name      string       `yaml:"name"`
		NameEN    string       `yaml:"name_en"`
		Kind      string       `yaml:"kind"`
		Critical  bool         `yaml:"critical"`
		Terminals []string     `yaml:"terminals"`
		Where     string       `yaml:"where"`
		Vendor    string       `yaml:"vendor"`
		Links     []fileLink   `yaml:"links"`
		Backups   []fileBackup `yaml:"backups"`
		Logs      []fileLog    `yaml:"logs"`
		Verified  string       `yaml:"verified"`
	}
	fileLink struct {
		To    string `yaml:"to"`
		How   string `yaml:"how"`
		Off   string `yaml:"off"`
		Maint bool   `yaml:"maintenance"`
	}
	fileBackup struct {
		What        string `yaml:"what"`
		Where       string `yaml:"where"`
		Generations int    `yaml:"generations"`
		Offline     bool   `yaml:"offline"`
		Tested      string `yaml:"restore_tested"`
	}
	fileLog struct {
		What  string `yaml:"what"`
		Where string `yaml:"where"`
		Days  int    `yaml:"days"`
		Copy  string `yaml:"copy"`
	}
	fileVendor struct {
		ID       string `yaml:"id"`
		Name     string `yaml:"name"`
		NameEN   string `yaml:"name_en"`
		Phone    string `yaml:"phone"`
		Night    bool   `yaml:"answers_24h"`
		Hours    string `yaml:"hours"`
		Contract string `yaml:"contract"`
		Verified string `yaml:"verified"`
	}
	fileInsurance struct {
		ID       string `yaml:"id"`
		Insurer  string `yaml:"insurer"`
		Policy   string `yaml:"policy"`
		Phone    string `yaml:"phone"`
		Notify   string `yaml:"notify"`
		Verified string `yaml:"verified"`
	}
)

// SystemKinds lists the kinds of system.
func SystemKinds() []string {
	return []string{"tos", "gate", "yard", "network", "identity", "office", "link", "other"}
}

// ParseSystems reads a systems file and checks it whole. The error is a
// *problem.Errors that lists every mistake with file, line, reason and remedy.
func ParseSystems(file string, data []byte) (*Systems, error) {
	doc, problems := strictyaml.Parse(file, data)
	if err := problem.Err(problems); err != nil {
		return nil, err
	}
	var f fileSystems
	if err := problem.Err(doc.Decode(&f)); err != nil {
		return nil, err
	}
	c := &checker{doc: doc}
	out := &Systems{}
	seen := map[string]bool{}
	for i, x := range f.Vendors {
		out.Vendors = append(out.Vendors, c.vendor(fmt.Sprintf("vendors[%d]", i), x, seen))
	}
	for i, x := range f.Insurance {
		out.Insurance = append(out.Insurance, c.insurance(fmt.Sprintf("insurance[%d]", i), x, seen))
	}
	for i, x := range f.Systems {
		out.Systems = append(out.Systems, c.system(fmt.Sprintf("systems[%d]", i), x, out.Vendors, seen))
	}
	if err := problem.Err(c.problems); err != nil {
		return nil, err
	}
	return out, nil
}

func (c *checker) once(at, id string, seen map[string]bool) {
	if seen[id] {
		c.add(at+".id",
			problem.Say("ID「%s」が二度使われています", "the id %q is used twice", id),
			problem.Say("どちらを指すか決まりません", "nothing tells which one is meant"),
			problem.Say("どちらかの ID を変えてください", "change one of the two"))
	}
	seen[id] = true
}

func (c *checker) vendor(at string, x fileVendor, seen map[string]bool) Vendor {
	c.id(at, x.ID, x.Name)
	c.once(at, "vendor/"+x.ID, seen)
	c.phone(at+".phone", x.Phone)
	if !x.Night && strings.TrimSpace(x.Hours) == "" {
		c.add(at+".hours",
			problem.Say("「%s」がいつ電話に出るかが書かれていません", "nothing says when %q answers the phone", x.Name),
			problem.Say("夜中に、出ない番号を鳴らし続けることになります", "at night somebody would ring a number that nobody answers"),
			problem.Say("24時間なら answers_24h: true、そうでなければ hours: に時間を書いてください", "write answers_24h: true, or the hours under hours:"))
	}
	return Vendor{ID: x.ID, Name: x.Name, NameEN: orElse(x.NameEN, x.Name), Phone: x.Phone, Night: x.Night, Hours: x.Hours, Contract: x.Contract, Verified: c.date(at+".verified", x.Verified)}
}

func (c *checker) phone(at, number string) {
	if !numberForm.MatchString(number) {
		c.add(at,
			problem.Say("電話番号「%s」は使えません", "the number %q cannot be used", number),
			problem.Say("いざというとき、電話がかけられません", "when it matters, nobody could call"),
			problem.Say("半角の数字とハイフンで書いてください（例: \"03-0000-0101\"）", "write half-width digits and hyphens, e.g. \"03-0000-0101\""))
	}
}

func (c *checker) insurance(at string, x fileInsurance, seen map[string]bool) Insurance {
	c.id(at, x.ID, x.Insurer)
	c.once(at, "insurance/"+x.ID, seen)
	c.phone(at+".phone", x.Phone)
	return Insurance{ID: x.ID, Insurer: x.Insurer, Policy: x.Policy, Phone: x.Phone, Notify: x.Notify, Verified: c.date(at+".verified", x.Verified)}
}

func (c *checker) system(at string, x fileSystem, vendors []Vendor, seen map[string]bool) System {
	c.id(at, x.ID, x.Name)
	c.once(at, "system/"+x.ID, seen)
	if !slices.Contains(SystemKinds(), x.Kind) {
		c.add(at+".kind",
			problem.Say("システムの種別「%s」はありません", "there is no kind of system %q", x.Kind),
			problem.Say("最初のカードの並びが種別で決まります", "the kind decides where it stands on the first card"),
			problem.Say("%s のどれかを書いてください", "write one of %s", strings.Join(SystemKinds(), ", ")))
	}
	known := slices.ContainsFunc(vendors, func(v Vendor) bool { return v.ID == x.Vendor })
	if !known && (x.Vendor != "" || x.Critical) {
		c.add(at+".vendor",
			problem.Say("「%s」の保守会社「%s」が vendors: にありません", "the vendor of %q, %q, is not under vendors:", x.Name, x.Vendor),
			problem.Say("止まったときに電話する相手が分かりません", "nobody would know whom to call when it stops"),
			problem.Say("vendors: に登録し、その id を書いてください", "add it under vendors: and write its id"))
	}
	out := System{
		ID: x.ID, Name: x.Name, NameEN: orElse(x.NameEN, x.Name), Kind: x.Kind, Critical: x.Critical, Terminals: x.Terminals,
		Where: x.Where, Vendor: x.Vendor, Verified: c.date(at+".verified", x.Verified),
	}
	for _, l := range x.Links {
		out.Links = append(out.Links, Link(l))
	}
	for i, b := range x.Backups {
		out.Backups = append(out.Backups, c.backup(fmt.Sprintf("%s.backups[%d]", at, i), b))
	}
	for i, l := range x.Logs {
		here := fmt.Sprintf("%s.logs[%d]", at, i)
		c.needed(here, l.What, l.Where)
		out.Logs = append(out.Logs, Log(l))
	}
	if x.Critical && (len(out.Backups) == 0 || len(out.Logs) == 0) {
		c.add(at,
			problem.Say("止まると荷役が止まる「%s」に、バックアップかログの記載がありません", "%q stops the cargo, but its backups or its logs are not listed", x.Name),
			problem.Say("2023年の名古屋では、ログも暗号化され、世代も足りませんでした", "in Nagoya in 2023 the logs were encrypted too and the generations were too few"),
			problem.Say("backups: と logs: を書いてください。無いなら generations: 0、days: 0 と書いてください", "list backups: and logs:; where there is none, write generations: 0 and days: 0"))
	}
	return out
}

func (c *checker) backup(at string, b fileBackup) Backup {
	c.needed(at, b.What, b.Where)
	if b.Generations < 0 || b.Generations > 10000 {
		c.add(at+".generations",
			problem.Say("世代の数 %d は使えません", "%d generations cannot be", b.Generations),
			problem.Say("何世代前まで戻れるかを判断に使います", "it tells how far back one can go"),
			problem.Say("0 以上の数を書いてください", "write 0 or more"))
	}
	return Backup{What: b.What, Where: b.Where, Generations: b.Generations, Offline: b.Offline, Tested: c.date(at+".restore_tested", b.Tested)}
}

func (c *checker) needed(at, what, where string) {
	if strings.TrimSpace(what) == "" || strings.TrimSpace(where) == "" {
		c.add(at,
			problem.Say("何の（what）、どこにある（where）かがそろっていません", "what it is (what) or where it is (where) is missing"),
			problem.Say("夜中に探せません", "nobody could find it at night"),
			problem.Say("what: と where: を書いてください", "write what: and where:"))
	}
}

// Vendor finds a vendor by id.
func (s *Systems) Vendor(id string) (Vendor, bool) {
	for _, v := range s.Vendors {
		if v.ID == id {
			return v, true
		}
	}
	return Vendor{}, false
}

// Label is a name in the wanted language ("ja" or "en").
func (s System) Label(lang string) string {
	if lang == "en" {
		return s.NameEN
	}
	return s.Name
}

// NameOf is the name under which a system, an insurer or a vendor stands in the
// register, in the language asked for; its id where it has none.
func (s *Systems) NameOf(id, lang string) string {
	for _, x := range s.Systems {
		if x.ID == id {
			return x.Label(lang)
		}
	}
	for _, x := range s.Insurance {
		if x.ID == id {
			return x.Insurer
		}
	}
	if v, ok := s.Vendor(id); ok {
		return v.Label(lang)
	}
	return id
}

// Label is a name in the wanted language ("ja" or "en").
func (v Vendor) Label(lang string) string {
	if lang == "en" {
		return v.NameEN
	}
	return v.Name
}

// StaleRestore is how old a restore test may be before it has to be done again.
// Contacts go stale like those of the directory.
const StaleRestore = 365 * 24 * time.Hour

// Stale is something of the register that has not been looked at for too long.
type Stale struct {
	ID   string    // of the system, vendor or insurance
	What string    // contact, restore, never, phone
	At   time.Time // when it was last looked at; zero: never
}

// StaleAt lists what has to be looked at again.
func (s *Systems) StaleAt(now time.Time) []Stale {
	var out []Stale
	old := func(id, what string, at time.Time, after time.Duration) {
		if now.Sub(at) > after {
			out = append(out, Stale{ID: id, What: what, At: at})
		}
	}
	for _, x := range s.Systems {
		old(x.ID, "contact", x.Verified, StaleAfter)
		for _, b := range x.Backups {
			if b.Generations > 0 {
				old(x.ID, "restore", b.Tested, StaleRestore)
			}
		}
		if v, ok := s.Vendor(x.Vendor); ok && x.Critical && !v.Night {
			out = append(out, Stale{ID: x.ID, What: "phone"})
		}
	}
	for _, v := range s.Vendors {
		old(v.ID, "contact", v.Verified, StaleAfter)
	}
	for _, x := range s.Insurance {
		old(x.ID, "contact", x.Verified, StaleAfter)
	}
	return out
}
