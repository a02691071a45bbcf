package webhook

import (
	"context"
	"crypto/x509"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"irbot/internal/auth"
	"irbot/internal/notify"
	"irbot/internal/notify/guard"
)

// events is a fake of the Events API v2 that checks what comes in.
func events(t *testing.T, status int) (*Sender, *[]event) {
	t.Helper()
	var got []event
	srv := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var e event
		dec := json.NewDecoder(r.Body)
		dec.DisallowUnknownFields()
		if err := dec.Decode(&e); err != nil || r.Header.Get(auth.SignatureHeader) != "" {
			t.Errorf("body: %v, headers %v", err, r.Header)
		}
		got = append(got, e)
		w.WriteHeader(status)
		_, _ = w.Write([]byte(`{"status":"success","dedup_key":"` + e.DedupKey + `"}`))
	}))
	t.Cleanup(srv.Close)
	pool := x509.NewCertPool()
	pool.AddCert(srv.Certificate())
	s, err := New(Config{
		Guard: guard.Options{Rules: guard.Rules{AllowHosts: []string{"127.0.0.1"}}, RootCAs: pool}, Wall: now, Site: "sakura",
		Endpoints: []Endpoint{{Name: "pd", URL: srv.URL, Secret: secret, Form: PagerDuty}},
	})
	if err != nil {
		t.Fatal(err)
	}
	return s, &got
}

func TestPagerDutyTriggersAndResolves(t *testing.T) {
	s, got := events(t, http.StatusAccepted)
	e := envelope("pd")
	for _, x := range []struct{ kind, card string }{
		{notify.KindPage, "page/e1/soc"}, {notify.KindPage, "page/e2/soc"}, {notify.KindStandDown, "standdown/e1/soc"}, {notify.KindInform, "acting/3"},
	} {
		e.Kind, e.Card = x.kind, x.card
		if _, err := s.Send(context.Background(), e); err != nil {
			t.Fatal(err)
		}
	}
	var lines []string
	for _, x := range *got {
		line := x.Action + " " + x.DedupKey
		if x.Payload != nil {
			line += " " + x.Payload.Severity
		}
		lines = append(lines, line)
		if x.RoutingKey != string(secret) {
			t.Errorf("routing key %q", x.RoutingKey)
		}
	}
	// Another site that shares the service has an IR-12 of its own. The end of one ladder resolves its own event and not that of the other.
	want := []string{"trigger sakura/IR-12/e1 critical", "trigger sakura/IR-12/e2 critical", "resolve sakura/IR-12/e1", "trigger sakura/IR-12/n17/soc info"}
	if diff := cmp.Diff(want, lines); diff != "" {
		t.Error(diff)
	}
	p := (*got)[0].Payload
	if p.Source != "irbot/sakura/IR-12" || p.Timestamp != "2026-07-04T06:31:05Z" || p.Summary != e.Subject || p.Details["text"] != e.Body {
		t.Errorf("%+v", p)
	}
}

func TestPagerDutyEventIsBounded(t *testing.T) {
	s, got := events(t, http.StatusAccepted)
	e := envelope("pd")
	e.Subject, e.Body = strings.Repeat("訓", 2000), strings.Repeat("練", 400000)
	if _, err := s.Send(context.Background(), e); err != nil {
		t.Fatal(err)
	}
	p := (*got)[0].Payload
	if n := len([]rune(p.Summary)); n != maxSummary || len(p.Details["text"]) > 9<<10 || strings.Contains(p.Details["text"], "\ufffd") {
		t.Errorf("summary of %d characters, text of %d bytes", n, len(p.Details["text"]))
	}
}

func TestPagerDutyRefusals(t *testing.T) {
	for status, class := range map[int]notify.Class{400: notify.Permanent, 429: notify.Temporary, 500: notify.Temporary} {
		s, _ := events(t, status)
		_, err := s.Send(context.Background(), envelope("pd"))
		var f *notify.Failure
		if !errors.As(err, &f) || f.Class != class || strings.Contains(err.Error(), string(secret)) {
			t.Errorf("%d: %v", status, err)
		}
	}
}
