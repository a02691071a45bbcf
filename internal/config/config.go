// Package config reads config.yaml, the environment and secret files into one
// validated struct. It guarantees that whatever is wrong is reported with key,
// line, reason and remedy before anything starts, and that a secret is never
// printed.
package config

import (
	"net/url"
	"slices"
	"time"

	"irbot/internal/directory"
	"irbot/internal/escalation"
	"irbot/internal/notify"
	"irbot/internal/problem"
)

// Errors is every mistake found in one reading.
type Errors = problem.Errors

// Config is what the file, the environment and the secret files say together.
// Paths are absolute. It is read-only once loaded; a reload makes a new one
// and keeps the old one if that fails.
type Config struct {
	Path          string // the file that was read
	Site          Site
	Data          string // folder of database, attachments and keys
	DirectoryFile string
	Directory     *directory.Directory
	Console       Console
	Slack         Slack
	Mail          Mail
	Gateways      []Gateway
	Callbacks     Callbacks
	Limits        Limits
	Runbooks      Runbooks
	Rosters       escalation.Rosters
	Policies      []escalation.Policy
	Quiet         escalation.Quiets
	Watch         Watch
	Alerts        Alerts
	OnReport      string // policy climbed when a finder reports
	OnDeclare     string // policy climbed at declaration, towards the CISO
	Reports       Reports
	Duties        []Duty
	Profile       Profile
	Approval      Approval
	Permissions   []Permission // overrides of the built-in role table
	Export        Export
	Continuity    Continuity
	SystemsFile   string
	Systems       *directory.Systems // nil where there is no register
	Anchors       Anchors
	Backup        Backup
	Retention     []Retention
	Review        Review
	Warnings      []problem.Problem // it runs, but somebody should look
}

// Site is who runs this installation.
type Site struct {
	ID        string // [a-z0-9-]+, fixed for ever: it stands in every checkpoint
	Name      string
	NameEN    string
	Zone      *time.Location
	DutyPhone string
	Lang      string    // ja or en
	Places    []string  // offered to a finder
	NextDrill time.Time // zero: no date is set
}

// Console is the local web console.
type Console struct {
	Listen    string // host:port
	TLSCert   string // file, "" for none
	TLSKey    string
	PublicURL string        // how people reach it, without a final slash; "" means http(s)://Listen
	Session   time.Duration // length of a sign-in
	Finder    bool          // the page for finders without an account
}

// Slack is the chat surface. See Config.SlackMode.
type Slack struct {
	Enabled         bool
	Command         string // with the slash
	APIURL          string // "" means Slack's own
	Listen          string // address for signed HTTP
	BotToken        Secret
	AppToken        Secret
	SigningSecret   Secret
	AnnounceChannel string // channel id where incidents are announced, "" for none
	Broadcast       bool   // the announcement of a real severity 1 incident says @here
}

// Mail is the way out by SMTP. An empty Host means that mail is off.
type Mail struct {
	Host     string
	Port     int    // 0: by TLS policy
	TLS      string // mandatory, implicit-tls, none-loopback-only
	User     string
	Password Secret
	From     string
	FromName string
	ReplyTo  string
	Timeout  time.Duration
	Fallback []string // addresses tried when the name of Host cannot be looked up

	SMIMECert string // file of the certificate that signs mails, "" for none
	SMIMEKey  string
}

// Gateway is an HTTP service that carries SMS, voice or webhooks.
type Gateway struct {
	ID      string
	Means   notify.Means // sms, voice or webhook
	URL     string
	Format  string // json or form
	User    string // for HTTP basic authentication, "" for none
	From    string // sender's number or name
	Headers []Header
	Body    string // template; "" means the one built in for the format
	Secret  Secret // password, bearer token or signing key
	Timeout time.Duration
	// Status is how the carrier shows who it is when it reports on a message:
	// token, twilio or signed; "" where it does not report.
	Status string
}

