package e2e_test

import "testing"

// TestDraftsLastUntilRecorded types, turns away and comes back: what was not sent is still there, what was recorded is not
// offered for the next incident, and an act of another kind forgets nothing.
func TestDraftsLastUntilRecorded(t *testing.T) {
	_, p, base := walkSite(t)
	holds := func(path, selector, want string) {
		t.Helper()
		must(t, p.Open(base+path))
		got, err := p.Value(selector)
		must(t, err)
		if got != want {
			t.Errorf("%s holds %q, want %q", path, got, want)
		}
	}
	must(t, p.Open(base+"/i/IR-1"))
	must(t, p.Fill("記録を書く", "県警>CSIRT 到着"))
	must(t, p.Open(base+"/declare"))
	must(t, p.Fill("わかっていること", "第2ゲートの端末も停止"))
	must(t, p.Follow("宣言する"))
	must(t, p.Follow("新しい案件として宣言する"))
	must(t, p.Expect("宣言しました: IR-2"))
	holds("/declare", "textarea[name=words]", "")
	holds("/i/IR-1", "#line", "県警>CSIRT 到着")
	must(t, p.Follow("担当する"))
	holds("/i/IR-1", "#line", "県警>CSIRT 到着")
	must(t, p.Follow("記録する"))
	must(t, p.Expect("記録しました"))
	holds("/i/IR-1", "#line", "")
}
