package config

import "time"

// The shape of config.yaml. Names stand for ever: a renamed key would turn a
// working file into a broken one. Lists of objects, never maps with ids as
// keys: viper folds the case of keys.
type (
	shape struct {
		Site        shapeSite         `mapstructure:"site"`
		Data        string            `mapstructure:"data"`
		Directory   string            `mapstructure:"directory"`
		Console     shapeConsole      `mapstructure:"console"`
		Slack       shapeSlack        `mapstructure:"slack"`
		Mail        shapeMail         `mapstructure:"mail"`
		Gateways    []shapeGateway    `mapstructure:"gateways"`
		Callbacks   shapeCallbacks    `mapstructure:"callbacks"`
		Limits      shapeLimits       `mapstructure:"limits"`
		Runbooks    shapeRunbooks     `mapstructure:"runbooks"`
		Rosters     []shapeRoster     `mapstructure:"rosters"`
		Policies    []shapePolicy     `mapstructure:"policies"`
		Quiet       []shapeQuiet      `mapstructure:"quiet"`
		Watch       shapeWatch        `mapstructure:"watch"`
		Alerts      shapeAlerts       `mapstructure:"alerts"`
		OnReport    string            `mapstructure:"on_report"`
		OnDeclare   string            `mapstructure:"on_declare"`
		Reports     shapeReports      `mapstructure:"reports"`
		Duties      []shapeDuty       `mapstructure:"duties"`
		Profile     shapeProfile      `mapstructure:"profile"`
		Approval    shapeApproval     `mapstructure:"approval"`
		Permissions []shapePermission `mapstructure:"permissions"`
		Export      shapeExport       `mapstructure:"export"`
		Continuity  shapeContinuity   `mapstructure:"continuity"`
		Systems     string            `mapstructure:"systems"`
		Anchors     shapeAnchors      `mapstructure:"anchors"`
		Backup      shapeBackup       `mapstructure:"backup"`
		Retention   []shapeRetention  `mapstructure:"retention"`
		Review      shapeReview       `mapstructure:"review"`
	}
	shapeReview struct {
		AskAfter time.Duration `mapstructure:"ask_after"`
		Targets  []struct {
			ID     string        `mapstructure:"id"`
			Within time.Duration `mapstructure:"within"`
		} `mapstructure:"targets"`
	}
	shapeSite struct {
		ID        string   `mapstructure:"id"`
		Name      string   `mapstructure:"name"`
		NameEN    string   `mapstructure:"name_en"`
		Zone      string   `mapstructure:"zone"`
		DutyPhone string   `mapstructure:"duty_phone"`
		Lang      string   `mapstructure:"lang"`
		Places    []string `mapstructure:"places"`
		NextDrill string   `mapstructure:"next_drill"`
	}
	shapeConsole struct {
		Listen    string        `mapstructure:"listen"`
		TLSCert   string        `mapstructure:"tls_cert"`
		TLSKey    string        `mapstructure:"tls_key"`
		PublicURL string        `mapstructure:"public_url"`
		Session   time.Duration `mapstructure:"session"`
		Finder    bool          `mapstructure:"finder"`
	}
	shapeSlack struct {
		Enabled           bool   `mapstructure:"enabled"`
		Command           string `mapstructure:"command"`
		APIURL            string `mapstructure:"api_url"`
		Listen            string `mapstructure:"listen"`
		BotToken          string `mapstructure:"bot_token"`
		BotTokenFile      string `mapstructure:"bot_token_file"`
		AppToken          string `mapstructure:"app_token"`
		AppTokenFile      string `mapstructure:"app_token_file"`
		SigningSecret     string `mapstructure:"signing_secret"`
		SigningSecretFile string `mapstructure:"signing_secret_file"`
		AnnounceChannel   string `mapstructure:"announce_channel"`
		Broadcast         bool   `mapstructure:"broadcast"`
	}
	shapeMail struct {
		Host         string        `mapstructure:"host"`
		Port         int           `mapstructure:"port"`
		TLS          string        `mapstructure:"tls"`
		User         string        `mapstructure:"user"`
		Password     string        `mapstructure:"password"`
		PasswordFile string        `mapstructure:"password_file"`
		From         string        `mapstructure:"from"`
		FromName     string        `mapstructure:"from_name"`
		ReplyTo      string        `mapstructure:"reply_to"`
		Timeout      time.Duration `mapstructure:"timeout"`
		Fallback     []string      `mapstructure:"fallback"`
		SMIMECert    string        `mapstructure:"smime_cert"`
		SMIMEKey     string        `mapstructure:"smime_key"`
	}
	shapeGateway struct {
		ID         string        `mapstructure:"id"`
		Means      string        `mapstructure:"means"`
		URL        string        `mapstructure:"url"`
		Format     string        `mapstructure:"format"`
		User       string        `mapstructure:"user"`
		From       string        `mapstructure:"from"`
		Headers    []shapeHeader `mapstructure:"headers"`
		Body       string        `mapstructure:"body"`
		Secret     string        `mapstructure:"secret"`
		SecretFile string        `mapstructure:"secret_file"`
		SecretEnv  string        `mapstructure:"secret_env"`
		Timeout    time.Duration `mapstructure:"timeout"`
		Status     string        `mapstructure:"status"`
	}
	shapeHeader struct {
		Name  string `mapstructure:"name"`
		Value string `mapstructure:"value"`
	}
	shapeRunbooks struct {
		Folder  string      `mapstructure:"folder"`
		Default string      `mapstructure:"default"`
		ByKind  []shapeKind `mapstructure:"by_kind"`

		Labels   []shapeLabel  `mapstructure:"labels"`
		Sections shapeSections `mapstructure:"sections"`
		Silent   []string      `mapstructure:"silent_rules"`
	}
	shapeLabel struct {
		Fact  string   `mapstructure:"fact"`
		Words []string `mapstructure:"words"`
	}
	shapeSections struct {
		Context []string `mapstructure:"context"`
		Action  []string `mapstructure:"action"`
	}
	shapeKind struct {
		Kind    string `mapstructure:"kind"`
		Runbook string `mapstructure:"runbook"`
	}
	shapeRoster struct {
		ID      string       `mapstructure:"id"`
		Name    string       `mapstructure:"name"`
		NameEN  string       `mapstructure:"name_en"`
		People  []string     `mapstructure:"people"`
		Handoff shapeHandoff `mapstructure:"handoff"`
		Shifts  []shapeShift `mapstructure:"shifts"`
		Zone    string       `mapstructure:"zone"`
		DayOff  shapeDayOff  `mapstructure:"day_off"`
	}
	shapeDayOff struct {
		People []string `mapstructure:"people"`
		Closed []string `mapstructure:"closed"`
	}
	shapeHandoff struct {
		Weekday string `mapstructure:"weekday"`
		Time    string `mapstructure:"time"`
		Days    int    `mapstructure:"days"`
		Start   string `mapstructure:"start"`
	}
	shapeShift struct {
		Person string `mapstructure:"person"`
		From   string `mapstructure:"from"`
		Until  string `mapstructure:"until"`
	}
	shapePolicy struct {
		ID     string       `mapstructure:"id"`
		Name   string       `mapstructure:"name"`
		NameEN string       `mapstructure:"name_en"`
		Rounds int          `mapstructure:"rounds"`
		Levels []shapeLevel `mapstructure:"levels"`

		AckExpires time.Duration `mapstructure:"ack_expires"`
		Succession string        `mapstructure:"succession"`
	}
	shapeLevel struct {
		To      []string            `mapstructure:"to"`
		Wait    time.Duration       `mapstructure:"wait"`
		Waits   []shapeSeverityWait `mapstructure:"severity_wait"`
		Answers string              `mapstructure:"answers"`
	}
	shapeSeverityWait struct {
		Severity int           `mapstructure:"severity"`
		Wait     time.Duration `mapstructure:"wait"`
	}
	shapeQuiet struct {
		People []string `mapstructure:"people"`
		From   string   `mapstructure:"from"`
		Until  string   `mapstructure:"until"`
		Days   []string `mapstructure:"days"`
	}
	shapeReports struct {
		First    time.Duration `mapstructure:"first"`
		Interval time.Duration `mapstructure:"interval"`
		Later    time.Duration `mapstructure:"later"`
		Forms    string        `mapstructure:"forms"`
	}
	shapeDuty struct {
		ID          string        `mapstructure:"id"`
		Name        string        `mapstructure:"name"`
		NameEN      string        `mapstructure:"name_en"`
		Destination string        `mapstructure:"destination"`
		From        string        `mapstructure:"from"`
		Within      time.Duration `mapstructure:"within"`
		Basis       string        `mapstructure:"basis"`
		BasisEN     string        `mapstructure:"basis_en"`
		Checked     string        `mapstructure:"checked"`
		Quiet       bool          `mapstructure:"quiet"`
	}
	shapeProfile struct {
		Critical   bool     `mapstructure:"critical_infrastructure"`
		Special    bool     `mapstructure:"special_infrastructure"`
		Personal   bool     `mapstructure:"personal_data"`
		Listed     bool     `mapstructure:"listed"`
		USListed   bool     `mapstructure:"us_listed"`
		EU         bool     `mapstructure:"eu_entity"`
		USCritical bool     `mapstructure:"us_critical"`
		USMaritime bool     `mapstructure:"us_maritime"`
		Insured    bool     `mapstructure:"insured"`
		Bonded     bool     `mapstructure:"bonded"`
		Other      []string `mapstructure:"other"`
		Rules      string   `mapstructure:"rules"`
		Closed     []string `mapstructure:"closed_days"`
		Working    []string `mapstructure:"working_days"`
	}
	shapeApproval struct {
		Single bool     `mapstructure:"single"`
		Two    []string `mapstructure:"two_approvers_for"`
	}
	shapePermission struct {
		Action string   `mapstructure:"action"`
		Roles  []string `mapstructure:"roles"`
	}
	shapeExport struct {
		TLP string `mapstructure:"tlp"`
	}
)
