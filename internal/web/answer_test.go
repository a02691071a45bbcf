package web_test

import (
	"context"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"irbot/internal/auth"
	"irbot/internal/incident"
	"irbot/internal/web"
)

// answerKit is a console with an open ladder to the CISO.
func answerKit(t *testing.T, drill bool) (k *kit, id string) {
	t.Helper()
	k = newKit(t, nil)
	k = newKitOn(t, k, func(o *web.Options) { o.Pages.Answers = k.store })
	res, err := k.svc.Open(context.Background(), incident.Act{Person: "sato", Surface: "web"}, incident.Declare{Title: "TOS", Drill: drill, Runbook: "none"})
	if err != nil {
		t.Fatal(err)
	}
	return k, res.Incident
}

// newKitOn puts another console on the same service and store.
func newKitOn(t *testing.T, k *kit, change func(*web.Options)) *kit {
	t.Helper()
	next := newKit(t, func(o *web.Options) {
		o.Service, o.Accounts, o.Sessions, o.Secrets, o.Blob = k.svc, k.store, k.store, k.store, k.store.Blob
		o.Wall = k.wall
		change(o)
	})
	k.web, k.url = next.web, next.url
	return k
}

// letter makes the link a page by mail carries.
func (k *kit) letter(person, purpose string, holds time.Duration) string {
	k.t.Helper()
	token, err := auth.Token()
	if err != nil {
		k.t.Fatal(err)
	}
	l := auth.Link{Digest: auth.Digest(token), Person: person, Purpose: purpose, Expires: k.wall().Add(holds)}
	if err := k.store.PutLinks(context.Background(), []auth.Link{l}); err != nil {
		k.t.Fatal(err)
	}
	return "/a/" + token
}

// count counts entries of a kind.
func (k *kit) count(id, kind string) int {
	n := 0
	for _, line := range k.entries(id) {
		if strings.HasPrefix(line, kind+" ") {
			n++
		}
	}
	return n
}

func TestAnswerByLink(t *testing.T) {
	for _, drill := range []bool{false, true} {
		k, id := answerKit(t, drill)
		link := k.letter("watanabe", auth.Answer{Incident: id, Escalation: "e1", Means: "mail"}.Purpose(), time.Hour)
		scanner, before := k.browser(), k.state(id).Seq
		for range 3 { // a scanner opens it again and again, and may even post to it
			if code, body := scanner.send(link, nil); code != http.StatusOK || strings.Contains(body, "確認を記録しました") {
				t.Fatalf("a post without the button: %d %s", code, plain(body))
			}
			if body := scanner.page(link); !strings.Contains(body, "確認しました") || strings.Contains(body, "訓練") != drill {
				t.Fatalf("page: %s", plain(body))
			}
		}
		if seq := k.state(id).Seq; seq != before {
			t.Fatalf("opening the link wrote %d entries", seq-before)
		}
		code, body := k.browser().send(link, form("answer", "yes"))
		if code != http.StatusOK || !strings.Contains(body, "確認を記録しました") {
			t.Fatalf("press: %d %s", code, plain(body))
		}
		e := k.state(id).Escalation("e1")
		if e.AckBy != "watanabe" || e.AckVia != "mail" || e.Ended != "acked" {
			t.Errorf("answer of %q by %q, ended %q", e.AckBy, e.AckVia, e.Ended)
		}
		code, body = k.browser().send(link, form("answer", "yes"))
		if code != http.StatusNotFound || !strings.Contains(body, "使い終わった") || k.count(id, "escalation.acknowledged") != 1 {
			t.Errorf("second use: %d, %d answers", code, k.count(id, "escalation.acknowledged"))
		}
	}
}

func TestAnswerLinkIsBound(t *testing.T) {
	k, id := answerKit(t, false)
	purpose := auth.Answer{Incident: id, Escalation: "e1", Means: "sms"}.Purpose()
	over := k.letter("watanabe", purpose, time.Minute)
	mine := k.letter("watanabe", purpose, time.Hour)
	signin := "/a/" + strings.TrimPrefix(k.link("watanabe"), "/signin?t=")
	k.turn(2 * time.Minute)
	for name, c := range map[string]struct {
		path string
		code int
	}{
		"expired":         {over, http.StatusGone},
		"forged":          {mine[:len(mine)-1] + "_", http.StatusNotFound},
		"cut":             {mine[:10], http.StatusNotFound},
		"link to sign in": {signin, http.StatusNotFound},
	} {
		if code, _ := k.browser().send(c.path, form("answer", "yes")); code != c.code {
			t.Errorf("%s: %d, want %d", name, code, c.code)
		}
	}
	if n := k.count(id, "escalation.acknowledged"); n != 0 {
		t.Fatalf("%d answers by links that are none", n)
	}
	// Whoever is signed in as somebody else still answers for the person of the link.
	if code, body := k.as("tanaka").send(mine, form("answer", "yes")); code != http.StatusOK {
		t.Fatalf("press: %d %s", code, plain(body))
	}
	if e := k.state(id).Escalation("e1"); e.AckBy != "watanabe" || e.AckVia != "sms" {
		t.Errorf("answer of %q by %q", e.AckBy, e.AckVia)
	}
}

func TestAnswerLinkSignsNobodyIn(t *testing.T) {
	k, id := answerKit(t, false)
	link := k.letter("watanabe", auth.Answer{Incident: id, Escalation: "e1", Means: "mail"}.Purpose(), time.Hour)
	p := k.browser()
	if code, _ := p.send("/signin/link", form("t", strings.TrimPrefix(link, "/a/"))); code != http.StatusUnauthorized {
		t.Errorf("sign in by an answer link: %d", code)
	}
	if code, _ := p.send(link, form("answer", "yes")); code != http.StatusOK {
		t.Errorf("the try used the link up: %d", code)
	}
}

func TestAnswerGuessesAreSlowed(t *testing.T) {
	k, id := answerKit(t, false)
	p, last := k.browser(), 0
	for i := range 8 {
		last, _ = p.get("/a/" + strings.Repeat(string(rune('a'+i)), 43))
	}
	if last != http.StatusTooManyRequests {
		t.Errorf("the eighth guess: %d", last)
	}
	link := k.letter("watanabe", auth.Answer{Incident: id, Escalation: "e1", Means: "mail"}.Purpose(), time.Hour)
	if code, _ := p.send(link, form("answer", "yes")); code != http.StatusOK {
		t.Errorf("a right link from the same place: %d", code)
	}
}

func TestAnswerPressedTwiceAtOnce(t *testing.T) {
	k, id := answerKit(t, false)
	link := k.letter("watanabe", auth.Answer{Incident: id, Escalation: "e1", Means: "mail"}.Purpose(), time.Hour)
	var wg sync.WaitGroup
	for range 8 {
		p := k.browser()
		wg.Go(func() { p.send(link, form("answer", "yes")) })
	}
	wg.Wait()
	if n := k.count(id, "escalation.acknowledged"); n != 1 {
		t.Errorf("%d answers", n)
	}
}