// Header is one line of an HTTP request. A list, not a map: letters keep their case.
type Header struct {
	Name  string
	Value Secret // often a key
}

// Runbooks says where runbooks are and which one fits what a finder saw.
type Runbooks struct {
	Folder  string
	Default string
	ByKind  map[string]string // frozen, ransom, mail, network, equipment, unknown → runbook id

	Labels  map[string][]string // words of the house for a fact of the label table, e.g. owner → 班長
	Context []string            // words of headings that hold no steps
	Action  []string            // words of headings under which something is done
	Silent  []string            // lint rules that are not reported
}

// Reports is the rhythm of status reports, counted from declaration.
type Reports struct {
	First    time.Duration
	Interval time.Duration // 0 turns the rhythm off
	Later    time.Duration // after the first two hours
	Forms    string        // folder of the operator's own forms, "" for none
}

// Duty is a reporting clock the site keeps towards a destination.
type Duty struct {
	ID          string
	Name        string
	NameEN      string
	Destination string
	From        string // declared, detected, recognised, occurred
	Within      time.Duration
	Basis       string
	BasisEN     string
	Checked     time.Time // when the operator last checked the rule
	Quiet       bool      // nobody is paged before or after its end
}

// Approval says who must agree before something leaves.
type Approval struct {
	Single bool     // the author may approve too; shown as 単独承認
	Two    []string // destination ids that need two approvers
}

// Permission says which roles may give a class of commands.
type Permission struct {
	Action string
	Roles  []string // role ids, <role>-deputy, or "*" for everybody in the directory
}

// Export is the default of exports.
type Export struct {
	TLP string
}

// Mode is how Slack is connected.
type Mode string

// The modes.
const (
	SlackOff    Mode = "off"
	SlackSocket Mode = "socket"
	SlackHTTP   Mode = "http"
)

// SlackMode tells how Slack is connected: off, by Socket Mode where there is
// an app token, else by signed HTTP.
func (c *Config) SlackMode() Mode {
	switch {
	case !c.Slack.Enabled:
		return SlackOff
	case !c.Slack.AppToken.IsZero():
		return SlackSocket
	}
	return SlackHTTP
}

// Lookup answers for escalation.Resolve and escalation.Explain out of the
// directory and the rosters.
func (c *Config) Lookup() escalation.Lookup {
	return escalation.Lookup{
		RoleHolders: c.Directory.HolderIDs,
		Deputies:    c.Directory.Deputies,
		Duty:        c.Rosters.Duty,
		Group:       c.Directory.Members,
		Quiet:       c.Quiet,
		Exists: func(id string) bool {
			_, ok := c.Directory.Person(id)
			return ok
		},
	}
}

// Policy finds a policy by id, or by the name a runbook uses for it.
func (c *Config) Policy(words string) (escalation.Policy, bool) {
	i := slices.IndexFunc(c.Policies, func(p escalation.Policy) bool {
		return words != "" && (p.ID == words || p.Name == words || p.NameEN == words)
	})
	if i < 0 {
		return escalation.Policy{}, false
	}
	return c.Policies[i], true
}

// URL is how people reach the console, without a final slash.
func (c *Config) URL() string {
	if c.Console.PublicURL != "" {
		return c.Console.PublicURL
	}
	u := url.URL{Scheme: "http", Host: c.Console.Listen}
	if c.Console.TLSCert != "" {
		u.Scheme = "https"
	}
	return u.String()
}

// Means lists the means that irbot can use by itself with this configuration.
func (c *Config) Means() []notify.Means {
	var out []notify.Means
	if c.SlackMode() != SlackOff {
		out = append(out, notify.Slack)
	}
	if c.Mail.Host != "" {
		out = append(out, notify.Mail)
	}
	for _, g := range c.Gateways {
		if !slices.Contains(out, g.Means) {
			out = append(out, g.Means)
		}
	}
	return out
}
