package directory

import (
	"fmt"
	"strings"
	"time"

	"irbot/internal/notify"
	"irbot/internal/problem"
	"irbot/internal/strictyaml"
)

// The shape of directory.yaml. Dates are text here so that a wrong one can be
// reported with its line.
type (
	fileShape struct {
		Roles        []fileRole        `yaml:"roles"`
		People       []filePerson      `yaml:"people"`
		Destinations []fileDestination `yaml:"destinations"`
		Groups       []fileGroup       `yaml:"groups"`
	}
	fileGroup struct {
		ID      string   `yaml:"id"`
		Name    string   `yaml:"name"`
		NameEN  string   `yaml:"name_en"`
		Members []string `yaml:"members"`
	}
	fileRole struct {
		ID      string   `yaml:"id"`
		Name    string   `yaml:"name"`
		NameEN  string   `yaml:"name_en"`
		Aliases []string `yaml:"aliases"`
		Deputy  []string `yaml:"deputy"`
	}
	filePerson struct {
		ID       string        `yaml:"id"`
		Name     string        `yaml:"name"`
		NameEN   string        `yaml:"name_en"`
		Org      string        `yaml:"org"`
		Title    string        `yaml:"title"`
		Roles    []string      `yaml:"roles"`
		Reach    []fileAddress `yaml:"reach"`
		Slack    string        `yaml:"slack"`
		Lang     string        `yaml:"lang"`
		Hours    string        `yaml:"hours"`
		TLP      string        `yaml:"tlp"`
		Verified string        `yaml:"verified"`
	}
	fileAddress struct {
		Means   string `yaml:"means"`
		To      string `yaml:"to"`
		Charset string `yaml:"charset"`
	}
	fileDestination struct {
		ID       string        `yaml:"id"`
		Name     string        `yaml:"name"`
		NameEN   string        `yaml:"name_en"`
		Aliases  []string      `yaml:"aliases"`
		Kind     string        `yaml:"kind"`
		Outside  bool          `yaml:"outside"`
		Contact  string        `yaml:"contact"`
		Reach    []fileAddress `yaml:"reach"`
		TLP      string        `yaml:"tlp"`
		Lang     string        `yaml:"lang"`
		Hours    string        `yaml:"hours"`
		Verified string        `yaml:"verified"`
	}
)

// Parse reads a directory file and checks it whole. The error is a
// *problem.Errors that lists every mistake with file, line, reason and remedy;
// the directory is nil then.
func Parse(file string, data []byte) (*Directory, error) {
	doc, problems := strictyaml.Parse(file, data)
	if err := problem.Err(problems); err != nil {
		return nil, err
	}
	var f fileShape
	if err := problem.Err(doc.Decode(&f)); err != nil {
		return nil, err
	}
	c := &checker{doc: doc}
	d := c.build(f)
	if err := problem.Err(c.problems); err != nil {
		return nil, err
	}
	return d, nil
}

func (c *checker) build(f fileShape) *Directory {
	d := &Directory{}
	for i, r := range f.Roles {
		at := fmt.Sprintf("roles[%d]", i)
		c.id(at, r.ID, r.Name)
		d.Roles = append(d.Roles, Role{ID: r.ID, Name: r.Name, NameEN: orElse(r.NameEN, r.Name), Aliases: r.Aliases, Deputy: r.Deputy})
	}
	for i, p := range f.People {
		d.People = append(d.People, c.person(fmt.Sprintf("people[%d]", i), p))
	}
	for i, x := range f.Destinations {
		d.Destinations = append(d.Destinations, c.destination(fmt.Sprintf("destinations[%d]", i), x))
	}
	for i, g := range f.Groups {
		c.id(fmt.Sprintf("groups[%d]", i), g.ID, g.Name)
		d.Groups = append(d.Groups, Group{ID: g.ID, Name: g.Name, NameEN: orElse(g.NameEN, g.Name), Members: g.Members})
	}
	c.together(d)
	return d
}

func (c *checker) person(at string, p filePerson) Person {
	c.id(at, p.ID, p.Name)
	out := Person{
		ID: p.ID, Name: p.Name, NameEN: orElse(p.NameEN, p.Name), Org: p.Org, Title: p.Title,
		Roles: p.Roles, Slack: p.Slack, Lang: c.lang(at+".lang", p.Lang), Hours: p.Hours,
		TLP: c.tlp(at+".tlp", p.TLP), Verified: c.date(at+".verified", p.Verified),
		Reach: c.reach(at+".reach", p.Reach),
	}
	if p.Slack != "" {
		c.slackID(at+".slack", p.Slack)
		out.Reach = withSlack(out.Reach, p.Slack)
	}
	if len(out.Reach) == 0 {
		c.add(at+".reach",
			problem.Say("%s さんへの連絡手段が一つもありません", "%s has no means of being reached", p.Name),
			problem.Say("上申がこの人で止まり、誰も答えないまま時間が過ぎます", "a page would stop at this person and nobody would answer"),
			problem.Say("reach: に mail、phone などを一つ以上書いてください", "write at least one of mail, phone … under reach:"))
	}
	return out
}

// withSlack puts the member id first unless the person listed Slack in an
// order of their own.
func withSlack(reach []Address, id string) []Address {
	for _, a := range reach {
		if a.Means == notify.Slack {
			return reach
		}
	}
	return append([]Address{{Means: notify.Slack, To: id}}, reach...)
}

func (c *checker) destination(at string, x fileDestination) Destination {
	c.id(at, x.ID, x.Name)
	c.kind(at+".kind", x.Kind)
	out := Destination{
		ID: x.ID, Name: x.Name, NameEN: orElse(x.NameEN, x.Name), Aliases: x.Aliases, Kind: x.Kind,
		Outside: x.Outside, Contact: x.Contact, Hours: x.Hours, Lang: c.lang(at+".lang", x.Lang),
		Reach: c.reach(at+".reach", x.Reach), TLP: c.tlp(at+".tlp", x.TLP), Verified: c.date(at+".verified", x.Verified),
	}
	if len(out.Reach) == 0 {
		c.add(at+".reach",
			problem.Say("通知先「%s」への連絡手段がありません", "destination %q cannot be reached by any means", x.Name),
			problem.Say("承認しても送り先がなく、期限を守れません", "an approved notice would have nowhere to go and the deadline would pass"),
			problem.Say("reach: に mail、phone、fax のどれかを書いてください", "write mail, phone or fax under reach:"))
	}
	// Only what is plainly inside the company may leave without the rules for
	// outside bodies; a forgotten flag must not open that door.
	if x.Kind != KindInternal && !x.Outside {
		c.add(at+".outside",
			problem.Say("通知先「%s」（種別 %s）に outside: true がありません", "destination %q (kind %s) lacks outside: true", x.Name, x.Kind),
			problem.Say("社外への送信は承認が要り、訓練では差し替えられます。印がないと守れません", "what goes outside needs approval and is replaced in a drill; that hangs on this mark"),
			problem.Say("outside: true と書くか、社内なら kind: internal にしてください", "write outside: true, or kind: internal if it is inside"))
	}
	return out
}

func orElse(s, other string) string {
	if strings.TrimSpace(s) == "" {
		return other
	}
	return s
}

func (c *checker) date(at, s string) time.Time {
	if s == "" {
		return time.Time{}
	}
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		c.add(at,
			problem.Say("日付「%s」が読めません", "the date %q is not understood", s),
			problem.Say("連絡先を最後に確かめた日を知るために使います", "it tells when the contact was last checked"),
			problem.Say("2026-11-01 の形で書いてください", "write it like 2026-11-01"))
	}
	return t
}
