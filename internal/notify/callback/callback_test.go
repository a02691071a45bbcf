package callback

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"irbot/internal/notify"
)

const base = "https://hooks.example.jp/irbot"

var (
	now      = time.Date(2026, 11, 22, 3, 0, 0, 0, time.UTC)
	gateways = []Gateway{
		{ID: "plain", Means: notify.SMS, Auth: Token, Secret: "0123456789abcdef"},
		{ID: "tw", Means: notify.Voice, Auth: Twilio, Secret: "12345"},
		{ID: "own", Means: notify.SMS, Auth: Signed, Secret: "fedcba9876543210"},
	}
)

func desk(take func(Report) error) *Handler {
	return New(Options{Base: base, Gateways: gateways, Wall: func() time.Time { return now }, Pause: func(context.Context) {},
		Take: func(_ context.Context, r Report) error { return take(r) }})
}

// call posts a report to the address of a message as it stands in the request.
func call(h http.Handler, address, kind, body string, header ...string) int {
	path := strings.TrimPrefix(address, base)
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(body))
	r.Header.Set("Content-Type", kind)
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Code
}

const msg = "IR-12/n17/watanabe"

func TestTokenIsBoundToTheMessageAndGateway(t *testing.T) {
	var got []Report
	h := desk(func(r Report) error { got = append(got, r); return nil })
	right := Address(base, gateways[0], msg)
	if code := call(h, right, typeJSON, `{"id":"IR-1/n1/other","status":"delivered"}`); code != http.StatusNoContent {
		t.Fatalf("right: %d", code)
	}
	if code := call(h, right, typeJSON, `{"status":"undelivered","error":30003}`); code != http.StatusNoContent {
		t.Fatalf("failed: %d", code)
	}
	want := []Report{{Message: msg, Means: notify.SMS, As: "delivered", Note: "delivered"}, {Message: msg, Means: notify.SMS, As: "failed", Note: "undelivered 30003"}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	u, _ := url.Parse(right)
	other := u.Query()
	other.Set("m", "IR-12/n17/sato")
	for name, bad := range map[string]string{
		"another message": base + "/status/plain?" + other.Encode(),
		"another gateway": strings.Replace(right, "/plain?", "/own?", 1),
		"no gateway":      strings.Replace(right, "/plain?", "/none?", 1),
		"no token":        base + "/status/plain?m=" + url.QueryEscape(msg),
		"nothing":         base + "/status/plain",
	} {
		// Each from a place of its own: wrong tries are slowed by place.
		if code := call(desk(func(Report) error { t.Errorf("%s was taken", name); return nil }), bad, typeJSON, `{"id":"`+msg+`","status":"delivered"}`); code != http.StatusUnauthorized {
			t.Errorf("%s: %d", name, code)
		}
	}
}

// The example of Twilio's own documentation, so that the sum is theirs and not ours.
func TestTwilioSumIsThatOfItsDocumentation(t *testing.T) {
	form := url.Values{"CallSid": {"CA1234567890ABCDE"}, "Caller": {"+14158675309"}, "Digits": {"1234"}, "From": {"+14158675309"}, "To": {"+18005551212"}}
	got := base64.StdEncoding.EncodeToString(twilioSum("12345", "https://mycompany.com/myapp.php?foo=1&bar=2", form))
	if got != "RSOYDt4T1cUTdK1PDd93/VVr8B8=" {
		t.Errorf("sum = %s", got)
	}
}

func TestTwilioReports(t *testing.T) {
	g, address := gateways[1], Address(base, gateways[1], msg)
	for status, as := range map[string]string{"completed": "delivered", "no-answer": "failed", "busy": "failed", "ringing": ""} {
		form := url.Values{"CallSid": {"CA1"}, "CallStatus": {status}, "To": {"+81300000001"}}
		sum := base64.StdEncoding.EncodeToString(twilioSum(string(g.Secret), address, form))
		got := ""
		h := desk(func(r Report) error { got = r.As; return nil })
		if code := call(h, address, typeForm, form.Encode(), "X-Twilio-Signature", sum); code != http.StatusNoContent || got != as {
			t.Errorf("%s: %d %q", status, code, got)
		}
		form.Set("CallStatus", "delivered") // changed on the way
		got = ""
		if code := call(h, address, typeForm, form.Encode(), "X-Twilio-Signature", sum); code != http.StatusUnauthorized || got != "" {
			t.Errorf("changed: %d %q", code, got)
		}
	}
}

func TestSignedReportsMayNameTheMessageThemselves(t *testing.T) {
	sign := func(at time.Time, body string) []string {
		stamp := strconv.FormatInt(at.Unix(), 10)
		m := hmac.New(sha256.New, []byte(gateways[2].Secret))
		fmt.Fprintf(m, "%s.%s", stamp, body)
		return []string{"X-Irbot-Timestamp", stamp, "X-Irbot-Signature", "v1=" + hex.EncodeToString(m.Sum(nil))}
	}
	body := `{"id":"` + msg + `","status":"read"}`
	var got []Report
	h := desk(func(r Report) error { got = append(got, r); return nil })
	if code := call(h, base+"/status/own", typeJSON, body, sign(now, body)...); code != http.StatusNoContent || len(got) != 1 || got[0].Message != msg || got[0].As != "read" {
		t.Fatalf("%d %+v", code, got)
	}
	for name, header := range map[string][]string{"old": sign(now.Add(-6*time.Minute), body), "other body": sign(now, body+" "), "none": nil} {
		if code := call(desk(func(Report) error { t.Errorf("%s was taken", name); return nil }), base+"/status/own", typeJSON, body, header...); code != http.StatusUnauthorized {
			t.Errorf("%s: %d", name, code)
		}
	}
	// A token in the address does not stand in for the signature.
	if code := call(desk(func(Report) error { t.Error("taken"); return nil }), Address(base, gateways[2], msg), typeJSON, body); code != http.StatusUnauthorized {
		t.Errorf("token alone: %d", code)
	}
}

func TestReportsThatCannotBeTaken(t *testing.T) {
	address := Address(base, gateways[0], msg)
	taken := 0
	early := desk(func(Report) error {
		if taken++; taken < 4 {
			return ErrEarly
		}
		return nil
	})
	if code := call(early, address, typeJSON, `{"status":"delivered"}`); code != http.StatusNoContent || taken != 4 {
		t.Errorf("early: %d after %d", code, taken)
	}
	for _, tt := range []struct {
		name, kind, body string
		err              error
		want             int
	}{
		{"never recorded", typeJSON, `{"status":"delivered"}`, ErrEarly, http.StatusServiceUnavailable},
		{"unknown message", typeJSON, `{"status":"delivered"}`, ErrUnknown, http.StatusNotFound},
		{"no status", typeJSON, `{"id":"x"}`, nil, http.StatusBadRequest},
		{"no JSON", typeJSON, `status=delivered`, nil, http.StatusBadRequest},
		{"other type", "text/xml", `<a/>`, nil, http.StatusBadRequest},
		{"large", typeJSON, strings.Repeat(" ", MaxBody+1), nil, http.StatusRequestEntityTooLarge},
	} {
		if code := call(desk(func(Report) error { return tt.err }), address, tt.kind, tt.body); code != tt.want {
			t.Errorf("%s: %d", tt.name, code)
		}
	}
}

func TestGuessingAndFloodsAreSlowed(t *testing.T) {
	h := desk(func(Report) error { return nil })
	codes := map[int]int{}
	for range 20 {
		codes[call(h, base+"/status/plain?m=x&t=y", typeJSON, `{}`)]++
	}
	if codes[http.StatusTooManyRequests] < 10 {
		t.Errorf("guesses: %v", codes)
	}
	// The right one still passes, up to its budget.
	h.rate.PerMinute = 3
	codes = map[int]int{}
	for range 5 {
		codes[call(h, Address(base, gateways[0], msg), typeJSON, `{"status":"delivered"}`)]++
	}
	if codes[http.StatusNoContent] != 3 || codes[http.StatusTooManyRequests] != 2 {
		t.Errorf("flood: %v", codes)
	}
}
