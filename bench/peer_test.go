package bench

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"irbot/internal/incident"
)

// peer is Alertmanager with one receiver and no waiting.
type peer struct {
	*process
	url string
}

func startPeer(b *testing.B, hook string) *peer {
	b.Helper()
	name := os.Getenv(envPeer)
	if name == "" {
		name = "prometheus-alertmanager"
	}
	path, err := exec.LookPath(name)
	if err != nil {
		b.Fatalf("%v: install Debian's prometheus-alertmanager, or name one in %s", err, envPeer)
	}
	dir, addr := b.TempDir(), freePort(b)
	conf := fmt.Sprintf("route: {receiver: sink, group_by: ['...'], group_wait: 0s, group_interval: 1m, repeat_interval: 1h}\n"+
		"receivers: [{name: sink, webhook_configs: [{url: '%s', send_resolved: false}]}]\n", hook)
	if err := os.WriteFile(filepath.Join(dir, "am.yml"), []byte(conf), 0o600); err != nil {
		b.Fatal(err)
	}
	p := &peer{url: "http://" + addr}
	cmd := exec.Command(path, "--config.file="+filepath.Join(dir, "am.yml"), "--storage.path="+dir,
		"--web.listen-address="+addr, "--cluster.listen-address=", "--log.level=error")
	p.process = launch(b, cmd, func() bool {
		resp, err := http.Get(p.url + "/-/ready")
		if err != nil {
			return false
		}
		_ = resp.Body.Close()
		return resp.StatusCode == http.StatusOK
	})
	return p
}

// alert raises an alert that no other one resembles.
func (p *peer) alert(n int) error {
	body := fmt.Sprintf(`[{"labels":{"alertname":"bench","n":"%d"},"annotations":{"summary":"岸壁クレーン3号機"}}]`, n)
	return p.send([]byte(body), http.StatusOK)
}

// send posts alerts and wants an answer.
func (p *peer) send(body []byte, want int) error {
	resp, err := http.Post(p.url+"/api/v2/alerts", "application/json", bytes.NewReader(body))
	if err != nil {
		return err
	}
	_, _ = io.Copy(io.Discard, resp.Body)
	_ = resp.Body.Close()
	if resp.StatusCode != want {
		return fmt.Errorf("alertmanager: %s", resp.Status)
	}
	return nil
}

// newSink takes webhooks and tells when each arrived.
func newSink(b *testing.B) (url string, came <-chan time.Time) {
	b.Helper()
	arrivals := make(chan time.Time, 1024)
	srv := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		at := time.Now()
		_, _ = io.Copy(io.Discard, r.Body)
		arrivals <- at
	}))
	b.Cleanup(srv.Close)
	return srv.URL, arrivals
}

// timed acts and gives the time until the webhook came.
func timed(b *testing.B, came <-chan time.Time, act func() error) time.Duration {
	b.Helper()
	for len(came) > 0 {
		<-came // pages of other acts, such as a reminder of a clock
	}
	began := time.Now()
	if err := act(); err != nil {
		b.Fatal(err)
	}
	select {
	case at := <-came:
		return at.Sub(began)
	case <-time.After(patience):
		b.Fatal("no webhook came")
		return 0
	}
}

// BenchmarkP05ActToWebhook gives the time from a person's act (a page to the
// commander, recorded before it leaves) to the webhook, beside Alertmanager's
// from an alert to its webhook. The two take turns, act by act: once each as soon
// as the other's webhook is there, when the outcome of the page before is still
// being recorded, and once with a moment of rest before both.
func BenchmarkP05ActToWebhook(b *testing.B) {
	b.Run("at-once", func(b *testing.B) { actToWebhook(b, 0) })
	b.Run("rested", func(b *testing.B) { actToWebhook(b, 5*time.Millisecond) })
}

func actToWebhook(b *testing.B, rest time.Duration) {
	for range b.N {
		ours, cameOurs := newSink(b)
		theirs, cameTheirs := newSink(b)
		s := newSite(b, ours)
		p := s.serve()
		am := startPeer(b, theirs)
		ids := s.declare(8, "none")
		w := s.dial()
		n := 0
		var a, z figures
		for range rounds + 1 {
			var mine, other []time.Duration
			for range 60 {
				n++
				<-time.After(rest)
				mine = append(mine, timed(b, cameOurs, func() error {
					_, err := w.do(ids[n%len(ids)], "escalation.start", incident.Escalate{Role: "lead", Reason: fmt.Sprintf("測定 %d", n)})
					return err
				}))
				<-time.After(rest)
				other = append(other, timed(b, cameTheirs, func() error { return am.alert(n) }))
			}
			a, z = append(a, percentile(mine, 0.5)), append(z, percentile(other, 0.5))
		}
		a, z = a[1:], z[1:] // the first round opens connections and warms both
		w.close()
		am.stop()
		p.stop()
		b.ReportMetric(a.least(), "ms-p50")
		b.ReportMetric(z.least(), "ms-p50-alertmanager")
		b.ReportMetric(a.least()/z.least(), "P05-ratio")
		b.ReportMetric(perRound(a, z), "P05-median")
	}
}
