package web_test

import (
	"strings"
	"testing"
)

// TestSoleApprovalIsAnnounced: where the policy lets the author approve, the
// notice and the chronology say so to everybody, in both languages (S09).
func TestSoleApprovalIsAnnounced(t *testing.T) {
	k := newKit(t, nil)
	site := *k.svc.Site()
	site.SoleApproval = true
	k.svc.SetSite(&site)
	id := k.declared(false)
	boss, other := k.as("watanabe"), k.as("mori")
	path := "/i/" + id + "/n/N1"
	boss.must("/i/"+id+"/n", "dest", "mlit")
	boss.must("/i/"+id+"/deed/notice.submit", "ref", "N1", "back", path)
	boss.must(path+"/approve", "digest", digestOf(t, boss.page(path)), "back", path)
	for _, page := range []string{path, "/i/" + id + "/chrono"} {
		if body := other.page(page); !strings.Contains(body, "単独承認") {
			t.Errorf("%s does not say that one person alone approved: %s", page, plain(body))
		}
		if body := other.page(page + "?lang=en"); !strings.Contains(body, "approved alone") {
			t.Errorf("%s in English: %s", page, plain(body))
		}
		other.page(page + "?lang=ja")
	}
}
