package config

import "time"

// Watch is how a monitor outside learns that irbot works.
type Watch struct {
	HeartbeatURL  Secret        // asked by GET while all is well; "" for none. It often holds a key
	HeartbeatFile string        // touched while all is well; "" for none
	Every         time.Duration // rhythm of the heartbeat
	Metrics       bool          // GET /metrics on the console
	MetricsToken  Secret        // bearer token; none: this machine only
}

type shapeWatch struct {
	HeartbeatURL     string        `mapstructure:"heartbeat_url"`
	HeartbeatFile    string        `mapstructure:"heartbeat_file"`
	Every            time.Duration `mapstructure:"every"`
	Metrics          bool          `mapstructure:"metrics"`
	MetricsTokenFile string        `mapstructure:"metrics_token_file"`
}

// watch reads how irbot is watched from outside.
func (b *builder) watch() {
	r, w := b.raw.Watch, &b.cfg.Watch
	if r.HeartbeatURL != "" && b.safeURL("watch.heartbeat_url", r.HeartbeatURL) {
		w.HeartbeatURL = NewSecret(r.HeartbeatURL)
	}
	w.HeartbeatFile, w.Metrics, w.Every = b.path(r.HeartbeatFile), r.Metrics, r.Every
	if w.Every == 0 {
		w.Every = time.Minute
	}
	b.atLeast("watch.every", w.Every, 20*time.Second, false)
	if r.MetricsTokenFile != "" {
		w.MetricsToken = b.secret(source{"watch.metrics_token", "", r.MetricsTokenFile, ""})
	}
}
